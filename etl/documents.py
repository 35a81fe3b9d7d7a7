"""From captures to documents: each fetched item becomes a record, or goes to quarantine with a reason; nothing else.

The functions here are pure: bytes and rows in, rows out. A row stores its recipe (input hash, parser, versions), so a
refresh parses again only what is stale, and a rebuild gives the same rows.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from etl import parsers, redact
from etl.errors import Quarantined
from etl.recipes import canonical, recipe
from etl.records import FetchEvent, ListPage, Page, Record, SourceFacts, fingerprint
from etl.records.rows import DocumentRow, ListingRow, ListPageRow, QuarantineRow
from etl.walks import in_window, out_of_scope

Parsed = DocumentRow | QuarantineRow
#: Different items whose pages are the same to the last byte, from which on the page is taken for none of them.
COMMON = 3


def stage(family: str) -> str:
    """Versions of everything that decides what a page of this family becomes."""
    return f"{family}/{parsers.family(family).VERSION}+redact/{redact.VERSION}"


# -- list pages --------------------------------------------------------------------------------------------------------


def page_of(
    facts: SourceFacts, event: FetchEvent, body: bytes, listed: Record | None = None, parts: Sequence[bytes] = ()
) -> Page:
    """What an answered attempt brought, with what its source says about reading it."""
    return Page(
        body, facts.source, event.url, event.content_type, listed, facts.reading, facts.encoding, parts=tuple(parts)
    )


def list_recipe(facts: SourceFacts, raw_sha256: str) -> str:
    """Recipe of a list page."""
    return recipe("list", raw_sha256, stage(facts.family), facts.reading, facts.encoding)


def list_row(facts: SourceFacts, event: FetchEvent, body: bytes) -> ListPageRow:
    """A list page as parsed, or with the reason why it could not be."""
    page = page_of(facts, event, body)
    listed, error = ListPage(), None
    try:
        listed = parsers.family(facts.family).parse_list(page)
    except Quarantined as problem:
        error = str(problem)
    return ListPageRow(
        source=facts.source,
        raw_sha256=page.sha256,
        listed=listed.listed,
        pages=listed.pages,
        last=listed.last,
        items=canonical([item.to_dict() for item in listed.items]),
        warnings=canonical([redact.redact(warning) for warning in listed.warnings]),
        error=error,
        recipe=list_recipe(facts, page.sha256),
    )


def list_page(row: ListPageRow) -> ListPage | None:
    """The list page of a row; None when it could not be read."""
    if row.error is not None:
        return None
    items = tuple(Record.from_dict(i) for i in json.loads(row.items))
    return ListPage(items, row.listed, row.pages, tuple(json.loads(row.warnings)), row.last)


# -- details -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Capture:
    """An answer that holds an item: with those that hold its further pages, and what the lists say of the item.

    `common`: the very same bytes came as answer for other items, too (see `captured`).
    """

    event: FetchEvent
    parts: tuple[FetchEvent, ...] = ()
    common: bool = False
    listed: Record | None = None

    @property
    def source_id(self) -> str:
        """The item it was asked for."""
        return self.event.source_id or self.event.url


def detail_recipe(facts: SourceFacts, capture: Capture) -> str:
    """Recipe of a detail: which item it was asked for, the list's hints and the further pages are part of its input."""
    hint = capture.listed.to_dict() if capture.listed else None
    pages = [part.raw_sha256 for part in (capture.event, *capture.parts)]
    made_by = (stage(facts.family), facts.reading, facts.encoding)
    return recipe("detail", facts.source, capture.source_id, pages, capture.common, made_by, hint)


