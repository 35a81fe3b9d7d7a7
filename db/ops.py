"""The fold: how archived attempts enter the operational tables (`db.ops_tables`).

`fold` is the only function that changes them: in the crawler, after the archive was flushed; in `catch_up`, for what a
killed crawler had archived but not yet entered; in `rebuild`. So the three cannot disagree, and nothing is ever called
fetched that is not in the archive.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache, partial
from itertools import islice
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Dialect,
    Table,
    and_,
    bindparam,
    case,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from db.archive import Archive
from db.engine import Stores
from db.ops_tables import CAPTURE, CURSOR, FOLDED, FRONTIER, WALK, WALK_ITEM, Task
from etl import documents, walks
from etl.errors import Quarantined
from etl.parsers import family
from etl.recipes import recipe
from etl.records import FetchEvent, ListPage, Record, SourceFacts
from etl.redact import redact
from etl.walks import CHINA, Walk

#: Attempts after which a task is given up until the next run.
ATTEMPTS = 4
#: Further pages of one document that are asked for.
MOST_PARTS = 60
_BATCH = 500
_Insert = sqlite.Insert | postgresql.Insert


@dataclass(frozen=True, slots=True)
class Entry:
    """An archived attempt, where reading its segment goes on, and what the answer makes us ask for next.

    `listed`: what stood on a list page, or the reason, as text, why it could not be read. `parts`: addresses of the
    further pages of an item.
    """

    event: FetchEvent
    end: int
    listed: ListPage | str | None = None
    parts: tuple[str, ...] = ()


# -- the fold ----------------------------------------------------------------------------------------------------------


def read(facts: SourceFacts, event: FetchEvent, end: int, body: Callable[[], bytes]) -> Entry:
    """The entry of an archived attempt; its bytes are asked for only where they must be read."""
    if event.outcome == "ok" and event.kind == "list":
        return Entry(event, end, _list(facts, event, body()))
    if event.outcome == "ok" and event.kind == "detail" and hasattr(family(facts.family), "parts"):
        return Entry(event, end, parts=_parts(facts, event, body()))
    return Entry(event, end)


def _list(facts: SourceFacts, event: FetchEvent, body: bytes) -> ListPage | str:
    try:
        listed: ListPage = family(facts.family).parse_list(documents.page_of(facts, event, body))
    except Quarantined as error:
        return f"unreadable list: {error}"
    return listed


def _parts(facts: SourceFacts, event: FetchEvent, body: bytes) -> tuple[str, ...]:
    try:
        return documents.further(facts, documents.page_of(facts, event, body))[:MOST_PARTS]
    except Quarantined:
        return ()  # parsing will say the same, and why


def fold(conn: Connection, facts: SourceFacts, entries: Sequence[Entry]) -> list[Walk]:
    """Enter archived attempts, in the order of the archive. Returns every state that a walk went through.

    What a cursor has passed was entered by somebody else meanwhile (`catch_up` beside a crawler) and changes nothing.
    """
    done = cursors(conn, {e.event.segment or "" for e in entries})
    new: list[Entry] = []
    old: list[Entry] = []
    for entry in entries:
        (new if entry.end > done.get(entry.event.segment or "", -1) else old).append(entry)
    names = CAPTURE.c.keys()
    _put(conn, CAPTURE, [{n: getattr(e.event, n) for n in names} for e in new if e.event.offset is not None])
    passed = [_walk(conn, e.event) for e in old if e.event.kind == "list"]
    attempts: list[dict[str, Any]] = []
    for entry in new:
        if entry.event.kind == "list" or entry.parts:  # they change tasks that attempts before them may have entered
            _put_attempts(conn, attempts)
            attempts = []
            passed += _fold_list(conn, facts, entry) if entry.event.kind == "list" else []
            _put_tasks(conn, [_part(entry.event, n, url) for n, url in enumerate(entry.parts, start=2)])
        if entry.event.kind not in ("robots", "glance"):
            attempts.append(_attempt(entry))
    _put_attempts(conn, attempts)
    _asked_again(conn, (e.event for e in new if e.event.outcome == "ok"))
    _move_cursors(conn, new)
    return passed


def _fold_list(conn: Connection, facts: SourceFacts, entry: Entry) -> list[Walk]:
    """Enter a list page: its items become tasks, its walk moves on (unless it has been there already)."""
    event = entry.event
    walk = _walk(conn, event)
    if event.outcome == "blocked" and walk.state == "open":
        return [_keep_walk(conn, walks.blocked(walk))]
    if not isinstance(entry.listed, ListPage):
        return []
    first = {item.source_id: item for item in reversed(entry.listed.items)}
    _put_tasks(conn, [_listed(facts, event, item) for item in _ours(facts, event, first.values())])
    if walk.state != "open" or event.page != walk.page + 1:
        return []
    fresh = _fresh(conn, event, entry.listed)
    had = not entry.listed.items and _had_items(conn, event)
    return [_keep_walk(conn, walks.advance(walk, facts, event, entry.listed, fresh, had=had))]


def _ours(facts: SourceFacts, event: FetchEvent, listed: Iterable[Record]) -> Iterator[Record]:
    """Items to fetch. A list that is walked newest first shows items of other times on its way."""
    for row in listed:
        item = walks.expected(facts, event.scope, row)
        elsewhere = facts.paging == "newest_first" and not walks.in_window(item, event.window)
        if not elsewhere and walks.out_of_scope(facts, item) is None:
            yield item


def _listed(facts: SourceFacts, event: FetchEvent, item: Record) -> dict[str, Any]:
    task = Task("detail", event.scope, event.window, event.walk, source_id=item.source_id, url=item.url)
    again = None
    if item.published_at and facts.overlap_days:
        again = (date.fromisoformat(item.published_at[:10]) + timedelta(days=facts.overlap_days)).isoformat()
    return {**_task(event.source, task), "mark": recipe(item.title, item.published_at), "again_on": again}


def _part(event: FetchEvent, page: int, url: str) -> dict[str, Any]:
    task = Task("part", event.scope, event.window, event.walk, page, event.source_id, url)
    return {**_task(event.source, task), "mark": recipe(event.fetched_at), "again_on": None}


def _task(source: str, task: Task) -> dict[str, Any]:
    return {**_place(source, task), "url": task.url, "state": "pending", "attempts": 0}


def _place(source: str, task: Task) -> dict[str, Any]:
    said = {k: getattr(task, k) for k in ("kind", "key", "scope", "window", "walk", "page")}
    return {"source": source, **said}


def _fresh(conn: Connection, event: FetchEvent, listed: ListPage) -> int:
    """Note the ids of a page; how many of them the walk had not shown before."""
    walk = {k: getattr(event, k) for k in ("source", "scope", "window", "walk")}
    ids = {item.source_id for item in listed.items}
    known = select(func.count()).select_from(WALK_ITEM).where(_is(WALK_ITEM, walk), WALK_ITEM.c.source_id.in_(ids))
    old: int = conn.execute(known).scalar_one()
    _put(conn, WALK_ITEM, [{**walk, "source_id": i} for i in sorted(ids)])
    return len(ids) - old


def _walk(conn: Connection, event: FetchEvent) -> Walk:
    key = {k: getattr(event, k) for k in ("source", "scope", "window", "walk")}
    row = conn.execute(select(WALK).where(_is(WALK, key))).mappings().first()
    return Walk(**row) if row else Walk(**key)


def _had_items(conn: Connection, event: FetchEvent) -> bool:
    """Whether an earlier walk of this list saw items."""
    earlier = and_(WALK.c.source == event.source, WALK.c.scope == event.scope, WALK.c.began < event.fetched_at)
    return conn.execute(select(WALK.c.walk).where(earlier, WALK.c.seen > 0).limit(1)).first() is not None


def _keep_walk(conn: Connection, walk: Walk) -> Walk:
    key = {k: getattr(walk, k) for k in ("source", "scope", "window", "walk")}
    conn.execute(delete(WALK).where(_is(WALK, key)))
    conn.execute(insert(WALK), asdict(walk))
    if walk.state != "open":
        conn.execute(delete(WALK_ITEM).where(_is(WALK_ITEM, key)))
    return walk


def _put_tasks(conn: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Enter what is to be fetched. An item that is there already is asked for anew when its list now says other things.

    Only the list that showed an item first can say so: another list may word the same item in its own way.
    """
    _upsert(conn, FRONTIER, _tasks, rows)


