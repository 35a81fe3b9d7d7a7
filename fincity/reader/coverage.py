"""What we looked at and what became of it: per source, day, month or city; and whether the counts add up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from db.home import Home
from etl.catalogue import indicators
from etl.errors import UsageError
from fincity.reader.release import Release, Where, by_key
from fincity.reader.selection import unknown
from fincity.reader.table import Table

if TYPE_CHECKING:
    import pandas as pd

#: What can become of a listed item.
FATES = ("parsed", "quarantined", "out_of_scope", "pending")
#: What we can know of a day, best first.
STATES = ("complete", "ended", "silent", "partial", "blocked", "not_looked")
Rows = Sequence[Mapping[str, Any]]

_DAYS: dict[str, type] = dict.fromkeys((f"days_{state}" for state in STATES), int)
#: The columns of each view.
VIEWS: dict[str, dict[str, type]] = {
    "source": {"source": str, "first_day": str, "last_day": str, "listed": int, **dict.fromkeys(FATES, int), **_DAYS},
    "day": {"source": str, "scope": str, "day": str, "state": str, "listed": int, "open_items": int, "reason": str},
    "month": {"source": str, "scope": str, "month": str, "listed": int, "open_items": int, **_DAYS},
    "city": {
        "city_code": str,
        "city": str,
        "province": str,
        "year": int,
        "theme": str,
        "completeness": float,
        "reason": str,
    },
}


def coverage(
    source: str | None = None,
    by: str = "source",
    release: str | None = None,
    home: Home | Path | str | None = None,
) -> pd.DataFrame:
    """How far each source was looked at, as a DataFrame.

    `source`: one row a source: listed = parsed + quarantined + out_of_scope + pending items, and the number of
    (scope, day) windows in each state. `month`: the same windows by month. `day`: the ledger itself. `city`: the lowest
    completeness of a theme's indicators by city and year. Raises UsageError for an unknown source or view.
    """
    return view(Release.open(home, release), by, source).frame()


def view(release: Release, by: str = "source", source: str | None = None) -> Table:
    """One of the `VIEWS`, its rows in the order of their keys."""
    if by not in VIEWS:
        raise UsageError(f"no view {by!r}; use {', '.join(VIEWS)}")
    return Table(VIEWS[by], _rows(release, by, source))


def _rows(release: Release, by: str, source: str | None) -> Rows:
    if by == "city":
        if source is not None:
            raise UsageError("--by city shows themes over all sources of their frames: leave --source out")
        return _by_city(release)
    where = _of(release, source)
    if by == "day":
        return release.rows("coverage_day", where, list(VIEWS["day"]))
    days = release.rows("coverage_day", where)
    return _by_month(days) if by == "month" else _by_source(release.rows("listing", where), days)


def faults(release: Release, source: str | None = None) -> list[str]:
    """Where the counts do not add up, a sentence each; empty when every listed item is accounted for.

    Three tables were written apart and must agree: what lists showed, what became documents or quarantine, and the
    items the ledger counts for each day.
    """
    where = _of(release, source)
    listing = release.rows("listing", where)
    return [*_lost(release, listing, where), *_miscounted(listing, release.rows("coverage_day", where))]


def _of(release: Release, source: str | None) -> Where | None:
    if source is None:
        return None
    known = {name for table in ("listing", "coverage_day") for name in release.values(table, "source")}
    if source not in known:
        raise UsageError(unknown("source", source, sorted(known)))
    return {"source": [source]}


def _by_source(listing: Rows, days: Rows) -> Rows:
    fates = {source: Counter(row["state"] for row in rows) for (source,), rows in by_key(listing, "source").items()}
    looked = {source: rows for (source,), rows in by_key(days, "source").items()}
    return [
        {
            "source": source,
            "first_day": min((row["day"] for row in looked.get(source, ())), default=None),
            "last_day": max((row["day"] for row in looked.get(source, ())), default=None),
            "listed": fates.get(source, Counter()).total(),
            **{fate: fates.get(source, Counter())[fate] for fate in FATES},
            **_states(looked.get(source, ())),
        }
        for source in sorted(fates.keys() | looked.keys())
    ]


def _by_month(days: Rows) -> Rows:
    dated = [{**row, "month": row["day"][:7]} for row in days]
    return [
        {
            "source": source,
            "scope": scope,
            "month": month,
            "listed": sum(row["listed"] for row in rows),
            "open_items": sum(row["open_items"] for row in rows),
            **_states(rows),
        }
        for (source, scope, month), rows in sorted(by_key(dated, "source", "scope", "month").items())
    ]


def _states(days: Rows) -> dict[str, int]:
    counted = Counter(row["state"] for row in days)
    return {f"days_{state}": counted[state] for state in STATES}


def _by_city(release: Release) -> Rows:
    themes = {code: one.theme for code, one in indicators().items() if one.aggregation.city_years == "sum"}
    places = {row["code"]: row for row in release.rows("place") if row["level"] != "province"}
    cells = [
        {**row, "theme": themes[row["indicator"]]}
        for row in release.rows("observation")
        if row["indicator"] in themes and row["city_code"] in places
    ]
    rows = []
    for (code, year, theme), group in sorted(by_key(cells, "city_code", "year", "theme").items()):
        worst = min(group, key=lambda row: (row["completeness"], row["indicator"]))
        place = {"city_code": code, "city": places[code]["name"], "province": places[code]["province"]}
        rows.append(place | {"year": year, "theme": theme, **{n: worst[n] for n in ("completeness", "reason")}})
    return rows


def _lost(release: Release, listing: Rows, where: Where | None) -> list[str]:
    found = []
    for fate, tables in (("parsed", ("document", "organisation")), ("quarantined", ("quarantine",))):
        lost = {(row["source"], row["source_id"]) for row in listing if row["state"] == fate}
        for table in tables:
            # Releases of an earlier fincity have no organisations.
            there = release.rows(table, where, ["source", "source_id"]) if table in release.tables() else []
            lost -= {(row["source"], row["source_id"]) for row in there}
        if lost:
            found.append(f"{len(lost)} items are {fate} but not in the table {tables[0]}, e.g. {'/'.join(min(lost))}")
    stray = sorted({row["state"] for row in listing} - set(FATES))
    return found + [f"items in an unknown state: {', '.join(stray)}"] * bool(stray)


def _miscounted(listing: Rows, days: Rows) -> list[str]:
    counted = [row for row in listing if row["published_on"] and row["state"] != "out_of_scope"]
    items = by_key(counted, "source", "scope", "published_on")
    found = []
    for row in days:
        there = items.get((row["source"], row["scope"], row["day"]), [])
        still_open = sum(item["state"] in ("pending", "quarantined") for item in there)
        if (row["listed"], row["open_items"]) != (len(there), still_open):
            found.append(
                f"{row['source']} {row['scope']} {row['day']}: the ledger counts {row['listed']} listed and "
                f"{row['open_items']} open items, the lists {len(there)} and {still_open}"
            )
    return found


def on_a_screen(table: Table) -> Table:
    """Without the states that no day is in, so that the rest fits."""
    kept = {n: kind for n, kind in table.columns.items() if not n.startswith("days_") or any(r[n] for r in table.rows)}
    return Table(kept, table.rows)


def notes(table: Table) -> list[str]:
    """The view `source` in plain language, a sentence a source."""
    return [_note(row) for row in table.rows]


def _note(row: Mapping[str, Any]) -> str:
    windows = sum(row[f"days_{state}"] for state in STATES)
    closed = row["days_complete"] + row["days_ended"]
    looked = f"{closed} of {windows} list days complete" if windows else "imported, no list days"
    open_items = row["pending"] + row["quarantined"]
    left = f"{open_items} of {row['listed']} items still open" if open_items else f"all {row['listed']} items settled"
    return f"{row['source']}: {looked}; {left}."
