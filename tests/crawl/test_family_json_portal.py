"""Portals in JSON, crawled as their YAML says from a real server on loopback, by the crawler itself."""

from __future__ import annotations

import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from crawlers import crawl
from crawlers.families import Ask, json_portal
from crawlers.sources import load
from etl.errors import UsageError
from etl.parsers import json_portal as parser
from etl.records import Page, Record
from tests.crawl.real_sites import COUNT, EVER, NOTICES, PAGES, SINCE, SIZE, UNTIL, chunk, of_number, parsed, synthetic
from tests.portal_pages import persons

Told = dict[str, Any] | list[Any] | str | None
Site = Callable[[Any], Told]
HTML = '<html><body><div class="cost_title">{title}</div><div id="ncontid">{body}</div></body></html>'


def ccb(asked: Any) -> Told:
    _, _, _, channel, *rest = asked.path.split("/")
    if len(rest) == 1:
        return [
            {
                "id": f"20{n.number}",
                "channelId": channel,
                "title": n.title,
                "releaseDate": f"{n.day} 09:00:00",
                "releaseInst": "远山分行",
                "area": "",
            }
            for n in chunk(int(rest[0].removesuffix(".json")))
        ]
    notice = of_number(int(rest[1].removesuffix(".json")[2:]))
    return {"content": notice.body} if rest[0] == str(notice.day.year) else None


def icbc(asked: Any) -> Told:
    if asked.method == "POST":
        wanted = json.loads(asked.body)
        assert (wanted["menuId"], wanted["pageSize"], wanted["beginDate"]) == ("MENU030000000", SIZE, "")
        rows = [
            {
                "noticeId": f"PC{n.number}",
                "noticeTitle": n.title,
                "issueDate": f"{n.day:%Y%m%d}0900",
                "structName": "远山分行",
            }
            for n in chunk(wanted["curPage"])
        ]
        return {"totalNum": COUNT, "totalPage": PAGES, "rows": rows}
    return {"noticeDetail": {"noticeText": of_number(int(asked.path.rpartition("/PC")[2])).body}}


def cgbchina(asked: Any) -> Told:
    if asked.fields["act"] == "findGgList":
        assert (asked.fields["querytype"], asked.fields["rows"]) == ("9", str(SIZE))
        rows = [{"ID": f"G{n.number}", "TITLE": n.title, "TIME": str(n.day)} for n in chunk(int(asked.fields["page"]))]
        return {"data_list": rows}
    return {"type": 0, "REPORT_CONTENT": of_number(int(asked.fields["code"][1:])).body}


def cmbc(asked: Any) -> Told:
    if "pageno" not in asked.fields:
        return {"fdContent": of_number(int(asked.fields["fdId"])).body, "attUrl": []}
    assert asked.fields["categoryId"].startswith("0205DC9E")
    rows = [
        {"fdId": str(n.number), "docSubject": n.title, "createTime": f"{n.day} 10:00:00", "dept": "远山分行"}
        for n in chunk(int(asked.fields["pageno"]))
    ]
    return {"data": rows, "pageTotal": str(PAGES)}


def pingan(asked: Any) -> Told:
    if "id" in asked.fields:
        return {"code": 200, "data": {"content": of_number(int(asked.fields["id"])).body}}
    rows = [
        {"id": str(n.number), "collectNoticeName": n.title, "publishDate": f"{n.day} 10:00:00", "collectType": 2}
        for n in chunk(int(asked.fields["current"]))
    ]
    return {"code": 200, "data": {"records": rows}}


def cdrcb(asked: Any) -> Told:
    if asked.method == "POST":
        rows = [{"d": n.number, "title": n.title, "stime": str(n.day)} for n in chunk(int(asked.fields["page"]))]
        return {"ns": rows, "totalPage": PAGES}
    notice = of_number(int(asked.fields["id"]))
    return HTML.format(title=notice.title, body=notice.body)


SITES: dict[str, Site] = {f.__name__: f for f in (ccb, icbc, cgbchina, cmbc, pingan, cdrcb)}


@pytest.fixture
def stand_in(portal: Any, answer: Any) -> Callable[[Site], None]:
    """Let a function be the site."""

    def use(site: Site) -> None:
        def told(asked: Any) -> Any:
            said = None if asked.path == "/robots.txt" else site(asked)
            return None if said is None else answer((said if isinstance(said, str) else json.dumps(said)).encode())

        portal.fault = told

    return use


