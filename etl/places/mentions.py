"""Which names of places stand in a text, and where: the raw material of `locate`.

One automaton holds every name of two characters or more. A name that is part of a street (南京东路) or of a word
that only contains it is left out here; what a name means in its place is decided in `locate`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from ahocorasick_rs import AhoCorasick

from etl.places.gazetteer import Place, gazetteer, read_table

#: What makes a street or a building of the name before it. 路桥 and 路由 are no streets; 成都东大街 is 东大街 in 成都.
_STREET = re.compile(
    r"(?:[东西南北中一二三四环新]{0,2}(?:路(?![桥由航达灯政面通产])|大道|弄|胡同)|大街|街(?!道)|巷|桥|大厦|广场|花园|公园|宾馆|饭店|大酒店)"
)
#: Words that begin with the name of a place and mean something else.
_WORDS = re.compile(r"杭州湾|中山(?:大学|医院|公园|装)|大理石|阿里(?:巴巴|云)|朝阳产业|北京时间|上海合作组织|海南岛")


@dataclass(frozen=True, slots=True)
class Mention:
    """A name of a place in a text and what it may mean. `strong`: not only a county without its 县 or 区."""

    start: int
    end: int
    name: str
    places: tuple[Place, ...]
    strong: bool

    @property
    def full(self) -> bool:
        """Written in full, as 深圳市 or 龙华区, so that it cannot be a mere word."""
        return any(place.name == self.name for place in self.places)


@cache
def _automaton() -> tuple[AhoCorasick, list[tuple[str, tuple[Place, ...], bool]]]:
    patterns = []
    for name, places in gazetteer().names.items():
        if len(name) >= 2 and not name.isascii():
            strong = any(p.level != "county" or p.short_name != name for p in places)
            patterns.append((name, places, strong))
    patterns += [(name, (place,), True) for name, place in _areas()]
    return AhoCorasick([name for name, _, _ in patterns]), patterns


def _areas() -> Iterator[tuple[str, Place]]:
    for row in read_table("areas.csv"):
        place = gazetteer().get(row["code"])
        if place is not None:
            yield row["name"], place


@cache
def wordlike() -> frozenset[str]:
    """Short names that are also words or that several places share: alone they decide nothing."""
    return frozenset(row["short_name"] for row in read_table("wordlike.csv"))


def mentions(text: str) -> list[Mention]:
    """Every name of a place in the text, also overlapping ones, by start, the longer first."""
    automaton, patterns = _automaton()
    found = [
        Mention(start, end, *patterns[index])
        for index, start, end in automaton.find_matches_as_indexes(text, overlapping=True)
    ]
    found.sort(key=lambda m: (m.start, -m.end))
    starts = {m.start for m in found}
    return [m for m in found if m.full or not _is_no_place(text, m, starts)]


def _is_no_place(text: str, mention: Mention, starts: set[int]) -> bool:
    if mention.end not in starts and _STREET.match(text, mention.end):
        return True
    return _WORDS.match(text, mention.start) is not None
