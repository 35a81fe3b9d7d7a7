"""The processes that parse captured pages: this one and, where there is enough to do, helpers beside it.

This module imports no database.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor
from dataclasses import dataclass
from functools import partial
from typing import Self

from db.archive import Archive
from db.home import Home
from etl import documents
from etl.documents import Capture, Parsed
from etl.errors import FincityError
from etl.records import FetchEvent, SourceFacts
from keywords import crew

_CHUNK = 20
#: Pages from which on a helper repays its start (docs/benchmarks.md).
WORTH_HELP = 400


@dataclass(frozen=True, slots=True)
class Job:
    """A captured detail page to be parsed."""

    facts: SourceFacts
    capture: Capture


Work = Sequence[Job]


class Crew:
    """`jobs` processes, this one among them; use it as a context manager, at whose end the helpers go."""

    def __init__(self, home: Home, jobs: int) -> None:
        self._crew = crew.Crew(partial(_parser, home.archive_url, home.kind), jobs)

    def __enter__(self) -> Self:
        self._crew.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._crew.__exit__(*error)

    def parsed(self, work: Work) -> Batch:
        """The rows of some jobs, made as they are asked for."""
        return Batch(self._crew, work)


@dataclass(frozen=True, slots=True)
class Batch:
    """Some jobs and who does them. FincityError when a helper is killed."""

    crew: crew.Crew[Work, list[Parsed]]
    work: Work

    def __len__(self) -> int:
        return len(self.work)

    def __iter__(self) -> Iterator[Parsed]:
        chunks = [(None, self.work[n : n + _CHUNK]) for n in range(0, len(self), _CHUNK)]
        try:
            for _, rows in self.crew.done(chunks, alone=0 if len(self) >= WORTH_HELP else len(chunks)):
                yield from rows
        except BrokenExecutor as error:
            raise FincityError(
                "a process that was parsing pages is gone: killed by somebody or for want of memory, or never started "
                'because the calling script does its work outside of `if __name__ == "__main__"`; nothing archived is '
                "lost: run the same command again, with --jobs 1 if memory is short"
            ) from error


def _parser(url: str, kind: str) -> Callable[[Work], list[Parsed]]:
    """What parses captures, reading their bytes from the archive at `url`."""
    return partial(_parsed, Archive(url, kind))


def _parsed(archive: Archive, work: Work) -> list[Parsed]:
    return [_row(archive, job) for job in work]


def _row(archive: Archive, job: Job) -> Parsed:
    parts = [_body(archive, part) for part in job.capture.parts]
    return documents.detail_row(job.facts, job.capture, _body(archive, job.capture.event), parts)


def _body(archive: Archive, event: FetchEvent) -> bytes:
    return archive.body(event.segment or "", event.offset or 0)
