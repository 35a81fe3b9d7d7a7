"""From an address or a name to its city: province, city and county are read as a chain, and never by luck.

A name that several places share is settled by what stands beside it (四川省成都市武侯区), by the hint, by a postcode or
a telephone number in the text, or by the year; else the place stays open and the candidates are listed. A wrong city
costs more than none.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from etl.places.chains import Chain, head_county, read_chain, read_chains, read_text, standing
from etl.places.gazetteer import Place, fold, gazetteer, read_table, within_years
from etl.places.mentions import Mention, end_of_zone, is_no_place, wordlike
from etl.places.numbers import dialling_cities, postcode_cities, postcode_city
from etl.places.phrases import plain, stationed

__all__ = ["Chain", "Located", "clean", "head_county", "judge", "locate", "read_chain", "read_chains"]

#: A number alone, perhaps behind what it is; tables make 440300.0 and 440300000000 of codes.
_NUMBER = re.compile(
    r"(?:(?P<postcode>邮政编码|邮编)|(?P<code>(?:行政)?区划代码|代码)|(?P<other>编号))?:?(?P<digits>\d{6})(?:0{6})?(?:\.0+)?"
)
#: Before another address in the same text.
_NEXT_ADDRESS = (";", ":", "/", "地址")
#: Zones that lie in the place before these words: 漕河泾开发区海宁分区, 广州(梅州)产业转移工业园.
_ELSEWHERE = re.compile(r"分[区园]|\)产业转移")
#: An address is read no further than this: behind it come buildings and names of firms.
_LONGEST = 400
#: Below it a name may be a mere word: the short name of a county.
_SURE = 0.8
_KEPT = 1 << 15


class Located(NamedTuple):
    """A city, or why there is none.

    `score` is 0 to 1; `method` one of code, full_name, short_name, county, pinyin, postcode, none; `candidates` are
    `code name` pairs that were also possible (without the chosen one).
    """

    city_code: str | None
    province_code: str | None
    method: str
    score: float
    evidence: str
    candidates: tuple[str, ...] = ()


def locate(text: str, year: int | None = None, hint: str | None = None, *, address: bool = False) -> Located:
    """The city of an address, of the name of a place, of a folder name in pinyin, or of a six-digit number.

    A number is what stands before it (邮编 or 代码), else the code of a place of that year; a former code that is a
    postcode as well stays open, as does any that is both behind 编号: it is some number, and nobody says which.

    `year`: the year the text speaks of (default: the last known); the city is the one then in force, also for
    former names. `hint`: a text or code that names the province or city it should be in; it settles what is
    ambiguous and never adds a city. `address`: the text is an address, where six digits are a postcode and no code.
    """
    text = clean(text)[:_LONGEST]
    return _kept(text, within_years(year), hint, address)


@cache
def _simplifying() -> dict[int, str]:
    return {ord(row["traditional"]): row["simplified"] for row in read_table("traditional.csv")}


def clean(text: str) -> str:
    """NFKC, simplified characters, and no white space."""
    if text.isascii():
        return text.strip()
    return "".join(unicodedata.normalize("NFKC", text).split()).translate(_simplifying())


def _locate(text: str, year: int, hint: str | None, address: bool) -> Located:
    if not address and (number := _NUMBER.fullmatch(text)):
        return _by_number(number, year)
    if _is_outside(text):
        return _nothing(f"{text[:6]!r} is outside the scope")
    text = plain(text, year)
    chain, *later = _read(text)
    if not chain:
        found = _by_pinyin(text, year, hint) if text.isascii() else _nothing(f"no place in {text!r}")
        return _by_postcode(found, text, year) if address and not found.city_code else found
    found = _heeding(hint, judge(chain, year, hint), chain, year)
    if found.city_code:
        return _alone(found, chain, later, text, year)
    if found.candidates:
        return _settled(found, chain, text, year)
    found = _within_province(found, later, year)
    return _by_postcode(found, text, year) if address and not found.city_code else found


_kept = lru_cache(_KEPT)(_locate)


@cache
def _outside() -> tuple[str, ...]:
    return tuple(prefix + row["name"] for row in read_table("outside.csv") for prefix in ("", "中国"))


def _is_outside(text: str) -> bool:
    """Whether the text starts with a place out of scope, and not with a street that bears its name (香港中路)."""
    if not text.startswith(_outside()):
        return False
    return not is_no_place(text, max(len(name) for name in _outside() if text.startswith(name)))


def _read(text: str) -> tuple[Chain, ...]:
    """The names a text is located by, and those behind them; one empty chain where there are none."""
    office = stationed(text)
    if office is not None:
        return read_text(office) or (Chain(),)
    return read_text(text) or (head_county(text),)


def _heeding(hint: str | None, found: Located, chain: Chain, year: int) -> Located:
    """The city found, if no hint speaks against it; the short name of a county that is also a word needs one for it."""
    within = _scope(hint, year)
    if not found.city_code or (within and _inside(found.city_code, within)):
        return found
    lone = len(chain.mentions) == 1
    if within and lone:  # 东乡县 of 甘肃 is its 东乡族自治县, though another county bears the name in full
        again = judge(Chain(chain.mentions, chain.mentions[0].places), year, hint)
        if again.city_code and _inside(again.city_code, within):
            return again
    if found.score >= _SURE or not (within or chain.mentions[0].name in wordlike()):
        return found
    reason = "agrees with no place of the hint" if within else "may be a mere word"
    return _nothing(f"{chain.text!r} {reason}", _listed([found.city_code], year))


def _alone(found: Located, chain: Chain, later: Sequence[Chain], text: str, year: int) -> Located:
    """The city found, unless the text gives the address of another city as well, or a zone of its own there."""
    zone = next((judge(other, year) for other in later if _ELSEWHERE.match(text, other.end)), None)
    if zone is not None and zone.city_code:
        return zone
    others = {judge(other, year).city_code for other in later if _is_address(other, chain, text)}
    postcodes = postcode_cities(text, year)
    others |= postcodes if len(postcodes) > 1 else set()
    if others <= {None, found.city_code}:
        return found
    return _nothing(f"{text!r} names several cities", _listed({found.city_code, *others}, year))


def _is_address(other: Chain, chain: Chain, text: str) -> bool:
    """Whether a chain gives another address, or another city: 中关村科技园区保定创新中心."""
    before = text[: other.start]
    if before.endswith(_NEXT_ADDRESS):
        return True
    first = other.mentions[0]
    if (
        before.endswith((",", "、", "与", "和", "至"))
        and first.full
        and all(place.level != "county" for place in first.places)
    ):
        return True
    lone = len(chain.mentions) == 1 and not chain.mentions[0].full
    near = other.start <= end_of_zone(text, chain.end) + 2
    return lone and near and any(place.level != "county" for place in other.places)


def _within_province(found: Located, later: Sequence[Chain], year: int) -> Located:
    """Behind a province, the first city or county of it that is written in full or has a zone (浙江省...临海园区)."""
    for chain in later:
        if chain.mentions[0].full or all(place.level == "county" for place in chain.places):
            city = judge(chain, year, found.province_code)
            if city.city_code:
                return city
    return found


def _settled(found: Located, chain: Chain, text: str, year: int) -> Located:
    """What several places share, settled by the postcode or the telephone number beside it."""
    named = {candidate.split()[0] for candidate in found.candidates}
    for cities in (postcode_cities(text, year), dialling_cities(text, year)):
        if len(cities & named) == 1:
            return judge(chain, year, next(iter(cities & named)))
    return found


def _by_postcode(found: Located, text: str, year: int) -> Located:
    """An address that names no city, but has a postcode: of a city in the province, where it names one."""
    cities = postcode_cities(text, year)
    fitting = {city for city in cities if found.province_code in (None, city[:2] + "0000")}
    if len(fitting) != 1:
        return found._replace(candidates=_listed(fitting, year)) if fitting else found
    city = fitting.pop()
    return Located(
        city, city[:2] + "0000", "postcode", 0.6, f"{found.evidence}; its postcode is of {_name(city, year)}"
    )


def _preferred(chain: Chain, places: tuple[Place, ...]) -> tuple[Place, ...]:
    """A lone short name is the province or city rather than a district of another city that shares it (西安, 大同)."""
    if len(places) == 1 or len(chain.mentions) > 1 or chain.mentions[0].full or chain.mentions[0].name in wordlike():
        return places
    return tuple(p for p in places if p.level != "county") or places


def judge(chain: Chain, year: int | None, hint: str | None = None) -> Located:
    """One city, or none with candidates, for what a chain may mean."""
    meant = _preferred(chain, standing(chain.places, year))
    cities = {code for place in meant for code in gazetteer().cities_of(place.code, year)}
    wide = {place.code for place in meant if place.level == "province"}
    if len(cities) == 1 and not wide:
        return _found(cities.pop(), chain, meant, year)
    provinces = {place.province_code for place in meant}
    within = _scope(hint, year)
    if within:
        cities, wide = {c for c in cities if _inside(c, within)}, wide - within
        provinces &= {c[:2] + "0000" for c in within}
        if len(cities) == 1 and not wide:
            return _found(cities.pop(), chain, meant, year)
    return _open(chain, cities, wide, provinces, year)


def _open(chain: Chain, cities: set[str], wide: set[str], provinces: set[str], year: int | None) -> Located:
    """Why a chain gives no city, and its province where that much is sure."""
    province = provinces.pop() if len(provinces) == 1 else None
    if not cities and province and wide:
        return _nothing(f"{chain.text!r} names a province only")._replace(province_code=province)
    reason = "is ambiguous" if cities or wide else "agrees with no place of the hint"
    return _nothing(f"{chain.text!r} {reason}", _listed(cities | wide, year))._replace(province_code=province)


def _found(city: str, chain: Chain, meant: Sequence[Place], year: int | None) -> Located:
    last = chain.mentions[-1]
    if any(m.full and m.places[0].level != "county" for m in chain.mentions):  # provinces and cities come first
        method, score = "full_name", 0.98
    elif meant[0].level == "county" and len(chain.mentions) == 1:
        method, score = "county", 0.92 if last.full else 0.75
    else:
        method, score = "short_name", 0.9
    return Located(city, city[:2] + "0000", method, score, f"{chain.text!r} -> {_name(city, year)}")


@lru_cache(_KEPT)
def _name(city: str, year: int | None) -> str:
    place = gazetteer().get(city, year)
    return place.name if place else city


def _inside(city: str, within: frozenset[str]) -> bool:
    return city in within or city[:2] + "0000" in within


def _scope(hint: str | None, year: int | None) -> frozenset[str]:
    """Codes of the provinces or cities a hint names. A city narrows to itself, a province to all its cities."""
    if not hint:
        return frozenset()
    hint = clean(hint)
    if hint.isdigit():
        return frozenset(gazetteer().cities_of(hint, year) or {hint})
    chain = read_chain(hint)
    cities = {c for p in chain.places if p.level != "province" for c in gazetteer().cities_of(p.code, year)}
    return frozenset(cities | {p.code for p in chain.places if p.level == "province"})


def _by_number(number: re.Match[str], year: int) -> Located:
    """A number alone as the code or the postcode it says it is; what may be either of two cities is open."""
    digits = number["digits"]
    as_code, posted = _by_code(digits, year), postcode_city(digits, year)
    if number["postcode"] and posted:
        return Located(posted, posted[:2] + "0000", "postcode", 0.6, f"postcode {digits} -> {_name(posted, year)}")
    if number["postcode"]:
        return _nothing(f"postcode {digits} is unknown")
    standing = number["other"] is None and gazetteer().get(digits, year)
    if number["code"] or standing or posted in (None, as_code.city_code):
        return as_code
    if not gazetteer().get(digits):
        return _nothing(f"{digits} is no code: a postcode?", _listed([posted], year))
    return _nothing(f"{digits} may be a code or a postcode", _listed([as_code.city_code, posted], year))


def _by_code(text: str, year: int | None) -> Located:
    cities = gazetteer().cities_of(text, year)
    if len(cities) == 1:
        return Located(cities[0], cities[0][:2] + "0000", "code", 1.0, f"code {text}")
    if not cities and gazetteer().get(text):
        return _nothing(f"code {text} is a province")._replace(province_code=text)
    return _nothing(f"code {text} is " + ("split up" if cities else "unknown"), _listed(cities, year))


def _by_pinyin(text: str, year: int | None, hint: str | None) -> Located:
    places = gazetteer().names.get(fold(text), ())
    if not places:
        return _nothing(f"no place in {text!r}" if text else "empty")
    located = judge(Chain((Mention(0, len(text), text, places, strong=True),), places), year, hint)
    return located._replace(method="pinyin") if located.city_code else located


def _listed(codes: Iterable[str | None], year: int | None) -> tuple[str, ...]:
    places = [gazetteer().get(code, year) or gazetteer().get(code) for code in sorted({c for c in codes if c})]
    return tuple(f"{p.code} {p.name}" for p in places if p)


def _nothing(reason: str, candidates: tuple[str, ...] = ()) -> Located:
    return Located(None, None, "none", 0.0, reason, candidates)
