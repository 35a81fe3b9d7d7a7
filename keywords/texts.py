"""Read texts from files: txt (one document a file), csv, tsv and jsonl (one document a row).

Chinese files come in many encodings and are often damaged. The encoding is found out (UTF-8, UTF-16, GB18030, which
includes GBK and GB2312); what cannot be read is reported with its reason, and the rest goes on. Tables are read row by
row, so that one document is held at a time.
"""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from keywords.encodings import encoding_of
from keywords.hits import Text

SUFFIXES = (".txt", ".csv", ".tsv", ".jsonl")
# What is full of marks that are no text: counting there would count the marks too.
FORMATTED = (".htm", ".html", ".xml", ".json", ".pdf", ".doc", ".docx", ".wps", ".rtf", ".xls", ".xlsx", ".zip")

# Without a field named by the caller, the first of these that a table has is read.
FIELDS = ("text", "full_text", "content", "正文", "内容", "title", "标题")
# Columns that name a document; without one it is named by file and row.
NAMES = ("document", "source_id", "id")
# Columns that say more of a document than its text.
ABOUT = {"year": ("year", "年份"), "city": ("city", "城市"), "title": ("title", "标题"), "url": ("url", "网址")}


class Unreadable(NamedTuple):
    """A document that could not be read: where it is, and why."""

    path: str
    reason: str


def files(paths: Iterable[str | Path]) -> list[Path]:
    """Return the files to read: those given, and the text files below the folders given, sorted.

    Raises FileNotFoundError for a path that does not exist and for a folder without text files.
    """
    found: list[Path] = []
    for path in map(Path, paths):
        if not path.exists():
            raise FileNotFoundError(f"{path}: no such file or folder; check the path")
        inside = sorted(one for one in path.rglob("*") if one.suffix.lower() in SUFFIXES) if path.is_dir() else [path]
        if not inside:
            raise FileNotFoundError(f"{path}: the folder holds no {', '.join(SUFFIXES)} file")
        found += inside
    return found


def read(paths: Iterable[Path], field: str | None = None) -> Iterator[Text | Unreadable]:
    """Yield the documents of the files, and in their places those that cannot be read, with the reason.

    `field` is the column (csv, tsv) or key (jsonl) that holds the text; without it the first of `FIELDS` is taken.
    A document carries the name its row gives it (`NAMES`); txt files, nameless rows and repeated names are named by
    file and row.
    """
    seen: set[str] = set()
    for path in paths:
        for place, name, one in _documents(path, field):
            if isinstance(one, Unreadable):
                yield one
                continue
            document = name if name and name not in seen else place
            seen.add(document)
            yield one._replace(document=document)


_Document = tuple[str, str, Text | Unreadable]


def _documents(path: Path, field: str | None) -> Iterator[_Document]:
    """Yield place (file and row), name and text of each document of a file."""
    place = path.as_posix()
    if path.suffix.lower() in FORMATTED:
        yield place, "", Unreadable(place, f"a {path.suffix.lower()} file, no plain text; save it as .txt")
        return
    try:
        with _rewindable(path) as file:
            encoding = encoding_of(file)
            file.seek(0)
            rows = _ROWS.get(path.suffix.lower())
            if rows is None:
                yield place, "", Text(place, file.read().decode(encoding))
                return
            for number, row in rows(file, encoding):
                yield _document(f"{place}:{number}", row, field)
    except ValueError as error:
        yield place, "", Unreadable(place, str(error))
    except OSError as error:
        yield place, "", Unreadable(place, error.strerror or "cannot be read")


def _rewindable(path: Path) -> BinaryIO:
    """Open a file that can be read twice; a pipe, which cannot, is held in memory."""
    file = path.open("rb")
    if file.seekable():
        return file
    with file:
        return io.BytesIO(file.read())


def _document(place: str, row: Any, field: str | None) -> _Document:
    try:
        chosen, text = _cell(row, field)
    except ValueError as error:
        return place, "", Unreadable(place, str(error))
    name = next((str(row[key]).strip() for key in NAMES if row.get(key)), "")
    return place, name, Text(place, text, chosen, _about(row, chosen))


def _about(row: Any, chosen: str) -> dict[str, str]:
    cells = ((what, row.get(column)) for what, columns in ABOUT.items() for column in columns if column != chosen)
    return {what: str(cell).strip() for what, cell in cells if cell and isinstance(cell, str | int | float)}


def _cell(row: Any, field: str | None) -> tuple[str, str]:
    """Return the field that was read and its text. Raises ValueError, saying what is wrong with the row."""
    if isinstance(row, str):
        raise ValueError(row)
    chosen = field or next((one for one in FIELDS if one in row), None)
    if chosen not in row or chosen is None:
        wanted = f"no field {field!r}" if field else "no field with text"
        raise ValueError(f"{wanted}; name one of {', '.join(map(str, row))} with --field")
    value = row[chosen]
    if value is not None and not isinstance(value, str):
        raise ValueError(f"field {chosen!r} is {type(value).__name__}, not text")
    if not value or not value.strip():
        raise ValueError("empty")
    return chosen, value


def _table(delimiter: str, file: BinaryIO, encoding: str) -> Iterator[tuple[int, Any]]:
    """Yield number (1 = first below the header) and cells of each row; a broken row is the sentence saying why."""
    csv.field_size_limit(sys.maxsize)  # the default refuses cells of more than 131 072 characters: a work report
    number = 0
    with io.TextIOWrapper(file, encoding, newline="") as lines:
        reader = csv.DictReader(lines, delimiter=delimiter)
        try:
            for number, row in enumerate(reader, start=1):
                yield number, "the row has more cells than the header" if None in row else row
        except csv.Error as error:
            raise ValueError(f"not a readable table: {error}, line {reader.line_num}") from None
    if not number:
        raise ValueError("empty: a header without rows")


def _lines(file: BinaryIO, encoding: str) -> Iterator[tuple[int, Any]]:
    """Yield number and object of each JSON line; a broken line is the sentence saying why."""
    with io.TextIOWrapper(file, encoding, newline="\n") as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                yield number, _object(line)


def _object(line: str) -> Any:
    try:
        row = json.loads(line)
    except ValueError as error:
        return f"not JSON: {error}"
    return row if isinstance(row, dict) else "the line is no JSON object"


_ROWS: dict[str, Callable[[BinaryIO, str], Iterator[tuple[int, Any]]]] = {
    ".csv": partial(_table, ","),
    ".tsv": partial(_table, "\t"),
    ".jsonl": _lines,
}
