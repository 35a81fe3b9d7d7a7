"""Kill it anywhere: after kill -9 and a rerun, archive and frontier say what an undisturbed run would have said."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil
import pytest
from sqlalchemy import update

from crawlers.sources import load
from db import leases, migrate, ops
from db.archive import Archive
from db.engine import connect
from db.ops_tables import LEASE
from etl.errors import FincityError

LISTS = ("zhengcelibrary_gw", "zhengcelibrary_bm")


ROOT = Path(leases.__file__).parent.parent
PARENT = """
import sys
from datetime import date
from crawlers import crawl
from db.home import Home
crawl(Home.open(sys.argv[1]), "demo_govcn", date(2024, 1, 1), date(2024, 3, 31), portal=sys.argv[2])
"""


def workers(of: psutil.Process | None = None) -> list[psutil.Process]:
    children = (of or psutil.Process()).children(recursive=True)
    return [p for p in children if p.is_running() and "crawlers.worker" in " ".join(p.cmdline())]


def test_killed_workers_lose_nothing_and_double_nothing(run: Any, portal: Any):
    portal.publish(LISTS, 120)
    total = len(portal.items)

    def kill_at(moment: int) -> Any:
        def fault(_asked: Any) -> None:
            if len(portal.log) - before >= moment:  # not ==: of many threads none may see that very number
                for worker in workers():
                    worker.kill()

        return fault

    for moment in (2, total // 3, total // 3):
        before = len(portal.log)
        portal.fault = kill_at(moment)
        with pytest.raises(FincityError, match="killed by signal 9"):
            run()
    portal.fault = lambda _asked: None
    run()
    assert run.states() == {"fetched": total}
    assert len(run.pages()) == len({source_id for source_id, _ in run.pages()}) == total
    assert {w.state for w in run.walks()} == {"complete"}
    before = run.tables()
    with connect(run.home) as stores:
        ops.rebuild(stores, Archive.of(run.home), [load("demo_govcn").facts])
    assert run.tables() == before


def test_a_worker_dies_with_its_parent(run: Any, portal: Any):
    portal.publish(LISTS, 60)
    portal.fault = lambda _asked: time.sleep(0.2)
    parent = subprocess.Popen([sys.executable, "-c", PARENT, run.home.path, portal.address], cwd=ROOT)
    try:
        _until(lambda: len(portal.details()) > 2)
        (worker,) = workers(psutil.Process(parent.pid))
    finally:
        parent.send_signal(signal.SIGKILL)
        parent.wait()
    _until(lambda: not worker.is_running() or worker.status() == psutil.STATUS_ZOMBIE)


def test_a_worker_whose_lease_lapsed_stops(run: Any, portal: Any):
    portal.publish(LISTS, 200)

    def lapse(_asked: Any) -> None:
        if len(portal.log) >= 40:
            portal.fault = lambda _asked: time.sleep(0.02)
            with connect(run.home) as stores, stores.ops.write() as conn:
                conn.execute(update(LEASE).values(expires=0.0))

    portal.fault = lapse
    with pytest.raises(FincityError, match="lost its lease"):
        run()
    assert run.states().get("fetched", 0) < 400


def test_a_site_is_crawled_by_one_worker_at_a_time(run: Any, portal: Any):
    migrate.upgrade(run.home)
    with (
        connect(run.home) as stores,
        leases.held(stores.ops, "site:demo.govcn"),
        pytest.raises(FincityError, match="held by another process"),
    ):
        run()
    assert portal.log == []


def _until(condition: Any, seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)
