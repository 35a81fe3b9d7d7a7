"""How sure it is that a name as written means a firm of the register: what both share, and what speaks against it.

Two questions decide. *Is enough shared for it to be no chance?* Every shared character counts by its rarity: the
natural logarithm of how seldom firms have it (Fellegi and Sunter 1969: the weight of an agreement is the log of how
often unrelated records agree). *Does anything speak for another firm of the same family?* A place, a word for the
trade or a character of the 字号 that differs costs more than one that is only left out; the legal form costs nothing.
Costs are in nats as well, so a score is the probability that follows from both.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from math import exp, log

from rapidfuzz.distance import Levenshtein

from etl.places.gazetteer import read_table
from etl.resolve.firms.anatomy import Anatomy, agree, codes_of, industry_words, looking_like

#: Log-odds that two names without any difference mean one firm.
_SAME = 8.0
#: The same for a short name, which several firms of a family may go by.
_SAME_SHORT = 6.3
#: Who uses a short name takes the firm for known.
_USUAL = 2.0
#: What 字号 and trade together are worth beyond their characters: nobody else in the place may bear both.
_UNIQUE = 5.0
#: How often a name that is looked up is in the register at all, before anything is known of it.
_KNOWN = 0.3
#: A register of a few firms knows little of the names outside: it counts as one of this many.
_SMALLEST = 2_000
#: Characters the naming rules keep out of the 字号: where one stands in its midst it is a slip.
_NEVER_CORE = frozenset("公司有限责任股份技")
#: Characters that tell units of one group apart: 十二局, 甲.
_NUMBERING = frozenset("0123456789一二三四五六七八九十百〇零甲乙丙丁")
#: Words that say little of a trade: a short name leaves them out.
_OF_A_GROUP = frozenset(
    ["集团", "控股", "投资", "国际", "实业", "产业", "发展", "资本", "企业", "工业", "商业", "服务", "管理"]
)
#: What a short name may end with although the full name does not.
_GENERIC_TAIL = frozenset(["集团", "控股"])
_BACKGROUND = 3_000
_REJECTED = 30.0


@dataclass(frozen=True, slots=True)
class Comparison:
    """`shared`: nats of information both names have in common; `cost`: nats against; `notes`: the differences.

    `unique`: both have the 字号 and the trade in common, which the naming rules give to one firm of a place only.
    """

    shared: float
    cost: float
    notes: tuple[str, ...]
    unique: bool = False
    short: bool = False


class Rarity:
    """How much a character of a 字号, a word or a place tells, from the names of a register and a background."""

    def __init__(self, anatomies: Iterable[Anatomy]) -> None:
        characters: Counter[str] = Counter()
        tokens: Counter[tuple[bool, str]] = Counter()
        self.size = 0
        for anatomy in anatomies:
            self.size += 1
            tokens.update((token.kind == "place", token.text) for token in anatomy.tokens)
            characters.update(anatomy.core)
        total = sum(characters.values()) + _BACKGROUND
        known = characters.keys() | _background().keys()
        self._characters = {c: -log((characters[c] + _BACKGROUND * _share(c)) / total) for c in known}
        self._unseen = -log(_BACKGROUND * _share("") / total)
        self._tokens = {t: -log((n + 2) / (self.size + 200)) for t, n in tokens.items()}
        self._unseen_token = -log(2 / (self.size + 200))
        self.chance = log(max(self.size, _SMALLEST) * (1 - _KNOWN) / _KNOWN)

    def character(self, c: str) -> float:
        """Nats of a character of the 字号; Latin letters and digits tell less."""
        return min(self._characters.get(c, self._unseen), 2.5 if c.isascii() else 9.0)

    def weights(self, anatomy: Anatomy) -> list[float]:
        """Nats of each character of `anatomy.text`; a place or word is worth as much as it is rare as a whole."""
        found: list[float] = []
        for token in anatomy.tokens:
            if token.kind == "core" and token.text not in industry_words():
                found += map(self.character, token.text)
            else:
                nats = self._tokens.get((token.kind == "place", token.text), self._unseen_token)
                found += [nats / len(token.text)] * len(token.text)
        return found


@cache
def _background() -> dict[str, float]:
    rows = read_table("name_characters.csv", "etl.resolve")
    return {row["character"]: int(row["per_mille"]) / 1000 for row in rows}


def _share(character: str) -> float:
    """Share of a character among those of all 字号; one outside the table is taken for one of 2 500."""
    return _background().get(character) or (1 - sum(_background().values())) / 2500


def compare(name: Anatomy, firm: Anatomy, city: str | None, rarity: Rarity) -> Comparison:
    """Hold a name against one of a firm's names; `city`: code of the firm's seat."""
    if name.short and not firm.short and name.text != firm.text:
        return _by_abbreviation(name, firm, city, rarity)
    if name.core == firm.core:
        return _by_parts(name, firm, city, rarity)
    return _by_characters(name, firm, rarity)


def log_odds(found: Comparison, rarity: Rarity) -> float:
    """The lesser of the two answers: chance, or another firm of the family."""
    shared = found.shared + (_UNIQUE if found.unique else 0.0) + (_USUAL if found.short else 0.0)
    return min(shared - rarity.chance - found.cost / 2, (_SAME_SHORT if found.short else _SAME) - found.cost)


def probability(odds: float) -> float:
    """Log-odds as a probability."""
    return 1 / (1 + exp(-odds))


def _by_parts(name: Anatomy, firm: Anatomy, city: str | None, rarity: Rarity) -> Comparison:
    """The same 字号: places and words decide."""
    cost, notes = _place_cost(name, firm, city)
    words, more = _word_cost(name, firm)
    weights = rarity.weights(firm)
    both = {t.text for t in name.tokens}
    shared, at = 0.0, 0
    for token in firm.tokens:
        nats = sum(weights[at : at + len(token.text)])
        at += len(token.text)
        shared += nats if token.kind == "core" or token.text in both else 0.0
    return Comparison(shared, cost + words, (*notes, *more), unique=not words)


def _place_cost(name: Anatomy, firm: Anatomy, city: str | None) -> tuple[float, list[str]]:
    ours, theirs = name.places, firm.places
    if ours == theirs:
        return (1.5, ["place moved"]) if name.moved != firm.moved else (0.0, [])
    if ours and theirs:
        if all(any(agree(a, b) for b in theirs) for a in ours) and len(ours) == len(theirs):
            return 5.5, [f"{'、'.join(ours)} for {'、'.join(theirs)}"]
        extra = set(ours) ^ set(theirs)
        known = len(set(ours) & set(theirs)) > 0 and extra <= {"中国"}
        return (2.0, ["with or without 中国"]) if known else (_REJECTED / 2, [f"another place: {'、'.join(ours)}"])
    if theirs:
        return (5.0 if name.legal == firm.legal else 5.7), [f"without {'、'.join(theirs)}"]
    return _extra_place(ours, city)


def _extra_place(ours: tuple[str, ...], city: str | None) -> tuple[float, list[str]]:
    """The name has a place and the firm's has none: its seat tells whether it may be the same."""
    note = [f"{'、'.join(ours)} added"]
    if not city:
        return 6.0, note
    there = all({city, city[:2] + "0000"} & codes_of(place) for place in ours)
    return (2.5 if there else _REJECTED / 2), note


