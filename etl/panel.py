"""The panel: contributions grouped into cells, each with how complete its frame was.

A cell's `completeness` is the share of complete (source, scope, day) windows among those of the indicator's frame whose
source covers the place, over the year and the tail in which late notices of that year still appear. 1: the value is
exact; between: counts are lower bounds; 0: the value is empty and `reason` says why. A zero is written only where we
looked.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property

from etl.catalogue import Frame, Indicator
from etl.coverage import CLOSED
from etl.indicators.inputs import UNALLOCATED
from etl.records import SourceFacts
from etl.records.rows import ContributionRow, CoverageDayRow, MeasurementRow, ObservationRow, PlaceRow

#: Code of the whole country in `measurement` (never a row of the panel: it would be counted twice).
NATIONAL = "100000"
LONGEST_REASON = 300


@dataclass(frozen=True, slots=True)
class Known:
    """How much of a cell's frame is known: complete windows out of all, and what is missing in words."""

    complete: int
    windows: int
    missing: tuple[str, ...]

    @property
    def completeness(self) -> float:
        """Share of complete windows, 0 where nothing covers the place."""
        return self.complete / self.windows if self.windows else 0.0


class Coverage:
    """The ledger as frames ask it: by source, scope and year."""

    def __init__(self, facts: Iterable[SourceFacts], rows: Iterable[CoverageDayRow], as_of: date) -> None:
        self.facts = {f.source: f for f in facts}
        self.as_of = as_of
        self._states: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
        for row in rows:
            self._states[row.source, row.scope][row.day] = row.state
        self._cache: dict[tuple[str, str, int, int], Known] = {}

    def of_year(self, source: str, scope: str, year: int, tail_days: int) -> Known:
        """What is known of a source's scope for a year and its tail."""
        key = (source, scope, year, tail_days)
        if key not in self._cache:
            self._cache[key] = self._of_year(*key)
        return self._cache[key]

    def _of_year(self, source: str, scope: str, year: int, tail_days: int) -> Known:
        states = self._states.get((source, scope), {})
        first, last = date(year, 1, 1), date(year, 12, 31) + timedelta(days=tail_days)
        count = (last - first).days + 1
        told = [states.get((first + timedelta(days=n)).isoformat(), "not_looked") for n in range(count)]
        counted = Counter(told)
        # The tail alone tells nothing of the year: it only closes what the year's own days began.
        known = any(state in CLOSED for state in told[: count - tail_days])
        complete = sum(counted[state] for state in CLOSED) if known else 0
        gaps = ", ".join(f"{n} {state}" for state, n in sorted(counted.items()) if state not in CLOSED)
        missing = (f"{source} {scope}: {gaps} of {count} days",) if gaps else ()
        return Known(complete, count, missing)

    def of_import(self, source: str, year: int, tail_days: int) -> Known:
        """What a declared import tells of a year and its tail.

        Only days of its own window count, and only where it holds days of the year itself. However many firms or
        terms it asked for, it weighs like one list, and a day counts for the share of them whose answer is complete:
        knowing a thousand sellers is not knowing the market.
        """
        first, end, last = date(year, 1, 1), date(year, 12, 31), date(year, 12, 31) + timedelta(days=tail_days)
        scopes = [states for (name, _), states in self._states.items() if name == source]
        told = [{d: s for d, s in days.items() if first.isoformat() <= d <= last.isoformat()} for days in scopes]
        window = {day for days in told for day in days}
        if not any(day <= end.isoformat() for day in window):
            return Known(0, 0, ())
        counted = Counter(state for days in told for state in days.values())
        complete = sum(counted[state] for state in CLOSED) // len(scopes)
        said = f"{source} ({self.facts[source].selection}): {complete} of {len(window)} days complete"
        return Known(complete, len(window), (said,))

    @cached_property
    def looked_years(self) -> set[int]:
        """Years in which any day was looked at."""
        return {int(day[:4]) for states in self._states.values() for day in states}


