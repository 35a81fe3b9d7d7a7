"""Policy documents as records: what a page or an answer says of one, filled up from its list, checked and redacted.

Government pages print a document's facts around its text, as a table (索引号, 发文机关, 发文字号, 发布日期 ...), a list
or plain lines; the words are the same on every site, the markup on none. So the page is laid out into lines and grids
first, and read by its labels.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from urllib.parse import urldefrag, urljoin

from bs4 import BeautifulSoup, Tag

from etl.errors import Quarantined
from etl.parsers import decode
from etl.parsers._policy import (
    doc_number,
    doc_type,
    issuers,
    issuers_below,
    issuers_in_title,
    number_above,
    number_in_title,
)
from etl.parsers.blocks import blocked
from etl.parsers.body import layout, lost
from etl.parsers.body.layout import Block, Grid, Line
from etl.records.parsed import Page, Record
from etl.redact import redact
from etl.values import read_time

#: Elements that hold the text of a document, the most usual ones first: each is a search of the whole page.
BODIES = (
    *("#UCAP-CONTENT", "div.trs_editor_view", ".TRS_Editor", "#Zoom", "#zoom", ".pages_content"),
    *(".policyLibraryOverview_content", "td.b12c", ".TRS_UEDITOR", "#zoomcon", "ucapcontent", "#articleText"),
    *(".article_con", ".article-content", ".article_content", ".Article_content", ".my_conboxzw"),
)
#: Labels by what they say; the first that a page has counts.
_SAYS = {
    "title": ("标题", "名称", "文件名称", "公文名称", "信息名称"),
    "number": ("发文字号", "文号", "发文文号", "公文文号", "文件编号"),
    "issuers": ("发文机关", "发文机构", "发文单位", "制发机关", "制定机关", "发布机关", "发布机构", "发布单位"),
    "day": ("发布日期", "发布时间", "公开日期", "公布日期", "发文日期"),
    "written": ("成文日期", "生成日期", "签发日期", "印发日期"),
}
#: Labels known to say nothing that a record holds; any other one beside them is reported.
_PASSED = (
    *("索引号", "主题分类", "分类", "体裁分类", "组配分类", "主题词", "关键词", "有效性", "时效性", "时效", "有效期"),
    *(
        "来源",
        "信息来源",
        "生效日期",
        "实施日期",
        "施行日期",
        "失效日期",
        "废止日期",
        "公开方式",
        "公开范围",
        "公开时限",
    ),
    *("公开主体", "公开责任部门", "内容概述", "内容摘要", "浏览次数", "阅读次数", "字体", "字号", "责任编辑", "文种"),
)
_KNOWN = {label: what for what, labels in _SAYS.items() for label in labels} | dict.fromkeys(_PASSED, "")
#: A label inside a line; its characters may stand apart (`索 引 号：`).
_LABEL = re.compile(
    r"(?<![\u4e00-\u9fff])("
    + "|".join(r"\s?".join(label) for label in sorted(_KNOWN, key=len, reverse=True))
    + r")\s?[:：]\s?"
)
_LONG = 200
#: Where the value of a label ends: at another one on the same line (联系人：…).
_NEXT = re.compile(r"\s[\u4e00-\u9fff]{2,8}\s?[:：]")
_FILE = re.compile(r"^.{0,200}\.(?:pdf|docx?|wps|ofd|ceb|xlsx?|zip|rar)$", re.IGNORECASE)


@dataclass(slots=True)
class Found:
    """What a page says of a document before its list fills in the rest."""

    body: tuple[Block, ...]
    #: By what they say: title, number, issuers, day, written.
    facts: dict[str, str]
    heading: str = ""
    #: Titles of the last resort: another heading, the window.
    window: str = ""
    published: str | None = None
    warnings: list[str] = field(default_factory=list)


def found(page: Page, bodies: Sequence[str] = BODIES) -> tuple[Found, BeautifulSoup]:
    """What an HTML page says, and the page around the text.

    Raises: Quarantined `blocked`, `body_missing` and those of `decode`.
    """
    soup = BeautifulSoup(_markup(page), "lxml")
    content = body_of(soup, bodies)
    if content is None or not content.get_text(strip=True):
        reason = blocked(page.body, 200)
        raise Quarantined("blocked" if reason else "body_missing", reason or "the page has no body of a document")
    text = layout.from_html(content.extract())
    facts, warnings = labelled(layout.from_html(soup))
    said = Found(text, facts, heading(soup), window(soup), warnings=warnings)
    said.published = _published(soup, facts, warnings)
    return said, soup


def body_of(soup: BeautifulSoup, bodies: Sequence[str]) -> Tag | None:
    """The first of some elements that has a text; one without, where none has."""
    empty = None
    for selector in bodies:
        for element in soup.select(selector, limit=3):
            if element.get_text(strip=True):
                return element
            empty = empty or element
    return empty


def has_body(page: Page, bodies: Sequence[str]) -> bool:
    """Whether a page holds the text of a document."""
    content = body_of(BeautifulSoup(decode(page), "lxml"), bodies)
    return content is not None and bool(content.get_text(strip=True))


def _markup(page: Page) -> str:
    text = re.sub(r"^\s{0,20}<\?xml[^<>]{0,200}>", "", decode(page))
    if "<" not in text:
        raise Quarantined("body_missing", f"the page is no HTML: {text[:60]!r}")
    return text


# --- labels -----------------------------------------------------------------------------------------------------------


def labelled(blocks: Sequence[Block]) -> tuple[dict[str, str], list[str]]:
    """What labels say, and the labels beside them that nobody knows."""
    there: dict[str, str] = {}
    unknown: dict[str, None] = {}
    for label, value in _pairs(blocks):
        if label not in _KNOWN:
            unknown[label] = None
        elif (said := _NEXT.split(value)[0].strip()) and said not in {"无", "-", "—", "/"}:
            there.setdefault(label, said)
    says = {what: [there[label] for label in labels if label in there] for what, labels in _SAYS.items()}
    facts = {what: values[0] for what, values in says.items() if values}
    return facts, [f"unknown label {label!r}" for label in unknown][:10] if facts else []


def _pairs(blocks: Sequence[Block]) -> Iterator[tuple[str, str]]:
    for block, after in zip_longest(blocks, blocks[1:]):
        if isinstance(block, Line):
            yield from _in_line(block.text, after.text if isinstance(after, Line) else "")
        elif isinstance(block, Grid):
            yield from _in_grid(block)


def _in_grid(grid: Grid) -> Iterator[tuple[str, str]]:
    """Cells that are labels with the cell beside them, in tables that have two known ones; labels inside cells."""
    rows = [[c for i, c in enumerate(row) if (at, i) not in grid.repeated] for at, row in enumerate(grid.rows)]
    facts = sum(_name(cell) in _KNOWN for row in rows for cell in row) > 1
    for row in rows:
        for cell, beside in zip_longest(row, row[1:], fillvalue=""):
            name = _name(cell)
            if name in _KNOWN or (facts and re.search(r"[:：]$", cell) and 2 <= len(name) <= 8):
                yield name, _one_line(beside, "" if _KNOWN.get(name) == "title" else " ")
            else:
                yield from _in_line(_one_line(cell), "")


def _name(cell: str) -> str:
    return "".join(cell.split()).rstrip(":：") if len(cell) < 30 else ""


def _in_line(text: str, after: str) -> Iterator[tuple[str, str]]:
    """Labels of a line with what follows each; a label alone on its line is followed by the next one."""
    marks = list(_LABEL.finditer(text[:2000]))
    for mark, following in zip_longest(marks, marks[1:]):
        value = text[mark.end() : following.start() if following else mark.end() + _LONG].strip()
        if not value and following is None and len(marks) == 1 and not _LABEL.match(after):
            value = after[:_LONG]
        yield "".join(mark[1].split()), value


def _one_line(text: str, between: str = " ") -> str:
    return layout.clean(between.join(text.split("\n")))


# --- the page around the text -----------------------------------------------------------------------------------------


def shown(tag: Tag | None, between: str = "") -> str:
    """The text of an element on one line; a title broken by `<br>` goes on without a blank, names do not."""
    return layout.clean(" ".join(tag.get_text(between).split())) if tag else ""


def meta(soup: BeautifulSoup, name: str) -> str:
    """The content of a meta element, whatever the case of its name."""
    tag = soup.find("meta", attrs={"name": re.compile(f"^{name}$", re.IGNORECASE)})
    return layout.clean(str(tag.get("content") or "")) if isinstance(tag, Tag) else ""


def heading(soup: BeautifulSoup) -> str:
    """The title a page states for its document."""
    return shown(soup.select_one("h1#ti")) or meta(soup, "ArticleTitle")


def window(soup: BeautifulSoup) -> str:
    """A title of the last resort: any heading, or the window's."""
    return shown(soup.select_one("h1")) or re.split(r"[_|]|\s-+\s", shown(soup.title))[0].strip()


