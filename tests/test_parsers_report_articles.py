"""Work reports as articles in several pages: joined in order, placed and dated, nothing where a page is missing."""

from __future__ import annotations

import csv
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from crawlers import sources
from etl.errors import Quarantined
from etl.parsers import report_articles
from etl.records.parsed import Page, Record, fingerprint
from tests.mutations import mutated

PAGES = Path(__file__).parent / "pages" / "report_articles"
FOLDER = "http://district.ce.cn/newarea/roll/201602/04/"
FIRST = f"{FOLDER}t20160204_8760673.shtml"
LISTED = Record(
    "ce_reports",
    "t20160204_8760673",
    FIRST,
    title="苏州市政府工作报告 (2016年1月18日 曲示例)",
    published_at="2016-02-04T00:00:00+08:00",
    kind="report",
)


def bodies() -> list[bytes]:
    return [(PAGES / f"t20160204_8760673{end}.shtml").read_bytes() for end in ("", "_1", "_2")]


def page(body: bytes | None = None, parts: tuple[bytes, ...] | None = None, listed: Record | None = LISTED) -> Page:
    first, *others = bodies()
    reading = sources.load("ce_reports").facts.reading
    parts = tuple(others) if parts is None else parts
    return Page(first if body is None else body, "ce_reports", FIRST, "text/html", listed, reading, "gb18030", parts)


def test_a_collection_links_the_reports_of_a_year() -> None:
    body = (PAGES / "collection.shtml").read_bytes()
    found = report_articles.parse_list(replace(page(body), url="http://district.ce.cn/zg/x.shtml", listed=None))
    assert [(i.source_id, (i.published_at or "")[:10], i.kind) for i in found.items] == [
        ("t20160204_8760673", "2016-02-04", "report"),
        ("t20160127_8585778", "2016-01-27", "report"),
        ("t20150226_1", "2015-02-26", "report"),
    ]
    assert found.items[0].title == LISTED.title
    assert (found.warnings, found.last) == (("row 3: no address",), True)


def test_the_first_page_names_the_others() -> None:
    assert report_articles.parts(page()) == (f"{FOLDER}t20160204_8760673_1.shtml", f"{FOLDER}t20160204_8760673_2.shtml")
    further = replace(page(), url=f"{FOLDER}t20160204_8760673_1.shtml")
    assert report_articles.parts(further) == ()
    single = bodies()[0].replace(b"createPageHTML(3,", b"createPageHTML(1,")
    assert report_articles.parts(page(single)) == ()


def test_a_report_is_all_its_pages_in_order_without_what_stands_around_them() -> None:
    record = report_articles.parse_detail(page())
    assert (record.kind, record.place_code, record.year) == ("report", "320500", 2016)
    assert (record.source, record.source_id, record.url) == ("ce_reports", LISTED.source_id, FIRST)
    assert record.published_at == LISTED.published_at
    text = record.text or ""
    topics = ("科技创新", "数字经济", "人工智能", "大数据应用", "先进制造", "现代金融", "美好城市")
    assert sorted(topics, key=text.index) == list(topics)
    assert not [w for w in ("首页", "责任编辑", "甄样本", "createPageHTML") if w in text]
    assert (record.parser, record.parser_version) == ("report_articles", report_articles.VERSION)


def test_without_a_list_place_and_year_come_from_the_page_itself() -> None:
    record = report_articles.parse_detail(page(listed=None))
    assert (record.place_code, record.year) == ("320500", 2016)


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ((), "parts_missing"),
        ((b"x",), "parts_missing"),
        ((b"<html>404</html>", b"<html>404</html>"), "body_missing"),
        (("<html>访问过于频繁</html>".encode(), b"<p>x"), "blocked"),
    ],
)
def test_a_report_with_a_page_missing_is_not_read(parts: tuple[bytes, ...], reason: str) -> None:
    with pytest.raises(Quarantined) as caught:
        report_articles.parse_detail(page(parts=parts))
    assert caught.value.reason == reason


def test_a_pager_that_counts_thousands_is_not_followed() -> None:
    wild = bodies()[0].replace(b"createPageHTML(3,", b"createPageHTML(3000,")
    assert report_articles.parts(page(wild)) == ()
    with pytest.raises(Quarantined) as caught:
        report_articles.parse_detail(page(wild, ()))
    assert caught.value.reason == "parts_missing"


def test_a_text_of_another_place_than_its_title_is_not_counted_for_either() -> None:
    with pytest.raises(Quarantined) as caught:
        report_articles.parse_detail(page(listed=replace(LISTED, title="武汉市政府工作报告 (2016年1月18日 某)")))
    assert caught.value.reason == "place_contradiction"


def test_collections_are_told_from_articles() -> None:
    there = [report_articles.is_list(page(p.read_bytes())) for p in sorted(PAGES.iterdir())]
    assert there == [True, False, False, False]


@pytest.mark.realdata
def test_titles_of_real_collections_say_place_and_year(shared_data: Path) -> None:
    """708 titles of thirteen years; only 长乐市, a county-level city, is not a place of the panels."""
    index = (shared_data / "reports" / "city_report_index_gbk.csv").read_bytes().decode("gbk")
    titles = [title for title, _ in list(csv.reader(index.splitlines()))[1:]]
    unplaced = []
    for title in titles:
        content = (
            f"<div id='articleText'><p>各位代表：</p><p>{'坚持稳中求进工作总基调，各项工作取得新成绩。' * 40}</p></div>"
        )
        article = Page(content.encode(), "ce_reports", FIRST, listed=replace(LISTED, title=title))
        try:
            year = report_articles.parse_detail(article).year
            assert str(year) in title
        except Quarantined as problem:
            unplaced.append((title[:3], problem.reason))
    assert unplaced == [("长乐市", "place_not_a_city")]
    assert len(titles) == 708


@pytest.mark.parametrize("name", [p.name for p in sorted(PAGES.iterdir())])
def test_damaged_pages_end_in_a_record_or_in_quarantine(name: str) -> None:
    good = (PAGES / name).read_bytes()
    others = bodies()[1:]
    for seed in range(125):
        damaged = page(mutated(good, seed), (mutated(others[0], seed), others[1]))
        with suppress(Quarantined):
            assert all(fingerprint(item) and item.title for item in report_articles.parse_list(damaged).items)
        with suppress(Quarantined):
            assert len(report_articles.parts(damaged)) < report_articles.MAX_PAGES
        with suppress(Quarantined):
            record = report_articles.parse_detail(damaged)
            assert fingerprint(record)
            assert (record.place_code, record.year) == ("320500", 2016)
