"""Redaction: what identifies a person goes, whatever the layout; what panels are made of stays."""

from __future__ import annotations

import csv
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.redact import RULES, redact
from tests.planted import LAYOUTS, Planted

#: text, what it becomes
PLANTED = {
    "label line": ("项目联系人：张三", "项目联系人：〔联系人〕"),
    "several names": ("项目联系人：张三、李四 / 欧阳修", "项目联系人：〔联系人〕"),
    "space between names": ("联系人：张三 李四 电话：无", "联系人：〔联系人〕 电话：无"),
    "spaced label": ("联 系 人：王老师\n电　　话：010-68012345", "联 系 人：〔联系人〕\n电　　话：〔电话〕"),
    "spaced name": ("联系人：龚 正", "联系人：〔联系人〕"),
    "value on the next line": ("联系人：\n薛毅丰\n电话：\n028-86001234\n", "联系人：\n〔联系人〕\n电话：\n〔电话〕\n"),
    "table cells without colon": ("联系人\n张峰\n联系电话\n19012345678\n", "联系人\n〔联系人〕\n联系电话\n〔电话〕\n"),
    "enquiry note": ("项目联系人（询问）：吴海峰/温平静", "项目联系人（询问）：〔联系人〕"),
    "label with phone": ("联系人及电话： 褚女士 88761234", "联系人及电话： 〔联系人〕 〔电话〕"),
    "run together": ("联系人：张三电 话：0471-6512345邮箱：a@c.cn", "联系人：〔联系人〕电 话：〔电话〕邮箱：〔邮箱〕"),
    "names run together": ("联系人：陈倩王雪梅庞海涛联系电话：无", "联系人：〔联系人〕联系电话：无"),
    "name and bare number": ("展示联系人：李雷 88761234。", "展示联系人：〔联系人〕 〔电话〕。"),
    "brackets": ("联 系 人：【杨晨】", "联 系 人：【〔联系人〕】"),
    "minority name": ("采购人代表：艾尔肯·吐尼亚孜\n", "采购人代表：〔联系人〕\n"),
    "Latin name": ("联系人：Mary Smith，手机：＋86 138-1234-5678", "联系人：〔联系人〕，手机：〔电话〕"),
    "handler": ("采购经办人：周元\n采购人电话：15812345678", "采购经办人：〔联系人〕\n采购人电话：〔电话〕"),
    "json body": ('{"contact":"王五","phone":"88761234"}', '{"contact":"〔联系人〕","phone":"〔电话〕"}'),
    "name before label colon": ("项目联系人张三：0755-83212345", "项目联系人〔联系人〕：〔电话〕"),
    "names glued to a phone": ("董晓璐、张洋洋0531-86012345", "〔联系人〕〔电话〕"),
    "titled name and bare number": ("联系方式：刘老师,89534481", "联系方式：〔联系人〕,〔电话〕"),
    "rare name in a slot for phones": ("联系方式：公冶旻 0431-8800505", "联系方式：〔联系人〕 〔电话〕"),
    "unheard-of name in a slot for phones": ("联系方式：疌予 88005051", "联系方式：〔联系人〕 〔电话〕"),
    "masked forms": ("某某00000000、某某00000000", "〔联系人〕〔电话〕、〔联系人〕〔电话〕"),
    "manager with licence": ("项目经理：李东民 贵2522019202004583", "项目经理：〔联系人〕 〔证件号〕"),
    "staff row": ("技术负责人\n向文星,注册建造师", "技术负责人\n〔联系人〕,注册建造师"),
    "leader": ("项目负责人：冯坤鹏（一级）", "项目负责人：〔联系人〕（一级）"),
    "extensions": ("电话：0755-83212345转8、0717-6612345-8004", "电话：〔电话〕"),
    "several phones": ("电话：85124330、85125332/020-85124330", "电话：〔电话〕/〔电话〕"),
    "full-width digits": ("手机：１３８１２３４５６７８，０５３１－８８８８８８８８", "手机：〔电话〕"),
    "area code in brackets": ("（0571）88761234", "〔电话〕"),
    "spaced mobile": ("138 1234 5678 ", "〔电话〕 "),
    "half masked mobile": ("138****5678", "〔电话〕"),
    "service number": ("请拨打400-880-4959或400 903 3175", "请拨打〔电话〕"),
    "torn mobile": ("联系方式：\n1\n5156122372\n", "联系方式：\n〔电话〕\n"),
    "fax": ("传 真：01068012345", "传 真：〔电话〕"),
    "country code": ("+8613812345678", "〔电话〕"),
    "mail": ("邮箱:zhang.san_1@mail.example.com.cn。", "邮箱:〔邮箱〕。"),
    "full-width at": ("a＠b．cn", "〔邮箱〕"),
    "ID number": ("370102197001011232", "〔证件号〕"),
    "ID number with X, mistyped": ("110101199003070098、11010119900307088X", "〔证件号〕、〔证件号〕"),
    "ID number full width": ("１１０１０１１９９００３０７０８８Ｘ", "〔证件号〕"),
    "old ID number": ("（110101700307123）", "（〔证件号〕）"),
    "labelled ID number": ("身份证号：110101199003077", "身份证号：〔证件号〕"),
    "masked ID number": ("370102********1234", "〔证件号〕"),
    "chat": ("微信：zhang_san88，QQ12345678", "微信：〔网络账号〕，QQ〔网络账号〕"),
    "experts in a line": ("评审专家名单：甄样本、贾测试，艾例子;丁演示", "评审专家名单：〔评审专家〕"),
    "experts of a cell": (
        "评审专家名单\n甄样本,贾测试,PLANTED EXPERT\n总中标金额\n￥668.79 万元",
        "评审专家名单\n〔评审专家〕\n总中标金额\n￥668.79 万元",
    ),
    "experts under a heading": (
        "五、评审专家（单一来源采购人员）名单：\n谷凯，曹祥隆，顾玲\n六、代理服务收费标准：\n按合同",
        "五、评审专家（单一来源采购人员）名单：\n〔评审专家〕\n六、代理服务收费标准：\n按合同",
    ),
    "expert groups": (
        "谈判小组、询价小组、磋商小组成员名单及单一来源采购人员名单：张立军 胡云侠 田洪跃",
        "谈判小组、询价小组、磋商小组成员名单及单一来源采购人员名单：〔评审专家〕",
    ),
    "experts with offices": (
        "评标委员会成员：宋佳超（组长）、王雪涛、曹汭（业主评委）",
        "评标委员会成员：〔评审专家〕",
    ),
    "experts behind a masked label": ("评审专家某某\n宋佳超、王雪涛\n四、其他", "评审专家某某\n〔评审专家〕\n四、其他"),
    "experts in a cell without colon": ("评标委员会成员名单 张立军 胡云侠", "评标委员会成员名单 〔评审专家〕"),
    "safety officer": ("现场专职安全员\n丁立,安全生产考核合格证", "现场专职安全员\n〔联系人〕,安全生产考核合格证"),
    "cut name": ("（李18512345678）", "（〔联系人〕〔电话〕）"),
    "table of experts": (
        "评标委员会成员名单\n姓名\n单位\n罗莉\n/\n郭鹏\n/\n",
        "评标委员会成员名单\n姓名\n单位\n〔评审专家〕\n/\n〔评审专家〕\n/\n",
    ),
    "mail in disguise": ("邮箱：zhang.san（at）163.com，李四lisi#qq.com", "邮箱：〔邮箱〕，〔联系人〕〔邮箱〕"),
    "experts without a colon": ("评审专家 张三 李四", "评审专家 〔评审专家〕"),
    "table of blanks": (
        "金额 项目负责人 甲公司 某桥 753.0 张三 乙公司 某路 16.5 李敏",
        "金额 项目负责人 甲公司 某桥 753.0 〔联系人〕 乙公司 某路 16.5 〔联系人〕",
    ),
    "natural persons": ("中标人：张三\n成交供应商\t李四\t1.00", "中标人：〔自然人〕\n成交供应商\t〔自然人〕\t1.00"),
    "called by title": ("也可找孙女士，或咨询 王工。", "也可找〔联系人〕，或咨询 〔联系人〕。"),
    "number with a space": ("联系人：张三 8801 2345", "联系人：〔联系人〕 〔电话〕"),
    "team of a trade": ("暖通\t张三,注册公用设备工程师,CN1442\n", "暖通\t〔联系人〕,注册公用设备工程师,〔证件号〕\n"),
    "purchaser's representative": ("吴某甲（采购人代表）", "〔评审专家〕（采购人代表）"),
}  # fmt: skip

