"""Pictures (PNG) of an audit: hits of terms by year as a heat map, two lexicons against each other."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fincity.output import checked, replacing
from fincity.reader.fonts import Lettering, lettering
from fincity.reader.sheets import DPI, Sheet, figure_of, fill, frame, rgb, style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from fincity.audit.comparing import Comparison
    from fincity.audit.drift import Drift

#: Hits for every 10 000 characters up to which a cell has a colour, and how the legend calls it.
SHADES = (
    (0.0, "#ffffff", "no hit"),
    (0.1, "#fff3c4", "to 0.1"),
    (0.3, "#fdc527", "to 0.3"),
    (1.0, "#e08214", "to 1"),
    (3.0, "#b0413e", "to 3 hits in 10 000 characters"),
    (float("inf"), "#3f007d", "more"),
)
UNREAD = ("#d4d7da", "no text of the year")
#: Inches: width and height of a cell; left of the cells, right, above and below them.
CELL, LEFT, RIGHT, ABOVE, BELOW = (0.3, 0.16), 1.9, 0.4, 0.9, 1.0
#: All cells together are no wider than this; a year has a label where there is room for it.
WIDEST, LABEL = 13.0, 0.28
BLUE, RED = "#2b7bba", "#c23b00"
#: City-years that are named in the picture of a comparison, up and down.
NAMED = 5


def draw_drift(
    drift: Drift, path: Path, *, synthetic: bool = False, letters: Lettering | None = None
) -> tuple[int, int]:
    """Draw the terms that have hits by year, each with its hits for every 10 000 characters; size in pixels.

    Terms of a dimension stand together, in the order of the lexicon. Raises ModuleNotFoundError without matplotlib.
    """
    checked(path, (".png",))
    letters = letters or lettering()
    years = list(range(drift.years[0], drift.years[-1] + 1))
    never = set(drift.never)
    terms = [term.term for term in drift.lexicon.terms if term.term not in never]
    sheet = _sheet(drift, terms, years, letters)
    wide = min(CELL[0], WIDEST / len(years))
    width, height = max(6.5, LEFT + RIGHT + wide * len(years)), ABOVE + BELOW + CELL[1] * sheet.height
    texts, unseen = sum(drift.documents.values()), len(never)
    foot = f"{drift.lexicon.id} {drift.lexicon.version}, {texts} texts; {unseen} terms never hit"
    with style(letters), replacing(path) as temporary:
        figure = figure_of(width, height)
        place = (LEFT / width, BELOW / height, wide * len(years) / width, 1 - (ABOVE + BELOW) / height)
        fill(figure.add_axes(place), sheet, 7, labelled=True)
        legend = {label: colour for _, colour, label in SHADES} | {UNREAD[1]: UNREAD[0]}
        frame(figure, height, f"Hits of {drift.lexicon.id} by year", legend, foot, synthetic=synthetic)
        figure.savefig(temporary, format="png", dpi=DPI, metadata={"Software": None})
    return int(width * DPI), int(height * DPI)


def _sheet(drift: Drift, terms: list[str], years: list[int], letters: Lettering) -> Sheet:
    colours = [[rgb(_shade(drift, term, year)) for year in years] for term in terms]
    blank = [[rgb(UNREAD[0] if year not in drift.documents else SHADES[0][1]) for year in years]]
    rows = tuple((float(n), letters.or_else(term, f"term {n + 1}")) for n, term in enumerate(terms))
    step = math.ceil(LABEL * len(years) / WIDEST)
    columns = tuple((float(n), f"{year % 100:02d}") for n, year in enumerate(years) if n % step == 0)
    return Sheet(colours or blank, rows, columns, max(1, len(terms)), f"{years[0]} to {years[-1]}")


def _shade(drift: Drift, term: str, year: int) -> str:
    if year not in drift.documents:
        return UNREAD[0]
    rate = drift.rate(term, year)
    return next(colour for most, colour, _ in SHADES if rate <= most)


def draw_comparison(found: Comparison, path: Path, letters: Lettering | None = None) -> tuple[int, int]:
    """Draw the city-years under both lexicons, and the rank correlation of each year; size in pixels.

    Raises ModuleNotFoundError without matplotlib.
    """
    checked(path, (".png",))
    letters = letters or lettering()
    width, height = 11.0, 5.6
    overall = "" if found.spearman is None else f": Spearman {found.spearman:.3f} over {len(found.cells)} {found.unit}"
    foot = f"{found.before.id} {found.before.version} and {found.after.id} {found.after.version}, policy {found.policy}"
    with style(letters), replacing(path) as temporary:
        figure = figure_of(width, height)
        left, right = figure.subplots(1, 2, gridspec_kw={"left": 0.07, "right": 0.97, "top": 0.84, "bottom": 0.2})
        _scatter(left, found, letters)
        _correlations(right, found)
        frame(
            figure, height, f"{found.indicator.code} under two lexicons{overall}", {}, foot, synthetic=found.synthetic
        )
        figure.savefig(temporary, format="png", dpi=DPI, metadata={"Software": None})
    return int(width * DPI), int(height * DPI)


def named(found: Comparison) -> tuple[set[tuple[str, int]], set[tuple[str, int]]]:
    """The cells (place, year) that move most, and those of them whose names lie on no other's."""
    largest = float(max(found.cells["before"].max(), found.cells["after"].max(), 1))
    places: dict[tuple[str, int], tuple[float, float]] = {}
    movers = found.movers(NAMED)
    for row in movers:
        at = (float(row["before"]), float(row["after"]))
        if not any(abs(at[0] - x) < largest / 3 and abs(at[1] - y) < largest / 25 for x, y in places.values()):
            places[row["city_code"], row["year"]] = at
    return {(row["city_code"], row["year"]) for row in movers}, set(places)


def _scatter(axes: Axes, found: Comparison, letters: Lettering) -> None:
    cells = found.cells
    largest = float(max(cells["before"].max(), cells["after"].max(), 1))
    axes.plot([0, largest], [0, largest], color="#a8a8a8", linewidth=0.8, zorder=1)
    axes.scatter(cells["before"], cells["after"], s=14, color=BLUE, alpha=0.55, linewidths=0, zorder=2)
    _, labelled = named(found)
    for row in found.movers(NAMED):
        at = (float(row["before"]), float(row["after"]))
        axes.scatter(*at, s=18, color=RED, linewidths=0, zorder=3)
        if (row["city_code"], row["year"]) not in labelled:
            continue
        label = f"{letters.or_else(row['city'], row['city_code'])} {row['year']} ({row['rank_change']:+g})"
        axes.annotate(label, at, fontsize=6.5, xytext=(4, 3), textcoords="offset points")
    axes.set_xlabel(found.before.id)
    axes.set_ylabel(found.after.id)
    axes.set_title(f"{found.unit}; red: largest changes of rank in a year", fontsize=9, loc="left")


def _correlations(axes: Axes, found: Comparison) -> None:
    rows: list[dict[str, Any]] = [row for row in found.by_year() if row["spearman"] is not None]
    axes.plot([row["year"] for row in rows], [row["spearman"] for row in rows], color=BLUE, marker="o", markersize=4)
    lowest = min((row["spearman"] for row in rows), default=0.0)
    axes.set_ylim(-1.02 if lowest < 0 else -0.02, 1.02)
    axes.axhline(1, color="#a8a8a8", linewidth=0.8)
    axes.set_xticks([row["year"] for row in rows[:: max(1, len(rows) // 10)]])
    axes.set_title("rank correlation (Spearman) of the places in each year", fontsize=9, loc="left")
