"""The archive's log of decisions: read with every broken entry named, written signed and dated."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property

from db.archive import Archive, now
from etl.errors import UsageError
from etl.resolve import Decision, Rulings
from etl.resolve.decisions import LOG, Undo, read_entry


@dataclass(frozen=True)
class Log:
    """What people decided: every decision, what was undone, and a sentence for each entry that cannot be read."""

    decisions: tuple[Decision, ...] = ()
    undos: tuple[Undo, ...] = ()
    broken: tuple[str, ...] = ()

    @cached_property
    def rulings(self) -> Rulings:
        """What holds."""
        return Rulings(self.decisions, self.undos)

    @property
    def problems(self) -> tuple[str, ...]:
        """What somebody has to look at: broken entries, and decisions that contradict one another."""
        return (*self.broken, *self.rulings.conflicts)


def read(archive: Archive) -> Log:
    """The log of decisions. A broken entry costs only itself."""
    found: list[Decision | Undo] = []
    broken: list[str] = []
    for path, data in archive.log_files(LOG):
        try:
            found.append(read_entry(json.loads(data)))
        except (UsageError, ValueError, RecursionError) as error:
            why = error if isinstance(error, UsageError) else "no JSON object"
            broken.append(f"{path}: {why}; the entry is left out")
    decisions = tuple(one for one in found if isinstance(one, Decision))
    undos = tuple(one for one in found if isinstance(one, Undo))
    known = {decision.id for decision in decisions}
    broken += [
        f"log/{LOG}: an undo by {u.who} names {u.undo}, which is no decision" for u in undos if u.undo not in known
    ]
    return Log(decisions, undos, tuple(broken))


def write(archive: Archive, decisions: Iterable[Decision]) -> list[Decision]:
    """Append decisions; what holds already is not said twice. Gives those that were new.

    Each is checked like an entry that is read, all before the first is written. They are dated here, one microsecond
    apart, so that the order they were given in is the order they were made in. Raises UsageError where one is wrong
    or would make a second organisation of a name.
    """
    log = read(archive)
    start = datetime.fromisoformat(now())
    dated = [replace(d, when=_stamp(start, n)) for n, d in enumerate(decisions)]
    new = [d for d in dated if not log.rulings.holds(d)]
    for decision in new:
        read_entry(decision.entry())
    _demand_one_organisation(log.rulings, new)
    for decision in new:
        archive.log(LOG, decision.entry())
    return new


def undo(archive: Archive, decision_id: str, who: str, why: str) -> Decision:
    """Take a decision back; the one that no longer holds is returned. UsageError where there is none of that id."""
    log = read(archive)
    known = {d.id: d for d in log.decisions}
    if decision_id not in known:
        raise UsageError(f"no decision {decision_id!r}: `fincity review --list` shows the id of each")
    if decision_id not in {d.id for d in log.rulings.decisions}:
        raise UsageError(f"decision {decision_id} is undone already; to have it again, decide again")
    made = Undo(decision_id, who, now(), why)
    read_entry(made.entry())
    archive.log(LOG, made.entry())
    return known[decision_id]


def _demand_one_organisation(rulings: Rulings, new: Sequence[Decision]) -> None:
    """A name that is two organisations would make these one, and with them all that bears their names."""
    linked: dict[str, Decision] = {}
    for decision in new:
        node, target = decision.node, decision.target
        if decision.verdict != "same" or target is None:
            continue
        before = linked.get(node) or rulings.link(node)
        if before and before.target != target and target not in rulings.group(node).nodes:
            raise UsageError(
                f"{decision.name}: it was decided that {before}: undo that first (`fincity review --undo "
                f"{before.id}`), or decide that the two organisations are the same"
            )
        linked[node] = decision


def _stamp(start: datetime, number: int) -> str:
    return (start + timedelta(microseconds=number)).isoformat(timespec="microseconds").replace("+00:00", "Z")
