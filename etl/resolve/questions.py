"""What to ask people about the names of a home: who or where it is, the more hangs on it the sooner.

Asked are the names whose city is not known, or not surely, and the pairs of organisations that look like one another.
What somebody has decided already is not asked again.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, cast

from etl.errors import UsageError
from etl.records.rows import AwardLineRow, AwardRow, DealRow, ResolutionRow
from etl.resolve.decisions import Decision, Verdict, node_of_name, node_of_org
from etl.resolve.lookalikes import Alike, Lookalikes
from etl.resolve.results import Kind, city_name
from etl.resolve.rulings import Rulings
from etl.values.uscc import is_valid

#: Answers less sure than this are asked about.
BELOW = 0.8
#: How likely names must mean one to be shown as candidates, and to be asked about as a pair.
LIKELY, LIKELY_PAIR = 0.05, 0.5
MOST_CANDIDATES = 5
_CITY, _ORGANISATION = re.compile(r"\d{6}"), re.compile(r"[a-z]+:\S+|[0-9A-Z]{18}")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A possible answer: another organisation, by id or name, a city, or both. Without the first: the name's own."""

    org_id: str | None
    other: str | None
    city_code: str | None
    score: float | None
    evidence: str


@dataclass(frozen=True, slots=True)
class Question:
    """One thing to decide: what a name is (`name`), or whether two organisations are one (`pair`).

    `deals` and `amount_fen` hang on it; `seen` says where the name stands, `says` what the rules make of it.
    """

    about: Literal["name", "pair"]
    name: str
    kind: Kind
    deals: int
    amount_fen: int
    seen: tuple[str, ...]
    says: str
    candidates: tuple[Candidate, ...]


@dataclass(slots=True)
class _Weight:
    """The deals that hang on a name, and their known amounts in fen."""

    deals: set[tuple[str, str]] = field(default_factory=set)
    amount: int = 0

    def add(self, deals: Iterable[tuple[str, str]], amount: int | None) -> None:
        self.deals.update(deals)
        self.amount += amount or 0


@dataclass(frozen=True)
class Seen:
    """The rows of a warehouse that questions are made from."""

    resolutions: Sequence[ResolutionRow]
    awards: Sequence[AwardRow]
    lines: Sequence[AwardLineRow]
    deals: Sequence[DealRow]


def questions(seen: Seen, rulings: Rulings, below: float = BELOW) -> list[Question]:
    """All questions, those first on which most deals hang (then: most money, then by name)."""
    named = list(_about_names(seen, rulings, below))
    asked = {pair for question in named for pair in _pairs(question)}
    paired = [question for question in _about_pairs(seen, rulings) if asked.isdisjoint(_pairs(question))]
    return sorted([*named, *paired], key=lambda q: (-q.deals, -q.amount_fen, q.name, q.about))


def _pairs(question: Question) -> Iterator[frozenset[str]]:
    """The pairs of organisations a question is about."""
    node = node_of_name(question.name, question.kind)
    yield from (frozenset((node, node_of_org(c.org_id))) for c in question.candidates if c.org_id)


def decisions(
    question: Question, verdict: Verdict, chosen: Sequence[Candidate] = (), *, who: str, why: str
) -> list[Decision]:
    """An answer as decisions, undated. Without a choice `not_same` speaks of all candidates, `unsure` of the name.

    UsageError where there is nothing to decide about: `same` needs one candidate, `not_same` one or more.
    """
    if verdict == "unsure" and not chosen and question.about == "name":
        return [Decision(question.name, question.kind, verdict, who, "", why, evidence=question.says or None)]
    chosen = chosen or (() if verdict == "same" else question.candidates)
    if not chosen or (verdict == "same" and len(chosen) > 1):
        raise UsageError(f"{verdict} as what? Choose one of the candidates, or give a city")
    return [_decision(question, verdict, candidate, who, why) for candidate in chosen]


def _decision(question: Question, verdict: Verdict, candidate: Candidate, who: str, why: str) -> Decision:
    """What is not that organisation may well be in its city; what is that organisation is in its city."""
    both = verdict == "same" or not (candidate.org_id or candidate.other)
    return Decision(
        question.name,
        question.kind,
        verdict,
        who,
        "",
        why,
        org_id=candidate.org_id,
        other=candidate.other,
        city_code=candidate.city_code if both else None,
        score=candidate.score,
        evidence=candidate.evidence or None,
    )


