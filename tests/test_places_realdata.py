"""The gazetteer against independent lists, and addresses of listed companies."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from pathlib import Path

import pytest

from etl.places import cnaps_city, gazetteer, locate
from etl.places.gazetteer import MUNICIPALITIES

pytestmark = pytest.mark.realdata


def read(path: Path, delimiter: str = ",") -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


def prefectures(year: int) -> dict[str, str]:
    return {p.code: p.name for p in gazetteer().in_force(year) if p.level == "prefecture"}


@pytest.mark.parametrize("year", [2008, 2009, 2010, 2011, 2013, 2014, 2015, 2016])
def test_prefectures_equal_gb2260(shared_data: Path, year: int) -> None:
    rows = read(shared_data / "places" / "gb2260" / f"{year}12.tsv", "\t")
    listed = {r["Code"] for r in rows if r["Code"].endswith("00") and not r["Code"].endswith("0000")}
    # gb2260 has 三沙市 (460300) a year before it was founded in July 2012.
    assert listed - ({"460300"} if year == 2011 else set()) == set(prefectures(year))


def test_prefectures_of_2024_equal_the_list_of_cities(shared_data: Path) -> None:
    rows = read(shared_data / "places" / "prefecture_level_cities.csv")
    listed = {
        r["city_adcode"]: r["city_name"] for r in rows if r["year"] == "2024" and r["admin_level"] == "prefecture"
    }
    assert listed
    ours = prefectures(2024)
    assert {code: ours.get(code) for code in listed} == listed


def test_prefectures_per_year(shared_data: Path) -> None:
    units = [r for r in area_codes(shared_data) if r["级别"] == "地级"]
    listed = {year: {r["代码"] for r in units if stands(r, year)} for year in range(2000, 2025)}
    assert {year: set(prefectures(year)) for year in listed} == listed
    counts = {year: len(codes) for year, codes in listed.items()}
    assert (counts[2008], counts[2011], counts[2015]) == (333, 332, 334)
    assert {counts[year] for year in range(2018, 2025)} == {333}


def area_codes(shared_data: Path) -> list[dict[str, str]]:
    rows = read(shared_data / "places" / "areacodes_1981_2024.csv")
    return [row for row in rows if row["代码"][:2] not in {"71", "81", "82"}]


def stands(row: dict[str, str], year: int) -> bool:
    return int(row["启用时间"]) <= year and (not row["变更/弃用时间"] or year < int(row["变更/弃用时间"]))


def test_every_county_lies_in_the_prefecture_the_list_puts_it_under_in_every_year(shared_data: Path) -> None:
    for row in area_codes(shared_data):
        under, code = row["二级行政区"], row["代码"]
        alone = under == "直辖" and code[:2] + "0000" not in MUNICIPALITIES
        name = row["名称"] if alone else row["一级行政区"] if under == "直辖" else under
        for year in range(2000, 2025):
            if row["级别"] == "县级" and stands(row, year):
                parent = gazetteer().parent(code, year)
                assert parent is not None, (row, year)
                assert name in (parent.name, parent.short_name), (row, year)


def test_a_county_that_ended_lies_where_the_units_that_followed_it_lie(shared_data: Path) -> None:
    rows = [r for r in area_codes(shared_data) if r["级别"] == "县级"]
    ended = [r for r in rows if r["变更/弃用时间"] and int(r["变更/弃用时间"]) >= 2000]
    standing = {(r["代码"], year) for r in rows for year in range(2000, 2025) if stands(r, year)}
    assert len(ended) > 900
    for row in ended:
        year = int(row["变更/弃用时间"])
        followed = re.findall(r"(\d{6})(?!\[|\d)", row["新代码"])
        cities = {city for code in followed for city in gazetteer().cities_of(code, year)}
        if (row["代码"], year) not in standing:  # else a mere change of name
            assert set(gazetteer().cities_of(row["代码"], year)) == cities, row


def test_seats_lie_within_the_outline_of_their_city(shared_data: Path) -> None:
    outlines = json.loads((shared_data / "places" / "prefectures_370.geojson").read_text(encoding="utf-8"))
    checked = 0
    for feature in outlines["features"]:
        facts = gazetteer().facts(feature["properties"]["adcode"])
        if facts is not None and feature["properties"]["adcode"] != "460300":  # the outline is of single islands
            shape = feature["geometry"]
            parts = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
            assert any(inside(facts.lon, facts.lat, part[0]) for part in parts), feature["properties"]
            checked += 1
    assert checked > 330


def inside(x: float, y: float, ring: list[list[float]]) -> bool:
    """Whether a point lies in a ring: a line to its right crosses the ring an odd number of times."""
    crossings = 0
    for (x0, y0, *_), (x1, y1, *_) in zip(ring, ring[1:] + ring[:1], strict=True):
        crossings += (y0 > y) != (y1 > y) and x < (x1 - x0) * (y - y0) / (y1 - y0) + x0
    return crossings % 2 == 1


def test_ranks_and_agglomerations_equal_the_method_specification(shared_root: Path) -> None:
    for row in read(shared_root / "reference" / "cities_prefecture.csv"):
        facts = gazetteer().facts(row["code"])
        assert facts is not None
        expected = (row["admin_rank"], float(row["admin_weight_s000"]), row["sub_provincial"] == "1")
        assert (facts.admin_rank, facts.admin_weight, facts.sub_provincial) == expected, row
    members = read(shared_root / "reference" / "city_groups_members.csv")
    for name, chosen in (
        ("plan", "group"),
        ("default_196", "default_196"),
        ("excluded_196", "named_exclusion_in_s004"),
    ):
        ours = {group.name: len(group.members) for group in gazetteer().agglomerations(name) if group.members}
        assert ours == dict(Counter(row["group"] for row in members if row[chosen] != "0")), name


def test_regions_equal_the_method_specification(shared_root: Path) -> None:
    for row in read(shared_root / "reference" / "cities_prefecture.csv"):
        place = gazetteer().get(row["code"])
        assert place is not None, row
        assert (place.region4_nbs, place.region3_traditional) == (row["region4_nbs"], row["region3_traditional"]), row


def test_changes_of_prefectures_equal_the_list_of_changes(shared_data: Path) -> None:
    for row in read(shared_data / "places" / "prefecture_changes_2000_2024.csv"):
        end = int(row["end_year"])
        old = next(p for p in gazetteer().find(row["old_name"]) if p.code == row["old_code"])
        assert old.valid_to == end - 1
        listed = {part.split()[0] for part in row["successor_prefectures(counties)"].split(";")}
        assert set(old.successors) == listed, row


def test_addresses_of_listed_companies(shared_data: Path) -> None:
    """At least 99 % of the addresses that name a place get a city, and never one outside the place named first."""
    rows = read(shared_data / "entities" / "listed_company_addresses_by_year.csv")
    columns = ("registered_address", "office_address")
    addresses = sorted({(row[column], int(row["fiscal_year"])) for row in rows for column in columns})
    cities = {p.name: p.code for p in gazetteer().in_force(2021)}
    short = {name.removesuffix("市") for name in cities} | {p.short_name for p in gazetteer().provinces()}
    counties = {r["名称"] for r in area_codes(shared_data) if r["级别"] == "县级" and len(r["名称"]) > 2}
    named = located = 0
    for address, year in addresses:
        found = locate(address, year, address=True)
        first = min(((address.find(name), code) for name, code in cities.items() if name in address[:14]), default=None)
        if first and found.city_code:
            assert found.city_code == first[1], address
        if first or any(name in address[:10] for name in short) or any(name in address for name in counties):
            named, located = named + 1, located + bool(found.city_code)
    assert named > 8000
    assert located / named >= 0.99, f"{located} of {named}"


def test_areas_of_bank_numbers(shared_data: Path) -> None:
    """The table agrees with the list; and `locate` finds at least 99 % of the areas by name, none in a wrong city."""
    rows = read(shared_data / "entities" / "cnaps_area_to_prefecture.csv")
    in_scope = [
        r for r in rows if r["province"] not in {"香港特别行政区", "澳门特别行政区"} and r["area_name"] != "巢湖市"
    ]
    located = 0
    for row in in_scope:
        listed = row["prefecture_2024_derived"].removeprefix("省直辖:")
        code = cnaps_city(row["cnaps_area_code"], 2024)
        assert code is not None, row
        assert listed in ("", name_of(code)), row
        found = locate(row["area_name"], 2024, row["province"]).city_code
        assert found in (None, code), row
        located += found is not None
    assert located / len(in_scope) >= 0.99


def name_of(code: str) -> str:
    place = gazetteer().get(code, 2024)
    return place.name if place else ""
