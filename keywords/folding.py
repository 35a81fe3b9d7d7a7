"""Fold text to the form in which terms are compared, and find the way back to the original positions.

Folding is Unicode NFKC, then case folding: full-width and half-width, upper and lower case become one. It can change
the length of a text (㍿ becomes 株式会社, e with a combining accent becomes one letter), so every folded text keeps a
map to the original. `origins` is the plain definition, one entry a folded character; `fold` gives the same in a few
segments, because almost all characters of a Chinese text map one to one.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from unicodedata import category, is_normalized, normalize

Span = tuple[int, int]

# Characters that fold to exactly one character and never combine with what stands before them.
_BLANK = "\\t\\n\\r \\u3000"
_INK = "!-~·‐‒-―‘-‟•■-◿★☆、-〠㐀-䶿一-鿿！-～￥"

# Those of them that NFKC changes; asking it for these alone is several times quicker than for the whole text, and
# most texts hold no others than the common marks.
_WIDE = re.compile("[\u3000！-～￥]+")
_COMMON = tuple((mark, normalize("NFKC", mark)) for mark in "，；：？！（）")


def fold_string(text: str) -> str:
    """Return the text after NFKC and case folding."""
    return normalize("NFKC", text).casefold()


def _fold_plain(text: str) -> str:
    for mark, narrow in _COMMON:
        text = text.replace(mark, narrow)
    if not is_normalized("NFKC", text):
        text = _WIDE.sub(lambda wide: normalize("NFKC", wide[0]), text)
    return text.casefold()


def _joins(character: str) -> bool:
    """Whether NFKC may merge the character with the one before it: marks, and Hangul vowels and finals."""
    first = normalize("NFKD", character)[0]
    return category(first)[0] == "M" or "\u1160" <= first <= "\u11ff"


def clusters(text: str) -> Iterator[Span]:
    """Yield the spans that can be folded one by one: a character with the marks that may join it."""
    start = 0
    for position in range(1, len(text)):
        if not _joins(text[position]):
            yield start, position
            start = position
    if text:
        yield start, len(text)


def _fold_piece(text: str, *, drop_spaces: bool) -> str:
    folded = fold_string(text)
    return "".join(folded.split()) if drop_spaces else folded


def origins(text: str, *, drop_spaces: bool = False) -> tuple[str, list[Span]]:
    """Return the folded text and, for each of its characters, the span of the original that it comes from."""
    folded, spans = "", []
    for start, end in clusters(text):
        piece = _fold_piece(text[start:end], drop_spaces=drop_spaces)
        folded += piece
        spans += [(start, end)] * len(piece)
    return folded, spans


@dataclass(frozen=True, slots=True)
class _Segment:
    """A stretch of folded text: `plain` ones map character by character, others as a whole."""

    folded: int
    start: int
    end: int
    plain: bool


class Folded:
    """A folded text that knows where it comes from; without segments, position is position."""

    __slots__ = ("_firsts", "_segments", "text")

    def __init__(self, text: str, segments: Sequence[_Segment] = ()) -> None:
        self.text = text
        self._segments = segments
        self._firsts = [segment.folded for segment in segments]

    def _character(self, position: int) -> Span:
        segment = self._segments[bisect_right(self._firsts, position) - 1]
        if not segment.plain:
            return segment.start, segment.end
        start = segment.start + position - segment.folded
        return start, start + 1

    def span(self, start: int, end: int) -> Span:
        """Return the span of the original text that the folded characters `start` to `end` come from."""
        if not self._segments:
            return start, end
        return self._character(start)[0], self._character(end - 1)[1]


@cache
def _plain(*, drop_spaces: bool) -> re.Pattern[str]:
    """Match a text of plain characters only, as most titles are."""
    return re.compile(f"[{_INK if drop_spaces else _BLANK + _INK}]*")


@cache
def _pieces(*, drop_spaces: bool) -> re.Pattern[str]:
    """Match a stretch of plain characters, or one character with all that is not plain after it."""
    plain = _INK if drop_spaces else _BLANK + _INK
    return re.compile(f"(?P<plain>[{plain}]+)(?=[{plain}]|\\Z)|.[^{plain}]*", re.DOTALL)


def _segments(text: str, *, drop_spaces: bool) -> Iterator[tuple[int, int, bool]]:
    for piece in _pieces(drop_spaces=drop_spaces).finditer(text):
        first, last = piece.span()
        if piece["plain"]:
            yield first, last, True
        else:
            for start, end in clusters(piece[0]):
                yield first + start, first + end, False


def fold(text: str, *, drop_spaces: bool = False) -> Folded:
    """Fold a text, keeping the way back; with `drop_spaces` all white space is left out."""
    if _plain(drop_spaces=drop_spaces).fullmatch(text):
        return Folded(_fold_plain(text))
    parts: list[str] = []
    segments: list[_Segment] = []
    length = 0
    for start, end, plain in _segments(text, drop_spaces=drop_spaces):
        piece = text[start:end]
        part = _fold_plain(piece) if plain else _fold_piece(piece, drop_spaces=drop_spaces)
        if part:
            parts.append(part)
            segments.append(_Segment(length, start, end, plain))
            length += len(part)
    return Folded("".join(parts), segments)
