"""Zero, unknown, lower bound: what a cell says depends on how much of its frame was looked at."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

import pytest

from etl import catalogue
from etl.panel import Coverage, PanelInputs, covers, measurements, observations
from etl.records import SourceFacts
from etl.records.rows import ContributionRow, CoverageDayRow, ObservationRow, PlaceRow

SHENZHEN = PlaceRow("440300", "深圳市", "深圳", "prefecture", "440000", "广东省")
CHENGDU = PlaceRow("510100", "成都市", "成都", "prefecture", "510000", "四川省")
REST = PlaceRow("unallocated", "无法归入城市", "unallocated", "none", None, None)
SOURCES = (
    SourceFacts("demo_ccgp", "ccgp", "one", synthetic=True, scopes=(("award", "result"), ("tender", "tender"))),
    SourceFacts("demo_cfcpn", "cfcpn", "two", synthetic=True, area=("440000",), scopes=(("result", "result"),)),
)


def days(source: str, scope: str, first: date, last: date, state: str = "complete") -> list[CoverageDayRow]:
    span = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return [CoverageDayRow(source, scope, d.isoformat(), state, 0, 0, None, 1.0) for d in span]


def year_of(source: str, scope: str, year: int = 2022) -> list[CoverageDayRow]:
    return days(source, scope, date(year, 1, 1), date(year, 12, 31) + timedelta(days=90))


def deal(city: str, value: float = 1.0) -> ContributionRow:
    return ContributionRow("fintech_deals_bought", city, 2022, "deal", f"a#{city}", value, 0.0)


def cells(
    coverage: Iterable[CoverageDayRow], *added: ContributionRow, code: str = "fintech_deals_bought"
) -> dict[tuple[str, int], ObservationRow]:
    inputs = PanelInputs(
        indicators={code: catalogue.indicator(code)},
        frames=catalogue.frames(),
        contributions=added,
        coverage=Coverage(SOURCES, coverage, date(2024, 6, 1)),
        places=(SHENZHEN, CHENGDU, REST),
        synthetic=True,
        boundary=2020,
    )
    return {(o.city_code, o.year): o for o in observations(inputs)}


FULL = [*year_of("demo_ccgp", "award"), *year_of("demo_cfcpn", "result")]


def test_a_year_looked_at_to_its_end_is_exact_and_without_deals_zero() -> None:
    found = cells(FULL, deal("440300"))
    assert (found["440300", 2022].value, found["440300", 2022].completeness) == (1.0, 1.0)
    assert (found["510100", 2022].value, found["510100", 2022].completeness) == (0.0, 1.0)
    assert found["510100", 2022].reason is None


def test_a_year_nobody_looked_at_is_empty_and_says_so() -> None:
    cell = cells(FULL)["440300", 2019]
    assert (cell.value, cell.completeness) == (None, 0.0)
    assert cell.reason == "demo_cfcpn result: 455 not_looked of 455 days; demo_ccgp award: 455 not_looked of 455 days"


def test_the_tail_alone_says_nothing_of_its_year() -> None:
    cell = cells(FULL)["440300", 2021]
    assert (cell.value, cell.completeness) == (None, 0.0)


@pytest.mark.parametrize("state", ["partial", "blocked", "silent"])
def test_missing_days_make_a_lower_bound_where_the_source_reaches_and_only_there(state: str) -> None:
    broken = days("demo_cfcpn", "result", date(2022, 3, 1), date(2022, 3, 10), state)
    kept = [row for row in FULL if row.source != "demo_cfcpn" or not "2022-03-01" <= row.day <= "2022-03-10"]
    found = cells([*kept, *broken], deal("440300"))
    assert found["440300", 2022].value == 1.0
    assert found["440300", 2022].completeness == pytest.approx(1 - 10 / 910)
    assert found["440300", 2022].reason == f"demo_cfcpn result: 10 {state} of 455 days"
    assert found["510100", 2022].completeness == 1.0
    assert found["unallocated", 2022].completeness < 1.0


def test_lists_that_never_carry_awards_play_no_part() -> None:
    assert cells(FULL)["440300", 2022].completeness == 1.0


def test_a_year_whose_tail_is_still_open_is_provisional() -> None:
    found = cells(FULL)
    assert (found["440300", 2022].provisional, found["440300", 2024].provisional) == (False, True)


def test_a_share_of_nothing_is_empty_and_says_why() -> None:
    cell = cells(FULL, code="fintech_amount_bought_known_share")["440300", 2022]
    assert (cell.value, cell.completeness, cell.reason) == (None, 1.0, "nothing to take a share of")


def test_a_report_is_known_once_it_is_there() -> None:
    row = ContributionRow("digital_term_hits", "440300", 2022, "document", "reports/440300-2022", 0.0, 0.0)
    found = cells((), row, code="digital_term_hits")
    assert (found["440300", 2022].value, found["440300", 2022].completeness) == (0.0, 1.0)
    assert (found["510100", 2022].value, found["510100", 2022].completeness) == (None, 0.0)
    assert "no document" in (found["510100", 2022].reason or "")


def test_the_country_is_counted_from_the_sources_and_provinces_not_twice() -> None:
    rows = measurements(catalogue.indicators(), [deal("440300"), deal("unallocated", 2.0), deal("440000", 9.0)], {})
    assert {r.city_code: r.value for r in rows}["100000"] == 3.0


def test_an_area_may_be_a_province_or_a_city() -> None:
    assert covers(SOURCES[1], SHENZHEN)
    assert not covers(SOURCES[1], CHENGDU)
    assert covers(SourceFacts("x", "ccgp", "x", area=("510100",)), CHENGDU)


def test_an_amount_of_which_nothing_is_known_is_empty_and_of_which_a_part_is_known_says_so() -> None:
    def share(name: str, known: float) -> ContributionRow:
        return ContributionRow("fintech_amount_bought_known_share", "440300", 2022, "deal", name, known, 1.0)

    paid = ContributionRow("fintech_amount_bought", "440300", 2022, "deal", "a", 500.0, 0.0)
    nothing = cells(FULL, share("a", 0.0), share("b", 0.0), code="fintech_amount_bought")["440300", 2022]
    part = cells(FULL, paid, share("a", 1.0), share("b", 0.0), code="fintech_amount_bought")["440300", 2022]
    assert (nothing.value, nothing.reason) == (None, "amount known for 0 of 2 deals")
    assert (part.value, part.reason) == (500.0, "amount known for 1 of 2 deals")
