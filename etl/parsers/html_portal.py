"""Portals of static pages: lists of links and pages of notices, told apart by their YAML alone (CSS selectors).

A list on which no item stands is an empty list only where the page shows the mark by which its site says so; anything
else is a template that changed. How a list ends is read from the page as well: a count of pages or items, an element
that leads on or does not, or nothing because all is on one page.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal
from urllib.parse import urldefrag, urljoin, urlsplit

import soupsieve
from bs4 import BeautifulSoup, Tag
from pydantic import AfterValidator, model_validator

from etl.errors import Quarantined
from etl.parsers import Settings, _listing, body, decode, guarded, settings
from etl.parsers._article import Look, article, plain
from etl.parsers._listing import Row
from etl.parsers.blocks import blocked
from etl.records.parsed import ListPage, Page, Record

FAMILY = "html_portal"
VERSION = f"2.{body.VERSION}"

#: An address that leads nowhere: a button that is switched off.
_DEAD = re.compile(r"\s*(?:#|javascript:\s*(?:;|void\(0\);?)?)?\s*", re.IGNORECASE)


def _selector(text: str) -> str:
    try:
        soupsieve.compile(text or "*")
    except soupsieve.SelectorSyntaxError as error:
        raise ValueError(f"{text!r} is no CSS selector: {str(error).splitlines()[0]}") from error
    return text


def _one_group(text: str) -> str:
    try:
        groups = re.compile(text).groups
    except re.error as error:
        raise ValueError(f"{text!r} is no regular expression: {error}") from error
    if groups != 1:
        raise ValueError(f"{text!r} must have one group, the number")
    return text


Selector = Annotated[str, AfterValidator(_selector)]


class Stated(Settings):
    """A number the page states: the group of a pattern, in the text of an element or anywhere in the page's source."""

    regex: Annotated[str, AfterValidator(_one_group)]
    selector: Selector = ""


class Paging(Settings):
    """How a list goes on: `numbered` pages, an element `next` that leads on until the last page, or not at all."""

    kind: Literal["numbered", "next_link", "none"]
    next: Selector = ""
    pages: Stated | None = None
    total: Stated | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Paging:
        if bool(self.next) != (self.kind == "next_link"):
            raise ValueError("give next, the element that leads on, with next_link and only there")
        return self


class Reading(Settings):
    """How the pages of a source are read. Selectors but `item`, `empty` and `drop` are looked up within an item."""

    item: Selector
    #: Absent: the item itself, where it is a link, else its first link.
    link: Selector = ""
    #: Absent: the link's title attribute, else its text.
    title: Selector = ""
    #: Absent: anywhere in the item.
    date: Selector = ""
    date_format: _listing.DateFormat
    #: Attribute of the item that names the office which published it: the buyer.
    branch_attr: str = ""
    #: What is taken out of a list before it is read.
    drop: Selector = ""
    #: What only a list without items shows.
    empty: Selector = ""
    paging: Paging
    detail: Look
    #: The bank whose offices the buyers are.
    bank: str = ""


@guarded
def is_list(page: Page) -> bool:
    """Whether a page is a list: it has items, or shows that there are none, and no body of a notice."""
    how = settings(page, Reading)
    soup = BeautifulSoup(decode(page), "lxml")
    if soup.select_one(how.detail.body):
        return False
    return soup.select_one(how.item) is not None or _is_empty(soup, how)


