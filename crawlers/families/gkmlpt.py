"""政府信息公开目录管理平台 of Guangdong: one JSON list for each column of a site, GET, a hundred articles a page."""

from __future__ import annotations

from pydantic import Field

from crawlers.families import Ask, Parameters, Sign, own_page, query
from crawlers.sources import Scope, Source

_TREE = r"\bTREE[\"']?\s{0,3}:\s{0,3}\[\s{0,3}\{[^{}]{0,200}?\bid[\"']?\s{0,3}:\s{0,3}(\d{1,9})"
SIGNS = (
    Sign("its folder", address="/gkmlpt/"),
    Sign("addresses of its articles", text=r"/gkmlpt\\?/content\\?/"),
    Sign("its settings (_CONFIG)", text=r"window\._CONFIG\s{0,3}="),
    Sign("the number of the site", text=r"\bSID[\"']?\s{0,3}:\s{0,3}[\"']?(\d{1,9})", weight=0, reads="params.sid"),
    Sign("the number of the site", address=r"[?&]sid=(\d{1,9})", weight=0, reads="params.sid"),
    Sign("the first column of its directory", text=_TREE, weight=0, reads="scope.column"),
    Sign(
        "the column of a list",
        text=r'"classify"\s{0,3}:\s{0,3}\{\s{0,3}"id"\s{0,3}:\s{0,3}(\d{1,9})',
        weight=2,
        reads="scope.column",
    ),
    Sign("the column of a list", address=r"/gkmlpt/api/all/(\d{1,9})", weight=0, reads="scope.column"),
)
BEGINNING = {
    "kind": "policy",
    "params.base_url": "{origin}",
    "scope.column": "0",
    "paging": "newest_first",
    "page_size": 100,
}


class Asking(Parameters):
    """The site and its number on the platform (`SID` in the script of its `/gkmlpt/index`)."""

    base_url: str = Field(pattern=r"^https?://[^/]+$")
    sid: str = Field(pattern=r"^\d{1,9}$")


class ScopeAsking(Parameters):
    """A column of the site's directory (`TREE` in the same script); 0 is the whole of it."""

    column: str = Field(pattern=r"^\d{1,9}$")


def list_request(source: Source, scope: Scope, window: str, page: int) -> Ask:  # noqa: ARG001 - walked by own date
    """Page `page` of a column, newest first."""
    site, own = Asking.model_validate(source.params), ScopeAsking.model_validate(scope.params)
    return query(f"{site.base_url}/gkmlpt/api/all/{own.column}", {"page": str(page), "sid": site.sid})


#: The article's own page.
detail_request = own_page
