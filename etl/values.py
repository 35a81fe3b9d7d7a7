"""Values as notices print them: amounts of money, dates, project codes.

Strict reading: what is not plainly a total in yuan is no amount. A rate, a unit or annual price, a foreign currency,
two totals that contradict each other, or digits of glued table cells give no amount but a note with the page's
wording.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal

#: China Standard Time: every published time is in it.
BEIJING = timezone(timedelta(hours=8))

_FOLDED = {0x3000: " ", 0xA0: " ", 0xFFE5: "¥", **{c: chr(c - 0xFEE0) for c in range(0xFF01, 0xFF5F)}}
_LARGEST = Decimal(10) ** 13


def fold(text: str) -> str:
    """Full-width ASCII, yen signs and spaces to their plain forms, one character for one (spans stay valid)."""
    return text.translate(_FOLDED)


@dataclass(frozen=True, slots=True)
class Amount:
    """A price as read. `yuan` is a decimal string with two decimals, or null with the reason in `note`."""

    yuan: str | None = None
    tax_basis: str = "unknown"  # incl | excl | unknown
    note: str | None = None
    currency: str = "CNY"


def yuan_text(value: Decimal) -> str:
    """Decimal yuan to the text of the records: two decimals, halves rounded up."""
    return f"{value.quantize(Decimal('0.01'), rounding=ROUND_HALF_UP):f}"


# --- numerals -------------------------------------------------------------------------------------------------------

_DIGITS = {
    c: i
    for i, group in enumerate(
        ["零〇", "一壹弌", "二贰貳两", "三叁參", "四肆", "五伍", "六陆陸", "七柒", "八捌", "九玖"]
    )
    for c in group
}
_SMALL = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_LARGE = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}
_NUMERAL = "".join([*_DIGITS, *_SMALL, *_LARGE])
_FORMAL = set("壹贰貳叁參肆伍陆陸柒捌玖拾佰仟")
_CAPITALS = re.compile(
    rf"(?P<whole>[{_NUMERAL}]{{1,40}})(?:(?P<yuan>[元圆圓])(?:零?(?P<jiao>[{''.join(_DIGITS)}])角)?(?:零?(?"
    rf"P<fen>[{''.join(_DIGITS)}])分)?)?"
)


def chinese_number(text: str) -> int | None:
    """Value of a Chinese numeral (壹佰万, 二十三, 二〇二六); null when it is none."""
    if not text or any(c not in _NUMERAL for c in text):
        return None
    if all(c in _DIGITS for c in text):
        return int("".join(str(_DIGITS[c]) for c in text))
    total = section = digit = 0
    for c in text:
        if c in _DIGITS:
            digit = _DIGITS[c]
        elif c in _SMALL:
            section += (digit or 1) * _SMALL[c]
            digit = 0
        elif _LARGE[c] == 10**8:
            total = (total + section + digit) * 10**8
            section = digit = 0
        else:
            total += (section + digit) * 10**4
            section = digit = 0
    return total + section + digit


def capitals(text: str) -> list[Decimal]:
    """Amounts written out in formal numerals (柒拾伍万捌仟元整), in yuan, in text order."""
    found = []
    for m in _CAPITALS.finditer(text):
        whole = chinese_number(m["whole"])
        formal = sum(c in _FORMAL for c in m["whole"])
        if (
            whole is None
            or formal == 0
            or (m["yuan"] is None and (formal < 2 or not set(m["whole"]) & set("万萬亿億")))
        ):
            continue
        parts = Decimal(_DIGITS.get(m["jiao"] or "零", 0)) / 10 + Decimal(_DIGITS.get(m["fen"] or "零", 0)) / 100
        found.append(Decimal(whole) + parts)
    return found


def number(text: str) -> Decimal | None:
    """A printed number with or without thousands commas; null for anything else, glued cells included."""
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,15}(?:\.\d{1,12})?", text):
        return Decimal(text.replace(",", ""))
    return None


# --- amounts --------------------------------------------------------------------------------------------------------

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
    "美元": "USD",
    "美金": "USD",
    "USD": "USD",
    "US$": "USD",
    "$": "USD",
    "欧元": "EUR",
    "EUR": "EUR",
    "€": "EUR",
    "日元": "JPY",
    "JPY": "JPY",
    "港元": "HKD",
    "港币": "HKD",
    "HKD": "HKD",
    "HK$": "HKD",
    "英镑": "GBP",
    "GBP": "GBP",
}
_FOREIGN = re.compile("|".join(re.escape(c) for c in sorted(_CURRENCIES, key=len, reverse=True)))
_TOKEN = re.compile(
    r"(?P<sign>[¥]|RMB|CNY|人民币)?\s{0,3}[:：]?\s{0,2}(?P<number>\d[\d,.]*)\s{0,3}\(?\s{0,2}"
    r"(?P<unit>千万元|百万元|亿元|万元|千元|元|圆|亿|万)?(?P<rate>\s{0,2}[%‰])?"
)
_PER = re.compile(
    r"^\s{0,2}\)?\s{0,2}(?:/|／|每|一)\s{0,2}(?:[人月年天日次台套个件吨户笔份页条张捆网车米平㎡千公片辆只头"
    r"瓶桶株亩块枚系标季周时小学生点位间栋处家班场期]|k|km|kg|t|m)",
    re.IGNORECASE,
)
_UNIT_PRICE = re.compile(
    r"单\s?价|每[人月年天日次台套个件吨户笔份]|元/(?!\s?%)|人月|人天|人日|月租|年租|/[月年]|平均价|加权|权重"
)
_RATE = re.compile(r"下浮|上浮|折扣|费率|利率|收益率|让利|优惠率|系数|佣金率|百分比|比例")
_TAX_RATE = re.compile(r"税率.{0,4}?\d+(?:\.\d+)?\s?%|\d+(?:\.\d+)?\s?%.{0,6}(?:发票|税)")
_COMPOSITE = re.compile(
    r"(?:下浮|上浮|折扣|费率|让利|优惠|系数)[^，,；;]{0,16}\d\s?[%‰]|\d\s?[%‰][^，,；;]{0,8}(?:下浮|折扣|费率|系数)"
)
_EXCL = re.compile(r"不\s?含.{0,6}?税|未\s?税|除税|税前|去税|不包?含税|无税")
_INCL = re.compile(r"含.{0,6}?税|价税合计|税后|税价合计|包含税")
_TOTAL = re.compile(r"总\s?[价额计]|合\s?计|总[报金]|共计|总投标")
_EMPTY = re.compile(
    r"[\s/\\\-—–_:：。.,，;；()|*]*(?:无|空|不适用|详见.*|见附件.*|见.{0,6}|以.{0,20}为准)?[\s/\\\-—–_。]*"
)
_HINT = re.compile(r"^\s*\((?:可填写|如为|填写|注|如)[^()]*\)\s*[:：]?")
_NOISE = re.compile(
    r"[\s:：,，;；。.()\[\]【】¥/]|人民币|大写|小写|RMB|CNY|整|正|约|为|总价形式报价|"
    r"[不未]?包?含(?:增值)?税(?:价)?|含税总价|价税合计|[a-zA-Z]"
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
    per_unit: bool
    explicit: bool


def _prices(text: str, label: str) -> list[_Price]:
    """Every number of a value that can be money, with the tax basis named beside it."""
    found, last = [], 0
    labelled = _UNIT_IN_LABEL.search(fold(label))
    for m in _TOKEN.finditer(text):
        value = number(m["number"].rstrip(".,"))
        before, after = text[last : m.start()], text[m.end() : m.end() + 24]
        aside = re.match(r"\s{0,2}[)]?\s{0,2}(\([^()]{0,20}\))?", after)
        last = m.end() + (aside.end() if aside else 0)
        if value is None or m["rate"]:
            continue
        explicit = bool(m["unit"] or m["sign"])
        if not explicit and re.match(r"\s?[年月日号天台套家个项人次期楼层名位份只辆%条]", after):
            continue
        if not explicit and re.search(r"[A-Za-z0-9\-〔\[第]$", before):
            continue
        factor = _UNITS[m["unit"]] if m["unit"] else _UNITS[labelled[1]] if labelled else 1
        either = labelled is None or "%" in label  # 报价（元/%）: 98.5 is a rate, 649569.97 an amount
        if not m["unit"] and either and not m["sign"] and value < 10000:
            continue  # a bare small number may be in any unit: not evidence
        if not m["unit"] and factor >= 10**4 and value >= 10**6:
            continue  # 569800 under 金额（万元）: the head's unit is not the cell's
        words = before + (aside[1] or "" if aside else "")
        basis = tax_basis(words)
        per_unit = bool(_PER.match(after) or _UNIT_PRICE.search(before))
        found.append(_Price(value * factor, basis, bool(_TOTAL.search(before)), per_unit, explicit))
    return found


def _pick(prices: list[_Price], label: str) -> tuple[Decimal | None, str]:
    """The one total among the prices: tax included before unnamed before excluded; null when they contradict."""
    named = tax_basis(label)
    based = [(p.basis if p.basis != "unknown" else named, p) for p in prices]
    for basis in ("incl", "unknown", "excl"):
        group = [p for b, p in based if b == basis]
        values = {p.yuan for p in group}
        if len(values) > 1:
            values = {p.yuan for p in group if p.total}
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
    text = _HINT.sub("", fold(value)).strip()
    label = fold(label)
    if _EMPTY.fullmatch(text):
        return Amount()
    note = re.sub(r"\s+", " ", value).strip()[:120]
    foreign = _FOREIGN.search(text) or _FOREIGN.search(label)
    if foreign and "人民币" not in text:
        return Amount(note=note, currency=_CURRENCIES[foreign[0]])
    if _UNIT_PRICE.search(re.sub(r"\([^()]*填写[^()]*\)", "", label)) and "总价" not in label:
        return Amount(note=note)
    prices = _prices(text, label)
    explicit = [p for p in prices if p.explicit]
    if not explicit and _NOISE.sub("", re.sub(r"\d[\d,.]*", "", text)) and not _UNIT_IN_LABEL.search(label):
        prices = []
    elif explicit:
        prices = explicit
    return _settle(prices, text, label, note)


def _settle(prices: list[_Price], text: str, label: str, note: str) -> Amount:
    """Weigh digits, unit prices and capitals of one value against each other."""
    totals = [p for p in prices if not p.per_unit]
    if any(p.yuan == q.yuan for p in totals for q in prices if q.per_unit):
        return Amount(note=note)  # the "total" is the price of one year or month
    if not totals and prices:
        return Amount(note=note)
    if _COMPOSITE.search(_TAX_RATE.sub("", text)) and not any(p.total for p in totals):
        return Amount(note=note)  # 设计费 30 万元，施工下浮 3 %: a part of the price
    if not any(p.explicit for p in totals) and (_RATE.search(label) or re.search(r"\d\s?[%‰]", text)):
        return Amount(note=note)
    written = capitals(text)
    if not totals:
        if len(set(written)) == 1 and not _UNIT_PRICE.search(text):
            return _total(written[0], tax_basis(text + label), note)
        return Amount(note=note)
    chosen, basis = _pick(totals, label)
    if written and chosen is not None and all(abs(w - chosen) >= 1 for w in written):
        return Amount(tax_basis=basis, note=note)
    return _total(chosen, basis, note)


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


# --- dates ----------------------------------------------------------------------------------------------------------

_DATE = re.compile(
    r"(?<!\d)(?P<y>(?:19|20)\d\d)\s?[-/.年]\s?(?P<m>\d{1,2})\s?[-/.月]\s?(?P<d>\d{1,2})(?!\d)\s?日?"
    r"(?:[T\s]{0,3}(?P<H>\d{1,2})\s?[:时点]\s?(?P<M>\d{1,2})?(?:\s?[:分]\s?(?P<S>\d{1,2})?)?(?:\.\d+)?\s?(?"
    r"P<tz>Z|[+-]\d\d:?\d\d)?)?"
)
_COMPACT = re.compile(r"(?P<y>(?:19|20)\d\d)(?P<m>\d\d)(?P<d>\d\d)(?:(?P<H>\d\d)(?P<M>\d\d)(?P<S>\d\d)?)?")
_WRITTEN = re.compile(
    r"(?P<y>[〇零一二三四五六七八九]{4})年(?P<m>[一二三四五六七八九十]{1,2})月(?P<d>[一二三四五六七八九十]{1,3})日"
)


def _zone(text: str | None) -> timezone:
    if not text:
        return BEIJING
    if text == "Z":
        return timezone(timedelta(0))
    sign = -1 if text[0] == "-" else 1
    return timezone(sign * timedelta(hours=int(text[1:3]), minutes=int(text[-2:])))


def read_time(value: str | int | float | None) -> str | None:
    """A publication time in any usual spelling as ISO 8601 with +08:00; null when there is none.

    Known: `2026-07-05 08:54:10.0`, `2026/7/5`, `2026.07.05 10:00`, `2026年7月5日 10时00分`, `二〇二六年七月五日`,
    `20260705`, ISO with an offset (converted), Unix seconds and milliseconds. A day without a time is its midnight.
    """
    text = fold(str(value if value is not None else "")).strip()
    if re.fullmatch(r"\d{10}|\d{13}", text) and not _COMPACT.fullmatch(text):
        return datetime.fromtimestamp(int(text[:10]), tz=UTC).astimezone(BEIJING).isoformat()
    m = _COMPACT.fullmatch(text) or _DATE.search(text) or _WRITTEN.search(text)
    if m is None:
        return None
    got = m.groupdict()
    parts = [_part(got.get(k)) for k in ("y", "m", "d", "H", "M", "S")]
    try:
        moment = datetime(parts[0], parts[1], parts[2], parts[3], parts[4], parts[5], tzinfo=_zone(got.get("tz")))
    except ValueError:
        return None
    return moment.astimezone(BEIJING).isoformat()


def _part(text: str | None) -> int:
    if text is None:
        return 0
    return int(text) if text.isdecimal() else chinese_number(text) or 0


# --- project codes --------------------------------------------------------------------------------------------------

_CODE = re.compile(r"[0-9A-Za-z\u4e00-\u9fff〔\[【(][0-9A-Za-z\u4e00-\u9fff\-—_/.#〔〕\[\]【】()（）+&]{2,59}")


def read_code(value: str) -> str | None:
    """A project or tender code: the first run of code characters that has a digit; null when there is none."""
    text = value.strip().lstrip("【[")
    m = _CODE.match(text)
    if m is None:
        return None
    code = re.split(r"[（(](?![^（()）]*\d[^（()）]*[)）])|[（(](?:招标|采购|项目|委托|代理|内部)", m[0])[0]
    code = code.strip("】]-—.")
    for opening, closing in ("()", "（）", "[]"):
        if code.count(opening) < code.count(closing):
            code = code.rstrip(closing)
        elif code.count(opening) > code.count(closing):
            code = code.split(opening)[0]
    return code if re.search(r"\d", code) and len(code) >= 4 else None
