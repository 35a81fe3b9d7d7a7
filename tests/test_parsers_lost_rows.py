"""Rows of a list that name a document and not where it is: listed, never dropped, and nothing that can be fetched."""

from __future__ import annotations

import json

import pytest

from etl.errors import Quarantined
from etl.parsers import ccgp, family, gkmlpt, policy_json, trs_list
from etl.records.parsed import ListPage, Page

URL = "http://www.example.invalid/zwgk/"
READING = policy_json.Reading.model_validate(
    {"rows": "rows", "total": "total", "fields": {"id": ["id"], "title": ["title"], "date": ["day"]}}
).model_dump_json()
LI = '<li><a href="{href}">{title}</a><span>2024-03-05</span></li>'


def html(*rows: tuple[str, str]) -> Page:
    body = "".join(LI.format(href=href, title=title) for href, title in rows)
    how = trs_list.Reading.model_validate({"item": "li"}).model_dump_json()
    return Page(
        f"<html><ul>{body}</ul><script>createPageHTML(3, 0, 'index', 'htm')</script></html>".encode(),
        "s",
        URL,
        reading=how,
    )


def rows(source: str, *found: dict[str, object]) -> Page:
    key = "articles" if source == "gkmlpt" else "rows"
    body = json.dumps({"total": len(found), key: list(found)}).encode()
    return Page(body, source, URL, reading=READING if source == "policy_json" else "{}")


PAGES = {
    "trs_list": html(("./202403/t20240305_12.htm", "关于一的通知"), ("javascript:open(7)", "关于二的通知")),
    "gkmlpt": rows(
        "gkmlpt",
        {"id": 7, "title": "关于一的通知", "create_time": "2024-03-05"},
        {"title": "关于二的通知", "create_time": "2024-03-05"},
    ),
    "policy_json": rows(
        "policy_json",
        {"id": "7", "title": "关于一的通知", "day": "2024-03-05"},
        {"title": "关于二的通知", "day": "2024-03-05"},
    ),
}


def read(name: str, page: Page) -> ListPage:
    found: ListPage = family(name).parse_list(page)
    return found


@pytest.mark.parametrize("name", PAGES)
def test_a_row_without_number_or_address_is_listed_under_a_key_of_its_words(name: str) -> None:
    followed, lost = read(name, PAGES[name]).items
    assert (followed.title, lost.title) == ("关于一的通知", "关于二的通知")
    assert lost.source_id.startswith("row-")
    assert (lost.published_at or "")[:7] == "2024-03"
    assert lost.url is None


def test_a_list_on_which_no_row_can_be_followed_has_changed() -> None:
    with pytest.raises(Quarantined, match="not_a_list"):
        trs_list.parse_list(html(("javascript:open(7)", "关于二的通知")))
    with pytest.raises(Quarantined, match="not_a_list"):
        gkmlpt.parse_list(rows("gkmlpt", {"title": "关于二的通知", "create_time": "2024-03-05"}))


def test_two_pages_under_one_number_are_both_listed_and_the_same_page_twice_is_one() -> None:
    page = html(
        ("./a/t20240305_12.htm", "关于一的通知"),
        ("./a/t20240305_12.htm", "一"),
        ("./b/t20240305_12.htm", "关于二的通知"),
    )
    assert [i.title for i in trs_list.parse_list(page).items] == ["关于一的通知", "关于二的通知"]


def test_a_notice_of_an_address_of_another_form_is_listed_all_the_same() -> None:
    body = (
        '<ul class="vT-srch-result-list-bid"><li><a href="http://www.ccgp.gov.cn/cggg/zygg/zbgg/202403/t20240305_2201.htm">甲</a>'
        "<span>2024-03-05</span></li><li><a href='http://www.ccgp.gov.cn/new/form'>乙</a><span>2024-03-05</span></li></ul>"
        "<p>共找到2条</p>"
    )
    first, second = ccgp.parse_list(Page(f"<html>{body}</html>".encode(), "ccgp", "http://www.ccgp.gov.cn/")).items
    assert (first.title, second.title, second.source_id[:4]) == ("甲", "乙", "row-")
