"""What many decisions mean together, and how they overrule the rules.

Positive decisions are transitive: if A is B and B is C, then A is C. Negative ones block: where A is not C, that chain
is a conflict, which is reported and leaves its names unresolved until somebody undoes a link. Of several decisions
about one pair the latest counts, of one name's cities the latest; what was undone was never decided. An `unsure` about
a name alone takes back every `same` said of it before. Nothing depends on the order in which decisions are read.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache

from etl.resolve import names, uscc
from etl.resolve.decisions import Decision, Undo, name_of_bank, node_of_name, node_of_org
from etl.resolve.results import Kind, Resolution, as_json, city_in, city_name, unresolved

#: At one and the same moment the more careful verdict counts.
_CARE = {"same": 0, "not_same": 1, "unsure": 2}
#: Of longer lists of decisions so many are told at each end.
_TOLD = 5
#: What the rules alone say of (name, kind).
Rules = Callable[[str, Kind], Resolution]


def _order(decision: Decision) -> tuple[datetime, int, str]:
    return decision.moment, _CARE[decision.verdict], decision.id


#: A node -> the node next to it on the way to another, and the decision that links them.
_Ways = Mapping[str, tuple[str, Decision] | None]


@dataclass(frozen=True, slots=True)
class Group:
    """Names and organisations that decisions make one, and what was decided of their city.

    `links` are the positive decisions that join them, `called` the names they give each node. The group goes by its
    `representative`: an id before a name, what names were joined to before what was seen. `conflict` says why the
    decisions cannot all hold.
    """

    nodes: frozenset[str]
    representative: str
    called: Mapping[str, Sequence[str]] = field(default_factory=dict)
    links: tuple[Decision, ...] = ()
    cities: tuple[Decision, ...] = ()
    not_cities: tuple[Decision, ...] = ()
    conflict: str | None = None
    ways: _Ways = field(default_factory=dict)

    @property
    def decides(self) -> bool:
        """Whether anything positive was decided."""
        return bool(self.links or self.cities)


@dataclass(frozen=True, slots=True)
class Ruled:
    """A name resolved: what the rules found, the answer, and the decisions that made or confirmed it."""

    found: Resolution
    answer: Resolution
    decisions: tuple[Decision, ...] = ()


@dataclass(slots=True)
class _Said:
    """The decisions in force by what they speak of: a pair, a name and its city, a name alone."""

    pairs: dict[frozenset[str], Decision] = field(default_factory=dict)
    touching: dict[str, set[frozenset[str]]] = field(default_factory=lambda: defaultdict(set))
    cities: dict[str, dict[str, Decision]] = field(default_factory=lambda: defaultdict(dict))
    open: dict[str, Decision] = field(default_factory=dict)

    def take(self, decision: Decision) -> None:
        """Add a decision that is later than all before."""
        node, target, city = decision.node, decision.target, decision.city_code
        if target is None and city is None:
            self._forget(node)
            self.open[node] = decision
            return
        if decision.verdict == "same":
            for one in {node, target or node}:
                self.open.pop(one, None)
        if target is not None:
            pair = frozenset((node, target))
            self.pairs[pair] = decision
            for one in pair:
                self.touching[one].add(pair)
        if city is not None:
            if decision.verdict == "same":
                self._forget_city(node)
            self.cities[node][city] = decision

    def _forget(self, node: str) -> None:
        for pair in [p for p in self.touching[node] if p in self.pairs and self.pairs[p].verdict == "same"]:
            del self.pairs[pair]
        self._forget_city(node)

    def _forget_city(self, node: str) -> None:
        self.cities[node] = {c: d for c, d in self.cities[node].items() if d.verdict != "same"}


class Rulings:
    """Decisions in force, ready to be asked about names. `conflicts` are sentences for people."""

    def __init__(self, decisions: Iterable[Decision] = (), undos: Iterable[Undo] = ()) -> None:
        undone = {undo.undo for undo in undos}
        by_id = {d.id: d for d in decisions}
        kept = (d for key, d in by_id.items() if key not in undone)
        self.decisions = tuple(sorted(kept, key=_order))
        self._said = _Said()
        self._about: dict[str, list[Decision]] = defaultdict(list)
        for decision in self.decisions:
            self._said.take(decision)
            self._about[decision.node].append(decision)
        self._groups = dict(_groups(self._said))
        self.conflicts = tuple(sorted({g.conflict for g in self._groups.values() if g.conflict}))

    def __bool__(self) -> bool:
        return bool(self.decisions)

    def about(self, name: str, kind: Kind) -> tuple[Decision, ...]:
        """The decisions in force that were made about a name as seen, in order of time."""
        return tuple(self._about.get(node_of_name(name, kind), ()))

    def holds(self, decision: Decision) -> bool:
        """Whether all that a decision says is said already."""
        node, target, city = decision.node, decision.target, decision.city_code
        standing = [self._said.pairs.get(frozenset((node, target)))] if target else []
        standing += [self._said.cities.get(node, {}).get(city)] if city else []
        standing = standing or [self._said.open.get(node)]
        return all(d is not None and d.verdict == decision.verdict for d in standing)

    def link(self, node: str) -> Decision | None:
        """The latest decision in force that a name as seen is an organisation."""
        return next((d for d in reversed(self.group(node).links) if d.node == node), None)

    def group(self, node: str) -> Group:
        """What a name or an organisation is one with."""
        return self._groups.get(node) or Group(frozenset((node,)), node)

    def apart(self, one: str, other: str) -> tuple[Decision, ...]:
        """The decisions by which two nodes, or what they are one with, are not the same, or may not be."""
        here, there = self.group(one).nodes, self.group(other).nodes
        pairs = {p for node in here for p in self._said.touching.get(node, ())}
        between = (p for p in pairs if any({*p} <= {x, y} for x in p & here for y in p & there))
        return _in_time(d for p in between if (d := self._said.pairs.get(p)) and d.verdict != "same")

    def rule(self, found: Resolution, name: str, kind: Kind, year: int | None, rules: Rules) -> Ruled:
        """What the rules found for a name, overruled by what was decided."""
        node = node_of_name(name, kind)
        if said := self._said.open.get(node):
            return _unresolved(found, kind, [said])
        own = self.group(node)
        if own.conflict and node in self._about:
            return Ruled(found, unresolved(kind, own.conflict), (*own.links, *own.cities))
        organisation = node_of_org(found.org_id) if found.org_id else node
        theirs = self.group(organisation)
        start, group = (node, own) if own.decides or theirs.conflict else (organisation, theirs)
        seen = any(d.node == node for d in (*own.links, *own.cities))
        asked = _Asked(found, name, kind, year, rules)
        ruled = asked.ruled(group, start, seen=seen) if group.decides else Ruled(found, found)
        return self._barred(ruled, asked, own, theirs)

    def _barred(self, ruled: Ruled, asked: _Asked, own: Group, theirs: Group) -> Ruled:
        """Take away what a negative decision bars; unless the rest was decided, too, the name then is open."""
        answer = ruled.answer
        there = node_of_org(answer.org_id) if answer.org_id and not own.links else None
        against = self.apart(min(own.nodes), there) if there else ()
        cities = [d for d in (*own.not_cities, *theirs.not_cities) if answer.city_code in _codes(d, asked.year)]
        decisions = list(dict.fromkeys((*against, *cities)))
        if not decisions:
            return ruled
        if not (own.cities if against else own.links):
            return _unresolved(asked.found, asked.kind, decisions)
        kept = answer._replace(evidence=f"{answer.evidence}; but {_signed(decisions)}")
        if against:
            kept = kept._replace(org_id=None, canonical_name=None)
        if cities:
            kept = kept._replace(city_code=None, city=None)
        return Ruled(asked.found, kept, (*ruled.decisions, *decisions))


@lru_cache(maxsize=8)
def rulings_of(decisions: tuple[Decision, ...]) -> Rulings:
    """Rulings from decisions all of which are in force."""
    return Rulings(decisions)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A name to rule on, what the rules found for it, and the rules, to be asked about its other names."""

    found: Resolution
    name: str
    kind: Kind
    year: int | None
    rules: Rules

    def ruled(self, group: Group, start: str, *, seen: bool) -> Ruled:
        """The organisation and city of a group; the rules' own answer where that says nothing new of the name."""
        organisation = self._organisation(group) if group.links else self.found
        decided = group.cities[-1:]
        city = city_in(decided[0].city_code, self.year) if decided else organisation.city_code or self.found.city_code
        if not seen and (organisation.org_id, city) == (self.found.org_id, self.found.city_code):
            return Ruled(self.found, self.found)
        decisions = tuple(dict.fromkeys((*_path(group.ways, start), *decided)))
        by_rules = None if decided or not city else organisation if organisation.city_code else self.found
        answer = Resolution(
            city if self.kind == "place" else organisation.org_id,
            city_name(city, self.year) if self.kind == "place" else organisation.canonical_name,
            organisation.kind,
            organisation.bank_class,
            organisation.level,
            city,
            city_name(city, self.year),
            by_rules.score if by_rules else 1.0,
            "decision",
            _signed(decisions) + (f"; city: {by_rules.evidence}" if by_rules else ""),
            as_json([f"{self.found.city_code} {self.found.city}"] if self.found.city_code not in (None, city) else ()),
        )
        return Ruled(self.found, answer, decisions)

    def _organisation(self, group: Group) -> Resolution:
        """The organisation a group is called by, as the rules know it, or only its id and name."""
        node = group.representative
        if self.found.org_id and node_of_org(self.found.org_id) == node:
            return self.found
        called = group.called.get(node, ())
        bank = name_of_bank(node)
        for name in [*called, bank] if bank else called:
            # What was seen where banks stand (or bodies) may be a firm.
            for known in (self.rules(name, self.kind), self.rules(name, "firm")):
                if known.org_id and (node_of_org(known.org_id) == node or node.startswith("name:")):
                    return known
        return self._unknown(node, called, next((d.org_id for d in group.links if d.org_id and d.target == node), None))

    def _unknown(self, node: str, called: Sequence[str], org_id: str | None) -> Resolution:
        """An organisation no rule finds by a name: what its id says."""
        name = names.normalise(called[0] if called else self.name)
        city = uscc.city_of(node, self.year) if uscc.is_valid(node) else None
        nothing = unresolved(self.kind, f"credit code, division {node[2:8]}" if city else "")
        return nothing._replace(
            org_id=org_id or names.hashed("firm", name),
            canonical_name=names.printed(name),
            city_code=city,
            score=0.99 if city else 0.0,
        )


