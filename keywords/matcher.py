"""The fast way to find hits: the same answers as `keywords.reference`, most of the text never cut.

An Aho-Corasick pass finds every place where a term's characters stand. ASCII terms only look at their neighbours; for
the others jieba decides, which is asked as little as can be (`keywords.boundaries`). Nothing is approximated.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import compress, repeat

from keywords.boundaries import ends
from keywords.folding import fold
from keywords.hits import Hit, Place
from keywords.lexicon import Lexicon
from keywords.options import DEFAULT, Options, negated
from keywords.runs import Runs
from keywords.segmenters import cutter

MATCHER_VERSION = "1"

_SURROGATES = re.compile("[\ud800-\udfff]")

# Up to so many characters of terms, the automaton is a table of all transitions: twice as fast, but large.
_DENSE_AUTOMATON = 20_000

_UNGUARDED = (False, False)

# A place as the automaton gives it: term, start, end.
Found = tuple[int, int, int]


class Matcher:
    """Finds the terms of a lexicon in texts under a policy (`strict` or `published`).

    Make one and use it for many texts. Raises LexiconError when the policy is unknown, the lexicon has no published
    rules, or the segmenter of the options is not installed.
    """

    def __init__(self, lexicon: Lexicon, policy: str = "strict", options: Options = DEFAULT) -> None:
        self.lexicon = lexicon
        self.policy = policy
        self._rules = lexicon.rules(policy)
        self.options = options
        self._keep_overlaps = options.keeps_overlaps(self._rules)
        self._find = _automaton([self._rules.needle(term) for term in lexicon.terms])
        asks = self._rules.boundaries
        self._cut = cutter(lexicon.words, options.segmenter) if asks else list
        guards = (term.guards(self._rules.guard) for term in lexicon.terms)
        self._checks = list(zip(guards, ends(lexicon) if asks else repeat(None), strict=False))

    def find(self, text: str) -> list[Hit]:
        """Return the hits in a text, from left to right, with spans in the text as given."""
        terms = self.lexicon.terms
        return [Hit(start, end, text[start:end], terms[term].term) for start, end, term in self.spans(text)]

    def spans(self, text: str) -> list[Place]:
        """Return the hits in a text as bare numbers: their spans in the text as given, and the terms by number."""
        folded = fold(text, drop_spaces=self._rules.drop_spaces)
        return [(*folded.span(start, end), term) for start, end, term in self.places(folded.text)]

    def places(self, folded: str) -> list[Place]:
        """Return the hits in a text that is folded already: their places there, and the terms by number."""
        kept = self._kept(folded)
        if self.options.negation:
            kept = [one for one in kept if not negated(folded, one[0])]
        return sorted(kept) if self._keep_overlaps else kept

    def _kept(self, folded: str) -> list[Place]:
        """Return the candidates that pass their checks, without those that overlap one kept before them.

        They are taken leftmost first, longest first, so the answer is that of `hits.leftmost_longest`; but what a
        longer hit covers is not even asked about.
        """
        found = sorted(self._candidates(folded), key=_leftmost_longest)
        if not found:
            return []
        text = folded + "\n"  # an end that no word crosses
        runs = Runs(text, self._cut)
        kept: list[Place] = []
        reached = 0
        for term, start, end in found:
            if start < reached:
                continue
            guards, asked = self._checks[term]
            if guards != _UNGUARDED and _touched(guards, text, start, end):
                continue
            if asked and not asked.hold(runs, start, end):
                continue
            kept.append((start, end, term))
            if not self._keep_overlaps:
                reached = end
        return kept

    def _candidates(self, folded: str) -> list[Found]:
        try:
            return self._find(folded, overlapping=True)
        except UnicodeEncodeError:
            # Half of a surrogate pair, as broken JSON escapes leave it: no term and no jieba run holds one.
            return self._find(_SURROGATES.sub("\ufffd", folded), overlapping=True)


def _leftmost_longest(found: Found) -> tuple[int, int, int]:
    term, start, end = found
    return start, -end, term


def _touched(guards: tuple[bool, bool], text: str, start: int, end: int) -> bool:
    """Whether an ASCII letter or digit stands beside an end that is guarded."""
    beside = compress((text[start - 1 : start], text[end]), guards)
    return any(character.isascii() and character.isalnum() for character in beside)


def _automaton(needles: list[str]) -> Callable[..., list[Found]]:
    from ahocorasick_rs import AhoCorasick, Implementation

    small = sum(map(len, needles)) <= _DENSE_AUTOMATON
    automaton = AhoCorasick(needles, implementation=Implementation.DFA if small else None, store_patterns=False)
    find: Callable[..., list[Found]] = automaton.find_matches_as_indexes
    return find
