"""Imported files -> documents, quarantine, listings, and for declared notices the days they answer for."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from db.archive import Archive, Import, ImportedFile
from etl import documents, imports, redact, takedowns
from etl.documents import Parsed
from etl.errors import Quarantined
from etl.imports.answers import UNREAD, Answers
from etl.imports.mapping import Columns
from etl.parsers import QuarantinedRow, exports, family
from etl.parsers._tables import reading
from etl.recipes import canonical, recipe
from etl.records import Record, SourceFacts
from etl.records.rows import CoverageDayRow, DeclarationRow, DocumentRow, ListingRow, QuarantineRow
from etl.takedowns import Takedown
from flows import lists
from flows.declared import declaration_of, live, source_of
from flows.progress import Progress, told

#: Kinds of import there are, and what reads them; notices with a mapping are read by `exports`.
KINDS = {"reports": "reports", "notices": "notice", **dict.fromkeys(imports.KINDS, lists.PARSER)}


@dataclass(slots=True)
class Imported:
    """What all imports of a home give. `facts`: the declared sources, and `notices` where some were not declared."""

    documents: list[DocumentRow] = field(default_factory=list)
    quarantine: list[QuarantineRow] = field(default_factory=list)
    listings: list[ListingRow] = field(default_factory=list)
    coverage: list[CoverageDayRow] = field(default_factory=list)
    declarations: list[DeclarationRow] = field(default_factory=list)
    facts: list[SourceFacts] = field(default_factory=list)
    lists: lists.Lists = field(default_factory=lists.Lists)
    parsed_now: int = 0


def read_imports(
    archive: Archive,
    known: Mapping[str, Sequence[Parsed]],
    progress: Progress,
    *,
    synthetic: bool,
    taken: Collection[Takedown] = (),
    listed: lists.Known | None = None,
) -> Imported:
    """All imports that count; `known`, `listed`: rows of the last time by recipe, whose files are not read again."""
    out = Imported()
    rows: list[Parsed] = []
    files: dict[tuple[str, str], str] = {}
    asked: dict[str, Answers] = {}
    for made in told(live(archive.imports()), "parse imports", progress, every=1):
        declared = canonical(dict(made.declaration))
        out.declarations.append(DeclarationRow(made.import_id, made.kind, len(made.files), declared))
        if made.kind in imports.KINDS:
            out.lists.read(archive, made, listed or {}, taken)
            continue
        if said := declaration_of(made):
            asked[said.source] = Answers(said)
        for file in made.files:
            found, fresh = _file(archive, made, file, known, taken)
            files.update({(row.source, row.source_id): file.name for row in found})
            rows += found
            out.parsed_now += fresh
    settled = documents.versions(rows)
    out.documents, out.quarantine = settled.documents, settled.quarantine
    scopes = _scopes(asked, files, out)
    out.listings = [
        replace(row, scope=scopes.get((row.source, row.source_id), row.scope))
        for row in documents.import_listings(settled)
    ]
    out.coverage = _ledger(asked, out.listings)
    out.quarantine += out.lists.quarantine
    out.listings += out.lists.listings()
    out.parsed_now += out.lists.parsed_now
    out.listings += [takedowns.listing(one) for one in taken if one.imported]
    out.listings.sort(key=lambda row: (row.source, row.source_id))
    out.declarations.sort(key=lambda row: row.import_id)
    out.facts = [asked[source].declaration.facts(synthetic=synthetic) for source in sorted(asked)]
    if any(row.source == "notices" for row in out.documents):
        out.facts.append(SourceFacts("notices", "notice", "Notices imported without a declaration", synthetic))
    return out


def _scopes(
    asked: Mapping[str, Answers], files: Mapping[tuple[str, str], str], out: Imported
) -> dict[tuple[str, str], str]:
    """The scope of each row of a declared import."""
    scopes = {}
    for row in out.documents:
        if row.is_current and row.source in asked:
            key = (row.source, row.source_id)
            scopes[key] = asked[row.source].add(Record.from_dict(json.loads(row.record)), files[key])
    for bad in out.quarantine:
        if bad.source in asked:
            asked[bad.source].unread += 1
            scopes[bad.source, bad.source_id] = UNREAD
    return scopes


def _ledger(asked: Mapping[str, Answers], listings: Sequence[ListingRow]) -> list[CoverageDayRow]:
    found: list[CoverageDayRow] = []
    for source, answers in sorted(asked.items()):
        listed = Counter(
            (row.scope, date.fromisoformat(row.published_on))
            for row in listings
            if row.source == source and row.published_on
        )
        found += answers.ledger(listed)
    return found


def _file(
    archive: Archive,
    made: Import,
    file: ImportedFile,
    known: Mapping[str, Sequence[Parsed]],
    taken: Collection[Takedown],
) -> tuple[list[Parsed], int]:
    """The rows of a file, and how many of them were parsed now."""
    source, parser = source_of(made), _parser(made)
    gone = sorted(one.source_id for one in taken if one.source == source)
    made_from = recipe("import", file.sha256, file.name, documents.stage(parser), dict(made.mapping), source, gone)
    if made_from in known:
        return list(known[made_from]), 0
    data = archive.import_bytes(file)
    if data is None:
        return [], 0
    items = list(_items(parser, source, file.name, data, made.mapping)) or [_nothing(file)]
    rows = [_row(source, parser, file, item, made_from) for item in items]
    return [row for row in rows if row.source_id not in gone], len(rows)


def _parser(made: Import) -> str:
    return "exports" if made.kind == "notices" and made.mapping else KINDS[made.kind]


def _nothing(file: ImportedFile) -> QuarantinedRow:
    return QuarantinedRow(file.name, "no_rows", "the file holds no row", file.sha256)


def _items(
    parser: str, source: str, name: str, data: bytes, mapping: Mapping[str, Any]
) -> Iterator[Record | QuarantinedRow]:
    if parser == "reports":
        yield from family(parser).parse_file(name, data, mapping.get("place"))
    elif parser == "exports":
        yield from exports.parse_rows(data, source, name, imports.Mapping.model_validate(dict(mapping)))
    else:
        yield from family(parser).parse_rows(data, source, name)


def _row(source: str, parser: str, file: ImportedFile, item: Record | QuarantinedRow, made_from: str) -> Parsed:
    if isinstance(item, Record):
        if item.kind != "notice" or item.published_at:
            return documents.document_row(item, made_from)
        item = QuarantinedRow(
            item.source_id, "no_publication_date", "the notice does not say when it was published", file.sha256
        )
    return QuarantineRow(
        source=source,
        source_id=item.source_id,
        raw_sha256=item.raw_sha256,
        reason=item.reason,
        detail=redact.redact(item.detail),
        url=file.name,
        parser=parser,
        recipe=made_from,
    )


def remarks(kind: str, files: Sequence[tuple[str, bytes]], mapping: Mapping[str, Any]) -> list[str]:
    """What a mapping leaves of each file, a sentence a file: rows, columns not read, fields without a column."""
    read: Columns = (
        imports.list_mapping(mapping, "--mapping")
        if kind in imports.KINDS
        else imports.checked(imports.Mapping, mapping, "--mapping")
    )
    return [_remark(name, data, read) for name, data in files]


def _remark(name: str, data: bytes, mapping: Columns) -> str:
    try:
        found = reading(name, data, mapping)
    except Quarantined as error:
        return f"{name}: {error.detail}"
    parts = [f"{name}: {found.rows} rows"]
    parts += [f"remarks of the platform left out: {found.remarks}"] * bool(found.remarks)
    parts += [f"columns not read: {', '.join(found.unread)}"] * bool(found.unread)
    parts += [f"no column for {', '.join(found.missing)}"] * bool(found.missing)
    return "; ".join(parts)
