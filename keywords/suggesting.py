"""Terms that a lexicon may lack: what stands in the same sentences as its terms far more often than elsewhere.

Candidates are jieba's tokens and runs of two or three of them, in texts folded as the matcher folds them; what a hit
covers is none. A candidate counts once in a sentence. Candidates are ranked by the log-likelihood ratio of the two by
two table (this candidate or another, in sentences with a hit or without): T. Dunning, Accurate methods for the
statistics of surprise and coincidence, Computational Linguistics 19 (1993), 61-74. Counting what stands in sentences,
not sentences, leaves their length out of it: those with a hit are longer. Nothing is added to a lexicon here.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from keywords.folding import fold_string
from keywords.hits import Place, Text
from keywords.lexicon import Lexicon
from keywords.matcher import Matcher
from keywords.tokenizer import tags, tokenizer

#: Tokens of a candidate, and its characters.
TOKENS, SHORTEST, LONGEST = 3, 2, 12
#: Candidates counted at a time; those seen least give way to new ones.
LIMIT = 300_000
#: The ratio that chance exceeds once in a thousand times (chi square, one degree of freedom).
SURE = 10.83
#: A candidate that a longer one accounts for to this share is only a part of it.
PART = 0.8
#: Characters of an example on each side.
AROUND = 20

_SENTENCE = re.compile(r"[^。!?;\n]+")
_CHINESE = re.compile(r"[一-鿿]+")
_ASCII = re.compile(r"(?=.*[a-z])[a-z0-9]{2,}")
#: Parts of speech of tokens that a candidate may hold, and of those that may be one by themselves.
_CONTENT = ("n", "v", "a", "b", "j", "l", "i", "g", "s", "x", "z")
_NOMINAL = ("n", "vn", "an", "j", "l", "i")
_NAMES = ("nr", "ns")
_NONE, _INSIDE, _ALONE = range(3)


class Suggestion(NamedTuple):
    """A candidate: sentences with a hit in which it stands, other ones, documents, the ratio, and an example."""

    term: str
    sentences: int
    others: int
    documents: int
    g2: float
    document: str
    example: str


def log_likelihood(here: int, there: int, all_here: int, all_there: int) -> float:
    """Dunning's ratio for what is `here` of all that is there, and `there` of all that is elsewhere."""
    observed = ((here, all_here - here), (there, all_there - there))
    total, same = all_here + all_there, here + there
    columns = (same, total - same)
    terms = (
        cell * math.log(cell * total / (row * column))
        for row, cells in zip((all_here, all_there), observed, strict=True)
        for column, cell in zip(columns, cells, strict=True)
        if cell
    )
    return max(0.0, 2 * math.fsum(terms))


@cache
def stop_words() -> frozenset[str]:
    """Words that no candidate holds."""
    text = Path(__file__).with_name("stop_words.txt").read_text(encoding="utf-8")
    return frozenset(word for line in text.splitlines() if not line.startswith("#") for word in line.split())


