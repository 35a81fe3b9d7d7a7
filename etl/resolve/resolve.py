"""`resolve`: a name of a bank, firm, body or place to its organisation and city, with evidence or why there is none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import get_args

from etl.errors import UsageError
from etl.places import gazetteer, locate
from etl.resolve import banks, names, organisations
from etl.resolve.bank_places import Seat, seat
from etl.resolve.decisions import Decision
from etl.resolve.results import (
    COLUMNS,
    Kind,
    Method,
    Resolution,
    as_json,
    city_name,
    unresolved,
)
from etl.resolve.rulings import Ruled, Rulings, rulings_of


def resolve(
    name: str,
    kind: Kind,
    *,
    address: str | None = None,
    uscc: str | None = None,
    year: int | None = None,
    region_text: str | None = None,
    decisions: Rulings | Sequence[Decision] = (),
) -> Resolution:
    """Resolve one name as written.

    `year`: the year the name was used in (default: the last the gazetteer knows); classes, seats and boundaries are
    of that year. `region_text`: a place the name should be in; it settles what is ambiguous and never gives a city
    by itself. `decisions` overrule the rules (`etl.resolve.rulings`). Raises `UsageError` for an unknown kind only.
    """
    return ruled(name, kind, address=address, uscc=uscc, year=year, region_text=region_text, decisions=decisions).answer


def ruled(
    name: str,
    kind: Kind,
    *,
    address: str | None = None,
    uscc: str | None = None,
    year: int | None = None,
    region_text: str | None = None,
    decisions: Rulings | Sequence[Decision] = (),
) -> Ruled:
    """As `resolve`, with what the rules found and the decisions that made it another answer."""
    found = _resolve(name, kind, address, uscc, year, region_text)
    rulings = decisions if isinstance(decisions, Rulings) else rulings_of(tuple(decisions))
    if not rulings:
        return Ruled(found, found)
    return rulings.rule(found, name, kind, year, lambda other, of: _resolve(other, of, None, None, year, None))


@lru_cache(maxsize=65536)
def _resolve(
    name: str, kind: Kind, address: str | None, uscc: str | None, year: int | None, region: str | None
) -> Resolution:
    if kind not in get_args(Kind):
        raise UsageError(f"unknown kind {kind!r}; known: {', '.join(get_args(Kind))}")
    text = names.normalise(name)
    nothing = organisations.unnamed(kind, text)
    if kind == "place":
        return _place(text, year, region)
    if nothing:
        return nothing
    as_bank = banks.read(text)
    if as_bank:
        return _bank(as_bank, address, year, region)
    if kind == "bank":
        return unresolved("bank", "not the name of a bank, a branch or a unit of one")
    return (organisations.firm if kind == "firm" else organisations.body)(text, address, uscc, year, region)


def looks_like_bank(name: str) -> bool:
    """Whether a name is a bank's, a branch's or a unit's, and not one that merely contains such words."""
    return banks.read(names.normalise(name)) is not None


def _place(text: str, year: int | None, region: str | None) -> Resolution:
    found = locate(text, year, region)
    if not found.city_code:
        return unresolved("place", found.evidence, found.candidates)
    city = city_name(found.city_code, year)
    return Resolution(
        found.city_code, city, "place", None, None, found.city_code, city, found.score, "name_place", found.evidence
    )


def _bank(read: banks.BankName, address: str | None, year: int | None, region: str | None) -> Resolution:
    where, method = seat(read, year, region), _method(read)
    if not where.city_code and address:
        found = locate(address, year, region)
        if found.city_code:
            where, method = Seat(found.city_code, found.score, f"address: {found.evidence}"), "address"
    bank = read.bank
    tail = _tail(read)
    return Resolution(
        f"bank:{bank.id}" + (f"/{tail}" if tail else ""),
        names.printed(bank.full_name + tail),
        "bank",
        bank.class_in(year),
        read.level,
        where.city_code,
        city_name(where.city_code, year),
        round(where.score, 2),
        method,
        where.evidence,
        as_json(where.candidates),
    )


def _method(read: banks.BankName) -> Method:
    return "alias" if read.bank.listed and read.level == "head_office" else "grammar"


def _tail(read: banks.BankName) -> str:
    """The branch as an id needs it: 深圳市分行 and 深圳分行 are one, 吉林市分行 and 吉林省分行 are two."""
    return "".join(_without_level(part.place) + part.noun for part in read.parts)


def _without_level(place: str) -> str:
    if len(place) < 3 or place[-1] not in "市省":
        return place
    wide = [p for p in gazetteer().find(place[:-1]) if p.level != "county"]
    return place[:-1] if len({p.code for p in wide}) < 2 else place


def resolve_frame(
    rows: Iterable[Mapping[str, str]], column: str, kind: Kind, year: int | None = None
) -> Iterator[dict[str, str]]:
    """Resolve one column of a table: every input row with the columns of `fincity resolve -o` behind its own.

    Cells are text, empty where there is nothing. Raises `UsageError` when a row lacks the column or already has one
    of ours.
    """
    for number, row in enumerate(rows, start=1):
        if column not in row:
            raise UsageError(f"row {number}: no column {column!r}; the columns are {', '.join(row)}")
        taken = [c for c in COLUMNS if c in row]
        if taken:
            raise UsageError(f"the input already has a column {taken[0]!r}: rename it")
        found = resolve(row[column], kind, year=year)
        yield {**row, **{c: _cell(getattr(found, c)) for c in COLUMNS}}


def _cell(value: object) -> str:
    return "" if value is None else str(value)
