"""One's own data, without a home: a table of cities and years on the boundaries of one year."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from numbers import Integral
from typing import TYPE_CHECKING, Any, NamedTuple, cast, get_args

from etl.errors import UsageError

if TYPE_CHECKING:
    import pandas as pd

    from etl.harmonise import Cells, Kind, Row

DEFAULT_BOUNDARY = 2020
#: Columns of a harmonised table before and behind the values and their flags.
KEY = ("city_code", "city", "province", "year")
NOTES = ("rows", "reason")
#: So many columns are listed where one is missing.
SHOWN = 20


class Outcome(NamedTuple):
    """A table, and the rows that did not get where they should, each with its reason."""

    data: pd.DataFrame
    unmatched: pd.DataFrame


def harmonise(
    df: pd.DataFrame,
    values: Mapping[str, Kind] | Sequence[str],
    *,
    city: str = "city",
    year: str = "year",
    province: str | None = None,
    weights: str | None = None,
    boundary: int = DEFAULT_BOUNDARY,
    shares: Mapping[tuple[str, str], float] | None = None,
) -> Outcome:
    """Put a table of cities and years on the boundaries of one year-end.

    `values`: column -> how cities that became one are put together: `sum`, `mean` (weighted by the column `weights`)
    or `first` (what the main one has, also text). A list will do for indicators of fincity's catalogue. `city`: codes
    (text or numbers), or names, short or historical; `province` names the column that tells 吉林市 from 吉林省.
    `shares`: for units that were split up, {(old code, new code): part of the figures}; without, they are refused.

    `data` has one row a city-year: `city_code, city, province, year`, the values, a flag for each (`<value>_flag`, one
    of `etl.harmonise.FLAGS`), `rows` (how many rows of `df` are in it) and `reason`. `unmatched` has the rows of `df`
    that are not in it: `row` (from 1), the row itself, `reason`, `detail`, `candidates`. Nothing else is left out.

    Raises UsageError for missing columns, a city-year that stands twice, a mean without weights, and unknown kinds,
    boundaries or shares.
    """
    from etl.harmonise import Boundaries, rules_of
    from etl.harmonise import harmonise as put_together

    kinds = _kinds(values)
    for name in (city, year, *kinds, *filter(None, (province, weights))):
        require_column(df, name)
    on = Boundaries(known_boundary(boundary), rules_of(_pairs(shares or {}), boundary))
    cells, rejected = put_together(_rows(df, city, year, province, weights, list(kinds)), kinds, on)
    listed = [(r.number, r.why.reason, r.why.detail, "; ".join(r.why.candidates)) for r in rejected]
    return Outcome(_data(cells, kinds), _unmatched(df, listed))


def _pairs(shares: Mapping[tuple[str, str], float]) -> Mapping[tuple[str, str], float]:
    if not isinstance(shares, Mapping) or not all(isinstance(one, tuple) and len(one) == 2 for one in shares):
        raise UsageError("shares: write {(old code, new code): part of the figures}")
    return shares


def known_boundary(boundary: int) -> int:
    """The boundary year, if its boundaries are known; UsageError otherwise."""
    from etl.places.gazetteer import FIRST_YEAR, LAST_YEAR

    if isinstance(boundary, bool) or not isinstance(boundary, Integral) or not FIRST_YEAR <= boundary <= LAST_YEAR:
        raise UsageError(f"boundary {boundary!r}: give a year from {FIRST_YEAR} to {LAST_YEAR}")
    return int(boundary)


def require_column(df: pd.DataFrame, name: str) -> None:
    """Raise UsageError when the table has no such column, or has it twice, or is no DataFrame."""
    if not hasattr(df, "columns"):
        raise UsageError(f"give a DataFrame, not {type(df).__name__}")
    found = list(df.columns).count(name)
    if found > 1:
        raise UsageError(f"column {name!r} stands {found} times: rename all but one")
    if not found:
        near = get_close_matches(str(name), map(str, df.columns), n=1)
        hint = f"did you mean {near[0]!r}? T" if near else "t"
        some = [f"{column!s:.40}" for column in df.columns[:SHOWN]]
        more = f" and {len(df.columns) - SHOWN} more" if len(df.columns) > SHOWN else ""
        raise UsageError(f"no column {name!r}; {hint}he columns are {', '.join(some)}{more}")


def _kinds(values: Mapping[str, Kind] | Sequence[str]) -> dict[str, Kind]:
    from etl.catalogue import indicators
    from etl.harmonise import Kind

    if isinstance(values, Mapping):
        kinds = dict(values)
    else:
        of_catalogue = {"sum": "sum", "ratio": "mean"}
        known = {code: of_catalogue[one.aggregation.city_years] for code, one in indicators().items()}
        names = [values] if isinstance(values, str) else list(values)
        if unsaid := [name for name in names if name not in known]:
            raise UsageError(f"values: say how cities are put together: {{{unsaid[0]!r}: 'sum'}}, 'mean' or 'first'")
        kinds = {name: cast("Kind", known[name]) for name in names}
    for name, kind in kinds.items():
        if kind not in get_args(Kind):
            raise UsageError(f"{name}: no kind {kind!r}; use {', '.join(get_args(Kind))}")
    if taken := [name for name in (*KEY, *NOTES) if name in kinds]:
        raise UsageError(f"values: {taken[0]!r} is a column of the result: rename yours")
    if not kinds:
        raise UsageError("no values: name columns and how cities are put together, such as values={'gdp': 'sum'}")
    return kinds


def _rows(
    df: pd.DataFrame, city: str, year: str, province: str | None, weights: str | None, values: list[str]
) -> Iterable[Row]:
    from etl.harmonise import Row

    nothing: list[Any] = [None] * len(df)
    provinces = df[province].tolist() if province else nothing
    weighed = df[weights].astype(object).fillna("").tolist() if weights else nothing
    cells = zip(*(df[name].tolist() for name in values), strict=True)
    columns = zip(df[city].tolist(), df[year].tolist(), cells, provinces, weighed, strict=True)
    return (Row(number, *row) for number, row in enumerate(columns, 1))


def _data(cells: list[Cells], kinds: Mapping[str, Kind]) -> pd.DataFrame:
    import pandas as pd

    flagged = [part for value in kinds for part in (value, f"{value}_flag")]
    rows = [
        [
            *(one.place.code, one.place.name, one.place.province, one.year),
            *(part for pair in zip(one.values, one.flags, strict=True) for part in pair),
            *(len(one.rows), one.reason),
        ]
        for one in cells
    ]
    found = pd.DataFrame(rows, columns=[*KEY, *flagged, *NOTES])
    return found.astype({name: float for name, kind in kinds.items() if kind != "first"})


def _unmatched(df: pd.DataFrame, listed: list[tuple[int, str, str, str]]) -> pd.DataFrame:
    """The rows of `df` that are listed, with the number and the reason of each."""
    found = df.iloc[[number - 1 for number, *_ in listed]].copy()
    found.insert(0, "row", [number for number, *_ in listed], allow_duplicates=True)
    for at, name in enumerate(("reason", "detail", "candidates"), 1):
        found.insert(len(found.columns), name, [one[at] for one in listed], allow_duplicates=True)
    return found.reset_index(drop=True)
