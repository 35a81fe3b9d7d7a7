"""Shapes in which results are printed or were saved: tables one cell a line, torn lines, consortia, lots, sentences."""

from __future__ import annotations

import pytest

from etl.parsers import body

FIRM, OTHER, THIRD = "青禾信息科技有限公司", "南溪中鼎数据股份有限公司", "甲山设计院有限公司"


def table(*rows: tuple[str, ...]) -> str:
    return "<table>" + "".join(f"<tr>{''.join(f'<td>{c}</td>' for c in row)}</tr>" for row in rows) + "</table>"


def awards(text: str, title: str = "维保项目中标结果公告") -> list[tuple[str | None, tuple[str, ...], str | None]]:
    reading = body.read(text, title)
    assert all(lot.status == "awarded" for lot in reading.lots if lot.suppliers)
    return [(lot.lot, tuple(s.name for s in lot.suppliers), lot.amount_yuan) for lot in reading.lots]


@pytest.mark.parametrize(
    "cells",
    [
        ["序号", "中标供应商名称", "中标供应商地址", "中标金额(元)", "1", FIRM, "青禾市1号", "736320.0"],
        ["中标（成交）金额（元）", "供应商名称", "评审得分", "736320.00", FIRM, "92.88"],
        ["标段号", "排序", "中标人名称", "联合体成员单位", "中标价(元)", "001", "第1名", FIRM, "无", "736320.00000000"],
        ["供应商名称", "供应商地址", "中标（成交）金额", "评审价格", FIRM, "青禾市1号", "736,320.00元", "四、主要标的"],
        ["序号", "供应商名称", "中标（成交）金额", "1", FIRM, "报价：736320（元）"],
        ["包号", "采购内容", "供应商名称", "中标金额", "单位", "A-1", "器材一批。", FIRM, "736,320.00", "元"],
        ["中标单位", FIRM, "中标通知书发出日期", "招标控制价（元）", "800000.00", "中标金额（元）", "736320.00"],
        ["中标人信息", "单位名称", FIRM, "法定代表人", "甲某", "中标金额（费率、单价等）", "736320.00元"],
        ["10", "、", f"中标人：{FIRM}", "中标价", "：", "736320.00元", "（含暂列金", "990", "元）"],
    ],
)
def test_tables_saved_one_cell_a_line(cells: list[str]) -> None:
    ((_, firms, amount),) = awards("\n".join(cells))
    assert (firms, amount) == ((FIRM,), "736320.00")


def test_a_lost_cell_leaves_a_table_unread_rather_than_shifted() -> None:
    """The cell 地址 was empty and is gone: the price would stand under it."""
    cells = ["序号", "中标金额(元)", "税率", "中标供应商名称", "1", "13%", FIRM]
    assert [amount for _, _, amount in awards("\n".join(cells))] in ([], [None])


def test_the_serial_number_below_a_price_head_is_no_price() -> None:
    assert awards("中标供应商\n中标金额(元)\n1\n见附件") == []


def test_several_rows_saved_one_cell_a_line_keep_their_lots_and_prices() -> None:
    cells = ["包号", "中标人", "中标价（万元）", "1", FIRM, "12", "2", OTHER, "23.5"]
    assert awards("\n".join(cells)) == [("1", (FIRM,), "120000.00"), ("2", (OTHER,), "235000.00")]


def test_a_price_torn_from_its_unit_is_no_total() -> None:
    reading = body.read(f"供应商名称：\n{FIRM}\n中标（成交）金额：\n513360.00\n元每年", "食堂服务成交公告")
    assert [(lot.amount_yuan, lot.amount_note) for lot in reading.lots] == [(None, "513360.00元每年")]


@pytest.mark.parametrize(
    ("text", "lots"),
    [
        (
            f"第一包中标人：{FIRM}，中标价120000元；第二包中标人：{OTHER}，中标价230000元。",
            [("1", FIRM, "120000.00"), ("2", OTHER, "230000.00")],
        ),
        (
            f"一包：{FIRM}，中标金额：12万元\n二包：{OTHER}，中标金额：23万元",
            [("1", FIRM, "120000.00"), ("2", OTHER, "230000.00")],
        ),
        (
            f"（一）标段一的中标人为：\n{FIRM}\n中标价：12万元\n（二）标段二的中标人为：\n{OTHER}\n中标价：23万元",
            [("1", FIRM, "120000.00"), ("2", OTHER, "230000.00")],
        ),
        (
            table(("包号", "成交金额（元）", "成交供应商"), ("包1", "120,000.00", FIRM), ("包2", "230,000.00", OTHER)),
            [("1", FIRM, "120000.00"), ("2", OTHER, "230000.00")],
        ),
    ],
)
def test_every_lot_keeps_its_winner_and_price(text: str, lots: list[tuple[str, str, str]]) -> None:
    assert awards(text) == [(lot, (firm,), amount) for lot, firm, amount in lots]


