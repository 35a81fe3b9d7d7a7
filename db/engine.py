"""The two stores of a home, on SQLite or PostgreSQL, with one behaviour.

`connect(home)` opens `ops` (frontier, attempts, leases) and `warehouse` (derived tables): two SQLite files in the home,
or two schemas of one PostgreSQL database where FINCITY_DATABASE_URL names it. All work happens in `store.write()` or
`store.read()`, each one transaction; what goes wrong there for reasons outside the code is one clear FincityError.

Why the settings are as they are: a SQLite transaction that reads first and writes later fails at once when another
writer came between, whatever the timeout, so writers begin with BEGIN IMMEDIATE; readers see one state on both stores
and cannot write.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Self

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError

from db.home import Home
from etl.errors import FincityError, UsageError

#: How long a writer waits for another one before it gives up.
BUSY_SECONDS = 30.0

_LOCKED = "another program holds it; wait until that is done, or stop it"
_FULL = "the disk is full; free some space and run the same command again"
_EMPTY = "its tables are not there yet; run `fincity db upgrade`"
_FOREIGN_KEY = "a row refers to a row that is not there"
_RULE = "a row breaks a rule of its table"
#: What SQLite (by error name) and PostgreSQL (by SQLSTATE) report, as a person should read it; the first that fits.
_EXPLAINED = {
    "SQLITE_BUSY": _LOCKED,
    "55P03": _LOCKED,
    "SQLITE_FULL": _FULL,
    "53100": _FULL,
    "SQLITE_CANTOPEN": "it cannot be opened; is the folder there, and may you write in it?",
    "SQLITE_READONLY": "it cannot be written; is the folder or file write-protected?",
    "SQLITE_NOTADB": "it is no SQLite database; move it away, then `fincity reconcile --rebuild` makes a new one",
    "SQLITE_CORRUPT": "it is damaged; move it away, then `fincity reconcile --rebuild` makes a new one",
    "SQLITE_IOERR": "reading or writing it failed; check the disk",
    "57P": "the server ended the connection; see that it runs, then run the same command again",
    "42P01": _EMPTY,
    "SQLITE_CONSTRAINT_FOREIGNKEY": _FOREIGN_KEY,
    "23503": _FOREIGN_KEY,
    "SQLITE_CONSTRAINT": _RULE,
    "23": _RULE,
}


@dataclass(frozen=True)
class Store:
    """One of the two stores. `where` is what messages call it: the file, or the address without its password."""

    name: str
    engine: Engine
    where: str

    @property
    def postgres(self) -> bool:
        """Whether it is a schema of a PostgreSQL database (else a SQLite file)."""
        return self.engine.dialect.name == "postgresql"

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction that may write: committed at the end, rolled back when anything is raised."""
        with self._transaction(fincity_write=True) as conn:
            yield conn

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One transaction that sees a single state of the store and cannot write."""
        options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True} if self.postgres else {}
        with self._transaction(**options) as conn:
            yield conn

    @contextmanager
    def _transaction(self, **options: Any) -> Iterator[Connection]:
        dbapi = self.engine.dialect.loaded_dbapi
        try:
            with self.engine.connect() as conn, conn.execution_options(**options).begin():
                yield conn
        except (DBAPIError, dbapi.Error) as error:
            explained = _explain(error, self.where)
            if explained is None:
                raise
            raise explained from error


@dataclass(frozen=True)
class Stores:
    """Both stores of a home; a context manager that closes them."""

    ops: Store
    warehouse: Store

    def close(self) -> None:
        """Close all connections."""
        self.ops.engine.dispose()
        self.warehouse.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def connect(home: Home, busy_seconds: float = BUSY_SECONDS) -> Stores:
    """Open both stores of a home (tables are made by `db.migrate.upgrade`).

    Raises UsageError for an address that is no PostgreSQL URL, FincityError when a store cannot be reached or used.
    """
    opened = (
        [_postgres(name, home.database_url, busy_seconds) for name in ("ops", "warehouse")]
        if home.database_url
        else [
            sqlite_store(name, URL.create("sqlite", database=str(home.path / f"{name}.sqlite")), busy_seconds)
            for name in ("ops", "warehouse")
        ]
    )
    stores = Stores(*opened)
    try:
        for store in opened:
            _probe(store)
    except BaseException:
        stores.close()
        raise
    return stores


def sqlite_store(name: str, url: URL, busy_seconds: float = BUSY_SECONDS) -> Store:
    """A store in one SQLite file, set up as the module says."""
    engine = create_engine(url, connect_args={"timeout": busy_seconds})
    where = str(url.database)

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # transactions are begun below, not guessed by the driver
        (mode,) = connection.execute("PRAGMA journal_mode=WAL").fetchone()
        if mode != "wal":
            connection.close()
            raise FincityError(
                f"{where}: this place cannot hold a SQLite database that several programs share (no write-ahead log; "
                "a network folder?); put the home on a local disk, or set FINCITY_DATABASE_URL to a PostgreSQL database"
            )
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.execute("PRAGMA foreign_keys=ON")

    @event.listens_for(engine, "begin")
    def _begin(conn: Connection) -> None:
        writes = bool(conn.get_execution_options().get("fincity_write"))
        conn.exec_driver_sql(f"PRAGMA query_only={'OFF' if writes else 'ON'}")
        conn.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return Store(name, engine, where)


def _postgres(name: str, address: str, busy_seconds: float) -> Store:
    try:
        url = make_url(address)
    except ArgumentError as error:
        raise UsageError(f"FINCITY_DATABASE_URL is no database address: {_example()}") from error
    if url.drivername not in ("postgres", "postgresql", "postgresql+psycopg"):
        raise UsageError(f"FINCITY_DATABASE_URL names a {url.drivername!r} database, not PostgreSQL: {_example()}")
    settings = {
        "options": f"-c search_path={name} -c lock_timeout={int(busy_seconds * 1000)}",
        "client_encoding": "utf8",
    }
    try:
        engine = create_engine(url.set(drivername="postgresql+psycopg"), connect_args=settings)
    except ModuleNotFoundError as error:
        raise FincityError("PostgreSQL needs the driver psycopg: pip install 'fincity[postgres]'") from error
    return Store(name, engine, url.render_as_string(hide_password=True))


def _example() -> str:
    return "write postgresql://USER:PASSWORD@HOST:5432/DATABASE, or unset it to use SQLite in the home"


def _probe(store: Store) -> None:
    """Fail now, not in the middle of a run, when the store is out of reach or cannot hold Chinese."""
    with store.read() as conn:
        encoding = conn.execute(text("SHOW server_encoding")).scalar_one() if store.postgres else "UTF8"
    if encoding != "UTF8":
        raise FincityError(f"{store.where}: the database's encoding is {encoding}; create it with ENCODING 'UTF8'")


def _explain(error: Exception, where: str) -> FincityError | None:
    """What a driver's error means to a person; None for an error that only a change of the code can mend."""
    cause = getattr(error, "orig", None) or error
    code = str(getattr(cause, "sqlite_errorname", None) or getattr(cause, "sqlstate", None) or "")
    first_line = str(cause).partition("\n")[0]
    if not code and type(cause).__name__ == "OperationalError":
        return FincityError(f"{where}: cannot be reached ({first_line}); check FINCITY_DATABASE_URL and the server")
    known = next((why for name, why in _EXPLAINED.items() if code.startswith(name)), None)
    if known is None and "no such table" in first_line:
        known = _EMPTY
    return FincityError(f"{where}: {known} ({first_line})") if known else None
