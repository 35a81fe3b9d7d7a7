"""Offices of banks that imported lists name with their city: evidence for a name that does not say where it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from etl.resolve import names
from etl.resolve.results import Resolution, as_json, city_in, city_name

#: How sure the only office of a name in a list of the whole country is, with and without the grammar agreeing.
_LISTED = 0.97
_DISPUTED = 0.9


@dataclass(frozen=True, slots=True)
class Office:
    """An office as a list has it. `whole`: the list names every office of its kind in the country."""

    name: str
    city_code: str
    source: str
    listed_on: str
    whole: bool


class Offices:
    """Offices by their names."""

    def __init__(self, offices: Iterable[Office]) -> None:
        self._by_name: defaultdict[str, list[Office]] = defaultdict(list)
        for office in sorted(offices, key=lambda one: (one.name, one.source, one.city_code, one.listed_on)):
            self._by_name[names.key(names.normalise(office.name))].append(office)

    def placed(self, found: Resolution, name: str, year: int | None) -> Resolution:
        """What the grammar found of a bank's office, with what the lists say of one of this very name.

        A list of the whole country that has the name in one city decides. Any other gives candidates only: elsewhere
        another office may bear the same name.
        """
        listed = self._by_name.get(names.key(names.normalise(name)), []) if found.kind == "bank" else []
        cities = {city: office for office in listed if (city := city_in(office.city_code, year))}
        if not cities or (len(cities) == 1 and found.city_code in cities):
            return found
        said = "; ".join(f"{o.source} of {o.listed_on} has it in {city_name(c, year)}" for c, o in cities.items())
        others = [f"{code} {city_name(code, year)}" for code in (*cities, found.city_code) if code]
        if len(cities) > 1 or not any(office.whole for office in listed):
            return found._replace(evidence=f"{found.evidence}; {said}", candidates=as_json(others))
        (city,) = cities
        return found._replace(
            city_code=city,
            city=city_name(city, year),
            score=_DISPUTED if found.city_code else _LISTED,
            method="alias",
            evidence=f"{said}; but {found.evidence}" if found.city_code else said,
            candidates=as_json(other for other in others if not other.startswith(city)),
        )
