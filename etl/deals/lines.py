"""From the notices of one award to its lots, and from lots to lines with money.

Copies add nothing but what the first notice left out; corrections replace what they name, in order of publication;
failed lots fall away. A consortium's amount goes to its leader where one is named, else in equal shares. Money is
integer fen.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from etl.deals.merge import Award, Notice, fold
from etl.records import Lot, Supplier
from etl.records.rows import AwardLineRow


def fen(amount_yuan: str) -> int:
    """Fen from a decimal string in yuan, exactly."""
    return int((Decimal(amount_yuan) * 100).to_integral_exact())


def lots_of(award: Award) -> tuple[list[Lot], list[str]]:
    """The awarded lots after copies, corrections and cancellations, and what did not fit."""
    lots: list[Lot] = []
    for notice in award.notices:
        lots = _with_copy(lots, notice.record.lots)
    lots = [lot for lot in lots if lot.status == "awarded" and lot.suppliers]
    problems: list[str] = []
    for notice in sorted([*award.corrections, *award.cancellations], key=lambda n: n.order):
        lots, said = _change(lots, notice)
        problems += said
    return _labelled(lots), problems


def _label(lot: Lot) -> str:
    """A lot's label without the ways to write it: 包一, 01包, 标段1 and A are `1`."""
    text = _LOT_WORDS.sub("", fold(lot.lot))
    if len(text) == 1 and text in _ORDER:
        return str(_ORDER[text])
    return text.lstrip("0") or text


_LOT_WORDS = re.compile(r"第|号|标?包组?|标段|分包|采购包|合同包|项目|品目")
_ORDER = {letter: n for letters in ("abcdefghij", "一二三四五六七八九十") for n, letter in enumerate(letters, 1)}


def _names(lot: Lot) -> set[str]:
    return {fold(s.name) for s in lot.suppliers}


def _with_copy(lots: Sequence[Lot], told: Iterable[Lot]) -> list[Lot]:
    """The lots after another notice: known lots are only completed, each by one lot of the notice."""
    known, free = list(lots), list(range(len(lots)))
    for new in told:
        at = next((n for n in free if _same(known[n], new)), None)
        if at is None:
            known.append(new)
        else:
            free.remove(at)
            known[at] = _completed(known[at], new)
    return known


def _same(known: Lot, new: Lot) -> bool:
    if known.status != new.status:
        return False
    if _label(known) and _label(new):
        return _label(known) == _label(new)
    amounts = {known.amount_yuan, new.amount_yuan} - {None}
    return _names(known) == _names(new) and len(amounts) < 2


def _completed(known: Lot, new: Lot) -> Lot:
    """A known lot with what only the copy tells: an amount, an address, a credit code."""
    told = {fold(s.name): s for s in new.suppliers}
    if told.keys() != _names(known):
        return known
    suppliers = tuple(
        replace(s, address=s.address or told[fold(s.name)].address, uscc=s.uscc or told[fold(s.name)].uscc)
        for s in known.suppliers
    )
    if known.amount_yuan is None and new.amount_yuan is not None:
        known = replace(known, amount_yuan=new.amount_yuan, tax_basis=new.tax_basis, currency=new.currency)
    return replace(known, suppliers=suppliers)


def _change(lots: list[Lot], notice: Notice) -> tuple[list[Lot], list[str]]:
    """The lots after a correction or cancellation. One that names no lot concerns all of them."""
    told = notice.record.lots
    if notice.record.notice_type == "failed":
        named = {_label(lot) for lot in told if _label(lot)}
        return [lot for lot in lots if named and _label(lot) not in named], []
    problems = []
    for new in told:
        at = _find(lots, new)
        if at is None:
            problems.append(
                f"{notice.record.source}/{notice.record.source_id} changes lot {new.lot!r}, not in the award"
            )
        elif new.status == "failed":
            lots = [*lots[:at], *lots[at + 1 :]]
        else:
            lots = [*lots[:at], _corrected(lots[at], new), *lots[at + 1 :]]
    return lots, problems


def _find(lots: Sequence[Lot], new: Lot) -> int | None:
    labelled = [n for n, lot in enumerate(lots) if _label(lot) and _label(lot) == _label(new)]
    if labelled:
        return labelled[0]
    if len(lots) == 1 and not (_label(lots[0]) and _label(new)):
        return 0
    by_name = [n for n, lot in enumerate(lots) if _names(lot) & _names(new)]
    return by_name[0] if len(by_name) == 1 and not _label(new) else None


def _corrected(old: Lot, new: Lot) -> Lot:
    changed = replace(old, suppliers=new.suppliers) if new.suppliers else old
    if new.amount_yuan is None:
        return changed
    return replace(changed, amount_yuan=new.amount_yuan, tax_basis=new.tax_basis, currency=new.currency)


def _labelled(lots: Sequence[Lot]) -> list[Lot]:
    """Lots with labels of their own: several without one, or with the same, are numbered in order."""
    if len(lots) <= 1 or len({_label(lot) for lot in lots} - {""}) == len(lots):
        return list(lots)
    return [replace(lot, lot=f"{lot.lot or ''}#{number}") for number, lot in enumerate(lots, 1)]


def lines(award_id: str, lots: Iterable[Lot], *, framework: bool) -> list[AwardLineRow]:
    """One row for each (lot, supplier), by key."""
    rows = [row for lot in lots for row in _lot_lines(award_id, lot, framework)]
    return sorted(rows, key=lambda r: (r.lot, r.supplier))


def _lot_lines(award_id: str, lot: Lot, framework: bool) -> list[AwardLineRow]:
    suppliers = sorted({fold(s.name): s for s in reversed(lot.suppliers)}.values(), key=lambda s: s.name)
    foreign = lot.currency != "CNY" and lot.amount_yuan is not None
    known = None if lot.amount_yuan is None or framework or foreign else fen(lot.amount_yuan)
    note = lot.amount_note or (f"{lot.amount_yuan} {lot.currency}" if foreign else None)
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
            amount_note=note,
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
