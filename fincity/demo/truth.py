"""The truth: what a correct pipeline must find in the demonstration, settled from facts before any page is rendered.

Rules (the project's definitions, written out a second time on purpose): an award is the set of notices that
tell of one act of awarding, dated by its first award notice; a later correction replaces what it corrects, a
later cancellation undoes all. A deal is one (award, supplier) pair. A consortium amount goes to the leader
where one is named (members: 0), else in equal shares of fen, remaining fen to the first members in order of
name. Shortlists make deals without amount. Failed lots, candidates, tenders and calls make none. A deal counts
as fintech when the buyer is a unit of a state-owned, joint-stock or city commercial bank and the title of the
award's first notice holds a term of the S0 lexicon. Lots are counted once each, whoever shares them. Broken
pages make nothing: they are to be quarantined.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from dataclasses import asdict, dataclass, field

from fincity.demo.facts import Lot, Notice, Project, Report
from fincity.demo.world import UNALLOCATED, rows

INDICATORS = (
    "fintech_deals_bought",
    "fintech_deals_sold",
    "fintech_amount_bought",
    "fintech_amount_sold",
    "fintech_lots_bought",
    "digital_term_hits",
    "digital_term_hits_per_10k",
)


@dataclass(frozen=True, slots=True)
class Award:
    """A merged award. `award_id` is `source/source_id` of its first notice; `notices` are (source, source_id, role)."""

    award_id: str
    project_code: str
    title: str
    purchaser: str
    buyer_city: str
    bank_class: str | None
    published_on: str
    year: int
    lots: int
    framework: bool
    status: str
    fintech: bool
    domains: tuple[str, ...]
    notices: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Deal:
    """One (award, supplier) pair. `amount_fen` is the sum of the known amounts of its lots, null when none is known."""

    award_id: str
    supplier: str
    seller_city: str
    buyer_city: str
    bank_class: str | None
    year: int
    lots: int
    amount_fen: int | None
    amount_complete: bool
    framework: bool
    fintech: bool
    domains: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of the panel. `weight` is the denominator of a ratio (characters), 0 for sums; amounts are yuan.

    The value of a ratio is hits per 10 000 characters: `10000 * hits / weight`.
    """

    indicator: str
    city_code: str
    year: int
    value: float
    weight: float = 0.0


@dataclass(frozen=True, slots=True)
class Broken:
    """A page that cannot be read: how it is broken, and what it would have been."""

    source: str
    source_id: str
    url: str
    how: str
    kind: str
    published_on: str


@dataclass(frozen=True, slots=True)
class ReportTruth:
    """A work report: place, year of delivery, terms placed in it, characters without white space."""

    city_code: str
    year: int
    hits: int
    characters: int
    terms: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Truth:
    """Everything that is known before rendering. Tuples are sorted by key, code-point order."""

    awards: tuple[Award, ...]
    deals: tuple[Deal, ...]
    cells: tuple[Cell, ...]
    quarantine: tuple[Broken, ...]
    reports: tuple[ReportTruth, ...]
    missing_reports: tuple[tuple[str, int], ...]
    #: Items by source and list, as the site itself states them: (source, list, items).
    listings: tuple[tuple[str, str, int], ...]
    notes: dict[str, int] = field(default_factory=dict)

    def to_json(self) -> str:
        """Canonical JSON: the same truth gives the same text in every process."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True, indent=1)

    def sha256(self) -> str:
        """Hex SHA-256 of the canonical JSON."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()

    def value(self, indicator: str, city_code: str, year: int) -> float | None:
        """Value of a cell, null where nothing contributes (a count of nothing is 0 where the year was covered)."""
        found = (c.value for c in self.cells if (c.indicator, c.city_code, c.year) == (indicator, city_code, year))
        return next(found, None)


def domains() -> dict[str, str]:
    """Domain of each term of the S0 lexicon."""
    return {row["term"]: row["domain"] for row in rows("terms.csv")}


def shares(lot: Lot) -> dict[str, int | None]:
    """What each party gets of a lot's amount, in fen; null when no total is known."""
    if lot.amount_fen is None:
        return {party.name: None for party in lot.parties}
    if any(party.role == "leader" for party in lot.parties):
        return {party.name: lot.amount_fen if party.role == "leader" else 0 for party in lot.parties}
    names = sorted(party.name for party in lot.parties)
    part, left = divmod(lot.amount_fen, len(names))
    return {name: part + (index < left) for index, name in enumerate(names)}


