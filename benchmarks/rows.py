"""What a benchmark says: rows of figures, and the table they are shown in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Row:
    """One figure. `value` is the median of `runs`, `low` and `high` their range; `holds`: no promise was broken."""

    benchmark: str
    case: str
    value: float
    unit: str
    low: float | None = None
    high: float | None = None
    runs: int = 1
    holds: bool = True


def spread(benchmark: str, case: str, values: Sequence[float], unit: str) -> Row:
    """The row of a figure that was taken several times."""
    return Row(benchmark, case, median(values), unit, min(values), max(values), len(values))


def ratio(case: str, of: Row, to: Row, at_least: float = 0) -> Row:
    """The row that compares two others of a benchmark; below `at_least` a promise is broken."""
    times = of.value / to.value
    return Row(of.benchmark, case, times, "x", holds=times >= at_least)


def table(rows: Iterable[Row]) -> str:
    """All rows as text, for a screen."""
    cells = [("benchmark", "case", "median", "min", "max", "unit", "runs", ""), *map(_cells, rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return "\n".join(_line(line, widths) for line in cells)


def _cells(row: Row) -> tuple[str, ...]:
    numbers = (_number(n) for n in (row.value, row.low, row.high))
    return (row.benchmark, row.case, *numbers, row.unit, str(row.runs), "" if row.holds else "BROKEN")


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    numeric = (2, 3, 4, 6)
    padded = (c.rjust(w) if n in numeric else c.ljust(w) for n, (c, w) in enumerate(zip(cells, widths, strict=True)))
    return "  ".join(padded).rstrip()


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:.0f}" if value >= 100 or value == int(value) else f"{value:.3g}"
