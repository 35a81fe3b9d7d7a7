"""Who buys and who acts for the buyer.

Best evidence first: the buyer's own label, the 名称 of the section about the buyer, `受X委托`, a definition in the
first lines (X（以下简称“采购人”）), the firm that heads or signs the notice, and last the title. A hint of the portal
(often the head office) is used only if the notice itself names the same body.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from etl.parsers.body import names
from etl.parsers.body.labels import Role
from etl.parsers.body.pairs import Mention

_TRUST = re.compile(r"受\s?(?P<name>[^\s，。；：受]{4,60}?)\s?的?\s?委托")
_DEFINED = re.compile(
    r"(?P<name>[\u4e00-\u9fff（）()A-Za-z]{4,60}?)\s?[（(](?:以下|"
    r"下)?简?称?[^（）()]{0,8}?[“\"']?(?:采购人|招标人|征询方|征集人|委托人|比选人|采购方|征询人|"
    r"招标方)[”\"']?[)）]"
)
_ACTS = re.compile(
    r"^(?:关于)?(?P<name>(?:(?!委托)[\u4e00-\u9fff（）()]){4,50}?)\s?(?:委托(?=[\u4e00-\u9fff（）()]{4,30}(?:公司|中心))|拟对|拟就|现就|就|拟|现对|对)[“\"‘「\u4e00-\u9fff]"
)
_IS = re.compile(r"(?:招标人|采购人|征询方|建设单位|采购单位)为\s?[:：]?\s?(?P<name>[^\s，。；：、]{4,50})")
_BANK = re.compile(
    r"(?:关于)?(?P<name>[\u4e00-\u9fff]{2,24}?(?:银行|农商行|农信社|信用社|联社)(?:股份有限公司|"
    r"有限责任公司)?(?:信用卡中心|[\u4e00-\u9fff]{2,12}?(?:省|市|自治区)?(?:分行|支行|管理部|营业部|"
    r"数据中心))?(?:[\u4e00-\u9fff]{2,8}(?:分行|支行))?)"
)
_OFFICE = re.compile(
    r"(?:关于)?(?P<name>[\u4e00-\u9fff（）()]{4,40}?(?:有限责任公司|股份有限公司|有限公司|大学|医院|学院|"
    r"委员会|人民政府|财政局|管理局))"
)
#: `A公司关于B局采购…`: A issues the notice; where its name says that it runs tenders for others, B buys.
_ISSUED = re.compile(
    r"(?P<issuer>[\u4e00-\u9fff（）()]{4,40}?(?:公司|中心|事务所))关于(?:采购|征集|开展|发布|对|为|就)?(?P<rest>.*)"
)
_AGENT = re.compile(
    r"招标|招投标|采购|代理|咨询|项目管理|项目服务|工程管理|造价|监理|拍卖|公共资源|交易中心|成套|机电设备"
)
_BUYS = re.compile(r"银行|保险|证券|集团")
_PUBLIC = re.compile(
    r"(?P<name>[\u4e00-\u9fff（）()]{2,30}?(?:局(?![部域限面长间])(?:[\u4e00-\u9fff]{2,8}?(?:分局|支队|大队|总队))?|"
    r"(?<![大展餐客舞])厅|委员会|管委会|人民政府|办事处|医院|大学(?![城生路])|学院|学校|中学(?!生)|小学(?!生)|法院|检察院|"
    r"中心(?=采购|招标|拟|的)))"
)
_FILLER = re.compile(r"^(?:本项目|招标项目|资金来源|现|已由|由|为|是|关于|兹|应|根据|[“”\"'\s:：]+)+|[“”\"'\s]+$")


def _named(text: str | None) -> str | None:
    if not text:
        return None
    text = _FILLER.sub("", text)
    first = names.split_list(re.split(r"/(?=[\u4e00-\u9fff])", text)[0])
    return names.organisation(names.without_aliases(first[0].strip())) if first else None


def buyer(said: Sequence[Mention], lines: Sequence[str], title: str, hint: str | None = None) -> str | None:
    """The body that buys, as the notice names it; null when nothing names it."""
    labelled = [n for m in said if m.role is Role.BUYER and m.section != "past" and (n := _named(m.value))]
    if labelled:
        return labelled[0]
    under = [n for m in said if m.role in {Role.NAME, Role.BIDDER} and m.section == "buyer" and (n := _named(m.value))]
    if under:
        return under[0]
    winners = {n.name for m in said if m.role in {Role.SUPPLIER, Role.CANDIDATE} for n in names.organisations(m.value)}
    agents = set(_agents(said)) | winners
    hinted = [h for h in re.split(r"[,，;；]", hint or "") if names.organisation(h) and _names(h, [*lines, title])]
    issuer, _ = _issuer(title)
    shown = (n for n in (*_signed(lines, title), *hinted, *_titled(title)) if n != issuer)
    found = next((found for found in (*_spoken(lines), *shown) if found not in agents), None)
    return _in_full(found, lines) if found else None


_SHORT_BANK = re.compile(
    r"(?P<bank>[\u4e00-\u9fff]{2,12}?)(?P<kind>农商银行|农商行|农村商业银行|村镇银行|银行)(?P<unit>(?:[\u4e00-\u9fff]{2,12}(?:分行|支行|中心|营业部))?)"
)


def _in_full(name: str, lines: Sequence[str]) -> str:
    """A bank's short name (甲银行乙分行) as the text writes it once in full (甲银行股份有限公司乙分行)."""
    m = _SHORT_BANK.fullmatch(name)
    if m is None:
        return name
    kind = "(?:农村商业银行|农商银行)" if "农" in m["kind"] else m["kind"]
    full = re.compile(
        rf"{m['bank']}{kind}(?:股份有限公司|有限责任公司|有限公司){m['unit']}(?![\u4e00-\u9fff（(]{{0,10}}(?:分行|支行|中心|部))"
    )
    written = {f[0] for line in lines for f in full.finditer(line)}
    return written.pop() if len(written) == 1 else name


