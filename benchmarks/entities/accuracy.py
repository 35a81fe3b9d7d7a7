"""Who is right how often: precision, recall and F1 on the labels, beside the peers that are installed."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from benchmarks.entities.labels import labels
from benchmarks.entities.methods import ours
from benchmarks.entities.score import OURS, Scored, bank_details, markdown, run
from benchmarks.rows import Row
from benchmarks.workshop import Workshop

NAME = "entities"


def rows(_: Workshop) -> list[Row]:
    """Figures of every method for organisations and cities; broken where a peer is better. The table goes to stderr."""
    scored, absent = run()
    print(markdown(scored, absent), file=sys.stderr)
    asked = labels()
    told = [row for one in scored for row in _told(one, scored)]
    told += [Row(NAME, f"{name} ({why})", 0, "F1") for name, why in absent.items()]
    return [Row(NAME, "labels", len(asked), "names"), *told, *_details()]


def _told(one: Scored, scored: list[Scored]) -> Iterator[Row]:
    best = max((other.overall.f1 for other in scored if other.field == one.field), default=0.0)
    holds = one.method != OURS or one.overall.f1 >= best
    yield Row(NAME, f"{one.field}, {one.method}: precision", one.overall.precision, "share")
    yield Row(NAME, f"{one.field}, {one.method}: recall", one.overall.recall, "share")
    yield Row(NAME, f"{one.field}, {one.method}: F1", one.overall.f1, "share", holds=holds)


def _details() -> Iterator[Row]:
    asked = labels()
    for what, (right, of) in bank_details(asked, ours(asked)).items():
        yield Row(NAME, f"{what} of {of} banks right, {OURS}", right / of, "share")
