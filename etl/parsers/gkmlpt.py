"""政府信息公开目录管理平台 (gkmlpt) of Guangdong province and its cities: lists in JSON, documents in a page's script.

A page holds its document as JSON (`DETAIL` of `window._CONFIG`); where that cannot be read, its table and text can.
"""

from __future__ import annotations

import json
import re
from typing import Any

from etl.errors import Quarantined
from etl.parsers import _json, _lost, _policy_page, body, decode, guarded
from etl.parsers._policy import doc_number, doc_type, issuers, number_in_title, plain
from etl.parsers._policy_page import Found
from etl.parsers.body import layout
from etl.records.parsed import ListPage, Page, Record
from etl.redact import redact
from etl.values import read_time

FAMILY = "gkmlpt"
VERSION = f"2.{body.VERSION}"

_POST = re.compile(r"/post_(\d{1,12})\.html")
_DETAIL = re.compile(r"\bDETAIL[\"']?\s{0,3}:\s{0,3}(?=\{)")
#: When it was published, as the site's own table shows it, then other clocks; `date` is the day it was written.
_TIMES = ("create_time", "display_publish_time", "first_publish_time")


def is_list(page: Page) -> bool:
    """Whether a page is an answer of the directory; documents are HTML."""
    return page.body.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{"


@guarded
def parse_list(page: Page) -> ListPage:
    """The articles of a page of a column, with the total of the list.

    The column's own counter (`post_count`) may be larger: articles that were withdrawn stay counted; it is reported.

    Raises: Quarantined `blocked`, `not_json`, `not_a_list`, `missing_field` (no total).
    """
    said = _json.answer(page)
    rows, total = _json.rows(said, "articles"), _json.count(said, "total")
    if total is None:
        raise Quarantined("missing_field", "the list states no total")
    items = [item for row in rows if (item := _item(page, row))]
    if rows and _lost.all_lost(items):
        raise Quarantined("not_a_list", f"none of {len(rows)} articles has a number and a title")
    warnings = [f"{len(rows) - len(items)} articles without number or title"] if len(items) < len(rows) else []
    counter = _json.count(said, "classify.post_count")
    warnings += [f"the column counts {counter} articles, the list {total}"] if counter and counter > total else []
    return ListPage(tuple(items), total, None, tuple(warnings))


def _item(page: Page, row: dict[str, Any]) -> Record | None:
    title, number, published = plain(_json.text(row, "title")), _json.text(row, "id"), _time(row)
    key = number if re.fullmatch(r"\d{1,12}", number) else _lost.key(title, published)
    if not title or not key:
        return None
    return Record(
        source=page.source or FAMILY,
        source_id=key,
        url=_policy_page.address(_json.text(row, "url") or _json.text(row, "post_url"), page.url or ""),
        title=redact(title),
        published_at=published,
        doc_number=_number(row) or number_in_title(title),
        issuers=_issuers(row),
        doc_type=doc_type(title),
        raw_sha256=page.sha256,
        parser=FAMILY,
        parser_version=VERSION,
        kind="policy",
    )


def _time(row: Any) -> str | None:
    return next((when for name in _TIMES if (when := read_time(_json.text(row, name)))), None)


def _number(row: Any) -> str | None:
    return doc_number(_json.text(row, "document_number"))


def _issuers(row: Any) -> tuple[str, ...]:
    return issuers(plain(_json.text(row, "publisher")))


@guarded
def parse_detail(page: Page) -> Record:
    """The record of one document.

    Raises: Quarantined `blocked`, `body_missing`, `missing_field` (no number or no title) and those of `decode`.
    """
    detail = _detail(decode(page))
    said = _found(detail) if _json.text(detail, "content") else _policy_page.found(page)[0]
    in_address = _POST.search(page.url or "")
    own = _json.text(detail, "id") or (in_address[1] if in_address else "")
    key = own or (page.listed.source_id if page.listed else "")
    if not key:
        raise Quarantined("missing_field", "neither the address nor the page has the number of the document")
    return _policy_page.record(page, said, family=FAMILY, version=VERSION, key=key)


def _detail(text: str) -> Any:
    """The document in the page's script; null where there is none that can be read."""
    start = _DETAIL.search(text)
    try:
        return json.JSONDecoder(strict=False).raw_decode(text, start.end())[0] if start else None
    except (ValueError, RecursionError):
        return None


def _found(detail: Any) -> Found:
    facts = {
        "title": plain(_json.text(detail, "title")),
        "number": _json.text(detail, "document_number"),
        "issuers": plain(_json.text(detail, "publisher")),
    }
    content = layout.blocks(_json.text(detail, "content"))
    return Found(content, {k: v for k, v in facts.items() if v}, published=_time(detail))
