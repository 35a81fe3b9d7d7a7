"""Texts that tempt a matcher: terms and parts of terms glued to words that share characters with them, and oddities."""

from __future__ import annotations

import random
from dataclasses import replace
from functools import cache
from typing import get_args

import keywords
from keywords import Lexicon, Term
from keywords.lexicon import Mode
from keywords.tokenizer import base

WIDTHS = ["５Ｇ", "ＡＰＰ", "ｉｔ", "ＮＦＣ", "＋", "ＩＴ", "5g", "b2B", "ﾊﾞ", "Ａ", "（", "％"]
ODD = ["㍿", "ﬁ", "e\u0301", "\u0301", "ß", "İ", "𠮷", "😀", "👩\u200d💻", "각", "가\u11a8", "½", "①", "γ射线"]
ODD += ["\ud800", "\u200b", "\x00", "囍", "龘", "妩"]
BETWEEN = [" ", "\u3000", "\n", "\r\n", "，", "。", "-", "_", ".", "%", "/", "x", "9", "LIM", "ED", "&", "#", "…"]
# Characters that stand alone more often than not: jieba's model for unknown words joins what stands side by side.
SINGLE = "的了和是在也就与以为之其而将于对到一上中大人化网数云"
NEGATING = ["没", "没有", "无法", "不", "不仅", "不断", "未", "未来", "非", "难以"]


def everything() -> Lexicon:
    """One lexicon of the terms of all built-in ones."""
    terms = {term.needle: term for name in keywords.builtin() for term in keywords.load(name).terms}
    return replace(keywords.load("fintech_taxonomy"), id="everything", terms=tuple(terms.values()))


def awkward() -> Lexicon:
    """A lexicon nobody would write: single characters, halves of words, words of rare characters, all as stems too."""
    drawn = random.Random(3)
    words = sorted(word for word, weight in base().FREQ.items() if weight and 2 <= len(word) <= 4)
    needles = {_part(drawn, drawn.choice(words)) for _ in range(90)} | set("的化数网云一大中人国")
    needles |= {drawn.choice(words)[-1] + drawn.choice(words)[0] for _ in range(60)}
    needles |= {chr(drawn.randint(0x4E00, 0x9FD5)) + chr(drawn.randint(0x4E00, 0x9FD5)) for _ in range(20)}
    modes = drawn.choices(get_args(Mode)[:3], (3, 1, 1), k=len(needles))
    terms = [
        Term(f"{n}{mode}", n, mode, None, None, "", "proposal") for n, mode in zip(sorted(needles), modes, strict=True)
    ]
    return replace(everything(), id="awkward", terms=tuple(terms))


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
        lambda: "".join(chr(drawn.randint(0x4E00, 0x9FD5)) for _ in range(drawn.randint(1, 5))),
        lambda: "".join(drawn.choices(SINGLE, k=drawn.randint(1, 7))),
        lambda: drawn.choice(WIDTHS + ODD + BETWEEN + NEGATING),
    )
    return "".join(drawn.choices(pieces, (5, 4, 4, 2, 1, 2, 3))[0]() for _ in range(drawn.randint(0, most)))
