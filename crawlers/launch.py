"""The parent's side of a crawl: starts the worker, follows its counts, says what went wrong."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import IO

from crawlers.job import Counts, Job, make_job
from crawlers.sources import Source, load
from crawlers.worker import EXPLAINED, LEASE_LOST
from db import migrate
from db.home import Home
from db.leases import TTL
from etl.errors import FincityError
from etl.redact import redact

#: Lines of the worker's messages that an error repeats.
_LAST_LINES = 12
#: Where our rooms lie, installed or not: the worker must find these and no others.
_ROOT = str(Path(__file__).resolve().parent.parent)


@dataclass(frozen=True, slots=True)
class CrawlReport:
    """What a run did. `stopped` says why it ended early: the site blocked us, or could not be reached."""

    source: str
    since: str
    until: str
    counts: Counts


def crawl(
    home: Home,
    source: str | Source,
    since: date,
    until: date,
    *,
    sample: int | None = None,
    glance: bool = False,
    portal: str | None = None,
    progress: Callable[[Counts], None] | None = None,
    today: date | None = None,
    lease_seconds: float = TTL,
) -> CrawlReport:
    """Crawl what a source published from `since` to `until`, inclusive (+08:00), into the home's archive.

    A rerun goes on where an earlier run ended, however it ended. `sample`: fetch only so many items. `glance`: ask for
    the first page of each list's last window only, and fetch the sample for each. `portal`: address of an HTTP proxy
    that stands in for the network (synthetic sources only). `today`: the day of the run, if not today's.
    Raises UsageError for what does not go together, FincityError when the worker fails or the site is being crawled by
    somebody else.
    """
    found = load(source) if isinstance(source, str) else source
    job = make_job(
        home,
        found,
        since,
        until,
        today=today,
        sample=sample,
        glance=glance,
        portal=portal,
        lease_seconds=lease_seconds,
    )
    migrate.upgrade(home)
    return CrawlReport(found.id, job.since.isoformat(), job.until.isoformat(), _follow(job, progress))


def _follow(job: Job, progress: Callable[[Counts], None] | None) -> Counts:
    counts = Counts()
    errors: deque[str] = deque(maxlen=_LAST_LINES)
    worker = subprocess.Popen(
        [sys.executable, "-P", "-m", "crawlers.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env=_environment(job),
    )
    with worker:
        assert worker.stdin
        assert worker.stdout
        assert worker.stderr
        reader = threading.Thread(target=_collect, args=(worker.stderr, errors), daemon=True)
        reader.start()
        try:
            worker.stdin.write(job.model_dump_json() + "\n")
            worker.stdin.flush()  # and stays open: its end tells the worker that we are gone
            for line in worker.stdout:
                counts = Counts(**json.loads(line))
                if progress:
                    progress(counts)
        finally:
            if worker.poll() is None and sys.exc_info()[0]:
                worker.kill()
        code = worker.wait()
        reader.join()
    if code:
        raise FincityError(redact(_obituary(job, code, errors)))  # a program that reads pages may quote them
    return counts


def _environment(job: Job) -> dict[str, str]:
    found = {**os.environ, "PYTHONPATH": os.pathsep.join([_ROOT, os.environ.get("PYTHONPATH", "")])}
    if job.source.legacy_tls:
        found["OPENSSL_CONF"] = str(Path(__file__).with_name("legacy_tls.cnf"))
    return found


def _collect(stream: IO[str], lines: deque[str]) -> None:
    lines.extend(line.rstrip() for line in stream)


def _obituary(job: Job, code: int, lines: deque[str]) -> str:
    if code == EXPLAINED:
        return f"crawl of {job.source.id}: {lines[-1]}"
    why = f"was killed by signal {-code}" if code < 0 else f"failed ({code})"
    if code == LEASE_LOST:
        why = "lost its lease"
    first = f"the crawl of {job.source.id} {why}; nothing archived is lost, run it again to go on"
    return "\n".join([first, *lines])
