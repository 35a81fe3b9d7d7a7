"""From lots to lines with money: one for each (lot, supplier), in integer fen.

A consortium's amount goes to its leader where one is named, else in equal shares. A framework agreement fixes no
amount, a rate or unit price is none, and foreign money is not added to yuan: each stays as a note.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from etl.records import Lot, Supplier
from etl.records.rows import AwardLineRow
from etl.values.folding import bare


def fen(amount_yuan: str) -> int:
    """Fen from a decimal string in yuan, exactly."""
    return int((Decimal(amount_yuan) * 100).to_integral_exact())


def lines(award_id: str, lots: Iterable[Lot], *, framework: bool) -> list[AwardLineRow]:
    """One row for each (lot, supplier), by key."""
    rows = [row for lot in lots for row in _lot_lines(award_id, lot, framework)]
    return sorted(rows, key=lambda r: (r.lot, r.supplier))


def _lot_lines(award_id: str, lot: Lot, framework: bool) -> list[AwardLineRow]:
    suppliers = sorted({bare(s.name): s for s in reversed(lot.suppliers)}.values(), key=lambda s: s.name)
    foreign = lot.currency != "CNY" and lot.amount_yuan is not None
    known = None if lot.amount_yuan is None or framework or foreign else fen(lot.amount_yuan)
    kept = f"{lot.amount_yuan} {lot.currency}" if lot.amount_yuan and known is None else None
    return [
        AwardLineRow(
            award_id=award_id,
            lot=lot.lot or "",
            supplier=supplier.name,
            role=supplier.role,
            supplier_address=supplier.address,
            uscc=supplier.uscc,
            amount_fen=part,
            amount_basis=basis,
            tax_basis=lot.tax_basis,
            amount_note=lot.amount_note or kept,
            currency=lot.currency,
        )
        for supplier, (part, basis) in zip(suppliers, shares(suppliers, known), strict=True)
    ]


def shares(suppliers: Sequence[Supplier], total: int | None) -> list[tuple[int | None, str]]:
    """Each supplier's part of a lot's amount in fen, and how it was found: parts add up to the total or are unknown."""
    if total is None:
        return [(None, "unknown")] * len(suppliers)
    if len(suppliers) == 1:
        return [(total, "sole")]
    if sum(s.role == "leader" for s in suppliers) == 1:
        return [(total, "leader") if s.role == "leader" else (0, "member") for s in suppliers]
    if all(s.role == "member" for s in suppliers):
        each, rest = divmod(total, len(suppliers))
        return [(each + (number < rest), "equal_share") for number in range(len(suppliers))]
    # Several winners of one lot without a word on who gets what: nobody's part is known.
    return [(None, "unknown")] * len(suppliers)
