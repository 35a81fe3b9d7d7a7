"""The demo portal: a real server that shows the whole corpus as the three sites would, and breaks on demand."""

from __future__ import annotations

import http.client
import json
import re
from collections.abc import Iterator
from html import unescape
from itertools import pairwise
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

import pytest

from fincity.demo import corpus as corpora
from fincity.demo import render
from fincity.demo.corpus import Corpus
from fincity.demo.facts import CCGP, CFCPN, GOVCN, HOSTS
from fincity.demo.portal import Portal, serve
from fincity.demo.sites import Response

ROOT = Path(__file__).resolve().parent.parent
SEARCH = "http://search.ccgp.demo.invalid/bxsearch"
CFCPN_LIST = "http://www.cfcpn.demo.invalid/jcw/noticeinfo/noticeInfo/dataNoticeList"
POLICIES = "http://sousuo.gov.demo.invalid/search-gov/data"


@pytest.fixture(scope="module")
def small() -> Corpus:
    return corpora.make("small")


@pytest.fixture(scope="module")
def full() -> Corpus:
    return corpora.make("full")


@pytest.fixture(scope="module")
def portal(small: Corpus) -> Iterator[Portal]:
    with serve(small) as running:
        yield running


class Client:
    """A plain client that uses the portal as a proxy over one kept connection."""

    def __init__(self, portal: Portal) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", portal.port, timeout=20)

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()

    def ask(self, url: str, form: dict[str, str] | None = None) -> tuple[int, str, bytes]:
        body = urlencode(form) if form is not None else None
        headers = {"Host": urlsplit(url).netloc} | (
            {"Content-Type": "application/x-www-form-urlencoded"} if form else {}
        )
        self.connection.request("POST" if form is not None else "GET", url, body, headers)
        answer = self.connection.getresponse()
        return answer.status, answer.headers["Content-Type"], answer.read()

    def text(self, url: str, form: dict[str, str] | None = None) -> str:
        return self.ask(url, form)[2].decode()


@pytest.fixture
def client(portal: Portal) -> Iterator[Client]:
    with Client(portal) as made:
        yield made


def window(corpus: Corpus, **fields: str) -> str:
    days = {"start_time": f"{corpus.since:%Y:%m:%d}", "end_time": f"{corpus.until:%Y:%m:%d}"}
    return f"{SEARCH}?{urlencode(days | fields)}"


def walk_ccgp(client: Client, corpus: Corpus, bid_type: str) -> tuple[int, list[str]]:
    """The stated total and every address of a list, page by page."""
    first = client.text(window(corpus, bidType=bid_type, page_index="1"))
    total = int(re.findall(r"共找到\s*<span[^>]*>(\d+)<", first)[0])
    pages = int(re.findall(r"size: (\d+),", first)[0])
    found = []
    for page in range(1, pages + 1):
        text = client.text(window(corpus, bidType=bid_type, page_index=str(page)))
        found += re.findall(r'<a href="(http://www\.ccgp[^"]+)"', text)
    return total, found


def test_ccgp_lists_state_and_show_what_the_truth_says(client: Client, small: Corpus) -> None:
    for source, scope, count in small.truth.listings:
        if source == CCGP:
            total, found = walk_ccgp(client, small, scope)
            assert total == count == len(set(found))


def test_ccgp_filters_by_inclusive_days_and_by_level(client: Client, small: Corpus) -> None:
    day = next(n.day for n in small.notices if n.source == CCGP and n.scope == "7")
    colons = day.replace("-", ":")
    text = client.text(f"{SEARCH}?bidType=7&start_time={quote(colons)}&end_time={quote(colons)}")
    same_day = [n for n in small.notices if n.source == CCGP and n.scope == "7" and n.day == day]
    assert all(n.url in text for n in same_day)
    central = client.text(window(small, bidType="7", bidSort="1"))
    assert "/cggg/zygg/" in central
    assert "/cggg/dfgg/" not in central


def test_every_listed_page_is_served_in_its_declared_encoding(client: Client, small: Corpus) -> None:
    for notice in (n for n in small.notices if n.source == CCGP):
        status, kind, body = client.ask(notice.url)
        assert (status, kind) == (200, f"text/html; charset={notice.encoding}")
        assert body == render.notice_page(small, notice)
        if not notice.broken:
            assert notice.title in unescape(body.decode(notice.encoding if notice.encoding == "utf-8" else "gb18030"))
            assert "合成演示数据" in body.decode("utf-8" if notice.encoding == "utf-8" else "gb18030")


def cfcpn_rows(client: Client, notice_type: str) -> tuple[int, list[dict[str, str]]]:
    found: list[dict[str, str]] = []
    page = 1
    while True:
        form = {"noticeType": notice_type, "pageNo": str(page), "pageSize": "50", "beginPublishTime": "2099-01-01"}
        answer = json.loads(client.text(CFCPN_LIST, form))
        found += answer["rows"]
        if len(answer["rows"]) < 50:
            return answer["total"], found
        page += 1


