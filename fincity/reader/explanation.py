"""What stands behind a cell of the panel, and how it reads in words, on the terminal and by `print`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from fincity.reader.behind import Award, Deal, Gap, Line, Notice, Report, Resolution

_BEGINNING_OF_HASH = 12


@dataclass(frozen=True)
class Contribution:
    """What one source object adds to the cell: `value`, and to a ratio's denominator `weight`.

    A deal comes with its award, an award with all its deals, a report with its hits.
    """

    source_kind: str
    source_id: str
    city_code: str
    value: float
    weight: float
    award: Award | None = None
    deals: tuple[Deal, ...] = ()
    report: Report | None = None


@dataclass(frozen=True)
class Explanation:
    """A cell, its contributions, and the days of its frame that were not completely looked at."""

    release: str
    synthetic: bool
    city_code: str
    city: str
    province: str | None
    year: int
    indicator: str
    title: str
    definition: str
    formula: str
    #: The lexicon it counts with: id, version, policy, and the hash of an own list.
    lexicon: str | None
    value: float | None
    unit: str
    basis: str | None
    completeness: float
    provisional: bool
    reason: str | None
    contributions: tuple[Contribution, ...]
    gaps: tuple[Gap, ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types."""
        return asdict(self)

    def __str__(self) -> str:
        return "\n".join(tell(self))


def tell(explanation: Explanation, limit: int | None = None) -> Iterator[str]:
    """Line by line; `limit` bounds the number of contributions shown in full."""
    if explanation.synthetic:
        yield "SYNTHETIC DATA: everything below is made up"
    yield f"{explanation.city} ({explanation.city_code}) {explanation.year}  {explanation.title}"
    yield f"  {explanation.indicator} = {_value(explanation)}"
    yield f"  completeness {explanation.completeness:.12g}, basis {explanation.basis or 'none'}" + (
        ", provisional" if explanation.provisional else ""
    )
    if explanation.reason:
        yield f"  because: {explanation.reason}"
    yield f"  formula: {explanation.formula}"
    if explanation.lexicon:
        yield f"  lexicon: {explanation.lexicon}"
    yield from _gaps(explanation.gaps)
    shown = explanation.contributions[:limit]
    yield f"contributions: {len(explanation.contributions)}"
    for number, one in enumerate(shown, 1):
        yield from _contribution(number, one)
    if len(shown) < len(explanation.contributions):
        yield f"... and {len(explanation.contributions) - len(shown)} more: use --limit or --json"


def _value(explanation: Explanation) -> str:
    return "empty" if explanation.value is None else f"{explanation.value:.12g} {explanation.unit}"


def _gaps(gaps: Sequence[Gap]) -> Iterator[str]:
    for gap in gaps:
        states = ", ".join(f"{n} {state}" for state, n in gap.states.items())
        yield f"  looked at {gap.source} {gap.scope}, {gap.first} to {gap.last}: {states} of {gap.days} days"


def _contribution(number: int, one: Contribution) -> Iterator[str]:
    weight = f" / {one.weight:.12g}" if one.weight else ""
    yield f"{number}. {one.source_kind} {one.source_id}: {one.value:.12g}{weight}"
    for deal in one.deals:
        yield f"   supplier {deal.supplier} ({deal.seller_city or 'city unknown'}), {_amount(deal)}"
    if one.award:
        yield from _award(one.award, {name for deal in one.deals for name in (deal.supplier_id, deal.supplier)})
    if one.report:
        yield from _report(one.report)


def _amount(deal: Deal) -> str:
    if deal.amount_yuan is None:
        return "amount unknown"
    return f"{deal.amount_yuan} yuan" + ("" if deal.amount_complete else " (not all lots known)")


def _award(award: Award, suppliers: set[str | None]) -> Iterator[str]:
    yield f"   award {award.award_id} of {award.published_on}: {award.title}"
    yield f"   buyer {award.purchaser or 'unknown'} ({award.buyer_city or 'city unknown'})"
    for resolution in award.buyer:
        yield _resolution(resolution)
    for line in award.lines:
        if suppliers & {line.supplier, *(resolution.org_id for resolution in line.resolutions)}:
            yield from _line(line)
    for notice in award.notices:
        yield from _notice(notice)


def _line(line: Line) -> Iterator[str]:
    lot = f"lot {line.lot}, " if line.lot else ""
    amount = f"{line.amount_yuan} yuan" if line.amount_yuan is not None else line.amount_note or "amount unknown"
    yield f"   line: {lot}{line.supplier}, {amount} ({line.amount_basis})"
    for resolution in line.resolutions:
        yield _resolution(resolution)


def _resolution(one: Resolution) -> str:
    found = f"{one.canonical_name} ({one.city_code or 'city unknown'})" if one.org_id else "unresolved"
    return f"     {one.name} -> {found} by {one.method}: {one.evidence or 'no evidence'}"


def _notice(notice: Notice) -> Iterator[str]:
    said = f"{notice.published_at or ''} {notice.title or ''}"
    yield f"   {notice.role}: {notice.source}/{notice.source_id} {said}".rstrip()
    for span in notice.spans:
        yield f"     title {span.start}-{span.end}: {span.text} (term {span.term}, {span.dimension or 'no domain'})"
    yield f"     page {notice.url or 'without address'} sha256 {(notice.raw_sha256 or 'unknown')[:_BEGINNING_OF_HASH]}"


def _report(report: Report) -> Iterator[str]:
    yield f"   report: {report.title or report.source_id}, {report.characters or 0} characters"
    yield f"     page {report.url or 'without address'} sha256 {(report.raw_sha256 or 'unknown')[:_BEGINNING_OF_HASH]}"
    for term, hits in report.hits.items():
        yield f"     {hits:>5} {term}"
