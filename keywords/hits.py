"""What a search gives back: hits, and the rule that settles overlaps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple, TypeVar


class Hit(NamedTuple):
    """A term found in a text.

    `start` and `end` are character positions in the text as it was given (end exclusive), `text` is what stands
    there, `term` is the term as the lexicon writes it (`智能*`).
    """

    start: int
    end: int
    text: str
    term: str


class Text(NamedTuple):
    """One text to search: the name of its document, the text, the field it was taken from, and what else is known.

    `about`: `year`, `city`, `title` and `url` of the document, those of them that are known.
    """

    document: str
    text: str
    field: str = "text"
    about: Mapping[str, str] = MappingProxyType({})


class Matched(NamedTuple):
    """A text with its hits."""

    text: Text
    hits: list[Hit]


class Candidate(NamedTuple):
    """A place in a folded text where a term's characters stand; `term` is its position in the lexicon."""

    start: int
    end: int
    term: int


# A candidate as a bare tuple, which takes an eighth of the time to make.
Place = tuple[int, int, int]
_Placed = TypeVar("_Placed", bound=Place)


def leftmost_longest(candidates: Iterable[_Placed]) -> list[_Placed]:
    """Keep the leftmost candidate, the longest of those that start there, and go on behind it."""
    kept: list[_Placed] = []
    for candidate in sorted(candidates, key=lambda one: (one[0], -one[1])):
        if not kept or candidate[0] >= kept[-1][1]:
            kept.append(candidate)
    return kept
