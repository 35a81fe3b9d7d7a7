"""Portals of 政采云, crawled as their YAML says from a real server on loopback."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
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
    Notice,
    of_number,
    parsed,
    synthetic,
)

PERSONS = ("李假名", "钱示例", "孙样板", "13800138000")


def key_of(notice: Notice) -> str:
    """An id as the portals make them: base64 with slashes, plus and equal signs."""
    return base64.b64encode(b"\xff\xef\xbe" + bytes([notice.number]) * 10).decode()


def milliseconds(notice: Notice) -> int:
    """The midnight that begins a day in China."""
    return (
        int((datetime(notice.day.year, notice.day.month, notice.day.day, tzinfo=UTC) - timedelta(hours=8)).timestamp())
        * 1000
    )


def site(asked: Any, *, filters: bool) -> Any:
    """The API; `filters`: whether it heeds the days it is asked for."""
    if asked.path == "/portal/detail":
        notice = next(n for n in NOTICES if key_of(n) == asked.fields["articleId"])
        content = f"<style>td {{border: 0}}</style>{of_number(notice.number).body}"
        return {
            "articleId": key_of(notice),
            "title": notice.title,
            "publishDate": milliseconds(notice),
            "content": content,
        }
    told = json.loads(asked.body)
    assert told["pageSize"] == SIZE
    first, last = told.get("publishDateBegin", ""), told.get("publishDateEnd", "9999")
    mine = [n for n in NOTICES if not filters or first <= str(n.day) <= last]
    rows = [
        {
            "articleId": key_of(n),
            "title": f"\u200b{n.title}",
            "publishDate": milliseconds(n),
            "pathName": "中标（成交）结果公告",
        }
        for n in mine[(told["pageNo"] - 1) * SIZE : told["pageNo"] * SIZE]
    ]
    return {"total": len(mine), "data": rows}


@pytest.fixture
def serve(portal: Any, answer: Any) -> Callable[..., Source]:
    """Let the fake portal be a site; its source, moved to hosts that do not exist."""

    def use(name: str, *, filters: bool = False) -> Source:
        def told(asked: Any) -> Any:
            if asked.path == "/robots.txt":
                return None
            return answer(json.dumps({"success": True, "result": {"data": site(asked, filters=filters)}}).encode())

        portal.fault = told
        # Out of scope is what names no bank; the fake notices do in their bodies only.
        return synthetic(name).model_copy(update={"out_of_scope": ()})

    return use


def test_a_whole_list_is_walked_to_its_end_and_every_notice_becomes_a_record(
    run: Any, portal: Any, serve: Callable[..., Source]
) -> None:
    source = serve("czbank")
    counts = crawl(run.home, source, EVER, UNTIL, portal=portal.address).counts
    assert (counts.fetched, counts.failed, counts.pages) == (COUNT, 0, PAGES)
    assert {walk.state for walk in run.walks("czbank")} == {"complete"}
    records = parsed(run, source)
    assert [record.source_id for record in records] == [key_of(n) for n in reversed(NOTICES)]
    assert [record.title for record in records] == [n.title for n in reversed(NOTICES)]
    assert [(record.published_at or "")[:10] for record in records] == [str(n.day) for n in reversed(NOTICES)]
    assert {record.notice_type for record in records} == {"award"}
    assert {lot.amount_yuan for record in records for lot in record.lots} == {"1331480.00"}
    assert not [person for person in PERSONS if person in str([record.to_dict() for record in records])]


@pytest.mark.parametrize("filters", [True, False])
def test_windows_are_complete_only_where_the_portal_heeds_the_days(
    run: Any, portal: Any, serve: Callable[..., Source], filters: bool
) -> None:
    source = serve("guangxi_zfcg", filters=filters).model_copy(update={"cap": COUNT})
    since = SINCE if filters else UNTIL - timedelta(days=1)
    crawl(run.home, source, since, UNTIL, portal=portal.address)
    states = {walk.state for walk in run.walks("guangxi_zfcg")}
    assert states == ({"complete"} if filters else {"capped"})
    if filters:
        assert run.states("guangxi_zfcg") == {"fetched": len(WANTED)}


def test_a_portal_that_wants_signed_requests_is_left_alone(
    run: Any, portal: Any, answer: Any, serve: Callable[..., Source]
) -> None:
    source = serve("zhejiang_zfcg")
    refusal = '{"success": false, "code": "403", "message": "签名校验失败"}'.encode()
    portal.fault = lambda asked: answer(refusal) if asked.path == "/portal/category" else None
    counts = crawl(run.home, source, SINCE, UNTIL, portal=portal.address).counts
    assert (counts.items, counts.blocked) == (0, 1)
    assert {walk.state for walk in run.walks("zhejiang_zfcg")} == {"abandoned"}
