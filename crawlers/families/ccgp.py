"""中国政府采购网: full search by kind of notice and publication days, HTML, GET; details are plain pages."""

from __future__ import annotations

from crawlers.families import Ask, query
from crawlers.sources import Scope, Source
from etl.errors import UsageError

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


def detail_request(source: Source, source_id: str, url: str | None) -> Ask:
    """The notice's own page."""
    if not url:
        raise UsageError(f"{source.id}: item {source_id} was listed without an address")
    return Ask(url)