def _codes(decision: Decision, year: int | None) -> set[str | None]:
    """The codes of the city a decision names, as written and in a year."""
    return {decision.city_code, city_in(decision.city_code, year)} - {None}


def _unresolved(found: Resolution, kind: Kind, decisions: Sequence[Decision]) -> Ruled:
    """An open name, because of the last of some decisions; what is merely unsure stays a candidate."""
    verdict = decisions[-1].verdict
    open_ = [f"{found.city_code} {found.city}"] if found.city_code and verdict == "unsure" else []
    return Ruled(
        found, unresolved(kind, f"{verdict.replace('_', ' ')} ({_signed(decisions)})", open_), tuple(decisions)
    )


def _signed(decisions: Sequence[Decision]) -> str:
    return _listed([f"{d.who}, {d.when}: {d.why} [{d.id}]" for d in decisions])


def _listed(said: Sequence[str]) -> str:
    """Sentences in a row; of very many the first and last."""
    left_out = len(said) - 2 * _TOLD
    shown = said if left_out <= 0 else [*said[:_TOLD], f"{left_out} more", *said[-_TOLD:]]
    return "; ".join(shown)


def _groups(said: _Said) -> Iterator[tuple[str, Group]]:
    """Every node of which something is decided, with its group."""
    near = _neighbours(d for d in said.pairs.values() if d.verdict == "same")
    done: set[str] = set()
    for first in sorted({*near, *said.cities}):
        if first not in done:
            nodes = frozenset(_ways(near, first))
            done |= nodes
            group = _group(said, nodes, {link for node in nodes for _, link in near.get(node, ())})
            yield from ((node, group) for node in nodes)


