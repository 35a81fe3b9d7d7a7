"""Texts that tempt a matcher: terms and parts of terms glued to words that share characters with them, and oddities."""

from __future__ import annotations

import random
from dataclasses import replace
from functools import cache

import keywords
from keywords import Lexicon
from keywords.tokenizer import base

WIDTHS = ["５Ｇ", "ＡＰＰ", "ｉｔ", "ＮＦＣ", "＋", "ＩＴ", "5g", "b2B", "ﾊﾞ", "Ａ", "（", "％"]
ODD = ["㍿", "ﬁ", "e\u0301", "\u0301", "ß", "İ", "𠮷", "😀", "👩\u200d💻", "각", "가\u11a8", "½", "①", "γ射线"]
ODD += ["\ud800", "\u200b", "\x00", "囍", "龘", "妩"]
BETWEEN = [" ", "\u3000", "\n", "\r\n", "，", "。", "-", "_", ".", "%", "/", "x", "9", "LIM", "ED", "&", "#", "…"]
NEGATING = ["没", "没有", "无法", "不", "不仅", "不断", "未", "未来", "非", "难以"]


def everything() -> Lexicon:
    """One lexicon of the terms of all built-in ones."""
    terms = {term.needle: term for name in keywords.builtin() for term in keywords.load(name).terms}
    return replace(keywords.load("fintech_taxonomy"), id="everything", terms=tuple(terms.values()))


@cache
def _relatives(needles: tuple[str, ...]) -> list[str]:
    """Dictionary words that begin as a term ends, or end as a term begins."""
    firsts, lasts = {needle[0] for needle in needles}, {needle[-1] for needle in needles}
    words = sorted(word for word, weight in base().FREQ.items() if weight and 2 <= len(word) <= 5)
    return [word for word in words if word[-1] in firsts or word[0] in lasts]


def _part(drawn: random.Random, word: str) -> str:
    cut = drawn.randint(1, len(word))
    return word[:cut] if drawn.random() < 0.5 else word[-cut:]


def text(drawn: random.Random, lexicon: Lexicon, most: int = 12) -> str:
    """Return a text of up to so many pieces."""
    needles = tuple(term.needle for term in lexicon.terms)
    relatives = _relatives(needles)
    pieces = (
        lambda: drawn.choice(needles),
        lambda: _part(drawn, drawn.choice(needles)),
        lambda: drawn.choice(relatives),
        lambda: _part(drawn, drawn.choice(relatives)),
        lambda: chr(drawn.randint(0x4E00, 0x9FD5)),
        lambda: drawn.choice(WIDTHS + ODD + BETWEEN + NEGATING),
    )
    return "".join(drawn.choices(pieces, (5, 4, 4, 2, 1, 3))[0]() for _ in range(drawn.randint(0, most)))
