"""The operational tables: where a crawl stands. All of it, but the leases, is a fold over the archive (`db.ops`).

`frontier`   what was listed or asked for, and how it stands (pending, fetched, failed, blocked, robots): list pages by
             scope|window|walk|page, items (kind detail) by the source's own id, an item's further pages (kind part) by
             id#page
`walk`       passes through the lists, with what the sites stated (`etl.walks` has the rules)
`walk_item`  ids seen in walks that are still open, so that a repeated id is noticed
`capture`    index of the archive: every answered attempt, by its place
`cursor`     how far each segment of the archive was folded in
`lease`      who crawls a site, and who refreshes (`db.leases`); not rebuilt, it says nothing of the past
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import BigInteger, Column, Double, Index, MetaData, Table

from db.schema import NAMING, text_type
from etl.records import FetchEvent

METADATA = MetaData(naming_convention=NAMING)


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
    # What the list said of an item: a change of `mark` asks for it anew. `again_on`: the day on which a fresh item is
    # asked for once more, because what is new is what gets corrected.
    *_texts("mark", "again_on", null=True),
    Index(None, "source", "kind", "state", "key"),
    Index(None, "source", "again_on", "key"),
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
    Index(None, "source", "outcome", "fetched_at"),
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
    """Something to fetch: page `page` of a walk, the item `source_id`, or a further page of it."""

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
        if self.kind == "part":
            return f"{self.source_id}#{self.page}"
        return self.source_id or f"{self.scope}|{self.window}|{self.walk}|{self.page}"
