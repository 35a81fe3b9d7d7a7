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
_BUDGET = 200
#: Bits of a character's code point, of a text's number and of a rarity: sums are of integers, in any order the same.
_CHARACTER, _NUMBER, _RARITY = 21, 23, 12


class PairIndex:
    """An inverted index: ordered pair of characters -> the texts that contain it, as flat arrays.

    Its answers follow from the texts alone: equal ranks go by the text's number, and the register numbers its names
    in a fixed order. Holds up to 8 million texts.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        keys, owners = _pairs(texts, _REACH)
        order = np.lexsort((owners, keys))
        self._postings = owners[order].astype(np.int32)
        self._keys, self._starts, self._counts = np.unique(keys[order], return_index=True, return_counts=True)
        self._rarity = np.round(100 * np.log(1 + len(texts) / self._counts)).astype(np.int64)

    def candidates(self, texts: Sequence[str], limit: int) -> list[list[int]]:
        """For each text the numbers of at most `limit` indexed texts, those with most rare pairs in common first."""
        keys, owners = _pairs(texts, _ASKED)
        if not len(self._keys) or not len(keys):
            return [[] for _ in texts]
        asked, at = self._within_budget(keys, owners)
        counts = self._counts[at]
        first = np.repeat(self._starts[at] - np.cumsum(counts) + counts, counts)
        found = self._postings[first + np.arange(counts.sum())].astype(np.int64)
        pairs = np.repeat(asked, counts) << _NUMBER | found
        return _best(np.sort(pairs << _RARITY | np.repeat(self._rarity[at], counts)), len(texts), limit)

    def _within_budget(self, keys: Integers, owners: Integers) -> tuple[Integers, Integers]:
        """Whose pairs are worth looking up, and where: for each owner the rarest that the budget allows, or one."""
        at = np.minimum(np.searchsorted(self._keys, keys), len(self._keys) - 1)
        known = self._keys[at] == keys
        at, owners = at[known], owners[known]
        order = np.lexsort((at, self._counts[at], owners))
        at, owners = at[order], owners[order]
        counts = self._counts[at]
        total, first = np.cumsum(counts), np.searchsorted(owners, owners)
        spent = total - (total - counts)[first]
        rarest = np.arange(len(owners)) == first
        kept = (spent <= _BUDGET) | (rarest & (counts <= 10 * _BUDGET))
        return owners[kept], at[kept]


def _best(found: Integers, size: int, limit: int) -> list[list[int]]:
    """From sorted (owner, number, rarity) to each owner's numbers with the greatest sums of rarity."""
    pairs = found >> _RARITY
    first = np.flatnonzero(np.diff(pairs, prepend=-1))
    sums = np.add.reduceat(found & ((1 << _RARITY) - 1), first) if len(first) else first
    pairs = pairs[first]
    owners, numbers = pairs >> _NUMBER, pairs & ((1 << _NUMBER) - 1)
    most = (1 << 18) - 1
    ranked = np.sort((owners << 18 | (most - np.minimum(sums, most))) << _NUMBER | numbers)
    listed = (ranked & ((1 << _NUMBER) - 1)).tolist()
    ends = np.cumsum(np.bincount(owners, minlength=size)).tolist()
    return [listed[start : min(start + limit, end)] for start, end in zip([0, *ends[:-1]], ends, strict=True)]


def _pairs(texts: Sequence[str], reach: int) -> tuple[Integers, Integers]:
    """Ordered pairs of characters at most `reach` apart, each with the number of its text."""
    codes = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.int64)
    owners = np.repeat(np.arange(len(texts)), [len(text) for text in texts])
    keys, whose = [], []
    for apart in range(1, reach + 1):
        same = owners[:-apart] == owners[apart:]
        keys.append((codes[:-apart] << _CHARACTER | codes[apart:])[same])
        whose.append(owners[:-apart][same])
    return np.concatenate(keys), np.concatenate(whose)
