"""The steps of the pipeline as Prefect 3 flows. State lives in our tables, never in Prefect.

Prefect.

`prefect.yaml` deploys `refresh` (daily) and `publish` (weekly). Each task is one step of `flows.pipeline`; a run that
was killed is simply run again.
"""

from __future__ import annotations

from datetime import date

from prefect import flow, get_run_logger, task
from prefect.artifacts import create_table_artifact

from crawlers.sources import all_sources
from db.home import Home
from flows import pipeline
from flows.pipeline import Built, CrawlOrder, Published


@task(retries=2, retry_delay_seconds=60, task_run_name="crawl {source}")
def crawl_source(home: str | None, source: str, since: date | None, until: date | None, portal: str | None) -> str:
    """Crawl one source; a retry goes on where the last attempt ended."""
    order = CrawlOrder((source,), since, until, portal=portal)
    (report,) = pipeline.crawl(Home.open(home), order)
    said = f"{source}: {report.counts.pages} list pages, {report.counts.fetched} items fetched"
    get_run_logger().info(said)
    return said


@task
def build(home: str | None, jobs: int) -> Built:
    """Parse, match, resolve, count: the warehouse says what the archive says."""
    return pipeline.build_panel(Home.open(home), jobs=jobs)


@task
def release(home: str | None) -> Published:
    """Check the warehouse and write a release."""
    return pipeline.publish(Home.open(home))


@flow(name="collect")
def collect(
    home: str | None = None,
    sources: list[str] | None = None,
    since: date | None = None,
    until: date | None = None,
    portal: str | None = None,
) -> list[str]:
    """Crawl sources into the archive, each site in a task of its own."""
    there = Home.open(home)
    names = sources or [s.id for s in all_sources() if s.synthetic == there.synthetic]
    return [run.result() for run in [crawl_source.submit(home, name, since, until, portal) for name in names]]


@flow(name="build-panel")
def build_panel(home: str | None = None, jobs: int = 1) -> Built:
    """Derive the warehouse from the archive."""
    return build(home, jobs)


@flow(name="publish")
def publish(home: str | None = None) -> Published:
    """Write a release of what the warehouse says."""
    done = release(home)
    create_table_artifact(
        key="fincity-release",
        table=[{"release": done.release, "failed checks": len(done.findings)}],
        description="The release that is current now",
    )
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
    """Collect, build the panel, publish."""
    collect(home, sources, since, until, portal)
    build_panel(home, jobs)
    return publish(home)
