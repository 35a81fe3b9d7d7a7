"""Which names of places stand in a text, and where: the raw material of `chains`.

One automaton holds every name of two characters or more, and the words that only contain one (内华达州). A name that
is part of such a word, of a street (南京东路) or of a town (长安镇) is left out here; what a name means in its place is
decided later.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache
from typing import Literal, NamedTuple

from ahocorasick_rs import AhoCorasick

from etl.places.gazetteer import Place, gazetteer, read_table

#: What makes a street, a building, a town or a village of the name before it. 路桥 and 路由 are no streets, 村镇 is no
#: village (北京村镇银行); 成都东大街 is 东大街 in 成都.
_NO_PLACE = re.compile(
    r"(?:[东西南北中一二三四环新]{0,2}(?:路(?![桥由航达灯政面通产])|大[道路]|弄|胡同)|大街|街(?!道)|道(?![路教桥县真孚外里])"
    r"|巷|桥|大厦|广场|花园|公园|宾馆|饭店|大酒店|镇(?!江)|村(?![镇民]))"
)
#: The characters it can begin with: most names are followed by another.
_BEHIND_NO_PLACE = frozenset("东西南北中一二三四环新路大弄胡街道巷桥广花公宾饭镇村")
#: A zone of the place before it (昆山开发区, 临海园区): the name stands for the place although its 市 is missing.
_ZONE = re.compile(
    r"(?:国家级?|省级|经济|高新|新技术|技术|产业|工业|循环|综合|保税|化工|农业|科技|生态|旅游|创业){0,4}"
    r"(?:开发区|园区|产业园|工业园|科技园|高新区|经开区|保税区|集聚区|集中区|示范区|度假区|工业区|片区|分区|分园)"
)


#: Names that end other words (高新区, 沿海城市, 内邱县): they count only behind a place, a mark or one of these.
_FRAGILE = re.compile(r".[县区市]|.(?:城区|园区|新区|矿区|郊区|城市)")
_BEFORE_FRAGILE = frozenset("址于在由为至到国和与及省市县区州盟旗")
#: A name whose last character begins another word: 东方市场, 江北区域, 县级.
_OTHER_WORD = frozenset({"市场", "区域", "区块", "区间", "县域", "县级"})


class Mention(NamedTuple):
    """A name of a place in a text and what it may mean. `strong`: not only a county without its 县 or 区."""

    start: int
    end: int
    name: str
    places: tuple[Place, ...]
    strong: bool

    @property
    def full(self) -> bool:
        """Written in full, as 深圳市 or 龙华区, so that it cannot be a mere word."""
        return self.name in _full_names()

    @property
    def own(self) -> tuple[Place, ...]:
        """What the name can mean with nothing before it: written in full only what bears it in full."""
        return tuple(p for p in self.places if p.name == self.name) if self.full else self.places


@cache
def _full_names() -> frozenset[str]:
    return frozenset(place.name for place in gazetteer().places())


@cache
def _fragile() -> frozenset[str]:
    return frozenset(name for name in _full_names() if _FRAGILE.fullmatch(name))


@cache
def _automaton() -> tuple[AhoCorasick, list[Mention | None], int]:
    """The automaton; by pattern the mention at position 0, None for a word that is no place; the first such pattern."""
    patterns: dict[str, Mention] = {}
    for name, places in gazetteer().names.items():
        if len(name) >= 2 and not name.isascii():
            # 新区 or 郊区 say something only behind their city.
            strong = any(p.level != "county" or p.short_name != name for p in places) and name[1:] != "区"
            patterns[name] = Mention(0, len(name), name, places, strong)
    patterns |= {name: Mention(0, len(name), name, tuple(places), strong=True) for name, places in _areas().items()}
    words = {row["word"] for row in read_table("words.csv")}
    names = [name for name in patterns if name not in words]
    meanings = [*(patterns[name] for name in names), *(None for _ in words)]
    return AhoCorasick([*names, *sorted(words)]), meanings, len(names)


def _areas() -> dict[str, list[Place]]:
    """Zones that go by a name of their own, each as the city or cities it lies in, for the years that it does."""
    areas: dict[str, list[Place]] = defaultdict(list)
    for row in read_table("areas.csv"):
        city = gazetteer().get(row["code"])
        if city is not None:
            start, end = row["valid_from"], row["valid_to"]
            until = int(end) if end else city.valid_to
            areas[row["name"]].append(
                replace(city, valid_from=int(start) if start else city.valid_from, valid_to=until)
            )
    return areas


@cache
def wordlike() -> frozenset[str]:
    """Short names that are also words or that several places share: alone they decide nothing."""
    return frozenset(row["short_name"] for row in read_table("wordlike.csv"))


@cache
def _doubtful() -> dict[str, str]:
    return {row["short_name"]: row["of"] for row in read_table("doubtful.csv")}


def doubtful(name: str, of: Literal["branch", "firm"]) -> bool:
    """Whether a short name alone says no place at the head of a sub-branch (站前支行) or of a firm (磐石科技)."""
    return name in wordlike() or _doubtful().get(name) in (of, "both")


@cache
def _zoned() -> frozenset[str]:
    """Short names of counties that a zone may bear: of one city, no mere word, of a 市 or 县 at some time."""
    found = set()
    for name, places in gazetteer().names.items():
        one_city = len({p.city_code for p in places}) == 1 and name not in wordlike()
        if one_city and any(p.level == "county" and p.name in (name + "市", name + "县") for p in places):
            found.add(name)
    return frozenset(found)


def mentions(text: str) -> list[Mention]:
    """Every name of a place in a text, by start, the longer first: overlapping ones too, none inside a longer one."""
    automaton, patterns, first_word = _automaton()
    hits = automaton.find_matches_as_indexes(text, overlapping=True)
    if not hits:
        return []
    matches = [(s, -e, i) for i, s, e in hits]
    matches.sort()
    if max(hits)[0] >= first_word:
        matches = _outside_words(matches, patterns)
    full_names, zoned, fragile = _full_names(), _zoned(), _fragile()
    found = []
    first = reach = 0
    for start, negative_end, index in matches:
        _, _, name, places, strong = patterns[index]  # type: ignore[misc]  # the words are gone
        end = -negative_end
        if end > reach:
            first, reach = start, end
        elif start > first:
            continue  # 大连 inside 五大连池
        if name in full_names:
            if text[end - 1 : end + 1] in _OTHER_WORD:
                continue
            if name in fragile and not _may_follow(text, start, matches):
                continue
        else:
            if text[end : end + 1] in _BEHIND_NO_PLACE and is_no_place(text, end) and not _begins(end, matches):
                continue
            strong = strong or (name in zoned and end_of_zone(text, end) > end)
        found.append(Mention(start, end, name, places, strong))
    return found


#: Start, negative end and pattern of what the automaton finds: sorted, the longer of two at one start comes first.
_Match = tuple[int, int, int]


def _outside_words(matches: Iterable[_Match], patterns: Sequence[Mention | None]) -> list[_Match]:
    """The names that are no part of a word that is no place, and the short ones that do not begin inside one.

    西南通信 is not in 南通; but a word that begins inside a name is none: there is no 西南 in 广西南宁.
    """
    names: list[_Match] = []
    reach = first = last = 0
    for start, negative_end, index in matches:
        mention, end = patterns[index], -negative_end
        if mention is None:
            if start >= reach:
                first, last = start, max(last, end)
        elif not (end <= last or (first < start < last and not mention.full)):
            names.append((start, negative_end, index))
            reach = max(reach, end)
    return names


def _begins(at: int, matches: Iterable[_Match]) -> bool:
    return any(start == at for start, _, _ in matches)


def _may_follow(text: str, start: int, matches: Iterable[_Match]) -> bool:
    """Whether a fragile name may start here: at the head, behind a place, a mark or one of the words for 'in'."""
    return not start or _may_precede(text[start - 1]) or any(-end == start for _, end, _ in matches)


def _may_precede(character: str) -> bool:
    return character in _BEFORE_FRAGILE or not "㐀" <= character <= "鿿"


def is_no_place(text: str, end: int) -> bool:
    """Whether the words behind a name make a street, a building, a town or a village of it."""
    return _NO_PLACE.match(text, end) is not None


def end_of_zone(text: str, end: int) -> int:
    """Where the zone of a place ends whose name ends at `end` (昆山|开发区|); there when no zone follows."""
    zone = _ZONE.match(text, end)
    return zone.end() if zone else end
