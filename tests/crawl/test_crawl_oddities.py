"""What sites say instead of an answer, and what follows: a state of the item, a reason, a day that is not complete.

`docs/oddities.md` tells it in words.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import Any

import pytest

from db.engine import connect
from db.warehouse import rows
from etl.records.rows import CoverageDayRow, DocumentRow, ListingRow
from flows import pipeline

LIST = "zhengcelibrary_gw"
TEXT = "为贯彻落实有关要求，现将有关事项通知如下。" * 40
PAGE = f"<html>META<body><h1 id='ti'>关于做好工作的通知</h1><div id='UCAP-CONTENT'><p>{TEXT}</p></div></body></html>"
HTML = {"Content-Type": "text/html"}
BARE, DECLARED = PAGE.replace("META", ""), PAGE.replace("META", "<meta charset='utf-8'>")


@dataclass(frozen=True)
class Odd:
    """What stands in the place of one item's page, and what must become of the item."""

    name: str
    body: bytes
    state: str
    reason: str | None = None
    headers: Any = None


def frame(words: str) -> bytes:
    return f"<html><head><title>提示</title></head><body><div>{words}</div></body></html>".encode()


BLOCKS = [
    Odd("too frequent", frame("您的访问过于频繁，请稍后再试"), "pending", "throttled"),
    Odd("captcha", frame("请输入验证码后继续访问"), "pending", "captcha"),
    Odd("login", frame("请先登录后再查看"), "pending", "login"),
    Odd("maintenance", frame("系统维护中，敬请谅解"), "pending", "maintenance"),
]
PAGES = [
    Odd("empty shell", b"<html><head></head><body><div id='app'></div></body></html>", "quarantined"),
    Odd("nothing at all", b"", "quarantined", "empty"),
    Odd("error in words", b'{"code":500,"msg":"error"}', "quarantined"),
    Odd("template changed", BARE.replace("UCAP-CONTENT", "new-content").encode(), "quarantined"),
    Odd("no charset said, GB18030", BARE.encode("gb18030"), "parsed"),
    Odd("GBK that says it is UTF-8", DECLARED.encode("gb18030"), "parsed"),
    Odd("a wrong charset in the header", BARE.encode(), "parsed", None, {"Content-Type": "text/html; charset=gb2312"}),
    Odd("a few broken bytes", BARE.encode().replace("贯".encode(), b"\xe8\xb4", 1), "parsed"),
    Odd("speaks of a captcha", BARE.replace("有关要求", "请输入验证码的要求").encode(), "parsed"),
]


def serve(portal: Any, answer: Any, odds: list[Odd]) -> None:
    """Publish a page for each oddity, and one that is as it should be."""
    portal.publish((LIST,), len(odds) + 1)
    strange = {f"_{item.number}.htm": odd for item, odd in zip(portal.items, odds, strict=False)}

    def fault(asked: Any) -> Any:
        odd = next((o for ending, o in strange.items() if asked.path.endswith(ending)), None)
        return odd and answer(odd.body, 200, odd.headers or HTML)

    portal.fault = fault


def check(run: Any, portal: Any, odds: list[Odd]) -> None:
    listed, documents, days = told(run)
    for item, odd in zip(portal.items, [*odds, Odd("plain", b"", "parsed")], strict=True):
        row = listed[item.number]
        assert (odd.name, row.state, days[item.day.isoformat()].state == "complete") == (
            odd.name,
            odd.state,
            odd.state == "parsed",
        )
        assert (odd.reason or "") in (row.reason or "")
        if odd.state == "parsed":
            assert "现将有关事项通知如下" in json.loads(documents[item.number].record)["text"]


def test_a_page_that_is_no_answer_is_never_taken_for_one(run: Any, portal: Any, answer: Any):
    serve(portal, answer, PAGES)
    run()
    check(run, portal, PAGES)


@pytest.mark.parametrize("odd", BLOCKS, ids=lambda odd: odd.name)
def test_a_page_that_wants_us_gone_is_a_block_whatever_its_status(run: Any, portal: Any, answer: Any, odd: Odd):
    serve(portal, answer, [odd])
    assert run().blocked == 1
    check(run, portal, [odd])


