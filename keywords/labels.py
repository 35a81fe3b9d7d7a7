"""From hits to labels: which dimensions of a lexicon a text belongs to, and the one it would be filed under."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from keywords.hits import Hit
from keywords.lexicon import Lexicon


class Labels(NamedTuple):
    """Every dimension with a hit, in the order of the lexicon, and the primary one; empty where there is none."""

    dimensions: tuple[str, ...]
    primary: str


def labels(hits: Iterable[Hit], lexicon: Lexicon) -> Labels:
    """Return the labels of a text's hits.

    The primary dimension is that of the longest term found, of several the first in the lexicon (study S0).
    """
    found = {hit.term for hit in hits}
    grouped = [(len(one.needle), one.dimension) for one in lexicon.terms if one.dimension and one.term in found]
    _, primary = max(grouped, key=lambda one: one[0], default=(0, ""))
    return Labels(tuple(dict.fromkeys(dimension for _, dimension in grouped)), primary)
