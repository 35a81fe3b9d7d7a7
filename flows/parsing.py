"""Archive -> list pages, documents, quarantine, listings, ledger. What is not stale is not parsed again."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from db.archive import Archive
from db.captures import captures, last_errors
from db.ops import catch_up
from db.warehouse import rows
from etl import coverage, documents, takedowns
from etl.documents import Parsed, Settled
from etl.errors import UsageError
from etl.records import FetchEvent, ListPage, Record, SourceFacts
from etl.records.rows import (
    CoverageDayRow,
    DeclarationRow,
    DocumentRow,
    ListingRow,
    ListPageRow,
    OrganisationRow,
    QuarantineRow,
)
from etl.walks import expected
from flows.crew import Crew, Job
from flows.imports import read_imports
from flows.lists import Lists
from flows.progress import Progress, told
from flows.session import Session


@dataclass(slots=True)
class Parsing:
    """Everything that follows from the archive alone, table by table."""

    list_pages: list[ListPageRow] = field(default_factory=list)
    listings: list[ListingRow] = field(default_factory=list)
    documents: list[DocumentRow] = field(default_factory=list)
    quarantine: list[QuarantineRow] = field(default_factory=list)
    coverage: list[CoverageDayRow] = field(default_factory=list)
    declarations: list[DeclarationRow] = field(default_factory=list)
    #: What panels must know of imported notices, as of crawled sources.
    imported: list[SourceFacts] = field(default_factory=list)
    #: What imported lists of firms and banks say.
    lists: Lists = field(default_factory=Lists)
    #: UTC time of the archive's last event; None for an empty archive.
    as_of: str | None = None
    parsed_now: int = 0


def fold_in(session: Session) -> None:
    """Enter into the ops tables what the archive holds and a killed crawler left out."""
    for facts in session.facts.values():
        catch_up(session.stores, session.archive, facts)


def parse(session: Session, jobs: int, progress: Progress, *, afresh: bool = False) -> Parsing:
    """Parse what is new or stale (`afresh`: everything), and settle everything the archive holds."""
    out = Parsing()
    fold_in(session)
    with session.stores.ops.read() as conn:
        captured = captures(conn)
    known = _Known({}, {}, {}) if afresh else _Known.of(session)
    with Crew(session.home, jobs) as crew:
        for source, events in sorted(captured.items()):
            if source not in session.facts:
                raise UsageError(f"the archive holds pages of source {source!r}, which has no YAML in crawlers/sources")
            _parse_source(session, session.facts[source], events, known, out, crew, progress)
    _parse_imports(session, known, out, progress)
    times = [e.fetched_at for events in captured.values() for e in events]
    times += [i.imported_at for i in session.archive.imports()]
    out.as_of = max(times, default=None)
    return out


@dataclass(frozen=True, slots=True)
class _Known:
    """Rows of the last refresh, by recipe."""

    lists: Mapping[str, ListPageRow]
    parsed: Mapping[str, Sequence[Parsed]]
    organisations: Mapping[str, Sequence[OrganisationRow | QuarantineRow]]

    @classmethod
    def of(cls, session: Session) -> _Known:
        parsed: dict[str, list[Parsed]] = defaultdict(list)
        listed: dict[str, list[OrganisationRow | QuarantineRow]] = defaultdict(list)
        with session.stores.warehouse.read() as conn:
            lists = {r.recipe: r for r in rows(conn, ListPageRow)}
            for document in rows(conn, DocumentRow):
                parsed[document.recipe].append(document)
            for quarantined in rows(conn, QuarantineRow):
                parsed[quarantined.recipe].append(quarantined)
                listed[quarantined.recipe].append(quarantined)
            for organisation in rows(conn, OrganisationRow):
                listed[organisation.recipe].append(organisation)
        return cls(lists, parsed, listed)


def _parse_source(
    session: Session,
    facts: SourceFacts,
    events: Sequence[FetchEvent],
    known: _Known,
    out: Parsing,
    crew: Crew,
    progress: Progress,
) -> None:
    taken = session.taken(facts.source)
    lists = [takedowns.without(row, taken) for row in _list_rows(session.archive, facts, events, known)]
    pages = {row.raw_sha256: documents.list_page(row) for row in lists}
    scopes = documents.scopes_of(facts, events, pages)
    said = {
        key: expected(facts, scopes.get(key, ""), item)
        for key, item in documents.hints(p for p in pages.values() if p is not None).items()
    }
    settled = _details(session, facts, events, said, known, out, crew, progress)
    with session.stores.ops.read() as conn:
        errors = last_errors(conn, facts.source)
    listings = [takedowns.closed(row, taken) for row in documents.listings(facts, scopes, said, settled, errors)]
    out.list_pages += lists
    out.documents += settled.documents
    out.quarantine += settled.quarantine
    out.listings += listings
    out.coverage += _ledger(facts, events, pages, listings)


def _list_rows(archive: Archive, facts: SourceFacts, events: Iterable[FetchEvent], known: _Known) -> list[ListPageRow]:
    found: dict[str, ListPageRow] = {}
    for event in events:
        if event.kind == "list" and event.outcome == "ok" and event.raw_sha256 not in found:
            sha = event.raw_sha256 or ""
            row = known.lists.get(documents.list_recipe(facts, sha))
            found[sha] = row or documents.list_row(facts, event, _body(archive, event))
    return [found[sha] for sha in sorted(found)]


def _body(archive: Archive, event: FetchEvent) -> bytes:
    return archive.body(event.segment or "", event.offset or 0)


def _details(
    session: Session,
    facts: SourceFacts,
    events: Sequence[FetchEvent],
    said: Mapping[str, Record],
    known: _Known,
    out: Parsing,
    crew: Crew,
    progress: Progress,
) -> Settled:
    """The parsed captures of a source, old rows where their recipe still holds, in the order they were captured."""
    order: list[str] = []
    fresh: dict[str, Job] = {}
    parsed: dict[str, Parsed] = {}
    taken = session.taken(facts.source)
    for found in (c for c in documents.captured(events) if c.source_id not in taken):
        capture = replace(found, listed=said.get(found.source_id))
        made = documents.detail_recipe(facts, capture)
        order.append(made)
        if made in known.parsed:
            parsed[made] = known.parsed[made][0]
        else:
            fresh[made] = Job(facts, capture)
    for row in told(crew.parsed(list(fresh.values())), f"parse {facts.source}", progress):
        parsed[row.recipe] = row
    out.parsed_now += len(fresh)
    return documents.versions(parsed[made] for made in order)


def _ledger(
    facts: SourceFacts,
    events: Iterable[FetchEvent],
    pages: Mapping[str, ListPage | None],
    listings: Iterable[ListingRow],
) -> list[CoverageDayRow]:
    listed: Counter[tuple[str, date]] = Counter()
    still_open: dict[tuple[str, date], Counter[str]] = defaultdict(Counter)
    adrift: Counter[tuple[str, date]] = Counter()
    undated = coverage.undated(facts, events, pages)
    for row in (row for row in listings if row.state != "out_of_scope"):
        is_open = row.state in ("pending", "quarantined")
        if row.published_on is not None:
            key = (row.scope, date.fromisoformat(row.published_on))
            listed[key] += 1
            still_open[key].update([row.state] if is_open else ())
        elif is_open and row.source_id in undated:
            adrift.update((row.scope, day) for day in coverage.days(*undated[row.source_id]))
    return coverage.ledger(facts, coverage.replay(facts, events, pages), listed, still_open, adrift)


def _parse_imports(session: Session, known: _Known, out: Parsing, progress: Progress) -> None:
    read = read_imports(
        session.archive,
        known.parsed,
        progress,
        synthetic=session.home.synthetic,
        taken=session.takedowns.values(),
        listed=known.organisations,
    )
    out.documents += read.documents
    out.quarantine += read.quarantine
    out.listings += read.listings
    out.coverage += read.coverage
    out.declarations += read.declarations
    out.imported += read.facts
    out.lists = read.lists
    out.parsed_now += read.parsed_now


def missing_inputs(session: Session) -> list[str]:
    """Imported files of which only the hash was kept: a rebuild cannot read them."""
    missing = []
    for made in session.archive.imports():
        missing += [f"{f.name} ({f.sha256[:12]})" for f in made.files if session.archive.import_bytes(f) is None]
    return missing
