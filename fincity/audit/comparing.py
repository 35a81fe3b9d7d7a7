"""The panel under another lexicon: counts and ranks of city-years, made from a home's documents as the panel's are."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from etl.errors import UsageError
from fincity.reader.selection import choose_indicators, unknown

if TYPE_CHECKING:
    import pandas as pd
    from sqlalchemy import Connection

    from db.home import Home
    from etl.catalogue import Indicator
    from etl.indicators import Inputs
    from etl.records.rows import DealRow, DocumentRow, HitRow, PlaceRow
    from keywords import Lexicon, Matcher

#: Columns of a city-year. Rank 1 is the largest value of its year, equal values share the mean of their ranks;
#: `rank_change` is positive where the city stands higher under the second lexicon.
COLUMNS: dict[str, type] = {
    "city_code": str,
    "city": str,
    "province": str,
    "year": int,
    "before": float,
    "after": float,
    "change": float,
    "rank_before": float,
    "rank_after": float,
    "rank_change": float,
}
#: Columns of a year.
BY_YEAR = ("year", "places", "before", "after", "spearman", "moved")
#: Levels of places, and what a cell of each is called.
LEVELS = {"city": "city-years", "province": "province-years"}
#: Stage, how many of how many are done.
Progress = Callable[[str, int, int | None], None]


@dataclass(frozen=True)
class Comparison:
    """City-years, or province-years, (`COLUMNS`) of an indicator under two lexicons."""

    before: Lexicon
    after: Lexicon
    indicator: Indicator
    policy: str
    cells: pd.DataFrame
    synthetic: bool
    level: str = "city"

    @property
    def unit(self) -> str:
        """What the cells are called: city-years, province-years."""
        return LEVELS[self.level]

    @property
    def spearman(self) -> float | None:
        """Rank correlation over all cells; None where one side is the same everywhere."""
        return spearman(self.cells["before"], self.cells["after"])

    def by_year(self) -> list[dict[str, Any]]:
        """One row a year: places, totals (of a ratio: means), rank correlation, and how many places change rank."""
        return [self._year(year, cells) for year, cells in self.cells.groupby("year")]

    def _year(self, year: Any, cells: pd.DataFrame) -> dict[str, Any]:
        before, after = (self._whole(cells[side]) for side in ("before", "after"))
        moved = int((cells["rank_change"] != 0).sum())
        correlation = spearman(cells["before"], cells["after"])
        return dict(zip(BY_YEAR, (int(year), len(cells), before, after, correlation, moved), strict=True))

    def _whole(self, values: pd.Series) -> float:
        ratio = self.indicator.aggregation.city_years == "ratio"
        return float(values.mean() if ratio else values.sum())

    def movers(self, top: int) -> list[dict[str, Any]]:
        """The cells whose rank changes most, at most so many up and so many down, the largest change first."""
        ordered = self.cells.sort_values(["rank_change", "year", "city_code"], ascending=[False, True, True])
        up = ordered[ordered["rank_change"] > 0].head(top)
        down = ordered[ordered["rank_change"] < 0].sort_values(["rank_change", "year", "city_code"]).head(top)
        return [*rows_of(up), *rows_of(down)]


def rows_of(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a frame as dicts of plain values."""
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def spearman(before: pd.Series, after: pd.Series) -> float | None:
    """Rank correlation with mean ranks for ties; None for fewer than two values or where all on a side are equal."""
    if before.nunique() < 2 or after.nunique() < 2:
        return None
    return float(before.rank().corr(after.rank()))


def compare(
    home: Home,
    before: Lexicon,
    after: Lexicon,
    theme: str,
    *,
    indicator: str | None = None,
    policy: str | None = None,
    level: str = "city",
    progress: Progress = lambda *_: None,
) -> Comparison:
    """Count an indicator of a theme (default: its first) in a home's documents under two lexicons.

    `policy`: default: the one of the indicator. `level`: city or province; a province is made of its cities, or of its
    own documents, as the panel's is. Raises UsageError for a theme or an indicator that counts with no lexicon, for
    another level, and for a home without a cell of it.
    """
    from db.warehouse import reading, rows
    from etl.records.rows import PlaceRow

    if level not in LEVELS:
        raise UsageError(f"no level {level!r}; use {' or '.join(LEVELS)}")
    chosen = _indicator(theme, indicator)
    rule = policy or chosen.policy or "strict"
    with reading(home) as conn:
        places = rows(conn, PlaceRow)
        given = _inputs(conn, chosen, rule, (before, after), places, progress)
        counted_in = _counted_in(level, chosen, places)
        sides = [_measured(found, chosen, counted_in) for found in given]
    cells = _cells(sides, chosen, places)
    if cells.empty:
        wanted = LEVELS[level].removesuffix("s")
        raise UsageError(f"{home.path} holds no {wanted} of {chosen.code}: import or crawl documents first")
    return Comparison(before, after, chosen, rule, cells, home.synthetic, level)


def _indicator(theme: str, code: str | None) -> Indicator:
    """The indicator of that code, or the first of the theme; it must count with a lexicon."""
    of_theme = [one for one in choose_indicators((), theme) if one.theme == theme and one.lexicon]
    if not of_theme:
        raise UsageError(f"theme {theme} counts with no lexicon: compare digital or fintech")
    if code is None:
        return of_theme[0]
    found = next((one for one in of_theme if one.code == code), None)
    if found is None:
        raise UsageError(unknown(f"indicator of the theme {theme}", code, [one.code for one in of_theme]))
    return found


