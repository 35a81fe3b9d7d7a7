"""The body reader: who buys, who won what at which price, in the wordings of many houses."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.errors import Quarantined
from etl.parsers import body
from etl.parsers.body import labels, names, stage
from etl.parsers.body.labels import Role


def awards(reading: body.Reading) -> list[tuple[str | None, str, tuple[str, ...], str | None]]:
    return [(lot.lot, lot.status, tuple(s.name for s in lot.suppliers), lot.amount_yuan) for lot in reading.lots]


@pytest.mark.parametrize(
    "text",
    [
        "中标人：青禾信息科技有限公司\n中标价：208000元",
        "中标供应商名称：青禾信息科技有限公司企业联系方式\n中标金额：人民币贰拾万捌仟元整（￥208000.00元）",
        "中选单位名称 ：青禾信息科技有限公司\n中选金额：20.8万元（含税）",
        "四、入选供应商：青禾信息科技有限公司\n五、采购价格（元）：208,000.00元",
        "一、中标单位\n青禾信息科技有限公司\n二、中标情况\n不含税报价：184070.80元，含税报价:208000.00元，税率：13%",
        "成交供应商为青禾信息科技有限公司，成交价为 208000元。",
        "现将结果公布如下：\n青禾信息科技有限公司为中标供应商，成交金额：208000元",
        "中标供应商\n青禾信息科技有限公司\n成交金额\n208000.00元",
        "项目名称\n中标人名称\n中标价（元）\n维保项目\n青禾信息科技有限公司\n208000.00",
        (
            "三、中标信息\n供应商名称：青禾信息科技有限公司\n供应商地址：青禾市华创路72号\n中标金额：208000.00"
            "元（大写：贰拾万捌仟元整）"
        ),
        (
            "一、招标人：白石银行股份有限公司二、中标结果：中标人：青禾信息科技有限公司投标报价（不含增值税）："
            "184070.80元税率：13%投标报价（含增值税）：208000.00元"
        ),
        "<table><tr><td>中标人：</td><td>青禾信息科技有限公司</td><td>中标价格：</td><td>20.8万元</td></tr></table>",
        (
            "<table><tr><th>中标人</th><th>中标价(万元)</th><th>其他</th></tr><tr><td>青禾信息科技有限公司</td>"
            "<td>20.8</td><td></td></tr></table>"
        ),
        "&lt;p&gt;中标人：青禾信息科技有限公司&lt;/p&gt;&lt;p&gt;中标价：208000元&lt;/p&gt;",
        '{"code":200,"data":{"title":"x","txt":"<div><p>中标人：青禾信息科技有限公司</p><p>中标价：208000元</p></div>","name":"李假名"}}',
    ],
)
def test_one_award_in_the_wordings_of_many_houses(text: str) -> None:
    reading = body.read(text, "白石银行网络维保项目中标结果公告")
    assert (reading.stage, awards(reading)) == ("award", [(None, "awarded", ("青禾信息科技有限公司",), "208000.00")])
    assert "李假名" not in reading.text


def test_lots_keep_their_own_winners_and_prices() -> None:
    text = (
        "六、成交结果\n二标段：\n成交供应商名称：青禾信息科技有限公司\n成交价格：1188000.00元\n五标段：\n成交供"
        "应商名称：南溪中鼎科技股份有限公司\n成交价格：199000.00元"
    )
    assert awards(body.read(text, "软件采购成交结果公告")) == [
        ("2", "awarded", ("青禾信息科技有限公司",), "1188000.00"),
        ("5", "awarded", ("南溪中鼎科技股份有限公司",), "199000.00"),
    ]
    inline = (
        "中标人名称：01包-青禾信息科技有限公司；02包-南溪中鼎科技股份有限公司。\n中标金额：01包中标金额为人民币"
        "￥1,331,480.00元；02包中标金额为人民币￥20.00万元。"
    )
    assert awards(body.read(inline, "结果公告")) == [
        ("1", "awarded", ("青禾信息科技有限公司",), "1331480.00"),
        ("2", "awarded", ("南溪中鼎科技股份有限公司",), "200000.00"),
    ]


def test_a_price_that_names_its_lot_is_never_given_to_another() -> None:
    reading = body.read(
        "中标人名称：01包-青禾信息科技有限公司；02包-南溪中鼎科技股份有限公司；03包-废标。\n"
        "中标人地址：01包-青禾路1号；02包-南溪路2号。\n中标金额：01包中标金额为人民币￥111,000.00元。",
        "结果公告",
    )
    assert awards(reading) == [
        ("1", "awarded", ("青禾信息科技有限公司",), "111000.00"),
        ("2", "awarded", ("南溪中鼎科技股份有限公司",), None),
        ("3", "failed", (), None),
    ]
    assert [s.address for lot in reading.lots for s in lot.suppliers] == ["青禾路1号", "南溪路2号"]


def test_two_projects_in_one_sentence_are_two_lots_of_one_firm() -> None:
    text = (
        "保洁项目成交单位：青禾人力资源有限公司，成交价809000元；驾驶员项目成交单位：青禾人力资源有限公司，成交"
        "价857200元。"
    )
    assert [lot.amount_yuan for lot in body.read(text, "成交结果公示").lots] == ["809000.00", "857200.00"]


def test_an_award_told_twice_is_one() -> None:
    text = (
        "中标人：青禾信息科技有限公司 中标价格：14.9万元\n七、成交信息\n成交人：青禾信息科技有限公司\n成交金额"
        "：14.9万元"
    )
    assert awards(body.read(text, "成交公告")) == [(None, "awarded", ("青禾信息科技有限公司",), "149000.00")]


def test_candidates_are_no_winners_and_the_first_ranked_is_named() -> None:
    text = (
        "第一中标候选人：青禾信息科技有限公司\n投标报价：100000元\n第二中标候选人：南溪中鼎科技股份有限公司\n投"
        "标报价：90000元\n如无异议，青禾信息科技有限公司为本项目中标人。"
    )
    for title in ("维保项目中标候选人公示", "维保项目中标结果公示"):
        reading = body.read(text, title)
        assert (reading.stage, awards(reading)) == (
            "candidate",
            [(None, "candidate", ("青禾信息科技有限公司",), "100000.00")],
        )


def test_candidates_beside_a_winner_are_left_out() -> None:
    text = (
        "二、候选人情况\n第一中标候选人：甲山信息科技有限公司\n三、中选供应商情况\n中标单位名称：青禾信息科技有"
        "限公司\n采购价格：75.8万元"
    )
    assert awards(body.read(text, "成交结果公告")) == [(None, "awarded", ("青禾信息科技有限公司",), "758000.00")]


def test_candidates_in_columns_and_bidders_in_score_tables() -> None:
    columns = (
        "<table><tr><td>名次</td><td>第一名</td><td>第二名</td></tr><tr><td>中标候选人名称</td><td>青禾工程有限"
        "公司</td><td>南溪建设有限公司</td></tr><tr><td>投标报价(元/%)</td><td>649569.97</td><td>650213.42</td>"
        "</tr></table>"
    )
    assert awards(body.read(columns, "配电工程中标候选人公示")) == [
        (None, "candidate", ("青禾工程有限公司",), "649569.97")
    ]
    scores = (
        "三、中标信息\n中标人：青禾工程有限公司\n四、评审得分排名\n<table><tr><td>排名</td><td>供应商名称</td><"
        "td>得分</td></tr><tr><td>1</td><td>青禾工程有限公司</td><td>91</td></tr><tr><td>2</td><td>南溪建设有限"
        "公司</td><td>90</td></tr></table>"
    )
    assert awards(body.read(scores.replace("\n", "<br>"), "中标公告")) == [
        (None, "awarded", ("青禾工程有限公司",), None)
    ]


def test_a_framework_has_winners_without_an_amount() -> None:
    text = (
        "六、入围单位：\n青禾网络科技有限公司\n地址：青禾市环北路89号\n南溪天润信息股份有限公司\n地址：南溪市滨"
        "河路178号\n七、公示期：1个工作日"
    )
    reading = body.read(text, "云岭银行网络集成服务商入围项目结果公示")
    assert reading.stage == "shortlist"
    assert awards(reading) == [
        (None, "awarded", ("青禾网络科技有限公司", "南溪天润信息股份有限公司"), None),
    ]
    priced = body.read(
        "本项目入围单位：\n青禾金融服务有限公司，投标单价（含税）为：\n寄库：18000元/月/网点", "入围结果公示"
    )
    assert [lot.amount_yuan for lot in priced.lots] == [None]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("青禾建设有限公司、南溪设计有限公司联合体", [("青禾建设有限公司", "member"), ("南溪设计有限公司", "member")]),
        (
            "牵头人：青禾建设有限公司；成员：南溪设计有限公司",
            [("青禾建设有限公司", "leader"), ("南溪设计有限公司", "member")],
        ),
        (
            "青禾建设有限公司（联合体牵头人）、南溪设计有限公司（联合体成员）",
            [("青禾建设有限公司", "leader"), ("南溪设计有限公司", "member")],
        ),
        ("青禾建设有限公司、南溪设计有限公司", [("青禾建设有限公司", None), ("南溪设计有限公司", None)]),
        ("青禾（集团）建设有限公司", [("青禾（集团）建设有限公司", None)]),
        ("某某", []),
        ("详见附件", []),
        ("王小明", []),
    ],
)
def test_consortia_lists_and_what_is_no_firm(value: str, expected: list[tuple[str, str | None]]) -> None:
    assert [(n.name, n.role) for n in names.organisations(value)] == expected


@pytest.mark.parametrize(
    ("text", "title", "purchaser"),
    [
        ("招 标 人：白石银行股份有限公司青禾分行\n中标人：甲山有限公司", "中标公告", "白石银行股份有限公司青禾分行"),
        ("委托单位：白石发展基金有限公司", "废标公告", "白石发展基金有限公司"),
        (
            "1.采购人信息\n名 称：白石银行股份有限公司\n2.采购代理机构信息\n名 称：远山招标有限公司",
            "中标公告",
            "白石银行股份有限公司",
        ),
        (
            "远山招标有限公司受白石银行股份有限公司的委托，对项目进行了公开招标",
            "白石银行项目中标公告",
            "白石银行股份有限公司",
        ),
        (
            "远山公司（以下简称为代理机构）受托，白石银行股份有限公司南溪分行（以下简称“征询方”）采购",
            "中选公告",
            "白石银行股份有限公司南溪分行",
        ),
        ("白石银行股份有限公司(白石外汇管理局青禾分局、白石银行营业管理部)采购", "x", None),
        ("采购人：白石银行青禾分行(白石外汇管理局青禾分局、白石银行营业管理部)", "公告", "白石银行青禾分行"),
        ("单一来源采购单位：甲山传媒有限公司", "项目单一来源采购结果公示", None),
    ],
)
def test_the_buyer_is_who_the_notice_says(text: str, title: str, purchaser: str | None) -> None:
    assert body.read(text, title).purchaser == purchaser


def test_a_hint_counts_only_if_the_notice_names_just_that_body() -> None:
    text = "项目成交单位：甲山有限公司。青禾村经济联合社网站公示。白石银行股份有限公司南溪分行为付款行。"
    assert body.read(text, "设施建设", hint="青禾村经济联合社").purchaser == "青禾村经济联合社"
    assert body.read(text, "设施建设", hint="白石银行股份有限公司").purchaser != "白石银行股份有限公司"


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("甲项目公开招标公告", "tender"),
        ("甲项目竞争性磋商公告（第二次）", "tender"),
        ("甲项目资格预审公告", "prequalification"),
        ("建行甲分行供应商征集公告", "supplier_call"),
        ("甲项目单一来源采前公示", "single_source"),
        ("甲项目中标候选人公示", "candidate"),
        ("甲项目评标结果公示", "candidate"),
        ("甲服务商入围结果公示", "shortlist"),
        ("甲评估机构资格入围结果公告", "shortlist"),
        ("甲框架协议采购资格入围公告", "shortlist"),
        ("甲大楼施工总承包资格入围公告", "prequalification"),
        ("甲大楼施工资格预审结果公告", "prequalification"),
        ("甲项目资格预审合格申请人名单公示", "prequalification"),
        ("甲供应商资格入围项目中标公告", "award"),
        ("甲项目中标（成交）结果公告", "award"),
        ("甲项目定标结果公示", "award"),
        ("甲项目中标结果更正公告", "correction"),
        ("甲项目招标文件澄清与修改公告", "correction"),
        ("甲项目废标公告", "failed"),
        ("甲项目终止公告", "failed"),
        ("甲项目政府采购合同公告", "contract"),
        ("甲项目电子验收单公示", "contract"),
        ("甲项目", None),
    ],
)
def test_titles_name_their_stage(title: str, expected: str | None) -> None:
    assert stage.of_title(title) == expected


def test_the_body_decides_against_the_title_and_the_list() -> None:
    assert body.read("本项目因有效投标人不足三家，作废标处理。", "甲项目结果公告").stage == "failed"
    assert body.read("潜在投标人应于7月1日前获取招标文件", "甲学院实训室").stage == "tender"
    tender = body.read("中标人应按合同金额的10%交纳保证金。成交供应商：见结果公告", "甲项目公开招标公告", prior="award")
    assert (tender.stage, tender.lots) == ("tender", ())


def test_a_corrected_value_is_read_and_the_old_one_is_not() -> None:
    text = "原公告中标金额：100000元，现更正为：120000元\n原中标供应商：甲山有限公司，更正为：青禾有限公司"
    reading = body.read(text, "中标结果更正公告")
    assert awards(reading) == [(None, "awarded", ("青禾有限公司",), "120000.00")]


@pytest.mark.parametrize(
    ("label", "role"),
    [
        ("招 标 人", Role.BUYER),
        ("采购单位名称", Role.BUYER),
        ("采购单位联系方式", Role.CONTACT),
        ("招标代理机构", Role.AGENCY),
        ("中标（成交）供应商名称", Role.SUPPLIER),
        ("拟推荐中标人", Role.SUPPLIER),
        ("第一中标候选人名称", Role.CANDIDATE),
        ("中标候选人第 1 名", Role.CANDIDATE),
        ("投标供应商", Role.BIDDER),
        ("总中标金额", Role.AMOUNT),
        ("含税投标总价（元）", Role.PRICE),
        ("本项目代理费总金额", Role.FEE),
        ("最高投标限价", Role.BUDGET),
        ("单一来源采购单位", Role.SOLE),
        ("供应商(乙方)", Role.SUPPLIER),
        ("某个别的词", None),
    ],
)
def test_labels_are_known_by_what_they_are_built_of(label: str, role: Role | None) -> None:
    assert labels.role_of(label) is role


@pytest.mark.parametrize(
    ("text", "lot"),
    [
        ("标段三", "3"),
        ("第二标段：", "2"),
        ("01包", "1"),
        ("包组 A", "A"),
        ("标段(包)[001]甲", "1"),
        ("包括三项", None),
    ],
)
def test_lot_numbers(text: str, lot: str | None) -> None:
    assert labels.lot_of(text) == lot


def test_a_body_beyond_all_bounds_is_quarantined() -> None:
    with pytest.raises(Quarantined, match="too_large"):
        body.read("\n".join(["甲" * 900] * 700), "x")
    with pytest.raises(Quarantined, match="nested_too_deep"):
        body.read("<div>" * 3000 + "x", "x")


@given(
    st.text(alphabet="中标成交人供应商金额元万：:，。；\n（）()0123456789.,%一二、包段<td>tr/|", max_size=400),
    st.text(max_size=20),
)
def test_any_text_is_read_or_quarantined(text: str, title: str) -> None:
    with suppress(Quarantined):
        body.read(text, title)
