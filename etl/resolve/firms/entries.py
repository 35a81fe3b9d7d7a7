"""The entries of a register of firms, and how those of one firm become one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from etl.errors import UsageError
from etl.resolve import names
from etl.values import uscc


@dataclass(frozen=True, slots=True)
class Entry:
    """A firm of the register.

    `aliases` are other spellings, `former_names` what it was called, `short_names` what people call it. `uscc` is
    its credit code, `city_code` its seat (six digits), `source` says where the entry is from.
    """

    org_id: str
    name: str
    aliases: tuple[str, ...] = ()
    former_names: tuple[str, ...] = ()
    short_names: tuple[str, ...] = ()
    uscc: str | None = None
    city_code: str | None = None
    source: str = ""
    kind: str = "firm"

    @property
    def names(self) -> tuple[str, ...]:
        """Every name, the present one first."""
        return (self.name, *self.aliases, *self.former_names, *self.short_names)


def ordered(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Checked, one entry an organisation, by id.

    Entries with one id or one credit code are one organisation's, and an entry of which nothing but a name is known
    goes to the one organisation that bears it. Raises UsageError for an entry without id or with a wrong credit code.
    """
    given = sorted(entries, key=_content)
    by_code: dict[str, str] = {}
    for entry in given:
        _check(entry)
        if entry.uscc:
            by_code.setdefault(uscc.normalise(entry.uscc), entry.org_id)
    grouped: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in given:
        grouped[by_code.get(uscc.normalise(entry.uscc or ""), entry.org_id)].append(entry)
    return tuple(_with_bare_names([_united(grouped[org_id]) for org_id in sorted(grouped)]))


def _with_bare_names(entries: list[Entry]) -> list[Entry]:
    """Entries that are only names become aliases of the organisation known by more that bears them."""
    rich = [entry for entry in entries if entry.uscc or entry.city_code]
    if not rich or len(rich) == len(entries):
        return entries
    owners: defaultdict[str, set[str]] = defaultdict(set)
    for entry in rich:
        for name in entry.names:
            owners[_key(name)].add(entry.org_id)
    joined: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        bears = set() if entry.uscc or entry.city_code else owners[_key(entry.name)]
        joined[next(iter(bears)) if len(bears) == 1 else entry.org_id].append(entry)
    return [_united(sorted(joined[org_id], key=_poorest_last)) for org_id in sorted(joined)]


def _key(name: str) -> str:
    return names.key(names.normalise(name))


def _poorest_last(entry: Entry) -> tuple[bool, tuple[str, ...]]:
    return not (entry.uscc or entry.city_code), _content(entry)


def _check(entry: Entry) -> None:
    if not entry.org_id:
        raise UsageError(f"register of firms: {entry.name!r} has no org_id")
    if entry.uscc is not None and not uscc.is_valid(uscc.normalise(entry.uscc)):
        raise UsageError(f"register of firms, {entry.org_id}: credit code {entry.uscc!r} fails its check digit")


def _content(entry: Entry) -> tuple[str, ...]:
    return (entry.org_id, entry.name, entry.uscc or "", entry.city_code or "", entry.source, *entry.names)


def _united(same: list[Entry]) -> Entry:
    """Several entries of one organisation as one: the first name stays the name, the others are aliases."""
    first = same[0]
    if len(same) == 1:
        return first
    return replace(
        first,
        aliases=_all(name for entry in same for name in (*entry.aliases, entry.name) if name != first.name),
        former_names=_all(name for entry in same for name in entry.former_names),
        short_names=_all(name for entry in same for name in entry.short_names),
        uscc=next((entry.uscc for entry in same if entry.uscc), None),
        city_code=next((entry.city_code for entry in same if entry.city_code), None),
    )


def _all(found: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(found)))
