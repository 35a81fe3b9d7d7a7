"""Numbers as notices write them: digits with or without commas, Chinese numerals, amounts in formal numerals."""

from __future__ import annotations

import re
from decimal import Decimal

_DIGITS = {
    c: i
    for i, group in enumerate(
        ["零〇○Ο", "一壹弌", "二贰貳两", "三叁參", "四肆", "五伍", "六陆陸", "七柒", "八捌", "九玖"]
    )
    for c in group
}
_SMALL = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_LARGE = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}
_NUMERAL = "".join([*_DIGITS, *_SMALL, *_LARGE])
_FORMAL = set("壹贰貳叁參肆伍陆陸柒捌玖拾佰仟")
_DIGIT = "".join(_DIGITS)
_CAPITALS = re.compile(
    rf"(?P<whole>[{_NUMERAL}]{{1,40}})"
    rf"(?:(?P<yuan>[元圆圓])(?:零?(?P<jiao>[{_DIGIT}])角)?(?:零?(?P<fen>[{_DIGIT}])分)?)?"
)


def chinese_number(text: str) -> int | None:
    """Value of a Chinese numeral (壹佰万, 二十三, 二〇二六); null when it is none."""
    if not text or any(c not in _NUMERAL for c in text):
        return None
    if all(c in _DIGITS for c in text):
        return int("".join(str(_DIGITS[c]) for c in text))
    total = section = digit = 0
    for c in text:
        if c in _DIGITS:
            digit = _DIGITS[c]
        elif c in _SMALL:
            section += (digit or 1) * _SMALL[c]
            digit = 0
        elif _LARGE[c] == 10**8:
            total = (total + section + digit) * 10**8
            section = digit = 0
        else:
            total += (section + digit) * 10**4
            section = digit = 0
    return total + section + digit


def capitals(text: str) -> list[Decimal]:
    """Amounts written out in formal numerals (柒拾伍万捌仟元整), in yuan, in text order."""
    return [
        whole + Decimal(_DIGITS.get(m["jiao"] or "零", 0)) / 10 + Decimal(_DIGITS.get(m["fen"] or "零", 0)) / 100
        for m in _CAPITALS.finditer(text)
        if (whole := _written(m["whole"], unit=m["yuan"] is not None)) is not None
    ]


def _written(text: str, *, unit: bool) -> Decimal | None:
    """A numeral that can only be money: formal digits, and without 元 at least two of them and 万 or 亿."""
    formal = sum(c in _FORMAL for c in text)
    if formal == 0 or (not unit and (formal < 2 or not set(text) & set(_LARGE))):
        return None
    value = chinese_number(text)
    return None if value is None else Decimal(value)


def number(text: str) -> Decimal | None:
    """A printed number with or without thousands commas; null for anything else, glued cells included."""
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,15}(?:\.\d{1,12})?", text):
        return Decimal(text.replace(",", ""))
    return None