def test_the_one_lot_a_title_names_is_the_lot() -> None:
    assert awards(f"中标人：{FIRM}", "云平台维护（标段一）中标公告") == [("1", (FIRM,), None)]
    assert awards(f"中标人：{FIRM}", "云平台维护（标段一）（标段二）中标公告") == [(None, (FIRM,), None)]


@pytest.mark.parametrize(
    "text",
    [
        f"经评审，最终确定{FIRM}为成交人，成交金额为：￥1,230,000.00元（大写：壹佰贰拾叁万元整）。",
        f"最终确定由{FIRM}中标，中标价为人民币壹佰贰拾叁万元整。",
        f"主供应商：{FIRM}，报价123万元\n备选供应商：{OTHER}，报价130万元",
        f"成交供应商：{FIRM}\n成交金额：（大写）人民币壹佰贰拾叁万元整 （小写）￥1230000.00",
        table(("序号", "中标（成交）金额", "中标供应商名称"), ("1", "报价:1230000(元)", FIRM)),
    ],
)
def test_one_award_in_sentences_and_beside_standby_suppliers(text: str) -> None:
    assert awards(text) == [(None, (FIRM,), "1230000.00")]


@pytest.mark.parametrize(
    "text",
    [
        f"中标人：{FIRM}（牵头人）、{THIRD}（成员）",
        f"中标人：牵头人：{FIRM}；成员单位：{THIRD}",
        f"中标人：\n联合体牵头人：{FIRM}\n联合体成员：{THIRD}",
        f"中标人：(主){FIRM},(成){THIRD}",
        table(("中标人", "联合体成员单位", "中标价(元)"), (FIRM, THIRD, "100.00")),
        "\n".join(["序号", "中标人名称", "中标价(元)", "1", f"牵头人：{FIRM}", f"联合体成员：{THIRD}", "100.00"]),
    ],
)
def test_a_consortium_is_one_award_with_its_roles(text: str) -> None:
    (lot,) = body.read(text, "大楼工程中标公告").lots
    assert [(s.name, s.role) for s in lot.suppliers] == [(FIRM, "leader"), (THIRD, "member")]


@pytest.mark.parametrize(
    "text",
    [
        f"入围供应商：1.{FIRM} 2.{OTHER} 3.{THIRD}",
        f"入围供应商名单如下：\n1、{FIRM}\n2、{OTHER}\n3、{THIRD}\n公示期3天",
        table(("序号", "入围供应商名称"), ("1", FIRM), ("2", OTHER), ("3", THIRD)),
    ],
)
def test_a_shortlist_names_all_its_firms(text: str) -> None:
    assert awards(text, "白石银行框架入围结果公示") == [(None, (FIRM, OTHER, THIRD), None)]


@pytest.mark.parametrize(
    "text",
    [
        "1.采购人信息\n名称：\n白石银行股份有限公司\n2.采购代理机构信息\n名称：\n远山招标有限公司",
        "1、采购人信息 （1）名 称：白石银行股份有限公司 （2）邮 编：1 2、采购代理机构信息 （1）名 称：远山招标有限公司",
        "招标人信息\n单位名称\n白石银行股份有限公司\n招标代理机构信息\n单位名称\n远山招标有限公司",
        "采购人:\n名称:白石银行股份有限公司\n代理机构:\n名称:远山招标有限公司",
    ],
)
def test_the_parties_below_their_headings(text: str) -> None:
    reading = body.read(text, "维保项目中标公告")
    assert (reading.purchaser, reading.agency) == ("白石银行股份有限公司", "远山招标有限公司")


@pytest.mark.parametrize("label", ["证书编号", "注册证书编号", "安全考核证编号", "建造师注册编号"])
def test_a_certificate_is_no_project_code(label: str) -> None:
    text = f"中标人：{FIRM}\n项目经理：甲某，{label}：川151202612345"
    assert body.read(text, "中标公告").project_code is None
    assert body.read(f"{text}\n项目编号：BW-2026-07", "中标公告").project_code == "BW-2026-07"