def _word_cost(name: Anatomy, firm: Anatomy) -> tuple[float, list[str]]:
    if name.words == firm.words:
        return 0.0, []
    ours, theirs = Counter(name.words), Counter(firm.words)
    extra, missing = list((ours - theirs).elements()), list((theirs - ours).elements())
    if not extra and not missing:
        return 3.0, ["words in another order"]
    return 6.5 * len(extra + missing), [_difference("".join(extra), "".join(missing))]


def _difference(ours: str, theirs: str) -> str:
    return f"{ours} for {theirs}" if ours and theirs else f"{ours} added" if ours else f"without {theirs}"


def _by_characters(name: Anatomy, firm: Anatomy, rarity: Rarity) -> Comparison:
    """Another 字号, or a slip somewhere in the name: every block that differs costs by what it hits."""
    weights, kinds = rarity.weights(firm), _kinds(firm)
    shared, cost, notes, unique = 0.0, 0.0, [], True
    if name.places and firm.places and not agree(name.places[0], firm.places[0]):
        return Comparison(0.0, _REJECTED, (f"another place: {name.places[0]}",))
    for op in Levenshtein.opcodes(name.text, firm.text):
        ours, theirs = name.text[op.src_start : op.src_end], firm.text[op.dest_start : op.dest_end]
        if op.tag == "equal":
            shared += sum(weights[op.dest_start : op.dest_end])
            continue
        hit = kinds[op.dest_start : op.dest_end] or kinds[max(0, op.dest_start - 1) : op.dest_start + 1]
        slip = _is_slip(ours, theirs, firm)
        cost += 3.5 * len(ours) if slip else _block_cost(ours, theirs, hit, firm)
        unique = unique and (slip or "c" not in hit)
        notes.append(_difference(ours, theirs))
    return Comparison(shared, cost, tuple(notes), unique)


