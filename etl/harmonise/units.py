"""Cities through time: the names and codes one unit had, and where its area lies in another year.

A unit is a prefecture or municipality, or a county-level unit that its province administers directly (仙桃市). It stays
the same unit through changes of name (襄樊市, 襄阳市) and of code (毕节地区 522400, 毕节市 520500) as long as it takes
over exactly one other. Boundaries are those of a year's end, as in `etl.places`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from etl.places.gazetteer import FIRST_YEAR, LAST_YEAR, Place, gazetteer, read_table

#: Codes of counties that their province administers: xx90xx, and 4600xx before 2001.
_DIRECT = frozenset({"00", "90"})


@dataclass(frozen=True, slots=True)
class Unit:
    """One city under all its names and codes, oldest first."""

    places: tuple[Place, ...] = field(hash=False)
    #: Its last code, which no other unit has.
    code: str

    def at(self, year: int) -> Place | None:
        """The unit as it stood at the end of a year, or None."""
        return next((place for place in self.places if place.in_force(year)), None)

    def nearest(self, year: int) -> int:
        """The year of its life that is nearest to a year."""
        return max(self.places[0].valid_from, min(year, self.places[-1].valid_to or LAST_YEAR))

    @property
    def name(self) -> str:
        """Its last name."""
        return self.places[-1].name


def known_year(year: int) -> int:
    """The nearest year whose boundaries are known."""
    return max(FIRST_YEAR, min(year, LAST_YEAR))


def is_unit(place: Place) -> bool:
    """Whether a place counts as a city of its own."""
    return place.level in ("prefecture", "municipality") or (place.level == "county" and place.code[2:4] in _DIRECT)


@cache
def units() -> Mapping[str, Unit]:
    """Every unit, by each of its codes."""
    of_code: dict[str, list[Place]] = defaultdict(list)
    for place in gazetteer().places():
        if is_unit(place):
            of_code[place.code].append(place)
    follows = _follows(of_code)
    found: dict[str, Unit] = {}
    for first in [code for code in of_code if code not in follows.values()]:
        codes = [first]
        while codes[-1] in follows:
            codes.append(follows[codes[-1]])
        unit = Unit(tuple(place for code in codes for place in of_code[code]), codes[-1])
        found.update(dict.fromkeys(codes, unit))
    return found


def _follows(of_code: Mapping[str, list[Place]]) -> dict[str, str]:
    """Old code -> new code, where a unit only changed its code: all of it, at once, into one that was not there."""
    into: dict[str, list[str]] = defaultdict(list)
    for code, places in of_code.items():
        last = places[-1]
        for new in last.successors if len(last.successors) == 1 else ():
            if new in of_code and new != code and of_code[new][0].valid_from == (last.valid_to or 0) + 1:
                into[new].append(code)
    return {old[0]: new for new, old in into.items() if len(old) == 1}


def effective_year(unit: Unit, year: int) -> int:
    """The year on whose boundaries a unit's figures of `year` are stated: nearly always that year itself.

    The exceptions are facts (`data/stated.csv`): a change approved in the last days of a year does not touch that
    year's statistics.
    """
    return known_year(_stated().get((unit.code, year), year))


@cache
def _stated() -> dict[tuple[str, int], int]:
    rows = read_table("stated.csv", "etl.harmonise")
    return {(row["code"], int(row["year"])): int(row["boundaries_of"]) for row in rows}


@cache
def held_in(whole: Unit, year: int) -> tuple[Unit, ...]:
    """The units whose figures of a year may be in another's as well as in their own.

    Facts (`data/nested.csv`): 伊犁州 is the only prefecture with prefectures below it.
    """
    rows = read_table("nested.csv", "etl.harmonise")
    return tuple(
        units()[row["part"]] for row in rows if row["whole"] == whole.code and year <= int(row["until"] or year)
    )


#: Names of the counties that lie in one unit in one year and in another in the other; empty: the unit as a whole.
Parts = tuple[str, ...]


@cache
def overlaps(year: int, other: int) -> Mapping[Unit, Mapping[Unit, Parts]]:
    """Where the area of each unit of `year` lies on the boundaries of `other`: unit -> units, with the counties."""
    if year > other:
        turned: dict[Unit, dict[Unit, Parts]] = defaultdict(dict)
        for unit, found in overlaps(other, year).items():
            for target, parts in found.items():
                turned[target][unit] = parts
        return turned
    lies: dict[Unit, dict[Unit, Parts]] = defaultdict(dict)
    for unit, target, name in (*_as_wholes(year, other), *_by_county(year, other)):
        before = lies[unit].get(target, ())
        lies[unit][target] = before if name is None else (*before, name)
    return lies


def _as_wholes(early: int, late: int) -> Iterator[tuple[Unit, Unit, None]]:
    for unit in dict.fromkeys(units().values()):
        place = unit.at(early)
        if place and unit.at(late):
            yield unit, unit, None
        elif place:
            yield from ((unit, units()[code], None) for code in gazetteer().cities_of(place.code, late))


def _by_county(early: int, late: int) -> Iterator[tuple[Unit, Unit, str]]:
    known = gazetteer()
    for county in known.places():
        if county.level != "county" or is_unit(county) or not county.in_force(early):
            continue
        for unit in map(units().get, known.cities_of(county.code, early)):
            for target in map(units().get, known.cities_of(county.code, late)):
                if unit and target and unit is not target:
                    yield unit, target, county.name
