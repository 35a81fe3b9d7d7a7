"""Counting a lexicon's terms in reports: our matcher beside jieba, which cuts everything, and a Counter."""

from __future__ import annotations

import json
import os
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from benchmarks.rows import Row, ratio, spread
from benchmarks.workshop import Workshop
from db.engine import connect
from db.home import Home
from db.warehouse import rows as read
from etl.parsers.reports import parse_file
from etl.records import Record
from etl.records.rows import DocumentRow
from keywords import Lexicon, Matcher, load
from keywords.folding import fold_string
from keywords.tokenizer import tokenizer

NAME = "match"
LEXICON = "digital_121"
ROUNDS = 5
REAL = Path(os.environ.get("FINCITY_SHARED_DATA") or Path(__file__).resolve().parents[2] / "shared" / "data")


def rows(workshop: Workshop) -> list[Row]:
    """Megabytes (UTF-8) a second on the demo's reports and, where the folder of real material is, on real ones."""
    texts = {"demo": _demo_texts(workshop.demo.home), "real": _real_texts()}
    runs = 2 if workshop.quick else ROUNDS
    return [row for kind, found in texts.items() if found for row in _compared(kind, found, runs)]


def _compared(kind: str, texts: list[str], runs: int) -> list[Row]:
    lexicon = load(LEXICON)
    size = sum(len(text.encode()) for text in texts) / 1e6
    folded = [fold_string(text) for text in texts]  # a present to the peer: width and case no longer matter
    ours: list[float] = []
    bare: list[float] = []
    for run in range(runs):
        # Another note makes it another lexicon to the caches: no run profits from what an earlier one has cut.
        ours.append(size / _seconds(_matcher(replace(lexicon, note=f"run {run}")), texts))
        bare.append(size / _seconds(_jieba(lexicon), folded))
    our = spread(NAME, f"Matcher, {kind} reports", ours, "MB/s")
    peer = spread(NAME, f"jieba, {kind} reports", bare, "MB/s")
    return [our, peer, ratio(f"Matcher / jieba, {kind} reports", our, peer)]


def _seconds(count: Callable[[str], Counter[str]], texts: list[str]) -> float:
    began = time.perf_counter()
    for text in texts:
        count(text)
    return time.perf_counter() - began


def _matcher(lexicon: Lexicon) -> Callable[[str], Counter[str]]:
    find = Matcher(lexicon).find
    return lambda text: Counter(hit.term for hit in find(text))


def _jieba(lexicon: Lexicon) -> Callable[[str], Counter[str]]:
    """Cut with the lexicon's words in jieba's dictionary, count all tokens, look up the terms."""
    cut = tokenizer(lexicon.words).lcut
    needles = {term.needle: term.term for term in lexicon.terms}

    def count(text: str) -> Counter[str]:
        tokens = Counter(cut(text))
        return Counter({term: tokens[needle] for needle, term in needles.items() if needle in tokens})

    return count


def _demo_texts(home: Home) -> list[str]:
    with connect(home) as stores, stores.warehouse.read() as conn:
        reports = [document for document in read(conn, DocumentRow) if document.kind == "report"]
    return [json.loads(report.record)["text"] for report in reports]


def _real_texts() -> list[str]:
    files = sorted(file for file in (REAL / "reports").glob("*/*") if file.suffix in (".csv", ".txt"))
    records = [record for file in files for record in parse_file(f"{file.parent.name}/{file.name}", file.read_bytes())]
    return [record.text for record in records if isinstance(record, Record) and record.text]
