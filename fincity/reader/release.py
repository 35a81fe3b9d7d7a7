"""Open a release: a folder of Parquet tables that never changes again.

```
HOME/releases/current                 the id of the release to read when none is named
HOME/releases/ID/release.json         id, as_of, synthetic, versions of stages and lexicons (`chosen`: those that the
                                      home counts a theme with), rows and hash of each table
HOME/releases/ID/tables/NAME.parquet  columns as in etl.records.rows
HOME/releases/ID/codebook.csv, codebook.md, checksums.sha256
```
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from db.home import Home
from etl.choices import counted
from etl.errors import FincityError, UsageError

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from etl.catalogue import Indicator

FORMAT = 1
RowT = TypeVar("RowT", bound=Mapping[str, Any])
#: For each of these columns, the values that are wanted.
Where = Mapping[str, Collection[Any]]


@dataclass(frozen=True)
class Release:
    """One release. `info` is its release.json."""

    folder: Path
    info: dict[str, Any]

    @classmethod
    def open(cls, home: Home | Path | str | None = None, id: str | None = None) -> Release:  # noqa: A002
        """The release `id` of a home, or its current one.

        Raises UsageError without a home, a release, or a release of that id; FincityError when it is damaged.
        """
        where = home if isinstance(home, Home) else Home.open(home)
        name = id or _current(where)
        if name not in ids(where):
            raise UsageError(f"no release {name!r} in {where.releases}; there are: {', '.join(ids(where)) or 'none'}")
        return cls(where.releases / name, _info(where.releases / name))

    @property
    def id(self) -> str:
        """Date of its newest page and a hash of its content."""
        return self.folder.name

    @property
    def synthetic(self) -> bool:
        """Whether everything in it is made up (a demo)."""
        return bool(self.info.get("synthetic", True))

    @property
    def as_of(self) -> str:
        """Day of the last event of the archive it was made from, ISO 8601."""
        return str(self.info.get("as_of", ""))[:10]

    @property
    def chosen(self) -> dict[str, dict[str, str | None]]:
        """By theme, the lexicon it is counted with where the home chose another than the catalogue's."""
        return dict(self.info.get("chosen", {}))

    def counted(self, entry: Indicator) -> Indicator:
        """An indicator with the lexicon and policy that this release counts it with."""
        return counted(entry, self.chosen)

    def lexicon_of(self, entry: Indicator) -> str | None:
        """The lexicon that an indicator of this release counts with: id, version, policy; an own one with its hash."""
        one = self.counted(entry)
        if one.lexicon is None:
            return None
        version = self.info.get("lexicons", {}).get(one.lexicon, "")
        digest = self.chosen.get(entry.theme, {}).get("sha256")
        own = f", own list, sha256 {digest}" if digest else ""
        return f"{one.lexicon} {version}, policy {one.policy}{own}"

    def rows(
        self, table: str, where: Where | None = None, columns: Sequence[str] | None = None
    ) -> list[dict[str, Any]]:
        """The rows that meet the conditions, in the order of the file (natural keys).

        Raises FincityError when the file is missing or broken.
        """
        found = self._arrow(table, columns)
        names = found.column_names
        conditions = [(names.index(name), frozenset(values)) for name, values in (where or {}).items()]
        cells = zip(*(column.to_pylist() for column in found.columns), strict=True)
        return [dict(zip(names, row, strict=True)) for row in cells if all(row[n] in some for n, some in conditions)]

    def values(self, table: str, column: str) -> list[str]:
        """The different values of a column of text, sorted."""
        return sorted({row[column] for row in self.rows(table, columns=[column])})

    def _arrow(self, table: str, columns: Sequence[str] | None = None) -> pa.Table:
        import pyarrow as pa
        import pyarrow.parquet as pq

        path = self.folder / "tables" / f"{table}.parquet"
        try:
            with pq.ParquetFile(path) as file:
                return file.read(columns)
        except (OSError, pa.ArrowException) as error:
            raise self._damaged(f"tables/{path.name} cannot be read ({_first_line(error)})") from error

    def table(self, name: str) -> pd.DataFrame:
        """A whole table as a DataFrame; UsageError names the tables there are."""
        if name not in self.tables():
            raise UsageError(f"release {self.id} has no table {name!r}; there are: {', '.join(self.tables())}")
        frame: pd.DataFrame = self._arrow(name).to_pandas()
        return frame

    def tables(self) -> tuple[str, ...]:
        """Names of its tables."""
        return tuple(sorted(self.info.get("tables", ())))

    def _damaged(self, what: str) -> FincityError:
        return FincityError(
            f"release {self.id} is damaged: {what}; see `fincity release verify`, then restore {self.folder} "
            "or make the release again"
        )


def ids(home: Home) -> list[str]:
    """Ids of the releases of a home, oldest first."""
    folders = (path.parent.name for path in home.releases.glob("*/release.json"))
    return sorted(name for name in folders if not name.startswith("."))  # a hidden one is still being written


def current(home: Home) -> str | None:
    """Id of the current release, or None."""
    pointer = home.releases / "current"
    return pointer.read_text(encoding="utf-8").strip() or None if pointer.is_file() else None


def _current(home: Home) -> str:
    name = current(home)
    if name is None:
        made_by = "fincity demo" if home.synthetic else "fincity refresh"
        raise UsageError(f"{home.path} holds no release yet: make one with `{made_by}`")
    return name


def _info(folder: Path) -> dict[str, Any]:
    try:
        info = json.loads((folder / "release.json").read_text(encoding="utf-8"))
        version, tables = int(info["format"]), dict(info["tables"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise FincityError(
            f"release {folder.name} is damaged: release.json cannot be read ({_first_line(error)}); restore {folder}"
        ) from error
    if version > FORMAT:
        raise FincityError(f"release {folder.name} was made by a later fincity (format {version}): upgrade fincity")
    return {**info, "tables": tables}


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]


def by_key(rows: Iterable[RowT], *columns: str) -> dict[tuple[Any, ...], list[RowT]]:
    """Rows grouped by the values of some columns, in their order."""
    groups: dict[tuple[Any, ...], list[RowT]] = {}
    for row in rows:
        groups.setdefault(tuple(row[c] for c in columns), []).append(row)
    return groups