@pytest.mark.parametrize(
    ("title", "buyer", "agency"),
    [
        (
            "远山项目管理有限公司关于青禾市教育体育局采购智慧终端设备的谈判公告",
            "青禾市教育体育局",
            "远山项目管理有限公司",
        ),
        (
            "［某平台］远山招标代理有限公司关于白石银行南溪分行监控值守服务的招标公告",
            "白石银行南溪分行",
            "远山招标代理有限公司",
        ),
        ("远山工程咨询有限公司关于青禾技师学院低空实训设备（二次）招标公告", "青禾技师学院", "远山工程咨询有限公司"),
        ("远山招标有限公司关于数字青禾一期-决策指挥中心建设项目招标公告", None, "远山招标有限公司"),
        ("远山招标有限公司关于供水管网局部改造项目招标公告", None, "远山招标有限公司"),
        ("远山科技有限公司关于青禾市第一中学食堂项目的采购公告", None, None),
        ("白石银行股份有限公司关于青禾大学智慧校园项目的采购公告", "白石银行股份有限公司", None),
        ("青禾市建设局关于住宅维修资金银行招标项目公告", "青禾市建设局", None),
    ],
)
def test_who_issues_a_notice_about_another_is_its_agent(title: str, buyer: str | None, agency: str | None) -> None:
    reading = body.read(f"潜在投标人应获取招标文件\n{title.partition('关于')[0].rpartition('］')[2]}", title)
    assert (reading.purchaser, reading.agency) == (buyer, agency)


@pytest.mark.parametrize(
    "text",
    [
        "远山招标有限公司（招标代理机构）受白石银行股份有限公司（以下简称“白石”）（招标人）委托，进行公开招标。",
        "采购人：白石银行股份有限公司（汇总）",
        "白石银行股份有限公司（征询方）现就保洁服务开展征询",
        "招标人：白石银行股份有限公司白石银行股份有限公司（章）",
    ],
)
def test_the_part_somebody_plays_is_no_part_of_the_name(text: str) -> None:
    assert body.read(text, "保洁服务采购公告").purchaser == "白石银行股份有限公司"


def test_an_unreadable_name_is_no_supplier_and_said_so() -> None:
    reading = body.read("中标人：南溪\ufffd\ufffd科技有限公司\n中标价：12万元", "中标公告")
    assert not [s for lot in reading.lots for s in lot.suppliers]
    assert "中标人: unreadable characters in the value" in reading.warnings


def test_past_contracts_of_a_bidder_name_no_buyer() -> None:
    past = table(("业绩", "建设单位", "合同金额"), ("大楼", "南溪市人民医院", "100万元"))
    reading = body.read(f"招标人：白石银行股份有限公司<br>中标候选人业绩<br>{past}", "中标候选人公示")
    assert reading.purchaser == "白石银行股份有限公司"


@pytest.mark.parametrize(
    ("title", "text", "stage"),
    [
        ("装修工程（暂估价二次招标）", f"工程项目中标人公告\n中标人名称\n{FIRM}", "award"),
        ("劳务招标结果的公示", f"中标人：{FIRM}", "award"),
        ("体育馆总承包开标记录", "投标人名称\n投标报价", "other"),
        ("体育馆项目招标计划", "招标计划公告", "other"),
        ("系统项目终止通知[第(1)次答疑]", "现终止本次招投标活动", "failed"),
        ("实训项目", "实训项目在线合同签订，详见附件", "contract"),
        ("车辆保险框架协议合同", f"中标（成交）供应商名称\n{FIRM}", "contract"),
        ("变配电工程合格申请人商务信息公示", "合格申请人名单", "prequalification"),
    ],
)
def test_stages_that_the_title_names_only_in_passing(title: str, text: str, stage: str) -> None:
    assert body.read(text, title).stage == stage


