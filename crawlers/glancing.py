"""A look at a site that keeps nothing but refusals: the crawler itself, in a home of its own that is gone afterwards.

It is as polite as any crawl, and polite together with the others: while it goes on, the site's lease is held in the
home it stands beside, and a site that wants to be left alone there is left alone here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from http import HTTPStatus
from pathlib import Path
from tempfile import TemporaryDirectory

from crawlers.job import Counts
from crawlers.launch import CrawlReport, crawl
from crawlers.sources import Source, all_sources
from db import frontier, leases, migrate, ops
from db.archive import Archive
from db.engine import connect
from db.home import Home
from etl.errors import FincityError
from etl.records import FetchEvent
from etl.walks import CHINA


@dataclass(frozen=True, slots=True)
class Glance:
    """What came of a look: every attempt, and the counts. Bodies can be read as long as the look lasts."""

    archive: Archive
    events: tuple[FetchEvent, ...]
    report: CrawlReport

    def body(self, event: FetchEvent) -> bytes:
        """The body of an answered attempt."""
        return self.archive.body(event.segment or "", event.offset or 0)

    def robots(self) -> str:
        """What became of robots.txt, in a sentence."""
        asked = {event.url: event for event in self.events if event.kind == "robots"}
        if not asked:
            return "robots.txt was not asked for."
        forbids = any(event.outcome == "robots" for event in self.events)
        return " ".join(_robots(event, "forbids" if forbids else "allows") for event in asked.values())

    def problem(self) -> str | None:
        """Why the look ended early or brought no page; None when all went well."""
        failed = [event for event in self.events if event.outcome != "ok" and event.kind != "robots"]
        if failed:
            return f"{failed[-1].outcome}: {failed[-1].detail}"
        return self.report.counts.stopped


def _robots(event: FetchEvent, verdict: str) -> str:
    """A sentence on the last attempt at one robots.txt."""
    day = datetime.fromisoformat(event.fetched_at).astimezone(CHINA).date()
    if event.outcome == "ok":
        return f"{event.url}, read on {day}, {verdict} what was asked for."
    if event.status in (404, 410):
        return f"There is no {event.url} ({day}): nothing is forbidden."
    return f"{event.url} ({day}): {(event.detail or event.outcome).rstrip('.')}."


@contextmanager
def glance(
    source: Source,
    since: date,
    until: date,
    *,
    beside: Home | None,
    sample: int | None = None,
    portal: str | None = None,
    progress: Callable[[Counts], None] | None = None,
) -> Iterator[Glance]:
    """Ask for robots.txt and the first page of each list, and for `sample` items of each.

    `beside`: the home that crawls the site otherwise. Raises FincityError when it is doing so now, when the site wants
    to be left alone, and those of `crawl`. A refusal is remembered there, like those of any crawl.
    """
    with TemporaryDirectory(prefix="fincity-") as folder, _turn(source, beside):
        home = Home.create(Path(folder) / "home", "synthetic" if source.synthetic else "real", apart=True)
        report = crawl(home, source, since, until, sample=sample, glance=True, portal=portal, progress=progress)
        archive = Archive.of(home)
        seen = Glance(archive, tuple(event for event, _ in archive.events(source=source.id)), report)
        if beside is not None:
            _remember(seen, source, Archive.of(beside))
        yield seen


def _remember(seen: Glance, source: Source, archive: Archive) -> None:
    """Enter refusals of a site into the archive of the home: it is the site that wants to be left alone, not a list."""
    refused = [event for event in seen.events if event.outcome == "blocked" and event.segment]
    if not refused or source.id not in {one.id for one in all_sources()}:
        return
    with archive.writer(source.id) as writer:
        for event in refused:
            noted = replace(event, kind="glance", source_id=None, page=None, segment=None, offset=None)
            status = f"{event.status} {HTTPStatus(event.status or 200).phrase}"
            writer.exchange(noted, request_headers=[], status_line=status, response_headers=[], body=seen.body(event))


@contextmanager
def _turn(source: Source, beside: Home | None) -> Iterator[None]:
    """Hold the site's lease; FincityError while somebody else does, or while the site wants to be left alone."""
    if beside is None:
        yield
        return
    migrate.upgrade(beside)
    with connect(beside) as stores, leases.held(stores.ops, f"site:{source.site}"):
        same = {one.id: one for one in (*all_sources(), source) if one.site == source.site}
        for one in same.values():
            ops.catch_up(stores, Archive.of(beside), one.facts)
            with stores.ops.read() as conn:
                rest = frontier.rests_until(conn, one.id, one.cooldown_hours)
            if rest and rest > datetime.now(CHINA):
                raise FincityError(f"{one.site} blocked us and is left alone until {rest:%Y-%m-%d %H:%M %z}")
        yield
