"""The places of China and their history: provinces, prefectures and municipalities, counties, by code and by year.

The facts lie in `data/*.csv` (sources: `data/SOURCES.md`). Years are on a year-end basis. Codes are six-digit GB/T
2260 text; the municipalities carry 110000, 120000, 310000 and 500000, and their ...0100 forms are accepted. A
county-level unit that its province administers directly (xx90xx: 仙桃市, 石河子市, 定安县) belongs to no prefecture
and stands for itself.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from importlib import resources
from typing import Literal

from etl.errors import UsageError

Level = Literal["province", "municipality", "prefecture", "county"]

#: Digits 3 and 4 of the counties that a province administers itself; Hainan's were 4600xx until 2000.
_DIRECT = frozenset({"00", "90"})
MUNICIPALITIES = frozenset({"110000", "120000", "310000", "500000"})
#: First and last year-end the tables know of. The last is "now" when no year is given, and goes on for later years.
FIRST_YEAR, LAST_YEAR = 1999, 2024


@dataclass(frozen=True, slots=True)
class Place:
    """One unit under one name, in force on the last day of the years `valid_from` to `valid_to` (None: still)."""

    code: str
    name: str
    short_name: str
    province_code: str
    province: str
    level: Level
    valid_from: int
    valid_to: int | None
    successors: tuple[str, ...]
    region4_nbs: str
    region3_traditional: str

    def in_force(self, year: int) -> bool:
        """Whether the unit stood at the end of the year."""
        return self.valid_from <= year and (self.valid_to is None or year <= self.valid_to)

    @property
    def city_code(self) -> str | None:
        """Code of the prefecture or municipality: its own, or the one its code lies in; None for a province."""
        if self.level == "county":
            return city_code_of(self.code)
        return None if self.level == "province" else self.code


def within_years(year: int | None) -> int:
    """The year the tables are read for: the last when none is given, and their first or last beyond their ends."""
    return LAST_YEAR if year is None else max(FIRST_YEAR, min(year, LAST_YEAR))


@lru_cache(1 << 14)
def city_code_of(code: str) -> str | None:
    """The prefecture or municipality a code lies in by its digits; None for a province that is no municipality."""
    municipality = code[:2] + "0000"
    if municipality in MUNICIPALITIES:
        return municipality
    if code.endswith("0000"):
        return None
    return code if code[2:4] in _DIRECT else code[:4] + "00"


def read_table(name: str, package: str = "etl.places") -> list[dict[str, str]]:
    """One of the packaged tables of facts, as rows of text."""
    text = resources.files(package).joinpath("data", name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@dataclass(frozen=True, slots=True)
class Facts:
    """What the gazetteer knows of a city: its seat in degrees east and north, its rank, and the weight of the rank."""

    lon: float
    lat: float
    admin_rank: str
    admin_weight: float
    sub_provincial: bool


@dataclass(frozen=True, slots=True)
class Agglomeration:
    """A group of cities (长三角): its stage in the 14th plan, its form, the plan it follows, the codes of its members.

    `stage` is 1 (优化提升), 2 (发展壮大) or 3 (培育发展). Members are cities, and a few counties (杨陵区, 仙桃市).
    """

    name: str
    aliases: tuple[str, ...]
    stage: int
    stage_name: str
    polycentric: bool
    plan: str
    members: tuple[str, ...]


@dataclass(frozen=True)
class Province:
    """A province's facts: its place, and the code of its capital."""

    place: Place
    capital: str


