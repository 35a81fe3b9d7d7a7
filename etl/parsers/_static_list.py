"""Lists that stand as plain pages on a server (TRS and its like): index.htm, index_1.htm ... with a pager in a script.

Which elements are rows differs from site to site: its YAML says so (`ListReading`). Newest rows come first. A row
without a day has it in its address (`t20240305_123.htm`) as a rule.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from bs4 import BeautifulSoup, Tag
from bs4.element import Comment

from etl.errors import Quarantined
from etl.parsers import Settings, _lost, decode
from etl.parsers._policy import doc_number, number_in_title, plain
from etl.parsers._policy_page import address, shown
from etl.parsers._selectors import Group, Pattern, Selector
from etl.parsers.blocks import blocked
from etl.records.parsed import ListPage, Page, Record
from etl.values import read_time


class Script(Settings):
    """Rows that a script writes into the page: each goes from one match of `row` to the next.

    Of the other patterns the first match in a row counts, and its group is what they say.
    """

    row: Pattern
    url: Group
    title: Group
    date: Group | None = None
    number: Group | None = None


class ListReading(Settings):
    """How the list pages of a site are read."""

    #: The element of one row, and in it the link, and what says title, day and 文号. Without a title element the link
    #: says it; without a day element the row's text does, or its address. `address` as day: only the address.
    item: Selector = 'li:has(a[href*="/t20"], a[href*="/t19"]):not(:has(li))'
    link: Selector = 'a[href*="/t20"], a[href*="/t19"]'
    title: Selector | None = None
    date: Selector | None = None
    number: Selector | None = None
    script: Script | None = None
    #: Whether the list goes on on further pages.
    paged: bool = True


#: Characters of a script that writes one row.
_LONGEST_ROW = 5000


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a list."""

    key: str
    url: str | None
    title: str
    published_at: str | None
    number: str | None


@dataclass(frozen=True, slots=True)
class _Raw:
    href: str
    title: str
    day: str
    number: str


def read(page: Page, reading: ListReading, make: Callable[[Row], Record]) -> ListPage:
    """The rows of a list page as records, with the pages and items its pager states.

    Raises: Quarantined `blocked`, `not_a_list` and those of `decode`.
    """
    text = decode(page)
    items: list[Record] = []
    known: dict[str, Row] = {}
    warnings = []
    for number, raw in enumerate(_rows(text, reading), start=1):
        row, problem = _row(raw, page)
        if row and _again(row, known.setdefault(row.key, row)):
            problem = "stands on this page already"
        elif row:
            items.append(make(row))
        warnings += [f"row {number}: {problem}"] if problem else []
    if _lost.all_lost(items):
        reason = blocked(page.body, 200)
        raise Quarantined("blocked" if reason else "not_a_list", reason or f"no rows; {'; '.join(warnings[:3])}")
    if not reading.paged:
        return ListPage(tuple(items), warnings=tuple(warnings), last=True)
    pages, listed = pager(text, len(items))
    warnings += ["no pager"] if pages is None else []
    return ListPage(tuple(items), listed, pages, tuple(warnings))


def has_rows(page: Page, reading: ListReading) -> bool:
    """Whether a page has rows with links."""
    return any(raw.href for raw in _rows(decode(page), reading))


def _again(row: Row, first: Row) -> bool:
    """Whether a row repeats an earlier one: another address and another title under one key are two documents."""
    return row is not first and (row.url == first.url or row.title == first.title)


_LABELLED = re.compile(r"^[\s(（]{0,3}[^:：〔]{2,8}[:：]|^无$")


def _row(raw: _Raw, page: Page) -> tuple[Row | None, str | None]:
    title, url = plain(raw.title), address(raw.href, page.url or "")
    published = (read_time(raw.day) if raw.day != "address" else None) or (day_in_address(url) if url else None)
    key = source_id(url) if url else _lost.key(title, published)
    if key is None or not title:
        return None, "no address" if url is None else "no title"
    row = Row(key, url, title, published, doc_number(_LABELLED.sub("", raw.number)) or number_in_title(title))
    return row, "no address" if url is None else None if published else "no day"


def _rows(text: str, reading: ListReading) -> Iterator[_Raw]:
    if reading.script:
        yield from _written(text, reading.script)
        return
    soup = BeautifulSoup(text, "lxml")
    for comment in soup.find_all(string=lambda s: isinstance(s, Comment)):
        comment.extract()  # sites leave old rows in comments
    for item in soup.select(reading.item):
        link = item if item.name == "a" else item.select_one(reading.link)
        if link is not None:
            yield _Raw(str(link.get("href") or ""), *_said(item, link, reading))
        elif other := item.find("a"):
            yield _Raw("", *_said(item, other, reading))  # an address of another form: listed, but not followed


