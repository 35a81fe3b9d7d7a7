"""Releases, write side: an immutable folder of Parquet tables with codebook and checksums, and the pointer `current`.

```
releases/current                    the id of the current release, one line
releases/ID/release.json            id, format, synthetic, home_kind, as_of, versions, rows and sha256 of each table,
                                    lexicons that the home chose
releases/ID/tables/NAME.parquet     columns as in etl.records.rows, rows by natural key, floats of 12 significant digits
releases/ID/codebook.csv, .md       made from etl.catalogue and etl.records
releases/ID/checksums.sha256        of all files above, as `sha256sum -c` reads them
```
A table's sha256 is that of its lines in the canonical dump, so it does not hang on how Parquet lays out bytes. An id is
the day of the archive's last event and the first eight digits of the SHA-256 over these hashes: the same content gives
the same id and is never written twice. Left out: page texts and parsed records (private tier), list pages, and columns
that tell of one run.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
from sqlalchemy import Connection

from db import codebook
from db.home import Home, write_atomically
from db.warehouse import digest, line, rounded, stream
from etl import catalogue, choices
from etl.errors import FincityError, UsageError
from etl.records import TABLES, ColumnSpec, Row, columns_of

if TYPE_CHECKING:
    import pyarrow as pa

FORMAT = 1
CHECKSUMS = "checksums.sha256"
#: Tables and columns of the private tier: texts of pages leave it only as counts and spans.
PRIVATE_TABLES = frozenset({"list_page"})
PRIVATE_COLUMNS = frozenset({("document", "record")})

_BATCH = 50_000


@dataclass(frozen=True, slots=True)
class Info:
    """What the caller knows of a release: the archive's last event (ISO 8601) and the versions that made the tables.

    `chosen`: by theme, the lexicon that the home counts it with instead of the catalogue's: id, version, policy, and
    the hash under which the archive keeps it.
    """

    as_of: str
    fincity_version: str
    stages: Mapping[str, str] = field(default_factory=dict)
    lexicons: Mapping[str, str] = field(default_factory=dict)
    chosen: Mapping[str, Mapping[str, str | None]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a release."""

    rows: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Release:
    """What `release.json` says."""

    id: str
    format: int
    synthetic: bool
    home_kind: str
    as_of: str
    fincity_version: str
    stages: Mapping[str, str]
    lexicons: Mapping[str, str]
    tables: Mapping[str, Table]
    chosen: Mapping[str, Mapping[str, str | None]] = field(default_factory=dict)


def public_columns(row: type[Row]) -> tuple[ColumnSpec, ...]:
    """The columns of a table that a release ships; none for a table of the private tier."""
    if row.TABLE in PRIVATE_TABLES:
        return ()
    return tuple(c for c in columns_of(row) if not c.run and (row.TABLE, c.name) not in PRIVATE_COLUMNS)


def write(home: Home, conn: Connection, info: Info) -> str:
    """Write the warehouse as a release and make it the current one; its id.

    `conn` must see one state of the warehouse (`store.read()`). Raises FincityError when the disk is full or cannot be
    written (nothing half-written stays), or when other content already bears the id.
    """
    part = home.releases / f".writing-{os.getpid()}"
    try:
        _clear_leftovers(home)
        (part / "tables").mkdir(parents=True)
        release = _write_folder(home, conn, info, part)
        _keep(part, home.releases / release.id, release)
        write_atomically(home.releases / "current", f"{release.id}\n".encode())
    except OSError as error:
        raise FincityError(f"cannot write a release in {home.releases}: {error.strerror or error}") from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return release.id


def is_current(home: Home, release_id: str) -> bool:
    """Whether this release is there and the one that `current` names."""
    pointer = home.releases / "current"
    there = (home.releases / release_id / "release.json").is_file()
    return there and pointer.is_file() and pointer.read_text(encoding="utf-8").strip() == release_id


def list_releases(home: Home) -> list[Release]:
    """The releases of a home, by id. Raises FincityError for one whose release.json cannot be read."""
    return [_read(path.parent) for path in sorted(home.releases.glob("*/release.json")) if path.parent.name[0] != "."]


def verify(home: Home, release_id: str) -> list[str]:
    """What is wrong with a release, a line each: files against checksums, rows against their hashes, the id."""
    folder = home.releases / release_id
    if not (folder / "release.json").is_file():
        raise UsageError(f"no release {release_id!r} in {home.releases}")
    problems = _changed_files(folder)
    if problems:
        return problems
    release = _read(folder)
    for name, said in release.tables.items():
        found = _table_of_file(name, folder / "tables" / f"{name}.parquet")
        if found != said:
            problems.append(f"{name}: the file holds {found.rows} rows with hash {found.sha256[:8]}, not what it says")
    if _id(release.as_of, release.tables) != release_id:
        problems.append("the id is not that of the content")
    return problems


def _clear_leftovers(home: Home) -> None:
    """Remove what writers left that were killed."""
    for leftover in home.releases.glob(".writing-*"):
        writer = int(leftover.name.rpartition("-")[2])
        if writer == os.getpid() or not psutil.pid_exists(writer):
            shutil.rmtree(leftover)


