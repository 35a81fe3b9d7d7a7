"""Short names of firms held against full ones: 招商公路, 万科A, 沙河股份, 粤电力.

A short name's characters stand in the full name in the same order. It leaves out the place and words for the trade,
keeps the first characters of the 字号, and may begin with the letter of the province.
"""

from __future__ import annotations

from functools import cache

from etl.places.gazetteer import read_table
from etl.resolve.firms.anatomy import Anatomy, codes_of, industry_words
from etl.resolve.firms.rarity import Comparison, Rarity

#: Words that say little of a trade: a short name leaves them out.
_VAGUE = frozenset(
    ["集团", "控股", "投资", "国际", "实业", "产业", "发展", "资本", "企业", "工业", "商业", "服务", "管理"]
)
#: What a short name may end with although the full name does not.
_GENERIC_TAIL = frozenset(["集团", "控股"])
#: Nats of a letter that stands for the firm's place (粤, 深).
_LETTER = 3.0


class _Cost:
    """Nats that a difference speaks for another firm."""

    BEGINS_IN_A_WORD = 0.6
    FIRST_OF_CORE, FIRST_BEHIND_A_GROUP, REST_OF_CORE, ALL_OF_CORE = 2.5, 1.0, 0.25, 8.0
    WORD_LEFT_OUT, VAGUE_OR_IN_PART = 1.0, 0.3
    GROUP_ADDED, WORD_ADDED, CHARACTER_ADDED = 2.0, 6.0, 5.0
    ANOTHER_FORM = 6.0
    TWO_CHARACTERS = 3.0


def by_abbreviation(name: Anatomy, firm: Anatomy, city: str | None, rarity: Rarity) -> Comparison:
    """A short name: its characters stand in the full name in this order (招商公路: 招商局公路网络科技控股)."""
    ours, gains = _letters_of(name), rarity.weights(firm)
    found = _aligned(ours, firm, gains)
    if _from_there(name, firm, city):
        stripped = _aligned(ours[1:], firm, gains)
        if stripped[0] + _LETTER > found[0]:
            found = (stripped[0] + _LETTER, stripped[1], stripped[2])
    total, cost, used = found
    total += cost
    left_out, whole = _left_out(firm, used)
    cost += left_out + _bare_cost(name, firm)
    return Comparison(total, cost, ("a short form",), unique=whole, short=True)


def _bare_cost(name: Anatomy, firm: Anatomy) -> float:
    """Two characters and nothing else are many firms' name; 股份 is said of 股份有限公司 only."""
    if name.legal:
        return 0.0 if firm.legal.startswith(name.legal) else _Cost.ANOTHER_FORM
    return _Cost.TWO_CHARACTERS if len(name.text) < 3 else 0.0


def _letters_of(name: Anatomy) -> list[tuple[str, float]]:
    """Each character of a short name with what it costs where the full name lacks it."""
    found: list[tuple[str, float]] = []
    for number, token in enumerate(name.tokens, start=1):
        tail = number == len(name.tokens) == 2 and token.text in _GENERIC_TAIL
        if token.kind == "word":
            whole = _Cost.GROUP_ADDED if tail else _Cost.WORD_ADDED
        else:
            whole = _Cost.CHARACTER_ADDED * len(token.text)
        found += [(c, whole / len(token.text)) for c in token.text]
    return found


def _aligned(ours: list[tuple[str, float]], firm: Anatomy, gains: list[float]) -> tuple[float, float, frozenset[int]]:
    """The best way to find the characters in the full name: nats less costs, the costs, the places in the full name.

    Beginning a piece in the midst of a word costs a little, a character that is missing there its cost.
    """
    starts, none = _starts(firm), (0.0, 0.0, frozenset[int]())
    before = [none] * (len(firm.text) + 1)
    for c, cost in ours:
        now = [(before[0][0] - cost, before[0][1] + cost, before[0][2])]
        for at, theirs in enumerate(firm.text):
            total, costs, used = before[at + 1]
            best = max(now[at], (total - cost, costs + cost, used), key=_total)
            if c == theirs:
                total, costs, used = before[at]
                apart = 0.0 if at - 1 in used or at in starts else _Cost.BEGINS_IN_A_WORD
                taken = (total + gains[at] - apart, costs + apart, used | {at})
                best = max(best, taken, key=_total)
            now.append(best)
        before = now
    return before[-1]


def _total(found: tuple[float, float, frozenset[int]]) -> float:
    return found[0]


def _from_there(name: Anatomy, firm: Anatomy, city: str | None) -> bool:
    """Whether a short name begins with the letter of the firm's province or city (粤, 深)."""
    code = _place_letters().get(name.text[0]) if len(name.text) > 2 else None
    codes = {c for place in firm.places for c in codes_of(place)} | ({city} if city else set())
    return code is not None and any(code in (c, c[:2] + "0000") for c in codes)


@cache
def _place_letters() -> dict[str, str]:
    return {row["letter"]: row["code"] for row in read_table("place_letters.csv", "etl.resolve")}


def _left_out(firm: Anatomy, used: frozenset[int]) -> tuple[float, bool]:
    """What leaving out the other characters of the full name costs, and whether the head of its 字号 is there."""
    cost, at, whole = 0.0, 0, False
    for token in firm.tokens:
        missing = [i for i in range(len(token.text)) if at + i not in used]
        proper = token.kind == "core" and token.text not in industry_words()
        whole = whole or (token.kind == "core" and (not missing or (proper and missing[0] > 1)))
        if proper:
            cost += _core_left_out(missing, len(token.text))
        elif token.kind != "place" and missing:
            vague = token.text in _VAGUE or len(missing) < len(token.text)
            cost += _Cost.VAGUE_OR_IN_PART if vague else _Cost.WORD_LEFT_OUT
        at += len(token.text)
    return cost, whole


def _core_left_out(missing: list[int], length: int) -> float:
    """The first two characters of a 字号 matter most, unless a group's name stands before the firm's (核新同花顺)."""
    if len(missing) == length:
        return _Cost.ALL_OF_CORE
    behind = missing[:2] == [0, 1] and length - len(missing) > 1
    first = _Cost.FIRST_BEHIND_A_GROUP if behind else _Cost.FIRST_OF_CORE
    return sum(first if i < 2 else _Cost.REST_OF_CORE for i in missing)


def _starts(anatomy: Anatomy) -> set[int]:
    found, at = set(), 0
    for token in anatomy.tokens:
        found.add(at)
        at += len(token.text)
    return found