def _inputs(
    conn: Connection,
    chosen: Indicator,
    policy: str,
    lexicons: Sequence[Lexicon],
    places: Iterable[PlaceRow],
    progress: Progress,
) -> Iterator[Inputs]:
    """What the indicator counts, under each lexicon."""
    from db.warehouse import rows
    from etl.indicators import Inputs
    from etl.records.rows import AwardNoticeRow, AwardRow, DealRow
    from flows.deriving import SEARCHED, place_of
    from keywords import Matcher

    kind, field = SEARCHED[chosen.theme]
    matchers = [Matcher(lexicon, policy) for lexicon in lexicons]
    documents, hits = _hits(conn, kind, field, matchers, policy, progress)
    awards, deals = (rows(conn, AwardRow), rows(conn, DealRow)) if kind == "notice" else ([], [])
    awards_of = {(row.source, row.source_id): row.award_id for row in rows(conn, AwardNoticeRow)} if deals else {}
    place = place_of({one.code for one in places})
    for lexicon, found in zip(lexicons, hits, strict=True):
        relabelled = list(_relabelled(deals, awards_of, found))
        yield Inputs(awards, relabelled, documents, found, place, {chosen.theme: lexicon.id})


def _hits(
    conn: Connection, kind: str, field: str, matchers: Sequence[Matcher], policy: str, progress: Progress
) -> tuple[list[DocumentRow], list[list[HitRow]]]:
    """The current documents of a kind, their texts left out, and the hits under each matcher."""
    from db.warehouse import stream
    from etl.records.rows import DocumentRow
    from flows.deriving import document_hits

    documents: list[DocumentRow] = []
    hits: list[list[HitRow]] = [[] for _ in matchers]
    for row in stream(conn, DocumentRow, kind=kind, is_current=True):
        text = row.title if field == "title" else json.loads(row.record).get("text")
        for matcher, found in zip(matchers, hits, strict=True):
            found.extend(document_hits(row, field, text or "", matcher.lexicon, matcher, policy))
        documents.append(replace(row, record="{}"))
        progress("compare", len(documents), None)
    return documents, hits


def _relabelled(
    deals: Iterable[DealRow], awards_of: Mapping[tuple[str, str], str], hits: Iterable[HitRow]
) -> Iterator[DealRow]:
    """Deals with the domains that these hits give them."""
    from etl.deals import domains_of

    by_award: dict[str, list[HitRow]] = defaultdict(list)
    for hit in hits:
        if award := awards_of.get((hit.source, hit.source_id)):
            by_award[award].append(hit)
    for deal in deals:
        domains, primary = domains_of(by_award[deal.award_id])
        yield replace(deal, domains=domains, primary_domain=primary)


def _counted_in(level: str, chosen: Indicator, places: Iterable[PlaceRow]) -> dict[str, str]:
    """For each place whose documents count, the place they count in."""
    own = level == "province" and chosen.aggregation.province == "own"
    kinds = ("province" if own else "prefecture", "municipality")
    summed = level == "province" and not own
    return {one.code: (one.province_code or one.code) if summed else one.code for one in places if one.level in kinds}


def _measured(inputs: Inputs, chosen: Indicator, counted_in: Mapping[str, str]) -> dict[tuple[str, int], float]:
    """The value of each cell, as the panel measures it."""
    from etl.indicators import contributions
    from etl.panel import NATIONAL, measurements

    added = contributions(inputs, [chosen.code])
    placed = [replace(row, city_code=counted_in[row.city_code]) for row in added if row.city_code in counted_in]
    found = measurements({chosen.code: chosen}, placed, {})
    return {
        (row.city_code, row.year): row.value for row in found if row.city_code != NATIONAL and row.value is not None
    }


def _cells(
    sides: Sequence[Mapping[tuple[str, int], float]], chosen: Indicator, places: Iterable[PlaceRow]
) -> pd.DataFrame:
    """Cells with both values; where a sum has documents for one side only, the other is 0."""
    import pandas as pd

    ratio = chosen.aggregation.city_years == "ratio"
    before, after = sides
    keys = sorted(before.keys() & after.keys() if ratio else before.keys() | after.keys())
    known = {place.code: place for place in places}
    found = [
        (
            code,
            known[code].name,
            known[code].province,
            year,
            before.get((code, year), 0.0),
            after.get((code, year), 0.0),
        )
        for code, year in keys
    ]
    cells = pd.DataFrame(found, columns=list(COLUMNS)[:6])
    cells["change"] = cells["after"] - cells["before"]
    for side in ("before", "after"):
        cells[f"rank_{side}"] = cells.groupby("year")[side].rank(ascending=False)
    cells["rank_change"] = cells["rank_before"] - cells["rank_after"]
    return cells


def keep(home: Home, lexicons: Iterable[Lexicon]) -> None:
    """Keep the lexicons that do not come with fincity in the home's archive, by hash."""
    from db.archive import Archive
    from keywords import is_builtin

    for one in lexicons:
        if not is_builtin(one):
            Archive.of(home).keep_lexicon(one.content)
