"""What a page of an unknown site shows of itself: where its rows stand, how its days are written, where it goes on.

Only for `fincity source probe` and the skeletons made from it: a person looks at every guess, and the first list that a
source's YAML does not fit is refused. Pages are hostile: nothing here may take long or fail, whatever stands in them.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args
from urllib.parse import parse_qsl, urljoin, urlsplit

import soupsieve
from bs4 import BeautifulSoup, Tag

from etl.parsers._json import at, count
from etl.parsers._listing import DateFormat, moment

#: Characters of a page, links and rows that are looked at.
LONGEST, LINKS, ROWS = 1_000_000, 2000, 200
#: Elements of pages of which nothing is known that hold the text of a notice as often as not.
BODIES = ".TRS_Editor, .trs_editor_view, #zoom, #Zoom, .article-content, .article_content, .detail-content, .content"
_TITLE = re.compile(r"[\u4e00-\u9fff]{4}")
_SPELLINGS: tuple[DateFormat, ...] = get_args(DateFormat)
_IN_TEXT = tuple(name for name in _SPELLINGS if name not in ("compact12", "epoch_ms"))
_CLASS = re.compile(r"[A-Za-z_][\w-]{0,60}")
_PAGER = re.compile(
    r"createPage(?:HTML)?\s?\(\s?\d{1,6}\s?,\s?\d{1,6}\s?,\s?[\"'](\w{1,40})[\"']\s?,\s?[\"'](\w{1,8})[\"']"
)
_ONWARD = re.compile(r"下一?页|后一页|^\s?(?:>|»|next)\s?$", re.IGNORECASE)


# -- lists in HTML -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of an HTML list as CSS selectors; all but `item` are looked up within a row, empty where none is needed."""

    item: str
    link: str
    title: str
    date: str
    date_format: DateFormat
    number: int


@dataclass(frozen=True, slots=True)
class _Found:
    """A row: its element, its link, and the spelling of its day."""

    item: Tag
    link: Tag
    spelling: DateFormat


def rows(soup: BeautifulSoup) -> Rows | None:
    """The most frequent pattern of a link with a title and a day beside it; None where fewer than two rows have one."""
    groups: dict[tuple[str, str], list[_Found]] = defaultdict(list)
    for link in soup.find_all("a", href=True, limit=LINKS):
        found = _row(link)
        if found is not None:
            groups[_path(found.item), found.spelling].append(found)
    best = max(groups.values(), key=len, default=[])
    return _selectors(best) if len(best) > 1 else None


def _row(link: Tag) -> _Found | None:
    """The smallest element around a link that holds a day and no other titled link."""
    if not _TITLE.search(str(link.get("title") or "") + link.get_text()[:300]):
        return None
    node: Tag | None = link
    for _ in range(5):
        if node is None or node.name in ("body", "html", "ul", "table", "tbody", "[document]"):
            return None
        told = node.get_text(" ")
        if len(told) > 1000 or any(_titled(other) and other is not link for other in node.find_all("a", limit=8)):
            return None
        spelling = next((name for name in _IN_TEXT if moment(told, name)), None)
        if spelling:
            return _Found(node, link, spelling)
        node = node.parent
    return None


def _titled(link: Tag) -> bool:
    return bool(_TITLE.search(link.get_text()))


def _path(item: Tag) -> str:
    """A selector of rows like this one: its tag, in an ancestor that has a name."""
    steps, node = [_tag(item)], item.parent
    while node is not None and len(steps) < 4 and node.name != "[document]":
        steps.append(_named(node))
        if steps[-1] != _tag(node):
            break
        node = node.parent
    return " > ".join(reversed(steps))


def _tag(element: Tag) -> str:
    """The tag as a selector may hold it: damaged pages have tags of any characters."""
    return soupsieve.escape(element.name)


def _named(element: Tag) -> str:
    """An element by its tag, and its id or first class where it has one."""
    own = str(element.get("id") or "")
    if _CLASS.fullmatch(own):
        return f"{_tag(element)}#{own}"
    return _tag(element) + "".join(f".{name}" for name in _classes(element)[:1])


def _classes(element: Tag) -> list[str]:
    return [name for name in element.get_attribute_list("class") if name and _CLASS.fullmatch(str(name))]


