"""Labels and values in running text: every `label：value` of a line, wherever it stands.

A known label may begin anywhere, also glued to the value before it; an unknown one only behind a delimiter. Sentences
that say who won are turned into labels first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

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


_WIN = "中标|成交|中选|入选|入围"
_SAID_PRICE = re.compile(
    rf"(?<!包)(?<!标段)((?:{_WIN})(?:总价|总金额|金额|价格|价款|报价|价))\s?(?:为|是)(?=[^：:]{{0,12}}[\d壹贰叁肆伍陆柒捌玖])"
)
_SAID_FIRM = re.compile(
    rf"((?:{_WIN})(?:人|供应商|供应人|供货商|单位|公司)(?:名称)?)\s?(?:为|是)\s?(?P<name>[^\s，,。；;：:、]{{2,60}})"
)
_GLUED_PRICE = re.compile(rf"(?<!包)(?<!标段)((?:{_WIN})(?:总价|总金额|金额|价格|价))\s?(?=(?:人民币)?[¥￥]?\d)")
_WON = re.compile(
    rf"(?P<name>[^\s，,。；;：:、“”\"]{{4,60}}?)为(?:本项目|本次采购|本包|该项目|本标段)?(?:的)?(?:最终|"
    rf"拟)?(?:{_WIN})(?:人|供应商|单位|方|公司)(?![：:\u4e00-\u9fff])"
)
_BY = re.compile(
    rf"(?:由|(?:^|[，,。；;]|确定)(?!\s?由))\s?(?P<name>[^\s，,。；;：:、“”\"]{{4,60}}?)(?:{_WIN})(?=[，,。；;]|$)"
)
#: What a sentence says before it names the firm: 最终确定甲山有限公司为成交人.
_DECIDED = re.compile(
    r"^(?:.{0,12}(?:评审|研究|评议|评定|谈判|磋商|协商))?(?:最终|现|一致|拟)?(?:确定|选定|推荐|同意|选择|确认)(?:由)?"
)
_PROPOSED = re.compile(
    r"推荐\s?(?P<name>[^\s，,。；;：:、“”\"]{4,60}?)为(?:本项目|本标段|本包)?(?:的)?(?P<label>第?[一二三\d]?(?:中标|成交|中选|入围)?候选(?:人|供应商|单位))"
    r"(?![：:\u4e00-\u9fff])"
)
_IF = re.compile(r"如(?!下)|若|将(?:确定|以|为)|可以|应当|视为|期满")


def spoken(text: str) -> str:
    """`X公司为成交供应商` and `成交价为5元` as labelled values; conditions (如无异议，X为中标人) are left alone."""
    if not re.search(_WIN, text):
        return text
    for pattern in (_WON, _BY):
        if (m := pattern.search(text)) and not _IF.search(_clause(text, m.start())):
            name = _DECIDED.sub("", m["name"])
            if names.organisation(name):
                text = f"{text[: m.start()]}；中标人：{name}；{text[m.end() :]}".lstrip("；")
    if (m := _PROPOSED.search(text)) and names.organisation(m["name"]):
        text = f"{text[: m.start()]}；{m['label']}：{m['name']}；{text[m.end() :]}"
    if (m := _SAID_FIRM.search(text)) and not _IF.search(_clause(text, m.start())) and _party_like(m["name"]):
        text = f"{text[: m.end(1)]}：{text[m.start('name') :]}"
    text = _SAID_PRICE.sub(r"\1：", text)
    return _GLUED_PRICE.sub(r"\1：", text)


def spaced(text: str) -> str:
    """`中标人 A公司 中标价 5万元` as labelled values: a label, a blank, and just what it announces."""
    text = _FIRM_PRICE.sub(r"\1，报价：", text)
    words = text.split(" ")
    if len(words) < 2 or len(text) > _SPACED:
        return text
    for i, (word, value) in enumerate(pairwise(words)):
        role = role_of(word) if not word.endswith(("：", ":")) else None
        party = role in {Role.BUYER, Role.AGENCY, Role.SUPPLIER, Role.CANDIDATE}
        firm = party and not _COLON.search(value) and names.organisation(value)
        if firm or (role in {Role.AMOUNT, Role.PRICE} and _SUM.match(value)):
            words[i] = word + "："
    return " ".join(words)


def _clause(text: str, end: int) -> str:
    return re.split(r"[。；;：:]", text[:end])[-1]


def _party_like(text: str) -> bool:
    """A firm, or a person whose name the site has masked."""
    return bool(names.organisation(text) or re.fullmatch(r"某某?|[\u4e00-\u9fff]?[*＊某]{1,2}", text))


#: Longer lines are running text.
_SPACED = 2_000
#: A line of a list: 1、A公司：68.5万元.
_FIRM_PRICE = re.compile(
    r"^(\s?(?:[（(]?\d{1,2}[)）、.．])?\s?[\u4e00-\u9fff（）()]{4,40}(?:公司|事务所))\s?[：:]\s?"
    r"(?=(?:人民币)?[¥￥]?\d[\d,.]*\s?[万亿]?元)"
)
_SUM = re.compile(r"(?:人民币)?[¥￥]?\d[\d,.]*(?:[万亿]?元|$)")
_COLON = re.compile(r"[：:]")
#: Labels of parts and spellings of the price before them: 中标价：第一年：30万元；第二年：31万元.
_OF_PRICE = re.compile(
    r"(?:人民币)?[大小]写(?:金额)?|(?:第?[一二三四五六两\d]{1,2}|首|次|每)年(?:度)?(?:租金|费用|报价|金额)?|[合总共]计|总价"
)
_BEFORE = re.compile(
    r"[，,。；;、：:】\]]|(?<!成交)(?<!中标)(?<!中选)(?<!入围)[）)]|(?<=\S\S)\s(?=\S\S)|\s{2,}|[（(](?=[^（()）]*$)"
)
#: A label that is looked for inside a line may not swallow the value before it: `A公司第二中标候选人`, `5元税率`.
_SWALLOWED = re.compile(r"公司|事务所|研究院|医院|大学|银行|分行|支行|工程|项目|标段|包件|[%％]|(?<=\d)[元万]")
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
    other = _NO_LABEL.search(stem, cut)
    barrier = other.start() if other else len(stem)
    general: tuple[int, Role, str, bool] | None = None
    for at in range(max(cut, len(stem) - 24), len(stem) - 1):
        if not _starts(stem, at) or at > barrier:
            continue
        role = role_of(re.sub(r"\s+", "", stem[at:]) + fold(tail).replace(" ", ""))
        found = (window + at, role or Role.OTHER, (stem[at:] + tail).strip(), True)
        if role is Role.OTHER:
            general = general or found
        elif role is Role.DATED and at > cut:
            continue  # 招标公告日期 is another notice's
        elif role is Role.CODE and _CERTIFIED.search(stem[:at].rstrip()):
            break
        elif role and not (role in FIRMLIKE and at < floor):
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
