"""Pages and files on disk to records, without a home: what `fincity parse` does."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from etl.errors import Quarantined, UsageError
from etl.parsers import QuarantinedRow
from etl.records import ListPage, Page, Record


@dataclass(frozen=True)
class Refused:
    """An input that could not become a record."""

    path: str
    source_id: str
    reason: str
    detail: str
    raw_sha256: str
    parser: str

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types."""
        return asdict(self)


@dataclass(frozen=True)
class Parsed:
    """What one file gave: records, refusals, and for a list page what it states about the whole list."""

    path: str
    records: tuple[Record, ...] = ()
    refused: tuple[Refused, ...] = ()
    is_list: bool = False
    listed: int | None = None
    pages: int | None = None


def files(paths: Iterable[Path]) -> list[Path]:
    """The files named, and all files below the folders named, sorted.

    Raises UsageError for a path that is not there and for a folder without files.
    """
    found: list[Path] = []
    for path in paths:
        if not path.exists():
            raise UsageError(f"{path}: no such file or folder; check the path")
        inside = [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.is_file() and _visible(p, path))
        if not inside and not path.is_dir():
            raise UsageError(f"{path}: neither a file nor a folder")
        if not inside:
            raise UsageError(f"{path}: the folder holds no files")
        found += inside
    return found


def _visible(path: Path, folder: Path) -> bool:
    return not any(part.startswith(".") for part in path.relative_to(folder).parts)


def parse(parser: ModuleType, paths: Sequence[Path]) -> Iterator[Parsed]:
    """Parse files one by one with the module of a portal family (`etl.parsers.family`)."""
    return (_parse_file(parser, path) for path in paths)


def _parse_file(parser: ModuleType, path: Path) -> Parsed:
    body = path.read_bytes()
    if not body.strip():
        where = path.as_posix()
        digest = hashlib.sha256(body).hexdigest()
        return Parsed(where, refused=(Refused(where, where, "empty", "the file is empty", digest, parser.FAMILY),))
    if hasattr(parser, "parse_rows"):
        return _of_rows(parser, path, parser.parse_rows(body, "", path.as_posix()))
    if hasattr(parser, "parse_file"):
        return _of_rows(parser, path, parser.parse_file(path.as_posix(), body, None))
    return _of_page(parser, path, Page(body))


def _of_rows(parser: ModuleType, path: Path, rows: Iterable[Record | QuarantinedRow]) -> Parsed:
    records: list[Record] = []
    refused: list[Refused] = []
    for row in rows:
        if isinstance(row, Record):
            records.append(row)
        else:
            refused.append(
                Refused(path.as_posix(), row.source_id, row.reason, row.detail, row.raw_sha256, parser.FAMILY)
            )
    return Parsed(path.as_posix(), tuple(records), tuple(refused))


def _of_page(parser: ModuleType, path: Path, page: Page) -> Parsed:
    where = path.as_posix()
    try:
        if not parser.is_list(page):
            return Parsed(where, (parser.parse_detail(page),))
        found: ListPage = parser.parse_list(page)
    except Quarantined as error:
        return Parsed(where, refused=(Refused(where, where, error.reason, error.detail, page.sha256, parser.FAMILY),))
    return Parsed(where, found.items, is_list=True, listed=found.listed, pages=found.pages)


def summary(results: Iterable[Parsed]) -> dict[str, Any]:
    """Counts over all files; `listed` and `pages` as the list pages state them, null unless all state the same."""
    counts = {"files": 0, "records": 0, "quarantined": 0}
    stated: set[tuple[int | None, int | None]] = set()
    for one in results:
        counts["files"] += 1
        counts["records"] += len(one.records)
        counts["quarantined"] += len(one.refused)
        stated |= {(one.listed, one.pages)} if one.is_list else set()
    listed, pages = stated.pop() if len(stated) == 1 else (None, None)
    return {**counts, "listed": listed, "pages": pages}
