"""The grammar of banks' names: which legal person a name means, of which class, and what follows the bank's name.

Listed banks come from `bank_register`; all others (rural, village, credit unions, branches of foreign banks) are
known by the words of their names. A text that only begins like a bank (银行业监督管理委员会, 民生期货,
中国银行保险...) is none: what follows the bank's name must be a legal form, a branch or a unit to the last
character.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import NamedTuple

from etl.places import gazetteer
from etl.places.locate import read_chain
from etl.resolve.bank_register import Bank, bearers_at_head, listed_banks, names_of, no_banks, unit_seats
from etl.resolve.names import LONGEST, simplified
from etl.resolve.results import Level

__all__ = ["Bank", "BankName", "Part", "listed_banks", "read", "unit_seats", "unlisted", "with_rest"]


class Part(NamedTuple):
    """One step of a branch name: 深圳龙华 + 支行."""

    place: str
    noun: str


class BankName(NamedTuple):
    """A name read as a bank's: the legal person, the words for it, its branch parts, the level they end on.

    `typo`: how a misspelt or shortened name was understood; empty for one that says what it means.
    """

    bank: Bank
    alias: str
    parts: tuple[Part, ...]
    level: Level
    rest: str
    typo: str = ""


_LEGAL = re.compile(
    r"(?:\(中国\)|中国(?=(?:股份)?有限))?(?:(?:股份|公共|大众|股份制)?有限(?:责任)?公司|(?:公开)?股份公司|公司)?(?:\(中国\))?"
)
#: No bank's name is without one of these.
_TELLTALE = re.compile(r"行|信用|农信|农商|储蓄|分理处")
_COMPANY = re.compile(r".{0,4}公司")
_HEAD = re.compile(r"总行本部|总行机关|联社机关|总行|总部|本部|本级|总社|联社本部")
#: What only says that the unit itself is meant (深圳分行本级), or that it is being founded or wound up.
_ITSELF = re.compile(r"(?<=[行处所社部心])(?:本级机关|机关本级|机关本部|本部机关|本级|机关|本部|辖内)$")
_LAST_OF_ITSELF = frozenset("级关部内")
_STATE = re.compile(r"\((?:筹|筹建|筹备|已?(?:废弃|停用|停业|撤销|撤并|注销|更名|合并|终止营业))\)")
_SEPARATORS = str.maketrans("", "", "()-—–_·/、,，:|")
_BRANCH = r"(?:中心|管辖)支行|(?:直属|一级|二级)?分行|管理行|营业管理部|管理中心|(?:管理|区域)?总部|审计中心|办事处"
_SUB = (
    "支行|分理处|储蓄所|储蓄点|储蓄专柜|储蓄柜|营业总部|营业部|营业厅|营业室|营业所|营业处|营业点|营业网点|网点|支局"
    "|分社|信用社|分部|服务站|服务点|自助银行|社区银行|小微银行"
)
_UNIT = "分中心|中心|培训学院|研修学院|研究院|研究所|实验室|事业部|(?:办公室|筹备组|筹建组|金库|团队|部|处|室)(?=$)"
_NOUN = re.compile(rf"({_BRANCH}|{_SUB}|{_UNIT})")
_WORDS = re.compile(r"[一-鿿A-Za-z0-9]+")
_PLACE_BEHIND = re.compile(r"([^()]+[行心部处所院室厅社])\(([^()]{2,12})\)")
#: The words before a noun are no longer.
_LONGEST_STEP = 24
#: After a bank's name these make another organisation of it.
_NOT_A_BANK = re.compile(
    r"业|间|保险|监|学校|学院|大学|工会|博物馆|大厦|协会|公会|党|纪|团委|理财|租赁|基金|期货|证券|消费|卡(?!中心|部)"
)
_IS_BRANCH, _IS_SUB = re.compile(_BRANCH), re.compile(_SUB)

#: Class, what every such name has, and the words that tell it; the more telling first.
_BY_WORDS: tuple[tuple[str, str, str], ...] = (
    ("village", "村镇银行", r"村镇银行"),
    (
        "rural",
        "农",
        r"农村商业联合银行|农村商业银行|农商联合银行|联合农商银行|农商银行|农商行|农村合作银行|农合行|农商(?=$|分行|支行)",
    ),
    (
        "credit_union",
        "信",
        (
            r"农村信用合作社联合社|农村信用社联合社|农村信用合作联社|农村信用联合社|农村信用联社|农村信用合作社|农村信用社"
            r"|信用合作联社|信用联社|信用合作社|农信联社|农信社|城市信用社"
            r"|(?<=[县市区乡镇村])信用社|(?<=[一-鿿]{4})信用社|农信(?=$|联社)"
        ),
    ),
    ("city_commercial", "银行", r"城市合作银行|城市商业银行|[市州]商业银行"),
)
#: Any character but 与 (between 不 and 丏): 农商行与农村信用社 speaks of two kinds of banks and names none.
_GENERIC = tuple(
    (kind, hint, re.compile(rf"([一-不丏-鿿·]{{2,20}}?)({words})(?!联合社)")) for kind, hint, words in _BY_WORDS
)
_CITY_BANK = re.compile(r"([一-鿿]{2,8}?)银行")
_FOREIGN = re.compile(
    r"(?:美国|英国|法国|德国|日本|韩国|荷兰|比利时|瑞士|瑞典|挪威|芬兰|丹麦|奥地利|意大利|西班牙|葡萄牙|俄罗斯|印度尼西亚|印度|马来西亚"
    r"|新加坡|泰国|菲律宾|越南|巴基斯坦|孟加拉|埃及|摩洛哥|南非|澳大利亚|新西兰|加拿大|巴西|墨西哥|哈萨克斯坦|蒙古|约旦|阿联酋|卡塔尔|土耳其"
    r"|以色列|香港|澳门|台湾)"
    r"[一-鿿·]{0,12}?银行"
)
_FULL_WORDS = (("农商联合银行", "农村商业联合银行"), ("农商银行", "农村商业银行"), ("农商行", "农村商业银行"))
#: Banks with branches everywhere: 深圳建行 is their branch in 深圳.
_NATIONAL = ("state_owned", "joint_stock", "policy", "central")


def read(name: str, year: int | None = None) -> BankName | None:
    """Read a normalised name as a bank's in a year (default: now); None when it is none."""
    name = simplified(name)
    if len(name) > LONGEST or not _TELLTALE.search(name) or name in no_banks():
        return None
    name = _undressed(name)
    return (
        _read_listed(name, year)
        or _read_generic(name)
        or _read_foreign(name)
        or _read_city_bank(name)
        or _read_after_place(name, year)
    )


