"""The steps of the pipeline as Prefect 3 flows. State lives in our tables, never in Prefect.

`prefect.yaml` deploys `refresh` (daily) and `publish` (weekly); docs/scheduling.md says how. A task is one step of
`flows.pipeline`; a run that was killed is simply run again. Progress goes to Prefect's logger, results to artifacts.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from prefect import State, flow, get_run_logger, task
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.client.schemas.objects import TaskRun
from prefect.futures import wait

from crawlers.launch import CrawlReport
from crawlers.sources import all_sources
from db.home import Home
from etl.errors import BoundBroken, FincityError, UsageError
from flows import pipeline
from flows.pipeline import Built, CrawlOrder, Published
from flows.progress import Progress
from flows.reports.recording import Recording, current, recorded
from flows.reports.summary import markdown

#: Seconds between two lines of the log on the same piece of work.
LOG_SECONDS = 30.0


def retriable(task: Any, run: TaskRun, state: State[Any]) -> bool:  # noqa: ARG001 - Prefect's signature
    """Whether waiting may help: with a site that is down or a home that is busy, not with a wrong call or a bug."""
    raised = state.result(raise_on_failure=False)
    return isinstance(raised, FincityError) and not isinstance(raised, UsageError | BoundBroken)


def logged() -> Progress:
    """Progress as lines of the log of the run that calls this: how each stage begins and ends, now and then between."""
    logger, run = get_run_logger(), current()
    said: dict[str, tuple[float, bool]] = {}

    def progress(stage: str, done: int, total: int | None) -> None:
        if run:
            run.progress(stage, done, total)
        now, ended = time.monotonic(), done == total
        last, over = said.get(stage, (-math.inf, False))
        if now - last >= LOG_SECONDS or (ended and not over):
            said[stage] = now, ended
            logger.info(f"{stage}: {done} of {total}" if total else stage)

    return progress


@task(retries=2, retry_delay_seconds=60, retry_condition_fn=retriable, task_run_name="crawl {source}")
def crawl_source(
    home: str | None, source: str, since: date | None, until: date | None, portal: str | None
) -> CrawlReport:
    """Crawl one source; a retry goes on where the last attempt ended."""
    order = CrawlOrder((source,), since, until, portal=portal)
    (report,) = pipeline.crawl(Home.open(home), order, progress=logged())
    return report


@task(retries=2, retry_delay_seconds=60, retry_condition_fn=retriable)
def build(home: str | None, jobs: int) -> Built:
    """Parse, match, resolve, count: the warehouse says what the archive says."""
    return pipeline.build_panel(Home.open(home), jobs=jobs, progress=logged())


@task(retries=2, retry_delay_seconds=60, retry_condition_fn=retriable)
def release(home: str | None) -> Published:
    """Check the warehouse and write a release."""
    return pipeline.publish(Home.open(home), progress=logged())


@flow(name="collect")
def collect(
    home: str | None = None,
    sources: list[str] | None = None,
    since: date | None = None,
    until: date | None = None,
    portal: str | None = None,
) -> list[CrawlReport]:
    """Crawl sources into the archive, each in a task of its own. One that fails keeps no other from being crawled.

    Args:
        home: Folder of the home on the worker's machine. Empty: FINCITY_HOME, else the user data folder.
        sources: Ids of sources. Empty: all that belong to this kind of home.
        since: First publication day, +08:00. Empty: 30 days before `until`.
        until: Last publication day, +08:00. Empty: today.
        portal: Address of the demo portal; synthetic homes only.
    """
    with _reported(Home.open(home), "crawl"):
        return _collected(home, sources, since, until, portal)


def _collected(
    home: str | None, sources: list[str] | None, since: date | None, until: date | None, portal: str | None
) -> list[CrawlReport]:
    there = Home.open(home)
    names = sources or [s.id for s in all_sources() if s.synthetic == there.synthetic]
    runs = [crawl_source.submit(home, name, since, until, portal) for name in names]
    wait(runs)
    reports: list[CrawlReport] = [run.result() for run in runs if run.state.is_completed()]
    create_table_artifact(key="fincity-crawls", table=[_crawled(r) for r in reports], description="What was crawled")
    for report in reports:
        if report.counts.stopped:
            get_run_logger().warning(f"{report.source} ended early: {report.counts.stopped}")
    for run in runs:
        run.result()  # raises for the first source that failed
    return reports


@contextmanager
def _reported(home: Home, command: str) -> Iterator[Recording]:
    """Record the run; the report of the outermost flow becomes an artifact, however the run ended."""
    outermost = current() is None
    run: Recording | None = None
    try:
        with recorded(home, command) as run:
            yield run
    finally:
        if outermost and run and run.page.exists():
            said = markdown(run.report, run.page)
            create_markdown_artifact(key="fincity-report", markdown=said, description="What the run did and what to do")


def _crawled(report: CrawlReport) -> dict[str, object]:
    counts = report.counts
    return {
        "source": report.source,
        "published": f"{report.since} to {report.until}",
        "list pages": counts.pages,
        "items": counts.items,
        "fetched": counts.fetched,
        "failed": counts.failed + counts.blocked + counts.robots,
        "ended early": counts.stopped or "",
    }


@flow(name="build-panel")
def build_panel(home: str | None = None, jobs: int = 1) -> Built:
    """Derive the warehouse from the archive; what is not stale is not computed again.

    Args:
        home: Folder of the home on the worker's machine. Empty: FINCITY_HOME, else the user data folder.
        jobs: Number of processes that parse.
    """
    built = build(home, jobs)
    changes = [
        {"table": name, "inserted": c.inserted, "updated": c.updated, "deleted": c.deleted, "unchanged": c.unchanged}
        for name, c in built.changes.items()
    ]
    said = f"{built.parsed_now} inputs parsed, {built.quarantined} in quarantine"
    create_table_artifact(key="fincity-changes", table=changes, description=said)
    for problem in built.problems:
        get_run_logger().warning(problem)
    return built


@flow(name="publish")
def publish(home: str | None = None) -> Published:
    """Write a release of what the warehouse says. It is written, and the run fails, when a check found something.

    Args:
        home: Folder of the home on the worker's machine. Empty: FINCITY_HOME, else the user data folder.
    """
    done = release(home)
    table = [{"release": done.release, "checks failed": len(done.findings), "first": "".join(done.findings[:1])}]
    create_table_artifact(key="fincity-release", table=table, description="The current release")
    if done.findings:
        raise BoundBroken(f"release {done.release}: {len(done.findings)} checks failed, first: {done.findings[0]}")
    return done


@flow(name="refresh")
def refresh(
    home: str | None = None,
    sources: list[str] | None = None,
    since: date | None = None,
    until: date | None = None,
    jobs: int = 1,
    portal: str | None = None,
) -> Published:
    """Collect, build the panel, publish. A source that could not be crawled fails the run, after all else was done.

    Args:
        home: Folder of the home on the worker's machine. Empty: FINCITY_HOME, else the user data folder.
        sources: Ids of sources. Empty: all that belong to this kind of home.
        since: First publication day, +08:00. Empty: 30 days before `until`.
        until: Last publication day, +08:00. Empty: today.
        jobs: Number of processes that parse.
        portal: Address of the demo portal; synthetic homes only.
    """
    with _reported(Home.open(home), "refresh"):
        collected = collect(home, sources, since, until, portal, return_state=True)
        build_panel(home, jobs)
        done = publish(home)
        collected.result()
        return done