def test_a_correction_that_tells_the_award_anew_is_read_whole() -> None:
    text = f"招标人\n白石银行股份有限公司\n中标单位\n{FIRM}\n中标金额（元）\n12420812.90"
    assert awards(text, "装修工程中标结果更正公告") == [(None, (FIRM,), "12420812.90")]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("公告发布日期：2025-03-24\n2024年1月1日", "2025-03-24"),
        ("发布时间：2025年3月24日 10:00", "2025-03-24"),
        ("特此公告。\n白石银行\n二〇二五年三月二十四日", "2025-03-24"),
        ("特此公告。\n2025\n年\n3\n月\n24\n日", "2025-03-24"),
        ("招标公告日期：2025年1月1日\n开标时间：2025年2月1日", None),
    ],
)
def test_the_day_a_notice_bears(text: str, day: str | None) -> None:
    dated = body.read(text, "中标公告").dated
    assert (dated and dated[:10]) == day


@pytest.mark.parametrize(
    "text",
    [
        f"中标供应商：{FIRM}\n未中标供应商：{OTHER}、{THIRD}",
        f"中标供应商：{FIRM}。落标供应商：{OTHER}",
        f"参与供应商：{OTHER}、{FIRM}\n成交供应商：{FIRM}",
        f"中标供应商：{FIRM}\n异议受理单位：白石银行股份有限公司\n监督单位：{OTHER}",
        f"中标人：{FIRM}（统一社会信用代码：91110000000000000X）",
    ],
)
def test_only_who_won_is_a_winner(text: str) -> None:
    assert awards(text) == [(None, (FIRM,), None)]


@pytest.mark.parametrize(
    "text",
    [
        f"成交供应商：{FIRM}\n首次报价：130万元\n最终报价：123万元",
        table(("供应商名称", "首次报价(元)", "最终报价(元)"), (FIRM, "1300000", "1230000")),
        table(
            ("中标人", "中标金额（不含税）", "税率", "税额", "价税合计"), (FIRM, "1088495.58", "13%", "1", "1230000.00")
        ),
        table(("合同名称", "供应商（乙方）", "采购人（甲方）", "合同金额(万元)"), ("x", FIRM, "白石银行", "123")),
        f"中标人：{FIRM}\n中标金额：第一年60万元，第二年63万元，合计123万元",
        f"中标人：{FIRM}\n中标金额：单价6150元/台，共200台，合计123万元",
        f"最高限价：200万元\n中标人：{FIRM}\n中标金额：总价123万元（软件100万元，实施23万元）",
        table(("采购预算(万元)", "成交供应商", "成交金额(万元)"), ("200", FIRM, "123")),
    ],
)
def test_of_several_prices_the_final_total_with_tax_counts(text: str) -> None:
    assert awards(text) == [(None, (FIRM,), "1230000.00")]


@pytest.mark.parametrize(
    ("text", "note"),
    [
        (f"中标人：{FIRM}\n中标费率：0.35%\n代理服务费：5000元", "0.35%"),
        (f"预算：100万元\n中标人：{FIRM}\n成交价格：下浮10%", "下浮10%"),
        (table(("中标人", "投标报价（万元/年）"), (FIRM, "12")), "投标报价（万元/年）：12"),
        (f"中标人：{FIRM}\n中标金额：软件80万元，实施20万元", "软件80万元，实施20万元"),
        (table(("中标人", "中标金额（元）"), (FIRM, "1.2345678E7")), "1.2345678E7"),
        (f"中标人：{FIRM}\n履约保证金：120000元\n中标服务费：12000元", None),
    ],
)
def test_what_is_no_total_is_a_note(text: str, note: str | None) -> None:
    (lot,) = body.read(text, "中标公告").lots
    assert (lot.amount_yuan, lot.amount_note) == (None, note)


def test_a_shortlist_keeps_the_rate_of_each_firm() -> None:
    text = table(("序号", "入围单位", "报价（折扣率）"), ("1", FIRM, "85%"), ("2", OTHER, "86%"))
    (lot,) = body.read(text, "白石银行框架入围结果公示").lots
    assert (lot.amount_yuan, lot.amount_note) == (None, f"{FIRM} 85%；{OTHER} 86%")


def test_a_candidate_in_a_sentence_and_a_firm_with_a_comma() -> None:
    reading = body.read(f"经评审，推荐{FIRM}为第一中标候选人，投标报价为1230000元。", "维保项目中标候选人公示")
    assert [(lot.status, lot.suppliers[0].name) for lot in reading.lots] == [("candidate", FIRM)]
    assert awards("中标人：Blue Field Technologies Co., Ltd.")[0][1] == ("Blue Field Technologies Co., Ltd",)
