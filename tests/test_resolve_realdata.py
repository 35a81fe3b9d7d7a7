"""Resolution measured on real lists: classes and seats of banks, branches of one city, purchasers, firm names."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from etl.places import gazetteer, locate
from etl.resolve import looks_like_bank, resolve

pytestmark = pytest.mark.realdata

CLASS_OF_LIST = {
    "国有大型商业银行": "state_owned",
    "股份制商业银行": "joint_stock",
    "农村商业银行": "rural",
    "农村合作银行": "rural",
    "村镇银行": "village",
    "农村信用社": "credit_union",
    "外资银行": "foreign",
    "政策性/开发性": "policy",
}


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_class_of_bank_head_offices(shared_data: Path) -> None:
    rows = read(shared_data / "entities" / "bank_head_offices.csv")
    wanted = [
        (r["name"], CLASS_OF_LIST[r["class_by_name_rule"]]) for r in rows if r["class_by_name_rule"] in CLASS_OF_LIST
    ]
    wrong = [(name, cls) for name, cls in wanted if resolve(name, "bank").bank_class != cls]
    assert len(wanted) == 4057
    assert len(wrong) <= 0.01 * len(wanted), wrong


def test_head_office_city_of_every_decodable_licence(shared_data: Path) -> None:
    """Characters 8-11 of a licence are the prefecture of the head office; ten do not decode."""
    checked = 0
    for row in read(shared_data / "entities" / "commercial_banks_licence_regulator.csv"):
        code = row["cbirc_licence_no"][7:11] + "00"
        place = gazetteer().get(code) or gazetteer().get(code[:2] + "0000")
        if place is None or place.level == "province":
            continue
        found = resolve(row["bank"], "bank", year=2017)
        city = resolve(place.name, "place", year=2017).city_code if place.level != "municipality" else place.code
        assert found.city_code == city, (row, found)
        checked += 1
    assert checked >= 123


def test_branches_of_chengdu(shared_data: Path) -> None:
    found = [resolve(r["name"], "bank") for r in read(shared_data / "entities" / "chengdu_bank_branches.csv")]
    assert {f.city for f in found} == {"成都市", None}
    assert sum(f.city == "成都市" for f in found) >= 191
    assert all(f.evidence for f in found)


def test_purchasers_of_labelled_notices(shared_data: Path) -> None:
    """City and class of the hand labels; the labels call the central bank and everything that is no bank `other`."""
    rows = read(shared_data / "notices" / "banks" / "labels.csv")
    cities = classes = 0
    for row in rows:
        name = row["purchaser"]
        found = resolve(name, "bank" if looks_like_bank(name) else "body")
        as_labelled = {None: "other", "central": "other", "credit_union": "rural"}
        cities += (found.city or "") == row["purchaser_city"]
        classes += as_labelled.get(found.bank_class, found.bank_class) == row["bank_class"]
    assert cities >= 0.9 * len(rows), f"{cities} of {len(rows)}"
    assert classes >= 0.97 * len(rows), f"{classes} of {len(rows)}"


def test_the_place_in_a_listed_firms_name_is_its_registered_city(shared_data: Path) -> None:
    """Where name and registered address both give a city they agree; 重庆丰华 sits in 上海."""
    rows = read(shared_data / "entities" / "listed_company_addresses_by_year.csv")
    same, differ = 0, set()
    for name, address, year in sorted({(r["full_name"], r["registered_address"], int(r["fiscal_year"])) for r in rows}):
        by_address, by_name = locate(address, year).city_code, resolve(name, "firm", year=year).city_code
        if by_address and by_name:
            same += by_address == by_name
            differ |= {name} if by_address != by_name else set()
    assert same >= 900
    assert differ <= {"重庆丰华集团股份有限公司"}
