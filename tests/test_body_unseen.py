"""Notices of many houses that the reader was not written for, each rebuilt with invented names.

First of all: a bid that lost, a price of another lot, a sum without tax or for one year is never the award's amount.
"""

from __future__ import annotations

import pytest

from etl.parsers import body

BANK = "青禾银行股份有限公司"
Told = list[tuple[tuple[str, ...], str | None]]


def read(text: str, title: str = "青禾银行设备采购项目成交结果公告") -> body.Reading:
    return body.read(f"采购人：{BANK}\n{text}", title)


def table(*rows: str, upper: str = "") -> str:
    """Rows of a table with `|` between cells; `upper` is a first row with spans."""
    lines = "".join("<tr>" + "".join(f"<td>{c}</td>" for c in row.split("|")) + "</tr>" for row in rows)
    return f"<p>采购人：{BANK}</p><table>{upper}{lines}</table>"


def lots(reading: body.Reading) -> Told:
    return [(tuple(s.name for s in lot.suppliers), lot.amount_yuan) for lot in reading.lots]


A, B = "甲山科技有限公司", "乙水软件有限公司"
TWO_ROWS = "<tr>{0}<td colspan='2'>{1}</td></tr>"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (
            table(
                "不含税|含税",
                f"1|{A}|471698.11|500000.00",
                upper=TWO_ROWS.format("<td rowspan=2>序号</td><td rowspan=2>成交供应商</td>", "成交价（元）"),
            ),
            [((A,), "500000.00")],
        ),
        (
            table(
                "税额|含税金额",
                f"包1|{A}|11.504425|100",
                f"包2|{B}|6.902655|60",
                upper=TWO_ROWS.format("<td rowspan=2>包号</td><td rowspan=2>中标人</td>", "中标金额（万元）"),
            ),
            [((A,), "1000000.00"), ((B,), "600000.00")],
        ),
        (
            table(
                "单价（元/条/月）|总价（元）",
                f"{A}|1,800.00|648,000.00",
                upper=TWO_ROWS.format("<td rowspan=2>中标人</td>", "中标价"),
            ),
            [((A,), "648000.00")],
        ),
    ],
)
def test_a_head_of_two_rows_is_read_as_one(content: str, told: Told) -> None:
    assert lots(body.read(content, "设备采购项目成交结果公告")) == told


def test_a_head_of_two_rows_saved_one_cell_a_line_does_not_pass_off_the_net_price() -> None:
    reading = read(f"序号\n成交供应商\n成交价（元）\n服务期\n不含税\n含税\n1\n{A}\n471698.11\n500000.00\n1年")
    assert lots(reading) == [((A,), "500000.00")]


@pytest.mark.parametrize(
    "content",
    [
        table("供应商名称|报价（元）|是否成交", f"{B}|250,000.00|否", f"{A}|238,000.00|是"),
        table("标项|供应商名称|成交金额|评审结果", f"1|{A}|￥238,000.00|成交", f"1|{B}|￥250,000.00|未成交"),
        table("候选人排序|投标人|投标报价|中标情况", f"1|{A}|23.8万元|中标", f"2|{B}|25万元|未中标"),
        table("供应商名称|报价（元）|备注", f"{A}|238000|中标", f"{B}|250000|"),
        table("供应商|总报价(元)|得分|排名|是否推荐中标", f"{A}|238000|90|1|是", f"{B}|188000|86|2|否"),
    ],
)
def test_a_table_of_all_bidders_awards_only_whom_its_verdict_names(content: str) -> None:
    reading = body.read(content, "设备采购结果公告")
    assert (reading.stage, lots(reading)) == ("award", [((A,), "238000.00")])


def test_a_table_of_bidders_without_a_verdict_awards_nobody() -> None:
    rows = table("序号|投标人|报价（元）", f"1|{A}|120000", f"2|{B}|130000")
    reading = body.read(rows, "机房搬迁采购结果公告")
    assert lots(reading) == []
    assert "a table of several bidders does not say who won" in reading.warnings
    assert [s for s, _ in lots(body.read(rows + f"<p>经评审，{A}中标。</p>", "机房搬迁采购结果公告"))] == [(A,)]
    ranked = body.read(table("投标单位|投标报价|评标结果", f"{A}|32万元|第一名", f"{B}|30万元|第二名"), "投标结果公示")
    assert (ranked.stage, lots(ranked)) == ("candidate", [((A,), "320000.00")])


def test_a_winner_has_the_price_of_its_own_bid() -> None:
    for text in (
        f"比选结果：\n第一名：{A}，报价23.8万元\n第二名：{B}，报价25万元\n确定{A}为中选人。",
        f"成交供应商：{A}\n供应商名称\t最终报价（元）\t得分\n{A}\t238000\t92.3\n{B}\t188000\t85.1\n",
        f"中标候选供应商：\n{A} 报价：23.8万元\n{B} 报价：20万元\n最终中标供应商：{A}",
    ):
        assert lots(read(text, "平台采购结果公告")) == [((A,), "238000.00")]


@pytest.mark.parametrize(
    "text",
    [
        f"中标人：A包 {A} 中标价 56万元；B包 {B} 中标价 38.5万元",
        f"一标段成交供应商 {A} 成交价 56万元；二标段成交供应商 {B} 成交价 38.5万元。",
        f"包1：{A}，中标价56万元，包2：{B}，中标价38.5万元",
        f"分标1：{A}，中标金额（元）：560000.00\n分标2：{B}，中标金额（元）：385000.00",
        f"成交供应商及成交价：\n（1）{A}，成交价：560,000元\n（2）{B}，成交价：385,000元",
        f"成交供应商及金额如下：\n1、{A}：56万元\n2、{B}：38.5万元",
        f"成交供应商名称、地址及成交金额：\n{A}，工业路18号，成交金额560,000元\n{B}，工业路20号，成交金额385,000元",
    ],
)
def test_each_firm_of_a_list_keeps_its_own_price(text: str) -> None:
    assert lots(read(text)) == [((A,), "560000.00"), ((B,), "385000.00")]


