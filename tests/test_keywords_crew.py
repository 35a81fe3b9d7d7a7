"""Work shared with helper processes: in order, by all of them, and with nobody waiting for a start."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import partial

import pytest

from keywords.crew import Crew


def _square(number: int) -> tuple[int, int]:
    return number * number, os.getpid()


def _squarer() -> Callable[[int], tuple[int, int]]:
    return _square


def _picky(number: int) -> int:
    if number == 3:
        raise ValueError("not a three")
    return number


def _numbers() -> Iterator[tuple[str, int]]:
    number = 0
    while True:
        yield f"n{number}", number
        number += 1


def test_helpers_work_too_and_results_keep_the_order_of_the_work() -> None:
    workers: set[int] = set()
    with Crew(_squarer, 3) as crew:
        for number, (key, (square, pid)) in enumerate(crew.done(_numbers())):
            workers.add(pid)
            assert (key, square) == (f"n{number}", number * number)
            if len(workers) == 2 and os.getpid() in workers:
                break


def test_what_does_not_repay_a_helper_is_done_alone() -> None:
    with Crew(_squarer, 2) as crew:
        found = list(crew.done(((n, n) for n in range(50)), alone=50))
    assert {pid for _, (_, pid) in found} == {os.getpid()}


def test_no_work_no_results() -> None:
    with Crew(_squarer, 2) as crew:
        assert list(crew.done([])) == []


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_error_of_the_work_reaches_who_asked_for_it(jobs: int) -> None:
    with Crew(partial(partial, _picky), jobs) as crew, pytest.raises(ValueError, match="not a three"):
        list(crew.done((n, n % 4) for n in range(10_000)))
