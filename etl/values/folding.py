"""Texts without the differences that mean nothing: full-width forms, and for names and codes everything but letters."""

from __future__ import annotations

import unicodedata

_FOLDED = {0x3000: " ", 0xA0: " ", 0xFFE5: "¥", **{c: chr(c - 0xFEE0) for c in range(0xFF01, 0xFF5F)}}


def fold(text: str) -> str:
    """Full-width ASCII, yen signs and spaces to their plain forms, one character for one (spans stay valid)."""
    return text.translate(_FOLDED)


def bare(text: str | None) -> str:
    """A name or code without width, case, spaces, brackets, dashes and dots: what two spellings of it share."""
    normal = unicodedata.normalize("NFKC", text or "").casefold()
    return "".join(c for c in normal if c.isalnum())


def heading(text: str) -> str:
    """A column's heading without the differences that mean nothing: width, blanks, line breaks, case."""
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()