def _about_names(seen: Seen, rulings: Rulings, below: float) -> Iterator[Question]:
    weights = _weights(seen)
    grouped: dict[str, list[ResolutionRow]] = defaultdict(list)
    for row in seen.resolutions:
        if row.city_code is None or (row.score or 0) < below:
            grouped[node_of_name(row.name, _kind(row))].append(row)
    weighed = {
        node: _together(weights[_key(row)] for row in rows if _key(row) in weights) for node, rows in grouped.items()
    }
    open_ = [
        (node, rows)
        for node, rows in grouped.items()
        if weighed[node].deals and not rulings.about(rows[0].name, _kind(rows[0]))
    ]
    known = Known(seen.resolutions, below)
    for (node, rows), alike in zip(open_, known.alike([_firm_name(rows[0]) for _, rows in open_]), strict=True):
        candidates = [c for c in known.candidates(rows, alike) if not _judged(node, c, rulings)]
        yield _about_name(rows, weighed[node], candidates[:MOST_CANDIDATES])


def _firm_name(row: ResolutionRow) -> str:
    """The name to find like ones of; a bank's says which bank it is."""
    return "" if row.org_kind == "bank" else row.name


def _judged(node: str, candidate: Candidate, rulings: Rulings) -> bool:
    return bool(candidate.org_id and rulings.apart(node, node_of_org(candidate.org_id)))


def _about_name(rows: Sequence[ResolutionRow], weight: _Weight, candidates: Sequence[Candidate]) -> Question:
    first = rows[0]
    seen = {f"{row.address} ({row.year})" if row.address else str(row.year) for row in rows}
    return Question(
        "name",
        first.name,
        _kind(first),
        len(weight.deals),
        weight.amount,
        tuple(sorted(seen)),
        first.evidence or "",
        tuple(candidates),
    )


def _kind(row: ResolutionRow) -> Kind:
    return cast("Kind", row.kind)


def _together(weights: Iterable[_Weight]) -> _Weight:
    total = _Weight()
    for weight in weights:
        total.add(weight.deals, weight.amount)
    return total


_Key = tuple[str, str, str, str, int]


def _key(row: ResolutionRow) -> _Key:
    return row.kind, row.name, row.address, row.uscc, row.year


def _weights(seen: Seen) -> dict[_Key, _Weight]:
    """What hangs on each resolution: the deals of a supplier, all deals of a purchaser's award."""
    weights: dict[_Key, _Weight] = defaultdict(_Weight)
    awards = {award.award_id: award for award in seen.awards}
    for line in seen.lines:
        key = ("firm", line.supplier, line.supplier_address or "", line.uscc or "", awards[line.award_id].year)
        weights[key].add([(line.award_id, line.supplier)], line.amount_fen)
    bought: dict[tuple[str | None, int, str | None], _Weight] = defaultdict(_Weight)
    for deal in seen.deals:
        award = awards[deal.award_id]
        key_ = (award.purchaser, award.year, award.buyer_city)
        bought[key_].add([(deal.award_id, deal.supplier_id)], deal.amount_fen)
    for row in seen.resolutions:
        if row.kind != "firm":
            hung = bought.get((row.name, row.year, row.city_code), _Weight())
            weights[_key(row)].add(hung.deals, hung.amount)
    return weights


