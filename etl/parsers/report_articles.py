"""Government work reports as articles of news sites, in several pages, many of them from the years of GBK.

The first page names the others by its pager; the report is all of them in order, and nothing if one is missing. What
its title says (place, day of delivery, who spoke) counts as the name of a file does for `reports`, whose rules on
places, years and page chrome hold here as well.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import PurePosixPath

from bs4 import BeautifulSoup

from etl.errors import Quarantined
from etl.parsers import _policy_page, _static_list, body, decode, guarded, reports, settings
from etl.parsers._selectors import Selector
from etl.parsers._static_list import ListReading, Row
from etl.parsers.blocks import blocked
from etl.parsers.body import layout
from etl.parsers.reports import files
from etl.records.parsed import ListPage, Page, Record
from etl.redact import redact

FAMILY = "report_articles"
VERSION = f"2.{body.VERSION}.{reports.VERSION}"

#: An article that counts more pages than this is not asked for: work reports have a dozen.
MAX_PAGES = 60
_PAGES = re.compile(r"createPageHTML\s?\(\s?(\d{1,4})\s?[,)]")
_FIRST = re.compile(r"^(?P<stem>.*/t\d{8}_\d+)(?P<end>\.s?html?)$")


class Reading(ListReading):
    """How a site is read: its lists, and the elements that hold the text of an article (tried in order)."""

    body: tuple[Selector, ...] = ("#articleText", ".TRS_Editor", "div.content")


@guarded
def is_list(page: Page) -> bool:
    """Whether a page has rows and no article; collections hold their links where articles hold their text."""
    how = settings(page, Reading)
    content = _policy_page.body_of(BeautifulSoup(decode(page), "lxml"), how.body)
    linked = sum(len(link.get_text()) for link in content.find_all("a")) if content else 0
    return (content is None or 2 * linked > len(content.get_text())) and _static_list.has_rows(page, how)


@guarded
def parse_list(page: Page) -> ListPage:
    """The reports a list or a collection links.

    Raises: Quarantined `blocked`, `not_a_list`.
    """
    return _static_list.read(page, settings(page, Reading), lambda row: _item(page, row))


def _item(page: Page, row: Row) -> Record:
    return Record(
        source=page.source or FAMILY,
        source_id=row.key,
        url=row.url,
        title=redact(row.title),
        published_at=row.published_at,
        raw_sha256=page.sha256,
        parser=FAMILY,
        parser_version=VERSION,
        kind="report",
    )


@guarded
def parts(page: Page) -> tuple[str, ...]:
    """Addresses of the further pages, which the first one counts (`t20170207_123_1.shtml` is the second)."""
    count = _PAGES.search(decode(page))
    first = _FIRST.match(page.url or "")
    if count is None or first is None or int(count[1]) > MAX_PAGES:
        return ()
    return tuple(f"{first['stem']}_{n}{first['end']}" for n in range(1, int(count[1])))


@guarded
def parse_detail(page: Page) -> Record:
    """The record of one report.

    Raises: Quarantined `blocked`, `body_missing`, `parts_missing`, and those of `reports.of_row`.
    """
    count = _PAGES.search(decode(page))
    if count and len(page.parts) + 1 != max(1, int(count[1])):
        raise Quarantined("parts_missing", f"{len(page.parts) + 1} of {count[1]} pages")
    bodies = settings(page, Reading).body
    texts = [_text(replace(page, body=content), bodies, n) for n, content in enumerate((page.body, *page.parts), 1)]
    title = _title(page)
    row = files.Row(
        name=page.url or "",
        path=PurePosixPath(re.split(r"[（(]", title)[0].replace("/", " ").strip()),
        text="\n".join(texts),
        year=title,
        title=title,
        url=page.url or "",
        published=(page.listed.published_at if page.listed else None) or "",
    )
    report = reports.of_row(row, page.sha256)
    return replace(
        report,
        source=page.source or FAMILY,
        source_id=_static_list.source_id(page.url) if page.url else report.source_id,
        parser=FAMILY,
        parser_version=VERSION,
    )


def _text(page: Page, bodies: tuple[str, ...], number: int) -> str:
    content = _policy_page.body_of(BeautifulSoup(decode(page), "lxml"), bodies)
    text = layout.text_of(layout.from_html(content)) if content else ""
    if not text:
        reason = blocked(page.body, 200)
        raise Quarantined("blocked" if reason else "body_missing", reason or f"page {number} has no text of a report")
    return text


def _title(page: Page) -> str:
    if page.listed and page.listed.title:
        return page.listed.title
    soup = BeautifulSoup(decode(page), "lxml")
    return _policy_page.heading(soup) or _policy_page.window(soup)
