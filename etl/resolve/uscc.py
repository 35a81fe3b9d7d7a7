"""The unified social credit code (统一社会信用代码, GB 32100-2015): check digit and registering division."""

from __future__ import annotations

from etl.places.gazetteer import gazetteer
from etl.values.uscc import check_digit, is_valid, normalise

__all__ = ["check_digit", "city_of", "is_valid", "normalise"]


def city_of(code: str, year: int | None = None) -> str | None:
    """City of the registering division (characters 3-8); None for a province, the national register, a split city."""
    cities = gazetteer().cities_of(code[2:8], year)
    return cities[0] if len(cities) == 1 else None
