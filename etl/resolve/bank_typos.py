"""Names that are known to be banks and are misspelt or cut short: one wrong character at most, and never by luck.

Only for names that stand in a column of banks: 中国工商很行 is 中国工商银行, 单县中银富登 is a village bank. What two
banks could mean, or what changes the very word that tells one bank from another (泰安银行, 泰州银行), stays open.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from etl.places import gazetteer
from etl.places.locate import read_chain
from etl.resolve.bank_register import bearers_at_head, names_of, no_banks, village_brands
from etl.resolve.banks import BankName, read, unlisted, with_rest
from etl.resolve.names import simplified

#: Words that many banks share. What stands before them tells one bank from another and must be right when it is short.
_SHARED = re.compile(r"(?:市商业|农村商业|农村合作|农商|商业|合作|储蓄)?(?:联合)?(?:银行|行)$")
_TELLING = 4
#: The words of a legal form, and of the banks that are known by such words.
_LEGAL_FORMS = ("股份有限公司", "有限责任公司", "有限公司")
_KINDS = (("农村商业银行", "rural"), ("农村合作银行", "rural"), ("村镇银行", "village"))
#: What may follow a place in a bank's name, and the kind of bank it says.
_AFTER_A_PLACE = {
    **dict.fromkeys(("银行", "商业银行", "市商业银行"), "city_commercial"),
    **dict.fromkeys(("农村商业银行", "农商银行", "农商行", "农村合作银行"), "rural"),
    "村镇银行": "village",
}
_CUT_SHORT = (("村镇", "village"), ("农村", "rural"))


def read_loosely(name: str, year: int | None = None) -> BankName | None:
    """Read a normalised name that stands for a bank although `banks.read` finds none in it."""
    name = simplified(name)
    if not 4 <= len(name) <= 80 or ("行" not in name and len(name) > 8) or name in no_banks():
        return None
    return _cut_short(name) or _wrong_legal_form(name, year) or _wrong_name(name, year) or _wrong_kind(name)


def _cut_short(name: str) -> BankName | None:
    """County and brand of a village bank (枝江汉银), or a county and the rest of the words for its bank (宜都农村)."""
    for brand in village_brands() if name.endswith(village_brands()) else ():
        if name.endswith(brand) and _is_county(name.removesuffix(brand)):
            why = f"{name!r} is short for a village bank: a county and the brand {brand}"
            return with_rest(unlisted(name + "村镇银行", "village"), name + "村镇银行", "", why)
    for words, kind in _CUT_SHORT:
        if name.endswith(words) and len(name) > len(words) + 1:
            full = name.removesuffix(words) + ("村镇银行" if kind == "village" else "农村商业银行")
            if kind == "village" or _is_county(name.removesuffix(words)):
                return with_rest(unlisted(full, kind), full, "", f"{name!r} is cut short")
    return None


def _is_county(words: str) -> bool:
    """Whether words are a county's name, full, short or without its last characters (老河 for 老河口)."""
    return len(words) >= 2 and words in _county_heads()


@cache
def _county_heads() -> frozenset[str]:
    found = {words for place in gazetteer().places() for words in (place.name, place.short_name) if len(words) >= 2}
    return frozenset(found | {words[:2] for words in found if len(words) > 2})


def _wrong_legal_form(name: str, year: int | None) -> BankName | None:
    """股份限公司, 股份有银公司: the legal form is read although a character is wrong."""
    for start in range(4, len(name) - 3):
        for form in _LEGAL_FORMS:
            for length in (len(form) - 1, len(form)):
                piece = name[start : start + length]
                if name[start] in form[:2] and piece != form and OSA.distance(piece, form, score_cutoff=1) <= 1:
                    found = read(name[:start] + form + name[start + length :], year)
                    if found:
                        return _misspelt(found, piece, form)
    return None


def _misspelt(found: BankName, written: str, meant: str) -> BankName:
    return BankName(found.bank, found.alias, found.parts, found.level, found.rest, f"{written!r} is read as {meant!r}")


def _wrong_name(name: str, year: int | None) -> BankName | None:
    """The one listed bank whose name is a single slip away from the head of the text."""
    found: dict[str, BankName] = {}
    for length in range(3, min(len(name), _longest_name() + 1) + 1):
        head = name[:length]
        if ("行" not in head[-1:] and "银" not in head[-2:]) or name[length : length + 1] == "行":
            continue
        if head.endswith(("分行", "支行")):  # 湖南分行 is somebody's branch, no slip for 湖南银行
            continue
        for alias in _near(head):
            whole = _harmless(head, alias) and with_rest(
                bearers_at_head(alias, year)[0][1].bank, alias, name[length:], f"{head!r} is read as {alias!r}"
            )
            if whole:
                found.setdefault(whole.bank.id, whole)
    return next(iter(found.values())) if len(found) == 1 else None


def _near(head: str) -> list[str]:
    """The names of banks one slip away: whatever the slip, one of their first two characters is one of the head's."""
    choices = [
        name for character in dict.fromkeys(head[:2]) for name in _by_beginning().get((len(head), character), ())
    ]
    found = process.extract(head, choices, scorer=OSA.distance, score_cutoff=1, limit=None)
    return list(dict.fromkeys(alias for alias, _, _ in found))


@cache
def _by_beginning() -> dict[tuple[int, str], list[str]]:
    """(Length of a head, character) -> names of banks about as long that have it first or second."""
    found: dict[tuple[int, str], list[str]] = defaultdict(list)
    for name in names_of():
        if len(name) >= 4 and name.endswith("行"):
            for slip in (-1, 0, 1):
                for character in name[:2]:
                    found[len(name) + slip, character].append(name)
    return found


@cache
def _longest_name() -> int:
    return max(length for length, _ in _by_beginning())


def _harmless(head: str, alias: str) -> bool:
    """Whether the slip leaves no doubt: in the words all banks share, or in a long word of its own."""
    own = _SHARED.sub("", alias)
    kinds = _kinds_after_place(head)
    if head.startswith(own) and len(own) >= 2:
        return len(kinds) <= 1
    telling = own[_place_length(own) :] or own  # 广东华润 is no slip for 广东华兴
    return len(telling) >= _TELLING and head[-2:] == alias[-2:] and not kinds and not _other_place(head, alias)


def _place_length(own: str) -> int:
    """The length of the province or city a bank's own words begin with."""
    return next((n for n in (4, 3, 2) if any(p.level != "county" for p in gazetteer().find(own[:n]))), 0)


def _kinds_after_place(head: str) -> set[str]:
    """The kinds of bank that a place and the words behind it may mean: 营口商银行 is 营口银行 or 营口农商银行."""
    return {
        kind
        for length in (2, 3, 4)
        if head[:length] in gazetteer().names
        for words, kind in _AFTER_A_PLACE.items()
        if OSA.distance(head[length:], words, score_cutoff=1) <= 1
    }


def _other_place(head: str, alias: str) -> bool:
    """Whether the head names a place that the bank's name does not: 张家港 is not a slip for 张家口."""
    chain = read_chain(head)
    return bool(chain) and chain.start == 0 and not alias.startswith(chain.text)


def _wrong_kind(name: str) -> BankName | None:
    """A place, then the words of a kind of bank without one of their characters (广元农村商业行)."""
    for words, kind in _KINDS:
        for drop in range(len(words)):
            piece = words[:drop] + words[drop + 1 :]
            own, found, rest = name.partition(piece)
            if found and len(own) >= 2 and own in gazetteer().names and not rest.startswith("行"):
                return with_rest(unlisted(own + words, kind), own + words, rest, f"{piece!r} is read as {words!r}")
    return None