def _tasks(put: _Insert) -> _Insert:
    new, old = put.excluded, FRONTIER.c
    changes: dict[str, ColumnElement[Any]] = {"mark": new.mark, "again_on": new.again_on}
    for name in ("state", "attempts", "url"):
        changes[name] = case((old.mark.is_(None), old[name]), else_=new[name])
    other = and_(old.scope == new.scope, old.mark.is_distinct_from(new.mark))
    return put.on_conflict_do_update(index_elements=["source", "kind", "key"], set_=changes, where=other)


def _attempt(entry: Entry) -> dict[str, Any]:
    event = entry.event
    task = Task(event.kind, event.scope, event.window, event.walk, event.page, event.source_id)
    unreadable = entry.listed if isinstance(entry.listed, str) else None
    fetched = event.outcome == "ok" and not unreadable
    return {
        **_place(event.source, task),
        "url": event.url,
        "state": "fetched" if fetched else _unfetched(event),
        "attempts": 1,
        "last_error": None if fetched else redact(unreadable or event.detail or event.outcome),  # it may quote a page
        **{k: getattr(event, k) if fetched else None for k in ("raw_sha256", "segment", "offset")},
    }


def _day(event: FetchEvent) -> str:
    return datetime.fromisoformat(event.fetched_at).astimezone(CHINA).date().isoformat()


