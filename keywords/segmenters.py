"""Who cuts a whole run: jieba, or rjieba, its work-alike in a compiled language, where the two are equal."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib import import_module
from typing import Any

from keywords.lexicon import LexiconError
from keywords.runs import Cut
from keywords.tokenizer import tokenizer

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
    theirs = _rjieba()
    for word in words:
        if word in ours.FREQ:
            theirs.add_word(word, ours.FREQ[word], None)
    return lambda run: theirs.cut(run) if _CHINESE.fullmatch(run) else ours.lcut(run)


def _rjieba() -> Any:
    try:
        rjieba = import_module("rjieba")
    except ImportError as error:
        raise LexiconError(
            "the segmenter rjieba is not installed: pip install 'fincity[fast]', or use jieba"
        ) from error
    return rjieba.Jieba()
