"""Choices beyond the policy of a search, all off by default."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from keywords.lexicon import LexiconError, Rules

OVERLAPS = ("policy", "longest", "all")
SEGMENTERS = ("jieba", "rjieba")

# Words of negation, and how many characters before a hit one is looked for: docs/matching.md says whose rule this is.
NEGATIONS = ("没", "无", "不", "未", "非", "难以")
NEGATION_REACH = 4
# Words in which such a character negates nothing.
AFFIRMATIVE = ("不仅", "不但", "不只", "不光", "不断", "不同", "不少", "未来", "非常", "无论", "无疑", "无线", "无人")

_NEGATION = re.compile(f"(?!{'|'.join(AFFIRMATIVE)})(?:{'|'.join(NEGATIONS)})")
_CLAUSE_END = re.compile("[，。；：！？,;:!?\n]")


@dataclass(frozen=True)
class Options:
    """`overlaps`: as the policy has it, the longest of those that overlap, or all; `negation`: leave out negated hits.

    `segmenter`: who cuts whole runs where that is needed; rjieba cuts as jieba does, faster, where it is installed.
    Raises LexiconError for a choice there is not.
    """

    overlaps: Literal["policy", "longest", "all"] = "policy"
    negation: bool = False
    segmenter: Literal["jieba", "rjieba"] = "jieba"

    def __post_init__(self) -> None:
        for name, chosen, known in (
            ("overlaps", self.overlaps, OVERLAPS),
            ("segmenter", self.segmenter, SEGMENTERS),
        ):
            if chosen not in known:
                raise LexiconError(f"unknown {name} {chosen!r}: use one of {', '.join(known)}")

    def keeps_overlaps(self, rules: Rules) -> bool:
        """Whether hits that overlap are all kept."""
        return rules.keep_overlaps if self.overlaps == "policy" else self.overlaps == "all"


DEFAULT = Options()


def negated(folded: str, start: int) -> bool:
    """Whether a word of negation stands in the few characters before a hit, in the same clause."""
    before = _CLAUSE_END.split(folded[max(0, start - NEGATION_REACH) : start])[-1]
    return _NEGATION.search(before) is not None
