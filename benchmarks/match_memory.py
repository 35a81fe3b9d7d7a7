"""Memory of `fincity match` on a table of reports, ten megabytes and a gigabyte of it: it must not grow."""

from __future__ import annotations

import csv
import subprocess
import sys
import time
from itertools import cycle
from pathlib import Path

import psutil

from benchmarks.match_corpus import Corpus, both
from benchmarks.rows import Row, ratio
from benchmarks.workshop import SAMPLE_SECONDS, Workshop

NAME = "match-memory"
MEGABYTES, MEGABYTES_QUICK = (10, 1_000), (10, 50)
JOBS = (1, 2)
# The most that any process may hold.
MOST = 300
# Made once and written over and over: how much text there is matters here, not what it says.
_MADE = 5


def rows(workshop: Workshop) -> list[Row]:
    """The most megabytes one process held, by size of the table and number of processes."""
    texts = list(Corpus(both()).documents(_MADE))
    found = []
    for megabytes in MEGABYTES_QUICK if workshop.quick else MEGABYTES:
        table = workshop.folder / f"{megabytes}.csv"
        _write(table, texts, megabytes)
        found += [_row(table, megabytes, jobs) for jobs in JOBS]
        table.unlink()
    smallest, largest = found[0], found[-len(JOBS)]
    return [*found, ratio("one process: most / least input", largest, smallest)]


def _write(table: Path, texts: list[str], megabytes: int) -> None:
    with table.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["text"])
        for text in cycle(texts):
            if file.tell() >= megabytes * 1e6:
                break
            rows.writerow([text])


def _row(table: Path, megabytes: int, jobs: int) -> Row:
    counts = table.with_suffix(".counts.csv")
    command = [sys.executable, "-m", "fincity", "match", "--lexicon", "fintech_taxonomy", str(table), "-o", str(counts)]
    began = time.perf_counter()
    with subprocess.Popen([*command, "--jobs", str(jobs)], stderr=subprocess.DEVNULL) as running:
        peak = _largest(running)
    if running.returncode:
        raise subprocess.CalledProcessError(running.returncode, command)
    seconds = time.perf_counter() - began
    case = f"{megabytes} MB, {jobs} process(es), {seconds:.0f} s: the largest process (at most {MOST})"
    return Row(NAME, case, peak, "MB", holds=peak <= MOST)


def _largest(running: subprocess.Popen[bytes]) -> float:
    """The most memory that one process of a running program held, in MB."""
    peak = 0
    while running.poll() is None:
        try:
            whole = psutil.Process(running.pid)
            peak = max(peak, *(one.memory_info().rss for one in [whole, *whole.children(recursive=True)]))
        except psutil.NoSuchProcess:
            pass
        time.sleep(SAMPLE_SECONDS)
    return peak / 1e6
