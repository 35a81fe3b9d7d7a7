"""Cells of csv files that a spreadsheet will open: nothing in them may be taken for a formula, or break the file."""

from __future__ import annotations

import re

#: A cell that begins so would be a formula in a spreadsheet.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_SURROGATES = re.compile("[\ud800-\udfff]")


def guarded(text: str) -> str:
    """The text as a cell that shows it: an apostrophe before a formula, halves of surrogate pairs replaced."""
    text = _SURROGATES.sub("\ufffd", text)
    return f"'{text}" if text.startswith(_FORMULA) else text


def plain(cell: object) -> str:
    """The text of a cell, without white space around it and without the apostrophe of `guarded`."""
    text = "" if cell is None else str(cell).strip()
    return text[1:] if text.startswith("'") and text[1:].startswith(_FORMULA) else text
