"""Banks measured on real lists: class of legal persons, head offices by their licences, branches of one city."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from etl.places import gazetteer
from etl.resolve import resolve, resolve_many

pytestmark = pytest.mark.realdata

LABELS = Path(__file__).parent / "labels"
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


def test_the_class_of_a_legal_person_is_that_of_the_list_but_for_the_differences_told(shared_data: Path) -> None:
    rows = read(shared_data / "entities" / "bank_head_offices.csv")
    wanted = [
        (row["name"], CLASS_OF_LIST[row["class_by_name_rule"]])
        for row in rows
        if row["class_by_name_rule"] in CLASS_OF_LIST
    ]
    differ = {name for name, of_list in wanted if resolve(name, "bank").bank_class != of_list}
    assert len(wanted) == 4057
    assert differ == {row["name"] for row in read(LABELS / "banks_class_differences.csv")}
    assert len(differ) <= 0.005 * len(wanted)


def test_what_the_list_leaves_unclassed_is_classed_as_by_hand(shared_data: Path) -> None:
    labels = {row["name"]: row["class"] for row in read(LABELS / "banks_other_class.csv")}
    rows = read(shared_data / "entities" / "bank_head_offices.csv")
    names = [row["name"] for row in rows if row["class_by_name_rule"] not in CLASS_OF_LIST]
    assert len(names) == 253
    assert set(names) == set(labels)
    wrong = [(name, labels[name]) for name in names if (resolve(name, "bank").bank_class or "") != labels[name]]
    assert len(wrong) <= 0.03 * len(names), wrong


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


def test_branches_of_chengdu_are_in_chengdu_or_open(shared_data: Path) -> None:
    names = [row["name"] for row in read(shared_data / "entities" / "chengdu_bank_branches.csv")]
    found = list(resolve_many(names, "bank"))
    assert len(found) == 200
    assert {one.city for one in found} == {"成都市", None}
    assert sum(one.city == "成都市" for one in found) >= 191
    assert all(one.evidence for one in found)
