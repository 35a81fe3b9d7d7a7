"""From notices to deals: merged awards, their lines after corrections, one deal for each (award, supplier) pair.

Candidates, failed and terminated lots are no deals; a shortlist gives deals without amount; lots are a second count;
the year is that of the first award notice's publication.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from etl.deals.lines import lines
from etl.deals.lots import lots_of
from etl.deals.merge import Award, Notice, merge
from etl.recipes import recipe
from etl.records import Record
from etl.records.rows import AwardLineRow, AwardNoticeRow, AwardRow, DealRow, EdgeRow, HitRow, ResolutionRow
from etl.resolve.results import Kind
from etl.values.folding import bare

VERSION = "3"
#: Agreements under which orders follow; a software framework (微服务框架) is a thing one buys.
_FRAMEWORK = re.compile(r"框架(?:性)?(?:协议|合同)|入围|协议供货|定点采购")
#: Resolves (kind, name, address, uscc, year) and returns the row that says how.
Resolve = Callable[[Kind, str, str, str, int], ResolutionRow]


@dataclass(slots=True)
class Deals:
    """All rows that follow from the notices, each table by key; `problems` are sentences for the run report."""

    awards: list[AwardRow] = field(default_factory=list)
    notices: list[AwardNoticeRow] = field(default_factory=list)
    lines: list[AwardLineRow] = field(default_factory=list)
    deals: list[DealRow] = field(default_factory=list)
    resolutions: list[ResolutionRow] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def derive(
    records: Iterable[Record], title_hits: Iterable[HitRow], resolve: Resolve, buyer_kind: Callable[[str], Kind]
) -> Deals:
    """Awards, lines, deals and the resolutions they rest on.

    `title_hits`: hits of the deals' lexicon in titles. `buyer_kind`: what a purchaser's name is taken for: bank, body.
    """
    hits: dict[tuple[str, str], list[HitRow]] = defaultdict(list)
    for hit in title_hits:
        hits[hit.source, hit.source_id].append(hit)
    found: dict[tuple[Kind, str, str, str, int], ResolutionRow] = {}

    def remembered(kind: Kind, name: str, address: str, uscc: str, year: int) -> ResolutionRow:
        key = (kind, name, address, uscc, year)
        if key not in found:
            found[key] = resolve(*key)
        return found[key]

    out = Deals()
    for award in merge(Notice(r) for r in records):
        _derive_award(out, award, hits, remembered, buyer_kind)
    out.resolutions = [found[key] for key in sorted(found)]
    return out


def _derive_award(
    out: Deals,
    award: Award,
    hits: Mapping[tuple[str, str], Sequence[HitRow]],
    resolve: Resolve,
    buyer_kind: Callable[[str], Kind],
) -> None:
    lots, problems = lots_of(award)
    out.problems += problems
    row = _award_row(award, len(lots), resolve, buyer_kind)
    award_lines = lines(row.award_id, lots, framework=row.framework)
    out.awards.append(row)
    out.notices += _notice_rows(award, row.award_id)
    out.lines += award_lines
    domains = domains_of([h for n in award.notices for h in hits.get((n.record.source, n.record.source_id), ())])
    out.deals += _deal_rows(row, award_lines, domains, resolve)


def _award_row(award: Award, lots: int, resolve: Resolve, buyer_kind: Callable[[str], Kind]) -> AwardRow:
    first = award.notices[0]
    told = [n.record for n in award.notices]
    purchaser = next((r.purchaser for r in told if r.purchaser), None)
    address = next((r.purchaser_address for r in told if r.purchaser_address and r.purchaser == purchaser), None)
    year = int(first.day[:4])
    buyer = resolve(buyer_kind(purchaser), purchaser, address or "", "", year) if purchaser else None
    said = [n.record.to_dict() for n in award.told]
    return AwardRow(
        award_id=award.award_id,
        project_code=next((r.project_code for r in told if r.project_code), None),
        title=first.record.title or "",
        purchaser=purchaser,
        buyer_id=buyer.org_id if buyer else None,
        buyer_city=buyer.city_code if buyer else None,
        bank_class=buyer.bank_class if buyer else None,
        bank_level=buyer.level if buyer else None,
        published_on=first.day,
        year=year,
        lots=lots,
        framework=any(r.notice_type == "shortlist" or _FRAMEWORK.search(r.title or "") for r in told),
        status="cancelled" if not lots and (award.cancellations or award.corrections) else "standing",
        recipe=recipe(VERSION, said, buyer.recipe if buyer else None),
    )


def _notice_rows(award: Award, award_id: str) -> list[AwardNoticeRow]:
    roles = [(n, "copy" if i else "award") for i, n in enumerate(award.notices)]
    roles += [(n, "correction") for n in award.corrections] + [(n, "cancellation") for n in award.cancellations]
    roles += [(n, "copy") for n in award.contracts]
    return [
        AwardNoticeRow(
            award_id=award_id,
            source=notice.record.source,
            source_id=notice.record.source_id,
            role=role,
            evidence=award.evidence[notice.record.source, notice.record.source_id],
        )
        for notice, role in roles
    ]


def domains_of(hits: Sequence[HitRow]) -> tuple[str, str | None]:
    """All domains of the hits, and the one of the longest hit (the first of several).

    A term without a dimension has its layer for a domain; in a list without groups the terms are the domains.
    """
    if not hits:
        return "", None
    longest = min(hits, key=lambda h: (h.start - h.end, h.start, h.term))
    return ";".join(sorted({_domain(h) for h in hits})), _domain(longest)


def _domain(hit: HitRow) -> str:
    return hit.dimension or hit.layer or hit.term


def _deal_rows(
    award: AwardRow, award_lines: Sequence[AwardLineRow], domains: tuple[str, str | None], resolve: Resolve
) -> list[DealRow]:
    grouped: dict[str, list[AwardLineRow]] = defaultdict(list)
    suppliers: dict[str, ResolutionRow] = {}
    for line in award_lines:
        found = resolve("firm", line.supplier, line.supplier_address or "", line.uscc or "", award.year)
        supplier_id = found.org_id or "name:" + hashlib.sha256(bare(line.supplier).encode()).hexdigest()[:16]
        grouped[supplier_id].append(line)
        suppliers.setdefault(supplier_id, found)
    return [_deal(award, key, grouped[key], suppliers[key], domains) for key in sorted(grouped)]


def _deal(
    award: AwardRow,
    supplier_id: str,
    own: Sequence[AwardLineRow],
    supplier: ResolutionRow,
    domains: tuple[str, str | None],
) -> DealRow:
    return DealRow(
        award_id=award.award_id,
        supplier_id=supplier_id,
        supplier=supplier.canonical_name or own[0].supplier,
        seller_city=supplier.city_code,
        buyer_city=award.buyer_city,
        buyer_id=award.buyer_id,
        bank_class=award.bank_class,
        year=award.year,
        published_on=award.published_on,
        lots=len({line.lot for line in own}),
        amount_fen=_known_sum(line.amount_fen for line in own),
        amount_complete=all(line.amount_fen is not None for line in own),
        framework=award.framework,
        domains=domains[0],
        primary_domain=domains[1],
        recipe=recipe(VERSION, award.recipe, supplier.recipe, domains),
    )


def edges(deals: Iterable[DealRow], place: Callable[[str | None, int], str]) -> list[EdgeRow]:
    """The network of the given deals: seller city to buyer city, by year, class of bank and primary domain."""
    grouped: dict[tuple[int, str, str, str, str], list[int | None]] = defaultdict(list)
    for deal in deals:
        seller, buyer = place(deal.seller_city, deal.year), place(deal.buyer_city, deal.year)
        grouped[deal.year, seller, buyer, deal.bank_class or "", deal.primary_domain or ""].append(deal.amount_fen)
    return [EdgeRow(*key, deals=len(grouped[key]), amount_fen=_known_sum(grouped[key])) for key in sorted(grouped)]


def _known_sum(amounts: Iterable[int | None]) -> int | None:
    """The sum of the known amounts; None, not 0, when none is known."""
    known = [amount for amount in amounts if amount is not None]
    return sum(known) if known else None
