"""Tables that were saved one cell a line, put together again from what their columns must hold.

Where a head is known, the first firm below it tells how wide the table is. A row is believed only if every column up
to the firm and the first price holds what its head announces: a cell that was lost on the way (empty ones are) leaves
the table unread rather than shifted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from etl.parsers.body import names
from etl.parsers.body.heads import unstacked
from etl.parsers.body.labels import Role, rank_of, role_of
from etl.parsers.body.tables import HEADS, MONEY_CELL, PARTIES, SERIALS, TOP

_WIDEST = 14
_MONEY = {Role.AMOUNT, Role.PRICE}
_FIRST = HEADS | _MONEY | {Role.RANK, Role.LOT, Role.SCORE, Role.PROJECT, Role.ADDRESS}


@dataclass(frozen=True, slots=True)
class Table:
    """Head and rows of a table, and the index of the first line behind it."""

    rows: list[tuple[str, ...]]
    end: int


class Columns:
    """The running lines of a notice, searched for tables."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = lines
        self.next_firm = self._next_firms() if any(role_of(line) in HEADS for line in lines) else []

    def table_at(self, at: int) -> Table | None:
        """The table whose head begins at a line; null if none does or its rows do not hold what its head says."""
        heads = list(_heads(self.lines, at)) if self.next_firm else []
        for column in _firm_columns(heads):
            firm = self.next_firm[min(at + column + 1, len(self.lines) - 1)]
            if firm and firm < at + column + _WIDEST + 12 and (found := _Columns(self, at, column, firm).table()):
                return found
        return self._torn(at) if heads else None

    def _next_firms(self) -> list[int]:
        """For every line the first firm from there on in the same section; zero where there is none."""
        following, firm = [0] * len(self.lines), 0
        for i in range(len(self.lines) - 1, -1, -1):
            if TOP.match(self.lines[i]):
                firm = 0
            elif is_firm(self.lines[i]):
                firm = i
            following[i] = firm
        return following

    def _torn(self, at: int) -> Table | None:
        """One firm under a head that line ends tore apart: its price is read if one head and one number can be it."""
        firm = self.next_firm[at]
        if not at < firm < at + 24:
            return None
        head, below = self.lines[at:firm], self._below(firm)
        heads = [line for line in head if role_of(line) in HEADS]
        prices = [i for i, line in enumerate(head) if role_of(line) in _MONEY]
        numbers = [line for line in below if re.fullmatch(r"[¥￥]?\d[\d,]*\.\d{2,6}(?:元|万元)?", line)]
        if len(heads) != 1 or len(prices) != 1 or len(numbers) != 1 or prices[0] + 2 >= len(head):
            return None
        if any(re.search("[：:。]", line) for line in head) or any(map(is_firm, below)):
            return None
        units = re.findall(r"[（(](?:万元|元)[)）]", "".join(head[prices[0] + 1 :])) or [""]
        row = (self.lines[firm], numbers[0])
        return Table([(heads[0], head[prices[0]] + units[0]), row], firm + 1 + len(below))

    def _below(self, firm: int) -> list[str]:
        """The cells behind a firm: the lines up to a heading, a label or a sentence."""
        cells: list[str] = []
        for line in self.lines[firm + 1 : firm + 24]:
            if TOP.match(line) or re.search("[：:。]", line):
                break
            cells.append(line)
        return cells


def _heads(lines: Sequence[str], at: int) -> Iterator[str]:
    """The lines from `at` on that can be column heads; none if the first is no head we know."""
    first = lines[at].strip()
    if first not in SERIALS and role_of(first) not in _FIRST:
        return
    for line in lines[at : at + _WIDEST]:
        if not _head_like(line):
            return
        yield line


def _head_like(line: str) -> bool:
    if len(line) > 24 or re.search(r"[。；;，：:]|^[\d.,%\s]+$", line):
        return False
    return role_of(line) is not None or not names.organisation(line)


