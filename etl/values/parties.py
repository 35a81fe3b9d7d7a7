"""Several organisations in one value: lists and consortia taken apart, a firm with 、 or 和 in its name left whole."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

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
#: What an organisation's name ends with, maybe before a bracket.
ORGANISATION = re.compile(rf"(?:{_ENDS})(?:\s?[（(][^（）()]{{1,60}}[)）])?$")
_LEAD = re.compile(
    r"^(?:[\s、，,；;:：.．。\-—*●■◆·]+|[（(]?\d{1,2}[)）][.、]?|\d{1,2}[.、．](?!\d)|[①-⑳]|"
    r"第[一二三四五六七八九十\d]+(?:名|包)?[:：]|第[一二三四五]名(?=[\u4e00-\u9fff]{4})|"
    r"(?:第[一二三四五]|排名第[一二三四五1-5]的?)(?:中标|成交|中选)?(?:候选)(?:人|供应商|单位)|"
    r"(?:联合体)?(?:牵头|主办|成员|主体)(?:人|方|单位|公司)?[一二三四五六七八九十\d]?[:：]|[主成][:：]|由(?=[\u4e00-\u9fff（）()]{4,}公司)|[（(](?:主|成|"
    r"牵头人?|成员|联合体[^（）()]{0,6})[)）]|(?:单位|供应商|公司)?名称[:：])"
)
_TAIL = re.compile(
    r"[\s、，,；;:：.．。\-—*|（(]+$|[（(](?:以下|下)?统?简?称[^（）()]{0,24}[)）]$|[（(](?:联合体)?(?:牵头|"
    r"主办|成员|主体|联合|主)(?:人|方|单位|公司)?[）)]$|[（(][^（）()]{0,12}联合体[^（）()]{0,12}[)）]$|"
    r"[（(]\s?\d{1,3}(?:\.\d+)?\s?[%％]\s?[)）]$|[（(](?:统一)?(?:社会)?(?:信用代码|纳税人识别号|注册地|地址)[^（）()]{0,60}[)）]$|"
    r"[（(](?:采购人|采购方|采购单位|招标人|招标方|招标单位|征询人|征询方|征集人|委托人|委托方|委托单位|比选人|询价人|发包人|业主|"
    r"业主单位|建设单位|买方|甲方|卖方|乙方|(?:招标|采购)?代理(?:机构|人)?|供应商|投标人|中标人|成交人|中选人|汇总|签章|章)[)）]$|"
    r"[（(](?:排名)?第?[一二三四五六七八九十1-9]名?(?:中标|成交)?(?:候选人)?[)）]$|"
    r"(?:组成的?)?联合体(?:投标)?$|[（(](?:盖章|公章|小型?企业|中型?企业|微型?企业|中小企业|大型企业|小微企业)[)）]$"
)
LEADER = re.compile(r"牵头|主办|主体(?:单位|方)|[（(]主[）)]|(?:^|\n)主[:：]")
MEMBER = re.compile(r"成员|联合方|[（(]成[)）]|(?:^|\n)成[:：]")
#: What stands before the winner: 中标单位：, 第一中标候选人:, 联合体：.
_LABEL = re.compile(
    r"^(?:拟?(?:中标|成交|中选|入围|投标|供货|服务)|第[一二三四五六七八九十\d]{1,2}(?:名|标段|包)?|推荐)*(?:候选)?"
    r"(?:(?:单位|人|方|商|供应商|公司|企业|联合体)(?:名称)?|联合体(?:单位|名称))[:：]"
)
#: Longer values are running text; a framework's list of a hundred firms is shorter.
LONGEST_LIST = 4_000
#: Pieces of a list that are no organisations; beside two organisations also a person's name or a word.
_SCRAP = re.compile(r"无|等|[-—/]*|其[\u4e00-\u9fff]{1,10}")
_LONGEST_SCRAP = 4


@dataclass(frozen=True, slots=True)
class Named:
    """An organisation and its part in a consortium (leader, member or null); its credit code tells no two apart."""

    name: str
    role: str | None = None
    uscc: str | None = field(default=None, compare=False)


def trimmed(text: str) -> str:
    """A name without the numbers, roles and remarks at its ends."""
    for _ in range(6):
        shorter = _TAIL.sub("", _LEAD.sub("", text)).strip()
        if shorter == text:
            break
        text = shorter
    return text


def without_label(text: str) -> str:
    """`中标单位：A公司` to `A公司`, `第一候选人：1.A公司` to `A公司`."""
    return trimmed(_LABEL.sub("", trimmed(text)))


def is_joint(value: str) -> bool:
    """Whether a value tells of a consortium: by the word, or by a leader and a member."""
    return "联合体" in value or (LEADER.search(value) is not None and MEMBER.search(value) is not None)


def role(piece: str, joint: bool) -> str | None:
    """The part a piece of a list says its organisation has; in a consortium who does not lead is a member."""
    if not joint:
        return None
    return "leader" if LEADER.search(piece) else "member"


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
    value = re.sub(r"(?<=公司)\s{0,2}(?:与|和|及|&)\s{0,2}(?=[\u4e00-\u9fff])|(?<=[)）])\s?&\s?", "、", value)
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


#: 与 after other organisations than firms: only where the value says that it is a consortium.
_JOINED = re.compile(r"(?<=[院所厂心学团社])\s{0,2}(?:与|和|及|以及)\s{0,2}(?=[\u4e00-\u9fff])")
_SLASH = re.compile(r"(?<=[司院所厂心学团社)）])\s{0,2}/\s{0,2}(?=[\u4e00-\u9fff])")


def parties(text: str) -> tuple[Named, ...]:
    """The organisations a value names, with their roles in a consortium; one that names one gives that one.

    A value is cut only where every piece ends like an organisation; scraps such as 无 are left out. Nothing for an
    empty value or one that is running text.
    """
    value = _SLASH.sub("、", _LABEL.sub("", text.strip()))
    if not value or len(value) > LONGEST_LIST:
        return ()
    joint = is_joint(text)
    pieces = split_list(_JOINED.sub("、", value) if joint else value)
    named = {one.name: one for one in (Named(without_label(piece), role(piece, joint)) for piece in pieces)}
    found = [one for one in named.values() if ORGANISATION.search(one.name) and not _SCRAP.fullmatch(one.name)]
    scraps = [name for name, one in named.items() if one not in found and not _SCRAP.fullmatch(name)]
    if len(found) > 1 and max(map(len, scraps), default=0) <= _LONGEST_SCRAP:
        return tuple(found)
    whole = found[0].name if found and not scraps else without_label(value)
    return (Named(whole),) if whole else ()
