"""Walks: what the pages of a list, read one after another, say of a window; and which listed items are ours to fetch.

A walk is one pass through the list of (source, scope, window). `advance` adds a page to it. `etl.coverage` judges whole
walks from the archive; the rules here are the same, told page by page, so that a crawler knows when to go on, when to
stop, when to walk again and when a window must be split because the site stops counting.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache
from itertools import pairwise

from etl.records import FetchEvent, ListPage, Record, SourceFacts

CHINA = timezone(timedelta(hours=8))
#: Why a walk was abandoned, when the site wanted no more of us.
BLOCKED = "the site blocked us"


@dataclass(frozen=True, slots=True)
class Walk:
    """A pass as far as it went. `page` is the last page read; `began` the UTC time of its first page.

    `state`: open, complete, capped (split the window) or abandoned (walk again), the last two with a `reason`; of the
    others it is a note.
    """

    source: str
    scope: str
    window: str
    walk: int = 1
    state: str = "open"
    reason: str | None = None
    began: str | None = None
    page: int = 0
    total_first: int | None = None
    total_last: int | None = None
    seen: int = 0
    distinct_ids: int = 0

    @property
    def began_on(self) -> date | None:
        """Day on which the walk began, +08:00."""
        return datetime.fromisoformat(self.began).astimezone(CHINA).date() if self.began else None


def advance(
    walk: Walk, facts: SourceFacts, event: FetchEvent, listed: ListPage, fresh: int, *, had: bool = False
) -> Walk:
    """The walk after one more page; `fresh` of its items had not been seen in this walk before.

    `had`: earlier walks of the same list saw items, whatever their window.
    """
    first = walk.page == 0
    after = replace(
        walk,
        began=event.fetched_at if first else walk.began,
        page=event.page or walk.page + 1,
        total_first=listed.listed if first else walk.total_first,
        total_last=listed.listed,
        seen=walk.seen + len(listed.items),
        distinct_ids=walk.distinct_ids + fresh,
    )
    if first and had and not listed.items and facts.paging == "newest_first":
        return replace(after, state="abandoned", reason="the list is empty, and had items before")
    state, reason = _verdict(after, facts, listed, fresh)
    return replace(after, state=state, reason=reason or _elsewhen(after, facts, listed.items) or walk.reason)


def _elsewhen(walk: Walk, facts: SourceFacts, items: Sequence[Record]) -> str | None:
    """A note of items of other days on a list that was asked for its window: the site's date filter is not exact."""
    if facts.paging == "newest_first" or all(in_window(item, walk.window) for item in items):
        return None
    return f"page {walk.page} shows items dated outside the window: the site's filter is not exact"


def blocked(walk: Walk) -> Walk:
    """The walk after the site refused to go on: what follows some other day is another walk."""
    return replace(walk, state="abandoned", reason=BLOCKED)


def _verdict(walk: Walk, facts: SourceFacts, listed: ListPage, fresh: int) -> tuple[str, str | None]:
    total, newest_first = walk.total_last, facts.paging == "newest_first"
    if total is None and listed.items and not fresh:
        return "abandoned", f"page {walk.page} repeats pages before it"
    if moved := _moved(walk, newest_first):
        return "abandoned", moved
    if total is not None and walk.distinct_ids > total:
        return "abandoned", f"{walk.distinct_ids} of {total} stated items seen"
    if facts.cap is not None and total is not None and total >= facts.cap:
        return "capped", f"the stated total reaches the cap of {facts.cap}"
    if wrong := (_ragged if newest_first else _unfiltered)(walk, listed.items):
        return "abandoned", wrong
    more = bool(listed.items) and listed.pages is not None and walk.page < listed.pages
    if total is not None and walk.distinct_ids == walk.total_first and not more:
        return "complete", None
    if newest_first and _reached(listed.items, walk.window) and not (total and _length(walk, listed.items) < 2 / 3):
        return "complete", None  # a page that is short for this list is its last: then the total must have been seen
    ends = listed.last or (listed.pages is not None and walk.page >= listed.pages)
    if newest_first and ends and total is None:
        if facts.cap is not None and walk.distinct_ids >= facts.cap:
            return "capped", f"the list ends at its cap of {facts.cap} items"
        return "complete", None  # the whole of a list that counts pages only, or marks its end
    if listed.items and not ends:
        return "open", None
    said = "no total is stated" if total is None else f"{walk.distinct_ids} of {total} stated items seen"
    return "abandoned", said


def _moved(walk: Walk, newest_first: bool) -> str | None:
    """Whether the list moved under the walk so that something may have slipped through; says how.

    What is published on top of a newest-first list while it is walked pushes as many items from a page to the next one:
    a total that grew by just the number of repeated items is no gap, and where the site states no total, repeated items
    alone are none. Else a list that is never still could not be read.
    """
    repeated = walk.seen - walk.distinct_ids
    if newest_first and repeated and (walk.total_last is None or walk.total_last - (walk.total_first or 0) == repeated):
        return None
    if walk.total_first != walk.total_last:
        return f"the stated total changed during the walk ({walk.total_first}, {walk.total_last})"
    return "items stood on two pages of the walk" if repeated else None


def _ragged(walk: Walk, items: Sequence[Record]) -> str | None:
    """What of a page of a newest-first list shows that others were skipped, or are taken for one; null where nothing.

    A page that is much longer than those before it begins elsewhere than where the last one ended: the site counts
    pages by another size now. Its total does not tell, for the walk mostly ends long before all items were seen.
    """
    titles: dict[str, str | None] = {}
    if any(titles.setdefault(item.source_id, item.title) != item.title for item in items):
        return f"page {walk.page} shows different items under one number"
    if _length(walk, items) > 3 / 2:
        return f"page {walk.page} is longer than those before it: items between them may be missing"
    return None


