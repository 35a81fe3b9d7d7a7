"""The agenda of a run: which page of which walk, which listed item comes next.

It is worked out from the ops tables: walks that are open go on, windows that no complete walk covers are walked, listed
items that are not fetched yet are fetched. A rerun after a crash is therefore nothing special.
"""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import Connection

from crawlers.job import Job
from crawlers.sources import Source
from db import ops
from db.ops import Task
from etl import walks
from etl.walks import Walk

T = TypeVar("T")
Ask = Callable[[Callable[[Connection], Any]], Awaitable[Any]]
#: How often a run walks a window whose list changed under its feet.
WALKS = 3
_AHEAD = 200


def seeds(source: Source, since: date, until: date, known: Sequence[Walk]) -> list[Task]:
    """The next list page of every window of since..until that is not covered yet, given all walks of the source."""
    wanted = list(_windows(source, since, until))
    found: list[Task] = []
    for scope in source.scopes:
        mine = [walk for walk in known if walk.scope == scope.name]
        for window in wanted:
            for stretch in walks.uncovered(window, mine):
                found += _start(scope.name, stretch, mine)
    return found


def _windows(source: Source, since: date, until: date) -> Iterator[str]:
    if since > until:
        return
    if source.paging == "newest_first":
        yield walks.window_of(since, until)  # one walk down from the newest item serves all days
        return
    yield from walks.calendar(since, until, source.window_days)


def _start(scope: str, window: str, known: Sequence[Walk]) -> list[Task]:
    """Where a window goes on: the next page of its open walk, page 1 of a new one, or its halves."""
    last = max((w for w in known if w.window == window), key=lambda w: w.walk, default=None)
    if last is None:
        return [Task("list", scope, window, 1, 1)]
    return following(last, [w for w in known if w.window != window])


def following(walk: Walk, known: Sequence[Walk] = ()) -> list[Task]:
    """What a walk's state asks for next."""
    if walk.state == "open":
        return [Task("list", walk.scope, walk.window, walk.walk, walk.page + 1)]
    if walk.state == "abandoned":
        return [Task("list", walk.scope, walk.window, walk.walk + 1, 1)]
    halves = walks.split(walk.window) if walk.state == "capped" else None
    return [task for half in halves or () for task in _start(walk.scope, half, known)]


class Agenda:
    """Hands out tasks to the fetchers of a run and takes them back."""

    def __init__(self, job: Job, ask: Ask) -> None:
        self._job = job
        self._source = job.source
        self._sample = job.sample
        self._ask = ask
        self._lists: deque[Task] = deque()
        self._details: deque[Task] = deque()
        self._hand: set[str] = set()
        self._given_up: set[str] = set()
        self._again: Counter[tuple[str, str]] = Counter()
        self._fresh = True  # items may have been listed since the frontier was last asked
        self._handed = 0
        self._changed = asyncio.Condition()
        self.stopped: str | None = None

    async def begin(self) -> None:
        """Work out where to start."""
        known = await self._ask(lambda conn: ops.walks_of(conn, self._source.id))
        self._lists.extend(seeds(self._source, self._job.since, self._job.until, known))

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
        if self._sample is None and self._lists:
            return self._lists.popleft()
        if self._sample is not None and self._handed >= self._sample:
            return None
        if not self._details and self._fresh:
            await self._refill()
        if self._details:
            self._handed += 1
            return self._details.popleft()
        return self._lists.popleft() if self._lists else None

    async def _refill(self) -> None:
        skip = self._hand | self._given_up
        self._fresh = False
        found = await self._ask(lambda conn: ops.open_details(conn, self._source.id, _AHEAD, skip))
        self._details.extend(found)
        self._fresh = self._fresh or len(found) == _AHEAD

    async def done(self, task: Task, passed: Sequence[Walk], *, fetched: bool) -> None:
        """Take a task back: fetched, or given up for this run; `passed` are the states its walk went through."""
        async with self._changed:
            self._hand.discard(task.key)
            if not fetched:
                self._given_up.add(task.key)
            if task.kind == "list":
                self._fresh = True
                self._lists.extendleft(reversed([t for walk in passed for t in self._after(walk)]))
            self._changed.notify_all()

    def _after(self, walk: Walk) -> list[Task]:
        if walk.state == "abandoned":
            self._again[walk.scope, walk.window] += 1
            if walk.reason == walks.BLOCKED or self._again[walk.scope, walk.window] >= WALKS:
                return []
        return following(walk)

    async def stop(self, reason: str) -> None:
        """End the run: no task is handed out any more."""
        async with self._changed:
            self.stopped = self.stopped or reason
            self._changed.notify_all()
