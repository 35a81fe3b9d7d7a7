"""中国政府网 policy library: JSON search by publication days, GET; details are plain pages."""

from __future__ import annotations

from crawlers.families import Ask, query
from crawlers.sources import Scope, Source
from etl.errors import UsageError

#: Filters the search page always sends, empty.
_EMPTY = (
    *("q", "pcodeJiguan", "childtype", "subchildtype", "tsbq", "pubtimeyear", "puborg"),
    *("pcodeYear", "pcodeNum", "filetype", "inpro", "bmfl", "dup", "orpro"),
)


def list_request(source: Source, scope: Scope, window: str, page: int) -> Ask:
    """Page `page` of the library, by publication time."""
    first, last = window.split("/")
    asked = {
        **dict.fromkeys(_EMPTY, ""),
        **scope.params,
        "timetype": "timezd",
        "mintime": first,
        "maxtime": last,
        "sort": "pubtime",
        "sortType": "1",
        "searchfield": "title:content:summary",
        "p": str(page),
        "n": str(source.page_size),
    }
    return query(source.params["list_url"], asked)


def detail_request(source: Source, source_id: str, url: str | None) -> Ask:
    """The policy's own page."""
    if not url:
        raise UsageError(f"{source.id}: item {source_id} was listed without an address")
    return Ask(url)
