"""The last look at what a parser puts out: every field that carries words of the page, not only title and text.

A family redacts the long text itself, before it computes anything on it. Labels misread, prices with a phone glued to
them, warnings that quote the page: whatever ends in another field passes here, in one place for all families.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TypeVar

from etl.records.parsed import ListPage, Lot, Record, Supplier
from etl.redact import is_person, redact

T = TypeVar("T")

#: A mobile number where an amount was read: a cell of a contact table taken for a price.
_DIALLED = re.compile(r"1[3-9]\d{9}(?:\.00)?")
_PERSONAL_NUMBER = re.compile("〔(?:证件号|邮箱|网络账号)〕")


def private(result: T) -> T:
    """A record, a list page or a tuple of records without personal data; anything else as it is."""
    if isinstance(result, Record):
        return _record(result)  # type: ignore[return-value]
    if isinstance(result, ListPage):
        return replace(result, items=tuple(map(_record, result.items)), warnings=_warnings(result.warnings))
    return result


def _record(record: Record) -> Record:
    return replace(
        record,
        title=_words(record.title),
        project_code=_code(record.project_code),
        purchaser=_organisation(record.purchaser),
        purchaser_address=_words(record.purchaser_address),
        agency=_organisation(record.agency),
        region_text=_words(record.region_text),
        issuers=tuple(redact(issuer) for issuer in record.issuers if not is_person(issuer)),
        lots=tuple(_lot(lot) for lot in record.lots),
        warnings=_warnings(record.warnings),
    )


def _lot(lot: Lot) -> Lot:
    suppliers = tuple(_supplier(s) for s in lot.suppliers if not is_person(s.name))
    note, amount = _words(lot.amount_note), lot.amount_yuan
    if amount and _DIALLED.fullmatch(amount):
        note, amount = "a telephone number stands where the amount should", None
    return replace(lot, lot=_words(lot.lot), suppliers=suppliers, amount_yuan=amount, amount_note=note)


def _supplier(supplier: Supplier) -> Supplier:
    return replace(supplier, name=redact(supplier.name), address=_words(supplier.address))


def _words(text: str | None) -> str | None:
    return redact(text) if text else text


def _organisation(name: str | None) -> str | None:
    """Who buys is an organisation: a bare personal name in its place is a contact."""
    return None if name and is_person(name) else _words(name)


def _code(code: str | None) -> str | None:
    """A project's code; the number of a person's licence or identity, read behind 编号, is none."""
    return None if code and _PERSONAL_NUMBER.search(redact(code)) else code


def _warnings(texts: tuple[str, ...]) -> tuple[str, ...]:
    """Warnings quote the page behind a colon: a label that is no label may be a name."""
    return tuple(dict.fromkeys(redact(_unnamed(text)) for text in texts))


def _unnamed(text: str) -> str:
    said, colon, quoted = text.rpartition(": ")
    return f"{said}{colon}〔联系人〕" if colon and is_person(quoted) else text
