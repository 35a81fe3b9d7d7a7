"""The last look at what a parser puts out: every field that carries words of the page, not only title and text.

A family redacts the long text itself, before it computes anything on it. Labels misread, prices with a phone glued to
them, warnings that quote the page: whatever ends in another field passes here, in one place for all families.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from etl.records.parsed import ListPage, Lot, Record, Supplier
from etl.redact import is_person, redact

T = TypeVar("T")


def private(result: T) -> T:
    """A record, a list page or a tuple of records without personal data; anything else as it is."""
    if isinstance(result, Record):
        return _record(result)  # type: ignore[return-value]
    if isinstance(result, ListPage):
        items, warnings = tuple(_record(item) for item in result.items), _all(result.warnings)
        return replace(result, items=items, warnings=warnings)
    return result


def _record(record: Record) -> Record:
    return replace(
        record,
        title=_words(record.title),
        purchaser=_organisation(record.purchaser),
        purchaser_address=_words(record.purchaser_address),
        agency=_organisation(record.agency),
        region_text=_words(record.region_text),
        issuers=_all(record.issuers),
        lots=tuple(_lot(lot) for lot in record.lots),
        warnings=_all(record.warnings),
    )


def _lot(lot: Lot) -> Lot:
    suppliers = tuple(_supplier(s) for s in lot.suppliers if not is_person(s.name))
    return replace(lot, lot=_words(lot.lot), suppliers=suppliers, amount_note=_words(lot.amount_note))


def _supplier(supplier: Supplier) -> Supplier:
    return replace(supplier, name=redact(supplier.name), address=_words(supplier.address))


def _words(text: str | None) -> str | None:
    return redact(text) if text else text


def _organisation(name: str | None) -> str | None:
    """Who buys is an organisation: a bare personal name in its place is a contact."""
    return None if name and is_person(name) else _words(name)


def _all(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(redact(text) for text in texts)
