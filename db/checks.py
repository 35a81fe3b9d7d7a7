"""Checks of what was derived: rules that no single row can break, and the panel frame against the catalogue.

Keys, NULLs, enumerations and declared references are constraints of the tables (`db.schema`). Here stand the rest: rows
that belong together across tables, values within the catalogue's bounds, and `cities + unallocated = national`.
A check never repairs; it returns findings, and the caller decides (`require` raises BoundBroken, exit code 3).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import fsum, isclose
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, text

from db.volumes import Volume, volumes
from db.warehouse import stream
from etl.catalogue import Indicator
from etl.errors import BoundBroken
from etl.panel import MUNICIPALITIES
from etl.records import SourceFacts
from etl.records.rows import ContributionRow, ObservationRow

if TYPE_CHECKING:
    import pandas as pd

#: What belongs together: each query lists the rows that break the rule, by the columns that name them.
_QUERIES: dict[str, str] = {
    "a document has one current version": """
        SELECT source, source_id FROM document GROUP BY source, source_id
        HAVING sum(CASE WHEN is_current THEN 1 ELSE 0 END) <> 1""",
    "a hit lies in a current document": """
        SELECT h.source, h.source_id, h.lexicon FROM hit h
        LEFT JOIN document d ON d.source = h.source AND d.source_id = h.source_id AND d.is_current
        WHERE d.source IS NULL""",
    "a parsed item has its document or organisation": """
        SELECT l.source, l.source_id FROM listing l
        LEFT JOIN document d ON d.source = l.source AND d.source_id = l.source_id AND d.is_current
        LEFT JOIN organisation o ON o.source = l.source AND o.source_id = l.source_id
        WHERE l.state = 'parsed' AND d.source IS NULL AND o.source IS NULL""",
    "a quarantined item has its reason": """
        SELECT l.source, l.source_id FROM listing l
        LEFT JOIN quarantine q ON q.source = l.source AND q.source_id = l.source_id
        WHERE l.state = 'quarantined' AND q.source IS NULL""",
    "an award is told by documents": """
        SELECT n.award_id, n.source, n.source_id FROM award_notice n
        LEFT JOIN document d ON d.source = n.source AND d.source_id = n.source_id AND d.is_current
        WHERE d.source IS NULL""",
    "a deal has an award line": """
        SELECT d.award_id, d.supplier_id FROM deal d
        WHERE NOT EXISTS (SELECT 1 FROM award_line l WHERE l.award_id = d.award_id)""",
    "a contribution comes from a deal, an award or a document": """
        SELECT indicator, source_kind, source_id FROM contribution
        WHERE (source_kind = 'deal' AND source_id NOT IN (SELECT award_id || '#' || supplier_id FROM deal))
        OR (source_kind = 'award' AND source_id NOT IN (SELECT award_id FROM award))
        OR (source_kind = 'document' AND source_id NOT IN (SELECT source || '/' || source_id FROM document))
        OR source_kind NOT IN ('deal', 'award', 'document')""",
    "a contribution is in a known place": """
        SELECT indicator, city_code, year FROM contribution WHERE city_code NOT IN (SELECT code FROM place)""",
    "an observation is of a known place": """
        SELECT indicator, city_code, year FROM observation WHERE city_code NOT IN (SELECT code FROM place)""",
    "an edge joins known places": """
        SELECT year, seller_city, buyer_city FROM edge
        WHERE seller_city NOT IN (SELECT code FROM place) OR buyer_city NOT IN (SELECT code FROM place)""",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """A broken check: the rule, how many rows break it, and the first of them."""

    check: str
    count: int
    first: str

    def __str__(self) -> str:
        return f"{self.check}: broken {self.count} times, first by {self.first}"


def run(conn: Connection, indicators: Mapping[str, Indicator], sources: Iterable[SourceFacts] = ()) -> list[Finding]:
    """All checks of a warehouse, with the bounds of these sources; empty when everything holds."""
    contributions = list(stream(conn, ContributionRow))
    observations = list(stream(conn, ObservationRow))
    return [
        *_across_tables(conn),
        *within_bounds(observations, indicators),
        *identity(observations, contributions, indicators),
        *enough_listed(volumes(conn, sources)),
    ]


def require(findings: Sequence[Finding]) -> None:
    """Raise BoundBroken for findings, naming the first."""
    if findings:
        raise BoundBroken(f"{len(findings)} checks are broken; the first: {findings[0]}")


def enough_listed(months: Iterable[Volume]) -> list[Finding]:
    """No source lists fewer items in a whole month than its YAML says it must."""
    few = [month for month in months if month.verdict == "few"]
    return _grouped(("a source lists at least its minimum a month", str(month)) for month in few)


def within_bounds(observations: Iterable[ObservationRow], indicators: Mapping[str, Indicator]) -> list[Finding]:
    """Values within the catalogue's range, whole where it says so, in its unit, not before its first year."""
    broken = [(name, row) for row in observations for name in _broken_bounds(row, indicators.get(row.indicator))]
    return _grouped((name, _cell(row)) for name, row in broken)


def _broken_bounds(row: ObservationRow, entry: Indicator | None) -> Iterator[str]:
    if entry is None:
        yield "an indicator is in the catalogue"
        return
    if row.unit != entry.unit:
        yield "a value has the unit of the catalogue"
    if row.year < entry.first_year:
        yield "a value is not before the indicator's first year"
    if row.value is None:
        return
    low = entry.minimum is not None and row.value < entry.minimum
    high = entry.maximum is not None and row.value > entry.maximum
    if low or high:
        yield "a value is within the range of the catalogue"
    if entry.integer and not row.value.is_integer():
        yield "a count is a whole number"


