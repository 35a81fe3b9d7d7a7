"""全国公共资源交易平台 (ggzy.gov.cn): list API by publication days, POST form; a notice is a shell and its body."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from crawlers.families import Ask, Parameters, Sign, form, own_page
from crawlers.sources import Scope, Source

SIGNS = (
    Sign("an address of ggzy.gov.cn", address=r"^https?://(?:www\.|deal\.)?ggzy\.gov\.cn(?:/|$)"),
    Sign("its list API", text="pubTradingInfo/getTradList"),
    Sign("rows with transactionSourcesPlatformText", text='"transactionSourcesPlatformText"'),
    Sign("addresses of its notices", text=r"/information/(?:deal/)?html/[ab]/\d{6}/\d{4}/"),
    Sign("the frame of a notice", element="label#platformName", weight=2),
)
BEGINNING = {
    "params.list_url": "{origin}/information/pubTradingInfo/getTradList",
    "scope.DEAL_CLASSIFY": "02",
    "scope.DEAL_STAGE": "0202",
    "paging": "window",
    "page_size": 20,
    "window_days": 2,
    "cap": 10000,
}


class Asking(Parameters):
    """A source's parameters: the address of the list API."""

    list_url: str


class ScopeAsking(Parameters):
    """Fields of the search form; what is not limited is not sent, as the site's own page does it."""

    SOURCE_TYPE: Literal["1", "2"] = "1"
    DEAL_CLASSIFY: str = Field(default="", pattern=r"^(\d\d)?$")
    DEAL_STAGE: str = Field(default="", pattern=r"^(\d{4})?$")
    DEAL_PROVINCE: str = Field(default="", pattern=r"^(\d{6})?$")


def list_request(source: Source, scope: Scope, window: str, page: int) -> Ask:
    """Page `page` of what was published in the window."""
    first, last = window.split("/")
    chosen = ScopeAsking.model_validate(scope.params).model_dump()
    asked = {
        "FINDTXT": "",
        "DEAL_TIME": "06",
        "TIMEBEGIN": first,
        "TIMEEND": last,
        "isShowAll": "1",
        "PAGENUMBER": str(page),
        **{name: value for name, value in chosen.items() if value},
    }
    return form(source.params["list_url"], asked)


#: The shell page; the parser names the page of the body.
detail_request = own_page