def covers(facts: SourceFacts, place: PlaceRow) -> bool:
    """Whether a source's area contains a place; the `unallocated` row belongs to every source."""
    if not facts.area or place.code == UNALLOCATED:
        return True
    return place.code in facts.area or place.province_code in facts.area


@dataclass(frozen=True, slots=True)
class PanelInputs:
    """Everything observations are made from. `synthetic` tells which sources of a frame are meant."""

    indicators: Mapping[str, Indicator]
    frames: Mapping[str, Frame]
    contributions: Sequence[ContributionRow]
    coverage: Coverage
    places: Sequence[PlaceRow]
    synthetic: bool
    boundary: int


def observations(inputs: PanelInputs) -> list[ObservationRow]:
    """A row for each indicator, place and year from the indicator's first year to the archive's last event, by key."""
    cells: dict[tuple[str, str, int], list[ContributionRow]] = defaultdict(list)
    for row in inputs.contributions:
        cells[row.indicator, row.city_code, row.year].append(row)
    rows: list[ObservationRow] = []
    for code, indicator in sorted(inputs.indicators.items()):
        frame = inputs.frames[indicator.frame]
        known = _from_imports(inputs, frame, code) if frame.imports else _from_sources(inputs, frame)
        for place in inputs.places:
            if place.level == "province" and not frame.imports:
                continue
            for year in range(indicator.first_year, inputs.coverage.as_of.year + 1):
                cell = cells.get((code, place.code, year), ())
                parts = cells.get((indicator.known_share or "", place.code, year), ())
                observed = _observation(inputs, indicator, frame, place, year, cell, known(place, year))
                rows.append(_with_unknown_parts(observed, parts))
    return sorted(rows, key=lambda r: (r.indicator, r.city_code, r.year))


KnownOf = Callable[[PlaceRow, int], Known]


def _from_sources(inputs: PanelInputs, frame: Frame) -> KnownOf:
    """Completeness from the ledger of the frame's sources, and of imported notices of the same kinds."""
    facts = inputs.coverage.facts
    crawled = [facts[s] for s in frame.sources(inputs.synthetic) if s in facts]
    imported = [f for f in facts.values() if f.family == IMPORTED and _kinds(f) & {*frame.kinds}]
    remembered: dict[tuple[tuple[str, ...], tuple[str, ...], int], Known] = {}

    def known(place: PlaceRow, year: int) -> Known:
        mine, theirs = (tuple(f.source for f in some if covers(f, place)) for some in (crawled, imported))
        if (mine, theirs, year) not in remembered:
            remembered[mine, theirs, year] = _both(inputs.coverage, frame, mine, theirs, year)
        return remembered[mine, theirs, year]

    return known


#: Family of declared imports of notices.
IMPORTED = "exports"
#: What notices imported without a declaration (source `notices`) tell of any day.
UNDECLARED = Known(0, 0, ("notices: imported without a declaration, so their days are unknown",))


def _kinds(facts: SourceFacts) -> set[str]:
    return {kind for _, kind in facts.scopes}


def _both(coverage: Coverage, frame: Frame, crawled: Sequence[str], imported: Sequence[str], year: int) -> Known:
    """The frame's own lists, and what imports add where these are not complete.

    Only its own lists make a frame exact: an export shows what one platform had found when it was asked.
    """
    lists = _sum(coverage, frame, crawled, year)
    if lists.complete == lists.windows:
        return lists
    added = [known for source in imported if (known := coverage.of_import(source, year, frame.tail_days)).windows]
    parts = [*added, *[UNDECLARED] * ("notices" in coverage.facts), lists]
    missing = tuple(said for part in parts for said in part.missing)
    return Known(sum(p.complete for p in parts), sum(p.windows for p in parts), missing)


def _sum(coverage: Coverage, frame: Frame, sources: Sequence[str], year: int) -> Known:
    parts = [
        coverage.of_year(source, scope, year, frame.tail_days)
        for source in sources
        for scope, kind in coverage.facts[source].scopes
        if kind in frame.kinds
    ]
    if not parts:
        days = (date(year, 12, 31) - date(year, 1, 1)).days + 1 + frame.tail_days
        return Known(0, days, ("no source of the frame covers this place",))
    return Known(
        sum(p.complete for p in parts), sum(p.windows for p in parts), tuple(m for p in parts for m in p.missing)
    )