KEPT = (
    "项目编号：0733-26132506",
    "（0733-26132506）",
    "招标编号：0701-2541SZ030123/02",
    "项目编号 A10H123A26065001、SDGP370000000202502005150、招案2026-2730",
    "合同编号：13812345678",
    "项目编号：110101199003070098",
    "中标（成交）金额：6687920.0元",
    "成交金额 13812345678.00",
    "总价 13812345678元，单价 1500000 元",
    "￥10618.520389 万元（人民币）",
    "公告日期 20250527 2025-05-27 14:30:00 2025年5月27日",
    "邮编：100020 区划 440300",
    "统一社会信用代码：91440300708461136T、91350100M000100Y43、12310000425006790C",
    "http://www.ccgp.gov.cn/cggg/dfgg/zbgg/202505/t20250527_24678901.htm",
    "/oss/download?uuid=64760bbf-1d95-460f-8106-c138000000001",
    "项目联系人：山东卓舜招标咨询有限公司",
    "联系人：温岭市财政局政府采购监管科",
    "评标委员会对12家投标单位的综合标部分进行评审并打分",
    "不得与评标委员会成员私下接触，谈判小组、询价小组、磋商小组成员",
    "须为负责本项目的联系人。本项目经理部设在武汉",
    "项目负责人\n质量\n工期\n1\n山东群雄建设工程有限公司",
    "项目经理须具备一级注册建造师资格",
    "可采用微信、支付宝、银联完成支付；公众号、手机银行APP、5G消息",
    "卫星电话（第二期）通讯服务；智能客服咨询服务 2024-2025年度",
    "上海市市长 龚 正作政府工作报告",
    "联系人：\n联系电话：\n地址：",
    "中标人：张三商行，成交供应商：李四餐饮店（个体工商户）",
    "评标委员会根据招标文件推荐中标候选人如下：",
    "评审专家\t详见附件",
    "收款人：某某招标有限公司 开户行：某银行 账号：79750188000026392",
    "注册一级建造师·建筑工程、其他,安全生产考核合格证(B证)",
    "天津市市长 张工\n张工作政府工作报告",
    "全过程咨询，施工、验收，高工一名",
    "大数据、云计算、区块链、人工智能，移动支付 12345678 笔",
)  # fmt: skip


