"""Recording a run: the outermost recording writes a report when it ends, however it ends.

`recorded` is put around everything that deserves a report; inside another one it joins it. Steps tell the recording
what they did with `note`; where nobody records, the note is lost and nothing else changes.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from importlib.metadata import version
from itertools import islice
from pathlib import Path

from crawlers import sources
from crawlers.launch import CrawlReport
from db import migrate, reporting
from db.engine import Stores, connect
from db.home import Home
from db.upsert import Changes
from db.volumes import volumes
from db.warehouse import rows, stream
from etl import catalogue
from etl.errors import FincityError, UsageError
from etl.records.rows import CoverageDayRow, QuarantineRow
from etl.redact import redact
from flows.progress import Progress, silent
from flows.reports import keeping, standing
from flows.reports.model import STANDING_VERSION, Before, Crawled, Outcome, RunReport, Standing
from flows.reports.news import Compared, compare
from flows.reports.tasks import tasks

#: Earlier runs a report shows, and looks back for one to compare with.
SHOWN, LOOKED_BACK = 8, 40


class Stopwatch:
    """A progress that also measures: the time until the next stage is told belongs to the last one told.

    A stage is the first word of what is told, so `parse ccgp` and `parse cfcpn` are one. Crawls that run side by side
    share their time.
    """

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._lock = threading.Lock()
        self._stage, self._since = "open", time.monotonic()
        self._seconds: dict[str, float] = {}

    def __call__(self, stage: str, done: int, total: int | None) -> None:
        """Tell, and note the time."""
        self._turn(stage.partition(" ")[0])
        self._progress(stage, done, total)

    def stages(self) -> tuple[tuple[str, float], ...]:
        """Seconds of each stage so far, in the order in which they began."""
        self._turn(self._stage)
        return tuple((stage, round(seconds, 3)) for stage, seconds in self._seconds.items())

    @property
    def stage(self) -> str:
        """What is being done."""
        return self._stage

    def _turn(self, stage: str) -> None:
        with self._lock:
            now = time.monotonic()
            self._seconds[self._stage] = self._seconds.get(self._stage, 0.0) + now - self._since
            self._stage, self._since = stage, now


@dataclass(slots=True)
class Recording:
    """A run as it goes on. `page`: where its report stands."""

    home: Home
    report: RunReport
    progress: Stopwatch
    crawls: dict[str, Crawled] = field(default_factory=dict)
    derived: bool = False

    @property
    def page(self) -> Path:
        """The page of the report."""
        return self.home.reports / f"{self.report.id}.html"

    def crawled(self, source: str, done: CrawlReport | FincityError) -> None:
        """A source was crawled, or could not be; a wrong call is no crawl."""
        if isinstance(done, UsageError):
            return
        if isinstance(done, FincityError):
            self.crawls[source] = Crawled(source, error=plain(done))
            return
        counted = done.counts
        said = {name: getattr(counted, name) for name in Crawled.__slots__ if hasattr(counted, name)}
        self.crawls[source] = Crawled(source, done.since, done.until, **said)

    def built(self, changes: Mapping[str, Changes], parsed_now: int, problems: Sequence[str]) -> None:
        """The warehouse was made to say what the archive says."""
        self.derived = True
        numbers = ("inserted", "updated", "deleted", "unchanged")
        counted = {table: {n: getattr(c, n) for n in numbers} for table, c in changes.items()}
        told = tuple(redact(problem) for problem in problems)
        self.report = replace(self.report, changes=counted, parsed_now=parsed_now, problems=told)

    def published(self, stores: Stores, release: str, findings: Sequence[str]) -> None:
        """A release was written; nobody else has changed the warehouse since."""
        self.report = replace(self.report, release=release, findings=tuple(findings))
        self.stand(stores)

    def stand(self, stores: Stores) -> None:
        """Note how things stand, once something was derived."""
        if self.derived and self.report.standing is None:
            self.progress("report", 0, None)
            facts = [s.facts for s in sources.all_sources() if s.synthetic == self.home.synthetic]
            with stores.warehouse.read() as conn:
                months = tuple(volumes(conn, facts))
            self.report = replace(self.report, volumes=months, standing=self._standing(stores))

    def _standing(self, stores: Stores) -> Standing:
        """Of an unchanged release the last report has counted everything already."""
        release = self.report.release
        with stores.warehouse.read() as conn:
            parts = (release, reporting.list_pages(conn), self.report.version, STANDING_VERSION)
        key = "/".join(map(str, parts)) if release else ""
        last = next((r.standing for r in self.before() if r.standing), None)
        return last if last and key and last.key == key else _counted(stores, key)

    def before(self) -> list[RunReport]:
        """The reports of earlier runs, newest first."""
        return list(islice(keeping.earlier(self.home, self.report.id), LOOKED_BACK))


_ACTIVE: ContextVar[Recording | None] = ContextVar("recording", default=None)


def current() -> Recording | None:
    """The recording of the run that is going on here, if somebody records it."""
    return _ACTIVE.get()


@contextmanager
def recorded(home: Home, command: str, progress: Progress = silent) -> Iterator[Recording]:
    """Record a run of `command`; inside another recording, join it. A wrong call that did nothing leaves no report."""
    if outer := _ACTIVE.get():
        yield outer
        return
    run = _begun(home, command, progress)
    token = _ACTIVE.set(run)
    try:
        yield run
    except BaseException as error:
        if isinstance(error, UsageError) and not run.crawls and not run.derived:
            keeping.remove(home, run.report.id)
        else:
            _end_badly(run, error)
        raise
    else:
        _end(run, "broken" if run.report.findings else "done", None)
    finally:
        _ACTIVE.reset(token)


def _begun(home: Home, command: str, progress: Progress) -> Recording:
    migrate.upgrade(home)
    began = datetime.now(UTC)
    report = RunReport(
        id=keeping.new_id(home, began, command),
        command=command,
        synthetic=home.synthetic,
        began=began.isoformat(timespec="seconds"),
        version=version("fincity"),
    )
    keeping.write(home, report)
    return Recording(home, report, Stopwatch(progress))


def _end_badly(run: Recording, error: BaseException) -> None:
    """The report of a run that failed; what fails now must not hide why it did."""
    stage = run.progress.stage
    what = f"while {stage}: {plain(error)}" if stage != "open" else plain(error)
    try:
        _end(run, "failed", what)
    except Exception as another:
        error.add_note(f"and its report could not be written: {plain(another)}")


def plain(error: BaseException) -> str:
    """An error as one redacted line."""
    return redact(" ".join(str(error).split())) or type(error).__name__


def _end(run: Recording, outcome: Outcome, error: str | None) -> None:
    run.progress("report", 0, None)
    with connect(run.home) as stores:
        run.stand(stores)
        with stores.ops.read() as conn:
            queued = standing.queued(reporting.frontier(conn))
    before = run.before()
    last = next((r for r in before if r.standing), None)
    now, compared = run.report.standing, Compared()
    if now and last and last.standing:
        compared = compare(now, last.standing)
    ended = datetime.now(UTC)
    report = replace(
        run.report,
        outcome=outcome,
        error=error,
        ended=ended.isoformat(timespec="seconds"),
        seconds=round((ended - datetime.fromisoformat(run.report.began)).total_seconds(), 1),
        stages=run.progress.stages(),
        crawls=tuple(run.crawls[source] for source in sorted(run.crawls)),
        queued=queued,
        compared_with=last.id if now and last else None,
        news=compared.news,
        history=tuple(line(r) for r in before[:SHOWN]),
    )
    run.report = replace(report, tasks=tasks(report, compared))
    keeping.write(run.home, run.report)


def _counted(stores: Stores, key: str) -> Standing:
    with stores.warehouse.read() as conn:
        ledger = list(stream(conn, CoverageDayRow))
        held = standing.contents(reporting.documents(conn), reporting.odd_lists(conn))
        return Standing(
            key=key,
            tallies=standing.tallies(reporting.fates(conn), reporting.listed(conn)),
            covered=standing.covered(ledger),
            lags=standing.lags(ledger),
            fills=held.fills(),
            warned=held.warnings(),
            refused=standing.refused(rows(conn, QuarantineRow)),
            framed=standing.framed(reporting.completeness(conn), catalogue.indicators(), catalogue.frames()),
        )


def line(report: RunReport) -> Before:
    """A report in a line."""
    return Before(
        id=report.id,
        command=report.command,
        outcome=report.outcome,
        seconds=report.seconds,
        documents=report.documents,
        quarantined=report.quarantined,
        tasks=len(report.tasks),
    )
