"""Public bodies: sites, offices elsewhere, provinces and their capitals, known facts, and what must stay open."""

from __future__ import annotations

import pytest

from etl.places import gazetteer
from etl.places.gazetteer import read_table
from etl.resolve import resolve

PLAIN = [
    ("深圳市龙华科技实验高级中学", "440300"),
    ("济南大学", "370100"),
    ("新乐市住房和城乡建设局", "130100"),
    ("承德市鹰手营子矿区人力资源和社会保障局本级", "130800"),
    ("中共泰州市委党校（机关）", "321200"),
    ("常州市轨道交通发展（集团）中心", "320400"),
    ("上海市浦东新区南京东路小学", "310000"),
    ("青岛市江西路小学", "370200"),
    ("上海南站地区管理委员会", "310000"),
    ("上海苏州河综合整治建设处", "310000"),
    ("云南通海县人民医院", "530400"),
    ("义乌市场监督管理局", "330700"),
    ("昆山经济技术开发区管理委员会", "320500"),
    ("国家税务总局深圳市税务局", "440300"),
    ("国家统计局无锡调查队", "320200"),
    ("中共深圳市纪委驻市财政局纪检监察组", "440300"),
    ("新疆生产建设兵团第八师石河子市", "659001"),
    ("新疆生产建设兵团第一师医院", "659002"),
]

SITES = [
    ("北京大学深圳研究生院", "440300"),
    ("山东大学(威海)", "371000"),
    ("西北工业大学（太仓）", "320500"),
    ("合肥工业大学(宣城校区)", "341800"),
    ("中国石油大学(北京)克拉玛依校区", "650200"),
    ("哈尔滨理工大学荣成校区", "371000"),
    ("天津大学佐治亚理工深圳学院", "440300"),
    ("复旦大学义乌研究院", "330700"),
    ("南京医科大学附属淮安第一医院", "320800"),
    ("复旦大学附属中山医院厦门医院", "350200"),
    ("上海铁路局杭州疗养院", "330100"),
    ("杭州师范大学湖滨校区", "330100"),  # a campus that is called like a district of another city
    ("深圳市第二人民医院（深圳市转化医学研究院）", "440300"),
    ("深圳市坪山区北京师范大学附属学校", "440300"),  # behind a district another place is a mere name
    ("珠海市人民医院(暨南大学附属珠海医院)", "440400"),
    ("哈尔滨医科大学附属医院（大庆）", "230600"),
    ("西安铁路公安局安康公安处", "610900"),
    ("五大连池风景区管理委员会", "231100"),  # 大连 is part of it
    ("海南医学院第一附属医院", "460100"),
]

STATIONED = [
    ("苏州市人民政府驻北京联络处", "110000"),
    ("河南省人民政府驻上海办事处", "310000"),
    ("大连市政府驻沪办事处", "310000"),
    ("审计署驻武汉特派员办事处", "420100"),
    ("财政部驻浙江省财政监察专员办事处", "330100"),
    ("国家林业和草原局驻长春森林资源监督专员办事处", "220100"),
    ("上海市对口支援新疆喀什工作前方指挥部", "653100"),
    ("大连海关驻经济技术开发区办事处", "210200"),
    ("南京海关驻江宁办事处", "320100"),
]

PROVINCES = [
    ("山西省财政厅", "140100"),
    ("广西壮族自治区财政厅", "450100"),
    ("浙江省公共资源交易中心", "330100"),
    ("河北省人民医院", "130100"),
    ("湖北省博物馆", "420100"),
    ("国家金融监督管理总局江苏监管局", "320100"),
    ("中国证券监督管理委员会吉林监管局", "220100"),
    ("国家外汇管理局浙江省分局", "330100"),
    ("新华通讯社广东分社", "440100"),
    ("新疆生产建设兵团财政局", "650100"),
]

KNOWN = [
    ("吉林大学", "220100"),
    ("中山大学", "440100"),
    ("河南科技大学", "410300"),
    ("江苏大学", "321100"),
    ("北京林业大学图书馆", "110000"),
    ("中华人民共和国教育部", "110000"),
    ("工业和信息化部信息中心", "110000"),
    ("中国银保监会", "110000"),
    ("上交所", "310000"),
    ("深交所", "440300"),
    ("拱北海关", "440400"),
    ("拱北海关技术中心", "440400"),
    ("国家海洋局北海分局", "370200"),
    ("长江水利委员会", "420100"),
    ("江苏海事局", "320100"),
    ("上海市白茅岭监狱", "341800"),
]

OPEN = [
    "山东外贸职业学院",
    "朝阳区教育局",
    "鼓楼区人民医院",
    "南京东路街道办事处",
    "中山医院",
    "国家开放大学（中国）",
    "复旦大学浙江学院",
    "北京大学长三角光电科学研究院",
    "审计署驻京津冀特派员办事处",
    "嘉兴市人民政府驻香港联络处",
    "烟台市驻粤招商联络处",
    "安徽省人民政府驻新疆办事处",
    "沪宁高速公路管理处",
    "沈阳至大连高速公路改扩建工程指挥部",
    "宁波舟山港管理委员会",
    "广东省北江监狱",
    "广东省东江流域管理局",
    "海南省第二人民医院",
    "贵州省第二中级人民法院",
    "黑龙江省农垦总局九三管理局",
    "苏州医科大学附属第五医院",
    "北京师范大学附属中学平潭学校",
    "江西省鄱阳湖水利枢纽建设办公室",
    "深圳市对口支援新疆工作前方指挥部",
    "西南通信研究所",
    "华北海洋环境监测站",
    "河南阳光学校",
]


@pytest.mark.parametrize(("name", "city"), [*PLAIN, *SITES, *STATIONED, *PROVINCES, *KNOWN])
def test_the_city_of_a_body(name: str, city: str) -> None:
    found = resolve(name, "body")
    assert found.city_code == city, found.evidence
    assert found.org_id
    assert found.evidence


@pytest.mark.parametrize("name", OPEN)
def test_a_body_whose_city_its_name_does_not_say_stays_open_with_a_reason(name: str) -> None:
    found = resolve(name, "body")
    assert found.city_code is None, found.evidence
    assert found.evidence


def test_two_cities_and_shared_names_are_candidates() -> None:
    assert resolve("宁波舟山港管理委员会", "body").candidates == '["330200 宁波市", "330900 舟山市"]'
    shared = resolve("鼓楼区人民医院", "body")
    assert shared.candidates == '["320100 南京市", "320300 徐州市", "350100 福州市", "410200 开封市"]'
    assert resolve("鼓楼区人民医院", "body", region_text="福建省").city_code == "350100"


def test_a_known_body_has_one_row_a_city_that_is_a_place_and_a_source() -> None:
    rows = read_table("bodies.csv", "etl.resolve")
    known = [name for row in rows for name in (row["name"], *row["aliases"].split(";")) if name]
    assert len(known) == len(set(known))
    for row in rows:
        assert gazetteer().get(row["city"], 2024) is not None, row
        assert row["source"], row
