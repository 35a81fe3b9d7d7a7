"""Damaged pages of every family: each is read or put into quarantine, and none takes long."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.rows import Row
from benchmarks.workshop import Workshop
from crawlers.sources import all_sources
from etl import parsers
from etl.errors import Quarantined
from etl.records import Page
from tests.mutations import mutated

NAME = "mutate"
PAGES, PAGES_QUICK = 5_000, 500
FOLDER = Path(__file__).parent.parent / "tests" / "pages"
#: Seconds a damaged page may take at the most.
PATIENCE = 5.0


def rows(workshop: Workshop) -> list[Row]:
    """For every family the slowest page, and how many crashed it."""
    count = PAGES_QUICK if workshop.quick else PAGES
    return [row for name in parsers.FAMILIES for row in _family(name, count)]


def _family(name: str, count: int) -> list[Row]:
    module, good = parsers.family(name), list(_good(name))
    crashed, slowest, began = 0, 0.0, time.perf_counter()
    for seed in range(count):
        page = good[seed % len(good)]
        at = time.perf_counter()
        try:
            _read(module, Page(mutated(page.body, seed), page.source, page.url, reading=page.reading))
        except Quarantined:
            pass
        except Exception as error:  # what this benchmark looks for
            crashed += 1
            print(f"{name}, page {page.url}, seed {seed}: {type(error).__name__}: {error}")
        slowest = max(slowest, time.perf_counter() - at)
    rate = count / (time.perf_counter() - began)
    return [
        Row(NAME, f"{name}: {count} damaged pages, crashes", crashed, "pages", holds=not crashed),
        Row(NAME, f"{name}: slowest", slowest, "s", holds=slowest < PATIENCE),
        Row(NAME, f"{name}: speed", rate, "pages/s"),
    ]


def _good(name: str) -> Iterator[Page]:
    """The rebuilt pages of a family, each under every way its sources read pages."""
    readings = sorted({s.facts.reading for s in all_sources() if s.family == name} or {"{}"})
    for path in sorted((FOLDER / name).glob("*")):
        own = [s.facts.reading for s in all_sources() if s.family == name and path.name.startswith(f"{s.id}_")]
        for reading in own or readings[:3]:
            yield Page(path.read_bytes(), name, f"http://www.example.invalid/{path.name}", reading=reading)


def _read(module: object, page: Page) -> None:
    """Through whatever way the family reads."""
    if parse_file := getattr(module, "parse_file", None):
        list(parse_file(page.url, page.body, None))
    elif parse_rows := getattr(module, "parse_rows", None):
        list(parse_rows(page.body, page.source, Path(page.url or "").name))
    else:
        family = parsers.family(page.source)
        (family.parse_list if family.is_list(page) else family.parse_detail)(page)
