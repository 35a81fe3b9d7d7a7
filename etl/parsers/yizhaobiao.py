"""易招标: a CMS sold to many buyers (Bank of Beijing, CIB, CITIC, CBHB ...), in two generations.

The newer one answers lists in JSON, the older one in HTML; in both a notice is a static page. The natural key is the
number its file is named by. Traps: `publishDate` carries its own offset (+0000 at some sites: the day changes at
16:00), or a wrong one; `.table-mock` repeats a table of the body; an empty or login-shaped answer is no empty list.

Where a notice's text comes from is the source's `body`:
`static`: the public page. It has the whole text on most sites.
`row_text`: the public page all the same, for it is what people see and what an archive should hold; but where it is a
shell that a script fills, the text its list row carried takes its place. The row's text travels with the listed item,
already redacted, so no list is asked twice and no request needs a memory.
`none`: the bank does not let its texts be reused: title, day, number and address are kept, and nothing of the body.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Literal
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup, Tag

from etl.errors import Quarantined
from etl.parsers import Settings, _json, _listing, body, decode, guarded, settings
from etl.parsers._article import Article, Look, article, plain
from etl.parsers._json import text
from etl.parsers._listing import Row
from etl.parsers.blocks import blocked
from etl.parsers.body import layout, names, stage
from etl.records.parsed import ListPage, Page, Record
from etl.redact import redact
from etl.values import read_time

FAMILY = "yizhaobiao"
VERSION = f"2.{body.VERSION}"

_PAGES = "/cms/default/webfile"
_NUMBER = re.compile(r"/(\d{3,24})\.s?html?$")
_COLUMN = re.compile(r"/cms/(?:default/webfile|channel)/([\w=-]{1,40})/|^/([\w=-]{1,40})/")
#: What a column's name says by itself, in its beginning; ywgg, 1ywgg and 2ywgg hold calls and results alike.
_COLUMNS = {"gyszj": "supplier_call", "tender": "tender"}
_ITEM = "li[name=li_name]"
_OFFSET = re.compile(r"(?<=\d)\s?(?:Z|[+-]\d\d:?\d\d)$")
_PAGER = re.compile(r"下一页|下页|尾页|末页|共\s{0,3}\d{1,5}\s{0,3}[页条]")
_TOTAL = re.compile(r"共\s{0,3}(\d{1,7})\s{0,3}条")


class Reading(Settings):
    """How the pages of a site are read."""

    body: Literal["static", "row_text", "none"] = "static"
    #: `offset`: times say their own offset; `naive_local`: they are Beijing's, whatever offset they show.
    tz_policy: Literal["offset", "naive_local"] = "offset"
    #: Fields of a row whose names make up the place, largest first.
    region_from: tuple[str, ...] = ("provinceName", "cityName", "countyName")
    look: Look = Look(body="div.text-part-text, div.main-text", title=".c-title h1, h1, .title", date=".c-title span")
    #: Rows on a full page of an HTML list; one with fewer is the last.
    full_page: int = 10
    #: The bank whose offices the buyers are.
    bank: str = ""


@guarded
def is_list(page: Page) -> bool:
    """Whether a page is a list: a JSON answer, or HTML with rows of the older generation."""
    head = page.body.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    return head in (b"{", b"[") or b"li_name" in page.body


@guarded
def parse_list(page: Page) -> ListPage:
    """The notices of a list page; the newer generation states their total, the older mostly in its pager.

    Raises: Quarantined `blocked` ("系统繁忙", a login), `not_json`, `not_a_list`, `missing_field` (a row without a
    number, or no row with a title or a date).
    """
    if page.body.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"<":
        return _html_list(page)
    answer, how = _json.answer(page), settings(page, Reading)
    found = _json.rows(answer, "res.rows")
    total = _json.count(answer, "res.total")
    if total is None and not found:
        raise Quarantined("not_a_list", "neither rows nor a total")
    items, warnings = _listing.records(page, [_row(row, page, how) for row in found], FAMILY, VERSION, how.bank)
    warnings += ["no total stated"] if total is None else []
    warnings += list(_odd_times(found, how))
    return ListPage(
        tuple(_with_text(i, r, how) for i, r in zip(items, found, strict=True)), total, None, tuple(warnings)
    )


# --- rows of the newer generation -----------------------------------------------------------------------------------


def _row(row: dict[str, Any], page: Page, how: Reading) -> Row:
    address = text(row, "url")
    return Row(
        key=_number(address),
        title=plain(text(row, "title") or text(row, "packageName")),
        published_at=_time(text(row, "publishDate"), how),
        url=_public_url(address, page),
        stage=stage.of_type(text(row, "categoryName")) or _of_column(address),
        # Not agentCompanyName: at some sites it is the branch that buys, at others the agency that it hired.
        buyer=names.organisation(text(row, "tendereeOrgName")) or "",
        area=" ".join(dict.fromkeys(name for field in how.region_from if (name := text(row, field)))),
    )


def _number(address: str) -> str:
    """The number a page's file is named by; empty where it has none."""
    found = _NUMBER.search(address.partition("?")[0].partition("#")[0])
    return found[1] if found else ""


def _of_column(address: str) -> str | None:
    found = _COLUMN.search(address)
    column = (found[1] or found[2]) if found else ""
    return next((kind for beginning, kind in _COLUMNS.items() if column.startswith(beginning)), None)


