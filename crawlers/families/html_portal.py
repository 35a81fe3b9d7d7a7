"""Portals of static pages: lists and their numbered pages, at the addresses of the source's YAML; notices at their own.

Each column of a site is a scope; its name on the site fills `{column}` in both addresses.
"""

from __future__ import annotations

import re
import string
from urllib.parse import quote

from pydantic import Field

from crawlers import guesses
from crawlers.families import Ask, Guess, Parameters, Sample, Sign, own_page
from crawlers.sources import Scope, Source
from etl.errors import UsageError
from etl.parsers._templates import fill

SIGNS = (Sign("titles of notices", text="(?:采购|招标|中标|成交|候选人|比选)[^<>]{0,40}(?:公告|公示)", weight=2),)
BEGINNING = {"params.list_url": "{url}", "paging": "newest_first"}
#: How sites with a pager in a script state their pages.
_PAGES = r"createPageHTML\(\s*(\d+)"


class Asking(Parameters):
    """Addresses of a list: of its first page, and of the others with their number `{page}`."""

    list_url: str
    #: Absent: the whole list stands on one page.
    page_url: str = Field(default="", pattern=r"^$|\{page\}")
    #: The number the first page would have; sites whose second page is called 1 count from 0.
    page_start: int = Field(default=1, ge=0)


class ScopeAsking(Parameters):
    """A column of the site."""

    column: str = ""


def list_request(source: Source, scope: Scope, window: str, page: int) -> Ask:  # noqa: ARG001 - walked by own date
    """Page `page` of a column; UsageError for a second page of a list on one page."""
    asking = Asking.model_validate(source.params)
    places = {**scope.params, "page": str(page - 1 + asking.page_start)}
    if page > 1 and not asking.page_url:
        raise UsageError(f"{source.id}: the list of {scope.name} has one page (no page_url)")
    template = asking.list_url if page == 1 else asking.page_url

    def place(name: str) -> str:
        if name not in places:
            raise UsageError(f"{source.id}: scope {scope.name} does not say what {{{name}}} is")
        return str(places[name])

    return Ask(quote(fill(template, place), safe=string.punctuation))


#: The notice's own page.
detail_request = own_page


def guess(sample: Sample) -> Guess | None:
    """The rows that a page shows, and how its list goes on."""
    found = guesses.rows(sample.soup)
    if found is None:
        return None
    onward = guesses.onward(sample.soup, sample.text, sample.url)
    counted = {"pages": {"regex": _PAGES}} if re.search(_PAGES, sample.text) else {}
    selectors = {"item": found.item, "link": found.link, "title": found.title, "date": found.date}
    fields = {
        "params.list_url": sample.url,
        **({"params.page_url": onward[0], "params.page_start": onward[1]} if onward else {}),
        "page_size": found.number,
        **{f"reading.{name}": selector for name, selector in selectors.items() if selector},
        "reading.date_format": found.date_format,
        "reading.paging": {"kind": "numbered", **counted},
        "reading.detail": {"body": guesses.BODIES},
    }
    return Guess(f"{found.number} links with a title and a day: {found.item}", fields)
