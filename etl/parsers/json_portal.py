"""Portals that answer in JSON, told apart by their YAML alone: where rows, fields and bodies lie, how days are written.

`reading` of a source says it (`Reading`). Of the same template `key` the walker makes the request for a notice, so
whatever that request needs (a channel, the year of publication) is part of the key. Type codes that the YAML does not
know say nothing; they are reported, never guessed.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote, urljoin

from pydantic import Field, model_validator

from etl.errors import Quarantined
from etl.parsers import Settings, _listing, body, guarded, settings
from etl.parsers._article import Look, article, plain
from etl.parsers._json import answer, at, count, rows, text
from etl.parsers._listing import Row
from etl.parsers._templates import fill, names
from etl.parsers.blocks import blocked
from etl.records.parsed import ListPage, NoticeType, Page, Record

FAMILY = "json_portal"
VERSION = f"2.{body.VERSION}"


class Rows(Settings):
    """Where a list holds its rows, and how it says how long it is: items, pages, or by a page that is not full."""

    rows: str = ""
    total: str = ""
    pages: str = ""
    full_page: int | None = Field(default=None, ge=1)

    @model_validator(mode="after")
    def _ends(self) -> Rows:
        if not (self.total or self.pages or self.full_page):
            raise ValueError("say how the list ends: total, pages or full_page")
        return self


class Fields(Settings):
    """Paths in a row. `buyer` is the office that published it."""

    id: str
    title: str
    date: str
    type: str = ""
    buyer: str = ""
    area: str = ""


class Check(Settings):
    """A value by which the site says whether it answers: one that must be there (`equals`) or must not (`unlike`)."""

    path: str
    equals: str = ""
    unlike: str = ""
    message: str = ""

    @model_validator(mode="after")
    def _one(self) -> Check:
        if bool(self.equals) == bool(self.unlike):
            raise ValueError("give equals or unlike")
        return self


class Detail(Settings):
    """Where a notice has its body: paths of which the first with a text counts, or elements of an HTML page."""

    body: tuple[str, ...] = ()
    html: Look | None = None
    #: Path of the array of files beside the body.
    attachments: str = ""

    @model_validator(mode="after")
    def _one(self) -> Detail:
        if bool(self.body) == (self.html is not None):
            raise ValueError("give body (paths in JSON) or html (selectors)")
        return self


class Reading(Settings):
    """How the pages of a source are read."""

    list: Rows
    fields: Fields
    date_format: _listing.DateFormat
    detail: Detail
    types: dict[str, NoticeType] = Field(default_factory=dict)
    #: The natural key, from fields of the row; `id` is the field of that name above, `year` that of publication.
    key: str = "{id}"
    #: The page people see, from the same fields.
    public_url: str = ""
    ok: Check | None = None
    #: The bank whose offices the buyers are.
    bank: str = ""


@guarded
def is_list(page: Page) -> bool:
    """Whether a page is a list: an answer in JSON that has rows."""
    how = settings(page, Reading)
    if how.detail.html and not page.body.lstrip().startswith((b"{", b"[")):
        return False
    return isinstance(at(answer(page), how.list.rows), list)


@guarded
def parse_list(page: Page) -> ListPage:
    """The rows of a list, with the totals the site states.

    Raises: Quarantined `blocked`, `refused`, `not_json`, `not_a_list`, `missing_field`, `too_large`.
    """
    how = settings(page, Reading)
    said = _answer(page, how)
    found = _listing.within_reason(rows(said, how.list.rows))
    _require(found, how.fields)
    items, warnings = _listing.records(page, [_row(row, how, page) for row in found], FAMILY, VERSION, how.bank)
    codes = {text(row, how.fields.type) for row in found} if how.fields.type else set()
    warnings += [f"type: unknown code {code[:20]!r}" for code in sorted(codes - set(how.types))]
    short = how.list.full_page is not None and len(found) < how.list.full_page
    listed, pages = _stated(said, how.list.total), _stated(said, how.list.pages)
    return ListPage(items, listed, pages, tuple(warnings), last=short)


def _answer(page: Page, how: Reading) -> Any:
    """The answer, unless the site says that it is none."""
    said = answer(page)
    check = how.ok
    if check is None:
        return said
    value = text(said, check.path)
    if value == check.equals if check.equals else value != check.unlike:
        return said
    message = text(said, check.message)[:80] if check.message else ""
    reason = "blocked" if blocked(message.encode(), 200) else "refused"
    raise Quarantined(reason, f"the site answered {check.path} {value[:20]!r}: {message}")


def _stated(said: Any, path: str) -> int | None:
    stated = count(said, path) if path else None
    if path and stated is None:
        raise Quarantined("missing_field", f"the list does not state {path}")
    return stated


def _require(found: Sequence[dict[str, Any]], fields: Fields) -> None:
    """A field that no row has, not even empty, is not there any more."""
    for path in (fields.type, fields.buyer, fields.area):
        parent, _, name = path.rpartition(".")
        holders = [at(row, parent) for row in found]
        if path and found and not any(isinstance(h, dict) and name in h for h in holders):
            raise Quarantined("missing_field", f"no row of the list has the field {path}")


def _row(row: dict[str, Any], how: Reading, page: Page) -> Row:
    fields = how.fields
    published = _listing.moment(text(row, fields.date), how.date_format)

    def value(name: str) -> str:
        if name == "year":
            return (published or "")[:4]
        return text(row, fields.id if name == "id" else name)

    def quoted(name: str) -> str:
        return quote(value(name), safe="")

    parts = [value(name) for name in names(how.key)]
    return Row(
        key=fill(how.key, value) if all(parts) and not any("/" in part for part in parts) else "",
        title=plain(html.unescape(text(row, fields.title)[: _listing.MAX_TITLE])),
        published_at=published,
        url=urljoin(page.url or "", fill(how.public_url, quoted)) if how.public_url else None,
        stage=how.types.get(text(row, fields.type)) if fields.type else None,
        buyer=text(row, fields.buyer) if fields.buyer else "",
        area=text(row, fields.area) if fields.area else "",
    )


@guarded
def parse_detail(page: Page) -> Record:
    """The record of one notice.

    Raises: Quarantined `blocked`, `refused`, `not_json`, `missing_field`, `body_missing` and those of the body reader.
    """
    how = settings(page, Reading)
    said = _listing.listed(page, FAMILY, VERSION)
    if how.detail.html:
        return _listing.read_article(said, article(page, how.detail.html), how.bank)
    found = _answer(page, how)
    files = at(found, how.detail.attachments) if how.detail.attachments else None
    return _listing.read(said, _content(found, how.detail), how.bank, len(files) if isinstance(files, list) else 0)


def _content(found: Any, detail: Detail) -> str:
    contents = [at(found, path) for path in detail.body]
    if not any(isinstance(content, str) for content in contents):
        raise Quarantined("missing_field", f"the notice has no text at {' or '.join(detail.body)}")
    return next((text(found, p) for p, c in zip(detail.body, contents, strict=True) if isinstance(c, str) and c), "")
