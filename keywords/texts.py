"""Read texts from files: txt (one document a file), csv, tsv and jsonl (one document a row).

Chinese files come in many encodings and are often damaged. The encoding is found out (UTF-8, UTF-16, GB18030, which
includes GBK and GB2312); what cannot be read is reported with its reason, and the rest goes on.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from keywords.hits import Text

SUFFIXES = (".txt", ".csv", ".tsv", ".jsonl")
# What is full of marks that are no text: counting there would count the marks too.
FORMATTED = (".htm", ".html", ".xml", ".json", ".pdf", ".doc", ".docx", ".wps", ".rtf", ".xls", ".xlsx", ".zip")

# Without a field named by the caller, the first of these that a table has is read.
FIELDS = ("text", "full_text", "content", "正文", "内容", "title", "标题")
# Columns that name a document; without one it is named by file and row.
NAMES = ("document", "source_id", "id")

_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_ORDINARY = re.compile("[\t\r\n -~·—-…、-】一-鿿！-～￥]")


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
        body = decode(path.read_bytes())
        rows = _ROWS.get(path.suffix.lower())
        if rows is None:
            yield place, "", Text(place, body)
            return
        for number, row in rows(body):
            yield _document(f"{place}:{number}", row, field)
    except ValueError as error:
        yield place, "", Unreadable(place, str(error))
    except OSError as error:
        yield place, "", Unreadable(place, error.strerror or "cannot be read")


def _document(place: str, row: Any, field: str | None) -> _Document:
    try:
        chosen, text = _cell(row, field)
    except ValueError as error:
        return place, "", Unreadable(place, str(error))
    name = next((str(row[key]).strip() for key in NAMES if row.get(key)), "")
    return place, name, Text(place, text, chosen)


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


def _table(body: str, delimiter: str) -> Iterator[tuple[int, Any]]:
    """Yield number (1 = first below the header) and cells of each row; a broken row is the sentence saying why."""
    csv.field_size_limit(sys.maxsize)  # the default refuses cells of more than 131 072 characters: a work report
    reader = csv.DictReader(io.StringIO(body, newline=""), delimiter=delimiter)
    try:
        number = 0
        for number, row in enumerate(reader, start=1):
            yield number, "the row has more cells than the header" if None in row else row
    except csv.Error as error:
        raise ValueError(f"not a readable table: {error}, line {reader.line_num}") from None
    if not number:
        raise ValueError("empty: a header without rows")


def _lines(body: str) -> Iterator[tuple[int, Any]]:
    """Yield number and object of each JSON line; a broken line is the sentence saying why."""
    for number, line in enumerate(body.split("\n"), start=1):
        if line.strip():
            yield number, _object(line)


def _object(line: str) -> Any:
    try:
        row = json.loads(line)
    except ValueError as error:
        return f"not JSON: {error}"
    return row if isinstance(row, dict) else "the line is no JSON object"


_ROWS: dict[str, Callable[[str], Iterator[tuple[int, Any]]]] = {
    ".csv": lambda body: _table(body, ","),
    ".tsv": lambda body: _table(body, "\t"),
    ".jsonl": _lines,
}


def decode(body: bytes) -> str:
    """Return the text of a file's bytes, whatever its encoding.

    Raises ValueError, saying why, when they are empty, binary, or in no encoding that is known here.
    """
    text = _decoded(body)
    if not text.strip():
        raise ValueError("empty")
    if len(_CONTROLS.findall(text)) > len(text) // 50:
        raise ValueError("binary, not text")
    return text


def _decoded(body: bytes) -> str:
    for bom, encoding in _BOMS:
        if body.startswith(bom):
            return _strictly(body, encoding)
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        first = error.start
    if b"\0" in body:
        return _utf16_without_bom(body)
    if _nearly_utf8(body):
        raise ValueError(f"undecodable: UTF-8, but damaged at byte {first}; mend it or save it anew")
    return _strictly(body, "gb18030")


def _strictly(body: bytes, encoding: str) -> str:
    try:
        return body.decode(encoding)
    except UnicodeDecodeError as error:
        name = encoding.upper().removesuffix("-SIG")
        raise ValueError(f"undecodable: not UTF-8, and no {name} at byte {error.start}; save it as UTF-8") from None


def _nearly_utf8(body: bytes) -> bool:
    """Whether the bytes are damaged UTF-8, which would pass for GB18030 and turn into other characters."""
    replaced = body.decode(errors="replace")
    foreign = sum(not one.isascii() for one in replaced)
    return replaced.count("\ufffd") * 10 < foreign


def _utf16_without_bom(body: bytes) -> str:
    """Decode UTF-16 that has lost its mark: the byte order under which nearly everything is ordinary text."""
    for encoding in ("utf-16-le", "utf-16-be"):
        text = body.decode(encoding, errors="replace")
        if len(_ORDINARY.findall(text)) > 0.9 * len(text):
            return text
    raise ValueError("binary, not text")
