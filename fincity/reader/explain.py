"""From one cell of the panel back to what it is made of: deals, awards, notices, matched words, decisions, pages.

The contributions that a release ships are the ones its panel was added up from; here they are joined with what stands
behind them, and added up again: an explanation that does not give the cell's value is an error, never shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import fsum, isclose
from pathlib import Path
from typing import Any

from db.home import Home
from etl.catalogue import Indicator, indicator
from etl.errors import FincityError
from fincity.reader.behind import Behind, gaps
from fincity.reader.explanation import Contribution, Explanation
from fincity.reader.panel import select
from fincity.reader.release import Release
from fincity.reader.selection import find_place


def explain(
    city: str | int,
    year: int,
    indicator: str,
    release: str | None = None,
    home: Home | Path | str | None = None,
) -> Explanation:
    """Everything behind one cell; `city` by code, full or short name (a province too).

    Raises UsageError for an unknown city, year or indicator, FincityError when the contributions do not add up to the
    value that the release states.
    """
    return explained(Release.open(home, release), str(city), year, indicator)


def explained(release: Release, city: str, year: int, code: str) -> Explanation:
    """As `explain`, on an opened release."""
    entry = release.counted(indicator(code))
    place = find_place(city, release.rows("place"))
    cell, cities = _cell(release, entry, place, year)
    rows = release.rows("contribution", {"indicator": [code], "year": [year], "city_code": cities})
    explanation = Explanation(
        release=release.id,
        synthetic=release.synthetic,
        city_code=place["code"],
        city=place["name"],
        province=place["province"],
        year=year,
        indicator=code,
        title=f"{entry.title_en} ({entry.title_zh})",
        definition=entry.definition,
        formula=entry.formula,
        lexicon=release.lexicon_of(entry),
        **{name: cell[name] for name in ("value", "unit", "basis", "completeness", "provisional", "reason")},
        contributions=_contributions(release, entry, rows),
        gaps=gaps(release, entry, year) if cell["completeness"] < 1 else (),
    )
    _require_sum(explanation, entry)
    return explanation


def _cell(release: Release, entry: Indicator, place: dict[str, Any], year: int) -> tuple[Mapping[str, Any], list[str]]:
    """The cell as the panel shows it, and the cities whose contributions it holds."""
    if place["level"] != "province":
        return _row(release, entry, place["code"], year, "city"), [place["code"]]
    cell = _row(release, entry, place["code"], year, "province")
    if entry.aggregation.province == "own":
        return cell, [place["code"]]
    members = [row["code"] for row in release.rows("place", {"province_code": [place["code"]]})]
    chosen = select(release, indicators=[entry.code], years=year)
    return cell, [row["city_code"] for row in chosen.rows() if row["city_code"] in members and row["value"] is not None]


def _row(release: Release, entry: Indicator, code: str, year: int, level: str) -> Mapping[str, Any]:
    (row,) = select(release, indicators=[entry.code], years=year, cities=[code], level=level).rows()
    return row


def _contributions(release: Release, entry: Indicator, rows: Sequence[dict[str, Any]]) -> tuple[Contribution, ...]:
    behind = Behind.of(release, entry, rows)
    return tuple(
        Contribution(
            source_kind=row["source_kind"],
            source_id=row["source_id"],
            city_code=row["city_code"],
            value=row["value"],
            weight=row["weight"],
            award=behind.award(row),
            deals=behind.deals(row),
            report=behind.report(row),
        )
        for row in rows
    )


def _require_sum(explanation: Explanation, entry: Indicator) -> None:
    if explanation.value is None:
        return
    total = fsum(one.value for one in explanation.contributions)
    if entry.aggregation.city_years == "ratio":
        weight = fsum(one.weight for one in explanation.contributions)
        total = total / weight if weight else float("nan")
    if not isclose(total, explanation.value, rel_tol=1e-9, abs_tol=1e-9):
        raise FincityError(
            f"release {explanation.release}: the contributions to {explanation.indicator} of {explanation.city} "
            f"{explanation.year} give {total:.12g}, the panel says {explanation.value:.12g}; "
            "see `fincity release verify`"
        )
