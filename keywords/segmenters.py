"""Who cuts a whole run: jieba, or rjieba, its work-alike in a compiled language, where the two are equal."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from importlib import import_module
from itertools import pairwise
from typing import Any

from keywords.lexicon import LexiconError
from keywords.runs import Cut
from keywords.tokenizer import base, tokenizer

# Beside other characters (6.0, www.) rjieba groups what its model for unknown words leaves alone differently.
_CHINESE = re.compile("[\u4e00-\u9fd5]+")


@lru_cache(maxsize=4)
def cutter(words: tuple[str, ...], segmenter: str) -> Cut:
    """Return the function that cuts runs, with the words in its dictionary.

    Raises LexiconError when the segmenter is not installed.
    """
    ours = tokenizer(words)
    if segmenter == "jieba":
        return ours.lcut
    theirs: Any = require(segmenter).Jieba()
    uncounted = ours.total - base().total
    for word in words:
        if word in ours.FREQ:
            theirs.add_word(word, ours.FREQ[word], None)
            uncounted -= ours.FREQ[word] - base().FREQ.get(word, 0)
    # For a word it knew, jieba counts the old weight too; a line break, which is in no run, makes the sums equal.
    theirs.add_word("\n", uncounted, None)

    def cut(run: str) -> list[str]:
        safe = _CHINESE.fullmatch(run) and not _tied(theirs.cut(run, hmm=False), ours.FREQ)
        return theirs.cut(run) if safe else ours.lcut(run)

    return cut


def _tied(path: list[str], weights: Mapping[str, int]) -> bool:
    """Whether two words that stand together weigh the same when cut at another place: rounding would decide."""
    for one, other in pairwise(path):
        both, weight = one + other, weights.get(one, 0) * weights.get(other, 0)
        places = range(1, len(both)) if weight else ()
        if any(p != len(one) and weights.get(both[:p], 0) * weights.get(both[p:], 0) == weight for p in places):
            return True
    return False


def require(segmenter: str) -> Any:
    """Return the module of a segmenter, unless it is jieba. Raises LexiconError when it is not installed."""
    if segmenter == "jieba":
        return None
    try:
        return import_module(segmenter)
    except ImportError as error:
        raise LexiconError(
            f"{segmenter} is not installed: pip install 'fincity[fast]', or leave it to jieba"
        ) from error
