"""Theme `fintech`: what commercial banks bought (study S0: 钟韵、田容荣 2025, section 1.2).

A fintech deal is a standing (award, supplier) pair whose purchaser is a state-owned, joint-stock or city commercial
bank (head office, branch or sub-branch) and whose title holds a term of the lexicon.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from etl.indicators.inputs import Inputs
from etl.records.rows import AwardRow, ContributionRow, DealRow

#: Classes of buyers that count (S0, section 1.1: central, policy, foreign and rural banks are left out).
BANK_CLASSES = ("state_owned", "joint_stock", "city_commercial")

#: What a deal adds to value and weight; None: nothing.
Measure = Callable[[DealRow], tuple[float, float] | None]


def is_fintech(deal: DealRow) -> bool:
    """Whether a deal counts for this theme."""
    return deal.primary_domain is not None and deal.bank_class in BANK_CLASSES


def deals_bought(inputs: Inputs) -> Iterator[ContributionRow]:
    """One per deal, in the city of the purchasing unit."""
    return _rows(inputs, "fintech_deals_bought", "buyer_city", lambda _: (1.0, 0.0))


def deals_sold(inputs: Inputs) -> Iterator[ContributionRow]:
    """One per deal, in the city of the supplier."""
    return _rows(inputs, "fintech_deals_sold", "seller_city", lambda _: (1.0, 0.0))


def amount_bought(inputs: Inputs) -> Iterator[ContributionRow]:
    """Known amounts in yuan, in the city of the purchasing unit."""
    return _rows(inputs, "fintech_amount_bought", "buyer_city", _amount)


def amount_sold(inputs: Inputs) -> Iterator[ContributionRow]:
    """Known amounts in yuan, in the city of the supplier."""
    return _rows(inputs, "fintech_amount_sold", "seller_city", _amount)


def amount_bought_known_share(inputs: Inputs) -> Iterator[ContributionRow]:
    """Deals with a known amount over all deals, by purchasing city."""
    return _rows(inputs, "fintech_amount_bought_known_share", "buyer_city", _known)


def amount_sold_known_share(inputs: Inputs) -> Iterator[ContributionRow]:
    """Deals with a known amount over all deals, by supplier's city."""
    return _rows(inputs, "fintech_amount_sold_known_share", "seller_city", _known)


def lots_bought(inputs: Inputs) -> Iterator[ContributionRow]:
    """Awarded lots of awards with a fintech deal, in the city of the purchasing unit; a shared lot is one lot."""
    fintech = {deal.award_id for deal in inputs.deals if is_fintech(deal)}
    for award in inputs.awards:
        if award.award_id in fintech:
            yield _lots(inputs, award)


def _lots(inputs: Inputs, award: AwardRow) -> ContributionRow:
    return ContributionRow(
        indicator="fintech_lots_bought",
        city_code=inputs.place(award.buyer_city, award.year),
        year=award.year,
        source_kind="award",
        source_id=award.award_id,
        value=float(award.lots),
        weight=0.0,
    )


def _amount(deal: DealRow) -> tuple[float, float] | None:
    return None if deal.amount_fen is None else (deal.amount_fen / 100, 0.0)


def _known(deal: DealRow) -> tuple[float, float]:
    return float(deal.amount_complete), 1.0


def _rows(inputs: Inputs, code: str, side: str, measure: Measure) -> Iterator[ContributionRow]:
    for deal in inputs.deals:
        added = measure(deal) if is_fintech(deal) else None
        if added is not None:
            yield ContributionRow(
                indicator=code,
                city_code=inputs.place(getattr(deal, side), deal.year),
                year=deal.year,
                source_kind="deal",
                source_id=f"{deal.award_id}#{deal.supplier_id}",
                value=added[0],
                weight=added[1],
            )
