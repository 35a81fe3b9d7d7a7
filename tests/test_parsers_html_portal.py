"""Portals of static pages: ten sites by their YAML alone, and what becomes of pages that are no list."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from etl.errors import Quarantined
from etl.parsers import html_portal
from etl.records.parsed import Page, Record
from tests.mutations import mutated
from tests.portal_pages import PAGES, page, persons

#: Site -> pages, whether the page is the last, key of the first item (its path), day, title, buyer.
LISTS = {
    "cdb": (
        None,
        False,
        "cmsjieguo/20260703/00001.html",
        "2026-07-03",
        "中非基金2026年度信创电脑采购项目（包件1）",
        None,
    ),
    "bocd": (
        None,
        False,
        "cms/cmsjieguogg/3467a9dd597742fbb2efb0e1a17c0001.html",
        "2026-06-22",
        "成都银行信用卡系统租赁项目",
        None,
    ),
    "chinapost": (
        None,
        False,
        "cn/report/2607/8864-1.htm",
        "2026-07-03",
        "邮储银行青禾分行金库安防系统采购项目中标候选人公示",
        None,
    ),
    "boc_site": (
        None,
        False,
        "aboutboc/bi6/202607/t20260703_25000001.html",
        "2026-07-03",
        "中国银行总行数据治理咨询项目采购结果公告",
        None,
    ),
    "abc_site": (
        7,
        False,
        "zt/branch/jl/CG/JG/202609/t20260914_2675146.htm",
        "2026-09-14",
        "农业银行吉林分行国库集中支付系统密码适配项目单一来源结果公告",
        None,
    ),
    "hxb": (
        None,
        True,
        "jrhx/hxzx/hxxw/cggg/zbgg/2026/07/02100000001.shtml",
        "2026-07-02",
        "华夏银行青禾分行营业用房装修项目招标公告",
        "华夏银行青禾分行",
    ),
    "cscb": (None, False, "site/col173/20260001.html", "2026-07-01", "长沙银行青禾支行智能柜台采购项目公告", None),
    "csrcbank": (
        4,
        False,
        "yw/cgxx/cggg/202606/t20260625_3001.html",
        "2026-06-25",
        "常熟农商银行客服外包项目中标公示",
        None,
    ),
    "zjrcbank": (6, False, "ytcggg/20260611/5001.html", "2026-06-11", "紫金农商银行押运服务采购结果公告", None),
    "chengezhao": (
        320,
        False,
        "cms/post/7/9/793b7422653132bfbe7d5690808d0001/",
        "2026-07-15",
        "中国农业银行股份有限公司远山分行监控改造项目结果公告",
        None,
    ),
}
#: Site -> which item its detail is, and what it must say: stage, buyer, lots (supplier, amount, tax basis).
DETAILS: dict[str, tuple[int, str, str, list[tuple[str, str | None, str]]]] = {
    "cdb": (
        2,
        "award",
        "青禾金融租赁股份有限公司",
        [("青禾档案管理有限公司", "1331480.00", "unknown"), ("远山数字科技有限公司", "952405.32", "unknown")],
    ),
    "bocd": (0, "award", "成都银行股份有限公司", [("青禾软件股份有限公司", "1730000.00", "unknown")]),
    "chinapost": (
        0,
        "candidate",
        "中国邮政储蓄银行股份有限公司青禾分行",
        [("青禾远卫保安服务有限公司", "816000.00", "incl")],
    ),
    "boc_site": (0, "award", "中国银行股份有限公司", [("青禾信息技术股份有限公司", "557920.00", "unknown")]),
    "abc_site": (1, "award", "中国农业银行股份有限公司远山分行", [("青禾押运有限公司", "260601.92", "incl")]),
    "hxb": (1, "tender", "华夏银行信用卡中心", []),
    "cscb": (0, "tender", "长沙银行股份有限公司", []),
    "csrcbank": (0, "award", "江苏常熟农村商业银行股份有限公司", [("青禾呼叫中心服务有限公司", None, "unknown")]),
    "zjrcbank": (0, "award", "江苏紫金农村商业银行股份有限公司", [("青禾押运有限公司", "1060000.00", "unknown")]),
    "chengezhao": (0, "award", "中国农业银行股份有限公司远山分行", [("青禾安防科技有限公司", "420000.00", "excl")]),
}


def items_of(site: str) -> tuple[Record, ...]:
    return html_portal.parse_list(page(f"{site}_list.html")).items


def changed(site: str, old: str, new: str = "") -> Page:
    """The list of a site with something in its template replaced."""
    good = page(f"{site}_list.html")
    assert old.encode() in good.body
    return page(f"{site}_list.html", body=good.body.replace(old.encode(), new.encode()))


def reason(parse: Any, asked: Page) -> str:
    with pytest.raises(Quarantined) as caught:
        parse(asked)
    return caught.value.reason


@pytest.mark.parametrize("site", LISTS)
def test_a_list_gives_paths_days_titles_and_how_it_goes_on(site: str) -> None:
    asked = page(f"{site}_list.html")
    assert html_portal.is_list(asked)
    pages, last, key, day, title, buyer = LISTS[site]
    found = html_portal.parse_list(asked)
    assert (found.pages, found.last, found.warnings) == (pages, last, ())
    first = found.items[0]
    assert (first.source_id, first.published_at, first.purchaser) == (key, f"{day}T00:00:00+08:00", buyer)
    assert first.url is not None
    assert first.url.endswith(key)
    assert (first.title or "").startswith(title)
    assert len(found.items) >= 2
    assert all(item.title and item.published_at and item.notice_type is None for item in found.items)
    assert not persons(found)


@pytest.mark.parametrize("site", DETAILS)
def test_a_detail_is_a_record_without_the_persons_on_its_page(site: str) -> None:
    at, stage, buyer, lots = DETAILS[site]
    listed = items_of(site)[at]
    asked = page(f"{site}_detail.html", listed)
    assert not html_portal.is_list(asked)
    record = html_portal.parse_detail(asked)
    assert (record.notice_type, record.purchaser) == (stage, buyer)
    assert [(lot.suppliers[0].name, lot.amount_yuan, lot.tax_basis) for lot in record.lots] == lots
    assert (record.source_id, record.url, record.title) == (listed.source_id, listed.url, listed.title)
    assert (record.source, record.published_at, record.parser) == (site, listed.published_at, "html_portal")
    assert not persons(record.to_dict())


def test_the_other_column_of_a_site_has_the_same_items_and_links_of_the_menu_are_none() -> None:
    (item,) = html_portal.parse_list(page("cdb_list_tender.html")).items
    assert (item.source_id, item.title) == ("cmscaigou/20260705/10001.html", "国开证券行情系统采购公告")


def test_a_failed_tender_among_the_results_is_failed_and_the_subsidiary_is_its_buyer() -> None:
    record = html_portal.parse_detail(page("cdb_detail_failed.html", items_of("cdb")[1]))
    assert (record.notice_type, record.purchaser) == ("failed", "中非发展基金有限公司")
    assert [lot.status for lot in record.lots] == ["failed"]


def test_the_attribute_of_an_item_is_the_buyer_where_the_notice_names_none() -> None:
    assert [item.purchaser for item in items_of("hxb")] == ["华夏银行青禾分行", "华夏银行信用卡中心", None]
    record = html_portal.parse_detail(page("hxb_detail.html", items_of("hxb")[1]))
    assert "purchaser: from the list" in record.warnings


def test_the_element_that_leads_on_tells_the_last_page_and_must_be_there() -> None:
    assert html_portal.parse_list(page("boc_site_list_last.html")).last
    for dead in ("#", "javascript:;", "javascript:void(0)", ""):
        assert html_portal.parse_list(changed("boc_site", 'href="index_1.html"', f'href="{dead}"')).last
    assert reason(html_portal.parse_list, changed("boc_site", "turn_next", "next_page")) == "missing_field"


@pytest.mark.parametrize(
    ("site", "old", "new", "why"),
    [
        ("cdb", 'class="tit"', 'class="title"', "not_a_list"),
        ("cdb", 'class="date"', 'class="day"', "missing_field"),
        ("hxb", 'tag="', 'branch="', "missing_field"),
        ("hxb", "pro_word", "pro_text", "missing_field"),
        ("hxb", "pro_contli", "con", "not_a_list"),
        ("abc_site", "createPageHTML", "makePages", "missing_field"),
        ("csrcbank", "2026-06-2", "26-06-2", "missing_field"),
        ("chengezhao", "1/320", "1", "missing_field"),
        ("cscb", 'href="/site/col173/20260001.html"', 'href="javascript:;"', "missing_field"),
    ],
)
def test_a_changed_template_is_refused_with_its_reason(site: str, old: str, new: str, why: str) -> None:
    assert reason(html_portal.parse_list, changed(site, old, new)) == why


def test_an_empty_list_is_one_that_says_so_and_a_login_page_is_none() -> None:
    told = {**json.loads(page("cdb_list.html").reading), "empty": "p.no-data"}

    def read(name: str, reading: dict[str, Any]) -> Page:
        return Page((PAGES / "html_portal" / name).read_bytes(), "cdb", reading=json.dumps(reading))

    found = html_portal.parse_list(read("empty.html", told))
    assert (found.items, found.last) == ((), True)
    assert html_portal.is_list(read("empty.html", told))
    del told["empty"]
    assert reason(html_portal.parse_list, read("empty.html", told)) == "not_a_list"
    for reading in (told, {**told, "empty": "p.no-data"}):
        assert reason(html_portal.parse_list, read("login.html", reading)) == "blocked"


def test_a_link_to_another_host_keeps_its_host_in_the_key() -> None:
    asked = changed("cscb", "/site/col173/20260001.html", "https://ctbpsp.com/#/bulletinDetail?uuid=1")
    first = html_portal.parse_list(asked).items[0]
    assert (first.source_id, first.url) == (
        "ctbpsp.com/#/bulletinDetail?uuid=1",
        "https://ctbpsp.com/#/bulletinDetail?uuid=1",
    )


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("<html><body>访问过于频繁，请稍后再试</body></html>", "blocked"),
        ("<html><body><div class='main'>首页</div></body></html>", "missing_field"),
        ("<div class='Content'></div>", "body_missing"),
        ("<div class='Content'>详见附件<a href='/files/1.pdf'>公告</a></div>", "body_missing"),
        ("", "empty"),
    ],
)
def test_what_is_no_notice_is_quarantined_with_its_reason(body: str, why: str) -> None:
    asked = page("cdb_detail.html", items_of("cdb")[0], body=body.encode())
    assert reason(html_portal.parse_detail, asked) == why


def test_a_page_in_gbk_that_says_nothing_of_it_is_read_as_its_source_declares() -> None:
    good = page("zjrcbank_list.html")
    body = good.body.decode().replace('<meta charset="utf-8">', "").encode("gb18030")
    assert html_portal.parse_list(Page(body, "zjrcbank", good.url, reading=good.reading, encoding="gbk")).items


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"item": "li["}, "no CSS selector"),
        ({"paging": {"kind": "next_link"}}, "give next"),
        ({"paging": {"kind": "none", "next": "a"}}, "give next"),
        ({"paging": {"kind": "numbered", "pages": {"regex": "("}}}, "no regular expression"),
        ({"paging": {"kind": "numbered", "pages": {"regex": r"\d+"}}}, "one group"),
        ({"detail": {"body": "div["}}, "no CSS selector"),
        ({"colour": "red"}, "Extra inputs"),
    ],
)
def test_a_wrong_reading_is_refused(wrong: dict[str, Any], message: str) -> None:
    good = json.loads(page("cdb_list.html").reading)
    with pytest.raises(ValidationError, match=message):
        html_portal.Reading.model_validate({**good, **wrong})


def test_mutated_pages_are_parsed_or_quarantined() -> None:
    sites = {name: page(name) for name in sorted(p.name for p in (PAGES / "html_portal").glob("*_*.html"))}
    names = list(sites)
    for seed in range(500):
        good = sites[names[seed % len(names)]]
        damaged = Page(mutated(good.body, seed), good.source, good.url, reading=good.reading, encoding=good.encoding)
        for parse in (html_portal.is_list, html_portal.parse_list, html_portal.parse_detail):
            with suppress(Quarantined):
                parse(damaged)


@pytest.mark.realdata
def test_the_real_result_of_the_development_bank_is_a_failed_tender_of_a_subsidiary(shared_data: Path) -> None:
    (line,) = (shared_data / "notices" / "banks" / "cdb.jsonl").read_text(encoding="utf-8").splitlines()
    text = json.loads(line)["content_text"]
    body = f'<div class="Content">{"".join(f"<p>{row}</p>" for row in text.splitlines())}</div>'
    record = html_portal.parse_detail(page("cdb_detail.html", items_of("cdb")[1], body=body.encode()))
    assert (record.notice_type, record.purchaser) == ("failed", "中非发展基金有限公司")
    assert (record.project_code, record.agency) == ("0733-26132506", "中信国际招标有限公司")