def test_a_lot_that_failed_does_not_fail_the_notice() -> None:
    reading = read(f"包1中标人：{A}，中标金额：30万元\n包2：有效供应商不足三家，废标", "宣传品采购中标公告（包2废标）")
    assert reading.stage == "award"
    assert [(lot.lot, lot.status, lot.amount_yuan) for lot in reading.lots] == [
        ("1", "awarded", "300000.00"),
        ("2", "failed", None),
    ]


def test_what_was_to_be_bought_before_a_notice_ended_it_is_no_award() -> None:
    reading = read(f"因需求变更，予以终止。\n原定成交供应商：{A}\n成交金额：80万元", "运维外包项目终止公告")
    assert (reading.stage, lots(reading)) == ("failed", [((), None)])


@pytest.mark.parametrize(
    "price",
    [
        "85,000美元（约合人民币612,000元）",
        "一年：456000.00元；两年：912000.00元",
        "暂定金额50万元",
        "服务费率6.8%，暂定总价1,200,000元",
        "人均1,200元",
        "36000元（月）",
        "收费标准的60%（最低收费5000元）",
        "26.88万元（大写：贰拾陆万捌仟陆佰元整）",
    ],
)
def test_no_total_is_read_where_none_is_agreed(price: str) -> None:
    assert lots(read(f"成交供应商：{A}\n成交金额：{price}")) == [((A,), None)]


@pytest.mark.parametrize(
    "price",
    ["第一年：30万元；第二年：31万元；第三年：32万元；合计：93万元", "人民币玖拾叁万元整（含9%增值税）"],
)
def test_a_total_is_read_beside_its_parts_and_its_tax(price: str) -> None:
    assert lots(read(f"成交供应商：{A}\n成交金额：{price}")) == [((A,), "930000.00")]


def test_a_remark_or_unit_that_prices_each_year_makes_no_total() -> None:
    for head, cell in (("备注", "每年报价"), ("单位", "元/年")):
        content = table(f"供应商名称|成交金额（元）|{head}", f"{A}|320000|{cell}")
        assert lots(body.read(content, "维保成交公告")) == [((A,), None)]


def test_a_label_that_says_month_or_year_makes_no_total() -> None:
    for label in ("月中标金额", "年度中标价", "每年成交金额"):
        assert lots(read(f"中标人：{A}\n{label}：36000元")) == [((A,), None)]


def test_a_caption_gives_its_unit_to_the_sums_below_it() -> None:
    content = "<p>单位：万元</p>" + table("成交供应商|成交金额", f"{A}|12,500.00")
    assert lots(body.read(content, "平台成交公告")) == [((A,), "125000000.00")]


def test_values_beside_labels_are_no_head() -> None:
    content = table("项目名称|门禁改造", "预算金额|40万元|中标金额|38.6万元", f"中标单位|{A}|中标服务费|0.58万元")
    assert lots(body.read(content, "门禁改造中标公告")) == [((A,), "386000.00")]


def test_a_bid_for_a_place_on_a_shortlist_is_a_note() -> None:
    reading = body.read(
        table("入围供应商|报价合计（元）|排名", f"{A}|12,580.00|1", f"{B}|13,100.00|2"), "广告服务入围结果公示"
    )
    assert (reading.stage, lots(reading)) == ("shortlist", [((A, B), None)])
    assert "12580.00" in (reading.lots[0].amount_note or "")


def test_who_signs_the_notice_is_not_on_its_list() -> None:
    text = f"入围结果如下：\n1.{A}\n2.{B}\n特此公告。\n{BANK}\n2026年5月8日"
    assert lots(read(text, "律师事务所入围项目结果公告")) == [((A, B), None)]


def test_candidates_are_ranked_by_what_stands_beside_their_names() -> None:
    for text in (
        f"推荐成交候选人：{A}（第一）、{B}（第二）",
        f"推荐的成交候选人依次为：\n1、{A}，报价：0.035元/条\n2、{B}，报价：0.036元/条",
        f"排序\t投标人名称\t得分\n1\t{A}\t91.2\n2\t{B}\t88.7\n",
    ):
        assert lots(read(text, "短信服务候选人公示")) == [((A,), None)]


def test_names_are_mended_and_words_before_them_cut_off() -> None:
    assert lots(read("成交供应商：甲甲山山科科技技有限公司")) == [((A,), None)]
    assert lots(read("中标人:甲山科技有\n限公司\n中标价:人民币肆拾伍万贰仟\n元整(￥452000.00)")) == [
        ((A,), "452000.00")
    ]
    assert lots(read(f"中标人名称 {A} 投标报价 3,450,000.00 元 评标得分 90.1")) == [((A,), "3450000.00")]
    assert lots(read(f"因原成交供应商{B}（成交金额50万元）放弃，确定第二候选人{A}为成交供应商。")) == [((A,), None)]


def test_the_branch_buys_that_the_title_begins_with() -> None:
    text = f"成交单位：{A}\n成交金额：19.8万元"
    for name in (
        "青禾银行股份有限公司远山分行",
        "中国农业银行股份有限公司临溪支行",
        "中国农业银行股份有限公司青禾分行远山支行",
    ):
        assert body.read(text, f"{name}办公家具采购成交结果公告").purchaser == name
    assert body.read(text, f"{BANK}办公楼及远山支行装修成交公告").purchaser == BANK
