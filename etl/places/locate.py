"""From an address or a name to its city: province, city and county are read as a chain, and never by luck.

A name that several places share is settled by what stands beside it (四川省成都市武侯区), by the hint, or by the
year; else the place stays open and the candidates are listed. A wrong city costs more than none.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from etl.places.gazetteer import LAST_YEAR, Place, fold, gazetteer
from etl.places.mentions import Mention, mentions, wordlike

#: Two names belong to one chain when at most this many characters stand between them.
_GAP = 2
#: 中国(安徽)自由贸易试验区芜湖片区: the zone stands between the province and its city.
_FREE_TRADE_ZONE = re.compile(r"(?:中国)?\(?([一-鿿]{2,4}?)\)?(?:自由贸易|自贸)(?:试验)?区")
#: An address is read no further than this: behind it come buildings and names of firms.
_LONGEST = 400


@dataclass(frozen=True, slots=True)
class Located:
    """A city, or why there is none.

    `score` is 0 to 1; `method` one of code, full_name, short_name, county, pinyin, none; `candidates` are `code
    name` pairs that were also possible (without the chosen one).
    """

    city_code: str | None
    province_code: str | None
    method: str
    score: float
    evidence: str
    candidates: tuple[str, ...] = ()


def locate(text: str, year: int | None = None, hint: str | None = None) -> Located:
    """The city of an address, of the name of a place, of a folder name in pinyin, or of a six-digit code.

    `year`: the year the text speaks of (default: the last known); the city is the one then in force, also for
    former names. `hint`: a text or code that names the province or city it should be in; it settles what is
    ambiguous and never adds a city.
    """
    text = clean(text)[:_LONGEST]
    if text.isdigit():
        return _by_code(text, year)
    if text.isascii():
        return _by_pinyin(text, year, hint)
    text = _FREE_TRADE_ZONE.sub(r"\1", text)
    chain = read_chain(text) or head_county(text)
    return judge(chain, year, hint) if chain.places else _nothing(f"no place in {text!r}" if text else "empty")


def clean(text: str) -> str:
    """NFKC, and no white space."""
    return "".join(unicodedata.normalize("NFKC", text).split()) if not text.isascii() else text.strip()


@dataclass(frozen=True, slots=True)
class Chain:
    """Names that stand together and agree (广东省, 深圳市, 龙华区), and the places they can mean together."""

    mentions: tuple[Mention, ...] = ()
    places: tuple[Place, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.mentions)

    def widest(self, year: int | None) -> Chain:
        """What a lone name means before 分行 or 分公司: the city or province, not a district that bears it too."""
        wide = tuple(p for p in _standing(self.places, year) if p.level != "county")
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
    return _chain(mentions(text), len(text), 0, bare=True)


def head_county(text: str) -> Chain:
    """A county-level city without its 市 at the head of a text (昆山开发区); empty where another place shares it."""
    for length in (4, 3, 2):
        name = text[:length]
        places = gazetteer().names.get(name, ())
        one_city = len({place.city_code for place in places}) == 1 and name not in wordlike()
        if one_city and any(p.level == "county" and p.name == name + "市" for p in places):
            return read_chain(name)
    return Chain()


def read_chains(text: str) -> list[Chain]:
    """Every chain of names in the text, from left to right; a county without its 县 or 区 only inside a chain."""
    found, chains = mentions(text), []
    chain = _chain(found, len(text), 0, bare=False)
    while chain.mentions:
        chains.append(chain)
        chain = _chain(found, len(text), chain.end, bare=False)
    return chains


def _chain(found: Iterable[Mention], length: int, after: int, *, bare: bool) -> Chain:
    chain, blocked = Chain(), after
    for mention in found:
        if mention.start < blocked:
            continue
        if chain.mentions and mention.start > chain.end + _GAP:
            break
        places = _narrow(chain, mention)
        whole = bare and not chain.mentions and mention.start == 0 and mention.end == length
        if not places or not (mention.strong or whole or _continues(chain, mention)):
            continue
        chain = Chain((*chain.mentions, mention), places)
        blocked = mention.end
    return chain


def _continues(chain: Chain, mention: Mention) -> bool:
    """A county without its 县 or 区 right behind its city or province; 新疆天山 may mean the mountains."""
    if not chain.mentions or mention.start != chain.end:
        return False
    above = chain.mentions[-1]
    return mention.name not in wordlike() or above.full or any(p.level != "province" for p in chain.places)


def _narrow(chain: Chain, mention: Mention) -> tuple[Place, ...]:
    """What the names mean together: the places of the mention that lie inside places of the chain."""
    if not chain.mentions:
        return _own_meaning(mention)
    return tuple(p for p in mention.places if any(_contains(q, p) for q in chain.places))


def _own_meaning(mention: Mention) -> tuple[Place, ...]:
    """What a name can mean with nothing before it: written in full only what bears it in full."""
    return tuple(p for p in mention.places if p.name == mention.name) or mention.places


def _preferred(chain: Chain, standing: tuple[Place, ...]) -> tuple[Place, ...]:
    """A lone short name is the province or city rather than a district of another city that shares it (西安, 大同)."""
    wide = tuple(p for p in standing if p.level != "county")
    lone = len(chain.mentions) == 1 and not chain.mentions[0].full
    return wide if wide and lone and chain.mentions[0].name not in wordlike() else standing


def _contains(outer: Place, inner: Place) -> bool:
    if outer.level == "province":
        return inner.province_code == outer.code and inner.level != "province"
    if outer.level == "county":
        return outer.code == inner.code
    return outer.code in (inner.city_code, *gazetteer().cities_of(inner.code)) or (
        inner.level == "county" and bool(set(outer.successors) & set(gazetteer().cities_of(inner.code)))
    )


def judge(chain: Chain, year: int | None, hint: str | None = None) -> Located:
    """One city, or none with candidates, for what a chain may mean."""
    standing = _preferred(chain, _standing(chain.places, year))
    cities = {code for place in standing for code in gazetteer().cities_of(place.code, year)}
    provinces = {place.province_code for place in standing}
    wide = [place for place in standing if place.level == "province"]
    within = _scope(hint, year) if len(cities) > 1 or wide else frozenset()
    if within:
        cities, wide = {c for c in cities if _inside(c, within)}, [p for p in wide if p.code not in within]
        provinces &= {c[:2] + "0000" for c in within}
    province = provinces.pop() if len(provinces) == 1 else None
    names = f"{chain.text!r}"
    if len(cities) == 1 and not wide:
        return _found(cities.pop(), chain, standing, year)
    if not cities and province and wide:
        return replace(_nothing(f"{names} names a province only"), province_code=province)
    reason = f"{names} is ambiguous" if cities or wide else f"{names} agrees with no place of the hint"
    return replace(_nothing(reason, _listed([*cities, *(p.code for p in wide)], year)), province_code=province)


def _standing(places: Sequence[Place], year: int | None) -> tuple[Place, ...]:
    """The places in force in the year; where none is, all of them: a former or a later name."""
    return tuple(p for p in places if p.in_force(LAST_YEAR if year is None else year)) or tuple(places)


def _found(city: str, chain: Chain, standing: Sequence[Place], year: int | None) -> Located:
    place = gazetteer().get(city, year)
    last = chain.mentions[-1]
    if any(m.full and any(p.level != "county" for p in m.places) for m in chain.mentions):
        method, score = "full_name", 0.98
    elif standing[0].level == "county" and len(chain.mentions) == 1:
        method, score = "county", 0.92 if last.full else 0.75
    else:
        method, score = "short_name", 0.9
    name = place.name if place else city
    return Located(city, city[:2] + "0000", method, score, f"{chain.text!r} -> {name}")


def _inside(city: str, within: frozenset[str]) -> bool:
    return city in within or city[:2] + "0000" in within


def _scope(hint: str | None, year: int | None) -> frozenset[str]:
    """Codes of the provinces or cities a hint names. A city narrows to itself, a province to all its cities."""
    if not hint:
        return frozenset()
    if clean(hint).isdigit():
        return frozenset({hint.strip()})
    chain = read_chain(clean(hint))
    cities = {c for p in chain.places if p.level != "province" for c in gazetteer().cities_of(p.code, year)}
    return frozenset(cities | {p.code for p in chain.places if p.level == "province"})


def _by_code(text: str, year: int | None) -> Located:
    cities = gazetteer().cities_of(text, year)
    if len(cities) == 1:
        return Located(cities[0], cities[0][:2] + "0000", "code", 1.0, f"code {text}")
    if not cities and gazetteer().get(text):
        return replace(_nothing(f"code {text} is a province"), province_code=text)
    return _nothing(f"code {text} is " + ("split up" if cities else "unknown"), _listed(cities, year))


def _by_pinyin(text: str, year: int | None, hint: str | None) -> Located:
    places = gazetteer().names.get(fold(text), ())
    if not places:
        return _nothing(f"no place in {text!r}" if text else "empty")
    mention = Mention(0, len(text), text, places, strong=True)
    located = judge(Chain((mention,), places), year, hint)
    return replace(located, method="pinyin") if located.city_code else located


def _listed(codes: Iterable[str], year: int | None) -> tuple[str, ...]:
    places = [gazetteer().get(code, year) or gazetteer().get(code) for code in sorted(set(codes))]
    return tuple(f"{p.code} {p.name}" for p in places if p)


def _nothing(reason: str, candidates: tuple[str, ...] = ()) -> Located:
    return Located(None, None, "none", 0.0, reason, candidates)
