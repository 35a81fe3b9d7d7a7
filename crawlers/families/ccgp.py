"""中国政府采购网: full search by kind of notice and publication days, HTML, GET; details are plain pages."""

from __future__ import annotations

from crawlers.families import Ask, own_page, query
from crawlers.sources import Scope, Source

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


def list_request(source: Source, scope: Scope, window: str, page: int) -> Ask:
    """Page `page` of the search; the site writes dates with colons."""
    first, last = (day.replace("-", ":") for day in window.split("/"))
    asked = {**_FORM, **scope.params, "start_time": first, "end_time": last, "page_index": str(page)}
    return query(source.params["list_url"], asked)


#: The notice's own page.
detail_request = own_page
