"""The gazetteer against independent lists, and addresses of listed companies."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from etl.places import gazetteer, locate

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
    counts = {year: len(prefectures(year)) for year in range(2000, 2025)}
    assert (counts[2008], counts[2011], counts[2015]) == (333, 332, 334)
    assert {counts[year] for year in range(2018, 2025)} == {333}


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
    """At least 99 % of the addresses that name a place we know get a city, in the province they name."""
    rows = read(shared_data / "entities" / "listed_company_addresses_by_year.csv")
    addresses = sorted({(r["registered_address"], int(r["fiscal_year"])) for r in rows})
    provinces = {p.name: p.code for p in gazetteer().provinces()}
    named = located = 0
    for address, year in addresses:
        province = next((code for name, code in provinces.items() if address.startswith(name)), None)
        if province is None:
            continue
        found = locate(address, year)
        named, located = named + 1, located + bool(found.city_code)
        assert found.city_code is None or found.city_code[:2] == province[:2], address
    assert named > 1000
    assert located / named >= 0.99, f"{located} of {named}"
