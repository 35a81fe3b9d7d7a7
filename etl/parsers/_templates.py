"""Addresses and keys as templates (`/notice/{year}/{id}.json`): made from the fields of a row, read back from a text.

A source's YAML writes such a template once; its walker and its parser both use it.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_FIELD = re.compile(r"\{([\w.]+)\}")


def names(template: str) -> tuple[str, ...]:
    """The fields of a template, in order."""
    return tuple(_FIELD.findall(template))


def fill(template: str, value: Callable[[str], str]) -> str:
    """The template with every field replaced by its value."""
    return _FIELD.sub(lambda m: value(m[1]), template)


def unpack(template: str, text: str) -> dict[str, str] | None:
    """The values that `fill` put in; null for a text of another form. A value holds no slash."""
    pieces = _FIELD.split(template)
    pattern = "".join("([^/]+)" if at % 2 else re.escape(piece) for at, piece in enumerate(pieces))
    found = re.fullmatch(pattern, text)
    return dict(zip(pieces[1::2], found.groups(), strict=True)) if found else None
