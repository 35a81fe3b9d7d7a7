"""Migrations of the two stores, run from Python: `upgrade`, `downgrade`, `info`, and `draft` for developers.

Each store has its own line of revisions under `db/migrations/versions/STORE` and its own `alembic_version` table: a
home may keep them in two files. The metadata is the truth; a test holds the migrated database equal to it.
After a change of the record definitions `python -m db.migrate "what changed"` writes the missing revisions: read them.
"""

from __future__ import annotations

import sys
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, MetaData, text

from db.engine import Store, Stores, connect
from db.home import Home
from etl.errors import FincityError, UsageError

FOLDER = Path(__file__).parent / "migrations"
#: Alembic keeps its context in module variables: threads of one process take turns.
_ONE_AT_A_TIME = threading.Lock()


@dataclass(frozen=True)
class Version:
    """Where a store stands. `current` is None for a store without tables."""

    store: str
    where: str
    current: str | None
    newest: str | None

    @property
    def state(self) -> str:
        """`empty`, `behind` or `current`."""
        if self.current is None:
            return "empty"
        return "current" if self.current == self.newest else "behind"


def upgrade(home: Home) -> tuple[Version, ...]:
    """Bring both stores to the newest version, making their tables where there are none.

    Raises FincityError when a store was written by a newer fincity. Running it again changes nothing.
    """
    with _ONE_AT_A_TIME, connect(home) as stores:
        for store in _each(stores):
            _upgrade(store)
        return tuple(_version(store) for store in _each(stores))


def downgrade(home: Home, store: str, revision: str = "-1") -> Version:
    """Take one store (`ops` or `warehouse`) back to `revision`: an id, `-1` for one step, `base` for no tables."""
    with _ONE_AT_A_TIME, connect(home) as stores:
        chosen: Store = getattr(stores, store)
        try:
            with chosen.write() as conn:
                command.downgrade(_config(store, conn), revision)
        except CommandError as error:
            raise UsageError(
                f"--revision {revision}: {error}; `fincity db info` shows where the store stands"
            ) from error
        return _version(chosen)


def info(home: Home) -> tuple[Version, ...]:
    """Where both stores stand. Raises FincityError for a store written by a newer fincity."""
    with connect(home) as stores:
        return tuple(_version(store) for store in _each(stores))


def draft(message: str) -> list[Path]:
    """Write a revision for each store whose metadata its revisions do not yet reach; the files written."""
    with tempfile.TemporaryDirectory() as folder:
        home = Home.create(Path(folder) / "home", "synthetic")
        upgrade(home)
        with connect(home) as stores:
            return [path for store in _each(stores) for path in _draft(store, message)]


def metadata(store: str) -> MetaData:
    """The tables a store should have."""
    if store == "ops":
        from db.ops_tables import METADATA
    else:
        from db.schema import METADATA
    return METADATA


def differences(store: Store) -> list[object]:
    """What Alembic would change to bring the store to its metadata; empty for an up-to-date store."""
    with store.read() as conn:
        return list(compare_metadata(MigrationContext.configure(conn), metadata(store.name)))


def _each(stores: Stores) -> tuple[Store, Store]:
    return stores.ops, stores.warehouse


def _config(store: str, conn: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("version_locations", str(FOLDER / "versions" / store))
    config.set_main_option("path_separator", "os")
    config.set_main_option("file_template", "r%%(rev)s_%%(slug)s")
    config.attributes.update(connection=conn, metadata=metadata(store))
    return config


def _upgrade(store: Store) -> None:
    with store.write() as conn:
        if store.postgres:
            # Two programs may start at once; on SQLite the write transaction itself is the lock.
            conn.execute(text("SELECT pg_advisory_xact_lock(hashtext('fincity'))"))
            conn.execute(text(f"CREATE SCHEMA IF NOT EXISTS {store.name}"))
        _known_revision(store, conn)
        command.upgrade(_config(store.name, conn), "head")


def _version(store: Store) -> Version:
    with store.read() as conn:
        current = _known_revision(store, conn)
    newest = ScriptDirectory.from_config(_config(store.name)).get_current_head()
    return Version(store.name, store.where, current, newest)


def _known_revision(store: Store, conn: Connection) -> str | None:
    """The revision a store is at; FincityError when these migrations do not know it."""
    current = MigrationContext.configure(conn).get_current_revision()
    known = {script.revision for script in ScriptDirectory.from_config(_config(store.name)).walk_revisions()}
    if current is not None and current not in known:
        raise FincityError(
            f"{store.where}: the {store.name} tables are of version {current}, which this fincity does not know: "
            "a newer one wrote them; upgrade fincity"
        )
    return current


def _draft(store: Store, message: str) -> list[Path]:
    if not differences(store):
        return []
    with store.write() as conn:
        config = _config(store.name, conn)
        count = len(list(ScriptDirectory.from_config(config).walk_revisions()))
        script = command.revision(config, message, autogenerate=True, rev_id=f"{count + 1:04}")
    written = [Path(s.path) for s in (script if isinstance(script, list) else [script]) if s is not None]
    for path in written:
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        path.write_text("".join(line for line in lines if "# ###" not in line), encoding="utf-8")
    return written


if __name__ == "__main__":
    draft(sys.argv[1])
