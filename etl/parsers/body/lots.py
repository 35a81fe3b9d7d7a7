"""From mentions to lots: who won what at which price, who is a candidate only, which lots failed.

A firm counts as winner if its label says so (中标人, 成交供应商 ...) or if it stands as 供应商 in a section about the
result. Weaker evidence is used only where there is no stronger. Of candidates the first-ranked are kept. A price is
the lot's if it stands with the firm; two prices that contradict each other are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal

from etl.errors import Quarantined
from etl.parsers.body import names
from etl.parsers.body.labels import Role
from etl.parsers.body.lotmarks import before_lots, by_lot
from etl.parsers.body.pairs import Mention
from etl.records.parsed import Lot, Supplier
from etl.redact import redact
from etl.values import Amount, fold, read_amount, unglue, yuan_text
from etl.values.uscc import is_valid

#: More firms than any notice names: the longest list seen has 151.
_MOST = 1_500
#: Sections whose firms are not the result of the notice.
_ASIDE = {"past", "experts", "fees", "scores", "bidders", "subject", "contact", "agency", "buyer"}
#: A price behind the firm's name: A公司，报价120万元.
_BESIDE = re.compile(
    r"\s?[，,；;：:（(]\s?(?:(?:含税|投标|成交|中标|最终|总){0,3}(?:报价|价格|金额|价)[为是：:]?\s?)?(?:人民币)?\s?[¥￥]?\d"
)
_FAILED = re.compile(r"废标|流标|终止|失败|作废|无中标|无成交|不足三家|无有效|取消采购|放弃")


#: Award prices before bids, with tax before unnamed before without: but a bid with tax before an award price without.
_PREFERRED = (
    (Role.AMOUNT, "incl"),
    (Role.AMOUNT, "unknown"),
    (Role.PRICE, "incl"),
    (Role.AMOUNT, "excl"),
    (Role.PRICE, "unknown"),
    (Role.PRICE, "excl"),
)


@dataclass(slots=True)
class Entry:
    """A firm (or consortium) and what was said of it. `kind`: award, candidate or weak (a firm in no clear section)."""

    kind: str
    lot: str | None = None
    names: tuple[names.Named, ...] = ()
    said: str = ""
    heading: str = ""
    rank: int | None = None
    row: tuple[int, int] | None = None
    address: str | None = None
    prices: list[tuple[Role, str, Amount]] = field(default_factory=list)
    failed: bool = False
    _settled: tuple[int, Amount] = field(default=(0, Amount()), init=False, repr=False, compare=False)

    def amount(self) -> Amount:
        """The one price: award prices before bids, tax included before excluded; none if they contradict."""
        if self._settled[0] != len(self.prices):  # prices are only ever added
            self._settled = (len(self.prices), self._one_price())
        return self._settled[1]

    def _one_price(self) -> Amount:
        noted = {r: a for r, _, a in reversed(self.prices) if a.note}
        for role, basis in _PREFERRED:
            based = {a.yuan: a for r, _, a in self.prices if a.yuan and r is role and a.tax_basis == basis}
            if len(based) == 1:
                return next(iter(based.values()))
            if based:
                return Amount(tax_basis=basis, note=" / ".join(sorted(y for y in based if y)))
            if (role, basis) == _PREFERRED[-3] and Role.AMOUNT in noted:
                return noted[Role.AMOUNT]  # a rate as award price goes before a bid in yuan
        return noted.get(Role.PRICE, Amount())


class Builder:
    """Walks the mentions and groups them into entries."""

    def __init__(self, *, sole_wins: bool) -> None:
        self.entries: list[Entry] = []
        #: Firms of a table of scores that ranks them.
        self.ranked: list[Entry] = []
        self.warnings: list[str] = []
        self.sole_wins = sole_wins
        self.pending: list[tuple[Role, str, Amount]] = []
        self.current: Entry | None = None
        self.by_lot: dict[str, Amount] = {}
        #: Prices of a table row that stand before its firm.
        self.before: dict[tuple[int, int], list[tuple[Role, str, Amount]]] = {}
        #: Credit codes of a table row that stand before its firm.
        self.codes: dict[tuple[int, int], tuple[str, ...]] = {}
        #: The firms named last: whose code stands behind them.
        self.told: set[str] = set()

    def build(self, said: Iterable[Mention]) -> list[Entry]:
        """All entries of a notice in reading order."""
        for m in said:
            if m.role in {Role.SUPPLIER, Role.CANDIDATE, Role.BIDDER, Role.SOLE}:
                self._firm(m)
            elif m.role is Role.MEMBER:
                self._member(m)
            elif m.role in {Role.AMOUNT, Role.PRICE}:
                self._price(m)
            elif m.role is Role.VOID and m.value.strip(" /-—无"):
                self.current = Entry("award", m.lot, said=m.label, row=m.row, failed=True)
                self.entries.append(self.current)
            elif m.role is Role.USCC:
                self._uscc(m)
            elif m.role is Role.ADDRESS:
                self._address(m)
            elif m.role in {Role.BUYER, Role.AGENCY, Role.NAME, Role.FEE} and not self._in_row(m):
                self.current = None
        for entry in self.entries:
            if not entry.prices and not entry.failed and entry.lot in self.by_lot:
                entry.prices.append((Role.AMOUNT, "", self.by_lot[entry.lot]))
        _without_total(self.entries)
        if self.pending and not self.entries:
            self.entries.append(Entry("award", prices=self.pending))
        return self.entries

    def _address(self, m: Mention) -> None:
        """The current firm's address, or one for each lot (`01包-A路1号；02包-B路2号`)."""
        parts = dict(by_lot(m.value)) if m.row is None else {}
        if parts:
            for entry in self.entries:
                entry.address = entry.address or parts.get(entry.lot)
        elif self.current is not None and self._near(m) and self.current.address is None:
            self.current.address = m.value[:120] or None

    def _kind(self, m: Mention) -> str | None:
        if m.role is Role.CANDIDATE:
            return None if m.section == "past" else "candidate"
        if m.role is Role.SUPPLIER:
            return None if m.section in {"past", "experts"} else "award"
        if m.role is Role.SOLE:
            return "award" if self.sole_wins else "candidate"
        if m.section in {"candidates", "ranked"}:
            return "candidate" if m.section == "candidates" else "ranked"
        if m.section == "winners":
            return "award"
        return None if m.section in _ASIDE else "weak"

    def _firm(self, m: Mention) -> None:
        if self._leads(m):
            return
        kind = self._kind(m)
        if kind is None:
            self.current = None
            return
        parts = by_lot(m.value) or [(m.lot, m.value)]
        for lot, value in parts:
            ranked = names.ranked(value) if kind == "candidate" and m.rank is None else []
            for rank, name in ranked or [(m.rank, value)]:
                self._add(kind, lot or m.lot, name, replace(m, rank=rank))

    def _leads(self, m: Mention) -> bool:
        """牵头人：A behind a consortium that was named already says only who leads it."""
        told = names.organisations(m.value) if m.value.startswith("牵头人：") else ()
        if not (self.current and len(told) == 1 and self._near(m) and len(self.current.names) > 1):
            return False
        if told[0] not in [replace(n, role=None) for n in self.current.names]:
            return False
        self.current.names = tuple(
            replace(n, role="leader" if n.name == told[0].name else "member") for n in self.current.names
        )
        return True

    def _add(self, kind: str, lot: str | None, value: str, m: Mention) -> None:
        head = re.split(
            r"(?:(?<=[司所院行社校）)])\s?[（(]?(?:地址|报价|投标报价|金额|联系人|统一社会)(?:[：:]|(?=\d)))", value
        )[0]
        found = names.organisations(head)
        failed = not found and bool(_FAILED.search(value)) and len(value) < 40
        if not found and not failed:
            self.current = None
            if value.strip(" /-—无") and len(value) < 60:
                self.warnings.append(f"{m.label}: no organisation in the value")
                if kind == "award" and m.role is Role.SUPPLIER:
                    self.current = Entry(kind, lot, said=m.label, heading=m.heading, row=m.row)
                    self._open()
            return
        self.current = Entry(kind, lot, found, m.label, m.heading, m.rank, m.row, failed=failed)
        self.told = {n.name for n in found}
        self._open()
        rest = value[value.rfind(found[-1].name) + len(found[-1].name) :] if found else ""
        if _BESIDE.match(rest):
            self.current.prices.append((Role.PRICE, m.label, read_amount(rest.lstrip("，,；;：:（( "), m.label)))

    def _member(self, m: Mention) -> None:
        """联合体成员：B beside the firm that leads: one consortium."""
        members = [replace(n, role="member") for n in names.organisations(m.value)]
        if self.current is not None and self.current.names and members and self._near(m):
            led = tuple(replace(n, role=n.role or "leader") for n in self.current.names)
            known = {n.name for n in led}
            self.current.names = (*led, *(n for n in members if n.name not in known))
            self.told = {n.name for n in members}

    def _uscc(self, m: Mention) -> None:
        """The credit codes of the current firms, if each has one; a row's code belongs to all firms of the row."""
        codes = tuple(c for c in _CODES.findall(fold(m.value).upper()) if is_valid(c) and not _CITIZEN.match(c))
        if m.row is not None and not self._in_row(m):
            self.codes[m.row] = codes
        elif self.current is not None and m.row is not None:
            self.current.names = _identified(self.current.names, codes)
        elif self.current is not None and self._near(m) and m.heading == self.current.heading:
            told = _identified(tuple(n for n in self.current.names if n.name in self.told), codes)
            self.current.names = _with_codes(self.current.names, told)

    def _open(self) -> None:
        if self.current is None:
            return
        self.current.prices += self.pending
        self.pending = []
        if self.current.row is not None:
            self.current.prices += self.before.pop(self.current.row, [])
            self.current.names = _identified(self.current.names, self.codes.pop(self.current.row, ()))
        (self.ranked if self.current.kind == "ranked" else self.entries).append(self.current)
        if len(self.entries) > _MOST:
            raise Quarantined("too_large", f"more than {_MOST} firms named as winners or candidates")

    def _price(self, m: Mention) -> None:
        strong = m.role is Role.AMOUNT and m.section not in _ASIDE - {"subject", "contact"}
        ahead = m.row is not None and (self.current is None or self.current.row != m.row)
        if self.current is None and not strong and not ahead:
            return
        if m.row is None and (parts := by_lot(m.value)):
            m = replace(m, value=before_lots(m.value))
            self.by_lot |= {lot: read_amount(value, m.label) for lot, value in parts if lot}
            if not m.value:
                return
        amount = read_amount(m.value, m.label)
        if amount.doubt:
            self.warnings.append(f"{m.label}: {amount.doubt}")
        if ahead and m.row is not None:
            self.before.setdefault(m.row, []).append((m.role, m.label, amount))
        elif self.current is not None and self._near(m):
            self.current.prices.append((m.role, m.label, amount))
        elif strong and not self.entries and m.row is None:
            self.pending.append((m.role, m.label, amount))
        elif strong and self._alone() and m.row is None:
            self.entries[-1].prices.append((m.role, m.label, amount))

    def _near(self, m: Mention) -> bool:
        """Whether a cell belongs to the current firm: of the same row, or both in running text."""
        return self.current is not None and not self.current.failed and m.row == self.current.row

    def _in_row(self, m: Mention) -> bool:
        """Whether a cell stands in the table row of the current firm."""
        return m.row is not None and self.current is not None and m.row == self.current.row

    def _alone(self) -> bool:
        """Whether all entries tell of one award, so that a price further down can only be its."""
        return len({(e.lot, e.names) for e in self.entries if e.kind == "award"}) == 1 and not any(
            e.prices for e in self.entries
        )