class Gazetteer:
    """All places, found by code, name or year. Use `gazetteer()`: the tables are read once."""

    def __init__(self) -> None:
        self._provinces = {row["code"]: _province(row) for row in read_table("provinces.csv")}
        self._cities = [self._place(row, row["level"]) for row in read_table("prefectures.csv")]
        self._counties = [self._place(row, "county") for row in read_table("counties.csv")]
        self._by_code: dict[str, list[Place]] = defaultdict(list)
        self._followed: dict[tuple[str, int | None], tuple[str, ...]] = {}
        for place in (*self._cities, *self._counties):
            self._by_code[place.code].append(place)

    def _place(self, row: dict[str, str], level: str) -> Place:
        province = self._provinces[row["code"][:2] + "0000"].place
        return Place(
            row["code"],
            row["name"],
            row["short_name"],
            province.code,
            province.name,
            level,  # type: ignore[arg-type]  # the tables hold only levels; a test reads them all
            int(row["valid_from"]),
            int(row["valid_to"]) if row["valid_to"] else None,
            tuple(row["successors"].split(";")) if row["successors"] else (),
            province.region4_nbs,
            province.region3_traditional,
        )

    def provinces(self) -> list[Place]:
        """The 31 provinces, autonomous regions and municipalities, by code (level `province` for all of them)."""
        return [province.place for province in self._provinces.values()]

    def in_force(self, year: int) -> list[Place]:
        """The prefectures and municipalities of a year, by code."""
        return [place for place in self._cities if place.in_force(year)]

    def places(self) -> Iterator[Place]:
        """Every place of every year: provinces, cities, counties."""
        yield from self.provinces()
        yield from self._cities
        yield from self._counties

    def get(self, code: str, year: int | None = None) -> Place | None:
        """The place of a code in a year; without a year the latest to bear the code. None: unknown, or not in force.

        A municipality's code gives the municipality, another province's code the province.
        """
        if code[2:] == "0100" and code[:2] + "0000" in MUNICIPALITIES:
            code = code[:2] + "0000"
        if code in self._provinces and code not in MUNICIPALITIES:
            return self._provinces[code].place
        standing = [p for p in self._by_code.get(code, ()) if year is None or p.in_force(year)]
        return max(standing, key=lambda p: p.valid_from, default=None)

    def capital(self, province_code: str) -> Place | None:
        """The city a provincial government sits in."""
        province = self._provinces.get(province_code)
        return self.get(province.capital) if province else None

    def facts(self, code: str) -> Facts | None:
        """Seat and rank of a city of any year since 2000; None for a province, a county or an unknown code."""
        place = self.get(code)
        return self._facts.get(place.code) if place else None

    @cached_property
    def _facts(self) -> dict[str, Facts]:
        ranks = {row["code"]: row for row in read_table("ranks.csv")}
        weights = {row["admin_rank"]: float(row["weight"]) for row in read_table("rank_weights.csv")}
        facts = {}
        for row in read_table("seats.csv"):
            rank = ranks.get(row["code"], {"admin_rank": "其他城市", "sub_provincial": "0"})
            name = rank["admin_rank"]
            seat = float(row["lon"]), float(row["lat"])
            facts[row["code"]] = Facts(*seat, name, weights[name], rank["sub_provincial"] == "1")
        return facts

    def agglomerations(self, members: str = "plan", code: str | None = None) -> tuple[Agglomeration, ...]:
        """The 19 urban agglomerations, or those that hold a city, with the members of one list.

        The lists: `plan` (the widest plan of each group; a city may be in two groups), `default_196` (196 cities,
        none twice), `excluded_196` (members of plans that 汤凯等 2026, whose 196 these are, leave out by name). A list
        of another name raises `UsageError`.
        """
        groups = self._agglomerations.get(members)
        if groups is None:
            raise UsageError(f"no list of agglomerations {members!r}: choose of {', '.join(self._agglomerations)}")
        return tuple(group for group in groups if code is None or code in group.members)

    @cached_property
    def _agglomerations(self) -> dict[str, list[Agglomeration]]:
        lists: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for row in read_table("agglomeration_members.csv"):
            lists[row["list"]][row["group"]].append(row["code"])
        rows = read_table("agglomerations.csv")
        return {name: [_agglomeration(row, codes[row["group"]]) for row in rows] for name, codes in lists.items()}

    def parent(self, code: str, year: int | None = None) -> Place | None:
        """The city a county belongs to in a year, following the county's successors when its old city has gone."""
        cities = self.cities_of(code, year)
        return self.get(cities[0], year) if len(cities) == 1 else None

    def cities_of(self, code: str, year: int | None = None) -> tuple[str, ...]:
        """Codes of the cities in force in `year` (default: the last known) that a code of any year then belongs to.

        A unit that moved is followed: 公主岭市 (220381) lies in 四平 until 2019, in 长春 from 2020. One city for nearly
        all; several where a unit was split up (巢湖市 after 2010) or made from parts of several (米东区 before 2007);
        none for a province, an unknown code, or one that is cut off.
        """
        found = self._followed.get((code, year)) if len(code) == 6 else ()
        if found is None:
            found = tuple(sorted(self._follow(code, within_years(year), frozenset())))
            if code in self._by_code and (year is None or FIRST_YEAR <= year <= LAST_YEAR):
                self._followed[code, year] = found
        return found

    def _follow(self, code: str, year: int, seen: frozenset[str]) -> set[str]:
        """The cities of a code in a year: its own while it stands, else those of what followed or preceded it."""
        city = city_code_of(code)
        if city is None or code in seen:
            return set()
        if self._stands(code, year):
            return {city}
        near = self._followers(code, year)
        found = {c for other in near for c in self._follow(other, year, seen | {code})}
        if found or city == code:
            return found
        return self._follow(city, year, seen | {code})

    def _followers(self, code: str, year: int) -> tuple[str, ...]:
        """What a code that does not stand in the year became later, or was made from before."""
        place = self.get(code)
        if place and place.valid_to is not None and place.valid_to < year:
            return place.successors
        return tuple(p.code for p in self._predecessors.get(code, ()) if p.in_force(year))

    def _stands(self, code: str, year: int) -> bool:
        return any(place.in_force(year) for place in self._by_code.get(code, ()))

    @cached_property
    def _predecessors(self) -> dict[str, list[Place]]:
        made_from: dict[str, list[Place]] = defaultdict(list)
        for place in (*self._cities, *self._counties):
            for code in place.successors:
                made_from[code].append(place)
        return made_from

    def on_boundary(self, code: str, year: int) -> str | None:
        """The panel's city for a city code of any year, on the boundaries of `year`.

        None where there is no such city: split units, and counties that their province administers (`unallocated`).
        """
        cities = self.cities_of(code, year)
        place = self.get(cities[0], year) if len(cities) == 1 else None
        return place.code if place and place.level != "county" else None

    def find(self, name: str, year: int | None = None, within: str | None = None) -> list[Place]:
        """Every place that bears a name: full, short, historical, or the pinyin of a province or city.

        `year` keeps the places then in force, `within` those in a province or city (by code). Ordered by level,
        code, year.
        """
        found = [p for p in self.names.get(fold(name), ()) if year is None or p.in_force(year)]
        return [p for p in found if within is None or within in (p.province_code, p.city_code, p.code)]

    @cached_property
    def names(self) -> dict[str, tuple[Place, ...]]:
        """Name, as `fold` writes it -> places that bear it or bore it, provinces and cities first."""
        index: dict[str, list[Place]] = defaultdict(list)
        pinyin = {row["short_name"]: row["pinyin"].split("|") for row in read_table("pinyin.csv")}
        aliases = {row["name"]: row["alias"] for row in read_table("aliases.csv")}
        for place in self.places():
            if place.level == "province" and place.code in MUNICIPALITIES:
                continue
            forms = {place.name, place.short_name, *_other_forms(place)}
            forms.update(() if place.level == "county" else pinyin.get(place.short_name, ()))
            forms.add(aliases.get(place.name, place.name))
            for form in forms:
                index[form].append(place)
        return {name: tuple(places) for name, places in index.items()}


