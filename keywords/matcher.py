"""The fast way to find hits: the same answers as `keywords.reference`, most texts untouched by jieba.

An Aho-Corasick pass finds every place where a term's characters stand. jieba first splits a text into runs of Chinese
characters, letters and digits and cuts each run by itself, so only a run that holds a candidate needs cutting, and
the cut equals that of the whole document. Often not even that: where no dictionary word crosses an end of the
candidate, the best path through the run has a boundary there (`_Runs.free`). ASCII terms only look at their neighbours.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import accumulate
from math import log

from keywords.folding import Folded, fold
from keywords.hits import Candidate, Hit, leftmost_longest
from keywords.lexicon import Lexicon, Rules, Term
from keywords.tokenizer import RUN_CHARACTERS, Tokenizer, tokenizer

MATCHER_VERSION = "1"

_RUN = re.compile(f"[{RUN_CHARACTERS}]+")
_RUN_CHARACTER = re.compile(f"[{RUN_CHARACTERS}]")
_SURROGATES = re.compile("[\ud800-\udfff]")

# Runs seen before are not cut again; the two bounds keep the memory of a process flat.
_CACHED_RUNS = 20_000
_CACHED_LENGTH = 200

# Scores closer than this could compare differently inside a longer sum of logarithms.
_MARGIN = 1e-6


class Matcher:
    """Finds the terms of a lexicon in texts under a policy (`strict` or `published`).

    Make one and use it for many texts. Raises LexiconError when the policy is unknown or the lexicon has no
    published rules.
    """

    def __init__(self, lexicon: Lexicon, policy: str = "strict") -> None:
        import ahocorasick_rs

        self.lexicon = lexicon
        self.policy = policy
        self._rules: Rules = lexicon.rules(policy)
        needles = [self._rules.needle(term) for term in lexicon.terms]
        self._automaton = ahocorasick_rs.AhoCorasick(needles, store_patterns=False)
        self._guards = [term.guards(self._rules.guard) for term in lexicon.terms]
        self._cutter = _cutter(lexicon) if self._rules.boundaries else None

    def find(self, text: str) -> list[Hit]:
        """Return the hits in a text, from left to right, with spans in the text as given."""
        folded = fold(text, drop_spaces=self._rules.drop_spaces)
        found = [one for one in self._candidates(folded.text) if self._guarded(folded.text, one)]
        if found and self._cutter:
            found = self._cutter.bounded(folded.text, found)
        kept = sorted(found) if self._rules.keep_overlaps else leftmost_longest(found)
        return [self._hit(text, folded, one) for one in kept]

    def _candidates(self, folded: str) -> Iterator[Candidate]:
        try:
            found = self._automaton.find_matches_as_indexes(folded, overlapping=True)
        except UnicodeEncodeError:
            # Half of a surrogate pair, as broken JSON escapes leave it: no term and no jieba run holds one.
            whole = _SURROGATES.sub("\ufffd", folded)
            found = self._automaton.find_matches_as_indexes(whole, overlapping=True)
        return (Candidate(start, end, term) for term, start, end in found)

    def _guarded(self, folded: str, one: Candidate) -> bool:
        before, after = self._guards[one.term]
        return not (before and _alphanumeric(folded[one.start - 1 : one.start])) and not (
            after and _alphanumeric(folded[one.end : one.end + 1])
        )

    def _hit(self, text: str, folded: Folded, one: Candidate) -> Hit:
        start, end = folded.span(one.start, one.end)
        return Hit(start, end, text[start:end], self.lexicon.terms[one.term].term)


def _alphanumeric(character: str) -> bool:
    return character.isascii() and character.isalnum()


class _Cutter:
    """Decides which candidates end where jieba ends its tokens."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._terms = lexicon.terms
        self._tokenizer = tokenizer(lexicon.words)
        self._longest = max(map(len, self._tokenizer.FREQ))
        self._alone = [stands_alone(self._tokenizer, term) for term in lexicon.terms]
        self._cached = lru_cache(maxsize=_CACHED_RUNS)(self._ends)

    def bounded(self, folded: str, candidates: list[Candidate]) -> list[Candidate]:
        """Return the candidates whose ends, where they matter, are token boundaries."""
        runs = _Runs(folded, self._tokenizer.FREQ, self._longest, self.ends)
        return [one for one in sorted(candidates) if self._counts(runs, one)]

    def _counts(self, runs: _Runs, one: Candidate) -> bool:
        term = self._terms[one.term]
        if term.is_ascii:
            return True
        if self._alone[one.term] and runs.free(one.start) and runs.free(one.end):
            return True
        start = not term.bound_start or runs.boundary(one.start)
        return start and (not term.bound_end or runs.boundary(one.end))

    def ends(self, run: str) -> bytes:
        """Return one byte a position of the run: 1 where a token begins or ends."""
        return self._cached(run) if len(run) <= _CACHED_LENGTH else self._ends(run)

    def _ends(self, run: str) -> bytes:
        ends = bytearray(len(run) + 1)
        ends[0] = 1
        for end in accumulate(map(len, self._tokenizer.lcut(run))):
            ends[end] = 1
        return bytes(ends)


