"""ccgp.gov.cn, crawled from a real server on loopback: static channels, of which the site keeps the latest pages."""

from __future__ import annotations

import re
from typing import Any

import pytest

from crawlers import crawl
from crawlers.families import ccgp
from crawlers.sources import Source, load
from tests.crawl.real_sites import COUNT, NOTICES, SINCE, SIZE, UNTIL, WANTED, Notice, chunk, parsed, synthetic

ITEM = (
    '<li><a href="./{month}/t{day:%Y%m%d}_{key}.htm" title="{title}">{title:.10}...</a> 发布时间：<em>{day} 10:00</em> '
    "地域：<em>浙江</em> 采购人：<em>青禾银行</em></li>"
)
LIST = '<html><body><ul class="c_list_bid">{items}</ul><p class="pager"><script>Pager({{size:{pages}}})</script></p>'
DETAIL = """<html><head><meta name="ArticleTitle" content="{title}"><meta name="PubDate" content="{day} 10:00"></head>
<body><script src="/_bot_sbu/sbu_fpcm.js"></script><div class="vF_detail_content">{text}</div></body></html>"""


def key(notice: Notice) -> str:
    return str(8_000_000 + notice.number)


def source() -> Source:
    """The channel of awards; every notice is of interest."""
    return synthetic("ccgp_local").model_copy(update={"out_of_scope": ()})


def site(answer: Any, kept: int) -> Any:
    """The site, which keeps so many pages of a channel."""

    def say(asked: Any) -> Any:
        if asked.path == "/robots.txt":
            return None
        listing = re.fullmatch(r"/cggg/dfgg/zbgg/index(?:_(\d+))?\.htm", asked.path)
        if listing is None:
            found = next(n for n in NOTICES if asked.path.endswith(f"_{key(n)}.htm"))
            return answer(DETAIL.format(title=found.title, day=found.day, text=found.body).encode())
        page = int(listing[1] or 0) + 1
        if page > kept:
            return answer(b"<html>404</html>", 404)
        items = "".join(ITEM.format(month=f"{n.day:%Y%m}", day=n.day, key=key(n), title=n.title) for n in chunk(page))
        return answer(LIST.format(items=items, pages=kept).encode(), headers={"Content-Type": "text/html"})

    return say


def test_a_channel_is_walked_down_to_the_window_and_its_notices_read(run: Any, portal: Any, answer: Any):
    portal.fault = site(answer, kept=-(-COUNT // SIZE))
    crawl(run.home, source(), SINCE, UNTIL, portal=portal.address)
    assert {w.state for w in run.walks("ccgp_local")} == {"complete"}
    records = parsed(run, source())
    assert [r.source_id for r in records] == sorted(key(n) for n in WANTED)
    assert {(r.notice_type, r.purchaser) for r in records} == {("award", "青禾银行股份有限公司远山分行")}
    said = str(records)
    assert not [word for word in ("钱示例", "孙样板", "李假名", "13800138000") if word in said]


def test_a_channel_whose_older_pages_are_gone_is_not_called_complete(run: Any, portal: Any, answer: Any):
    portal.fault = site(answer, kept=1)
    crawl(run.home, source(), SINCE, UNTIL, portal=portal.address)
    assert {w.state for w in run.walks("ccgp_local")} == {"open"}
    assert set(run.details("ccgp_local")) == {key(n) for n in chunk(1)}  # what it kept is taken all the same


@pytest.mark.parametrize(
    ("name", "page", "address"),
    [
        ("ccgp_central", 1, "http://www.ccgp.gov.cn/cggg/zygg/zbgg/index.htm"),
        ("ccgp_central", 3, "http://www.ccgp.gov.cn/cggg/zygg/zbgg/index_2.htm"),
        ("ccgp_local", 2, "http://www.ccgp.gov.cn/cggg/dfgg/zbgg/index_1.htm"),
        ("ccgp_contract", 1, "http://htgs.ccgp.gov.cn/GS8/contractpublish/index_1"),
    ],
)
def test_the_real_lists_are_asked_for_by_their_pages(name: str, page: int, address: str):
    real = load(name)
    assert ccgp.list_request(real, real.scopes[0], "2026-03-01/2026-03-31", page).url == address
    assert real.site == "ccgp.gov.cn"  # leased and paced as one site with the search
