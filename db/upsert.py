"""Bulk writes that are keyed and idempotent: rows go to a staging table, and only what differs reaches the real one.

The same statements run on SQLite and PostgreSQL; only the way into the staging table differs (executemany, COPY).
What neither store could hold alike is settled here: NUL bytes and lone surrogates in text, -0.0, NaN.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from operator import attrgetter
from typing import Any, TypeVar

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Index,
    MetaData,
    Select,
    Table,
    and_,
    delete,
    exists,
    func,
    or_,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite

from db import builds
from db.schema import MAX_KEY_BYTES, METADATA, table
from etl.errors import FincityError
from etl.records import ColumnSpec, Row, columns_of, key_of

R = TypeVar("R", bound=Row)

_BATCH = 20_000
_INT64 = range(-(2**63), 2**63)


@dataclass(frozen=True)
class Changes:
    """What a write did, in rows."""

    inserted: int = 0
    updated: int = 0
    deleted: int = 0
    unchanged: int = 0

    def __bool__(self) -> bool:
        return bool(self.inserted or self.updated or self.deleted)


def sync(conn: Connection, row: type[R], rows: Iterable[R], scope: Mapping[str, object] | None = None) -> Changes:
    """Make the table (or the part of it where the columns of `scope` have these values) equal to `rows`.

    Sync a table after the tables it refers to. Raises FincityError, naming the row: a key given twice, a row outside
    the scope, a reference to a row that is not there, and a value the column cannot hold.
    """
    return _write(conn, row, rows, scope or {}, removes=True)


def upsert(conn: Connection, row: type[R], rows: Iterable[R]) -> Changes:
    """Insert or update `rows` by key and leave all others alone. Raises as `sync` does."""
    return _write(conn, row, rows, {}, removes=False)


def _write(conn: Connection, row: type[R], rows: Iterable[R], scope: Mapping[str, object], *, removes: bool) -> Changes:
    builds.forget(conn)
    target, stage = table(row), _stage(conn, row)
    _load(conn, stage, _cleaned(row, rows))
    _index(conn, stage, row)
    _refuse(conn, row, stage, scope)
    matched = and_(*(target.c[k] == stage.c[k] for k in key_of(row)))
    deleted = _delete(conn, target, _within(target, scope), exists().where(matched)) if removes else 0
    staged = _count(conn, select(func.count()).select_from(stage))
    known = _count(conn, select(func.count()).select_from(stage.join(target, matched)))
    written = _merge(conn, row, stage, matched)
    stage.drop(conn)
    inserted = staged - known
    return Changes(inserted, written - inserted, deleted, staged - written)


def _stage(conn: Connection, row: type[Row]) -> Table:
    columns = [Column(c.name, c.type) for c in table(row).columns]
    stage = Table(f"stage_{row.TABLE}", MetaData(), *columns, prefixes=["TEMPORARY"])
    stage.create(conn)
    return stage


def _load(conn: Connection, stage: Table, rows: Iterator[tuple[Any, ...]]) -> None:
    names = ", ".join(f'"{c.name}"' for c in stage.columns)
    if conn.dialect.name == "postgresql":
        connection: Any = conn.connection.driver_connection
        with connection.cursor() as cursor, cursor.copy(f"COPY {stage.name} ({names}) FROM STDIN") as copy:
            for values in rows:
                copy.write_row(values)
        return
    marks = ", ".join("?" for _ in stage.columns)
    while batch := list(islice(rows, _BATCH)):
        conn.exec_driver_sql(f"INSERT INTO {stage.name} ({names}) VALUES ({marks})", batch)  # noqa: S608


def _index(conn: Connection, stage: Table, row: type[Row]) -> None:
    Index(f"ix_{stage.name}", *(stage.c[k] for k in key_of(row))).create(conn)


def _within(part: Table, scope: Mapping[str, object]) -> list[ColumnElement[bool]]:
    return [part.c[name].is_not_distinct_from(value) for name, value in scope.items()]


def _count(conn: Connection, statement: Select[tuple[int]]) -> int:
    return conn.execute(statement).scalar_one()


def _delete(conn: Connection, target: Table, within: list[ColumnElement[bool]], kept: ColumnElement[bool]) -> int:
    return conn.execute(delete(target).where(*within, ~kept)).rowcount


def _merge(conn: Connection, row: type[Row], stage: Table, matched: ColumnElement[bool]) -> int:
    """Write the staged rows that are new or differ; the number of rows written."""
    target, keys = table(row), key_of(row)
    others = [c.name for c in target.columns if c.name not in keys]
    differs = or_(*(target.c[name].is_distinct_from(stage.c[name]) for name in others))
    # Rows that stay as they are never reach ON CONFLICT: PostgreSQL would lock (and so rewrite) each of them.
    fresh = select(stage).outerjoin(target, matched).where(or_(target.c[keys[0]].is_(None), differs))
    insert = (postgresql if conn.dialect.name == "postgresql" else sqlite).insert(target)
    statement = insert.from_select([c.name for c in stage.columns], fresh)
    written = statement.on_conflict_do_update(
        index_elements=list(keys),
        set_={name: statement.excluded[name] for name in others},
        where=or_(*(target.c[name].is_distinct_from(statement.excluded[name]) for name in others)),
    )
    # SQLAlchemy forgets the row count of an INSERT unless told otherwise.
    return conn.execute(written, execution_options={"preserve_rowcount": True}).rowcount


def _refuse(conn: Connection, row: type[Row], stage: Table, scope: Mapping[str, object]) -> None:
    """Raise for staged rows that must not be written."""
    keys = [stage.c[k] for k in key_of(row)]
    twice = select(*keys).group_by(*keys).having(func.count() > 1)
    _none(conn, row, twice, "given more than once; every key may stand for one row only")
    if scope:
        said = ", ".join(f"{name}={value!r}" for name, value in scope.items())
        outside = select(*keys).where(~and_(*_within(stage, scope)))
        _none(conn, row, outside, f"outside the part that is being written ({said})")
    for spec in columns_of(row):
        if spec.ref:
            parent, column = spec.ref.split(".")
            there = exists().where(METADATA.tables[parent].c[column] == stage.c[spec.name])
            orphan = select(*keys).where(stage.c[spec.name].is_not(None), ~there)
            _none(conn, row, orphan, f"{spec.name} refers to a row of {parent} that is not there")


def _none(conn: Connection, row: type[Row], bad: Select[Any], why: str) -> None:
    found = conn.execute(bad.order_by(*bad.selected_columns).limit(1)).first()
    if found is not None:
        raise FincityError(f"{row.TABLE} ({_said(key_of(row), found)}): {why}")


def _said(names: Iterable[str], values: Iterable[object]) -> str:
    shown = (f"{value!r:.200}" for value in values)
    return ", ".join(f"{name}={value}" for name, value in zip(names, shown, strict=True))


def _cleaned(row: type[R], rows: Iterable[R]) -> Iterator[tuple[Any, ...]]:
    specs = columns_of(row)
    cleaners = [_cleaner(row, spec) for spec in specs]
    keys = [i for i, spec in enumerate(specs) if spec.key and spec.type is str]
    read = attrgetter(*(spec.name for spec in specs))
    for item in rows:
        values = tuple(clean(value) for clean, value in zip(cleaners, read(item), strict=True))
        # At most four bytes a character: only keys that might be too long are measured.
        if sum(len(values[i]) for i in keys) * 4 > MAX_KEY_BYTES:
            _refuse_long_key(row, [values[i] for i in keys])
        yield values


def _refuse_long_key(row: type[Row], parts: list[str]) -> None:
    length = sum(len(part.encode()) for part in parts)
    if length > MAX_KEY_BYTES:
        raise FincityError(
            f"{row.TABLE}: the key {'/'.join(parts)[:120]!r}... has {length} bytes, more than {MAX_KEY_BYTES}; "
            "key long addresses by their hash"
        )


def _cleaner(row: type[Row], spec: ColumnSpec) -> Callable[[Any], Any]:
    """A function that makes one value fit for both stores, or raises FincityError."""
    convert = {str: _text, int: _integer, float: _number, bool: _flag}[spec.type]
    allowed = frozenset(spec.choices or ())

    def clean(value: Any) -> Any:
        if value is None and spec.nullable:
            return None
        try:
            fitting = convert(value)
        except (TypeError, ValueError) as error:
            raise FincityError(f"{row.TABLE}.{spec.name}: {value!r:.200} {error}") from error
        if allowed and fitting not in allowed:
            raise FincityError(f"{row.TABLE}.{spec.name}: {value!r:.200} is none of {', '.join(sorted(allowed))}")
        return fitting

    return clean


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("is no text")
    if "\0" in value:
        value = value.replace("\0", "")
    if not value.isascii():  # half a surrogate pair, which no UTF-8 can hold, becomes U+FFFD
        value = value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return value


def _integer(value: object) -> int:
    if type(value) is not int:
        raise TypeError("is no whole number")
    if value not in _INT64:
        raise ValueError("does not fit into 64 bits")
    return value


def _number(value: object) -> float:
    if type(value) not in (int, float) or not isinstance(value, int | float):
        raise TypeError("is no number")
    if not math.isfinite(value):
        raise ValueError("is no finite number")
    return float(value) + 0.0  # -0.0 becomes 0.0, as SQLite stores it


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError("is neither true nor false")
    return value
