"""A finished small demo for tests: made once per worker, copied where a test changes it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from db.engine import connect
from db.home import Home
from db.warehouse import dump
from fincity.demo.portal import Portal, serve
from fincity.demo.run import Demo, run


def make(path: Path) -> Demo:
    """A calm run of the small demo."""
    return run(path / "demo", "small", jobs=1)


def copy(demo: Demo, path: Path) -> Home:
    """A copy of a demo's home that a test may change."""
    shutil.copytree(demo.home.path, path / "copy")
    return Home.open(path / "copy")


def said(home: Home) -> list[str]:
    """The canonical dump."""
    with connect(home) as stores, stores.warehouse.read() as conn:
        return list(dump(conn))


@contextmanager
def portal(demo: Demo) -> Iterator[Portal]:
    """The demo's portal, up again."""
    with serve(demo.corpus) as up:
        yield up
