"""The gazetteer and `locate`: codes, years, chains of names, and what must stay open."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.places import Located, gazetteer, locate
from etl.places.gazetteer import MUNICIPALITIES, read_table

LEVELS = {"province", "municipality", "prefecture", "county"}


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
    ],
)
def test_the_city_is_the_one_in_force_in_the_year(text: str, year: int, city: str | None) -> None:
    assert locate(text, year).city_code == city


def test_every_city_is_found_again_under_its_full_name() -> None:
    for place in gazetteer().in_force(2024):
        assert locate(place.name).city_code == place.code, place.name


def test_every_city_is_found_again_under_province_and_short_name() -> None:
    for place in gazetteer().in_force(2024):
        if place.level == "prefecture":
            assert locate(place.province + place.short_name).city_code == place.code, place.name


def test_every_name_of_the_small_tables_is_a_place() -> None:
    for row in read_table("areas.csv"):
        assert gazetteer().get(row["code"]) is not None, row
    for row in read_table("wordlike.csv"):
        assert gazetteer().find(row["short_name"]) or len(row["short_name"]) == 2, row


@given(st.text(max_size=60), st.one_of(st.none(), st.integers(1900, 2100)), st.one_of(st.none(), st.text(max_size=10)))
@settings(max_examples=200, deadline=None)
def test_any_text_gives_an_answer_and_always_the_same(text: str, year: int | None, hint: str | None) -> None:
    found = locate(text, year, hint)
    assert isinstance(found, Located)
    assert found == locate(text, year, hint)
    assert (found.city_code is None) == (found.score == 0)


@given(st.lists(st.sampled_from(sorted(n for n in gazetteer().names if not n.isascii())), max_size=4))
@settings(max_examples=200, deadline=None)
def test_any_row_of_names_gives_a_standing_city_or_a_reason(names: list[str]) -> None:
    found = locate("".join(names))
    if found.city_code:
        assert gazetteer().get(found.city_code, 2024) is not None
    else:
        assert found.evidence
