"""Imported files -> documents and quarantine, by kind of import."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from db.archive import Archive, Import, ImportedFile
from etl import documents, redact
from etl.documents import Parsed
from etl.parsers import QuarantinedRow, family
from etl.recipes import recipe
from etl.records import Record
from etl.records.rows import QuarantineRow

#: Kinds of import there are, and the parser that reads them.
KINDS = {"reports": "reports", "notices": "notice"}


def import_rows(archive: Archive, made: Import, known: Mapping[str, Sequence[Parsed]]) -> tuple[list[Parsed], int]:
    """All rows of an import, and how many were parsed now; files whose recipe still holds are not read again."""
    found: list[Parsed] = []
    fresh = 0
    for file in made.files:
        made_from = recipe("import", file.sha256, file.name, documents.stage(KINDS[made.kind]), dict(made.mapping))
        if made_from in known:
            found += known[made_from]
            continue
        data = archive.import_bytes(file)
        if data is not None:
            items = list(_read(made.kind, file.name, data, made.mapping))
            rows = [_row(made, file, item, made_from) for item in items or [_nothing(file)]]
            found += rows
            fresh += len(rows)
    return found, fresh


def _nothing(file: ImportedFile) -> QuarantinedRow:
    return QuarantinedRow(file.name, "no_rows", "the file holds no row", file.sha256)


def _read(kind: str, name: str, data: bytes, mapping: Mapping[str, Any]) -> Iterator[Record | QuarantinedRow]:
    parser = family(KINDS[kind])
    if kind == "reports":
        yield from parser.parse_file(name, data, mapping.get("place"))
    else:
        yield from parser.parse_rows(data, kind, name)


def _row(made: Import, file: ImportedFile, item: Record | QuarantinedRow, made_from: str) -> Parsed:
    if isinstance(item, Record):
        return documents.document_row(item, made_from)
    return QuarantineRow(
        source=made.kind,
        source_id=item.source_id,
        raw_sha256=item.raw_sha256,
        reason=item.reason,
        detail=redact.redact(item.detail),
        url=file.name,
        parser=KINDS[made.kind],
        recipe=made_from,
    )
