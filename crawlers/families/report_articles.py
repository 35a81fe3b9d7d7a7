"""Government work reports as articles, listed by year or in static lists; asked for as other static pages are."""

from __future__ import annotations

from crawlers.families.html_portal import Asking, ScopeAsking, detail_request, list_request

__all__ = ["Asking", "ScopeAsking", "detail_request", "list_request"]
