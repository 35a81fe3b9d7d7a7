"""Years and numbers as they stand in cells of other people's tables; what is neither is told apart from nothing."""

from __future__ import annotations

import math
import re
from numbers import Real

from etl.harmonise.reading import as_text

FIRST, LAST = 1949, 2100
_YEAR = re.compile(r"(\d{4})(?:年度?|\.0+|-\d\d?-\d\d?(?: [\d:.]+)?)?")
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d*)?")


def read_year(cell: object) -> int | None:
    """The year in a cell: 2010, 2010.0, 2010年, or a date; None for anything else and outside 1949 to 2100."""
    found = _YEAR.fullmatch(as_text(cell))
    return int(found[1]) if found and FIRST <= int(found[1]) <= LAST else None


def read_number(cell: object) -> float | None:
    """The number in a cell, None for an empty one. Raises ValueError for anything else, also for infinity."""
    if isinstance(cell, Real) and not isinstance(cell, bool):
        number = float(cell)
        if math.isnan(number):
            return None
    else:
        text = as_text(cell)
        if not text:
            return None
        number = float(text.replace(",", "") if _THOUSANDS.fullmatch(text) else text.replace("_", "?"))
    if not math.isfinite(number):
        raise ValueError(f"no finite number: {cell!r:.40}")
    return number
