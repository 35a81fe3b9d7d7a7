"""A bank's name to its answer: the legal person, its class in the year, the level, the city, and why."""

from __future__ import annotations

from functools import lru_cache

from etl.places import gazetteer, locate
from etl.resolve import banks, cnaps, names
from etl.resolve.bank_places import Seat, seat
from etl.resolve.bank_register import Bank, listed_banks
from etl.resolve.bank_typos import read_loosely
from etl.resolve.banks import BankName, Part
from etl.resolve.cnaps import BankNumber
from etl.resolve.results import Method, Resolution, as_json, city_name, unresolved

#: What a name is worth that is read only after a wrong character was put right.
_AFTER_A_SLIP = 0.9


def bank(text: str, address: str | None, year: int | None, hint: str | None) -> Resolution | None:
    """A normalised name of anything as a bank's; None when it is none."""
    found = banks.read(text, year)
    return _answer(found, address, year, hint, None) if found else None


def surely_bank(text: str, address: str | None, year: int | None, hint: str | None, number: str | None) -> Resolution:
    """A normalised name that stands for a bank: misspelt names and bank numbers count too."""
    text, in_name = cnaps.split(text)
    number = number or in_name
    known = cnaps.parse(number) if number else None
    found = banks.read(text, year)
    why = None if found else names.why_no_name(text)
    found = found or (None if why else read_loosely(text, year))
    if found:
        return _answer(found, address, year, hint, known)
    if known:
        return _by_number(known, year)
    if number:
        why = f"{number!r} is no bank number: its check digit or its first three digits are wrong"
    return unresolved("bank", why or "not the name of a bank, a branch or a unit of one")


def _answer(
    read: BankName, address: str | None, year: int | None, hint: str | None, number: BankNumber | None
) -> Resolution:
    where, method = seat(read, year, hint), _method(read)
    if number:
        where, method = _with_number(where, method, read, number, year)
    if not where.city_code and address:
        found = locate(address, year, hint, address=True)
        if found.city_code:
            where, method = Seat(found.city_code, found.score, f"address: {found.evidence}"), "address"
    tail = _tail(read.parts)
    return Resolution(
        f"bank:{read.bank.id}/{tail}" if tail else f"bank:{read.bank.id}",
        read.bank.full_name + tail,
        "bank",
        read.bank.class_in(year),
        read.level,
        where.city_code,
        _city_name(where.city_code, year),
        round(where.score * _AFTER_A_SLIP, 2) if read.typo else where.score,
        method,
        _evidence(read, where, year),
        as_json(where.candidates) if where.candidates else None,
    )


_city_name = lru_cache(maxsize=4096)(city_name)


def _evidence(read: BankName, where: Seat, year: int | None) -> str:
    history = _history(read.bank, year) if read.bank.until else ""
    return "; ".join(filter(None, (read.typo, where.evidence, history))) if read.typo or history else where.evidence


def _method(read: BankName) -> Method:
    if read.typo:
        return "fuzzy"
    return "alias" if read.bank.listed and read.level == "head_office" else "grammar"


def _history(of: Bank, year: int | None) -> str:
    """What became of a bank that is no more."""
    if year is not None and year <= of.until:
        return ""
    successor = listed_banks().get(of.successor)
    return f"{of.name} until {of.until}" + (f", then {successor.name}" if successor else "")


def _with_number(
    where: Seat, method: Method, read: BankName, number: BankNumber, year: int | None
) -> tuple[Seat, Method]:
    """The seat by the number; none where number and name speak of different banks or cities."""
    city = number.city_in(year)
    other = number.bank not in ("", read.bank.id) or (number.bank_class or read.bank.bank_class) != read.bank.bank_class
    if other:
        return Seat(where.city_code, where.score, f"{where.evidence}; but {number.number} is {number.name}"), method
    if city is None or city == where.city_code:
        return where, "cnaps" if city else method
    if where.city_code is None:
        return Seat(city, 0.97, f"bank number {number.number}, area {number.area}"), "cnaps"
    both = tuple(f"{code} {city_name(code, year)}" for code in (where.city_code, city))
    return Seat(None, 0.0, f"{where.evidence}; but area {number.area} of {number.number} says otherwise", both), method


def _by_number(number: BankNumber, year: int | None) -> Resolution:
    """A number alone: the bank where its prefix is one bank's, the city of its area; the level is not told."""
    of = listed_banks().get(number.bank)
    city = number.city_in(year)
    return Resolution(
        f"bank:{of.id}/{number.number}" if of else f"bank:{number.number}",
        of.full_name if of else number.name,
        "bank",
        of.class_in(year) if of else number.bank_class or None,
        None,
        city,
        city_name(city, year),
        0.97 if city else 0.0,
        "cnaps",
        f"bank number {number.number}: {number.name}, area {number.area}" + ("" if city else ", no city"),
    )


def _tail(parts: tuple[Part, ...]) -> str:
    """The branch as an id needs it: 深圳市分行 and 深圳分行 are one, 吉林市分行 and 吉林省分行 are two."""
    return "".join([_without_level(part.place) + part.noun for part in parts])


@lru_cache(maxsize=8192)
def _without_level(place: str) -> str:
    if len(place) < 3 or place[-1] not in "市省":
        return place
    wide = [p for p in gazetteer().find(place[:-1]) if p.level != "county"]
    return place[:-1] if len({p.code for p in wide}) < 2 else place
