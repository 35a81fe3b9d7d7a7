"""Portals searched by TRS's `irs/front/search`: JSON, POST, newest first; details are plain pages."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Literal

from pydantic import Field

from crawlers.families import Ask, Parameters, Sign, json_ask, own_page
from crawlers.sources import Scope, Source
from etl.walks import CHINA

SIGNS = (
    Sign("its search", text="irs/front/search"),
    Sign("an answer of its search", text='"listAndBox"'),
    Sign(
        "the code of the site",
        text=r"[?&\"'{,\s]code[\"']?\s{0,3}[:=]\s{0,3}[\"']?([0-9a-f]{11})\b",
        weight=0,
        reads="params.code",
    ),
    Sign(
        "the kind of its documents",
        text=r"dataTypeId[\"']?\s{0,3}[:=]\s{0,3}[\"']?(\d{1,6})",
        weight=0,
        reads="params.data_type",
    ),
    Sign("a channel", text=r'"channel_id"\s{0,3}:\s{0,3}"(\d{1,9})"', weight=0, reads="scope.channel"),
)
BEGINNING = {
    "params.list_url": "{origin}/irs/front/search",
    "paging": "window",
    "page_size": 10,
    "window_days": 31,
    "cap": 10000,
}


class Asking(Parameters):
    """A site's search: its own `code` and the number of its kind of documents, both read from its search page."""

    list_url: str
    code: str
    data_type: str
    #: How the site wants the first and last moment of a window: as milliseconds since 1970 or as text.
    moments: Literal["ms", "text"] = "ms"


class ScopeAsking(Parameters):
    """What a scope asks for: words (a term not asked for is unknown), where they must stand, or a channel."""

    words: str = ""
    search_by: Literal["all", "title", "content"] = "all"
    channel: str = Field(default="", pattern=r"^\d*$")


def list_request(source: Source, scope: Scope, window: str, page: int) -> Ask:
    """Page `page` of what was published in the window."""
    asking, wanted = Asking.model_validate(source.params), ScopeAsking.model_validate(scope.params)
    first, last = (datetime.fromisoformat(day).replace(tzinfo=CHINA) for day in window.split("/"))
    span = (first, last + timedelta(days=1, milliseconds=-1))
    asked: dict[str, Any] = {
        "code": asking.code,
        "dataTypeId": asking.data_type,
        "searchWord": wanted.words,
        "searchBy": wanted.search_by,
        "orderBy": "time",
        "granularity": "CUSTOM",
        "beginDateTime": _moment(span[0], asking.moments),
        "endDateTime": _moment(span[1], asking.moments),
        "isSearchForced": 0,
        "filters": [],
        "pageNo": page,
        "pageSize": source.page_size,
    }
    if wanted.channel:
        here = {"property": "channel_id", "operator": "eq", "value": wanted.channel, "weight": 100}
        asked["customFilter"] = {"operator": "and", "properties": [here]}
    return json_ask(asking.list_url, asked)


def _moment(when: datetime, spelling: str) -> str:
    return str(int(when.timestamp() * 1000)) if spelling == "ms" else f"{when:%Y-%m-%d %H:%M:%S}"


#: The notice's own page.
detail_request = own_page
