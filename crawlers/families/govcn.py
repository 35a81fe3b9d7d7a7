"""中国政府网: JSON search of the policy library by publication days, GET; its feed of latest policies; details are pages."""

from __future__ import annotations

from typing import Literal

from crawlers.families import Ask, Parameters, own_page, query
from crawlers.sources import Scope, Source

#: Filters the search page always sends, empty.
_EMPTY = (
    *("q", "pcodeJiguan", "childtype", "subchildtype", "tsbq", "pubtimeyear", "puborg"),
    *("pcodeYear", "pcodeNum", "filetype", "inpro", "bmfl", "dup", "orpro"),
)


class Asking(Parameters):
    """The address of the search, or of a feed."""

    list_url: str


class ScopeAsking(Parameters):
    """A library; without one the address is that of a feed, which is one file."""

    t: Literal["", "zhengcelibrary", "zhengcelibrary_gw", "zhengcelibrary_bm", "zhengcelibrary_gb"] = ""


def list_request(source: Source, scope: Scope, window: str, page: int) -> Ask:
    """Page `page` of a library, by publication time."""
    address, library = str(source.params["list_url"]), ScopeAsking.model_validate(scope.params).t
    if not library:
        return Ask(address)
    first, last = window.split("/")
    asked = {
        **dict.fromkeys(_EMPTY, ""),
        "t": library,
        "timetype": "timezd",
        "mintime": first,
        "maxtime": last,
        "sort": "pubtime",
        "sortType": "1",
        "searchfield": "title:content:summary",
        "p": str(page),
        "n": str(source.page_size),
    }
    return query(address, asked)


#: The policy's own page.
detail_request = own_page