@lru_cache(maxsize=4)
def _cutter(lexicon: Lexicon) -> _Cutter:
    """Return the cutter of a lexicon, shared by its matchers: making one takes a while."""
    return _Cutter(lexicon)


class _Runs:
    """The runs of one text, found and cut only where somebody asks."""

    def __init__(self, text: str, words: dict[str, int], longest: int, ends: Callable[[str], bytes]) -> None:
        self._text = text
        self._words = words
        self._longest = longest
        self._cut = ends
        self._start = self._end = 0
        self._ends: bytes | None = None

    def _inside(self, position: int) -> bool:
        """Whether the position lies within a run, not at its edge; that run then becomes the current one."""
        if self._start < position < self._end:
            return True
        if not all(
            map(_RUN_CHARACTER.match, (self._text[position - 1 : position], self._text[position : position + 1]))
        ):
            return False
        self._start = position - 1
        while self._start and _RUN_CHARACTER.match(self._text[self._start - 1]):
            self._start -= 1
        run = _RUN.match(self._text, position)
        self._end = run.end() if run else position
        self._ends = None
        return True

    def boundary(self, position: int) -> bool:
        """Whether a token of jieba begins or ends at the position."""
        if not self._inside(position):
            return True
        if self._ends is None:
            self._ends = self._cut(self._text[self._start : self._end])
        return self._ends[position - self._start] == 1

    def free(self, position: int) -> bool:
        """Whether no dictionary word of the run crosses the position.

        jieba's best path then has a boundary there, whatever else stands in the run; only its model for unknown
        words may still join single characters across, which cannot happen beside a word of several.
        """
        if not self._inside(position):
            return True
        text, words = self._text, self._words
        for start in range(max(self._start, position - self._longest + 1), position):
            end = position
            while text[start:end] in words:  # the dictionary also holds every beginning of a word, with weight 0
                if end > position and words[text[start:end]]:
                    return False
                end += 1
                if end > self._end:
                    break
        return True


def stands_alone(tokenizer: Tokenizer, term: Term) -> bool:
    """Whether jieba, given nothing but the term, keeps it as one word of several characters, by a clear margin."""
    text = term.needle
    last = len(text) - 1
    if not last or term.is_ascii or not _RUN.fullmatch(text):
        return False
    words = tokenizer.get_DAG(text)
    words[0] = [end for end in words[0] if end != last] or [0]
    route: dict[int, tuple[float, int]] = {}
    tokenizer.calc(text, words, route)
    whole = log(tokenizer.FREQ[text]) - log(tokenizer.total)
    return whole > route[0][0] + _MARGIN
