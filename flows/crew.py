"""The processes that parse captured pages: this one and, where there is enough to do, helpers beside it.

What parses is slow to start (the patterns of redaction alone take a second to compile). So helpers are forked from a
server that imports this module once, and until they are there this process parses alone: nobody waits for a start.
This module imports no database.
"""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Self

from db.archive import Archive
from db.home import Home
from etl import documents
from etl.documents import Capture, Parsed
from etl.errors import FincityError
from etl.records import FetchEvent, SourceFacts

_CHUNK = 40
#: Pages from which on a helper repays its start (docs/benchmarks.md).
WORTH_HELP = 400


@dataclass(frozen=True, slots=True)
class Job:
    """A captured detail page to be parsed."""

    facts: SourceFacts
    capture: Capture


class Crew:
    """`jobs` processes, this one among them; use it as a context manager, at whose end the helpers go."""

    def __init__(self, home: Home, jobs: int) -> None:
        self._archive = (home.archive_url, home.kind)
        self._helpers = jobs - 1
        self._pool: Executor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def parsed(self, work: Sequence[Job]) -> Batch:
        """The rows of some jobs, made as they are asked for, in no order."""
        helpers = self._helpers if len(work) >= WORTH_HELP else 0
        if helpers > 0 and self._pool is None:
            self._pool = _pool(helpers)
        return Batch(self._archive, work, helpers, self._pool)


@dataclass(frozen=True, slots=True)
class Batch:
    """Some jobs, where their pages are, and who helps. FincityError when a helper is killed."""

    archive: tuple[str, str]
    work: Sequence[Job]
    helpers: int
    pool: Executor | None

    def __len__(self) -> int:
        return len(self.work)

    def __iter__(self) -> Iterator[Parsed]:
        if self.pool is None or self.helpers <= 0:
            yield from _parsed(*self.archive, self.work)
            return
        chunks = deque(self.work[n : n + _CHUNK] for n in range(0, len(self), _CHUNK))
        with ThreadPoolExecutor(self.helpers) as threads:
            helped = [threads.submit(_helped, self.pool, self.archive, chunks) for _ in range(self.helpers)]
            try:
                while chunk := _next(chunks):
                    yield from _parsed(*self.archive, chunk)
            finally:
                chunks.clear()
            for rows in helped:
                yield from rows.result()


def _next(chunks: deque[Sequence[Job]]) -> Sequence[Job]:
    try:
        return chunks.popleft()
    except IndexError:
        return ()


def _helped(pool: Executor, archive: tuple[str, str], chunks: deque[Sequence[Job]]) -> list[Parsed]:
    """What a helper parses, chunk by chunk, until none is left."""
    rows: list[Parsed] = []
    try:
        while chunk := _next(chunks):
            rows += pool.submit(parse_jobs, *archive, chunk).result()
    except BrokenExecutor as error:
        chunks.clear()
        raise FincityError(
            "a process that was parsing pages is gone, killed by somebody or for want of memory; nothing archived is "
            "lost: run the same command again, with --jobs 1 if memory is short"
        ) from error
    return rows


def _pool(helpers: int) -> Executor:
    # A fork of this process would inherit the locks of its threads; a server that was started for it has none.
    forks = "forkserver" in multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("forkserver" if forks else "spawn")
    if forks:
        context.set_forkserver_preload([__name__])
    return ProcessPoolExecutor(helpers, mp_context=context)


def parse_jobs(url: str, kind: str, work: Iterable[Job]) -> list[Parsed]:
    """Parse some captures, reading their bytes from the archive at `url` (runs in a helper)."""
    return list(_parsed(url, kind, work))


def _parsed(url: str, kind: str, work: Iterable[Job]) -> Iterator[Parsed]:
    archive = Archive(url, kind)
    for job in work:
        parts = [_body(archive, part) for part in job.capture.parts]
        yield documents.detail_row(job.facts, job.capture, _body(archive, job.capture.event), parts)


def _body(archive: Archive, event: FetchEvent) -> bytes:
    return archive.body(event.segment or "", event.offset or 0)
