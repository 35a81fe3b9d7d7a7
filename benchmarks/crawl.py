"""Our crawl of the demo portal beside bare Scrapy, which asks for the same pages and throws them away."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path

import crawlers
from benchmarks.bare_scrapy import Wanted
from benchmarks.rows import Row, ratio, spread
from benchmarks.workshop import Workshop
from crawlers.sources import all_sources
from db import migrate
from db.home import Home
from fincity.demo import corpus as corpora
from fincity.demo.portal import Portal, serve
from fincity.demo.sites import Request, Response

NAME = "crawl"
ROUNDS = 3


@dataclass(slots=True)
class Rate:
    """Requests made, the seconds of whole processes, and those between a crawl's begin and end alone."""

    requests: int = 0
    whole: float = 0.0
    inside: float = 0.0

    def add(self, requests: int, whole: float, inside: float) -> None:
        """Count one process."""
        self.requests += requests
        self.whole += whole
        self.inside += inside


@dataclass
class Listener:
    """Notes what a portal is asked, and lets the portal answer."""

    heard: list[Request] = field(default_factory=list)

    def __call__(self, request: Request) -> Response | None:
        """Hear one request."""
        self.heard.append(request)
        return None


def rows(workshop: Workshop) -> list[Row]:
    """Requests a second, of whole processes and of the crawling alone; every source in turn, ours before the peer."""
    corpus = corpora.make(workshop.size)
    rounds = []
    for number in range(1 if workshop.quick else ROUNDS):
        listener = Listener()
        with serve(corpus, fault=listener) as portal:
            rounds.append(_round(workshop.folder / f"crawl{number}", portal, listener))
    ours, bare = zip(*rounds, strict=True)
    return [*_compared("whole process", _whole(ours), _whole(bare)), *_compared("inside", _inside(ours), _inside(bare))]


def _compared(what: str, ours: list[float], bare: list[float]) -> list[Row]:
    unit = "requests/s"
    our = spread(NAME, f"fincity, {what}", ours, unit)
    peer = spread(NAME, f"bare Scrapy, {what}", bare, unit)
    return [our, peer, ratio(f"fincity / bare Scrapy, {what}", our, peer)]


def _whole(rates: Iterable[Rate]) -> list[float]:
    return [rate.requests / rate.whole for rate in rates]


def _inside(rates: Iterable[Rate]) -> list[float]:
    return [rate.requests / rate.inside for rate in rates]


def _round(path: Path, portal: Portal, listener: Listener) -> tuple[Rate, Rate]:
    home = Home.create(path, "synthetic")
    migrate.upgrade(home)
    ours, bare = Rate(), Rate()
    for source in all_sources():
        if not source.synthetic:
            continue
        listener.heard.clear()
        began = time.perf_counter()
        done = crawlers.crawl(home, source, portal.corpus.since, portal.corpus.until, portal=portal.url)
        ours.add(len(listener.heard), time.perf_counter() - began, done.counts.seconds)
        _bare(portal.url, list(listener.heard), bare)
    return ours, bare


def _bare(portal: str, asked: list[Request], rate: Rate) -> None:
    lines = [json.dumps(asdict(_wanted(request))) for request in asked]
    command = [sys.executable, "-m", "benchmarks.bare_scrapy", portal]
    began = time.perf_counter()
    said = subprocess.run(command, input="\n".join(lines), check=True, text=True, stdout=subprocess.PIPE).stdout
    told = json.loads(said)
    if told["answers"] != len(asked):
        raise RuntimeError(f"bare Scrapy got {told['answers']} answers to {len(asked)} requests")
    rate.add(len(asked), time.perf_counter() - began, told["seconds"])


def _wanted(request: Request) -> Wanted:
    return Wanted(f"http://{request.host}{request.target}", request.method, request.body.decode())