class Suggester:
    """Counts candidates in a stream of texts; `names` are words that are no terms, such as names of places."""

    def __init__(self, lexicon: Lexicon, names: Collection[str] = (), limit: int = LIMIT) -> None:
        self.sentences = self.others = self.documents = 0
        self._here = self._there = 0
        #: Counts may be short by so much: candidates were forgotten for want of room.
        self.short_by = 0
        self._lexicon, self._names, self._limit = lexicon, frozenset(names), limit
        self._matcher, self._tokenizer = Matcher(lexicon), tokenizer(lexicon.words)
        # With a hit, without, documents, the last of them.
        self._counts: dict[str, list[int]] = {}
        self._examples: dict[str, tuple[str, str]] = {}
        self._kind = lru_cache(maxsize=200_000)(self._kind_of)

    def add(self, text: Text) -> None:
        """Count the candidates of a text."""
        self.documents += 1
        folded = fold_string(text.text)
        places = iter([*self._matcher.places(folded), (len(folded), len(folded), 0)])
        place = next(places)
        for found in _SENTENCE.finditer(folded):
            inside: list[Place] = []
            while place[0] < found.end():
                inside.append(place)
                place = next(places)
            self._sentence(text.document, folded, found.span(), inside)

    def _sentence(self, document: str, folded: str, span: tuple[int, int], hits: list[Place]) -> None:
        words = self._words(folded, span, hits)
        if hits:
            self.sentences += 1
            self._here += len(words)
        else:
            self.others += 1
            self._there += len(words)
        for word in words:
            counts = self._counts.setdefault(word, [0, 0, 0, 0])
            counts[0 if hits else 1] += 1
            if counts[3] != self.documents:
                counts[2:] = counts[2] + 1, self.documents
            if hits and word not in self._examples:
                self._examples[word] = document, _example(folded, span, word)
        if len(self._counts) > self._limit:
            self._forget()

    def _words(self, folded: str, span: tuple[int, int], hits: list[Place]) -> set[str]:
        """The candidates of a sentence outside its hits."""
        start, end = span
        words: set[str] = set()
        for first, last, _ in [*hits, (end, end, 0)]:
            if first > start:
                words.update(self._runs(self._tokenizer.lcut(folded[start:first])))
            start = max(start, last)
        return words

    def _runs(self, tokens: list[str]) -> Iterator[str]:
        kinds = [self._kind(token) for token in tokens]
        for first, kind in enumerate(kinds):
            if kind == _ALONE and len(tokens[first]) >= SHORTEST:
                yield tokens[first]
            word = tokens[first]
            for last in range(first + 1, min(first + TOKENS, len(tokens))):
                if _NONE in (kind, kinds[last]):
                    break
                word += tokens[last]
                if len(word) <= LONGEST:
                    yield word

    def _kind_of(self, token: str) -> int:
        """Whether a token may be a candidate, be inside one, or neither."""
        tag = tags().get(token)
        if not (_CHINESE.fullmatch(token) or _ASCII.fullmatch(token)) or token in stop_words():
            return _NONE
        if len(token) >= SHORTEST and (token in self._names or (tag or "").startswith(_NAMES)):
            return _NONE
        if tag is None or tag.startswith(_NOMINAL):
            return _ALONE
        return _INSIDE if tag.startswith(_CONTENT) else _NONE

    def _forget(self) -> None:
        """Make room: what was seen least goes, until half is left."""
        while len(self._counts) > self._limit // 2:
            self.short_by += 1
            gone = [word for word, counts in self._counts.items() if counts[0] + counts[1] <= self.short_by]
            for word in gone:
                del self._counts[word]
                self._examples.pop(word, None)

    def best(self, top: int, min_count: int = 5) -> list[Suggestion]:
        """The candidates that stand in at least `min_count` sentences with a hit, by their ratio, the largest first."""
        needles = [term.needle for term in self._lexicon.terms]
        found = [one for one in self._scored(min_count) if not _known(one.term, needles)]
        counts = {one.term: one.sentences for one in found}
        parts = {
            part for one in found for part in _parts(one.term) if one.sentences >= PART * counts.get(part, math.inf)
        }
        kept = [one for one in found if one.term not in parts]
        return sorted(kept, key=lambda one: (-one.g2, one.term))[:top]

    def _scored(self, min_count: int) -> Iterator[Suggestion]:
        for word, (with_hit, without, documents, _) in self._counts.items():
            # As often elsewhere as beside a term: nothing that the lexicon points to.
            if with_hit < min_count or with_hit * self._there <= without * self._here:
                continue
            g2 = log_likelihood(with_hit, without, self._here, self._there)
            if g2 >= SURE:
                document, example = self._examples[word]
                yield Suggestion(word, with_hit, without, documents, g2, document, example)


def _known(word: str, needles: Iterable[str]) -> bool:
    """Whether a word is a term, a part of one, or holds one."""
    return any(word in needle or needle in word for needle in needles)


def _parts(word: str) -> Iterator[str]:
    for first in range(len(word)):
        for last in range(first + SHORTEST, len(word) + 1):
            if last - first < len(word):
                yield word[first:last]


def _example(folded: str, span: tuple[int, int], word: str) -> str:
    start, end = span
    at = folded.find(word, start, end)
    around = folded[max(start, at - AROUND) : min(end, at + len(word) + AROUND)]
    return " ".join(around.lstrip(",、:)”》").split())
