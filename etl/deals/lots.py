"""From the notices of one award to its lots: what copies complete, corrections change and cancellations end.

Notices are told in order of publication. A copy adds nothing but what was left out; two portals may print one amount
with and without tax, rounded, or as the sum of its parts, and it is one amount still. Where they contradict each other
the amount is unknown. A lot that was corrected is still known by what was said of it before.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from etl.deals.merge import Award
from etl.deals.notices import Notice, label_of, names_of
from etl.records import Lot, Supplier
from etl.values.folding import bare

#: Rates of value-added tax that were in force since 1994, in percent, and how far two printed prices may be off.
TAX_RATES = (1, 3, 5, 6, 9, 10, 11, 13, 16, 17)
TOLERANCE = Decimal("0.0005")
#: A price in 万元 with two decimals is rounded to 100 yuan.
ROUNDED = 100


@dataclass(slots=True, eq=False)
class _Held:
    """A lot as known so far, and the source that first told of it. `disputed`: portals name two prices for it."""

    lot: Lot
    source: str
    disputed: bool = False


@dataclass(slots=True)
class _Known:
    """The lots so far, what was said of lots before corrections and cancellations, and what did not fit."""

    lots: list[_Held] = field(default_factory=list)
    before: list[Lot] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def lots_of(award: Award) -> tuple[list[Lot], list[str]]:
    """The awarded lots after copies, corrections and cancellations, and sentences on what did not fit."""
    known = _Known()
    first, *copies = award.notices
    later = sorted([*copies, *award.contracts, *award.corrections, *award.cancellations], key=lambda n: n.order)
    for notice in [first, *later]:
        _TELL.get(notice.record.notice_type or "", _correct)(known, notice)
    return _labelled([held.lot for held in known.lots]), known.problems


# -- copies ------------------------------------------------------------------------------------------------------------


def _copy(known: _Known, notice: Notice) -> None:
    """The lots after another award notice: known ones are completed, each by one of the notice, others added."""
    told = [lot for lot in notice.lots if lot.status == "awarded" and lot.suppliers]
    there = list(known.lots)
    free, left = list(there), []
    for new in told:
        held = _find(free, new)
        if held is None:
            left.append(new)
        else:
            free.remove(held)
            _complete(known, held, new, notice.record.source)
    for new in left:
        if any(_same(old, new) for old in known.before) or _sums_up(there, new, told):
            continue
        if len(told) == 1 and (held := _priced_otherwise(there, new, notice.record.source)):
            _complete(known, held, new, notice.record.source)
        else:
            known.lots.append(_Held(new, notice.record.source))


def _find(free: Sequence[_Held], new: Lot) -> _Held | None:
    """The free lot that a told one is: by label, else by winners, the one with the very same amount first."""
    fitting = [held for held in free if _same(held.lot, new)]
    exact = [held for held in fitting if held.lot.amount_yuan == new.amount_yuan]
    return next(iter([*exact, *fitting]), None)


def _priced_otherwise(there: Sequence[_Held], new: Lot, source: str) -> _Held | None:
    """The one lot there is, when another portal names its winner with another price."""
    if len(there) != 1 or label_of(new) != label_of(there[0].lot):
        return None
    held = there[0]
    return held if held.source != source and names_of(held.lot) == names_of(new) else None


def _same(known: Lot, new: Lot) -> bool:
    if label_of(known) and label_of(new):
        return label_of(known) == label_of(new)
    mine, theirs = names_of(known), names_of(new)
    # A consortium may be told by its leader alone.
    return (mine <= theirs or theirs <= mine) and _one_amount(known, new)


def _one_amount(one: Lot, other: Lot) -> bool:
    """Whether two lots can have one price: untold, equal, rounded, or with and without tax."""
    if one.amount_yuan is None or other.amount_yuan is None or one.currency != other.currency:
        return True
    low, high = sorted((Decimal(one.amount_yuan), Decimal(other.amount_yuan)))
    if high - low < ROUNDED and (high - low) < low / 100:
        return True
    if low == 0 or (one.tax_basis == other.tax_basis != "unknown"):
        return False
    return any(abs(high / low - 1 - Decimal(rate) / 100) <= TOLERANCE for rate in TAX_RATES)


def _complete(known: _Known, held: _Held, new: Lot, source: str) -> None:
    """Add to a lot what only the copy tells: partners and roles, addresses, credit codes, its amount."""
    old, told = held.lot, {bare(s.name): s for s in new.suppliers}
    if names_of(old) != names_of(new):
        held.lot = _with_partners(old, told)
        return
    if not _one_amount(old, new) and not held.disputed:
        said = f"{old.amount_yuan} ({held.source}) or {new.amount_yuan} ({source})"
        known.problems.append(f"{'、'.join(s.name for s in old.suppliers)}: two amounts are announced, {said}")
        old, held.disputed = replace(old, amount_yuan=None, amount_note=said), True
    elif old.amount_yuan is None and not held.disputed:
        old = replace(old, amount_yuan=new.amount_yuan, tax_basis=new.tax_basis, currency=new.currency)
    held.lot = _with_partners(old, told)


def _with_partners(old: Lot, told: Mapping[str, Supplier]) -> Lot:
    names = names_of(old)
    joined = [s for name, s in told.items() if name not in names] if told.keys() > names else []
    suppliers = (*(_with_details(s, told.get(bare(s.name))) for s in old.suppliers), *joined)
    return replace(old, suppliers=suppliers)


def _with_details(known: Supplier, told: Supplier | None) -> Supplier:
    if told is None:
        return known
    return replace(
        known, address=known.address or told.address, uscc=known.uscc or told.uscc, role=known.role or told.role
    )


def _sums_up(there: Sequence[_Held], new: Lot, told: Sequence[Lot]) -> bool:
    """Whether a lot is the sum of lots that are known, or a part of one: a portal may print either."""
    if label_of(new) and any(label_of(held.lot) for held in there):
        return False
    mine = [held.lot for held in there if names_of(held.lot) == names_of(new)]
    theirs = [lot for lot in told if names_of(lot) == names_of(new)]
    if not mine or len(mine) == len(theirs) or 1 not in (len(mine), len(theirs)):
        return False
    total, parts = (mine[0], theirs) if len(mine) == 1 else (theirs[0], mine)
    amounts = [Decimal(lot.amount_yuan) for lot in parts if lot.amount_yuan]
    if total.amount_yuan is None or len(amounts) < len(parts):
        return False
    return _one_amount(total, replace(parts[0], amount_yuan=f"{sum(amounts):f}"))


def _confirm(known: _Known, notice: Notice) -> None:
    """A contract adds neither lots nor winners: it tells an amount where the award named neither amount nor rate."""
    for new in notice.lots:
        held = _find(known.lots, new)
        if held and held.lot.amount_yuan is None and held.lot.amount_note is None:
            _complete(known, held, new, notice.record.source)


# -- corrections and cancellations -----------------------------------------------------------------------------------


def _cancel(known: _Known, notice: Notice) -> None:
    """One that names no lot ends all; one that names a lot we do not know ends none."""
    ended = [held for held in known.lots if not notice.labels or label_of(held.lot) in notice.labels]
    known.before += [held.lot for held in ended]
    known.lots = [held for held in known.lots if held not in ended]


def _correct(known: _Known, notice: Notice) -> None:
    for new in notice.lots:
        held = _meant(known.lots, new)
        if held is None:
            known.problems.append(f"{'/'.join(notice.key)} changes lot {new.lot!r}, not in the award")
            continue
        known.before.append(held.lot)
        if new.status == "failed":
            known.lots.remove(held)
        else:
            held.lot = _changed(held.lot, new)


def _meant(lots: Sequence[_Held], new: Lot) -> _Held | None:
    """The lot a correction speaks of: by label, the only one, or the only one with a winner in common."""
    label = label_of(new)
    labelled = [held for held in lots if label and label_of(held.lot) == label]
    if labelled:
        return labelled[0]
    if len(lots) == 1 and not (label_of(lots[0].lot) and label):
        return lots[0]
    by_name = [held for held in lots if names_of(held.lot) & names_of(new)]
    return by_name[0] if len(by_name) == 1 and not label else None


def _changed(old: Lot, new: Lot) -> Lot:
    """What a correction leaves out stays, but for the price of a winner that it replaces by another."""
    changed = replace(old, suppliers=new.suppliers) if new.suppliers else old
    if new.amount_yuan is not None or new.amount_note is not None:
        return replace(
            changed,
            amount_yuan=new.amount_yuan,
            amount_note=new.amount_note,
            tax_basis=new.tax_basis,
            currency=new.currency,
        )
    if new.suppliers and not names_of(old) & names_of(new) and old.amount_yuan:
        note = f"{old.amount_yuan} was the price of {'、'.join(s.name for s in old.suppliers)}"
        return replace(changed, amount_yuan=None, amount_note=note)
    return changed


_TELL = {"award": _copy, "shortlist": _copy, "contract": _confirm, "failed": _cancel}


def _labelled(lots: Iterable[Lot]) -> list[Lot]:
    """Lots with labels of their own: several without one, or with the same, are numbered in order."""
    found = list(lots)
    if len(found) <= 1 or len({label_of(lot) for lot in found} - {""}) == len(found):
        return found
    return [replace(lot, lot=f"{lot.lot or ''}#{number}") for number, lot in enumerate(found, 1)]
