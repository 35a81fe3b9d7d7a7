"""Strict interpretation: what the reader does not know is reported, never dropped and never guessed."""

from __future__ import annotations

import pytest

from etl.parsers import body
from tests.test_parsers_body_shapes import FIRM, table

PLAIN = f"招标人：白石银行股份有限公司\n中标人：{FIRM}\n中标价：208000元\n工期：30天\n质量目标：合格"
CELLS = table(("中标人", "中标价（元）"), (FIRM, "208000.00"))
BESIDE = table(("中标人:", FIRM, "工期:", "30天"), ("中标价(元):", "208000.00", "", ""))


@pytest.mark.parametrize("page", [PLAIN, CELLS, BESIDE])
def test_a_page_of_a_known_template_warns_of_nothing(page: str) -> None:
    reading = body.read(page, "维保项目中标公告")
    assert [lot.amount_yuan for lot in reading.lots] == ["208000.00"]
    assert reading.warnings == ()


@pytest.mark.parametrize("page", [PLAIN, CELLS, BESIDE])
def test_a_renamed_supplier_label_is_a_warning_and_no_winner(page: str) -> None:
    reading = body.read(page.replace("中标人", "胜出方"), "维保项目中标公告")
    assert not [s for lot in reading.lots for s in lot.suppliers]
    assert {w.split(": ")[1] for w in reading.warnings} == {"胜出方", "no supplier found"}


@pytest.mark.parametrize("page", [PLAIN, CELLS, BESIDE])
def test_a_renamed_price_label_is_a_warning_and_no_amount(page: str) -> None:
    reading = body.read(page.replace("中标价", "落槌数"), "维保项目中标公告")
    assert [(lot.suppliers[0].name, lot.amount_yuan) for lot in reading.lots] == [(FIRM, None)]
    assert [w.split(": ")[1] for w in reading.warnings] == ["落槌数"]


def test_the_number_of_warnings_is_bounded() -> None:
    strange = "\n".join(f"怪词{c}：甲" for c in "天地玄黄宇宙洪荒日月盈昃")
    warnings = body.read(f"中标人：{FIRM}\n{strange}", "中标公告").warnings
    assert len(warnings) == 6
    assert warnings[0] == "unknown label: 怪词天"
    assert warnings[-1] == "7 more unknown labels"


def test_labels_of_an_invitation_are_nobodys_concern() -> None:
    assert body.read("怪词甲：乙\n潜在投标人应于7月1日前获取招标文件", "维保项目招标公告").warnings == ()


def test_a_price_whose_digits_and_numerals_disagree_is_reported() -> None:
    reading = body.read(f"中标人：{FIRM}\n中标金额：￥758000.00元（柒拾伍万元整）", "中标公告")
    assert [lot.amount_yuan for lot in reading.lots] == [None]
    assert reading.warnings == ("中标金额: digits and numerals disagree",)


def test_warnings_name_no_person() -> None:
    reading = body.read(f"中标人：{FIRM}\n王小明 13912345678：甲\n怪词：13912345678", "中标公告")
    assert "13912345678" not in str(reading)
    assert "王小明" not in " ".join(reading.warnings)
