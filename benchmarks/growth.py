"""How a crawl grows: the worker's memory while it fetches everything, and what a run costs when nothing is new."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta

import psutil

import crawlers
from benchmarks import endless
from benchmarks.rows import Row
from benchmarks.workshop import Workshop
from crawlers.job import Counts
from crawlers.sources import load
from db import migrate
from db.home import Home
from tests import kill

NAME = "growth"
SIZES, SIZES_QUICK = (1_000, 10_000, 100_000), (1_000, 5_000)
#: Runs with nothing new, of which the quickest counts: the others waited for the machine.
RUNS = 3
#: How much more the largest may need than the smallest, and still be called the same.
SAME = 1.5
SOURCE = "demo_cfcpn"


@dataclass(frozen=True, slots=True)
class Grown:
    """A size: the most memory of the worker in MB, seconds to fetch everything, and of a run with nothing new."""

    notices: int
    peak: float
    whole: float
    nothing_new: float
    requests: int


def rows(workshop: Workshop) -> list[Row]:
    """Figures for every size, and whether the largest is like the smallest."""
    sizes = SIZES_QUICK if workshop.quick else SIZES
    found = [_grown(workshop, notices) for notices in sizes]
    first, last = found[0], found[-1]
    return [
        *(row for grown in found for row in _told(grown)),
        _same("memory", last.peak / first.peak),
        _same("a run with nothing new", last.nothing_new / first.nothing_new),
    ]


def _same(what: str, times: float) -> Row:
    return Row(NAME, f"{what}, largest / smallest", times, "x", holds=times < SAME)


def _told(grown: Grown) -> Iterator[Row]:
    size = f"{grown.notices} notices"
    yield Row(NAME, f"{size}: peak of the crawl worker", grown.peak, "MB")
    yield Row(NAME, f"{size}: fetched", grown.notices / grown.whole, "notices/s")
    yield Row(NAME, f"{size}: nothing new, {grown.requests} requests", grown.nothing_new, "s", runs=RUNS)


def _grown(workshop: Workshop, notices: int) -> Grown:
    home = Home.create(workshop.folder / f"growth{notices}", "synthetic")
    migrate.upgrade(home)
    with endless.running(notices) as portal:
        peak, whole, _ = _measured(lambda: _crawl(home, portal))
        again = [_measured(lambda: _crawl(home, portal)) for _ in range(RUNS)]
    return Grown(notices, peak, whole, min(seconds for _, seconds, _ in again), again[0][2].requests)


def _crawl(home: Home, portal: str) -> Counts:
    last = endless.yesterday()
    # The list of today is not over, so that a run with nothing new asks for what may be.
    source = load(SOURCE).model_copy(update={"max_silent_days": None})
    since = last - timedelta(days=endless.SPAN)
    return crawlers.crawl(home, source, since, last + timedelta(days=1), portal=portal).counts


def _measured(work: Callable[[], Counts]) -> tuple[float, float, Counts]:
    """The most memory a crawl worker held meanwhile, in MB, the seconds it took, and what it did."""
    began = time.perf_counter()
    with _watching() as peak:
        counts = work()
    return peak[0] / 1e6, time.perf_counter() - began, counts


@contextmanager
def _watching() -> Iterator[list[int]]:
    peak, done = [0], threading.Event()

    def watch() -> None:
        while not done.wait(0.1):
            for worker in kill.workers(os.getpid()):
                with suppress(psutil.NoSuchProcess):
                    peak[0] = max(peak[0], worker.memory_info().rss)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield peak
    finally:
        done.set()
        watcher.join()