def _undressed(name: str) -> str:
    """Without brackets around the whole name, and without (筹) and the like."""
    if "(" not in name:
        return name
    name = _STATE.sub("", name)
    return name[1:-1] if name[:1] == "(" and name.find(")") == len(name) - 1 else name


def _read_listed(name: str, year: int | None) -> BankName | None:
    for alias, bearer in bearers_at_head(name, year):
        found = with_rest(bearer.bank, alias, name[len(alias) :])
        if found and not (bearer.short and not _says_branch(found)):
            return found
    return None


def _says_branch(found: BankName) -> bool:
    """Whether a branch in some place follows: 浦发上海分行, but not 招商引行."""
    if not any(part.noun.endswith(("行", "分理处")) for part in found.parts):
        return False
    chain = read_chain(found.parts[0].place)
    return bool(chain) and chain.start == 0


def _read_generic(name: str) -> BankName | None:
    for kind, hint, pattern in _GENERIC:
        match = pattern.match(name) if hint in name else None
        if match:
            core = match.group()
            return with_rest(unlisted(core, kind), core, name[match.end() :])
    return None


def _read_foreign(name: str) -> BankName | None:
    match = _FOREIGN.match(name)
    return with_rest(unlisted(match.group(), "foreign"), match.group(), name[match.end() :]) if match else None


