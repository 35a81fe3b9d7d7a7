"""Merge: the columns of a panel beside the rows of one's own table, by city and year."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from etl.errors import UsageError
from fincity.own import DEFAULT_BOUNDARY, KEY, Outcome, known_boundary, require_column

if TYPE_CHECKING:
    import pandas as pd

    from db.home import Home
    from etl.harmonise import Key, Refused
    from fincity.reader.panel import Cell, Selection

#: Columns before those of the panel: the city that was found, and `matched` or the reason why there is none.
LABELS = {
    "matched_code": "Six-digit GB/T 2260 code of the city that was found",
    "matched_city": "Full official name of the city that was found",
    "match": "matched, or why no city was found",
}
_UNLABELS = ("city", "province", "year", "rows", "first_row", "reason", "detail", "candidates")


def merge(
    df: pd.DataFrame,
    *,
    on: str | Sequence[str] = ("city", "year"),
    indicators: str | Iterable[str] | None = None,
    theme: str | None = None,
    province: str | None = None,
    boundary: int = DEFAULT_BOUNDARY,
    release: str | None = None,
    home: Home | Path | str | None = None,
) -> Outcome:
    """Put the columns of a panel beside the rows of a table.

    `on`: its columns of cities (codes or names, also former ones) and years; many rows may have one city and year.
    `province`: the column that tells 吉林市 from 吉林省. `indicators` and `theme` choose as in `fincity.panel`.

    `data` has every row of `df` in its order and with its index, then `matched_code`, `matched_city` (which
    holds the place on the panel's boundaries: 济南市 for 莱芜) and `match` (`matched`, or why there is none), the
    indicators and `<indicator>_completeness`. `unmatched` has a row for each city and year that was not found:
    `city, province, year, rows` (how many), `first_row, reason, detail, candidates`.

    Raises UsageError for missing or doubled columns, no year at all, and what `fincity.panel` raises.
    """
    from fincity.reader.panel import select
    from fincity.reader.release import Release
    from fincity.reader.selection import split

    names = split(on)
    if len(names) != 2:
        raise UsageError(f"on {', '.join(names) or 'nothing'}: name the columns of cities and years, such as city,year")
    for name in (*names, *filter(None, (province,))):
        require_column(df, name)
    keys = _keys(df, names[0], names[1], province)
    chosen = select(
        Release.open(home, release),
        indicators=split(indicators),
        theme=theme,
        years=_years(keys, names[1]),
        boundary=known_boundary(boundary),
    )
    return _joined(df, keys, _cities(keys, chosen), chosen)


def _keys(df: pd.DataFrame, city: str, year: str, province: str | None) -> list[Key]:
    from etl.harmonise import key

    provinces = df[province].tolist() if province else [""] * len(df)
    return [key(*cells) for cells in zip(df[city].tolist(), provinces, df[year].tolist(), strict=True)]


def _years(keys: Sequence[Key], column: str) -> list[int]:
    years = sorted({year for *_, year in keys if year is not None})
    if not years:
        raise UsageError(f"column {column!r} holds no year between 1949 and 2100")
    return years


def _cities(keys: Sequence[Key], chosen: Selection) -> dict[Key, Cell | Refused]:
    """For each city and year the place of the panel, or why there is none."""
    from etl.harmonise import Boundaries, Refused, join

    boundary = int(chosen.boundary)
    places = {str(place["code"]): place for place in chosen.places}
    found: dict[Key, Cell | Refused] = {}
    for key, city in join(keys, Boundaries(boundary)).items():
        place = None if isinstance(city, Refused) else city.at(boundary)
        if isinstance(city, Refused):
            found[key] = city
        elif place and place.code in places:
            found[key] = places[place.code]
        else:
            found[key] = Refused("no_panel_city", f"{city.name} is no city of the panel: its province administers it")
    return found


def _joined(df: pd.DataFrame, keys: Sequence[Key], cities: Mapping[Key, Cell | Refused], chosen: Selection) -> Outcome:
    from fincity.reader.panel import wide_table

    panel = wide_table(chosen)
    new = [*LABELS, *(name for name in panel.columns if name not in KEY)]
    if taken := [name for name in new if name in df.columns]:
        raise UsageError(f"the table already has a column {taken[0]!r}: rename it")
    cells = {(row["city_code"], row["year"]): row for row in panel.rows}
    rows = {key: _row(city, cells.get((_code(city), key[2]), {}), new) for key, city in cities.items()}
    data = df.copy()
    for at, name in enumerate(new):
        data[name] = [rows[key][at] for key in keys]
        if panel.columns.get(name) is float:
            data[name] = data[name].astype(float)
    if chosen.release.synthetic:
        data["synthetic"] = True
    return Outcome(data, _unmatched(keys, cities))


def _code(city: Cell | Refused) -> str | None:
    return str(city["code"]) if isinstance(city, Mapping) else None


def _row(city: Cell | Refused, cell: Cell, names: Sequence[str]) -> list[Any]:
    if not isinstance(city, Mapping):
        return [None, None, city.reason, *(None for _ in names[len(LABELS) :])]
    return [city["code"], city["name"], "matched", *(cell.get(name) for name in names[len(LABELS) :])]


def _unmatched(keys: Sequence[Key], cities: Mapping[Key, Cell | Refused]) -> pd.DataFrame:
    import pandas as pd

    first: dict[Key, int] = {}
    for number, key in enumerate(keys, 1):
        first.setdefault(key, number)
    counted = Counter(keys)
    rows = [
        [*key, counted[key], first[key], city.reason, city.detail, "; ".join(city.candidates)]
        for key, city in cities.items()
        if not isinstance(city, Mapping)
    ]
    found = pd.DataFrame(rows, columns=[*_UNLABELS])
    return found.astype({"year": "Int64"})
