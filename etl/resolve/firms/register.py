"""The register of firms: which of them a name means, how sure that is, and which others it might mean."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import exp
from typing import Literal, NamedTuple

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import LCSseq

from etl.errors import UsageError
from etl.places import locate
from etl.resolve import names
from etl.resolve.firms.anatomy import Anatomy, anatomy, former_names
from etl.resolve.firms.blocking import PairIndex
from etl.resolve.firms.entries import Entry, ordered
from etl.resolve.firms.rarity import Comparison, Rarity
from etl.resolve.firms.scoring import compare, log_odds, probability
from etl.values import uscc as codes
from etl.values.parties import parties

#: A match needs this probability: fitted for a precision of .995 on names spoilt on purpose (docs/firms.md).
THRESHOLD = 0.9
#: So many names are looked up at a time, each against so many names of the register.
_CHUNK, _LIMIT = 2_048, 12
#: Names closer than this, by the share of their characters in common, are compared in earnest: so many of them.
_LIKE, _CLOSEST, _SHORT_CLOSEST = 0.6, 4, 12
#: How sure a remark makes that a firm is meant under its former name.
_FORMERLY = 0.97
#: Candidates less likely than this are not worth a reader's time.
_WORTH_SHOWING = 0.001
_SEVERAL = re.compile(r"[、，,；;/|+＋\n]|联合体|(?:公司|院|所)\s*(?:与|和|及|&)|公司\s")


class Candidate(NamedTuple):
    """A firm a name may mean, and how likely that is."""

    org_id: str
    name: str
    score: float


@dataclass(frozen=True, slots=True)
class Match:
    """What a name means: an entry, or none and why.

    `method`: by credit code, as one of the entry's own names (alias), by likeness (fuzzy) or not at all. `branch`:
    the part of the legal person that the name ends on. `candidates`: the likeliest first, without the entry.
    """

    entry: Entry | None
    score: float
    method: Literal["uscc", "alias", "fuzzy", "none"]
    evidence: str
    candidates: tuple[Candidate, ...] = ()
    branch: str = ""


class _Query:
    """A name to look up, with what stands beside it."""

    def __init__(self, written: str, uscc: str | None, address: str | None) -> None:
        self.written = written
        self.normal = names.normalise(written)
        code = codes.normalise(uscc or self.normal)  # a code may stand in the place of the name
        self.code = code if codes.is_valid(code) else ""
        self.address = address

    def cities(self) -> frozenset[str]:
        """Code of the city the address names; empty without one."""
        found = locate(self.address, address=True).city_code if self.address else None
        return frozenset({found}) if found else frozenset()


class _Compared(NamedTuple):
    """A firm held against a name. `rank`: its odds against other firms, where form, branch and address tell too."""

    number: int
    comparison: Comparison
    odds: float
    rank: float


class Register:
    """Firms by their names. The same entries in any order make the same register.

    Raises UsageError for an entry without id, without a possible name, or with a credit code that fails its check.
    """

    def __init__(self, entries: Iterable[Entry], threshold: float = THRESHOLD) -> None:
        self.entries = ordered(entries)
        self.threshold = threshold
        self._by_code: defaultdict[str, list[int]] = defaultdict(list)
        self._by_name: defaultdict[str, list[int]] = defaultdict(list)
        self._by_text: defaultdict[str, list[int]] = defaultdict(list)
        self._owners: list[int] = []
        self._anatomies: list[Anatomy] = []
        for number, entry in enumerate(self.entries):
            self._add(number, entry)
        self._rarity = Rarity(self._anatomies)
        self._index = PairIndex([a.text for a in self._anatomies])

    def _add(self, number: int, entry: Entry) -> None:
        if entry.uscc:
            self._by_code[codes.normalise(entry.uscc)].append(number)
        normal = [names.normalise(name) for name in entry.names]
        why = next(filter(None, map(names.why_no_name, normal)), None)
        if why:
            raise UsageError(f"register of firms, {entry.org_id}: {why}; correct or leave out the name")
        for name in {names.key(name) for name in normal}:
            self._by_name[name].append(number)
        for taken_apart in {anatomy(name): None for name in normal[: len(normal) - len(entry.short_names)]}:
            self._by_text[taken_apart.text].append(len(self._owners))
            self._owners.append(number)
            self._anatomies.append(taken_apart)

    def match(self, name: str, *, uscc: str | None = None, address: str | None = None) -> Match:
        """Which firm a name as written means."""
        return next(self.match_all([name], [uscc], [address]))

    def match_all(
        self,
        written: Sequence[str],
        usccs: Sequence[str | None] | None = None,
        addresses: Sequence[str | None] | None = None,
    ) -> Iterator[Match]:
        """The same for many names, each with its credit code and address where they are known; in their order."""
        nothing: Sequence[str | None] = [None] * len(written)
        queries = list(zip(written, usccs or nothing, addresses or nothing, strict=True))
        for start in range(0, len(queries), _CHUNK):
            yield from self._chunk([_Query(*query) for query in queries[start : start + _CHUNK]])

    def _chunk(self, queries: Sequence[_Query]) -> list[Match]:
        """By code and by name where that is enough; only what is left is compared with names that are alike."""
        found: list[Match | Anatomy] = [self._direct(query) or anatomy(query.normal) for query in queries]
        open_ = {n: one for n, one in enumerate(found) if isinstance(one, Anatomy)}
        rest = [n for n, one in open_.items() if one.text not in self._by_text]
        alike = dict(zip(rest, self._alike([open_[n] for n in rest]), strict=True))
        for n, one in open_.items():
            found[n] = self._decide(one, alike[n] if n in alike else self._by_text[one.text], queries[n])
        return [one for one in found if isinstance(one, Match)]

    def _alike(self, asked: list[Anatomy]) -> list[list[int]]:
        """For each name the few forms worth a closer look: rare pairs in common, then most characters in order."""
        if not asked:
            return []
        near = self._index.candidates([one.text for one in asked], _LIMIT)
        ours = [one.text for one, forms in zip(asked, near, strict=True) for _ in forms]
        theirs = [self._anatomies[form].text for forms in near for form in forms]
        common = iter(process.cpdist(ours, theirs, scorer=LCSseq.similarity, dtype=np.uint8).tolist())
        return [
            self._closest(one, [(next(common), form) for form in forms]) for one, forms in zip(asked, near, strict=True)
        ]

    def _closest(self, name: Anatomy, forms: list[tuple[int, int]]) -> list[int]:
        """At most `_CLOSEST` forms that share most of the name, or for a short name all of it."""
        size = len(name.text)
        if name.short:
            likeness = [(common / size, form) for common, form in forms]
        else:
            likeness = [(2 * common / (size + len(self._anatomies[form].text)), form) for common, form in forms]
        likeness = [(much, form) for much, form in likeness if much >= _LIKE]
        likeness.sort(key=lambda one: -one[0])
        return [form for _, form in likeness[: _SHORT_CLOSEST if name.short else _CLOSEST]]

    def _direct(self, query: _Query) -> Match | None:
        """What needs no comparing: no name, several names, a known credit code, a name of the register."""
        why = names.why_no_name(query.normal)
        if why and query.code != codes.normalise(query.normal):
            return Match(None, 0.0, "none", why)
        several = parties(query.written) if _SEVERAL.search(query.written) else ()
        if len(several) > 1:
            return Match(None, 0.0, "none", f"names {len(several)} organisations: {'、'.join(p.name for p in several)}")
        by_name = self._by_name.get(names.key(query.normal), [])
        by_code = self._by_code.get(query.code, []) if query.code else []
        if by_code:
            return self._by_both(by_code, by_name, query)
        return self._named(by_name, query) if by_name else self._formerly(query)

    def _by_both(self, by_code: list[int], by_name: list[int], query: _Query) -> Match:
        """A credit code decides, unless it is one firm's and the name another's."""
        agreed = [number for number in by_code if number in by_name] if by_name else by_code
        if len(agreed) == 1:
            return Match(self.entries[agreed[0]], 1.0, "uscc", f"credit code {query.code}")
        why = f"credit code {query.code} and the name are those of different firms"
        return self._open(why, [(number, 0.5) for number in dict.fromkeys((*by_code, *by_name))])

    def _named(self, numbers: list[int], query: _Query) -> Match:
        """The name itself is in the register; several firms that bear it are told apart by the address."""
        if len(numbers) > 1 and (cities := query.cities()):
            numbers = [n for n in numbers if self.entries[n].city_code in cities] or numbers
        if len(numbers) > 1:
            return self._open("several firms bear this name", [(n, round(1 / len(numbers), 3)) for n in numbers])
        entry = self.entries[numbers[0]]
        if why := _another_code(entry, query):
            return self._open(why, [(numbers[0], 0.5)])
        return Match(entry, 1.0, "alias", f"a name of {entry.name}")

    def _formerly(self, query: _Query) -> Match | None:
        """`A公司（原B公司）`, of which the register knows B only."""
        for former in former_names(query.written) if "原" in query.written or "曾用" in query.written else ():
            numbers = self._by_name.get(names.key(former), [])
            entry = self.entries[numbers[0]] if len(numbers) == 1 else None
            if entry and not _another_code(entry, query):
                return Match(entry, _FORMERLY, "alias", f"formerly {former}, a name of {entry.name}")
        return None

    def _decide(self, name: Anatomy, forms: Iterable[int], query: _Query) -> Match:
        """The likeliest firm, if it is likely enough and no other nearly as much."""
        found = self._compared(name, forms, query)
        if not found:
            return Match(None, 0.0, "none", "no name of the register is like it")
        most = max(one.rank for one in found)
        rival = sum(exp(one.rank - most) for one in found)
        scored = [(one, round(probability(one.odds) * exp(one.rank - most) / rival, 3)) for one in found]
        (best, score), *rest = scored
        entry = self.entries[best.number]
        others = [(one.number, p) for one, p in scored]
        if name.branch.endswith("子公司"):
            return self._open(f"a subsidiary of {entry.name}, not that firm", others)
        said = (
            "; ".join((*best.comparison.notes, *([f"its {name.branch}"] if name.branch else [])))
            or "but for the legal form"
        )
        if score < self.threshold:
            near = (
                f"and as near to {self.entries[rest[0][0].number].name}" if len(rest) and rest[0][1] > score / 3 else ""
            )
            return self._open(f"like {entry.name}, but: {said} {near}".rstrip(), others)
        if not name.branch and (why := _another_code(entry, query)):
            return self._open(why, others)
        method: Literal["alias", "fuzzy"] = "fuzzy" if best.comparison.cost else "alias"
        return Match(entry, score, method, f"{entry.name}: {said}", self._candidates(others[1:]), name.branch)

    def _compared(self, name: Anatomy, forms: Iterable[int], query: _Query) -> list[_Compared]:
        """Each firm by the name of it that is most alike, the likeliest first."""
        found: dict[int, _Compared] = {}
        for form in forms:
            number, firm = self._owners[form], self._anatomies[form]
            if firm.branch and _branch(firm) != _branch(name):
                continue
            entry = self.entries[number]
            comparison = compare(name, firm, entry.city_code, self._rarity)
            odds = log_odds(comparison, self._rarity)
            rank = (
                odds
                - comparison.cost
                - (3.5 if name.places == firm.places else 1.0) * (not firm.legal.startswith(name.legal))
                - 3.5 * (_branch(firm) != _branch(name))
            )
            if query.address and entry.city_code:
                rank += 3.0 if entry.city_code in query.cities() else -3.0
            one = _Compared(number, comparison, odds, rank)
            if number not in found or found[number].rank < rank:
                found[number] = one
        return sorted(found.values(), key=lambda one: (-one.rank, one.number))

    def _open(self, why: str, scored: Iterable[tuple[int, float]]) -> Match:
        return Match(None, 0.0, "none", why, self._candidates(scored))

    def _candidates(self, scored: Iterable[tuple[int, float]]) -> tuple[Candidate, ...]:
        listed = [(self.entries[n], score) for n, score in scored if score >= _WORTH_SHOWING]
        return tuple(Candidate(entry.org_id, entry.name, score) for entry, score in listed[:5])


def _branch(name: Anatomy) -> str:
    return name.branch.replace("市", "")


def _another_code(entry: Entry, query: _Query) -> str | None:
    """That the credit code beside a name is another firm's; a branch has one of its own."""
    if query.code and entry.uscc and codes.normalise(entry.uscc) != query.code:
        return f"{entry.name} has another credit code than {query.code}"
    return None
