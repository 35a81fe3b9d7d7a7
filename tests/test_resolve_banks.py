"""Banks: names worked out by hand, traps, classes and seats by year, and what holds for any row of bank words."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.places import gazetteer
from etl.places.gazetteer import read_table
from etl.resolve import looks_like_bank, resolve
from etl.resolve.bank_register import listed_banks

CLASSES = {
    *("state_owned", "joint_stock", "city_commercial", "policy", "foreign", "rural"),
    *("village", "private", "credit_union", "central", "other"),
}

# name, class, level, city
BANKS = """
中国工商银行                              state_owned      head_office  110000
中国工商银行股份有限公司总行              state_owned      head_office  110000
中国工商银行（采购人）                    state_owned      head_office  110000
交通银行股份有限公司                      state_owned      head_office  310000
中国农业银行（北京市分行）                state_owned      branch       110000
中国农业银行(北京市分行)                  state_owned      branch       110000
中国工商银行股份有限公司深圳龙华支行      state_owned      sub_branch   440300
中国建设银行深圳分行龙华支行              state_owned      sub_branch   440300
中国建设银行股份有限公司苏州分行昆山支行  state_owned      sub_branch   320500
工行深圳市分行                            state_owned      branch       440300
工行新津支行                              state_owned      sub_branch   510100
农行成都北站东路支行                      state_owned      sub_branch   510100
中国农业银行上海南京东路支行              state_owned      sub_branch   310000
中国银行广州北京路支行                    state_owned      sub_branch   440100
上海银行股份有限公司成都东大街支行        city_commercial  sub_branch   510100
建行北京朝阳支行                          state_owned      sub_branch   110000
中国银行股份有限公司中山分行              state_owned      branch       442000
中国银行股份有限公司中关村支行            state_owned      sub_branch   110000
工商银行吉林市分行                        state_owned      branch       220200
工商银行吉林省分行                        state_owned      branch       220100
中国邮政储蓄银行股份有限公司四川省分行    state_owned      branch       510100
交通银行股份有限公司四川省分行营业部      state_owned      sub_branch   510100
平安银行成都分行集中作业部                joint_stock      unit         510100
工行总行营业部                            state_owned      sub_branch   110000
中国工商银行总行采购部                    state_owned      unit         110000
招商银行股份有限公司信用卡中心            joint_stock      unit         310000
兴业银行股份有限公司资金营运中心          joint_stock      unit         310000
中国农业银行股份有限公司长春培训学院      state_owned      unit         220100
中国建设银行股份有限公司河北雄安分行      state_owned      branch       130600
中国农业银行五家渠兵团支行                state_owned      sub_branch   659004
中国农业银行巴州分行                      state_owned      branch       652800
工行宜宾翠屏支行                          state_owned      sub_branch   511500
吉林大安农村商业银行股份有限公司          rural            head_office  220800
江苏东方农村商业银行股份有限公司          rural            head_office  320700
招商银行股份有限公司信用卡中心太原分中心  joint_stock      unit         140100
中信银行股份有限公司信用卡中心            joint_stock      unit         440300
浙商银行南京南通分行                      joint_stock      branch       320600
上海浦东发展银行股份有限公司上海分行      joint_stock      branch       310000
浦发上海分行                              joint_stock      branch       310000
中信深圳分行                              joint_stock      branch       440300
上海商业银行有限公司深圳分行              foreign          branch       440300
东亚银行中国有限公司成都武侯支行          foreign          sub_branch   510100
汇丰银行（中国）有限公司                  foreign          head_office  310000
韩国产业银行上海分行                      foreign          branch       310000
北京银行股份有限公司上海分行              city_commercial  branch       310000
南京银行鼓楼支行                          city_commercial  sub_branch   320100
西安银行股份有限公司                      city_commercial  head_office  610100
南充市商业银行                            city_commercial  head_office  511300
哈尔滨银行双鸭山分行                      city_commercial  branch       230500
江苏扬中农村商业银行股份有限公司          rural            head_office  321100
宁夏黄河农村商业银行股份有限公司          rural            head_office  640100
河南农村商业银行股份有限公司              rural            head_office  410100
泰兴农商行                                rural            head_office  321200
兰州农商                                  rural            head_office  620100
山西农村商业联合银行股份有限公司大同管理中心  rural        branch       140200
大同市农村信用社                          credit_union     head_office  140200
四川省农村信用社联合社清算中心            credit_union     unit         510100
双流诚民村镇银行有限责任公司              village          head_office  510100
双流诚民村镇银行有限责任公司华阳支行      village          sub_branch   510100
深圳前海微众银行股份有限公司              private          head_office  440300
国家开发银行深圳市分行                    policy           branch       440300
农发行宜宾市分行                          policy           branch       511500
中国人民银行甘肃省分行                    central          branch       620100
中国人民银行深圳市中心支行                central          branch       440300
中国人民银行清算总中心                    central          unit         110000
人行广州分行                              central          branch       440100
""".strip().splitlines()

NO_BANKS = [
    "民生期货有限公司",
    "平安证券股份有限公司",
    "光大理财有限责任公司",
    "华夏基金管理有限公司",
    "中国银行业监督管理委员会",
    "中国银行保险监督管理委员会",
    "中国银行业协会",
    "中国工商银行股份有限公司工会",
    "中国民生银行大厦",
    "合作银行采购项目",
    "旧农商行铺位",
    "银行学校",
    "时间银行服务中心",
    "人行道改造",
    "贵州农业银行股份有限公司贵阳分行",
    "光华支行长寿路分理处",
    "承德市鹰手营子矿区人力资源和社会保障局本级",
    "磐石市烟筒山镇鸡冠山村经济联合社",
    "阳光财产保险股份有限公司",
    "",
    "12345",
    "<b>中国银行</b>",
]

# A bank, but the words of its branch do not say which city.
OPEN_BRANCHES = [
    ("农行南京东路支行", []),
    ("光大银行北京路支行", []),
    ("农行太平寺支行", []),
    ("农行西郊支行", []),
    ("中国工商银行软件开发中心", []),
    ("中国银行鼓楼支行", ["320100 南京市", "320300 徐州市", "350100 福州市", "410200 开封市"]),
    ("建行朝阳支行", ["110000 北京市", "211300 朝阳市", "220100 长春市"]),
    ("工商银行吉林分行", ["220000 吉林省", "220200 吉林市"]),
    ("工行广东省分行人民路支行", []),
    ("中国银行中山支行", ["210200 大连市", "442000 中山市"]),
    ("工行站前支行", ["210800 营口市"]),  # every city has a station
    ("农行望江支行", ["340800 安庆市"]),  # and several a street of that name
    ("中国农业银行巴州支行", ["511900 巴中市", "652800 巴音郭楞蒙古自治州"]),
    ("江苏银行鼓楼支行", ["320100 南京市", "320300 徐州市", "350100 福州市", "410200 开封市"]),
]


@pytest.mark.parametrize("line", BANKS, ids=lambda line: line.split()[0])
def test_banks_branches_and_units(line: str) -> None:
    name, bank_class, level, city = line.split()
    found = resolve(name, "bank")
    assert (found.bank_class, found.level, found.city_code) == (bank_class, level, city), found.evidence
    assert found.org_id
    assert found.org_id.startswith("bank:")
    assert looks_like_bank(name)


@pytest.mark.parametrize("name", NO_BANKS)
def test_bank_words_do_not_make_a_bank(name: str) -> None:
    found = resolve(name, "bank")
    assert (found.org_id, found.bank_class, found.city_code, found.method) == (None, None, None, "none")
    assert found.evidence
    assert not looks_like_bank(name)


@pytest.mark.parametrize(("name", "candidates"), OPEN_BRANCHES)
def test_a_branch_without_a_certain_place_keeps_its_bank_and_no_city(name: str, candidates: list[str]) -> None:
    found = resolve(name, "bank")
    assert found.bank_class in CLASSES
    assert found.city_code is None
    assert found.evidence
    assert (json.loads(found.candidates) if found.candidates else []) == candidates


def test_an_address_or_a_region_settles_an_open_branch() -> None:
    by_address = resolve("农行西郊支行", "bank", address="成都市青羊区西郊1号")
    assert (by_address.city_code, by_address.method) == ("510100", "address")
    assert resolve("中国银行鼓楼支行", "bank", region_text="福建省").city_code == "350100"
    assert resolve("农行西郊支行", "bank", region_text="四川省成都市").city_code is None


@pytest.mark.parametrize(
    ("name", "year", "bank_class", "city"),
    [
        ("中国邮政储蓄银行", 2018, "other", "110000"),
        ("中国邮政储蓄银行", 2019, "state_owned", "110000"),
        ("邮储银行深圳分行", 2018, "other", "440300"),
        ("恒丰银行", 2015, "joint_stock", "370600"),
        ("恒丰银行", 2022, "joint_stock", "370100"),
        ("莱商银行", 2015, "city_commercial", "371200"),
        ("莱商银行", 2020, "city_commercial", "370100"),
        ("中国工商银行巢湖分行", 2005, "state_owned", "341400"),
        ("中国工商银行巢湖分行", 2020, "state_owned", "340100"),
    ],
)
def test_class_and_city_are_those_of_the_year(name: str, year: int, bank_class: str, city: str) -> None:
    found = resolve(name, "bank", year=year)
    assert (found.bank_class, found.city_code) == (bank_class, city)


def test_spellings_of_one_unit_share_an_id_and_different_units_do_not() -> None:
    def ids(*names: str) -> set[str | None]:
        return {resolve(name, "bank").org_id for name in names}

    assert ids("中国工商银行", "工行", "工商银行股份有限公司", "中国工商银行 股份有限公司") == {"bank:icbc"}
    assert len(ids("中国工商银行深圳市分行", "工行深圳分行", "中国工商银行股份有限公司（深圳市分行）")) == 1
    assert len(ids("泰兴农商行", "泰兴农商银行", "泰兴农村商业银行股份有限公司")) == 1
    assert len(ids("工行吉林市分行", "工行吉林省分行")) == 2


def test_every_listed_bank_resolves_to_itself_and_sits_in_a_city_of_the_gazetteer() -> None:
    for bank in listed_banks().values():
        found = resolve(bank.full_name, "bank")
        assert (found.org_id, found.level) == (f"bank:{bank.id}", "head_office"), bank
        assert found.bank_class in CLASSES
        assert not bank.city or gazetteer().get(bank.city) is not None
    for table in ("bank_units.csv", "finance_firms.csv"):
        assert all(gazetteer().get(row["city"]) for row in read_table(table, "etl.resolve"))


WORDS = [
    "中国",
    "工商",
    "银行",
    "深圳市",
    "南京",
    "东路",
    "分行",
    "支行",
    "营业部",
    "（",
    "）",
    "股份有限公司",
    "农村",
    "信用社",
    "朝阳",
]


@given(st.lists(st.sampled_from(WORDS), max_size=8))
@settings(max_examples=300, deadline=None)
def test_any_row_of_bank_words_gives_a_known_class_or_none(words: list[str]) -> None:
    found = resolve("".join(words), "bank")
    assert found.bank_class is None or found.bank_class in CLASSES
    assert (found.bank_class is None) == (found.org_id is None)
    assert found.city_code is None or found.score > 0
