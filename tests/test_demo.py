"""The demo against its own truth: cells, contributions, counts, and nothing private outside the archive."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from math import fsum

import pyarrow.parquet as pq
import pytest

import fincity
from crawlers.sources import all_sources
from db.archive import Archive
from db.engine import connect
from db.warehouse import rows
from etl.records.rows import ContributionRow, CoverageDayRow, DealRow, ListingRow, ObservationRow, QuarantineRow
from fincity.demo.planted import PLANTED
from fincity.demo.run import Demo

pytestmark = pytest.mark.xdist_group("demo")

COUNTED = (
    "digital_term_hits",
    "fintech_amount_bought",
    "fintech_amount_sold",
    "fintech_deals_bought",
    "fintech_deals_sold",
    "fintech_lots_bought",
)


@pytest.fixture(scope="module")
def tables(demo: Demo) -> dict[str, list]:
    wanted = (ContributionRow, CoverageDayRow, DealRow, ListingRow, ObservationRow, QuarantineRow)
    with connect(demo.home) as stores, stores.warehouse.read() as conn:
        return {row.TABLE: rows(conn, row) for row in wanted}


def plain(supplier: str) -> str:
    """A supplier's name without what a bank branch's canonical name leaves out."""
    return re.sub("[省市](?=分行)", "", supplier)


def test_every_deal_is_the_true_one(demo: Demo, tables: dict[str, list]) -> None:
    true = Counter(
        (
            d.award_id,
            plain(d.supplier),
            d.buyer_city,
            d.seller_city,
            d.bank_class,
            d.year,
            d.lots,
            d.amount_fen,
            d.framework,
        )
        for d in demo.corpus.truth.deals
    )
    found = Counter(
        (
            d.award_id,
            plain(d.supplier),
            d.buyer_city or "unallocated",
            d.seller_city or "unallocated",
            d.bank_class,
            d.year,
            d.lots,
            d.amount_fen,
            d.framework,
        )
        for d in tables["deal"]
    )
    assert found == true


def test_every_contribution_adds_up_to_the_truth(demo: Demo, tables: dict[str, list]) -> None:
    added: dict[tuple[str, str, int], list[float]] = defaultdict(list)
    for row in tables["contribution"]:
        if row.indicator in COUNTED:
            added[row.indicator, row.city_code, row.year].append(row.value)
    true = {(c.indicator, c.city_code, c.year): c.value for c in demo.corpus.truth.cells if c.indicator in COUNTED}
    assert {key: fsum(values) for key, values in added.items()} == pytest.approx(true, rel=1e-12)


def test_every_observation_is_the_true_one_and_zero_elsewhere(demo: Demo, tables: dict[str, list]) -> None:
    true = {(c.indicator, c.city_code, c.year): c.value for c in demo.corpus.truth.cells}
    digital = {c.indicator for c in demo.corpus.truth.cells if c.indicator.startswith("digital")}
    told = 0
    for row in tables["observation"]:
        key = (row.indicator, row.city_code, row.year)
        if row.indicator not in {*COUNTED, *digital} or row.value is None:
            assert row.value is not None or row.reason
            continue
        told += key in true
        assert row.value == pytest.approx(true.get(key, 0.0), rel=1e-12), key
    assert told == len(true)


def test_years_looked_at_are_exact_but_for_planted_broken_pages(demo: Demo, tables: dict[str, list]) -> None:
    broken = {b.published_on[:4] for b in demo.corpus.truth.quarantine}
    for row in tables["observation"]:
        closed = demo.corpus.since.year <= row.year < demo.corpus.until.year
        if row.indicator == "fintech_deals_bought" and closed and str(row.year) not in broken:
            assert row.completeness == 1.0, row
        if row.indicator == "fintech_deals_bought" and row.year < demo.corpus.since.year:
            assert (row.value, row.completeness) == (None, 0.0), row


def test_missing_reports_are_unknown_not_zero(demo: Demo, tables: dict[str, list]) -> None:
    missing = set(demo.corpus.truth.missing_reports)
    cells = [
        o for o in tables["observation"] if o.indicator == "digital_term_hits" and (o.city_code, o.year) in missing
    ]
    assert len(cells) == len(missing)
    assert all(o.value is None and o.completeness == 0 and "no document" in (o.reason or "") for o in cells)


def test_exactly_the_planted_broken_pages_are_in_quarantine(demo: Demo, tables: dict[str, list]) -> None:
    planted = {(b.source, b.source_id) for b in demo.corpus.truth.quarantine}
    assert planted
    assert {(q.source, q.source_id) for q in tables["quarantine"]} == planted


def test_counts_add_up_to_what_the_sites_state(demo: Demo, tables: dict[str, list]) -> None:
    made_up = [source for source in all_sources() if source.synthetic]
    lists = {(s.id, scope.name): next(iter(scope.params.values())) for s in made_up for scope in s.scopes}
    shown = [r for r in tables["listing"] if r.source.startswith("demo_")]
    counted = Counter((r.source, lists[r.source, r.scope]) for r in shown)
    assert counted == {(source, scope): n for source, scope, n in demo.corpus.truth.listings}
    assert {r.state for r in tables["listing"]} == {"parsed", "quarantined"}
    listed: Counter[str] = Counter()
    for row in tables["coverage_day"]:
        listed[row.source] += row.listed
    assert listed == Counter(source for source, _ in counted.elements())


def test_cities_and_unallocated_are_the_country(demo: Demo) -> None:
    assert demo.done.published.findings == ()


def test_planted_contact_data_is_in_the_archive_and_nowhere_else(demo: Demo) -> None:
    archive = Archive.of(demo.home)
    pages = b"".join(archive.body(e.segment or "", e.offset or 0) for e, _ in archive.events() if e.outcome == "ok")
    text = (
        pages.decode("utf-8", "replace")
        + pages.decode("gb18030", "replace")
        + pages.decode("unicode_escape", "replace")
    )
    assert sum(secret in text for secret in PLANTED) > len(PLANTED) // 2
    outside = [
        p for p in demo.home.path.rglob("*") if p.is_file() and "archive" not in p.relative_to(demo.home.path).parts
    ]
    for path in outside:
        data = path.read_bytes()
        if path.suffix == ".parquet":
            data = pq.read_table(path).to_pandas().to_csv().encode()
        for secret in PLANTED:
            assert secret.encode() not in data, f"{secret} in {path.name}"


def test_every_number_is_explained_down_to_a_page_in_the_archive(demo: Demo, tables: dict[str, list]) -> None:
    archive = Archive.of(demo.home)
    pages = {e.raw_sha256 for e, _ in archive.events() if e.outcome == "ok"}
    cells = [o for o in tables["observation"] if o.indicator == "fintech_deals_bought" and o.value]
    for cell in cells[:: max(1, len(cells) // 8)]:
        told = fincity.explain(cell.city_code, cell.year, cell.indicator, home=demo.home)
        assert told.value == cell.value
        assert len(told.contributions) == cell.value
        for contribution in told.contributions:
            for notice in contribution.award.notices:
                assert notice.raw_sha256 in pages
