"""The spider: takes tasks from the agenda, asks the site through Scrapy's downloader, hands what came to the keeper.

Scrapy paces, connects, times out and limits sizes. What an attempt means is decided here, where it can be archived:
robots, allowed hosts, redirects, content codings, block pages, retries. Every attempt leaves a `FetchEvent`, whatever
became of it.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request, Spider
from scrapy.http import Headers, Response

from crawlers import answers
from crawlers.agenda import Agenda
from crawlers.families import Ask, family
from crawlers.job import MAX_BYTES, Counts, Job
from crawlers.keeper import Exchange, Keeper
from crawlers.robots import Robots, RobotsError
from db import frontier
from db.archive import now
from db.ops import ATTEMPTS
from db.ops_tables import Task
from etl import documents, parsers
from etl.errors import Quarantined, UsageError
from etl.records import FetchEvent, Record
from etl.walks import Walk

#: Outcome and detail of what robots.txt keeps us from.
FORBIDDEN = ("robots", "robots.txt forbids it")
#: Redirects followed in one attempt.
HOPS = 5
#: Blocks after which a run leaves the site alone.
BLOCKS = 2
_FRONT = re.compile(r"/?(?:(?:index|default|home|main|welcome)(?:\.[a-z]{2,5})?/?)?", re.IGNORECASE)
#: Tasks given up one after another, after which the site counts as out of reach.
FAILURES = 10


class LeftAloneError(Exception):
    """The run ended while a request waited for its turn: it is not made."""


@dataclass(frozen=True, slots=True)
class Ending:
    """How a task's attempt ended, after redirects."""

    outcome: str
    status: int | None = None
    body: bytes = b""
    retry_after: str | None = None
    passed: tuple[Walk, ...] = ()


