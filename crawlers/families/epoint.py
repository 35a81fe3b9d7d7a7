"""Portals on the software of Epoint (国泰新点): full-text search by category and publication days, POST.

Two interfaces: `search` takes JSON and counts by offsets (`getFullTextDataNew`), `section` takes a form and counts
pages from 0 (`getSecInfoListYzm`, which wants a captcha from its 20th page on: the source's `cap` keeps below it).
"""

from __future__ import annotations

import json
from typing import Any, Literal

from pydantic import Field

from crawlers.families import Ask, Parameters, Sign, form, json_ask, own_page
from crawlers.sources import Scope, Source
from etl.errors import UsageError

_API = r"rest/esinteligentsearch/getFullTextDataNew"
SIGNS = (
    Sign("its search", text="esinteligentsearch|getFullTextDataNew"),
    Sign("its list of a section", text="getSecInfoListYzm|/EpointWebBuilder"),
    Sign("its maker's name", text="[Ee]point|国泰新点|新点软件", weight=2),
    Sign("its markup", element='[class^="ewb-"], [class*=" ewb-"]', weight=2),
    Sign("rows with infoid", text=r'\\?"infoid\\?"\s{0,3}:', weight=3),
    Sign("rows with their body", text=r'"infocontent"\s{0,3}:', weight=1),
    Sign("an answer of its search", text=r'\\?"totalcount\\?"\s{0,3}:', weight=1),
    Sign(
        "the address of the search", text=rf"(https?://[\w.-]+/[\w/]{{0,40}}/{_API})", weight=0, reads="params.list_url"
    ),
    Sign("a number in its search", text=r"\bcnum[\"']?\s{0,3}[:=]\s{0,3}[\"'](\d{3})", weight=0, reads="params.cnum"),
    Sign(
        "the guid of the site",
        text=r"siteGuid[\"']?\s{0,3}[:=]\s{0,3}[\"']([0-9a-f-]{36})",
        weight=2,
        reads="params.site_guid",
    ),
    Sign("a category", address=r".*/(\d{6,15})(?=/)", weight=0, reads="scope.category"),
)
BEGINNING = {
    "params.list_url": f"{{origin}}/inteligentsearch/{_API}",
    "scope.category": "003",
    "reading.base": "{origin}",
    "paging": "window",
    "page_size": 20,
    "window_days": 7,
    "cap": 10000,
}

#: What the search engine behind it shows of a list; pages after that are empty, which must not look like an end.
MOST = 10_000


class Asking(Parameters):
    """How a site is asked. `time_field` is its field of the publication time, `fields` those the search looks into."""

    list_url: str
    api: Literal["search", "section"] = "search"
    cnum: str = "001"
    time_field: str = "webdate"
    #: Further fields to sort by, descending, so that items of one second keep their order from page to page.
    then_by: list[str] = Field(default_factory=list)
    fields: str = ""
    site_guid: str = ""
    #: Names of the page number and page size; sites spell them differently.
    page_field: str = "pageIndex"
    size_field: str = "pageSize"


class ScopeAsking(Parameters):
    """A scope is a category, given by its number; categories below it are included."""

    category: str = Field(pattern=r"^\d{3,15}$")


def list_request(source: Source, scope: Scope, window: str, page: int) -> Ask:
    """Page `page` of what was published in the window, newest first; UsageError past what the search shows."""
    offset = (page - 1) * source.page_size
    if offset >= MOST:
        raise UsageError(f"{source.id}: the site shows no more than {MOST} items of a list: ask for fewer days")
    asking = Asking.model_validate(source.params)
    category = ScopeAsking.model_validate(scope.params).category
    first, last = window.split("/")
    begin, end = f"{first} 00:00:00", f"{last} 23:59:59"
    if asking.api == "section":
        asked = {"siteGuid": asking.site_guid, "categoryNum": category, "content": "", "startdate": begin}
        paged = {asking.page_field: str(page - 1), asking.size_field: str(source.page_size)}
        return form(asking.list_url, {**asked, "enddate": end, **paged})
    return json_ask(asking.list_url, _search(asking, category, (begin, end), offset, source.page_size))


def _search(asking: Asking, category: str, span: tuple[str, str], offset: int, size: int) -> dict[str, Any]:
    """The whole body the search page sends; numbers must be numbers, and a missing field is an error of the server."""
    here = {"fieldName": "categorynum", "equal": category, "isLike": True, "likeType": 2}
    return {
        **dict.fromkeys(("token", "sdt", "edt", "wd", "inc_wd", "exc_wd", "ssort", "terminal"), ""),
        "pn": offset,
        "rn": size,
        "fields": asking.fields,
        "cnum": asking.cnum,
        "sort": json.dumps(dict.fromkeys((asking.time_field, *asking.then_by), "0"), separators=(",", ":")),
        "cl": 200,
        "condition": [{**here, "notEqual": None, "equalList": None, "notEqualList": None}],
        "time": [{"fieldName": asking.time_field, "startTime": span[0], "endTime": span[1]}],
        "highlights": "",
        "statistics": None,
        "unionCondition": [],
        "accuracy": "",
        "noParticiple": "1",
        "searchRange": None,
        "noWd": True,
    }


#: The notice's own page.
detail_request = own_page
