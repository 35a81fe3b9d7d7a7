"""Our crawl of pages of real length beside bare Scrapy, which asks for the same pages and throws them away.

The portal is a process of its own (`benchmarks.site`), asked once before anything is measured. `inside` leaves out what
starting and ending take; `with parsing and storing` is the same crawl and, from the same command, every page read and
every table written.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import crawlers
from benchmarks import site
from benchmarks.rows import Row, ratio, spread
from benchmarks.site import Asked
from benchmarks.workshop import Workshop
from db import migrate
from db.home import Home
from fincity.demo.facts import CCGP, CFCPN
from flows import pipeline
from flows.pipeline import CrawlOrder

NAME = "crawl"
#: Lists and details of one are HTML, of the other JSON.
SOURCES = (CCGP, CFCPN)
PROJECTS, PROJECTS_QUICK = 1_500, 300
ROUNDS = 3
JOBS = 2


@dataclass(slots=True)
class Rate:
    """Requests answered, the seconds of whole processes, and those between a crawl's begin and end alone."""

    requests: int = 0
    whole: float = 0.0
    inside: float = 0.0

    def add(self, requests: int, whole: float, inside: float) -> None:
        """Count one process."""
        self.requests += requests
        self.whole += whole
        self.inside += inside


def rows(workshop: Workshop) -> list[Row]:
    """Requests a second, source after source; who begins changes from round to round."""
    projects = PROJECTS_QUICK if workshop.quick else PROJECTS
    with site.running(projects) as portal:
        asked = {source: _heard(workshop.folder / "warm", source, portal) for source in SOURCES}
        rounds = [
            _round(workshop.folder / f"crawl{n}", portal, asked, n) for n in range(1 if workshop.quick else ROUNDS)
        ]
    ours, bare, stored = zip(*rounds, strict=True)
    return [
        Row(NAME, "requests", sum(map(len, asked.values())), "requests"),
        *_compared("inside", _rates(ours, "inside"), _rates(bare, "inside")),
        *_compared("whole processes", _rates(ours, "whole"), _rates(bare, "whole")),
        *_compared(f"with parsing and storing, --jobs {JOBS}", _rates(stored, "whole"), _rates(bare, "whole")),
    ]


def _compared(what: str, ours: list[float], bare: list[float]) -> list[Row]:
    our = spread(NAME, f"fincity, {what}", ours, "requests/s")
    peer = spread(NAME, f"bare Scrapy beside it, {what}", bare, "requests/s")
    return [our, peer, ratio(f"fincity / bare Scrapy, {what}", our, peer)]


def _rates(rates: Iterable[Rate], span: str) -> list[float]:
    return [rate.requests / getattr(rate, span) for rate in rates]


def _heard(path: Path, source: str, portal: str) -> list[Asked]:
    """What our crawler asks the portal for."""
    crawlers.crawl(_home(path), source, site.SINCE, site.UNTIL, portal=portal)
    return site.heard(portal)


def _home(path: Path) -> Home:
    home = Home.create(path, "synthetic")
    migrate.upgrade(home)
    return home


def _round(path: Path, portal: str, asked: dict[str, list[Asked]], number: int) -> tuple[Rate, Rate, Rate]:
    ours, bare, stored = Rate(), Rate(), Rate()
    turns: list[Callable[[], None]] = [
        lambda: _ours(_home(path), portal, asked, ours),
        lambda: _bare(portal, asked, bare),
        lambda: _stored(_home(path.with_name(f"{path.name}-stored")), portal, asked, stored),
    ]
    for turn in (*turns[number:], *turns[:number]):
        turn()
    return ours, bare, stored


def _ours(home: Home, portal: str, asked: dict[str, list[Asked]], rate: Rate) -> None:
    for source, requests in asked.items():
        began = time.perf_counter()
        done = crawlers.crawl(home, source, site.SINCE, site.UNTIL, portal=portal)
        rate.add(done.counts.requests, time.perf_counter() - began, done.counts.seconds)
        _demand(done.counts.requests, requests)


def _stored(home: Home, portal: str, asked: dict[str, list[Asked]], rate: Rate) -> None:
    order = CrawlOrder(SOURCES, site.SINCE, site.UNTIL, portal=portal)
    began = time.perf_counter()
    done = pipeline.crawl(home, order, jobs=JOBS)
    built = pipeline.build_panel(home, jobs=JOBS)
    rate.add(sum(map(len, asked.values())), time.perf_counter() - began, 0.0)
    if built.parsed_now != sum(report.counts.fetched for report in done) or built.quarantined:
        raise RuntimeError(f"{built.parsed_now} pages were parsed, {built.quarantined} are in quarantine")


def _bare(portal: str, asked: dict[str, list[Asked]], rate: Rate) -> None:
    for requests in asked.values():
        lines = "\n".join(json.dumps(request._asdict()) for request in requests)
        command = [sys.executable, "-m", "benchmarks.bare_scrapy", portal]
        began = time.perf_counter()
        said = json.loads(subprocess.run(command, input=lines, check=True, text=True, stdout=subprocess.PIPE).stdout)
        rate.add(said["answers"], time.perf_counter() - began, said["seconds"])
        _demand(said["answers"], requests)


def _demand(answers: int, asked: Sequence[Asked]) -> None:
    if answers != len(asked):
        raise RuntimeError(f"{answers} answers to {len(asked)} requests")
