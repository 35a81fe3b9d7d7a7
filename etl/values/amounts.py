"""Amounts of money as notices print them.

Strict reading: what is not plainly a total in yuan is no amount. A rate, a unit or annual price, a ceiling or an
estimate, a foreign currency, parts without a total, two totals that contradict each other, or digits of glued table
cells give no amount but a note with the page's wording.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from etl.values.folding import fold
from etl.values.numerals import capitals, number

_LARGEST = Decimal(10) ** 13
#: Characters of the page's wording that a note keeps.
_NOTE = 200


@dataclass(frozen=True, slots=True)
class Amount:
    """A price as read. `yuan` is a decimal string with two decimals, or null with the page's wording in `note`.

    `doubt` says what is wrong with a price that should have been plain: it becomes a warning.
    """

    yuan: str | None = None
    tax_basis: str = "unknown"  # incl | excl | unknown
    note: str | None = None
    currency: str = "CNY"
    doubt: str | None = None


def yuan_text(value: Decimal) -> str:
    """Decimal yuan to the text of the records: two decimals, halves rounded up."""
    return f"{value.quantize(Decimal('0.01'), rounding=ROUND_HALF_UP):f}"


_UNITS = {
    "元": 1,
    "圆": 1,
    "千元": 1000,
    "万": 10**4,
    "万元": 10**4,
    "百万元": 10**6,
    "千万元": 10**7,
    "亿": 10**8,
    "亿元": 10**8,
}
_CURRENCIES = {
    **dict.fromkeys(("美元", "美金", "USD", "US$", "$"), "USD"),
    **dict.fromkeys(("欧元", "EUR", "€"), "EUR"),
    **dict.fromkeys(("日元", "日币", "JPY"), "JPY"),
    **dict.fromkeys(("港元", "港币", "HKD", "HK$"), "HKD"),
    **dict.fromkeys(("英镑", "GBP", "£"), "GBP"),
    **dict.fromkeys(("澳门元", "澳门币", "MOP"), "MOP"),
    **dict.fromkeys(("澳元", "AUD"), "AUD"),
    **dict.fromkeys(("加元", "CAD"), "CAD"),
    **dict.fromkeys(("新加坡元", "新元", "SGD"), "SGD"),
    **dict.fromkeys(("瑞士法郎", "CHF"), "CHF"),
    **dict.fromkeys(("韩元", "KRW"), "KRW"),
    **dict.fromkeys(("卢布", "RUB"), "RUB"),
}
_FOREIGN = re.compile(
    "|".join(
        rf"(?<![A-Za-z]){c}(?![A-Za-z])" if c.isalpha() and c.isascii() else re.escape(c)
        for c in sorted(_CURRENCIES, key=len, reverse=True)
    )
)
_TOKEN = re.compile(
    r"(?P<sign>[¥]|RMB|CNY|人民币)?\s{0,3}[:：]?\s{0,2}(?P<number>\d[\d,.]*)\s{0,3}\(?\s{0,2}"
    r"(?P<unit>千万元|百万元|亿元|万元|千元|元|圆|亿|万)?(?P<rate>\s{0,2}[%‰]|\s?折(?![合算]))?"
)
#: Behind a price: for each of something (元/吨, （元/㎡）, 元每年), so no total.
_PER = re.compile(
    r"^\s{0,2}(?:人民币)?[()]?\s{0,2}(?:/\s{0,2}(?!大写|小写|人民币|含|不含|未税|元|整|[壹贰叁肆伍陆柒捌玖]|宗|项目|标段|[二两三四五]\s?年)"
    r"\(?[\u4e00-\u9fffA-Za-z㎡³]|[每·]\s{0,2}[\u4e00-\u9fff㎡])"
    r"|^\s{0,2}\(\s?每?\s?[人月年日天次季]\s?\)|^\s{0,2}\)?\s{0,2}一\s{0,2}[人月年天日次台套个件吨户笔份页条张]"
)
_UNIT_PRICE = re.compile(
    r"单\s?价|[首续]重|首件|[人户件]均|每\s?[\u4e00-\u9fffA-Za-z㎡]|元/(?!\s?%)|人月|人天|人日|(?<![一二两三四五六七八九十])[月日年]租|第[一二三四五六七八九十]年租|年(?:服务)?费|月费|/[月年]|平均价|(?<![\d一二两三四五六个])[月年]度?(?:中标|成交|中选|合同|投标)(?:金额|价格?|报价|总价)|"
    r"加权|权重"
)
#: An area code or an ordinal is no money: 0755, 001.
_ORDINAL = re.compile(r"0\d{1,3}")
#: Two prices with a dash between are a bound: 120000-130000, 12万元至13万元.
_RANGE = re.compile(r"(?:\d[\d,.]{4,}|\d\s?万?元)\s?[-~—至]\s?¥?\d[\d,.]*\s?(?:万?元|$)")
#: Before a price: a bound or an estimate, no price agreed.
_BOUND = re.compile(
    r"不超过|不高于|不低于|最高|最低|上限|下限|限价|控制价|限额|封顶|预算|估算|暂估|暂定|暂列|保证金|(?:大|[^条节公合制])约\s?(?:人民币|¥|为)?\s?$|^\s?约"
)
_RATE = re.compile(r"下浮|上浮|折扣|费率|利率|收益率|让利|优惠率|系数|佣金率|百分比|比例")
#: 85000美元（约合人民币 612000元）: the price is agreed in dollars, and the yuan are about right.
_CONVERTED = re.compile(r"约\s?(?:合|折|等值|为?\s?人民币)")
_TAX_RATE = re.compile(r"税率.{0,4}?\d+(?:\.\d+)?\s?%|\d+(?:\.\d+)?\s?%.{0,6}(?:发票|税)")
_COMPOSITE = re.compile(
    r"(?:下浮|上浮|折扣|费率|让利|优惠|系数)[^，,；;]{0,16}\d\s?[%‰]|\d\s?[%‰][^，,；;]{0,8}(?:下浮|折扣|费率|系数)"
)
#: What a total contains is no price of its own: （其中暂列金 5 万元）, 其中设计费 …
_INSIDE = re.compile(
    r"\([^()]{0,60}(?:其中|暂列|暂估|安全文明|含[^()税]{0,12}费)[^()]{0,80}\)|(?<=[元圆整)\d])\s?[,;。]?\s?其中[^税]*$"
)
#: 831137100.00元（设计费 7700000.00元、建安费 823437100.00元）: a total, and its parts in brackets.
_PARTS = re.compile(r"^([^()费]*元)\s?\([^()]{0,20}费[^()]{0,12}\d[^()]{0,100}\)")
_EXCL = re.compile(r"不\s?含.{0,6}?税|未\s?税|除税|税前|去税|不包?含税|无税")
_INCL = re.compile(r"含.{0,6}?税|价税合计|税后|税价合计|包含税")
_TAX = re.compile(r"税[额金款]\D{0,6}$")  # the tax itself
_TOTAL = re.compile(r"总\s?[价额计]|合\s?计|总[报金]|共计|总投标")
_EMPTY = re.compile(r"[\s/\\\-—–_:：。.,，;；()|*]*(?:无|空|不适用|详见.*|见附件.*|见.{0,6})?[\s/\\\-—–_。]*")
_HINT = re.compile(r"^\s*\((?:可填写|如为|填写|注|如)[^()]*\)\s*[:：]?")
#: A bracket of a label that offers alternatives (费率、单价等) says nothing of the one value below it.
_CHOICE = re.compile(r"\([^()]*(?:填写|、|或|等)[^()]*\)")
_NOISE = re.compile(
    r"[\s:：,，;；。.()\[\]【】¥/]|人民币|大写|小写|RMB|CNY|整|正|为|[不未]?包?含(?:增值)?税(?:价)?|价税合计|[a-zA-Z]|"
    r"固定|总价|总额|形式|投标|[总最终]*报价|金额|价格|[合总共]计|中标|成交"
)
_UNIT_IN_LABEL = re.compile(
    r"[(\[:：/,，、]\s{0,2}(?:人民币|单位[:：]?|¥|RMB)?[:：]?\s{0,2}(千万元|百万元|亿元|万元|千元|元)(?!\s?/\s?[^%])"
)


def tax_basis(text: str) -> str:
    """Tax basis named in a label or in the words around a price: incl, excl or unknown (also when both are named)."""
    bare = _EXCL.sub("", text)
    excl, incl = bare != text, bool(_INCL.search(bare))
    return "unknown" if excl == incl else "excl" if excl else "incl"


@dataclass(frozen=True, slots=True)
class _Price:
    yuan: Decimal
    basis: str
    total: bool
    aside: bool  # a unit price, a bound or an estimate
    explicit: bool
    each: bool = False  # for each of something


def _prices(text: str, label: str) -> list[_Price]:
    """Every number of a value that can be money, with what is said beside it."""
    found, last = [], 0
    labelled = _UNIT_IN_LABEL.search(label)
    bounded = re.search(r"预算|限价|控制价|底价|起始价|挂牌价|估算|概算|投资", label)
    for m in _TOKEN.finditer(text):
        before, after = text[last : m.start()], text[m.end() : m.end() + 24]
        bracket = re.match(r"\s{0,2}[)]?\s{0,2}(\([^()]{0,20}\))?", after)
        last = m.end() + (bracket.end() if bracket and not re.search(r"\d", bracket[0]) else 0)
        value = None if m["rate"] else _yuan(m, before, after, labelled[1] if labelled else None, label)
        if value is None:
            continue
        words = before + (bracket[1] or "" if bracket else "")
        each = bool(_PER.match(after))
        aside = bool(each or _UNIT_PRICE.search(before) or (not bounded and _BOUND.search(before)))
        aside = aside or bool(_TAX.search(before))
        explicit = bool(m["unit"] or m["sign"])
        found.append(_Price(value, tax_basis(words), bool(_TOTAL.search(before)), aside, explicit, each))
    return found


def _yuan(m: re.Match[str], before: str, after: str, unit: str | None, label: str) -> Decimal | None:
    """The yuan of one printed number; null for a number that is no money or whose unit nobody can tell."""
    value = number(m["number"].rstrip(".,"))
    if value is None or _spaced(m) or re.match(r"0\d", m["number"]):
        return None
    if m["unit"]:
        return value * _UNITS[m["unit"]]
    if m["sign"]:
        return value * _UNITS[unit or "元"] if value < 10**5 or unit in {None, "元"} else value
    if re.match(r"\s?[年月日号天台套家个项人次期楼层名位份只辆%条]", after) or re.search(
        r"[A-Za-z0-9\-〔\[第]$", before
    ):
        return None
    if unit is None or "%" in label:  # 报价（元/%）: 98.5 is a rate, 649569.97 an amount
        return value if value >= 10**4 else None
    if unit == "元":
        return value if value >= 100 else None  # 投标报价（元） 1: a rate or the next cell
    return (
        value * _UNITS[unit] if value < 10**5 else None
    )  # 569800 under 金额（万元）: the head's unit is not the cell's


def _spaced(m: re.Match[str]) -> bool:
    """Whether a number is a piece of digits apart by blanks (1 234 567.89): groups of one number, or several cells."""
    head, tail = m.string[: m.start("number")], m.string[m.end("number") :]
    if re.search(r"(?<!\d)0\d{2,3}[\s)]{1,2}$", head):
        return True  # an area code
    if re.fullmatch(r"\d", m["number"]) and re.match(r"\s\d(?!\d)", tail):
        return True
    return bool(re.match(r" \d{3}(?!\d)", tail) or (re.search(r"\d $", head) and re.match(r"\d{3}(?!\d)", m["number"])))


def _pick(prices: list[_Price], label: str) -> tuple[Decimal | None, str]:
    """The one total among the prices: tax included before unnamed before excluded; null when they contradict."""
    named = tax_basis(label)
    based = [(p.basis if p.basis != "unknown" else named, p) for p in prices]
    for basis in ("incl", "unknown", "excl"):
        group = [p for b, p in based if b == basis]
        values = {p.yuan for p in group}
        if len(values) > 1:
            # A total is no less than its parts: 工艺费总金额 100 元；设计费 300 元 are two parts.
            values = {p.yuan for p in group if p.total and p.yuan >= max(values)}
        if len(values) == 1:
            return values.pop(), basis
        if group:
            return None, basis
    return None, "unknown"


def read_amount(value: str, label: str = "") -> Amount:
    """The total price a value states, in yuan.

    `label` is the wording of its label or column head: it may carry the unit (报价（万元）), the tax basis, or say
    that the price is a unit price or a rate. A unit in the value wins over one in the label.
    """
    text = _whole(_HINT.sub("", fold(value)).strip())
    if _EMPTY.fullmatch(text) or _ORDINAL.fullmatch(text):
        return Amount()
    note, label = _note(value, label), fold(label)
    if currency := _currency(text, label):
        return Amount(note=note, currency=currency)
    meant = _CHOICE.sub("", label)
    if _RANGE.search(text) or re.search(r"元/(?!\s?%)", meant) or (_UNIT_PRICE.search(meant) and "总价" not in meant):
        return Amount(note=note)
    prices = _prices(_PARTS.sub(r"\1", _INSIDE.sub("", text)), label)
    explicit = [p for p in prices if p.explicit]
    if not explicit and _NOISE.sub("", re.sub(r"\d[\d,.]*", "", text)) and not _UNIT_IN_LABEL.search(label):
        prices = []
    elif explicit:
        prices = explicit
    if meant != label and re.search(r"单价|费率", label):
        prices = [p for p in prices if p.explicit and p.yuan >= 10**4]
    return _settle(prices, text, label, meant, note)


#: Digits set apart one by one, and groups of a number with blanks at their commas.
_APART = re.compile(r"(?<![\d.,])(?:[\d.,]\s){4,}[\d.,](?!\d)")
_GROUPS = re.compile(r"(?<!\d)\d{1,3}(?:(?:\s?,\s?\d{3}){2,}|(?:\s,\s?\d{3})+(?=\.\d{2}))(?!\d)")


def _whole(text: str) -> str:
    """A value with the blanks taken out of its numbers where their digits leave no doubt."""
    for pattern in (_APART, _GROUPS):
        text = pattern.sub(lambda m: re.sub(r"\s", "", m[0]), text)
    return text


def _note(value: str, label: str) -> str:
    """The page's wording; a bare number says nothing without its label (中标价(%)：98.10)."""
    text = re.sub(r"\s+", " ", value).strip()
    return (f"{label}：{text}" if label and re.fullmatch(r"[\d.,\s]+", text) else text)[:_NOTE]


