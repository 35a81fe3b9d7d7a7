"""The family `notice`: JSON lines from anyone's crawler, one notice a line.

Fields: `id, url, title, publish_time, content_html | content_text`. Whatever else a line carries (a portal's own type,
purchaser, winner, amount) is a hint at most: the type a prior of the stage, the purchaser accepted only where the
notice itself names it. Winners and amounts of others are never read.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from typing import Any

from etl.errors import Quarantined
from etl.parsers import MAX_BYTES, QuarantinedRow, body, decode, guarded
from etl.parsers._private import private
from etl.parsers.body import layout, lost, stage
from etl.records.parsed import ListPage, Page, Record
from etl.redact import redact
from etl.values import read_time

FAMILY = "notice"
VERSION = f"1.{body.VERSION}"


def parse_rows(data: bytes, source: str, filename: str) -> Iterator[Record | QuarantinedRow]:
    """A record or a quarantined row for every line of a file of JSON lines.

    A row that cannot be read is named by its id, or by `filename:line` when it has none. Blank lines are skipped.
    """
    for number, line in enumerate(data.split(b"\n"), start=1):
        if not line.strip():
            continue
        digest = hashlib.sha256(line).hexdigest()
        name = f"{filename}:{number}"
        try:
            row = _row(line)
            name = str(row.get("id") or "").strip() or name
            yield private(_parse(row, name, source, digest))
        except Quarantined as error:
            yield QuarantinedRow(name, error.reason, redact(error.detail), digest)


def is_list(page: Page) -> bool:
    """A file of this family is read by `parse_rows`; one page holds one line."""
    return page.body.strip().count(b"\n") > 0


def parse_list(page: Page) -> ListPage:
    """The readable rows of a file; the others are named in the warnings."""
    found = list(parse_rows(page.body, page.source, page.url or "input"))
    failed = tuple(f"{r.source_id}: {r.reason}" for r in found if isinstance(r, QuarantinedRow))
    return ListPage(tuple(r for r in found if isinstance(r, Record)), len(found), 1, failed)


@guarded
def parse_detail(page: Page) -> Record:
    """The record of one line.

    Raises: Quarantined `not_json`, `missing_field`, `body_missing`, `redirect_stub` and those of `etl.parsers.decode`.
    """
    row = _row(decode(page).encode())
    return _parse(row, str(row.get("id") or page.sha256[:16]), page.source, page.sha256)


def _row(line: bytes) -> dict[str, Any]:
    if len(line) > MAX_BYTES:
        raise Quarantined("too_large", f"{len(line)} bytes in one line, more than {MAX_BYTES}")
    try:
        row = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise Quarantined("unreadable_encoding", "the line is not UTF-8") from error
    except (ValueError, RecursionError) as error:
        raise Quarantined("not_json", f"the line is no JSON object: {str(error)[:120]}") from error
    if not isinstance(row, dict):
        raise Quarantined("not_json", f"the line is a JSON {type(row).__name__}, not an object")
    return row


def _text(row: dict[str, Any], *keys: str) -> str:
    return next((v for k in keys if isinstance(v := row.get(k), str) and v.strip()), "")


def _parse(row: dict[str, Any], source_id: str, source: str, digest: str) -> Record:
    title = layout.clean(_text(row, "title"))
    content = _text(row, "content_html", "content_text")
    if not title and not content:
        raise Quarantined("missing_field", "neither title nor content_html nor content_text")
    parts = _safely(content)
    lost.require(parts, title, content)
    title = title or _own_title(parts)
    given = _text(row, "notice_type", "notice_type_as_given")
    hint = _text(row, "purchaser", "purchaser_as_given")
    reading = body.read_blocks(parts, title, prior=stage.of_type(given), hint=hint or None)
    published = row.get("publish_time")
    warnings = [*reading.warnings]
    if published and read_time(published) is None:
        warnings.append("publish_time: no date in it")
    return Record(
        source=source or _text(row, "site") or FAMILY,
        source_id=source_id,
        url=_text(row, "url") or None,
        notice_type=reading.stage,
        title=redact(title) or None,
        project_code=reading.project_code,
        published_at=(read_time(published) if isinstance(published, str | int | float) else None) or reading.dated,
        purchaser=reading.purchaser,
        purchaser_address=reading.purchaser_address,
        agency=reading.agency,
        region_text=_text(row, "region", "region_as_given") or None,
        budget_yuan=reading.budget_yuan,
        lots=reading.lots,
        text=reading.text,
        raw_sha256=digest,
        parser=FAMILY,
        parser_version=VERSION,
        warnings=tuple(warnings),
    )


def _safely(content: str) -> tuple[layout.Block, ...]:
    try:
        return layout.blocks(content)
    except RecursionError as error:
        raise Quarantined("nested_too_deep", "the body is nested too deep to be read") from error


def _own_title(parts: tuple[layout.Block, ...]) -> str:
    """The heading of a body without a title field: its first lines up to 公告 or 公示."""
    head = "".join(p.text for p in parts[:3] if isinstance(p, layout.Line))[:400]
    m = re.match(r"(.{6,120}?(?:公告|公示|通知|公示表))", head)
    return m[1] if m and not re.search(r"[。；]", m[1]) else ""
