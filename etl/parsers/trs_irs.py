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
from etl.parsers import _json, body, guarded, settings
from etl.parsers._article import Look, article, notice, plain
from etl.records.parsed import ListPage, Page, Record
from etl.redact import redact
from etl.values import read_time

FAMILY = "trs_irs"
VERSION = f"1.{body.VERSION}"

#: TRS names its pages t{yyyymmdd}_{number}.html; the number is unique in a site.
_NUMBER = re.compile(r"/t20\d{6}_(\d{3,})\.s?html?$")


class Reading(Look):
    """How a site's pages are read; `#detailCnt`, `.TRS_Editor` and their like are the software's own bodies."""

    body: str = "#detailCnt, .TRS_Editor, .trs_editor_view, .TRS_UEDITOR, #Zoom, #zoom"


def is_list(page: Page) -> bool:
    """Whether a page is an answer of the search."""
    return page.body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in {b"{", b"["}


@guarded
def parse_list(page: Page) -> ListPage:
    """The results of a search answer, the stated total and number of pages.

    Raises: Quarantined `blocked`, `not_json`, `not_a_list`.
    """
    answer = _json.answer(page)
    items, warnings = [], []
    for number, row in enumerate(_results(answer), start=1):
        item = _item(row, page)
        if item is None:
            warnings.append(f"result {number}: no title or no address")
        else:
            items.append(item)
    total, pages = _json.count(answer, "data.pager.total"), _json.count(answer, "data.pager.pageCount")
    if total is None:
        warnings.append("no total stated")
    return ListPage(tuple(items), total, pages, tuple(warnings))


def _results(answer: Any) -> Iterator[dict[str, Any]]:
    if isinstance(_json.at(answer, "data.middle.listAndBox"), list):
        for row in _json.rows(answer, "data.middle.listAndBox"):
            if _json.text(row, "type") in {"", "DATA"}:
                yield _json.at(row, "data") or {}
        return
    yield from _json.rows(answer, "data.middle.list")


def _item(row: Any, page: Page) -> Record | None:
    address = _json.text(row, "url")
    title = plain(_json.text(row, "title_no_tag") or _json.text(row, "title"))
    if not address or not title:
        return None
    url = urldefrag(urljoin(page.url or "", address))[0]
    return Record(
        source=page.source or FAMILY,
        source_id=_key(url),
        url=url,
        title=redact(title),
        published_at=read_time(_json.text(row, "time")),
        raw_sha256=page.sha256,
        parser=FAMILY,
        parser_version=VERSION,
    )


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
    found, listed = article(page, settings(page, Reading)), page.listed
    said = Record(
        source=page.source or FAMILY,
        source_id=listed.source_id if listed else _key(page.url or page.sha256[:16]),
        url=page.url,
        notice_type=listed.notice_type if listed else None,
        title=found.title,
        published_at=found.published_at,
        region_text=listed.region_text if listed else None,
        raw_sha256=page.sha256,
        parser=FAMILY,
        parser_version=VERSION,
    )
    return notice(said, found.content)
