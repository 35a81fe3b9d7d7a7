"""How fast names are resolved, and how the cost grows: branches of banks, suppliers against a register of firms.

Every case runs in a process of its own, which says what it took: `python -m benchmarks.entities.speed CASE NAMES`.
"""

from __future__ import annotations

import json
import math
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from resource import RUSAGE_SELF, getrusage
from typing import TypeVar

from rapidfuzz import fuzz, process

from benchmarks.entities import names
from benchmarks.entities.labels import find
from benchmarks.rows import Row
from benchmarks.workshop import Workshop
from etl.resolve import Resolution, resolve_many
from etl.resolve.banks import listed_banks
from etl.resolve.firms import Entry, Match, Register

NAME = "entity-speed"
T = TypeVar("T")
BRANCHES, FIRMS = 150_000, 100_000
GROWTH, GROWTH_QUICK = (10_000, 100_000, 1_000_000), (10_000, 30_000)
NAIVE = 1_000
PROCESSES = 2
#: What the cases promise: seconds, MB, exponent of cost, times faster than naive.
SECONDS_BRANCHES, SECONDS_FIRMS, MB_FIRMS, EXPONENT, FASTER = 5.0, 20.0, 1_000.0, 1.15, 20.0
#: ru_maxrss is in kilobytes, but in bytes on macOS.
_RSS = 1e6 if sys.platform == "darwin" else 1e3


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds of wall and processor of a case, the memory it peaked at in MB, and how right it was.

    `cpu` and `peak` are of the process of the case, not of its helpers. `build`: seconds to make the register, which
    `seconds` and `cpu` leave out.
    """

    seconds: float
    cpu: float
    peak: float
    precision: float
    recall: float
    build: float = 0.0

    @property
    def total(self) -> float:
        """Seconds of wall with those to make the register."""
        return self.seconds + self.build


def rows(workshop: Workshop) -> list[Row]:
    """Both cases at full size, the naive way extrapolated, and the exponent between the smallest and the largest."""
    scale = 10 if workshop.quick else 1
    sizes = GROWTH_QUICK if workshop.quick else GROWTH
    bank, firm = _case("branches", BRANCHES // scale), _case("suppliers", FIRMS // scale)
    return [
        *_told(f"{BRANCHES // scale} branches of banks, {PROCESSES} processes", bank, SECONDS_BRANCHES),
        *_told(f"{FIRMS // scale} suppliers, register of {FIRMS} made", firm, SECONDS_FIRMS, MB_FIRMS),
        Row(NAME, "making the register, of that", firm.build, "s"),
        *_naively(firm, FIRMS // scale, NAIVE // scale),
        *_growth({size: _case("suppliers", size) for size in sizes}),
    ]


def _naively(firm: Took, suppliers: int, tried: int) -> Iterable[Row]:
    naive = _case("naive", tried)
    seconds = naive.seconds / tried * suppliers
    faster = seconds / firm.total
    yield Row(NAME, f"{suppliers} suppliers, naive extractOne, from {tried}", seconds, "s")
    yield Row(NAME, "naive extractOne: precision", naive.precision, "share")
    yield Row(NAME, "naive extractOne: recall", naive.recall, "share")
    yield Row(NAME, "times faster than naive", faster, "x", holds=faster >= FASTER)


def _growth(grown: dict[int, Took]) -> Iterable[Row]:
    least, most = min(grown), max(grown)
    exponent = math.log(grown[most].cpu / grown[least].cpu) / math.log(most / least)
    for size, took in grown.items():
        yield Row(NAME, f"{size} suppliers, processor", took.cpu, "s")
    yield Row(NAME, f"exponent of cost, {least} to {most} suppliers", exponent, "", holds=exponent <= EXPONENT)


def _told(case: str, took: Took, seconds: float, megabytes: float = math.inf) -> Iterable[Row]:
    yield Row(NAME, case, took.total, "s", holds=took.total <= seconds)
    if megabytes < math.inf:
        yield Row(NAME, f"{case}: peak memory", took.peak, "MB", holds=took.peak <= megabytes)
    yield Row(NAME, f"{case}: precision", took.precision, "share")
    yield Row(NAME, f"{case}: recall", took.recall, "share")


def _case(case: str, size: int) -> Took:
    command = [sys.executable, "-m", "benchmarks.entities.speed", case, str(size)]
    said = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    return Took(**json.loads(said.splitlines()[-1]))


def _branches(size: int) -> Took:
    made = names.branches(size)
    written = [branch.text for branch in made]
    seconds, cpu, found = _timed(lambda: [_banked(one) for one in resolve_many(written, "bank", jobs=PROCESSES)])
    answers = [(_bank(bank), city) if bank and city else None for bank, city in found]
    return Took(seconds, cpu, _peak(), *_precision_recall(answers, [(_bank(b.bank), b.city_code) for b in made]))


def _banked(one: Resolution) -> tuple[str | None, str | None]:
    """Bank and city of an answer."""
    return (one.org_id or "").removeprefix("bank:").partition("/")[0] or None, one.city_code


def _bank(name: str | None) -> str | None:
    """One name for a bank that the program calls by its id, the list by its name."""
    if name in listed_banks():
        return listed_banks()[name].name
    return (find(name) or name) if name else None


def _suppliers(size: int) -> Took:
    firms, made = _firms_and(size)
    build, _, register = _timed(lambda: Register(Entry(str(n), firm) for n, firm in enumerate(firms)))
    written = [supplier.text for supplier in made]
    seconds, cpu, found = _timed(lambda: [_number(match) for match in register.match_all(written)])
    return Took(seconds, cpu, _peak(), *_precision_recall(found, [s.firm for s in made]), build)


def _number(match: Match) -> int | None:
    return int(match.entry.org_id) if match.entry else None


def _naive(size: int) -> Took:
    firms, made = _firms_and(size)
    nearest = partial(process.extractOne, choices=firms, scorer=fuzz.ratio, score_cutoff=85)
    seconds, cpu, hits = _timed(lambda: [nearest(supplier.text) for supplier in made])
    found = [hit[2] if hit else None for hit in hits]
    return Took(seconds, cpu, _peak(), *_precision_recall(found, [s.firm for s in made]))


def _firms_and(size: int) -> tuple[list[str], list[names.Supplier]]:
    """The register, and so many suppliers."""
    firms = names.firms(FIRMS)
    return [firm.text for firm in firms], names.suppliers(size, firms)


def _precision_recall(found: Sequence[object], truth: Sequence[object]) -> tuple[float, float]:
    """Shares of the answers and of the true answers that are right; None is no answer."""
    right = sum(got is not None and got == true for got, true in zip(found, truth, strict=True))
    answered, true = (sum(one is not None for one in side) for side in (found, truth))
    return right / max(1, answered), right / max(1, true)


def _timed(work: Callable[[], T]) -> tuple[float, float, T]:
    """Seconds of wall and of this process's processor, and what the work gave."""
    began, spent = time.perf_counter(), time.process_time()
    done = work()
    return time.perf_counter() - began, time.process_time() - spent, done


def _peak() -> float:
    """The most memory this process held, in MB."""
    return getrusage(RUSAGE_SELF).ru_maxrss / _RSS


CASES: dict[str, Callable[[int], Took]] = {"branches": _branches, "suppliers": _suppliers, "naive": _naive}


if __name__ == "__main__":
    print(json.dumps(asdict(CASES[sys.argv[1]](int(sys.argv[2])))))
