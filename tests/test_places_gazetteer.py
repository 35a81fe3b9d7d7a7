"""The gazetteer: codes, years, names, facts of cities, and numbers that say where."""

from __future__ import annotations

import pytest

from etl.errors import UsageError
from etl.places import cnaps_city, gazetteer
from etl.places.gazetteer import MUNICIPALITIES, city_code_of, read_table

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


def test_every_code_and_name_of_the_small_tables_is_a_place() -> None:
    for table, column in (("areas", "code"), ("cnaps_areas", "place_code"), ("dialling", "city_code")):
        for row in read_table(f"{table}.csv"):
            assert gazetteer().get(row[column]) is not None, (table, row)
    for row in read_table("postcodes.csv"):
        assert gazetteer().get(row["city_code"], 2024) is not None, row
        assert city_code_of(row["city_code"]) == row["city_code"], row
    for row in read_table("aliases.csv"):
        assert row["name"] in [place.name for place in gazetteer().find(row["alias"], 2024)], row
    for row in read_table("doubtful.csv"):
        assert gazetteer().find(row["short_name"]), row
    for row in read_table("wordlike.csv"):
        assert gazetteer().find(row["short_name"]) or len(row["short_name"]) == 2, row