def _from_imports(inputs: PanelInputs, frame: Frame, indicator: str) -> KnownOf:
    """Completeness of what is imported document by document: a place-year is known once its document is there."""
    there = {(c.city_code, c.year) for c in inputs.contributions if c.indicator == indicator}
    years = {year for _, year in there}
    missing = Known(0, 1, (f"no document of {frame.id} was imported for this place and year",))

    def known(place: PlaceRow, year: int) -> Known:
        if place.code == UNALLOCATED:
            # A document whose place is unknown is quarantined, so nothing can be left over.
            return Known(1, 1, ()) if year in years else missing
        return Known(1, 1, ()) if (place.code, year) in there else missing

    return known


def _observation(
    inputs: PanelInputs,
    indicator: Indicator,
    frame: Frame,
    place: PlaceRow,
    year: int,
    cell: Sequence[ContributionRow],
    known: Known,
) -> ObservationRow:
    closes = date(year, 12, 31) + timedelta(days=frame.tail_days)
    value = value_of(indicator, cell) if known.complete else None
    reason = "; ".join(known.missing) or None
    if value is None and reason is None:
        reason = "nothing to take a share of"
    return ObservationRow(
        indicator=indicator.code,
        city_code=place.code,
        year=year,
        boundary=str(inputs.boundary),
        value=value,
        unit=indicator.unit,
        basis="observed",
        completeness=known.completeness,
        provisional=not frame.imports and inputs.coverage.as_of <= closes,
        reason=reason if reason is None or len(reason) <= LONGEST_REASON else reason[: LONGEST_REASON - 1] + "…",
    )


def _with_unknown_parts(row: ObservationRow, parts: Sequence[ContributionRow]) -> ObservationRow:
    """A sum some of whose parts are unknown says so; where none is known it is empty, not 0."""
    known = int(sum(part.value for part in parts))
    if row.value is None or known == len(parts):
        return row
    said = f"amount known for {known} of {len(parts)} deals"
    reason = f"{said}; {row.reason}" if row.reason else said
    return replace(row, value=row.value if known else None, reason=reason[:LONGEST_REASON])


def value_of(indicator: Indicator, cell: Sequence[ContributionRow]) -> float | None:
    """The value of a cell from its contributions; None for a ratio over nothing. Exact: the order plays no part."""
    from math import fsum

    total = fsum(row.value for row in cell)
    if indicator.aggregation.city_years != "ratio":
        return total
    weight = fsum(row.weight for row in cell)
    return total / weight if weight else None


def measurements(
    indicators: Mapping[str, Indicator], contributions: Iterable[ContributionRow], vintages: Mapping[str, str]
) -> list[MeasurementRow]:
    """What we counted, by place and for the whole country, before completeness decides what is shown.

    The country's rows come straight from the contributions, not from the cities' rows: the check `cities +
    unallocated = national` compares the two. `vintages`: version of the lexicon an indicator counts with.
    """
    cells: dict[tuple[str, int, str], list[ContributionRow]] = defaultdict(list)
    for row in contributions:
        if not row.city_code.endswith("0000") or row.city_code in MUNICIPALITIES:
            cells[NATIONAL, row.year, row.indicator].append(row)
        cells[row.city_code, row.year, row.indicator].append(row)
    return [
        MeasurementRow(
            city_code=place,
            year=year,
            indicator=code,
            source="counted",
            vintage=vintages.get(code, ""),
            value=value_of(indicators[code], cells[place, year, code]),
            unit=indicators[code].unit,
        )
        for place, year, code in sorted(cells)
    ]


#: The four municipalities are provinces and cities at once; other codes that end in 0000 are provinces only.
MUNICIPALITIES = ("110000", "120000", "310000", "500000")
