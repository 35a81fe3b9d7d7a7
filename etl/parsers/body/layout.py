"""The body of a notice as lines and grids: what is read later never sees markup.

HTML keeps its structure: a table of data becomes a `Grid` (spans expanded, cells apart before any number is read), a
table used for page layout is taken apart into lines. Text that was saved with one cell a line, with tabs, with escaped
HTML or as the JSON answer of a portal is brought to the same two forms.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from bs4 import Tag
from lxml import etree

from etl.errors import Quarantined
from etl.parsers.body.plain import blocks_of_text, merged
from etl.parsers.body.shapes import Block, Grid, Line, clean, text_of

__all__ = ["Block", "Grid", "Line", "blocks", "clean", "from_html", "text_of"]


_DROPPED = frozenset(
    {"script", "style", "noscript", "template", "iframe", "object", "svg", "title", "input", "head", "select", "button"}
)
_BREAKS = frozenset(
    {"p", "div", "br", "tr", "td", "th", "li", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "section", "article"}
    | {"dd", "dt", "dl", "table", "tbody", "thead", "form", "header", "footer", "hr", "pre", "blockquote", "caption"}
    | {"center"}
)
_MARKUP = re.compile(
    r"<(?:p|div|table|td|br|span|html|body|li|h\d|ul|font|strong|b|a|u)\b[^<>]{0,2000}>", re.IGNORECASE
)
#: What a page never shows, also where the rest was saved as text.
_HIDDEN = re.compile(r"<(script|style|noscript|template)\b.*?(?:</\1\s*>|$)", re.IGNORECASE | re.DOTALL)
_MAX_DEPTH = 180
#: The largest real notice seen has 500 cells and 3 thousand tags; more than this would take seconds to read.
_MAX_CELLS = 25_000
_MAX_TAGS = 100_000
#: Pages without line elements indent by hard spaces; but `地　　　址：` is one label.
_INDENT = re.compile(r"\xa0{4,}(?![\u4e00-\u9fff]\s{0,4}[:：])")
#: Classes of the government-cloud (zcy) template name what a column is, also where its head row was lost.
_CLASS_HEADS = {
    "code-sectionNo": "序号",
    "code-winningSupplierName": "中标供应商名称",
    "code-winningSupplierAddr": "中标供应商地址",
    "code-summaryPrice": "中标（成交）金额",
    "code-supplierReviewPrice": "评审报价",
}


def blocks(content: str) -> tuple[Block, ...]:
    """Lines and grids of a notice body given as HTML, escaped HTML, a portal's JSON answer, or plain text."""
    content = _unwrapped(content)
    if _MARKUP.search(content):
        return from_html(content)
    return tuple(blocks_of_text(html.unescape(_shown(content))))


def _shown(text: str) -> str:
    """A text without scripts, styles and comments."""
    first, *rest = _HIDDEN.sub("", text).split("<!--")
    return first + "".join(piece.partition("-->")[2] if "-->" in piece else piece for piece in rest)


def from_html(content: str | Tag | etree._Element) -> tuple[Block, ...]:
    """Lines and grids of an HTML fragment, given as text or as an element of a page already parsed.

    Raises: Quarantined `too_large` or `nested_too_deep`.
    """
    if isinstance(content, etree._Element):
        root, tags = content, sum(1 for _ in content.iter())
    else:
        markup = content if isinstance(content, str) else content.decode()
        tags = markup.count("<") // 2  # closing tags are no tags
        data = markup.replace("\0", "").encode("utf-8", errors="replace")
        root = etree.fromstring(data, _parser()) if data.strip() and tags <= _MAX_TAGS else None
    if tags > _MAX_TAGS:
        raise Quarantined("too_large", f"more than {_MAX_TAGS} tags")
    return () if root is None else tuple(merged(_Walker().walk(root)))


def _parser() -> etree.HTMLParser:
    return etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)


_JSON_START = re.compile(r"\s*(?:<[^<>]{1,200}>\s*){0,5}[{\[]\s*[{\"]")


