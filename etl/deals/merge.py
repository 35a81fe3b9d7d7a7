"""Which notices tell of which award.

An award is the merged set of notices that tell of one act of awarding: the same notice on several portals or as central
and local notice, sibling notices for other lots of the project, later corrections, cancellations and contracts. Two
award notices are joined when something says that they belong together (the site itself, one address, one project code,
purchaser and project name, or purchaser, winners and money) and nothing speaks against it. The evidence is kept. A new
attempt after a failed one is an award of its own. docs/deals.md has the rules with an example each.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import combinations

from rapidfuzz import fuzz

from etl.deals.notices import AWARDING, NEAR, Notice, label_of

__all__ = ["Award", "Notice", "merge"]

#: A code used again after so many days is another purchase's.
SAME_CODE_DAYS = 365
#: A key that more notices share tells little by itself.
CROWD = 60
#: Shorter names of projects are alike by chance.
SHORTEST_NAME = 6

Key = tuple[str, ...]


@dataclass(slots=True)
class Award:
    """The notices of one award, each in order, and why they belong together (by source and id)."""

    notices: list[Notice]
    corrections: list[Notice] = field(default_factory=list)
    cancellations: list[Notice] = field(default_factory=list)
    contracts: list[Notice] = field(default_factory=list)
    evidence: dict[tuple[str, str], str] = field(default_factory=dict)

    @property
    def award_id(self) -> str:
        """`source/source_id` of the first notice."""
        return "/".join(self.notices[0].key)

    @property
    def told(self) -> list[Notice]:
        """All its notices."""
        return [*self.notices, *self.corrections, *self.cancellations, *self.contracts]


def merge(notices: Iterable[Notice]) -> list[Award]:
    """All awards the notices tell of, in order of their first notice, whatever order they are given in."""
    ordered = sorted((n for n in notices if n.day), key=lambda n: n.order)
    failures = _by_key(n for n in ordered if n.record.notice_type == "failed" and not n.labels)
    awards = _join([n for n in ordered if n.record.notice_type in AWARDING], failures)
    known: dict[Key, list[Award]] = defaultdict(list)
    for award in awards:
        for key in {k for notice in award.notices for k, _ in _keys(notice)}:
            known[key].append(award)
    for notice in ordered:
        if notice.record.notice_type in _CHANGES:
            _attach(notice, known)
    return awards


def _by_key(notices: Iterable[Notice]) -> dict[Key, list[Notice]]:
    found: dict[Key, list[Notice]] = defaultdict(list)
    for notice in notices:
        for key, _ in _keys(notice):
            found[key].append(notice)
    return found


def _keys(notice: Notice) -> Iterator[tuple[Key, str]]:
    """What a notice can be joined by, strongest first, with the words that say so."""
    source, own = notice.key
    for one in (own, *notice.record.related):
        yield ("site", source, one), "the site shows them as one purchase"
    if notice.address:
        yield ("address", notice.address), f"the same page, {notice.address}"
    if notice.code:
        yield ("code", notice.code), f"project code {notice.record.project_code}"
    if notice.buyer and len(notice.name) >= SHORTEST_NAME:
        yield ("name", notice.buyer, notice.name), "same purchaser and project name"
    if notice.buyer and notice.suppliers and notice.amounts:
        yield ("money", notice.buyer, *sorted(notice.suppliers), *notice.amounts), "same purchaser, winners and amounts"


# -- awards ------------------------------------------------------------------------------------------------------------


def _join(notices: Sequence[Notice], failures: dict[Key, list[Notice]]) -> list[Award]:
    parent = list(range(len(notices)))
    evidence: dict[tuple[str, str], str] = {}
    buckets: dict[Key, list[int]] = defaultdict(list)
    words: dict[tuple[Key, int], str] = {}
    for number, notice in enumerate(notices):
        for key, why in _keys(notice):
            buckets[key].append(number)
            words[key, number] = why
    for key in sorted(buckets, key=lambda k: (_STRENGTH[k[0]], k)):
        for a, b in _pairs(buckets[key], notices):
            if _root(parent, a) != _root(parent, b) and _one_act(key, notices[a], notices[b], failures.get(key, ())):
                first, second = sorted((_root(parent, a), _root(parent, b)))
                parent[second] = first
                evidence.setdefault(notices[b].key, words[key, b])
    groups: dict[int, list[Notice]] = defaultdict(list)
    for number, notice in enumerate(notices):
        groups[_root(parent, number)].append(notice)
    return [_award(group, evidence) for _, group in sorted(groups.items())]


def _pairs(bucket: Sequence[int], notices: Sequence[Notice]) -> Iterator[tuple[int, int]]:
    """Pairs to look at: all, or of a key that very many share, those of one purchaser or one project."""
    if len(bucket) <= CROWD:
        yield from combinations(bucket, 2)
        return
    crowds: dict[tuple[str, str], list[int]] = defaultdict(list)
    for number in bucket:
        crowds["buyer", notices[number].buyer].append(number)
        crowds["name", notices[number].name].append(number)
    for (_, shared), members in sorted(crowds.items()):
        yield from combinations(members, 2) if shared else ()


_STRENGTH = {kind: n for n, kind in enumerate(("site", "address", "code", "name", "money"))}


def _award(group: list[Notice], evidence: dict[tuple[str, str], str]) -> Award:
    first, *others = group
    told = {n.key: evidence.get(n.key, "joined through another notice of the award") for n in others}
    return Award(group, evidence={first.key: "first notice of the award", **told})


def _root(parent: list[int], node: int) -> int:
    while parent[node] != node:
        parent[node] = parent[parent[node]]
        node = parent[node]
    return node


def _one_act(key: Key, one: Notice, other: Notice, failures: Sequence[Notice]) -> bool:
    """Whether two award notices that share a key, in order, tell of one act of awarding."""
    others_won = _differ(one.suppliers, other.suppliers)
    if one.record.notice_type != other.record.notice_type and others_won:
        return False  # a shortlist, and what was bought from it later
    again = one.round != other.round or any(one.order < f.order < other.order for f in failures)
    if again and (others_won or _differ(one.amounts, other.amounts)):
        return False  # a new attempt, no copy that leaves the round out or comes late
    return _JOINED[key[0]](one, other)


def _differ(one: Collection[str], other: Collection[str]) -> bool:
    """Whether both notices tell of winners (or amounts), and not of the same."""
    return bool(one and other) and one != other


def _same_page(one: Notice, other: Notice) -> bool:
    """One address may be that of a whole platform: code or name must agree too."""
    if one.code and other.code:
        return one.code == other.code and agree(one, other)
    return _same_name(one, other) and agree(one, other)


def _same_code(one: Notice, other: Notice) -> bool:
    return _days(one, other) <= SAME_CODE_DAYS and agree(one, other) and (one.sure_code or _known_by_more(one, other))


def _same_project(one: Notice, other: Notice) -> bool:
    """Yearly and monthly purchases repeat their names: the days must be near, the winners or the day the same."""
    shared = bool(one.suppliers & other.suppliers)
    two_codes = bool(one.code and other.code) and one.code != other.code
    if two_codes and (not shared or _differ(one.suppliers, other.suppliers) or _differ(one.amounts, other.amounts)):
        return False
    return one.day == other.day or (_days(one, other) <= NEAR and shared)


def _same_money(one: Notice, other: Notice) -> bool:
    """Two purchases of one day may cost the same: names that have nothing in common, or two codes, are two."""
    if one.code and other.code:
        return False
    return _days(one, other) <= NEAR and _same_name(one, other)


def _days(one: Notice, other: Notice) -> int:
    return abs((date.fromisoformat(one.day) - date.fromisoformat(other.day)).days)


def _same_name(one: Notice, other: Notice) -> bool:
    """Whether one project's name is, or holds, the other's; or they are spelled nearly alike."""
    short, long = sorted((one.name, other.name), key=len)
    if len(short) < SHORTEST_NAME:
        return short == long
    if short in long:
        return True
    return fuzz.ratio(short, long) >= 85 and _digits(short) == _digits(long)


def _digits(name: str) -> str:
    """Years, phases and numbers of a name: 一期 and 二期 are two projects."""
    return "".join(c for c in name if c.isdigit() or c in "一二三四五六七八九十")


def _same_buyer(one: Notice, other: Notice) -> bool:
    return bool(one.buyer and other.buyer) and (one.buyer in other.buyer or other.buyer in one.buyer)


def agree(one: Notice, other: Notice) -> bool:
    """Nothing speaks against two notices telling of one project: purchaser, or else name or suppliers, match."""
    if not one.buyer or not other.buyer or _same_buyer(one, other):
        return True
    if one.name == other.name and one.name:
        return True
    return not one.suppliers or not other.suppliers or bool(one.suppliers & other.suppliers)


def _known_by_more(one: Notice, other: Notice) -> bool:
    """What a short code needs beside it: the same name, or the same purchaser and a winner in common."""
    strangers = bool(one.buyer and other.buyer) and not _same_buyer(one, other)
    shared = bool(one.suppliers & other.suppliers)
    return (_same_name(one, other) and (not strangers or shared)) or (_same_buyer(one, other) and shared)


_JOINED: dict[str, Callable[[Notice, Notice], bool]] = {
    "site": agree,
    "address": _same_page,
    "code": _same_code,
    "name": _same_project,
    "money": _same_money,
}


# -- what comes after --------------------------------------------------------------------------------------------------

_CHANGES = {"correction": "corrections", "failed": "cancellations", "contract": "contracts"}


def _attach(notice: Notice, known: dict[Key, list[Award]]) -> None:
    """Give a correction, cancellation or contract to its award; one that fits no award is about something else."""
    for key, why in _keys(notice):
        fitting = [award for award in known.get(key, ()) if _concerns(notice, award, key)]
        if fitting:
            award = max(fitting, key=lambda a: _fit(notice, a))
            getattr(award, _CHANGES[notice.record.notice_type or ""]).append(notice)
            award.evidence[notice.key] = f"contract: {why}" if notice.record.notice_type == "contract" else why
            return


def _fit(notice: Notice, award: Award) -> tuple[bool, bool, tuple[str, str, str]]:
    """Of several attempts and lots: the one of its round, that has its lots, the last one before it."""
    lots = {label_of(lot) for told in award.notices for lot in told.lots}
    same_round = notice.round in {told.round for told in award.notices}
    return same_round, not notice.labels or bool(notice.labels & lots), award.notices[0].order


def _concerns(notice: Notice, award: Award, key: Key) -> bool:
    """Whether a correction, cancellation or contract speaks of this award."""
    first = award.notices[0]
    if notice.order < first.order and not _corrects_early(notice, first):
        return False
    if not any(agree(told, notice) for told in award.notices):
        return False
    codes = {told.code for told in award.notices} - {""}
    if codes and notice.code not in {"", *codes}:
        return False  # next year's purchase of the same name
    if key[0] == "code" and not notice.sure_code and not any(_known_by_more(told, notice) for told in award.notices):
        return False
    if notice.record.notice_type == "contract":
        return any(not told.suppliers or told.suppliers & notice.suppliers for told in award.notices)
    if notice.record.notice_type != "failed" or notice.labels:
        return True
    # A failed notice that names no lot may be about a sibling under the same code: it must carry the award's own name.
    # That a second attempt failed does not end what a first one awarded.
    attempts = {told.round for told in award.notices}
    return notice.name in {told.name for told in award.notices} and notice.round <= max(attempts)


def _corrects_early(notice: Notice, first: Notice) -> bool:
    """A correction of a result may be seen before its award: one portal was quicker than the one we know."""
    return notice.record.notice_type == "correction" and notice.about_results and _days(notice, first) <= NEAR
