"""The archive is the truth: refresh twice, rebuild, mend, edit a lexicon, change a parser - and get the same tables."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

import fincity
import keywords.lexicon
from db.archive import Archive
from db.engine import connect
from db.home import Home
from etl.parsers import ccgp
from fincity.demo.run import Demo
from flows import pipeline
from flows.pipeline import CrawlOrder
from tests import demo as demos

pytestmark = pytest.mark.xdist_group("demo")


@pytest.fixture
def home(demo: Demo, tmp_path: Path) -> Home:
    return demos.copy(demo, tmp_path)


def again(demo: Demo, home: Home) -> pipeline.Refreshed:
    """A refresh of everything the demo's portal has."""
    with demos.portal(demo) as portal:
        return pipeline.refresh(home, CrawlOrder(since=demo.corpus.since, until=demo.corpus.until, portal=portal.url))


def test_a_second_refresh_fetches_parses_and_changes_nothing(demo: Demo, home: Home) -> None:
    before, segments = demos.said(home), Archive.of(home).segments()
    done = again(demo, home)
    assert not done.built.changed
    assert done.built.parsed_now == 0
    assert done.published.release == demo.done.published.release
    assert demos.said(home) == before
    assert sum(report.counts.requests for report in done.crawls) == 0 or Archive.of(home).segments() == segments


def test_a_rebuild_from_the_archive_is_the_warehouse_it_replaces(home: Home) -> None:
    before = demos.said(home)
    for name in ("ops", "warehouse"):
        for path in home.path.glob(f"{name}.sqlite*"):
            path.unlink()
    pipeline.rebuild(home)
    assert demos.said(home) == before


def test_reconcile_finds_what_somebody_changed_in_the_warehouse(home: Home) -> None:
    assert pipeline.reconcile(home).differences == []
    with connect(home) as stores, stores.warehouse.write() as conn:
        conn.execute(text("UPDATE observation SET value = 7 WHERE indicator = 'fintech_deals_sold' AND value = 0"))
    assert any(line.startswith("observation: ") for line in pipeline.reconcile(home).differences)


def test_after_a_parsers_new_version_refresh_equals_rebuild(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ccgp, "VERSION", "next")
    done = pipeline.refresh(home)
    assert done.built.parsed_now > 100
    refreshed = demos.said(home)
    pipeline.rebuild(home)
    assert demos.said(home) == refreshed


def test_after_a_lexicon_edit_refresh_equals_rebuild(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = demos.said(home)
    edited = tmp_path / "lexicons"
    shutil.copytree(keywords.lexicon._FOLDER, edited)
    path = edited / "fintech_taxonomy.yaml"
    whole = path.read_text(encoding="utf-8")
    path.write_text(whole.replace("      - 大数据\n", "", 1).replace("size: 69", "size: 68"), encoding="utf-8")
    monkeypatch.setattr(keywords.lexicon, "_FOLDER", edited)
    keywords.lexicon._builtin.cache_clear()
    try:
        pipeline.refresh(home)
        refreshed = demos.said(home)
        assert refreshed != before
        pipeline.rebuild(home)
        assert demos.said(home) == refreshed
    finally:
        keywords.lexicon._builtin.cache_clear()


def test_a_torn_segment_loses_only_what_is_pending_and_the_next_refresh_mends_it(demo: Demo, home: Home) -> None:
    before = demos.said(home)
    archive = Archive.of(home)
    segment = Path(archive.root) / archive.segments("demo_ccgp")[-1]
    segment.write_bytes(segment.read_bytes()[: segment.stat().st_size * 2 // 3])
    pipeline.rebuild(home)
    torn = demos.said(home)
    assert torn != before
    assert any('"state":"pending"' in line for line in torn if line.startswith('["listing"'))
    again(demo, home)
    assert demos.said(home) == before
    assert [damage.torn for damage in Archive.of(home).damages()] == [True]


def test_a_source_whose_days_are_missing_makes_lower_bounds_that_say_why(demo: Demo, tmp_path: Path) -> None:
    home = Home.create(tmp_path / "half", "synthetic")
    cut = demo.corpus.until - timedelta(days=500)
    with demos.portal(demo) as portal:
        pipeline.crawl(home, CrawlOrder(("demo_ccgp",), demo.corpus.since, demo.corpus.until, portal=portal.url))
        pipeline.crawl(home, CrawlOrder(("demo_cfcpn",), cut, demo.corpus.until, portal=portal.url))
    pipeline.refresh(home)
    panel = fincity.panel("fintech_deals_bought", years=str(demo.corpus.since.year), home=home)
    assert ((panel.completeness > 0) & (panel.completeness < 1)).all()
    assert panel.reason.str.contains("demo_cfcpn result").all()


def test_postgresql_says_what_sqlite_says(
    demo: Demo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, new_database: Callable[[], str]
) -> None:
    home = Home.create(tmp_path / "server", "synthetic")
    shutil.copytree(demo.home.path / "archive", home.path / "archive")
    before = demos.said(demo.home)
    monkeypatch.setenv("FINCITY_DATABASE_URL", new_database())
    done = pipeline.rebuild(home)
    assert demos.said(home) == before
    assert done.published.release == demo.done.published.release
    assert not pipeline.refresh(home).built.changed
