"""政采云 (zcy): provincial portals of government purchases and the portal of 浙商银行; lists and details in JSON.

Bodies are the government-cloud template, whose cells the body reader knows by their classes. Traps: times are
milliseconds since 1970; titles begin with invisible characters; `pathName` is the type, often nothing but 采购结果;
`author` is whoever posted the notice, mostly an agency, and no buyer; ids are base64 and hold `/`, `+` and `=`.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, quote, urljoin, urlsplit

from bs4 import BeautifulSoup, Tag
from pydantic import Field

from etl.errors import Quarantined
from etl.parsers import Settings, _json, _listing, body, guarded, settings
from etl.parsers._article import plain
from etl.parsers._json import at, text
from etl.parsers._listing import Row
from etl.parsers.body import names, stage
from etl.records.parsed import ListPage, Page, Record
from etl.values import read_time

FAMILY = "zcy"
VERSION = f"2.{body.VERSION}"

_ROWS, _TOTAL, _NOTICE = "result.data.data", "result.data.total", "result.data"
_ID = re.compile(r"[A-Za-z0-9+/_-]{4,200}={0,2}")


class Reading(Settings):
    """How the notices of a portal are called on its public pages."""

    #: Path of the page people see, and the number of the menu entry it stands under.
    public_path: str = Field(default="/site/detail", pattern=r"^/[\w/-]+$")
    parent_id: str = Field(default="", pattern=r"^\d{0,12}$")
    #: The bank whose offices the buyers are.
    bank: str = ""


@guarded
def is_list(page: Page) -> bool:
    """Whether a page is a list: its answer has an array of rows.

    Raises: Quarantined `blocked`, `not_json`.
    """
    return isinstance(at(_json.answer(page), _ROWS), list)


@guarded
def parse_list(page: Page) -> ListPage:
    """The rows of a category, with the total the site states.

    Raises: Quarantined `blocked` (`success: false`), `not_json`, `not_a_list`, `missing_field`.
    """
    answer, how = _json.answer(page), settings(page, Reading)
    found, total = _json.rows(answer, _ROWS), _json.count(answer, _TOTAL)
    if total is None and not found:
        raise Quarantined("not_a_list", "neither rows nor a total")
    items, warnings = _listing.records(page, [_row(row, page, how) for row in found], FAMILY, VERSION, how.bank)
    warnings += ["no total stated"] if total is None else []
    return ListPage(items, total, None, tuple(warnings))


def _row(row: dict[str, Any], page: Page, how: Reading) -> Row:
    key = _key(text(row, "articleId"))
    return Row(
        key=key,
        title=plain(text(row, "title")),
        published_at=read_time(text(row, "publishDate")),
        url=_public_url(key, page, how),
        stage=stage.of_type(text(row, "pathName")),
        buyer=names.organisation(text(row, "purchaseName")) or "",
        area=text(row, "districtName"),
    )


def _key(said: str) -> str:
    return said if _ID.fullmatch(said) else ""


def _public_url(key: str, page: Page, how: Reading) -> str | None:
    """The page people see; null for an answer that came from nowhere."""
    under = f"parentId={how.parent_id}&" if how.parent_id else ""
    return urljoin(page.url, f"{how.public_path}?{under}articleId={quote(key, safe='')}") if page.url else None


@guarded
def parse_detail(page: Page) -> Record:
    """The record of one notice, with the other notices of its purchase in `related`.

    Raises: Quarantined `blocked`, `not_json`, `not_found` (no notice in the answer), `missing_field`, `body_missing`.
    """
    how, found = settings(page, Reading), at(_json.answer(page), _NOTICE)
    if not isinstance(found, dict):
        raise Quarantined("not_found", "the answer holds no notice")
    known = _listing.listed(page, FAMILY, VERSION)
    key = _key(text(found, "articleId")) or _asked_for(page) or known.source_id
    said = replace(
        known,
        source_id=key,
        url=_public_url(key, page, how),
        title=plain(text(found, "title")) or known.title,
        published_at=read_time(text(found, "publishDate")) or known.published_at,
        notice_type=known.notice_type or _stage(found),
        related=_related(found, key),
    )
    if not said.title:
        raise Quarantined("missing_field", "neither list nor page has a title")
    files = at(found, "attachmentList")
    record = _listing.read(said, _content(found), how.bank, len(files) if isinstance(files, list) else 0)
    code = plain(text(found, "projectCode")) or None
    return replace(record, project_code=record.project_code or code)


def _content(found: dict[str, Any]) -> Tag | str:
    """The body: HTML, whose styles are no text even where it holds nothing else."""
    content = text(found, "content")
    return BeautifulSoup(content, "lxml") if re.search(r"<[a-zA-Z]", content) else content


def _asked_for(page: Page) -> str:
    try:
        return _key("".join(parse_qs(urlsplit(page.url or "").query).get("articleId", [])[:1]))
    except ValueError:
        return ""


def _stage(found: dict[str, Any]) -> str | None:
    """The type named by the narrowest of a notice's categories."""
    categories = found.get("categoryNames")
    said = [c for c in categories if isinstance(c, str)] if isinstance(categories, list) else []
    return stage.of_type(said[-1]) if said else None


def _related(found: dict[str, Any], key: str) -> tuple[str, ...]:
    links = found.get("announcementLinkDtoList")
    keys = {_key(text(link, "articleId")) for link in links} if isinstance(links, list) else set()
    return tuple(sorted(keys - {"", key}))
