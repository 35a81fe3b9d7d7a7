"""How sure it is that a name as written means a firm of the register: what both share, and what speaks against it.

Two questions decide. *Is enough shared for it to be no chance?* Every shared character counts by its rarity: the
natural logarithm of how seldom firms have it (Fellegi and Sunter 1969: the weight of an agreement is the log of how
often unrelated records agree). *Does anything speak for another firm of the same family?* A place, a word for the
trade or a character of the 字号 that differs costs more than one that is only left out; the legal form costs nothing.
Costs are in nats as well, so a score is the probability that follows from both.
"""

from __future__ import annotations

from collections import Counter
from math import exp, log

from rapidfuzz.distance import Levenshtein

from etl.resolve.firms.anatomy import Anatomy, agree, codes_of, industry_words, looking_like
from etl.resolve.firms.rarity import Comparison, Rarity
from etl.resolve.firms.short_names import by_abbreviation

#: Log-odds that two names without any difference mean one firm.
_SAME = 8.0
#: The same for a short name, which several firms of a family may go by.
_SAME_SHORT = 6.3
#: Who uses a short name takes the firm for known.
_USUAL = 2.0
#: What 字号 and trade together are worth beyond their characters: nobody else in the place may bear both.
_UNIQUE = 5.0
#: Characters the naming rules keep out of the 字号: where one stands in its midst it is a slip.
_NEVER_CORE = frozenset("公司有限责任股份技")
#: Characters that tell units of one group apart: 十二局, 甲.
_NUMBERING = frozenset("0123456789一二三四五六七八九十百〇零甲乙丙丁")


class _Cost:
    """Nats that a difference speaks for another firm; from 6 on it is never taken for the same firm by itself."""

    PLACE_MOVED = 1.5
    PLACE_ADDED_WHERE_IT_SITS = 2.5
    PLACE_LEFT_OUT, AND_ANOTHER_FORM = 5.0, 0.7
    PLACE_ADDED = 6.0
    WIDER_PLACE = 6.0
    ANOTHER_PLACE = 15.0
    CHINA = 2.0
    WORDS_IN_ANOTHER_ORDER = 3.0
    WORD_ADDED_OR_LEFT_OUT = 6.5
    ANOTHER_WORD = 7.0
    CORE_CHARACTER = 7.0
    IMPOSSIBLE_CHARACTER = 3.5
    CHARACTER_OF_A_WORD = 3.0
    CHARACTER_OF_A_PLACE, MORE_OF_IT = 1.5, 6.0
    NUMBER = 14.0


def compare(name: Anatomy, firm: Anatomy, city: str | None, rarity: Rarity) -> Comparison:
    """Hold a name against one of a firm's names; `city`: code of the firm's seat."""
    if name.short and not firm.short and name.text != firm.text:
        return by_abbreviation(name, firm, city, rarity)
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
        return (_Cost.PLACE_MOVED, ["place moved"]) if name.moved != firm.moved else (0.0, [])
    if ours and theirs:
        if all(any(agree(a, b) for b in theirs) for a in ours) and len(ours) == len(theirs):
            return _Cost.WIDER_PLACE, [f"{'、'.join(ours)} for {'、'.join(theirs)}"]
        extra = set(ours) ^ set(theirs)
        known = len(set(ours) & set(theirs)) > 0 and extra <= {"中国"}
        if known:
            return _Cost.CHINA, ["with or without 中国"]
        return _Cost.ANOTHER_PLACE, [f"another place: {'、'.join(ours)}"]
    if theirs:
        cost = _Cost.PLACE_LEFT_OUT + (_Cost.AND_ANOTHER_FORM if name.legal != firm.legal else 0.0)
        return cost, [f"without {'、'.join(theirs)}"]
    return _extra_place(ours, city)


def _extra_place(ours: tuple[str, ...], city: str | None) -> tuple[float, list[str]]:
    """The name has a place and the firm's has none: its seat tells whether it may be the same."""
    note = [f"{'、'.join(ours)} added"]
    if not city:
        return _Cost.PLACE_ADDED, note
    there = all({city, city[:2] + "0000"} & codes_of(place) for place in ours)
    return (_Cost.PLACE_ADDED_WHERE_IT_SITS if there else _Cost.ANOTHER_PLACE), note


