"""How many items a source lists in a month, against the bounds its YAML declares.

Judged are whole months that were walked to their end in every scope, and no others: half a month has too few items for
a reason that is no fault of the site. Days without items that the ledger calls `silent` were walked to their end too; a
month of them is just what a lower bound is there to catch.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, case, func, select

from db.schema import table
from etl.records import SourceFacts
from etl.records.rows import CoverageDayRow

#: States of a day whose lists were read to their end, with nothing left open.
WALKED = ("complete", "silent")


@dataclass(frozen=True, slots=True)
class Volume:
    """Items in scope that a source listed in a whole month (`YYYY-MM`), and the bounds declared for it."""

    source: str
    month: str
    listed: int
    fewest: int | None
    most: int | None

    @property
    def verdict(self) -> Literal["few", "many", "within"]:
        """Too few for the source, suspiciously many, or neither."""
        if self.fewest is not None and self.listed < self.fewest:
            return "few"
        return "many" if self.most is not None and self.listed > self.most else "within"

    def __str__(self) -> str:
        wanted = f"at least {self.fewest}" if self.verdict == "few" else f"at most {self.most}"
        return f"{self.source} {self.month} ({self.listed} items, {wanted} expected)"


def volumes(conn: Connection, sources: Iterable[SourceFacts]) -> list[Volume]:
    """The judged months of the sources that declare bounds, by source and month."""
    bound = {f.source: f for f in sources if (f.month_min, f.month_max) != (None, None)}
    days = table(CoverageDayRow).c
    month = func.substr(days.day, 1, 7).label("month")
    walked = func.sum(case((days.state.in_(WALKED), 1), else_=0)).label("walked")
    counted = func.sum(days.listed).label("listed")
    asked = select(days.source, month, walked, counted).where(days.source.in_(bound)).group_by(days.source, month)
    found = []
    for row in conn.execute(asked.order_by(days.source, month)):
        facts = bound[row.source]
        if row.walked == len(facts.scopes) * monthrange(int(row.month[:4]), int(row.month[5:]))[1]:
            found.append(Volume(row.source, row.month, int(row.listed), facts.month_min, facts.month_max))
    return found
