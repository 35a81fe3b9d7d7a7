"""Provinces out of cities: sums and ratios of what their cities hold, or the province's own report where it has one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import fsum
from typing import Any

from etl.catalogue import Indicator, indicators
from fincity.reader.release import Release, by_key

Cell = Mapping[str, Any]
#: (indicator, place code, year)
Key = tuple[str, str, int]
CityYear = tuple[str, int]
#: Significant digits of every float of a release.
DIGITS = 12


def of_provinces(
    release: Release, chosen: Iterable[Indicator], cells: Mapping[Key, Cell], boundary: str
) -> dict[Key, Cell]:
    """The cells, with those of the 31 provinces among them.

    An indicator that provinces report themselves keeps those cells. Any other is summed over the province's cities (a
    ratio: numerators over denominators); its completeness is the mean of theirs, so it is 1 only if all are complete
    and 0 only if nobody looked at any. The four municipalities are one city each and keep their cell.
    """
    cities = _cities(release)
    provinces = dict(cells)
    for indicator in chosen:
        if indicator.aggregation.province != "own":
            own = {(city, year): cell for (code, city, year), cell in cells.items() if code == indicator.code}
            provinces |= _derived(release, indicator, own, cities, boundary)
    return provinces


def _cities(release: Release) -> dict[str, tuple[str, ...]]:
    """The codes of each province's cities; a municipality's is its own."""
    rows = [row for row in release.rows("place") if row["level"] in ("prefecture", "municipality")]
    groups = by_key(sorted(rows, key=lambda row: str(row["code"])), "province_code")
    return {province: tuple(row["code"] for row in members) for (province,), members in groups.items()}


def _derived(
    release: Release,
    indicator: Indicator,
    own: Mapping[CityYear, Cell],
    cities: Mapping[str, Sequence[str]],
    boundary: str,
) -> dict[Key, Cell]:
    is_ratio = indicator.aggregation.province == "ratio"
    looked = _looked(release, indicator, boundary) if is_ratio else own
    parts = _parts(release, indicator.code) if is_ratio else {}
    derived: dict[Key, Cell] = {}
    for province, members in cities.items():
        if tuple(members) == (province,):
            continue
        for year in sorted({year for _, year in own}):
            keys = [(city, year) for city in members]
            known = [key for key in keys if key in own and own[key]["value"] is not None]
            value = _ratio([parts[key] for key in known]) if is_ratio else _total([own[key]["value"] for key in known])
            seen = [looked[key] for key in keys if key in looked]
            derived[indicator.code, province, year] = _cell(indicator, value, seen, len(members))
    return derived


def _looked(release: Release, indicator: Indicator, boundary: str) -> dict[CityYear, Cell]:
    """How completely each city-year of the indicator's frame was looked at.

    A ratio over nothing is empty even where we looked; a count with the same frame is not.
    """
    same_frame = (one for one in indicators().values() if one.frame == indicator.frame)
    count = next((one.code for one in same_frame if one.aggregation.city_years == "sum"), indicator.code)
    rows = release.rows("observation", {"indicator": [count], "boundary": [boundary]})
    return {(row["city_code"], row["year"]): row for row in rows}


def _parts(release: Release, code: str) -> dict[CityYear, tuple[float, float]]:
    """Numerator and denominator of every city-year of a ratio."""
    groups = by_key(release.rows("contribution", {"indicator": [code]}), "city_code", "year")
    return {
        (city, year): (fsum(row["value"] for row in rows), fsum(row["weight"] for row in rows))
        for (city, year), rows in groups.items()
    }


def _total(values: Sequence[float]) -> float | None:
    return rounded(fsum(values)) if values else None


def _ratio(parts: Sequence[tuple[float, float]]) -> float | None:
    weight = fsum(part[1] for part in parts)
    return rounded(fsum(part[0] for part in parts) / weight) if weight else None


def _cell(indicator: Indicator, value: float | None, seen: Sequence[Cell], cities: int) -> Cell:
    complete = sum(cell["completeness"] == 1 for cell in seen)
    reason = f"from {cities} cities, {complete} of them complete; completeness is their mean"
    if value is None:
        reason = "nothing to take a share of" if complete else f"not looked at any of its {cities} cities"
    return {
        "value": value,
        "unit": indicator.unit,
        "basis": "derived",
        "completeness": 0.0 if value is None else rounded(fsum(cell["completeness"] for cell in seen) / cities),
        "provisional": any(cell["provisional"] for cell in seen),
        "reason": reason,
    }


def rounded(value: float) -> float:
    """The value to the significant digits that a release keeps."""
    return float(f"{value:.{DIGITS}g}")
