"""The banks: which legal person a name means, of which class, and what follows its name.

Listed banks come from `data/banks.csv`; all others (rural, village, credit unions, branches of foreign banks) are
known by the words of their names. A text that only begins like a bank (银行业监督管理委员会, 民生期货,
中国银行保险...) is none: what follows the bank's name must be a legal form, a branch or a unit to the last
character.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from etl.places.gazetteer import read_table
from etl.resolve.names import LONGEST
from etl.resolve.results import Level, city_in


@dataclass(frozen=True, slots=True)
class Bank:
    """A legal person. `class_since`, `city_since`: from that year on; before it `class_before`, `city_before`."""

    id: str
    name: str
    full_name: str
    bank_class: str
    city: str
    listed: bool = True
    class_before: str = ""
    class_since: int = 0
    city_before: str = ""
    city_since: int = 0

    def class_in(self, year: int | None) -> str:
        """The class in a year (default: now)."""
        return self.class_before if year is not None and year < self.class_since else self.bank_class

    def city_in(self, year: int | None) -> str | None:
        """Code of the head office's city in a year, on the boundaries of that year."""
        return city_in(self.city_before if year is not None and year < self.city_since else self.city, year)


@dataclass(frozen=True, slots=True)
class Part:
    """One step of a branch name: 深圳龙华 + 支行."""

    place: str
    noun: str


@dataclass(frozen=True, slots=True)
class BankName:
    """A name read as a bank's: the legal person, the words for it, its branch parts, the level they end on."""

    bank: Bank
    alias: str
    parts: tuple[Part, ...]
    level: Level
    rest: str


_LEGAL = re.compile(
    r"(?:\(中国\)|中国(?=(?:股份)?有限))?(?:(?:股份|公共|大众|股份制)?有限(?:责任)?公司|(?:公开)?股份公司|公司)?(?:\(中国\))?"
)
_HEAD = re.compile(r"总行|总部|本部|本级|总社|联社机关|总行本部|总行机关")
_BRANCH = "中心支行|管辖支行|直属分行|分行|营业管理部|管理中心|管理总部|审计中心|办事处"
_SUB = "支行|分理处|储蓄所|储蓄点|营业总部|营业部|营业厅|营业室|营业所|网点|支局|分社|信用社"
_UNIT = "分中心|中心|研究院|研究所|实验室|事业部|办公室|金库|部|处|室|团队"
_NOUN = re.compile(rf"({_BRANCH}|{_SUB}|{_UNIT})")
_WHOLE = re.compile(rf"(?:[一-鿿A-Za-z0-9]{{0,16}}?(?:{_BRANCH}|{_SUB}|{_UNIT}))+")
#: After a bank's name these make another organisation of it.
_NOT_A_BANK = re.compile(
    r"业|间|保险|监|学校|学院|大学|工会|博物馆|大厦|协会|公会|党|纪|团委|理财|租赁|基金|期货|证券|消费"
)
_LEVELS: dict[str, Level] = {
    **dict.fromkeys(_BRANCH.split("|"), "branch"),
    **dict.fromkeys(_SUB.split("|"), "sub_branch"),
    **dict.fromkeys(_UNIT.split("|"), "unit"),
}

#: Class by the words of the name, the more telling first.
_BY_WORDS: tuple[tuple[str, str], ...] = (
    ("village", r"村镇银行"),
    (
        "rural",
        r"农村商业联合银行|农村商业银行|农商联合银行|联合农商银行|农商银行|农商行|农村合作银行|农合行|农商(?=$|分行|支行)",
    ),
    (
        "credit_union",
        (
            r"农村信用合作社联合社|农村信用社联合社|农村信用合作联社|农村信用联合社|农村信用联社|农村信用合作社|农村信用社"
            r"|信用合作联社|信用联社|信用合作社|农信联社|农信社|城市信用社"
            r"|(?<=[县市区乡镇村])信用社|(?<=[一-鿿]{4})信用社|农信(?=$|联社)"
        ),
    ),
    ("city_commercial", r"城市商业银行|[市州]商业银行"),
)
_GENERIC = tuple((kind, re.compile(rf"([一-鿿·]{{2,20}}?)({words})(?!联合社)")) for kind, words in _BY_WORDS)
_FOREIGN = re.compile(
    r"(?:美国|英国|法国|德国|日本|韩国|荷兰|比利时|瑞士|瑞典|挪威|芬兰|丹麦|奥地利|意大利|西班牙|葡萄牙|俄罗斯|印度尼西亚|印度|马来西亚"
    r"|新加坡|泰国|菲律宾|越南|巴基斯坦|孟加拉|埃及|摩洛哥|南非|澳大利亚|新西兰|加拿大|巴西|墨西哥|哈萨克斯坦|蒙古|约旦|阿联酋|卡塔尔|土耳其)"
    r"[一-鿿·]{0,12}?银行"
)
_FULL_WORDS = (("农商联合银行", "农村商业联合银行"), ("农商银行", "农村商业银行"), ("农商行", "农村商业银行"))


