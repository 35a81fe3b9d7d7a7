"""What people may write for years, cities and indicators, and what they are told when it is wrong."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.errors import UsageError
from fincity.reader.selection import FIRST_YEAR, LAST_YEAR, choose_indicators, find_places, parse_years, split

YEARS = st.integers(FIRST_YEAR, LAST_YEAR)
PLACES = [
    {"code": "220000", "name": "吉林省", "short_name": "吉林", "province": "吉林省"},
    {"code": "220200", "name": "吉林市", "short_name": "吉林", "province": "吉林省"},
    {"code": "110000", "name": "北京市", "short_name": "北京", "province": "北京市"},
]


@given(YEARS, YEARS)
def test_a_range_holds_every_year_from_first_to_last_and_a_reversed_one_is_refused(first: int, last: int) -> None:
    if first <= last:
        assert parse_years(f"{first}-{last}") == list(range(first, last + 1))
    else:
        with pytest.raises(UsageError, match=f"reversed: write {last}-{first}"):
            parse_years(f"{first}-{last}")


@given(st.sets(YEARS, min_size=1))
def test_years_come_out_ascending_however_they_are_given(years: set[int]) -> None:
    assert parse_years(list(years)) == parse_years(tuple(sorted(years, reverse=True))) == sorted(years)


@given(st.text(max_size=12).filter(lambda text: not any(map(str.isdigit, text))))
def test_any_other_text_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(UsageError, match="2015-2020"):
        parse_years(text)


@pytest.mark.parametrize("years", ["1900-2000", 1900, [2020, 3000]])
def test_years_out_of_reach_are_refused(years: str | int | list[int]) -> None:
    with pytest.raises(UsageError, match="out of reach"):
        parse_years(years)


def test_lists_may_be_separated_by_commas_of_either_kind() -> None:
    assert split(["深圳,广州", "上海，北京"]) == ["深圳", "广州", "上海", "北京"]


def test_cities_are_found_by_code_and_name_and_municipalities_by_either_code() -> None:
    assert find_places(["220200", "吉林省", "北京", "110100"], PLACES) == ["220200", "220000", "110000", "110000"]


def test_an_ambiguous_name_lists_the_codes() -> None:
    with pytest.raises(UsageError, match="several places: 220000 吉林省, 220200 吉林省; give the code"):
        find_places(["吉林"], PLACES)


def test_an_unknown_city_names_close_matches() -> None:
    with pytest.raises(UsageError, match="did you mean 吉林, 吉林省, 吉林市"):
        find_places(["吉林州"], PLACES)


def test_indicators_come_in_catalogue_order_and_a_theme_adds_its_own() -> None:
    codes = [one.code for one in choose_indicators(["fintech_deals_sold"], "digital")]
    assert codes == ["digital_term_hits", "digital_term_hits_per_10k", "fintech_deals_sold"]
    with pytest.raises(UsageError, match="fintech_deals_bought"):
        choose_indicators(["fintech_deals_bougth"], None)
    with pytest.raises(UsageError, match="fintech"):
        choose_indicators([], "fintec")
