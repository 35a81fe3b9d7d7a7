"""Portals on the software of Epoint (国泰新点), most of the provinces' trading platforms: JSON lists, HTML details.

The search answers `result.records` and `result.totalcount`, the section list `custom.infodata`; some sites wrap either
as JSON text once more. A row may carry the whole notice (`infocontent`). Traps: answers in GB18030 that claim to be
UTF-8, a total that only repeats the page size (`counts: false` then), `infodate` as the time of entry beside `webdate`.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any
from urllib.parse import urljoin

from pydantic import Field

from etl.errors import Quarantined
from etl.parsers import _json, _listing, body, guarded, settings
from etl.parsers._article import Look, article, plain
from etl.parsers._listing import Row
from etl.parsers._selectors import Selector
from etl.parsers.body import stage
from etl.records.parsed import ListPage, NoticeType, Page, Record
from etl.values import read_time

FAMILY = "epoint"
VERSION = f"2.{body.VERSION}"

#: Bodies of the product's own page templates.
_BODIES = ".ewb-article-info, .ewb-art-bd, .ewb-info-bd, #noticeArea, .article-info, .detail-block, div.content"
_ROWS = ("result.records", "custom.infodata")
_TOTALS = ("result.totalcount", "custom.count", "custom.totalcount")


class Reading(Look):
    """How a site's answers are read."""

    body: Selector = _BODIES
    #: What addresses in rows are relative to; absent: the address of the list.
    base: str = ""
    #: Fields of the publication time, the first that is filled counts.
    times: tuple[str, ...] = ("webdate", "infodatepx", "infodate", "pubinwebdate", "startdate")
    #: Category number -> stage of its notices; a longer number goes before one that contains it.
    types: dict[str, NoticeType] = Field(default_factory=dict)
    #: Whether the total the site states is a total.
    counts: bool = True


def is_list(page: Page) -> bool:
    """Whether a page is a list answer: JSON, and not a single row with its body."""
    if page.body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] not in {b"{", b"["}:
        return False
    return not _is_row(_answer(page))


@guarded
def parse_list(page: Page) -> ListPage:
    """The rows of a list answer and the total the site states.

    Raises: Quarantined `blocked`, `not_json`, `not_a_list`, `missing_field`.
    """
    answer, reading = _answer(page), settings(page, Reading)
    path = next((p for p in _ROWS if isinstance(_json.at(answer, p), list)), _ROWS[0])
    rows = [_row(row, page, reading) for row in _json.rows(answer, "" if isinstance(answer, list) else path)]
    items, warnings = _listing.records(page, rows, FAMILY, VERSION)
    totals = (_json.count(answer, p) for p in _TOTALS)
    total = next((t for t in totals if t is not None), None) if reading.counts else None
    return ListPage(items, total, None, tuple(warnings), last=not rows)


@guarded
def parse_detail(page: Page) -> Record:
    """The record of one notice: its HTML page, or a row that carries the body (`infocontent`).

    Raises: Quarantined `blocked`, `missing_field`, `body_missing`, `redirect_stub` and those of `etl.parsers.decode`.
    """
    reading = settings(page, Reading)
    if page.body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in {b"{", b"["}:
        row = _answer(page)
        if not _is_row(row):
            raise Quarantined("missing_field", "the JSON is no row with its infocontent")
        (said,), _ = _listing.records(page, [_row(row, page, reading)], FAMILY, VERSION)
        return _listing.read(said, _json.text(row, "infocontent"))
    said = _listing.listed(page, FAMILY, VERSION, _key(page.url or "") or None)
    kind = said.notice_type or _type(_category(page.url or ""), "", reading)
    return _listing.read_article(replace(said, notice_type=kind), article(page, reading))


def _answer(page: Page) -> Any:
    """The JSON of a page, unwrapped where the site packs it as text into `content` or `return`."""
    answer = _json.answer(page)
    for name in ("content", "return"):
        packed = _json.text(answer, name)
        if packed.startswith("{") and not _is_row(answer):
            try:
                return json.loads(packed)
            except (ValueError, RecursionError) as error:
                raise Quarantined("not_json", f"the field {name!r} holds no JSON") from error
    return answer


def _is_row(answer: Any) -> bool:
    return isinstance(answer, dict) and isinstance(answer.get("infocontent"), str)


def _row(row: dict[str, Any], page: Page, reading: Reading) -> Row:
    address = _json.text(row, "linkurl") or _json.text(row, "infourl")
    category = _json.text(row, "categorynum") or _category(address)
    return Row(
        _json.text(row, "infoid") or _key(address),
        plain(_json.text(row, "titlenew") or _json.text(row, "title") or _json.text(row, "customtitle")),
        next((t for name in reading.times if (t := read_time(_json.text(row, name)))), None),
        _url(address, page, reading),
        stage=_type(category, _json.text(row, "categoryname"), reading),
        area=_json.text(row, "xiaquname") or _json.text(row, "areaname"),
    )


def _url(address: str, page: Page, reading: Reading) -> str | None:
    """An address of a row in full: sites leave out the folder their pages stand in (`base`)."""
    if not address or re.match(r"https?://", address):
        return address or None
    if reading.base:
        return f"{reading.base.rstrip('/')}/{address.lstrip('/')}"
    return urljoin(page.url, address) if page.url else None


def _key(address: str) -> str:
    """The key of a notice in its address: `.../003001005/20250324/{key}.html`."""
    found = re.search(r"/([0-9A-Za-z-]{8,64})\.html?(?:$|[?#])", address)
    return found[1] if found else ""


def _category(address: str) -> str:
    """The deepest category number in an address: `/jyxx/003001/003001005/20250324/...`."""
    return max(re.findall(r"/(\d{3,15})(?=/)", re.sub(r"/20\d{6}/", "//", address)), key=len, default="")


def _type(category: str, name: str, reading: Reading) -> str | None:
    fitting = [c for c in reading.types if category.startswith(c)]
    return reading.types[max(fitting, key=len)] if fitting else stage.of_type(name)
