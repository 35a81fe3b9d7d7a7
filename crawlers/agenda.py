"""The agenda of a run: which page of which walk, which listed item comes next.

It is worked out from the ops tables: walks that are open go on, windows that no complete walk covers are walked, days
that are so fresh that items may still appear late are walked again, listed items that are not fetched yet are fetched.
A rerun after a crash is therefore nothing special.
"""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import Connection

from crawlers.job import Job
from crawlers.sources import Source
from db import frontier
from db.frontier import Place
from db.ops_tables import Task
from etl import walks
from etl.parsers import family
from etl.walks import CHINA, Walk

T = TypeVar("T")
Ask = Callable[[Callable[[Connection], Any]], Awaitable[Any]]
#: How often a run walks a window whose list changed under its feet.
WALKS = 3
_AHEAD = 200


class Lists:
    """Which list pages a source's walks ask for; `known` are its walks so far, `today` the day of the run, +08:00."""

    def __init__(self, source: Source, known: Iterable[Walk], today: date) -> None:
        self._source = source
        self._today = today
        self._known = {(walk.scope, walk.window, walk.walk): walk for walk in known}

    def wanted(self, since: date, until: date) -> list[Task]:
        """The next list page of every stretch of since..until that is not covered yet."""
        windows = list(self._source.windows(since, until))
        return [task for scope in self._source.scopes for window in windows for task in self._open(scope.name, window)]

    def after(self, walk: Walk) -> list[Task]:
        """What a walk that moved on asks for next."""
        self._known[walk.scope, walk.window, walk.walk] = walk
        return self._following(walk)

    def _open(self, scope: str, window: str) -> Iterator[Task]:
        mine = [walk for walk in self._known.values() if walk.scope == scope]
        for stretch in walks.uncovered(window, mine, self._source.overlap_days, self._today):
            yield from self._start(scope, stretch, mine)

    def _start(self, scope: str, window: str, mine: Sequence[Walk]) -> list[Task]:
        """Where an uncovered window goes on: the next page of its open walk, page 1 of a new one, or its halves."""
        last = max((w for w in mine if w.window == window), key=lambda w: w.walk, default=None)
        if last is None:
            return [Task("list", scope, window, 1, 1)]
        if last.state == "complete":  # but it was walked too early
            return [Task("list", scope, window, last.walk + 1, 1)]
        return self._following(last)

    def _following(self, walk: Walk) -> list[Task]:
        if walk.state == "open":
            return [Task("list", walk.scope, walk.window, walk.walk, walk.page + 1)]
        if walk.state == "abandoned":
            return [Task("list", walk.scope, walk.window, walk.walk + 1, 1)]
        halves = walks.split(walk.window) if walk.state == "capped" else None
        return [task for half in halves or () for task in self._open(walk.scope, half)]


class Agenda:
    """Hands out tasks to the fetchers of a run and takes them back."""

    def __init__(self, job: Job, ask: Ask) -> None:
        self._job = job
        self._source = job.source
        self._sample = job.sample
        self._ask = ask
        self._today = job.today
        self._in_parts = hasattr(family(job.source.family), "parts")
        self._lists: deque[Task] = deque()
        self._details: deque[Task] = deque()
        self._hand: set[str] = set()
        self._had: set[str] = set()
        self._again: Counter[tuple[str, str]] = Counter()
        self._place: Place | None = Place()
        self._fresh = False  # items may have been listed behind the place we are at
        self._handed: Counter[str] = Counter()
        self._changed = asyncio.Condition()
        self.stopped: str | None = None

    async def begin(self) -> None:
        """Work out where to start; a site that blocked us may still want to be left alone."""
        source = self._source
        rest = await self._ask(lambda conn: frontier.rests_until(conn, source.id, source.cooldown_hours))
        if rest and rest > datetime.now(CHINA):
            self.stopped = f"the site blocked us and is left alone until {rest:%Y-%m-%d %H:%M %z}"
            return
        self._walks = Lists(source, await self._ask(lambda conn: frontier.walks_of(conn, source.id)), self._today)
        wanted = self._walks.wanted(self._job.since, self._job.until)
        self._lists.extend({task.scope: task for task in wanted}.values() if self._job.glance else wanted)

    async def next(self) -> Task | None:
        """The next task; waits while others may still bring new ones; None when there is nothing left to do."""
        async with self._changed:
            while not self.stopped:
                task = await self._choose()
                if task is not None:
                    self._hand.add(task.key)
                    return task
                if not self._hand:
                    break
                await self._changed.wait()
            self._changed.notify_all()
            return None

    async def _choose(self) -> Task | None:
        """List pages first: the quicker a walk, the less its list moves. A sample wants items and no more lists."""
        if self._lists and (self._sample is None or self._job.glance):
            return self._lists.popleft()
        if not self._job.glance and not self._wants(""):
            return None
        while self._details or await self._refill():
            task = self._details.popleft()
            if self._job.glance and task.kind == "part":
                return task  # of an item that was in the sample
            counted = task.scope if self._job.glance else ""
            if self._wants(counted):
                self._handed[counted] += 1
                return task
        return self._lists.popleft() if self._lists else None

    def _wants(self, counted: str) -> bool:
        """Whether the sample is not full: of the run, or of a list at which it only glances."""
        return self._sample is None or self._handed[counted] < self._sample

    async def _refill(self) -> bool:
        """Find the next items to fetch, if any.

        What was listed meanwhile may stand before them, so the end leads back once.
        """
        while not self._details and (self._place is not None or self._fresh):
            if self._place is None:
                self._place, self._fresh = Place(), False
            question = partial(
                frontier.open_items, source=self._source.id, limit=_AHEAD, place=self._place, today=self._today
            )
            found, self._place = await self._ask(question)
            seen = self._hand | self._had
            self._details.extend(t for t in found if t.key not in seen and t.source_id not in self._job.taken)
        return bool(self._details)

    async def done(self, task: Task, passed: Sequence[Walk], *, fetched: bool) -> None:
        """Take a task back, which is not handed out again in this run; `passed`: the states its walk went through."""
        async with self._changed:
            self._hand.discard(task.key)
            if task.kind != "list" and (task.state == "again" or not fetched):
                self._had.add(task.key)
            if task.kind == "list" or (task.kind == "detail" and self._in_parts):
                self._fresh = True
            if task.kind == "list" and not self._job.glance:
                self._lists.extendleft(reversed([t for walk in passed for t in self._after(walk)]))
            self._changed.notify_all()

    def _after(self, walk: Walk) -> list[Task]:
        wanted = self._walks.after(walk)
        if walk.state == "abandoned":
            self._again[walk.scope, walk.window] += 1
            if walk.reason == walks.BLOCKED or self._again[walk.scope, walk.window] >= WALKS:
                return []
        return wanted

    async def stop(self, reason: str) -> None:
        """End the run: no task is handed out any more."""
        async with self._changed:
            self.stopped = self.stopped or reason
            self._changed.notify_all()
