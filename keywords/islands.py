"""Where jieba's best path has boundaries around one place of a text, found without cutting the rest.

jieba takes the path through a run of characters on which the weights of the dictionary words multiply to most. A
position that no dictionary word crosses lies on every path, so the best path is made of the best paths between such
positions. `Islands` looks at the smallest stretch between two of them that holds the place asked for. After the path,
jieba's model for unknown words may join single characters of the path that stand side by side; it never moves the
boundary beside a word of several characters.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from math import inf, log

from keywords.tokenizer import base, tokenizer

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
    """The islands of jieba's dictionary with some words of one's own."""

    def __init__(self, own: tuple[str, ...]) -> None:
        known = tokenizer(own)
        # The words with their weights, and every beginning of a word, with weight 0 where it is no word.
        self._words = known.FREQ
        self._log_total = log(known.total)
        self._longest = max(map(len, self._words))
        self._depth = _deepened(bytearray(_depth()), own)
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


def _deepened(depth: bytearray, words: Iterable[str]) -> bytearray:
    """For every three characters in a row of a word, note how deep in a word they begin, plus one, at most `_FARTHEST`.

    The table has no keys, only hashes: a stretch of text may look as if it stood in a word, never the other way.
    """
    for word in words:
        for start in range(len(word) - 2):
            slot = hash(word[start : start + 3]) % _SLOTS
            if depth[slot] <= start:
                depth[slot] = min(start + 1, _FARTHEST)
    return depth


@lru_cache(maxsize=1)
def _depth() -> bytes:
    """Return the depths in the words of jieba's own dictionary."""
    return bytes(_deepened(bytearray(_SLOTS), _weighty(base().FREQ)))


def _weighty(words: dict[str, int]) -> Iterator[str]:
    return (word for word, weight in words.items() if weight)


Neighbours = tuple[frozenset[str], frozenset[str]]


def neighbours(own: tuple[str, ...]) -> dict[str, Neighbours]:
    """Return, for each word of one's own, the characters that stand beside it inside words that cross its ends.

    Beside any other character no dictionary word can cross that end of it.
    """
    from ahocorasick_rs import AhoCorasick

    before: dict[str, set[str]] = {word: set() for word in own}
    after: dict[str, set[str]] = {word: set() for word in own}
    sought = [*_sought(own)]
    listed = "\n" + "\n".join(_weighty(tokenizer(own).FREQ)) + "\n"
    automaton = AhoCorasick([text for text, _, _, _ in sought], store_patterns=False)
    for number, start, end in automaton.find_matches_as_indexes(listed, overlapping=True):
        _, word, starts, ends = sought[number]
        if starts:
            before[word].add(listed[start - 1])
        if ends:
            after[word].add(listed[end])
    return {word: (frozenset(before[word] - {"\n"}), frozenset(after[word] - {"\n"})) for word in own}


def _sought(own: Iterable[str]) -> Iterator[tuple[str, str, bool, bool]]:
    """What to look for in a list of words, one a line: text, the word it is of, whether it shows its start and its end.

    A word that crosses the start of 大数据 ends in 大 or 大数, or holds all of it.
    """
    for word in own:
        yield word, word, True, True
        for length in range(1, len(word)):
            yield word[:length] + "\n", word, True, False
            yield "\n" + word[-length:], word, False, True