def _without_total(entries: list[Entry]) -> None:
    """Take the total of all lots (中标总金额) away from the lot that it stands behind."""
    sums = [(e, {a.yuan for r, _, a in e.prices if a.yuan and r is Role.AMOUNT}) for e in entries]
    double = [(e, found) for e, found in sums if len(found) == 2]
    if len(double) != 1 or any(not e.amount().yuan for e in entries if e is not double[0][0]):
        return
    entry, found = double[0]
    rest = sum(Decimal(e.amount().yuan or 0) for e in entries if e is not entry)
    part, total = sorted(found, key=lambda yuan: Decimal(yuan or 0))
    if rest and rest + Decimal(part or 0) == Decimal(total or 0):
        entry.prices = [p for p in entry.prices if p[2].yuan != total]


_CODES = re.compile(r"(?<![0-9A-Z])[0-9A-Z]{18}(?![0-9A-Z])")
#: The number of a person's identity card, which a sole trader may give in place of a code.
_CITIZEN = re.compile(r"[1-8]\d{5}(?:19|20)\d\d[01]\d[0-3]\d{4}")


def _identified(firms: tuple[names.Named, ...], codes: tuple[str, ...]) -> tuple[names.Named, ...]:
    """Firms with their credit codes, if there are as many of these."""
    if len(firms) != len(codes):
        return firms
    return tuple(replace(firm, uscc=firm.uscc or code) for firm, code in zip(firms, codes, strict=True))


