"""Credit codes of suppliers: labelled, valid, and beside the firm they belong to."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.parsers import body
from etl.values.uscc import check_digit, is_valid
from tests.test_parsers_body_shapes import FIRM, OTHER, THIRD, table

FIRST, SECOND = (first + check_digit(first) for first in ("91440300MA5EXAMP1", "91420500MA49TEXT2"))
LABEL = "统一社会信用代码"


def codes(text: str) -> list[tuple[str, str | None]]:
    return [(s.name, s.uscc) for lot in body.read(text, "维保项目中标公告").lots for s in lot.suppliers]


@pytest.mark.parametrize(
    "text",
    [
        f"中标人：{FIRM}（{LABEL}：{FIRST}）",
        f"中标人：{FIRM}\n地址：青禾市1号\n{LABEL}：{FIRST.lower()}\n中标价：12万元",
        f"中标人\n{FIRM}\n{LABEL}\n{FIRST}",
        table(("中标供应商名称", f"中标供应商{LABEL}", "中标金额（元）"), (FIRM, FIRST, "208000.00")),
        table((LABEL, "中标供应商名称", "中标金额（元）"), (FIRST, FIRM, "208000.00")),
        table(("中标人：", FIRM), (f"{LABEL}：", FIRST), ("中标价：", "12万元")),
        "\n".join(["序号", "中标供应商名称", f"中标供应商{LABEL}", "中标金额（元）", "1", FIRM, FIRST, "208000.00"]),
    ],
)
def test_the_code_beside_a_winner_is_its_own(text: str) -> None:
    assert codes(text) == [(FIRM, FIRST)]


@pytest.mark.parametrize(
    "text",
    [
        f"中标人：{FIRM}\n采购人：白石银行股份有限公司\n{LABEL}：{FIRST}",
        f"中标人：{FIRM}\n采购人{LABEL}：{FIRST}",
        f"中标人：{FIRM}\n{LABEL}：{FIRST[:-1]}{'0' if FIRST[-1] != '0' else '1'}",
        f"中标人：{FIRM}\n备案号：{FIRST}",
        f"中标人：{FIRM}\n{LABEL}：{FIRST}、{SECOND}",
    ],
)
def test_another_body_s_code_a_wrong_one_and_one_too_many_are_nobodys(text: str) -> None:
    assert codes(text) == [(FIRM, None)]


def test_every_winner_and_partner_has_its_own_code() -> None:
    text = table(("包号", "中标人", LABEL, "中标价（元）"), ("1", FIRM, FIRST, "99000"), ("2", OTHER, SECOND, "88000"))
    assert codes(text) == [(FIRM, FIRST), (OTHER, SECOND)]
    text = f"中标人：\n联合体牵头人：{FIRM}\n{LABEL}：{FIRST}\n联合体成员：{THIRD}\n{LABEL}：{SECOND}"
    assert codes(text) == [(FIRM, FIRST), (THIRD, SECOND)]
    assert codes(f"中标人：{FIRM}、{OTHER}\n{LABEL}：{FIRST}；{SECOND}") == [(FIRM, FIRST), (OTHER, SECOND)]


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)), st.integers(min_value=100, max_value=999))
def test_the_number_of_an_identity_card_is_never_kept_as_a_code(born: date, serial: int) -> None:
    code = f"510101{born:%Y%m%d}{serial}"
    assert codes(f"中标人：{FIRM}\n{LABEL}：{code}{check_digit(code)}") == [(FIRM, None)]


def test_one_wrong_character_is_noticed() -> None:
    assert is_valid(FIRST)
    assert not is_valid(FIRST[:9] + ("B" if FIRST[9] != "B" else "C") + FIRST[10:])
