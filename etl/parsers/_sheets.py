"""Exports as tables, whatever file they come in: csv and tsv, Excel workbooks, JSON lines.

A table gives its first rows, among which the headings are looked for, and the rows below the headings: each with its
number as a spreadsheet program counts, and its cells as text, or why it cannot be read.
"""

from __future__ import annotations

import csv
import io
import json
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from itertools import islice
from pathlib import PurePosixPath
from typing import Any, Protocol

from lxml.etree import LxmlError

from etl.errors import Quarantined
from etl.parsers import MAX_BYTES
from etl.parsers._csv import DELIMITERS, cells, lines_of

#: Headings are looked for in so many rows.
HEAD = 20
#: What a workbook may unpack to: a hundred thousand rows have less.
MAX_UNPACKED = 100_000_000
#: Excel's own limit of rows; columns beyond the other are not looked at.
MAX_ROWS, MAX_COLUMNS = 1_048_576, 300

Row = tuple[int, Sequence[str] | str]


class Table(Protocol):
    """A table of one file."""

    def head(self) -> list[list[str]]:
        """Its first rows, merged cells filled."""

    def below(self, header: int, width: int) -> Iterator[Row]:
        """Number and cells of the rows below row `header` (from 1), or why one cannot be read; empty rows left out."""


def open_table(name: str, body: bytes, *, encoding: str | None = None, sheet: str | None = None) -> Table:
    """The table of a file, read by the ending of its name.

    Raises: Quarantined `unsupported_format`, `empty`, `too_large`, `unreadable_encoding`, `unreadable_workbook`,
    `no_such_sheet`, `not_json`.
    """
    ending = PurePosixPath(name).suffix.lower()
    if ending == ".xlsx":
        return _workbook(body, sheet)
    if ending in (".jsonl", ".ndjson"):
        return _JsonLines(_json_rows(lines_of(body, encoding)))
    if ending not in (".csv", ".tsv", ".txt") or body.startswith((b"PK\x03\x04", b"%PDF", b"\xd0\xcf\x11\xe0")):
        raise Quarantined("unsupported_format", "no csv, tsv, xlsx or JSON lines; save the export as one of these")
    lines = lines_of(body, encoding)
    return _Delimited(lines, max(DELIMITERS, key="".join(lines[:HEAD]).count))


# --- delimited text -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Delimited:
    lines: list[str]
    delimiter: str

    def head(self) -> list[list[str]]:
        return [row for row, _ in self._beginning()]

    def _beginning(self) -> list[tuple[list[str], int]]:
        """The first rows, each with the number of lines down to its end."""
        reader = csv.reader(self.lines, delimiter=self.delimiter)
        found: list[tuple[list[str], int]] = []
        with suppress(csv.Error):  # a broken quote this early is reported with the row it breaks
            found.extend((row, reader.line_num) for row in islice(reader, HEAD))
        return found

    def below(self, header: int, width: int) -> Iterator[Row]:
        start = self._beginning()[header - 1][1]
        for number, row in cells(self.lines, self.delimiter, width, start):
            if isinstance(row, str) or any(cell.strip() for cell in row):
                yield header + number, row


# --- JSON lines -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _JsonLines:
    """Keys are headings; rows are numbered by their lines."""

    rows: list[tuple[int, Mapping[str, Any] | str]]

    def head(self) -> list[list[str]]:
        names = dict.fromkeys(key for _, row in self.rows if not isinstance(row, str) for key in row)
        return [list(names)]

    def below(self, header: int, width: int) -> Iterator[Row]:  # noqa: ARG002 - the headings are the keys
        names = self.head()[0]
        for number, row in self.rows:
            if isinstance(row, str):
                yield number, row
                continue
            odd = [key for key, value in row.items() if isinstance(value, dict | list)]
            found = [_json_text(row.get(name)) for name in names]
            yield number, f"{odd[0]} holds a JSON {type(row[odd[0]]).__name__}, no text or number" if odd else found


def _json_rows(lines: Sequence[str]) -> list[tuple[int, Mapping[str, Any] | str]]:
    return [(number, _json_row(line)) for number, line in enumerate(lines, 1) if line.strip()]


def _json_row(line: str) -> Mapping[str, Any] | str:
    if len(line) > MAX_BYTES:
        return f"a line of {len(line)} characters, more than {MAX_BYTES}"
    try:
        # Numbers stay as written: 0.1 is not 0.1000000000000000055.
        row = json.loads(line, parse_float=str, parse_int=str, parse_constant=str)
    except (ValueError, RecursionError) as error:
        return f"no JSON object: {str(error)[:120]}"
    return row if isinstance(row, dict) else f"a JSON {type(row).__name__}, not an object"


