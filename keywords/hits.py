"""What a search gives back: hits, and the rule that settles overlaps."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Hit(NamedTuple):
    """A term found in a text.

    `start` and `end` are character positions in the text as it was given (end exclusive), `text` is what stands
    there, `term` is the term as the lexicon writes it (`智能*`).
    """

    start: int
    end: int
    text: str
    term: str


class Candidate(NamedTuple):
    """A place in a folded text where a term's characters stand; `term` is its position in the lexicon."""

    start: int
    end: int
    term: int


def leftmost_longest(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Keep the leftmost candidate, the longest of those that start there, and go on behind it."""
    kept: list[Candidate] = []
    for candidate in sorted(candidates, key=lambda one: (one.start, -one.end)):
        if not kept or candidate.start >= kept[-1].end:
            kept.append(candidate)
    return kept
