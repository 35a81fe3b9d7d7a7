"""`locate`: chains of names, hints, years and numbers beside them, and what must stay open."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.places import Located, gazetteer, locate

LABELS = Path(__file__).parent / "labels" / "addresses.csv"


@pytest.mark.parametrize(
    ("text", "city"),
    [
        ("广东省深圳市龙华区大浪街道1号", "440300"),
        ("深圳市龙华区", "440300"),
        ("上海市南京东路100号", "310000"),
        ("上海南京东路", "310000"),
        ("广州市北京路", "440100"),
        ("成都东大街", "510100"),
        ("哈尔滨道里区", "230100"),
        ("吉林省吉林市", "220200"),
        ("吉林长春", "220100"),
        ("北京朝阳", "110000"),
        ("辽宁朝阳", "211300"),
        ("辽宁省大连市中山区", "210200"),
        ("上海市浦东新区张江高科技园区", "310000"),
        ("新疆生产建设兵团第八师石河子市", "659001"),  # the cities of the corps stand for themselves
        ("阿拉尔市", "659002"),
        ("河南省济源市", "419001"),
        ("海南省定安县", "469021"),
        ("重庆市城口县", "500000"),
        ("甘肃省城关区", "620100"),
        ("江苏省通州市", "320600"),
        ("深汕特别合作区鹅埠镇", "440300"),
        ("广东省汕尾市深汕特别合作区", "441500"),
        ("浙江省化学原料药基地临海园区", "331000"),
        ("长白山保护开发区池北区", "222400"),
        ("云南省昆明市呈贡区上海东盟大厦", "530100"),
        ("成都市人民政府驻北京办事处", "110000"),
        ("温州市驻京办", "110000"),
        ("温州市驻蓉办", "510100"),
        ("山西省人民政府驻广州办事处", "440100"),
        ("驻马店市驻郑州办事处", "410100"),
        ("驻马店市驿城区", "411700"),
        ("广州（梅州）产业转移工业园", "441400"),
        ("上海漕河泾新兴技术开发区海宁分区", "330400"),
        ("新疆生产建设兵团第一师职工医院", "659002"),
        ("新疆兵团十二师五一农场", "650100"),
        ("义乌市场监督管理局", "330700"),
        ("广西南宁", "450100"),  # 西南 is no word here
        ("五大连池市", "231100"),  # nor 大连 a city
        ("河北雄安", "130600"),
        ("苏州宿迁工业园区", "321300"),
        ("新疆巴州和静县", "652800"),
        ("廣東省深圳市", "440300"),
        ("臺州市黃巖區", "331000"),
        ("深圳市福田区", "440300"),
        ("东莞市长安镇", "441900"),
        ("长春市吉林大路", "220100"),
        ("喀左县", "211300"),
        ("务川自治县", "520300"),
        ("辽宁海城市", "210300"),
        ("朝阳区 010-65000000", "110000"),
        ("朝阳区，邮编100020", "110000"),
        ("南京鼓楼区", "320100"),
        ("浙江省余姚市兰江街道", "330200"),
        ("中国（安徽）自由贸易试验区芜湖片区万春东路96号", "340200"),
        ("昆山开发区西湖路28号", "320500"),
        ("横琴新区", "440400"),
        ("双流", "510100"),
        ("湖北省仙桃市", "429004"),
        ("西安", "610100"),
        ("大同区", "230600"),
        ("海南藏族自治州", "632500"),
        ("shanghai", "310000"),
        ("Xi'an", "610100"),
        ("310100", "310000"),
    ],
)
def test_a_text_is_located(text: str, city: str) -> None:
    found = locate(text)
    assert found.city_code == city
    assert found.province_code == city[:2] + "0000"
    assert 0 < found.score <= 1
    assert found.evidence


@pytest.mark.parametrize(
    ("text", "candidates"),
    [
        ("吉林", ("220000 吉林省", "220200 吉林市")),
        ("海南", ("150300 乌海市", "460000 海南省", "632500 海南藏族自治州")),
        ("朝阳", ("110000 北京市", "211300 朝阳市", "220100 长春市")),
        ("龙华区", ("440300 深圳市", "460100 海口市")),
        ("suzhou", ("320500 苏州市", "341300 宿州市")),
        ("shanxi", ("140000 山西省", "610000 陕西省")),
        ("南京东路", ()),
        ("北京路", ()),
        ("杭州湾", ()),
        ("中山大学", ()),
        ("河南", ()),
        ("城关区", ("540100 拉萨市", "620100 兰州市")),
        ("通州区", ("110000 北京市", "320600 南通市")),
        ("贵安新区", ("520100 贵阳市", "520400 安顺市")),
        ("中关村科技园区保定创新中心", ("110000 北京市", "130600 保定市")),
        ("北京市海淀区三里河路；湖南省长沙市麓山南路", ("110000 北京市", "430100 长沙市")),
        ("烟台市驻粤办事处", ()),  # stationed in a province, or in its capital
        ("嘉兴市人民政府驻香港联络处", ()),
        ("西南通信大楼", ()),
        ("拱北海关", ()),
        ("高新区", ()),
        ("经济技术开发区", ()),
        ("江北新区", ()),
        ("内邱县", ()),
        ("沿海城市", ()),
        ("东方市场", ()),
        ("三河市场", ()),
        ("长安镇", ()),
        ("吉林大路", ()),
        ("美国内华达州", ()),
        ("台北市中山区", ()),
        ("香港中路1号", ()),
        ("新疆天山", ()),
        ("光明", ("440300 深圳市",)),  # a county's short name that is also a word
        ("0755-83000000", ()),
        ("hello world", ()),
        ("", ()),
        ("518057", ("440300 深圳市",)),  # no code, perhaps a postcode
        ("362200", ("350500 泉州市", "360900 宜春市")),  # a former code and a postcode
        ("编号510100", ("440100 广州市", "510100 成都市")),
    ],
)
def test_what_is_ambiguous_or_no_place_stays_open_with_its_candidates(text: str, candidates: tuple[str, ...]) -> None:
    found = locate(text)
    assert found.city_code is None
    assert found.method == "none"
    assert found.evidence
    assert found.candidates == candidates


@pytest.mark.parametrize(
    ("text", "hint", "city"),
    [
        ("龙华区", "广东省", "440300"),
        ("龙华区", "460100", "460100"),
        ("朝阳区", "长春市", "220100"),
        ("鼓楼区", "福建", "350100"),
        ("suzhou", "江苏", "320500"),
        ("龙华区", "四川", None),
        ("科技路1号", "西安", None),  # a hint never adds a city
        ("东乡县", "甘肃省", "622900"),
        ("光明", "深圳", "440300"),
        ("海宁", "四川", None),  # a mere short name outside the hint decides nothing
        ("深圳市南山区", "四川", "440300"),  # a name in full does
    ],
)
def test_a_hint_settles_what_is_ambiguous_and_nothing_else(text: str, hint: str, city: str | None) -> None:
    assert locate(text, hint=hint).city_code == city


@pytest.mark.parametrize(
    ("text", "year", "city"),
    [
        ("莱芜", 2010, "371200"),
        ("莱芜", 2020, "370100"),
        ("巢湖市", 2005, "341400"),
        ("巢湖市", 2015, "340100"),
        ("铜仁地区", 2008, "522200"),
        ("铜仁地区", 2020, "520600"),
        ("襄樊市", 2024, "420600"),
        ("双流县", 2024, "510100"),
        ("龙华区", 2010, "460100"),  # 深圳 had none before 2016
        ("公主岭市", 2019, "220300"),
        ("公主岭市", 2020, "220100"),
        ("枞阳县", 2010, "340800"),
        ("深汕特别合作区", 2015, "441500"),
        ("西咸新区", 2020, "610100"),
        ("新疆兵团第五师医院", 2013, None),  # 双河市 was founded in 2014
        ("新疆兵团第五师医院", 2014, "659007"),
        ("重庆市", 1950, "500000"),  # years beyond the tables are read as their first or last
        ("重庆市", 2100, "500000"),
    ],
)
def test_the_city_is_the_one_in_force_in_the_year(text: str, year: int, city: str | None) -> None:
    assert locate(text, year).city_code == city


@pytest.mark.parametrize(
    ("text", "city"),
    [
        ("518057", "440300"),
        ("110000", "210100"),  # 沈阳; as a code it would be 北京市
        ("215634/215600", "320500"),
        ("江苏省开发区 215200", "320500"),
        ("100080；132002", None),
        ("浙江省 215200", None),
        ("999999", None),
    ],
)
def test_an_address_without_a_city_is_located_by_its_postcode_with_a_low_score(text: str, city: str | None) -> None:
    found = locate(text, address=True)
    assert found.city_code == city
    assert (found.method, found.score) == (("postcode", 0.6) if city else ("none", 0.0))


def test_no_hand_labelled_address_is_given_a_wrong_city() -> None:
    lines = [line for line in LABELS.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    rows = list(csv.DictReader(lines))
    assert len(rows) == 200
    found = {row["address"]: locate(row["address"], int(row["year"]), address=True).city_code for row in rows}
    assert {
        row["address"]: found[row["address"]] for row in rows if found[row["address"]] not in (row["city_code"], None)
    } == {}
    labelled = [row for row in rows if row["city_code"]]
    assert sum(found[row["address"]] is not None for row in labelled) >= 0.99 * len(labelled)


def test_every_city_is_found_again_under_its_full_name() -> None:
    for place in gazetteer().in_force(2024):
        assert locate(place.name).city_code == place.code, place.name


def test_every_city_is_found_again_under_province_and_short_name() -> None:
    for place in gazetteer().in_force(2024):
        if place.level == "prefecture":
            assert locate(place.province + place.short_name).city_code == place.code, place.name


@given(st.text(max_size=60), st.one_of(st.none(), st.integers(1900, 2100)), st.one_of(st.none(), st.text(max_size=10)))
@settings(max_examples=200, deadline=None)
def test_any_text_gives_an_answer_and_always_the_same(text: str, year: int | None, hint: str | None) -> None:
    found = locate(text, year, hint, address=len(text) % 2 == 0)
    assert isinstance(found, Located)
    assert found == locate(text, year, hint, address=len(text) % 2 == 0)
    assert (found.city_code is None) == (found.score == 0)


@given(st.lists(st.sampled_from(sorted(n for n in gazetteer().names if not n.isascii())), max_size=4))
@settings(max_examples=200, deadline=None)
def test_any_row_of_names_gives_a_standing_city_or_a_reason(names: list[str]) -> None:
    found = locate("".join(names))
    if found.city_code:
        assert gazetteer().get(found.city_code, 2024) is not None
    else:
        assert found.evidence


@pytest.mark.parametrize(
    "text", ["龙" * 10_000, "<p>" * 3000, "深圳市" * 4000, "1" * 10_000, "\x00\ufeff", "nan", "NaN"]
)
def test_hostile_text_gives_an_answer(text: str) -> None:
    assert locate(text, address=True).evidence


@pytest.mark.parametrize(
    ("number", "city"),
    [
        ("510100", "510100"),
        ("440300.0", "440300"),
        ("440300000000", "440300"),
        ("371200", "370100"),  # no postcode begins with 37
        ("邮编362200", "350500"),
        ("邮政编码：510100", "440100"),
        ("行政区划代码362200", "360900"),
        ("邮编999999", None),
    ],
)
def test_a_number_is_the_code_or_the_postcode_it_says_it_is_or_can_only_be(number: str, city: str | None) -> None:
    assert locate(number).city_code == city


@pytest.mark.parametrize("cut", ["12345", "1100", "31", "4403001", ""])
def test_a_code_that_is_cut_off_is_no_code(cut: str):
    assert gazetteer().cities_of(cut) == ()
    assert locate(cut).city_code is None
