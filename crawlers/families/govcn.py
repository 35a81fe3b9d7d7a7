"""中国政府网 policy library: JSON search by publication days, GET; details are plain pages."""

from __future__ import annotations

from crawlers.families import Ask, own_page, query
from crawlers.sources import Scope, Source

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


#: The policy's own page.
detail_request = own_page
