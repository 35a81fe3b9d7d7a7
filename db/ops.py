"""The operational tables: where a crawl stands. All of it, but the leases, is a fold over the archive.

`frontier`   what was listed or asked for, and how it stands (pending, fetched, failed, blocked, robots): list pages by
             scope|window|walk|page, items (kind detail) by the source's own id
`walk`       passes through the lists, with what the sites stated (`etl.walks` has the rules)
`walk_item`  ids seen in walks that are still open, so that a repeated id is noticed
`capture`    index of the archive: every answered attempt, by place and by hash
`cursor`     how far each segment of the archive was folded in
`lease`      who crawls a site, and who refreshes (`db.leases`); not rebuilt, it says nothing of the past

`fold` is the only function that changes them: in the crawler, after the archive was flushed; in `catch_up`, for what a
killed crawler had archived but not yet entered; in `rebuild`. So the three cannot disagree, and nothing is ever called
fetched that is not in the archive.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from itertools import islice
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Double,
    Index,
    MetaData,
    Select,
    Table,
    and_,
    case,
    delete,
    func,
    insert,
    or_,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite

from db.archive import Archive
from db.engine import Stores
from db.schema import NAMING, text_type
from etl import walks
from etl.errors import Quarantined
from etl.parsers import family
from etl.records import FetchEvent, ListPage, Page, Record, SourceFacts
from etl.walks import Walk

METADATA = MetaData(naming_convention=NAMING)
#: Attempts after which a task is given up until the next run.
ATTEMPTS = 4
#: Attempts, over all runs, after which a failed task is left as it is.
LAST_ATTEMPT = 12
_BATCH = 500


def _texts(*names: str, key: bool = False, null: bool = False) -> list[Column[Any]]:
    return [Column(n, text_type(), primary_key=key, nullable=null) for n in names]


def _numbers(*names: str, key: bool = False, null: bool = False) -> list[Column[Any]]:
    return [Column(n, BigInteger(), primary_key=key, nullable=null, autoincrement=False) for n in names]


def _event_columns() -> Iterator[Column[Any]]:
    numbers = ("attempt", "walk", "page", "status", "length")
    for name in (f.name for f in fields(FetchEvent) if f.name not in ("segment", "offset")):
        yield from (_numbers if name in numbers else _texts)(name, null=True)


FRONTIER = Table(
    "frontier",
    METADATA,
    *_texts("source", "kind", "key", key=True),
    *_texts("scope", "window", "state"),
    *_numbers("walk", "attempts"),
    *_texts("url", "last_error", "raw_sha256", "segment", null=True),
    *_numbers("page", "offset", null=True),
    Index(None, "source", "kind", "state"),
)
WALK = Table(
    "walk",
    METADATA,
    *_texts("source", "scope", "window", key=True),
    *_numbers("walk", key=True),
    *_texts("state"),
    *_texts("reason", "began", null=True),
    *_numbers("page", "seen", "distinct_ids"),
    *_numbers("total_first", "total_last", null=True),
)
WALK_ITEM = Table(
    "walk_item",
    METADATA,
    *_texts("source", "scope", "window", key=True),
    *_numbers("walk", key=True),
    *_texts("source_id", key=True),
)
CAPTURE = Table(
    "capture",
    METADATA,
    *_texts("segment", key=True),
    *_numbers("offset", key=True),
    *_event_columns(),
    Index(None, "raw_sha256"),
    Index(None, "source", "source_id"),
)
CURSOR = Table("cursor", METADATA, *_texts("segment", key=True), *_numbers("offset"))
LEASE = Table(
    "lease",
    METADATA,
    *_texts("name", key=True),
    *_texts("owner"),
    *_numbers("token"),
    Column("heartbeat", Double(), nullable=False),
    Column("expires", Double(), nullable=False),
)
FOLDED = (FRONTIER, WALK, WALK_ITEM, CAPTURE, CURSOR)


@dataclass(frozen=True, slots=True)
class Task:
    """Something to fetch: page `page` of a walk, or the item `source_id`."""

    kind: str
    scope: str
    window: str
    walk: int = 1
    page: int | None = None
    source_id: str | None = None
    url: str | None = None
    state: str = "pending"

    @property
    def key(self) -> str:
        """Its key in the frontier."""
        return self.source_id or f"{self.scope}|{self.window}|{self.walk}|{self.page}"


@dataclass(frozen=True, slots=True)
class Entry:
    """An archived attempt, where reading its segment goes on, and for an answered list page what stood on it.

    `listed` is the reason, as text, when the answer could not be read as a list.
    """

    event: FetchEvent
    end: int
    listed: ListPage | str | None = None


# -- the fold ----------------------------------------------------------------------------------------------------------


def read_list(facts: SourceFacts, event: FetchEvent, body: bytes) -> ListPage | str | None:
    """What an answered list page holds, or why it cannot be read; None for anything but an answered list page."""
    if event.kind != "list" or event.outcome != "ok":
        return None
    page = Page(body=body, source=event.source, url=event.url, content_type=event.content_type)
    try:
        listed: ListPage = family(facts.family).parse_list(page)
    except Quarantined as error:
        return f"unreadable list: {error}"
    return listed


def fold(conn: Connection, facts: SourceFacts, entries: Sequence[Entry]) -> list[Walk]:
    """Enter archived attempts, in the order of the archive. Returns every state that a walk went through.

    What a cursor has passed was entered by somebody else meanwhile (`catch_up` beside a crawler) and changes nothing.
    """
    done = _cursors(conn, {e.event.segment or "" for e in entries})
    new: list[Entry] = []
    old: list[Entry] = []
    for entry in entries:
        (new if entry.end > done.get(entry.event.segment or "", -1) else old).append(entry)
    _put(conn, CAPTURE, [asdict(e.event) for e in new if e.event.offset is not None])
    passed = [_walk(conn, e.event) for e in old if e.event.kind == "list"]
    passed += [walk for e in new if e.event.kind == "list" for walk in _fold_list(conn, facts, e)]
    _put_attempts(conn, [_attempt(e) for e in new if e.event.kind != "robots"])
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
    _put(conn, FRONTIER, [_listed(event, item) for item in _ours(facts, event, entry.listed)])
    if walk.state != "open" or event.page != walk.page + 1:
        return []
    fresh = _fresh(conn, event, entry.listed)
    return [_keep_walk(conn, walks.advance(walk, facts, event, entry.listed, fresh))]


def _ours(facts: SourceFacts, event: FetchEvent, listed: ListPage) -> Iterator[Record]:
    """Items to fetch. A list that is walked newest first shows items of other times on its way."""
    for item in listed.items:
        elsewhere = facts.paging == "newest_first" and not walks.in_window(item, event.window)
        if not elsewhere and walks.out_of_scope(facts, item) is None:
            yield item


def _listed(event: FetchEvent, item: Record) -> dict[str, Any]:
    task = Task("detail", event.scope, event.window, event.walk, source_id=item.source_id, url=item.url)
    return {**_place(event.source, task), "url": item.url, "state": "pending", "attempts": 0}


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


def _keep_walk(conn: Connection, walk: Walk) -> Walk:
    key = {k: getattr(walk, k) for k in ("source", "scope", "window", "walk")}
    conn.execute(delete(WALK).where(_is(WALK, key)))
    conn.execute(insert(WALK), asdict(walk))
    if walk.state != "open":
        conn.execute(delete(WALK_ITEM).where(_is(WALK_ITEM, key)))
    return walk


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
        "last_error": None if fetched else unreadable or event.detail or event.outcome,
        **{k: getattr(event, k) if fetched else None for k in ("raw_sha256", "segment", "offset")},
    }


def _unfetched(event: FetchEvent) -> str:
    if event.outcome in ("blocked", "robots"):
        return event.outcome
    final = event.outcome in ("ok", "refused") or event.attempt >= ATTEMPTS or event.status in (404, 410)
    return "failed" if final else "pending"


def _put(conn: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that are not there yet."""
    if rows:
        conn.execute(_insert(conn, table).on_conflict_do_nothing(), _clean(rows))