def _published(soup: BeautifulSoup, facts: dict[str, str], warnings: list[str]) -> str | None:
    """The day shown on the page, to the minute where the meta element has the same day.

    Pages moved to a new site keep the day in their table, and get a new time in their meta element.
    """
    line = soup.select_one(".pages-date")
    day = read_time(facts.get("day")) or read_time(line.get_text(" ") if line else None)
    stamp = meta(soup, "firstpublishedtime") or meta(soup, "PubDate")
    exact = read_time(re.sub(r"(?<=-\d\d)-(?=\d\d:)", " ", stamp))
    if day and exact and day[:10] != exact[:10]:
        warnings.append(f"published_at: the page shows {day[:10]}, its meta element says {exact[:10]}")
        return day
    return exact or day


# --- the record -------------------------------------------------------------------------------------------------------


def record(
    page: Page, said: Found, *, family: str, version: str, key: str, issuer: str = "", day: str | None = None
) -> Record:
    """The record of a document; what its page leaves out the list says, and a warning says so.

    `issuer` is who publishes on this site, for pages that name nobody; `day` the one in the document's address.

    Raises: Quarantined `body_missing`, `missing_field` (no title).
    """
    title = _title(page, said)
    text = layout.text_of(said.body)
    _require(text, title)
    return Record(
        source=page.source or family,
        source_id=key,
        url=address(page.url or "") or (page.listed.url if page.listed else None),
        title=redact(title),
        published_at=_published_at(page, said, day),
        doc_number=_number(page, said, title, text),
        issuers=_by(page, said, title, text, issuer),
        doc_type=doc_type(title),
        text=redact(text),
        raw_sha256=page.sha256,
        parser=family,
        parser_version=version,
        warnings=tuple(said.warnings),
        kind="policy",
    )


