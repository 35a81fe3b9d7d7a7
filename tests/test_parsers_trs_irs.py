"""Portals searched by TRS's irs: JSON lists, HTML pages by selectors."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest

from crawlers import sources
from etl.errors import Quarantined
from etl.parsers import trs_irs
from etl.records.parsed import Page
from tests.mutations import mutated

PAGES = Path(__file__).parent / "pages" / "trs_irs"
DETAIL = "http://www.ggzyzx.demo.invalid/jyxx/zfcg/zbgg/202507/t20250702_3412346.html"


def page(name: str, url: str | None = None) -> Page:
    return Page((PAGES / name).read_bytes(), "trs_irs", url)


def test_a_list_gives_its_results_and_leaves_out_the_boxes_between_them() -> None:
    found = trs_irs.parse_list(page("search.json"))
    assert (found.listed, found.pages, found.warnings) == (22, 3, ())
    assert [(i.source_id, i.title) for i in found.items] == [
        ("3412345", "青禾市监狱管理局物业管理结果公告"),
        ("3412346", "青禾银行押运服务结果公告"),
    ]
    assert (found.items[1].url, found.items[1].published_at) == (DETAIL, "2025-07-02T09:00:00+08:00")
    assert {i.notice_type for i in found.items} == {None}  # the row says no type, the scope does


def test_older_versions_have_bare_results_and_milliseconds() -> None:
    (item,) = trs_irs.parse_list(page("search_old.json")).items
    assert item.source_id == "www.ggzyzx.demo.invalid/zbgg/notice.jsp?id=77"
    assert item.published_at == "2025-07-02T09:00:00+08:00"


def test_no_results_are_an_empty_list_and_a_refusal_is_none() -> None:
    assert trs_irs.parse_list(page("search_empty.json")).listed == 0
    with pytest.raises(Quarantined, match=r"^blocked"):
        trs_irs.parse_list(page("search_refused.json"))
    with pytest.raises(Quarantined, match="missing_field: the list does not state"):
        trs_irs.parse_list(Page(b'{"data": {"middle": {"listAndBox": []}}}'))
    with pytest.raises(Quarantined, match="not_a_list"):
        trs_irs.parse_list(Page(b'{"data": {"pager": {"total": 3}}}'))


@pytest.mark.parametrize("name", sorted(p.name for p in PAGES.glob("*")))
def test_lists_and_notices_are_told_apart(name: str) -> None:
    assert trs_irs.is_list(page(name)) == name.startswith("search")


def test_a_page_is_a_notice_without_the_marks_in_its_title_and_without_its_editors() -> None:
    record = trs_irs.parse_detail(page("detail.html", DETAIL))
    assert (record.source_id, record.title) == ("3412346", "[电子化][竞争性磋商]青禾银行押运服务结果公告")
    assert (record.notice_type, record.purchaser) == ("award", "青禾银行股份有限公司")
    assert [(lot.suppliers[0].name, lot.amount_yuan) for lot in record.lots] == [("南溪保安押运有限公司", "816000.00")]
    assert record.published_at == "2025-07-02T09:00:00+08:00"
    said = str(record.to_dict())
    assert not [w for w in ("钱示例", "孙样板", "周某甲", "李假名", "13912345678") if w in said]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("<html><body>请输入验证码</body></html>".encode(), "blocked"),
        (b"<html><body><div class='other'>a new template</div></body></html>", "missing_field"),
        (b'{"data": {}}', "missing_field"),
        ("<div id='detailCnt'>详见附件</div>".encode(), "body_missing"),
    ],
)
def test_what_is_no_notice_is_quarantined_with_its_reason(body: bytes, reason: str) -> None:
    with pytest.raises(Quarantined) as caught:
        trs_irs.parse_detail(Page(body))
    assert caught.value.reason == reason


def test_mutated_answers_are_parsed_or_quarantined() -> None:
    bodies = [p.read_bytes() for p in sorted(PAGES.glob("*"))]
    for seed in range(500):
        damaged = Page(mutated(bodies[seed % len(bodies)], seed), url=DETAIL)
        for parse in (trs_irs.parse_detail, trs_irs.parse_list):
            with suppress(Quarantined):
                parse(damaged)


@pytest.mark.realdata
def test_the_real_page_of_jilin(shared_data: Path) -> None:
    url = "http://www.ggzyzx.jl.gov.cn/jyxx/zfcg/zbgg/202507/t20250703_3412345.html"
    body = (shared_data / "notices/portals/00_3a45cfa9.html").read_bytes()
    record = trs_irs.parse_detail(Page(body, "jilin_ggzy", url, reading=sources.load("jilin_ggzy").facts.reading))
    assert (record.notice_type, record.purchaser) == ("tender", "吉林省监狱管理局")
    assert (record.project_code, record.budget_yuan) == ("JLSZC20250033601", "601200.00")
    assert record.published_at == "2025-07-03T15:15:00+08:00"
    assert record.text is not None
    assert record.text.count("〔联系人〕") == 6  # buyer, two of the centre, three editors at the end
    assert not [w for w in ("18500000000", "0431-00000000") if w in record.text]
