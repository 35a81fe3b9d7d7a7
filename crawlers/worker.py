"""The worker: one crawl in a process of its own, `python -m crawlers.worker`, with its job as a line of JSON on stdin.

It writes its counts as JSON lines to stdout and everything else to stderr, and must not outlive its parent: stdin stays
open as long as the parent lives, on Linux the kernel kills it with its parent, and the site's lease stops it otherwise.
Exit codes: 0 done (also when the site made it stop: the counts say so), 69 failed for the reason on the last line of
stderr, 75 the lease was lost, 76 orphaned; anything else is a fault of the program.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import sys
import threading
from dataclasses import asdict
from functools import partial
from typing import Any

from crawlers.job import Counts, Job, settings
from crawlers.keeper import Keeper
from db import leases, ops
from db.archive import Archive
from db.engine import connect
from db.home import Home
from db.leases import LeaseError
from etl import takedowns
from etl.errors import FincityError

EXPLAINED = 69
LEASE_LOST = 75
ORPHANED = 76
_PR_SET_PDEATHSIG = 1
#: Seconds after which a thread must let the other work: the reactor would wait ten times as long for the keeper.
_SWITCH = 0.0005


def main() -> int:
    """Run the job on stdin."""
    job = Job.model_validate_json(sys.stdin.readline())
    _die_with(job.parent)
    sys.setswitchinterval(_SWITCH)
    try:
        report(_crawl(job))
    except LeaseError as error:
        print(error, file=sys.stderr)  # noqa: T201 - stderr is what the parent shows
        return LEASE_LOST
    except (FincityError, OSError) as error:
        print(" ".join(str(error).split()), file=sys.stderr)  # noqa: T201
        return EXPLAINED
    return 0


def _crawl(job: Job) -> Counts:
    home = Home.open(job.home)
    facts = job.source.facts
    archive = Archive.of(home)
    taken = takedowns.in_force(archive.entries(takedowns.LOG))
    job = job.model_copy(update={"taken": frozenset(item for source, item in taken if source == facts.source)})
    with connect(home) as stores:
        lost = partial(os._exit, LEASE_LOST)
        with leases.held(stores.ops, f"site:{job.source.site}", job.lease_seconds, lost) as lease:
            ops.catch_up(stores, archive, facts)
            return _spider(job, partial(Keeper, stores, archive, facts, lease))


def _spider(job: Job, open_keeper: partial[Keeper]) -> Counts:
    from scrapy.crawler import AsyncCrawlerProcess

    from crawlers.spider import PortalSpider

    process = AsyncCrawlerProcess(settings(job))
    crawler = process.create_crawler(PortalSpider)
    process.crawl(crawler, job=job, open_keeper=open_keeper, report=report)
    process.start()
    spider: Any = crawler.spider
    if spider is None:
        raise FincityError(f"the crawl of {job.source.id} did not start; see the messages above")
    if spider.error is not None:
        raise spider.error
    counts: Counts = spider.counts
    return counts


def report(counts: Counts) -> None:
    """Tell the parent."""
    print(json.dumps(asdict(counts), ensure_ascii=False), flush=True)  # noqa: T201 - stdout is the channel


def _die_with(parent: int) -> None:
    """End when the parent does, whatever it dies of."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it died before the line above
        os._exit(ORPHANED)
    threading.Thread(target=_watch, name="parent", daemon=True).start()


def _watch() -> None:
    while sys.stdin.readline():
        pass
    os._exit(ORPHANED)


if __name__ == "__main__":
    sys.exit(main())
