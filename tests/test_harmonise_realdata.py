"""A real table of cities and years, by name, on the boundaries of 2020; and what two other lists say of the history."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pytest

import fincity
from etl.harmonise import units
from etl.harmonise.units import overlaps

pytestmark = pytest.mark.realdata

GDP = "gdp（亿元人民币）"
RATE = "第二产业占GDP比重"


@pytest.fixture(scope="module")
def statistics(shared_data: Path) -> pd.DataFrame:
    """GDP of 342 cities by name, 2000-2023, as it was published; the lines of the seller at its end are left out."""
    (path,) = (shared_data / "statistics").glob("*产业结构.xlsx")
    table = pd.read_excel(path, sheet_name="面板数据2000-2023", dtype=object)
    return table[table["年度标识"].notna()]


def test_the_national_sum_of_every_year_stays_and_what_is_refused_is_known(statistics: pd.DataFrame) -> None:
    found = fincity.harmonise(
        statistics, city="城市名称", year="年度标识", values={GDP: "sum", RATE: "mean"}, weights=GDP, boundary=2020
    )
    given = pd.to_numeric(statistics[GDP]).groupby(statistics["年度标识"].astype(int)).sum()
    refused = pd.to_numeric(found.unmatched[GDP]).groupby(found.unmatched["年度标识"].astype(int)).sum()
    kept = found.data.groupby("year")[GDP].sum()
    assert (kept.add(refused, fill_value=0) - given).abs().max() < 1e-6
    assert found.data["rows"].sum() + len(found.unmatched) == len(statistics) == 7974
    listed = found.unmatched.groupby(["城市名称", "reason"])["年度标识"].agg(["min", "max", "count"])
    assert {key: tuple(row) for key, row in zip(listed.index, listed.to_numpy().tolist(), strict=True)} == {
        ("巢湖市", "refused_split"): (2000, 2010, 11),
        ("吴忠市", "refused_split"): (2000, 2002, 3),
        ("固原市", "refused_split"): (2000, 2002, 3),
        ("伊犁地区", "in_whole"): (2000, 2000, 1),
    }
    flags = found.data[f"{GDP}_flag"].value_counts()
    assert flags.drop("as_is").to_dict() == {
        "boundary_changed": 188,
        "recoded": 46,
        "may_overlap": 23,
        "merged": 18,
        "renamed": 8,
        "part_missing": 3,
    }
    merged = found.data[found.data[f"{RATE}_flag"] == "weighted_mean"]
    assert set(merged["city"]) == {"济南市"}
    assert merged[RATE].between(0, 1).all()


def test_the_codes_of_the_table_lead_where_its_names_lead(statistics: pd.DataFrame) -> None:
    by_name, by_code = (
        fincity.harmonise(statistics, city=column, year="年度标识", values={GDP: "sum"})
        for column in ("城市名称", "城市代码")
    )
    both = by_name.data.merge(by_code.data, on=["city_code", "year"], how="outer", indicator=True)
    assert set(both["_merge"]) == {"both"}
    assert (both[f"{GDP}_x"] == both[f"{GDP}_y"]).all()


def test_prefectures_that_ended_went_where_another_list_says(shared_data: Path) -> None:
    with (shared_data / "places" / "prefecture_changes_2000_2024.csv").open(encoding="utf-8-sig") as file:
        changes = [row for row in csv.DictReader(file) if row["old_code"] not in ("320800", "420600", "530800")]
    assert len(changes) > 50
    for row in changes:
        last = int(row["end_year"]) - 1
        into = {units()[part.split()[0]] for part in row["successor_prefectures(counties)"].split("; ")}
        assert set(overlaps(last, last + 1)[units()[row["old_code"]]]) == into, row