def _group(said: _Said, nodes: frozenset[str], links: Collection[Decision]) -> Group:
    of_city = [d for node in nodes for d in said.cities.get(node, {}).values()]
    called, seen = _names(links), {link.node for link in links}
    first = min(nodes, key=lambda n: (n.startswith("name:"), n in seen, called.get(n, []), n))
    group = Group(
        nodes,
        first,
        called,
        _in_time(links),
        _in_time(d for d in of_city if d.verdict == "same"),
        _in_time(d for d in of_city if d.verdict != "same"),
        ways=_ways(_neighbours(links), first),
    )
    barred = [d for node in nodes for pair in said.touching[node] if pair <= nodes and (d := said.pairs.get(pair))]
    against = _in_time(d for d in barred if d.verdict == "not_same" and d.target != d.node)
    return replace(group, conflict=_conflict(group, against))


def _names(links: Iterable[Decision]) -> dict[str, list[str]]:
    """The names that links give each node, in order."""
    called: dict[str, set[str]] = defaultdict(set)
    for link in links:
        called[link.node].add(link.name)
        if link.other and link.target:
            called[link.target].add(link.other)
    return {node: sorted(found) for node, found in called.items()}


def _in_time(decisions: Iterable[Decision]) -> tuple[Decision, ...]:
    return tuple(sorted(set(decisions), key=_order))