def _firm_columns(heads: list[str]) -> list[int]:
    """Columns of firms, those that say the firm won first; a column 单位 beside another one holds units."""
    roles = [role_of(h) for h in heads]
    sure = [i for i, r in enumerate(roles) if r in HEADS - {Role.BIDDER}]
    return sure + [i for i, r in enumerate(roles) if r is Role.BIDDER and (heads[i] != "单位" or not sure)]


def is_firm(line: str) -> bool:
    """Whether a line consists of organisations and is no label."""
    return role_of(line) is None and bool(names.organisations(line))


class _Columns:
    """One reading of a head: which column holds the firm, and so how wide the table is."""

    def __init__(self, text: Columns, at: int, column: int, firm: int) -> None:
        self.lines, self.at, self.column, self.start = text.lines, at, column, firm - column
        self.heads = unstacked(self.lines[at : self.start])
        self.roles = [role_of(h) for h in self.heads]
        money = (i for i, r in enumerate(self.roles) if r in _MONEY)
        self.needed = 1 + max(column, next(money, column))

    def table(self) -> Table | None:
        """Head and rows; null where the first row does not fit its head."""
        width = len(self.heads)
        if width < 2 or width <= self.column or not all(map(_head_like, self.heads)) or not self._telling():
            return None
        starts = list(self._starts())
        if not starts:
            return None
        even = all(b - a == width for a, b in pairwise(starts))
        cells = [self._cells(s, width if even else self.needed) for s in starts]
        return Table([tuple(self.heads), *cells], starts[-1] + len([c for c in cells[-1] if c]))

    def _telling(self) -> bool:
        """A head that names what can be checked beside the firm, or that says itself that the firm won."""
        known = sum(r is not None for r in self.roles)
        typed = {*_MONEY, Role.RANK, Role.SCORE, Role.LOT} & set(self.roles) or self.heads[0] in SERIALS
        return known * 2 >= len(self.heads) and bool(typed or self.roles[self.column] is not Role.BIDDER)

    def _starts(self) -> Iterator[int]:
        start: int | None = self.start
        while start is not None and self._fits(start):
            yield start
            firm = self._next_firm(start + self.needed, 2 * len(self.heads) + 2)
            start = firm - self.column if firm is not None else None

    def _next_firm(self, at: int, within: int) -> int | None:
        for i in range(at, min(len(self.lines), at + within)):
            line = self.lines[i]
            if TOP.match(line) or line in self.heads or role_of(line) in PARTIES:
                return None  # the next section, the head of the next table, or whom to ask
            if is_firm(line):
                return i
        return None

    def _fits(self, start: int) -> bool:
        cells = self.lines[start : start + self.needed]
        return len(cells) == self.needed and all(map(_holds, self.heads, self.roles, cells))

    def _cells(self, start: int, width: int) -> tuple[str, ...]:
        """The cells of one row, up to a line that cannot be one any more."""
        kept: list[str] = []
        for i in range(start, min(len(self.lines), start + width)):
            line = self.lines[i]
            if i >= start + self.needed and (TOP.match(line) or re.search(r"[：:]$", line)):
                break
            kept.append(line)
        return (*kept, *[""] * (len(self.heads) - len(kept)))


def _holds(head: str, role: Role | None, cell: str) -> bool:
    """Whether a cell can stand under a head."""
    if role in HEADS:
        return is_firm(cell)
    if role in _MONEY:
        return bool(MONEY_CELL.fullmatch(cell))
    if head in SERIALS:
        return bool(re.fullmatch(r"\d{1,3}|[一二三四五六七八九十]{1,2}", cell))
    if role is Role.RANK:
        return rank_of(cell) is not None
    if role is Role.SCORE:
        return bool(re.search(r"\d", cell))
    return role_of(cell) not in HEADS | _MONEY and not re.search(r"[：:]$", cell)
