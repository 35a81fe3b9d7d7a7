"""What a place in the name of a firm or body says of its seat."""

from __future__ import annotations

from etl.places.chains import Chain
from etl.places.gazetteer import Place
from etl.places.locate import judge
from etl.places.mentions import wordlike
from etl.resolve.bank_places import Seat


def seat_of(chain: Chain, year: int | None, hint: str | None, where: str) -> Seat:
    """The seat a chain of names gives; `where` it stands opens the evidence."""
    found = judge(chain, year, hint)
    return Seat(found.city_code, found.score, f"{where}: {found.evidence}", found.candidates, found.province_code)


def trusted(chain: Chain) -> bool:
    """Whether a chain is more than one short name that is also a word."""
    return len(chain.mentions) > 1 or chain.mentions[0].full or chain.mentions[0].name not in wordlike()


def untrusted(chains: list[Chain]) -> Seat:
    """Why names that are not trusted give no seat, with what the first may mean."""
    if not chains:
        return Seat(None, 0.0, "no place in the name")
    return Seat(None, 0.0, f"{chains[0].text!r} may be a mere word", _names_of(chains[0].places))


def _names_of(places: tuple[Place, ...]) -> tuple[str, ...]:
    return tuple(f"{p.city_code or p.code} {p.name}" for p in places)