@cache
def _aliases() -> tuple[dict[str, tuple[Bank, bool]], tuple[int, ...]]:
    """Alias -> (bank, counts only before a branch), and the lengths of aliases, longest first."""
    found: dict[str, tuple[Bank, bool]] = {}
    for row in read_table("banks.csv", "etl.resolve"):
        bank = _bank(row)
        for alias in (row["name"], *row["aliases"].split("|")):
            found[alias] = (bank, False)
        for alias in row["short_aliases"].split("|"):
            found[alias] = (bank, True)
    found.pop("", None)
    return found, tuple(sorted({len(a) for a in found}, reverse=True))


def _bank(row: dict[str, str]) -> Bank:
    return Bank(
        row["id"],
        row["name"],
        row["full_name"],
        row["bank_class"],
        row["city"],
        class_before=row["class_before"],
        class_since=int(row["class_since"] or 0),
        city_before=row["city_before"],
        city_since=int(row["city_since"] or 0),
    )


@cache
def listed_banks() -> dict[str, Bank]:
    """The listed legal persons by id."""
    return {bank.id: bank for bank, _ in _aliases()[0].values()}


@cache
def unit_seats() -> dict[tuple[str, str], str]:
    """(Bank id, unit of its head office) -> city the unit sits in."""
    return {(row["bank"], row["unit"]): row["city"] for row in read_table("bank_units.csv", "etl.resolve")}


def read(name: str) -> BankName | None:
    """Read a normalised name as a bank's; None when it is none."""
    if len(name) > LONGEST or not any(word in name for word in ("行", "信用", "农信", "农商", "分理处")):
        return None
    return _read_listed(name) or _read_generic(name) or _read_foreign(name)


def _read_listed(name: str) -> BankName | None:
    aliases, lengths = _aliases()
    for length in lengths:
        entry = aliases.get(name[:length])
        if entry is None:
            continue
        bank, short = entry
        found = _with_rest(bank, name[:length], name[length:])
        if found and not (short and not _says_branch(found)):
            return found
    return None


def _says_branch(found: BankName) -> bool:
    return bool(found.parts) and any(part.noun.endswith(("行", "分理处")) for part in found.parts)


def _read_generic(name: str) -> BankName | None:
    for kind, pattern in _GENERIC:
        match = pattern.match(name)
        if match:
            core = match.group()
            return _with_rest(_unlisted(core, kind), core, name[match.end() :])
    return None


def _read_foreign(name: str) -> BankName | None:
    match = _FOREIGN.match(name)
    return _with_rest(_unlisted(match.group(), "foreign"), match.group(), name[match.end() :]) if match else None


def _unlisted(core: str, kind: str) -> Bank:
    for short, full in _FULL_WORDS:
        if core.endswith(short) and not core.endswith(full):
            core = core.removesuffix(short) + full
            break
    return Bank(core, core, core, kind, "", listed=False)


def _with_rest(bank: Bank, alias: str, rest: str) -> BankName | None:
    """What follows the bank's name must be a legal form, then nothing, the head office, or branches and units."""
    legal = _LEGAL.match(rest)
    rest = (rest[legal.end() :] if legal else rest).replace("(", "").replace(")", "")
    if _NOT_A_BANK.match(rest):
        return None
    head = _HEAD.match(rest)
    tail = rest[head.end() :] if head else rest
    if not tail:
        return BankName(bank, alias, (), "head_office", "")
    if not _WHOLE.fullmatch(tail):
        return None
    parts = _parts(tail)
    return BankName(bank, alias, parts, _level(parts), tail)


def _parts(tail: str) -> tuple[Part, ...]:
    pieces = _NOUN.split(tail)
    return tuple(Part(place, noun) for place, noun in zip(pieces[::2], pieces[1::2], strict=False))


def _level(parts: tuple[Part, ...]) -> Level:
    return _LEVELS[parts[-1].noun]
