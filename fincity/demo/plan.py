"""Plan the purchases of the synthetic world: who buys what, from whom, how it ends and where it is published.

Outcomes, buyers and sites come from quotas, not from chance, so that every case of interest is present in both
sizes.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from fincity.demo.facts import Lot, Party, Project
from fincity.demo.world import COUNTED, Firm, Unit, World, draw, rows

# Shares in thousandths.
OUTCOME_QUOTA = {
    "award": 500,
    "lots": 110,
    "lot_failed": 30,
    "consortium_led": 35,
    "consortium_equal": 35,
    "framework": 55,
    "unknown_amount": 60,
    "rate": 35,
    "corrected_amount": 40,
    "corrected_supplier": 25,
    "cancelled": 30,
    "failed": 35,
    "open": 10,
}
BUYER_QUOTA = {"counted": 660, "uncounted": 90, "central": 40, "body": 160, "partner": 50}
MATTER_QUOTA = {
    "counted": {"fintech": 62, "plain": 30, "trap": 8},
    "uncounted": {"fintech": 60, "plain": 40},
    "central": {"fintech": 50, "plain": 50},
    "body": {"public": 65, "public_fintech": 25, "trap": 10},
    "partner": {"partner": 100},
}
SITE_QUOTA = {
    "counted": {"cfcpn": 60, "both": 20, "ccgp": 11, "twice": 9},
    "uncounted": {"cfcpn": 75, "both": 15, "ccgp": 10},
    "central": {"ccgp": 75, "twice": 25},
    "body": {"ccgp": 80, "twice": 20},
    "partner": {"ccgp": 100},
}
#: The broken pages: how each is broken, where it stands, which day. All but the tender hide an award of 2022.
BROKEN = (
    ("truncated", "ccgp", "2022-04-19"),
    ("damaged_bytes", "ccgp", "2022-05-24"),
    ("empty_shell", "ccgp", "2022-06-21"),
    ("body_missing", "ccgp", "2022-08-16"),
    ("empty_content", "cfcpn", "2022-09-20"),
    ("broken_json", "cfcpn", "2022-10-18"),
    ("truncated_tender", "ccgp", "2023-05-23"),
)
RATES = ("下浮率：5%", "费率：0.35%", "单价：18000元/月/网点", "折扣率：92%", "6500.00元/人月")


@dataclass(frozen=True, slots=True)
class Span:
    """Publication days of the corpus, inclusive."""

    since: date
    until: date

    @property
    def years(self) -> range:
        """Years the span touches."""
        return range(self.since.year, self.until.year + 1)


def quota(rng: random.Random, shares: dict[str, int], count: int) -> list[str]:
    """`count` labels in the given shares (each at least twice where there is room), shuffled."""
    total = sum(shares.values())
    labels = [label for label, share in shares.items() for _ in range(max(2, count * share // total))]
    most = max(shares, key=lambda label: shares[label])
    labels = (labels + [most] * count)[: max(count, len(labels))]
    while len(labels) > count and most in labels:
        labels.remove(most)
    rng.shuffle(labels)
    return labels[:count]


def _amount(rng: random.Random) -> int:
    """A plausible total in fen, 20 thousand to 16 million yuan; one in seven ends in odd fen."""
    whole = int(10 ** rng.uniform(4.3, 7.2)) // 100 * 100
    return whole * 100 + (rng.randint(1, 9_999) if rng.random() < 0.15 else 0)


def _party(firm: Firm, role: str | None = None) -> Party:
    return Party(firm.name, firm.city_code, firm.address, role)


def _lots(rng: random.Random, outcome: str, firms: list[Party]) -> tuple[Lot, ...]:
    """The lots as first awarded. Suppliers come from `firms` in order."""
    if outcome in ("failed", "open"):
        return ()
    if outcome == "framework":
        return (Lot("1", "awarded", tuple(firms[: rng.randint(2, 5)]), None, "入围，不含金额"),)
    if outcome == "consortium_led":
        led = (replace(firms[0], role="leader"), *(replace(f, role="member") for f in firms[1 : rng.randint(2, 3)]))
        return (Lot("1", "awarded", led, _amount(rng)),)
    if outcome == "consortium_equal":
        return (Lot("1", "awarded", tuple(firms[: rng.randint(2, 3)]), _amount(rng)),)
    if outcome == "unknown_amount":
        return (Lot("1", "awarded", (firms[0],), None),)
    if outcome == "rate":
        return (Lot("1", "awarded", (firms[0],), None, rng.choice(RATES)),)
    if outcome in ("lots", "lot_failed"):
        return tuple(_numbered(rng, outcome, firms))
    tax = rng.choice(("unknown",) * 6 + ("incl", "excl"))
    return (Lot("1", "awarded", (firms[0],), _amount(rng), tax_basis=tax),)


def _numbered(rng: random.Random, outcome: str, firms: list[Party]) -> Iterator[Lot]:
    """Two to four lots; one firm may win two of them, one amount may be missing, the last lot may fail."""
    count = rng.randint(2, 4)
    for index in range(count):
        winner = firms[0] if index == 1 and rng.random() < 0.3 else firms[index]
        if outcome == "lot_failed" and index == count - 1:
            yield Lot(str(index + 1), "failed", (), None, "有效投标人不足三家")
        else:
            known = index == 0 or rng.random() > 0.12
            yield Lot(str(index + 1), "awarded", (winner,), _amount(rng) if known else None)


def _final_lots(rng: random.Random, outcome: str, first: tuple[Lot, ...], spare: Party) -> tuple[Lot, ...]:
    if outcome == "corrected_amount":
        amount = first[0].amount_fen or 0
        return (replace(first[0], amount_fen=amount - amount // rng.randint(7, 40) - 100), *first[1:])
    if outcome == "corrected_supplier":
        return (replace(first[0], parties=(spare,), amount_fen=_amount(rng)), *first[1:])
    return first


def _code(rng: random.Random, key: int, buyer: Unit, day: date) -> str:
    """A project number in one of the shapes houses use; the serial makes it unique."""
    serial = f"{key:05d}"
    forms = (
        f"0733-{day:%y}{serial}1",
        f"CG{day:%Y}-{serial}",
        f"A10H{rng.randint(100, 999)}A{day:%y%m}{serial}",
        f"N_ZB{day:%y}{serial}",
        f"SDGP{buyer.city_code or '110000'}{day:%Y}02{serial}",
    )
    return rng.choice(forms)


class Planner:
    """Draws projects one after the other; the order of draws is part of the seed's meaning."""

    def __init__(self, world: World, span: Span, seed: str) -> None:
        self.world, self.span, self.rng = world, span, draw(f"{seed}/plan")
        self.buyers = {
            "counted": [u for u in world.units if u.bank_class in COUNTED],
            "uncounted": [u for u in world.units if u.bank_class not in COUNTED and u.bank_class != "central"],
            "central": [u for u in world.units if u.bank_class == "central"],
            "body": list(world.bodies),
            "partner": list(world.bodies),
        }
        self.matters: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
        for row in rows("phrases.csv"):
            terms = tuple(t for t in row["terms"].split(";") if t)
            self.matters.setdefault(row["kind"], []).append((row["phrase"], terms))
        self.turn: dict[str, int] = {}

    def _next(self, pool: list[tuple[str, tuple[str, ...]]], kind: str) -> tuple[str, tuple[str, ...]]:
        """Matters go round, so that each appears."""
        self.turn[kind] = self.turn.get(kind, -1) + 1
        return pool[self.turn[kind] % len(pool)]

    def _buyer(self, kind: str) -> Unit:
        """Rare units (head offices, the misleading ones) are drawn as often as the many sub-branches."""
        pool = self.buyers[kind]
        special = [u for u in pool if u.city_code is None or not u.name.endswith("行") or u.name == u.head]
        return self.rng.choice(special if special and self.rng.random() < 0.3 else pool)

    def _firms(self, kind: str) -> list[Party]:
        if kind == "partner":
            banks = [u for u in self.world.units if u.bank_class and u.city_code]
            return [Party(u.name, u.city_code, u.address) for u in self.rng.sample(banks, 6)]
        return [_party(f) for f in self.rng.sample(self.world.firms, 9)]

    def _day(self, key: int) -> date:
        """An award day; every sixtieth project ends in the last days of a year, with copies in the next."""
        if key % 60 == 7:
            return date(self.rng.choice(list(self.span.years)[:-1]), 12, self.rng.randint(29, 31))
        return self.span.since + timedelta(days=self.rng.randint(0, (self.span.until - self.span.since).days))

    def project(self, key: int, outcome: str, kind: str, matter_kind: str, sites: str) -> Project:
        """One project in all its facts."""
        rng, day, buyer = self.rng, self._day(key), self._buyer(kind)
        if (self.span.until - day).days < 50 and outcome in ("corrected_amount", "corrected_supplier", "cancelled"):
            day -= timedelta(days=60)
        if buyer.city_code is None:
            sites = "cfcpn"
        matter, terms = self._next(self.matters[matter_kind], matter_kind)
        firms = self._firms(kind)
        first = _lots(rng, outcome, firms)
        return Project(
            key=key,
            code=_code(rng, key, buyer, day),
            matter=matter,
            terms=terms,
            buyer=buyer,
            outcome=outcome,
            award_day=day.isoformat(),
            lots=_final_lots(rng, outcome, first, firms[-1]),
            first_lots=first,
            bidders=tuple(firms[-4:-1]),
            sites=sites,
            budget_fen=sum(lot.amount_fen or 0 for lot in first) // 1_000_000 * 1_100_000 + 5_000_000,
        )

    def broken(self, key: int, how: str, sites: str, day: str) -> Project:
        """A purchase whose only page is broken: a counted bank buys fintech, and nobody can know."""
        outcome = "open" if how == "truncated_tender" else "award"
        made = self.project(key, outcome, "counted", "fintech", sites)
        while made.buyer.city_code is None:
            made = self.project(key, outcome, "counted", "fintech", sites)
        return replace(made, award_day=day, broken=how, sites=sites)


def projects(world: World, span: Span, count: int, seed: str) -> list[Project]:
    """All projects, in order of key. The first two of each outcome are fintech purchases of counted banks."""
    rng = draw(f"{seed}/quota")
    planner = Planner(world, span, seed)
    outcomes, buyers = quota(rng, OUTCOME_QUOTA, count), quota(rng, BUYER_QUOTA, count)
    matters = {kind: quota(rng, shares, count) for kind, shares in MATTER_QUOTA.items()}
    sites = {kind: quota(rng, shares, count) for kind, shares in SITE_QUOTA.items()}
    seen: dict[str, int] = {}
    out = []
    for key, (outcome, kind) in enumerate(zip(outcomes, buyers, strict=True)):
        seen[outcome] = seen.get(outcome, 0) + 1
        buyer, matter = ("counted", "fintech") if seen[outcome] <= 2 else (kind, matters[kind][key])
        out.append(planner.project(key, outcome, buyer, matter, sites[buyer][key]))
    out += [planner.broken(count + i, *case) for i, case in enumerate(BROKEN)]
    return out
