"""The demonstration: its corpus is fixed by the seed, large and independent; the portal serves all of it."""

from __future__ import annotations

import http.client
import json
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from html import unescape
from itertools import pairwise
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

import pytest

from fincity.demo import corpus as corpora
from fincity.demo import money, render
from fincity.demo.corpus import PLANTED, Corpus
from fincity.demo.facts import CCGP, CFCPN, GOVCN, HOSTS, Lot, Notice, Party
from fincity.demo.portal import Portal, serve
from fincity.demo.sites import Response
from fincity.demo.truth import shares
from fincity.demo.world import rows

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


# --- the corpus ------------------------------------------------------------------------------------------------------


def in_new_process(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True).stdout


def test_same_seed_same_corpus_in_every_process(small: Corpus) -> None:
    assert corpora.make("small") == small
    printed = in_new_process("from fincity.demo import corpus; print(corpus.make('small').truth.sha256())")
    assert printed.strip() == small.truth.sha256()
    assert corpora.make("small", seed=1).truth.sha256() != small.truth.sha256()


def test_generator_and_portal_know_none_of_the_rooms() -> None:
    code = (
        "import sys; from fincity.demo import corpus, truth, render, portal;"
        "rooms = {'crawlers', 'db', 'etl', 'flows', 'keywords', 'scrapy', 'pandas', 'jieba', 'lxml'};"
        "print(sorted(rooms & {name.partition('.')[0] for name in sys.modules}))"
    )
    assert in_new_process(code).strip() == "[]"


def test_full_corpus_is_as_large_as_promised_and_quick_to_make() -> None:
    started = time.perf_counter()
    full = corpora.make("full")
    assert time.perf_counter() - started < 5
    assert len(full.notices) >= 3000
    assert (len(full.world.cities), len(full.world.banks), len(full.world.firms)) == (40, 60, 200)
    assert len(full.reports) + len(full.truth.missing_reports) == 40 * 5
    assert len(full.truth.missing_reports) > 0
    assert {n.day[:4] for n in full.notices} == {"2020", "2021", "2022", "2023", "2024", "2025"}


@pytest.mark.parametrize("size", ["small", "full"])
def test_every_case_of_interest_is_present(size: corpora.Size) -> None:
    corpus = corpora.make(size)
    truth = corpus.truth
    assert {n.kind for n in corpus.notices} >= {"award", "tender", "candidate", "correction", "failed", "shortlist"}
    assert {n.layout for n in corpus.notices} == {"zcy", "shandong", "shenzhen", "lines", "table", "boc", "sentence"}
    assert {n.encoding for n in corpus.notices} == {"utf-8", "gb18030", "gb2312"}
    assert {n.money for n in corpus.notices} == set(money.STYLES)
    outcomes = {n.project.outcome for n in corpus.notices if n.project.buyer.counted and n.project.terms}
    assert outcomes >= {"consortium_led", "consortium_equal", "corrected_amount", "corrected_supplier", "cancelled"}
    merged = [{source for source, _, role in a.notices if role in ("award", "copy")} for a in truth.awards]
    assert {CCGP, CFCPN} in merged  # the same award on two sites
    assert any(len(a.notices) > 1 and len({n[0] for n in a.notices}) == 1 for a in truth.awards)
    assert {d.buyer_city == "unallocated" for d in truth.deals} == {True, False}
    assert {d.seller_city == "unallocated" for d in truth.deals if d.fintech} == {True, False}
    assert any(a.bank_class in ("policy", "rural", "central") and a.domains for a in truth.awards)
    assert any("合作银行" in a.title and a.bank_class is None for a in truth.awards)


def test_contributions_are_the_deals_grouped_by_cell(full: Corpus) -> None:
    deals = [d for d in full.truth.deals if d.fintech]
    for side in ("bought", "sold"):
        cells = Counter((getattr(d, "buyer_city" if side == "bought" else "seller_city"), d.year) for d in deals)
        told = {(c.city_code, c.year): c.value for c in full.truth.cells if c.indicator == f"fintech_deals_{side}"}
        assert told == cells
    bought, sold = (
        sum(round(c.value * 100) for c in full.truth.cells if c.indicator == f"fintech_amount_{side}")
        for side in ("bought", "sold")
    )
    assert bought == sold == sum(d.amount_fen or 0 for d in deals)


def test_purchases_of_other_banks_and_public_bodies_never_count(full: Corpus) -> None:
    for award in full.truth.awards:
        assert not award.fintech or award.bank_class in ("state_owned", "joint_stock", "city_commercial")


