"""Pages are parsed by several processes as by one, and a helper that is killed ends in words, not in a traceback."""

from __future__ import annotations

import multiprocessing
from pathlib import Path

import pytest

from crawlers.sources import load
from db.archive import Archive
from etl import documents
from etl.errors import FincityError
from fincity.demo.facts import CCGP
from fincity.demo.run import Demo
from flows import crew, parsing
from flows.crew import Batch, Crew, Job
from flows.progress import silent
from flows.session import opened
from tests import demo as demos

pytestmark = pytest.mark.xdist_group("demo")


@pytest.fixture(autouse=True)
def worth(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew, "WORTH_HELP", 1)


def test_two_processes_give_the_rows_of_one(demo: Demo, tmp_path: Path):
    with opened(demos.copy(demo, tmp_path)) as session:
        alone = parsing.parse(session, 1, silent, afresh=True)
        together = parsing.parse(session, 2, silent, afresh=True)
    assert together.parsed_now == alone.parsed_now > 300
    assert together == alone


def test_a_helper_that_is_killed_is_spoken_of(demo: Demo):
    events = [event for event, _ in Archive.of(demo.home).events(source=CCGP)]
    work = [Job(load(CCGP).facts, capture) for capture in documents.captured(events)] * 20
    with Crew(demo.home, 2) as helped, pytest.raises(FincityError, match="run the same command again"):
        _killed(helped.parsed(work))


def _killed(rows: Batch) -> None:
    """Take all rows, killing whoever helps."""
    for _ in rows:
        for child in multiprocessing.active_children():
            child.kill()
