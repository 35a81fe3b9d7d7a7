"""The unified social credit code (统一社会信用代码, GB 32100-2015): its form and check digit."""

from __future__ import annotations

import re

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_VALUE = {character: value for value, character in enumerate(_ALPHABET)}
_FORM = re.compile(rf"[{_ALPHABET}]{{2}}\d{{6}}[{_ALPHABET}]{{10}}")
_WEIGHTS = tuple(pow(3, i, 31) for i in range(17))


def normalise(code: str) -> str:
    """Capital letters, no white space or hyphens."""
    return re.sub(r"[\s\-]", "", code).upper()


def check_digit(first17: str) -> str:
    """The 18th character: 31 minus the weighted sum modulo 31 (GB 32100-2015, 4.3; weights are powers of 3)."""
    total = sum(_VALUE[c] * w for c, w in zip(first17, _WEIGHTS, strict=True))
    return _ALPHABET[-total % 31]


def is_valid(code: str) -> bool:
    """Whether an 18-character code has the form of the standard and its check digit."""
    return _FORM.fullmatch(code) is not None and check_digit(code[:17]) == code[17]
