"""Files of comma-, semicolon- or tab-separated values, read without trust: any encoding, broken quotes, ragged rows.

Shared by the parsers of whole files. A row that cannot be read costs itself only, and says why.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from etl.errors import Quarantined
from etl.parsers import MAX_BYTES, decode
from etl.records.parsed import Page

#: A file may hold the texts of many cities and years.
MAX_BYTES_OF_A_TABLE = 500_000_000
#: How often a file is picked up again behind a broken quote.
MAX_BREAKS = 100
DELIMITERS = ",\t;"
# The csv module stops at 131 072 characters a cell; the longest real notice seen, kept in one cell, has more.
csv.field_size_limit(MAX_BYTES)


def decoded(body: bytes, encoding: str | None = None) -> str:
    """Text in UTF-8, UTF-16 or GB18030, or in the encoding its owner names; a byte-order mark is taken off.

    UTF-16 without a mark shows by the zero bytes of its blanks and line ends.

    Raises: Quarantined `unreadable_encoding` and those of `etl.parsers.decode`.
    """
    if encoding:
        try:
            return body.decode(encoding).removeprefix("\ufeff")
        except UnicodeDecodeError as error:
            raise Quarantined("unreadable_encoding", f"the bytes are not {encoding} text: {error.reason}") from error
    zeros = body.count(b"\0")
    if zeros * 200 > len(body) and body[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        little = body.count(b"\n\0") + body.count(b" \0") >= body.count(b"\0\n") + body.count(b"\0 ")
        body = (b"\xff\xfe" if little else b"\xfe\xff") + body
    if len(body) <= MAX_BYTES:
        return decode(Page(body)).removeprefix("\ufeff")
    # Only tables may be larger: too much to guess at, so it must be one encoding throughout.
    for candidate in ("utf-16",) if body[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030"):
        try:
            return body.decode(candidate)
        except UnicodeDecodeError:
            continue
    raise Quarantined("unreadable_encoding", "the bytes are neither UTF-8, UTF-16 nor GB18030 text")


def lines_of(body: bytes, encoding: str | None = None) -> list[str]:
    """The lines of a table, line ends kept.

    Raises: Quarantined `too_large`, `empty` and those of `decoded`.
    """
    if len(body) > MAX_BYTES_OF_A_TABLE:
        raise Quarantined("too_large", f"{len(body)} bytes, more than {MAX_BYTES_OF_A_TABLE}; split the file")
    text = decoded(body, encoding)
    if not text.strip():
        raise Quarantined("empty", "the file has no content")
    return list(io.StringIO(text, newline=""))


def cells(lines: Sequence[str], delimiter: str, width: int, start: int = 1) -> Iterator[tuple[int, list[str] | str]]:
    """The rows from line `start` (counted from 0) on: their number among the rows, from 1, and their cells.

    A row that cannot be read comes as the reason why. A quote that is never closed, or goes on after its end, breaks
    one row only: reading starts again on the next line, and lines that are no row of this table belong to the broken
    one. Empty rows are counted and left out.
    """
    at, breaks, broken, number, broken_at = start, 0, "", 0, 0
    while at < len(lines):
        reader = csv.reader(lines[at:], delimiter=delimiter, strict=True)
        begun = at
        try:
            for row in reader:
                number += 1
                fits = len(row) == width or (len(row) > width and not any(row[width:]))
                if fits and broken:
                    yield broken_at, broken
                    broken = ""
                if fits:
                    yield number, row[:width]
                elif any(row) and not broken:
                    yield number, f"line {begun + 1}: {len(row)} cells where the header has {width}"
                begun = at + reader.line_num
            break
        except csv.Error as error:
            number += 1
            broken_at = broken_at if broken else number
            broken = broken or f"line {begun + 1}: {error}; check its quotation marks"
            at, breaks = begun + 1, breaks + 1
        if breaks > MAX_BREAKS:
            broken += f"; the rest of the file from line {at + 1} on is unread"
            break
    if broken:
        yield broken_at, broken
