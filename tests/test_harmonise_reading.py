"""Which city a cell means: settled by the province, by the rest of the table or by the year, and never by luck."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.harmonise import Refused, Table, Unit, as_text, read_label, units
from etl.harmonise.units import effective_year

#: (city, province, year) of each row of a table; the first is asked about.
Rows = list[tuple[str, str, int]]


def first(rows: Rows) -> Unit | Refused:
    labels = [(read_label(as_text(city), province), year) for city, province, year in rows]
    return Table.of(labels).unit(*labels[0])


@pytest.mark.parametrize(
    ("city", "code"),
    [
        ("深圳", "440300"),
        ("深 圳\u200b市", "440300"),
        ("廣州", "440100"),
        ("广东省深圳市", "440300"),
        ("广东-深圳", "440300"),
        ("新疆伊犁", "654000"),
        ("恩施州", "422800"),
        ("Xi'an", "610100"),
        ("Shen zhen", "440300"),
        ("4403", "440300"),
        ("440300.0", "440300"),
        ("440300000000", "440300"),
        ("1101", "110000"),
        ("吉林市", "220200"),
        ("朝阳市", "211300"),
        ("朝阳", "211300"),
        ("海南州", "632500"),
        ("通辽", "150500"),
    ],
)
def test_a_city_is_read_by_any_of_its_forms(city: str, code: str) -> None:
    found = first([(city, "", 2015)])
    assert isinstance(found, Unit)
    assert found.code == code


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([("吉林", "吉林省", 2015)], "220200"),
        ([("吉林", "", 2015), ("长春", "", 2015)], "220200"),
        ([("海南", "青海", 2015)], "632500"),
        ([("海南", "63", 2015)], "632500"),
        ([("海南", "", 2015), ("海北", "", 2015), ("黄南", "", 2015)], "632500"),
        ([("suzhou", "anhui", 2015)], "341300"),
        ([("南宁", "", 2000), ("南宁", "", 2005)], "450100"),
        ([("伊犁", "", 2005)], "654000"),
        ([("铜仁市", "", 2005)], "520600"),
    ],
)
def test_a_shared_name_is_settled_by_what_stands_beside_it(rows: Rows, code: str) -> None:
    found = first(rows)
    assert isinstance(found, Unit)
    assert found.code == code


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([("吉林", "", 2015)], "ambiguous"),
        ([("吉林", "", 2015), ("长春", "", 2015), ("广东", "", 2015)], "ambiguous"),
        ([("海南", "", 2015), ("海口", "", 2015), ("西宁", "", 2015)], "ambiguous"),
        ([("朝阳", "", 2015), ("海淀区", "", 2015)], "ambiguous"),
        ([("suzhou", "", 2015), ("nanjing", "", 2015)], "ambiguous"),
        ([("南宁", "", 2000)], "ambiguous"),
        ([("海南", "海南省", 2015)], "province_level"),
        ([("广东", "", 2015)], "province_level"),
        ([("通州", "", 2015)], "county_level"),
        ([("深圳市南山区", "", 2015)], "county_level"),
        ([("深圳", "湖南", 2015)], "province_disagrees"),
        ([("深圳", "华东", 2015)], "unknown_place"),
        ([("深圳大学", "", 2015)], "unknown_place"),
        ([("香港", "", 2015)], "unknown_place"),
        ([("2015", "", 2015)], "unknown_place"),
        ([("巢湖市", "", 2015)], "not_in_force"),
        ([("", "", 2015)], "no_city"),
    ],
)
def test_what_stays_open_goes_to_review_with_a_reason(rows: Rows, reason: str) -> None:
    found = first(rows)
    assert isinstance(found, Refused)
    assert (found.reason, bool(found.detail)) == (reason, True)


def test_an_open_name_comes_with_what_it_may_be() -> None:
    found = first([("海南", "", 2015)])
    assert isinstance(found, Refused)
    assert {"460000 海南省", "632500 海南藏族自治州"} <= set(found.candidates)


def test_a_unit_keeps_itself_through_names_and_codes_and_ends_where_another_goes_on() -> None:
    assert units()["522400"] is units()["520500"]
    assert units()["460003"] is units()["469003"] is units()["460400"]
    assert units()["371200"] is not units()["370100"]
    assert units()["452100"] is not units()["451400"]
    assert effective_year(units()["371200"], 2018) == 2017


@given(
    st.one_of(st.text(max_size=30), st.floats(), st.integers(), st.none(), st.binary(max_size=5)), st.text(max_size=5)
)
def test_any_cell_is_read_or_refused(cell: object, province: str) -> None:
    label = read_label(as_text(cell), as_text(province))
    found = Table.of([(label, 2015)]).unit(label, 2015)
    assert isinstance(found, Unit) or found.detail
