"""One function for each indicator: which source object adds what to which cell.

The panel groups these rows, `explain` filters them, a release ships them: they cannot disagree. The catalogue
(`etl.catalogue`) says what an indicator means; here stands only where its numbers come from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from etl.indicators import digital, fintech
from etl.indicators.inputs import Inputs
from etl.records.rows import ContributionRow

CONTRIBUTIONS: dict[str, Callable[[Inputs], Iterator[ContributionRow]]] = {
    "fintech_deals_bought": fintech.deals_bought,
    "fintech_deals_sold": fintech.deals_sold,
    "fintech_amount_bought": fintech.amount_bought,
    "fintech_amount_sold": fintech.amount_sold,
    "fintech_amount_bought_known_share": fintech.amount_bought_known_share,
    "fintech_amount_sold_known_share": fintech.amount_sold_known_share,
    "fintech_lots_bought": fintech.lots_bought,
    "digital_term_hits": digital.term_hits,
    "digital_term_hits_per_10k": digital.term_hits_per_10k,
}

__all__ = ["CONTRIBUTIONS", "Inputs", "contributions"]


def contributions(inputs: Inputs, codes: Iterable[str] | None = None) -> list[ContributionRow]:
    """The contributions to the named indicators (default: all), by key."""
    rows = [row for code in (codes or CONTRIBUTIONS) for row in CONTRIBUTIONS[code](inputs)]
    return sorted(rows, key=lambda r: (r.indicator, r.city_code, r.year, r.source_kind, r.source_id))
