"""A job: what a parent hands to its crawl worker, as JSON, and the Scrapy settings that follow from it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import date, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from crawlers.sources import Source
from db.home import Home
from db.leases import TTL
from etl.errors import UsageError
from etl.walks import CHINA

#: Bodies larger than this are refused, packed or unpacked: the largest real notice seen has 0.2 MB.
MAX_BYTES = 8_000_000
#: What of Scrapy stands between a request and the network, in this order; retries, redirects, codings, robots.txt and
#: allowed hosts are ours.
_PART = "scrapy.downloadermiddlewares"
_PARTS = (
    "downloadtimeout.DownloadTimeoutMiddleware",
    "defaultheaders.DefaultHeadersMiddleware",
    "useragent.UserAgentMiddleware",
    "httpproxy.HttpProxyMiddleware",
)


class Job(BaseModel):
    """One crawl. `parent` is the process that must be alive for it; `portal` a proxy that stands in for the network."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    home: Path
    source: Source
    since: date
    until: date
    agent: str
    parent: int
    #: The day of the run, +08:00: what is fresh, and what is due to be asked for again.
    today: date
    sample: int | None = None
    #: Only the first page of each list's last window, and the `sample` for each of them.
    glance: bool = False
    portal: str | None = None
    lease_seconds: float = TTL
    #: Items that were taken down: nobody asks for them again.
    taken: frozenset[str] = frozenset()


@dataclass(slots=True)
class Counts:
    """What a run did so far: `pages` answered list pages, `items` open or done in the frontier, details by outcome."""

    pages: int = 0
    items: int = 0
    fetched: int = 0
    failed: int = 0
    blocked: int = 0
    robots: int = 0
    requests: int = 0
    seconds: float = 0.0
    #: Why the run ended before everything was fetched.
    stopped: str | None = None


def make_job(
    home: Home,
    source: Source,
    since: date,
    until: date,
    *,
    today: date | None,
    sample: int | None,
    glance: bool,
    portal: str | None,
    lease_seconds: float,
) -> Job:
    """The job of this process's worker; UsageError where home, source, dates and portal do not go together."""
    if since > until:
        raise UsageError(f"--since {since} is later than --until {until}: exchange them")
    if sample is not None and sample < 1:
        raise UsageError("--sample takes a number of pages, 1 or more")
    if source.synthetic != home.synthetic:
        kind = "synthetic" if source.synthetic else "real"
        raise UsageError(f"{source.id} is a {kind} source, {home.path} a {home.kind} home: they never mix")
    if source.synthetic != (portal is not None):
        raise UsageError(
            f"{source.id} needs the address of the demo portal"
            if source.synthetic
            else f"{source.id} is a real source: a portal can only stand in for synthetic ones"
        )
    return Job(
        home=home.path.resolve(),
        source=source,
        since=max(since, source.start),
        until=min(until, source.ended or until),
        agent=agent(source),
        parent=os.getpid(),
        today=today or datetime.now(CHINA).date(),
        sample=sample,
        glance=glance,
        portal=portal,
        lease_seconds=lease_seconds,
    )


def agent(source: Source) -> str:
    """The name under which we ask: project, version, and how to reach whoever runs this crawler."""
    contact = os.environ.get("FINCITY_CONTACT", "").strip()
    if not contact and not source.synthetic:
        raise UsageError(
            "set FINCITY_CONTACT to an address (e-mail or page) at which the sites you crawl can reach you"
        )
    try:
        number = version("fincity")
    except PackageNotFoundError:  # run from a checkout that was not installed
        number = "dev"
    return f"fincity/{number} (+{contact or 'demo'})"


def settings(job: Job) -> dict[str, Any]:
    """Scrapy's settings: it downloads, paces and times out; what must be archived or checked between is done by us."""
    source = job.source
    resolver = "scrapy.resolver.CachingThreadedResolver" if source.synthetic else "crawlers.resolver.PublicResolver"
    return {
        # Scrapy's own lists of parts, not added to but replaced: nothing else is even loaded.
        "EXTENSIONS_BASE": {},
        "SPIDER_MIDDLEWARES_BASE": {},
        "DOWNLOADER_MIDDLEWARES_BASE": {f"{_PART}.{name}": place for place, name in enumerate(_PARTS)},
        "USER_AGENT": job.agent,
        "DOWNLOAD_DELAY": source.delay_seconds,
        "DOWNLOAD_DELAY_JITTER": 0,  # would also shorten the delay
        "CONCURRENT_REQUESTS": source.concurrency,
        "CONCURRENT_REQUESTS_PER_DOMAIN": source.concurrency,
        "DOWNLOAD_TIMEOUT": source.timeout_seconds,
        "DOWNLOAD_MAXSIZE": MAX_BYTES,
        "DOWNLOAD_VERIFY_CERTIFICATES": True,
        "TWISTED_DNS_RESOLVER": resolver,
        "LOG_LEVEL": "WARNING",
        # The web, and nothing else.
        "DOWNLOAD_HANDLERS": {
            **dict.fromkeys(("data", "file", "ftp", "s3")),
            **dict.fromkeys(("http", "https"), "crawlers.limits.Handler"),
        },
    }
