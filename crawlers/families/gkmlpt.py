"""政府信息公开目录管理平台 of Guangdong: one JSON list for each column of a site, GET, a hundred articles a page."""

from __future__ import annotations

from pydantic import Field

from crawlers.families import Ask, Parameters, own_page, query
from crawlers.sources import Scope, Source


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
