"""What stands behind contributions: deals, their awards with notices, words and decisions; reports with their hits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from etl.catalogue import Indicator, frames
from fincity.reader.release import Release, by_key

Rows = Mapping[tuple[Any, ...], Sequence[dict[str, Any]]]


@dataclass(frozen=True)
class Span:
    """A term of the indicator's lexicon as it stands in a field; positions count characters from 0."""

    field: str
    start: int
    end: int
    text: str
    term: str
    dimension: str | None


@dataclass(frozen=True)
class Notice:
    """A notice that tells of an award, and the page it was read from."""

    source: str
    source_id: str
    role: str
    evidence: str
    title: str | None
    url: str | None
    published_at: str | None
    raw_sha256: str | None
    spans: tuple[Span, ...]


@dataclass(frozen=True)
class Resolution:
    """How a name as written became an organisation in a city, or why it did not."""

    kind: str
    name: str
    address: str
    uscc: str
    org_id: str | None
    canonical_name: str | None
    bank_class: str | None
    level: str | None
    city_code: str | None
    score: float | None
    method: str
    evidence: str | None


@dataclass(frozen=True)
class Line:
    """A supplier's part of a lot."""

    lot: str
    supplier: str
    role: str | None
    amount_yuan: str | None
    amount_basis: str
    amount_note: str | None
    resolutions: tuple[Resolution, ...]


