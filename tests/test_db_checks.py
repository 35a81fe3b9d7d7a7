"""Checks: silent on a warehouse that hangs together, and each names the first row that breaks it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from db import checks
from db.engine import Stores
from db.upsert import sync
from etl.catalogue import indicators
from etl.errors import BoundBroken
from etl.records import Row
from etl.records.rows import (
    AwardLineRow,
    AwardNoticeRow,
    AwardRow,
    ContributionRow,
    DealRow,
    DocumentRow,
    EdgeRow,
    HitRow,
    ListingRow,
    ObservationRow,
    PlaceRow,
    QuarantineRow,
)

BOUGHT, SHARE = "fintech_deals_bought", "fintech_amount_bought_known_share"


def observation(indicator: str, city: str, value: float | None, completeness: float = 1.0) -> ObservationRow:
    return ObservationRow(
        indicator=indicator,
        city_code=city,
        year=2024,
        boundary="2020",
        value=value,
        unit=indicators()[indicator].unit,
        basis="observed",
        completeness=completeness,
        provisional=False,
        reason=None if completeness == 1 and value is not None else "some days were not looked at",
    )


def contribution(indicator: str, city: str, source_id: str, value: float = 1.0, weight: float = 0.0) -> ContributionRow:
    return ContributionRow(
        indicator=indicator,
        city_code=city,
        year=2024,
        source_kind="deal",
        source_id=source_id,
        value=value,
        weight=weight,
    )


SOUND: tuple[Row, ...] = (
    PlaceRow("440300", "深圳市", "深圳", "prefecture", "440000", "广东省"),
    PlaceRow("unallocated", "无法归入城市", "unallocated", "none", None, None),
    ListingRow("ccgp", "1", "award", None, "智能柜台采购", "2024-05-06", None, "parsed", None),
    ListingRow("ccgp", "2", "award", None, None, "2024-05-06", None, "quarantined", "no_body"),
    DocumentRow(
        source="ccgp",
        source_id="1",
        fingerprint="f" * 64,
        is_current=True,
        kind="notice",
        notice_type="award",
        title="智能柜台采购",
        url=None,
        published_at="2024-05-06T10:00:00+08:00",
        place_code=None,
        year=None,
        characters=6,
        record="{}",
        raw_sha256="a" * 64,
        parser="ccgp",
        recipe="r",
    ),
    QuarantineRow("ccgp", "2", "", "no_body", "the page is empty", None, "ccgp", "r"),
    HitRow("ccgp", "1", "fintech_taxonomy", "title", 0, 2, "智能*", "智能", None, None, "strict", "r"),
    AwardRow(
        award_id="ccgp/1",
        project_code=None,
        title="智能柜台采购",
        purchaser="某银行深圳分行",
        buyer_id="b",
        buyer_city="440300",
        bank_class="joint_stock",
        bank_level="branch",
        published_on="2024-05-06",
        year=2024,
        lots=1,
        framework=False,
        status="standing",
        recipe="r",
    ),
    AwardNoticeRow("ccgp/1", "ccgp", "1", "award", "first"),
    AwardLineRow("ccgp/1", "", "甲公司", None, None, None, None, "unknown", "unknown", None, "CNY"),
    DealRow(
        award_id="ccgp/1",
        supplier_id="s",
        supplier="甲公司",
        seller_city=None,
        buyer_city="440300",
        buyer_id="b",
        bank_class="joint_stock",
        year=2024,
        published_on="2024-05-06",
        lots=1,
        amount_fen=None,
        amount_complete=False,
        framework=False,
        domains="",
        primary_domain=None,
        recipe="r",
    ),
    contribution(BOUGHT, "440300", "ccgp/1#s"),
    observation(BOUGHT, "440300", 1.0),
    observation(BOUGHT, "unallocated", 0.0),
    EdgeRow(2024, "unallocated", "440300", "joint_stock", "风控", 1, 0),
)


def findings(stores: Stores, rows: Sequence[Row]) -> list[str]:
    with stores.warehouse.write() as conn:
        for kind in dict.fromkeys(type(row) for row in rows):
            sync(conn, kind, [row for row in rows if type(row) is kind])
    with stores.warehouse.read() as conn:
        return [str(finding) for finding in checks.run(conn, indicators())]


def changed(kind: type[Row], **changes: Any) -> list[Row]:
    return [replace(row, **changes) if type(row) is kind else row for row in SOUND]  # type: ignore[type-var]


def without(kind: type[Row]) -> list[Row]:
    return [row for row in SOUND if type(row) is not kind]


def test_a_sound_warehouse_has_no_findings(stores: Stores) -> None:
    assert findings(stores, SOUND) == []


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (changed(DocumentRow, is_current=False), "a document has one current version: broken 1 times, first by ccgp 1"),
        (changed(HitRow, source_id="9"), "a hit lies in a current document: broken 1 times, first by ccgp 9"),
        (
            changed(ListingRow, state="parsed"),
            "a parsed item has its document or organisation: broken 1 times, first by ccgp 2",
        ),
        (without(QuarantineRow), "a quarantined item has its reason: broken 1 times, first by ccgp 2"),
        (changed(AwardNoticeRow, source="cfcpn"), "an award is told by documents: broken 1 times"),
        (without(AwardLineRow), "a deal has an award line: broken 1 times, first by ccgp/1 s"),
        (
            changed(ContributionRow, source_id="x#y"),
            "a contribution comes from a deal, an award or a document: broken 1",
        ),
        (changed(ContributionRow, city_code="999999"), "a contribution is in a known place: broken 1 times"),
        (changed(EdgeRow, seller_city="999999"), "an edge joins known places: broken 1 times"),
        (changed(ObservationRow, unit="lots"), "a value has the unit of the catalogue: broken 2 times"),
        (changed(ObservationRow, indicator="rainfall"), "an indicator is in the catalogue: broken 2 times"),
        (changed(ObservationRow, year=1999), "a value is not before the indicator's first year: broken 2 times"),
        (changed(ObservationRow, value=-1.0), "a value is within the range of the catalogue: broken 2 times"),
        (
            changed(ObservationRow, value=0.5),
            "a count is a whole number: broken 2 times, first by fintech_deals_bought",
        ),
        (
            changed(ObservationRow, value=1.0),
            "cities + unallocated = national: broken 1 times, first by fintech_deals_bought 2024 (2 in cells, 1",
        ),
    ],
)
def test_a_broken_rule_is_named_with_its_first_row(stores: Stores, rows: list[Row], said: str) -> None:
    assert any(said in finding for finding in findings(stores, rows)), findings(stores, rows)


def test_findings_break_a_bound() -> None:
    checks.require([])
    with pytest.raises(BoundBroken, match="2 checks are broken; the first: a: broken 1 times, first by x"):
        checks.require([checks.Finding("a", 1, "x"), checks.Finding("b", 2, "y")])


CITIES = ("110000", "440300", "unallocated")


@given(
    st.dictionaries(st.tuples(st.sampled_from(CITIES), st.integers(0, 20)), st.booleans()),
    st.sets(st.sampled_from(CITIES)),
)
def test_cities_and_unallocated_add_up_to_the_country_wherever_somebody_looked(
    known: dict[tuple[str, int], bool], looked: set[str]
) -> None:
    """Counts and shares alike; what lies in a city that nobody completely looked at is shown nowhere."""
    added = [contribution(BOUGHT, city, str(n)) for city, n in known]
    added += [contribution(SHARE, city, str(n), float(told), 1.0) for (city, n), told in known.items()]
    cells = []
    for city in CITIES:
        told = [value for (place, _), value in known.items() if place == city]
        share = sum(told) / len(told) if told else None
        seen = city in looked
        cells.append(observation(BOUGHT, city, float(len(told)) if seen else None, float(seen)))
        cells.append(observation(SHARE, city, share if seen else None, float(seen and share is not None)))
    assert checks.identity(cells, added, indicators()) == []


def test_a_deal_in_a_city_without_a_cell_breaks_the_identity() -> None:
    added = [contribution(BOUGHT, "440300", "1"), contribution(BOUGHT, "659009", "2")]
    (finding,) = checks.identity([observation(BOUGHT, "440300", 1.0)], added, indicators())
    assert finding.first == "fintech_deals_bought 2024 (1 in cells, 2 in all)"


def test_a_province_is_not_counted_beside_its_cities() -> None:
    hits = "digital_term_hits"
    added = [contribution(hits, "440000", "1", 80.0), contribution(hits, "310000", "2", 40.0)]
    cells = [observation(hits, "440000", 80.0), observation(hits, "310000", 40.0)]
    assert checks.identity(cells, added, indicators()) == []
    assert checks.identity(cells[:1], added, indicators()) != []


PANEL = {
    "city_code": ["440300", "unallocated"],
    "city": ["深圳市", "unallocated"],
    "province": ["广东省", None],
    "year": [2024, 2024],
    "indicator": [BOUGHT, BOUGHT],
    "value": [3.0, None],
    "unit": ["deals", "deals"],
    "basis": ["observed", None],
    "completeness": [1.0, 0.0],
    "provisional": [False, False],
    "reason": [None, "not looked"],
}


def test_a_panel_as_users_get_it_passes_its_schema() -> None:
    assert checks.panel(pd.DataFrame(PANEL), indicators()) == []


@pytest.mark.parametrize(
    ("changes", "check"),
    [
        ({"city_code": ["4403", "unallocated"]}, "six digits or unallocated"),
        ({"value": [3.5, None]}, f"unit and range of {BOUGHT}"),
        ({"value": [-1.0, None]}, f"unit and range of {BOUGHT}"),
        ({"unit": ["yuan", "deals"]}, f"unit and range of {BOUGHT}"),
        ({"value": [3.0, 0.0]}, "empty where completeness is 0"),
        ({"completeness": [0.5, 0.0]}, "a reason where not complete"),
        ({"indicator": ["rainfall", BOUGHT]}, "isin"),
        ({"completeness": [1.2, 0.0]}, "in_range"),
        ({"city": [None, "unallocated"]}, "not_nullable"),
        ({"city_code": ["440300", "440300"]}, "multiple_fields_uniqueness"),
    ],
)
def test_a_broken_panel_is_named_by_its_check(changes: dict[str, list[Any]], check: str) -> None:
    found = checks.panel(pd.DataFrame({**PANEL, **changes}, index=[7, 7]), indicators())
    assert [f for f in found if check in f.check], found
