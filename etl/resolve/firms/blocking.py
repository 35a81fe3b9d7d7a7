"""Which few firms of a register a name is worth comparing with: those that share its rarest pairs of characters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Integers: TypeAlias = NDArray[np.int64]

#: Pairs of a register's name reach over two characters, for short names leave out some (恒实: 恒泰实达).
_REACH, _ASKED = 3, 2
#: A name's pairs are looked up from the rarest on until they lead to this many names.
_BUDGET = 300
#: Bits of a character's code point.
_BITS = 21


class PairIndex:
    """An inverted index: ordered pair of characters -> the texts that contain it, as flat arrays.

    Its answers depend on the texts alone, not on their order: equal ranks go by the text's number, and the register
    numbers its names in a fixed order.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        keys, owners = _pairs(texts, _REACH)
        order = np.lexsort((owners, keys))
        self._postings = owners[order].astype(np.int32)
        self._keys, self._starts, self._counts = np.unique(keys[order], return_index=True, return_counts=True)
        self._size = max(len(texts), 1)

    def candidates(self, texts: Sequence[str], limit: int) -> list[list[int]]:
        """For each text the numbers of at most `limit` indexed texts, those with most rare pairs in common first."""
        keys, owners = _pairs(texts, _ASKED)
        if not len(self._keys) or not len(keys):
            return [[] for _ in texts]
        asked, at = self._within_budget(keys, owners)
        counts = self._counts[at]
        rarity = np.repeat(np.log(1 + self._size / counts), counts)
        first = np.repeat(self._starts[at] - np.concatenate(([0], np.cumsum(counts)[:-1])), counts)
        found = self._postings[first + np.arange(counts.sum())].astype(np.int64)
        pairs, inverse = np.unique(np.repeat(asked, counts) * self._size + found, return_inverse=True)
        return _best(pairs // self._size, pairs % self._size, np.bincount(inverse, rarity), len(texts), limit)

    def _within_budget(self, keys: Integers, owners: Integers) -> tuple[Integers, Integers]:
        """The pairs worth looking up: for each owner the rarest, as many as the budget allows, one at least."""
        at = np.searchsorted(self._keys, keys)
        at[at == len(self._keys)] = 0
        known = self._keys[at] == keys
        at, owners = at[known], owners[known]
        order = np.lexsort((at, self._counts[at], owners))
        at, owners = at[order], owners[order]
        spent, rank = _within(np.cumsum(self._counts[at]), self._counts[at], owners)
        kept = (spent <= _BUDGET) | ((rank == 0) & (self._counts[at] <= 10 * _BUDGET))
        return owners[kept], at[kept]


def _within(total: Integers, counts: Integers, owners: Integers) -> tuple[Integers, Integers]:
    """Running sums and ranks that start anew with each owner."""
    first = np.flatnonzero(np.r_[True, owners[1:] != owners[:-1]]) if len(owners) else np.zeros(0, np.int64)
    lengths = np.diff(np.r_[first, len(owners)])
    before = np.repeat((total - counts)[first], lengths)
    return total - before, np.arange(len(owners)) - np.repeat(first, lengths)


def _best(owners: Integers, found: Integers, weights: NDArray[np.float64], size: int, limit: int) -> list[list[int]]:
    order = np.lexsort((found, -np.round(weights, 6), owners))
    ends = np.cumsum(np.bincount(owners, minlength=size))
    ranked = found[order].tolist()
    return [ranked[start : min(start + limit, end)] for start, end in zip([0, *ends[:-1]], ends, strict=True)]


def _pairs(texts: Sequence[str], reach: int) -> tuple[Integers, Integers]:
    """Ordered pairs of characters at most `reach` apart, each with the number of its text."""
    codes = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.int64)
    owners = np.repeat(np.arange(len(texts)), [len(text) for text in texts])
    keys, whose = [], []
    for apart in range(1, reach + 1):
        same = owners[:-apart] == owners[apart:]
        keys.append(((codes[:-apart] << _BITS) | codes[apart:])[same])
        whose.append(owners[:-apart][same])
    return np.concatenate(keys), np.concatenate(whose)