def _with_codes(firms: tuple[names.Named, ...], told: tuple[names.Named, ...]) -> tuple[names.Named, ...]:
    """Firms with the codes that others of the same name have."""
    codes = {n.name: n.uscc for n in told}
    return tuple(replace(firm, uscc=firm.uscc or codes.get(firm.name)) for firm in firms)


def lots_of(entries: list[Entry], status: str) -> tuple[Lot, ...]:
    """Entries of one kind as lots; what is told twice is one, a firm's two prices under one label are two lots."""
    merged: list[Entry] = []
    of_firm: dict[frozenset[str], list[Entry]] = {}
    for entry in (e for e in entries if e.names or e.failed or any(a.yuan for _, _, a in e.prices)):
        alike = of_firm.setdefault(frozenset(n.name for n in entry.names), [])
        if twin := next((e for e in alike if _same(e, entry)), None):
            twin.prices += [p for p in entry.prices if p not in twin.prices]
            twin.address = twin.address or entry.address
            twin.lot = twin.lot or entry.lot
            twin.names = _with_codes(twin.names, entry.names)
        else:
            merged.append(entry)
            alike.append(entry)
    return tuple(_lot(e, "failed" if e.failed else status) for e in merged)


def _same(first: Entry, second: Entry) -> bool:
    """Whether two entries of the same firms (or of none) tell of one award."""
    if first.failed and second.failed:
        return first.lot == second.lot
    if not first.names:
        return False
    if first.lot and second.lot and first.lot != second.lot:
        return False
    one, two = first.amount().yuan, second.amount().yuan
    if one and two and one != two and first.said == second.said:
        return False
    # Two rows of one table, of which one has no price, are two lots.
    return not (first.row and second.row and first.row[0] == second.row[0] and (one is None) != (two is None))


