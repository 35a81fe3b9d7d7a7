"""Labels and values in running text: every `label：value` of a line, wherever it stands.

A known label may begin anywhere, also glued to the value before it; an unknown one only behind a delimiter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from etl.parsers.body import names
from etl.parsers.body.labels import Role, role_of
from etl.values import fold


@dataclass(frozen=True, slots=True)
class Mention:
    """A value with what announces it.

    `row` (table, row) ties the cells of one table row; `heading` is the wording of the section. `known` is false where
    the reader has no word for the label: it may announce anything.
    """

    role: Role
    label: str
    value: str
    section: str = ""
    heading: str = ""
    lot: str | None = None
    rank: int | None = None
    row: tuple[int, int] | None = None
    known: bool = True


_COLON = re.compile(r"[：:]")
#: A heading, but with a firm behind it the label of the winner.
_RESULT = re.compile(r"(?:中标|成交|中选|定标)结果")
#: Labels of parts and spellings of the price before them: 中标价：第一年：30万元；第二年：31万元.
_OF_PRICE = re.compile(
    r"(?:人民币)?[（(]?[大小]写(?:金额)?[)）]?|[零壹贰叁肆伍陆柒捌玖拾佰仟万亿元圆角分整正]+\s?[（(]小写[)）]|(?:第?[一二三四五六两\d]{1,2}|首|次|每)年(?:度)?(?:租金|费用|报价|金额)?|[合总共]计|总价|"
    r"(?!.{0,8}(?:服务|代理|保证|手续|评审|文件|标书))(?:其中)?[\u4e00-\u9fff]{2,8}费|(?:其中)?暂[列估](?:金额|价|金)"
)
_BEFORE = re.compile(
    r"[，,。；;、：:】\]]|(?<!成交)(?<!中标)(?<!中选)(?<!入围)[）)]|(?<=\S\S)\s(?=\S\S)|\s{2,}|[（(](?=[^（()）]*$)"
)
#: A label that is looked for inside a line may not swallow the value before it: `A公司第二中标候选人`, `5元税率`.
_SWALLOWED = re.compile(r"公司|事务所|研究院|医院|大学|银行|分行|支行|工程|项目|标段|包件|[%％]|(?<=\d)[元万]")
_FIRM_END = re.compile(r"公司|事务所|研究院|医院|大学|银行|分行|支行|联社")
#: Words that turn a label into another: 未中标供应商, 首次报价.
_NO_LABEL = re.compile(
    r"(?:[未落非]|首次|首轮|第[一二]轮|初次|初始|历次)(?=中标|成交|中选|入选|入围|通过|报价|投标)|(?:评标|评审|评定|修正|折算)后?的?(?=价|报价|总价)"
)
#: Before 编号 and the like: the number of a person's or a firm's certificate, no project's.
_CERTIFIED = re.compile(r"(?:证书?|执照|资质|资格|注册|执业|许可|职称|备案|社会信用|身份|专利|考核)$")
#: The number of the next item: （1）名 称：X （2）地 址：Y.
_NEXT_NUMBER = re.compile(r"\s*[（(]\d{1,2}[)）]$|\s+\d{1,2}[.、．]$")
#: Roles whose label must not have swallowed a name or number that stands before it.
FIRMLIKE = {Role.SUPPLIER, Role.CANDIDATE, Role.BIDDER, Role.AMOUNT, Role.PRICE, Role.SOLE, Role.ADDRESS}
_SHORT = FIRMLIKE | {Role.BUDGET, Role.FEE, Role.CONTACT, Role.RANK, Role.SCORE}


def pairs(line: str) -> Iterator[Mention]:
    """Every `label：value` of a line; a known label may stand anywhere, an unknown one only behind a delimiter."""
    marks: list[tuple[int, int, Role, str, bool]] = []
    start = 0
    for m in _COLON.finditer(line):
        if line.startswith("//", m.end()) or (
            re.match(r"\d", line[m.end() : m.end() + 1]) and line[m.start() - 1 : m.start()].isdigit()
        ):
            continue
        if found := _label_before(line, start, m.start()):
            at, role, label, known = found
            priced = bool(marks and marks[-1][2] in {Role.AMOUNT, Role.PRICE})
            bare_part = _OF_PRICE.fullmatch(label.strip("（( "))
            if priced and (bare_part or (role is Role.OTHER and not line[start:at].strip())):
                continue  # 中标价：价格系数：92 %: wording of the price, no label of its own
            marks.append((at, m.end(), role, label, known))
            start = m.end()
    for i, (_, end, role, label, known) in enumerate(marks):
        stop = marks[i + 1][0] if i + 1 < len(marks) else len(line)
        value = line[end:stop].strip()
        if i + 1 < len(marks):
            value = _NEXT_NUMBER.sub("", value)
        if _RESULT.fullmatch(label) and names.organisation(value):
            yield Mention(Role.SUPPLIER, label, value)
        else:
            yield Mention(role, label, value, known=known)


def _label_before(line: str, start: int, colon: int) -> tuple[int, Role, str, bool] | None:
    """The longest known label before a colon, with its brackets; else an unknown one from a delimiter on.

    Where it begins, what it announces, its wording, and whether it is known.
    """
    window = max(start, colon - 60)
    text = line[window:colon]
    stem = re.sub(r"(?:\s?[（(\[][^（）()\[\]]{0,40}[)）\]]){1,3}\s?$", "", text)
    tail = text[len(stem) :]
    cut = max((m.end() for m in _BEFORE.finditer(stem)), default=0)
    floor = max(
        (m.end() for m in _SWALLOWED.finditer(stem) if m.start() > cut and m.end() < len(stem) - 1), default=cut
    )
    firm = max((m.end() for m in _FIRM_END.finditer(stem) if cut < m.start() and m.end() < len(stem) - 1), default=0)
    other = _NO_LABEL.search(stem, cut)
    barrier = other.start() if other else len(stem)
    general: tuple[int, Role, str, bool] | None = None
    for at in range(max(cut, len(stem) - 24), len(stem) - 1):
        if not _starts(stem, at) or at > barrier:
            continue
        role = role_of(re.sub(r"\s+", "", stem[at:]) + fold(tail).replace(" ", ""))
        found = (window + at, role or Role.OTHER, (stem[at:] + tail).strip(), True)
        if role is Role.OTHER:
            general = found if general is None or general[0] < window + firm else general
        elif role is Role.DATED and at > cut:
            continue  # 招标公告日期 is another notice's
        elif role is Role.CODE and _CERTIFIED.search(stem[:at].rstrip()):
            break
        elif role and not (role in _SHORT and at < floor):
            return found
    if general:
        return general
    if (cut or window == start) and 1 < len(stem) - cut <= 20 and re.search(r"[\u4e00-\u9fff]", stem[cut:]):
        return window + cut, Role.OTHER, (stem[cut:] + tail).strip(), False
    return None


def _starts(stem: str, at: int) -> bool:
    """Whether a label can begin here: not inside a word of letters or digits, not with the unit of a number."""
    if re.match(r"\d(?!\d?(?:标段|标包|包|号))|[%％‰.,]|\s", stem[at:]) or (
        at and stem[at] in "元万亿圆角分整%％‰" and (stem[at - 1].isdigit() or stem[at - 1] in "万亿元 ")
    ):
        return False
    return not (at and stem[at].isascii() and stem[at].isalnum() and stem[at - 1].isascii() and stem[at - 1].isalnum())
