"""The definition of a hit, as code: slow, short and obvious.

`docs/matching.md` says the same in words. Every faster way to match must give exactly what `find` gives; the tests
hold them equal. Nothing else should call it.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate

from keywords.folding import origins
from keywords.hits import Candidate, Hit, leftmost_longest
from keywords.lexicon import Guard, Lexicon, Rules, Term
from keywords.options import DEFAULT, Options, negated
from keywords.tokenizer import tokenizer


def find(lexicon: Lexicon, text: str, policy: str = "strict", options: Options = DEFAULT) -> list[Hit]:
    """Return the hits of a lexicon in a text under a policy (`strict` or `published`), from left to right.

    Raises LexiconError when the policy is unknown, or the lexicon has no published rules.
    """
    rules = lexicon.rules(policy)
    folded, spans = origins(text, drop_spaces=rules.drop_spaces)
    found = [
        one
        for one in _candidates(lexicon, rules, folded)
        if _guarded(lexicon.terms[one.term], rules.guard, folded, one)
    ]
    if rules.boundaries:
        boundaries = {0, *accumulate(map(len, tokenizer(lexicon.words).lcut(folded)))}
        found = [one for one in found if _bounded(lexicon.terms[one.term], one, boundaries)]
    kept = sorted(found) if options.keeps_overlaps(rules) else leftmost_longest(found)
    if options.negation:
        kept = [one for one in kept if not negated(folded, one.start)]
    return [_hit(lexicon, text, spans, one) for one in kept]


def _candidates(lexicon: Lexicon, rules: Rules, folded: str) -> Iterator[Candidate]:
    for number, term in enumerate(lexicon.terms):
        needle = rules.needle(term)
        start = folded.find(needle)
        while start >= 0:
            yield Candidate(start, start + len(needle), number)
            start = folded.find(needle, start + 1)


def _alphanumeric(text: str, position: int) -> bool:
    return 0 <= position < len(text) and text[position].isascii() and text[position].isalnum()


def _guarded(term: Term, guard: Guard, folded: str, one: Candidate) -> bool:
    """Whether no ASCII letter or digit stands beside an end that must not have one."""
    before, after = term.guards(guard)
    return not (before and _alphanumeric(folded, one.start - 1)) and not (after and _alphanumeric(folded, one.end))


def _bounded(term: Term, one: Candidate, boundaries: set[int]) -> bool:
    """Whether the ends that matter are token boundaries; ASCII terms do not ask jieba."""
    start = one.start in boundaries or not term.bound_start
    end = one.end in boundaries or not term.bound_end
    return term.is_ascii or (start and end)


def _hit(lexicon: Lexicon, text: str, spans: list[tuple[int, int]], one: Candidate) -> Hit:
    start, end = spans[one.start][0], spans[one.end - 1][1]
    return Hit(start, end, text[start:end], lexicon.terms[one.term].term)
