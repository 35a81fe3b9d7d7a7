"""The runs of a text, cut whole: for the places where a look at the surroundings leaves doubt.

jieba first splits a text into runs of Chinese characters, letters and digits and cuts each run by itself, so the cut
of a run equals that of the whole text.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import accumulate

from keywords.tokenizer import RUN

Cut = Callable[[str], list[str]]


class Runs:
    """One text and the run of it that was cut last."""

    __slots__ = ("_cut", "_end", "_ends", "_start", "text")

    def __init__(self, text: str, cut: Cut) -> None:
        self.text = text
        self._cut = cut
        self._start = self._end = -1
        self._ends: set[int] = set()

    def holds(self, position: int) -> bool:
        """Whether the position lies in the run that was cut last."""
        return self._start <= position <= self._end

    def boundary(self, position: int) -> bool:
        """Whether a token of jieba begins or ends at the position."""
        if not self.holds(position):
            if not (position and RUN.match(self.text[position - 1]) and RUN.match(self.text, position)):
                return True
            self._enter(position)
        return position in self._ends

    def _enter(self, position: int) -> None:
        """Cut the run around a position that is inside one."""
        run = RUN.match(self.text, position)
        start = position - 1
        while start and RUN.match(self.text[start - 1]):
            start -= 1
        self._start, self._end = start, run.end() if run else position
        self._ends = {start, *accumulate(map(len, self._cut(self.text[start : self._end])), initial=start)}
