"""Kill it anywhere: after kill -9 and a rerun the tables and the panel files are those of an undisturbed run."""

from __future__ import annotations

import random
from pathlib import Path

import psutil
import pytest

from db.home import Home
from fincity.demo.run import Demo
from tests import demo as demos
from tests import kill

pytestmark = [pytest.mark.xdist_group("kill"), pytest.mark.slow, pytest.mark.timeout(600)]

MOMENTS = 10


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, float]:
    """An undisturbed run from the command line, and how long it took."""
    home = tmp_path_factory.mktemp("calm") / "demo"
    return home, kill.finish(home, "small")


def assert_same(home: Path, calm: Path) -> None:
    assert demos.said(Home.open(home)) == demos.said(Home.open(calm))
    assert (home / "panel.csv").read_bytes() == (calm / "panel.csv").read_bytes()


def test_the_command_gives_what_the_function_gives(demo: Demo, calm: tuple[Path, float]) -> None:
    assert demos.said(Home.open(calm[0])) == demos.said(demo.home)


def test_kill_the_whole_group_at_ten_random_moments(calm: tuple[Path, float], tmp_path: Path) -> None:
    """Ten kills in two homes: each is killed five times, at random moments, then left to finish.

    `python -m benchmarks --only kill` does it in ten homes, killed once each.
    """
    moments = random.Random(20261121)
    killed = 0
    for number in range(2):
        home = tmp_path / f"home{number}"
        for _ in range(MOMENTS // 2):
            killed += kill.kill_group_after(home, "small", moments.uniform(0.2, calm[1]))
        kill.finish(home, "small")
        assert_same(home, calm[0])
    assert killed >= MOMENTS // 2


def test_kill_the_crawl_worker_alone(calm: tuple[Path, float], tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert kill.kill_worker_after(home, "small", 1.5) == 1
    kill.finish(home, "small")
    assert_same(home, calm[0])


def test_a_worker_does_not_outlive_its_parent(tmp_path: Path) -> None:
    running = kill.start(tmp_path / "home", "small")
    found = kill.first_workers(running)
    running.kill()
    running.communicate()
    gone, alive = psutil.wait_procs(found, timeout=15)
    assert not alive
    assert gone
