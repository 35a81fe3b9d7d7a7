"""Hits in their contexts: what a reader needs to judge whether a term means what it should, and samples of them.

A sample takes the hits whose hashes are smallest, so every hit of a term has the same chance, the memory is bounded,
and neither the order of the texts nor the number of processes changes what is drawn.
"""

from __future__ import annotations

import heapq
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from hashlib import blake2b
from typing import NamedTuple

from keywords.hits import Hit, Matched, Text

#: Characters of context on each side.
WIDTH = 30
#: What has no place in a line: white space of all kinds and control characters.
_BLANK = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")


class Line(NamedTuple):
    """A hit in its context. `start` and `end` are character positions in the field; `about` as in `keywords.Text`."""

    term: str
    document: str
    field: str
    start: int
    end: int
    left: str
    hit: str
    right: str
    about: Mapping[str, str]

    @property
    def place(self) -> str:
        """Thirteen characters that name the place of the hit; no spreadsheet takes them for a number."""
        return f"h{_digest(self.term, self.document, self.field, str(self.start), str(self.end)).hex()[:12]}"


def lines(matched: Matched, terms: Collection[str], width: int = WIDTH) -> Iterator[Line]:
    """Yield the hits of some terms in a text, with `width` characters on each side."""
    for hit in matched.hits:
        if hit.term in terms:
            yield _line(matched.text, hit, width)


def _line(text: Text, hit: Hit, width: int) -> Line:
    left = _BLANK.sub(" ", text.text[max(0, hit.start - width) : hit.start]).lstrip()
    right = _BLANK.sub(" ", text.text[hit.end : hit.end + width]).rstrip()
    inside = _BLANK.sub(" ", hit.text)
    return Line(hit.term, text.document, text.field, hit.start, hit.end, left, inside, right, text.about)


class Sample:
    """At most `size` lines of each term (None: all of them), drawn by `seed`; `hits` counts what they were drawn from.

    More lines need as much memory as they take, so whoever asks for all looks at `held` now and then.
    """

    def __init__(self, size: int | None, seed: int = 0) -> None:
        self.hits = Counter[str]()
        self.held = 0
        self._size = size
        self._seed = str(seed)
        # A heap for each term: the line to be put out first is the one of the largest hash.
        self._heaps: dict[str, list[tuple[int, int, Line]]] = defaultdict(list)

    def add(self, line: Line) -> None:
        """Take a line into account."""
        self.hits[line.term] += 1
        heap = self._heaps[line.term]
        drawn = (-int.from_bytes(_digest(self._seed, line.place)), self.hits[line.term], line)
        if self._size is None or len(heap) < self._size:
            heapq.heappush(heap, drawn)
            self.held += 1
        else:
            heapq.heappushpop(heap, drawn)

    def lines(self) -> list[Line]:
        """The lines drawn: by term, document, field and place, each in the order of code points."""
        drawn = (line for heap in self._heaps.values() for _, _, line in heap)
        return sorted(drawn, key=lambda line: line[:5])


def _digest(*parts: str) -> bytes:
    return blake2b("\0".join(parts).encode("utf-8", "surrogatepass"), digest_size=8).digest()
