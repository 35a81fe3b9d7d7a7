"""Policies whose lists are JSON; a document is JSON as well (its text a field of HTML) or a page of its own.

Which fields say what is written in the source's YAML: dotted paths, of which the first with a text counts.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from etl.errors import Quarantined
from etl.parsers import Settings, _json, _lost, _policy_page, _static_list, body, guarded, settings
from etl.parsers._policy import doc_number, doc_type, issuers, number_in_title, plain
from etl.parsers._policy_page import Found
from etl.parsers._selectors import Selector
from etl.parsers._templates import fill
from etl.parsers.body import layout
from etl.records.parsed import ListPage, Page, Record
from etl.redact import redact
from etl.values import read_time

FAMILY = "policy_json"
VERSION = f"2.{body.VERSION}"

Paths = tuple[str, ...]


class Fields(Settings):
    """Paths to what a row or a document says. Without `id` the address tells documents apart."""

    id: Paths = ()
    title: Paths
    date: Paths
    url: Paths = ()
    number: Paths = ()
    issuers: Paths = ()


class Document(Fields):
    """Paths of a document in JSON; the last leads to its text in HTML."""

    text: Paths


class Reading(Settings):
    """How a site is read: its answer to a list and, where it has one, to a document."""

    #: Path and value by which an answer says that it is one.
    ok: tuple[str, str] | None = None
    rows: str
    total: str
    fields: Fields
    document: Document | None = None
    #: The page people see, where rows hold no address: with `{id}`.
    public_url: str = ""
    #: Elements that hold texts, for documents with a page of their own.
    body: tuple[Selector, ...] = _policy_page.BODIES
    issuer: str = ""


@guarded
def is_list(page: Page) -> bool:
    """Whether a page is an answer with rows."""
    return _is_json(page) and isinstance(_json.at(_json.answer(page), settings(page, Reading).rows), list)


def _is_json(page: Page) -> bool:
    return page.body.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"[")


# --- lists ------------------------------------------------------------------------------------------------------------


@guarded
def parse_list(page: Page) -> ListPage:
    """The rows of a list, with the total the site states.

    Raises: Quarantined `blocked`, `refused`, `not_json`, `not_a_list`, `missing_field` (no total).
    """
    how = settings(page, Reading)
    said = _answer(page, how)
    rows, total = _json.rows(said, how.rows), _json.count(said, how.total)
    if total is None:
        raise Quarantined("missing_field", f"the list does not state {how.total}")
    items, warnings = [], []
    for number, row in enumerate(rows, start=1):
        item = _item(page, row, how)
        items += [item] if item else []
        missing = "no number or no title" if item is None else None if item.published_at else "no day"
        warnings += [f"row {number}: {missing}"] if missing else []
    if rows and _lost.all_lost(items):
        raise Quarantined("not_a_list", f"none of {len(rows)} rows has a number and a title")
    return ListPage(tuple(items), total, None, tuple(warnings))


def _answer(page: Page, how: Reading) -> Any:
    said = _json.answer(page)
    if how.ok and _json.text(said, how.ok[0]) != how.ok[1]:
        raise Quarantined("refused", f"the site answered {how.ok[0]} {_json.text(said, how.ok[0])[:20]!r}")
    return said


def _first(row: Any, paths: Paths) -> str:
    return next((text for path in paths if (text := _json.text(row, path))), "")


def _item(page: Page, row: Any, how: Reading) -> Record | None:
    fields, title = how.fields, plain(_first(row, how.fields.title))
    own = _first(row, fields.id)
    url = _policy_page.address(_first(row, fields.url), page.url or "") or _public(own, how)
    published = read_time(_first(row, fields.date))
    key = own or (_static_list.source_id(url) if url else "")
    if not key or len(key) > 200:
        key, url = _lost.key(title, published) or "", None
    if not key or not title:
        return None
    return Record(
        source=page.source or FAMILY,
        source_id=key,
        url=url,
        title=redact(title),
        published_at=published,
        doc_number=doc_number(_first(row, fields.number)) or number_in_title(title),
        issuers=issuers(plain(_first(row, fields.issuers))),
        doc_type=doc_type(title),
        raw_sha256=page.sha256,
        parser=FAMILY,
        parser_version=VERSION,
        kind="policy",
    )


def _public(key: str, how: Reading) -> str | None:
    return fill(how.public_url, lambda _: quote(key, safe="")) if key and how.public_url else None


# --- documents --------------------------------------------------------------------------------------------------------


@guarded
def parse_detail(page: Page) -> Record:
    """The record of one policy document.

    Raises: Quarantined `blocked`, `refused`, `not_json`, `body_missing`, `missing_field`.
    """
    how = settings(page, Reading)
    if how.document is not None:
        said, own = _document(page, how, how.document)
    else:
        said, own = _policy_page.found(page, how.body)[0], ""
    key = own or (page.listed.source_id if page.listed else "") or _static_list.source_id(page.url or "")
    return _policy_page.record(page, said, family=FAMILY, version=VERSION, key=key, issuer=how.issuer)


def _document(page: Page, how: Reading, fields: Document) -> tuple[Found, str]:
    """What a document in JSON says, and its number."""
    said = _answer(page, how)
    content = _first(said, fields.text)
    if not content:
        raise Quarantined("body_missing", f"the document has no text at {' or '.join(fields.text)}")
    facts = {
        "title": plain(_first(said, fields.title)),
        "number": _first(said, fields.number),
        "issuers": plain(_first(said, fields.issuers)),
    }
    found = Found(layout.blocks(content), {k: v for k, v in facts.items() if v})
    found.published = read_time(_first(said, fields.date))
    return found, _first(said, fields.id)
