"""cfcpn.com: JSON lists and details."""

from __future__ import annotations

import csv
import json
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from crawlers import sources
from etl import walks
from etl.deals.merge import Notice, merge
from etl.errors import Quarantined
from etl.parsers import cfcpn
from etl.records.parsed import Page, Record
from tests.mutations import mutated, mutated_json

PAGES = Path(__file__).parent / "pages" / "cfcpn"
API = "http://www.cfcpn.com/jcw/noticeinfo/noticeInfo/dataNoticeList"
BRANCH = "云岭银行股份有限公司滇池分行"
#: Page -> what must be read of it: stage, purchaser, lots as (status, suppliers, amount, tax basis).
REQUIRED = {
    "detail.json": (
        "award",
        "白石银行股份有限公司青禾分行",
        [("awarded", ["青禾远卫保安服务有限公司"], "816000.00", "incl")],
    ),
    "detail_twin.json": (
        "award",
        "白石银行股份有限公司青禾分行",
        [("awarded", ["青禾远卫保安服务有限公司"], "816000.00", "incl")],
    ),
    "detail_candidates.json": (
        "candidate",
        "云岭银行股份有限公司",
        [("candidate", ["青禾软件股份有限公司"], "2163000.00", "incl")],
    ),
    "detail_framework.json": (
        "shortlist",
        BRANCH,
        [("awarded", ["青禾律师事务所", "南溪律师事务所", "远山律师事务所"], None, "unknown")],
    ),
    "detail_tax.json": ("award", BRANCH, [("awarded", ["南溪前海科技有限公司"], "952405.32", "excl")]),
}
PERSONS = ("钱示例", "孙样板", "李假名", "周虚构", "吴构造", "郑设想", "8123456", "13900001111", "li.jiaming")


def page(name: str, url: str | None = None, listed: Record | None = None) -> Page:
    return Page((PAGES / name).read_bytes(), "cfcpn", url, listed=listed)


def answer(rows: list[dict[str, object]], **said: object) -> Page:
    return Page(json.dumps({"result": True, "total": len(rows), "rows": rows, **said}).encode(), "cfcpn", API)


def row(number: int = 1, **said: object) -> dict[str, object]:
    return {"id": f"{number:032x}", "noticeTitle": "某采购公告", "publishTime": "2026-03-05 08:54:10.0", **said}


@pytest.mark.parametrize("name", REQUIRED)
def test_the_required_fields_of_every_page(name: str) -> None:
    record = cfcpn.parse_detail(page(name, API))
    lots = [(x.status, [s.name for s in x.suppliers], x.amount_yuan, x.tax_basis) for x in record.lots]
    assert (record.notice_type, record.purchaser, lots) == REQUIRED[name]
    assert record.title
    assert record.published_at is not None
    assert record.published_at.endswith("+08:00")
    assert record.url is not None
    assert record.url.endswith(f"searchVal={record.source_id}")
    assert not [w for w in PERSONS if w in str(record.to_dict())]


def test_a_list_gives_its_rows_the_total_and_which_type_field_the_site_used() -> None:
    found = cfcpn.parse_list(page("list.json", "http://127.0.0.1:8080/cfcpn/jcw/noticeinfo/noticeInfo/dataNoticeList"))
    assert found.listed == 142588
    assert found.warnings[:2] == ("type read from purchaseTypeLable", "type read from purchaseTypeName")
    assert [(i.source_id[-2:], i.notice_type) for i in found.items] == [
        ("01", "award"),
        ("02", "candidate"),  # the title says it; the site calls it 公开招标
        ("03", "supplier_call"),
        ("04", None),  # says nothing by itself: the scope's kind counts
        ("05", "award"),
        ("06", "award"),
    ]
    assert [i.published_at for i in found.items[1:4]] == [
        "2026-03-05T08:54:10+08:00",
        "2026-03-04T00:00:00+08:00",
        "2026-03-03T09:06:40+08:00",
    ]
    assert found.items[5].title == "云岭银行2026—2027年鼠标\ufffd采购成交公告"  # half a character came
    first = found.items[0]
    assert first.url is not None
    assert first.url.startswith("http://127.0.0.1:8080/cfcpn/jcw/sys/index/goUrl?")
    assert first.url.endswith(f"column=4&searchVal={first.source_id}")