def _write_folder(home: Home, conn: Connection, info: Info, folder: Path) -> Release:
    shipped = {row.TABLE: (row.__doc__ or "", public_columns(row)) for row in TABLES if public_columns(row)}
    tables = {row.TABLE: _write_table(conn, row, folder) for row in TABLES if row.TABLE in shipped}
    release = Release(
        id=_id(info.as_of, tables),
        format=FORMAT,
        synthetic=home.synthetic,
        home_kind=home.kind,
        as_of=info.as_of,
        fincity_version=info.fincity_version,
        stages=info.stages,
        lexicons=info.lexicons,
        tables=tables,
        chosen=info.chosen,
    )
    entries = [choices.counted(entry, info.chosen) for entry in catalogue.indicators().values()]
    title = f"Codebook of release {release.id}" + (
        " (synthetic: everything in it is made up)" if home.synthetic else ""
    )
    texts = {
        "release.json": json.dumps(asdict(release), ensure_ascii=False, indent=2, sort_keys=True) + "\n",
        "codebook.csv": codebook.as_csv(entries, shipped),
        "codebook.md": codebook.as_markdown(title, entries, shipped),
    }
    for name, text in texts.items():
        (folder / name).write_bytes(text.encode())
    (folder / CHECKSUMS).write_bytes("".join(f"{sha}  {name}\n" for name, sha in _hashes(folder).items()).encode())
    return release


def _write_table(conn: Connection, row: type[Row], folder: Path) -> Table:
    """Write a table as Parquet and hash its lines on the way."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = public_columns(row)
    names = [c.name for c in columns]
    schema = _schema(columns)
    hashed, count = hashlib.sha256(), 0
    records = ([rounded(getattr(item, name)) for name in names] for item in stream(conn, row))
    with pq.ParquetWriter(
        folder / "tables" / f"{row.TABLE}.parquet", schema, compression="zstd", version="2.6"
    ) as file:
        while batch := list(islice(records, _BATCH)):
            for values in batch:
                hashed.update(line(row.TABLE, names, values).encode() + b"\n")
            arrays = [
                pa.array(values, type_) for values, type_ in zip(zip(*batch, strict=True), schema.types, strict=True)
            ]
            file.write_table(pa.Table.from_arrays(arrays, schema=schema))
            count += len(batch)
    return Table(count, hashed.hexdigest())


def _schema(columns: tuple[ColumnSpec, ...]) -> pa.Schema:
    import pyarrow as pa

    types = {str: pa.string(), int: pa.int64(), float: pa.float64(), bool: pa.bool_()}
    return pa.schema([pa.field(c.name, types[c.type], nullable=c.nullable) for c in columns])


def _id(as_of: str, tables: Mapping[str, Table]) -> str:
    content = digest(f"{name} {tables[name].sha256}" for name in sorted(tables))
    return f"{as_of[:10]}-{content[:8]}"


def _keep(part: Path, folder: Path, release: Release) -> None:
    """Give the release its place; one that is there already stays as it is."""
    if not folder.exists():
        _flush(part)
        part.rename(folder)
    elif _read(folder).tables != release.tables:
        raise FincityError(
            f"{folder} is there already with other content, and a release is never overwritten; "
            "see `fincity release verify`, move the folder away, and run the same command again"
        )


def _flush(folder: Path) -> None:
    """Bring every file to the disk: a release that is there is never written again, so it must outlast a power cut."""
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())


def _read(folder: Path) -> Release:
    try:
        said = json.loads((folder / "release.json").read_text(encoding="utf-8"))
        tables = {name: Table(**table) for name, table in said["tables"].items()}
        return Release(**{**said, "tables": tables})
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise FincityError(f"{folder}/release.json cannot be read ({error}); restore the release") from error


def _hashes(folder: Path) -> dict[str, str]:
    """SHA-256 of every file but the checksums, by path."""
    files = sorted(p for p in folder.rglob("*") if p.is_file() and p.name != CHECKSUMS)
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def _changed_files(folder: Path) -> list[str]:
    try:
        lines = (folder / CHECKSUMS).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return [f"{CHECKSUMS} cannot be read"]
    said = {name: sha for sha, _, name in (text.partition("  ") for text in lines)}
    found = _hashes(folder)
    return [
        f"{name}: " + ("missing" if name not in found else "not part of the release" if name not in said else "changed")
        for name in sorted(said.keys() | found.keys())
        if said.get(name) != found.get(name)
    ]


def _table_of_file(name: str, path: Path) -> Table:
    import pyarrow.parquet as pq

    count = 0

    def lines() -> Iterator[str]:
        nonlocal count
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(_BATCH):
                columns: list[list[Any]] = [column.to_pylist() for column in batch.columns]
                for values in zip(*columns, strict=True):
                    count += 1
                    yield line(name, file.schema_arrow.names, values)

    sha256 = digest(lines())
    return Table(count, sha256)
