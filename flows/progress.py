"""How long work tells how far it is, whoever watches: a progress bar, a log, nobody."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sized
from typing import TypeVar

T = TypeVar("T")


#: Told what is being done, how much of it is done, and how much there is (None: nobody knows).
Progress = Callable[[str, int, int | None], None]


def silent(stage: str, done: int, total: int | None) -> None:
    """Nobody watches."""


def told(items: Iterable[T], stage: str, progress: Progress, every: int = 50) -> Iterator[T]:
    """The items, one by one, telling how many were taken."""
    total = len(items) if isinstance(items, Sized) else None
    number = 0
    progress(stage, 0, total)
    for number, item in enumerate(items, 1):
        yield item
        if number % every == 0:
            progress(stage, number, total)
    progress(stage, number, total if total is not None else number)
