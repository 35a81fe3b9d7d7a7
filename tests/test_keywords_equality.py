"""The fast matcher gives what the slow reference gives: on ten thousand random texts, on long ones, on real ones."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import openpyxl
import pytest

import keywords
from keywords import Lexicon, Matcher, Options
from keywords.encodings import decode
from keywords.reference import find
from tests import adversarial

TEXTS = 10_000
BATCHES = 10
LONG = 200_000
CHOICES = [Options(), Options(overlaps="all"), Options(overlaps="longest", negation=True)]


@pytest.fixture(scope="module")
def everything() -> Lexicon:
    return adversarial.everything()


@pytest.fixture(scope="module")
def searches(everything: Lexicon) -> list[Matcher]:
    """All terms at once and awkward ones under every choice, and two lexicons as their sources published them."""
    strict = [
        Matcher(lexicon, "strict", choice) for lexicon in (everything, adversarial.awkward()) for choice in CHOICES
    ]
    return [*strict, *(Matcher(keywords.load(name), "published") for name in ("fintech_taxonomy", "digital_121"))]


def _reference(matcher: Matcher, text: str) -> list[keywords.Hit]:
    return find(matcher.lexicon, text, matcher.policy, matcher.options)


@pytest.mark.parametrize("batch", range(BATCHES))
def test_random_texts_have_the_hits_of_the_reference(searches: list[Matcher], batch: int) -> None:
    drawn = random.Random(batch)
    for number in range(TEXTS // BATCHES):
        matcher = searches[number % len(searches)]
        text = adversarial.text(drawn, matcher.lexicon)
        assert matcher.find(text) == _reference(matcher, text), text


def test_a_line_of_two_hundred_thousand_characters_is_matched_like_any_other(everything: Lexicon) -> None:
    drawn = random.Random(2026)
    line = ""
    while len(line) < LONG:
        line += adversarial.text(drawn, everything, 400).replace("\n", "").replace("，", "")
    matcher = Matcher(everything)
    assert matcher.find(line[:LONG]) == find(everything, line[:LONG])


@pytest.mark.parametrize("piece", ["上海", "工人", "大数据库", "人工智能体", "x1", "囍", "数"])
def test_a_run_that_has_no_place_to_cut_is_matched_like_any_other(searches: list[Matcher], piece: str) -> None:
    text = f"大数据{piece * 700}云计算{piece * 300}智能"
    for matcher in searches:
        assert matcher.find(text) == _reference(matcher, text)


# --- real texts ---

PLAIN = (".csv", ".tsv", ".txt", ".json", ".jsonl", ".html", ".htm", ".md")


def _texts(folder: Path) -> Iterator[tuple[str, str]]:
    """Every file of a folder as it stands, markup and all, and every table of a workbook as lines."""
    for path in sorted(folder.rglob("*")):
        if path.suffix in PLAIN:
            yield path.name, decode(path.read_bytes())
        elif path.suffix == ".xlsx" and "titles" in path.parts:
            with closing(openpyxl.load_workbook(path, read_only=True)) as book:
                for sheet in book:
                    rows = sheet.iter_rows(values_only=True)
                    yield path.name, "\n".join("\t".join(map(str, filter(None, row))) for row in rows)


@pytest.mark.realdata
@pytest.mark.slow
@pytest.mark.parametrize("folder", ["entities", "notices", "patents", "places", "policies", "reports"])
def test_every_real_text_has_the_hits_of_the_reference(shared_data: Path, everything: Lexicon, folder: str) -> None:
    matcher = Matcher(everything)
    texts = 0
    for name, text in _texts(shared_data / folder):
        assert matcher.find(text) == find(everything, text), name
        texts += 1
    assert texts
