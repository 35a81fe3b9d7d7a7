"""中国政府采购网: full search, lists of its channels, list of contracts; HTML, GET; details are plain pages.

The search is asked by kind of notice and publication days. Channels are static lists, newest first, of which the site
keeps the latest pages only: they serve for keeping up, the search for looking back.
"""

from __future__ import annotations

from typing import Literal

from pydantic import ConfigDict, Field
from pydantic.alias_generators import to_camel

from crawlers.families import Ask, Parameters, Sign, own_page, query
from crawlers.sources import Scope, Source

SIGNS = (
    Sign(
        "an address of ccgp.gov.cn",
        address=r"^https?://(?:www\.|search\.|htgs\.)?ccgp\.(?:gov\.cn|demo\.invalid)(?:/|$)",
    ),
    Sign("the list of its search", element="ul.vT-srch-result-list-bid"),
    Sign("a list of its channels", element="ul.c_list_bid"),
    Sign("the folder of a channel", address=r"/cggg/[zd]fgg/([a-z]+)/", weight=0, reads="scope.channel"),
    Sign("the frame of a notice", text="vF_deail_currentloc|vF_detail_content"),
    Sign("the list of contracts", text="/GS8/contractpublish/"),
    Sign("the kind of notice", address=r"[?&]bidType=(\d{1,2})", weight=0, reads="scope.bidType"),
)
BEGINNING = {"params.list_url": "http://search.ccgp.gov.cn/bxsearch", "paging": "window", "page_size": 20, "cap": 10000}

#: Fields the search form always sends; bidType comes from the scope.
_FORM = {
    "searchtype": "1",
    "bidSort": "0",
    "buyerName": "",
    "projectId": "",
    "pinMu": "0",
    "dbselect": "bidx",
    "kw": "",
    "timeType": "6",
    "displayZone": "",
    "zoneId": "",
    "pppStatus": "0",
    "agentName": "",
}


class Asking(Parameters):
    """Address of the search, of the folder of the channels, or of the contracts, and which of them it is."""

    list_url: str
    list: Literal["search", "channel", "contracts"] = "search"


class ScopeAsking(Parameters):
    """Of the search: its kind of notice (bidType) and what limits it, as its form spells it; of channels: a folder."""

    model_config = ConfigDict(alias_generator=to_camel)

    channel: str = Field(default="", pattern=r"^[a-z]*$")
    bid_type: str = Field(default="", pattern=r"^\d{0,2}$")
    bid_sort: str = Field(default="", pattern=r"^[012]?$")
    pin_mu: str = Field(default="", pattern=r"^[0-3]?$")
    zone_id: str = Field(default="", pattern=r"^(\d\d)?$")
    kw: str = ""


def list_request(source: Source, scope: Scope, window: str, page: int) -> Ask:
    """Page `page` of the list; only the search knows windows, and writes dates with colons."""
    asking = Asking.model_validate(source.params)
    if asking.list == "channel":
        name = "index.htm" if page == 1 else f"index_{page - 1}.htm"
        return Ask(f"{asking.list_url}{scope.params['channel']}/{name}")
    if asking.list == "contracts":
        return Ask(f"{asking.list_url}index_{page}")
    first, last = (day.replace("-", ":") for day in window.split("/"))
    asked = {**_FORM, **scope.params, "start_time": first, "end_time": last, "page_index": str(page)}
    return query(asking.list_url, asked)


#: The notice's own page.
detail_request = own_page
