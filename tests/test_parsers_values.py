"""Amounts, dates and codes as notices print them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.values import BEIJING, capitals, chinese_number, fold, read_amount, read_code, read_time, unglue

FEN = st.integers(min_value=1, max_value=10**12 - 1)
DIGITS = "零壹贰叁肆伍陆柒捌玖"
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def in_capitals(fen: int) -> str:
    """The official spelling of an amount, written independently of the reader."""
    yuan, rest = divmod(fen, 100)
    text, units = "", ["", "拾", "佰", "仟"]
    groups = [(yuan // 10**8, "亿"), (yuan // 10**4 % 10**4, "万"), (yuan % 10**4, "")]
    for value, name in groups:
        part = ""
        for place in (3, 2, 1, 0):
            digit = value // 10**place % 10
            part += DIGITS[digit] + units[place] if digit else "零"
        part = part.rstrip("零")
        while "零零" in part:
            part = part.replace("零零", "零")
        text += part + name if part else ("零" if text else "")
    text = text.strip("零").replace("零零", "零") or "零"
    jiao, cents = divmod(rest, 10)
    tail = (DIGITS[jiao] + "角" if jiao else "零" if cents else "") + (DIGITS[cents] + "分" if cents else "")
    return f"人民币{text}元{tail or '整'}"


@given(FEN)
def test_an_amount_reads_back_from_every_usual_print(fen: int) -> None:
    yuan = Decimal(fen) / 100
    expected = f"{yuan:.2f}"
    for printed, label in [
        (f"{yuan:.2f}元", "中标金额"),
        (f"￥{yuan:,.2f}", "成交价"),
        (f"人民币{yuan:,.2f} 元整", "中标价格"),
        (f"{yuan / 10000:.6f}万元", "中标（成交）金额"),
        (f"{yuan / 10000:.6f}（万元）", "中标（成交）金额"),
        (f"{yuan:.2f}元", "报价（万元）"),
        (f"￥{yuan:.2f}(元)", "含税投标总价（元）"),
        (f"{yuan:.2f}元（其中暂列金{yuan / 2:.2f}元）", "中标价"),
    ]:
        assert read_amount(printed, label).yuan == expected, printed


@given(FEN)
def test_a_bare_number_takes_the_unit_of_its_label_where_that_can_be(fen: int) -> None:
    yuan = Decimal(fen) / 100
    plain = read_amount(f"{yuan:.2f}", "投标报价(元)").yuan
    assert plain == (f"{yuan:.2f}" if yuan >= 100 else None)  # 1 or 98.5 under 元: a rate, or the next cell
    tens = read_amount(f"{yuan / 10000:.6f}", "报价（万元）").yuan
    assert tens == (f"{yuan:.2f}" if yuan < 10**9 else None)  # 569800 under 万元: the head's unit is not the cell's


@given(st.integers(min_value=100, max_value=10**13))
def test_an_amount_reads_back_from_capitals_alone_and_beside_digits(fen: int) -> None:
    expected = f"{Decimal(fen) / 100:.2f}"
    assert read_amount(f"{in_capitals(fen)}（￥{Decimal(fen) / 100:,.2f}元）", "中标金额").yuan == expected
    assert f"{capitals(in_capitals(fen))[0]:.2f}" == expected


def test_digits_that_contradict_the_capitals_are_no_amount() -> None:
    amount = read_amount("￥758000.00元（柒拾伍万元整）", "中标金额")
    assert (amount.yuan, amount.doubt) == (None, "digits and numerals disagree")
    assert amount.note == "￥758000.00元（柒拾伍万元整）"


@pytest.mark.parametrize(
    ("value", "label"),
    [
        ("18000元/月/网点", "投标单价（含税）"),
        ("3910元/人天", "投标报价（含增值税）"),
        ("6500.00元/人月", "中标价格"),
        ("5390", "单价（元/台）"),
        ("下浮率3.5%", "中标金额"),
        ("98.34%", "中标价"),
        ("价格系数98.34%", "中标价"),
        ("设计费报价336000元，建安工程费报价下浮率为3.5%", "中标价"),
        ("设计费报价300000元，施工费报价17065219.25元", "中标价"),
        ("0元", "合同金额"),
        ("952405.3291038121.80", "投标总价（元）"),
        ("56.98", "中标金额"),
        ("422088元/年，三年", "成交金额"),
        ("12,34元", "成交金额"),
        ("5698000.00", "成交金额（万元）"),
        ("569800", "成交金额（万元）"),
        ("9.5折", "中标价"),
        ("按标准的80%收取", "中标价"),
        ("参照《收费标准》（计价格[2002]10号）文的45%计取", "中标价"),
        ("120元每平方米", "中标价"),
        ("120元/(人·月)", "中标价"),
        ("162.98（元/公顷）", "中标价"),
        ("286.6元/工日", "中标金额（费率、单价等）"),
        ("年服务费 300000元", "中标价"),
        ("300000元（每年）", "成交金额"),
        ("设计费折扣率70%；咨询费总金额为1332000元；工艺费报价3500000元", "中标价"),
        ("方案费63500元，设计费1238000元", "中标价"),
        ("方案费63500元（设计费1238000元）", "中标价"),
        ("甲包10万元，乙包20万元", "成交金额"),
        ("不超过100万元", "成交金额"),
        ("约50万元", "成交金额"),
        ("据实结算", "中标金额"),
        ("1", "投标报价（元）"),
        ("￥1 234 567.89", "投标报价"),
        ("1.234.567,89", "投标报价（元）"),
        ("0元 人民币", "合同金额"),
    ],
)
def test_rates_unit_prices_parts_bounds_and_glued_digits_are_notes_and_no_amounts(value: str, label: str) -> None:
    amount = read_amount(value, label)
    assert amount.yuan is None
    assert amount.note in {value, f"{label}：{value}"}  # a bare number keeps its label: 中标价(%)：98.10


@pytest.mark.parametrize(
    ("value", "label", "yuan"),
    [
        ("人民币伍拾陆万玖仟捌佰元整", "中标金额", "569800.00"),
        ("伍拾万", "成交金额", "500000.00"),
        ("固定总价：1,000,000.00", "中标金额", "1000000.00"),
        ("100万元（其中暂列金5万元）", "中标价", "1000000.00"),
        ("831137100.00元（设计费报价:7700000.00元、建安费报价:823437100.00万元）", "投标报价(元/%)", "831137100.00"),
        ("三年共计126万元（42万元/年）", "成交金额", "1260000.00"),
        ("162.4万元/二年", "成交金额", "1624000.00"),
        ("6040665.58元", "中标金额（费率、单价等）", "6040665.58"),
        ("113万元（含税13%增值税专用发票）", "中标金额", "1130000.00"),
        ("50.5万人民币", "成交金额", "505000.00"),
        ("12345美元（折合人民币88000元）", "成交金额", "88000.00"),
        ("本项目预算总额不超过80万元", "预算金额", "800000.00"),
    ],
)
def test_an_explicit_single_total_is_the_amount(value: str, label: str, yuan: str) -> None:
    assert read_amount(value, label).yuan == yuan


@pytest.mark.parametrize("value", ["", "/", "-", "无", "详见附件", " — "])
def test_an_empty_cell_is_neither_amount_nor_note(value: str) -> None:
    assert read_amount(value, "中标金额").yuan is None
    assert read_amount(value, "中标金额").note is None


def test_of_prices_with_and_without_tax_the_one_with_tax_is_the_amount_in_either_order() -> None:
    for text in ("100.00元（不含增值税） 113.00元（含增值税）", "含税报价:113.00元，不含税报价：100.00元，税率：13%"):
        amount = read_amount(text, "中标金额")
        assert (amount.yuan, amount.tax_basis) == ("113.00", "incl")
    assert read_amount("705万元（不含税）", "报价").tax_basis == "excl"


def test_a_total_beside_unit_prices_is_the_amount() -> None:
    text = "含税单价为6400 元/吨（355.01 元/米），总价为3905110 元（大写：叁佰玖拾万零伍仟壹佰壹拾元），税率为 13%"
    assert read_amount(text, "中标价(报价承诺)").yuan == "3905110.00"


@pytest.mark.parametrize(
    ("value", "label", "currency"),
    [
        ("12,345.00美元", "成交金额", "USD"),
        ("12,345.00", "成交金额（美元）", "USD"),
        ("US$ 12,345.00", "成交金额", "USD"),
        ("港币壹佰万元整", "成交金额", "HKD"),
        ("HKD1,000,000.00", "成交金额", "HKD"),
        ("EUR 1,000,000.00", "成交金额", "EUR"),
    ],
)
def test_foreign_money_is_no_yuan(value: str, label: str, currency: str) -> None:
    amount = read_amount(value, label)
    assert (amount.yuan, amount.currency) == (None, currency)
    assert value in (amount.note or "")


@given(
    st.integers(1, 10**9), st.sampled_from(["%", "‰", "折"]), st.sampled_from(["下浮率", "费率", "折扣率", "报价系数"])
)
def test_no_rate_is_ever_an_amount(hundredths: int, sign: str, word: str) -> None:
    printed = f"{Decimal(hundredths) / 100:.2f}"
    for value, label in [
        (f"{printed}{sign}", "中标价"),
        (f"{word}：{printed}{sign}", "中标价（元）"),
        (printed, f"{word}(%)"),
    ]:
        assert read_amount(value, label).yuan is None, (value, label)


@given(FEN, st.sampled_from(["台", "月", "人天", "吨", "平方米", "㎡", "工日", "公顷", "kWh"]))
def test_no_unit_price_is_ever_an_amount(fen: int, thing: str) -> None:
    printed = f"{Decimal(fen) / 100:.2f}"
    for value, label in [
        (f"{printed}元/{thing}", "中标价"),
        (f"{printed}（元/{thing}）", "成交金额"),
        (f"￥{printed}/{thing}", "中标金额"),
        (f"每{thing}{printed}元", "中标价"),
        (printed, f"中标价（元/{thing}）"),
    ]:
        assert read_amount(value, label).yuan is None, (value, label)


@given(FEN, st.sampled_from([1, 3, 6, 9, 13]))
def test_two_tax_bases_are_never_added(fen: int, rate: int) -> None:
    excl = Decimal(fen) / 100
    incl = (excl * (100 + rate) / 100).quantize(Decimal("0.01"))
    amount = read_amount(f"不含税价：{excl:.2f}元，税率{rate}%，含税价：{incl:.2f}元", "中标金额")
    assert (amount.yuan, amount.tax_basis) == (f"{incl:.2f}", "incl")


@given(st.text(max_size=60), st.text(max_size=20))
def test_any_text_is_read_without_an_error(value: str, label: str) -> None:
    amount = read_amount(value, label)
    assert amount.yuan is None or Decimal(amount.yuan) > 0


@given(st.integers(100, 10**9), st.sampled_from([1, 3, 6, 9, 13]))
def test_glued_cells_are_cut_only_where_the_tax_proves_it(fen: int, rate: int) -> None:
    excl = Decimal(fen) / 100
    incl = (excl * (100 + rate) / 100).quantize(Decimal("0.01"))
    found = unglue(f"{excl:.2f}{rate}{incl:.2f}")
    assert found in {(excl, incl), None}
    assert unglue(f"{excl:.2f}{rate}{incl + 5:.2f}") != (excl, incl + 5)


@given(st.datetimes(min_value=datetime(2001, 10, 1), max_value=datetime(2035, 1, 1), timezones=st.just(BEIJING)))  # noqa: DTZ001
def test_a_time_reads_back_from_every_usual_spelling(moment: datetime) -> None:
    moment = moment.replace(microsecond=0)
    month, half = MONTHS[moment.month - 1], moment.hour > 11
    for text in (
        moment.strftime("%Y-%m-%d %H:%M:%S.0"),
        moment.strftime("%Y.%m.%d %H:%M:%S"),
        moment.strftime("%Y/%m/%d %H:%M:%S"),
        moment.strftime("%Y年%m月%d日 %H:%M:%S"),
        moment.strftime("%Y%m%d%H%M%S"),
        moment.strftime("%Y年%m月%d日%H时%M分%S秒"),
        f"{moment:%Y/%m/%d} {'下午' if half else '上午'}{moment:%I:%M:%S}",
        f"{month} {moment.day}, {moment.year} {moment:%I:%M:%S} {'PM' if half else 'AM'}",
        f"{month} {moment:%d %Y %H:%M:%S} GMT+0800 (CST)",
        moment.isoformat(),
        moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S+00:00"),
        str(int(moment.timestamp()) * 1000),
    ):
        assert read_time(text) == moment.isoformat(), text


@given(st.dates(date(1990, 1, 1), date(2035, 12, 31)))
def test_a_day_reads_back_from_every_usual_spelling(day: date) -> None:
    numerals = "〇一二三四五六七八九"
    tens = ["", "十", "二十", "三十"]
    year = "".join(numerals[int(c)] for c in str(day.year))
    month, of_month = (tens[n // 10] + (numerals[n % 10] if n % 10 else "") for n in (day.month, day.day))
    for text in (
        f"{day:%Y%m%d}",
        f"{day.year}年{day.month}月{day.day}日",
        f"{day.year} 年 {day.month} 月 {day.day} 日",
        f"{day.year}/{day.month}/{day.day}",
        f"{day.year}.{day.month}.{day.day}",
        f"{year}年{month}月{of_month}日",
        f"{year.replace('〇', '零')}年{month}月{of_month}日",
        f"{MONTHS[day.month - 1]} {day.day}, {day.year}",
        f"发布日期：{day:%Y-%m-%d}",
    ):
        assert read_time(text) == f"{day:%Y-%m-%d}T00:00:00+08:00", text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-07-05", "2026-07-05T00:00:00+08:00"),
        ("20260705", "2026-07-05T00:00:00+08:00"),
        ("202607051030", "2026-07-05T10:30:00+08:00"),
        ("2026年7月5日 9时05分", "2026-07-05T09:05:00+08:00"),
        ("二〇二六年七月十五日", "2026-07-15T00:00:00+08:00"),
        ("2026-07-05T16:30:00+0000", "2026-07-06T00:30:00+08:00"),
        ("2026-13-05", None),
        ("", None),
        (None, None),
    ],
)
def test_times_are_in_beijing_and_impossible_ones_are_none(text: str | None, expected: str | None) -> None:
    assert read_time(text) == expected


def test_project_codes_end_where_the_code_ends() -> None:
    assert read_code("JS260010/01，招标代理机构招标编号：ZYT-20260210-017") == "JS260010/01"
    assert read_code("TXZB-JK-2025-01941（招标文件编号：TXZB-JK-2025-01941）") == "TXZB-JK-2025-01941"
    assert read_code("扬农商（2026）公字第001号") == "扬农商（2026）公字第001号"
    assert read_code("无") is None


@pytest.mark.parametrize(
    ("printed", "code"),
    [
        ("BW-2026-07）评标工作已经结束", "BW-2026-07"),
        ("A44H310A26065001）进行邀请招标", "A44H310A26065001"),
        ("2025BJZB-XYZC-CS002)竞争性磋商公告", "2025BJZB-XYZC-CS002"),
        ("[2026-118", "2026-118"),
        ("【0686-26200A】", "0686-26200A"),
        ("[350001]SMGX[GK]2025004", "[350001]SMGX[GK]2025004"),
        ("S2-012（CLF0125）", "S2-012（CLF0125）"),
    ],
)
def test_a_code_holds_no_bracket_without_its_partner(printed: str, code: str) -> None:
    assert read_code(printed) == code


def test_numerals_and_full_width_characters() -> None:
    assert chinese_number("二十三") == 23
    assert chinese_number("壹亿零伍佰万") == 105_000_000
    assert chinese_number("甲") is None
    assert fold("（１２３．５０％）：￥") == "(123.50%):¥"
