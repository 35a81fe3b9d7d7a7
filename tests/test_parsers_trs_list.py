"""Static lists of government sites, read by YAML alone: rows, pagers, and documents with labels in any markup."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from crawlers import sources
from etl.errors import Quarantined
from etl.parsers import _static_list, trs_list
from etl.records.parsed import Page, Record, fingerprint
from tests.mutations import mutated

PAGES = Path(__file__).parent / "pages" / "trs_list"
SITE = "https://www.baishi.example/zhengce/"
LISTED = Record("most", "t20260326_3986132", f"{SITE}202603/t20260326_3986132.htm", title="白石通知", kind="policy")


def page(name: str, url: str | None = f"{SITE}index.htm", source: str = "", listed: Record | None = None) -> Page:
    reading = sources.load(source).facts.reading if source else "{}"
    return Page((PAGES / name).read_bytes(), source or "baishi", url, "text/html", listed, reading)


# --- lists ------------------------------------------------------------------------------------------------------------


def test_rows_are_found_by_the_form_of_their_addresses_where_nothing_else_is_said() -> None:
    found = trs_list.parse_list(page("list.html"))
    assert [(i.source_id, i.published_at and i.published_at[:10]) for i in found.items] == [
        ("t20260326_3986132", "2026-03-26"),
        ("t20260320_3985001", "2026-03-20"),
        ("t20260227_3984777", "2026-02-27"),
    ]
    first = found.items[0]
    assert first.title == "白石部 青禾部关于印发《科技成果转化贷款管理办法（试行）》的通知（白石科〔2026〕12号）"
    assert (first.doc_number, first.doc_type, first.kind) == ("白石科〔2026〕12号", "办法", "policy")
    assert first.url == f"{SITE}202603/t20260326_3986132.htm"
    assert (found.pages, found.listed, found.last) == (50, None, False)
    assert found.warnings == ("row 4: stands on this page already", "row 5: no address")


def test_a_day_comes_from_the_row_else_from_the_address() -> None:
    found = trs_list.parse_list(page("list_pbc.html", "http://www.pbc.gov.cn/tiaofasi/144941/144957/index.html", "pbc"))
    assert [(i.source_id, i.published_at and i.published_at[:10]) for i in found.items] == [
        ("2026052217462526593", "2026-05-22"),
        ("2026012314163359926", "2026-01-23"),
        ("3591404", "2000-06-01"),
    ]
    assert [i.doc_number for i in found.items] == ["白石银行令〔2026〕第4号", None, "白银发〔2000〕176号"]
    assert (found.listed, found.pages) == (13, 5)


def test_rows_that_a_script_writes_are_read_one_by_one() -> None:
    found = trs_list.parse_list(page("list_script.shtml", "https://www.wuhan.gov.cn/gfxwj/index.shtml", "wuhan_gov"))
    assert [(i.title, i.doc_number, (i.published_at or "")[:16]) for i in found.items] == [
        ("市人民政府关于印发白石产业政策措施的通知", "武政规〔2026〕4号", "2026-02-14T17:32"),
        ("市人民政府公告", None, "2026-01-05T09:00"),
    ]
    assert found.pages == 25


def test_one_reading_covers_columns_with_different_markup() -> None:
    found = trs_list.parse_list(page("list_table.html", "https://www.cq.gov.cn/x/index.html", "chongqing_gov"))
    assert [(i.title, i.doc_number, (i.published_at or "")[:10]) for i in found.items] == [
        ("重庆市人民政府关于白石改革的实施意见", "渝府发〔2024〕7号", "2024-03-18"),
        ("重庆市白石管理办法", "渝府令〔2024〕360号", "2024-01-09"),
    ]
    assert found.pages == 12


def test_a_list_that_stands_on_one_page_is_at_its_end() -> None:
    found = trs_list.parse_list(page("list_single.html", "https://www.beijing.gov.cn/x/y/z/index.html", "beijing_gov"))
    assert [(i.doc_number, i.doc_type) for i in found.items] == [("京政发〔2025〕28号", "通知")]
    assert found.last


@pytest.mark.parametrize(
    ("script", "items", "expected"),
    [
        ('createPageHTML(50, 0, "index","htm",849)', 10, (50, 849)),  # cut: the walk must not count as the whole
        ('createPageHTML(50, 0, "index","htm",20)', 20, (50, None)),  # the size of a page
        ("createPageHTML(469, 32, 0, 'index', 'html')", 15, (32, 469)),
        ("createPageHTML('7', 1, 'index', 'htm')", 10, (7, None)),
        ("var countPage = 16//共多少页", 10, (16, None)),
        ("$('.pages').pagination({ totalData: 34, showData: 15 })", 15, (3, 34)),
        ("<span>共 12 页</span>", 10, (12, None)),
        ("<p>没有</p>", 10, (None, None)),
    ],
)
def test_pagers_state_pages_and_items_in_many_ways(script: str, items: int, expected: tuple[int, int]) -> None:
    assert _static_list.pager(script, items) == expected


@pytest.mark.parametrize(
    ("url", "key", "day"),
    [
        ("https://a.example/b/202603/t20260326_39.htm", "t20260326_39", "2026-03-26"),
        ("http://a.example/c/2026052217462526593/index.html", "2026052217462526593", "2026-05-22"),
        ("http://a.example/c/3591404/index.html", "3591404", None),
        ("http://a.example/csrc/c101954/c7547359/content.shtml", "c7547359", None),
        ("http://a.example/art/2024/3/5/art_12_34.html", "art_12_34", "2024-03-05"),
        ("http://a.example/t20261345_1.htm", "t20261345_1", None),
        ("http://a.example/", "index", None),
        ("http://a.example/show.jsp?id=77", "show?id=77", None),
    ],
)
def test_an_address_holds_the_key_and_often_the_day(url: str, key: str, day: str | None) -> None:
    assert _static_list.source_id(url) == key
    assert (_static_list.day_in_address(url) or "")[:10] == (day or "")


@pytest.mark.parametrize(("name", "reason"), [("blocked.html", "blocked"), ("detail.html", "not_a_list")])
def test_a_page_without_rows_is_no_empty_list(name: str, reason: str) -> None:
    with pytest.raises(Quarantined) as caught:
        trs_list.parse_list(page(name))
    assert caught.value.reason == reason


def test_lists_are_told_from_documents() -> None:
    there = {p.name: trs_list.is_list(page(p.name)) for p in PAGES.iterdir()}
    assert there["list.html"]
    assert not any(there[name] for name in there if name.startswith(("detail", "blocked")))


@pytest.mark.parametrize("reading", [{"item": "li["}, {"script": {"row": "(", "url": "(a)", "title": "(b)"}}])
def test_a_bad_selector_or_pattern_is_refused_when_the_yaml_is_read(reading: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        trs_list.Reading.model_validate(reading)


# --- documents --------------------------------------------------------------------------------------------------------


def test_labels_say_the_facts_and_tables_of_the_text_do_not() -> None:
    record = trs_list.parse_detail(page("detail.html", LISTED.url, listed=LISTED))
    assert record.source_id == LISTED.source_id
    assert record.title == "白石部 青禾部关于印发《科技成果转化贷款管理办法（试行）》的通知"
    assert (record.doc_number, record.issuers, record.doc_type) == ("白石科〔2026〕12号", ("白石部", "青禾部"), "办法")
    assert record.published_at == "2026-03-26T10:22:00+08:00"
    assert record.warnings == ()
    assert "附表里的机关" in (record.text or "")
    assert not [w for w in ("钱示例", "81234567", "qian@example.com", "版权所有") if w in str(record.to_dict())]


def test_label_tables_may_use_heads_blanks_and_broken_titles_and_unknown_labels_are_said() -> None:
    record = trs_list.parse_detail(page("detail_table.html", f"{SITE}202405/t20240506_1.htm"))
    assert record.title == "白石部关于加强青禾管理的若干意见"
    assert (record.doc_number, record.issuers, record.doc_type) == ("白石发〔2024〕8号", ("白石部",), "意见")
    assert (record.published_at, record.warnings) == ("2024-05-06T00:00:00+08:00", ("unknown label '信息类别'",))
    assert not [w for w in ("周示例", "81234567") if w in str(record.to_dict())]


def test_without_labels_number_issuers_and_day_come_from_the_text_and_the_address() -> None:
    record = trs_list.parse_detail(page("detail_signed.html", f"{SITE}202311/t20231128_7.htm"))
    assert record.title == "关于做好白石融资服务工作的通知"
    assert record.doc_number == "白银发〔2023〕233号"
    assert record.issuers == ("白石银行", "青禾监管总局", "证监会", "国家外汇局")
    assert record.published_at == "2023-11-28T00:00:00+08:00"
    assert record.warnings == (
        "title: from the window title",
        "published_at: from the address",
        "issuers: from the signatures",
    )


def test_who_publishes_on_the_site_issued_what_names_nobody() -> None:
    body = (PAGES / "detail_signed.html").read_bytes().replace("2023年11月27日".encode(), b"")
    record = trs_list.parse_detail(Page(body, "pbc", f"{SITE}1.htm", reading='{"issuer": "白石银行"}'))
    assert record.issuers == ("白石银行",)
    assert "issuers: the site's owner" in record.warnings


def test_a_document_that_is_only_linked_as_a_file_is_missing() -> None:
    with pytest.raises(Quarantined) as caught:
        trs_list.parse_detail(page("detail_file.html", f"{SITE}1.htm"))
    assert caught.value.reason == "body_missing"


def test_a_page_sent_elsewhere_is_another_document() -> None:
    moved = trs_list.parse_detail(page("detail.html", f"{SITE}202603/t20260399_1.htm", listed=LISTED))
    assert moved.source_id != LISTED.source_id


def test_pages_of_the_years_of_gbk_are_read() -> None:
    text = (PAGES / "detail.html").read_text().replace('charset="utf-8"', 'charset="gb2312"')
    record = trs_list.parse_detail(Page(text.encode("gb18030"), "mof", LISTED.url, "text/html"))
    assert record.issuers == ("白石部", "青禾部")


# --- hostile input ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [p.name for p in sorted(PAGES.iterdir())])
def test_damaged_pages_end_in_a_record_or_in_quarantine(name: str) -> None:
    good = (PAGES / name).read_bytes()
    source = {"list_pbc.html": "pbc", "list_script.shtml": "wuhan_gov", "list_table.html": "chongqing_gov"}.get(name)
    reading = sources.load(source).facts.reading if source else "{}"
    for seed in range(50):
        damaged = Page(mutated(good, seed), "most", LISTED.url, None, LISTED, reading)
        with suppress(Quarantined):
            found = trs_list.parse_list(damaged)
            assert all(fingerprint(item) and item.title for item in found.items)
        with suppress(Quarantined):
            record = trs_list.parse_detail(damaged)
            assert fingerprint(record)
            assert record.text


@given(st.binary(max_size=300))
def test_any_bytes_end_in_quarantine(body: bytes) -> None:
    for parse in (trs_list.parse_list, trs_list.parse_detail):
        with pytest.raises(Quarantined):
            parse(Page(body, "most", LISTED.url, None, LISTED))


@pytest.mark.parametrize(
    "body",
    [
        b"createPageHTML(" * 200_000,
        b'<ul><li><a href="/t20240101_1.htm">x</a>' * 4_000,
        "标题：".encode() * 100_000,
        b'url = "./202601/t20260101_' * 20_000,
    ],
)
def test_endless_pages_cost_no_endless_time(body: bytes) -> None:
    wuhan = sources.load("wuhan_gov").facts.reading
    for reading in ("{}", wuhan):
        with suppress(Quarantined):
            trs_list.parse_list(Page(body, "most", LISTED.url, None, None, reading))
    with suppress(Quarantined):
        trs_list.parse_detail(Page(b'<div id="zoom">' + b"x" * 99 + b"</div>" + body, "most", LISTED.url))
