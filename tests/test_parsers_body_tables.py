"""Where a table ends: what stands below or behind a table of awards is not read under its head."""

from __future__ import annotations

import pytest

from etl.parsers import body
from etl.values import read_amount
from tests.test_parsers_body_shapes import FIRM, table

BANK, AGENT = "白石银行股份有限公司", "远山招标有限公司"
HEADS = [("序号", "中标人", "中标价（元）"), ("中标人", "中标价（元）")]
CONTACTS = [
    [("单位", "联系人", "联系电话"), (BANK, "王某", "0755-82345678")],
    [("1", BANK, "0755-82345678"), ("2", AGENT, "0755")],
    [("采购人", BANK, "0755"), ("代理机构", AGENT, "0755 82345678")],
    [(BANK, "0755")],
    [(AGENT, "王某", "0755-82345678")],
    [(BANK, "service@example.invalid")],
    [("咨询", "0755-82345678")],
    [("服务热线", "4008-888-888")],
    [("电话", "0755"), ("传真", "0755")],
]


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize("contacts", CONTACTS)
@pytest.mark.parametrize("between", ["", "<p>联系方式</p>", "</table><table>"])
def test_a_contact_table_takes_no_columns_from_the_awards_above_it(
    head: tuple[str, ...], contacts: list[tuple[str, ...]], between: str
) -> None:
    row = ("1", FIRM, "208000.00")[-len(head) :]
    above, below = table(head, row), table(*contacts)
    page = above + between + below if between.startswith("<p") else f"{above[:-8]}{between}{below[7:]}"
    reading = body.read(page, "维保项目中标公告")
    assert [([s.name for s in x.suppliers], x.amount_yuan, x.amount_note) for x in reading.lots] == [
        ([FIRM], "208000.00", None)
    ]


def test_a_table_that_a_caption_parts_goes_on_under_its_head() -> None:
    page = table(("包号", "中标人", "中标价（元）"), ("1", FIRM, "208000.00"), ("以下为第二批",), ("2", AGENT, "99000"))
    assert [(x.lot, x.amount_yuan) for x in body.read(page, "中标公告").lots] == [("1", "208000.00"), ("2", "99000.00")]


def test_a_contact_saved_one_cell_a_line_is_no_row_of_the_awards() -> None:
    page = "\n".join(["中标人", "中标价（元）", FIRM, "208000.00", "采购人", BANK, "0755", AGENT, "010-62345678"])
    assert [x.amount_yuan for x in body.read(page, "中标公告").lots] == ["208000.00"]


@pytest.mark.parametrize(
    "value",
    [
        "0755",
        "0755-82345678",
        "(0755) 82345678",
        "0755 82345678",
        "120000-130000",
        "120000-130000元",
        "12万元-13万元",
        "001",
    ],
)
def test_area_codes_telephones_ranges_and_ordinals_are_no_money(value: str) -> None:
    assert read_amount(value, "中标价（元）").yuan is None


def test_an_ordinal_where_the_price_should_be_is_not_even_a_note() -> None:
    assert read_amount("001", "中标价(元)").note is None
    assert read_amount("98.10", "中标价(%)").note == "中标价(%)：98.10"


def test_candidates_in_no_order_are_all_kept() -> None:
    """序号 counts rows there; without such words it ranks them, and the first is kept."""
    page = table(("序号", "中标候选人名称", "投标报价（元）"), ("1", FIRM, "208000.00"), ("2", AGENT, "209000.00"))
    for said, kept in [("<p>中标候选人（排名不分先后）</p>", [FIRM, AGENT]), ("<p>中标候选人</p>", [FIRM])]:
        reading = body.read(said + page, "维保项目中标候选人公示")
        assert [s.name for x in reading.lots for s in x.suppliers] == kept


def test_the_serial_number_counts_lots_where_the_template_names_lots_by_it() -> None:
    """序号 before 标项名称 (the government cloud's template); a sole lot 1 is the whole project."""
    won = [("序号", "中标供应商名称", "中标（成交）金额(元)"), ("1", FIRM, "208000.00"), ("2", AGENT, "99000.00")]
    void = [("序号", "标项名称", "废标理由"), ("3", "智能柜台", "有效供应商不足三家")]
    page = f"<p>1.中标结果：</p>{table(*won)}<p>2.废标结果：</p>{table(*void)}"
    assert [(x.lot, x.status) for x in body.read(page, "采购结果公告").lots] == [
        ("1", "awarded"),
        ("2", "awarded"),
        ("3", "failed"),
    ]
    sole = f"{table(*won[:2])}<p>2.废标结果：</p>{table(void[0], ('', '', ''))}"
    assert [x.lot for x in body.read(sole, "采购结果公告").lots] == [None]
    assert [x.lot for x in body.read(table(*won), "采购结果公告").lots] == [None, None]
