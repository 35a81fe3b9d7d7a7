"""Rows of lists as records, and notices beside what their list said: what declarative families have in common.

A source's YAML names the fields of a row. What it names must be there: a list on which no row has a title, or none a
date that can be read, has changed its template. A single row without them is kept and reported, for its own page may
have them; a row without a key cannot be followed, so its list is refused.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeVar

from bs4 import Tag

from etl.errors import Quarantined
from etl.parsers._article import Article, notice
from etl.parsers.body import layout
from etl.parsers.body.names import organisation
from etl.records.parsed import Page, Record
from etl.redact import redact
from etl.values import read_time

T = TypeVar("T")
DateFormat = Literal["iso", "ymd_slash", "ymd_dot", "md_y", "compact12", "epoch_ms"]
_SPELLINGS = {
    "iso": re.compile(r"(?<!\d)\d{4}-\d{1,2}-\d{1,2}(?!\d)(?:[T\s].{0,40})?"),
    "ymd_slash": re.compile(r"(?<!\d)\d{4}/\d{1,2}/\d{1,2}(?!\d)(?:\s.{0,40})?"),
    "ymd_dot": re.compile(r"(?<!\d)\d{4}\.\d{1,2}\.\d{1,2}(?!\d)(?:\s.{0,40})?"),
    "md_y": re.compile(r"(?<!\d)(?P<day>\d{1,2}-\d{1,2})\s{1,9}(?P<year>\d{4})(?!\d)"),
    "compact12": re.compile(r"(?<!\d)\d{12}(?!\d)"),
    "epoch_ms": re.compile(r"(?<!\d)\d{13}(?!\d)"),
}
#: Longer lists are no lists of notices: the longest known page has 1,000 rows.
MAX_ROWS = 10_000
#: Longer titles are cut: the longest real ones have some 200 characters.
MAX_TITLE = 1_000
_KEY = re.compile(r"[^\s\x00-\x1f]{1,300}")
#: An office that is no name without its bank.
_OFFICE = re.compile(
    r"[\u4e00-\u9fff]{0,14}(?:分行|支行|总行|管理部|营业部|信用卡中心|卡中心|数据中心|研发中心)(?:本部|营业部|机关)?"
)

_FILE = re.compile(r"\.(?:pdf|docx?|xlsx?|zip|rar|wps|ofd)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a list. `stage` is what the row itself says, `buyer` an office of the portal's bank or a full name."""

    key: str
    title: str
    published_at: str | None
    url: str | None = None
    stage: str | None = None
    buyer: str = ""
    area: str = ""


def moment(text: str, spelling: DateFormat) -> str | None:
    """The time a text holds in the declared spelling, ISO 8601 with +08:00; null where it holds none.

    `iso` may carry a time and an offset, which is converted; `md_y` is a day above its year (`07-05 2026`).
    """
    found = _SPELLINGS[spelling].search(text)
    if found is None:
        return None
    return read_time(f"{found['year']}-{found['day']}" if spelling == "md_y" else found[0])


def within_reason(found: Sequence[T]) -> Sequence[T]:
    """What stands for the rows of a list, if it is not absurdly much; Quarantined `too_large`."""
    if len(found) > MAX_ROWS:
        raise Quarantined("too_large", f"a list of {len(found)} rows, more than {MAX_ROWS}")
    return found


def records(
    page: Page, rows: Sequence[Row], family: str, version: str, bank: str = ""
) -> tuple[tuple[Record, ...], list[str]]:
    """The rows as items of a list page, and what was wrong with some of them.

    Raises: Quarantined `missing_field` for a row without a key, and where no row has a title or no row a date.
    """
    warnings: list[str] = []
    for number, row in enumerate(rows, start=1):
        if not _KEY.fullmatch(row.key):
            raise Quarantined("missing_field", f"row {number} of the list has no key: {row.key[:60]!r}")
        warnings += [f"row {number}: no {name}" for name in ("title", "date") if not _said(row, name)]
    for name in ("title", "date"):
        if rows and not any(_said(row, name) for row in rows):
            raise Quarantined("missing_field", f"no row of the list has a {name} that can be read")
    read = Record(page.source or family, "", raw_sha256=page.sha256, parser=family, parser_version=version)
    return tuple(_item(read, row, bank) for row in rows), warnings


def _said(row: Row, name: str) -> str | None:
    return row.title if name == "title" else row.published_at


def _item(read: Record, row: Row, bank: str) -> Record:
    return replace(
        read,
        source_id=row.key,
        url=row.url,
        notice_type=row.stage,
        title=redact(row.title) or None,
        published_at=row.published_at,
        purchaser=_publisher(layout.clean(row.buyer), bank),
        region_text=layout.clean(row.area) or None,
    )


def _publisher(office: str, bank: str) -> str | None:
    """Who a row says published it: a department of the portal's bank, or a full name; null for a person or a number."""
    whole = office if not office or "银行" in office or office.endswith("公司") else bank + office
    return organisation(redact(whole))


def with_bank(name: str, bank: str) -> str:
    """An office of a bank with the bank's name before it: `镇江分行` of a bank's own portal."""
    return bank + name if bank and "银行" not in name and _OFFICE.fullmatch(name) else name


def listed(page: Page, family: str, version: str, key: str | None = None) -> Record:
    """What is known of a notice before its page is read; `key` where no list said one, else the page's own hash."""
    known = page.listed or Record(page.source or family, key or page.sha256[:16], url=page.url)
    return replace(
        known,
        source=page.source or family,
        url=known.url or page.url,
        raw_sha256=page.sha256,
        parser=family,
        parser_version=version,
        warnings=(),
    )


def read(said: Record, content: str | Tag, bank: str = "", files: int = 0) -> Record:
    """A notice from its body and from what its list said: the buyer as the body names it, else as the list does.

    Raises: those of `_article.notice`; a lost body says what stands in its place, so that a person knows where to look.
    """
    try:
        found = notice(said, content)
    except Quarantined as problem:
        images = len(content.select("img")) if isinstance(content, Tag) else content.count("<img")
        beside = [f"{count} {what}" for count, what in ((images, "images"), (files, "files")) if count]
        if problem.reason != "body_missing" or not beside:
            raise
        raise Quarantined(problem.reason, f"{problem.detail}; beside it {', '.join(beside)}") from problem
    if found.purchaser is None and said.purchaser:
        return replace(found, purchaser=said.purchaser, warnings=(*found.warnings, "purchaser: from the list"))
    return replace(found, purchaser=with_bank(found.purchaser or "", bank) or None)


def read_article(said: Record, found: Article, bank: str = "") -> Record:
    """`read` for an HTML page; links to documents inside its body count as files."""
    files = sum(1 for link in found.content.find_all("a", href=True) if _FILE.search(str(link["href"])))
    said = replace(said, title=found.title or None, published_at=found.published_at)
    return read(said, found.content, bank, files)
