"""Parsing archived pages of real length again, with redaction, from the archive to rows: one process, then two."""

from __future__ import annotations

from benchmarks import site
from benchmarks.rows import Row, ratio, spread
from benchmarks.stages import Clock
from benchmarks.workshop import Workshop
from db import migrate
from db.captures import captures
from db.home import Home
from fincity.demo.facts import CCGP, CFCPN
from flows import parsing, pipeline
from flows.pipeline import CrawlOrder
from flows.session import Session, opened

NAME = "parse"
SOURCES = (CCGP, CFCPN)
PROJECTS, PROJECTS_QUICK = 1_500, 400
ROUNDS = 3


def rows(workshop: Workshop) -> list[Row]:
    """Pages and megabytes a second of the pages of items; starting the second process is part of its time."""
    taken: dict[int, list[float]] = {1: [], 2: []}
    with opened(_crawled(workshop)) as session:
        size = _megabytes(session)
        for _ in range(1 if workshop.quick else ROUNDS):
            for jobs, seconds in taken.items():
                pages, span = _parse(session, jobs)
                seconds.append(span)
    one, two, one_volume, two_volume = (
        spread(NAME, case, [amount / span for span in taken[jobs]], unit)
        for amount, unit in ((pages, "pages/s"), (size, "MB/s"))
        for jobs, case in ((1, "one process"), (2, "two processes"))
    )
    mean = Row(NAME, "length of a page", size / pages * 1_000, "kB")
    return [mean, one, two, one_volume, two_volume, ratio("two processes / one", two, one)]


def _crawled(workshop: Workshop) -> Home:
    home = Home.create(workshop.folder / "parse", "synthetic")
    migrate.upgrade(home)
    with site.running(PROJECTS_QUICK if workshop.quick else PROJECTS, keep=False) as portal:
        pipeline.crawl(home, CrawlOrder(SOURCES, site.SINCE, site.UNTIL, portal=portal), jobs=2)
    return home


def _parse(session: Session, jobs: int) -> tuple[int, float]:
    """Pages parsed, and the seconds it took."""
    clock = Clock()
    parsing.parse(session, jobs, clock, afresh=True)
    spans = {stage: seconds for stage, seconds in clock.spans().items() if stage.startswith("parse demo_")}
    return sum(clock.total[stage] for stage in spans), sum(spans.values())


def _megabytes(session: Session) -> float:
    with session.stores.ops.read() as conn:
        events = [event for of_source in captures(conn).values() for event in of_source]
    return sum(e.length or 0 for e in events if e.kind == "detail" and e.outcome == "ok") / 1e6