def _is_slip(ours: str, theirs: str, firm: Anatomy) -> bool:
    """Whether what stands in place of a character can hardly be part of a name: 司 for 思 in 宇思码."""
    return bool(ours) and set(ours) <= _NEVER_CORE and len(firm.core) > 2 and _NUMBERING.isdisjoint(theirs)


def _block_cost(ours: str, theirs: str, hit: str, firm: Anatomy) -> float:
    """One differing block of two spellings; `hit`: the kinds of the firm's characters it touches."""
    if not _NUMBERING.isdisjoint(ours + theirs):
        return 14.0
    if "c" in hit:
        return 7.0 * max(len(ours), len(theirs))
    if "p" in hit:
        return _place_slip(ours, theirs, firm)
    if ours in industry_words():
        return 7.0
    return 3.0 * max(len(ours), len(theirs))


def _place_slip(ours: str, theirs: str, firm: Anatomy) -> float:
    """A place left out, or a slip in its name: 扬公 can only be 扬州, while 科州 may be any of many."""
    if theirs in firm.places:
        return 14.0 if ours else 5.0
    place = next((place for place in firm.places if theirs in place), "")
    if len(ours) != 1 or len(theirs) != 1 or not place:
        return 6.0 * max(len(ours), len(theirs))
    at = place.index(theirs)
    return 1.5 + log(looking_like(place[:at] + "?" + place[at + 1 :]))


def _kinds(anatomy: Anatomy) -> str:
    """The kind of each character of the text, by its first letter."""
    return "".join(token.kind[0] * len(token.text) for token in anatomy.tokens)


def _by_abbreviation(name: Anatomy, firm: Anatomy, city: str | None, rarity: Rarity) -> Comparison:
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
        return 0.0 if firm.legal.startswith(name.legal) else 6.0
    return 3.0 if len(name.text) < 3 else 0.0


#: Nats of a letter that stands for the firm's place (粤, 深).
_LETTER = 3.0


def _letters_of(name: Anatomy) -> list[tuple[str, float]]:
    """Each character of a short name with what it costs where the full name lacks it."""
    found: list[tuple[str, float]] = []
    for number, token in enumerate(name.tokens, start=1):
        tail = number == len(name.tokens) == 2 and token.text in _GENERIC_TAIL
        whole = 2.0 if tail else 6.0 if token.kind == "word" else 5.0 * len(token.text)
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
                apart = 0.0 if at - 1 in used or at in starts else 0.6
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
        if token.kind == "core":
            whole = whole or not missing or (missing[0] > 1 and token.text not in industry_words())
        if token.kind == "core" and token.text not in industry_words():
            cost += _core_left_out(missing, len(token.text))
        elif token.kind != "place" and missing:
            cost += 0.3 if token.text in _OF_A_GROUP else 1.0 if len(missing) == len(token.text) else 0.3
        at += len(token.text)
    return cost, whole


def _core_left_out(missing: list[int], length: int) -> float:
    """The first two characters of a 字号 matter most, unless a group's name stands before the firm's (核新同花顺)."""
    if len(missing) == length:
        return 8.0
    behind = missing[:2] == [0, 1] and length - len(missing) > 1
    return sum((1.0 if behind else 2.5) if i < 2 else 0.25 for i in missing)


def _starts(anatomy: Anatomy) -> set[int]:
    found, at = set(), 0
    for token in anatomy.tokens:
        found.add(at)
        at += len(token.text)
    return found
