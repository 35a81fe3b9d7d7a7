"""Sites of 易招标, both generations, crawled as their YAML says from a real server on loopback."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from crawlers import crawl
from crawlers.sources import Source
from tests.crawl.real_sites import (
    COUNT,
    EVER,
    NOTICES,
    PAGES,
    SINCE,
    SIZE,
    UNTIL,
    WANTED,
    chunk,
    of_number,
    parsed,
    synthetic,
)

PERSONS = ("李假名", "钱示例", "孙样板", "13800138000")
API = "/cms/api/dynamicData/queryContentPage"


def number_of(path: str) -> int:
    """The notice whose number ends the name of the file."""
    return int(path.rpartition("/")[2].partition(".")[0]) - 1214656725957738000


def api(asked: Any, *, text: bool) -> str:
    """A list as the newer generation answers it, its times in UTC: 16:00 is the midnight that begins a day here."""
    told = json.loads(asked.body)
    assert (told["pageSize"], told["dto"]["siteId"]) == (SIZE, "725")
    rows = [
        {
            "title": n.title,
            "url": f"/ywgg3/{n.day:%Y%m%d}/{1214656725957738000 + n.number}.html",
            "publishDate": f"{n.day - timedelta(days=1)}T16:00:00.000+0000",
            "categoryName": "采购结果公告",
            "provinceName": "江西省",
            **({"text": n.body} if text else {}),
        }
        for n in chunk(told["pageNo"])
    ]
    return json.dumps({"msg": "操作成功", "res": {"total": COUNT, "rows": rows}})


def page(asked: Any) -> str:
    body = of_number(number_of(asked.path)).body
    return f'<html><body><div class="text-part-text">{body}</div></body></html>'


def citic(asked: Any) -> str:
    return api(asked, text=False) if asked.path == API else page(asked)


def bankofbeijing(asked: Any) -> str:
    return api(asked, text=True) if asked.path == API else '<html><body><div id="app"></div></body></html>'


def cbhb(asked: Any) -> str:
    if not asked.path.endswith("/index.htm"):
        return page(asked).replace("text-part-text", "main-text")
    rows = (
        f'<li name="li_name"><a href="/cms/channel/ywgg1qb/{1214656725957738000 + n.number}.htm" title="{n.title}">'
        f"{n.title[:6]}...</a><em>{n.day}</em></li>"
        for n in chunk(int(asked.fields.get("pageNo", "1")))
    )
    return f"<html><body><ul>{''.join(rows)}</ul><a>下一页</a></body></html>"


SITES: dict[str, Callable[[Any], str]] = {f.__name__: f for f in (citic, bankofbeijing, cbhb)}


@pytest.fixture
def serve(portal: Any, answer: Any) -> Callable[[str], Source]:
    """Let the fake portal be a site; its source, moved to hosts that do not exist."""

    def use(name: str) -> Source:
        portal.fault = lambda asked: None if asked.path == "/robots.txt" else answer(SITES[name](asked).encode())
        source = synthetic(name)
        return source.model_copy(update={"reading": {**source.reading, "full_page": SIZE}})

    return use


@pytest.mark.parametrize("name", SITES)
def test_a_whole_list_is_walked_to_its_end_and_every_notice_becomes_a_record(
    name: str, run: Any, portal: Any, serve: Callable[[str], Source]
) -> None:
    source = serve(name)
    counts = crawl(run.home, source, EVER, UNTIL, portal=portal.address).counts
    assert (counts.fetched, counts.failed, counts.pages) == (COUNT, 0, PAGES)
    assert {walk.state for walk in run.walks(name)} == {"complete"}
    records = parsed(run, source)
    assert [record.title for record in records] == [n.title for n in reversed(NOTICES)]
    assert [(record.published_at or "")[:10] for record in records] == [str(n.day) for n in reversed(NOTICES)]
    assert {record.notice_type for record in records} == {"award"}
    assert {record.purchaser for record in records} == {"青禾银行股份有限公司远山分行"}
    assert {lot.amount_yuan for record in records for lot in record.lots} == {"1331480.00"}
    assert not [person for person in PERSONS if person in str([record.to_dict() for record in records])]


def test_a_list_is_left_below_the_window_by_its_own_days(run: Any, portal: Any, serve: Callable[[str], Source]) -> None:
    source = serve("citic")
    crawl(run.home, source, SINCE, UNTIL, portal=portal.address)
    assert {number_of(a.path) for a in portal.log if a.path.startswith("/cms/default/")} == {n.number for n in WANTED}
    assert {walk.state for walk in run.walks("citic")} == {"complete"}


def test_a_busy_system_is_a_block_and_no_empty_list(
    run: Any, portal: Any, answer: Any, serve: Callable[[str], Source]
) -> None:
    source = serve("citic")
    portal.fault = lambda asked: answer('{"code": 500, "msg": "系统繁忙"}'.encode()) if asked.path == API else None
    counts = crawl(run.home, source, EVER, UNTIL, portal=portal.address).counts
    assert (counts.items, counts.blocked) == (0, 1)
    assert {walk.state for walk in run.walks("citic")} == {"abandoned"}
