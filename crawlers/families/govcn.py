"""中国政府网: its policy library, searched in JSON by days; its feed of latest policies; pages of policies."""

from __future__ import annotations

from typing import Literal

from crawlers.families import Ask, Parameters, Sign, own_page, query
from crawlers.sources import Scope, Source

_HOSTS = r"^https?://(?:www\.|sousuo\.www\.|sousuo\.)?gov\.(?:cn|demo\.invalid)(?:/|$)"
SIGNS = (
    Sign("an address of www.gov.cn", address=_HOSTS),
    Sign("an answer of its search", text='"searchVO"'),
    Sign("its feed of latest policies", text='"DOCRELPUBTIME"'),
    Sign("the frame of a policy", text="policyLibraryOverview_|pages-date"),
    Sign("the text of a policy", element="#UCAP-CONTENT", weight=2),
    Sign("a library", address=r"[?&]t=(zhengcelibrary\w*)", weight=0, reads="scope.t"),
)
BEGINNING = {
    "kind": "policy",
    "params.list_url": "https://sousuo.www.gov.cn/search-gov/data",
    "scope.t": "zhengcelibrary_gw",
    "paging": "window",
    "page_size": 50,
    "window_days": 366,
    "cap": 10000,
}

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
