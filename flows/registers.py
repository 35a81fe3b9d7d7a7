"""What a home knows of firms and bank offices: from imported lists, and from the credit codes that notices print.

The same lists and notices make the same register, whatever the order they came in; its cut stands in the recipe of
every resolution that could be another one with another register.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, replace

from etl.recipes import recipe
from etl.records import Record
from etl.records.rows import OrganisationRow
from etl.resolve import names, uscc
from etl.resolve.firms import Entry, Register, anatomy
from etl.resolve.offices import Office, Offices

#: A name and the valid credit code beside it.
Sighting = tuple[str, str]


@dataclass(frozen=True)
class Registers:
    """Firms and bank offices a home knows. `firm_cut`, `bank_cut`: hashes of everything they were made from."""

    firms: Register | None
    offices: Offices
    firm_cut: str
    bank_cut: str

    def cut(self, kind: str) -> str:
        """What an answer of this kind hangs on."""
        return self.bank_cut if kind == "bank" else self.firm_cut


def registers(
    organisations: Iterable[OrganisationRow], records: Iterable[Record], whole: Collection[str] = ()
) -> Registers:
    """The registers of a home. `whole`: the lists that name every office of the country."""
    listed = sorted(organisations, key=lambda row: (row.source, row.source_id))
    entries = sorted(firm_entries([row for row in listed if row.kind == "firm"], sightings(records)), key=_order)
    banks = {(row.source, row.code or row.source_id): row for row in sorted(listed, key=_age) if row.kind == "bank"}
    offices = [
        Office(row.name, row.city_code, row.source, row.listed_on, row.source in whole)
        for row in banks.values()
        if row.city_code
    ]
    return Registers(
        Register(entries) if entries else None,
        Offices(offices),
        recipe("firms", [astuple(entry) for entry in entries]),
        recipe("offices", [astuple(office) for office in offices]),
    )


def _order(entry: Entry) -> str:
    return entry.org_id


def sightings(records: Iterable[Record]) -> Counter[Sighting]:
    """How often each name of a supplier stands beside a valid credit code."""
    found: Counter[Sighting] = Counter()
    for supplier in (supplier for record in records for lot in record.lots for supplier in lot.suppliers):
        name, code = names.normalise(supplier.name), uscc.normalise(supplier.uscc or "")
        if uscc.is_valid(code) and not names.why_no_name(name):
            found[name, code] += 1
    return found


def firm_entries(listed: Sequence[OrganisationRow], seen: Mapping[Sighting, int]) -> Iterator[Entry]:
    """One entry an organisation: what the newest list says of it, and the names that notices print beside its code.

    Rows that a rule leaves out are known all the same: the rule says whose deals a study counts, not who a firm is.
    """
    by_code: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for (name, code), times in seen.items():
        by_code[code][name] += times
    grouped = _by_organisation(listed, seen)
    for org_id in sorted(grouped.keys() | by_code.keys()):
        spellings = by_code.get(org_id, Counter())
        entry = _of_lists(org_id, grouped[org_id]) if org_id in grouped else _seen(org_id, spellings)
        if entry:
            yield _with_spellings(entry, spellings)


def _by_organisation(listed: Sequence[OrganisationRow], seen: Iterable[Sighting]) -> dict[str, list[OrganisationRow]]:
    """Rows by organisation: one that no list gives a credit code has that of its names, if they have just one."""
    codes: defaultdict[str, set[str]] = defaultdict(set)
    for name, code in seen:
        codes[names.key(name)].add(code)
    for row in listed:
        codes[_key(row.name)].update({row.uscc} if row.uscc else ())
    rows_of: defaultdict[str, list[OrganisationRow]] = defaultdict(list)
    for row in listed:
        rows_of[row.org_id].append(row)
    found: defaultdict[str, list[OrganisationRow]] = defaultdict(list)
    for org_id, rows in rows_of.items():
        known = set().union(*(codes.get(_key(row.name), set()) for row in rows))
        own = org_id if uscc.is_valid(org_id) or len(known) != 1 else known.pop()
        found[own] += rows
    return found


def _key(name: str) -> str:
    return names.key(names.normalise(name))


def _of_lists(org_id: str, rows: Sequence[OrganisationRow]) -> Entry:
    """The newest row says its name and city, older ones what it was called."""
    newest, *older = sorted(sorted(rows, key=lambda row: (row.source, row.source_id)), key=_age, reverse=True)
    former = [name for row in rows for name in json.loads(row.former_names)] + [row.name for row in older]
    return Entry(
        org_id,
        newest.name,
        former_names=_others(former, newest.name),
        short_names=_others((name for row in rows for name in json.loads(row.short_names)), newest.name),
        uscc=org_id if uscc.is_valid(org_id) else None,
        city_code=next((row.city_code for row in (newest, *older) if row.city_code), None),
        source=newest.source,
    )


def _age(row: OrganisationRow) -> str:
    return row.listed_on


def _others(found: Iterable[str], name: str) -> tuple[str, ...]:
    return tuple(sorted({other for other in found if _key(other) != _key(name)}))


def _seen(code: str, spellings: Counter[str]) -> Entry | None:
    """The firm that most notices print a code for; None where they do not agree on one 字号."""
    cores: Counter[str] = Counter()
    for name, times in spellings.items():
        cores[anatomy(name).core] += times
    core, most = max(cores.items(), key=lambda one: (one[1], one[0]))
    if 2 * most <= cores.total():
        return None
    first = min((name for name in spellings if anatomy(name).core == core), key=lambda name: (-spellings[name], name))
    return Entry(code, names.printed(first), uscc=code, city_code=uscc.city_of(code), source="notices")


def _with_spellings(entry: Entry, spellings: Iterable[str]) -> Entry:
    """An entry with the spellings that notices print; a name of another 字号 beside its code is another firm's."""
    known = {_key(name) for name in entry.names}
    cores = {anatomy(names.normalise(name)).core for name in entry.names}
    own = (names.printed(name) for name in spellings if names.key(name) not in known and anatomy(name).core in cores)
    return replace(entry, aliases=tuple(sorted(own)))
