"""What the contribution functions read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from etl.records.rows import AwardRow, DealRow, DocumentRow, HitRow

#: The row of what cannot be given to a city.
UNALLOCATED = "unallocated"


@dataclass(frozen=True, slots=True)
class Inputs:
    """The derived rows that indicators count, all of one state of the warehouse.

    `place` maps a place code as found to the code of the panel's boundary year (None: to no city).
    """

    awards: Sequence[AwardRow]
    deals: Sequence[DealRow]
    #: Current versions of reports.
    reports: Sequence[DocumentRow]
    #: Hits of the lexicons that are counted with.
    hits: Sequence[HitRow]
    place: Callable[[str | None, int], str]
    #: Id of the lexicon of each theme that counts with one.
    lexicons: Mapping[str, str]
