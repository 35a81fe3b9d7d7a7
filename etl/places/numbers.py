"""Numbers that say where: the area codes in bank numbers, postcodes and dialling codes, each with the city it means.

The tables lie in `data/`; their sources are in `data/SOURCES.md`.
"""

from __future__ import annotations

from functools import cache

from etl.places.gazetteer import gazetteer, read_table


def cnaps_city(area_code: str, year: int | None = None) -> str | None:
    """The city of a four-digit area code of the bank numbers (CNAPS, digits 4 to 7) in a year (default: last known).

    A unit that its province administers stands for itself. None: an unknown code, Hong Kong and Macao, or a unit
    since split up (3781, 巢湖市, after 2010).
    """
    place = _cnaps_areas().get(area_code)
    cities = gazetteer().cities_of(place, year) if place else ()
    return cities[0] if len(cities) == 1 else None


@cache
def _cnaps_areas() -> dict[str, str]:
    return {row["area_code"]: row["place_code"] for row in read_table("cnaps_areas.csv")}
