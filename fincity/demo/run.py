"""Run the whole pipeline on the bundled portal: serve the synthetic corpus on loopback, crawl it, write a release.

The only module of `fincity.demo` that knows the rooms; the corpus and its truth are made without them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from db.engine import connect
from db.home import Home, write_atomically
from db.warehouse import rows
from etl.errors import BoundBroken, UsageError
from etl.records.rows import QuarantineRow
from fincity.demo import corpus as corpora
from fincity.demo.corpus import Corpus, Size
from fincity.demo.portal import serve
from flows import pipeline
from flows.pipeline import CrawlOrder, Refreshed
from flows.progress import Progress, silent

DECLARATION = {
    "who": "fincity demo",
    "licence": "CC0-1.0",
    "note": "synthetic work reports of invented content; some cities and years are missing on purpose",
}


@dataclass(frozen=True, slots=True)
class Demo:
    """A finished demo: its home, the corpus it was made from, and what the refresh did."""

    home: Home
    corpus: Corpus
    done: Refreshed


def run(path: Path, size: Size = "full", *, jobs: int = 2, progress: Progress = silent) -> Demo:
    """Make or go on with the demo home at `path`.

    Raises UsageError for a real home or one of another size, BoundBroken when other pages than the planted broken
    ones are in quarantine or a check failed.
    """
    home = Home.create(path, "synthetic")
    _same_size(home, size)
    progress("make the synthetic corpus", 0, None)
    corpus = corpora.make(size)
    files = [(report.file_name, report.data) for report in corpus.report_files()]
    pipeline.import_files(home, "reports", files, declaration=DECLARATION)
    with serve(corpus) as portal:
        order = CrawlOrder(since=corpus.since, until=corpus.until, portal=portal.url)
        done = pipeline.refresh(home, order, jobs=jobs, progress=progress)
    demo = Demo(home, corpus, done)
    _demand_planted(demo)
    return demo


def _same_size(home: Home, size: Size) -> None:
    marker = home.path / "demo.json"
    if marker.is_file() and json.loads(marker.read_text())["size"] != size:
        raise UsageError(f"{home.path} holds a demo of another size: delete it, or choose another folder with --home")
    write_atomically(marker, json.dumps({"size": size, "synthetic": True}).encode())


def _demand_planted(demo: Demo) -> None:
    """Exactly the planted broken pages are in quarantine, and nothing failed a check."""
    pipeline.demand(demo.done, quarantine_bound=len(demo.corpus.truth.quarantine))
    planted = {(b.source, b.source_id) for b in demo.corpus.truth.quarantine}
    with connect(demo.home) as stores, stores.warehouse.read() as conn:
        found = {(q.source, q.source_id) for q in rows(conn, QuarantineRow)}
    if found != planted:
        odd = min(found ^ planted)
        raise BoundBroken(f"quarantine is not what was planted: {odd[0]}/{odd[1]} (`fincity quarantine list`)")
