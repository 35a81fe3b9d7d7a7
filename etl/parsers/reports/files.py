"""Report files as rows: one row is one text with whatever the file says of its place, year, title and origin."""

from __future__ import annotations

import csv
import io
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from lxml.etree import LxmlError

from etl.errors import Quarantined
from etl.parsers import MAX_BYTES, decode
from etl.records.parsed import Page

#: A csv file may hold the reports of many cities and years.
MAX_CSV_BYTES = 500_000_000
#: What a Word document may unpack to.
MAX_DOCX_BYTES = 100_000_000
#: Spreadsheet programs cut a cell here, counted in UTF-16 units.
EXCEL_LIMIT = 32_767
#: How often a csv file is picked up again behind a broken quote.
MAX_BREAKS = 100

#: Names of columns, as files have them; the first that is there is taken.
_COLUMNS = {
    "text": ("full_text", "text", "content", "正文", "全文", "内容", "报告全文", "报告内容"),
    "code": ("place_code", "city_code", "行政区划代码", "城市代码", "地区代码"),
    "city": ("city", "place", "城市", "地级市", "地市", "市", "地区"),
    "province": ("province", "省份", "省", "所属省份"),
    "year": ("year", "年份", "年度", "年"),
    "title": ("title", "report_title", "标题", "报告标题"),
    "url": ("source_url", "url", "report_url", "link", "链接", "网址"),
    "published": ("publish_date", "published_at", "date", "发布日期", "发布时间", "日期"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One text. `name` is the file, with the row's number where it has several; `path` is the file's own."""

    name: str
    path: PurePosixPath
    text: str
    code: str = ""
    city: str = ""
    province: str = ""
    year: str = ""
    title: str = ""
    url: str = ""
    published: str = ""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row of a csv file that cannot be read, and why."""

    name: str
    detail: str


def rows(name: str, body: bytes) -> Iterator[Row | BadRow]:
    """The rows of a file, read by the ending of its name.

    Raises: Quarantined `unsupported_format`, `empty`, `too_large`, `unreadable_encoding`, `unreadable_docx`,
    `no_text_column`, `no_rows`.
    """
    path = PurePosixPath(name)
    reader = _READERS.get(path.suffix.lower())
    if reader is None or body.startswith((b"%PDF", b"\xd0\xcf\x11\xe0")):
        raise Quarantined("unsupported_format", "no txt, csv or docx file; save the report as one of these")
    yield from reader(name, path, body)


def _txt(name: str, path: PurePosixPath, body: bytes) -> Iterator[Row | BadRow]:
    yield Row(name, path, _decoded(body))


def _decoded(body: bytes) -> str:
    """Text in UTF-8, UTF-16 or GB18030. UTF-16 without a mark shows by the zero bytes of its blanks and line ends."""
    zeros = body.count(b"\0")
    if zeros * 200 > len(body) and body[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        little = body.count(b"\n\0") + body.count(b" \0") >= body.count(b"\0\n") + body.count(b"\0 ")
        body = (b"\xff\xfe" if little else b"\xfe\xff") + body
    if len(body) <= MAX_BYTES:
        return decode(Page(body))
    # Only tables may be larger: too much to guess at, so it must be one encoding throughout.
    for encoding in ("utf-16",) if body[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030"):
        try:
            return body.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Quarantined("unreadable_encoding", "the bytes are neither UTF-8, UTF-16 nor GB18030 text")


# --- csv --------------------------------------------------------------------------------------------------------------


def _csv(name: str, path: PurePosixPath, body: bytes) -> Iterator[Row | BadRow]:
    if len(body) > MAX_CSV_BYTES:
        raise Quarantined("too_large", f"{len(body)} bytes, more than {MAX_CSV_BYTES}; split the file")
    text = _decoded(body).removeprefix("\ufeff")
    if not text.strip():
        raise Quarantined("empty", "the file has no content")
    lines = list(io.StringIO(text, newline=""))
    delimiter = max(",\t;", key=lines[0].count)
    header = [cell.strip().strip('"').lower() for cell in lines[0].split(delimiter)]
    columns = {field: header.index(n) for field, names in _COLUMNS.items() for n in names[::-1] if n in header}
    if "text" not in columns:
        raise Quarantined("no_text_column", f"none of the columns holds texts: {lines[0].strip()[:150]}")
    last = 1
    for last, item in enumerate(_cells(lines, delimiter, len(header)), start=2):
        where = f"{name}:{last}"
        yield BadRow(where, item) if isinstance(item, str) else _row(where, path, item, columns)
    if last == 1:
        raise Quarantined("no_rows", "the file has a header and no rows")


def _row(where: str, path: PurePosixPath, cells: Sequence[str], columns: dict[str, int]) -> Row:
    values = {field: cells[at].strip() for field, at in columns.items()}
    cut = len(cells[columns["text"]].encode("utf-16-le", "replace")) // 2 == EXCEL_LIMIT
    return Row(where, path, **values, warnings=("cut_at_excel_limit",) if cut else ())


def _cells(lines: list[str], delimiter: str, width: int) -> Iterator[list[str] | str]:
    """The rows below the header as cells; a row that cannot be read as the reason why.

    A quote that is never closed, or goes on after its end, breaks one row only: reading starts again on the next line,
    and lines that are no row of this table belong to the broken one.
    """
    at, breaks, broken = 1, 0, ""
    while at < len(lines):
        reader = csv.reader(lines[at:], delimiter=delimiter, strict=True)
        begun = at
        try:
            for cells in reader:
                fits = len(cells) == width or (len(cells) > width and not any(cells[width:]))
                if fits and broken:
                    yield broken
                    broken = ""
                if fits:
                    yield cells
                elif any(cells) and not broken:
                    yield f"line {begun + 1}: {len(cells)} cells where the header has {width}"
                begun = at + reader.line_num
            break
        except csv.Error as error:
            broken = broken or f"line {begun + 1}: {error}; check its quotation marks"
            at, breaks = begun + 1, breaks + 1
        if breaks > MAX_BREAKS:
            broken += f"; the rest of the file from line {at + 1} on is unread"
            break
    if broken:
        yield broken


# --- Word -------------------------------------------------------------------------------------------------------------


def _docx(name: str, path: PurePosixPath, body: bytes) -> Iterator[Row | BadRow]:
    import docx
    from docx.opc.exceptions import OpcError

    try:
        with zipfile.ZipFile(io.BytesIO(body)) as package:
            if sum(part.file_size for part in package.infolist()) > MAX_DOCX_BYTES:
                raise Quarantined("too_large", f"unpacks to more than {MAX_DOCX_BYTES} bytes")
        text = "\n".join(_paragraphs(docx.Document(io.BytesIO(body)).iter_inner_content()))
    except (zipfile.BadZipFile, zlib.error, OpcError, LxmlError, *_BROKEN) as error:
        raise Quarantined("unreadable_docx", f"no Word document: {type(error).__name__}: {error}"[:200]) from error
    yield Row(name, path, text)


#: What python-docx lets through from a damaged or encrypted package.
_BROKEN = (KeyError, ValueError, AttributeError, TypeError, IndexError, RuntimeError, NotImplementedError, OSError)


def _paragraphs(parts: Iterator[object]) -> Iterator[str]:
    """Lines of paragraphs and tables, in order."""
    for part in parts:
        if hasattr(part, "rows"):
            yield from ("\t".join(dict.fromkeys(cell.text for cell in row.cells)) for row in part.rows)
        else:
            yield str(getattr(part, "text", ""))


_READERS: dict[str, Callable[[str, PurePosixPath, bytes], Iterator[Row | BadRow]]] = {
    **dict.fromkeys((".csv", ".tsv"), _csv),
    **dict.fromkeys((".txt", ".text", ".md", ""), _txt),
    ".docx": _docx,
}