def test_a_redirect_to_the_front_page_is_no_page(run: Any, portal: Any, answer: Any):
    portal.publish((LIST,), 3)
    moved = {f"_{item.number}.htm": to for item, to in zip(portal.items, ("/", "/Default.aspx"), strict=False)}

    def fault(asked: Any) -> Any:
        to = next((to for ending, to in moved.items() if asked.path.endswith(ending)), None)
        return to and answer(b"", 302, {"Location": f"http://www.gov.demo.invalid{to}"})

    portal.fault = fault
    run()
    listed, _, days = told(run)
    *gone, plain = (listed[item.number] for item in portal.items)
    assert {(row.state, "front page" in (row.reason or "")) for row in gone} == {("pending", True)}
    assert [days[item.day.isoformat()].state for item in portal.items] == ["partial", "partial", "complete"]
    assert plain.state == "parsed"


def test_the_same_page_for_many_items_is_none_of_them(run: Any, portal: Any, answer: Any):
    portal.publish((LIST,), 5)
    portal.fault = lambda asked: answer(BARE.encode(), 200, HTML) if asked.path.startswith("/zhengce/") else None
    run()
    listed, documents, _ = told(run)
    assert {(row.state, row.reason) for row in listed.values()} == {("quarantined", "same_page")}
    assert not documents


def shorter(data: dict[str, Any]) -> dict[str, Any]:
    return {**data, "searchVO": {**data["searchVO"], "listVO": data["searchVO"]["listVO"][:-3]}}


def repeated(data: dict[str, Any]) -> dict[str, Any]:
    first = data["searchVO"]["listVO"][0]
    return {**data, "searchVO": {**data["searchVO"], "listVO": [first] * len(data["searchVO"]["listVO"])}}


def counted_otherwise(data: dict[str, Any]) -> dict[str, Any]:
    return {**data, "searchVO": {**data["searchVO"], "totalCount": 99}}


def refused(_data: dict[str, Any]) -> dict[str, Any]:
    return {"code": 500, "msg": "系统错误"}


def emptied(data: dict[str, Any]) -> dict[str, Any]:
    return {**data, "searchVO": {**data["searchVO"], "listVO": []}}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (shorter, "7 of 10 stated items seen"),
        (repeated, "two pages"),
        (counted_otherwise, "10 of 99 stated items seen"),
        (refused, "did not reach its end"),
        (emptied, "0 of 10 stated items seen"),
    ],
    ids=["stops early", "repeats itself", "states a wrong total", "an error with status 200", "an empty list"],
)
def test_a_list_that_lies_leaves_its_days_open(run: Any, portal: Any, answer: Any, change: Any, reason: str):
    portal.publish((LIST,), 10)

    def fault(asked: Any) -> Any:
        if asked.path != "/search-gov/data" or asked.fields["t"] != LIST:
            return None
        data = change(portal._govcn(asked.fields))
        return answer(json.dumps(data).encode(), 200, {"Content-Type": "application/json"})

    portal.fault = fault
    run()
    _, _, days = told(run)
    assert days
    for day in days.values():
        assert day.state == "partial"
        assert reason in (day.reason or "")


def told(run: Any) -> tuple[dict[int, ListingRow], dict[int, DocumentRow], dict[str, CoverageDayRow]]:
    """What the warehouse says: items and documents by the portal's number, days of the list. The counts add up."""
    pipeline.build_panel(run.home)
    with connect(run.home) as stores, stores.warehouse.read() as conn:
        listed = {int(r.source_id): r for r in rows(conn, ListingRow)}
        documents = {int(r.source_id): r for r in rows(conn, DocumentRow)}
        days = {r.day: r for r in rows(conn, CoverageDayRow) if r.scope == "state_council"}
    counted = Counter(row.state for row in listed.values())
    assert counted["parsed"] == len(documents)
    assert set(counted) <= {"parsed", "quarantined", "pending", "out_of_scope"}
    return listed, documents, days
