"""Share work with helper processes: this process works too, and results come in the order of the work.

What does the work is slow to load (dictionaries, patterns). So helpers get work only once they have it loaded, and
until then this process works alone: nobody waits for a start.
"""

from __future__ import annotations

import gc
import multiprocessing
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from typing import Any, Generic, Self, TypeVar

Key = TypeVar("Key")
Item = TypeVar("Item")
Result = TypeVar("Result")

#: Items that each helper has waiting, and how many times as many may be done before their turn has come.
WAITING, AHEAD = 3, 8


class Crew(Generic[Item, Result]):
    """`jobs` processes, this one among them, that do one kind of work.

    A context manager, at whose end the helpers go. `make` gives each process the function that does the work; it is
    called once in each, so what it gives may hold what is large. `make`, items and results must be picklable.
    """

    def __init__(self, make: Callable[[], Callable[[Item], Result]], jobs: int) -> None:
        self._make = make
        self._helpers = jobs - 1
        self._work: Callable[[Item], Result] | None = None
        self._pool: Executor | None = None
        self._ready: Future[None] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def done(self, items: Iterable[tuple[Key, Item]], alone: int = 0) -> Iterator[tuple[Key, Result]]:
        """Yield the key of every item with the item's result, in order; keys never leave this process.

        Takes only as many items as the processes can have in hand. `alone`: so many items do not repay the start of a
        helper. A script that asks for helpers must do its own work under `if __name__ == "__main__"`. Raises
        BrokenExecutor when a helper is killed.
        """
        waiting: deque[tuple[Key, _Result[Result]]] = deque()
        for number, (key, item) in enumerate(items):
            if self._helpers > 0 and self._pool is None and number >= alone:
                self._call()
            waiting.append((key, self._begun(item, waiting)))
            while waiting and (waiting[0][1].done() or len(waiting) > self._helpers * WAITING * AHEAD):
                yield _first(waiting)
        while waiting:
            yield _first(waiting)

    def _call(self) -> None:
        """Start the helpers."""
        # A fork of this process would inherit the locks of its threads; a server that was started for it has none.
        forks = "forkserver" in multiprocessing.get_all_start_methods()
        context = multiprocessing.get_context("forkserver" if forks else "spawn")
        self._pool = ProcessPoolExecutor(self._helpers, context, _begin, (self._make,))
        self._ready = [self._pool.submit(_loaded) for _ in range(self._helpers)][-1]

    def _begun(self, item: Item, waiting: Iterable[tuple[Key, _Result[Result]]]) -> _Result[Result]:
        """An item in the hands of a helper that has less waiting than it may, or done here and now."""
        if self._pool and self._ready and self._ready.done():
            given = sum(not result.done() for _, result in waiting)
            if given < self._helpers * WAITING:
                return self._pool.submit(_done, item)
        if self._work is None:
            self._work = self._make()
        return _Here(self._work(item))


class _Here(Generic[Result]):
    """What this process found, in the shape of what a helper will have found."""

    def __init__(self, found: Result) -> None:
        self._found = found

    def done(self) -> bool:
        return True

    def result(self) -> Result:
        return self._found


_Result = _Here[Result] | Future[Result]


def _first(waiting: deque[tuple[Key, _Result[Result]]]) -> tuple[Key, Result]:
    key, result = waiting.popleft()
    return key, result.result()


_work: Callable[[Any], Any]


def _begin(make: Callable[[], Callable[[Any], Any]]) -> None:
    """Load what a helper needs."""
    global _work  # noqa: PLW0603 - a process of the pool has nowhere else to keep it
    _work = make()
    gc.freeze()  # what is loaded stays: looking for garbage in it over and over is a tenth of a helper's time


def _loaded() -> None:
    """Tell that a helper has loaded."""


def _done(item: Any) -> Any:
    return _work(item)
