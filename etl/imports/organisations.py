"""Files of firms or banks -> rows of the table `organisation`, each row of the file read, refused or told apart.

Several rows of one organisation are its history where each is of another day: the newest counts and the others give it
its former names. Rows that only repeat one are left out, rows that contradict one another are all refused.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from etl.errors import Quarantined
from etl.imports.lists import ListDeclaration, ListMapping
from etl.parsers import QuarantinedRow
from etl.parsers._headings import Headings
from etl.parsers._tables import is_remark, opened
from etl.recipes import canonical
from etl.records.rows import OrganisationRow
from etl.redact import redact
from etl.resolve import names
from etl.resolve.listed import Cell, Kind, Listed, listed

VERSION = "1"


@dataclass(frozen=True, slots=True)
class ListFile:
    """A file of a list, and what was said of it. `recipe`: what its rows are made from."""

    name: str
    source: str
    kind: Kind
    mapping: ListMapping
    declared: ListDeclaration
    recipe: str


@dataclass(frozen=True, slots=True)
class _Read:
    """A row that was read, and what leaves it out."""

    number: int
    digest: str
    row: Listed
    out_of_scope: str | None = None
    #: The organisation, where a later row says more of it.
    org_id: str | None = None

    @property
    def day(self) -> str:
        return self.row.said_on or ""


def parse_rows(data: bytes, file: ListFile) -> Iterator[OrganisationRow | QuarantinedRow]:
    """Every row of a file, in its order: as an organisation, or in quarantine with the reason."""
    try:
        headings, rows = opened(file.name, data, file.mapping)
        _can_be_kept(headings, file.mapping)
        found = [_read(number, row, headings, file) for number, row in rows if not is_remark(row, file.mapping)]
    except Quarantined as error:
        yield QuarantinedRow(file.name, error.reason, redact(error.detail), hashlib.sha256(data).hexdigest())
        return
    settled = _settled([one for one in found if isinstance(one, _Read)], file)
    for one in found:
        said = settled[one.number] if isinstance(one, _Read) else one
        yield _organisation(said, file) if isinstance(said, _Read) else said


def _can_be_kept(headings: Headings, mapping: ListMapping) -> None:
    """Raise Quarantined where a file lacks what its rule asks for: every row would be left out for nothing."""
    there = {column.field for column in headings.columns}
    keep = mapping.keep
    if keep is None:
        return
    missing = [field for field in keep.fields if field not in there]
    missing += ["/".join(keep.has_any)] * (bool(keep.has_any) and there.isdisjoint(keep.has_any))
    if missing:
        read = ", ".join(column.heading for column in headings.columns)
        raise Quarantined(
            "no_headings",
            f"the rule {keep.rule} asks for {missing[0]}, and no column holds it (read were {read[:160]}): "
            "name its heading in the mapping, or leave the rule out",
        )


def _read(number: int, row: Sequence[str] | str, headings: Headings, file: ListFile) -> _Read | QuarantinedRow:
    digest = hashlib.sha256(canonical(row).encode()).hexdigest()
    mapping, declared = file.mapping, file.declared
    try:
        if isinstance(row, str):
            raise Quarantined("bad_row", row)
        cells: defaultdict[str, list[Cell]] = defaultdict(list)
        for column in headings.columns:
            cells[column.field].append(Cell(column.heading, row[column.at]))
        said = listed(
            cells,
            file.kind,
            year=declared.as_of.year,
            formats=mapping.date_formats,
            separators=mapping.separators,
        )
    except Quarantined as error:
        return _refused(number, digest, error, file)
    return _Read(number, digest, said, mapping.keep.outside(said, declared.as_of) if mapping.keep else None)


def _refused(number: int, digest: str, error: Quarantined, file: ListFile) -> QuarantinedRow:
    where = f"{file.name}:{number}"
    return QuarantinedRow(where, error.reason, redact(f"{where}: {error.detail}"), digest)


def _identity(row: Listed) -> tuple[str, ...]:
    """What one organisation's rows have in common; offices of one name in two cities are two."""
    if row.uscc or row.code:
        return (row.uscc or f"code {row.code}",)
    return (names.key(names.normalise(row.name)), *([row.city_code or ""] if row.kind == "bank" else []))


def _settled(found: Iterable[_Read], file: ListFile) -> dict[int, _Read | QuarantinedRow]:
    """By number of the row: one row an organisation, the others out of scope or refused."""
    grouped: defaultdict[tuple[str, ...], list[_Read]] = defaultdict(list)
    for one in found:
        grouped[_identity(one.row)].append(one)
    return {
        one.number: said for group in grouped.values() for one, said in zip(group, _of_one(group, file), strict=True)
    }


def _of_one(group: list[_Read], file: ListFile) -> Iterator[_Read | QuarantinedRow]:
    """For each row of one organisation: the newest with its history, the others left out; or all refused."""
    first: dict[str, _Read] = {}
    for one in group:
        first.setdefault(one.day, one)
    if any(one.row != first[one.day].row for one in group):
        numbers = ", ".join(str(one.number) for one in group[:5])
        for one in group:
            error = Quarantined("duplicate", f"rows {numbers} say different things of {one.row.name}: keep one of them")
            yield _refused(one.number, one.digest, error, file)
        return
    newest = first[max(first)]
    for one in group:
        if one is newest:
            yield replace(one, row=_with_history(newest.row, [o.row for o in group]))
        elif one.day == newest.day:
            yield replace(one, out_of_scope=f"says what row {newest.number} says")
        else:
            yield replace(one, out_of_scope=f"row {newest.number} is of a later day", org_id=newest.row.org_id)


def _with_history(newest: Listed, rows: Iterable[Listed]) -> Listed:
    """The newest row, with what the organisation was called in the others."""
    former = [name for row in rows for name in (*row.former_names, row.name) if name != newest.name]
    short = [name for row in rows for name in row.short_names]
    return replace(
        newest,
        former_names=tuple(dict.fromkeys((*newest.former_names, *former))),
        short_names=tuple(dict.fromkeys((*newest.short_names, *short))),
    )


def _organisation(found: _Read, file: ListFile) -> OrganisationRow:
    row = found.row
    return OrganisationRow(
        source=file.source,
        source_id=f"{file.name}:{found.number}",
        kind=file.kind,
        org_id=found.org_id or row.org_id,
        name=row.name,
        former_names=json.dumps(row.former_names, ensure_ascii=False),
        short_names=json.dumps(row.short_names, ensure_ascii=False),
        uscc=row.uscc,
        code=row.code,
        city_code=row.city_code,
        city_evidence=redact(row.city_evidence),
        industry=";".join(row.industry) or None,
        status=row.status,
        founded_on=row.founded_on,
        listed_on=row.said_on or file.declared.as_of.isoformat(),
        out_of_scope=found.out_of_scope,
        recipe=file.recipe,
    )