def _word_cost(name: Anatomy, firm: Anatomy) -> tuple[float, list[str]]:
    if name.words == firm.words:
        return 0.0, []
    ours, theirs = Counter(name.words), Counter(firm.words)
    extra, missing = list((ours - theirs).elements()), list((theirs - ours).elements())
    if not extra and not missing:
        return _Cost.WORDS_IN_ANOTHER_ORDER, ["words in another order"]
    return _Cost.WORD_ADDED_OR_LEFT_OUT * len(extra + missing), [_difference("".join(extra), "".join(missing))]


def _difference(ours: str, theirs: str) -> str:
    return f"{ours} for {theirs}" if ours and theirs else f"{ours} added" if ours else f"without {theirs}"


def _by_characters(name: Anatomy, firm: Anatomy, rarity: Rarity) -> Comparison:
    """Another 字号, or a slip somewhere in the name: every block that differs costs by what it hits."""
    weights, kinds = rarity.weights(firm), _kinds(firm)
    shared, cost, notes, unique = 0.0, 0.0, [], True
    if name.places and firm.places and not agree(name.places[0], firm.places[0]):
        return Comparison(0.0, _Cost.ANOTHER_PLACE, (f"another place: {name.places[0]}",))
    for op in Levenshtein.opcodes(name.text, firm.text):
        ours, theirs = name.text[op.src_start : op.src_end], firm.text[op.dest_start : op.dest_end]
        if op.tag == "equal":
            shared += sum(weights[op.dest_start : op.dest_end])
            continue
        hit = kinds[op.dest_start : op.dest_end] or kinds[max(0, op.dest_start - 1) : op.dest_start + 1]
        slip = _is_slip(ours, theirs, firm)
        cost += _Cost.IMPOSSIBLE_CHARACTER * len(ours) if slip else _block_cost(ours, theirs, hit, firm)
        unique = unique and (slip or "c" not in hit)
        notes.append(_difference(ours, theirs))
    return Comparison(shared, cost, tuple(notes), unique)


def _is_slip(ours: str, theirs: str, firm: Anatomy) -> bool:
    """Whether what stands in place of a character can hardly be part of a name: 司 for 思 in 宇思码."""
    return bool(ours) and set(ours) <= _NEVER_CORE and len(firm.core) > 2 and _NUMBERING.isdisjoint(theirs)


def _block_cost(ours: str, theirs: str, hit: str, firm: Anatomy) -> float:
    """One differing block of two spellings; `hit`: the kinds of the firm's characters it touches."""
    if not _NUMBERING.isdisjoint(ours + theirs):
        return _Cost.NUMBER
    if "c" in hit:
        return _Cost.CORE_CHARACTER * max(len(ours), len(theirs))
    if "p" in hit:
        return _place_slip(ours, theirs, firm)
    if ours in industry_words():
        return _Cost.ANOTHER_WORD
    return _Cost.CHARACTER_OF_A_WORD * max(len(ours), len(theirs))


def _place_slip(ours: str, theirs: str, firm: Anatomy) -> float:
    """A place left out, or a slip in its name: 扬公 can only be 扬州, while 科州 may be any of many."""
    if theirs in firm.places:
        return _Cost.ANOTHER_PLACE if ours else _Cost.PLACE_LEFT_OUT
    place = next((place for place in firm.places if theirs in place), "")
    if len(ours) != 1 or len(theirs) != 1 or not place:
        return _Cost.MORE_OF_IT * max(len(ours), len(theirs))
    at = place.index(theirs)
    return _Cost.CHARACTER_OF_A_PLACE + log(looking_like(place[:at] + "?" + place[at + 1 :]))


def _kinds(anatomy: Anatomy) -> str:
    """The kind of each character of the text, by its first letter."""
    return "".join(token.kind[0] * len(token.text) for token in anatomy.tokens)