def detail_row(facts: SourceFacts, capture: Capture, body: bytes, parts: Sequence[bytes] = ()) -> Parsed:
    """A detail as a document, or in quarantine; `parts` are the bodies of its further pages that were fetched."""
    page = page_of(facts, capture.event, body, capture.listed, parts)
    source_id = capture.source_id
    made = detail_recipe(facts, capture)
    try:
        if capture.common:
            raise Quarantined("same_page", f"{COMMON} items or more were answered with this very page")
        named = len(further(facts, page))
        if len(parts) < named:
            raise Quarantined("parts_missing", f"{len(parts)} of {named} further pages were fetched")
        record = parsers.family(facts.family).parse_detail(page)
        if record.source_id != source_id:
            raise Quarantined("other_document", f"the page is {record.source_id}, asked for was {source_id}")
        if record.kind == "notice" and not record.published_at:
            raise Quarantined("no_publication_date", "neither the page nor its list says when it was published")
    except Quarantined as problem:
        return QuarantineRow(
            source=facts.source,
            source_id=source_id,
            raw_sha256=page.sha256,
            reason=problem.reason,
            detail=redact.redact(problem.detail),
            url=capture.event.url,
            parser=facts.family,
            recipe=made,
        )
    return document_row(record, made)


def further(facts: SourceFacts, page: Page) -> tuple[str, ...]:
    """Addresses of the further pages of a detail, in order; most families' documents have none."""
    parts = getattr(parsers.family(facts.family), "parts", None)
    return tuple(parts(page)) if parts else ()


def captured(events: Sequence[FetchEvent]) -> Iterator[Capture]:
    """Every answer that holds an item, oldest first, with the answers that hold its further pages, in their order.

    Of a page that was fetched more than once, the first after the item counts, else the last before it. A page that
    came for `COMMON` different items is none of them, but what the site says instead of an error.
    """
    parts: dict[str | None, list[FetchEvent]] = defaultdict(list)
    items: dict[str | None, set[str | None]] = defaultdict(set)
    details = [event for event in events if event.kind == "detail" and event.outcome == "ok"]
    for event in details:
        items[event.raw_sha256].add(event.source_id)
    for event in events:
        if event.kind == "part" and event.outcome == "ok":
            parts[event.source_id].append(event)
    for event in details:
        pages = tuple(_pages(event, parts.get(event.source_id, ())))
        yield Capture(event, pages, common=len(items[event.raw_sha256]) >= COMMON)


def _pages(event: FetchEvent, parts: Sequence[FetchEvent]) -> Iterator[FetchEvent]:
    for number in range(2, 2 + len({part.page for part in parts})):
        mine = [part for part in parts if part.page == number]
        if not mine:
            return
        yield next((part for part in mine if part.fetched_at >= event.fetched_at), mine[-1])