def _selectors(found: Sequence[_Found]) -> Rows:
    first = found[0]
    common = [name for name in _classes(first.item) if all(name in _classes(one.item) for one in found)]
    own = _tag(first.item) + "".join(f".{name}" for name in common[:1])
    path = _path(first.item).rpartition(" > ")[0]
    link = "" if first.item is first.link else ":has(a[href])"
    return Rows(
        item=f"{path} > {own}{link}" if path else own + link,
        link=_within(found, lambda one: one.link, lambda one: one.item.find("a", href=True)),
        title=_within(found, _title, lambda one: None if _dated(one.link, one.spelling) else _title(one)),
        date=_within(found, _day, lambda _: None),
        date_format=first.spelling,
        number=len(found),
    )


def _within(
    found: Sequence[_Found], wanted: Callable[[_Found], Tag | None], usual: Callable[[_Found], Tag | None]
) -> str:
    """A selector of the element wanted in every row; empty where it is the usual one, or no selector finds it."""
    elements = [(one, wanted(one)) for one in found[:ROWS]]
    if all(element is not None and element is usual(one) for one, element in elements):
        return ""
    for _, element in elements[:1]:
        for selector in _candidates(element) if element is not None else ():
            if all(one.item.select_one(selector) is element for one, element in elements):
                return selector
    return ""


def _candidates(element: Tag) -> Iterator[str]:
    yield from (f"{_tag(element)}.{name}" for name in _classes(element))
    yield _tag(element)
    if element.parent is not None:
        yield from (f"{_named(element.parent)} {_tag(element)}", f"{_named(element.parent)} > {_named(element)}")


def _title(one: _Found) -> Tag | None:
    """The element of a link that holds its title and not its day."""
    inner = [e for e in one.link.select("*", limit=20) if _titled(e) and not _dated(e, one.spelling)]
    return max(inner, key=lambda e: len(e.get_text()), default=None) if _dated(one.link, one.spelling) else one.link


def _day(one: _Found) -> Tag | None:
    """The smallest element that holds the day."""
    inner = [e for e in one.item.select("*", limit=60) if len(e.get_text()) < 60 and _dated(e, one.spelling)]
    return min(inner, key=lambda e: len(e.get_text()), default=None)


def _dated(element: Tag, spelling: DateFormat) -> bool:
    return moment(element.get_text(" "), spelling) is not None


def onward(soup: BeautifulSoup, text: str, url: str) -> tuple[str, int] | None:
    """The address of the further pages with `{page}`, and the number the first page would have; None where unknown."""
    pager = _PAGER.search(text)
    if pager:
        return urljoin(url, f"{pager[1]}_PAGE.{pager[2]}").replace("PAGE", "{page}"), 0
    for link in soup.find_all("a", href=True, limit=LINKS):
        number = re.search(r"(?<!\d)([12])(?=\.s?html?$|/?$|\.jsp$)", str(link["href"]))
        if number and _ONWARD.search(link.get_text()[:40]) and "javascript" not in str(link["href"]).lower():
            address = f"{link['href'][: number.start()]}PAGE{link['href'][number.end() :]}"
            return urljoin(url, address).replace("PAGE", "{page}"), int(number[1]) - 1
    return None


# -- lists in JSON -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Fields:
    """Paths in an answer in JSON: of its rows and totals, and in a row; empty where nothing fits."""

    rows: str
    total: str
    pages: str
    id: str
    title: str
    date: str
    date_format: DateFormat
    url: str
    number: int


_TOTALS = ("total", "totalcount", "totalnum", "recordcount", "totalrecord", "count")
_PAGES = ("totalpage", "pages", "pagetotal", "pagecount", "totalpages", "totalpagenum")
_PAGE = ("page", "pageno", "pageindex", "pagenum", "current", "curpage", "currentpage", "p", "pn")
_SIZE = ("pagesize", "rows", "size", "rowsize", "limit", "num", "rn", "n", "_pagesize")


def fields(text: str) -> Fields | None:
    """What an answer in JSON holds, if it holds objects that have a title and a day."""
    try:
        answer = json.loads(text)
    except (ValueError, RecursionError):
        return None
    found = (_fields(answer, path, array) for path, array in _arrays(answer, ""))
    return max((one for one in found if one), key=lambda one: one.number, default=None)


