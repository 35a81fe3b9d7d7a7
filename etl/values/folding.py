"""Full-width characters to their plain forms."""

from __future__ import annotations

_FOLDED = {0x3000: " ", 0xA0: " ", 0xFFE5: "¥", **{c: chr(c - 0xFEE0) for c in range(0xFF01, 0xFF5F)}}


def fold(text: str) -> str:
    """Full-width ASCII, yen signs and spaces to their plain forms, one character for one (spans stay valid)."""
    return text.translate(_FOLDED)