def _currency(text: str, label: str) -> str | None:
    """The foreign currency of a value; null where the value (or, for a bare number, the label) names yuan."""
    if foreign := _FOREIGN.search(text):
        return None if re.search(r"人民币|¥|RMB|CNY", text) and not _CONVERTED.search(text) else _CURRENCIES[foreign[0]]
    foreign = _FOREIGN.search(label)
    return _CURRENCIES[foreign[0]] if foreign and not re.search(r"人民币|¥|RMB|CNY|元", text) else None


def _settle(prices: list[_Price], text: str, label: str, meant: str, note: str) -> Amount:
    """Weigh digits, unit prices and capitals of one value against each other."""
    totals = [p for p in prices if not p.aside]
    if any(p.yuan == q.yuan for p in totals for q in prices if q.aside):
        return Amount(note=note)  # the "total" is the price of one year or month
    if (not totals and prices) or _is_partial(text, totals) or _is_piece(prices, totals):
        return Amount(note=note)
    if not any(p.explicit for p in totals) and (
        _RATE.search(meant) or re.search(r"\d\s?[%‰]", _TAX_RATE.sub("", text))
    ):
        return Amount(note=note)
    written = capitals(text)
    if not totals:
        if len(set(written)) == 1 and not _UNIT_PRICE.search(text) and not _BOUND.search(text):
            return _total(written[0], tax_basis(text + label), note)
        return Amount(note=note)
    chosen, basis = _pick(totals, label)
    if written and chosen is not None and all(abs(w - chosen) >= 1 for w in written):
        return Amount(tax_basis=basis, note=note, doubt="digits and numerals disagree")
    return _total(chosen, basis, note)


