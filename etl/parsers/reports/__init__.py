"""Government work reports from files: txt, csv and Word documents.

A record is one report: the place that delivered it, the year of *delivery* (a report of January 2024 looks back on
2023), and its text without page chrome, redacted. What cannot be placed, dated or read is quarantined with its reason;
no row is dropped silently.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace

from etl.errors import Quarantined
from etl.parsers import QuarantinedRow
from etl.parsers._private import private
from etl.parsers.reports import cleaning, delivery, files, places
from etl.records.parsed import Record
from etl.redact import VERSION as REDACTION
from etl.redact import redact
from etl.values import read_time

FAMILY = "reports"
VERSION = f"1.{REDACTION}"

#: Shorter texts are summaries, news or stubs: the shortest of 43 real reports has 9 800 characters.
MIN_CHARACTERS = 500


def parse_file(name: str, body: bytes, place: str | None = None) -> Iterator[Record | QuarantinedRow]:
    """The reports of one file; `name` is its path, whose last folders may name place and year.

    `place` (code or name) is the user's word and goes before everything else. One row of the file gives one record or
    one quarantined row; a file that holds no reports at all gives one quarantined row.
    """
    digest = hashlib.sha256(body).hexdigest()
    seen: dict[str, str] = {}
    try:
        for row in files.rows(name, body):
            yield _row(row, digest, place, seen)
    except Quarantined as error:
        yield QuarantinedRow(name, error.reason, redact(error.detail), digest)


def _row(
    row: files.Row | files.BadRow, digest: str, place: str | None, seen: dict[str, str]
) -> Record | QuarantinedRow:
    try:
        if isinstance(row, files.BadRow):
            raise Quarantined("bad_row", row.detail)
        return private(_second(of_row(row, digest, place), seen))
    except Quarantined as error:
        return QuarantinedRow(row.name, error.reason, redact(error.detail), digest)


def of_row(row: files.Row, digest: str, place: str | None = None) -> Record:
    """The report of one text with what its file or page says of it.

    Raises: Quarantined `too_short`, and those of `delivery.year` and `places.place`.
    """
    text = cleaning.clean(row.text)
    characters = sum(not c.isspace() for c in text.text)
    if characters < MIN_CHARACTERS:
        raise Quarantined(
            "too_short", f"{characters} characters; a work report has thousands (bound: {MIN_CHARACTERS})"
        )
    sitting = delivery.sitting(text.text)
    when = delivery.year(row, text.text, sitting)
    where = places.place(row, text.text, sitting, when.value, place)
    return Record(
        source=FAMILY,
        source_id=f"{where.code}-{when.value}",
        url=row.url or None,
        title=redact(row.title or delivery.title(text.text) or "") or None,
        published_at=read_time(row.published),
        text=redact(text.text),
        raw_sha256=digest,
        parser=FAMILY,
        parser_version=VERSION,
        warnings=(*row.warnings, *text.warnings, *when.warnings, *where.warnings),
        kind="report",
        place_code=where.code,
        year=when.value,
    )


def _second(record: Record, seen: dict[str, str]) -> Record:
    """Mark a further text of a place-year: both are kept as versions, and only one of them can be current."""
    text = record.text or ""
    if record.source_id not in seen:
        seen[record.source_id] = text
        return record
    note = "same_report_twice" if seen[record.source_id] == text else "second_text_for_place_year"
    return replace(record, warnings=(*record.warnings, note))