def _public_url(address: str, page: Page) -> str | None:
    """The page people see: rows give its path below the folder of the pages."""
    below = address.startswith("/") and not address.startswith(("//", "/cms/"))
    return _whole(_PAGES + address if below else address, page)


def _whole(address: str, page: Page) -> str | None:
    try:
        whole = urljoin(page.url or "", address.strip())
    except ValueError:  # such as an unclosed bracket of an IPv6 host
        return None
    return whole if re.fullmatch(r"https?://[!-~]{1,1000}", whole) else None


def _time(said: str, how: Reading) -> str | None:
    return read_time(_OFFSET.sub("", said) if how.tz_policy == "naive_local" else said)


def _odd_times(found: list[dict[str, Any]], how: Reading) -> Iterator[str]:
    """Times that are not written as the source declares: the day they give may be the one beside."""
    times = [said for row in found if (said := text(row, "publishDate"))]
    odd = sum(1 for said in times if bool(_OFFSET.search(said)) == (how.tz_policy == "naive_local"))
    if odd:
        say = "say no" if how.tz_policy == "offset" else "say an"
        yield f"publishDate: {odd} of {len(times)} times {say} offset, other than the source declares"


def _with_text(item: Record, row: dict[str, Any], how: Reading) -> Record:
    """An item with its project's number, and with its text where the row's text counts."""
    content = text(row, "text") if how.body == "row_text" else ""
    if "table-mock" in content:
        content = str(_unmocked(BeautifulSoup(content, "lxml")))
    lines = layout.text_of(layout.blocks(content)) if content else ""
    return replace(item, project_code=plain(text(row, "mainCode")) or None, text=redact(lines) or None)


def _unmocked(content: Tag) -> Tag:
    """A body without what only stands in for its tables while the page is loading."""
    for mock in content.select(".table-mock"):
        mock.decompose()
    return content


# --- lists of the older generation ----------------------------------------------------------------------------------


def _html_list(page: Page) -> ListPage:
    soup, how = BeautifulSoup(decode(page), "lxml"), settings(page, Reading)
    found, words = soup.select(_ITEM), soup.get_text(" ")
    total = _TOTAL.search(words)
    if not found and not _PAGER.search(words):
        reason = blocked(page.body, 200)
        raise Quarantined("blocked" if reason else "not_a_list", reason or f"neither rows {_ITEM!r} nor a pager")
    items, warnings = _listing.records(page, [_html_row(li, page) for li in found], FAMILY, VERSION, how.bank)
    return ListPage(items, int(total[1]) if total else None, None, tuple(warnings), last=len(found) < how.full_page)


def _html_row(li: Tag, page: Page) -> Row:
    link = li.select_one("a[href]")
    address = str(link["href"]) if link else ""
    title = str(link.get("title") or "") or link.get_text() if link else ""
    day = li.find("em")
    return Row(
        key=_number(address),
        title=plain(title),
        published_at=read_time(day.get_text(" ") if day else None),
        url=_whole(address, page) if address else None,
        stage=_of_column(address),
    )


# --- notices --------------------------------------------------------------------------------------------------------


@guarded
def parse_detail(page: Page) -> Record:
    """The record of one notice; title and time are the list's, which are whole and exact.

    Raises: Quarantined `blocked`, `missing_field` (no element is the body), `body_missing` and those of the reader.
    """
    how = settings(page, Reading)
    known = _listing.listed(page, FAMILY, VERSION)
    said = replace(
        known,
        source_id=_number(page.url or "") or known.source_id,
        url=page.url or known.url,
        notice_type=known.notice_type or _of_column(urlsplit(page.url or "").path),
        project_code=None,
        text=None,
    )
    if how.body == "none":
        return _without_body(said, page, how)
    found = _found(page, how)
    if found is not None:
        said, found = _beside(said, found)
        record = _listing.read_article(said, found, how.bank)
    elif known.text:
        said = replace(said, warnings=("text: from the list, the page is a shell",))
        record = _listing.read(said, known.text, how.bank)
    else:
        raise Quarantined("body_missing", "the page is a shell, and its list row had no text")
    return replace(record, project_code=record.project_code or known.project_code)


def _found(page: Page, how: Reading) -> Article | None:
    """What the page holds; null for a shell, where the list may say the text."""
    try:
        found = article(page, how.look)
    except Quarantined as problem:
        if problem.reason != "missing_field" or how.body != "row_text":
            raise
        return None
    content = _unmocked(found.content)
    return None if how.body == "row_text" and not content.get_text(strip=True) else found


def _beside(said: Record, found: Article) -> tuple[Record, Article]:
    """A page beside what its list said: the list's title and time count, another day is reported."""
    shown, listed = (found.published_at or "")[:10], (said.published_at or "")[:10]
    if shown and listed and shown != listed:
        said = replace(said, warnings=(f"published_at: the list says {listed}, the page shows {shown}",))
    return said, replace(found, title=said.title or found.title, published_at=said.published_at or found.published_at)


def _without_body(said: Record, page: Page, how: Reading) -> Record:
    if reason := blocked(page.body, 200):
        raise Quarantined("blocked", reason)
    _, found = _beside(said, article(page, how.look.model_copy(update={"body": "body"})))
    if not found.title:
        raise Quarantined("missing_field", "neither list nor page has a title")
    return replace(
        said,
        title=redact(found.title),
        published_at=found.published_at,
        notice_type=stage.of_title(found.title) or said.notice_type or "other",
        warnings=("text: not kept, by the terms of the site",),
    )