def fold(name: str) -> str:
    """A name as the index writes it: pinyin in small letters, without a separate `shi` or `sheng`; else as it is."""
    name = name.strip()
    if not name.isascii():
        return name
    syllables = re.split(r"[^a-z']+", name.lower())
    return "".join(s.replace("'", "") for i, s in enumerate(syllables) if not i or s not in {"shi", "sheng", "city"})


def _other_forms(place: Place) -> Iterator[str]:
    """恩施州 for 恩施土家族苗族自治州, 务川县 and 务川自治县 for 务川仡佬族苗族自治县, 广西自治区 likewise."""
    for ending in ("自治州", "自治县", "自治旗", "自治区"):
        if place.name.endswith(ending):
            yield place.short_name + ending
            if ending != "自治区":
                yield place.short_name + ending[-1]


def _agglomeration(row: dict[str, str], members: list[str]) -> Agglomeration:
    return Agglomeration(
        row["group"],
        tuple(row["aliases"].split(";")) if row["aliases"] else (),
        int(row["stage"]),
        row["stage_name"],
        row["polycentric"] == "1",
        row["plan"],
        tuple(members),
    )


def _province(row: dict[str, str]) -> Province:
    place = Place(
        row["code"],
        row["name"],
        row["short_name"],
        row["code"],
        row["name"],
        "province",
        1981,
        None,
        (),
        row["region4_nbs"],
        row["region3_traditional"],
    )
    return Province(place, row["capital"])


@cache
def gazetteer() -> Gazetteer:
    """The gazetteer, read once and kept."""
    return Gazetteer()
