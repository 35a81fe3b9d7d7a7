"""Takedowns: documents that somebody had a right to have removed. A tombstone in the archive's log says so.

From then on a document is in no table and no release: no record, no title, no address, nothing counted. That it was
listed stays known (state `out_of_scope`, reason `takedown`), so that counts still add up. Entries are never changed;
a later one undoes a takedown, unless its pages were erased.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from etl.recipes import canonical, recipe
from etl.records import Record
from etl.records.rows import ListingRow, ListPageRow

LOG = "takedowns"
#: State and reason of a listing whose document was taken down.
STATE, REASON = "out_of_scope", "takedown"


@dataclass(frozen=True, slots=True)
class Takedown:
    """One tombstone. `action`: `take_down`, `erase` (its pages are gone from the archive, too) or `undo`.

    `captures` are the places of its pages in the archive (segment, offset); `scope`, `published_on` and `kind_given`
    what its listing said, which an imported document has from nowhere else.
    """

    source: str
    source_id: str
    action: str
    reason: str
    who: str
    on: str
    captures: tuple[tuple[str, int], ...] = ()
    imported: bool = False
    scope: str = ""
    published_on: str | None = None
    kind_given: str | None = None

    @property
    def key(self) -> tuple[str, str]:
        """Of which document it speaks."""
        return self.source, self.source_id

    @property
    def erased(self) -> bool:
        """Whether its pages were erased: then it is for good."""
        return self.action == "erase"

    def entry(self) -> dict[str, Any]:
        """Its entry in the log."""
        return asdict(self)

    @classmethod
    def of(cls, entry: Mapping[str, Any]) -> Takedown:
        """Inverse of `entry`."""
        places = tuple((str(segment), int(offset)) for segment, offset in entry.get("captures", ()))
        return cls(**{**entry, "captures": places})


def in_force(entries: Iterable[Mapping[str, Any]]) -> dict[tuple[str, str], Takedown]:
    """The takedowns that hold, by document: the last entry decides, an erasure for ever."""
    found: dict[tuple[str, str], Takedown] = {}
    for takedown in map(Takedown.of, entries):
        before = found.get(takedown.key)
        if before is None or not before.erased:
            found[takedown.key] = takedown
    return {key: found[key] for key in sorted(found) if found[key].action != "undo"}


def without(row: ListPageRow, taken: Collection[str]) -> ListPageRow:
    """A list page that says of documents taken down only that and when they were listed."""
    items = [Record.from_dict(item) for item in json.loads(row.items)]
    if not any(item.source_id in taken for item in items):
        return row
    bare = [_bare(item) if item.source_id in taken else item for item in items]
    # Of another recipe, so that a page is read again once nothing is left out any more.
    return replace(row, items=canonical([item.to_dict() for item in bare]), recipe=recipe(row.recipe, REASON))


def _bare(item: Record) -> Record:
    return Record(item.source, item.source_id, notice_type=item.notice_type, published_at=item.published_at)


def closed(row: ListingRow, taken: Collection[str]) -> ListingRow:
    """The listing of a document, without anything the site said of it if it was taken down."""
    return replace(row, url=None, title=None, state=STATE, reason=REASON) if row.source_id in taken else row


def listing(takedown: Takedown) -> ListingRow:
    """The listing of an imported document, which no list shows any more."""
    said = (takedown.scope, None, None, takedown.published_on, takedown.kind_given)
    return ListingRow(takedown.source, takedown.source_id, *said, state=STATE, reason=REASON)
