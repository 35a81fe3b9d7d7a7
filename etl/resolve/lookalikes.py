"""Names that look like one another, by the rules that match firms: how likely two of them mean one, and why not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from etl.resolve import names
from etl.resolve.firms.anatomy import Anatomy, anatomy
from etl.resolve.firms.blocking import PairIndex
from etl.resolve.firms.rarity import Rarity
from etl.resolve.firms.scoring import compare, log_odds, probability

#: So many names are looked up at a time, each held against so many others.
_CHUNK, _LIMIT = 2_048, 8
_NUMBERS = re.compile(r"[0-9一二三四五六七八九十百]+")


class Alike(NamedTuple):
    """A name that may mean the same, how likely that is, and the differences."""

    id: str
    score: float
    notes: str


class Lookalikes:
    """Names by an id, ready to be searched. `cities` gives the seat of some, which a place in a name can contradict."""

    def __init__(self, known: Mapping[str, str], cities: Mapping[str, str | None]) -> None:
        self._ids = sorted(known)
        self._names = [names.normalise(known[one]) for one in self._ids]
        self._cities = [cities.get(one) for one in self._ids]
        self._anatomies = [anatomy(name) for name in self._names]
        self._rarity = Rarity(self._anatomies)
        self._index = PairIndex([a.text for a in self._anatomies])

    def near(self, asked: Sequence[str], cutoff: float) -> Iterator[list[Alike]]:
        """For each name the ids at least as likely as `cutoff`, the likeliest first; equal ones by id.

        Names that number their bearers differently (第一中学, 第二中学) are never alike.
        """
        for start in range(0, len(asked), _CHUNK):
            chunk = [names.normalise(name) for name in asked[start : start + _CHUNK]]
            taken_apart = [anatomy(name) for name in chunk]
            found = self._index.candidates([a.text for a in taken_apart], _LIMIT)
            for name, apart, numbers in zip(chunk, taken_apart, found, strict=True):
                alike = (self._compare(name, apart, n) for n in numbers)
                yield sorted((a for a in alike if a.score >= cutoff), key=lambda a: (-a.score, a.id))

    def pairs(self, cutoff: float) -> list[tuple[str, Alike]]:
        """Every two ids whose names are alike, each pair once, as the likelier of both ways to compare them."""
        best: dict[tuple[str, str], Alike] = {}
        for one, found in zip(self._ids, self.near(self._names, cutoff), strict=True):
            for alike in found:
                pair = min(one, alike.id), max(one, alike.id)
                if one != alike.id and (pair not in best or alike.score > best[pair].score):
                    best[pair] = alike._replace(id=pair[1])
        return [(pair[0], best[pair]) for pair in sorted(best)]

    def _compare(self, name: str, apart: Anatomy, number: int) -> Alike:
        found = compare(apart, self._anatomies[number], self._cities[number], self._rarity)
        odds = probability(log_odds(found, self._rarity)) if _numbers(name) == _numbers(self._names[number]) else 0.0
        return Alike(self._ids[number], round(odds, 2), "; ".join(found.notes) or "the same words")


def _numbers(name: str) -> list[str]:
    return _NUMBERS.findall(name)
