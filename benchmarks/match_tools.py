"""Ways to count the terms of a lexicon in a text that is folded already: ours, and what else people use.

Each maker takes a lexicon and returns a function from a text to counts by needle. It raises ImportError where the
library is not installed; `make bench` installs them all.
"""

from __future__ import annotations

import re
import warnings
from collections import Counter
from collections.abc import Callable
from importlib import import_module
from typing import Any

from keywords import Lexicon, Matcher
from keywords.tokenizer import tokenizer

Count = Callable[[str], Counter[str]]


def _needles(lexicon: Lexicon) -> list[str]:
    return [term.needle for term in lexicon.terms]


def ours(lexicon: Lexicon) -> Count:
    """Our matcher, on folded text."""
    needles, places = _needles(lexicon), Matcher(lexicon).places
    return lambda text: Counter(needles[term] for _, _, term in places(text))


def ours_folding(lexicon: Lexicon) -> Count:
    """Our matcher end to end: it folds the text itself and gives hits with their places in the text as given."""
    find = Matcher(lexicon).find
    return lambda text: Counter(hit.term for hit in find(text))


def _tokens(cut: Callable[[str], list[str]], lexicon: Lexicon) -> Count:
    needles = _needles(lexicon)

    def count(text: str) -> Counter[str]:
        tokens = Counter(cut(text))
        return Counter({needle: tokens[needle] for needle in needles if needle in tokens})

    return count


def jieba_counter(lexicon: Lexicon) -> Count:
    """jieba.lcut with the terms as user words, with our weights, and a Counter: what a researcher writes."""
    return _tokens(tokenizer(lexicon.words).lcut, lexicon)


def jieba_fast_counter(lexicon: Lexicon) -> Count:
    """jieba_fast, whose path and model for unknown words are in C."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        module: Any = import_module("jieba_fast")
    known, theirs = tokenizer(lexicon.words), module.Tokenizer()
    theirs.FREQ, theirs.total, theirs.initialized = dict(known.FREQ), known.total, True
    return _tokens(theirs.lcut, lexicon)


def rjieba_counter(lexicon: Lexicon) -> Count:
    """rjieba, written in Rust."""
    known, theirs = tokenizer(lexicon.words), import_module("rjieba").Jieba()
    for word in lexicon.words:
        theirs.add_word(word, known.FREQ.get(word), None)
    return _tokens(theirs.cut, lexicon)


def aho_corasick(lexicon: Lexicon) -> Count:
    """The automaton of ahocorasick-rs as it comes, without a thought of boundaries."""
    needles = _needles(lexicon)
    find = import_module("ahocorasick_rs").AhoCorasick(needles).find_matches_as_indexes
    return lambda text: Counter(needles[term] for term, _, _ in find(text, overlapping=True))


def alternation(lexicon: Lexicon) -> Count:
    """One regular expression of all terms, the longest first."""
    pattern = re.compile("|".join(map(re.escape, sorted(_needles(lexicon), key=len, reverse=True))))
    return lambda text: Counter(pattern.findall(text))


def flashtext(lexicon: Lexicon) -> Count:
    """flashtext, which takes white space and signs for the edges of words."""
    processor: Any = import_module("flashtext").KeywordProcessor(case_sensitive=True)
    for needle in _needles(lexicon):
        processor.add_keyword(needle)
    return lambda text: Counter(processor.extract_keywords(text))


TOOLS: dict[str, Callable[[Lexicon], Count]] = {
    "Matcher": ours,
    "jieba.lcut + Counter": jieba_counter,
    "jieba_fast + Counter": jieba_fast_counter,
    "rjieba + Counter": rjieba_counter,
    "Aho-Corasick, no boundaries": aho_corasick,
    "re alternation": alternation,
    "flashtext": flashtext,
}
