"""What `fincity doctor` looks at: each check says what it found and, where something is wrong, what to do."""

from __future__ import annotations

import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, metadata, version
from importlib.util import find_spec
from pathlib import Path

from db.home import Home, default_path
from etl.errors import FincityError

OLDEST_PYTHON = (3, 11)
#: A crawl of a large source and its warehouse take about this much.
ROOM_BYTES = 2_000_000_000
#: Modules that commands ask for beyond the base install, by the extra that brings them.
EXTRAS = {
    "collect": (
        "alembic",
        "docx",
        "fsspec",
        "jinja2",
        "pandera",
        "prefect",
        "psutil",
        "scrapy",
        "sqlalchemy",
        "warcio",
    ),
    "postgres": ("psycopg",),
    "serve": ("fastapi", "jinja2", "uvicorn"),
    "fast": ("rjieba",),
    "research": ("linearmodels", "matplotlib", "networkx"),
}

_NAME = re.compile(r"[A-Za-z0-9._-]+")


@dataclass(frozen=True)
class Finding:
    """One check: `state` is ok, note (works, but something is missing for some purposes) or bad."""

    check: str
    state: str
    found: str
    remedy: str = ""


def examine(home: Path | None, database_url: str | None) -> list[Finding]:
    """All findings; `home` as named by the user (None: the default place)."""
    folder = home or default_path()
    checks: tuple[Callable[[], Finding], ...] = (
        _python,
        _packages,
        _extras,
        lambda: _home(folder),
        lambda: _wal(folder),
        lambda: _space(folder),
        lambda: _database(database_url),
        _fonts,
    )
    return [check() for check in checks]


def _python() -> Finding:
    found = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < OLDEST_PYTHON:
        return Finding("python", "bad", found, "install Python 3.11 or later and fincity into it")
    return Finding("python", "ok", found)


def _packages() -> Finding:
    wanted = [line for line in metadata("fincity").get_all("Requires-Dist") or () if "extra ==" not in line]
    names = [found[0] for line in wanted if (found := _NAME.match(line))]
    missing = [name for name in names if not _installed(name)]
    if missing:
        return Finding("packages", "bad", f"missing: {', '.join(missing)}", "pip install fincity")
    return Finding("packages", "ok", f"fincity {version('fincity')} with {len(names)} packages")


def _installed(name: str) -> bool:
    try:
        return bool(version(name))
    except PackageNotFoundError:
        return False


def _extras() -> Finding:
    missing = [extra for extra, modules in EXTRAS.items() if not all(map(find_spec, modules))]
    if missing:
        wanted = ",".join(missing)
        return Finding(
            "extras", "note", f"not installed: {wanted}", f"if you need them: pip install 'fincity[{wanted}]'"
        )
    return Finding("extras", "ok", ", ".join(EXTRAS))


def _home(folder: Path) -> Finding:
    try:
        kind = Home.open(folder).kind
    except FincityError as error:
        return Finding("home", "note", f"none at {folder}", str(error))
    try:
        with tempfile.NamedTemporaryFile(dir=folder):
            return Finding("home", "ok", f"{folder}, {kind}, writable")
    except OSError as error:
        return Finding("home", "bad", f"{folder}: {error.strerror}", "give yourself the right to write there")


def _nearest(folder: Path) -> Path:
    """The folder itself, or the first one above it that exists."""
    return next(place for place in (folder, *folder.absolute().parents) if place.is_dir())


def _wal(folder: Path) -> Finding:
    """SQLite's write-ahead log needs a local disk: network file systems lack the shared memory it works with."""
    remedy = "put the home on a local disk, or use PostgreSQL (FINCITY_DATABASE_URL)"
    try:
        with (
            tempfile.TemporaryDirectory(dir=_nearest(folder)) as place,
            closing(sqlite3.connect(Path(place) / "wal.sqlite")) as connection,
        ):
            mode = connection.execute("PRAGMA journal_mode=WAL").fetchone()[0]
            connection.execute("CREATE TABLE probe (n)")
    except (OSError, sqlite3.Error) as error:
        return Finding("sqlite", "bad", f"{folder}: {error}", remedy)
    state = "ok" if mode == "wal" else "bad"
    return Finding("sqlite", state, f"{sqlite3.sqlite_version}, journal mode {mode}", "" if state == "ok" else remedy)


def _space(folder: Path) -> Finding:
    free = shutil.disk_usage(_nearest(folder)).free
    found = f"{free / 1e9:.1f} GB free"
    if free < ROOM_BYTES:
        return Finding("disk", "note", found, f"a crawl may need {ROOM_BYTES / 1e9:.0f} GB: free some or move the home")
    return Finding("disk", "ok", found)


def _database(url: str | None) -> Finding:
    if not url:
        return Finding("database", "ok", "SQLite in the home")
    remedy = "check FINCITY_DATABASE_URL, that the server runs, and that it lets you in"
    if find_spec("sqlalchemy") is None:
        return Finding("database", "bad", "sqlalchemy is not installed", "pip install 'fincity[collect,postgres]'")
    from sqlalchemy import create_engine, text
    from sqlalchemy.exc import SQLAlchemyError

    try:
        engine = create_engine(url)
        with engine.connect() as connection:
            connection.execute(text("SELECT 1"))
        where = engine.url.render_as_string(hide_password=True)
        engine.dispose()
    except (SQLAlchemyError, ImportError) as error:
        return Finding("database", "bad", str(error).splitlines()[0], remedy)
    return Finding("database", "ok", where)


def _fonts() -> Finding:
    """Charts with Chinese labels need a font; panels, tables and web pages do not."""
    lister = shutil.which("fc-list")
    listed = (
        subprocess.run([lister, ":lang=zh", "family"], capture_output=True, text=True, check=False) if lister else None
    )
    if listed and listed.stdout.strip():
        return Finding("fonts", "ok", listed.stdout.splitlines()[0])
    return Finding(
        "fonts", "note", "no Chinese font found", "for charts: apt install fonts-wqy-microhei, or any CJK font"
    )
