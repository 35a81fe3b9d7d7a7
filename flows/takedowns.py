"""Taking a document down, undoing it, erasing its pages: a signed entry in the archive's log."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from crawlers import sources
from db import captures, leases
from db.archive import now
from db.warehouse import rows
from etl.errors import UsageError
from etl.records.rows import DocumentRow, ListingRow
from etl.takedowns import LOG, Takedown
from flows.session import Session


@dataclass(frozen=True, slots=True)
class Order:
    """What to do with a document, why, and who says so. `action`: take_down, erase or undo."""

    source: str
    source_id: str
    action: str
    reason: str
    who: str

    @property
    def document(self) -> str:
        """The document, as messages name it."""
        return f"{self.source}/{self.source_id}"


def judge(session: Session, order: Order) -> Takedown:
    """Write the order into the log; an erasure replaces the pages in the archive first.

    Raises UsageError for an order without reason or name, for a document nobody knows, for an undo without a takedown
    and for what was erased; FincityError while the source is being crawled.
    """
    if not order.reason.strip() or not order.who.strip():
        raise UsageError("--reason and --who must say something: a takedown is a signed judgement")
    before = session.takedowns.get((order.source, order.source_id))
    if before and before.erased:
        raise UsageError(f"{order.document} was erased on {before.on[:10]}, for good: nothing is left to change")
    if order.action == "undo" and not before:
        raise UsageError(f"{order.document} was not taken down: `fincity takedown` lists what was")
    made = before or _described(session, order)
    made = replace(made, action=order.action, reason=order.reason, who=order.who, on=now())
    made = replace(made, captures=tuple(_places(session, order)))
    if order.action == "erase":
        _erase(session, made)
    session.archive.log(LOG, made.entry())
    return made


def _described(session: Session, order: Order) -> Takedown:
    """What the warehouse says of the document before it goes."""
    key = (order.source, order.source_id)
    with session.stores.warehouse.read() as conn:
        listed = next((row for row in rows(conn, ListingRow) if (row.source, row.source_id) == key), None)
        known = listed or any((row.source, row.source_id) == key for row in rows(conn, DocumentRow))
    if not known:
        raise UsageError(f"{order.document} is no document of this home: `fincity explain` shows source and id of each")
    made = Takedown(*key, "", "", "", "", imported=order.source not in session.facts)
    if listed is None:
        return made
    return replace(made, scope=listed.scope, published_on=listed.published_on, kind_given=listed.kind_given)


def _places(session: Session, order: Order) -> Iterator[tuple[str, int]]:
    """Where the archive holds the document's pages."""
    with session.stores.ops.read() as conn:
        events = captures.captures(conn).get(order.source, [])
    for event in events:
        if event.source_id == order.source_id and event.kind != "list" and event.segment and event.offset is not None:
            yield event.segment, event.offset


def _erase(session: Session, takedown: Takedown) -> None:
    if takedown.imported:
        raise UsageError(
            f"{takedown.source}/{takedown.source_id} was imported: a file is kept whole, so delete it from "
            "archive/imports/objects yourself and import it again without the document (docs/privacy.md)"
        )
    site = sources.load(takedown.source).site
    with leases.held(session.stores.ops, f"site:{site}"):
        for segment, offset in takedown.captures:
            session.archive.erase(segment, offset, {"reason": takedown.reason, "who": takedown.who, "on": takedown.on})