class PortalSpider(Spider):
    """One run of one source."""

    name = "portal"
    job: Job
    open_keeper: Callable[[], Keeper]
    report: Callable[[Counts], None]

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.counts = Counts()
        self.error: BaseException | None = None
        self.family = family(self.job.source.family)
        self.robots = Robots(self.job.agent, self._robots_txt)
        self.turn = asyncio.Semaphore(self.job.source.concurrency)
        self.not_before = self.wanted_delay = 0.0
        self.failures = 0

    async def start(self) -> AsyncIterator[Any]:
        """Do the whole run; nothing goes through Scrapy's scheduler, whose queue a crash would lose."""
        self.keeper = self.open_keeper()
        self.agenda = Agenda(self.job, self.keeper.ask)
        try:
            await self._run()
        except BaseExceptionGroup as group:
            self.error = group.exceptions[0]
        finally:
            await self.keeper.close()
        nothing: tuple[Request, ...] = ()
        for request in nothing:
            yield request

    async def _run(self) -> None:
        began = time.monotonic()
        await self.agenda.begin()
        # Who asked this site before us may have been killed right after asking.
        self._pause(self.job.source.delay_seconds)
        reporter = asyncio.create_task(self._report(began))
        # More than may ask at once: while some wait for the disk, others ask.
        async with asyncio.TaskGroup() as group:
            for _ in range(4 * self.job.source.concurrency + 1):
                group.create_task(self._fetcher())
        reporter.cancel()
        await self._count(began)
        self.counts.stopped = self.agenda.stopped

    async def _report(self, began: float) -> None:
        while True:
            await asyncio.sleep(0.5)
            await self._count(began)
            self.report(self.counts)

    async def _count(self, began: float) -> None:
        states = await self.keeper.ask(lambda conn: frontier.states(conn, self.job.source.id))
        self.counts.items = sum(states.values())
        self.counts.seconds = round(time.monotonic() - began, 3)

    async def _fetcher(self) -> None:
        while (task := await self.agenda.next()) is not None:
            try:
                ending = await self._fetch(task)
            except RobotsError as error:
                await self.agenda.stop(str(error))
                await self.agenda.done(task, (), fetched=False)
                continue
            except LeftAloneError:
                await self.agenda.done(task, (), fetched=False)
                continue
            await self._judge(task, ending)
            await self.agenda.done(task, ending.passed, fetched=ending.outcome == "ok")

    async def _judge(self, task: Task, ending: Ending) -> None:
        """Count, and leave the site alone when it blocks us again or cannot be reached any more."""
        counts, outcome = self.counts, ending.outcome
        if outcome == "ok":
            self.failures = 0
            counts.pages += task.kind == "list"
            counts.fetched += task.kind == "detail"
        elif outcome == "blocked":
            if counts.blocked >= BLOCKS:
                await self.agenda.stop("the site blocked us twice")
        elif outcome == "robots":
            counts.robots += 1
        else:
            counts.failed += 1
            about_one_page = outcome == "refused" or ending.status in (404, 410)
            self.failures = 0 if about_one_page else self.failures + 1
            if self.failures >= FAILURES:
                await self.agenda.stop(f"{FAILURES} tasks failed one after another; the last: {outcome}")

    def _front_page(self, url: str) -> bool:
        """Whether an address is where a site begins: its root, by any usual name, or the homepage of the source."""
        parts, home = urlsplit(url), urlsplit(self.job.source.homepage)
        return _FRONT.fullmatch(parts.path) is not None or (parts.hostname, parts.path) == (home.hostname, home.path)

    def _pause(self, seconds: float) -> None:
        self.not_before = max(self.not_before, time.monotonic() + seconds)

    async def _fetch(self, task: Task) -> Ending:
        """Up to `ATTEMPTS` attempts, with growing pauses for the whole site between them."""
        for attempt in range(1, ATTEMPTS + 1):
            ending = await self._attempt(task, attempt)
            again = ending.outcome in ("timeout", "connection", "truncated") or ending.status in answers.BUSY
            if not again or attempt == ATTEMPTS or self.agenda.stopped:
                break
            self._pause(answers.pause(attempt, self.job.source.delay_seconds, ending.retry_after))
        return ending

    async def _attempt(self, task: Task, attempt: int) -> Ending:
        try:
            ask = self._request(task)
        except UsageError as error:
            return await self._note(self._event(task, attempt, task.url or "", "GET"), "refused", str(error))
        for _ in range(HOPS):
            event = self._event(task, attempt, ask.url, ask.method)
            refusal = await self._refusal(task, ask.url)
            if refusal == FORBIDDEN and task.state == "robots":
                return Ending("robots")  # known and archived by an earlier run
            if refusal is not None:
                return await self._note(event, *refusal)
            ending, location = await self._exchange(event, ask)
            if location is None:
                return ending
            target = answers.target(ask.url, location)
            # What is not allowed may be no address at all.
            known = answers.allowed(target, self.job.source.hosts)
            if known and self._front_page(target) and not self._front_page(ask.url):
                return await self._note(event, "http_error", f"sent on to the front page {target}, instead of a 404")
            ask = _redirected(ask, target, ending.status)
        return await self._note(event, "refused", f"more than {HOPS} redirects")

    async def _refusal(self, task: Task, url: str) -> tuple[str, str] | None:
        """Why we will not ask for this address, as outcome and detail."""
        if not answers.allowed(url, self.job.source.hosts):
            return "refused", f"not on an allowed host of {self.job.source.id}: {answers.place(url)}"
        if task.kind == "robots":
            return None
        if not await self.robots.allows(url):
            return FORBIDDEN
        self.wanted_delay = max(self.wanted_delay, await self.robots.delay(url))
        return None

    async def _exchange(self, event: FetchEvent, ask: Ask) -> tuple[Ending, str | None]:
        """One request and its answer, archived; with the address a redirect points at."""
        request = self._scrapy_request(ask)
        try:
            response = await self._download(request)
        except LeftAloneError:
            raise
        except Exception as error:
            return await self._note(event, *answers.failure(error)), None
        headers = _pairs(response.headers)
        told = {name.lower(): value for name, value in headers}
        try:
            body = answers.decoded(response.body, told.get("content-encoding", ""), MAX_BYTES)
            outcome, detail = answers.outcome(response.status, body, event.kind)
        except answers.BodyError as error:
            body, outcome, detail = response.body, error.outcome, str(error)
        if response.status == 429 and event.attempt == ATTEMPTS:
            outcome = "blocked"
        if outcome == "blocked" and response.status == 200 and self._is_content(event, body):
            outcome, detail = "ok", None  # a notice may speak of captchas and maintenance
        if outcome == "blocked":  # at once: nobody else may ask while this is written down
            self.counts.blocked += 1
            self._pause(20 * self.job.source.delay_seconds)
        exchange = Exchange(_pairs(request.headers), ask.body, _status_line(response.status), headers, body)
        status, content_type = response.status, told.get("content-type")
        full = replace(event, outcome=outcome, detail=detail, status=status, content_type=content_type)
        passed = await self.keeper.put(full, exchange)
        ending = Ending(outcome, status, body, told.get("retry-after"), tuple(passed))
        return ending, told.get("location") if status in answers.REDIRECTS else None

    def _is_content(self, event: FetchEvent, body: bytes) -> bool:
        """Whether a page that sounds like a block is read as a list with items, or as the item that was asked for."""
        parser = parsers.family(self.job.source.family)
        asked = Record(event.source, event.source_id or "", event.url)
        page = documents.page_of(self.job.source.facts, event, body, asked)
        try:
            return bool(parser.parse_list(page).items if event.kind == "list" else parser.parse_detail(page))
        except Quarantined:
            return False

    async def _note(self, event: FetchEvent, outcome: str, detail: str) -> Ending:
        passed = await self.keeper.put(replace(event, outcome=outcome, detail=detail))
        return Ending(outcome, passed=tuple(passed))

    async def _robots_txt(self, url: str) -> tuple[int | None, bytes]:
        ending = await self._fetch(Task("robots", "", "", url=url))
        return ending.status, ending.body

    async def _download(self, request: Request) -> Response:
        """Ask, when it is our turn and the site wants to hear from us again."""
        async with self.turn:
            while (wait := self.not_before - time.monotonic()) > 0:
                await asyncio.sleep(wait)
            if self.agenda.stopped or self.counts.blocked >= BLOCKS:
                raise LeftAloneError
            self._pause(self.wanted_delay)
            self.counts.requests += 1
            assert self.crawler.engine is not None
            return await self.crawler.engine.download_async(request)

    def _scrapy_request(self, ask: Ask) -> Request:
        source = self.job.source
        headers = {"Accept-Encoding": "gzip, deflate", "Accept-Language": "zh-CN", **source.headers, **ask.headers}
        meta: dict[str, Any] = {"download_slot": source.site}
        if self.job.portal:
            meta["proxy"] = self.job.portal
        return Request(ask.url, method=ask.method, headers=headers, body=ask.body, meta=meta)

    def _request(self, task: Task) -> Ask:
        source = self.job.source
        if task.kind in ("robots", "part"):
            return Ask(task.url or "")
        if task.kind == "list":
            return self.family.list_request(source, source.scope(task.scope), task.window, task.page or 1)
        return self.family.detail_request(source, task.source_id or "", task.url)

    def _event(self, task: Task, attempt: int, url: str, method: str) -> FetchEvent:
        return FetchEvent(
            source=self.job.source.id,
            scope=task.scope,
            window=task.window,
            kind=task.kind,
            url=url,
            outcome="ok",
            fetched_at=now(),
            attempt=attempt,
            walk=task.walk,
            page=task.page,
            source_id=task.source_id,
            method=method,
        )


def _pairs(headers: Headers) -> list[tuple[str, str]]:
    return [(name.decode("latin-1"), v.decode("latin-1")) for name, values in headers.items() for v in values]


def _status_line(status: int) -> str:
    phrase = HTTPStatus(status).phrase if status in HTTPStatus._value2member_map_ else "Unknown"
    return f"{status} {phrase}"


def _redirected(ask: Ask, url: str, status: int | None) -> Ask:
    """A form is sent again only where the redirect says so (307, 308)."""
    return replace(ask, url=url) if status in (307, 308) else Ask(url)