def _unfetched(event: FetchEvent) -> str:
    if event.outcome in ("blocked", "robots"):
        return event.outcome
    final = event.outcome in ("ok", "refused") or event.attempt >= ATTEMPTS or event.status in (404, 410)
    return "failed" if final else "pending"


def _put(conn: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that are not there yet."""
    _upsert(conn, table, _not_there, rows)


def _not_there(put: _Insert) -> _Insert:
    return put.on_conflict_do_nothing()


def _put_attempts(conn: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Enter attempts: an answer replaces what was known, a failure never undoes an earlier answer."""
    _upsert(conn, FRONTIER, _attempts, rows)


def _attempts(put: _Insert) -> _Insert:
    new, old = put.excluded, FRONTIER.c
    keep = and_(old.state == "fetched", new.state != "fetched")
    told = ("state", "last_error", "raw_sha256", "segment", "offset")
    # An item's address stays the one the list gave: the address asked last may be an endpoint for many items.
    changes: dict[str, ColumnElement[Any]] = {name: case((keep, old[name]), else_=new[name]) for name in told}
    changes["attempts"] = old.attempts + 1
    return put.on_conflict_do_update(index_elements=["source", "kind", "key"], set_=changes)


def _asked_again(conn: Connection, events: Iterable[FetchEvent]) -> None:
    """Items that were fetched on the day they were due, or later, are not due any more."""
    there = FRONTIER.c
    due = and_(there.source == bindparam("of"), there.kind == "detail", there.key == bindparam("item"))
    done = update(FRONTIER).where(due, there.again_on <= bindparam("day")).values(again_on=None)
    rows = [{"of": e.source, "item": e.source_id, "day": _day(e)} for e in events if e.kind == "detail"]
    if rows:
        conn.execute(done, _clean(rows))


def cursors(conn: Connection, segments: Collection[str] | None = None) -> dict[str, int]:
    """How far each segment of the archive (or of those named) was folded in."""
    asked = select(CURSOR) if segments is None else select(CURSOR).where(CURSOR.c.segment.in_(segments))
    return {row.segment: int(row.offset) for row in conn.execute(asked)}


def _move_cursors(conn: Connection, entries: Sequence[Entry]) -> None:
    ends = {e.event.segment or "": e.end for e in entries}
    _upsert(conn, CURSOR, _moved, [{"segment": segment, "offset": end} for segment, end in ends.items()])


def _moved(put: _Insert) -> _Insert:
    return put.on_conflict_do_update(index_elements=["segment"], set_={"offset": put.excluded.offset})


def _upsert(
    conn: Connection, table: Table, conflict: Callable[[_Insert], _Insert], rows: Sequence[Mapping[str, Any]]
) -> None:
    if rows:
        statement: Any = _compiled(conn.dialect, table, conflict, tuple(rows[0]))
        conn.execute(statement, _clean(rows))


@lru_cache(maxsize=32)
def _compiled(dialect: Dialect, table: Table, conflict: Callable[[_Insert], _Insert], names: tuple[str, ...]) -> Any:
    """An INSERT with its ON CONFLICT, of which SQLAlchemy itself keeps no compiled form: making one takes its time."""
    # Both dialects say ON CONFLICT alike, but each has a class of its own.
    put = postgresql.insert(table) if dialect.name == "postgresql" else sqlite.insert(table)
    return conflict(put).compile(dialect=dialect, column_keys=list(names))


def _clean(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """PostgreSQL takes no NUL in text."""
    return [{k: v.replace("\0", "") if isinstance(v, str) else v for k, v in row.items()} for row in rows]


def _is(table: Table, values: Mapping[str, Any]) -> Any:
    return and_(*(table.c[name] == value for name, value in values.items()))


# -- from the archive --------------------------------------------------------------------------------------------------


def catch_up(stores: Stores, archive: Archive, facts: SourceFacts) -> int:
    """Enter what the archive holds of a source beyond the cursors; the number of attempts entered."""
    with stores.ops.read() as conn:
        done = cursors(conn)
    entered = 0
    events = archive.events(done, facts.source)
    while batch := list(islice(events, _BATCH)):
        entries = [read(facts, event, end, partial(_body, archive, event)) for event, end in batch]
        with stores.ops.write() as conn:
            fold(conn, facts, entries)
        entered += len(entries)
    return entered


def rebuild(stores: Stores, archive: Archive, sources: Iterable[SourceFacts]) -> int:
    """Make all tables again from the archive, for these sources; the number of attempts entered.

    Nothing else may be crawling meanwhile (hold the refresh lease).
    """
    with stores.ops.write() as conn:
        for table in FOLDED:
            conn.execute(delete(table))
    return sum(catch_up(stores, archive, facts) for facts in sources)


def _body(archive: Archive, event: FetchEvent) -> bytes:
    return archive.body(event.segment or "", event.offset or 0)
