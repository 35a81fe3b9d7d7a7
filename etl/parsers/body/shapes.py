"""What a notice body is brought to before it is read: lines and grids of clean text."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """One line of running text."""

    text: str


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: rows of cell texts. Cells that span rows stand in each; `repeated`: which (row, column) those are."""

    rows: tuple[tuple[str, ...], ...]
    repeated: frozenset[tuple[int, int]] = frozenset()


Block = Line | Grid

#: Chrome that a tender aggregator glues behind firm names.
_CHROME = re.compile(r"企业联系方式|(?<=[司所院行社厂心校)）])(?:查看联系方式|点击查看|立即查看)")
_INVISIBLE = re.compile(r"[\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\u00ad\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_COMPATIBLE = re.compile(r"[\u2e80-\u2fdf\uf900-\ufaff]")


def clean(text: str) -> str:
    """Printed text without invisible characters, look-alike radicals and page chrome; spaces kept single."""
    text = _INVISIBLE.sub("", text)
    text = _COMPATIBLE.sub(lambda m: unicodedata.normalize("NFKC", m[0]), text)
    return re.sub(r"[ \t\xa0\u3000\u2000-\u200a\ufffc]+", " ", _CHROME.sub("", text)).strip()


def text_of(parts: tuple[Block, ...]) -> str:
    """The blocks as plain text: one line a line or table row, cells separated by tabs."""
    lines = []
    for part in parts:
        if isinstance(part, Line):
            lines.append(part.text)
        else:
            lines.extend(_row_text(part, at) for at in range(len(part.rows)))
    return "\n".join(line for line in lines if line)


def _row_text(grid: Grid, at: int) -> str:
    row = grid.rows[at]
    return "\t".join(c.replace("\n", " ") for i, c in enumerate(row) if c and (at, i) not in grid.repeated)