def _put_attempts(conn: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Enter attempts: an answer replaces what was known, a failure never undoes an earlier answer."""
    if not rows:
        return
    put = _insert(conn, FRONTIER)
    new, old = put.excluded, FRONTIER.c
    keep = and_(old.state == "fetched", new.state != "fetched")
    told = ("state", "last_error", "raw_sha256", "segment", "offset")
    # An item's address stays the one the list gave: the address asked last may be an endpoint for many items.
    changes: dict[str, ColumnElement[Any]] = {name: case((keep, old[name]), else_=new[name]) for name in told}
    changes["attempts"] = old.attempts + 1
    conn.execute(put.on_conflict_do_update(index_elements=["source", "kind", "key"], set_=changes), _clean(rows))


def _cursors(conn: Connection, segments: Collection[str] | None = None) -> dict[str, int]:
    asked = select(CURSOR) if segments is None else select(CURSOR).where(CURSOR.c.segment.in_(segments))
    return {row.segment: int(row.offset) for row in conn.execute(asked)}


def _move_cursors(conn: Connection, entries: Sequence[Entry]) -> None:
    ends = {e.event.segment: e.end for e in entries}
    put = _insert(conn, CURSOR)
    there = put.on_conflict_do_update(index_elements=["segment"], set_={"offset": put.excluded.offset})
    if ends:
        conn.execute(there, [{"segment": s, "offset": end} for s, end in ends.items()])


def _insert(conn: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """Both dialects say ON CONFLICT alike, but each has a class of its own."""
    return postgresql.insert(table) if conn.dialect.name == "postgresql" else sqlite.insert(table)


def _clean(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """PostgreSQL takes no NUL in text."""
    return [{k: v.replace("\0", "") if isinstance(v, str) else v for k, v in row.items()} for row in rows]


def _is(table: Table, values: Mapping[str, Any]) -> Any:
    return and_(*(table.c[name] == value for name, value in values.items()))


# -- from the archive --------------------------------------------------------------------------------------------------


def catch_up(stores: Stores, archive: Archive, facts: SourceFacts) -> int:
    """Enter what the archive holds of a source beyond the cursors; the number of attempts entered."""
    with stores.ops.read() as conn:
        done = _cursors(conn)
    entered = 0
    events = archive.events(done, facts.source)
    while batch := list(islice(events, _BATCH)):
        entries = [Entry(event, end, _reread(archive, facts, event)) for event, end in batch]
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


def _reread(archive: Archive, facts: SourceFacts, event: FetchEvent) -> ListPage | str | None:
    if event.kind != "list" or event.outcome != "ok" or event.segment is None or event.offset is None:
        return None
    return read_list(facts, event, archive.body(event.segment, event.offset))


# -- questions ---------------------------------------------------------------------------------------------------------


def open_details(conn: Connection, source: str, limit: int, skip: Collection[str] = ()) -> list[Task]:
    """Up to `limit` listed items that are not fetched yet, by key, without those in `skip`."""
    there = FRONTIER.c
    asked: Select[Any] = (
        select(there.scope, there.window, there.walk, there.key, there.url, there.state)
        .where(there.source == source, there.kind == "detail", there.state != "fetched")
        .where(or_(there.state != "failed", there.attempts < LAST_ATTEMPT))
        .order_by(there.key)
        .limit(limit + len(skip))
    )
    found = [
        Task("detail", row.scope, row.window, row.walk, source_id=row.key, url=row.url, state=row.state)
        for row in conn.execute(asked)
        if row.key not in skip
    ]
    return found[:limit]


def walks_of(conn: Connection, source: str) -> list[Walk]:
    """All walks of a source, ordered by scope, window and number."""
    asked = select(WALK).where(WALK.c.source == source).order_by(WALK.c.scope, WALK.c.window, WALK.c.walk)
    return [Walk(**row) for row in conn.execute(asked).mappings()]


def states(conn: Connection, source: str) -> dict[str, int]:
    """How many listed items of a source are in which state."""
    there = FRONTIER.c
    asked = (
        select(there.state, func.count().label("n"))
        .where(there.source == source, there.kind == "detail")
        .group_by(there.state)
        .order_by(there.state)
    )
    return {row.state: int(row.n) for row in conn.execute(asked)}