def identity(
    observations: Iterable[ObservationRow],
    contributions: Iterable[ContributionRow],
    indicators: Mapping[str, Indicator],
) -> list[Finding]:
    """Cities + `unallocated` = national, for every indicator and year.

    National is the sum of all contributions, wherever they went. Left out on both sides: cells that nobody completely
    looked at (they are empty by rule), years before the indicator's first, and provinces, which repeat their cities or
    speak for themselves. A ratio is compared by its numerators.
    """
    cells = list(observations)
    empty = {(o.indicator, o.city_code, o.year) for o in cells if o.value is None}
    national: dict[tuple[str, int], list[float]] = defaultdict(list)
    weights: dict[tuple[str, str, int], list[float]] = defaultdict(list)
    for c in contributions:
        key = (c.indicator, c.city_code, c.year)
        if _counts(c, indicators) and key not in empty:
            national[c.indicator, c.year].append(c.value)
            weights[key].append(c.weight)
    shown: dict[tuple[str, int], list[float]] = defaultdict(list)
    for o in cells:
        if _counts(o, indicators) and o.value is not None:
            ratio = indicators[o.indicator].aggregation.city_years == "ratio"
            weight = fsum(weights[o.indicator, o.city_code, o.year]) if ratio else 1.0
            shown[o.indicator, o.year].append(o.value * weight)
    return _grouped(_unequal(national, shown))


def _counts(row: ObservationRow | ContributionRow, indicators: Mapping[str, Indicator]) -> bool:
    """Whether a row belongs to cities and `unallocated` of a year that the panel shows."""
    province = row.city_code.endswith("0000") and row.city_code not in MUNICIPALITIES
    return not province and row.indicator in indicators and row.year >= indicators[row.indicator].first_year


def _unequal(
    national: Mapping[tuple[str, int], list[float]], shown: Mapping[tuple[str, int], list[float]]
) -> Iterator[tuple[str, str]]:
    for key in sorted(national.keys() | shown.keys()):
        whole, parts = fsum(national.get(key, ())), fsum(shown.get(key, ()))
        if not isclose(whole, parts, rel_tol=1e-9, abs_tol=1e-9):
            indicator, year = key
            yield "cities + unallocated = national", f"{indicator} {year} ({parts:.12g} in cells, {whole:.12g} in all)"


def _across_tables(conn: Connection) -> Iterator[Finding]:
    for check, query in _QUERIES.items():
        broken = conn.execute(text(f"SELECT * FROM ({query}) AS broken ORDER BY 1, 2")).all()  # noqa: S608
        if broken:
            yield Finding(check, len(broken), " ".join(map(str, broken[0])))


def _cell(row: ObservationRow) -> str:
    return f"{row.indicator} {row.city_code} {row.year} ({row.value})"


def _grouped(broken: Iterable[tuple[str, str]]) -> list[Finding]:
    """One finding a check, in order of first appearance."""
    by_check: dict[str, list[str]] = defaultdict(list)
    for check, what in broken:
        by_check[check].append(what)
    return [Finding(check, len(rows), rows[0]) for check, rows in by_check.items()]


def panel_schema(indicators: Mapping[str, Indicator]) -> Any:
    """The pandera schema of a long panel, made from the catalogue: codes, units, ranges, and empty where unknown."""
    import pandera.pandas as pa

    code = r"\d{6}|unallocated"
    return pa.DataFrameSchema(
        {
            "city_code": pa.Column(checks=pa.Check(lambda s: s.str.fullmatch(code), name="six digits or unallocated")),
            "city": pa.Column(),
            "province": pa.Column(nullable=True),
            "year": pa.Column(checks=pa.Check.in_range(1949, 2100)),
            "indicator": pa.Column(checks=pa.Check.isin(list(indicators))),
            "value": pa.Column(nullable=True),
            "unit": pa.Column(),
            "basis": pa.Column(nullable=True, checks=pa.Check.isin(["observed", "derived", "interpolated"])),
            "completeness": pa.Column(checks=pa.Check.in_range(0, 1)),
            "provisional": pa.Column(),
            "reason": pa.Column(nullable=True),
        },
        checks=[
            pa.Check(lambda f: f["value"].isna() | (f["completeness"] > 0), name="empty where completeness is 0"),
            pa.Check(lambda f: f["reason"].notna() | (f["completeness"] == 1), name="a reason where not complete"),
            *(_entry_check(entry) for entry in indicators.values()),
        ],
        unique=["city_code", "year", "indicator"],
    )


def _entry_check(entry: Indicator) -> Any:
    import pandera.pandas as pa

    def holds(frame: pd.DataFrame) -> pd.Series[bool]:
        value = frame["value"]
        low = value < (float("-inf") if entry.minimum is None else entry.minimum)
        high = value > (float("inf") if entry.maximum is None else entry.maximum)
        broken = low | high | (frame["unit"] != entry.unit)
        if entry.integer:
            broken |= value.notna() & (value % 1 != 0)
        return ~broken | (frame["indicator"] != entry.code)

    return pa.Check(holds, name=f"unit and range of {entry.code}")


def panel(frame: pd.DataFrame, indicators: Mapping[str, Indicator]) -> list[Finding]:
    """Check a long panel as users get it; empty when everything holds."""
    from pandera.errors import SchemaErrors

    try:
        # pandera 0.35 fails on a repeated index when it reports repeated keys.
        panel_schema(indicators).validate(frame.reset_index(drop=True), lazy=True)
    except SchemaErrors as error:
        cases = error.failure_cases.drop_duplicates(["check", "column", "index"])
        return _grouped(
            (f"panel: {case.check}", f"{case.column} of row {case.index}" if case.index is not None else case.column)
            for case in cases.itertuples()
        )
    return []
