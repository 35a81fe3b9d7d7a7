"""易招标: lists in JSON and in HTML, notices as static pages, and texts that only the list has."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from crawlers import sources
from crawlers.families import yizhaobiao as walker
from etl.errors import FincityError, Quarantined
from etl.parsers import yizhaobiao
from etl.records.parsed import Page, Record
from tests.mutations import mutated, mutated_json

PAGES = Path(__file__).parent / "pages" / "yizhaobiao"
SITE = "https://cg.example.invalid"
API = f"{SITE}/cms/api/dynamicData/queryContentPage"
NOTICE = f"{SITE}/cms/default/webfile/ywgg3/20260306/1214656725957738496.html"
PERSONS = ("李假名", "周虚构", "吴构造", "郑设想", "孙样板", "66221234", "13900001111", "li.jiaming")
#: Page -> what must be read of it: stage, purchaser, lots as (status, suppliers, amount, tax basis).
REQUIRED: dict[str, tuple[str, str, list[tuple[str, list[str], str | None, str]]]] = {
    "award.html": (
        "award",
        "前海银行股份有限公司滨城分行",
        [
            ("awarded", ["青禾软件股份有限公司"], "1038121.80", "incl"),
            ("awarded", ["南溪前海科技有限公司"], "1000000.00", "incl"),
        ],
    ),
    "candidates.html": (
        "candidate",
        "前海银行股份有限公司",
        [("candidate", ["青禾软件股份有限公司"], "2163000.00", "unknown")],
    ),
    "framework.html": (
        "shortlist",
        "前海银行股份有限公司滨城分行",
        [("awarded", ["青禾设计有限公司", "南溪装饰工程有限公司", "远山建筑设计有限公司"], None, "unknown")],
    ),
    "award_old.html": (
        "award",
        "渤湾银行股份有限公司",
        [("awarded", ["南溪安全技术有限公司"], "7050000.00", "excl")],
    ),
}


def page(name: str, url: str = API, listed: Record | None = None, **reading: Any) -> Page:
    return Page((PAGES / name).read_bytes(), "site", url, listed=listed, reading=json.dumps(reading))


def listing(rows: list[dict[str, Any]], **reading: Any) -> Page:
    told = {"msg": "操作成功", "res": {"total": len(rows), "rows": rows}}
    return Page(json.dumps(told).encode(), "site", API, reading=json.dumps(reading))


def row(**said: Any) -> dict[str, Any]:
    return {"title": "采购公告", "url": "/ywgg1/20260306/1214656725957738496.html", "publishDate": "2026-03-06", **said}


def lots(record: Record) -> list[tuple[str, list[str], str | None, str]]:
    return [(x.status, [s.name for s in x.suppliers], x.amount_yuan, x.tax_basis) for x in record.lots]


# --- lists ----------------------------------------------------------------------------------------------------------


def test_a_list_gives_numbers_public_addresses_places_and_the_total() -> None:
    found = yizhaobiao.parse_list(page("list.json"))
    assert (found.listed, found.last) == (5102, False)
    assert [(i.source_id, i.notice_type) for i in found.items] == [
        ("1214656725957738496", "award"),
        ("1214656725957738400", "award"),  # the list calls candidates a result: a prior, the body decides
        ("1214656725957738304", None),
        ("1214656725957738208", "supplier_call"),  # said by the name of its column
    ]
    first, second, third, _ = found.items
    assert first.url == NOTICE
    assert (first.region_text, second.region_text) == ("广东省 深圳市", "北京市")
    assert (first.purchaser, second.purchaser) == ("前海银行股份有限公司滨城分行", None)
    assert first.project_code == "QHYH-2026-0031"
    assert third.title == "前海银行2026年装修设计单位入围结果公告"


@pytest.mark.parametrize(
    ("said", "policy", "moment", "odd"),
    [
        ("2026-07-24T05:50:02.000+0000", "offset", "2026-07-24T13:50:02+08:00", 0),
        ("2026-07-24T16:00:00.000+0000", "offset", "2026-07-25T00:00:00+08:00", 0),
        ("2026-07-24T23:10:00.000+08:00", "offset", "2026-07-24T23:10:00+08:00", 0),
        ("2026-07-24T16:30:00Z", "offset", "2026-07-25T00:30:00+08:00", 0),
        ("2026-07-24 09:00:00", "offset", "2026-07-24T09:00:00+08:00", 1),
        ("2026-07-24T16:30:00.000+0000", "naive_local", "2026-07-24T16:30:00+08:00", 1),
        ("2026-07-24", "naive_local", "2026-07-24T00:00:00+08:00", 0),
    ],
)
def test_the_day_is_the_one_in_beijing(said: str, policy: str, moment: str, odd: int) -> None:
    found = yizhaobiao.parse_list(listing([row(publishDate=said)], tz_policy=policy))
    assert found.items[0].published_at == moment
    assert len([w for w in found.warnings if w.startswith("publishDate: 1 of 1 times say")]) == odd


def test_a_number_alone_is_a_key_and_a_row_without_one_is_refused() -> None:
    absolute = row(url=f"{SITE}/cms/default/webfile/ywgg1/20260306/987654321.html?from=list#top")
    (item,) = yizhaobiao.parse_list(listing([absolute])).items
    assert (item.source_id, item.url) == ("987654321", absolute["url"])
    with pytest.raises(Quarantined, match="missing_field"):
        yizhaobiao.parse_list(listing([row(), row(url="javascript:void(0)")]))
    nowhere = yizhaobiao.parse_list(Page((PAGES / "list.json").read_bytes()))
    assert {item.url for item in nowhere.items} == {None}


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ((PAGES / "busy.json").read_bytes(), "blocked"),
        ((PAGES / "login.json").read_bytes(), "blocked"),
        (b"{}", "not_a_list"),
        (b'{"res": null, "code": 200}', "not_a_list"),
        (b'{"res": {"rows": []}}', "not_a_list"),
        (b"<html><body>404</body></html>", "not_a_list"),
        ("<html><body>您未登录，请登录后再试</body></html>".encode(), "blocked"),
        (b"plain", "not_json"),
    ],
)
def test_what_is_no_list_is_no_empty_list(body: bytes, reason: str) -> None:
    with pytest.raises(Quarantined) as caught:
        yizhaobiao.parse_list(Page(body, "site", API))
    assert caught.value.reason == reason


def test_an_empty_column_is_an_empty_list() -> None:
    found = yizhaobiao.parse_list(page("list_empty.json"))
    assert (found.items, found.listed) == ((), 0)


def test_lists_of_the_older_generation_end_with_a_page_that_is_not_full() -> None:
    folder = f"{SITE}/cms/channel/ywgg1qb/index.htm"
    full, last, beyond = (
        yizhaobiao.parse_list(page(f"list_old{end}.html", folder)) for end in ("", "_last", "_beyond")
    )
    assert [(len(p.items), p.last) for p in (full, last, beyond)] == [(10, False), (2, True), (0, True)]
    assert {p.listed for p in (full, last, beyond)} == {132}  # rows that a script brings are no empty list
    first = full.items[0]
    assert (first.source_id, first.title) == ("52000", "渤湾银行手机银行安全加固项目中标结果公告")  # the link cuts it
    assert (first.url, first.published_at) == (f"{SITE}/cms/channel/ywgg1qb/52000.htm", "2026-03-28T00:00:00+08:00")
    assert {i.notice_type for i in full.items} == {None}


# --- notices --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", REQUIRED)
def test_the_required_fields_of_every_page(name: str) -> None:
    record = yizhaobiao.parse_detail(page(name, NOTICE))
    assert (record.notice_type, record.purchaser, lots(record)) == REQUIRED[name]
    assert (record.source_id, record.url) == ("1214656725957738496", NOTICE)
    assert record.title
    assert (record.published_at or "")[:4] == "2026"
    assert not [p for p in PERSONS if p in str(record.to_dict())]


def test_a_table_that_only_looks_like_one_is_dropped() -> None:
    assert "示例占位有限公司" in (PAGES / "award.html").read_text(encoding="utf-8")
    assert "示例占位有限公司" not in str(yizhaobiao.parse_detail(page("award.html", NOTICE)).to_dict())


def test_title_and_time_are_the_lists_and_another_day_on_the_page_is_reported() -> None:
    listed = Record("site", "1214656725957738496", title="全称", published_at="2026-03-05T16:30:00+08:00")
    record = yizhaobiao.parse_detail(page("award.html", NOTICE, listed))
    assert (record.title, record.published_at) == ("全称", "2026-03-05T16:30:00+08:00")
    assert "published_at: the list says 2026-03-05, the page shows 2026-03-06" in record.warnings


def test_a_shell_is_read_from_the_text_of_its_list_row() -> None:
    for item, name in zip(
        yizhaobiao.parse_list(page("list.json", body="row_text")).items,
        ("award.html", "candidates.html", "framework.html"),
        strict=False,
    ):
        assert not [p for p in PERSONS if p in str(item.to_dict())]
        record = yizhaobiao.parse_detail(page("shell.html", item.url or "", item, body="row_text"))
        assert (record.notice_type, record.purchaser, lots(record)) == REQUIRED[name]
        assert "text: from the list, the page is a shell" in record.warnings
        assert record.source_id == item.source_id
        assert yizhaobiao.parse_detail(page(name, item.url or "", item, body="row_text")).lots == record.lots
    with pytest.raises(Quarantined, match="missing_field"):
        yizhaobiao.parse_detail(page("shell.html", NOTICE, item))
    with pytest.raises(Quarantined, match="body_missing"):
        yizhaobiao.parse_detail(page("shell.html", NOTICE, replace(item, text=None), body="row_text"))


def test_of_a_site_that_forbids_reuse_nothing_of_the_text_is_kept() -> None:
    listed = yizhaobiao.parse_list(page("list.json", body="none")).items[0]
    record = yizhaobiao.parse_detail(page("award.html", NOTICE, listed, body="none"))
    assert (record.text, record.lots, record.purchaser) == (None, (), "前海银行股份有限公司滨城分行")
    assert (record.title, record.url, record.published_at) == (listed.title, NOTICE, "2026-03-06T00:30:00+08:00")
    alone = yizhaobiao.parse_detail(page("award.html", NOTICE, body="none"))
    assert (alone.title, alone.notice_type) == ("前海银行智能客服系统采购项目中标结果公告", "award")
    with pytest.raises(Quarantined, match="blocked"):
        yizhaobiao.parse_detail(Page("<p>访问过于频繁</p>".encode(), "site", NOTICE, reading='{"body": "none"}'))


def test_mutated_pages_are_parsed_or_quarantined() -> None:
    bodies = [p.read_bytes() for p in sorted(PAGES.glob("*"))]
    readings = ("{}", '{"body": "row_text"}', '{"body": "none"}')
    for seed in range(500):
        body = bodies[seed % len(bodies)]
        damage = mutated_json if body[:1] == b"{" and seed // len(bodies) % 2 else mutated
        damaged = Page(damage(body, seed), "site", NOTICE, reading=readings[seed % 3])
        for parse in (yizhaobiao.parse_detail, yizhaobiao.parse_list):
            with suppress(Quarantined):
                parse(damaged)


# --- requests -------------------------------------------------------------------------------------------------------


def test_a_column_is_asked_for_by_its_numbers_and_never_cut_to_the_home_page() -> None:
    source = sources.load("citic")
    scope = source.scopes[0].model_copy(update={"params": {"column": "ywgg3", "category_id": "213,7252250"}})
    ask = walker.list_request(source, scope, "2026-01-01/2026-03-31", 7)
    told = json.loads(ask.body)
    assert (ask.method, ask.url) == ("POST", "https://ebid.cfhc.citic/cms/api/dynamicData/queryContentPage")
    assert (told["pageNo"], told["pageSize"]) == (7, 10)
    assert (told["dto"]["siteId"], told["dto"]["categoryId"]) == ("725", "213,7252250")
    assert {value for name, value in told["dto"].items() if name not in ("siteId", "categoryId")} == {""}
    assert not {"isIndex", "limitNum", "beginDate", "endDate"} & told["dto"].keys()
    assert ask.headers["Referer"] == "https://ebid.cfhc.citic/cms/default/webfile/ywgg3/index.html"


def test_columns_of_the_older_generation_are_pages() -> None:
    source = sources.load("cbhb")
    asks = [walker.list_request(source, source.scopes[0], "2026-01-01/2026-03-31", n) for n in (1, 2)]
    folder = "https://app.bhypt.cbhb.com.cn/cms/channel/ywgg1qb/index.htm"
    assert [(a.method, a.url) for a in asks] == [("GET", folder), ("GET", f"{folder}?pageNo=2")]


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ("site_id: seven", "site_id"),
        ("next_page: index.htm", "next_page"),
        ("body: full", "body"),
        ("tz_policy: utc", "tz_policy"),
        ("category_id: auto", "category_id"),
        ("column: ../admin", "column"),
    ],
)
def test_a_source_that_says_something_else_is_refused(tmp_path: Path, line: str, field: str) -> None:
    text = (sources.FOLDER / "citic.yaml").read_text(encoding="utf-8")
    name = line.partition(":")[0]
    old = {
        "site_id": 'site_id: "725"',
        "next_page": 'site_id: "725"',
        "body": "body: static",
        "tz_policy": "tz_policy: offset",
        "category_id": 'category_id: "213"',
        "column": "column: ywgg3",
    }[name]
    (tmp_path / "citic.yaml").write_text(text.replace(old, line, 1), encoding="utf-8")
    with pytest.raises(FincityError, match=field):
        sources.read(tmp_path / "citic.yaml")
