"""Names of places that stand together in a text (广东省, 深圳市, 龙华区) and the places they can mean together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from etl.places.gazetteer import Place, gazetteer, within_years
from etl.places.mentions import Mention, doubtful, mentions, wordlike

#: Two names belong to one chain when at most this many characters stand between them.
_GAP = 2
#: Behind the name of a county they make another place or word of it (北屯镇, 三河市场).
_NO_CITY = frozenset("市区旗乡镇村")
#: Texts whose reading is kept: names of places recur, and a long text is not worth its room.
_KEPT, _SHORT = 1 << 15, 60


@dataclass(frozen=True, slots=True)
class Chain:
    """Names that stand together and agree (广东省, 深圳市, 龙华区), and the places they can mean together."""

    mentions: tuple[Mention, ...] = ()
    places: tuple[Place, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.mentions)

    def widest(self, year: int | None) -> Chain:
        """What a lone name means before 分行 or 分公司: the city or province, not a district that bears it too."""
        wide = tuple(p for p in standing(self.places, year) if p.level != "county")
        return replace(self, places=wide) if wide and len(self.mentions) == 1 else self

    @property
    def start(self) -> int:
        """Where the first name starts."""
        return self.mentions[0].start

    @property
    def end(self) -> int:
        """Where the last name ends."""
        return self.mentions[-1].end

    @property
    def text(self) -> str:
        """The names as written."""
        return "".join(m.name for m in self.mentions)


def read_chain(text: str) -> Chain:
    """The first chain of names in the text; a county without its 县 or 区 counts where it is the whole text (双流)."""
    return next(iter(read_text(text)), Chain())


def read_text(text: str) -> tuple[Chain, ...]:
    """The first chain as `read_chain` reads it, and every chain behind it."""
    return _kept_text(text) if len(text) <= _SHORT else _chains(text, bare=True)


def head_county(text: str, *, alone: bool = True) -> Chain:
    """A county-level city without its 市 at the head of a text (昆山开发区); empty where another place shares it.

    `alone`: nothing else says that a place is meant, so a name that firms also take (磐石科技) does not count.
    """
    for length in (4, 3, 2):
        name = text[:length]
        if text[length : length + 1] in _NO_CITY and not text.startswith("市场监", length):
            continue
        places = gazetteer().names.get(name, ())
        one_city = len({place.city_code for place in places}) == 1
        taken = doubtful(name, "firm") if alone else name in wordlike()
        if one_city and not taken and any(p.level == "county" and p.name == name + "市" for p in places):
            return read_chain(name)
    return Chain()


def read_chains(text: str) -> list[Chain]:
    """Every chain of names in the text, from left to right; a county without its 县 or 区 only inside a chain."""
    return list(_kept_chains(text) if len(text) <= _SHORT else _chains(text, bare=False))


def _chains(text: str, *, bare: bool) -> tuple[Chain, ...]:
    return tuple(chains_of(mentions(text), len(text), bare=bare))


def chains_of(found: Sequence[Mention], length: int, *, bare: bool) -> Iterator[Chain]:
    """The chains of the names found in a text of some length, as `read_text` (bare) or `read_chains` reads them."""
    chain = _chain(found, length, 0, bare=bare)
    while chain.mentions:
        yield chain
        chain = _chain(found, length, chain.end, bare=False)


@lru_cache(_KEPT)
def _kept_text(text: str) -> tuple[Chain, ...]:
    return _chains(text, bare=True)


@lru_cache(_KEPT)
def _kept_chains(text: str) -> tuple[Chain, ...]:
    return _chains(text, bare=False)


def _chain(found: Iterable[Mention], length: int, after: int, *, bare: bool) -> Chain:
    names: list[Mention] = []
    meant: tuple[Place, ...] = ()
    for mention in found:
        if mention.start < after:
            continue
        if names and mention.start > after + _GAP:
            break
        places = _narrow(meant, mention) if names else mention.own
        whole = bare and not names and mention.end - mention.start == length and mention.name[1:] != "区"
        if places and (mention.strong or whole or _continues(names, meant, mention)):
            names.append(mention)
            meant, after = places, mention.end
    return Chain(tuple(names), meant)


def _continues(names: Sequence[Mention], meant: Iterable[Place], mention: Mention) -> bool:
    """A county without its 县 or 区 right behind its city or province; 新疆天山 may mean the mountains.

    广东省北江 is the river: nobody calls a district of the past by its bare name, least of all without its city.
    """
    if not names or mention.start != names[-1].end or not any(_may_stand_bare(p) for p in mention.places):
        return False
    if mention.name not in wordlike() or names[-1].full:
        return True
    cities = [p for p in meant if p.level != "province"]  # 河南 is also a county, but 中原 is not in it
    return any(_contains(city, place) for city in cities for place in mention.places)


def _may_stand_bare(place: Place) -> bool:
    return place.valid_to is None or not place.name.endswith("区")


def _narrow(meant: Iterable[Place], mention: Mention) -> tuple[Place, ...]:
    """What the names mean together: the places of the mention that lie inside places of the chain."""
    return tuple(p for p in mention.places if any(_contains(q, p) for q in meant))


def _contains(outer: Place, inner: Place) -> bool:
    if outer.level == "province":
        return inner.province_code == outer.code and inner.level != "province"
    if outer.level == "county":
        return outer.code == inner.code
    if outer.province_code != inner.province_code:
        return False
    if outer.code == inner.city_code:
        return True
    cities = gazetteer().cities_of(inner.code)
    return outer.code in cities or (inner.level == "county" and not set(outer.successors).isdisjoint(cities))


def standing(places: Sequence[Place], year: int | None) -> tuple[Place, ...]:
    """The places in force in the year; where none is, all of them: a former or a later name."""
    if len(places) == 1:
        return tuple(places)
    year = within_years(year)
    return tuple(p for p in places if p.in_force(year)) or tuple(places)
