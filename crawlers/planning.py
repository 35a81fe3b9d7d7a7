"""What a crawl will take, before it is started: pages and days at the site's delay."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date

from crawlers.agenda import Lists
from crawlers.sources import Source, load
from etl.errors import UsageError

_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Plan:
    """`pages` to fetch at the least, the `days` they take at the delay, and what nobody knows beforehand."""

    source: str
    since: str
    until: str
    windows: int
    pages: int
    days: float
    unknown: tuple[str, ...]


def plan(source: str | Source, since: date, until: date) -> Plan:
    """The plan of a crawl from nothing; UsageError for reversed dates."""
    found = load(source) if isinstance(source, str) else source
    if since > until:
        raise UsageError(f"--since {since} is later than --until {until}: exchange them")
    since, until = max(since, found.start), min(until, found.ended or until)
    walks = Lists(found, (), until).wanted(since, until)
    span = (until - since).days + 1
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
    days = pages * found.delay_seconds / _DAY
    return Plan(found.id, since.isoformat(), until.isoformat(), len(walks), pages, round(days, 3), tuple(unknown))