def _is_piece(prices: list[_Price], totals: list[_Price]) -> bool:
    """Whether what stands beside a price for each (基础 8 元，另加 2 元/公斤) is hardly more than that: no total."""
    each = max((p.yuan for p in prices if p.each), default=None)
    return each is not None and not any(p.total or p.yuan >= 10 * each for p in totals)


def _is_partial(text: str, totals: list[_Price]) -> bool:
    """Whether a rate stands for another part of the price: 设计费 30 万元，施工下浮 3 %."""
    bare = _TAX_RATE.sub("", text)
    if not _COMPOSITE.search(bare):
        return False
    if not any(p.total for p in totals):
        return True
    return any(_COMPOSITE.search(c) and "费" in c and not _TOTAL.search(c) for c in re.split("[;；。]", bare))


def _total(value: Decimal | None, basis: str, note: str) -> Amount:
    if value is None or not 0 < value < _LARGEST:
        return Amount(tax_basis=basis, note=note)
    return Amount(yuan_text(value), basis)


def unglue(digits: str) -> tuple[Decimal, Decimal] | None:
    """Take apart three glued cells `price without tax, rate in %, price with tax`, e.g. `100.0013113.00`.

    The one cut is returned for which the arithmetic holds to the cent and prices have two decimals; null if there is
    none or more than one.
    """
    m = re.fullmatch(r"(\d{1,12}\.\d{2})(\d{1,16}\.\d{2})", digits)
    if not m:
        return None
    excl, found = Decimal(m[1]), set()
    for width in (1, 2):
        rate, incl = Decimal(m[2][:width]), m[2][width:]
        if re.fullmatch(r"[1-9]\d*\.\d{2}", incl) and abs(excl * (1 + rate / 100) - Decimal(incl)) <= Decimal("0.02"):
            found.add((excl, Decimal(incl)))
    return found.pop() if len(found) == 1 else None