def _unwrapped(content: str) -> str:
    """Escaped HTML unescaped; of a portal's JSON answer only the text of the notice (the rest names persons)."""
    if _JSON_START.match(content):
        strings = [_unescape_json(m[1]) for m in re.finditer(r'"((?:[^"\\]|\\.)*)"', content)]
        notices = [s for s in strings if s.count("<") > 4 and not s.lstrip().startswith(("{", "["))]
        content = notices[0] if notices else max(strings, key=len, default="")
    if content.count("&lt;") > max(2, content.count("<") // 4):
        content = html.unescape(content)
    return content


def _unescape_json(text: str) -> str:
    plain = {"n": "\n", "t": "\t", "r": "\n", "b": "", "f": ""}

    def one(m: re.Match[str]) -> str:
        return chr(int(m[1], 16)) if m[1] else plain.get(m[2], m[2])

    return re.sub(r"\\(?:u([0-9a-fA-F]{4})|(.))", one, text)


#: A piece of text, a table, or null where a line ends.
_Piece = str | Grid | None
_WRAPPED = re.compile(r"\s*\n\s*")


class _Walker:
    """Depth-first over the elements; text collects until something breaks the line."""

    def __init__(self) -> None:
        self.cells = 0

    def walk(self, root: etree._Element) -> Iterator[Block]:
        """Lines and grids in reading order."""
        pieces: list[_Piece] = []
        self._visit(root, pieces, 0)
        buffer: list[str] = []
        for piece in [*pieces, None]:
            if isinstance(piece, str):
                buffer.append(piece)
                continue
            if buffer:
                yield from _lines("".join(buffer))
                buffer = []
            if piece is not None:
                yield piece

    def _visit(self, node: etree._Element, pieces: list[_Piece], depth: int) -> None:
        if depth > _MAX_DEPTH:
            raise Quarantined("nested_too_deep", "the page is nested too deep to be read")
        kept = node.tag == "pre"
        if node.text:
            pieces.append(node.text if kept else _WRAPPED.sub(" ", node.text))
        for child in node:
            if child.tag == "table" and child.find(".//table") is None:
                pieces.append(None)
                pieces.extend(self._table(child))
            elif child.tag in _BREAKS:
                pieces.append(None)
                self._visit(child, pieces, depth + 1)
                pieces.append(None)
            elif child.tag not in _DROPPED and isinstance(child.tag, str):
                self._visit(child, pieces, depth + 1)
            if child.tail:
                pieces.append(child.tail if kept else _WRAPPED.sub(" ", child.tail))

    def _table(self, table: etree._Element) -> Iterator[_Piece]:
        """A data table: rows with one cell are captions between grids."""
        rows: list[_Row] = []
        for row in self._rows(table):
            if sum(1 for c in row.cells if c) <= 1:
                if rows:
                    yield _grid(rows)
                    rows = []
                yield None
                yield next((c for c in row.cells if c), "")
                yield None
            else:
                rows.append(row)
        if rows:
            yield _grid(rows)

    def _rows(self, table: etree._Element) -> Iterator[_Row]:
        spans: dict[int, tuple[int, str]] = {}
        first = True
        for tr in table.iter("tr"):
            row, named = _Row(), []
            for cell in tr.iterchildren("td", "th"):
                row.fill(spans)
                row.add(self._text(cell), _span(cell, "colspan", 40), _span(cell, "rowspan", 300), spans)
                named += [_CLASS_HEADS[c] for c in cell.get("class", "").split() if c in _CLASS_HEADS]
                if self.cells + len(row.cells) > _MAX_CELLS:
                    raise Quarantined("too_large", f"tables of more than {_MAX_CELLS} cells")
            row.fill(spans)
            self.cells += len(row.cells)
            if first and len(named) == len(row.cells):
                yield _Row(list(named))
            first = False
            yield row

    def _text(self, cell: etree._Element) -> str:
        if len(cell) == 0:
            return "\n".join(line.text for line in _lines(_WRAPPED.sub(" ", cell.text or "")))
        return "\n".join(b.text for b in self.walk(cell) if isinstance(b, Line))


@dataclass(slots=True)
class _Row:
    """A row under construction; a cell that spans columns leaves the others empty, one that spans rows is repeated."""

    cells: list[str] = field(default_factory=list)
    repeated: list[int] = field(default_factory=list)

    def add(self, text: str, width: int, height: int, spans: dict[int, tuple[int, str]]) -> None:
        for i in range(width):
            value = text if i == 0 else ""
            if height > 1:
                spans[len(self.cells)] = (height - 1, value)
            self.cells.append(value)

    def fill(self, spans: dict[int, tuple[int, str]]) -> None:
        """Repeat the cells that reach down from rows above."""
        while len(self.cells) in spans:
            at = len(self.cells)
            left, text = spans.pop(at)
            if left > 1:
                spans[at] = (left - 1, text)
            self.repeated.append(at)
            self.cells.append(text)


def _grid(rows: list[_Row]) -> Grid:
    repeated = frozenset((i, j) for i, row in enumerate(rows) for j in row.repeated)
    return Grid(tuple(tuple(row.cells) for row in rows), repeated)


def _span(cell: etree._Element, name: str, cap: int) -> int:
    value = cell.get(name, "1").strip()
    return max(1, min(cap, int(value))) if value.isdecimal() and len(value) < 6 else 1


def _lines(text: str) -> Iterator[Line]:
    for piece in _INDENT.sub("\n", text).split("\n"):
        if line := clean(piece):
            yield Line(line)