def _names(name: str, lines: Sequence[str]) -> bool:
    """Whether a text names just this body: the head office is not named by the name of its branch."""
    return any(
        re.search(re.escape(name) + r"(?![\u4e00-\u9fff（(]{0,8}(?:分行|支行|分公司|中心|部))", line) for line in lines
    )


def _spoken(lines: Sequence[str]) -> list[str]:
    found = []
    for pattern in (_TRUST, _DEFINED, _IS):
        for line in lines[:40]:
            found += [n for m in pattern.finditer(line[:3000]) if (n := _named(m["name"]))]
    for line in lines[:12]:
        found += [n for m in [_ACTS.match(line)] if m and (n := _named(m["name"]))]
    return found


def _signed(lines: Sequence[str], title: str) -> list[str]:
    """The firm on a line of its own at the head or foot, if the title names it or begins with part of it."""
    alone = [n for line in (*lines[:4], *lines[-6:]) if len(line) < 50 and (n := _named(line.replace(" ", "")))]
    return [n for n in alone if n in title or n[:6] in title or _BANK.match(n)]


def _titled(title: str) -> list[str]:
    """The bodies a title begins with, or where it begins with an agent, what it says behind 关于; none if unclear."""
    issuer, rest = _issuer(title)
    text, patterns = (rest, (_BANK, _PUBLIC, _OFFICE)) if issuer else (_led(title), (_OFFICE, _BANK))
    if issuer and not _AGENT.search(issuer):
        return []
    found = [m["name"] for pattern in patterns if (m := pattern.match(text))]
    if len(found) > 1 and _unit_of(found[1], found[0]):
        found.reverse()  # the branch buys, of which the first pattern saw the bank only
    bodies = (re.sub(r"^关于|(?<=[局厅行会府院司])关于.*", "", name) for name in found)
    return [n for name in bodies if "关于" not in name and (n := _named(name))]


def _unit_of(name: str, bank: str) -> bool:
    """Whether a name is that of a bank with one of its branches behind it, and nothing else between."""
    unit = name.removeprefix(bank)
    return name != unit and bool(
        re.fullmatch(r"(?:[^及和与的等对办采项装服设]{2,10}(?:分行|支行|营业部|管理部)){1,2}", unit)
    )


def _led(title: str) -> str:
    """A title without the brackets and years before its first words."""
    return re.sub(r"^(?:[\[【［][^\[\]【】［］]{0,20}[\]】］]|\d{4}(?:[-至]\d{4})?年度?)+", "", title.strip())


def _issuer(title: str) -> tuple[str | None, str]:
    """Who issues a notice about another's purchase by the words of its title, and what stands behind 关于.

    An agent by its name; also a firm (no bank) that writes of a public body: an agent, or a buyer for its contract.
    """
    m = _ISSUED.match(_led(title))
    if m and (_AGENT.search(m["issuer"]) or (_PUBLIC.match(m["rest"]) and not _BUYS.search(m["issuer"]))):
        return _named(m["issuer"]), m["rest"]
    return None, ""


def _agents(said: Sequence[Mention]) -> list[str]:
    direct = [n for m in said if m.role is Role.AGENCY and (n := _named(m.value))]
    under = [n for m in said if m.role in {Role.NAME, Role.BIDDER} and m.section == "agency" and (n := _named(m.value))]
    return direct + under


def agency(said: Sequence[Mention], lines: Sequence[str], title: str = "") -> str | None:
    """The agent that runs the tender for the buyer; null when none is named."""
    found = _agents(said)
    if found:
        return found[0]
    for line in lines[:12]:
        if m := re.match(r"(?P<name>[\u4e00-\u9fff（）()]{4,50}?)(?:[（(][^（）()]{0,30}[)）])?\s?受", line):
            return _named(m["name"])
    issuer, _ = _issuer(title)
    return issuer if issuer and _AGENT.search(issuer) else None


def buyer_address(said: Sequence[Mention]) -> str | None:
    """The buyer's address: its own label, or the 地址 that follows the buyer's name."""
    for m in said:
        if m.role is Role.BUYER_ADDRESS and len(m.value.strip(" /")) > 3:
            return m.value.strip(" ，,。；;")
    last: Role | None = None
    for m in said:
        if m.role in {Role.BUYER, Role.AGENCY, Role.SUPPLIER, Role.CANDIDATE, Role.SOLE}:
            last = m.role
        elif m.role in {Role.NAME, Role.BIDDER}:
            last = {"buyer": Role.BUYER, "agency": Role.AGENCY}.get(m.section, m.role)
        elif m.role is Role.ADDRESS and last is Role.BUYER and len(m.value.strip(" /")) > 3:
            return m.value.strip(" ，,。；;")
    return None
