"""A portal searched by TRS's irs, crawled from a real server on loopback."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from crawlers import crawl
from crawlers.families import trs_irs
from crawlers.sources import Source, load
from etl.walks import CHINA
from tests.crawl.real_sites import NOTICES, SINCE, SIZE, UNTIL, WANTED, Notice, parsed, synthetic

HOST = "www-ggzyzx-jl-gov-cn.invalid"
DETAIL = '<html><head><meta name="ArticleTitle" content="{title}"><meta name="PubDate" content="{day} 09:00:00"></head>'


def source() -> Source:
    """The real source's first list; every notice is of interest."""
    return synthetic("jilin_ggzy").model_copy(update={"out_of_scope": ()})


def moment(ms: str) -> datetime:
    return datetime.fromtimestamp(int(ms) / 1000, CHINA)


def listed(wanted: dict[str, Any]) -> dict[str, Any]:
    first, last = moment(wanted["beginDateTime"]), moment(wanted["endDateTime"])
    noon = {n: datetime.combine(n.day, datetime.min.time(), CHINA).replace(hour=23, minute=59) for n in NOTICES}
    mine = [n for n in NOTICES if first <= noon[n] <= last]
    at = (wanted["pageNo"] - 1) * wanted["pageSize"]
    rows: list[dict[str, Any]] = [{"type": "BOX", "data": {"boxType": "hot"}}]
    rows += [{"type": "DATA", "data": {"title": n.title, "time": f"{noon[n]:%F %T}", "url": url(n)}} for n in mine]
    pager = {"pageNo": wanted["pageNo"], "total": len(mine), "pageCount": -(-len(mine) // SIZE)}
    return {"success": True, "data": {"pager": pager, "middle": {"listAndBox": [rows[0], *rows[1:][at : at + SIZE]]}}}


def url(notice: Notice) -> str:
    return f"http://{HOST}/zbgg/{notice.day:%Y%m}/t{notice.day:%Y%m%d}_{1000 + notice.number}.html"


def test_every_notice_of_the_window_is_found_and_read_its_last_minute_included(run: Any, portal: Any, answer: Any):
    def say(asked: Any) -> Any:
        if asked.path == "/robots.txt":
            return None
        if asked.method == "POST":
            body = json.dumps(listed(json.loads(asked.body))).encode()
            return answer(body, headers={"Content-Type": "application/json"})
        found = next(n for n in NOTICES if url(n).endswith(asked.path))
        head = DETAIL.format(title=found.title, day=found.day)
        return answer(f'{head}<body><div id="detailCnt">{found.body}</div></body></html>'.encode())

    portal.fault = say
    crawl(run.home, source(), SINCE, UNTIL, portal=portal.address)
    assert {w.state for w in run.walks("jilin_ggzy")} == {"complete"}
    records = parsed(run, source())
    assert [r.source_id for r in records] == sorted(str(1000 + n.number) for n in WANTED)
    assert {(r.notice_type, r.lots[0].amount_yuan) for r in records} == {("award", "1331480.00")}


def test_the_real_source_asks_for_a_channel_or_for_words_in_titles():
    real = load("jilin_ggzy")
    tender = json.loads(trs_irs.list_request(real, real.scope("tender"), "2026-03-01/2026-03-31", 2).body)
    assert tender["customFilter"]["properties"][0]["value"] == "69308"
    assert (tender["searchWord"], tender["pageNo"], tender["orderBy"]) == ("", 2, "time")
    assert moment(tender["beginDateTime"]).isoformat() == "2026-03-01T00:00:00+08:00"
    assert moment(tender["endDateTime"]).isoformat() == "2026-03-31T23:59:59.999000+08:00"
    result = json.loads(trs_irs.list_request(real, real.scope("result"), "2026-03-01/2026-03-31", 1).body)
    assert (result["searchWord"], result["searchBy"]) == ("结果公告", "title")
    assert "customFilter" not in result
    assert real.selection != "all"  # words limit what is known