def test_of_copies_neither_buyer_nor_place_is_believed_and_of_agencies_no_buyer() -> None:
    copied, agency, _, own, *_ = cfcpn.parse_list(page("list.json")).items
    assert (copied.purchaser, copied.region_text) == (None, None)
    assert (agency.purchaser, agency.region_text) == (None, "云南省")
    assert (own.purchaser, own.region_text) == ("白石银行股份有限公司", "北京市")
    record = cfcpn.parse_detail(page("detail.json"))
    assert record.region_text is None
    assert any(w.startswith("copied from 网站:") and "白石银行股份有限公司, 北京市" in w for w in record.warnings)
    assert cfcpn.parse_detail(page("detail_candidates.json")).agency == "远山招标有限公司"


def test_a_copy_that_names_no_buyer_has_none_rather_than_the_head_office() -> None:
    body = (
        "<p>成交供应商：青禾软件股份有限公司</p><p>成交金额：12,000元</p><p>白石银行股份有限公司官网同步发布三日。</p>"
    )
    said = {"noticeTitle": "办公桌采购项目成交公告", "userName": "白石银行股份有限公司", "noticeContent": body}
    assert cfcpn.parse_detail(answer([row(**said, noticeSource="门户网站")])).purchaser is None
    assert cfcpn.parse_detail(answer([row(**said, noticeSource="金融集中采购网")])).purchaser == "白石银行股份有限公司"


def test_the_same_notice_under_two_ids_is_kept_twice_and_one_award() -> None:
    twins = [cfcpn.parse_detail(page(name)) for name in ("detail.json", "detail_twin.json")]
    assert len({t.source_id for t in twins}) == 2
    (award,) = merge([Notice(t) for t in twins])
    assert len(award.notices) == 2


def test_rows_that_users_posted_to_try_the_form_are_out_of_scope_by_name() -> None:
    facts = sources.load("cfcpn").facts
    items = cfcpn.parse_list(page("list.json")).items
    assert [walks.out_of_scope(facts, i) for i in items] == [None, None, None, "test_row", None, None]
    work = replace(items[0], title="产险内容运营管理项目测试人力采购项目公告")
    assert walks.out_of_scope(facts, work) is None


def test_characters_lost_on_the_way_are_reported() -> None:
    record = cfcpn.parse_detail(page("detail_lost.json"))
    assert record.lots[0].amount_yuan == "38500.00"
    assert "text: 2 characters were lost on the way (U+FFFD)" in record.warnings


def test_a_missing_body_says_how_many_files_may_hold_it() -> None:
    with pytest.raises(Quarantined, match="2 files") as caught:
        cfcpn.parse_detail(page("detail_empty.json"))
    assert caught.value.reason == "body_missing"
    assert "李假名" not in caught.value.detail


@pytest.mark.parametrize(
    "content",
    [
        "<p>采购人：云岭银行股份有限公司</p><p>预算&lt;50万元，成交供应商：青禾软件股份有限公司，成交金额：12,000元</p>",
        "&lt;p&gt;采购人：云岭银行股份有限公司&lt;/p&gt;&lt;p&gt;成交供应商：青禾软件股份有限公司，成交金额：12,000元。公告期三日&lt;/p&gt;",
        "&amp;lt;p&amp;gt;采购人：云岭银行股份有限公司&amp;lt;/p&amp;gt;&amp;lt;p&amp;gt;成交供应商：青禾软件股份有限公司，成交金额：12,000元&amp;lt;/p&amp;gt;",
        "采购人：云岭银行股份有限公司\n成交供应商：青禾软件股份有限公司，成交金额：12,000元。公告期限自发布之日起三日。",
    ],
)
def test_bodies_are_read_however_often_they_were_escaped(content: str) -> None:
    record = cfcpn.parse_detail(answer([row(noticeTitle="办公桌采购项目成交公告", noticeContent=content)]))
    assert record.purchaser == "云岭银行股份有限公司"
    assert [(s.name, x.amount_yuan) for x in record.lots for s in x.suppliers] == [("青禾软件股份有限公司", "12000.00")]
    assert "&" not in (record.text or "")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ((PAGES / "throttled.json").read_bytes(), "blocked"),
        ("<html>访问频繁</html>".encode(), "blocked"),
        ('{"result": true, "message": "访问频繁", "rows": [], "total": 0}'.encode(), "blocked"),
        ((PAGES / "detail_empty.json").read_bytes(), "body_missing"),
        ((PAGES / "detail_gone.json").read_bytes(), "not_found"),
        (b'{"result": true}', "not_a_list"),
        (b"[1, 2", "not_json"),
        (b"\x80\x81\xff" * 50, "unreadable_encoding"),
        (b"\0\0\0", "empty"),
    ],
)
def test_what_is_no_notice_is_quarantined_with_its_reason(body: bytes, reason: str) -> None:
    with pytest.raises(Quarantined) as caught:
        cfcpn.parse_detail(Page(body))
    assert caught.value.reason == reason