def document_row(record: Record, made: str) -> DocumentRow:
    """The warehouse row of a parsed record (current until `versions` says otherwise)."""
    return DocumentRow(
        source=record.source,
        source_id=record.source_id,
        fingerprint=fingerprint(record),
        is_current=True,
        kind=record.kind,
        notice_type=record.notice_type,
        title=record.title,
        url=record.url,
        published_at=record.published_at,
        place_code=record.place_code,
        year=record.year,
        characters=len("".join((record.text or "").split())),
        record=canonical(record.to_dict()),
        raw_sha256=record.raw_sha256 or "",
        parser=record.parser or "",
        recipe=made,
    )


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of all captures of a source: versions of documents, and what is in quarantine."""

    documents: list[DocumentRow]
    quarantine: list[QuarantineRow]


def versions(parsed: Iterable[Parsed]) -> Settled:
    """Settle the captures of each item, given oldest first.

    Equal fingerprints are one version, kept with the first bytes that said so; the last capture decides which version
    is current. An item is in quarantine while its last capture is.
    """
    history: dict[tuple[str, str], list[Parsed]] = {}
    for row in parsed:
        history.setdefault((row.source, row.source_id), []).append(row)
    documents: list[DocumentRow] = []
    quarantine: list[QuarantineRow] = []
    for key in sorted(history):
        captures = history[key]
        first: dict[str, DocumentRow] = {}
        for row in captures:
            if isinstance(row, DocumentRow):
                first.setdefault(row.fingerprint, row)
        last = captures[-1]
        current = next((r.fingerprint for r in reversed(captures) if isinstance(r, DocumentRow)), None)
        documents += [replace(row, is_current=mark == current) for mark, row in sorted(first.items())]
        if isinstance(last, QuarantineRow):
            quarantine.append(last)
    return Settled(documents, quarantine)


# -- listings ----------------------------------------------------------------------------------------------------------


def hints(pages: Iterable[ListPage]) -> dict[str, Record]:
    """What the lists say of each item. Of several wordings the smallest as text counts, whatever order they came in.

    Which page it stood on is no part of it: lists change with every new item above.
    """
    said: dict[str, tuple[str, Record]] = {}
    for page in pages:
        for row in page.items:
            item = replace(row, raw_sha256=None, parser=None, parser_version=None, warnings=())
            text = canonical(item.to_dict())
            if item.source_id not in said or text < said[item.source_id][0]:
                said[item.source_id] = (text, item)
    return {source_id: item for source_id, (_, item) in said.items()}


def listings(
    facts: SourceFacts,
    scopes: Mapping[str, str],
    said: Mapping[str, Record],
    settled: Settled,
    errors: Mapping[str, str],
) -> list[ListingRow]:
    """What became of every listed item: parsed, quarantined, out of scope by a named rule, or pending.

    `scopes`: the scope an item counts for; an item without one stood only on lists asked for other days. `errors`: last
    error of items that were asked for without success.
    """
    parsed = {d.source_id for d in settled.documents}
    reasons = {q.source_id: q.reason for q in settled.quarantine}
    found = []
    for source_id, item in sorted(said.items()):
        state, reason = "pending", errors.get(source_id, "not fetched yet")
        if source_id in reasons:
            state, reason = "quarantined", reasons[source_id]
        elif source_id in parsed:
            state, reason = "parsed", ""
        elif rule := out_of_scope(facts, item) or ("outside_the_window" if source_id not in scopes else None):
            state, reason = "out_of_scope", rule
        found.append(_listing(facts.source, item, scopes.get(source_id, ""), state, reason or None))
    return found


def _listing(source: str, item: Record, scope: str, state: str, reason: str | None) -> ListingRow:
    return ListingRow(
        source=source,
        source_id=item.source_id,
        scope=scope,
        url=item.url,
        title=redact.redact(item.title) if item.title else None,
        published_on=(item.published_at or "")[:10] or None,
        kind_given=item.notice_type,
        state=state,
        reason=reason,
    )


def import_listings(settled: Settled) -> list[ListingRow]:
    """The items of imports, counted like those of lists: each is parsed or quarantined."""
    quarantined = {(q.source, q.source_id): q for q in settled.quarantine}
    found = [
        _listing(
            d.source,
            Record(d.source, d.source_id, d.url, title=d.title, published_at=d.published_at),
            "import",
            "parsed",
            None,
        )
        for d in settled.documents
        if d.is_current and (d.source, d.source_id) not in quarantined
    ]
    found += [
        _listing(q.source, Record(q.source, q.source_id, q.url), "import", "quarantined", q.reason)
        for q in settled.quarantine
    ]
    return sorted(found, key=lambda row: (row.source, row.source_id))


def scopes_of(facts: SourceFacts, events: Sequence[FetchEvent], pages: Mapping[str, ListPage | None]) -> dict[str, str]:
    """The scope each item counts for: the first by name of those whose lists showed it inside the window asked for."""
    found: dict[str, str] = {}
    for event in events:
        page = pages.get(event.raw_sha256 or "") if event.kind == "list" and event.outcome == "ok" else None
        for item in page.items if page else ():
            if facts.paging == "window" or in_window(item, event.window):
                found[item.source_id] = min(event.scope, found.get(item.source_id, event.scope))
    return found
