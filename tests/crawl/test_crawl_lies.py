"""Lists that are walked down from the newest item and are not what they seem: no notice lost, no day closed by them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

from db.engine import connect
from db.warehouse import rows
from etl.records.rows import CoverageDayRow
from flows import pipeline

SOURCE = "demo_cfcpn"
OLDEST_FIRST, GROWING, UNDATED = "4", "3", "1"
LATE = date(2024, 2, 10)
TEXT = "<p>某银行系统采购项目已完成评审，现将结果予以公告。</p><p>中标人：示例科技有限公司</p><p>中标金额：100万元</p>"
Said = dict[str, Any]
Lie = Callable[[list[Said], int, int], list[Said]]


def paged(found: list[Said], page: int, size: int) -> list[Said]:
    return found[(page - 1) * size : page * size]


def without_a_date(found: list[Said], page: int, size: int) -> list[Said]:
    return paged([{**row, "publishTime": ""} if n == 10 else row for n, row in enumerate(found)], page, size)


LIES: dict[str, Lie] = {
    OLDEST_FIRST: lambda found, page, size: paged(found[::-1], page, size),
    GROWING: lambda found, page, size: paged(found, page, size if page == 1 else 2 * size),
    UNDATED: without_a_date,
}


def lie(portal: Any, answer: Any, gone: str) -> None:
    """Each list shows what its lie makes of its rows, given newest first; one notice is gone, the others are there."""

    def fault(asked: Any) -> Any:
        if asked.fields.get("id") == gone:
            return answer(b"", 404)
        if "isDetail" in asked.fields:
            said = portal._cfcpn(asked.fields)
            read = [{**row, "noticeContent": TEXT} for row in said["rows"]]
            return answer(json.dumps({**said, "rows": read}).encode())
        if asked.fields.get("noticeType") not in LIES:
            return None
        said = portal._cfcpn({**asked.fields, "pageNo": "1", "pageSize": "9999"})
        shown = LIES[asked.fields["noticeType"]]
        told = shown(said["rows"], int(asked.fields["pageNo"]), int(asked.fields["pageSize"]))
        return answer(json.dumps({**said, "rows": told}).encode())

    portal.fault = fault


def ends(run: Any) -> dict[str, set[str | None]]:
    """How the walks of each list ended."""
    found: dict[str, set[str | None]] = {}
    for walk in run.walks(SOURCE):
        found.setdefault(walk.scope, set()).add(walk.reason or walk.state)
    return found


def test_a_list_that_is_not_what_it_seems_loses_no_notice_and_closes_no_day(run: Any, portal: Any, answer: Any):
    portal.publish(tuple(LIES), 120)
    newest = sorted((i for i in portal.items if i.list == UNDATED), key=lambda i: i.day, reverse=True)
    lie(portal, answer, newest[10].id)
    run(SOURCE, since=LATE)
    assert ends(run) == {
        "result": {"complete"},
        "change": {"70 of 120 stated items seen"},
        "tender": {"complete"},
        "supplier_call": {"complete"},
    }
    sorted_oddly = {i.id for i in portal.items if i.list == OLDEST_FIRST and i.day >= LATE}
    assert len(sorted_oddly) > 50
    assert sorted_oddly <= set(run.details(SOURCE))
    pipeline.build_panel(run.home)
    with connect(run.home) as stores, stores.warehouse.read() as conn:
        days = {r.day: (r.state, r.reason) for r in rows(conn, CoverageDayRow) if r.scope == "tender"}
    assert days[newest[10].day.isoformat()] == ("partial", "1 open without a date")
    assert sum(state == "complete" for state, _ in days.values()) > 40


def test_a_list_that_is_suddenly_empty_closes_no_day(run: Any, portal: Any):
    portal.publish((OLDEST_FIRST,), 5)
    run(SOURCE)
    portal.items.clear()
    run(SOURCE, since=date(2024, 4, 1), until=date(2024, 4, 10))
    assert ends(run)["result"] == {"complete", "the list is empty, and had items before"}
    assert ends(run)["change"] == {"complete"}
