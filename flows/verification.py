"""What a verification of a source says, and when what its YAML promises holds. Plain data and pure functions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from crawlers.sources import Source
from etl.records import FetchEvent, ListPage
from etl.records.rows import DocumentRow, QuarantineRow
from etl.walks import in_window
from flows.reports.model import Fill

Row = DocumentRow | QuarantineRow
#: Reasons for quarantine that are a document's own and not the source's: its text is a picture or a file.
LOST = ("body_missing",)


@dataclass(frozen=True, slots=True)
class Check:
    """Something that a source promises, of one of its lists or (empty) of all; only what is required can fail it."""

    scope: str
    what: str
    holds: bool
    found: str
    required: bool = True


@dataclass(frozen=True, slots=True)
class Looked:
    """What the first page of a list showed for a window of days; `listed` and `pages` are what it states of all."""

    scope: str
    url: str
    window: str
    outcome: str
    items: int = 0
    dated: int = 0
    listed: int | None = None
    pages: int | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """A fetched item that could not be read."""

    source_id: str
    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class Said:
    """A warning and the number of documents or lists that came with it."""

    text: str
    number: int


@dataclass(frozen=True, slots=True)
class Verification:
    """The report of a look at a source. `unknown`: labels and codes that no rule knows."""

    source: str
    family: str
    title: str
    synthetic: bool
    began: str
    version: str
    robots: str
    requests: int
    seconds: float
    holds: bool
    checks: tuple[Check, ...]
    lists: tuple[Looked, ...]
    fills: tuple[Fill, ...]
    unknown: tuple[Said, ...]
    warnings: tuple[Said, ...]
    refused: tuple[Refusal, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one list brought: its first page, and its items as parsed or as not fetched."""

    looked: Looked
    page: ListPage | None
    rows: tuple[Row, ...]
    failed: tuple[FetchEvent, ...]


def checks(
    source: Source, robots: str, allowed: bool, stopped: str | None, lists: Sequence[Evidence]
) -> Iterator[Check]:
    """Everything that is checked, in the order of the look."""
    yield Check("", "robots.txt can be read and allows what is asked", allowed, robots)
    yield Check("", "the site lets us finish", not stopped, stopped or "it did")
    for one in lists:
        yield from _of_list(source, one)
        yield from _of_items(one)


def _of_list(source: Source, one: Evidence) -> Iterator[Check]:
    looked, scope = one.looked, one.looked.scope
    yield Check(scope, "its list answers and can be read", one.page is not None, looked.problem or looked.outcome)
    if one.page is None:
        return
    items = one.page.items
    told = f"{len(items)} items of {looked.window.replace('/', ' to ')}"
    # A list that says itself that it is empty is not broken, only not seen at work.
    yield Check(scope, "it lists something", bool(items), told, required=looked.listed != 0)
    if not items:
        return
    titled = sum(bool(item.title) for item in items)
    complete = titled == len(items) == looked.dated
    yield Check(
        scope, "every row has a title and a day", complete, f"{titled} titles, {looked.dated} days", required=False
    )
    yield _pace(source, one, len(items))
    if source.paging == "window":
        inside = sum(in_window(item, looked.window) for item in items)
        yield Check(
            scope, "its filter by days holds", inside == len(items), f"{inside} of {len(items)} inside", required=False
        )
    else:
        days = [item.published_at[:10] for item in items if item.published_at]
        rising = sum(a < b for a, b in pairwise(days))
        yield Check(
            scope, "the newest stand first", not rising, f"{rising} rows stand before newer ones", required=False
        )


def _pace(source: Source, one: Evidence, items: int) -> Check:
    """Whether a page that others follow holds as many rows as declared."""
    alone = one.page is not None and (one.page.last or one.page.pages == 1 or (one.page.listed or 0) <= items)
    fits = items == source.page_size or (alone and items < source.page_size)
    found = f"{items} of {source.page_size}"
    return Check(one.looked.scope, "a page holds as many rows as declared", fits, found, required=False)


def _of_items(one: Evidence) -> Iterator[Check]:
    if not one.looked.items:
        return
    scope, refused = one.looked.scope, [row for row in one.rows if isinstance(row, QuarantineRow)]
    parsed, fetched = len(one.rows) - len(refused), len(one.rows) + len(one.failed)
    why = [f"{event.outcome}: {event.detail}" for event in one.failed] + [row.reason for row in refused]
    told = f"{parsed} of {fetched}" + (f"; {', '.join(sorted(set(why)))}" if why else "")
    broken = [row for row in refused if row.reason not in LOST]
    yield Check(scope, "its items can be fetched and read", bool(parsed) and not broken and not one.failed, told)
    bodies = sum(row.characters > 0 for row in one.rows if isinstance(row, DocumentRow))
    yield Check(scope, "they have a text", bodies == parsed, f"{bodies} of {parsed}", required=False)
