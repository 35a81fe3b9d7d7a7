"""Reading the warehouse: rows in the order of their natural keys, and the canonical dump that says what is equal.

Keys are never NULL and text sorts by code point on both stores (`db.schema`): the same rows read and dump alike.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from sqlalchemy import Connection, select

from db.home import Home
from db.schema import table
from etl.records import TABLES, Row, columns_of, key_of

R = TypeVar("R", bound=Row)

_BATCH = 10_000


@contextmanager
def reading(home: Home) -> Iterator[Connection]:
    """A connection that reads the warehouse of a home, whose tables are brought to today's form first."""
    from db import migrate
    from db.engine import connect

    migrate.upgrade(home)
    with connect(home) as stores, stores.warehouse.read() as conn:
        yield conn


def rows(conn: Connection, row: type[R], **equals: object) -> list[R]:
    """The rows of a table whose columns have the values given (None: empty), ordered by key."""
    return list(stream(conn, row, **equals))


def stream(conn: Connection, row: type[R], **equals: object) -> Iterator[R]:
    """The same one after the other, without holding them all."""
    source = table(row)
    wanted = [source.c[name].is_not_distinct_from(value) for name, value in equals.items()]
    query = select(source).where(*wanted).order_by(*(source.c[k] for k in key_of(row)))
    for record in conn.execute(query, execution_options={"yield_per": _BATCH}):
        yield row(*record)


def dump(conn: Connection) -> Iterator[str]:
    """The canonical dump: one JSON line a row, tables in order of their definition, rows in order of their keys.

    Columns that tell of one run are left out; floats have 12 significant digits. Two warehouses are equal when this is.
    """
    for row in TABLES:
        names = lasting(row)
        for item in stream(conn, row):
            yield line(row.TABLE, names, [getattr(item, name) for name in names])


def dump_hash(conn: Connection) -> str:
    """Hex SHA-256 of the canonical dump."""
    return digest(dump(conn))


def lasting(row: type[Row]) -> tuple[str, ...]:
    """The columns of a table that do not tell of one run."""
    return tuple(c.name for c in columns_of(row) if not c.run)


def line(name: str, columns: Sequence[str], values: Sequence[object]) -> str:
    """One row of the canonical dump."""
    said = dict(zip(columns, map(rounded, values), strict=True))
    return json.dumps([name, said], ensure_ascii=False, separators=(",", ":"))


def rounded(value: object) -> object:
    """Floats with 12 significant digits, so that results do not hang on the order of a sum; all else as it is."""
    return float(f"{value:.12g}") if isinstance(value, float) else value


def digest(lines: Iterable[str]) -> str:
    """Hex SHA-256 of lines, each ended by a line feed."""
    hashed = hashlib.sha256()
    for text in lines:
        hashed.update(text.encode() + b"\n")
    return hashed.hexdigest()
