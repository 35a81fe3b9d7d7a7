"""jieba with a lexicon's words, loaded quietly and without a cache file that others could write.

jieba's own start-up prints to stderr and keeps its dictionary in a shared temporary folder, from where it reads
whatever lies there. Here the packaged dictionary is read once a process, and each lexicon works on a copy of it:
jieba's global tokenizer is never touched.
"""

from __future__ import annotations

import re
import warnings
from functools import lru_cache
from typing import Any, BinaryIO, Protocol

# Below this weight jieba still cuts long terms: 金融|科技人才 instead of 金融科技|人才.
MIN_LONG_WEIGHT = 1000
LONG = 3

# jieba cuts each run of these characters by itself; all others are tokens of one character.
RUN = re.compile(r"[\u4E00-\u9FD5a-zA-Z0-9+#&._%\-]+")

TOKENIZER_VERSION = f"jieba-0.42.1+hmm+{LONG}chars>={MIN_LONG_WEIGHT}"


class Tokenizer(Protocol):
    """The part of `jieba.Tokenizer` that is used here."""

    FREQ: dict[str, int]
    total: int
    initialized: bool

    def lcut(self, sentence: str) -> list[str]:
        """Cut a text into tokens, with jieba's hidden Markov model for unknown words."""
        ...

    def get_dict_file(self) -> BinaryIO:
        """Open the dictionary: a word, its frequency and its part of speech a line."""
        ...

    def suggest_freq(self, segment: str) -> int:
        """Return the weight that `add_word` would give."""
        ...

    def add_word(self, word: str, freq: int) -> None:
        """Add a word to the dictionary."""
        ...


def _jieba() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its sources are from 2020 and warn when first compiled
        import jieba
    return jieba


@lru_cache(maxsize=1)
def base() -> Tokenizer:
    """Return jieba with its packaged dictionary alone; nobody may change it. Takes a second or two at first."""
    own: Any = _jieba().Tokenizer()
    own.FREQ, own.total = own.gen_pfdict(own.get_dict_file())
    own.initialized = True
    for word in ("γ射线", "γ射", "γ"):  # the only word of the dictionary that no run can hold
        del own.FREQ[word]
    return own  # type: ignore[no-any-return]


@lru_cache(maxsize=1)
def tags() -> dict[str, str]:
    """Return the part of speech of each word of jieba's dictionary (n, v, nr ...). Takes half a second at first."""
    with base().get_dict_file() as file:
        lines = (line.decode("utf-8").split(" ") for line in file)
        return {word: tag.strip() for word, _, tag in lines}


def _weight(word: str) -> int:
    """Return jieba's own weight for a new word, at least 1000 from three characters on.

    It is taken from jieba's dictionary alone, so that the order of the terms in a lexicon changes nothing.
    """
    own = base().suggest_freq(word)
    return max(own, MIN_LONG_WEIGHT) if len(word) >= LONG else own


@lru_cache(maxsize=4)
def tokenizer(words: tuple[str, ...]) -> Tokenizer:
    """Return a tokenizer of its own whose dictionary also holds the (folded) words. Takes some seconds at first.

    A word that no run can hold (线上/线下) is never found; only its weight counts, among those of all words.
    """
    own: Tokenizer = _jieba().Tokenizer()
    own.FREQ, own.total, own.initialized = dict(base().FREQ), base().total, True
    for word in words:
        weight = _weight(word)
        if RUN.fullmatch(word):
            own.add_word(word, weight)
        else:
            own.total += weight
    return own