def _read_city_bank(name: str) -> BankName | None:
    """A bank that bears the name of a city and nothing else is a city commercial bank."""
    match = _CITY_BANK.match(name)
    if not match or not _is_city(match.group(1)):
        return None
    return with_rest(unlisted(match.group(), "city_commercial"), match.group(), name[match.end() :])


@lru_cache(maxsize=1024)
def _is_city(name: str) -> bool:
    return any(place.level in ("prefecture", "municipality") for place in gazetteer().find(name))


def _read_after_place(name: str, year: int | None) -> BankName | None:
    """深圳建行, 北京农行海淀支行: the place stands before the bank."""
    match = _national().search(name, 2)
    chain = read_chain(name[: match.start()]) if match else None
    if not match or not chain or (chain.start, chain.end) != (0, match.start()):
        return None
    alias, tail = match.group(), name[match.end() :]
    if _COMPANY.match(tail):
        return None  # 贵州农业银行股份有限公司 would be a company of its own
    return with_rest(bearers_at_head(alias, year)[0][1].bank, alias, name[: match.start()] + (tail or "分行"))


@cache
def _national() -> re.Pattern[str]:
    return re.compile("|".join(sorted(map(re.escape, names_of(*_NATIONAL)), key=len, reverse=True)))


@lru_cache(maxsize=8192)
def unlisted(core: str, kind: str) -> Bank:
    """A bank known by the words of its name, unless these written in full are a listed bank's (无锡农商行)."""
    for short, full in _FULL_WORDS:
        if core.endswith(short) and not core.endswith(full):
            core = core.removesuffix(short) + full
            break
    for alias, bearer in bearers_at_head(core):
        if alias == core:
            return bearer.bank
    return Bank(core, core, core, kind, "", listed=False)


def with_rest(bank: Bank, alias: str, rest: str, typo: str = "") -> BankName | None:
    """What follows the bank's name must be a legal form, then nothing, the head office, or branches and units."""
    if not rest:
        return BankName(bank, alias, (), "head_office", "", typo)
    legal = _LEGAL.match(rest)
    rest = rest[legal.end() :] if legal else rest
    if not _WORDS.fullmatch(rest):
        rest = _place_first(rest).translate(_SEPARATORS)
    if _NOT_A_BANK.match(rest):
        return None
    head = _HEAD.match(rest)
    tail = rest[head.end() :] if head else rest
    if tail[-1:] in _LAST_OF_ITSELF:
        tail = _ITSELF.sub("", tail)
    if not tail:
        return BankName(bank, alias, (), "head_office", "", typo)
    parts = _parts(tail)
    return BankName(bank, alias, parts, _level(parts, bank), tail, typo) if parts else None


def _place_first(rest: str) -> str:
    """数据中心(北京) is the 数据中心 in 北京."""
    match = _PLACE_BEHIND.fullmatch(rest)
    chain = read_chain(match.group(2)) if match else None
    if not match or not chain or (chain.start, chain.end) != (0, len(match.group(2))):
        return rest
    return match.group(2) + match.group(1)


def _parts(tail: str) -> tuple[Part, ...]:
    """The steps of a branch name; none when it does not end with one or when a step is no name."""
    pieces = _NOUN.split(tail)
    if pieces[-1] or not _WORDS.fullmatch(tail) or (len(tail) > _LONGEST_STEP and _is_too_long(pieces)):
        return ()
    if "股份" in tail or "限公" in tail:
        return ()  # a misspelt legal form
    return tuple([Part(pieces[i], pieces[i + 1]) for i in range(0, len(pieces) - 1, 2)])


def _is_too_long(pieces: list[str]) -> bool:
    return max(map(len, pieces)) > _LONGEST_STEP


def _level(parts: tuple[Part, ...], bank: Bank) -> Level:
    """The level the last step stands for; 中心支行 is a branch of the central bank only."""
    noun = parts[-1].noun
    return "sub_branch" if noun == "中心支行" and bank.bank_class != "central" else _level_of(noun)


@cache
def _level_of(noun: str) -> Level:
    if _IS_BRANCH.fullmatch(noun):
        return "branch"
    return "sub_branch" if _IS_SUB.fullmatch(noun) else "unit"
