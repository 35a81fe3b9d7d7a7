"""Which lexicon a home counts a theme with, where that is not the catalogue's: signed entries in the archive's log.

An own file is named by the hash under which the archive keeps its bytes, so that the list stays the same whatever
becomes of the file. Entries are never changed; of several on a theme the last one counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from etl import catalogue
from etl.catalogue import Indicator

LOG = "lexicon_choices"


@dataclass(frozen=True, slots=True)
class Choice:
    """The lexicon of a theme. `sha256` is that of an own file's bytes; None: the built-in lexicon of that id.

    `file` is where an own list was read from, of use only to notice that it was edited since.
    """

    theme: str
    lexicon: str
    policy: str
    sha256: str | None
    who: str
    when: str
    why: str
    file: str = ""

    def entry(self) -> dict[str, Any]:
        """Its entry in the log."""
        return asdict(self)


def in_force(entries: Iterable[Mapping[str, Any]]) -> dict[str, Choice]:
    """The choices that hold and differ from the catalogue, by theme."""
    last = {choice.theme: choice for choice in (Choice(**entry) for entry in entries)}
    usual = {entry.theme: (entry.lexicon, entry.policy, None) for entry in counting()}
    return {t: one for t, one in sorted(last.items()) if (one.lexicon, one.policy, one.sha256) != usual.get(t)}


def counting() -> list[Indicator]:
    """The entries of the catalogue that count with a lexicon."""
    return [entry for entry in catalogue.indicators().values() if entry.lexicon]


def counted(entry: Indicator, chosen: Mapping[str, Any]) -> Indicator:
    """An indicator with the lexicon and policy it is counted with; `chosen`: `lexicon` and `policy` by theme."""
    said = chosen.get(entry.theme) if entry.lexicon else None
    return replace(entry, lexicon=said["lexicon"], policy=said["policy"]) if said else entry
