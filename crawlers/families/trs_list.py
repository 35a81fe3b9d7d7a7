"""Static lists of TRS and its like, asked for as other static pages are: one column of the site for each list."""

from __future__ import annotations

import re
from typing import Any

from crawlers import guesses
from crawlers.families import Guess, Parameters, Sample, Sign
from crawlers.families.html_portal import Asking, detail_request, list_request

__all__ = ["BEGINNING", "SIGNS", "Asking", "ScopeAsking", "detail_request", "guess", "list_request"]

SIGNS = (
    Sign("a pager in a script", text=r"createPage(?:HTML)?\s?\(", weight=1),
    Sign("documents named by their day", text=r"/t20\d{6}_\d{3,12}\.s?html?", weight=1),
    Sign("the editor's mark", element=".TRS_Editor, .trs_editor_view, .TRS_UEDITOR", weight=1),
    Sign("titles of policies", text=r"〔20\d\d〕|(?:办法|意见|方案|细则|规划)[^<>]{0,20}的通知", weight=2),
)
BEGINNING = {
    "kind": "policy",
    "scope.column": "",
    "params.list_url": "{url}",
    "paging": "newest_first",
    "page_size": 20,
}
_BY_DAY = re.compile(r"/t(?:20|19)\d{6}_")


class ScopeAsking(Parameters):
    """A column of the site; `module` is what some sites put before the number of a page (`21892-2.html`)."""

    column: str
    module: str = ""


def guess(sample: Sample) -> Guess | None:
    """How a page's list goes on, and its rows where their addresses do not tell them."""
    if sample.text.lstrip("\ufeff \t\r\n").startswith(("{", "[")):
        return None
    onward = guesses.onward(sample.soup, sample.text, sample.url)
    fields: dict[str, Any] = {"params.list_url": sample.url}
    fields |= {"params.page_url": onward[0], "params.page_start": onward[1]} if onward else {"reading.paged": False}
    found = None if _BY_DAY.search(sample.text) else guesses.rows(sample.soup)
    if found is not None:
        selectors = {"item": found.item, "link": found.link or "a[href]", "title": found.title, "date": found.date}
        fields |= {f"reading.{name}": selector for name, selector in selectors.items() if selector}
    return Guess("goes on at " + onward[0] if onward else "nothing shows how it goes on", fields, weight=0)
