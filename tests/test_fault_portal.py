"""A portal in bad weather and workers that are killed: nothing lost, nothing twice, every failure named, all polite.

The same with 10 000 notices and 20 kills: `python -m benchmarks --only storm`.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from db.archive import Archive
from db.engine import connect
from db.home import Home
from db.warehouse import rows
from etl.records.rows import DocumentRow, ListingRow
from tests.storm import CONCURRENCY, DELAY, Storm, Story

NOTICES, KILLS = 1_000, 5
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("storm"), pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def storm() -> Storm:
    return Storm.of(NOTICES)


@pytest.fixture(scope="module")
def stories(storm: Storm, tmp_path_factory: pytest.TempPathFactory) -> tuple[Story, Story]:
    """The calm story and the wild one."""
    folder: Path = tmp_path_factory.mktemp("storm")
    calm = storm.story(Home.create(folder / "calm", "synthetic"), calm=True, kills=0, seed=1)
    return calm, storm.story(Home.create(folder / "wild", "synthetic"), calm=False, kills=KILLS, seed=20261121)


def test_nothing_is_lost_and_nothing_twice(storm: Storm, stories: tuple[Story, Story]):
    published = {(n.source, n.source_id) for n in storm.listed}
    assert len(published) == len(storm.listed) >= NOTICES
    for story in stories:
        with connect(story.home) as stores, stores.warehouse.read() as conn:
            listed = [(r.source, r.source_id) for r in rows(conn, ListingRow) if r.state != "out_of_scope"]
            current = Counter((r.source, r.source_id) for r in rows(conn, DocumentRow) if r.is_current)
            versions = Counter((r.source, r.source_id) for r in rows(conn, DocumentRow))
        assert set(listed) == published
        assert set(current) == published
        assert set(current.values()) == {1}
        assert {key for (_, key), number in versions.items() if number == 2} == storm.revised


def test_the_tables_are_those_of_a_calm_crawl(stories: tuple[Story, Story]):
    calm, wild = stories
    assert wild.kills == KILLS
    assert wild.lines == calm.lines


def test_every_failure_is_named(stories: tuple[Story, Story]):
    calm, wild = stories
    assert set(wild.weather.met) >= {"drop", "429", "503", "truncate", "charset", "reorder"}
    failures = [e for e, _ in Archive.of(wild.home).events() if e.outcome != "ok"]
    assert {e.outcome for e in failures} >= {"connection", "http_error", "truncated"}
    assert all(e.detail for e in failures)
    assert not [e for e, _ in Archive.of(calm.home).events() if e.outcome != "ok"]


def test_the_server_was_never_asked_more_often_than_agreed(stories: tuple[Story, Story]):
    for story in stories:
        for site, meter in story.weather.meters.items():
            assert meter.most_at_once <= CONCURRENCY, site
            # Requests reach the server as the machine lets them: a single gap says little, a hundred say all.
            assert meter.spacing(100) >= 0.9 * DELAY, site
