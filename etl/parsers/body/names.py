"""Names of organisations as notices print them: numbering and chrome cut off, lists split, consortia told apart.

Strict: what does not end like an organisation (公司, 事务所, 医院, 分行 ...) is no name. A natural person who wins is
masked on most sites and is personal data on the others: it is left out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from etl.parsers.body.layout import clean
from etl.values import chinese_number

_ENDS = (
    "公司|集团|厂|研究院|设计院|医院|学院|院|事务所|研究所|所|中心|局|银行|分行|支行|营业部|管理部|部|商行|"
    "行|报社|合作社|联合社|联社|"
    "杂志社|出版社|社|处|分理处|委员会|协会|学会|工会|联合会|基金会|大学|中学|小学|学校|党校|校|幼儿园|园|"
    "图书馆|馆|体育场|场|队|商店|店|工作室|教研室|办公室|"
    "企业|基地|经营部|服务部|政府|办|委|署|厅|库|电视台|台|矿|药房|酒店|宾馆|超市|机关|本级|监狱|海关|站|"
    "法院|检察院|管理所|门市|"
    "实验室|剧团|乐团|部队|本级行政|苗圃|加工坊|"
    "会|总会|商会|本部|总部|有限合伙|Ltd\\.?|Inc\\.?|LLC|GmbH|Limited"
)
_ORG = re.compile(rf"(?:{_ENDS})(?:\s?[（(][^（）()]{{1,60}}[)）])?$")
_LEAD = re.compile(
    r"^(?:[\s、，,；;:：.．。\-—*●■◆·]+|[（(]?\d{1,2}[)）][.、]?|\d{1,2}[.、．](?!\d)|[①-⑳]|"
    r"第[一二三四五六七八九十\d]+(?:名|包)?[:：]|(?:第[一二三四五]|排名第[一二三四五1-5]的?)(?:中标|成交|中选)?(?:候选)(?:人|供应商|单位)|"
    r"(?:联合体)?(?:牵头|主办|成员|主体)(?:人|方|单位|公司)?[一二三四五六七八九十\d]?[:：]|[（(](?:主|成|"
    r"牵头人?|成员|联合体[^（）()]{0,6})[)）]|(?:单位|供应商|公司)?名称[:：])"
)
_TAIL = re.compile(
    r"[\s、，,；;:：.．。\-—*|（(]+$|[（(](?:以下|下)?统?简?称[^（）()]{0,24}[)）]$|[（(](?:联合体)?(?:牵头|"
    r"主办|成员|主体|主)(?:人|方|单位|公司)?[）)]$|[（(][^（）()]{0,12}联合体[^（）()]{0,12}[)）]$|"
    r"[（(](?:统一)?(?:社会)?(?:信用代码|纳税人识别号|注册地|地址)[^（）()]{0,60}[)）]$|"
    r"[（(](?:采购人|采购方|采购单位|招标人|招标方|招标单位|征询人|征询方|征集人|委托人|委托方|委托单位|比选人|询价人|发包人|业主|业主单位|"
    r"建设单位|买方|甲方|卖方|乙方|(?:招标|采购)?代理(?:机构|人)?|供应商|投标人|中标人|成交人|中选人|汇总|签章|章)[)）]$|"
    r"[（(](?:排名)?第?[一二三四五六七八九十1-9]名?(?:中标|成交)?(?:候选人)?[)）]$|"
    r"(?:组成的?)?联合体(?:投标)?$|[（(](?:盖章|公章|小型?企业|中型?企业|微型?企业|中小企业|大型企业|小微企业)[)）]$"
)
_MASKED = re.compile(
    r"某某|^[某*＊xX×]+$|\*{2,}|详见|见附件|^/|^无$|本项目|附件|不接受|推荐|如下|公示|拟派|负责人|废标|"
    r"流标|组成|应当|根据|\ufffd|供应商|(?:招标|采购|中标|成交|投标|候选|代理)人"
)
#: Bold print that was recognised twice: 融融金金科科技技.
_DOUBLED = re.compile(r"(?:([\u4e00-\u9fff])\1){3,}")
_LEADER = re.compile(r"牵头|主办|主体单位|[（(]主[）)]")
_MEMBER = re.compile(r"成员|[（(]成[)）]")


#: No name with all its roles and numbers is longer.
_LONGEST = 200
#: Longer values are running text; a framework's list of a hundred firms is shorter.
_LISTED = 4_000


@dataclass(frozen=True, slots=True)
class Named:
    """An organisation and its part in a consortium (leader, member or null); its credit code tells no two apart."""

    name: str
    role: str | None = None
    uscc: str | None = field(default=None, compare=False)


def organisation(text: str) -> str | None:
    """The organisation a cell or value consists of; null when it is none or more than one."""
    return _organisation(text) if len(text) <= _LONGEST else None


@lru_cache(maxsize=20_000)
def _organisation(text: str) -> str | None:
    name = _DOUBLED.sub(lambda m: m[0][::2], clean(text))
    for _ in range(6):
        trimmed = _TAIL.sub("", _LEAD.sub("", name)).strip()
        if trimmed == name:
            break
        name = trimmed
    name = re.sub(r"(?<=[\u4e00-\u9fff（）()])\s+(?=[\u4e00-\u9fff（）()])", "", name)
    if not 4 <= len(name) <= 80 or _MASKED.search(name) or re.search(r"[，。；;：:？!！、]", name):
        return None
    name = name[: len(name) // 2] if name[: len(name) // 2] * 2 == name else name  # printed twice in a row
    if name.count("（") + name.count("(") != name.count("）") + name.count(")"):
        return None
    return name if _ORG.search(name) else None


def organisations(value: str) -> tuple[Named, ...]:
    """All organisations of a value such as `A公司、B公司联合体` or `牵头人：A公司；成员：B公司`.

    In a consortium without a named leader everybody is a member; several winners side by side have no role.
    """
    return _organisations(value) if len(value) <= _LISTED else ()


@lru_cache(maxsize=20_000)
def _organisations(value: str) -> tuple[Named, ...]:
    joint = "联合体" in value or (_LEADER.search(value) is not None and _MEMBER.search(value) is not None)
    found: list[Named] = []
    for piece in split_list(value):
        name = organisation(piece)
        if name is None or any(n.name == name for n in found):
            continue
        found.append(Named(name, _role(piece, joint)))
    if len(found) < 2:
        return tuple(Named(n.name) for n in found)
    return tuple(found)


_NTH = re.compile(r"[（(](?:排名)?第?([一二三四五六七八九1-9])名?(?:中标|成交|中选)?(?:候选人)?[)）]$")


def ranked(value: str) -> list[tuple[int | None, str]]:
    """`A公司（第一）、B公司（第二）` as ranks and names; empty where not every name has a rank."""
    found = [(m[1], piece) for piece in split_list(value) for m in [_NTH.search(piece.strip())] if m]
    whole = len(found) == len(split_list(value))
    return [(int(n) if n.isdecimal() else chinese_number(n), piece) for n, piece in found] if whole else []


def _role(piece: str, joint: bool) -> str | None:
    if not joint:
        return None
    return "leader" if _LEADER.search(piece) else "member"


#: The comma of `Co., Ltd.` separates nothing; it is held back while a list is cut.
_SUFFIX = re.compile(r",(?=\s?(?:Ltd|Inc|LLC|Limited|GmbH|Corp|S\.A)\b)")
_HELD = "\x1f"
#: Blanks between firms: before the next number, or between two that are named in full.
_APART = re.compile(
    r"(?<=[司所院行社心学])\s+(?=[（(]?\d{1,2}[)）.、．]\s?[\u4e00-\u9fff])"
    r"|(?<=公司)\s+(?=[\u4e00-\u9fff（）()]{4,40}(?<!分)公司(?![\u4e00-\u9fff]))"
)


def split_list(value: str) -> list[str]:
    """Pieces of a list, not cut inside brackets; 与, 和 and 及 separate only after a firm's full name."""
    value = re.sub(r"(?<=公司)\s{0,2}(?:与|和|及|&)\s{0,2}(?=[\u4e00-\u9fff])", "、", value)
    value = re.sub(
        r"(?<=[公司所院学])([（(](?:联合体)?(?:牵头|主办|成员|主)[^（）()]{0,6}[)）])\s{0,3}(?=[\u4e00-\u9fff])",
        r"\1、",
        value,
    )
    value = _SUFFIX.sub(_HELD, _APART.sub("、", value))
    pieces, depth, start = [], 0, 0
    for at, c in enumerate(value):
        if c in "（(":
            depth += 1
        elif c in "）)":
            depth = max(0, depth - 1)
        elif depth == 0 and c in "、，,；;\n/|。+＋":
            pieces.append(value[start:at])
            start = at + 1
    return [p.replace(_HELD, ",") for p in [*pieces, value[start:]] if p.strip()]


def without_aliases(name: str) -> str:
    """`A分行（B局、A分行营业部）` to `A分行`: a bracket that only lists other names of one office."""
    m = re.fullmatch(r"(.{4,}?(?:行|局|部|院|公司|中心|处))\s?[（(]([^（）()]{8,})[)）]", name)
    return m[1] if m and _ORG.search(m[2]) else name
