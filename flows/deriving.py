"""Documents -> hits, resolutions, deals, contributions, observations; then the warehouse, in one transaction."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib.metadata import version
from typing import Any

import keywords
from db import builds, captures
from db.engine import Stores
from db.home import Home
from db.releases import Info
from db.upsert import Changes, sync
from db.warehouse import lasting, line, reading, rows
from etl import catalogue, deals, documents, panel, parsers, policies, resolve
from etl.deals import Deals
from etl.indicators import Inputs, contributions, fintech
from etl.indicators.inputs import UNALLOCATED
from etl.places import gazetteer
from etl.recipes import recipe
from etl.records import TABLES, Record, Row
from etl.records.rows import (
    DeclarationRow,
    DocumentRow,
    HitRow,
    OrganisationRow,
    PlaceRow,
    QuarantineRow,
    ResolutionRow,
)
from etl.resolve import Rulings
from etl.resolve.results import Kind
from etl.walks import CHINA
from flows import decisions, lists
from flows.parsing import Parsing
from flows.progress import Progress, told
from flows.registers import Registers, registers
from flows.session import Session

#: Boundary year of the panel's places.
BOUNDARY = 2020


@dataclass(frozen=True, slots=True)
class Derived:
    """All rows of the warehouse by table, and sentences on what did not fit."""

    tables: dict[str, list[Row]]
    problems: tuple[str, ...]


def derive(session: Session, parsed: Parsing, progress: Progress) -> Derived:
    """Everything that follows from the parsed documents; nothing is read but the archive's judgements."""
    current = [d for d in parsed.documents if d.is_current]
    hits = list(_hits(session, current, progress))
    progress("merge", 0, None)
    judged = decisions.read(session.archive)
    made = dealt(parsed, judged.rulings, hits)
    areas = {facts.source: facts.area[0] for facts in session.facts.values() if len(facts.area) == 1}
    issued = policies.derive(_records(current, "policy"), areas)
    progress("panel", 0, None)
    tables: dict[str, Iterable[Row]] = {
        "list_page": parsed.list_pages,
        "listing": parsed.listings,
        "document": parsed.documents,
        "quarantine": parsed.quarantine,
        "coverage_day": parsed.coverage,
        "declaration": parsed.declarations,
        "organisation": parsed.lists.organisations,
        "hit": hits,
        "resolution": made.resolutions,
        "award": made.awards,
        "award_notice": made.notices,
        "award_line": made.lines,
        "deal": made.deals,
        "policy": issued.policies,
        "policy_copy": issued.copies,
        **_panel(session, parsed, current, hits, made),
    }
    return Derived({name: list(rows_) for name, rows_ in tables.items()}, (*judged.problems, *made.problems))


def _panel(
    session: Session, parsed: Parsing, current: Iterable[DocumentRow], hits: Sequence[HitRow], made: Deals
) -> dict[str, Iterable[Row]]:
    """The tables that speak of places and years."""
    indicators, places = session.indicators, _places()
    place = place_of({p.code for p in places})
    reports = [d for d in current if d.kind == "report"]
    lexicons = {theme: lexicon.id for theme, lexicon in session.lexicons.items()}
    added = contributions(Inputs(made.awards, made.deals, reports, hits, place, lexicons))
    cells = panel.PanelInputs(
        indicators=indicators,
        frames=catalogue.frames(),
        contributions=added,
        coverage=panel.Coverage([*session.facts.values(), *parsed.imported], parsed.coverage, day_of(parsed.as_of)),
        places=places,
        synthetic=session.home.synthetic,
        boundary=BOUNDARY,
    )
    vintages = {i.code: session.lexicons[i.theme].version for i in indicators.values() if i.lexicon}
    return {
        "place": places,
        "contribution": added,
        "measurement": panel.measurements(indicators, added, vintages),
        "observation": panel.observations(cells),
        "edge": deals.edges([d for d in made.deals if fintech.is_fintech(d)], place),
    }


