"""Report files as rows: one row is one text with whatever the file says of its place, year, title and origin."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from lxml.etree import LxmlError

from etl.errors import Quarantined
from etl.parsers._csv import DELIMITERS, cells, decoded, lines_of

#: What a Word document may unpack to.
MAX_DOCX_BYTES = 100_000_000
#: Spreadsheet programs cut a cell here, counted in UTF-16 units.
EXCEL_LIMIT = 32_767

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
    yield Row(name, path, decoded(body))


# --- csv --------------------------------------------------------------------------------------------------------------


def _csv(name: str, path: PurePosixPath, body: bytes) -> Iterator[Row | BadRow]:
    lines = lines_of(body)
    delimiter = max(DELIMITERS, key=lines[0].count)
    header = [cell.strip().strip('"').lower() for cell in lines[0].split(delimiter)]
    columns = {field: header.index(n) for field, names in _COLUMNS.items() for n in names[::-1] if n in header}
    if "text" not in columns:
        raise Quarantined("no_text_column", f"none of the columns holds texts: {lines[0].strip()[:150]}")
    last = 1
    for last, (_, item) in enumerate(cells(lines, delimiter, len(header)), start=2):
        where = f"{name}:{last}"
        yield BadRow(where, item) if isinstance(item, str) else _row(where, path, item, columns)
    if last == 1:
        raise Quarantined("no_rows", "the file has a header and no rows")


def _row(where: str, path: PurePosixPath, cells: Sequence[str], columns: dict[str, int]) -> Row:
    values = {field: cells[at].strip() for field, at in columns.items()}
    cut = len(cells[columns["text"]].encode("utf-16-le", "replace")) // 2 == EXCEL_LIMIT
    return Row(where, path, **values, warnings=("cut_at_excel_limit",) if cut else ())


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
