"""Drift and comparison as pages: one file each that loads nothing, with its tables and its chart."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import Element

from fincity.audit import charts
from fincity.audit.charts import Point
from fincity.audit.drift import PER
from fincity.audit.markup import Part, element, figures, number, page, part, table
from fincity.audit.pictures import SHADES, UNREAD, named
from fincity.output import checked, replacing
from keywords import MATCHER_VERSION, TOKENIZER_VERSION
from keywords.differences import differences

if TYPE_CHECKING:
    from fincity.audit.comparing import Comparison
    from fincity.audit.drift import Drift
    from keywords import Term

_COMPARE_HEADS = ("year", "place", "province", "before", "after", "rank before", "rank after", "change of rank")


def write(path: Path, html: str) -> None:
    """Write a page, whole or not at all."""
    with replacing(checked(path, (".html",))) as temporary:
        temporary.write_text(html, encoding="utf-8", errors="replace", newline="\n")


# -- drift -------------------------------------------------------------------------------------------------------------


def drift(found: Drift, source: str, *, synthetic: bool = False) -> str:
    """Hits of each term and year as a heat map, what was read of each year, and the terms that are never hit."""
    never = [term for term in found.lexicon.terms if not found.spread[term.term]]
    return page(
        f"Drift of {found.lexicon.id}",
        part("tables.css") + _shades(),
        element("p", _about(found, source), class_="soft"),
        figures(_drift_figures(found, len(never))),
        element("h2", "Hits of each term by year"),
        element(
            "p",
            "Cells hold hits; their colour is the number of hits in 10 000 characters of the year's texts: years of "
            "which more was read do not look darker. A list made in one year finds what was called so then: look "
            "for terms that begin or end within the years.",
        ),
        _legend(),
        _heat(found),
        element("h2", "The years"),
        _years(found),
        element("h2", f"Never hit: {len(never)} of {len(found.lexicon.terms)} terms"),
        element("p", "、".join(term.term for term in never) or "Every term was hit."),
        synthetic=synthetic,
    )


def _about(found: Drift, source: str) -> str:
    lexicon, texts = found.lexicon, sum(found.documents.values())
    undated = f" {found.undated} texts without a year are left out." if found.undated else ""
    return (
        f"{lexicon.title}: {len(lexicon.terms)} terms, version {lexicon.version}, policy {found.policy}; "
        f"{number(texts)} texts of {source}, {number(sum(found.characters.values()))} characters.{undated} "
        f"Matcher {MATCHER_VERSION}, {TOKENIZER_VERSION}."
    )


def _drift_figures(found: Drift, never: int) -> dict[str, str]:
    largest = found.largest()
    said = {
        "hits": number(sum(found.hits.values())),
        "years with texts": f"{len(found.years)}, {found.years[0]} to {found.years[-1]}",
        "terms never hit": f"{never} of {len(found.lexicon.terms)}",
    }
    if largest:
        said[f"of all hits are {largest['term']}"] = f"{100 * largest['share']:.1f} %"
    return said


def _shades() -> str:
    """Colours of the cells; letters are dark or light as the colour asks."""
    colours = [(f"s{n}", colour) for n, (_, colour, _) in enumerate(SHADES)] + [("unread", UNREAD[0])]
    return "".join(f".{kind} {{ background: {colour}; color: {_letters(colour)}; }}\n" for kind, colour in colours)


def _letters(colour: str) -> str:
    red, green, blue = (int(colour[n : n + 2], 16) for n in (1, 3, 5))
    return "#000" if 0.299 * red + 0.587 * green + 0.114 * blue > 140 else "#fff"


def _legend() -> Element:
    kinds = [(f"s{n}", label) for n, (_, _, label) in enumerate(SHADES)] + [("unread", "no text of these years")]
    return element("p", *(element("span", element("i", class_=kind), label) for kind, label in kinds), class_="legend")


def _heat(found: Drift) -> Element:
    spans = _spans(found)
    heads = (element("th", name, scope="col") for name in spans)
    terms = [term for term in found.lexicon.terms if found.spread[term.term]]
    body = [row for group, own in groupby(terms, _group) for row in _heat_group(found, group, list(own), spans)]
    head = element(
        "thead", element("tr", element("th", "term", scope="col"), *heads, element("th", "all", scope="col"))
    )
    return element("div", element("table", head, element("tbody", *body)), class_="heat", tabindex="0")


def _group(term: Term) -> str:
    return " / ".join(filter(None, (term.layer, term.dimension)))


def _spans(found: Drift) -> dict[str, int | None]:
    """The columns: years of which there are texts, and None for all years between two of them."""
    spans: dict[str, int | None] = {}
    for before, year in pairwise([found.years[0] - 1, *found.years]):
        if year - before > 1:
            spans[f"{before + 1}" if year - before == 2 else f"{before + 1}-{year - 1}"] = None
        spans[str(year)] = year
    return spans


def _heat_group(found: Drift, group: str, terms: list[Term], spans: dict[str, int | None]) -> Iterator[Element]:
    if group:
        yield element("tr", element("th", group, class_="group", colspan=len(spans) + 2, scope="rowgroup"))
    for term in terms:
        cells = (_heat_cell(found, term.term, year) for year in spans.values())
        total = sum(found.hits[term.term, year] for year in found.years)
        yield element("tr", element("th", term.term, scope="row"), *cells, element("td", number(total)))


def _heat_cell(found: Drift, term: str, year: int | None) -> Element:
    if year is None:
        return element("td", class_="unread")
    rate, hits = found.rate(term, year), found.hits[term, year]
    shade = next(n for n, (most, _, _) in enumerate(SHADES) if rate <= most)
    told = f"{term} {year}: {hits} hits in {found.documents[year]} texts, {rate:.3g} in {PER} characters"
    return element("td", number(hits) if hits else "", class_=f"s{shade}", title=told)


def _years(found: Drift) -> Element:
    rows = found.by_year()
    largest = max((row["hits_per_10k"] or 0.0 for row in rows), default=0.0)
    heads = (
        "year",
        "texts",
        "characters",
        "hits",
        "in 10 000 characters",
        "",
        "different terms",
        "largest term",
        "share",
    )
    return table(heads, ([str(row["year"]), *_year(row, largest)] for row in rows))


def _year(row: dict[str, Any], largest: float) -> list[Part | float | None]:
    share = row["largest_share"]
    return [
        row["documents"],
        row["characters"],
        row["hits"],
        row["hits_per_10k"],
        charts.bar(row["hits_per_10k"] or 0.0, largest),
        row["terms"],
        row["largest_term"] or "",
        "" if share is None else f"{100 * share:.0f} %",
    ]


# -- comparison --------------------------------------------------------------------------------------------------------


def comparison(found: Comparison, top: int) -> str:
    """Both lexicons against each other, the rank correlation of each year, who moves most, how the lists differ."""
    before, after = (f"{one.id} {one.version}" for one in (found.before, found.after))
    return page(
        f"{found.indicator.code} under two lexicons",
        part("tables.css"),
        element(
            "p",
            f"Before: {before}, {len(found.before.terms)} terms ({found.before.title}). After: {after}, "
            f"{len(found.after.terms)} terms ({found.after.title}). Policy {found.policy}; {found.indicator.title_en} "
            f"({found.indicator.title_zh}), {found.indicator.unit}. Matcher {MATCHER_VERSION}, {TOKENIZER_VERSION}.",
            class_="soft",
        ),
        figures(_comparison_figures(found)),
        _comparison_charts(found),
        element("h2", "The years"),
        element("p", "Ranks are within a year, 1 the largest; equal values share the mean of their ranks."),
        _comparison_years(found),
        element("h2", "Largest changes of rank"),
        *_movers(found, top),
        element("h2", "How the lists differ"),
        *_lists(found),
        synthetic=found.synthetic,
    )


def _comparison_figures(found: Comparison) -> dict[str, str]:
    moved = int((found.cells["rank_change"] != 0).sum())
    overall = "none" if found.spearman is None else f"{found.spearman:.3f}"
    return {
        f"{found.unit} compared": number(len(found.cells)),
        "rank correlation (Spearman) over all": overall,
        "change their rank": f"{number(moved)} ({100 * moved / len(found.cells):.0f} %)",
    }


def _comparison_charts(found: Comparison) -> Element:
    years = [row for row in found.by_year() if row["spearman"] is not None]
    points = [Point(row["year"], row["spearman"], f"{row['year']}: {row['spearman']:.3f}") for row in years]
    low = -1.0 if any(point.y < 0 for point in points) else 0.0
    scattered = charts.scatter(_points(found), found.before.id, found.after.id)
    caption = f"{found.unit}; red: largest changes of rank in a year; dashed: both lexicons count the same"
    joined = charts.over_years(points, low, "rank correlation")
    return element(
        "div",
        element("figure", scattered, element("figcaption", caption)),
        element("figure", joined, element("figcaption", "rank correlation (Spearman) of the places in each year")),
        class_="charts",
    )


def _points(found: Comparison) -> list[Point]:
    red, labelled = named(found)
    return [
        Point(
            row["before"],
            row["after"],
            f"{row['city']} {row['year']}: {number(row['before'])} → {number(row['after'])}, "
            f"rank {row['rank_before']:g} → {row['rank_after']:g}",
            f"{row['city']} {row['year']} ({row['rank_change']:+g})" if key in labelled else "",
            key in red,
        )
        for row in found.cells.to_dict("records")
        for key in [(row["city_code"], row["year"])]
    ]


def _comparison_years(found: Comparison) -> Element:
    whole = "mean" if found.indicator.aggregation.city_years == "ratio" else "sum"
    heads = ("year", "places", f"{whole} before", f"{whole} after", "Spearman", "places that change rank")
    rows = (list(row.values()) for row in found.by_year())
    return table(heads, ([str(year), *figures_, moved] for year, *figures_, moved in rows))


def _movers(found: Comparison, top: int) -> Iterator[Element]:
    rows = found.movers(top)
    if not rows:
        yield element("p", "No place changes its rank." if top else "None are asked for (--top 0).")
        return
    yield element("p", "Positive: the place stands higher under the second lexicon.")
    yield table(_COMPARE_HEADS, map(_moved, rows))


def _moved(row: dict[str, Any]) -> list[Part | float | None]:
    names = (str(row["year"]), row["city"], row["province"] or "")
    return [
        *names,
        *(row[name] for name in ("before", "after", "rank_before", "rank_after")),
        f"{row['rank_change']:+g}",
    ]


def _lists(found: Comparison) -> Iterator[Element]:
    """What the two lexicons do not share, as far as it decides what is counted."""
    changes: dict[str, list[str]] = {change: [] for change in _CHANGES}
    for one in differences(found.before, found.after):
        if one.change in changes:
            moded = f" ({one.before} → {one.after})" if one.change == "mode" else ""
            changes[one.change].append(f"{one.term}{moded}")
    for change, terms in changes.items():
        if terms:
            named_ = _CHANGES[change].format(before=found.before.id, after=found.after.id)
            yield element("p", element("b", f"{named_} ({len(terms)}): "), "、".join(terms))
    if not any(changes.values()):
        yield element("p", "They hold the same terms, matched in the same way.")


#: What is said of terms that differ in a way that decides what is counted.
_CHANGES = {"removed": "Only in {before}", "added": "Only in {after}", "mode": "In both, matched otherwise"}
