"""A crawl through bad weather: workers killed again and again, until everything is fetched; and a calm one beside it.

python -m tests.storm PORTAL < orders       (the child: crawls what the orders say, each source in a worker)
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import psutil

from crawlers import crawl
from crawlers.agenda import Lists
from crawlers.sources import Source, load
from db import frontier
from db.archive import Archive
from db.engine import connect
from db.home import Home
from db.warehouse import dump
from etl.errors import FincityError
from etl.walks import CHINA
from fincity.demo import corpus as corpora
from fincity.demo.corpus import Corpus, Scale
from fincity.demo.facts import CCGP, CFCPN, Notice
from fincity.demo.portal import serve
from flows import pipeline
from tests import kill
from tests.weather import Weather

SOURCES = (CCGP, CFCPN)
#: Politeness asked of the crawlers, which the server measures.
DELAY, CONCURRENCY = 0.008, 4
TIMEOUT, STALL = 1.5, 2.5
#: Runs after which what is not fetched will never be.
ROUNDS = 60


def source(name: str) -> Source:
    """A source of the demo, in a hurry but polite."""
    manners = {"delay_seconds": DELAY, "concurrency": CONCURRENCY, "timeout_seconds": TIMEOUT}
    return load(name).model_copy(update=manners)


def corpus(listed: int, today: date) -> Corpus:
    """A corpus of about so many notices, published up to yesterday."""
    since, until = today - timedelta(days=420), today - timedelta(days=1)
    projects = listed // 2  # most are told of two or three times
    scale = Scale(since, until, range(2022, 2023), 12, 20, 50, 4, projects, 4, 0)
    return corpora.build(scale, "small", 7)


@dataclass
class Story:
    """What a crawl came to. `lines`: the canonical dump, without the list pages as they happened to look."""

    home: Home
    lines: list[str]
    weather: Weather
    kills: int
    rounds: int
    seconds: float


@dataclass
class Storm:
    """The same corpus and the same two days, calm or not: all is fetched; eight days later some of it was revised."""

    corpus: Corpus
    today: date
    revised: frozenset[str]
    announced: frozenset[str]

    @classmethod
    def of(cls, listed: int) -> Storm:
        """About so many notices, of which one in a hundred is revised; of every second of these the list says so."""
        today = datetime.now(CHINA).date()
        made = corpus(listed, today)
        fresh = sorted(n.source_id for n in made.notices if n.day > (today - timedelta(days=7)).isoformat())
        chosen = fresh[: max(2, len(made.notices) // 100)]
        return cls(made, today, frozenset(chosen), frozenset(chosen[::2]))

    @property
    def listed(self) -> list[Notice]:
        """The notices of the window that is crawled."""
        return [
            n for n in self.corpus.notices if self.corpus.since.isoformat() <= n.day <= self.corpus.until.isoformat()
        ]

    def story(self, home: Home, *, calm: bool, kills: int, seed: int) -> Story:
        """Crawl it into the home. AssertionError when it never comes to an end."""
        began = time.monotonic()
        with serve(self.corpus) as portal:
            weather = Weather(portal, seed, STALL, calm)
            run = Rounds(home, portal.url, self.corpus, random.Random(seed), kills)
            run.until_done(self.today)
            weather.revise(self.revised, self.announced)
            run.until_done(self.today + timedelta(days=8), self.revised)
        pipeline.build_panel(home)
        with connect(home) as stores, stores.warehouse.read() as conn:
            lines = [line for line in dump(conn) if json.loads(line)[0] != "list_page"]
        return Story(home, lines, weather, run.killed, run.number, time.monotonic() - began)


@dataclass
class Rounds:
    """Runs one after another, of which some are killed."""

    home: Home
    portal: str
    corpus: Corpus
    moments: random.Random
    kills: int
    killed: int = 0
    number: int = 0

    def until_done(self, today: date, again: frozenset[str] = frozenset()) -> None:
        """Run until every item is fetched, every day closed, and what is in `again` was captured twice."""
        half = self.kills if again else self.killed + (self.kills + 1) // 2
        for _ in range(ROUNDS):
            self.number += 1
            if self.killed < half:
                self.killed += self._killed_run(today)
                continue
            self._run(today)
            if self._done(today, again):
                return
        raise AssertionError(f"not everything was fetched in {ROUNDS} runs")

    def _start(self, today: date) -> subprocess.Popen[bytes]:
        said = {
            "home": str(self.home.path),
            "since": self.corpus.since.isoformat(),
            "until": self.corpus.until.isoformat(),
            "today": today.isoformat(),
        }
        command = [sys.executable, "-m", "tests.storm", self.portal, json.dumps(said)]
        return subprocess.Popen(command, start_new_session=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def _run(self, today: date) -> None:
        running = self._start(today)
        _, said = running.communicate()
        assert running.returncode == 0, said.decode()

    def _killed_run(self, today: date) -> bool:
        """Start a run, and kill -9 all of it, or one worker alone, at some moment of its crawling."""
        running = self._start(today)
        try:
            found = kill.first_workers(running)
            running.wait(self.moments.uniform(0.8, 4))
        except subprocess.TimeoutExpired:
            if self.moments.random() < 0.5:
                os.killpg(running.pid, signal.SIGKILL)
            else:
                _kill(found[0])
            return True
        finally:
            running.communicate()
        return False

    def _done(self, today: date, again: frozenset[str]) -> bool:
        """Whether every item is fetched, every day closed, and of what is in `again` both versions are here."""
        pages = {(e.source_id, e.raw_sha256) for e, _ in Archive.of(self.home).events() if e.kind == "detail"}
        versions = Counter(key for key, digest in pages if digest)
        with connect(self.home) as stores, stores.ops.read() as conn:
            states = [frontier.states(conn, name) for name in SOURCES]
            lists = [Lists(source(name), frontier.walks_of(conn, name), today) for name in SOURCES]
        # Eight days later the fresh days are open for good: by the clock all walks were on one day.
        closed = again or not any(one.wanted(self.corpus.since, self.corpus.until) for one in lists)
        return bool(closed) and all(set(s) == {"fetched"} for s in states) and all(versions[k] > 1 for k in again)


def _kill(worker: psutil.Process) -> None:
    try:
        worker.kill()
    except psutil.NoSuchProcess:
        return


def main(portal: str, said: str) -> int:
    """Crawl both sources at the same time, each in a worker of its own; one that was killed is no fault of ours."""
    order: dict[str, Any] = json.loads(said)
    home = Home.open(Path(order["home"]))
    since, until, today = (date.fromisoformat(order[key]) for key in ("since", "until", "today"))

    def one(name: str) -> None:
        try:
            crawl(home, source(name), since, until, portal=portal, today=today)
        except FincityError as error:
            if "killed by signal 9" not in str(error):
                raise

    with ThreadPoolExecutor(len(SOURCES)) as pool:
        list(pool.map(one, SOURCES))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
