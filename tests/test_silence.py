"""A source that falls silent, and one that answers half: seen within one run, and never a plain zero in the panel."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from db.engine import connect
from db.home import Home
from db.warehouse import rows
from etl.records.rows import CoverageDayRow, ObservationRow
from fincity.demo import corpus as corpora
from fincity.demo.facts import CCGP, CFCPN, Notice
from fincity.demo.portal import serve
from fincity.demo.sites import Request, Response
from flows import pipeline
from flows.pipeline import CrawlOrder

pytestmark = pytest.mark.xdist_group("demo")
YEAR = 2023
Fault = Callable[[Request], Response | None]


def crawled(path: Path, keep: Callable[[Notice], bool], fault: Fault | None) -> Home:
    """One run over a portal that only has the notices to keep."""
    home, corpus = Home.create(path / "home", "synthetic"), corpora.make("small")
    shown = replace(corpus, notices=tuple(n for n in corpus.notices if keep(n)))
    with serve(shown, fault=fault) as portal:
        pipeline.refresh(home, CrawlOrder((CFCPN, CCGP), corpus.since, corpus.until, portal=portal.url))
    return home


def told(home: Home) -> tuple[list[CoverageDayRow], list[ObservationRow]]:
    with connect(home) as stores, stores.warehouse.read() as conn:
        cells = [o for o in rows(conn, ObservationRow) if o.indicator.startswith("fintech_deals") and o.year == YEAR]
        return rows(conn, CoverageDayRow), cells


def check(cells: list[ObservationRow], word: str) -> None:
    assert cells
    for cell in cells:
        assert cell.completeness < 1
        assert word in (cell.reason or "")
        assert cell.value is None or cell.completeness > 0


def test_a_source_that_falls_silent_makes_its_cells_lower_bounds(tmp_path: Path):
    home = crawled(tmp_path, lambda n: n.source != CFCPN or n.day <= "2023-06-30", None)
    days, cells = told(home)
    quiet = [d for d in days if d.source == CFCPN and "2023-08-01" <= d.day <= "2023-12-31"]
    assert {d.state for d in quiet} == {"silent"}
    assert all("no item for more than" in (d.reason or "") for d in quiet)
    check(cells, "silent")


def test_a_source_that_answers_half_makes_its_cells_lower_bounds(tmp_path: Path):
    wrong = Response(500, body=b"oops")

    def half(request: Request) -> Response | None:
        return wrong if "/202305/" in request.path else None

    home = crawled(tmp_path, lambda _notice: True, half)
    days, cells = told(home)
    partial = [d for d in days if d.source == CCGP and d.day.startswith("2023-05") and d.state == "partial"]
    assert partial
    assert all("pending" in (d.reason or "") for d in partial)
    check(cells, "partial")
