"""Portals on Epoint's software, crawled from a real server on loopback: offsets, windows below a cap, GB18030."""

from __future__ import annotations

import json
from datetime import date
from typing import Any
from urllib.parse import parse_qsl

import pytest

from crawlers import crawl
from crawlers.families import epoint
from crawlers.sources import Source, load
from etl.errors import UsageError
from tests.crawl.real_sites import COUNT, NOTICES, SINCE, SIZE, UNTIL, WANTED, Notice, parsed, synthetic

WINDOW = "2026-03-01/2026-03-07"
DETAIL = '<html><head><meta name="ArticleTitle" content="{title}"></head><body><div id="noticeArea">{text}</div></body>'


def key(notice: Notice) -> str:
    return f"8a1d1abc9ef2af7a{notice.number:016x}"


def row(notice: Notice) -> dict[str, Any]:
    link = f"/jyxx/003002/003002004/{notice.day:%Y%m%d}/{key(notice)}.html"
    said = {"infoid": key(notice), "title": notice.title, "linkurl": link, "categorynum": "003002004"}
    return {**said, "webdate": f"{notice.day} 11:42:10", "xiaquname": "青禾市"}


def site(answer: Any, shown: list[list[int]], total: int | None = None) -> Any:
    """The portal. `shown`: filled with the offset and number of items of each answer; `total`: what it claims."""

    def say(asked: Any) -> Any:
        if asked.path == "/robots.txt":
            return None
        if asked.method == "GET":
            found = next(n for n in NOTICES if key(n) in asked.path)
            text = DETAIL.format(title=found.title, text=found.body)
            return answer(text.encode(), headers={"Content-Type": "text/html"})
        wanted = json.loads(asked.body)
        (span,), at = wanted["time"], wanted["pn"]
        mine = [n for n in NOTICES if span["startTime"] <= f"{n.day} 11:42:10" <= span["endTime"]]
        rows = [row(n) for n in mine[at : at + wanted["rn"]]]
        shown.append([at, len(rows)])
        content = {"result": {"totalcount": len(mine) if total is None else total, "records": rows}}
        body = json.dumps(content, ensure_ascii=False).encode("gb18030")
        return answer(body, headers={"Content-Type": "application/json;charset=UTF-8"})

    return say


def of(name: str, **changes: Any) -> Source:
    """A real source's first list; every notice is of interest."""
    return synthetic(name).model_copy(update={"out_of_scope": (), **changes})


def test_windows_are_split_below_the_cap_and_every_notice_is_read(run: Any, portal: Any, answer: Any):
    shown: list[list[int]] = []
    portal.fault = site(answer, shown)
    source = of("hainan_ggzy", window_days=366, cap=5)
    crawl(run.home, source, SINCE, UNTIL, portal=portal.address)
    walks = run.walks(source.id)
    assert {w.state for w in walks} == {"capped", "complete"}
    assert sum(w.distinct_ids for w in walks if w.state == "complete") == len(WANTED)
    assert len(shown) == len(walks)  # of a window that reaches the cap, no second page
    records = parsed(run, source)
    assert [r.source_id for r in records] == sorted(key(n) for n in WANTED)
    assert {(r.notice_type, r.purchaser, r.region_text) for r in records} == {
        ("award", "青禾银行股份有限公司远山分行", "青禾市")
    }
    said = str(records)
    assert not [word for word in ("钱示例", "孙样板", "李假名", "13800138000") if word in said]


def test_a_total_that_repeats_the_page_size_ends_no_walk(run: Any, portal: Any, answer: Any):
    shown: list[list[int]] = []
    portal.fault = site(answer, shown, total=SIZE)
    source = of("heilongjiang_ggzy", start=date(2023, 1, 1))
    counts = crawl(run.home, source, date(2023, 1, 1), UNTIL, portal=portal.address).counts
    assert counts.fetched == COUNT
    assert shown == [[0, 3], [3, 3], [6, 2], [9, 0]]
    assert {w.state for w in run.walks(source.id)} == {"complete"}


def test_the_search_is_asked_by_offsets_in_numbers_and_never_past_what_it_shows():
    real = load("jiangxi_ggzy")
    ask = epoint.list_request(real, real.scopes[0], WINDOW, 3)
    said = json.loads(ask.body)
    assert (said["pn"], said["rn"], said["cnum"], said["wd"]) == (40, 20, "", "")
    assert json.loads(said["sort"]) == {"webdate": "0", "id": "0"}
    assert said["condition"][0]["equal"] == "002006"
    assert said["time"] == [
        {"fieldName": "webdate", "startTime": "2026-03-01 00:00:00", "endTime": "2026-03-07 23:59:59"}
    ]
    with pytest.raises(UsageError, match="no more than 10000"):
        epoint.list_request(real, real.scopes[0], WINDOW, 501)


def test_the_section_list_is_asked_by_pages_from_nought_and_stays_below_its_captcha():
    real = load("yichang_ggzy")
    ask = epoint.list_request(real, real.scope("result"), WINDOW, 2)
    said = dict(parse_qsl(ask.body.decode(), keep_blank_values=True))
    assert (said["categoryNum"], said["pageindex"], said["pagesize"]) == ("003001005", "1", "20")
    assert (said["startdate"], said["enddate"]) == ("2026-03-01 00:00:00", "2026-03-07 23:59:59")
    assert real.cap is not None
    assert real.cap < 20 * real.page_size