def day_of(moment: str | None) -> date:
    """The day of an event's time in +08:00; for an empty archive the first day there is."""
    if moment is None:
        return date(1970, 1, 1)
    return datetime.fromisoformat(moment).replace(tzinfo=UTC).astimezone(CHINA).date()


#: Which field of which kind of document an indicator's lexicon is looked for in.
SEARCHED = {"fintech": ("notice", "title"), "digital": ("report", "text")}


def _hits(session: Session, current: Iterable[DocumentRow], progress: Progress) -> Iterator[HitRow]:
    """Hits of the lexicon of every theme."""
    wanted = sorted({(i.theme, i.policy or "strict") for i in session.indicators.values() if i.lexicon})
    documents_by_kind: dict[str, list[DocumentRow]] = {}
    for document in current:
        documents_by_kind.setdefault(document.kind, []).append(document)
    for theme, policy in wanted:
        kind, where = SEARCHED[theme]
        lexicon = session.lexicons[theme]
        matcher = keywords.Matcher(lexicon, policy)
        for document in told(documents_by_kind.get(kind, []), f"match {lexicon.id}", progress):
            text = document.title if where == "title" else json.loads(document.record)["text"]
            yield from document_hits(document, where, text or "", lexicon, matcher, policy)


def document_hits(
    document: DocumentRow,
    where: str,
    text: str,
    lexicon: keywords.Lexicon,
    matcher: keywords.Matcher,
    policy: str,
) -> Iterator[HitRow]:
    """The hits in one field of a document, as rows."""
    versions = (lexicon.version, policy, keywords.MATCHER_VERSION, keywords.TOKENIZER_VERSION)
    made = recipe("hit", document.fingerprint, where, *versions)
    for hit in matcher.find(text):
        term = lexicon.term(hit.term)
        yield HitRow(
            source=document.source,
            source_id=document.source_id,
            lexicon=lexicon.id,
            field=where,
            start=hit.start,
            end=hit.end,
            term=hit.term,
            text=hit.text,
            layer=term.layer,
            dimension=term.dimension,
            policy=policy,
            recipe=made,
        )


def dealt(parsed: Parsing, rulings: Rulings, hits: Iterable[HitRow]) -> Deals:
    """Awards, deals and the resolutions they rest on: what notices say, and lists of firms and banks."""
    notices = _records([d for d in parsed.documents if d.is_current], "notice")
    known = registers(parsed.lists.organisations, notices, lists.whole(parsed.lists, parsed.declarations))
    return deals.derive(notices, [h for h in hits if h.field == "title"], _resolver(rulings, known), _buyer_kind)


def known(home: Home) -> Registers:
    """The firms and offices a home knew at its last refresh."""
    with reading(home) as conn:
        refused = [row for row in rows(conn, QuarantineRow) if row.parser == lists.PARSER]
        read = lists.Lists(rows(conn, OrganisationRow), refused)
        notices = _records(rows(conn, DocumentRow, is_current=True, kind="notice"), "notice")
        return registers(read.organisations, notices, lists.whole(read, rows(conn, DeclarationRow)))


def _records(current: Iterable[DocumentRow], kind: str) -> list[Record]:
    return [Record.from_dict(json.loads(d.record)) for d in current if d.kind == kind]


def _buyer_kind(purchaser: str) -> Kind:
    return "bank" if resolve.looks_like_bank(purchaser) else "body"


def _resolver(rulings: Rulings, known: Registers) -> deals.Resolve:
    def resolved(kind: Kind, name: str, address: str, uscc: str, year: int) -> ResolutionRow:
        ruled = resolve.ruled(
            name,
            kind,
            address=address or None,
            uscc=uscc or None,
            year=year,
            decisions=rulings,
            register=known.firms,
            offices=known.offices,
        )
        found, cut = ruled.answer, sorted(decision.id for decision in ruled.decisions)
        return ResolutionRow(
            kind=kind,
            name=name,
            address=address,
            uscc=uscc,
            year=year,
            org_id=found.org_id,
            canonical_name=found.canonical_name,
            org_kind=found.kind,
            bank_class=found.bank_class,
            level=found.level,
            city_code=found.city_code,
            score=found.score,
            method=found.method,
            evidence=found.evidence,
            candidates=found.candidates,
            recipe=recipe(
                "resolve", resolve.VERSION, cut, known.cut(ruled.found.kind), kind, name, address, uscc, year
            ),
        )

    return resolved


