"""Policies and work reports, crawled as their YAML says from a real server on loopback, by the crawler itself."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest

from crawlers import crawl
from crawlers.families import family as walker
from crawlers.sources import Source, load
from db.archive import Archive
from etl.documents import further, page_of
from etl.errors import Quarantined, UsageError
from etl.parsers import family
from etl.records import Record
from etl.values import BEIJING
from tests.crawl.real_sites import COUNT, EVER, NOTICES, PAGES, UNTIL, Notice, chunk, of_number, synthetic

ARTICLES = Path(__file__).parent.parent / "pages" / "report_articles"
Said = str | bytes | dict[str, Any] | list[Any] | None
Site = Callable[[Any], Said]
TEXT = (
    "<p>各分行，各金融机构：</p><p>为促进科技与金融结合，提升青禾融资服务质效，"
    "现就有关事项通知如下，请遵照执行，重要情况及时报告。</p>"
)


def title(notice: Notice) -> str:
    return f"青禾部关于印发《第{notice.number}号贷款管理办法》的通知"


def number_of(path: str) -> int:
    return int(path.rpartition("_")[2].partition(".")[0])


def most(asked: Any) -> Said:
    """Rows with their day in the address only; pages counted from 0 in the addresses of lists."""
    name = asked.path.rpartition("/")[2]
    if not name.startswith("index"):
        return f'<li>发文字号：青禾发〔2024〕{number_of(asked.path)}号</li><div id="Zoom">{TEXT}</div>'
    page = 1 if name == "index.html" else int(name[6:-5]) + 1
    rows = "".join(f'<li><a href="./202401/t{n.day:%Y%m%d}_{n.number}.html">{title(n)}</a></li>' for n in chunk(page))
    return f'<ul class="info_list2">{rows}</ul><script>createPageHTML({PAGES}, {page - 1}, "index", "html");</script>'


def pbc(asked: Any) -> Said:
    name = asked.path.rpartition("/")[2]
    if not asked.path.endswith(("144957/index.html", "-2.html", "-3.html")):
        return f'<div id="zoom"><p>青禾发〔2024〕{int(asked.path.split("/")[-2][8:])}号</p>{TEXT}</div>'
    page = 1 if name == "index.html" else int(name[6:-5])
    rows = "".join(
        '<tr><td><font class="newslist_style">'
        f'<a href="/tiaofasi/144941/144957/{n.day:%Y%m%d}{n.number:09d}/index.html"'
        f' title="{title(n)}">青禾...</a></font><span class="hui12">{n.day}</span></td></tr>'
        for n in chunk(page)
    )
    return f'<table>{rows}</table><input name="article_paging_list_hidden" moduleid="21892" totalpage="{PAGES}">'


def nfra(asked: Any) -> Said:
    if asked.path.endswith("SelectByDocId"):
        n = of_number(int(asked.fields["docId"]))
        data = {"docId": n.number, "docTitle": title(n), "docClob": TEXT, "publishDate": f"{n.day} 10:00:00"}
        return {"rptCode": 200, "data": {**data, "documentNo": f"青禾发〔2024〕{n.number}号"}}
    rows = [
        {"docId": n.number, "docSubtitle": title(n), "publishDate": f"{n.day} 10:00:00"}
        for n in chunk(int(asked.fields["pageIndex"]))
    ]
    return {"rptCode": 200, "data": {"total": COUNT, "rows": rows}}


def guangdong_gov(asked: Any) -> Said:
    if "/api/all/5" not in asked.path:
        n = of_number(number_of(asked.path))
        detail = {"id": n.number, "title": title(n), "document_number": f"青禾发〔2024〕{n.number}号", "content": TEXT}
        return f"<script>window._CONFIG = {{SID: '2', DETAIL: {json.dumps(detail)}}};</script>"
    rows = [
        {
            "id": n.number,
            "title": title(n),
            "create_time": int(datetime.combine(n.day, time(), BEIJING).timestamp()),
            "url": f"/p/post_{n.number}.html",
        }
        for n in chunk(int(asked.fields["page"]))
    ]
    return {"total": COUNT, "offset": 0, "articles": rows}


def govcn_latest(asked: Any) -> Said:
    if asked.path.endswith(".json"):
        return [
            {"TITLE": title(n), "URL": f"/zhengce/202401/content_{n.number}.htm", "DOCRELPUBTIME": str(n.day)}
            for n in NOTICES
        ]
    n = of_number(number_of(asked.path))
    return f'<h1 id="ti">{title(n)}</h1><div id="UCAP-CONTENT"><p>青禾发〔2024〕{n.number}号</p>{TEXT}</div>'


def ce_reports(asked: Any) -> Said:
    if asked.path.startswith("/zg/"):
        return (ARTICLES / "collection.shtml").read_bytes().replace(b"http://district.ce.cn", b"")
    there = ARTICLES / asked.path.rpartition("/")[2]
    return there.read_bytes() if there.exists() else None


@pytest.fixture
def stand_in(portal: Any, answer: Any) -> Callable[[Site], Source]:
    """Let a function be the site of the source that bears its name."""

    def use(site: Site) -> Source:
        def told(asked: Any) -> Any:
            said = None if asked.path == "/robots.txt" else site(asked)
            if isinstance(said, str):
                said = f"<!DOCTYPE html><html><head><meta charset='utf-8'></head><body>{said}</body></html>".encode()
            body = said if isinstance(said, bytes) else json.dumps(said, ensure_ascii=False).encode()
            return None if said is None else answer(body)

        portal.fault = told
        return synthetic(site.__name__).model_copy(update={"start": date(2015, 1, 1)})

    return use


def parsed(run: Any, source: Source) -> dict[str, Record | str]:
    """What became of every item: its record, or the reason why there is none."""
    archive, parser = Archive.of(run.home), family(source.family)
    bodies = {
        k: [(e, archive.body(e.segment, e.offset)) for e in run.events(k) if e.outcome == "ok"]
        for k in ("list", "detail", "part")
    }
    said = {
        i.source_id: i for e, body in bodies["list"] for i in parser.parse_list(page_of(source.facts, e, body)).items
    }
    found: dict[str, Record | str] = {}
    for event, body in bodies["detail"]:
        parts = {e.url: content for e, content in bodies["part"] if e.source_id == event.source_id}
        named = further(source.facts, page_of(source.facts, event, body))
        try:
            got = [parts[url] for url in named if url in parts]
            found[event.source_id] = parser.parse_detail(page_of(source.facts, event, body, said[event.source_id], got))
        except Quarantined as problem:
            found[event.source_id] = problem.reason
    return found


@pytest.mark.parametrize("site", [most, pbc, nfra, guangdong_gov])
def test_a_list_is_walked_to_its_end_and_every_policy_becomes_a_record(
    site: Site, run: Any, portal: Any, stand_in: Callable[[Site], Source]
) -> None:
    source = stand_in(site)
    counts = crawl(run.home, source, EVER, UNTIL, portal=portal.address).counts
    assert (counts.fetched, counts.failed, counts.pages) == (COUNT, 0, PAGES)
    assert {walk.state for walk in run.walks(source.id)} == {"complete"}
    records = parsed(run, source).values()
    assert {r.doc_number for r in records if isinstance(r, Record)} == {f"青禾发〔2024〕{n.number}号" for n in NOTICES}
    assert {(r.title, r.doc_type, r.kind) for r in records if isinstance(r, Record)} == {
        (title(n), "办法", "policy") for n in NOTICES
    }


def test_a_rolling_feed_covers_the_days_it_reaches_down_to_and_no_others(
    run: Any, portal: Any, stand_in: Callable[[Site], Source]
) -> None:
    source = stand_in(govcn_latest)
    recent = date(2024, 2, 1)
    crawl(run.home, source, recent, UNTIL, portal=portal.address)
    assert {walk.state for walk in run.walks(source.id)} == {"complete"}
    crawl(run.home, source, EVER, UNTIL, portal=portal.address)
    assert "repeats" in (next(w.reason for w in run.walks(source.id) if w.state == "abandoned") or "")
    assert len(parsed(run, source)) == COUNT


def test_a_report_is_fetched_with_all_its_pages(run: Any, portal: Any, stand_in: Callable[[Site], Source]) -> None:
    source = stand_in(ce_reports)
    crawl(run.home, source, date(2016, 1, 1), date(2016, 12, 31), portal=portal.address)
    report = parsed(run, source)["t20160204_8760673"]
    assert isinstance(report, Record)
    assert (report.kind, report.place_code, report.year) == ("report", "320500", 2016)
    assert "美好城市" in (report.text or "")


def test_a_report_with_a_page_that_is_not_there_is_not_read(
    run: Any, portal: Any, stand_in: Callable[[Site], Source], answer: Any
) -> None:
    source = stand_in(ce_reports)
    whole = portal.fault
    portal.fault = lambda asked: answer(b"gone", 404) if asked.path.endswith("_2.shtml") else whole(asked)
    crawl(run.home, source, date(2016, 1, 1), date(2016, 12, 31), portal=portal.address)
    assert parsed(run, source)["t20160204_8760673"] == "parts_missing"


@pytest.mark.parametrize(
    ("source_id", "first", "second"),
    [
        ("mof", "https://www.mof.gov.cn/zhengwuxinxi/zhengcefabu/index.htm", "index_1.htm"),
        ("nda", "https://www.nda.gov.cn/sjj/zwgk/zcfb/list/index_pc_1.html", "index_pc_2.html"),
        ("pbc", "http://www.pbc.gov.cn/tiaofasi/144941/144957/index.html", "21892-2.html"),
        ("wuhan_gov", "https://www.wuhan.gov.cn/zwgk/xxgk/zfwj/gfxwj/index.shtml", "index_1.shtml"),
        ("csrc", "http://www.csrc.gov.cn/searchList/cd11df89f5894c1eac37ae37cc11e369?_isAgg=true", "page=2"),
        ("zhuhai_gov", "http://www.zhuhai.gov.cn/gkmlpt/api/all/0?page=1&sid=756001", "?page=2&sid=756001"),
        ("govcn_latest", "https://www.gov.cn/zhengce/zuixin/ZUIXINZHENGCE.json", "ZUIXINZHENGCE.json"),
    ],
)
def test_pages_of_a_list_are_asked_for_as_the_site_counts_them(source_id: str, first: str, second: str) -> None:
    source = load(source_id)
    ask = walker(source.family).list_request
    asked = [ask(source, source.scopes[0], "2024-01-01/2024-12-31", page).url for page in (1, 2)]
    assert asked[0].startswith(first)
    assert asked[1].endswith(second)


def test_a_document_is_asked_for_by_its_number_or_has_its_own_page() -> None:
    nfra_, csrc = load("nfra"), load("csrc")
    detail = walker("policy_json").detail_request
    assert detail(nfra_, "1192308", None).url.endswith("SelectByDocId?docId=1192308")
    assert detail(csrc, "c1", "http://www.csrc.gov.cn/csrc/c2/c1/content.shtml").url.endswith("c1/content.shtml")
    for source, key in ((nfra_, "../1"), (csrc, "c1")):
        with pytest.raises(UsageError):
            detail(source, key, None)
