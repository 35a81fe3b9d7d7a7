"""Licensed exports of tender platforms: one row an award, in csv, Excel or JSON lines, read by a mapping of columns.

Where a row holds the notice itself, its body decides and the columns are hints; where it holds none, the columns are
the evidence, the record says so in its warnings, and words of the title or of the platform's own type (候选人, 废标,
更正) still decide the stage. A row that cannot be read is quarantined with file, row, field and remedy.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

from etl.errors import Quarantined
from etl.imports import Mapping, packaged
from etl.parsers import QuarantinedRow, body
from etl.parsers._cells import Cells
from etl.parsers._headings import Headings
from etl.parsers._private import private
from etl.parsers._tables import is_remark, opened
from etl.parsers.body import layout, lost
from etl.parsers.body.layout import Block
from etl.recipes import canonical
from etl.records.parsed import ListPage, Page, Record
from etl.redact import redact

FAMILY = "exports"
VERSION = f"1.{body.VERSION}"
#: The mapping of a file that comes without one.
USUAL = "typical"


def parse_rows(
    data: bytes, source: str, filename: str, mapping: Mapping | None = None
) -> Iterator[Record | QuarantinedRow]:
    """A record or a quarantined row for every row of an export, named `filename:row` as spreadsheet programs count."""
    mapping = mapping or packaged(USUAL)
    digest = hashlib.sha256(data).hexdigest()
    try:
        headings, rows = opened(filename, data, mapping)
        for number, row in rows:
            if not is_remark(row, mapping):
                yield _row(row, f"{filename}:{number}", source, headings, mapping)
    except Quarantined as error:
        yield QuarantinedRow(filename, error.reason, redact(error.detail), digest)


def is_list(page: Page) -> bool:  # noqa: ARG001 - the interface of families
    """A file of this family is a list of notices."""
    return True


def parse_list(page: Page) -> ListPage:
    """The readable rows of a file under the usual headings; the others are named in the warnings."""
    found = list(parse_rows(page.body, page.source, page.url or "input.csv"))
    failed = tuple(f"{r.source_id}: {r.reason}" for r in found if isinstance(r, QuarantinedRow))
    return ListPage(tuple(r for r in found if isinstance(r, Record)), len(found), 1, failed)


def parse_detail(page: Page) -> Record:
    """The record of a file of one row.

    Raises: Quarantined as the row does, `not_one_row` for any other number of rows.
    """
    found = list(parse_rows(page.body, page.source, page.url or "input.csv"))
    if len(found) != 1:
        raise Quarantined("not_one_row", f"the file holds {len(found)} rows")
    if isinstance(found[0], QuarantinedRow):
        raise Quarantined(found[0].reason, found[0].detail)
    return found[0]


def _row(
    row: Sequence[str] | str, where: str, source: str, headings: Headings, mapping: Mapping
) -> Record | QuarantinedRow:
    digest = hashlib.sha256(canonical(row).encode()).hexdigest()
    try:
        if isinstance(row, str):
            raise Quarantined("bad_row", row)
        return private(_record(Cells(row, headings, mapping), where, source, digest))
    except Quarantined as error:
        return QuarantinedRow(where, error.reason, redact(f"{where}: {error.detail}"), digest)


def _record(cells: Cells, where: str, source: str, digest: str) -> Record:
    title, published = cells.title(), cells.published_at()
    said, warnings = _said(cells, title)
    address = cells.url()
    return Record(
        source=source or FAMILY,
        source_id=where,
        url=address,
        notice_type=said.stage,
        title=redact(title),
        project_code=said.project_code,
        published_at=published,
        purchaser=said.purchaser,
        purchaser_address=said.purchaser_address,
        agency=said.agency,
        region_text=redact(cells.region()) or None,
        budget_yuan=said.budget_yuan,
        lots=said.lots,
        text=said.text or None,
        raw_sha256=digest,
        parser=FAMILY,
        parser_version=VERSION,
        warnings=(*said.warnings, *warnings, *cells.warnings),
    )


def _said(cells: Cells, title: str) -> tuple[body.Reading, tuple[str, ...]]:
    """What the row says: by its body where it has one, else by its columns."""
    content = cells.first("body")
    if not content.strip():
        return cells.reading(title), ("from export columns",)
    try:
        parts = _blocks(content)
        lost.require(parts, title, content)
    except Quarantined as error:
        return cells.reading(title), ("from export columns", f"body: {error.reason}")
    return body.read_blocks(parts, title, prior=cells.prior(), hint=cells.first("purchaser") or None), ()


def _blocks(content: str) -> tuple[Block, ...]:
    try:
        return layout.blocks(content)
    except RecursionError as error:
        raise Quarantined("nested_too_deep", "the body is nested too deep to be read") from error