def _award(project: Project, notices: list[Notice], domain: dict[str, str]) -> Award:
    told = sorted((n for n in notices if n.role), key=lambda n: (n.published, f"{n.source}/{n.source_id}"))
    first = told[0]
    cancelled = any(n.role == "cancellation" for n in told)
    return Award(
        award_id=f"{first.source}/{first.source_id}",
        project_code=project.code,
        title=first.title,
        purchaser=project.buyer.name,
        buyer_city=project.buyer.city_code or UNALLOCATED,
        bank_class=project.buyer.bank_class,
        published_on=first.day,
        year=int(first.published[:4]),
        lots=sum(lot.status == "awarded" for lot in project.lots),
        framework=project.framework,
        status="cancelled" if cancelled else "standing",
        fintech=project.buyer.counted and bool(project.terms),
        domains=tuple(sorted({domain[term] for term in project.terms})),
        notices=tuple((n.source, n.source_id, n.role or "") for n in told),
    )


def _deals(award: Award, project: Project) -> list[Deal]:
    if award.status == "cancelled":
        return []
    city: dict[str, str] = {}
    parts: dict[str, list[int | None]] = defaultdict(list)
    for lot in project.lots:
        for party in lot.parties:
            city[party.name] = party.city_code or UNALLOCATED
        for name, fen in shares(lot).items():
            parts[name].append(fen)
    return [
        Deal(
            award_id=award.award_id,
            supplier=name,
            seller_city=city[name],
            buyer_city=award.buyer_city,
            bank_class=award.bank_class,
            year=award.year,
            lots=len(amounts),
            amount_fen=None if all(fen is None for fen in amounts) else sum(fen or 0 for fen in amounts),
            amount_complete=None not in amounts,
            framework=award.framework,
            fintech=award.fintech,
            domains=award.domains,
        )
        for name, amounts in sorted(parts.items())
    ]


def _fintech_cells(awards: list[Award], deals: list[Deal]) -> dict[tuple[str, str, int], float]:
    """Counts and amounts; amounts are summed in fen, so that yuan are exact."""
    cells: dict[tuple[str, str, int], int] = defaultdict(int)
    for deal in (d for d in deals if d.fintech):
        for side, city in (("bought", deal.buyer_city), ("sold", deal.seller_city)):
            cells[f"fintech_deals_{side}", city, deal.year] += 1
            if deal.amount_fen is not None:
                cells[f"fintech_amount_{side}", city, deal.year] += deal.amount_fen
    for award in (a for a in awards if a.fintech and a.status == "standing"):
        cells["fintech_lots_bought", award.buyer_city, award.year] += award.lots
    return {key: value / 100 if "amount" in key[0] else float(value) for key, value in cells.items()}


def _report_truth(report: Report) -> ReportTruth:
    characters = sum(not letter.isspace() for letter in report.text)
    hits = sum(count for _, count in report.hits)
    return ReportTruth(report.city_code, report.year, hits, characters, tuple(sorted(report.hits)))


def _digital_cells(reports: list[ReportTruth]) -> list[Cell]:
    cells = []
    for report in reports:
        ratio = 10_000 * report.hits / report.characters
        cells.append(Cell("digital_term_hits", report.city_code, report.year, float(report.hits)))
        cells.append(
            Cell("digital_term_hits_per_10k", report.city_code, report.year, ratio, weight=float(report.characters))
        )
    return cells


def settle(
    projects: list[Project],
    notices: tuple[Notice, ...],
    reports: list[Report],
    missing: list[tuple[str, int]],
    listings: dict[tuple[str, str], int],
) -> Truth:
    """Settle the truth from the facts."""
    told: dict[int, list[Notice]] = defaultdict(list)
    for notice in notices:
        told[notice.project.key].append(notice)
    domain = domains()
    awards, deals = [], []
    for project in projects:
        if project.broken is None and any(n.role for n in told[project.key]):
            award = _award(project, told[project.key], domain)
            awards.append(award)
            deals += _deals(award, project)
    delivered = [_report_truth(r) for r in reports]
    cells = [Cell(*key, value) for key, value in _fintech_cells(awards, deals).items()] + _digital_cells(delivered)
    return Truth(
        awards=tuple(sorted(awards, key=lambda a: a.award_id)),
        deals=tuple(sorted(deals, key=lambda d: (d.award_id, d.supplier))),
        cells=tuple(sorted(cells, key=lambda c: (c.indicator, c.city_code, c.year))),
        quarantine=tuple(
            sorted(
                (Broken(n.source, n.source_id, n.url, n.broken, n.kind, n.day) for n in notices if n.broken),
                key=lambda b: (b.source, b.source_id),
            )
        ),
        reports=tuple(sorted(delivered, key=lambda r: (r.city_code, r.year))),
        missing_reports=tuple(sorted(missing)),
        listings=tuple(sorted((source, scope, count) for (source, scope), count in listings.items())),
        notes={"notices": len(notices), "projects": len(projects)},
    )
