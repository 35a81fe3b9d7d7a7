"""Questions to the operational tables: what is left to fetch, how a source stands, when it wants to be left alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, and_, func, or_, select

from db.ops_tables import CAPTURE, FRONTIER, WALK, Task
from etl.walks import CHINA, Walk

#: Attempts, over all runs, after which a failed task is left as it is.
LAST_ATTEMPT = 12
#: The longest time a site that keeps blocking us is left alone.
LONGEST_REST = timedelta(days=7)
_OPEN = ("pending", "blocked", "failed", "robots")
#: The order in which items are fetched: by state and kind, then those that are due to be asked for again.
STAGES = (*((state, kind) for state in _OPEN for kind in ("detail", "part")), ("again", "detail"))


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the order of what is to be fetched."""

    stage: int = 0
    after: str = ""


def open_items(conn: Connection, source: str, limit: int, place: Place, today: date) -> tuple[list[Task], Place | None]:
    """Up to `limit` items to fetch from a place on, and the place to go on from; None when there are no more.

    Each answer costs what it brings, however much is fetched already.
    """
    found: list[Task] = []
    for stage in range(place.stage, len(STAGES)):
        after = place.after if stage == place.stage else ""
        found += _tasks(conn, source, stage, after, limit - len(found), today)
        if len(found) >= limit:
            return found, Place(stage, found[-1].key)
    return found, None


def _tasks(conn: Connection, source: str, stage: int, after: str, limit: int, today: date) -> list[Task]:
    state, kind = STAGES[stage]
    there = FRONTIER.c
    mine = and_(there.source == source, there.key > after)
    if state == "again":
        # Written so that no index on kind and state fits: of all that is fetched few are due, and another index knows.
        fetched = and_(func.coalesce(there.kind, "") == kind, func.coalesce(there.state, "") == "fetched")
        wanted = and_(mine, there.again_on <= today.isoformat(), fetched, there.attempts < LAST_ATTEMPT)
    else:
        in_state = and_(there.kind == kind, there.state == state)
        wanted = and_(mine, in_state, or_(there.state != "failed", there.attempts < LAST_ATTEMPT))
    asked: Select[Any] = (
        select(there.scope, there.window, there.walk, there.page, there.key, there.url, there.state)
        .where(wanted)
        .order_by(there.key)
        .limit(limit)
    )
    return [
        Task(
            kind, r.scope, r.window, r.walk, r.page, r.key.rpartition("#")[0] if kind == "part" else r.key, r.url, state
        )
        for r in conn.execute(asked)
    ]


def rests_until(conn: Connection, source: str, hours: float) -> datetime | None:
    """Until when a site that blocked us is left alone; None when it did not, or has answered since.

    One block costs `hours`, every further one in a row twice as many. The archive remembers blocks, so a rebuild does.
    """
    there = CAPTURE.c
    mine = there.source == source
    pages = and_(mine, there.outcome == "ok", there.kind != "robots")
    newest = select(there.fetched_at).where(pages).order_by(there.fetched_at.desc()).limit(1)
    answered = conn.execute(newest).scalar_one_or_none() or ""
    blocks = and_(mine, there.outcome == "blocked", there.fetched_at > answered)
    count, last = conn.execute(select(func.count(), func.max(there.fetched_at)).where(blocks)).one()
    if not last or not hours:
        return None
    rest = min(LONGEST_REST, timedelta(hours=hours * 2.0 ** min(count - 1, 20)))
    return datetime.fromisoformat(last).astimezone(CHINA) + rest


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
