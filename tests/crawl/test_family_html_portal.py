"""Portals of static pages, crawled as their YAML says from a real server on loopback, by the crawler itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

import pytest

from crawlers import crawl
from crawlers.families import html_portal
from crawlers.sources import load
from etl.errors import UsageError
from tests.crawl.real_sites import (
    COUNT,
    EVER,
    NOTICES,
    PAGES,
    SINCE,
    UNTIL,
    WANTED,
    chunk,
    of_number,
    parsed,
    synthetic,
)
from tests.portal_pages import persons

Site = Callable[[str], str | None]


def numbered(path: str, first: str, other: str, start: int) -> int | None:
    """The page of the list that a path asks for, counted from 1; null where it asks for something else."""
    if path == first:
        return 1
    head, _, tail = other.partition("{}")
    number = path.removeprefix(head).removesuffix(tail)
    return int(number) + 1 - start if path.startswith(head) and number.isdecimal() else None


def notice(path: str, body: str) -> str:
    """The page of the notice whose number ends the name of the file."""
    return body.format(of_number(int(path.rpartition("_")[2].partition(".")[0].strip("/"))).body)


def cdb(path: str) -> str | None:
    page = numbered(path, "/cmsjieguo/index.html", "/cmsjieguo/index_{}.html", 1)
    if page is None:
        return notice(path, '<div class="Content">{}</div>')
    return "".join(
        f'<a href="/cmsjieguo/n_{n.number}.html"><div class="tit">{n.title}</div>'
        f'<div class="date">{n.day:%Y/%m/%d}</div></a>'
        for n in chunk(page)
    )


def boc_site(path: str) -> str | None:
    page = numbered(path, "/aboutboc/bi6/index.html", "/aboutboc/bi6/index_{}.html", 0)
    if page is None:
        return notice(path, '<div class="sub_con">{}</div>')
    items = "".join(
        f'<li><a href="./202401/t_{n.number}.html" title="{n.title}">青禾...</a><span>[ {n.day} ]</span></li>'
        for n in chunk(page)
    )
    onward = f'<a href="index_{page}.html">下一页</a>' if page < PAGES else "下一页"
    return f'<div class="news"><ul class="list">{items}</ul></div><ul><li class="turn_next">{onward}</li></ul>'


def hxb(path: str) -> str | None:
    if path != "/jrhx/hxzx/hxxw/cggg/zbgg/index.shtml":
        return notice(path, '<div id="content">{}</div>')
    return "".join(
        f'<li class="pro_contli" tag="远山分行"><a href="/jrhx/n_{n.number}.shtml">'
        f'<span class="pro_word">{n.title}</span><span class="pro_time">{n.day}</span></a></li>'
        for n in NOTICES
    )


def chengezhao(path: str) -> str | None:
    column = "/cms/categories/业务公告/结果公告/"
    page = numbered(unquote(path), column, f"{column}page/{{}}/", 1)
    if page is None:
        return notice(path, '<div class="cez-business-details-main__middle-content">{}</div>')
    items = "".join(
        '<div class="cez-business-main__news-item"><a class="cez-business-main__news-item-date">'
        f"<span>{n.day:%m-%d}</span><span>{n.day:%Y}</span></a>"
        f'<h3><a href="/cms/post/n_{n.number}/">{n.title}</a></h3></div>'
        for n in chunk(page)
    )
    return f'{items}<span class="pagination__item--current">{page}/{PAGES}</span>'


@pytest.fixture
def stand_in(portal: Any, answer: Any) -> Callable[[Site], None]:
    """Let a function of the path be the site."""

    def use(site: Site) -> None:
        def told(asked: Any) -> Any:
            said = None if asked.path == "/robots.txt" else site(asked.path)
            page = f"<!DOCTYPE html><html><head><meta charset='utf-8'></head><body>{said}</body></html>"
            return None if said is None else answer(page.encode(), headers={"Content-Type": "text/html"})

        portal.fault = told

    return use


@pytest.mark.parametrize(("site", "pages"), [(boc_site, PAGES), (hxb, 1), (chengezhao, PAGES)])
def test_a_whole_list_is_walked_to_its_end_and_every_notice_becomes_a_record(
    site: Site, pages: int, run: Any, portal: Any, stand_in: Callable[[Site], None]
) -> None:
    stand_in(site)
    source = synthetic(site.__name__)
    counts = crawl(run.home, source, EVER, UNTIL, portal=portal.address).counts
    assert (counts.fetched, counts.failed, counts.pages) == (COUNT, 0, pages)
    assert {walk.state for walk in run.walks(source.id)} == {"complete"}
    records = parsed(run, source)
    assert [record.title for record in records] == [n.title for n in reversed(NOTICES)]
    assert [(record.published_at or "")[:10] for record in records] == [str(n.day) for n in reversed(NOTICES)]
    assert {record.notice_type for record in records} == {"award"}
    assert {record.purchaser for record in records} == {"青禾银行股份有限公司远山分行"}
    assert not persons(records)


def test_a_list_that_does_not_say_how_long_it_is_is_left_below_the_window(
    run: Any, portal: Any, stand_in: Callable[[Site], None]
) -> None:
    stand_in(cdb)
    counts = crawl(run.home, synthetic("cdb"), SINCE, UNTIL, portal=portal.address).counts
    assert (counts.fetched, counts.failed, counts.pages) == (len(WANTED), 0, PAGES)
    assert {walk.state for walk in run.walks("cdb")} == {"complete"}


def test_addresses_are_filled_from_the_column_and_the_way_the_site_counts() -> None:
    def asked(site: str, page: int) -> str:
        source = load(site)
        return html_portal.list_request(source, source.scopes[0], "2024-01-01/2024-12-31", page).url

    assert [asked("cdb", n) for n in (1, 2)] == [
        "https://cg.cdb.com.cn/cmsjieguo/index.html",
        "https://cg.cdb.com.cn/cmsjieguo/index_2.html",
    ]
    assert asked("boc_site", 2) == "https://www.boc.cn/aboutboc/bi6/index_1.html"
    assert asked("chinapost", 1) == "https://www.chinapost.com.cn/cn/category/1813/137338-1.htm"
    assert asked("chengezhao", 2).endswith(
        "/%E4%B8%9A%E5%8A%A1%E5%85%AC%E5%91%8A/%E7%BB%93%E6%9E%9C%E5%85%AC%E5%91%8A/page/2/"
    )
    with pytest.raises(UsageError, match="one page"):
        asked("hxb", 2)
    source = load("cdb")
    with pytest.raises(UsageError, match="column"):
        html_portal.list_request(source, source.scopes[0].model_copy(update={"params": {}}), "", 1)


def test_legacy_tls_is_declared_where_the_server_needs_it() -> None:
    assert load("cscb").legacy_tls
    assert not load("hxb").legacy_tls