def _arrays(value: Any, path: str, depth: int = 5) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    if isinstance(value, list):
        objects = [row for row in value[:ROWS] if isinstance(row, dict)]
        if objects:
            yield path, objects
    elif isinstance(value, dict) and depth:
        for name, inner in list(value.items())[:ROWS]:
            if re.fullmatch(r"\w{1,60}", name):
                yield from _arrays(inner, f"{path}.{name}".lstrip("."), depth - 1)


def _fields(answer: Any, path: str, array: Sequence[Mapping[str, Any]]) -> Fields | None:
    said = {name: [str(row.get(name) or "") for row in array] for name in _names(array)}
    titles = [name for name, values in said.items() if _most(values, lambda v: bool(_TITLE.search(v)))]
    days = {name: spelling for name, values in said.items() if (spelling := _spelling(values))}
    keys = [n for n, values in said.items() if len(set(values)) == len(values) and _most(values, _is_key)]
    title = _best(titles, "title|subject|标题", "name")
    date = _best([n for n in days if n != title], "publish|release|issue", "time|date")
    key = _best([n for n in keys if n not in (title, date)], "id$|Id$|ID$|guid|^d$", "code|no$|num")
    url = next((n for n, values in said.items() if _most(values, lambda v: bool(re.match(r"(?:https?:)?/", v)))), "")
    if not title or not date or not (key or url):
        return None
    totals = _totals(answer, path)
    return Fields(path, totals(_TOTALS), totals(_PAGES), key, title, date, days[date], url, len(array))


def _names(array: Sequence[Mapping[str, Any]]) -> list[str]:
    counted = Counter(name for row in array for name in list(row)[:100] if re.fullmatch(r"\w{1,60}", name))
    return [name for name, times in counted.items() if 2 * times >= len(array)]


def _most(values: Sequence[str], fits: Callable[[str], bool]) -> bool:
    return 2 * sum(fits(value[:2000]) for value in values) >= len(values)


def _is_key(value: str) -> bool:
    return re.fullmatch(r"[\w=+/-]{1,120}", value, re.ASCII) is not None


def _spelling(values: Sequence[str]) -> DateFormat | None:
    """How most of the values write a day; they hold nothing else."""
    short = [value if len(value) < 40 else "" for value in values]
    return next((name for name in _SPELLINGS if _most(short, lambda v, n=name: moment(v, n) is not None)), None)  # type: ignore[misc]


def _best(names: Sequence[str], *liked: str) -> str:
    """The name that fits the earliest of the patterns, else the first."""
    for pattern in liked:
        for name in names:
            if re.search(pattern, name, re.IGNORECASE if pattern.islower() else 0):
                return name
    return names[0] if names else ""


def _totals(answer: Any, path: str) -> Callable[[Sequence[str]], str]:
    """A function that finds the path of a stated number by its usual names, nearest to the rows first."""
    steps = path.split(".") if path else []
    above = [".".join(steps[:n]) for n in range(len(steps) - 1, -1, -1)] or [""]

    def find(names: Sequence[str]) -> str:
        for parent in above:
            holder = at(answer, parent)
            for name in holder if isinstance(holder, dict) else ():
                place = f"{parent}.{name}".lstrip(".")
                if name.lower() in names and count(answer, place) is not None:
                    return place
        return ""

    return find


def asked(url: str) -> dict[str, Any]:
    """A GET request as `crawlers.families.json_portal.Listing` declares it, from the address of one of its pages."""
    parts = urlsplit(url)
    given = dict(parse_qsl(parts.query, keep_blank_values=True))
    page = next((n for n in given if n.lower() in _PAGE and given[n].isdecimal()), "")
    size = next((n for n in given if n.lower() in _SIZE and given[n].isdecimal()), "")
    if not page and (numbered := re.search(r"/([01])(?=\.json$)", parts.path)):
        path = f"{parts.path[: numbered.start(1)]}{{page}}{parts.path[numbered.end(1) :]}"
        return {"path": path, "encoding": "static_file", "page_start": int(numbered[1])}
    rest = {name: value for name, value in given.items() if name not in (page, size)}
    said = {"path": parts.path or "/", "params": rest, "page_param": page, "page_size_param": size}
    start = {"page_start": 0} if page and given[page] == "0" else {}
    return {**{name: value for name, value in said.items() if value}, **start}
