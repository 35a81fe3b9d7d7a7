"""What a run report asks of the stores: counts, made where the rows are. `flows.reports` puts them together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import Connection, case, func, or_, select

from db.ops_tables import FRONTIER
from db.schema import table
from etl.records.rows import DocumentRow, ListingRow, ListPageRow, ObservationRow, PlaceRow

_BATCH = 5_000


class Fate(NamedTuple):
    """Listed items of a scope that are in one state for one reason."""

    source: str
    scope: str
    state: str
    reason: str | None
    items: int


class Current(NamedTuple):
    """The current version of a document, as far as a report looks at it. `record` is its JSON."""

    source: str
    source_id: str
    kind: str
    notice_type: str | None
    title: str | None
    url: str | None
    parser: str
    record: str


class OddList(NamedTuple):
    """A list page that was read with warnings (a JSON array), or not at all, with the error."""

    source: str
    raw_sha256: str
    warnings: str
    error: str | None


class Cells(NamedTuple):
    """Completeness of an indicator's city cells in a year: its mean, its lowest, and how many of how many are 1."""

    indicator: str
    year: int
    mean: float
    lowest: float
    complete: int
    cells: int


class Waiting(NamedTuple):
    """Tasks of a source in the frontier that are in one state with one last error, and the key of one of them."""

    source: str
    kind: str
    state: str
    error: str | None
    tasks: int
    example: str


def fates(conn: Connection) -> list[Fate]:
    """What became of the listed items, by source, scope, state and reason."""
    there = table(ListingRow).c
    named = (there.source, there.scope, there.state, there.reason)
    return [Fate(*row) for row in conn.execute(select(*named, func.count()).group_by(*named).order_by(*named))]


def listed(conn: Connection) -> dict[tuple[str, str], int]:
    """Number of listed items by source and scope, whatever became of them."""
    there = table(ListingRow).c
    asked = select(there.source, there.scope, func.count().label("n")).group_by(there.source, there.scope)
    return {(row.source, row.scope): int(row.n) for row in conn.execute(asked)}


def documents(conn: Connection) -> Iterator[Current]:
    """The current version of every document, by source and id."""
    there = table(DocumentRow).c
    asked = select(*(there[name] for name in Current._fields)).where(there.is_current)
    found = conn.execute(asked.order_by(there.source, there.source_id), execution_options={"yield_per": _BATCH})
    yield from (Current(*row) for row in found)


def odd_lists(conn: Connection) -> list[OddList]:
    """The list pages on which something was odd, by source and hash."""
    there = table(ListPageRow).c
    asked = select(*(there[name] for name in OddList._fields))
    odd = asked.where(or_(there.warnings != "[]", there.error.is_not(None)))
    return [OddList(*row) for row in conn.execute(odd.order_by(there.source, there.raw_sha256))]


def list_pages(conn: Connection) -> int:
    """Number of different list pages seen so far."""
    found: int = conn.execute(select(func.count()).select_from(table(ListPageRow))).scalar_one()
    return found


def completeness(conn: Connection) -> list[Cells]:
    """How complete the cells of cities are, by indicator and year."""
    there, place = table(ObservationRow).c, table(PlaceRow).c
    whole = func.sum(case((there.completeness >= 1, 1), else_=0))
    counted = (func.avg(there.completeness), func.min(there.completeness), whole, func.count())
    asked = (
        select(there.indicator, there.year, *counted)
        .join(table(PlaceRow), place.code == there.city_code)
        .where(place.level.in_(("prefecture", "municipality")))
        .group_by(there.indicator, there.year)
        .order_by(there.indicator, there.year)
    )
    return [
        Cells(row[0], row[1], float(row[2]), float(row[3]), int(row[4]), int(row[5])) for row in conn.execute(asked)
    ]


def frontier(conn: Connection) -> list[Waiting]:
    """How the tasks of the crawl stand (of the ops store), by source, kind, state and last error."""
    there = FRONTIER.c
    named = (there.source, there.kind, there.state, there.last_error)
    asked = select(*named, func.count(), func.min(there.key)).group_by(*named).order_by(*named)
    return [Waiting(*row) for row in conn.execute(asked)]
