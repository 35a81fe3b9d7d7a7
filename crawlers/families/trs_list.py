"""Static lists of TRS and its like, asked for as other static pages are: one column of the site for each list."""

from __future__ import annotations

from crawlers.families import Parameters
from crawlers.families.html_portal import Asking, detail_request, list_request

__all__ = ["Asking", "ScopeAsking", "detail_request", "list_request"]


class ScopeAsking(Parameters):
    """A column of the site; `module` is what some sites put before the number of a page (`21892-2.html`)."""

    column: str
    module: str = ""
