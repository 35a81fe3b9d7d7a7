"""Find the terms of a lexicon in Chinese text, and count them.

This room knows nothing of the rest of the house. What counts as a hit is written down in `docs/matching.md` and
defined in code by `keywords.reference`; `keywords.Matcher` gives the same answers faster. Importing the package
loads neither jieba nor its dictionary: that happens with the first text.
"""

from __future__ import annotations

from keywords import reference
from keywords.counting import count
from keywords.hits import Hit, Matched, Text
from keywords.labels import Labels, labels
from keywords.lexicon import Lexicon, LexiconError, Term, builtin, is_builtin, load, parse
from keywords.matcher import MATCHER_VERSION, Matcher
from keywords.options import Options
from keywords.streaming import match_stream
from keywords.tokenizer import TOKENIZER_VERSION

__all__ = [
    "MATCHER_VERSION",
    "TOKENIZER_VERSION",
    "Hit",
    "Labels",
    "Lexicon",
    "LexiconError",
    "Matched",
    "Matcher",
    "Options",
    "Term",
    "Text",
    "builtin",
    "count",
    "is_builtin",
    "labels",
    "load",
    "match_stream",
    "parse",
    "reference",
]
