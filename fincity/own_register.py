"""A register of firms from a list somebody brings, without a home: `resolve --register FIRMS.csv`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from etl.errors import Quarantined, UsageError
from etl.resolve.listed import Cell, listed
from etl.values.folding import heading

if TYPE_CHECKING:
    import pandas as pd

    from etl.resolve.firms import Entry, Register
    from fincity.own_files import OwnTable


@cache
def _fields() -> dict[str, str]:
    """Heading -> field, as imported lists of firms are read."""
    # Read as plain YAML: the models of imports need more than the base install has.
    text = files("etl").joinpath("imports", "mappings", "lists", "firms.yaml").read_text(encoding="utf-8")
    return {heading(name): field for name, field in yaml.safe_load(text)["columns"].items()}


def register_for(kind: str | None, given: str | Path | pd.DataFrame) -> Register:
    """The register names of a kind are looked up in; UsageError for any kind but firms."""
    if kind != "firm":
        raise UsageError(f"a register is a list of firms: it says nothing of the kind {kind}")
    return register_of(given)


def register_of(given: str | Path | pd.DataFrame) -> Register:
    """The firms of a table or of a file (.csv, .tsv, .xlsx, .dta), one a row.

    Columns are found by their headings (企业名称 or `name`, 曾用名, 简称, 统一社会信用代码, 城市 ...); others are not
    read. Raises UsageError for a table without names, naming its columns, and for a row that cannot be, naming it.
    """
    from etl.resolve.firms import Register
    from fincity import own_files

    if not isinstance(given, str | Path) and not hasattr(given, "columns"):
        raise UsageError(f"register: give a file or a DataFrame, not {type(given).__name__}")
    table = own_files.OwnTable(given) if not isinstance(given, str | Path) else _file(Path(given))
    where = f"{given}: " if isinstance(given, str | Path) else "register: "
    try:
        return Register(_entries(table.rows(), where))
    except UsageError as error:
        raise UsageError(str(error) if str(error).startswith(where) else f"{where}{error}") from error


def _file(path: Path) -> OwnTable:
    from fincity import own_files

    if not path.is_file():
        raise UsageError(f"{path}: no such file")
    return own_files.read(path)


def _entries(rows: list[dict[str, str]], where: str) -> Iterator[Entry]:
    columns = list(rows[0]) if rows else []
    known = {name: _fields()[heading(str(name))] for name in columns if heading(str(name)) in _fields()}
    if "name" not in known.values():
        raise UsageError(
            f"{where}no column of names among {', '.join(map(str, columns)) or 'none, it has no row'}: "
            "call it 企业名称, 公司名称 or name"
        )
    for number, row in enumerate(rows, 1):
        try:
            yield listed(_cells(row, known), "firm").entry(where.rstrip(": "))
        except Quarantined as error:
            raise UsageError(f"{where}row {number}: {error.detail}") from error


def _cells(row: Mapping[str, str], known: Mapping[str, str]) -> dict[str, list[Cell]]:
    found: defaultdict[str, list[Cell]] = defaultdict(list)
    for name, field in known.items():
        found[field].append(Cell(str(name), row[name]))
    return found
