"""What jieba decides about the ends of a term, found out by asking no more than is needed.

Beside most characters no dictionary word can cross an end of the term: then the term's own path tells. Else the island
around the place does (`keywords.islands`). Only what single characters or two paths too close to call leave open takes
the cut of a whole run (`keywords.runs`).
"""

from __future__ import annotations

from functools import lru_cache
from itertools import compress

from keywords.islands import CERTAIN, INSIDE, OPEN, Islands, Neighbours, neighbours
from keywords.lexicon import Lexicon, Term
from keywords.runs import Runs


class Ends:
    """The ends of one term that must be boundaries of jieba's tokens."""

    __slots__ = ("_after", "_alone", "_asked", "_before", "_islands")

    def __init__(self, term: Term, islands: Islands, beside: Neighbours) -> None:
        self._islands = islands
        self._asked = term.bound_start, term.bound_end
        self._before, self._after = beside
        marks = islands.marks(term.needle)
        self._alone = bool(marks) and all(mark == CERTAIN for mark in self._chosen(marks[0], marks[-1]))

    def _chosen(self, start: int, end: int) -> compress[int]:
        return compress((start, end), self._asked)

    def hold(self, runs: Runs, start: int, end: int) -> bool:
        """Whether the ends of the term's place `start` to `end` in the text of `runs` are boundaries."""
        text = runs.text
        if self._alone and text[start - 1 : start] not in self._before and text[end] not in self._after:
            return True
        first, marks = (start, b"") if runs.holds(start) else self._islands.around(text, start, end)
        for position in self._chosen(start, end):
            said = marks[position - first] if marks else OPEN
            if said == INSIDE or (said == OPEN and not runs.boundary(position)):
                return False
        return True


@lru_cache(maxsize=4)
def ends(lexicon: Lexicon) -> tuple[Ends | None, ...]:
    """Return the ends of each term, None for ASCII ones, which do not ask jieba. Takes a while at first."""
    islands = Islands(lexicon.words)
    beside = neighbours(lexicon.words)
    return tuple(None if term.is_ascii else Ends(term, islands, beside[term.needle]) for term in lexicon.terms)
