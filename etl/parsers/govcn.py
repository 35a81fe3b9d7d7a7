"""中国政府网 (gov.cn): search answers of the policy library, the feed of latest policies, documents in three templates.

A document has a table of labels (`/zhengce/content/`), only a heading and a date (`/zhengce/YYYYMM/`), or stands in the
library of the ministries (`/zhengce/zhengceku/`). What its page leaves out the list says, and a warning says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from bs4 import BeautifulSoup

from etl.errors import Quarantined
from etl.parsers import _json, _lost, _policy_page, body, guarded
from etl.parsers._policy import doc_number, doc_type, issuers, plain
from etl.records.parsed import ListPage, Page, Record
from etl.redact import redact
from etl.values import BEIJING, read_time

FAMILY = "govcn"
VERSION = f"3.{body.VERSION}"

_FOUND, _NO_HITS = "200", "1001"
_NUMBERED = re.compile(r"^(?:https?://[^/]*)?/(.{0,200}/)?content_([a-z]?\d{1,12})\.s?html?$", re.IGNORECASE)
_HOME = "https://www.gov.cn/"
_EPOCH = datetime(1970, 1, 1, tzinfo=BEIJING) + timedelta(hours=8)


def is_list(page: Page) -> bool:
    """Whether a page is an answer of the search (JSON); documents are HTML."""
    return page.body.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"[")


def source_id(url: str) -> str | None:
    """The site's number of a document, from its address; null for an address of another form.

    Numbers are unique among policies (`/zhengce/`), not with those of older channels: there the channel comes first.
    """
    m = _NUMBERED.match(url.strip().partition("#")[0].partition("?")[0])
    if m is None:
        return None
    folder = m[1] or ""
    return m[2] if "zhengce/" in folder else f"{folder.partition('/')[0] or 'root'}-{m[2]}"


# --- lists ------------------------------------------------------------------------------------------------------------


@guarded
def parse_list(page: Page) -> ListPage:
    """The rows of a search answer, with the totals the site states; "no results" is an empty list.

    The feed of latest policies is a bare array that states nothing and ends where it ends: only what it reaches is
    known.

    Raises: Quarantined `blocked`, `not_json`, `refused` (any other code), `not_a_list`.
    """
    answer = _json.answer(page)
    if isinstance(answer, list):
        return _page(page, [_of_feed(row) for row in _json.rows(answer, "")])
    found = _search_result(answer)
    if found is None:
        return ListPage((), 0, 0)
    parts = _parts(found)
    listed, pages = _stated(found, parts, "totalCount", sum), _stated(found, parts, "totalpage", max)
    said = [] if listed is not None else ["no total stated"]
    return _page(page, [row for part in parts for row in part["listVO"]], listed, pages, said)


def _page(
    page: Page, rows: list[Any], listed: int | None = None, pages: int | None = None, said: Iterable[str] = ()
) -> ListPage:
    items, warnings = [], []
    for number, row in enumerate(rows, start=1):
        item, problem = _item(row, page)
        items += [item] if item else []
        warnings += [f"row {number}: {problem}"] if problem else []
    if rows and _lost.all_lost(items):
        raise Quarantined("not_a_list", f"none of {len(rows)} rows is a document; row 1: {warnings[0]}")
    return ListPage(tuple(items), listed, pages, (*warnings, *said))


def _of_feed(row: dict[str, Any]) -> dict[str, Any]:
    return {"title": row.get("TITLE"), "url": row.get("URL"), "pubtimeStr": row.get("DOCRELPUBTIME")}


def _search_result(answer: Any) -> dict[str, Any] | None:
    """`searchVO` of an answer; null where the site found nothing."""
    if not isinstance(answer, dict):
        raise Quarantined("not_a_list", f"the answer is a JSON {type(answer).__name__}")
    code = str(answer.get("code"))
    if code == _NO_HITS:
        return None
    if code != _FOUND:
        raise Quarantined("refused", f"code {code[:20]}: {str(answer.get('msg'))[:80]!r}")
    found = answer.get("searchVO")
    if not isinstance(found, dict):
        raise Quarantined("not_a_list", "the answer has no searchVO")
    return found


def _parts(found: dict[str, Any]) -> list[dict[str, Any]]:
    """What holds rows: the answer itself, or its categories where all libraries were asked together."""
    categories = found.get("catMap")
    holders = [found, *(categories.values() if isinstance(categories, dict) else ())]
    parts = [h for h in holders if isinstance(h, dict) and isinstance(h.get("listVO"), list)]
    if not parts:
        raise Quarantined("not_a_list", "neither listVO nor catMap holds rows")
    return parts


def _stated(
    found: dict[str, Any], parts: list[dict[str, Any]], name: str, join: Callable[[Iterable[int]], int]
) -> int | None:
    """A number the site states for the whole; else joined from its categories."""
    whole = _json.count(found, name)
    if whole is not None:
        return whole
    counts = [c for part in parts if (c := _json.count(part, name)) is not None]
    return join(counts) if len(counts) == len(parts) else None


def _item(row: object, page: Page) -> tuple[Record | None, str | None]:
    """A listed document, and what is wrong with its row."""
    if not isinstance(row, dict):
        return None, "no JSON object"
    title, url = plain(_json.text(row, "title")), _policy_page.address(_json.text(row, "url"), page.url or _HOME)
    own = re.fullmatch(r"[A-Za-z0-9_-]{1,64}", _json.text(row, "id"))
    published, problem = _listed_time(row)
    key = (source_id(url) if url else None) or (own[0] if own else None) or _lost.key(title, published)
    if key is None or not title:
        return None, "no number or no title"
    item = Record(
        source=page.source or FAMILY,
        source_id=key,
        url=url,
        title=redact(title),
        published_at=published,
        doc_number=doc_number(_json.text(row, "pcode")) or doc_number(_json.text(row, "wenhao")),
        issuers=issuers(plain(_json.text(row, "puborg") or _json.text(row, "source"))),
        doc_type=doc_type(title),
        raw_sha256=page.sha256,
        parser=FAMILY,
        parser_version=VERSION,
        kind="policy",
    )
    return item, problem


def _listed_time(row: dict[str, Any]) -> tuple[str | None, str | None]:
    """Milliseconds since 1970 (12 digits before September 2001), checked against the printed day."""
    stamp, printed = _json.text(row, "pubtime") or _json.text(row, "ptime"), read_time(_json.text(row, "pubtimeStr"))
    if not re.fullmatch(r"-?[0-9]{1,13}", stamp):
        return printed, None
    exact = (_EPOCH + timedelta(seconds=int(stamp) // 1000)).isoformat()
    if printed and printed[:10] != exact[:10]:
        return printed, f"pubtime is {exact[:10]}, printed is {printed[:10]}"
    return exact, None


# --- documents --------------------------------------------------------------------------------------------------------


@guarded
def parse_detail(page: Page) -> Record:
    """The record of one policy document.

    Raises: Quarantined `blocked`, `body_missing`, `missing_field` (no number or no title) and those of `decode`.
    """
    said, soup = _policy_page.found(page)
    return _policy_page.record(page, said, family=FAMILY, version=VERSION, key=_key(soup, page))


def _key(soup: BeautifulSoup, page: Page) -> str:
    """The number in the address, as in lists; a page without one is known by its list or its own manuscript number."""
    listed = page.listed.source_id if page.listed else None
    manuscript = re.fullmatch(r"[0-9]{1,12}", _policy_page.meta(soup, "manuscriptId"))
    key = source_id(page.url or "") or listed or (manuscript[0] if manuscript else None)
    if key is None:
        raise Quarantined("missing_field", "neither the address nor the page has the number of the document")
    return key
