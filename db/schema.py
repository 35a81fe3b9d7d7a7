"""The warehouse's tables, made from the record definitions in `etl.records`: one metadata for SQLite and PostgreSQL.

Types: text, 64-bit integer, double, boolean. Text is compared by code point on both stores (COLLATE "C" on PostgreSQL,
SQLite's own order), so keys sort alike everywhere. References are checked at the end of a transaction: an award may go
before its lines.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Double,
    ForeignKey,
    Index,
    MetaData,
    Table,
    Text,
)
from sqlalchemy.types import TypeEngine

from etl.records import TABLES, ColumnSpec, Row, columns_of

NAMING = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
}
METADATA = MetaData(naming_convention=NAMING)

#: The longest key, in bytes of UTF-8: PostgreSQL's index entries end at about 2 700 bytes.
MAX_KEY_BYTES = 2000

#: Rules of the design that one row can break by itself, beside NOT NULL, keys, references and enumerations.
CHECKS: dict[str, dict[str, str]] = {
    "coverage_day": {"open_items": "open_items BETWEEN 0 AND listed"},
    "hit": {"span": '"start" >= 0 AND "end" > "start"'},
    "observation": {
        "completeness": "completeness BETWEEN 0 AND 1",
        "unknown_is_empty": "completeness > 0 OR value IS NULL",
        "reason": "(completeness = 1 AND value IS NOT NULL) OR reason IS NOT NULL",
    },
}

#: Columns read by, beside the keys.
INDEXES: dict[str, tuple[tuple[str, ...], ...]] = {
    "award_notice": (("source", "source_id"),),
    "document": (("raw_sha256",),),
    "listing": (("source", "state"),),
}


def text_type() -> Text:
    """Text in code point order on both stores."""
    return Text().with_variant(Text(collation="C"), "postgresql")


def column_type(kind: type) -> TypeEngine[Any]:
    """The SQL type of a Python type of the records."""
    types: dict[type, TypeEngine[Any]] = {
        str: text_type(),
        int: BigInteger(),
        float: Double(),
        bool: Boolean(),
    }
    return types[kind]


def table(row: type[Row]) -> Table:
    """The table of a row class."""
    return METADATA.tables[row.TABLE]


def _column(spec: ColumnSpec) -> Column[Any]:
    reference = [ForeignKey(spec.ref, deferrable=True, initially="DEFERRED")] if spec.ref else []
    return Column(spec.name, column_type(spec.type), *reference, primary_key=spec.key, nullable=spec.nullable)


def _enumeration(spec: ColumnSpec) -> CheckConstraint:
    listed = ", ".join(f"'{choice}'" for choice in spec.choices or ())
    return CheckConstraint(f'"{spec.name}" IN ({listed})', name=spec.name)


def _define(row: type[Row]) -> None:
    specs = columns_of(row)
    Table(
        row.TABLE,
        METADATA,
        *(_column(spec) for spec in specs),
        *(_enumeration(spec) for spec in specs if spec.choices),
        *(CheckConstraint(rule, name=name) for name, rule in CHECKS.get(row.TABLE, {}).items()),
        *(Index(None, *columns) for columns in INDEXES.get(row.TABLE, ())),
    )


for _row in TABLES:
    _define(_row)

#: What the tables above were made from (`db.builds`); no part of what they say.
BUILD = Table(
    "build",
    METADATA,
    Column("name", text_type(), primary_key=True),
    *(Column(name, text_type(), nullable=False) for name in ("recipe", "said")),
)
