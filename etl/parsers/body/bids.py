"""Bids beside results: whose bid is the price of the award, and which bids are no result at all."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from etl.parsers.body.labels import Role, role_of
from etl.parsers.body.lots import Entry
from etl.values import Amount

_RESULT = re.compile("中标|成交|中选|入围|入选|定标")


def priced(entries: list[Entry], ranked: Iterable[Entry]) -> list[Entry]:
    """Winners named without a price have that of their own bid, if the notice tells one bid of theirs and no other."""
    bids = [e for e in (*entries, *ranked) if e.kind in {"candidate", "ranked"} and e.names and e.amount().yuan]
    winners = Counter(e.names for e in entries if e.kind == "award")
    whole = []
    for e in entries:
        own = [b for b in bids if b.names == e.names and e.lot in {None, b.lot}]
        alone = e.kind == "award" and not e.prices and winners[e.names] == 1
        sure = alone and len({b.amount().yuan for b in own}) == 1
        whole.append(replace(e, prices=[(Role.PRICE, own[0].said, own[0].amount())]) if sure else e)
    return whole


def decided(entries: list[Entry]) -> list[Entry]:
    """Entries without the rows of a table that lists several bidders and their prices but not who of them won.

    Where the table ranks them, they are candidates.
    """
    tables: dict[int, set[frozenset[str]]] = {}
    for entry in entries:
        if entry.row and _bid(entry):
            tables.setdefault(entry.row[0], set()).add(frozenset(n.name for n in entry.names))
    listed = [bool(e.row and _bid(e) and len(tables[e.row[0]]) > 1) for e in entries]
    settled = [replace(e, kind="candidate") if bid and e.rank else e for e, bid in zip(entries, listed, strict=True)]
    return [e for e, bid in zip(settled, listed, strict=True) if not bid or e.rank]


def _bid(entry: Entry) -> bool:
    """A row of a firm that its head only calls 供应商 or 投标人, of no lot, with a price that is only a bid."""
    told = entry.kind == "weak" or (entry.kind == "award" and not _RESULT.search(entry.heading))
    bare = entry.lot is None and role_of(entry.said) is Role.BIDDER
    return (
        told and bare and any(a.yuan for _, _, a in entry.prices) and all(r is Role.PRICE for r, _, _ in entry.prices)
    )


def noted(entry: Entry) -> Entry:
    """A bid for a place on a shortlist is a price of nothing bought: it stays as a note."""
    prices = [
        (r, label, Amount(tax_basis=a.tax_basis, note=f"{label}：{a.yuan}") if r is Role.PRICE and a.yuan else a)
        for r, label, a in entry.prices
    ]
    return replace(entry, prices=prices)
