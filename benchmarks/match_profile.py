"""Where the matcher's time goes: each stage run again by itself on what it was asked during a real search.

Timers inside a search would cost more than what they measure. So the calls of a stage are noted in one search and
repeated in a loop of their own afterwards, with nothing remembered from the search.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from benchmarks.match_corpus import DENSE, REPORT, Corpus, both
from benchmarks.rows import Row
from benchmarks.workshop import Workshop
from keywords import Lexicon, Matcher
from keywords.boundaries import Ends
from keywords.folding import fold
from keywords.islands import Islands
from keywords.runs import Runs

NAME = "match-profile"
MEGABYTES, MEGABYTES_QUICK = 10, 1

Call = tuple[Any, ...]


def rows(workshop: Workshop) -> list[Row]:
    """Nanoseconds a character by stage, and how many candidates of a thousand each stage decides."""
    lexicon = both()
    found: list[Row] = []
    for kind, share in (("report-like", REPORT), ("dense", DENSE)):
        raw = list(Corpus(lexicon, share).documents(MEGABYTES_QUICK if workshop.quick else MEGABYTES))
        found += _profiled(kind, raw, lexicon)
    return found


def _profiled(kind: str, raw: list[str], lexicon: Lexicon) -> Iterator[Row]:
    matcher = Matcher(lexicon)
    texts = [fold(text).text for text in raw]
    asked, around, cut = ([*_calls(owner, name, matcher, texts)] for owner, name in _STAGES)
    characters = sum(map(len, texts))

    def row(stage: str, seconds: float) -> Row:
        return Row(NAME, f"{kind}: {stage}", 1e9 * seconds / characters, "ns/char")

    folding = _seconds(fold, ((text,) for text in raw))
    automaton = _seconds(matcher._candidates, ((text,) for text in texts))
    islands = Islands(lexicon.words)
    walking = _seconds(islands.around, (call[1:] for call in around))
    cutting = _seconds(Runs._enter, ((Runs(runs.text, matcher._cut), *call) for runs, *call in cut))
    places = _seconds(Matcher(replace(lexicon, note="fresh")).places, ((text,) for text in texts))
    whole = _seconds(Matcher(replace(lexicon, note="fresh too")).find, ((text,) for text in raw))
    yield row("folding", folding)
    yield row("the automaton's pass", automaton)
    yield row("islands", walking)
    yield row("whole runs", cutting)
    yield row("order, overlaps, neighbours", places - automaton - walking - cutting)
    yield row("hits with their places in the text as given", whole - places - folding)
    candidates = sum(len(matcher._candidates(text)) for text in texts)
    for stage, number in (
        ("jieba's decision is needed", asked),
        ("an island is walked", around),
        ("a run is cut", cut),
    ):
        yield Row(NAME, f"{kind}: of 1000 candidates, {stage}", 1000 * len(number) / candidates, "")


_STAGES: tuple[tuple[type, str], ...] = ((Ends, "hold"), (Islands, "around"), (Runs, "_enter"))


def _calls(owner: type, name: str, matcher: Matcher, texts: Iterable[str]) -> Iterator[Call]:
    """Yield the arguments with which a method is called during a search."""
    noted: list[Call] = []
    method = getattr(owner, name)

    def noting(*call: Any) -> Any:
        noted.append(call)
        return method(*call)

    with patch.object(owner, name, noting):
        for text in texts:
            matcher.places(text)
            yield from noted
            noted.clear()


def _seconds(work: Callable[..., object], calls: Iterable[Call]) -> float:
    given = list(calls)
    began = time.process_time()
    for call in given:
        work(*call)
    return time.process_time() - began
