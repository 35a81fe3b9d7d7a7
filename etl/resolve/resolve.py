"""`resolve`: a name of a bank, firm, body or place to its organisation and city, with evidence or why there is none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache, partial
from itertools import islice
from typing import TYPE_CHECKING, get_args

from etl.errors import UsageError
from etl.places import locate
from etl.resolve import bank_answers, banks, names, organisations
from etl.resolve.decisions import Decision
from etl.resolve.results import (
    Kind,
    Resolution,
    city_name,
    unresolved,
)
from etl.resolve.rulings import Ruled, Rulings, rulings_of
from keywords.crew import Crew

if TYPE_CHECKING:  # a register brings numpy, which names without one do without
    from etl.resolve.firms import Register
    from etl.resolve.offices import Offices

_KINDS: tuple[Kind, ...] = get_args(Kind)
#: Names that a process takes at a time, and how many times as many do not repay the start of another.
_CHUNK, _ALONE = 2_000, 5


def resolve(
    name: str,
    kind: Kind,
    *,
    address: str | None = None,
    uscc: str | None = None,
    cnaps: str | None = None,
    year: int | None = None,
    region_text: str | None = None,
    decisions: Rulings | Sequence[Decision] = (),
    register: Register | None = None,
) -> Resolution:
    """Resolve one name as written.

    `cnaps`: the number of a bank's office in the payment system (12 digits), which may also stand in the name. `year`:
    the year the name was used in (default: the last the gazetteer knows); classes, seats and boundaries are of that
    year. `region_text`: a place the name should be in; it settles what is ambiguous and never gives a city by itself.
    `decisions` overrule the rules (`etl.resolve.rulings`). A firm that `register` knows has the register's id, name and
    seat. Raises `UsageError` for an unknown kind only.
    """
    return ruled(
        name,
        kind,
        address=address,
        uscc=uscc,
        cnaps=cnaps,
        year=year,
        region_text=region_text,
        decisions=decisions,
        register=register,
    ).answer


def ruled(
    name: str,
    kind: Kind,
    *,
    address: str | None = None,
    uscc: str | None = None,
    cnaps: str | None = None,
    year: int | None = None,
    region_text: str | None = None,
    decisions: Rulings | Sequence[Decision] = (),
    register: Register | None = None,
    offices: Offices | None = None,
) -> Ruled:
    """As `resolve`, with what the rules found and the decisions that made it another answer.

    `offices`: what lists say of the offices of banks.
    """

    def known(found: Resolution, name: str, uscc: str | None = None, address: str | None = None) -> Resolution:
        if register and found.kind == "firm":
            return organisations.registered(found, register.match(name, uscc=uscc, address=address), year)
        return offices.placed(found, name, year) if offices else found

    def answer(other: str, of: Kind) -> Resolution:
        return known(_resolve(other, of, None, None, year, None), other)

    found = known(_resolve(name, kind, address, uscc, year, region_text, cnaps), name, uscc, address)
    rulings = decisions if isinstance(decisions, Rulings) else rulings_of(tuple(decisions))
    if not rulings:
        return Ruled(found, found)
    return rulings.rule(found, name, kind, year, answer)


def _rules(
    name: str,
    kind: Kind,
    address: str | None,
    uscc: str | None,
    year: int | None,
    region: str | None,
    cnaps: str | None = None,
) -> Resolution:
    """What the rules say of one name."""
    if kind not in _KINDS:
        raise UsageError(f"unknown kind {kind!r}; known: {', '.join(_KINDS)}")
    text = names.normalise(name)
    if kind == "place":
        return _place(text, year, region)
    if kind == "bank":
        return bank_answers.surely_bank(text, address, year, region, cnaps)
    return (
        organisations.unnamed(kind, text, year)
        or bank_answers.bank(text, address, year, region)
        or (organisations.firm if kind == "firm" else organisations.body)(text, address, uscc, year, region)
    )


_resolve = lru_cache(maxsize=65536)(_rules)


def looks_like_bank(name: str) -> bool:
    """Whether a name is a bank's, a branch's or a unit's, and not one that merely contains such words."""
    return banks.read(names.normalise(name)) is not None


def _place(text: str, year: int | None, region: str | None) -> Resolution:
    if names.is_markup(text):
        return unresolved("place", "markup, not the name of a place")
    found = locate(text, year, region)
    if not found.city_code:
        return unresolved("place", found.evidence, found.candidates)
    city = city_name(found.city_code, year)
    return Resolution(
        found.city_code, city, "place", None, None, found.city_code, city, found.score, "name_place", found.evidence
    )


def resolve_many(written: Iterable[str], kind: Kind, year: int | None = None, jobs: int = 1) -> Iterator[Resolution]:
    """Resolve many names as written, in their order; each answer is what `resolve` says of the name.

    `jobs`: processes; a script that asks for several must do its own work under `if __name__ == "__main__"`. Raises
    `UsageError` for an unknown kind, BrokenExecutor when a process is killed.
    """
    with Crew(partial(_resolver, kind, year), jobs) as crew:
        for _, answers in crew.done(((None, names) for names in _chunks(written)), _ALONE):
            yield from answers


def _chunks(written: Iterable[str]) -> Iterator[list[str]]:
    names = iter(written)
    while chunk := list(islice(names, _CHUNK)):
        yield chunk


def _resolver(kind: Kind, year: int | None) -> Callable[[Sequence[str]], list[Resolution]]:
    def resolver(written: Sequence[str]) -> list[Resolution]:
        return [_resolve(name, kind, None, None, year, None) for name in written]

    return resolver
