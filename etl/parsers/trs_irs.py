"""Portals searched by TRS's `irs/front/search`: JSON lists, HTML details by selectors.

The answer puts results and boxes of other things (services, related words) into one array: only elements of the type
DATA are results. Older versions of the software have `middle.list` with bare results instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urldefrag, urljoin

from etl.errors import Quarantined
from etl.parsers import _json, _listing, body, guarded, settings
from etl.parsers._article import Look, article, plain
from etl.parsers._listing import Row
from etl.parsers._selectors import Selector
from etl.records.parsed import ListPage, Page, Record
from etl.values import read_time

FAMILY = "trs_irs"
VERSION = f"2.{body.VERSION}"

#: TRS names its pages t{yyyymmdd}_{number}.html; the number is unique in a site.
_NUMBER = re.compile(r"/t20\d{6}_(\d{3,})\.s?html?$")


class Reading(Look):
    """How a site's pages are read; `#detailCnt`, `.TRS_Editor` and their like are the software's own bodies."""

    body: Selector = "#detailCnt, .TRS_Editor, .trs_editor_view, .TRS_UEDITOR, #Zoom, #zoom"


def is_list(page: Page) -> bool:
    """Whether a page is an answer of the search."""
    return page.body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in {b"{", b"["}


@guarded
def parse_list(page: Page) -> ListPage:
    """The results of a search answer, the stated total and number of pages.

    Raises: Quarantined `blocked`, `not_json`, `not_a_list`, `missing_field`.
    """
    answer = _json.answer(page)
    rows = [_row(row, page) for row in _results(answer)]
    items, warnings = _listing.records(page, rows, FAMILY, VERSION)
    total, pages = _json.count(answer, "data.pager.total"), _json.count(answer, "data.pager.pageCount")
    if total is None:
        raise Quarantined("missing_field", "the list does not state data.pager.total")
    return ListPage(items, total, pages, tuple(warnings))


def _results(answer: Any) -> Iterator[dict[str, Any]]:
    if isinstance(_json.at(answer, "data.middle.listAndBox"), list):
        for row in _json.rows(answer, "data.middle.listAndBox"):
            if _json.text(row, "type") in {"", "DATA"}:
                yield _json.at(row, "data") or {}
        return
    yield from _json.rows(answer, "data.middle.list")


def _row(row: Any, page: Page) -> Row:
    address = _json.text(row, "url")
    url = urldefrag(urljoin(page.url or "", address))[0] if address else ""
    title = plain(_json.text(row, "title_no_tag") or _json.text(row, "title"))
    return Row(_key(url), title, read_time(_json.text(row, "time")), url or None)


def _key(url: str) -> str:
    """The number of a page, or its address without scheme where it has none."""
    number = _NUMBER.search(url)
    return number[1] if number else re.sub(r"^https?://", "", url)


@guarded
def parse_detail(page: Page) -> Record:
    """The record of one notice.

    Raises: Quarantined `blocked`, `missing_field`, `body_missing`, `redirect_stub` and those of `etl.parsers.decode`.
    """
    if is_list(page):
        raise Quarantined("missing_field", "JSON where the page of a notice should be")
    said = _listing.listed(page, FAMILY, VERSION, _key(page.url) if page.url else None)
    return _listing.read_article(said, article(page, settings(page, Reading)))
