"""What a crawl will take, before it is started: pages and days at the site's delay."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from crawlers.families import Ask, family
from crawlers.sources import Scope, Source, load
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
    today = datetime.now(CHINA).date()
    lists = len(found.scopes) * len(list(found.windows(since, until)))
    span = max(0, (until - since).days + 1)
    rates = {scope.name: scope.per_day for scope in found.scopes}
    known = sum(rate for rate in rates.values() if rate)
    daily = max(known, found.per_day or 0.0)
    items = math.ceil(daily * span)
    pages = lists + items + items // found.page_size
    if found.paging == "newest_first":
        pages += math.floor(daily * max(0, (today - until).days)) // found.page_size
    unknown = []
    if unsaid := [] if found.per_day else [name for name, rate in rates.items() if rate is None]:
        unknown.append(f"how many items a day: {', '.join(unsaid)}; counted as one list page a window and no item")
    if found.out_of_scope and daily:
        unknown.append("how many listed items the rules put out of scope; counted as fetched")
    if found.paging == "newest_first" and unsaid:
        unknown.append(f"how many list pages lie between the newest item and {until}; not counted")
    delay = found.delay_seconds
    days = round(pages * delay / _DAY, 3)
    asked = (since.isoformat(), until.isoformat())
    return Plan(found.id, found.site, *asked, lists, pages, delay, days, tuple(unknown))


def first_request(
    source: Source, since: date | None = None, until: date | None = None, scope: Scope | None = None
) -> Ask:
    """What a crawl of these days (default: all) asks first of a list (default: its first one), robots.txt aside."""
    last = until or source.ended or datetime.now(CHINA).date()
    window = next(source.windows(since or min(source.start, last), last))
    return family(source.family).list_request(source, scope or source.scopes[0], window, 1)


def total(plans: Iterable[Plan]) -> Total:
    """All of them together; sources of one site are asked one after the other."""
    told = list(plans)
    by_site: dict[str, float] = defaultdict(float)
    for one in told:
        by_site[one.site] += one.days
    side_by_side = round(max(by_site.values(), default=0.0), 3)
    return Total(sum(one.pages for one in told), round(sum(by_site.values()), 3), side_by_side)
