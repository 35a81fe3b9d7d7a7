"""Notices of trading portals as records: what is alike once a family has found title, day and body.

Pages of sites that run the same software differ in their markup; a source's YAML names the elements (`Look`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from bs4 import BeautifulSoup, Tag

from etl.errors import Quarantined
from etl.parsers import Settings, body, decode
from etl.parsers._selectors import Selector
from etl.parsers.blocks import blocked
from etl.parsers.body import layout, lost
from etl.records.parsed import Page, Record
from etl.redact import redact
from etl.values import read_time


class Look(Settings):
    """Where a page holds what it says: CSS selectors; of several elements the first counts."""

    body: Selector
    title: Selector = ""
    date: Selector = ""


@dataclass(frozen=True, slots=True)
class Article:
    """What an HTML page of a notice holds."""

    title: str
    published_at: str | None
    content: Tag


def article(page: Page, look: Look) -> Article:
    """Title, publication time and body of a page; title and time are the list's where the page has none.

    Raises: Quarantined `blocked`, `missing_field` where no element is the body, and those of `decode`.
    """
    soup = BeautifulSoup(decode(page), "lxml")
    content = soup.select_one(look.body)
    if content is None:
        reason = blocked(page.body, 200)
        raise Quarantined("blocked" if reason else "missing_field", reason or f"no element {look.body!r}")
    listed = page.listed
    title = _text(soup, look.title) or plain(_meta(soup, "ArticleTitle")) or (listed.title if listed else None)
    published = read_time(_text(soup, look.date)) or read_time(_meta(soup, "PubDate"))
    return Article(title or "", published or (listed.published_at if listed else None), content)


def _text(soup: BeautifulSoup, selector: str) -> str:
    found = soup.select_one(selector) if selector else None
    return layout.clean(found.get_text(" ")) if found else ""


def _meta(soup: BeautifulSoup, name: str) -> str:
    tag = soup.find("meta", attrs={"name": name})
    return str(tag.get("content") or "") if isinstance(tag, Tag) else ""


def plain(title: str) -> str:
    """A title without the markup that sites put into it: colours, marks of search hits."""
    return layout.clean(re.sub(r"<[^<>]{0,200}>", "", title))


def notice(said: Record, content: str | Tag) -> Record:
    """The record of a notice from its body and from what is said around it.

    `said.notice_type` is the stage the portal announces, `said.purchaser` its own word on the buyer: both are evidence
    for the body reader only.

    Raises: Quarantined `body_missing`, `redirect_stub`, `too_large`, `nested_too_deep`.
    """
    title = said.title or ""
    parts = layout.from_html(content) if isinstance(content, Tag) else layout.blocks(content)
    lost.require(parts, title, content if isinstance(content, str) else "")
    reading = body.read_blocks(parts, title, prior=said.notice_type, hint=said.purchaser)
    return replace(
        said,
        notice_type=reading.stage,
        title=redact(title) or None,
        project_code=said.project_code or reading.project_code,
        purchaser=reading.purchaser,
        purchaser_address=reading.purchaser_address,
        agency=reading.agency,
        budget_yuan=reading.budget_yuan,
        lots=reading.lots,
        text=reading.text,
        warnings=(*said.warnings, *reading.warnings),
    )
