"""政采云 (zcy): one JSON API on the portals of many provinces and of some banks; lists by category, newest first.

The day filter is sent where a source is walked by windows, and only there: not every portal heeds it. The time stamp
that the portals' own pages add (`_t`) says nothing and is left out. A portal that wants signed requests is not for us.
"""

from __future__ import annotations

from typing import Any

from pydantic import Field

from crawlers.families import Ask, Parameters, Sign, json_ask, query
from crawlers.sources import Scope, Source

SIGNS = (
    Sign("its API", text="/portal/category|/portal/detail"),
    Sign("rows with articleId", text=r'"articleId"\s{0,3}:'),
    Sign("its maker's name", text="政采云|zcygov|zhengcaiyun|/luban/", weight=2),
    Sign("a category", text=r"(ZcyAnnouncement\d{1,6})", weight=2, reads="scope.category_code"),
    Sign(
        "a category",
        address=r"[?&]c(?:hildren|ategory)Code=([A-Za-z0-9-]{1,60})",
        weight=2,
        reads="scope.category_code",
    ),
    Sign("what its pages stand under", address=r"[?&]parentId=(\d{1,9})", weight=0, reads="reading.parent_id"),
)
BEGINNING = {
    "params.base_url": "{origin}",
    "scope.category_code": "ZcyAnnouncement3004",
    "paging": "newest_first",
    "page_size": 15,
}


class Asking(Parameters):
    """A source's parameters: the address in front of `/portal/category` and `/portal/detail`."""

    base_url: str


class ScopeAsking(Parameters):
    """A category, and the districts (six-digit codes, provinces and cities) to which the list is limited."""

    category_code: str = Field(pattern=r"^[A-Za-z0-9-]{1,60}$")
    district_codes: list[str] = Field(default_factory=list)
    is_province: bool | None = None


def list_request(source: Source, scope: Scope, window: str, page: int) -> Ask:
    """Page `page` of a category."""
    chosen = ScopeAsking.model_validate(scope.params)
    asked: dict[str, Any] = {"pageNo": page, "pageSize": source.page_size, "categoryCode": chosen.category_code}
    if chosen.district_codes:
        asked["districtCode"] = chosen.district_codes
    if chosen.is_province is not None:
        asked["isProvince"] = chosen.is_province
    if source.paging == "window":
        asked["publishDateBegin"], asked["publishDateEnd"] = window.split("/")
    return json_ask(f"{_base(source)}/portal/category", asked)


def detail_request(source: Source, source_id: str, url: str | None) -> Ask:  # noqa: ARG001 - the id is enough
    """The answer about one notice; its id is base64 and is escaped."""
    return query(f"{_base(source)}/portal/detail", {"articleId": source_id})


def _base(source: Source) -> str:
    return str(source.params["base_url"]).rstrip("/")