@pytest.mark.parametrize("name", PLANTED)
def test_personal_data_is_replaced_in_every_layout(name: str) -> None:
    text, expected = PLANTED[name]
    assert redact(text) == expected


@pytest.mark.parametrize("text", KEPT)
def test_what_panels_are_made_of_stays(text: str) -> None:
    assert redact(text) == text


def test_a_credit_code_is_no_id_number() -> None:
    # Eighteen digits with a birth date and both check digits, its division a real one: the code wins.
    assert redact("113220195001010495") == "113220195001010495"


_PARTS = sorted({part for text, _ in PLANTED.values() for part in re.split(r"(?<=[：:\n、，])", text)} | set(KEPT))
_LETTERS = st.text("张三李某联系人电话评审专家名单：:、，,（）()\n 0123456789-@a.X〔〕", max_size=30)
_TEXTS = st.lists(st.sampled_from(_PARTS) | _LETTERS, max_size=8).map("".join)


@given(_TEXTS)
@settings(max_examples=300, deadline=None)
def test_redacting_twice_changes_nothing(text: str) -> None:
    once = redact(text)
    assert redact(once) == once
    assert len(once) <= 3 * len(text)


@given(_TEXTS)
@settings(max_examples=300, deadline=None)
def test_a_rule_finds_the_same_wherever_it_looks(text: str) -> None:
    for rule in RULES:
        assert rule.apply(text) == replace(rule, at=None).apply(text)


@given(st.integers(13000000000, 19999999999), st.sampled_from(["", "-", " "]), st.sampled_from("。，；\n）张a"))
def test_no_mobile_number_survives(number: int, join: str, after: str) -> None:
    digits = str(number)
    text = f"请联系{join.join((digits[:3], digits[3:7], digits[7:]))}{after}"
    assert redact(text) == f"请联系〔电话〕{after}"


@pytest.mark.timeout(30)
@pytest.mark.parametrize(
    "piece",
    [
        *("1", " ", "张", "、张三", "联系人：", "评审专家", "（", "138", "a@", "〔电话〕", "0571-", "\n", "联 "),
        *("\t", "姓名\t", "联系人\n", "a\tb\n", "项目负责人\t张三\n", "〔联系人〕,,1", "张三,,、", "负责人 张 ", "张·"),
    ],
)
def test_hostile_text_does_not_hang(piece: str) -> None:
    assert isinstance(redact((piece * 200_000)[:200_000]), str)


def test_every_rule_is_needed_by_some_planted_text() -> None:
    used = set()
    for text in (*(text for text, _ in PLANTED.values()), *map(Planted().fill, LAYOUTS)):
        for i, rule in enumerate(RULES):
            assert rule.apply(text) == replace(rule, at=None).apply(text)
            before, text = text, rule.apply(text)  # noqa: PLW2901
            used |= {i} if before != text else set()
    assert used == set(range(len(RULES)))


@pytest.mark.realdata
def test_work_reports_lose_nothing(shared_data: Path) -> None:
    csv.field_size_limit(10_000_000)
    for path in sorted((shared_data / "reports/provincial_2026").glob("2026_*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                signed = re.sub(
                    r"((?:责任)?编辑：\s*)\w+", r"\1〔联系人〕", row["full_text"]
                )  # of the site, not of the report
                assert redact(row["full_text"]) == signed, path.name


@pytest.mark.realdata
def test_no_contact_survives_in_real_notices(shared_data: Path) -> None:
    for line in (shared_data / "notices/bodies_2025.jsonl").read_text(encoding="utf-8").splitlines():
        text = redact(" \n".join(str(v) for v in json.loads(line).values()))
        assert not re.search(r"(?<![\dA-Za-z-])(?:1[3-9]\d{9}|0(?!733)\d{2,3}-\d{7,8})(?![\dA-Z])", text)
        assert "某某0" not in text
        assert not re.search(r"联系人：\s*某某", text)
