"""Rows of a list that cannot be followed: they name a document, and neither its number nor its address.

Such a row stays listed, under a key made of its words: nobody can fetch it, so its day stays open and says why. A row
without title or day is no document but the page's own furniture (a heading, "more").
"""

from __future__ import annotations

from collections.abc import Iterable

from etl.recipes import recipe
from etl.records.parsed import Record

_MARK = "row-"


def key(title: str, published_at: str | None) -> str | None:
    """The key of a row that cannot be followed; null where it is no document."""
    return f"{_MARK}{recipe(title, published_at)}" if title and published_at else None


def all_lost(items: Iterable[Record]) -> bool:
    """Whether no item can be followed: the list has changed its template."""
    return all(item.source_id.startswith(_MARK) for item in items)
