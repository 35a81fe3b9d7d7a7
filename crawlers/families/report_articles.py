"""Government work reports as articles, listed by year or in static lists; asked for as other static pages are."""

from __future__ import annotations

from crawlers.families import Sign
from crawlers.families.html_portal import Asking, ScopeAsking, detail_request, list_request
from crawlers.families.trs_list import guess

__all__ = ["BEGINNING", "SIGNS", "Asking", "ScopeAsking", "detail_request", "guess", "list_request"]

SIGNS = (
    Sign("an address of district.ce.cn", address=r"^https?://district\.ce\.cn/"),
    Sign("the words to the delegates", text="各位代表[：:!！]", weight=2),
    Sign("work reports of many places", text="地方政府工作报告|政府工作报告(?:汇编|全文|集)"),
)
BEGINNING = {
    "kind": "report",
    "params.list_url": "{url}",
    "paging": "newest_first",
    "page_size": 1000,
    "reading.item": "div.TRS_Editor a[href], div.content a[href]",
    "reading.paged": False,
}
