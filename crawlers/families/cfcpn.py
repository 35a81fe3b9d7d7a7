"""金采网: one JSON endpoint for lists and details, POST form, newest first; its date filter is not relied upon."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from crawlers.families import Ask, Parameters, Sign, form
from crawlers.sources import Scope, Source

SIGNS = (
    Sign("an address of cfcpn.com", address=r"^https?://(?:www\.)?cfcpn\.(?:com|demo\.invalid)(?:/|$)"),
    Sign("its endpoint", text="/jcw/noticeinfo/noticeInfo/dataNoticeList"),
    Sign("its misspelt field purchaseTypeLable", text='"purchaseTypeLable"'),
    Sign("its field noticeTitle", text='"noticeTitle"', weight=1),
)
BEGINNING = {
    "params.list_url": "{origin}/jcw/noticeinfo/noticeInfo/dataNoticeList",
    "scope.noticeType": "4",
    "paging": "newest_first",
    "page_size": 50,
    "delay_seconds": 15,
}

_VALID = {"noticeState": "1", "isValid": "1"}


class Asking(Parameters):
    """A source's parameters: the address of the one endpoint."""

    list_url: str


class ScopeAsking(Parameters):
    """The type of notices in a list; empty: all."""

    notice_type: Literal["", "1", "2", "3", "4"] = Field(alias="noticeType")


def list_request(source: Source, scope: Scope, window: str, page: int) -> Ask:  # noqa: ARG001 - walked by own date
    """Page `page` of the whole list of the scope, newest first."""
    asked = {
        **_VALID,
        **scope.params,
        "orderBy": "publish_time desc",
        "pageNo": str(page),
        "pageSize": str(source.page_size),
    }
    return form(source.params["list_url"], asked)


def detail_request(source: Source, source_id: str, url: str | None) -> Ask:  # noqa: ARG001 - the id is enough
    """The same endpoint with the notice's id."""
    return form(source.params["list_url"], {**_VALID, "id": source_id, "isDetail": "1", "pageNo": "1", "pageSize": "1"})