def test_cfcpn_lists_are_newest_first_and_ignore_dates(client: Client, small: Corpus) -> None:
    for source, scope, count in small.truth.listings:
        if source == CFCPN:
            total, listed = cfcpn_rows(client, scope)
            assert total == count == len({row["id"] for row in listed})
            times = [row["publishTime"] for row in listed]
            assert times == sorted(times, reverse=True)


def test_cfcpn_details_hold_escaped_html(client: Client, small: Corpus) -> None:
    for notice in (n for n in small.notices if n.source == CFCPN and not n.broken):
        answer = json.loads(client.text(CFCPN_LIST, {"id": notice.source_id, "isDetail": "1"}))
        content = answer["rows"][0]["noticeContent"]
        assert "<" not in content
        assert notice.project.name in unescape(content)
        assert answer["demo"].startswith("合成演示数据")
    shown = next(n for n in small.notices if n.source == CFCPN)
    assert shown.title in unescape(client.text(shown.url))


def test_policy_library_pages_by_window_and_names_no_hits(client: Client, small: Corpus) -> None:
    days = {"mintime": f"{small.since}", "maxtime": f"{small.until}", "n": "50", "p": "1"}
    for source, library, count in small.truth.listings:
        if source == GOVCN:
            found = json.loads(client.text(f"{POLICIES}?{urlencode({'t': library} | days)}"))["searchVO"]
            assert found["totalCount"] == count == len(found["listVO"])
            for row in found["listVO"]:
                page = client.text(row["url"])
                assert 'id="UCAP-CONTENT"' in page
                assert "合成演示数据" in page
    everything = json.loads(client.text(f"{POLICIES}?{urlencode({'t': 'zhengcelibrary'} | days)}"))["searchVO"]
    assert everything["listVO"] is None
    assert everything["catMap"]["gongwen"]["totalCount"] > 0
    nothing = json.loads(client.text(f"{POLICIES}?t=zhengcelibrary_gw&mintime=1990-01-01&maxtime=1990-12-31"))
    assert nothing["code"] == 1001


def test_robots_allow_everything_listed(client: Client) -> None:
    for host in HOSTS:
        assert client.text(f"http://{host}/robots.txt") == "User-agent: *\nDisallow: /private/\n"


def test_unknown_pages_and_broken_parameters_are_answered_as_errors(client: Client) -> None:
    assert client.ask("http://www.ccgp.demo.invalid/cggg/dfgg/zbgg/202201/t20220101_1.htm")[0] == 404
    assert client.ask(f"{SEARCH}?page_index=0")[0] == 400
    assert client.ask(f"{SEARCH}?page_index=x")[0] == 400


def test_people_without_a_proxy_find_the_sites_in_folders(client: Client) -> None:
    assert 'href="/ccgp/bxsearch?bidType=7' in client.text("/")
    link = re.findall(r'href="(/ccgp/cggg/[^"]+)"', client.text("/ccgp/bxsearch?bidType=7"))[0]
    status, _, body = client.ask(link)
    assert status == 200
    assert b"demo-banner" in body


def test_blocks_come_on_demand_and_only_where_asked(small: Corpus) -> None:
    blocked_host = "search.ccgp.demo.invalid"
    with serve(small, block_every=3, block_hosts=[blocked_host]) as portal, Client(portal) as client:
        pages = [client.text(window(small, bidType="7")) for _ in range(6)]
        assert ["访问过于频繁" in page for page in pages] == [False, False, True] * 2
        assert client.ask(CFCPN_LIST, {"noticeType": "4"})[0] == 200
        portal.block_every, portal.block_hosts = 1, frozenset()
        assert client.ask(CFCPN_LIST, {"noticeType": "4"})[0] == 403
        assert client.ask("http://www.cfcpn.demo.invalid/robots.txt")[0] == 200
        assert sum(entry.blocked for entry in portal.requests(blocked_host)) == 2


def test_faults_replace_break_and_drop_answers(small: Corpus) -> None:
    url = next(n.url for n in small.notices if n.source == CCGP)
    faults = iter([Response(503, headers=(("Retry-After", "1"),)), Response(body=b"x" * 100, fault="truncate"), None])
    with serve(small, fault=lambda request: next(faults)) as portal:
        with Client(portal) as client:
            assert client.ask(url)[0] == 503
            with pytest.raises(http.client.IncompleteRead):
                client.ask(url)
        with Client(portal) as client:
            assert client.ask(url)[0] == 200
            portal.fault = lambda request: Response(fault="drop")
            with pytest.raises(http.client.RemoteDisconnected):
                client.ask(url)


def test_log_tells_hosts_and_distances_in_time(small: Corpus) -> None:
    with serve(small, latency=0.05) as portal, Client(portal) as client:
        for _ in range(3):
            client.ask("http://www.gov.demo.invalid/robots.txt")
        times = [entry.at for entry in portal.requests("www.gov.demo.invalid")]
        assert len(times) == 3
        assert all(later - earlier >= 0.05 for earlier, later in pairwise(times))
