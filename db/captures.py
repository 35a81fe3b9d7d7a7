"""Questions to the operational tables that deriving asks: what was captured, and what went wrong last."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import fields

from sqlalchemy import Connection, func, select

from db.ops_tables import CAPTURE, FRONTIER
from etl.records import FetchEvent

_FIELDS = tuple(f.name for f in fields(FetchEvent))


def captures(conn: Connection) -> dict[str, list[FetchEvent]]:
    """Every answered attempt by source, oldest first."""
    order = (CAPTURE.c.source, CAPTURE.c.fetched_at, CAPTURE.c.segment, CAPTURE.c.offset)
    found: dict[str, list[FetchEvent]] = defaultdict(list)
    for row in conn.execute(select(*(CAPTURE.c[name] for name in _FIELDS)).order_by(*order)):
        event = FetchEvent(**row._mapping)
        found[event.source].append(event)
    return found


def last_errors(conn: Connection, source: str) -> dict[str, str]:
    """Why items of a source are not fetched, by their id."""
    there = FRONTIER.c
    asked = select(there.key, there.state, there.last_error).where(
        there.source == source, there.kind == "detail", there.state != "fetched"
    )
    return {
        row.key: row.last_error or row.state for row in conn.execute(asked) if row.last_error or row.state != "pending"
    }


def last_event(conn: Connection) -> str | None:
    """UTC time of the last answered attempt."""
    found: str | None = conn.execute(select(func.max(CAPTURE.c.fetched_at))).scalar_one_or_none()
    return found
