"""The gazetteer and `locate`: codes, years, chains of names, and what must stay open."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.errors import UsageError
from etl.places import Located, cnaps_city, gazetteer, locate
from etl.places.gazetteer import MUNICIPALITIES, city_code_of, read_table

LEVELS = {"province", "municipality", "prefecture", "county"}
LABELS = Path(__file__).parent / "labels" / "addresses.csv"


def test_every_place_of_the_tables_has_a_known_level_a_province_and_its_years_in_order() -> None:
    for place in gazetteer().places():
        assert place.level in LEVELS
        assert place.valid_to is None or place.valid_from <= place.valid_to, place
        assert place.province_code == place.code[:2] + "0000"


@pytest.mark.parametrize(("year", "prefectures"), [(2008, 333), (2011, 332), (2015, 334), (2018, 333), (2024, 333)])
def test_prefectures_in_force(year: int, prefectures: int) -> None:
    levels = [place.level for place in gazetteer().in_force(year)]
    assert (levels.count("prefecture"), levels.count("municipality")) == (prefectures, 4)


def test_no_two_places_bear_one_code_in_one_year() -> None:
    for year in range(2000, 2025):
        codes = [place.code for place in gazetteer().places() if place.level != "province" and place.in_force(year)]
        assert len(codes) == len(set(codes)), year


def test_municipalities_are_accepted_under_both_codes() -> None:
    for code in MUNICIPALITIES:
        short = gazetteer().get(code[:2] + "0100")
        assert short == gazetteer().get(code)
        assert short is not None
        assert short.level == "municipality"


def test_a_province_has_its_region_and_its_capital() -> None:
    assert len(gazetteer().provinces()) == 31
    for province in gazetteer().provinces():
        capital = gazetteer().capital(province.code)
        assert capital is not None
        assert capital.province_code == province.code
    liaoning = gazetteer().get("210000")
    assert liaoning is not None
    assert (liaoning.region4_nbs, liaoning.region3_traditional) == ("东北", "东部")


@pytest.mark.parametrize(
    ("code", "year", "cities"),
    [
        ("341400", 2010, ("341400",)),  # 巢湖市 in its last year
        ("341400", 2011, ("340100", "340200", "340500")),  # split up
        ("341402", 2011, ("340100",)),  # its 居巢区 went to 合肥
        ("371200", 2018, ("370100",)),  # 莱芜 merged into 济南
        ("542200", 2020, ("540500",)),  # 山南地区 became a city with another code
        ("540500", 2010, ("542200",)),  # and back, for a code used too early
        ("440309", None, ("440300",)),
        ("310115", None, ("310000",)),
        ("220381", 2019, ("220300",)),  # 公主岭 belonged to 四平
        ("220381", 2020, ("220100",)),  # and moved to 长春 under a new code,
        ("220184", 2019, ("220300",)),  # which leads back when it is used too early
        ("512081", 2016, ("510100",)),  # 简阳 from 资阳 to 成都
        ("652303", 2007, ("650100",)),  # 米泉市 into a district of 乌鲁木齐
        ("650109", 2006, ("650100", "652300")),  # a district made from parts of two cities
        ("460003", 2000, ("460003",)),  # 儋州市 before Hainan's counties were 4690xx
        ("429004", None, ("429004",)),  # 仙桃市: its province administers it
        ("440000", None, ()),
        ("999999", None, ()),
    ],
)
def test_a_code_of_any_year_leads_to_the_cities_of_another(
    code: str, year: int | None, cities: tuple[str, ...]
) -> None:
    assert gazetteer().cities_of(code, year) == cities


def test_a_county_has_the_parent_of_the_year() -> None:
    chaohu = gazetteer().parent("341402", 2005)
    assert chaohu is not None
    assert chaohu.name == "巢湖市"
    hefei = gazetteer().parent("341402", 2020)
    assert hefei is not None
    assert hefei.name == "合肥市"


def test_the_panel_has_no_city_for_split_units_and_counties_without_a_prefecture() -> None:
    assert gazetteer().on_boundary("371200", 2020) == "370100"
    assert gazetteer().on_boundary("310100", 2020) == "310000"
    assert gazetteer().on_boundary("341400", 2020) is None
    assert gazetteer().on_boundary("429004", 2020) is None


def test_names_are_found_in_full_short_former_and_in_pinyin() -> None:
    def codes(name: str, **where: str) -> set[str]:
        return {place.code for place in gazetteer().find(name, **where)}  # type: ignore[arg-type]

    assert codes("深圳市") == codes("深圳") == codes("shenzhen") == codes("Shen zhen shi") == {"440300"}
    assert codes("恩施州") == codes("恩施土家族苗族自治州") == {"422800"}
    assert codes("襄樊") == {"420600"}
    assert codes("suzhou") == {"320500", "341300"}
    assert codes("suzhou", within="320000") == {"320500"}
    assert codes("鼓楼区") == {"320106", "320302", "350102", "410204"}
    assert codes("no such place") == set()


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
        ("驻马店市驿城区", "411700"),
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
        ("广州（梅州）产业转移工业园", ("440100 广州市", "441400 梅州市")),
        ("上海漕河泾新兴技术开发区海宁分区", ("310000 上海市", "330400 嘉兴市")),
        ("中关村科技园区保定创新中心", ("110000 北京市", "130600 保定市")),
        ("北京市海淀区三里河路；湖南省长沙市麓山南路", ("110000 北京市", "430100 长沙市")),
        ("温州市驻蓉办", ()),
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
        ("518057", ()),
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


@pytest.mark.parametrize(
    ("area_code", "year", "city"),
    [
        ("5840", None, "440300"),
        ("2434", 2019, "220300"),
        ("2434", 2020, "220100"),
        ("5371", None, "429004"),  # 仙桃市: its province administers it
        ("3781", 2010, "341400"),  # 巢湖市 before
        ("3781", 2011, None),  # and after it was split up
        ("1081", None, None),  # Hong Kong
        ("0000", None, None),
        ("", None, None),
    ],
)
def test_a_bank_number_leads_to_the_city_of_the_year(area_code: str, year: int | None, city: str | None) -> None:
    assert cnaps_city(area_code, year) == city


def test_every_city_since_2000_has_a_seat_and_a_rank() -> None:
    for year in range(2000, 2025):
        for place in gazetteer().in_force(year):
            facts = gazetteer().facts(place.code)
            assert facts is not None, place
            assert 73 < facts.lon < 136, place
            assert 15 < facts.lat < 54, place
    ranks = [facts.admin_rank for p in gazetteer().in_force(2024) if (facts := gazetteer().facts(p.code))]
    assert {rank: ranks.count(rank) for rank in set(ranks)} == {
        "直辖市": 4,
        "省会城市": 27,
        "计划单列市": 5,
        "其他城市": 301,
    }


def test_facts_of_one_city_and_of_none() -> None:
    shenzhen = gazetteer().facts("440300")
    assert shenzhen is not None
    assert (shenzhen.admin_rank, shenzhen.admin_weight, shenzhen.sub_provincial) == ("计划单列市", 0.13, True)
    assert gazetteer().facts("310100") == gazetteer().facts("310000")
    assert [gazetteer().facts(code) for code in ("440000", "440304", "999999")] == [None, None, None]


def test_agglomerations_have_known_members_and_the_default_list_has_196_cities_none_twice() -> None:
    default = gazetteer().agglomerations("default_196")
    members = [code for group in default for code in group.members]
    assert (len(default), len(members), len(set(members))) == (19, 196, 196)
    assert {p.code for p in gazetteer().in_force(2024)} >= set(members)
    for name in ("plan", "excluded_196"):
        for group in gazetteer().agglomerations(name):
            assert all(gazetteer().get(code, 2024) for code in group.members), group
    assert [group.name for group in gazetteer().agglomerations(code="130500")] == ["京津冀", "中原"]
    delta = gazetteer().agglomerations("default_196", code="310000")[0]
    assert (delta.name, delta.stage, delta.stage_name, delta.polycentric) == ("长三角", 1, "优化提升", True)
    with pytest.raises(UsageError, match="choose of plan, default_196, excluded_196"):
        gazetteer().agglomerations("18 groups")


def test_every_city_is_found_again_under_its_full_name() -> None:
    for place in gazetteer().in_force(2024):
        assert locate(place.name).city_code == place.code, place.name


def test_every_city_is_found_again_under_province_and_short_name() -> None:
    for place in gazetteer().in_force(2024):
        if place.level == "prefecture":
            assert locate(place.province + place.short_name).city_code == place.code, place.name


def test_every_code_and_name_of_the_small_tables_is_a_place() -> None:
    for table, column in (("areas", "code"), ("cnaps_areas", "place_code"), ("dialling", "city_code")):
        for row in read_table(f"{table}.csv"):
            assert gazetteer().get(row[column]) is not None, (table, row)
    for row in read_table("postcodes.csv"):
        assert gazetteer().get(row["city_code"], 2024) is not None, row
        assert city_code_of(row["city_code"]) == row["city_code"], row
    for row in read_table("aliases.csv"):
        assert len(gazetteer().find(row["alias"], 2024)) == 1, row
    for row in read_table("wordlike.csv"):
        assert gazetteer().find(row["short_name"]) or len(row["short_name"]) == 2, row


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
