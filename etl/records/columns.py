"""Columns of rows: their meaning, keys, references and units, told once beside the field they belong to."""

from __future__ import annotations

import types
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar, Union, get_args, get_origin, get_type_hints


def col(
    doc: str,
    *,
    key: bool = False,
    run: bool = False,
    unit: str | None = None,
    ref: str | None = None,
    choices: tuple[str, ...] | None = None,
) -> Any:
    """A column: its meaning; part of the key, a run column, a reference (`table.column`), a choice of values."""
    return field(metadata={"doc": doc, "key": key, "run": run, "unit": unit, "ref": ref, "choices": choices})


@dataclass(frozen=True, slots=True)
class ColumnSpec:
    """One column as `db` and the docs need it."""

    name: str
    type: type
    nullable: bool
    doc: str
    key: bool
    run: bool
    unit: str | None
    ref: str | None
    choices: tuple[str, ...] | None


class Row:
    """Base of all warehouse rows. `TABLE` is the table's name; the class docstring is its description."""

    TABLE: ClassVar[str]
    __slots__ = ()


def _plain(hint: Any) -> tuple[type, bool]:
    if get_origin(hint) in (Union, types.UnionType):
        (inner,) = [a for a in get_args(hint) if a is not type(None)]
        return inner, True
    return hint, False


def columns_of(row: type[Row]) -> tuple[ColumnSpec, ...]:
    """The columns of a row class, in order."""
    hints = get_type_hints(row)
    specs = []
    for f in fields(row):  # type: ignore[arg-type]
        kind, nullable = _plain(hints[f.name])
        specs.append(ColumnSpec(name=f.name, type=kind, nullable=nullable, **f.metadata))
    return tuple(specs)


def key_of(row: type[Row]) -> tuple[str, ...]:
    """Names of the key columns, in order: the natural key, and the order of the canonical dump."""
    return tuple(c.name for c in columns_of(row) if c.key)
