"""Kill -9 a demo at random moments, run it again: tables and panel must be those of a run that nothing disturbed."""

from __future__ import annotations

import random
import shutil
import sys
from itertools import zip_longest
from pathlib import Path

from benchmarks.rows import Row
from benchmarks.workshop import Workshop
from db.home import Home
from tests import demo as demos
from tests import kill

NAME = "kill"
SEED = 20261121
MOMENTS, MOMENTS_QUICK = 10, 3
EARLIEST_SECONDS = 0.2
#: The crawl worker is killed so long after it appeared.
WORKER_SECONDS = 1.5


def rows(workshop: Workshop) -> list[Row]:
    """One row a kill, with the seconds of the rerun, and how many ended like the calm run."""
    moments = random.Random(SEED)
    wanted = MOMENTS_QUICK if workshop.quick else MOMENTS
    groups: list[Row] = []
    for _ in range(3 * wanted):  # a demo may be done before its moment comes: then another is drawn
        if len(groups) < wanted:
            groups += _group(workshop, moments.uniform(EARLIEST_SECONDS, workshop.demo.seconds))
    everything = [*groups, _worker(workshop)]
    equal = sum(row.holds for row in everything)
    whole = equal == wanted + 1
    return [*everything, Row(NAME, f"equal after kill and rerun, of {wanted + 1}", equal, "kills", holds=whole)]


def _group(workshop: Workshop, moment: float) -> list[Row]:
    """Kill the whole process group; no row if it was done before, and well."""
    home = workshop.folder / "killed"
    killed = kill.kill_group_after(home, workshop.size, moment)
    row = _finished(workshop, home, f"rerun after all was killed at {moment:.1f} s")
    return [row] if killed or not row.holds else []


def _worker(workshop: Workshop) -> Row:
    home = workshop.folder / "killed"
    code = kill.kill_worker_after(home, workshop.size, WORKER_SECONDS)
    return _finished(workshop, home, f"rerun after a crawl worker was killed, exit {code}", holds=code == 1)


def _finished(workshop: Workshop, home: Path, case: str, *, holds: bool = True) -> Row:
    """Run a killed demo to its end, compare it, and throw it away."""
    seconds, wrong = 0.0, None
    try:
        seconds = kill.finish(home, workshop.size)
        wrong = _difference(home, workshop.demo.home.path)
    except AssertionError as error:
        wrong = str(error)
    if wrong:
        print(f"{case}: {wrong}", file=sys.stderr)
    shutil.rmtree(home, ignore_errors=True)
    return Row(NAME, case, seconds, "s", holds=holds and wrong is None)


def _difference(home: Path, calm: Path) -> str | None:
    """The first difference between two homes; None when there is none."""
    for number, (here, there) in enumerate(zip_longest(*(demos.said(Home.open(path)) for path in (home, calm)))):
        if here != there:
            return f"line {number} of the canonical dump is {here!r}, in a calm run {there!r}"
    same = (home / "panel.csv").read_bytes() == (calm / "panel.csv").read_bytes()
    return None if same else "panel.csv is not that of a calm run"
