"""Run reports: they add up with the warehouse, say what changed, and survive failing runs."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from crawlers import sources
from crawlers.sources import Bounds
from db import leases
from db.engine import connect
from db.home import Home
from db.warehouse import rows
from etl.errors import BoundBroken, FincityError, UsageError
from etl.records.rows import CoverageDayRow, DocumentRow, ListingRow, QuarantineRow
from fincity.cli import main
from fincity.demo.planted import PLANTED
from fincity.demo.run import Demo
from flows import pipeline
from flows.pipeline import CrawlOrder
from flows.reports import keeping
from flows.reports.model import RunReport
from flows.reports.recording import recorded
from flows.reports.summary import total
from tests.demo import copy, portal

ROOT = Path(__file__).resolve().parent.parent
#: Months the small demo covers.
MONTHS = 27

pytestmark = pytest.mark.xdist_group("demo")


def newest(home: Home) -> RunReport:
    return keeping.read(home, keeping.ids(home)[-1])


def page(home: Home) -> str:
    return (home.reports / f"{keeping.ids(home)[-1]}.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def report(demo: Demo) -> RunReport:
    return newest(demo.home)


def test_the_report_of_a_run_adds_up_with_the_warehouse(demo: Demo, report: RunReport) -> None:
    with connect(demo.home) as stores, stores.warehouse.read() as conn:
        listing, documents = rows(conn, ListingRow), [d for d in rows(conn, DocumentRow) if d.is_current]
        quarantine, days = rows(conn, QuarantineRow), rows(conn, CoverageDayRow)
    standing = report.standing
    assert standing
    counted = total(standing.tallies)
    assert counted["listed"] == len(listing)
    assert counted["missing"] == 0
    assert {(t.source, t.scope): t.listed for t in standing.tallies} == Counter((r.source, r.scope) for r in listing)
    assert report.documents == len(documents)
    assert report.quarantined == len(quarantine) == demo.done.built.quarantined
    told = Counter(f.source for f in standing.fills for _ in range(f.documents))
    assert told == Counter(d.source for d in documents)
    states = Counter(
        (c.source, c.scope, state) for c in standing.covered for state in c.days for _ in range(c.days[state])
    )
    assert states == Counter((d.source, d.scope, d.state) for d in days)
    assert report.release == demo.done.published.release


def test_the_report_counts_what_the_crawl_and_its_records_hold(demo: Demo, report: RunReport) -> None:
    assert {c.source: c.fetched for c in report.crawls} == {c.source: c.counts.fetched for c in demo.done.crawls}
    assert [stage for stage, _ in report.stages] == [
        "open",
        "crawl",
        "parse",
        "match",
        "merge",
        "panel",
        "store",
        "release",
        "report",
    ]
    with connect(demo.home) as stores, stores.warehouse.read() as conn:
        records = [json.loads(d.record) for d in rows(conn, DocumentRow, is_current=True, source="demo_cfcpn")]
    fills = [f for f in report.standing.fills if f.source == "demo_cfcpn"] if report.standing else []
    assert sum(f.filled["purchaser"] for f in fills) == sum(bool(r["purchaser"]) for r in records)
    assert sum(f.filled["amount"] for f in fills) == sum(any(lot["amount_yuan"] for lot in r["lots"]) for r in records)


def test_the_page_loads_nothing_and_says_that_it_is_made_up(demo: Demo) -> None:
    shown = page(demo.home)
    assert "SYNTHETIC" in shown
    assert re.search(r"<(?:script|img|link|iframe|object)\b|@import|url\(|\bsrc=", shown) is None
    assert "default-src 'none'" in shown
    for said in ("demo_ccgp", "demo_cfcpn", "fincity quarantine replay", "2022-01-01 to 2024-03-31"):
        assert said in shown


def test_no_planted_contact_is_in_page_or_json(demo: Demo) -> None:
    files = [path.read_text(encoding="utf-8") for path in demo.home.reports.iterdir()]
    assert files
    assert [secret for secret in PLANTED for said in files if secret in said] == []


def test_every_quarantine_reason_and_warning_is_a_task_with_an_example(report: RunReport) -> None:
    assert report.standing
    quarantine = [t for t in report.tasks if t.kind == "quarantine"]
    assert sum(t.count for t in quarantine) == report.quarantined
    assert len([t for t in report.tasks if t.kind == "warning"]) == len(report.standing.warned)
    for task in report.tasks:
        assert task.do
        assert task.kind not in ("quarantine", "warning") or task.example


def test_a_killed_run_is_known_and_the_next_one_says_that_nothing_is_new(demo: Demo, tmp_path: Path) -> None:
    home = copy(demo, tmp_path)
    first = newest(home)
    said = (
        "import os, sys; from db.home import Home; from flows.reports.recording import recorded\n"
        "with recorded(Home.open(sys.argv[1]), 'refresh'): os.kill(os.getpid(), 9)"
    )
    killed = subprocess.run([sys.executable, "-c", said, str(home.path)], check=False, cwd=ROOT)
    assert killed.returncode == -9
    assert newest(home).outcome == "running"
    assert "it was killed" in page(home)
    pipeline.refresh(home)
    second = newest(home)
    assert [b.outcome for b in second.history] == ["running", "done"]
    assert (second.compared_with, second.news, second.outcome) == (first.id, (), "done")
    assert second.standing == first.standing
    assert f"Nothing is otherwise than in report <code>{first.id}" in page(home)


def test_a_broken_bound_is_a_task_and_ends_a_refresh_with_3(
    demo: Demo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = copy(demo, tmp_path)
    bound = sources.load("demo_cfcpn").model_copy(update={"bounds": Bounds(min=5, max=6)})
    known = tuple(bound if s.id == bound.id else s for s in sources.all_sources())
    monkeypatch.setattr(sources, "all_sources", lambda: known)
    done = pipeline.refresh(home)
    with pytest.raises(BoundBroken, match="a source lists at least its minimum a month") as broken:
        pipeline.demand(done, quarantine_bound=done.built.quarantined)
    assert broken.value.exit_code == 3
    report = newest(home)
    assert report.outcome == "broken"
    assert {t.severity for t in report.tasks if t.kind == "bounds"} == {"fail", "warn"}
    # Two months have a page in quarantine: they are not complete, and nobody judges them.
    unknown = partial_months(home, "demo_cfcpn")
    assert len(unknown) == 2
    assert {v.month for v in report.volumes}.isdisjoint(unknown)
    assert len(report.volumes) == MONTHS - len(unknown)


def partial_months(home: Home, source: str) -> set[str]:
    with connect(home) as stores, stores.warehouse.read() as conn:
        return {d.day[:7] for d in rows(conn, CoverageDayRow, source=source) if d.state != "complete"}


def test_a_run_that_fails_midway_leaves_a_report_that_says_where(demo: Demo, tmp_path: Path) -> None:
    home = copy(demo, tmp_path)
    log = home.path / "archive" / "log" / "decisions"
    (log / "nonsense.json").mkdir(parents=True)
    (log / "new.json").write_text("{}", encoding="utf-8")
    with pytest.raises(Exception, match="nonsense"):
        pipeline.refresh(home)
    report = newest(home)
    assert report.outcome == "failed"
    assert "while merge" in (report.error or "")
    assert "nonsense" in page(home)


def test_a_busy_home_is_a_failed_run_and_a_wrong_call_is_none(demo: Demo, tmp_path: Path) -> None:
    home = copy(demo, tmp_path)
    before = keeping.ids(home)
    with pytest.raises(UsageError, match="no_such_source"):
        pipeline.refresh(home, CrawlOrder(("no_such_source",)))
    assert keeping.ids(home) == before
    with connect(home) as stores, leases.held(stores.ops, leases.REFRESH), pytest.raises(FincityError):
        pipeline.refresh(home)
    assert newest(home).outcome == "failed"


def test_a_crawl_alone_leaves_a_report_and_one_that_fails_hides_no_other(demo: Demo, tmp_path: Path) -> None:
    home = copy(demo, tmp_path)
    days = {"since": demo.corpus.since, "until": demo.corpus.since + timedelta(days=20)}
    with portal(demo) as up, connect(home) as stores:
        order = CrawlOrder(("demo_cfcpn", "demo_govcn"), portal=up.url, **days)
        busy = leases.held(stores.ops, "site:demo.cfcpn")
        with busy, pytest.raises(FincityError), recorded(home, "crawl two") as run:
            pipeline.crawl(home, order, progress=run.progress)
    report = newest(home)
    assert report.id.endswith("-crawl-two")
    assert report.standing is None
    one, other = report.crawls
    assert "demo_cfcpn" in (one.error or "")
    assert (other.source, other.error) == ("demo_govcn", None)
    assert {q.source for q in report.queued} >= {"demo_govcn"}


def run(home: Home, *arguments: str) -> int:
    with pytest.raises(SystemExit) as left:
        main(["--home", str(home.path), *arguments])
    return int(str(left.value.code or 0))


def test_the_command_line_shows_and_lists_reports(demo: Demo, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(demo.home, "report", "show") == 0
    shown = capsys.readouterr().out
    assert "SYNTHETIC DATA: refresh" in shown
    assert " listed = " in shown
    assert run(demo.home, "report", "show", "--json") == 0
    assert json.loads(capsys.readouterr().out)["outcome"] == "done"
    assert run(demo.home, "report", "list", "--json") == 0
    assert [r["outcome"] for r in json.loads(capsys.readouterr().out)] == ["done"]
    assert run(demo.home, "report", "show", "yesterday") == 2
    assert "no report 'yesterday'" in capsys.readouterr().err


def test_a_command_says_where_its_report_is_and_a_rebuild_changes_nothing(
    demo: Demo, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = copy(demo, tmp_path)
    assert run(home, "reconcile", "--rebuild") == 0
    report = newest(home)
    assert f"report: {home.reports / report.id}.html" in capsys.readouterr().err
    assert (report.command, report.news) == ("rebuild", ())


def test_a_report_of_another_format_is_named_not_guessed(tmp_path: Path) -> None:
    home = Home.create(tmp_path / "home", "synthetic")
    home.reports.mkdir()
    (home.reports / "2026-01-01T000000Z-refresh.json").write_text('{"id": 3}')
    with pytest.raises(FincityError, match=r"2026-01-01T000000Z-refresh\.json cannot be read"):
        keeping.read(home, "2026-01-01T000000Z-refresh")
    assert list(keeping.earlier(home)) == []


def test_two_runs_of_one_second_keep_apart(tmp_path: Path) -> None:
    home = Home.create(tmp_path / "home", "synthetic")
    for _ in range(2):
        with recorded(home, "crawl demo_govcn"):
            pass
    assert len(keeping.ids(home)) == 2