@dataclass(frozen=True)
class Award:
    """An award: all notices that tell of it, its purchaser and its lines."""

    award_id: str
    title: str
    project_code: str | None
    published_on: str
    status: str
    purchaser: str | None
    buyer_city: str | None
    buyer: tuple[Resolution, ...]
    notices: tuple[Notice, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Deal:
    """One (award, supplier) pair; the amount is the sum of what is known, as a decimal string."""

    supplier_id: str
    supplier: str
    seller_city: str | None
    buyer_city: str | None
    bank_class: str | None
    amount_yuan: str | None
    amount_complete: bool
    primary_domain: str | None


@dataclass(frozen=True)
class Report:
    """A report: its page and its hits for every term."""

    source: str
    source_id: str
    title: str | None
    url: str | None
    published_at: str | None
    raw_sha256: str | None
    characters: int | None
    hits: dict[str, int]


@dataclass(frozen=True)
class Gap:
    """A list of the indicator's frame, and how many of its days are in which state."""

    source: str
    scope: str
    first: str
    last: str
    days: int
    states: dict[str, int]


@dataclass(frozen=True)
class Behind:
    """The rows of a release that stand behind some contributions, by their keys."""

    awards: Mapping[str, Award]
    deal_rows: Rows
    reports: Mapping[str, Report]

    @classmethod
    def of(cls, release: Release, entry: Indicator, contributions: Iterable[Mapping[str, Any]]) -> Behind:
        """Read what the contributions name."""
        rows = list(contributions)
        award_ids = sorted({award_of(row) for row in rows} - {""})
        documents = sorted({row["source_id"] for row in rows if row["source_kind"] == "document"})
        return cls(
            awards=_awards(release, entry, award_ids),
            deal_rows=by_key(_in(release, "deal", "award_id", award_ids), "award_id"),
            reports=_reports(release, entry, documents),
        )

    def award(self, contribution: Mapping[str, Any]) -> Award | None:
        """The award of a deal or lot count."""
        return self.awards.get(award_of(contribution))

    def deals(self, contribution: Mapping[str, Any]) -> tuple[Deal, ...]:
        """The deal itself, or all deals of an award."""
        rows = self.deal_rows.get((award_of(contribution),), ())
        if contribution["source_kind"] == "deal":
            supplier_id = contribution["source_id"].removeprefix(f"{award_of(contribution)}#")
            rows = [row for row in rows if row["supplier_id"] == supplier_id]
        return tuple(_deal(row) for row in rows)

    def report(self, contribution: Mapping[str, Any]) -> Report | None:
        """The report of a count of terms."""
        return self.reports.get(contribution["source_id"]) if contribution["source_kind"] == "document" else None


def award_of(contribution: Mapping[str, Any]) -> str:
    """The award a contribution belongs to; empty when it is none."""
    source_id = str(contribution["source_id"])
    kinds = {"deal": source_id.rpartition("#")[0], "award": source_id}
    return kinds.get(contribution["source_kind"], "")


def _in(release: Release, table: str, column: str, values: Sequence[str]) -> list[dict[str, Any]]:
    return release.rows(table, {column: values}) if values else []


def _awards(release: Release, entry: Indicator, ids: Sequence[str]) -> dict[str, Award]:
    rows = _in(release, "award", "award_id", ids)
    told = by_key(_in(release, "award_notice", "award_id", ids), "award_id")
    lines = by_key(_in(release, "award_line", "award_id", ids), "award_id")
    names = {row["purchaser"] for row in rows} | {line["supplier"] for group in lines.values() for line in group}
    resolutions = by_key(_in(release, "resolution", "name", sorted(names - {None})), "name", "year")
    documents, hits = _documents(
        release, entry, [(n["source"], n["source_id"]) for group in told.values() for n in group]
    )
    return {
        row["award_id"]: Award(
            award_id=row["award_id"],
            title=row["title"],
            project_code=row["project_code"],
            published_on=row["published_on"],
            status=row["status"],
            purchaser=row["purchaser"],
            buyer_city=row["buyer_city"],
            buyer=_resolutions(resolutions, row["purchaser"], row["year"], {"bank", "body"}, org_id=row["buyer_id"]),
            notices=tuple(_notice(n, documents, hits) for n in told.get((row["award_id"],), ())),
            lines=tuple(_line(line, row["year"], resolutions) for line in lines.get((row["award_id"],), ())),
        )
        for row in rows
    }


def _documents(release: Release, entry: Indicator, keys: Iterable[tuple[str, str]]) -> tuple[Rows, Rows]:
    """Current documents and their hits of the indicator's lexicon, by (source, source_id)."""
    ids = sorted({source_id for _, source_id in keys})
    documents = [row for row in _in(release, "document", "source_id", ids) if row["is_current"]]
    hits = [row for row in _in(release, "hit", "source_id", ids) if row["lexicon"] == entry.lexicon]
    return by_key(documents, "source", "source_id"), by_key(hits, "source", "source_id")


def _notice(told: Mapping[str, Any], documents: Rows, hits: Rows) -> Notice:
    key = (told["source"], told["source_id"])
    document = next(iter(documents.get(key, ())), {})
    spans = [hit for hit in hits.get(key, ()) if hit["field"] == "title"]
    return Notice(
        *key,
        role=told["role"],
        evidence=told["evidence"],
        **_facts(document, "title", "url", "published_at", "raw_sha256"),
        spans=tuple(Span(**{name: hit[name] for name in Span.__dataclass_fields__}) for hit in spans),
    )


def _facts(document: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """Some columns of a document; None where the document is not in the release."""
    return {name: document.get(name) for name in names}


def _line(line: Mapping[str, Any], year: int, resolutions: Rows) -> Line:
    given = {"address": line["supplier_address"] or "", "uscc": line["uscc"] or ""}
    return Line(
        lot=line["lot"],
        supplier=line["supplier"],
        role=line["role"],
        amount_yuan=_yuan(line["amount_fen"]),
        amount_basis=line["amount_basis"],
        amount_note=line["amount_note"],
        resolutions=_resolutions(resolutions, line["supplier"], year, {"firm"}, **given),
    )


def _resolutions(
    resolutions: Rows, name: str | None, year: int, kinds: set[str], **wanted: str | None
) -> tuple[Resolution, ...]:
    """The resolutions of a name in a year that have the wanted fields."""
    return tuple(
        Resolution(**{field: row[field] for field in Resolution.__dataclass_fields__})
        for row in resolutions.get((name, year), ())
        if row["kind"] in kinds and all(row[field] == value for field, value in wanted.items())
    )


def _deal(row: Mapping[str, Any]) -> Deal:
    fields = {name: row[name] for name in Deal.__dataclass_fields__ if name != "amount_yuan"}
    return Deal(amount_yuan=_yuan(row["amount_fen"]), **fields)


def _yuan(fen: int | None) -> str | None:
    return None if fen is None else f"{fen // 100}.{fen % 100:02d}"


def _reports(release: Release, entry: Indicator, ids: Sequence[str]) -> dict[str, Report]:
    keys = [(source, source_id) for source, _, source_id in (one.partition("/") for one in ids)]
    documents, hits = _documents(release, entry, keys)
    reports = {}
    for key in keys:
        document = next(iter(documents.get(key, ())), {})
        found = Counter(hit["term"] for hit in hits.get(key, ()) if hit["field"] == "text")
        facts = _facts(document, "title", "url", "published_at", "raw_sha256", "characters")
        reports["/".join(key)] = Report(*key, **facts, hits=dict(sorted(found.items(), key=lambda i: (-i[1], i[0]))))
    return reports


def gaps(release: Release, entry: Indicator, year: int) -> tuple[Gap, ...]:
    """How far the lists of an indicator's frame were looked at: those with days that are not complete."""
    frame = frames()[entry.frame]
    first, last = date(year, 1, 1), date(year, 12, 31) + timedelta(days=frame.tail_days)
    sources = frame.sources(release.synthetic)
    days = (last - first).days + 1
    window = {(first + timedelta(days=n)).isoformat() for n in range(days)}
    rows = release.rows("coverage_day", {"source": sources, "day": window}) if sources else []
    states = {key: Counter(row["state"] for row in group) for key, group in by_key(rows, "source", "scope").items()}
    found = []
    for source in sources:
        for scope in _scopes(source, frame.kinds):
            counted = states.get((source, scope), Counter())
            counted["not_looked"] += days - counted.total()
            if counted["complete"] + counted["ended"] < days:
                present = {state: n for state, n in sorted(counted.items()) if n}
                found.append(Gap(source, scope, first.isoformat(), last.isoformat(), days, present))
    return (*_imported(release, frame.kinds, window), *found)


def _imported(release: Release, kinds: Sequence[str], window: set[str]) -> list[Gap]:
    """How far declared imports of the frame's kinds answer for those of its days that they were asked for."""
    from etl.imports import declarations

    found = []
    for declared in declarations(release.rows("declaration")):
        if {kind for _, kind in declared.facts().scopes} & {*kinds}:
            rows = release.rows("coverage_day", {"source": [declared.source], "day": window})
            days = sorted(row["day"] for row in rows)
            states = dict(sorted(Counter(row["state"] for row in rows).items()))
            found += [Gap(declared.source, declared.asked_for, days[0], days[-1], len(rows), states)] * bool(rows)
    return found


def _scopes(source: str, kinds: Sequence[str]) -> list[str]:
    """The lists of a source that belong to the frame."""
    from crawlers.sources import load

    return [name for name, kind in load(source).facts.scopes if kind in kinds]
