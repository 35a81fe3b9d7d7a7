"""A portal in bad weather, and workers that are killed: what is left must be what a calm crawl brings.

`make test` does the same with 1 000 notices and five kills (`tests/test_fault_portal.py`).
"""

from __future__ import annotations

from collections import Counter

from benchmarks.rows import Row
from benchmarks.workshop import Workshop
from db.engine import connect
from db.home import Home
from db.warehouse import rows as table
from etl.records.rows import DocumentRow, ListingRow
from tests.storm import CONCURRENCY, DELAY, Storm, Story

NAME = "storm"
NOTICES, KILLS = 10_000, 20
NOTICES_QUICK, KILLS_QUICK = 1_000, 5
SEED = 20261121
#: Requests over which the spacing is measured: a single gap says little, the machine delivers as it can.
RUN = 100


def rows(workshop: Workshop) -> list[Row]:
    """What was lost, doubled or different, how politely the server was asked, and how long both crawls took."""
    notices, kills = (NOTICES_QUICK, KILLS_QUICK) if workshop.quick else (NOTICES, KILLS)
    storm = Storm.of(notices)
    calm = storm.story(Home.create(workshop.folder / "still", "synthetic"), calm=True, kills=0, seed=SEED)
    wild = storm.story(Home.create(workshop.folder / "wild", "synthetic"), calm=False, kills=kills, seed=SEED)
    return [
        Row(NAME, "notices listed", len(storm.listed), "notices", holds=len(storm.listed) >= notices),
        Row(NAME, "workers killed", wild.kills, "kills", holds=wild.kills == kills),
        Row(NAME, "faults met", wild.weather.met.total(), "answers", holds=wild.weather.met.total() > 0),
        *_counted(storm, wild),
        Row(NAME, "dump equals the calm one", float(wild.lines == calm.lines), "", holds=wild.lines == calm.lines),
        *(row for story in (calm, wild) for row in _manners(story)),
        Row(NAME, "calm", calm.seconds, "s"),
        Row(NAME, f"wild, {wild.rounds} runs", wild.seconds, "s"),
    ]


def _counted(storm: Storm, story: Story) -> list[Row]:
    published = {(n.source, n.source_id) for n in storm.listed}
    with connect(story.home) as stores, stores.warehouse.read() as conn:
        listed = {(r.source, r.source_id) for r in table(conn, ListingRow) if r.state != "out_of_scope"}
        current = Counter((r.source, r.source_id) for r in table(conn, DocumentRow) if r.is_current)
    lost = len(published - listed) + len(published - set(current))
    double = len(listed - published) + sum(n - 1 for n in current.values())
    return [
        Row(NAME, "lost", lost, "notices", holds=not lost),
        Row(NAME, "double", double, "notices", holds=not double),
    ]


def _manners(story: Story) -> list[Row]:
    which = "calm" if story.weather.calm else "wild"
    most = max(meter.most_at_once for meter in story.weather.meters.values())
    spacing = min(meter.spacing(RUN) for meter in story.weather.meters.values()) / DELAY
    return [
        Row(
            NAME, f"most requests at once, {which} ({CONCURRENCY} agreed)", most, "requests", holds=most <= CONCURRENCY
        ),
        Row(NAME, f"shortest spacing / agreed delay, {which}", spacing, "x", holds=spacing >= 0.9),
    ]