def _places() -> list[PlaceRow]:
    """The places of the panel: prefectures and municipalities of the boundary year, provinces, and `unallocated`."""
    known = gazetteer()
    found = {
        p.code: PlaceRow(p.code, p.name, p.short_name, p.level, p.province_code, p.province)
        for p in [*known.provinces(), *known.in_force(BOUNDARY)]
    }
    found[UNALLOCATED] = PlaceRow(UNALLOCATED, "无法归入城市", UNALLOCATED, "none", None, None)
    return [found[code] for code in sorted(found)]


def place_of(codes: set[str]) -> Callable[[str | None, int], str]:
    """What maps a place as found to a place of the panel: one of these codes, or `unallocated`."""
    known = gazetteer()

    def place(code: str | None, year: int) -> str:  # noqa: ARG001
        if code is None or code in codes:
            return code or UNALLOCATED
        return known.on_boundary(code, BOUNDARY) or UNALLOCATED

    return place


def store(stores: Stores, derived: Derived, made_from: str, said: Mapping[str, Any]) -> dict[str, Changes]:
    """Make the warehouse equal to what was derived, in one transaction; what changed, by table.

    `made_from` is the recipe of it all, `said` what the same recipe will have to say again.
    """
    with stores.warehouse.write() as conn:
        changes = {row.TABLE: sync(conn, row, derived.tables[row.TABLE]) for row in TABLES}
        rows = {name: len(table) for name, table in derived.tables.items()}
        builds.remember(conn, "tables", made_from, {**said, "rows": rows})
    return changes


def clear(stores: Stores) -> None:
    """Empty the warehouse."""
    with stores.warehouse.write() as conn:
        for row in reversed(TABLES):
            sync(conn, row, ())


def compare(stores: Stores, derived: Derived) -> list[str]:
    """Tables in which the warehouse does not say what was derived: a sentence each."""
    said = []
    with stores.warehouse.read() as conn:
        for row in TABLES:
            there, made = table_lines(row, rows(conn, row)), table_lines(row, derived.tables[row.TABLE])
            gone, new = len(made - there), len(there - made)
            if gone or new:
                said.append(f"{row.TABLE}: {gone} rows missing or different in the warehouse, {new} not in the archive")
    return said


def table_lines(row: type[Row], given: Iterable[Row]) -> set[str]:
    """Rows as the canonical dump writes them."""
    columns = lasting(row)
    return {line(row.TABLE, columns, [getattr(r, c) for c in columns]) for r in given}


def release_info(session: Session) -> Info:
    """What a release says of itself beside its tables."""
    with session.stores.ops.read() as conn:
        moments = [captures.last_event(conn), *(i.imported_at for i in session.archive.imports())]
    stages = {name: documents.stage(name) for name in parsers.FAMILIES}
    stages |= {"match": keywords.MATCHER_VERSION, "tokenize": keywords.TOKENIZER_VERSION}
    stages |= {"resolve": resolve.VERSION, "deals": deals.VERSION, "policies": policies.VERSION}
    as_of = max((m for m in moments if m), default="1970-01-01T00:00:00Z")
    versions = {lexicon.id: lexicon.version for lexicon in session.lexicons.values()}
    return Info(as_of, version("fincity"), stages, versions, {t: _chosen(session, t) for t in session.choices})


def _chosen(session: Session, theme: str) -> dict[str, str | None]:
    choice, version_ = session.choices[theme], session.lexicons[theme].version
    return {"lexicon": choice.lexicon, "version": version_, "policy": choice.policy, "sha256": choice.sha256}
