"""Running text brought to `label：value`: sentences that say who won at which price, and labels without a colon.

Each pass is one shape of wording; what comes out is read like any labelled line.
"""

from __future__ import annotations

import re
from itertools import pairwise

from etl.parsers.body import names
from etl.parsers.body.labels import Role, role_of

_WIN = "中标|成交|中选|入围"
_PARTY = "人|供应商|供应人|供货商|单位|公司"
_MONEY = "总价|总金额|金额|价格|价款|报价|价"
#: A name inside a sentence, up to the next mark.
_NAME = r"(?P<name>[^\s，,。；;：:、“”\"]{4,60}?)"
_SAID_PRICE = re.compile(
    rf"(?<!包)(?<!标段)((?:{_WIN})(?:{_MONEY}))\s?(?:为|是)(?=[^：:]{{0,12}}[\d壹贰叁肆伍陆柒捌玖])"
)
_SAID_FIRM = re.compile(
    rf"((?:(?:{_WIN})(?:{_PARTY})|(?<![\u4e00-\u9fff])供应商)(?:名称)?)\s?(?:为|是)\s?"
    r"(?P<name>(?:(?![（(](?:[最总投]|报价|成交|中标|金额|[¥￥\d]))[^\s，,。；;：:、]){2,60})"
)
_GLUED_PRICE = re.compile(
    rf"(?<!包)(?<!标段)((?:{_WIN})(?:总价|总金额|金额|价格|价))\s?"
    r"(?=(?:人民币)?(?:[（(]?[大小]写[)）]?)?[¥￥]?(?:\d|[壹贰叁肆伍陆柒捌玖][拾佰仟万]))"
)
_WON = re.compile(
    rf"{_NAME}为(?:本项目|本次采购|本包|该项目|本标段)?(?:的)?(?:最终|拟)?(?:{_WIN})(?:人|供应商|单位|方|公司)(?![：:\u4e00-\u9fff])"
)
_BY = re.compile(rf"(?:由|(?:^|[，,。；;]|确定)(?!\s?由))\s?{_NAME}(?:{_WIN})(?=[，,。；;]|$)")
#: 甲公司以178万元的价格中标.
_AT_PRICE = re.compile(
    r"(?:最终)?以\s?(?P<price>[^以，,。；;：:、]{0,12}[\d壹贰叁肆伍陆柒捌玖](?:[^以，,。；;：:、]|,(?=\d{3})){0,40}?)"
    rf"(?:的)?(?:总价|总报价|价格|报价|金额|(?P<each>单价))?(?:获得|顺利)?(?:{_WIN})(?=[，,。；;]|$)"
)
_LAST_NAME = re.compile(r"[^\s，,。；;：:、“”\"]{4,60}$")
#: What a sentence says before it names the firm: 最终确定甲山有限公司为成交人.
_DECIDED = re.compile(
    r"^(?:.{0,12}(?:评审|研究|评议|评定|谈判|磋商|协商))?(?:最终|现|一致|拟)?(?:确定|选定|推荐|同意|选择|确认)(?:由)?|^最终"
)
_RANKED = re.compile(
    r"^(?:(?:中标|成交|中选)?候选(?:人|供应商|单位))?(?:排名)?第[一二三四五](?:名|(?:中标|成交|中选)?候选(?:人|供应商|单位))?(?:的)?"
    r"(?=[\u4e00-\u9fff（(]{4})"
)
_PROPOSED = re.compile(
    rf"推荐\s?{_NAME}为(?:本项目|本标段|本包)?(?:的)?(?P<label>第?[一二三\d]?(?:中标|成交|中选|入围)?候选(?:人|供应商|单位))"
    r"(?![：:\u4e00-\u9fff])"
)
_IF = re.compile(r"如(?!下)|若|将(?:确定|以|为)|可以|应当|视为|期满")


def labelled(text: str) -> str:
    """A line with every statement of a party or price that the reader knows written as `label：value`."""
    return spoken(spaced(unglued(plain(text))))


#: Wordings of labels that are spelled out first, so that one spelling is known.
_SPELLINGS = (
    # 326.5 单位：万元
    (re.compile(r"(?<=\d)\s?[（(，,]?\s?单位\s?[：:]\s?(?:人民币)?([万亿]?元)[)）]?"), r"\1"),
    # 联合体（主）：A公司；联合体（成员）：B公司
    (re.compile(r"联合体\s?[（(](?:主|牵头|主办|主体)(?:体|方|单位|人)?[)）]\s?[：:]"), "联合体牵头人："),
    (re.compile(r"联合体\s?[（(]成员?(?:方|单位|人)?\s?(\d?)[)）]\s?[：:]"), r"联合体成员\1："),
    # 成交供应商名称、地址及成交金额：A公司，工业路18号，成交金额：…
    (
        re.compile(
            rf"((?:{_WIN})(?:{_PARTY}))(?:名称)?(?:[、及和与](?:联系)?地址)?[、及和与](?:{_WIN})?(?:{_MONEY})\s?[：:](?=\s?\S)"
        ),
        r"\1：",
    ),
    # 成交供应商：名称：A公司
    (re.compile(rf"((?:{_WIN})(?:{_PARTY}))\s?[：:]\s?(?:单位|公司|企业|供应商)?名\s?称\s?[：:]"), r"\1："),
)


