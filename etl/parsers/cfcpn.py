"""金采网 (cfcpn.com): the aggregator on which banks and insurers publish; JSON lists and JSON details of one endpoint.

Traps of the source: `purchaseTypeLable` (so spelt; newer pages `purchaseTypeName`) mixes methods and stages. Of notices
copied from other portals (`noticeSource`) region and user name are those of the head office: they decide nothing. Users
that are agencies (`isOrg`) are no buyers. The same notice stands under two ids: both are kept, and merged as one award.
"""

from __future__ import annotations

import html
import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from etl.errors import Quarantined
from etl.parsers import _json, _listing, body, guarded
from etl.parsers._article import notice, plain
from etl.parsers._json import text
from etl.parsers._listing import Row
from etl.parsers.body import layout, names, stage
from etl.records.parsed import ListPage, Page, Record
from etl.redact import redact
from etl.values import read_time

FAMILY = "cfcpn"
VERSION = f"3.{body.VERSION}"

_PRIORS = {"1": "tender", "2": "supplier_call", "3": "correction", "4": "award"}
_TYPE_FIELDS = ("purchaseTypeLable", "purchaseTypeName")
#: What `noticeSource` says of notices posted here.
_OWN = ("金融集中采购网", "金采网")
_TAG = re.compile(r"<\s?/?[a-zA-Z]")
_ESCAPED_TAG = re.compile(r"&(?:amp;){0,3}lt;\s?/?[a-zA-Z]")


def is_list(page: Page) -> bool:
    """Whether a page is a list; a detail is an answer with one row that has `noticeContent`.

    Raises: Quarantined `not_json` for anything but JSON.
    """
    rows = _rows(_json.answer(page))
    return not (len(rows) == 1 and "noticeContent" in rows[0])


# --- lists ----------------------------------------------------------------------------------------------------------


@guarded
def parse_list(page: Page) -> ListPage:
    """The rows of a list answer; `listed` is the total the site states.

    Raises: Quarantined `blocked` (throttled), `not_json`, `not_a_list`, `missing_field` (a row without an id, or no row
    with a title or a date).
    """
    answer = _json.answer(page)
    found = _rows(answer)
    items, warnings = _listing.records(page, [_listed(row, page) for row in found], FAMILY, VERSION)
    listed = _json.count(answer, "total")
    warnings += [] if listed is not None or isinstance(answer, list) else ["no total stated"]
    return ListPage(items, listed, None, (*_told_of_types(found), *warnings, *_copies(found)))


def _rows(answer: Any) -> list[dict[str, Any]]:
    return _json.rows(answer, "" if isinstance(answer, list) else "rows")


def _listed(row: dict[str, Any], page: Page) -> Row:
    title, key, copied = _title(row), _id(row), bool(_copied_from(row))
    return Row(
        key=key,
        title=title,
        published_at=read_time(text(row, "publishTime")),
        url=_public_url(row, key, page),
        stage=stage.of_title(title) or _stage(row),
        buyer="" if copied or _is_agency(row) else text(row, "userName"),
        area="" if copied else text(row, "area"),
    )


def _told_of_types(found: Iterable[dict[str, Any]]) -> tuple[str, ...]:
    """Which type field the site used, each way once."""
    fields = (_type(row)[1] for row in found)
    return tuple(dict.fromkeys(f"type read from {field}" if field else "no type field" for field in fields))


def _copies(found: Iterable[dict[str, Any]]) -> list[str]:
    portals = Counter(portal for row in found if (portal := _copied_from(row)))
    return [f"copied from {portal}: {count} rows" for portal, count in sorted(portals.items())]


# --- fields of a row ------------------------------------------------------------------------------------------------


def _id(row: dict[str, Any]) -> str:
    key = text(row, "id").lower()
    return key if re.fullmatch(r"[0-9a-f]{32}", key) else ""


def _title(row: dict[str, Any]) -> str:
    return plain(html.unescape(text(row, "noticeTitle")))


def _type(row: dict[str, Any]) -> tuple[str, str]:
    """The site's type wording and the name of the field that held it (the site has spelt it in two ways)."""
    return next(((said, name) for name in _TYPE_FIELDS if (said := text(row, name))), ("", ""))


def _stage(row: dict[str, Any]) -> str | None:
    """The stage of the type code, or of a type that names a stage and no method (结果公告, not 公开招标)."""
    said = _type(row)[0]
    named = stage.of_type(said) if said.endswith(("公告", "公示")) else None
    return _PRIORS.get(text(row, "noticeType")) or named


