"""金采网 (cfcpn.com): the aggregator on which banks and insurers publish; JSON lists and JSON details of one endpoint.

Traps of the source: `purchaseTypeLable` (so spelt; newer pages `purchaseTypeName`) mixes methods and stages; of copied
notices region and user name are those of the head office; the same notice stands under two ids.
"""

from __future__ import annotations

import html
import json
import re
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from etl.errors import Quarantined
from etl.parsers import body, decode, guarded
from etl.parsers.body import layout, lost, names, stage
from etl.records.parsed import ListPage, Page, Record
from etl.redact import redact
from etl.values import read_time

FAMILY = "cfcpn"
VERSION = f"1.{body.VERSION}"

_PRIORS = {"1": "tender", "2": "supplier_call", "3": "correction", "4": "award"}
_TYPE_FIELDS = ("purchaseTypeLable", "purchaseTypeName")


def is_list(page: Page) -> bool:
    """Whether a page is a list; a detail is an answer with one row that has `noticeContent`.

    Raises: Quarantined `not_json` for anything but JSON.
    """
    rows = _rows(_answer(page))
    return not (len(rows) == 1 and "noticeContent" in rows[0])


@guarded
def parse_list(page: Page) -> ListPage:
    """The rows of a list answer; `listed` is the total the site states.

    Raises: Quarantined `blocked` (throttled), `not_json`, `not_a_list`.
    """
    answer = _answer(page)
    items, warnings = [], []
    for number, row in enumerate(_rows(answer), start=1):
        key = _id(row)
        if key is None or not _text(row, "noticeTitle"):
            warnings.append(f"row {number}: no id of 32 hex digits or no title")
            continue
        said, where = _type(row)
        warnings.append(f"type read from {where}" if where else "no type field")
        items.append(_record(row, key, page, notice_type=_prior(row, said) or "other"))
    total = answer.get("total") if isinstance(answer, dict) else None
    listed = int(total) if isinstance(total, int | str) and str(total).isdecimal() else None
    if listed is None and isinstance(answer, dict):
        warnings.append("no total stated")
    return ListPage(tuple(items), listed, None, tuple(dict.fromkeys(warnings)))


@guarded
def parse_detail(page: Page) -> Record:
    """The record of one notice.

    Raises: Quarantined `blocked`, `not_json`, `not_found` (no row), `body_missing`.
    """
    rows = _rows(_answer(page))
    if not rows:
        raise Quarantined("not_found", "the answer holds no notice")
    row = rows[0]
    key = _id(row) or (page.listed.source_id if page.listed else None)
    if key is None:
        raise Quarantined("missing_field", "the notice has no id of 32 hex digits")
    said, where = _type(row)
    title = layout.clean(html.unescape(_text(row, "noticeTitle"))) or (page.listed.title if page.listed else "") or ""
    parts = layout.blocks(_content(row))
    lost.require(parts, title)
    hint = layout.clean(_text(row, "userName")) or None
    reading = body.read_blocks(parts, title, prior=_prior(row, said), hint=hint)
    base = _record(row, key, page, notice_type=reading.stage)
    warnings = [f"type read from {where}"] if where else ["no type field"]
    return replace(
        base,
        title=redact(title) or None,
        project_code=reading.project_code,
        purchaser=reading.purchaser,
        purchaser_address=reading.purchaser_address,
        agency=reading.agency,
        budget_yuan=reading.budget_yuan,
        lots=reading.lots,
        text=reading.text,
        warnings=(*warnings, *reading.warnings),
    )


def _answer(page: Page) -> dict[str, Any] | list[Any]:
    """The JSON of a page; a throttle message is a block, never an empty list."""
    text = decode(page)
    try:
        answer = json.loads(text)
    except (ValueError, RecursionError) as error:
        throttled = "频繁" in text[:5000]
        raise Quarantined(
            "blocked" if throttled else "not_json", f"the answer is no JSON ({error.__class__.__name__})"
        ) from error
    if isinstance(answer, dict):
        message = str(answer.get("message") or answer.get("msg") or "")
        if answer.get("result") is False or "频繁" in message:
            raise Quarantined("blocked", f"the site refused: {redact(message)[:80]}")
        return answer
    if isinstance(answer, list):
        return answer
    raise Quarantined("not_a_list", f"the answer is a JSON {type(answer).__name__}")


def _rows(answer: dict[str, Any] | list[Any]) -> list[dict[str, Any]]:
    rows = answer if isinstance(answer, list) else answer.get("rows")
    if not isinstance(rows, list):
        raise Quarantined("not_a_list", "the answer has no rows")
    return [row for row in rows if isinstance(row, dict)]


def _text(row: dict[str, Any], key: str) -> str:
    value = row.get(key)
    return value if isinstance(value, str) else str(value) if isinstance(value, int) else ""


def _id(row: dict[str, Any]) -> str | None:
    key = _text(row, "id").strip().lower()
    return key if re.fullmatch(r"[0-9a-f]{32}", key) else None


def _type(row: dict[str, Any]) -> tuple[str, str | None]:
    """The site's type wording and the name of the field that held it (the site has spelt it in two ways)."""
    for name in _TYPE_FIELDS:
        if value := _text(row, name).strip():
            return value, name
    return "", None


def _prior(row: dict[str, Any], said: str) -> str | None:
    """The title says it best; of the site's own words the type code is right more often than the wording."""
    code = _PRIORS.get(_text(row, "noticeType").strip())
    return stage.of_title(_text(row, "noticeTitle")) or code or stage.of_type(said)


def _content(row: dict[str, Any]) -> str:
    """The body, its HTML entity-escaped once or twice."""
    content = _text(row, "noticeContent") or _text(row, "briefContent")
    for _ in range(2):
        if "&lt;" not in content:
            break
        content = html.unescape(content)
    return content


def _public_url(row: dict[str, Any], key: str, page: Page) -> str:
    """The page people see; the API has one address for everything."""
    parts = urlsplit(page.url or "")
    base = f"{parts.scheme}://{parts.netloc}" if parts.netloc else "http://www.cfcpn.com"
    prefix = parts.path.partition("/jcw/")[0] if "/jcw/" in parts.path else ""
    column = _text(row, "noticeType").strip() or "undefined"
    return f"{base}{prefix}/jcw/sys/index/goUrl?url=modules/sys/login/detail&column={column}&searchVal={key}"


def _record(row: dict[str, Any], key: str, page: Page, *, notice_type: str) -> Record:
    title = layout.clean(html.unescape(_text(row, "noticeTitle")))
    return Record(
        source=page.source or FAMILY,
        source_id=key,
        url=_public_url(row, key, page),
        notice_type=notice_type,
        title=redact(title) or None,
        published_at=read_time(_text(row, "publishTime")),
        purchaser=names.organisation(_text(row, "userName")),
        region_text=layout.clean(_text(row, "area")) or None,
        raw_sha256=page.sha256,
        parser=FAMILY,
        parser_version=VERSION,
    )