def plain(text: str) -> str:
    """A line with the labels of `_SPELLINGS` in their usual spelling."""
    for pattern, usual in _SPELLINGS:
        text = pattern.sub(usual, text)
    return _BRACKETED.sub(lambda m: f"；{m[1]}：" if role_of(m[1]) else m[0], text).lstrip("；")


#: 【中选单位】A公司
_BRACKETED = re.compile(r"【([\u4e00-\u9fff]{2,12})】\s?(?=[^\s：:])")


_ENDS = "公司|事务所|银行|分行|支行|联社|信用社|中心|医院|学院|大学|局|委员会|政府"
#: What can follow a firm in text without any separator: the next label, or the words of a sentence about it.
_NEXT = (
    r"$|[，,。；;\s]|(?:招标|采购|项目|中标|成交|中选|入围|开标|代理|预算|供应商|投标|评标|评审|工期|服务期|合同|地址|联系|公示|公告|"
    r"统一社会信用|法定代表|大写|小写|金额|报价|编号|质量|备注|监督|第[一二三]|因|就|现|\d{4}年)"
)
_GLUED_FIRM = re.compile(
    rf"(?P<label>(?:{_WIN})(?:人|供应商|单位)(?:名称)?|(?:采购|招标|建设|询价|比选|征集)(?:人|单位)(?:名称)?|(?:招标|采购)?代理机构(?:名称)?)"
    rf"(?![与和及或在对应由为有可须按若如不未所（(])(?P<name>(?:(?![的是将其被把])[\u4e00-\u9fff（）()]){{4,40}}?(?:{_ENDS}))(?={_NEXT})"
)
_GLUED_CODE = re.compile(r"((?:项目|招标|采购)编号)(?=[A-Z0-9][A-Z0-9\-]{4})")
#: A glued label that follows one of these belongs to a sentence: 受采购人X委托, 根据招标人X的要求.
_IN_SENTENCE = re.compile(r"(?:受|由|为|向|与|和|及|对|经|被|或|根据|接受|按|在|从|原|未|非|落|各|[：:])\s?$")
#: A party of which a sentence goes on to say that it is out.
_OUT = re.compile(r"^[^。；;]{0,60}(?:放弃|弃标|取消|撤销|无效|不符合|虚假)")


def unglued(text: str) -> str:
    """`采购人A银行采购方式谈判成交供应商B公司` with the parties behind their labels set apart."""

    def apart(m: re.Match[str]) -> str:
        good = names.organisation(m["name"]) and not (
            _IN_SENTENCE.search(text[: m.start()]) or _OUT.match(text[m.end() :])
        )
        return f"；{m['label']}：{m['name']}；" if good else m[0]

    return _GLUED_CODE.sub(r"；\1：", _GLUED_FIRM.sub(apart, text)).lstrip("；")


def spoken(text: str) -> str:
    """`X公司为成交供应商` and `成交价为5元` as labelled values; conditions (如无异议，X为中标人) are left alone."""
    if not re.search(_WIN, text) and not _SAID_FIRM.search(text):
        return text
    text = _at_price(text)
    for pattern in (_WON, _BY):
        if (m := pattern.search(text)) and not _IF.search(_clause(text, m.start())) and (name := _firm(m["name"])):
            text = f"{text[: m.start()]}；中标人：{name}；{text[m.end() :]}".lstrip("；")
    if (m := _PROPOSED.search(text)) and names.organisation(m["name"]):
        text = f"{text[: m.start()]}；{m['label']}：{m['name']}；{text[m.end() :]}"
    if (m := _SAID_FIRM.search(text)) and not _IF.search(_clause(text, m.start())) and _party_like(m["name"]):
        text = f"{text[: m.end(1)]}：{text[m.start('name') :]}"
    text = _SAID_PRICE.sub(r"\1：", text)
    return _GLUED_PRICE.sub(lambda m: m[0] if _OUT.match(m.string[m.end() :]) else f"{m[1]}：", text)


def _at_price(text: str) -> str:
    """`A公司以5万元的价格中标` as labelled firm and price."""
    pieces, done = [], 0
    for m in _AT_PRICE.finditer(text):
        lead = text[max(done, m.start() - 200) : m.start()]
        before = _LAST_NAME.search(lead[-60:])
        name = _firm(before[0]) if before else None
        if before and name and not _IF.search(_clause(lead, len(lead))):
            pieces += [
                text[done : m.start() - len(before[0])],
                f"；中标人：{name}；中标{m['each'] or '价'}：{m['price']}；",
            ]
            done = m.end()
    return "".join([*pieces, text[done:]])


def _firm(words: str) -> str | None:
    """The firm at the end of a clause: 最终确定A公司, 本项目由A公司."""
    name = _RANKED.sub("", _DECIDED.sub("", words))
    if "由" in name and names.organisation(last := name.rpartition("由")[2]):
        name = last
    return names.organisation(name)


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
