"""Portals on Epoint's software: JSON of the search and of the section list, rows with bodies, HTML pages."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

import pytest

from etl.errors import Quarantined
from etl.parsers import epoint
from etl.records.parsed import Page, Record
from tests.mutations import mutated

PAGES = Path(__file__).parent / "pages" / "epoint"
BASE = "https://ggzy.demo.invalid"
DETAIL = f"{BASE}/jyxx/003002/003002004/20260629/753db113-f948-45ed-8e44-9584be870001.html"
READING = {"base": BASE, "types": {"003002": "tender", "003002004": "award", "003002005": "contract"}}
PLANTED = ("钱示例", "孙样板", "周某甲", "李假名", "13912345678", "87654321")


def page(name: str, url: str | None = None, **reading: object) -> Page:
    return Page((PAGES / name).read_bytes(), "epoint", url, reading=json.dumps({**READING, **reading}))


def test_a_list_gives_its_rows_with_the_stage_of_the_deepest_category() -> None:
    found = epoint.parse_list(page("search.json"))
    assert (found.listed, found.pages, found.last, found.warnings) == (43, None, False, ())
    assert [i.notice_type for i in found.items] == ["award", "contract", "tender"]
    first = found.items[0]
    assert (first.source_id, first.url) == ("753db113-f948-45ed-8e44-9584be870001", DETAIL)
    assert (first.title, first.region_text) == ("青禾银行自助设备采购中标结果公告", "青禾省 省中心")
    assert first.published_at == "2026-06-29T11:42:10+08:00"  # webdate; infodate is when it was entered


@pytest.mark.parametrize("name", ["search_gb18030.json", "search_wrapped.json"])
def test_answers_in_another_charset_than_they_claim_or_packed_twice_say_the_same(name: str) -> None:
    claimed = Page((PAGES / name).read_bytes(), "epoint", None, "application/json;charset=UTF-8", encoding="gb18030")
    titles = [i.title for i in epoint.parse_list(page("search.json")).items]
    assert [i.title for i in epoint.parse_list(claimed).items] == titles


def test_sites_differ_in_the_folder_of_their_pages_and_in_the_field_of_the_time() -> None:
    reading = {"base": f"{BASE}/gxggzy/", "times": ["infodatepx"], "types": {"001001002005": "award"}}
    (item,) = epoint.parse_list(page("search_guangxi.json", **reading)).items
    assert item.url is not None
    assert item.url.startswith(f"{BASE}/gxggzy/jyxx/001001/001001002/001001002005/20240104/")
    assert (item.published_at, item.region_text) == ("2024-01-04T09:52:08+08:00", "青禾市")
    assert item.notice_type == "award"


def test_a_total_that_only_repeats_the_page_size_is_not_believed() -> None:
    assert epoint.parse_list(page("search.json", counts=False)).listed is None
    assert epoint.parse_list(page("search_empty.json", counts=False)).last


def test_the_section_list_counts_its_rows_and_each_carries_its_body() -> None:
    found = epoint.parse_list(page("section.json", types={"003001005": "award", "003001004": "candidate"}))
    assert (found.listed, [i.notice_type for i in found.items]) == (2, ["award", "candidate"])


@pytest.mark.parametrize("name", sorted(p.name for p in PAGES.glob("*")))
def test_lists_and_notices_are_told_apart(name: str) -> None:
    assert epoint.is_list(page(name)) == name.startswith(("search", "section"))


def award(record: Record) -> list[tuple[str, tuple[str, ...], str | None]]:
    return [(lot.status, tuple(s.name for s in lot.suppliers), lot.amount_yuan) for lot in record.lots]


def test_a_row_with_its_body_is_a_notice() -> None:
    record = epoint.parse_detail(page("row_award.json"))
    assert (record.source_id, record.notice_type) == ("753db113-f948-45ed-8e44-9584be8789d2", "award")
    assert (record.purchaser, record.agency) == ("青禾上源水务有限公司", "远山项目管理有限公司")
    assert award(record) == [("awarded", ("云岭建设工程有限公司", "白石设计院"), "20797381.58")]
    candidates = epoint.parse_detail(page("row_candidate.json"))
    assert (candidates.notice_type, {lot.status for lot in candidates.lots}) == ("candidate", {"candidate"})


def test_a_page_is_read_from_the_products_own_elements() -> None:
    record = epoint.parse_detail(page("detail.html", DETAIL))
    assert (record.source_id, record.notice_type) == ("753db113-f948-45ed-8e44-9584be870001", "award")
    assert (record.purchaser, record.project_code) == ("青禾银行股份有限公司", "QHYH-2026-11")
    assert award(record) == [("awarded", ("云岭光电科技有限公司",), "569800.00")]
    assert record.published_at == "2026-06-29T11:42:00+08:00"


@pytest.mark.parametrize("name", ["detail.html", "row_award.json", "row_candidate.json"])
def test_no_planted_contact_or_expert_survives_in_any_field(name: str) -> None:
    said = str(epoint.parse_detail(page(name)).to_dict())
    assert [word for word in PLANTED if word in said] == []


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("<html><body>访问过于频繁，请稍后再试</body></html>".encode(), "blocked"),
        (b"<html><body><div class='other'>a new template</div></body></html>", "missing_field"),
        ("<div id='noticeArea'>详见附件</div>".encode(), "body_missing"),
        (b'{"result": {"records": []}}', "missing_field"),
        (b'{"code": 200, "content": "{broken"}', "not_json"),
    ],
)
def test_what_is_no_notice_is_quarantined_with_its_reason(body: bytes, reason: str) -> None:
    with pytest.raises(Quarantined) as caught:
        epoint.parse_detail(Page(body))
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    "body", [b'{"result": null}', b'{"custom": {}}', b"[1, 2", b"<html>500</html>", b'{"result": {"records": [{}]}}']
)
def test_an_answer_without_rows_is_no_empty_list(body: bytes) -> None:
    with pytest.raises(Quarantined, match=r"not_a_list|not_json|missing_field"):
        epoint.parse_list(Page(body))


def test_mutated_answers_are_parsed_or_quarantined() -> None:
    bodies = [p.read_bytes() for p in sorted(PAGES.glob("*"))]
    for seed in range(500):
        damaged = Page(mutated(bodies[seed % len(bodies)], seed), url=DETAIL)
        for parse in (epoint.parse_detail, epoint.parse_list):
            with suppress(Quarantined):
                parse(damaged)


@pytest.mark.realdata
@pytest.mark.parametrize(("name", "kind", "count"), [("zb", "award", 163), ("hx", "candidate", 60)])
def test_the_real_notices_of_yichang(shared_data: Path, name: str, kind: str, count: int) -> None:
    """Awards (zb) and candidate lists (hx): key, address, day and stage, and of awards the buyer."""
    folder = shared_data / "notices/yichang"
    reading = '{"base": "https://ggzy.sc.yichang.gov.cn", "types": {"003001004": "candidate", "003001005": "award"}}'
    given = [json.loads(line) for line in (folder / f"{name}_expected.jsonl").read_bytes().splitlines()]
    expected = {row["infoid"]: row for row in given}
    rows = (folder / f"{name}_notices.jsonl").read_bytes().splitlines()
    records = [epoint.parse_detail(Page(row, "yichang_ggzy", reading=reading)) for row in rows]
    assert len(records) == count
    for record in records:
        known = expected[record.source_id]
        assert record.notice_type == kind
        assert record.url == "https://ggzy.sc.yichang.gov.cn" + known["infourl"]
        assert (record.published_at or "")[:10] == known["raw_data"]["infodate"]
        assert {lot.status for lot in record.lots} == {"awarded" if kind == "award" else "candidate"}
        if kind == "award":
            assert record.purchaser == known["parsed_data"]["招标人"]