def _written(text: str, script: Script) -> Iterator[_Raw]:
    starts = [m.start() for m in re.finditer(script.row, text)]
    for start, end in pairwise([*starts, len(text)]):
        row = text[start : min(end, start + _LONGEST_ROW)]
        patterns = (script.url, script.title, script.date, script.number)
        found = (re.search(pattern, row) if pattern else None for pattern in patterns)
        yield _Raw(*(m[1].strip() if m and m[1] else "" for m in found))


def _said(item: Tag, link: Tag, reading: ListReading) -> tuple[str, str, str]:
    """Title, day and 文号 of a row. A link's text may be cut; its title attribute is not."""
    named = item.select_one(reading.title) if reading.title else link
    title = str(named.get("title") or "") or shown(named) if named is not None else ""
    number = shown(item.select_one(reading.number)) if reading.number else ""
    if reading.date == "address":
        return title, "address", number
    if reading.date:
        return title, shown(item.select_one(reading.date), " "), number
    beside = " ".join(str(s) for s in item.find_all(string=True) if link not in s.parents)
    return title, beside[:500], number


# --- addresses --------------------------------------------------------------------------------------------------------

_NAMELESS = {"index", "content", "c", "default", "list", "detail", "post", ""}
_IN_ADDRESS = (
    re.compile(r"/[a-z]?((?:19|20)\d\d)(\d\d)(\d\d)_\d"),  # t20240305_123.htm
    re.compile(r"/((?:19|20)\d\d)(\d\d)(\d\d)(?:\d{6,12})?/"),  # 2024030510154512345/index.html
    re.compile(r"/((?:19|20)\d\d)[-/](\d{1,2})[-/](\d{1,2})/"),  # art/2024/3/5/art_1_2.html
)


def source_id(url: str) -> str:
    """The natural key of a document in its address: the last part that tells it from others (`t20240305_123`)."""
    path = re.sub(r"^https?://[^/]*|[?#].*$", "", url)
    parts = [re.sub(r"\.[A-Za-z]{2,5}$", "", part) for part in path.split("/")]
    own = next((part for part in reversed(parts) if part.lower() not in _NAMELESS), "")
    asked = url.partition("?")[2].partition("#")[0]
    return f"{own}?{asked}"[:200] if asked and not re.search(r"\d{4}", own) else own[:200] or "index"


def day_in_address(url: str) -> str | None:
    """The day an address holds; null where it holds none or an impossible one."""
    found = (m for pattern in _IN_ADDRESS if (m := pattern.search(url)))
    return next((day for m in found if (day := read_time("-".join(m.groups())))), None)


# --- pagers -----------------------------------------------------------------------------------------------------------

#: createPageHTML(items, pages, current, ...) of one site; everywhere else the first number is the pages.
_THREE = re.compile(r"createPageHTML\s?\(\s?(\d{1,7})\s?,\s?(\d{1,5})\s?,\s?(\d{1,5})\s?[,)]")
_PAGES = (
    re.compile(r"createPage(?:HTML)?\s?\(\s?[\"']?(\d{1,5})[\"']?\s?,"),
    re.compile(r"article_paging_list_hidden[^<>]{0,300}?totalpage=[\"']?(\d{1,5})", re.IGNORECASE),
    re.compile(r"\b(?:countPage|totalPages?|pageCount|totalPageNum)\s{0,3}[:=]\s{0,3}[\"']?(\d{1,5})", re.IGNORECASE),
    re.compile(r"共\s{0,3}(?:<[^<>]{0,100}>)?\s{0,3}(\d{1,5})\s{0,3}(?:</[a-z]{1,6}>)?\s{0,3}页"),
)
_LISTED = (
    re.compile(r"createPage(?:HTML)?\s?\([^()]{0,80}[\"']\s?,\s?[\"']?(\d{1,7})[\"']?\s?\)"),
    re.compile(r"总记录数\s?[:：]\s?(\d{1,7})"),
    re.compile(r"\btotalData\s{0,3}[:=]\s{0,3}(\d{1,7})"),
    re.compile(r"共\s{0,3}(\d{1,7})\s{0,3}条"),
)
_A_PAGE = re.compile(r"\bshowData\s{0,3}[:=]\s{0,3}(\d{1,4})")


def pager(text: str, items: int) -> tuple[int | None, int | None]:
    """Pages and items that a pager states; null for what it does not.

    A total that could not fill the pages is another number (a size of pages) and left out. One that is larger than the
    pages can hold stays: the site cuts its list, and older items must not count as known.
    """
    three = _THREE.search(text)
    if three and int(three[3]) < int(three[2]) <= int(three[1]):
        return int(three[2]), int(three[1])
    listed = next((int(m[1]) for p in _LISTED if (m := p.search(text))), None)
    pages = next((int(m[1]) for p in _PAGES if (m := p.search(text))), None)
    size = _A_PAGE.search(text)
    if pages is None and listed is not None and size and int(size[1]):
        pages = -(-listed // int(size[1]))
    if pages is not None and listed is not None and listed <= (pages - 1) * items:
        listed = None
    return pages, listed
