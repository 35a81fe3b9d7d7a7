"""The city-year panel: one row for every place, year and indicator, whether we looked there or not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from db.home import Home
from etl.catalogue import Indicator
from etl.errors import UsageError
from fincity.reader.release import Release, by_key
from fincity.reader.selection import Years, choose_indicators, find_places, parse_years, split
from fincity.reader.table import Table

if TYPE_CHECKING:
    import pandas as pd

COLUMNS: dict[str, type] = {
    "city_code": str,
    "city": str,
    "province": str,
    "year": int,
    "indicator": str,
    "value": float,
    "unit": str,
    "basis": str,
    "completeness": float,
    "provisional": bool,
    "reason": str,
}
_PLACE_YEAR = ("city_code", "city", "province", "year")
_CELL = ("value", "unit", "basis", "completeness", "provisional", "reason")
#: Kinds of places at each level; `none` is the row `unallocated`, which holds what no city can be given.
LEVELS = {"city": ("municipality", "prefecture", "none"), "province": ("municipality", "province")}
BASES = ("observed", "derived", "interpolated")
NOT_LOOKED = "not looked: no source of this release covers the year"
DEFAULT_BOUNDARY = 2020
SYNTHETIC = "synthetic data"

Cell = Mapping[str, Any]


@dataclass(frozen=True)
class Selection:
    """What of a release a panel shows, already checked against it."""

    release: Release
    indicators: tuple[Indicator, ...]
    places: tuple[Cell, ...]
    years: tuple[int, ...]
    boundary: str
    level: str
    basis: str | None
    observed: Mapping[tuple[str, str, int], Cell]

    def rows(self) -> Iterator[Cell]:
        """The long form, by place, year and indicator."""
        for place in self.places:
            for year in self.years:
                for indicator in self.indicators:
                    yield self._row(place, year, indicator)

    def _row(self, place: Cell, year: int, indicator: Indicator) -> Cell:
        cell = self.observed.get((indicator.code, place["code"], year)) or _empty(indicator, NOT_LOOKED)
        if self.basis and cell["basis"] not in (None, self.basis):
            cell = _empty(indicator, f"left out: the value is {cell['basis']}, asked for {self.basis}")
        return {
            "city_code": place["code"],
            "city": place["name"],
            "province": place["province"],
            "year": year,
            "indicator": indicator.code,
            **{name: cell[name] for name in _CELL},
            "reason": self._marked(cell["reason"]),
        }

    def _marked(self, reason: str | None) -> str | None:
        """The reason of a cell; made-up data says so in every row, whatever file it ends up in."""
        if not self.release.synthetic:
            return reason
        return f"{SYNTHETIC}; {reason}" if reason else SYNTHETIC


def panel(
    indicators: str | Iterable[str] | None = None,
    theme: str | None = None,
    years: Years | None = None,
    cities: str | Iterable[str] | None = None,
    level: str = "city",
    boundary: int | str = DEFAULT_BOUNDARY,
    basis: str | None = None,
    wide: bool = False,
    release: str | None = None,
    home: Home | Path | str | None = None,
) -> pd.DataFrame:
    """The panel of a release as a DataFrame.

    Long form: columns `COLUMNS`; a cell nobody looked at is empty and says so, never 0. `completeness` 1: exact;
    between 0 and 1: a lower bound; 0: empty. `wide`: one row a city-year, for each indicator a column and
    `<indicator>_completeness`.
    Default: all indicators, the years from the first to the last in which some cell is not empty, all places of the
    level (`city`: prefectures, municipalities and what is `unallocated`; `province`: the 31 provinces), the current
    release.

    Raises UsageError for anything unknown, with what may have been meant.
    """
    chosen = select(
        Release.open(home, release),
        indicators=split(indicators),
        theme=theme,
        years=years,
        cities=split(cities),
        level=level,
        boundary=boundary,
        basis=basis,
    )
    return (wide_table(chosen) if wide else long_table(chosen)).frame()


def select(
    release: Release,
    *,
    indicators: Sequence[str] = (),
    theme: str | None = None,
    years: Years | None = None,
    cities: Sequence[str] = (),
    level: str = "city",
    boundary: int | str = DEFAULT_BOUNDARY,
    basis: str | None = None,
) -> Selection:
    """Check what is asked for against the release and read what it needs. Raises UsageError."""
    _known("level", level, tuple(LEVELS))
    if basis is not None:
        _known("basis", basis, BASES)
    wanted = parse_years(years) if years is not None else None
    chosen = choose_indicators(indicators, theme)
    places = _places(release, level, cities)
    observed = _observed(release, chosen, str(boundary), level)
    return Selection(
        release=release,
        indicators=tuple(chosen),
        places=tuple(places),
        years=tuple(wanted if wanted is not None else _looked_at(observed, places)),
        boundary=str(boundary),
        level=level,
        basis=basis,
        observed=observed,
    )


def long_table(chosen: Selection) -> Table:
    """The long form: one row a place, year and indicator."""
    return Table(COLUMNS, list(chosen.rows()))


def wide_table(chosen: Selection) -> Table:
    """One row a place and year: the indicators, then their completeness; a synthetic release says so in a column."""
    mark = {"synthetic": True} if chosen.release.synthetic else {}
    codes = [indicator.code for indicator in chosen.indicators]
    names = [*codes, *(f"{code}_completeness" for code in codes)]
    groups = by_key(chosen.rows(), *_PLACE_YEAR)
    rows = [
        dict(zip(_PLACE_YEAR, key, strict=True))
        | {cell["indicator"]: cell["value"] for cell in cells}
        | {f"{cell['indicator']}_completeness": cell["completeness"] for cell in cells}
        | mark
        for key, cells in groups.items()
    ]
    columns = {name: COLUMNS[name] for name in _PLACE_YEAR} | dict.fromkeys(names, float) | dict.fromkeys(mark, bool)
    return Table(columns, rows)


def _known(what: str, value: str, known: Sequence[str]) -> None:
    if value not in known:
        raise UsageError(f"no {what} {value!r}; use {' or '.join(known)}")


def _places(release: Release, level: str, cities: Sequence[str]) -> list[Cell]:
    rows = release.rows("place")
    at_level = sorted((row for row in rows if row["level"] in LEVELS[level]), key=lambda row: str(row["code"]))
    wanted = set(find_places(cities, at_level))
    return [row for row in at_level if not wanted or row["code"] in wanted]


def _observed(
    release: Release, chosen: Sequence[Indicator], boundary: str, level: str
) -> Mapping[tuple[str, str, int], Cell]:
    codes = [indicator.code for indicator in chosen]
    rows = release.rows("observation", {"indicator": codes, "boundary": [boundary]})
    if not rows:
        _require_boundary(release, boundary)
    cells = {(row["indicator"], row["city_code"], row["year"]): row for row in rows}
    if level == "province":
        from fincity.reader.provinces import of_provinces

        return of_provinces(release, chosen, cells, boundary)
    return cells


def _require_boundary(release: Release, boundary: str) -> None:
    known = release.values("observation", "boundary")
    if known and boundary not in known:
        raise UsageError(f"release {release.id} has no boundary {boundary!r}; use {' or '.join(known)}")


def _looked_at(observed: Mapping[tuple[str, str, int], Cell], places: Sequence[Cell]) -> list[int]:
    """The years from the first to the last in which some cell of the places is not empty: no holes in time."""
    codes = {place["code"] for place in places}
    years = {year for (_, code, year), cell in observed.items() if code in codes and cell["completeness"] > 0}
    return list(range(min(years), max(years) + 1)) if years else []


def _empty(indicator: Indicator, reason: str) -> Cell:
    return {
        "value": None,
        "unit": indicator.unit,
        "basis": None,
        "completeness": 0.0,
        "provisional": False,
        "reason": reason,
    }
