"""The panel: every place and year has a row; zero, lower bound and unknown stay apart; cities add up."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

import fincity
from db.home import Home
from etl.errors import UsageError
from etl.records.rows import ObservationRow
from fincity.reader.panel import COLUMNS
from tests.make_release import (
    BEIJING,
    GUANGDONG,
    GUANGZHOU,
    SHANGHAI,
    SHENZHEN,
    UNALLOCATED,
    make_release,
    observations,
)

CITIES = 337  # 333 prefecture-level units and 4 municipalities


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return make_release(tmp_path_factory.mktemp("panel") / "home")


def cell(frame: pd.DataFrame, city: str, year: int) -> pd.Series:
    (number,) = frame.index[(frame["city_code"] == city) & (frame["year"] == year)]
    return frame.loc[number]


def test_every_place_has_a_row_for_every_year_that_was_looked_at(home: Home) -> None:
    frame = fincity.panel("fintech_deals_bought", home=home)
    assert list(frame.columns) == list(COLUMNS)
    assert set(frame["year"]) == {2023, 2024}
    assert len(frame) == 2 * (CITIES + 1)
    assert list(frame["city_code"].unique()) == sorted(frame["city_code"].unique())


def test_a_year_between_two_that_were_looked_at_is_there_and_empty(tmp_path: Path) -> None:
    early = [replace(row, year=row.year - 2) for row in observations() if row.year == 2024]
    late = [row for row in observations() if row.year == 2024]
    home = make_release(tmp_path / "home", {"observation": [*early, *late]})
    frame = fincity.panel("digital_term_hits", cities="上海", home=home)
    assert list(frame["year"]) == [2022, 2023, 2024]
    assert list(frame["value"].fillna(-1)) == [2, -1, 2]
    assert "not looked" in frame.loc[1, "reason"]


def test_zero_is_not_unknown(home: Home) -> None:
    frame = fincity.panel("fintech_deals_bought", years="2021-2024", home=home)
    queried, half, never, outside = (cell(frame, BEIJING, year) for year in (2024, 2023, 2022, 2021))
    assert (queried["value"], queried["completeness"]) == (0, 1)
    assert (half["value"], half["completeness"], half["reason"]) == (
        0,
        0.5,
        "synthetic data; demo_ccgp result: 180 not_looked",
    )
    assert (pd.isna(never["value"]), never["completeness"], never["reason"]) == (
        True,
        0,
        "synthetic data; 365 not_looked",
    )
    assert (pd.isna(outside["value"]), outside["completeness"]) == (True, 0)
    assert "not looked" in outside["reason"]


def test_cities_and_unallocated_make_the_country(home: Home) -> None:
    sold = fincity.panel("fintech_deals_sold", years=2024, home=home)
    assert sold["value"].sum() == 3
    assert cell(sold, UNALLOCATED, 2024)["value"] == 1
    assert sold["value"].sum() == fincity.panel("fintech_deals_bought", years=2024, home=home)["value"].sum()


def test_cities_by_name_or_code_and_in_the_order_of_their_codes(home: Home) -> None:
    frame = fincity.panel("fintech_deals_bought", years=2024, cities=["深圳", "110100", "广州市"], home=home)
    assert list(frame["city_code"]) == [BEIJING, GUANGZHOU, SHENZHEN]
    assert list(frame["value"]) == [0, 1, 2]


def test_the_wide_form_has_a_row_a_city_year_and_the_same_numbers(home: Home) -> None:
    long = fincity.panel(theme="fintech", years="2023-2024", home=home)
    wide = fincity.panel(theme="fintech", years="2023-2024", wide=True, home=home)
    assert len(wide) == 2 * (CITIES + 1)
    for name in ("value", "completeness"):
        suffix = "" if name == "value" else "_completeness"
        pivot = long.pivot(index=["city_code", "year"], columns="indicator", values=name)
        for code in pivot:
            again = wide.set_index(["city_code", "year"])[f"{code}{suffix}"]
            pd.testing.assert_series_equal(pivot[code], again, check_names=False)


def test_a_basis_that_was_not_asked_for_is_left_out_with_a_reason(home: Home) -> None:
    frame = fincity.panel("fintech_deals_bought", years=2024, basis="derived", cities="深圳", home=home)
    assert pd.isna(frame.loc[0, "value"])
    assert frame.loc[0, "reason"] == "synthetic data; left out: the value is observed, asked for derived"


def test_provinces_are_summed_over_their_cities(home: Home) -> None:
    frame = fincity.panel("fintech_deals_bought", years="2022-2024", level="province", home=home)
    assert len(frame) == 3 * 31
    assert cell(frame, GUANGDONG, 2024)[["value", "completeness", "basis"]].to_list() == [3, 1, "derived"]
    assert cell(frame, GUANGDONG, 2024)["reason"].startswith("synthetic data; from 21 cities, 21 of them complete")
    assert cell(frame, GUANGDONG, 2023)[["value", "completeness"]].to_list() == [0, 0.5]
    assert pd.isna(cell(frame, GUANGDONG, 2022)["value"])
    assert cell(frame, BEIJING, 2024)[["value", "basis"]].to_list() == [0, "observed"]


def test_a_province_that_reports_itself_keeps_its_own_number(home: Home) -> None:
    frame = fincity.panel("digital_term_hits", level="province", home=home)
    assert (len(frame), frame["value"].notna().sum()) == (31, 2)
    assert cell(frame, GUANGDONG, 2024)["value"] == 3
    assert cell(frame, SHANGHAI, 2024)["value"] == 2


def test_a_ratio_of_a_province_divides_sums_and_knows_where_there_is_nothing_to_divide(home: Home) -> None:
    frame = fincity.panel("fintech_amount_bought_known_share", years="2023-2024", level="province", home=home)
    assert cell(frame, GUANGDONG, 2024)["value"] == float(f"{2 / 3:.12g}")
    assert cell(frame, GUANGDONG, 2024)["completeness"] == 1
    without = cell(frame, "330000", 2024)
    assert (pd.isna(without["value"]), without["reason"]) == (True, "synthetic data; nothing to take a share of")


def test_a_province_with_one_city_missing_is_a_lower_bound(tmp_path: Path) -> None:
    def blinded(row: ObservationRow) -> ObservationRow:
        here = (row.indicator, row.city_code, row.year) == ("fintech_deals_bought", SHENZHEN, 2024)
        return replace(row, value=None, completeness=0.0, reason="blocked") if here else row

    home = make_release(tmp_path / "home", {"observation": [blinded(row) for row in observations()]})
    found = cell(fincity.panel("fintech_deals_bought", years=2024, level="province", home=home), GUANGDONG, 2024)
    assert found["value"] == 1
    assert found["completeness"] == float(f"{20 / 21:.12g}")
    assert found["reason"].startswith("synthetic data; from 21 cities, 20 of them complete")


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ({"indicators": "fintech_deals"}, "unknown indicator"),
        ({"theme": "finteck"}, "did you mean fintech"),
        ({"years": "2024-2019"}, "reversed"),
        ({"cities": "深训市"}, "did you mean 深圳市"),
        ({"level": "county"}, "no level 'county'; use city or province"),
        ({"basis": "guessed"}, "use observed or derived or interpolated"),
        ({"boundary": 1999}, "has no boundary '1999'; use 2020"),
    ],
)
def test_what_is_unknown_is_refused_with_what_there_is(home: Home, asked: dict[str, str], answer: str) -> None:
    with pytest.raises(UsageError, match=answer):
        fincity.panel(**asked, home=home)  # type: ignore[arg-type]
