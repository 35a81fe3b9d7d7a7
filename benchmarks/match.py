"""Counting a lexicon's terms in long texts: our matcher beside everything else people use, on the same folded text.

Speeds are megabytes of UTF-8 a second of processor time, so that other work on the machine disturbs them little.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from benchmarks.match_corpus import DENSE, REPORT, Corpus, both
from benchmarks.match_tools import TOOLS, Count, ours_folding
from benchmarks.rows import Row, ratio, spread
from benchmarks.workshop import Workshop
from keywords import Lexicon, Matcher, Text, match_stream, reference
from keywords.folding import fold_string
from keywords.texts import files, read

NAME = "match"
T = TypeVar("T")
MEGABYTES, MEGABYTES_QUICK = 20, 1
ROUNDS = 3
# Tools that cut every text take long; one round on so much text is as steady as three of the others.
SLOW = ("jieba.lcut + Counter", "jieba_fast + Counter")
# How much faster than jieba.lcut + Counter the matcher promises to be.
PROMISED = {"report-like": 30, "dense": 10}
# What two processes promise of one.
SCALES = 1.7
# Rounds over the corpus that make 600 MB for two processes, and seconds after which both have surely loaded.
STREAMED, WARMING = 30, 5


@dataclass(frozen=True, slots=True)
class _Measured:
    """The speed of a tool, and what it counted in the whole corpus."""

    row: Row
    total: Counter[str]


def rows(workshop: Workshop) -> list[Row]:
    """Every tool on report-like and dense text and, where they lie, on real reports; two processes beside one."""
    megabytes = MEGABYTES_QUICK if workshop.quick else MEGABYTES
    lexicon = both()
    found: list[Row] = []
    for kind, share in (("report-like", REPORT), ("dense", DENSE)):
        raw = list(Corpus(lexicon, share).documents(megabytes))
        found += _compared(kind, raw, lexicon)
        if kind == "report-like":
            found += _processes(raw, lexicon)
    real = _real()
    return [*found, *(_compared("real reports", real, lexicon) if real else ())]


def _real() -> list[str]:
    """Work reports from the folder of real material, none where it is not there."""
    folder = Path(os.environ.get("FINCITY_SHARED_DATA") or Path(__file__).resolve().parents[2] / "shared" / "data")
    folders = [path for name in ("shanghai", "provincial_2026") if (path := folder / "reports" / name).is_dir()]
    return [one.text for one in read(files(folders)) if isinstance(one, Text)]


def _compared(kind: str, raw: list[str], lexicon: Lexicon) -> Iterator[Row]:
    folded, seconds = _timed(lambda: [fold_string(text) for text in raw])
    yield Row(NAME, f"{kind}: characters to a raw candidate", _density(folded, lexicon), "")
    yield Row(NAME, f"{kind}: normalisation (NFKC, case)", _size(folded) / seconds, "MB/s")
    end_to_end = _measured(f"{kind}: Matcher end to end", ours_folding, lexicon, raw, ROUNDS)
    yield end_to_end.row
    by_tool: dict[str, _Measured] = {}
    for name, make in TOOLS.items():
        rounds = 1 if name in SLOW else ROUNDS
        by_tool[name] = _measured(f"{kind}: {name}", make, lexicon, folded, rounds)
        yield by_tool[name].row
    mine, jieba = by_tool["Matcher"], by_tool["jieba.lcut + Counter"]
    yield from _against_reference(kind, folded, lexicon)
    plain = _plain(lexicon)
    unlike = sum(mine.total[needle] != jieba.total[needle] for needle in plain)
    yield Row(NAME, f"{kind}: counts unlike jieba's, of {len(plain)} plain terms", unlike, "", holds=not unlike)
    promised = PROMISED.get(kind, 0)
    said = f" (at least {promised})" if promised else ""
    yield ratio(f"{kind}: Matcher / jieba{said}", mine.row, jieba.row, at_least=promised)
    yield ratio(f"{kind}: Matcher end to end / jieba", end_to_end.row, jieba.row)
    yield ratio(f"{kind}: Aho-Corasick / Matcher", by_tool["Aho-Corasick, no boundaries"].row, mine.row)


def _measured(
    case: str, make: Callable[[Lexicon], Count], lexicon: Lexicon, texts: Sequence[str], rounds: int
) -> _Measured:
    """Time a tool. Another note makes it another lexicon to our caches: no round gains by the one before."""
    speeds = []
    total: Counter[str] = Counter()
    for number in range(rounds):
        try:
            count = make(replace(lexicon, note=f"round {number}"))
        except ImportError as error:
            return _Measured(Row(NAME, f"{case} (not installed: {error.name})", 0, "MB/s", runs=0), total)
        count(texts[0][:100])  # what is loaded at first use is no part of the speed
        total, seconds = _timed(lambda: _total(count, texts))  # noqa: B023 - called at once
        speeds.append(_size(texts) / seconds)
    return _Measured(spread(NAME, case, speeds, "MB/s"), total)


def _against_reference(kind: str, texts: Sequence[str], lexicon: Lexicon) -> Iterator[Row]:
    """The speed of the slow reference, and the texts in which our hits are not its hits."""
    find = Matcher(lexicon).find
    hits, seconds = _timed(lambda: [reference.find(lexicon, text) for text in texts])
    yield Row(NAME, f"{kind}: slow reference", _size(texts) / seconds, "MB/s")
    other = sum(find(text) != there for text, there in zip(texts, hits, strict=True))
    number = sum(map(len, hits))
    yield Row(NAME, f"{kind}: texts with hits unlike the reference's, of {number} hits", other, "", holds=not other)


def _plain(lexicon: Lexicon) -> list[str]:
    """Return the terms that a Counter of tokens can count: no stems, no ASCII, overlapping no other term."""
    needles = [term.needle for term in lexicon.terms]
    words = [term.needle for term in lexicon.terms if term.mode == "word"]
    return [word for word in words if not any(_overlap(word, other) for other in needles if other != word)]


def _overlap(one: str, other: str) -> bool:
    joined = any(one[-n:] == other[:n] or other[-n:] == one[:n] for n in range(1, min(len(one), len(other))))
    return joined or one in other or other in one


def _processes(raw: list[str], lexicon: Lexicon) -> Iterator[Row]:
    """One process and two on the same stream, in turns, by the clock on the wall, once the processes are warm."""
    speeds: dict[int, list[float]] = {1: [], 2: []}
    for _ in range(ROUNDS):
        for jobs, measured in speeds.items():
            measured.append(_streamed(raw, lexicon, jobs))
    one, two = (spread(NAME, f"stream, {jobs} process(es)", measured, "MB/s") for jobs, measured in speeds.items())
    yield from (one, two)
    yield ratio(f"stream, two processes / one (at least {SCALES})", two, one, SCALES)


def _streamed(raw: list[str], lexicon: Lexicon, jobs: int) -> float:
    began: list[float] = []

    def documents() -> Iterator[Text]:
        warm = time.perf_counter() + WARMING
        while time.perf_counter() < warm:
            yield from (Text("", text) for text in raw[:40])
        began.append(time.perf_counter())
        yield from (Text("", text) for _ in range(STREAMED) for text in raw)

    for _ in match_stream(documents(), lexicon, jobs=jobs):
        pass
    return STREAMED * _size(raw) / (time.perf_counter() - began[0])


def _density(texts: Sequence[str], lexicon: Lexicon) -> float:
    candidates = sum(_total(TOOLS["Aho-Corasick, no boundaries"](lexicon), texts).values())
    return sum(map(len, texts)) / candidates


def _total(count: Count, texts: Sequence[str]) -> Counter[str]:
    total: Counter[str] = Counter()
    for text in texts:
        total.update(count(text))
    return total


def _size(texts: Sequence[str]) -> float:
    return sum(len(text.encode()) for text in texts) / 1e6


def _timed(work: Callable[[], T]) -> tuple[T, float]:
    began = time.process_time()
    done = work()
    return done, time.process_time() - began
