"""The banks known by name: legal persons with class, head office, former names, mergers, each fact with its source.

The facts lie in `data/banks.csv`, `data/bank_units.csv` and `data/village_brands.csv` (sources: `data/SOURCES.md`).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cache

from etl.places.gazetteer import read_table
from etl.resolve.names import normalise
from etl.resolve.results import city_in


@dataclass(frozen=True, slots=True)
class Bank:
    """A legal person. `class_since`, `city_since`: from that year on; before it `class_before`, `city_before`.

    `until`: the last year it was one (0: it still is); `successor`: id of the bank that took it over.
    """

    id: str
    name: str
    full_name: str
    bank_class: str
    city: str
    listed: bool = True
    class_before: str = ""
    class_since: int = 0
    city_before: str = ""
    city_since: int = 0
    until: int = 0
    successor: str = ""

    def class_in(self, year: int | None) -> str:
        """The class in a year (default: now)."""
        return self.class_before if year is not None and year < self.class_since else self.bank_class

    def city_in(self, year: int | None) -> str | None:
        """Code of the head office's city in a year, on the boundaries of that year."""
        return city_in(self.city_before if year is not None and year < self.city_since else self.city, year)


@dataclass(frozen=True, slots=True)
class Bearer:
    """A bank that bears or bore a name. `short`: the name counts only before a branch (浦发上海分行)."""

    bank: Bank
    short: bool = False
    first: int = 0
    last: int = 0


@cache
def _bearers() -> dict[str, tuple[Bearer, ...]]:
    """Name -> the banks that bear it, those that bear it now before those that bore it in certain years."""
    now: dict[str, list[Bearer]] = defaultdict(list)
    once: dict[str, list[Bearer]] = defaultdict(list)
    for row in read_table("banks.csv", "etl.resolve"):
        bank = _bank(row)
        for alias in filter(None, (row["name"], *row["aliases"].split("|"))):
            now[normalise(alias)].append(Bearer(bank))
        for alias in filter(None, row["short_aliases"].split("|")):
            now[alias].append(Bearer(bank, short=True))
        for entry in filter(None, row["former_names"].split("|")):
            alias, _, years = entry.partition(":")
            first, _, last = years.partition("-")
            once[alias].append(Bearer(bank, first=int(first or 0), last=int(last or 0)))
    return {name: (*now.get(name, ()), *once.get(name, ())) for name in (*now, *once)}


def _bank(row: dict[str, str]) -> Bank:
    return Bank(
        row["id"],
        row["name"],
        row["full_name"],
        row["bank_class"],
        row["city"],
        class_before=row["class_before"],
        class_since=int(row["class_since"] or 0),
        city_before=row["city_before"],
        city_since=int(row["city_since"] or 0),
        until=int(row["until"] or 0),
        successor=row["successor"],
    )


@cache
def _lengths() -> dict[str, tuple[int, ...]]:
    """First two characters -> lengths of the names that begin with them, longest first."""
    found: dict[str, set[int]] = defaultdict(set)
    for name in _bearers():
        found[name[:2]].add(len(name))
    return {head: tuple(sorted(lengths, reverse=True)) for head, lengths in found.items()}


def bearers_at_head(text: str, year: int | None = None) -> list[tuple[str, Bearer]]:
    """The names of listed banks a text begins with, longest first, each with the bank that bore it in the year."""
    known, found = _bearers(), []
    for length in _lengths().get(text[:2], ()):
        bearers = known.get(text[:length])
        if bearers and len(text) >= length:
            found.append((text[:length], _of_the_year(bearers, year)))
    return found


def bearers_of(name: str) -> tuple[Bearer, ...]:
    """The listed banks that bear a name or bore it, those that bear it now first."""
    return _bearers().get(name, ())


def _of_the_year(bearers: tuple[Bearer, ...], year: int | None) -> Bearer:
    """平安银行 was another bank from 2009 to 2011."""
    if year is None or len(bearers) == 1:
        return bearers[0]
    return next((b for b in bearers if b.first <= year <= b.last), bearers[0])


@cache
def names_of(*classes: str) -> tuple[str, ...]:
    """Every name that also counts alone, of the listed banks of some classes (of all, when none is given)."""
    return tuple(
        name
        for name, bearers in _bearers().items()
        if not bearers[0].short and (not classes or bearers[0].bank.bank_class in classes)
    )


@cache
def listed_banks() -> dict[str, Bank]:
    """The listed legal persons by id."""
    return {bearer.bank.id: bearer.bank for bearers in _bearers().values() for bearer in bearers}


@cache
def unit_seats() -> dict[tuple[str, str], str]:
    """(Bank id, unit of its head office) -> city the unit sits in."""
    return {(row["bank"], row["unit"]): row["city"] for row in read_table("bank_units.csv", "etl.resolve")}


@cache
def no_banks() -> frozenset[str]:
    """Firms of the trade whose names read like a bank's (广州银行电子结算中心)."""
    return frozenset(normalise(row["name"]) for row in read_table("finance_firms.csv", "etl.resolve"))


@cache
def village_brands() -> tuple[str, ...]:
    """Brands of village banks (中银富登), longest first."""
    return tuple(sorted((row["brand"] for row in read_table("village_brands.csv", "etl.resolve")), key=len))[::-1]
