"""What a crawl will take, before it is started: pages and days at the site's delay."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from crawlers.agenda import Lists
from crawlers.families import Ask, family
from crawlers.sources import Source, load
from etl.errors import UsageError
from etl.walks import CHINA

_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Plan:
    """`pages` to fetch at the least, the `days` they take at the delay, and what nobody knows beforehand."""

    source: str
    site: str
    since: str
    until: str
    windows: int
    pages: int
    delay_seconds: float
    days: float
    unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Total:
    """Several plans together: `days` one after the other, and `days_side_by_side` with every site asked at once."""

    pages: int
    days: float
    days_side_by_side: float


def plan(source: str | Source, since: date, until: date) -> Plan:
    """The plan of a crawl from nothing; UsageError for reversed dates."""
    found = load(source) if isinstance(source, str) else source
    if since > until:
        raise UsageError(f"--since {since} is later than --until {until}: exchange them")
    since, until = max(since, found.start), min(until, found.ended or until)
    walks = Lists(found, (), until).wanted(since, until)
    span = max(0, (until - since).days + 1)
    pages, unknown = len(walks), []
    for scope in found.scopes:
        if scope.per_day is None:
            unknown.append(f"{scope.name}: how many items a day; counted as one list page a window and no item")
            continue
        items = math.ceil(scope.per_day * span)
        pages += items + items // found.page_size
    if found.out_of_scope:
        unknown.append("how many listed items the rules put out of scope; counted as fetched")
    if found.paging == "newest_first":
        unknown.append(f"how many list pages lie between the newest item and {until}; not counted")
    delay = found.delay_seconds
    days = round(pages * delay / _DAY, 3)
    asked = (since.isoformat(), until.isoformat())
    return Plan(found.id, found.site, *asked, len(walks), pages, delay, days, tuple(unknown))


def first_request(source: Source, since: date | None = None, until: date | None = None) -> Ask:
    """What a crawl of these days (default: all) would ask first, robots.txt aside."""
    last = until or source.ended or datetime.now(CHINA).date()
    task = Lists(source, (), last).wanted(max(since or source.start, source.start), last)[0]
    return family(source.family).list_request(source, source.scope(task.scope), task.window, task.page or 1)


def total(plans: Iterable[Plan]) -> Total:
    """All of them together; sources of one site are asked one after the other."""
    told = list(plans)
    by_site: dict[str, float] = defaultdict(float)
    for one in told:
        by_site[one.site] += one.days
    side_by_side = round(max(by_site.values(), default=0.0), 3)
    return Total(sum(one.pages for one in told), round(sum(by_site.values()), 3), side_by_side)
