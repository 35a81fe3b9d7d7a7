"""Portals of static pages: lists and their numbered pages, at the addresses of the source's YAML; notices at their own.

Each column of a site is a scope; its name on the site fills `{column}` in both addresses.
"""

from __future__ import annotations

import string
from urllib.parse import quote

from pydantic import Field

from crawlers.families import Ask, Parameters, own_page
from crawlers.sources import Scope, Source
from etl.errors import UsageError
from etl.parsers._templates import fill


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