def _require(text: str, title: str) -> None:
    """Refuse a body that is elsewhere: names of files are no text."""
    lines = [Line(line) for line in text.split("\n") if not _FILE.match(line)]
    lost.require(tuple(lines), title)


def _title(page: Page, said: Found) -> str:
    if title := said.facts.get("title") or said.heading:
        return title
    listed = (page.listed.title if page.listed else None) or ""
    if listed and not listed.endswith(("...", "…")):
        said.warnings.append("title: from the list")
        return listed
    if said.window:
        said.warnings.append("title: from the window title")
    elif listed:
        said.warnings.append("title: cut, from the list")
    else:
        raise Quarantined("missing_field", "the document has no title")
    return said.window or listed


def _published_at(page: Page, said: Found, in_address: str | None) -> str | None:
    others = (
        ("from the list", page.listed.published_at if page.listed else None),
        ("from the address", in_address),
        ("the day it was written", read_time(said.facts.get("written"))),
    )
    if said.published:
        return said.published
    where, day = next(((w, d) for w, d in others if d), ("not stated", None))
    said.warnings.append(f"published_at: {where}")
    return day


def _number(page: Page, said: Found, title: str, text: str) -> str | None:
    """The 文号 of the labels, of the title, or of a line of its own above the text."""
    own = doc_number(said.facts.get("number", "")) or number_in_title(title) or number_above(text)
    listed = page.listed.doc_number if page.listed else None
    if own and listed and own != listed:
        said.warnings.append(f"doc_number: the list says {listed}")
    if listed and not own:
        said.warnings.append("doc_number: from the list")
    return own or listed


def _by(page: Page, said: Found, title: str, text: str, issuer: str) -> tuple[str, ...]:
    """Who issued it: the labels, the list, the beginning of the title, the signatures, at last the site's owner."""
    if own := issuers(said.facts.get("issuers", "")):
        return own
    others = (
        ("from the list", page.listed.issuers if page.listed else ()),
        ("from the title", issuers_in_title(title)),
        ("from the signatures", issuers_below(text)),
        ("the site's owner", issuers(issuer)),
    )
    where, named = next(((w, n) for w, n in others if n), ("not stated", ()))
    said.warnings.append(f"issuers: {where}")
    return named


def address(url: str, base: str = "") -> str | None:
    """An address on a page, absolute and without its fragment; null where there is none."""
    try:
        whole = urldefrag(urljoin(base, url.strip()))[0] if url.strip() else ""
    except ValueError:  # such as an unclosed bracket of an IPv6 host
        return None
    return whole if re.fullmatch(r"https?://[!-~\u3000-\u9fff]{1,1000}", whole) else None
