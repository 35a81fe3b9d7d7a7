"""Where the headings of an export stand, and which column is which field of its mapping."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from etl.errors import Quarantined
from etl.imports.mapping import Columns
from etl.parsers._sheets import HEAD, Table
from etl.values.folding import heading


@dataclass(frozen=True, slots=True)
class Column:
    """A column that is read: where it stands, its field, and its heading as written."""

    at: int
    field: str
    heading: str


@dataclass(frozen=True, slots=True)
class Headings:
    """The columns of an export, in the order of its mapping.

    `row`: the last row of headings, from 1. `unread`: headings that are neither read nor ignored on purpose.
    """

    row: int
    width: int
    columns: tuple[Column, ...]
    unread: tuple[str, ...]

    def of(self, field: str) -> tuple[Column, ...]:
        """The columns of a field, in the order of the mapping."""
        return tuple(column for column in self.columns if column.field == field)


def find(table: Table, mapping: Columns) -> Headings:
    """The headings of a table: of its first rows, alone or two together, those that the mapping knows best.

    Raises: Quarantined `no_headings` when no row has the columns every row needs.
    """
    rows = table.head()
    tries = [(n, _names(rows, n, deep)) for n in _where(rows, mapping) for deep in (False, True)]
    known: dict[str, str] = {heading(name): field for name, field in mapping.columns.items()}
    best = max(tries, key=lambda one: _known(one[1], known), default=(0, []))
    found = _headings(*best, mapping)
    if missing := {*mapping.NEEDED} - {column.field for column in found.columns}:
        wanted = [name for name, field in mapping.columns.items() if field in missing]
        there = [cell for cell in (rows[0] if rows else []) if cell.strip()]
        raise Quarantined(
            "no_headings",
            f"no row of the first {HEAD} has a column for {' and '.join(sorted(missing))} ({', '.join(wanted[:8])}); "
            f"the first row reads {', '.join(there[:12])[:160]!r}: name its headings in the mapping",
        )
    return found


def _where(rows: Sequence[Sequence[str]], mapping: Columns) -> range:
    if mapping.header_row is None:
        return range(len(rows))
    return range(mapping.header_row - 1, min(mapping.header_row, len(rows)))


def _names(rows: Sequence[Sequence[str]], at: int, deep: bool) -> list[tuple[str, ...]]:
    """Names of each column in a row of headings: its own; with the row above it, also that one's and `upper/lower`."""
    if not deep or at == 0:
        return [(name,) if name.strip() else () for name in rows[at]]
    return [_both(*pair) for pair in zip_longest(_carried(rows[at - 1]), rows[at], fillvalue="")]


def _carried(row: Sequence[str]) -> list[str]:
    """A row of merged headings as csv keeps it: a heading stands over the empty cells to its right."""
    carried, last = [], ""
    for name in row:
        last = name if name.strip() else last
        carried.append(last)
    return carried


def _both(upper: str, lower: str) -> tuple[str, ...]:
    if not lower.strip() or heading(upper) == heading(lower):
        return (upper,) if upper.strip() else ()
    return (lower, f"{upper}/{lower}") if upper.strip() else (lower,)


def _known(names: Sequence[tuple[str, ...]], known: dict[str, str]) -> int:
    return len({heading(name) for some in names for name in some} & known.keys())


def _headings(row: int, names: Sequence[tuple[str, ...]], mapping: Columns) -> Headings:
    """Columns by field; of several columns with one heading the first is read."""
    places: dict[str, tuple[int, str]] = {}
    for at, some in enumerate(names):
        for name in some:
            places.setdefault(heading(name), (at, name))
    columns = [
        Column(*places[heading(name)][:1], field, places[heading(name)][1])
        for name, field in mapping.columns.items()
        if heading(name) in places
    ]
    read = {column.at for column in columns}
    left = {heading(name) for name in mapping.ignore}
    unread = [some[0] for at, some in enumerate(names) if some and at not in read and not left & {*map(heading, some)}]
    return Headings(row + 1, len(names), tuple(columns), tuple(dict.fromkeys(unread)))
