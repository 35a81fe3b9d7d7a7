"""Texts that could not be read: set aside, written down where there is a file, named at the end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING

from etl.errors import BoundBroken, UsageError
from fincity.cli.shared import Options, json_line

if TYPE_CHECKING:
    from keywords import Text
    from keywords.texts import Unreadable

#: Unreadable texts that are named one by one.
NAMED = 5


@dataclass
class Aside:
    """How many texts were read, and how many were not: these are written to `file`, the first of them kept."""

    file: IO[str] | None = None
    read: int = 0
    count: int = 0
    first: list[Unreadable] = field(default_factory=list)

    def readable(self, found: Iterable[Text | Unreadable]) -> Iterator[Text]:
        """Yield the texts that could be read, and set the others aside."""
        from keywords.texts import Unreadable

        for one in found:
            if isinstance(one, Unreadable):
                self._add(one)
            else:
                self.read += 1
                yield one

    def _add(self, one: Unreadable) -> None:
        self.count += 1
        if self.file:
            self.file.write(f"{json_line(one._asdict())}\n")
        if len(self.first) < NAMED:
            self.first.append(one)

    def require_text(self) -> None:
        """Raise UsageError when nothing at all could be read."""
        if not self.read and self.count:
            raise UsageError(f"nothing could be read: {self.first[0].path}: {self.first[0].reason}")

    def conclude(self, given: Options, quarantine: Path | None = None) -> None:
        """Say what was read; BoundBroken when something was not."""
        given.say(f"{self.read} documents, {self.count} unreadable")
        for one in self.first:
            given.say(f"{one.path}: {one.reason}")
        if self.count:
            where = f"; see {quarantine}" if quarantine else ""
            raise BoundBroken(
                f"{self.count} documents could not be read, the others are counted; "
                f"first {self.first[0].path}: {self.first[0].reason}{where}"
            )