def test_an_answer_about_other_notices_is_not_taken_for_the_one_asked_for() -> None:
    asked = Record("cfcpn", f"{9:032x}")
    with pytest.raises(Quarantined, match="2 notices, 0 of them"):
        cfcpn.parse_detail(replace(answer([row(1), row(2)]), listed=asked))
    with pytest.raises(Quarantined, match="not_found"):
        cfcpn.parse_detail(page("detail.json", listed=asked))


def test_a_throttled_list_is_no_empty_list_and_a_row_without_an_id_no_row() -> None:
    with pytest.raises(Quarantined, match="blocked"):
        cfcpn.parse_list(page("throttled.json"))
    with pytest.raises(Quarantined, match="missing_field"):
        cfcpn.parse_list(answer([row(1), row(2, id="x")]))


def test_a_bare_array_is_a_list_without_a_total() -> None:
    rows = json.loads((PAGES / "list.json").read_text())["rows"]
    latest = Page(json.dumps(rows).encode())
    assert cfcpn.is_list(latest)
    assert (len(cfcpn.parse_list(latest).items), cfcpn.parse_list(latest).listed) == (6, None)


def real(shared_data: Path) -> dict[str, Page]:
    """The saved notices of this site as its detail answers, by id."""
    lines = (shared_data / "notices" / "banks" / "cfcpn.jsonl").read_text(encoding="utf-8").splitlines()
    notices = [json.loads(line) for line in lines]
    return {
        n["id"]: answer(
            [
                {
                    "id": n["id"],
                    "noticeTitle": n["title"],
                    "publishTime": n["publish_time"],
                    "userName": n["purchaser_as_given"],
                    "purchaseTypeLable": n["notice_type_as_given"],
                    "noticeContent": n["content_text"],
                }
            ]
        )
        for n in notices
    }


@pytest.mark.realdata
def test_real_results_are_read_as_their_labels_say(shared_data: Path) -> None:
    pages, checked = real(shared_data), 0
    with (shared_data / "notices" / "banks" / "labels.csv").open(encoding="utf-8", newline="") as file:
        labels = [said for said in csv.DictReader(file) if said["id"] in pages and "empty body" not in said["note"]]
    for label in labels:
        record = cfcpn.parse_detail(pages[label["id"]])
        won = [lot for lot in record.lots if lot.status == "awarded"]
        named = [] if record.notice_type == "candidate" else [n for n in label["suppliers"].split("；") if n]
        assert record.notice_type == label["note"].split()[0].strip(";")
        assert record.purchaser == label["purchaser"]
        assert [s.name for lot in won for s in lot.suppliers] == named
        assert [lot.amount_yuan for lot in won if lot.amount_yuan] == [a for a in [label["amount_yuan"]] if a]
        checked += 1
    assert checked == 10


@pytest.mark.realdata
def test_of_real_answers_only_the_empty_ones_are_refused(shared_data: Path) -> None:
    refused = []
    for page in real(shared_data).values():
        try:
            cfcpn.parse_detail(page)
        except Quarantined as problem:
            refused.append(problem.reason)
    assert refused == ["body_missing"] * 3


def test_mutated_answers_are_parsed_or_quarantined() -> None:
    bodies = [p.read_bytes() for p in sorted(PAGES.glob("*.json"))]
    for seed in range(500):
        damaged = Page((mutated, mutated_json)[seed // len(bodies) % 2](bodies[seed % len(bodies)], seed), "cfcpn", API)
        for parse in (cfcpn.parse_detail, cfcpn.parse_list):
            with suppress(Quarantined):
                parse(damaged)
