"""Resolution measured on real lists: purchasers of notices, firm names. Banks: `test_resolve_banks_realdata.py`."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from etl.places import locate
from etl.resolve import looks_like_bank, resolve

pytestmark = pytest.mark.realdata


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


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
