"""Where jieba's best path has boundaries around one place of a text, found without cutting the rest.

jieba takes the path through a run of characters on which the weights of the dictionary words multiply to most. A
position that no dictionary word crosses lies on every path, so the best path is made of the best paths between such
positions. `Islands` looks at the smallest stretch between two of them that holds the place asked for. After the path,
jieba's model for unknown words may join single characters of the path that stand side by side; it never moves the
boundary beside a word of several characters.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import inf, log

# What the best path says of a position: inside a word; between single characters, or a single one and the island's
# edge, where the model for unknown words has the last word; at an end of a word of several characters.
INSIDE, OPEN, CERTAIN = 0, 1, 2

# Scores closer than this, for each character of an island, could compare differently in the sum of logarithms over a
# whole run, which rounds more: 1e-8 a step in a run of ten million characters.
_MARGIN = 1e-7

# Wider islands are not looked at: a text can be made so that one word crosses into the next without an end.
_WIDEST = 100

# Islands seen before are not walked again; the bound keeps the memory of a process flat.
_REMEMBERED = 50_000

# Size of the table of three-character stretches: a power of two, about fifteen times their number.
_SLOTS = 1 << 22
_FARTHEST = 255


class Islands:
    """The islands of a dictionary: words with their weights, every beginning of a word among them with weight 0."""

    def __init__(self, words: dict[str, int], total: int) -> None:
        self._words = words
        self._log_total = log(total)
        self._longest = max(map(len, words))
        self._depth = _depths(words)
        self._paths: dict[str, bytes] = {}

    def around(self, text: str, start: int, end: int) -> tuple[int, bytes]:
        """Return the start of the island that holds `text[start:end]`, and what its best path says of each position.

        The text must end in a character of no word, such as a line break. The marks are empty where the island is too
        wide, or two paths are too close to call.
        """
        start, end = self._left(text, start), self._right(text, end)
        island = text[start:end]
        marks = self._paths.get(island)
        if marks is None:
            if len(self._paths) >= _REMEMBERED:
                self._paths.clear()
            marks = self._paths[island] = self.marks(island)
        return start, marks

    def _left(self, text: str, position: int) -> int:
        stop = position - _WIDEST
        while stop < (earlier := self._crossing(text, position)[0]) < position:
            position = earlier
        return min(position, earlier)

    def _right(self, text: str, position: int) -> int:
        stop = position + _WIDEST
        while position < (later := self._crossing(text, position)[1]) < stop:
            position = later
        return max(position, later)

    def _crossing(self, text: str, position: int) -> tuple[int, int]:
        """Return the first start and the last end of the words that cross the position; itself where none does."""
        first = last = position
        if self._words.get(text[position - 1 : position + 1]):
            first, last = position - 1, position + 1
        # A longer word also holds the three characters that end, or begin, with those two.
        depth = self._depth
        behind = depth[hash(text[position - 2 : position + 1]) % _SLOTS]
        ahead = depth[hash(text[position - 1 : position + 2]) % _SLOTS]
        if behind or ahead:
            reach = self._longest if max(behind, ahead) == _FARTHEST else max(behind + 1, ahead)
            return self._longer(text, position, reach, first, last)
        return first, last

    def _longer(self, text: str, position: int, reach: int, first: int, last: int) -> tuple[int, int]:
        """Look for crossing words that begin up to `reach` characters before the position."""
        weight = self._words.get
        for start in range(max(0, position - reach), position):
            end = position + 1
            found = weight(text[start:end])
            while found is not None:
                if found:
                    first, last = min(first, start), max(last, end)
                end += 1
                found = weight(text[start:end])
        return first, last

    def marks(self, island: str) -> bytes:
        """Return INSIDE, OPEN or CERTAIN for each position of an island, its ends included; empty if in doubt."""
        if len(island) > _WIDEST:
            return b""
        ends, clear = self._route(island)
        found = bytearray(len(island) + 1)
        start = 0
        while start < len(island):
            if not clear[start]:
                return b""
            end = ends[start]
            said = OPEN if end - start == 1 else CERTAIN
            found[start], found[end] = max(found[start], said), said
            start = end
        return bytes(found)

    def _route(self, island: str) -> tuple[list[int], list[bool]]:
        """For each position: the end of the best word there, and whether it wins by a clear margin."""
        length = len(island)
        score = [0.0] * (length + 1)
        ends = [0] * length
        clear = [True] * length
        for start in range(length - 1, -1, -1):
            best = second = -inf
            for end, weight in self._starting(island, start):
                one = log(weight) - self._log_total + score[end]
                if one >= best:
                    best, second, ends[start] = one, best, end
                else:
                    second = max(second, one)
            score[start] = best
            clear[start] = best - second > _MARGIN * length
        return ends, clear

    def _starting(self, island: str, start: int) -> list[tuple[int, int]]:
        """End and weight of the words that start here; where there is none, the character alone counts as one."""
        found = []
        for end in range(start + 1, len(island) + 1):
            weight = self._words.get(island[start:end])
            if weight is None:
                break
            if weight:
                found.append((end, weight))
        return found or [(start + 1, 1)]


def _depths(words: dict[str, int]) -> bytearray:
    """For every three characters in a row of a word: how deep in a word they begin, plus one, at most `_FARTHEST`.

    The table has no keys, only hashes: a stretch of text may look as if it stood in a word, never the other way.
    """
    depth = bytearray(_SLOTS)
    for word, weight in words.items():
        if weight:
            for start in range(len(word) - 2):
                slot = hash(word[start : start + 3]) % _SLOTS
                if depth[slot] <= start:
                    depth[slot] = min(start + 1, _FARTHEST)
    return depth


Neighbours = tuple[frozenset[str], frozenset[str]]


def neighbours(words: dict[str, int], terms: Iterable[str]) -> dict[str, Neighbours]:
    """Return, for each term, the characters that stand before and after it inside dictionary words that cross its ends.

    Beside any other character no word can cross that end of the term.
    """
    before: dict[str, set[str]] = {term: set() for term in terms}
    after: dict[str, set[str]] = {term: set() for term in before}
    beginning, ending = _grouped(before, 0), _grouped(before, -1)
    for word, weight in words.items():
        for inner in range(1, len(word)) if weight else ():
            for term in beginning.get(word[inner], ()):
                if term.startswith(word[inner:]) or word.startswith(term, inner):
                    before[term].add(word[inner - 1])
            for term in ending.get(word[inner - 1], ()):
                if term.endswith(word[:inner]) or word.endswith(term, 0, inner):
                    after[term].add(word[inner])
    return {term: (frozenset(before[term]), frozenset(after[term])) for term in before}


def _grouped(terms: Iterable[str], at: int) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for term in terms:
        grouped.setdefault(term[at], []).append(term)
    return grouped