def _conflict(group: Group, against: Sequence[Decision]) -> str | None:
    """Why the decisions of a group cannot all hold; None when they can."""
    barred = {d.city_code for d in group.not_cities if d.verdict == "not_same"}
    wrong = [d for d in group.cities if d.city_code in barred]
    if against:
        end = against[0].target or ""
        told = [*_path(_ways(_neighbours(group.links), end), against[0].node), against[0]]
    elif len({d.city_code for d in group.cities}) > 1:
        told = [*group.links, *group.cities]
    elif wrong:
        told = [*group.links, *wrong, *(d for d in group.not_cities if d.city_code == wrong[0].city_code)]
    else:
        return None
    said = _listed([f"{d} [{d.id}]" for d in told])
    return f"decisions contradict one another: {said}; undo one of them (`fincity review --undo ID`)"


def _neighbours(links: Iterable[Decision]) -> dict[str, list[tuple[str, Decision]]]:
    near: dict[str, list[tuple[str, Decision]]] = defaultdict(list)
    for link in _in_time(links):
        target = link.target or link.node
        near[link.node].append((target, link))
        near[target].append((link.node, link))
    return near


def _ways(near: Mapping[str, Sequence[tuple[str, Decision]]], end: str) -> _Ways:
    """Every node that links lead to from the end, with the next step of a shortest way there."""
    ways: dict[str, tuple[str, Decision] | None] = {end: None}
    waiting = deque([end])
    while waiting:
        node = waiting.popleft()
        for other, link in near.get(node, ()):
            if other not in ways:
                ways[other] = node, link
                waiting.append(other)
    return ways


def _path(ways: _Ways, start: str) -> tuple[Decision, ...]:
    """The links from a node to where the ways end."""
    found, step = [], ways.get(start)
    while step:
        found.append(step[1])
        step = ways[step[0]]
    return tuple(found)
