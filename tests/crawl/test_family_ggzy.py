"""ggzy.gov.cn, crawled from a real server on loopback: lists by window, shells, bodies, and a captcha."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl

from crawlers import crawl
from crawlers.families import ggzy
from crawlers.sources import Source, load
from db.archive import Archive
from etl import documents
from etl.records import Record
from etl.records.rows import DocumentRow
from tests.crawl.real_sites import NOTICES, SINCE, SIZE, UNTIL, WANTED, Notice, synthetic

SHELL = """<html><body><h4 class="h4_o">{title}</h4><p class="p_o"><span>采购项目编号：QH-{number}</span></p>
<ul class="fully_list"><li><a onclick="showDetail(this, '0201',
'/information/deal/html/b/330000/0201/20231201/{tender}.html')">招标公告</a></li></ul>
<script>var firstLastUrl = '{body}';</script></body></html>"""
BODY = """<html><body><h4 class="h4_o">{title}</h4><p class="p_o"><span>发布时间：{day} 18:02</span></p>
<div id="mycontent">{text}</div></body></html>"""


def key(notice: Notice) -> str:
    return f"0033{notice.number:032x}"


def path(notice: Notice, page: str) -> str:
    return f"/information/deal/html/{page}/330000/0202/{notice.day:%Y%m%d}/{key(notice)}.html"


def source() -> Source:
    """The real source's first list; every notice is of interest."""
    return synthetic("ggzy").model_copy(update={"out_of_scope": (), "window_days": 31, "concurrency": 1})


def listed(asked: Any) -> dict[str, Any]:
    fields = dict(parse_qsl(asked.body))
    assert (fields["DEAL_TIME"], fields["DEAL_STAGE"], fields["SOURCE_TYPE"]) == ("06", "0202", "1")
    mine = [n for n in NOTICES if fields["TIMEBEGIN"] <= n.day.isoformat() <= fields["TIMEEND"]]
    at = (int(fields["PAGENUMBER"]) - 1) * SIZE
    rows = [
        {"title": n.title, "publishTime": n.day.isoformat(), "informationType": "0202", "url": path(n, "a")}
        for n in mine[at : at + SIZE]
    ]
    return {"code": 200, "data": {"records": rows, "total": len(mine), "pages": -(-len(mine) // SIZE)}}


def site(answer: Any) -> Any:
    """The platform: `answer` is the fixture's class of answers."""

    def say(asked: Any) -> Any:
        if asked.path == "/robots.txt":
            return None
        if asked.method == "POST":
            return answer(json.dumps(listed(asked)).encode(), headers={"Content-Type": "application/json"})
        found = next(n for n in NOTICES if key(n) in asked.path)
        said = {"title": found.title, "number": found.number, "tender": f"0033{found.number + 100:032x}"}
        page = SHELL if "/html/a/" in asked.path else BODY
        text = page.format(**said, body=path(found, "b"), day=found.day, text=found.body)
        return answer(text.encode(), headers={"Content-Type": "text/html"})

    return say


def records(run: Any) -> list[Record]:
    """The records of the shells with their bodies, as parsing makes them."""
    archive, facts = Archive.of(run.home), source().facts
    made = []
    for capture in documents.captured(run.events()):
        shell, *parts = (archive.body(e.segment, e.offset) for e in (capture.event, *capture.parts))
        row = documents.detail_row(facts, capture, shell, parts)
        assert isinstance(row, DocumentRow), row
        made.append(Record.from_dict(json.loads(row.record)))
    return sorted(made, key=lambda record: record.source_id)


def test_every_listed_notice_is_fetched_with_its_body_and_read(run: Any, portal: Any, answer: Any):
    portal.fault = site(answer)
    counts = crawl(run.home, source(), SINCE, UNTIL, portal=portal.address).counts
    assert counts.stopped is None
    assert {w.state for w in run.walks("ggzy")} == {"complete"}
    assert run.details("ggzy") == {key(n): "fetched" for n in WANTED}
    made = records(run)
    assert [r.source_id for r in made] == sorted(key(n) for n in WANTED)
    assert {r.notice_type for r in made} == {"award"}
    assert [r.related for r in made] == [
        (f"0033{n.number + 100:032x}",) for n in sorted(WANTED, key=lambda n: n.number)
    ]
    assert {r.lots[0].amount_yuan for r in made} == {"1331480.00"}
    said = str(made)
    assert not [word for word in ("钱示例", "孙样板", "李假名", "13800138000") if word in said]


def test_a_captcha_is_a_block_after_which_nothing_more_is_asked(run: Any, portal: Any, answer: Any):
    wanted = json.dumps({"code": 829, "captchaToken": "a", "captchaImage": "iVBORw0KGgo="}).encode()
    portal.fault = lambda asked: None if asked.path == "/robots.txt" else answer(wanted)
    counts = crawl(run.home, source(), SINCE, UNTIL, portal=portal.address).counts
    assert counts.stopped is not None
    assert "blocked" in counts.stopped
    assert (counts.blocked, counts.requests) == (2, 3)  # and robots.txt
    assert not run.details("ggzy")


def test_the_real_source_asks_as_the_sites_own_page_does():
    real = load("ggzy")
    ask = ggzy.list_request(real, real.scope("soe_result"), "2026-03-01/2026-03-02", 3)
    assert dict(parse_qsl(ask.body.decode(), keep_blank_values=True)) == {
        "FINDTXT": "",
        "DEAL_TIME": "06",
        "TIMEBEGIN": "2026-03-01",
        "TIMEEND": "2026-03-02",
        "isShowAll": "1",
        "PAGENUMBER": "3",
        "SOURCE_TYPE": "2",
        "DEAL_CLASSIFY": "01",
        "DEAL_STAGE": "0104",
    }
