"""How much characters, words and places of firms' names tell, and what two names were found to share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from math import log

from etl.places.gazetteer import read_table
from etl.resolve.firms.anatomy import Anatomy, industry_words

#: How often a name that is looked up is in the register at all, before anything is known of it.
_KNOWN = 0.3
#: A register of a few firms knows little of the names outside: it counts as one of this many.
_SMALLEST = 2_000
#: The background weighs as much as this many characters of a register.
_BACKGROUND = 3_000


@dataclass(frozen=True, slots=True)
class Comparison:
    """`shared`: nats of information both names have in common; `cost`: nats against; `notes`: the differences.

    `unique`: both have the 字号 and the trade in common, which the naming rules give to one firm of a place only.
    """

    shared: float
    cost: float
    notes: tuple[str, ...]
    unique: bool = False
    short: bool = False


class Rarity:
    """How much a character of a 字号, a word or a place tells, from the names of a register and a background."""

    def __init__(self, anatomies: Iterable[Anatomy]) -> None:
        characters: Counter[str] = Counter()
        tokens: Counter[tuple[bool, str]] = Counter()
        self.size = 0
        for anatomy in anatomies:
            self.size += 1
            tokens.update((token.kind == "place", token.text) for token in anatomy.tokens)
            characters.update(anatomy.core)
        total = sum(characters.values()) + _BACKGROUND
        known = characters.keys() | _background().keys()
        self._characters = {c: -log((characters[c] + _BACKGROUND * _share(c)) / total) for c in known}
        self._unseen = -log(_BACKGROUND * _share("") / total)
        self._tokens = {t: -log((n + 2) / (self.size + 200)) for t, n in tokens.items()}
        self._unseen_token = -log(2 / (self.size + 200))
        self.chance = log(max(self.size, _SMALLEST) * (1 - _KNOWN) / _KNOWN)

    def character(self, c: str) -> float:
        """Nats of a character of the 字号; Latin letters and digits tell less."""
        return min(self._characters.get(c, self._unseen), 2.5 if c.isascii() else 9.0)

    def weights(self, anatomy: Anatomy) -> list[float]:
        """Nats of each character of `anatomy.text`; a place or word is worth as much as it is rare as a whole."""
        found: list[float] = []
        for token in anatomy.tokens:
            if token.kind == "core" and token.text not in industry_words():
                found += map(self.character, token.text)
            else:
                nats = self._tokens.get((token.kind == "place", token.text), self._unseen_token)
                found += [nats / len(token.text)] * len(token.text)
        return found


@cache
def _background() -> dict[str, float]:
    rows = read_table("name_characters.csv", "etl.resolve")
    return {row["character"]: int(row["per_mille"]) / 1000 for row in rows}


def _share(character: str) -> float:
    """Share of a character among those of all 字号; one outside the table is taken for one of 2 500."""
    return _background().get(character) or (1 - sum(_background().values())) / 2500