def _length(walk: Walk, items: Sequence[Record]) -> float:
    """How long the page last read is, as a multiple of those before it; 1 for the first."""
    before, pages = walk.seen - len(items), walk.page - 1
    return len(items) * pages / before if pages and before else 1.0


#: Days by which a filter may miss, as one does that goes by another of a notice's dates.
_NEARLY = timedelta(days=31)


def _unfiltered(walk: Walk, items: Sequence[Record]) -> str | None:
    """Whether a page shows nothing from anywhere near the window: the site did not even look at the days asked for."""
    first, last = bounds(walk.window)
    near = (first - _NEARLY).isoformat(), (last + _NEARLY).isoformat()
    if items and all(item.published_at and not near[0] <= item.published_at[:10] <= near[1] for item in items):
        return f"page {walk.page} shows other times only: the site ignores the days asked for"
    return None


def _reached(items: Sequence[Record], window: str) -> bool:
    """Whether a newest-first list has come down past the window: its page ends with older items, in falling order.

    Items pinned to the top do not count, nor does a single old one at the end, which may have been put up again. Where
    the order does not show, as in a list that is sorted oldest first, the next page is asked for.
    """
    days = [date.fromisoformat(item.published_at[:10]) for item in items if item.published_at]
    top = days.index(max(days)) if days else 0
    falling = all(b - a <= _NEARLY for a, b in pairwise(days[top:]))
    return bool(days) and 2 * top < len(days) and falling and max(days[-2:]) < bounds(window)[0]


#: What a scope's kind makes us expect of its notices, where the list itself says nothing: a prior, the body decides.
_EXPECTED = {"result": "award", "change": "correction", "policy": None, "report": None}


def expected(facts: SourceFacts, scope: str, item: Record) -> Record:
    """A listed item, with the kind of its scope where its own row says none."""
    kind = dict(facts.scopes).get(scope)
    if item.notice_type is not None or kind is None:
        return item
    return replace(item, notice_type=_EXPECTED.get(kind, kind))


def in_window(item: Record, window: str) -> bool:
    """Whether an item was published inside the window; an item without a date may have been."""
    first, last = window.split("/")
    return item.published_at is None or first <= item.published_at[:10] <= last


def out_of_scope(facts: SourceFacts, item: Record) -> str | None:
    """Name of the first rule of the source that puts a listed item out of scope, or None.

    A rule's condition is a JSON object; `kinds` (as the list gives them) and `title_regex` (searched in the title)
    must both hold where both are given.
    """
    for rule, condition in facts.out_of_scope:
        kinds, pattern = _condition(condition)
        if (not kinds or item.notice_type in kinds) and (pattern is None or pattern.search(item.title or "")):
            return rule
    return None


@lru_cache(maxsize=256)
def _condition(text: str) -> tuple[tuple[str, ...], re.Pattern[str] | None]:
    said = json.loads(text)
    pattern = said.get("title_regex")
    return tuple(said.get("kinds") or ()), re.compile(pattern) if pattern else None


# -- windows ---------------------------------------------------------------------------------------------------------


def window_of(first: date, last: date) -> str:
    """The name of a window: `YYYY-MM-DD/YYYY-MM-DD`, inclusive."""
    return f"{first.isoformat()}/{last.isoformat()}"


def bounds(window: str) -> tuple[date, date]:
    """First and last day of a window."""
    first, last = window.split("/")
    return date.fromisoformat(first), date.fromisoformat(last)


def split(window: str) -> tuple[str, str] | None:
    """The two halves of a window; None for a single day, which cannot be split."""
    first, last = bounds(window)
    if first == last:
        return None
    middle = first + (last - first) // 2
    return window_of(first, middle), window_of(middle + timedelta(days=1), last)


def calendar(since: date, until: date, days: int | None) -> Iterator[str]:
    """Windows that cover since..until without overlap: stretches of `days` days, or calendar months."""
    while since <= until:
        if days is None:
            end = (since.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
        else:
            end = since + timedelta(days=days - 1)
        yield window_of(since, min(end, until))
        since = end + timedelta(days=1)


def uncovered(window: str, walks: Sequence[Walk], overlap: int = 0, today: date | None = None) -> list[str]:
    """The stretches of a window that no complete walk of its scope has closed.

    A day is closed by a walk that began after it was over: what is published late in the day must not be missed. With
    an `overlap`, what is published with a date of up to so many days ago must not be missed either: until then a day
    is only closed for the day (`today`) on which it was walked.
    """
    first, last = bounds(window)
    closed: set[date] = set()
    for walk in walks:
        if walk.state == "complete" and (began := walk.began_on) is not None:
            start, end = bounds(walk.window)
            late = 0 if today is not None and began >= today else overlap
            closed.update(_days(max(start, first), min(end, last, began - timedelta(days=1 + late))))
    return _stretches([day for day in _days(first, last) if day not in closed])


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


def _stretches(days: Sequence[date]) -> list[str]:
    found: list[tuple[date, date]] = []
    for day in days:
        if found and day - found[-1][1] == timedelta(days=1):
            found[-1] = (found[-1][0], day)
        else:
            found.append((day, day))
    return [window_of(first, last) for first, last in found]
