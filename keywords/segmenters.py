"""Who cuts a whole run: jieba, or rjieba, its work-alike in a compiled language, where the two are equal."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib import import_module
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
    return lambda run: theirs.cut(run) if _CHINESE.fullmatch(run) else ours.lcut(run)


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