def _lot(entry: Entry, status: str) -> Lot:
    amount = entry.amount()
    suppliers = tuple(
        Supplier(n.name, redact(address) if address else None, n.uscc, n.role)
        for n, address in zip(entry.names, _addresses(entry), strict=True)
    )
    note = redact(amount.note) if amount.note and not amount.yuan else None
    return Lot(entry.lot, status, suppliers, amount.yuan, amount.tax_basis, note, amount.currency)


def _addresses(entry: Entry) -> list[str | None]:
    """The address of each firm: several firms' stand side by side (`A路1号；B路2号；/`), or nobody's is known."""
    parts = re.split("[；;]", entry.address or "") if len(entry.names) > 1 else [entry.address or ""]
    if len(parts) != len(entry.names):
        return [None] * len(entry.names)
    return [part.strip() if part.strip(" /-—无") else None for part in parts]


def shortlisted(entries: list[Entry]) -> list[Entry]:
    """A shortlist's firms of one lot as one entry: they share the lot, and none has a price of its own."""
    if any(e.failed or e.amount().yuan for e in entries):
        return entries
    return [_together([e for e in entries if e.lot == lot]) for lot in dict.fromkeys(e.lot for e in entries)]


def _together(group: list[Entry]) -> Entry:
    """One entry with all firms of some, each with its address."""
    told: dict[names.Named, str | None] = {}
    notes = [f"{e.names[0].name} {e.amount().note}" for e in group if e.names and e.amount().note]
    for entry in group:
        for name, address in zip(entry.names, _addresses(entry), strict=True):
            told[name] = told.get(name) or address
    prices = [(Role.PRICE, "", Amount(note="；".join(notes)[:200]))] if len(group) > 1 and notes else group[0].prices
    return replace(group[0], names=tuple(told), address="；".join(a or "/" for a in told.values()), prices=prices)


def first_ranked(entries: list[Entry], *, unordered: bool) -> list[Entry]:
    """Of each lot the candidates of rank one; in a table without ranks the first row, or all that are `unordered`."""
    kept: list[Entry] = []
    for lot in dict.fromkeys(e.lot for e in entries):
        group = [e for e in entries if e.lot == lot]
        ranked = [e for e in group if e.rank is not None]
        if ranked:
            kept += [e for e in ranked if e.rank == 1]
        elif not unordered and all(e.row is not None for e in group):
            kept += group[:1]
        else:
            kept += group
    return kept


def glued(text: str) -> Entry | None:
    """A result table that was saved without any separator: head, firm and `price rate price` in one run of characters.

    Read only if the arithmetic of the tax proves the cut.
    """
    m = re.search(
        r"不含增?值?税.{0,80}?税率.{0,60}?含增?值?税[^\d]{0,80}?(?P<firm>[\u4e00-\u9fff（）()]{6,40}?公司)("
        r"?P<digits>\d{1,12}\.\d{4,20}\.\d{2})(?!\d)",
        fold(text),
    )
    if m is None or (cut := unglue(m["digits"])) is None:
        return None
    firm = text[m.start("firm") : m.end("firm")]
    firm = firm[firm.rfind(")") + 1 :] if firm.startswith((")", "(")) else firm
    name = names.organisation(re.sub(r"^[（(]?元[)）]", "", firm))
    if name is None:
        return None
    amount = Amount(yuan_text(cut[1]), "incl")
    return Entry("award", names=(names.Named(name),), said="glued table", prices=[(Role.PRICE, "含税", amount)])