@guarded
def parse_list(page: Page) -> ListPage:
    """The items of a list page, and what the site states about the whole.

    Raises: Quarantined `blocked`, `not_a_list` (no item, and no mark of an empty list), `missing_field`, `too_large`.
    """
    how = settings(page, Reading)
    source = decode(page)
    soup = BeautifulSoup(source, "lxml")
    for chaff in soup.select(how.drop) if how.drop else ():
        chaff.decompose()
    found = soup.select(how.item)
    if not found:
        if reason := blocked(page.body, 200):
            raise Quarantined("blocked", f"no list but a page of the kind {reason!r}")
        if not _is_empty(soup, how):
            raise Quarantined("not_a_list", f"no element {how.item!r}, and no mark of an empty list")
        return ListPage(listed=0, last=True)
    rows = [_row(item, how, page) for item in _listing.within_reason(found)]
    if how.branch_attr and not any(item.has_attr(how.branch_attr) for item in found):
        raise Quarantined("missing_field", f"no item of the list has the attribute {how.branch_attr}")
    items, warnings = _listing.records(page, rows, FAMILY, VERSION, how.bank)
    listed, pages = (_stated(soup, source, wanted) for wanted in (how.paging.total, how.paging.pages))
    return ListPage(items, listed, pages, tuple(warnings), last=_is_last(soup, how.paging))


def _is_empty(soup: BeautifulSoup, how: Reading) -> bool:
    return bool(how.empty) and soup.select_one(how.empty) is not None


def _row(item: Tag, how: Reading, page: Page) -> Row:
    link = item.select_one(how.link) if how.link else item if item.name == "a" else item.find("a", href=True)
    href = str(link.get("href") or "") if isinstance(link, Tag) else ""
    titled = item.select_one(how.title) if how.title else None
    dated = item.select_one(how.date) if how.date else item
    url = _address(href, page)
    title = "" if how.title or not isinstance(link, Tag) else str(link.get("title") or "") or link.get_text()
    return Row(
        key=_key(url, page) if url else "",
        title=plain(" ".join((titled.get_text() if titled else title)[: _listing.MAX_TITLE].split())),
        published_at=_listing.moment(dated.get_text(" "), how.date_format) if dated else None,
        url=url,
        buyer=str(item.get(how.branch_attr) or "") if how.branch_attr else "",
    )


def _address(href: str, page: Page) -> str | None:
    """The absolute address of a link; null where it leads nowhere on the web."""
    if _DEAD.fullmatch(href):
        return None
    try:
        url = urljoin(page.url or "", href.strip())
        urlsplit(url)
    except ValueError:  # such as an unclosed bracket of an IPv6 host
        return None
    return url if re.match(r"https?://[^/\s]", url) or not page.url else None


def _key(url: str, page: Page) -> str:
    """The path on the site, query included; of another host the whole address but its scheme."""
    parts = urlsplit(url)
    if not page.url or parts.hostname == urlsplit(page.url).hostname:
        url = urldefrag(url)[0]
        return (parts.path + url[url.find("?") :] if "?" in url else parts.path).lstrip("/")
    return url.partition("://")[2]


def _stated(soup: BeautifulSoup, source: str, wanted: Stated | None) -> int | None:
    if wanted is None:
        return None
    element = soup.select_one(wanted.selector) if wanted.selector else None
    said = element.get_text(" ") if element else "" if wanted.selector else source
    found = re.search(wanted.regex, said)
    if found is None or not re.fullmatch(r"[0-9]{1,9}", found[1]):
        raise Quarantined("missing_field", f"the list does not state {wanted.regex!r} {wanted.selector}".rstrip())
    return int(found[1])


def _is_last(soup: BeautifulSoup, paging: Paging) -> bool:
    """Whether the page itself shows that no other follows."""
    if paging.kind != "next_link":
        return paging.kind == "none"
    onward = soup.select_one(paging.next)
    if onward is None:
        raise Quarantined("missing_field", f"the list has no element {paging.next!r} that leads on")
    link = onward if onward.name == "a" else onward.find("a")
    return not isinstance(link, Tag) or _DEAD.fullmatch(str(link.get("href") or "")) is not None


@guarded
def parse_detail(page: Page) -> Record:
    """The record of one notice.

    Raises: Quarantined `blocked`, `missing_field` (no element is the body), and those of the body reader.
    """
    how = settings(page, Reading)
    said = _listing.listed(page, FAMILY, VERSION, _key(page.url, page) if page.url else None)
    return _listing.read_article(said, article(page, how.detail), how.bank)
