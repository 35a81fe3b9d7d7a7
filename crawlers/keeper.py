"""The keeper: one thread that writes what was fetched, so that neither disk nor database ever stops the reactor.

Attempts queue up; the thread takes what is there (group commit), writes it to the archive, flushes, and only then
enters it into the ops tables, in one transaction that also checks the lease. Whoever handed an attempt in gets, as a
future, the states its walk went through. Reading the ops tables goes through the same thread.
"""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection

from db import leases, ops
from db.archive import Archive
from db.engine import Stores
from db.leases import Lease
from db.ops import Entry
from db.segments import SegmentWriter
from etl.records import FetchEvent, SourceFacts
from etl.walks import Walk

T = TypeVar("T")
_BATCH = 64
#: Seconds that the first of a batch waits for others.
_MOMENT = 0.01


@dataclass(frozen=True, slots=True)
class Exchange:
    """The two sides of an answered attempt, as they go into the archive."""

    request_headers: Sequence[tuple[str, str]]
    request_body: bytes
    status_line: str
    response_headers: Sequence[tuple[str, str]]
    body: bytes


@dataclass(frozen=True, slots=True)
class _Attempt:
    event: FetchEvent
    exchange: Exchange | None
    future: asyncio.Future[list[Walk]]


@dataclass(frozen=True, slots=True)
class _Question:
    ask: Callable[[Connection], Any]
    future: asyncio.Future[Any]


class Keeper:
    """Start it inside the event loop; `close` waits until everything handed in is written."""

    def __init__(self, stores: Stores, archive: Archive, facts: SourceFacts, lease: Lease) -> None:
        self._stores = stores
        self._archive = archive
        self._facts = facts
        self._lease = lease
        self._broken: Exception | None = None
        self._queue: queue.SimpleQueue[_Attempt | _Question | None] = queue.SimpleQueue()
        self._loop = asyncio.get_running_loop()
        self._thread = threading.Thread(target=self._run, name="keeper", daemon=True)
        self._thread.start()

    def put(self, event: FetchEvent, exchange: Exchange | None = None) -> asyncio.Future[list[Walk]]:
        """Hand in an attempt; done once it is in archive and ops tables, else the error that ends the run."""
        future: asyncio.Future[list[Walk]] = self._loop.create_future()
        self._queue.put(_Attempt(event, exchange, future))
        return future

    def ask(self, question: Callable[[Connection], T]) -> asyncio.Future[T]:
        """Run a reading function on the ops tables; it sees everything that was done before."""
        future: asyncio.Future[T] = self._loop.create_future()
        self._queue.put(_Question(question, future))
        return future

    async def close(self) -> None:
        """Write what is left and end the segment."""
        self._queue.put(None)
        await asyncio.to_thread(self._thread.join)

    def _run(self) -> None:
        with self._archive.writer(self._facts.source) as writer:
            while (first := self._queue.get()) is not None:
                batch = self._gathered(first)
                self._write(writer, [b for b in batch if isinstance(b, _Attempt)])
                self._answer([b for b in batch if isinstance(b, _Question)])

    def _gathered(self, first: _Attempt | _Question) -> list[_Attempt | _Question]:
        """What came together, and a moment later: a flush and a transaction cost the same for thirty as for one."""
        batch, until = [first], time.monotonic() + _MOMENT
        while len(batch) < _BATCH:
            try:
                following = self._queue.get(timeout=max(0.0, until - time.monotonic()))
            except queue.Empty:
                break
            if following is None:
                self._queue.put(None)
                break
            batch.append(following)
        return batch

    def _write(self, writer: SegmentWriter, batch: Sequence[_Attempt]) -> None:
        if not batch:
            return
        if self._broken:  # what came later must not be entered before what is missing: `catch_up` will enter both
            self._resolve([(attempt.future, self._broken) for attempt in batch])
            return
        try:
            entries = [self._archived(writer, attempt) for attempt in batch]
            writer.flush()
            with self._stores.ops.write() as conn:
                leases.check(conn, self._lease)
                passed = ops.fold(conn, self._facts, entries)
        except Exception as error:
            self._broken = error
            self._resolve([(attempt.future, error) for attempt in batch])
            return
        self._resolve([(attempt.future, [w for w in passed if _concerns(w, attempt.event)]) for attempt in batch])

    def _archived(self, writer: SegmentWriter, attempt: _Attempt) -> Entry:
        if attempt.exchange is None:
            return Entry(writer.note(attempt.event), writer.position)
        said = attempt.exchange
        event = writer.exchange(
            attempt.event,
            request_headers=said.request_headers,
            status_line=said.status_line,
            response_headers=said.response_headers,
            body=said.body,
            request_body=said.request_body,
        )
        return ops.read(self._facts, event, writer.position, lambda: said.body)

    def _answer(self, batch: Sequence[_Question]) -> None:
        if not batch:
            return
        answers: list[tuple[asyncio.Future[Any], Any]] = []
        try:
            with self._stores.ops.read() as conn:
                answers = [(question.future, question.ask(conn)) for question in batch]
        except Exception as error:
            answers = [(question.future, error) for question in batch]
        self._resolve(answers)

    def _resolve(self, results: Sequence[tuple[asyncio.Future[Any], Any]]) -> None:
        self._loop.call_soon_threadsafe(_settle, results)


def _concerns(walk: Walk, event: FetchEvent) -> bool:
    return event.kind == "list" and (walk.scope, walk.window, walk.walk) == (event.scope, event.window, event.walk)


def _settle(results: Sequence[tuple[asyncio.Future[Any], Any]]) -> None:
    for future, result in results:
        if future.cancelled():
            continue
        if isinstance(result, BaseException):
            future.set_exception(result)
        else:
            future.set_result(result)
