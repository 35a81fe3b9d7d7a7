"""Imported lists of firms and banks -> organisations, quarantine, and what became of each of their rows."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from db.archive import Archive, Import, ImportedFile
from db.engine import connect
from db.home import Home
from db.warehouse import rows
from etl import imports
from etl.imports.organisations import VERSION, ListFile, parse_rows
from etl.parsers import QuarantinedRow
from etl.recipes import recipe
from etl.records.rows import DeclarationRow, ListingRow, OrganisationRow, QuarantineRow
from etl.takedowns import Takedown
from flows.declared import source_of

#: What reads them, as rows in quarantine name it.
PARSER = "organisations"
#: Rows of the last time by recipe, whose files are not read again.
Known = Mapping[str, Sequence[OrganisationRow | QuarantineRow]]


@dataclass(slots=True)
class Lists:
    """What all imported lists of a home give."""

    organisations: list[OrganisationRow] = field(default_factory=list)
    quarantine: list[QuarantineRow] = field(default_factory=list)
    parsed_now: int = 0

    def listings(self) -> list[ListingRow]:
        """What became of every row."""
        found = [
            _listing(row, row.name, "out_of_scope" if row.out_of_scope else "parsed", row.out_of_scope)
            for row in self.organisations
        ]
        return [*found, *(_listing(row, None, "quarantined", row.reason) for row in self.quarantine)]

    def read(self, archive: Archive, made: Import, known: Known, taken: Collection[Takedown]) -> None:
        """Add the rows of an import."""
        gone = sorted(one.source_id for one in taken if one.source == source_of(made))
        for file in made.files:
            found = self._file(archive, made, file, known, gone)
            self.organisations += [row for row in found if isinstance(row, OrganisationRow)]
            self.quarantine += [row for row in found if isinstance(row, QuarantineRow)]

    def _file(
        self, archive: Archive, made: Import, file: ImportedFile, known: Known, gone: Sequence[str]
    ) -> Sequence[OrganisationRow | QuarantineRow]:
        said = (made.kind, dict(made.mapping), dict(made.declaration), source_of(made), gone)
        made_from = recipe("list", file.sha256, file.name, VERSION, *said)
        if made_from in known:
            return known[made_from]
        data = archive.import_bytes(file)
        if data is None:
            return []
        parsed = _rows(made, file, data, made_from)
        self.parsed_now += len(parsed)
        return [row for row in parsed if row.source_id not in gone]


def _rows(made: Import, file: ImportedFile, data: bytes, made_from: str) -> list[OrganisationRow | QuarantineRow]:
    asked = ListFile(
        file.name,
        source_of(made),
        imports.KINDS[made.kind],
        imports.ListMapping.model_validate(dict(made.mapping)),
        imports.ListDeclaration.model_validate(dict(made.declaration)),
        made_from,
    )
    found = list(parse_rows(data, asked)) or [
        QuarantinedRow(file.name, "no_rows", "the file holds no row", file.sha256)
    ]
    return [one if isinstance(one, OrganisationRow) else _refused(one, asked) for one in found]


def _refused(one: QuarantinedRow, file: ListFile) -> QuarantineRow:
    return QuarantineRow(
        source=file.source,
        source_id=one.source_id,
        raw_sha256=one.raw_sha256,
        reason=one.reason,
        detail=one.detail,
        url=file.name,
        parser=PARSER,
        recipe=file.recipe,
    )


def _listing(row: OrganisationRow | QuarantineRow, name: str | None, state: str, reason: str | None) -> ListingRow:
    return ListingRow(
        source=row.source,
        source_id=row.source_id,
        scope="import",
        url=None,
        title=name,
        published_on=None,
        kind_given=None,
        state=state,
        reason=reason,
    )


def declared(given: Iterable[DeclarationRow]) -> dict[str, imports.ListDeclaration]:
    """The declarations of lists by source."""
    found = {}
    for row in given:
        if row.kind in imports.KINDS:
            said = imports.ListDeclaration.model_validate(json.loads(row.declaration))
            found[f"{row.kind}_{said.id}"] = said
    return found


def whole(lists: Lists, given: Iterable[DeclarationRow]) -> frozenset[str]:
    """The lists that hold everything of their kind in the country: all was asked for, and the answer was not cut."""
    counted = Counter(row.source for row in lists.listings())
    said = declared(given)
    return frozenset(s for s, one in said.items() if one.whole and (one.row_cap is None or counted[s] < one.row_cap))


def fates(home: Home, source: str) -> list[tuple[str, int]]:
    """What became of the rows of a list, the commonest first: read, left out by which rule, in quarantine for what."""
    with connect(home) as stores, stores.warehouse.read() as conn:
        found = Counter(_fate(row) for row in rows(conn, ListingRow) if row.source == source)
    return sorted(found.items(), key=lambda one: (-one[1], one[0]))


def _fate(row: ListingRow) -> str:
    """State and reason, the numbers of rows and the days left out."""
    why = re.sub(r"\d[\d-]*", "N", row.reason or "")
    return {"parsed": "read", "quarantined": f"in quarantine: {why}", "out_of_scope": f"left out: {why}"}[row.state]
