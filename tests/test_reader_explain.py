"""From a cell to its pages: contributions, notices, words, decisions; and the sum that must come out."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

import fincity
from db.home import Home
from etl.errors import FincityError, UsageError
from etl.records.rows import ContributionRow
from tests.make_release import (
    GUANGDONG,
    SHA,
    SHANGHAI,
    SHENZHEN,
    TITLE,
    UNALLOCATED,
    contributions,
    make_release,
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return make_release(tmp_path_factory.mktemp("explain") / "home")


def test_a_count_of_deals_leads_to_notices_words_decisions_and_page_hashes(home: Home) -> None:
    found = fincity.explain("深圳", 2024, "fintech_deals_bought", home=home)
    assert (found.city_code, found.value, found.unit, found.completeness) == (SHENZHEN, 2, "deals", 1)
    first, second = found.contributions
    assert [deal.supplier for deal in (*first.deals, *second.deals)] == ["甲示例科技有限公司", "广州乙示例有限公司"]
    assert (first.deals[0].amount_yuan, second.deals[0].amount_yuan) == ("1200000.50", None)
    award = first.award
    assert award is not None
    assert [(n.role, n.source, n.source_id) for n in award.notices] == [
        ("copy", "demo_ccgp", "3"),
        ("award", "demo_cfcpn", "1"),
    ]
    for notice in award.notices:
        assert (notice.title, notice.raw_sha256) == (TITLE, SHA)
        (span,) = notice.spans
        assert TITLE[span.start : span.end] == span.text == "区块链"
    assert [(r.method, r.city_code) for r in award.buyer] == [("grammar", SHENZHEN)]
    methods = {line.supplier: [r.method for r in line.resolutions] for line in award.lines}
    assert methods == {"甲示例科技有限公司": ["address"], "广州乙示例有限公司": ["name_place"]}


def test_a_count_of_lots_shows_the_award_and_all_its_deals(home: Home) -> None:
    (one,) = fincity.explain(SHENZHEN, 2024, "fintech_lots_bought", home=home).contributions
    assert (one.source_kind, one.value, len(one.deals)) == ("award", 2, 2)


def test_a_count_of_terms_shows_the_report_with_hits_for_each_term(home: Home) -> None:
    (one,) = fincity.explain(SHANGHAI, 2024, "digital_term_hits_per_10k", home=home).contributions
    assert one.report is not None
    assert (one.report.title, one.report.hits, one.report.raw_sha256) == ("上海市政府工作报告", {"大数据": 2}, SHA)


def test_what_no_city_can_be_given_is_explained_too(home: Home) -> None:
    (one,) = fincity.explain(UNALLOCATED, 2024, "fintech_deals_sold", home=home).contributions
    assert one.award is not None
    (resolution,) = one.award.lines[0].resolutions
    assert (resolution.method, resolution.evidence) == ("none", "no place in the name")


def test_a_province_is_explained_by_its_cities_or_by_its_own_report(home: Home) -> None:
    summed = fincity.explain("广东", 2024, "fintech_deals_bought", home=home)
    assert (summed.value, len(summed.contributions)) == (3, 3)
    own = fincity.explain(GUANGDONG, 2024, "digital_term_hits", home=home)
    assert (own.value, [one.source_id for one in own.contributions]) == (3, ["reports/440000-2024"])


def test_an_empty_cell_says_what_was_not_looked_at(home: Home) -> None:
    found = fincity.explain(SHENZHEN, 2022, "fintech_deals_bought", home=home)
    assert (found.value, found.reason) == (None, "synthetic data; 365 not_looked")
    # The frame counts award, change and failure lists of both portals, over the year and 90 days.
    assert {gap.days for gap in found.gaps} == {455}
    assert {gap.source for gap in found.gaps} == {"demo_ccgp", "demo_cfcpn"}
    assert all(gap.states == {"not_looked": 455} for gap in found.gaps)
    assert fincity.explain(SHENZHEN, 2024, "fintech_deals_bought", home=home).gaps == ()


def test_an_explanation_that_does_not_add_up_is_an_error(tmp_path: Path) -> None:
    def doubled(row: ContributionRow) -> ContributionRow:
        return replace(row, value=2 * row.value)

    home = make_release(tmp_path / "home", {"contribution": [doubled(row) for row in contributions()]})
    with pytest.raises(FincityError, match="give 4, the panel says 2"):
        fincity.explain(SHENZHEN, 2024, "fintech_deals_bought", home=home)


def test_it_reads_as_text_and_as_json(home: Home) -> None:
    found = fincity.explain(SHENZHEN, 2024, "fintech_deals_bought", home=home)
    text = str(found)
    assert text.startswith("SYNTHETIC DATA")
    assert "title 8-11: 区块链" in text
    assert json.loads(json.dumps(found.to_dict()))["contributions"][0]["award"]["notices"][0]["raw_sha256"] == SHA


@pytest.mark.parametrize(
    ("city", "indicator", "answer"),
    [("深训", "fintech_deals_bought", "no city"), (SHENZHEN, "fintech_deals", "unknown indicator")],
)
def test_unknown_names_are_refused(home: Home, city: str, indicator: str, answer: str) -> None:
    with pytest.raises(UsageError, match=answer):
        fincity.explain(city, 2024, indicator, home=home)
