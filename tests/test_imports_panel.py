"""What imports tell of a cell: lower bounds with a reason, never exactness; only a frame's own lists complete it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import pytest

from etl import catalogue
from etl.imports import Declaration
from etl.imports.answers import Answers
from etl.panel import Coverage, PanelInputs, observations
from etl.records import SourceFacts
from etl.records.rows import ContributionRow, CoverageDayRow, ObservationRow, PlaceRow

SHENZHEN = PlaceRow("440300", "深圳市", "深圳", "prefecture", "440000", "广东省")
CHENGDU = PlaceRow("510100", "成都市", "成都", "prefecture", "510000", "四川省")
CRAWLED = SourceFacts("demo_ccgp", "ccgp", "one", synthetic=True, scopes=(("award", "result"),))
FIRST, SECOND = "示例甲科技有限公司", "示例乙数据有限公司"
DEALS = "fintech_deals_bought"


def declared(**change: Any) -> Answers:
    """A declared import of 2022 without any row."""
    said = {
        "id": "p",
        "title": "t",
        "who": "w",
        "licence": "l",
        "platform": "p",
        "selection": "all",
        "window": {"since": "2022-01-01", "until": "2022-12-31"},
        "queried_on": "2023-06-01",
        "row_cap": 10,
    }
    return Answers(Declaration.model_validate({**said, **change}))


def crawled(state: str = "complete", year: int = 2022) -> list[CoverageDayRow]:
    first = date(year, 1, 1)
    return [
        CoverageDayRow("demo_ccgp", "award", (first + timedelta(days=n)).isoformat(), state, 0, 0, None, 1.0)
        for n in range(365 + 90)
    ]


def cells(
    *imports: Answers, ledger: Iterable[CoverageDayRow] = (), more: Iterable[SourceFacts] = ()
) -> dict[tuple[str, int], ObservationRow]:
    facts = [CRAWLED, *(answers.declaration.facts(synthetic=True) for answers in imports), *more]
    days = [*ledger, *(row for answers in imports for row in answers.ledger({}))]
    inputs = PanelInputs(
        indicators={DEALS: catalogue.indicator(DEALS)},
        frames=catalogue.frames(),
        contributions=[ContributionRow(DEALS, "440300", 2022, "deal", "a#b", 1.0, 0.0)],
        coverage=Coverage(facts, days, date(2024, 6, 1)),
        places=(SHENZHEN, CHENGDU),
        synthetic=True,
        boundary=2020,
    )
    return {(o.city_code, o.year): o for o in observations(inputs)}


def test_an_export_of_everything_makes_a_lower_bound_and_says_what_is_missing() -> None:
    cell = cells(declared())["440300", 2022]
    assert (cell.value, cell.completeness) == (1.0, pytest.approx(365 / (365 + 455)))
    assert cell.reason == (
        "import_p (all notices): 365 of 365 days complete; demo_ccgp award: 455 not_looked of 455 days"
    )


def test_a_frame_whose_own_lists_are_complete_stays_exact_whatever_an_import_tells() -> None:
    capped = declared(row_cap=1)
    capped.rows["all"] = 1
    for answers in (declared(), capped, declared(selection={"firms": [FIRST]})):
        cell = cells(answers, ledger=crawled())["510100", 2022]
        assert (cell.value, cell.completeness, cell.reason) == (0.0, 1.0, None)


def test_firms_that_were_asked_for_are_a_lower_bound_however_many_they_are() -> None:
    few, many = (declared(selection={"firms": [f"第{n}家示例有限公司" for n in range(size)]}) for size in (2, 300))
    two, hundreds = (cells(answers)["440300", 2022] for answers in (few, many))
    assert two.completeness == hundreds.completeness == pytest.approx(365 / 820)
    assert (hundreds.reason or "").startswith("import_p (only 300 firms): 365 of 365 days complete; ")


def test_an_answer_at_the_cap_counts_for_the_other_firms_only() -> None:
    answers = declared(selection={"firms": [FIRST, SECOND]})
    answers.rows[FIRST] = 10
    cell = cells(answers)["440300", 2022]
    assert (cell.reason or "").startswith("import_p (only 2 firms): 182 of 365 days complete; ")


def test_an_import_at_its_cap_throughout_leaves_the_cell_empty() -> None:
    answers = declared()
    answers.rows["all"] = 10
    cell = cells(answers)["440300", 2022]
    assert (cell.value, cell.completeness) == (None, 0.0)


def test_an_import_reaches_as_far_as_its_area() -> None:
    found = cells(declared(area=["440000"]))
    assert found["440300", 2022].value == 1.0
    assert (found["510100", 2022].value, found["510100", 2022].completeness) == (None, 0.0)


def test_a_window_tells_of_no_year_but_its_own() -> None:
    found = cells(declared(), ledger=crawled(year=2021))
    assert found["440300", 2021].completeness == 1.0
    assert (found["440300", 2023].value, found["440300", 2023].completeness) == (None, 0.0)
    assert "import_p" not in (found["440300", 2023].reason or "")


def test_an_import_of_tenders_is_nothing_to_a_frame_of_awards() -> None:
    cell = cells(declared(notice_types=["tender"]))["440300", 2022]
    assert (cell.value, cell.reason) == (None, "demo_ccgp award: 455 not_looked of 455 days")


def test_notices_without_a_declaration_tell_of_no_day_and_the_cell_says_so() -> None:
    undeclared = SourceFacts("notices", "notice", "imported", synthetic=True)
    cell = cells(more=[undeclared])["440300", 2022]
    assert (cell.value, cell.completeness) == (None, 0.0)
    assert (cell.reason or "").startswith("notices: imported without a declaration, so their days are unknown; ")
    assert cells(more=[undeclared], ledger=crawled())["440300", 2022].reason is None
