"""易招标: a CMS sold to many buyers; lists by column, in JSON (newer) or HTML (older generation), newest first.

A column of the newer generation has a `category_id`, and its list is asked for through the API; one of the older has
none, and its list is a page. Date filters are ignored by some sites without a word and never sent; nor are `isIndex`
and `limitNum`, which cut a list down to what fits on the home page.
"""

from __future__ import annotations

from dataclasses import replace

from pydantic import Field

from crawlers.families import Ask, Parameters, Sign, json_ask, own_page
from crawlers.sources import Scope, Source

SIGNS = (
    Sign("pages of its newer generation", text="/cms/default/webfile/"),
    Sign("its list API", text="dynamicData/queryContentPage"),
    Sign("the number of the site", element="input.chunkSiteId, input#chunkSiteId", reads="params.site_id"),
    Sign(
        "the number of the column",
        element="input.channelCategoryId, input#channelCategoryId",
        reads="scope.category_id",
    ),
    Sign("the folder of the column", address=r"/cms/(?:default/webfile|channel)/([\w=-]{1,40})/", reads="scope.column"),
    Sign("rows of its older generation", element='li[name="li_name"]'),
    Sign("pages of its older generation", text=r"/cms/channel/([\w=-]{1,40})/", reads="scope.column"),
    Sign("an answer with rows", text=r'"res"\s{0,3}:\s{0,3}\{\s{0,3}"total"', weight=2),
    Sign(
        "the folder of a row",
        text=r'"url"\s{0,3}:\s{0,3}"/([\w=-]{1,40})/20\d{6}/\d{3,24}\.html',
        weight=2,
        reads="scope.column",
    ),
    Sign("rows on a page", element="input.pageSize, input#pageSize", weight=0, reads="page_size"),
)
BEGINNING = {"params.base_url": "{origin}", "paging": "newest_first", "page_size": 10}

_LIST = "/cms/api/dynamicData/queryContentPage"
#: Filters the list page always sends, empty.
_EMPTY = ("title", "province", "city", "county", "bidType", "purchaseMode", "publishDays", "publishOrganization")


class Asking(Parameters):
    """A source's parameters. `first_page` and `next_page` (with its number) lie in the folder of an older column."""

    base_url: str
    site_id: str = Field(default="725", pattern=r"^\d{1,9}$")
    first_page: str = "index.htm"
    next_page: str = Field(default="index.htm?pageNo={page}", pattern=r"\{page\}")


class ScopeAsking(Parameters):
    """A column: the name of its folder, and the number (or several, comma-joined) that the API knows it by."""

    column: str = Field(pattern=r"^[\w=-]{1,40}$")
    category_id: str = Field(default="", pattern=r"^(\d{1,20}(,\d{1,20})*)?$")


def list_request(source: Source, scope: Scope, window: str, page: int) -> Ask:  # noqa: ARG001 - walked by own date
    """Page `page` of a column."""
    how, column = Asking.model_validate(source.params), ScopeAsking.model_validate(scope.params)
    base = how.base_url.rstrip("/")
    if not column.category_id:
        name = how.first_page if page == 1 else how.next_page.replace("{page}", str(page))
        return Ask(f"{base}/cms/channel/{column.column}/{name}")
    chosen = {"siteId": how.site_id, "categoryId": column.category_id, **dict.fromkeys(_EMPTY, "")}
    ask = json_ask(base + _LIST, {"pageNo": page, "pageSize": source.page_size, "dto": chosen})
    referer = f"{base}/cms/default/webfile/{column.column}/index.html"
    return replace(ask, headers={**ask.headers, "Referer": referer})


#: The notice's own page.
detail_request = own_page
