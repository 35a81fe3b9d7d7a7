"""The ops tables are a fold over the archive: whatever the batches and whatever was lost, they can be made again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, delete, select

from db import frontier, ops, ops_tables
from db.archive import Archive
from db.engine import Stores, connect
from db.frontier import Place
from db.home import Home
from db.ops import Entry
from db.ops_tables import Task
from etl.records import FetchEvent, ListPage, Record, SourceFacts
from etl.walks import Walk

FACTS = SourceFacts(source="s", family="cfcpn", title="t", paging="newest_first")
WINDOW = "2024-01-01/2024-01-31"
EVENT = FetchEvent("s", "result", WINDOW, "list", "http://x/", "ok", "2024-03-01T00:00:00Z", method="POST", page=1)


def listing(total: int, *numbers: int) -> bytes:
    rows = [
        {
            "id": f"{n:032x}",
            "noticeTitle": f"某银行项目{n}中标公告",
            "publishTime": f"2024-01-{n:02} 10:00:00.0",
            "area": "北京市",
        }
        for n in numbers
    ]
    return json.dumps({"result": True, "total": total, "rows": rows}).encode()


def detail(number: int, outcome: str = "ok", **more: Any) -> FetchEvent:
    return replace(EVENT, kind="detail", page=None, source_id=f"{number:032x}", outcome=outcome, **more)


#: A crawl as it happened: events with what was answered (None: nothing came).
STORY: list[tuple[FetchEvent, bytes | None]] = [
    (replace(EVENT, kind="robots", url="http://x/robots.txt", page=None), b""),
    (EVENT, listing(4, 9, 8)),
    (detail(9), b"nine"),
    (detail(8, "timeout"), None),
    (replace(EVENT, page=2, outcome="truncated", attempt=1), None),
    (replace(EVENT, page=2, attempt=2), listing(4, 7, 6)),
    (detail(8, attempt=2), b"eight"),
    (detail(7, "http_error", status=404), b"gone"),
    (detail(6, "blocked"), b"too often"),
    (detail(8, "timeout"), None),  # a failed look at a page we have takes nothing away
    (replace(EVENT, scope="change"), b"no list at all"),
]


def archive_story(home: Home, cuts: Sequence[int] = ()) -> Archive:
    """Write the story into the archive, in segments that end at `cuts`."""
    archive = Archive.of(home)
    edges = [0, *sorted(cuts), len(STORY)]
    for first, last in pairwise(edges):
        with archive.writer("s") as writer:
            for event, body in STORY[first:last]:
                if body is None:
                    writer.note(event)
                else:
                    writer.exchange(event, request_headers=(), status_line="200 OK", response_headers=(), body=body)
    return archive


def open_details(conn: Connection) -> list[Task]:
    found, _ = frontier.open_items(conn, "s", 10, Place(), date(2024, 3, 1))
    return found


def dump(stores: Stores) -> dict[str, list[tuple[Any, ...]]]:
    with stores.ops.read() as conn:
        return {t.name: sorted((tuple(r) for r in conn.execute(select(t))), key=repr) for t in ops_tables.FOLDED}


def test_the_frontier_tells_how_every_item_stands(db_home: Home, stores: Stores):
    assert ops.catch_up(stores, archive_story(db_home), FACTS) == len(STORY)
    with stores.ops.read() as conn:
        assert frontier.states(conn, "s") == {"blocked": 1, "failed": 1, "fetched": 2}
        assert [t.source_id[-1] for t in open_details(conn) if t.source_id] == ["6", "7"]
        (walk,) = frontier.walks_of(conn, "s")
        rows = {r.key: r for r in conn.execute(select(ops_tables.FRONTIER)).mappings()}
    assert (walk.state, walk.page, walk.distinct_ids, walk.total_last) == ("complete", 2, 4, 4)
    assert rows[f"{8:032x}"]["attempts"] == 3
    assert rows[f"{8:032x}"]["last_error"] is None
    assert rows[f"change|{WINDOW}|1|1"]["state"] == "failed"
    assert "unreadable" in rows[f"change|{WINDOW}|1|1"]["last_error"]


def test_a_rebuild_makes_the_same_tables_and_catching_up_twice_changes_nothing(db_home: Home, stores: Stores):
    archive = archive_story(db_home, [3, 7])
    ops.catch_up(stores, archive, FACTS)
    before = dump(stores)
    assert ops.catch_up(stores, archive, FACTS) == 0
    assert ops.rebuild(stores, archive, [FACTS]) == len(STORY)
    assert dump(stores) == before


def test_what_was_entered_before_changes_nothing_and_still_tells_how_the_walk_stands(db_home: Home, stores: Stores):
    archive = archive_story(db_home)
    ops.catch_up(stores, archive, FACTS)
    before = dump(stores)
    event, end = next((e, end) for e, end in archive.events() if e.kind == "list" and e.page == 2 and e.outcome == "ok")
    with stores.ops.write() as conn:
        (walk,) = ops.fold(conn, FACTS, [Entry(event, end, ListPage())])
    assert walk.state == "complete"
    assert dump(stores) == before


def test_captures_lead_from_a_hash_to_its_bytes(db_home: Home, stores: Stores):
    archive = archive_story(db_home)
    ops.catch_up(stores, archive, FACTS)
    with stores.ops.read() as conn:
        found = (
            conn.execute(select(ops_tables.CAPTURE).where(ops_tables.CAPTURE.c.source_id == f"{9:032x}"))
            .mappings()
            .one()
        )
    assert archive.body(found["segment"], found["offset"]) == b"nine"


def test_a_worker_that_died_between_archive_and_tables_loses_nothing(db_home: Home, stores: Stores):
    archive = archive_story(db_home)
    ops.catch_up(stores, archive, FACTS)
    whole = dump(stores)
    with stores.ops.write() as conn:
        for table in ops_tables.FOLDED:
            conn.execute(delete(table))
    events = list(archive.events())
    with stores.ops.write() as conn:  # it had entered the first four
        bodies = [archive.body(e.segment, e.offset) if e.segment and e.offset else b"" for e, _ in events[:4]]
        entries = [ops.read(FACTS, e, end, partial(bytes, b)) for (e, end), b in zip(events[:4], bodies, strict=True)]
        ops.fold(conn, FACTS, entries)
    assert ops.catch_up(stores, archive, FACTS) == len(STORY) - 4
    assert dump(stores) == whole


@settings(max_examples=15, deadline=None)
@given(cuts=st.lists(st.integers(0, len(STORY)), max_size=4))
def test_batches_and_segments_leave_no_trace(tmp_path_factory: Any, cuts: list[int]):
    from db import migrate

    home = Home.create(tmp_path_factory.mktemp("home") / "h", "synthetic")
    migrate.upgrade(home)
    with connect(home) as stores:
        for first, last in pairwise([0, *sorted(cuts), len(STORY)]):
            batch = [
                Entry(replace(e, segment="x", offset=n if b is not None else None), n, _listed(e, b))
                for n, (e, b) in enumerate(STORY[first:last], first)
            ]
            with stores.ops.write() as conn:
                ops.fold(conn, FACTS, batch)
        with stores.ops.read() as conn:
            (walk,) = frontier.walks_of(conn, "s")
            assert walk == Walk("s", "result", WINDOW, 1, "complete", None, EVENT.fetched_at, 2, 4, 4, 4, 4)
            assert frontier.states(conn, "s") == {"blocked": 1, "failed": 1, "fetched": 2}


def _listed(event: FetchEvent, body: bytes | None) -> ListPage | str | None:
    if event.kind != "list" or body is None:
        return None
    if not body.startswith(b"{"):
        return "unreadable list"
    data = json.loads(body)
    items = tuple(
        Record(source="s", source_id=r["id"], published_at=f"{r['publishTime'][:10]}T10:00:00+08:00")
        for r in data["rows"]
    )
    return ListPage(items, data["total"])


def test_an_out_of_scope_item_makes_no_task(stores: Stores):
    facts = replace(FACTS, out_of_scope=(("late", '{"kinds": [], "title_regex": "项目9"}'),), paging="window")
    items = tuple(Record(source="s", source_id=str(n), title=f"项目{n}") for n in (8, 9))
    with stores.ops.write() as conn:
        ops.fold(conn, facts, [Entry(replace(EVENT, segment="x", offset=1), 2, ListPage(items, 2))])
        assert [t.source_id for t in open_details(conn)] == ["8"]


def test_a_fresh_item_is_due_once_more_and_then_never_again(stores: Stores):
    facts = replace(FACTS, overlap_days=7)
    listed = ListPage((Record(source="s", source_id="1", title="甲", published_at="2024-01-20T10:00:00+08:00"),), 1)
    first, again = (
        replace(EVENT, kind="detail", source_id="1", page=None, segment="x", offset=n, fetched_at=at)
        for n, at in ((2, "2024-01-21T00:00:00Z"), (3, "2024-01-27T00:00:00Z"))
    )

    def due(day: int) -> list[str | None]:
        with stores.ops.read() as conn:
            return [t.source_id for t in frontier.open_items(conn, "s", 10, Place(), date(2024, 1, day))[0]]

    with stores.ops.write() as conn:
        ops.fold(conn, facts, [Entry(replace(EVENT, segment="x", offset=1), 1, listed), Entry(first, 2)])
    assert (due(26), due(27)) == ([], ["1"])
    with stores.ops.write() as conn:
        ops.fold(conn, facts, [Entry(again, 3)])
    assert due(31) == []


def test_further_pages_of_an_item_are_tasks_of_their_own_and_asked_for_again_with_it(stores: Stores):
    page = replace(EVENT, kind="detail", source_id="1", page=None, segment="x", offset=1)
    part = replace(page, kind="part", page=2, offset=2)
    with stores.ops.write() as conn:
        ops.fold(conn, FACTS, [Entry(page, 1, parts=("http://x/1_2", "http://x/1_3"))])
        assert [(t.key, t.url) for t in open_details(conn)] == [("1#2", "http://x/1_2"), ("1#3", "http://x/1_3")]
        ops.fold(conn, FACTS, [Entry(part, 2)])
        assert [t.key for t in open_details(conn)] == ["1#3"]
        later = replace(page, fetched_at="2024-03-02T00:00:00Z", offset=3)
        ops.fold(conn, FACTS, [Entry(later, 3, parts=("http://x/1_2", "http://x/1_3"))])
        assert [t.key for t in open_details(conn)] == ["1#2", "1#3"]