def test_a_consortium_is_split_by_leader_or_in_equal_shares_of_fen() -> None:
    def lot(*roles: str | None) -> Lot:
        return Lot(
            "1",
            "awarded",
            tuple(Party(f"{name}公司", None, None, r) for name, r in zip("丙甲乙", roles, strict=True)),
            1000,
        )

    assert shares(lot("leader", "member", "member")) == {"丙公司": 1000, "甲公司": 0, "乙公司": 0}
    assert shares(lot(None, None, None)) == {"丙公司": 334, "乙公司": 333, "甲公司": 333}  # 丙 < 乙 < 甲 by code point


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        (56_980_000, "伍拾陆万玖仟捌佰元整"),
        (1_000_005, "壹万元零伍分"),
        (10_010_000_000, "壹亿零壹拾万元整"),
        (2_837_861_389, "贰仟捌佰叁拾柒万捌仟陆佰壹拾叁元捌角玖分"),
        (120_050, "壹仟贰佰元伍角"),
        (100_500_00, "壹拾万零伍佰元整"),
    ],
)
def test_capitals_are_written_as_on_cheques(fen: int, words: str) -> None:
    assert money.capitals(fen) == words


def test_titles_carry_terms_only_where_the_truth_says_so(full: Corpus) -> None:
    """Plain titles hold no stem at all; trap titles hold one, but their project has no term."""
    stems = [row["stem"] for row in rows("terms.csv")]
    traps = {row["phrase"] for row in rows("phrases.csv") if row["kind"] == "trap"}
    for notice in full.notices:
        held = any(stem in notice.title for stem in stems)
        assert held == bool(notice.project.terms) or notice.project.matter in traps


# --- planted data ----------------------------------------------------------------------------------------------------


def pages_of(corpus: Corpus) -> str:
    return "".join(render.notice_page(corpus, n).decode("utf-8", "replace") for n in corpus.notices)


def test_planted_contact_data_is_in_pages_and_nowhere_else(small: Corpus, full: Corpus) -> None:
    for corpus in (small, full):
        pages = unescape(pages_of(corpus))
        elsewhere = corpus.truth.to_json() + "".join(r.text for r in corpus.reports)
        elsewhere += "".join(p.title + "".join(p.paragraphs) for p in corpus.policies)
        elsewhere += repr((corpus.world.cities, corpus.world.units, corpus.world.firms, corpus.world.agencies))
        assert [p for p in PLANTED if p not in pages] == []
        assert [p for p in PLANTED if p in elsewhere] == []


def test_broken_pages_are_listed_and_make_no_deal(full: Corpus) -> None:
    broken = full.truth.quarantine
    assert len(broken) == 7
    assert Counter(b.kind for b in broken) == {"award": 6, "tender": 1}
    assert {b.published_on[:4] for b in broken if b.kind == "award"} == {"2022"}
    assert not {f"{b.source}/{b.source_id}" for b in broken} & {a.award_id for a in full.truth.awards}


def test_damaged_bytes_belong_to_no_chinese_encoding(small: Corpus) -> None:
    (notice,) = [n for n in small.notices if n.broken == "damaged_bytes"]
    page = render.notice_page(small, notice)
    for codec in ("utf-8", "gb18030", "big5"):
        with pytest.raises(UnicodeDecodeError):
            page.decode(codec)


# --- the portal ------------------------------------------------------------------------------------------------------


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


def test_portal_serves_three_hundred_pages_a_second(portal: Portal, client: Client, small: Corpus) -> None:
    urls = [n.url for n in small.notices if n.source == CCGP]
    client.ask(urls[0])
    started = time.process_time()
    for url in urls * 3:
        client.ask(url)
    assert len(urls) * 3 / (time.process_time() - started) > 300


# --- the reports -----------------------------------------------------------------------------------------------------


def test_report_files_hold_the_placed_terms_and_no_other_city(small: Corpus, full: Corpus, tmp_path: Path) -> None:
    names = {city.code: city.name for city in full.world.cities}
    for report in full.reports:
        for term, count in report.hits:
            assert report.text.count(term) >= count
        others = [name for code, name in names.items() if code != report.city_code and name in report.text]
        assert others == []
    written = render.write_reports(small, tmp_path)
    assert {path.suffix for path in written} == {".txt", ".csv", ".docx"}
    assert [f.data for f in small.report_files()] == [path.read_bytes() for path in written]


def corrected(notices: tuple[Notice, ...]) -> list[Notice]:
    return [n for n in notices if n.role == "correction"]


def test_corrections_show_the_amount_before_and_after(small: Corpus) -> None:
    for notice in corrected(small.notices):
        page = render.notice_page(small, notice)
        codec = "gb18030" if notice.encoding != "utf-8" else "utf-8"
        text = page.decode(codec)
        before, after = notice.project.first_lots[0].amount_fen, notice.project.lots[0].amount_fen
        assert before is not None
        assert after is not None
        assert money.yuan(before) in text
        assert money.yuan(after) in text
