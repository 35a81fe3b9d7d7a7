"""What a firm's name is made of: place, 字号 (its core), words for what it does, legal form, branch.

Chinese names are built by rule (企业名称登记管理规定, State Council order 734 of 2020, articles 6-10): place, 字号,
industry, form, in this order; a place in brackets may stand behind the 字号 instead. Two firms with the same place and
industry must not bear the same 字号 (article 17), so these three tell firms apart and the legal form does not.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import cache, lru_cache
from operator import ne
from typing import NamedTuple

from etl.places.gazetteer import MUNICIPALITIES, Place, gazetteer, read_table
from etl.places.mentions import wordlike
from etl.resolve import names

#: Parts of one legal person; a subsidiary (子公司) is another one.
_PART = (
    "分公司|支公司|子公司|办事处|事业部|营业部|代表处|项目部|经营部|分厂|分所|分院|分社|分店|分部|门市部|营业厅|分中心"
)
_BRANCHES = tuple(
    re.compile(rf"(.{{2,}}{head})\(?([^()]{{0,16}}?)\)?({_PART})\)?$")
    for head in (r"(?:公司|合伙\))", "(?:集团|厂|社|所|院|中心)")
)
_PART_ENDS = tuple(f"{part}{bracket}" for part in _PART.split("|") for bracket in ("", ")"))
_BARE_BRANCH = re.compile(rf"(.{{2,}}?)({_PART})$")
_FORMS = ("股份有限公司", "有限责任公司", "有限公司")
_LEGAL = re.compile(
    r"(?:股份|责任)?有限(?:责任)?公?司?$|股份制?公司$|公司$|股份$|(?:合伙企业)?(?:\((?:特殊)?(?:普通|有限)合伙\)|(?:普通|有限)合伙)$|合伙企业$"
    r"|[,.]*(?:CO[,.]*LTD|COMPANY[,.]*LIMITED|CORPORATION|LIMITED|LTD|INC|CORP|LLC|GMBH)\.?$"
)
_FORMER = re.compile(r"\((?:原名?|曾用名|原名称|更名前)[:为是称]?([^()]{4,60}?)\)")
_INNER = re.compile(r"\(([^()]{2,12})\)")
#: Exchanges put these before and behind a short name.
_TICKER = re.compile(
    r"^(?:\*|S\*?|SS)?ST(?=[㐀-鿿])|^(?:X[DR]|DR|G|N)(?=[㐀-鿿])|-[A-Z]{1,3}$|\(?退市?\)?$|(?<=[㐀-鿿])[AB]$"
)
_LONGEST_PLACE = 12


class Token(NamedTuple):
    """A piece of the name: `kind` is place, core or word; `text` as it stands in `Anatomy.text`."""

    kind: str
    text: str


class Anatomy(NamedTuple):
    """A name taken apart.

    `text` is its tokens in order. `places` has the one at the head first; `moved`: the only one stands behind the
    字号, in brackets. `core` is the 字号, `words` follow it, `legal` is empty for a short name, `branch` as written.
    """

    text: str
    tokens: tuple[Token, ...]
    places: tuple[str, ...]
    moved: bool
    core: str
    words: tuple[str, ...]
    legal: str
    branch: str

    @property
    def short(self) -> bool:
        """Whether it is short for a name (平安银行, 沙河股份), not one in full of which only the form is left out."""
        return self.legal == "股份" or not (self.legal or (self.places and self.words))


@cache
def industry_words() -> frozenset[str]:
    """Words for what a firm does or is: they tell firms of one group apart, and say little else."""
    return frozenset(row["word"] for row in read_table("industry_words.csv", "etl.resolve"))


@cache
def _place_names() -> dict[str, str]:
    """Name of a place as firms bear it -> its short form. A county without its 县 or 市 only where it is no word."""
    found = {name: name for name in ("中国", "香港", "澳门", "台湾")}
    for name, places in gazetteer().names.items():
        if name.isascii() or not 2 <= len(name) <= _LONGEST_PLACE:
            continue
        best = places[0]
        full = any(place.name == name for place in places)
        if full or best.level != "county" or (name not in wordlike() and best.name == name + "市"):
            found[name] = best.short_name if len(best.short_name) > 1 else name
    return found


@cache
def _place_lengths() -> dict[str, tuple[int, ...]]:
    return _lengths((name[:2], name) for name in _place_names())


@cache
def _word_lengths() -> dict[str, tuple[int, ...]]:
    return _lengths((word[-2:], word) for word in industry_words())


def _lengths(keyed: Iterable[tuple[str, str]]) -> dict[str, tuple[int, ...]]:
    """Key (two characters) -> lengths of the texts with that key, the longest first."""
    found: defaultdict[str, set[int]] = defaultdict(set)
    for key, text in keyed:
        found[key].add(len(text))
    return {key: tuple(sorted(lengths, reverse=True)) for key, lengths in found.items()}


@cache
def _patterns() -> Counter[str]:
    found: Counter[str] = Counter()
    for place in set(_place_names().values()):
        found.update(place[:at] + "?" + place[at + 1 :] for at in range(len(place)))
    return found


def looking_like(pattern: str) -> int:
    """How many places a short name may mean with one character unknown: one for 扬?, many for ?州."""
    return max(1, _patterns()[pattern])


@cache
def codes_of(place: str) -> frozenset[str]:
    """Codes of the cities and provinces a short name may mean; empty for 中国."""
    found = gazetteer().names.get(place, ()) or gazetteer().names.get(place + "市", ())
    codes = {code for p in found for code in _codes(p)}
    return frozenset(codes)


def _codes(place: Place) -> tuple[str, ...]:
    if place.level == "province" and place.code not in MUNICIPALITIES:
        return (place.code,)
    return gazetteer().cities_of(place.code) or (place.code,)


@lru_cache(maxsize=65536)
def agree(one: str, other: str) -> bool:
    """Whether two places may be the same or one lie in the other; 中国 agrees with all."""
    if one == other or "中国" in (one, other):
        return True
    return any(a == b or a[:2] + "0000" == b or b[:2] + "0000" == a for a in codes_of(one) for b in codes_of(other))


def former_names(written: str) -> tuple[str, ...]:
    """Names that a remark in the name gives: `A公司（原B公司）`."""
    text = names.plain(written)
    return tuple(names.normalise(found) for found in _FORMER.findall(text))


def anatomy(normalised: str) -> Anatomy:
    """Take a normalised name apart; a name of an unknown form is all core."""
    text = names.simplified(normalised).upper()
    text, branch = _without_branch(text)
    stem, legal = _without_legal(text)
    if not legal and (ticker := _without_ticker(stem)) != stem:
        stem, legal = _without_legal(ticker)
        legal = legal or "股份"
    stem, inner = _inner_place(stem)
    head, rest = _head_place(stem)
    if legal and head in ("", "中国") and not inner:
        rest, inner = _tail_place(rest)
    core, words = _core_and_words(rest)
    tokens = [_shared("place", place) for place in (head, "" if head else inner) if place]
    tokens += [Token("core", core)] if core else []
    tokens += [_shared("word", word) for word in words]
    tokens += [_shared("place", inner)] if head and inner else []
    places = tuple(place for place in (head, inner) if place)
    moved = bool(inner and not head)
    return Anatomy("".join([t.text for t in tokens]), tuple(tokens), places, moved, core, words, legal, branch)


@cache
def _shared(kind: str, text: str) -> Token:
    """One object for a token that many names have: a register of 100 000 firms keeps them all in memory."""
    return Token(kind, text)


def _without_branch(text: str) -> tuple[str, str]:
    if not text.endswith(_PART_ENDS):
        return text, ""
    for pattern in _BRANCHES:
        found = pattern.match(text)
        if found:
            return found[1], found[2] + found[3]
    found = _BARE_BRANCH.match(text)
    if found:
        for length in range(min(_LONGEST_PLACE, len(found[1]) - 2), 1, -1):
            if found[1][-length:] in _place_names():
                return found[1][:-length], found[1][-length:] + found[2]
    return text, ""


def _without_legal(text: str) -> tuple[str, str]:
    """The name without its legal form, which may have one wrong character (有限信司, 司份有限公司)."""
    form = next((form for form in _FORMS if text.endswith(form)), "")
    if form == "有限公司" and (text[-6:-5] == "股") != (text[-5:-4] == "份"):
        form = "股份有限公司"
    if not form:
        found = _LEGAL.search(text)
        form = next((form for form in _FORMS if _one_slip(text, form)), found[0] if found else "")
    if not form or len(text) < len(form) + 2:
        return text, ""
    return text[: -len(form)], form.replace("有限责任公司", "有限公司")


def _one_slip(text: str, form: str) -> bool:
    tail = text[-len(form) :]
    return len(tail) == len(form) and sum(map(ne, tail, form)) == 1


def _without_ticker(text: str) -> str:
    shorter = _TICKER.sub("", text)
    return shorter if len(shorter) >= 2 else text


def _inner_place(stem: str) -> tuple[str, str]:
    """Brackets resolved: a place is taken out, anything else stays without its brackets."""
    place = ""
    if "(" in stem or ")" in stem:
        for inner in _INNER.findall(stem):
            if inner in _place_names():
                place = _place_names()[inner]
                stem = stem.replace(f"({inner})", "")
        stem = stem.replace("(", "").replace(")", "")
    return stem, place


def _head_place(stem: str) -> tuple[str, str]:
    """The last of the places that stand at the head (广东省深圳市), and what follows them."""
    place, rest = "", stem
    for _ in range(3):
        for length in _place_lengths().get(rest[:2], ()):
            short = _place_names().get(rest[:length]) if len(rest) > length + 1 else None
            if short and (not place or agree(place, short)):
                place, rest = short, rest[length:]
                break
        else:
            break
    return place, rest


def _tail_place(stem: str) -> tuple[str, str]:
    """A place behind the 字号 whose brackets were lost: 博睿生物医药苏州."""
    for length in (4, 3, 2):
        tail = stem[-length:]
        if len(stem) > length + 2 and tail in _place_names():
            return stem[:-length], _place_names()[tail]
    return stem, ""


def _core_and_words(rest: str) -> tuple[str, tuple[str, ...]]:
    """The words at the end, longest first; a 字号 of one character only where nothing else is possible."""
    words: list[str] = []
    while length := _last_word(rest):
        words.insert(0, rest[-length:])
        rest = rest[:-length]
    return rest, tuple(words)


def _last_word(rest: str) -> int:
    lengths = [n for n in _word_lengths().get(rest[-2:], ()) if n < len(rest) and rest[-n:] in industry_words()]
    return next((n for n in lengths if len(rest) - n > 1), max(lengths, default=0))