def _copied_from(row: dict[str, Any]) -> str:
    """The portal a notice was copied from; empty for one that was posted here, or where nothing is said."""
    portal = layout.clean(text(row, "noticeSource"))[:80]
    return "" if any(own in portal for own in _OWN) else redact(portal)


def _is_agency(row: dict[str, Any]) -> bool:
    return text(row, "isOrg") == "1"


def _files(row: dict[str, Any]) -> int:
    """How many files hang on a notice (`file` holds JSON as text)."""
    held = row.get("file")
    try:
        files = json.loads(held) if isinstance(held, str) else held
    except (ValueError, RecursionError):
        return 0
    return sum(1 for file in files if text(file, "filePath")) if isinstance(files, list) else 0


def _content(row: dict[str, Any]) -> str:
    """The body, its HTML entity-escaped once or more; `&lt;` between real tags is a sign of less-than."""
    content = text(row, "noticeContent") or text(row, "briefContent")
    for _ in range(4):
        if _TAG.search(content) or not _ESCAPED_TAG.search(content):
            break
        content = html.unescape(content)
    return content


def _public_url(row: dict[str, Any], key: str, page: Page) -> str:
    """The page people see; the API has one address for everything."""
    parts = urlsplit(page.url or "")
    base = f"{parts.scheme}://{parts.netloc}" if parts.netloc else "http://www.cfcpn.com"
    prefix = parts.path.partition("/jcw/")[0] if "/jcw/" in parts.path else ""
    code = text(row, "noticeType")
    column = code if code in _PRIORS else "undefined"
    return f"{base}{prefix}/jcw/sys/index/goUrl?url=modules/sys/login/detail&column={column}&searchVal={key}"


# --- details --------------------------------------------------------------------------------------------------------


@guarded
def parse_detail(page: Page) -> Record:
    """The record of one notice.

    Raises: Quarantined `blocked`, `not_json`, `not_found` (no row, or rows of other notices), `missing_field`,
    `body_missing` (with the number of files that may hold it).
    """
    row = _detail_row(page)
    known = page.listed
    key = _id(row) or (known.source_id if known else "")
    if not key:
        raise Quarantined("missing_field", "the notice has no id of 32 hex digits")
    content, portal, user = _content(row), _copied_from(row), names.organisation(text(row, "userName"))
    said = Record(
        source=page.source or FAMILY,
        source_id=key,
        url=_public_url(row, key, page),
        notice_type=_stage(row) or (known.notice_type if known else None) or stage.of_type(_type(row)[0]),
        title=_title(row) or (known.title if known else None),
        published_at=read_time(text(row, "publishTime")) or (known.published_at if known else None),
        purchaser=None if portal or _is_agency(row) else user,
        region_text=None if portal else layout.clean(text(row, "area")) or None,
        raw_sha256=page.sha256,
        parser=FAMILY,
        parser_version=VERSION,
        warnings=tuple(_warnings(row, content, portal)),
    )
    read = _read(said, content, _files(row))
    if read.agency is None and user and _is_agency(row) and user in (read.text or ""):
        return replace(read, agency=user)
    return read


def _detail_row(page: Page) -> dict[str, Any]:
    found = _rows(_json.answer(page))
    wanted = page.listed.source_id if page.listed else None
    mine = [row for row in found if _id(row) in ("", wanted)] if wanted else found
    if len(mine) != 1:
        raise Quarantined("not_found", f"the answer holds {len(found)} notices, {len(mine)} of them the one asked for")
    return mine[0]


def _warnings(row: dict[str, Any], content: str, portal: str) -> Iterable[str]:
    yield from _told_of_types([row])
    if portal:
        told = redact(layout.clean(f"{text(row, 'userName')}, {text(row, 'area')}")[:120])
        yield f"copied from {portal}: its buyer and place are often the head office's, not used ({told})"
    if lost := content.count("\ufffd"):
        yield f"text: {lost} characters were lost on the way (U+FFFD)"


def _read(said: Record, content: str, files: int) -> Record:
    try:
        return notice(said, content)
    except Quarantined as problem:
        if problem.reason != "body_missing" or not files:
            raise
        raise Quarantined(problem.reason, f"{problem.detail}; beside it {files} files") from problem
