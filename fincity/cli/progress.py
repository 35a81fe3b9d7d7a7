"""Progress bars on stderr for work that takes longer than two seconds; none when nobody watches."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

PATIENCE_SECONDS = 2.0
#: Stage, how much is done, how much there is (None: nobody knows).
Report = Callable[[str, int, int | None], None]


@contextmanager
def bars(*, quiet: bool = False) -> Iterator[Report]:
    """Give a function that reports progress, one bar a stage; it does nothing when quiet or not on a terminal."""
    if quiet or not sys.stderr.isatty():
        yield lambda stage, done, total: None  # noqa: ARG005
        return
    shown = _Bars()
    try:
        yield shown.report
    finally:
        shown.close()


class _Bars:
    """Bars that appear once patience is over."""

    def __init__(self) -> None:
        self._since = time.monotonic()
        self._display: Progress | None = None
        self._tasks: dict[str, TaskID] = {}

    def report(self, stage: str, done: int, total: int | None) -> None:
        """Show how far a stage is."""
        if self._display is None:
            if time.monotonic() - self._since < PATIENCE_SECONDS:
                return
            self._display = _display()
        if stage not in self._tasks:
            self._tasks[stage] = self._display.add_task(stage, total=total)
        self._display.update(self._tasks[stage], completed=done, total=total)

    def close(self) -> None:
        """Leave the terminal in order."""
        if self._display is not None:
            self._display.stop()


def _display() -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    display = Progress(*columns, console=Console(stderr=True))
    display.start()
    return display
