"""Files of rows under headings, opened by a mapping of columns: what is read of them, and their rows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from etl.imports.mapping import Columns
from etl.parsers._headings import Headings, find
from etl.parsers._sheets import BROKEN, Row, Table, open_table


@dataclass(frozen=True, slots=True)
class Reading:
    """What a mapping finds in a file: rows, remarks of the platform among them, headings read and left unread.

    `missing`: fields of the mapping that no column of the file has.
    """

    rows: int
    remarks: int
    read: tuple[str, ...]
    unread: tuple[str, ...]
    missing: tuple[str, ...]


def reading(name: str, data: bytes, mapping: Columns) -> Reading:
    """What will be read of a file. Raises Quarantined as `opened` does."""
    headings, found = opened(name, data, mapping)
    rows = [row for _, row in found]
    remarks = sum(is_remark(row, mapping) for row in rows)
    read = tuple(column.heading for column in headings.columns)
    fields = {column.field for column in headings.columns}
    missing = tuple(sorted(set(mapping.columns.values()) - fields))
    return Reading(len(rows) - remarks, remarks, read, headings.unread, missing)


def opened(name: str, data: bytes, mapping: Columns) -> tuple[Headings, Iterator[Row]]:
    """The headings of a file and its rows below them, numbered as a spreadsheet program counts.

    Raises Quarantined for a file that cannot be read, or has no column that every row needs.
    """
    table = open_table(name, data, encoding=mapping.encoding, sheet=mapping.sheet)
    headings = find(table, mapping)
    return headings, _below(table, headings)


def _below(table: Table, headings: Headings) -> Iterator[Row]:
    """The rows, and a last one that says so where the file breaks off."""
    number = headings.row
    try:
        for number, row in table.below(headings.row, headings.width):
            yield number, row
    except BROKEN as error:
        yield number + 1, f"the file cannot be read from here on: {type(error).__name__}: {error}"[:200]


def is_remark(row: Sequence[str] | str, mapping: Columns) -> bool:
    """Whether a row is a remark of the platform (where its data come from), no row of its own."""
    first = "" if isinstance(row, str) else next((cell.strip() for cell in row if cell.strip()), "")
    return any(re.search(pattern, first) for pattern in mapping.remarks)
