"""Numbers that say where: the area codes in bank numbers, postcodes and dialling codes, each with the city it means.

The tables lie in `data/`; their sources are in `data/SOURCES.md`. Postcodes and dialling codes are hints: they settle
which of several places is meant.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache

from etl.places.gazetteer import gazetteer, read_table

_POSTCODE = re.compile(r"(?<![\d.-])\d{6}(?![\d.-])")
_DIALLING = re.compile(r"(?<![\d.-])(0\d{2,3})\)?-?\d{7,8}(?!\d)")


def cnaps_city(area_code: str, year: int | None = None) -> str | None:
    """The city of a four-digit area code of the bank numbers (CNAPS, digits 4 to 7) in a year (default: last known).

    A unit that its province administers stands for itself. None: an unknown code, Hong Kong and Macao, or a unit
    since split up (3781, 巢湖市, after 2010).
    """
    place = _cnaps_areas().get(area_code)
    return _one_city(place, year) if place else None


def postcode_city(postcode: str, year: int | None = None) -> str | None:
    """The city of a six-digit postcode, by its first four, three or two digits; None where they do not say it."""
    prefixes = (_postcodes().get(postcode[:length]) for length in (4, 3, 2))
    city = next((code for code in prefixes if code), None)
    return _one_city(city, year) if city and len(postcode) == 6 else None


def postcode_cities(text: str, year: int | None = None) -> frozenset[str]:
    """The cities of the postcodes in a text."""
    cities = (postcode_city(postcode, year) for postcode in _POSTCODE.findall(text))
    return frozenset(city for city in cities if city)


def dialling_cities(text: str, year: int | None = None) -> frozenset[str]:
    """The cities of the telephone numbers in a text (0755-1234567); a dialling code may serve several."""
    codes = (_dialling().get(code, ()) for code in _DIALLING.findall(text))
    return frozenset(city for found in codes for code in found for city in gazetteer().cities_of(code, year))


def _one_city(code: str, year: int | None) -> str | None:
    cities = gazetteer().cities_of(code, year)
    return cities[0] if len(cities) == 1 else None


@cache
def _cnaps_areas() -> dict[str, str]:
    return {row["area_code"]: row["place_code"] for row in read_table("cnaps_areas.csv")}


@cache
def _postcodes() -> dict[str, str]:
    return {row["prefix"]: row["city_code"] for row in read_table("postcodes.csv")}


@cache
def _dialling() -> dict[str, list[str]]:
    cities: dict[str, list[str]] = defaultdict(list)
    for row in read_table("dialling.csv"):
        cities[row["code"]].append(row["city_code"])
    return cities
