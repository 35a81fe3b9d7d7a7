"""What a caller asks for, as people write it: year ranges, cities by name or code, indicators by code or theme."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from difflib import get_close_matches
from typing import Any

from etl.catalogue import Indicator, indicator, indicators
from etl.errors import UsageError

#: `2015-2020`, `2020`, a year, a first and last year, or any years.
Years = str | int | Iterable[int]
FIRST_YEAR, LAST_YEAR = 1949, 2100
#: Municipalities are written with either code.
_MUNICIPALITY_DISTRICTS = {"110100": "110000", "120100": "120000", "310100": "310000", "500100": "500000"}
_RANGE = re.compile(r"\s*(\d{4})\s*(?:[-–—~:]\s*(\d{4})\s*)?")


def parse_years(years: Years) -> list[int]:
    """The years meant, ascending. Raises UsageError for what is no year, a reversed range, or a year out of reach."""
    wanted = _from_text(years) if isinstance(years, str) else [years] if isinstance(years, int) else sorted(set(years))
    if not wanted:
        raise UsageError("no years given: write A-B, e.g. 2015-2020")
    for year in wanted:
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise UsageError(f"year {year} is out of reach: use {FIRST_YEAR} to {LAST_YEAR}")
    return wanted


def _from_text(text: str) -> list[int]:
    found = _RANGE.fullmatch(text)
    if not found:
        raise UsageError(f"years {text!r}: write one year or a range A-B, e.g. 2015-2020")
    first, last = int(found[1]), int(found[2] or found[1])
    if first > last:
        raise UsageError(f"years {text!r} are reversed: write {last}-{first}")
    return list(range(first, last + 1))


def split(values: str | Iterable[str] | None) -> list[str]:
    """Values given one by one or separated by commas, Chinese ones too."""
    parts = [values] if isinstance(values, str) else list(values or ())
    return [one.strip() for part in parts for one in re.split("[,，、;；]", part) if one.strip()]


def find_places(wanted: Iterable[str], places: Sequence[dict[str, Any]]) -> list[str]:
    """Codes of the places of those names or codes. UsageError names close matches for the first that is not there."""
    return [find_place(one, places)["code"] for one in wanted]


def find_place(wanted: str, places: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The row of the place with that code, full name or short name.

    Raises UsageError with close matches when there is none, and with the codes when there are several.
    """
    code = _MUNICIPALITY_DISTRICTS.get(wanted, wanted)
    for column in ("code", "name", "short_name"):
        found = [place for place in places if place[column] == (code if column == "code" else wanted)]
        if len(found) > 1:
            several = ", ".join(f"{p['code']} {p['province']}" for p in found)
            raise UsageError(f"{wanted!r} names several places: {several}; give the code")
        if found:
            return found[0]
    names = [name for place in places for name in (place["name"], place["short_name"], place["code"])]
    raise UsageError(unknown("city", wanted, names))


def unknown(what: str, wanted: str, known: Collection[str]) -> str:
    """One line on a name that is not there, with what may have been meant."""
    close = get_close_matches(wanted, list(dict.fromkeys(known)), n=5, cutoff=0.5)
    if close:
        return f"no {what} {wanted!r}; did you mean {', '.join(close)}?"
    return f"no {what} {wanted!r}" + (f"; there are {', '.join(sorted(known))}" if len(known) <= 40 else "")


def choose_indicators(codes: Iterable[str], theme: str | None) -> list[Indicator]:
    """The named indicators and those of a theme, in the order of the catalogue; all of them when nothing is named.

    Raises UsageError for an unknown code or theme.
    """
    catalogue = indicators()
    wanted = {indicator(code).code for code in codes}
    if theme is not None:
        of_theme = {code for code, one in catalogue.items() if one.theme == theme}
        if not of_theme:
            raise UsageError(unknown("theme", theme, sorted({one.theme for one in catalogue.values()})))
        wanted |= of_theme
    return [one for code, one in catalogue.items() if not wanted or code in wanted]