@pytest.mark.parametrize("name", SITES)
def test_lists_and_notices_are_asked_for_as_the_site_wants_it(name: str) -> None:
    source = synthetic(name)

    def page_of(ask: Ask, listed: Record | None = None) -> Page:
        parts = urlsplit(ask.url)
        fields = dict(parse_qsl(parts.query or ask.body.decode(), keep_blank_values=True))
        told = SITES[name](SimpleNamespace(method=ask.method, path=parts.path, fields=fields, body=ask.body.decode()))
        body = told if isinstance(told, str) else json.dumps(told)
        return Page(body.encode(), name, ask.url, listed=listed, reading=source.facts.reading)

    for number in range(1, PAGES + 1):
        asked = page_of(json_portal.list_request(source, source.scopes[0], "2024-01-01/2024-03-31", number))
        found = parser.parse_list(asked)
        assert [item.title for item in found.items] == [n.title for n in chunk(number)]
        assert found.last or found.pages == PAGES or number < PAGES
        for item in found.items:
            notice = page_of(json_portal.detail_request(source, item.source_id, item.url), item)
            assert parser.parse_detail(notice).notice_type == "award"


@pytest.mark.parametrize("name", ["ccb", "icbc", "cdrcb"])
def test_a_whole_list_is_walked_to_its_end_and_every_notice_becomes_a_record(
    name: str, run: Any, portal: Any, stand_in: Callable[[Site], None]
) -> None:
    stand_in(SITES[name])
    source = synthetic(name)
    counts = crawl(run.home, source, EVER, UNTIL, portal=portal.address).counts
    assert (counts.fetched, counts.failed, counts.pages) == (COUNT, 0, PAGES)
    assert {walk.state for walk in run.walks(name)} == {"complete"}
    records = parsed(run, source)
    assert [record.title for record in records] == [n.title for n in reversed(NOTICES)]
    assert [(record.published_at or "")[:10] for record in records] == [str(n.day) for n in reversed(NOTICES)]
    assert {record.notice_type for record in records} == {"award"}
    assert {record.purchaser for record in records} == {"青禾银行股份有限公司远山分行"}
    assert {lot.amount_yuan for record in records for lot in record.lots} == {"1331480.00"}
    assert not persons(records)


def test_an_answer_that_is_no_list_completes_no_walk(run: Any, portal: Any, stand_in: Callable[[Site], None]) -> None:
    stand_in(lambda _asked: '{"code": 401, "msg": "请先登录系统后再访问"}')
    counts = crawl(run.home, synthetic("pingan"), SINCE, UNTIL, portal=portal.address).counts
    assert counts.items == 0
    assert "complete" not in {walk.state for walk in run.walks("pingan")}


def test_nested_fields_and_places_are_filled_from_scopes_and_keys() -> None:
    real = load("icbc")
    asking = {
        "base_url": "https://jc.icbc.com.cn",
        "list": {
            "path": "/{part}/list",
            "encoding": "json",
            "params": {"head": {"version": 1}, "body": {"area": ""}},
            "page_param": "body.page.number",
            "page_start": 0,
            "page_size_param": "body.page.size",
        },
        "detail": {"path": "/detail", "encoding": "json", "params": {"body": {"pk": "{id}", "kinds": [1]}}},
    }
    scope = real.scopes[0].model_copy(update={"params": {"part": "a b", "body.type": "3"}})
    source = real.model_copy(update={"params": asking, "scopes": (scope,)})
    ask = json_portal.list_request(source, scope, "2024-01-01/2024-12-31", 2)
    assert ask.url == "https://jc.icbc.com.cn/a%20b/list"
    assert json.loads(ask.body) == {
        "head": {"version": 1},
        "body": {"area": "", "type": "3", "page": {"number": 1, "size": 100}},
    }
    assert json.loads(json_portal.detail_request(source, "X", None).body) == {"body": {"pk": "X", "kinds": [1]}}
    with pytest.raises(UsageError, match="part"):
        json_portal.list_request(source, real.scopes[0], "2024-01-01/2024-12-31", 1)


def test_a_hostile_key_stays_one_step_of_the_path() -> None:
    source = load("icbc")
    assert json_portal.detail_request(source, "..%2Fadmin?x=1", None).url.endswith(
        "/notice/detail/..%252Fadmin%3Fx%3D1"
    )
    for key in ("../admin", "a/b", ""):
        with pytest.raises(UsageError, match="not of the form"):
            json_portal.detail_request(source, key, None)