def _json_text(value: object) -> str:
    return "" if value is None else str(value)


# --- Excel ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Area:
    """A merged range, rows and columns from 1."""

    name: str
    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class _Workbook:
    sheet: Any
    merged: tuple[_Area, ...]

    def head(self) -> list[list[str]]:
        grid = [[_cell_text(cell) for cell in row] for _, row in islice(self._rows(1), HEAD)]
        width = max((n for row in grid for n, cell in enumerate(row, 1) if cell), default=0)
        grid = [row[:width] for row in grid]
        for area in self.merged:
            for row in range(area.top - 1, min(area.bottom, len(grid))):
                for column in range(area.left - 1, min(area.right, width)):
                    grid[row][column] = grid[area.top - 1][area.left - 1]
        return grid

    def _rows(self, first: int) -> Iterator[tuple[int, Sequence[Any]]]:
        rows = self.sheet.iter_rows(min_row=first, max_row=MAX_ROWS, max_col=MAX_COLUMNS)
        return enumerate(rows, first)

    def below(self, header: int, width: int) -> Iterator[Row]:
        joined = self._joined(header)
        for number, row in self._rows(header + 1):
            texts = [_cell_text(cell) for cell in row[:width]]
            broken = next((cell for cell in row[:width] if cell.data_type == "e"), None)
            if number in joined:
                yield number, f"cells {joined[number]} are merged: undo it in Excel and give each row its own values"
            elif broken is not None:
                yield number, f"cell {broken.coordinate} holds the error {broken.value}: correct it in Excel"
            elif any(text.strip() for text in texts):
                yield number, texts

    def _joined(self, header: int) -> dict[int, str]:
        """Rows whose cells are merged with another row's: one amount for several winners is nobody's amount."""
        areas = [a for a in self.merged if a.top > header and a.bottom > a.top]
        return {row: area.name for area in areas for row in range(area.top, min(area.bottom, MAX_ROWS) + 1)}


#: What openpyxl and its parsers let through from a damaged, encrypted or hostile workbook, also row by row.
BROKEN = (
    *(KeyError, ValueError, AttributeError, TypeError, IndexError, RuntimeError, OSError, SyntaxError),
    *(zipfile.BadZipFile, zlib.error, LxmlError),
)
_MERGED = re.compile(
    rb"<(?:\w{1,9}:)?mergeCell\s[^<>]{0,80}?ref=[\"']([A-Z]{1,3}[1-9]\d{0,6}:[A-Z]{1,3}[1-9]\d{0,6})[\"']"
)


def _workbook(body: bytes, name: str | None) -> _Workbook:
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as package:
            if sum(part.file_size for part in package.infolist()) > MAX_UNPACKED:
                raise Quarantined("too_large", f"unpacks to more than {MAX_UNPACKED} bytes; save it as csv")
            sheet = _sheet(body, name)
            return _Workbook(sheet, _merged(package.read(sheet._worksheet_path)))
    except BROKEN as error:
        raise Quarantined("unreadable_workbook", f"no xlsx workbook: {type(error).__name__}: {error}"[:200]) from error


def _sheet(body: bytes, name: str | None) -> Any:
    from openpyxl import load_workbook

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # styles and extensions that carry no data
        book = load_workbook(io.BytesIO(body), read_only=True, data_only=True, keep_links=False)
    sheets = {found.title: found for found in book.worksheets}
    if not sheets or name not in (None, *sheets):
        raise Quarantined("no_such_sheet", f"no sheet {name!r}; the workbook has {', '.join(sheets) or 'none'}")
    sheet = sheets[name] if name is not None else book.worksheets[0]
    sheet.reset_dimensions()  # many programs state a size that is not the sheet's
    return sheet


def _merged(markup: bytes) -> tuple[_Area, ...]:
    from openpyxl.utils.cell import range_boundaries

    found = []
    for match in _MERGED.finditer(markup):
        name = match[1].decode()
        left, top, right, bottom = range_boundaries(name)
        found.append(_Area(name, top, left, bottom, right))
    return tuple(found)


def _cell_text(cell: Any) -> str:
    """A cell as it is shown, as far as that changes its meaning: dates, percentages, whole numbers."""
    value = cell.value
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "" if value is None else str(value)
    rate = "%" in (cell.number_format or "")
    shown = Decimal(repr(value)) * (100 if rate else 1)
    text = f"{shown.normalize():f}" if shown.is_finite() else str(value)
    return f"{text}%" if rate else text
