"""Harmonising a table: what is added, averaged, refused and marked, and that nothing is lost."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import fincity
from etl.errors import UsageError
from etl.harmonise import FLAGS, Unit, units
from etl.places import gazetteer

JINAN, LAIWU, HEFEI, CHAOHU = "370100", "371200", "340100", "341400"
SHARES = {(CHAOHU, "340100"): 0.5, (CHAOHU, "340200"): 0.3, (CHAOHU, "340500"): 0.2}


def table(*rows: tuple[Any, ...]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["city", "year", "gdp", "rate", "people"][: len(rows[0])])


def harmonised(*rows: tuple[Any, ...], **options: Any) -> fincity.own.Outcome:
    return fincity.harmonise(table(*rows), **{"values": {"gdp": "sum"}, **options})


def only(outcome: fincity.own.Outcome) -> dict[str, Any]:
    """The one row there is, and nothing refused."""
    assert len(outcome.unmatched) == 0
    (row,) = outcome.data.to_dict("records")
    return {str(name): cell for name, cell in row.items()}


def refusals(outcome: fincity.own.Outcome) -> list[tuple[int, str]]:
    return list(zip(outcome.unmatched["row"], outcome.unmatched["reason"], strict=True))


def test_a_city_that_did_not_change_stands_as_it_was_given() -> None:
    row = only(harmonised(("深圳", 2010, 5)))
    assert (row["city_code"], row["city"], row["province"], row["year"]) == ("440300", "深圳市", "广东省", 2010)
    assert (row["gdp"], row["gdp_flag"], row["rows"], row["reason"]) == (5, "as_is", 1, "")


@pytest.mark.parametrize(
    ("city", "year", "code", "flag"),
    [
        ("襄樊市", 2005, "420600", "renamed"),
        ("襄阳市", 2005, "420600", "as_is"),
        ("毕节地区", 2005, "520500", "recoded"),
        ("522400", 2005, "520500", "recoded"),
        ("520500", 2005, "520500", "as_is"),
        ("昌都地区", 2010, "540300", "recoded"),
        ("海东", 2010, "630200", "as_is"),
        ("310100", 2010, "310000", "recoded"),
        (310000.0, 2010, "310000", "as_is"),
        ("儋州市", 2010, "460400", "as_is"),
        ("仙桃", 2010, "429004", "as_is"),
        ("公主岭市", 2010, None, "county_level"),
    ],
)
def test_names_and_codes_of_any_year_lead_to_the_city_of_the_boundary_year(
    city: object, year: int, code: str | None, flag: str
) -> None:
    found = harmonised((city, year, 1))
    if code is None:
        assert refusals(found) == [(1, flag)]
    else:
        row = only(found)
        assert (row["city_code"], row["gdp_flag"]) == (code, flag)


def test_a_merger_adds_sums_and_weighs_means() -> None:
    row = only(
        harmonised(
            ("济南市", 2015, 60, 0.2, 3),
            ("莱芜市", 2015, 7, 0.6, 1),
            values={"gdp": "sum", "rate": "mean", "people": "first"},
            weights="people",
        )
    )
    assert (row["city_code"], row["gdp"], row["rows"]) == (JINAN, 67, 2)
    assert math.isclose(row["rate"], (0.2 * 3 + 0.6) / 4)
    assert row["people"] == 3
    assert (row["gdp_flag"], row["rate_flag"], row["people_flag"]) == ("merged", "weighted_mean", "main_part")
    assert row["reason"] == "made from 济南市, 莱芜市"


def test_a_mean_of_several_cities_without_weights_is_refused_with_a_remedy() -> None:
    rows = [("济南", 2015, 60, 0.2, 3), ("莱芜", 2015, 7, 0.6, None)]
    with pytest.raises(UsageError, match=r"rate: 济南市 and 莱芜市 are one city in 2015 .* needs weights"):
        harmonised(*rows, values={"rate": "mean"})
    row = only(harmonised(*rows, values={"rate": "mean"}, weights="people"))
    assert math.isnan(row["rate"])
    assert (row["rate_flag"], "no weight for 莱芜市" in row["reason"]) == ("missing", True)
    assert only(harmonised(rows[0], values={"rate": "mean"}))["rate"] == 0.2


def test_a_part_that_is_missing_is_marked_and_the_rest_is_kept() -> None:
    alone = only(harmonised(("济南", 2015, 60)))
    assert (alone["gdp"], alone["gdp_flag"]) == (60, "part_missing")
    assert alone["reason"] == "without 莱芜市, of which there is no row"
    empty = only(harmonised(("济南", 2015, 60), ("莱芜", 2015, None)))
    assert (empty["gdp"], empty["gdp_flag"]) == (60, "part_missing")
    assert "no value for 莱芜市" in empty["reason"]


def test_a_split_is_refused_and_the_cities_that_gained_are_marked() -> None:
    found = harmonised(("巢湖市", 2010, 6), ("合肥市", 2010, 27))
    assert refusals(found) == [(1, "refused_split")]
    assert "合肥市 (居巢区, 庐江县)" in found.unmatched["detail"][0]
    assert found.unmatched["gdp"].to_list() == [6]
    assert found.data[["gdp", "gdp_flag"]].values.tolist() == [[27, "boundary_changed"]]
    assert found.data["reason"][0] == "without 居巢区, 庐江县, then in 巢湖市"


def test_a_split_by_shares_keeps_the_total_and_says_so() -> None:
    found = harmonised(("巢湖市", 2010, 10), ("合肥市", 2010, 27), ("巢湖市", 2005, None), shares=SHARES)
    assert len(found.unmatched) == 0
    in_2010 = found.data[found.data["year"] == 2010]
    assert in_2010[["city", "gdp", "gdp_flag"]].values.tolist() == [
        ["合肥市", 32, "by_share"],
        ["芜湖市", 3, "part_missing"],
        ["马鞍山市", 2, "part_missing"],
    ]
    assert in_2010["reason"].iloc[0].startswith("0.5 of 巢湖市 by the rule given; made from 合肥市, 巢湖市")


def test_a_unit_that_gave_counties_to_a_later_prefecture_is_refused() -> None:
    found = harmonised(("吴忠市", 2002, 100), ("吴忠市", 2003, 60), ("中卫市", 2003, 45), ("中卫市", 2002, 1))
    assert refusals(found) == [(1, "refused_split"), (4, "not_in_force")]
    assert "中卫市 stands from 2003 on" in found.unmatched["detail"][1]


def test_counties_that_moved_between_standing_cities_leave_a_mark_on_both() -> None:
    found = harmonised(("四平", 2019, 3), ("长春", 2019, 9), ("四平", 2020, 2))
    assert found.data[["city", "year", "gdp_flag", "reason"]].values.tolist() == [
        ["长春市", 2019, "boundary_changed", "without 公主岭市, then in 四平市"],
        ["四平市", 2019, "boundary_changed", "with 公主岭市, which is in 长春市 in 2020"],
        ["四平市", 2020, "as_is", ""],
    ]


def test_a_city_that_ended_is_not_added_to_one_that_already_holds_it() -> None:
    found = harmonised(("济南", 2020, 100), ("莱芜", 2020, 7))
    assert found.data["gdp"].to_list() == [100]
    assert refusals(found) == [(2, "not_in_force")]
    assert "its area is in 370100 济南市, as are its figures" in found.unmatched["detail"][0]


def test_a_part_is_not_added_to_the_whole_whose_figures_hold_it() -> None:
    rows = (("伊犁州", 2000, 200), ("伊犁地区", 2000, 74), ("塔城地区", 2000, 84))
    found = harmonised(*rows)
    assert found.data[["city", "gdp", "gdp_flag", "reason"]].values.tolist() == [
        ["伊犁哈萨克自治州", 200, "may_overlap", "may hold 塔城地区, 阿勒泰地区, as some statistics state it"],
        ["塔城地区", 84, "as_is", ""],
    ]
    assert refusals(found) == [(2, "in_whole")]
    assert found.unmatched["detail"][0] == "the figures of 伊犁哈萨克自治州 in 2000 hold those of 伊犁地区"
    assert harmonised(*rows, boundary=2000).data["gdp"].to_list() == [200, 74, 84]
    assert only(harmonised(rows[1]))["gdp_flag"] == "part_missing"  # without 奎屯市, which 伊犁州 governed itself


def test_statistics_of_the_year_before_a_change_are_on_its_old_boundaries() -> None:
    row = only(harmonised(("济南", 2018, 78), ("莱芜", 2018, 10)))
    assert (row["gdp"], row["reason"]) == (88, "made from 济南市, 莱芜市; stated on the boundaries of 2017")


def test_older_boundaries_refuse_what_cannot_be_taken_apart() -> None:
    found = harmonised(("济南", 2020, 100), ("海口", 2020, 5), ("三沙", 2015, 1), ("襄阳", 2020, 4), boundary=2008)
    assert [(row, why) for row, why in refusals(found)] == [(1, "refused_split"), (3, "refused_split")]
    assert found.unmatched["detail"][0] == "济南市 holds what is 莱芜市 (莱城区, 钢城区) on the boundaries of 2008"
    assert found.data[["city", "gdp_flag"]].values.tolist() == [["襄樊市", "renamed"], ["海口市", "as_is"]]


def test_two_rows_of_one_city_and_year_are_an_error_that_names_them() -> None:
    with pytest.raises(UsageError, match=r"rows 1 and 3 \(襄樊市 and 襄阳, 2010\): keep one of each"):
        harmonised(("襄樊市", 2010, 1), ("深圳", 2010, 1), ("襄阳", 2010, 2))


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (("深圳", None, 1), "no_year"),
        (("深圳", "FY10", 1), "no_year"),
        (("深圳", 20100, 1), "no_year"),
        (("深圳", True, 1), "no_year"),
        ((None, 2010, 1), "no_city"),
        (("  ", 2010, 1), "no_city"),
        (("全国", 2010, 1), "unknown_place"),
        (("<b>深圳</b>", 2010, 1), "unknown_place"),
        (("深" * 10_000, 2010, 1), "unknown_place"),
        ((999999, 2010, 1), "unknown_place"),
        (("广东省", 2010, 1), "province_level"),
        (("440000", 2010, 1), "province_level"),
        (("深圳", 2010, "--"), "not_a_number"),
        (("深圳", 2010, math.inf), "not_a_number"),
        (("深圳", 2010, True), "not_a_number"),
        (("三沙", 2005, 1), "not_in_force"),
    ],
)
def test_what_cannot_be_used_is_listed_with_its_reason(row: tuple[Any, ...], reason: str) -> None:
    found = harmonised(row, ("广州", 2010, 1))
    assert refusals(found) == [(1, reason)]
    assert found.unmatched["detail"][0]
    assert len(found.data) == 1


@pytest.mark.parametrize(
    "year", [2010, 2010.0, "2010", "2010年", "2010.0", "２０１０", pd.Timestamp(2010, 12, 31), "2010-12-31"]
)
def test_a_year_may_be_written_in_many_ways(year: object) -> None:
    assert only(harmonised(("深圳", year, "1,234.5")))["year"] == 2010


def test_an_empty_value_is_missing_and_years_beyond_the_tables_stand_on_the_nearest() -> None:
    assert only(harmonised(("深圳", 2010, None)))["gdp_flag"] == "missing"
    assert only(harmonised(("深圳", 2031, 1)))["city"] == "深圳市"
    assert only(harmonised(("巢湖地区", 1996, 1), boundary=2005))["city"] == "巢湖市"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"city": "citi"}, "no column 'citi'; did you mean 'city'"),
        ({"values": {"gdp": "median"}}, "gdp: no kind 'median'; use sum, mean, first"),
        ({"values": ["gdp"]}, r"values: say how cities are put together: \{'gdp': 'sum'\}"),
        ({"values": {}}, "no values"),
        ({"values": {"year": "sum"}}, "'year' is a column of the result"),
        ({"boundary": 1990}, "boundary 1990: give a year from 1999 to 2024"),
        ({"boundary": "2020"}, "boundary '2020'"),
        ({"shares": {(CHAOHU, HEFEI): 0.5}}, "add up to 0.5; make it 1"),
        ({"shares": {(CHAOHU, HEFEI): 2.0}}, "no part between 0 and 1"),
        ({"shares": {("999999", HEFEI): 1.0}}, "'999999' is no code of a city"),
        ({"shares": {(CHAOHU, LAIWU): 1.0}}, "371200 莱芜市 is no city on the boundaries of 2020"),
    ],
)
def test_a_wrong_call_is_told_in_one_line(options: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=message) as told:
        harmonised(("深圳", 2010, 1), **options)
    assert "\n" not in str(told.value)


def test_an_indicator_of_the_catalogue_needs_no_kind() -> None:
    rows = pd.DataFrame({"city": ["济南", "莱芜"], "year": 2015, "fintech_deals_bought": [1, 2]})
    assert fincity.harmonise(rows, values=["fintech_deals_bought"]).data["fintech_deals_bought"].to_list() == [3]


def test_an_empty_table_gives_an_empty_table() -> None:
    found = fincity.harmonise(table(("深圳", 2010, 1)).iloc[:0], values={"gdp": "sum"})
    assert (len(found.data), len(found.unmatched)) == (0, 0)


CITIES = sorted(set(units().values()), key=lambda unit: unit.code)
#: One value a city and year, and which of its names and codes the row bears.
CELLS = st.dictionaries(
    st.tuples(st.sampled_from(CITIES), st.integers(1999, 2024)),
    st.tuples(st.integers(0, 5), st.one_of(st.none(), st.integers(0, 10**6), st.just("n/a"))),
    max_size=30,
)


@settings(max_examples=60, deadline=None)
@given(CELLS, st.sampled_from([2000, 2010, 2020]), st.booleans())
def test_nothing_is_lost_whatever_the_table(
    cells: dict[tuple[Unit, int], tuple[int, object]], boundary: int, shared: bool
) -> None:
    forms = {unit: [form for p in unit.places for form in (p.code, p.name, int(p.code))] for unit, _ in cells}
    given = [(forms[unit][at % len(forms[unit])], year, value) for (unit, year), (at, value) in cells.items()]
    rows = pd.DataFrame(given, columns=["city", "year", "gdp"], dtype=object)
    shared = shared and boundary == 2020  # else 巢湖市 stands and there is nothing to share out
    found = fincity.harmonise(rows, values={"gdp": "sum"}, boundary=boundary, shares=SHARES if shared else None)
    numbers = [value for value in rows["gdp"] if isinstance(value, int)]
    refused = [value for value in found.unmatched["gdp"] if isinstance(value, int)]
    assert math.isclose(math.fsum(found.data["gdp"].dropna()), sum(numbers) - sum(refused), abs_tol=1e-6)
    if not shared:
        assert found.data["rows"].sum() + len(found.unmatched) == len(rows)
    assert set(found.data["city_code"]) <= {place.code for place in gazetteer().places() if place.in_force(boundary)}
    assert set(found.data["gdp_flag"]) <= set(FLAGS)
    assert not found.data.duplicated(["city_code", "year"]).any()
    assert found.unmatched["reason"].all()
    assert found.unmatched["detail"].all()