class Known:
    """What a home knows surely, as candidates for what it does not."""

    def __init__(self, resolutions: Iterable[ResolutionRow], below: float = BELOW) -> None:
        self._rows: dict[str, list[ResolutionRow]] = defaultdict(list)
        for row in resolutions:
            if row.org_id and row.city_code and (row.score or 0) >= below:
                self._rows[node_of_org(row.org_id)].append(row)
        firsts = {node: rows[0] for node, rows in self._rows.items() if rows[0].org_kind != "bank"}
        called = {node: row.canonical_name or row.name for node, row in firsts.items()}
        self._lookalikes = Lookalikes(called, {node: row.city_code for node, row in firsts.items()})

    def alike(self, asked: Sequence[str]) -> Iterator[list[Alike]]:
        """Organisations of like names for each name; none for an empty one."""
        return self._lookalikes.near(asked, LIKELY)

    def candidates(self, rows: Sequence[ResolutionRow], alike: Iterable[Alike]) -> list[Candidate]:
        """The cities the rules found, considered or found elsewhere for a name, then organisations of like names."""
        found = [c for row in rows for c in (*_own(row), *self._elsewhere(row), *_considered(row))]
        own = {node_of_org(row.org_id) for row in rows if row.org_id}
        found += [self.organisation(one) for one in alike if one.id not in own]
        first: dict[tuple[str | None, str | None], Candidate] = {}
        for candidate in found:
            first.setdefault((candidate.org_id, candidate.city_code), candidate)
        return list(first.values())

    def _elsewhere(self, row: ResolutionRow) -> Iterator[Candidate]:
        """The same organisation, with more to go by."""
        for other in self._rows.get(node_of_org(row.org_id), ()) if row.org_id else ():
            why = f"{other.name}, {other.year}: {other.evidence}"
            yield Candidate(None, None, other.city_code, other.score, why)

    def organisation(self, alike: Alike) -> Candidate:
        """An organisation of a like name as a candidate."""
        row = self._rows[alike.id][0]
        why = f"a like name ({alike.notes}); {row.evidence}"
        return Candidate(row.org_id, row.canonical_name or row.name, row.city_code, alike.score, why)


def _own(row: ResolutionRow) -> Iterator[Candidate]:
    """What the rules found but were not sure of; by likeness it may be another organisation altogether."""
    if row.city_code:
        org_id, other = (row.org_id, row.canonical_name) if row.method == "fuzzy" else (None, None)
        yield Candidate(org_id, other, row.city_code, row.score, row.evidence or "")


def _considered(row: ResolutionRow) -> Iterator[Candidate]:
    """The candidates of a resolution: `code name` of cities, `id name` of organisations of a register."""
    for said in json.loads(row.candidates or "[]"):
        one, _, name = said.partition(" ")
        if _CITY.fullmatch(one):
            yield Candidate(None, None, one, None, "considered by the rules")
        elif name and _ORGANISATION.fullmatch(one):
            yield Candidate(one, name, None, None, "considered by the rules")


def _about_pairs(seen: Seen, rulings: Rulings) -> Iterator[Question]:
    """Organisations of like names, the one with fewer deals asked about; banks are told apart by their grammar."""
    rows: dict[str, ResolutionRow] = {}
    for row in seen.resolutions:
        if row.org_id and row.org_kind != "bank":
            rows.setdefault(row.org_id, row)
    weights: dict[str, _Weight] = defaultdict(_Weight)
    for deal in seen.deals:
        for org in {deal.supplier_id, deal.buyer_id} - {None}:
            weights[str(org)].add([(deal.award_id, deal.supplier_id)], deal.amount_fen)
    called = {org: row.canonical_name or row.name for org, row in rows.items() if org in weights}
    for one, alike in Lookalikes(called, {org: rows[org].city_code for org in called}).pairs(LIKELY_PAIR):
        pair = sorted((one, alike.id), key=lambda org: (is_valid(org), len(weights[org].deals), org))
        if _may_be_one(rows[pair[0]], rows[pair[1]], rulings):
            yield _about_pair(rows[pair[0]], rows[pair[1]], alike, weights)


def _may_be_one(one: ResolutionRow, other: ResolutionRow, rulings: Rulings) -> bool:
    """Not those of two cities or two credit codes, and none that somebody judged."""
    nodes = node_of_org(one.org_id or ""), node_of_org(other.org_id or "")
    judged = nodes[1] in rulings.group(nodes[0]).nodes or rulings.apart(*nodes)
    cities = {one.city_code, other.city_code} - {None}
    return not judged and len(cities) < 2 and not (is_valid(nodes[0]) and is_valid(nodes[1]))


def _about_pair(one: ResolutionRow, other: ResolutionRow, alike: Alike, weights: dict[str, _Weight]) -> Question:
    ours, theirs = weights[one.org_id or ""], weights[other.org_id or ""]
    city = f", in {city_name(other.city_code, other.year)}" if other.city_code else ""
    candidate = Candidate(
        other.org_id,
        other.canonical_name or other.name,
        other.city_code,
        alike.score,
        f"a like name ({alike.notes}); {len(theirs.deals)} deals{city}",
    )
    return Question(
        "pair",
        one.canonical_name or one.name,
        _kind(one),
        len(ours.deals | theirs.deals),
        ours.amount + theirs.amount,
        (f"{one.address} ({one.year})" if one.address else str(one.year),),
        "two organisations of like names",
        (candidate,),
    )
