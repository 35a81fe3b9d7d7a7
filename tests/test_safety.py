"""Hostile addresses, names, codings and files: nothing leads inside, nothing is unpacked without a limit."""

from __future__ import annotations

import gzip
import io
import json
import socketserver
import subprocess
import sys
import threading
import tracemalloc
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import docx
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy import Request
from twisted.internet.error import DNSLookupError
from twisted.web.client import URI

from crawlers import answers
from crawlers.job import MAX_BYTES, Job
from crawlers.resolver import public
from crawlers.sources import load
from etl.errors import Quarantined
from etl.parsers import family
from etl.parsers._sheets import BROKEN, open_table
from etl.records import ListPage, Page, Record

HOSTS = ("www.good.example", "list.good.example")

INSIDE = (
    "127.0.0.1", "127.1.2.3", "0.0.0.0", "10.0.0.8", "172.16.5.4", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "192.0.2.1", "198.18.0.1", "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255", "::1", "::", "fe80::1",
    "fc00::1", "fd12:3456::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "2001:db8::1", "2002:7f00:1::",
    "64:ff9b::7f00:1", "64:ff9b::a00:1", "2001:0:4136:e378:8000:63bf:f5ff:fffe",
)  # fmt: skip


@pytest.mark.parametrize("address", INSIDE)
def test_no_name_may_point_at_this_machine_or_its_network(address: str) -> None:
    with pytest.raises(DNSLookupError, match="no public address"):
        public(address, "www.good.example")


@pytest.mark.parametrize("address", ["114.114.114.114", "1.2.4.8", "240e::1", "2400:3200::1", "64:ff9b::7272:7272"])
def test_public_addresses_are_asked(address: str) -> None:
    assert public(address, "www.good.example") == address


#: A worker's downloader for a real source, asked for every address on its stdin: what came of each.
ASK = """
import asyncio, json, sys
from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess
from crawlers.job import Job, settings

job, urls = Job.model_validate_json(sys.stdin.readline()), json.loads(sys.stdin.readline())

class Asking(Spider):
    name = "asking"
    async def start(self):
        for url in urls:
            try:
                answer = await self.crawler.engine.download_async(Request(url))
                print(json.dumps([url, answer.status]))
            except Exception as error:
                print(json.dumps([url, type(error).__name__]))
        for request in ():
            yield request

process = AsyncCrawlerProcess({**settings(job), "DOWNLOAD_DELAY": 0, "DOWNLOAD_TIMEOUT": 5})
process.crawl(Asking)
process.start()
"""


@contextmanager
def inside() -> Iterator[tuple[int, list[bytes]]]:
    """A server on loopback that nobody may reach: its port, and what it was asked."""
    heard: list[bytes] = []

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            heard.append(self.rfile.readline())
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecret")

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield server.server_address[1], heard
        server.shutdown()


def test_a_real_sources_downloader_connects_to_no_private_address(tmp_path: Path) -> None:
    named = ("127.0.0.1", "localhost", "0.0.0.0", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "[::1]")
    job = Job(
        home=tmp_path, source=load("ccgp"), since=date(2024, 1, 1), until=date(2024, 1, 2), agent="test", parent=1,
        today=date(2024, 1, 3),
    )  # fmt: skip
    with inside() as (port, heard):
        urls = [f"http://{name}:{port}/" for name in (*named, "[::ffff:127.0.0.1]", "localhost.")]
        given_in = f"{job.model_dump_json()}\n{json.dumps(urls)}\n"
        done = subprocess.run(
            [sys.executable, "-P", "-c", ASK], input=given_in, capture_output=True, text=True, check=True,
            cwd=Path(__file__).parent.parent, env={"PYTHONPATH": str(Path(__file__).parent.parent)},
        )  # fmt: skip
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert [url for url, _ in told] == urls
    assert {came for _, came in told if came == 200} == set()
    assert heard == []


REFUSED = (
    "http://127.0.0.1/", "http://good.example/", "http://www.good.example.evil.example/", "http://evil/www.good.example",
    "http://www.good.example@evil.example/", "http://evil.example@www.good.example/", "http://u:p@www.good.example/",
    "http://www.good.example\\@evil.example/", "http://evil.example\\www.good.example/", "http://www.good.example:22/",
    "http://www.good.example:99999/", "http://[::1]/", "http://[", "ftp://www.good.example/", "//www.good.example/",
    "www.good.example", "", "javascript:alert(1)", "data:,x", "file:///etc/passwd", "http://www.good.example./",
    "http://ｗｗｗ.good.example/", "http://www。good.example/", "http://www.good.example%00.evil.example/",
)  # fmt: skip


@pytest.mark.parametrize("url", REFUSED)
def test_only_a_sources_own_hosts_may_be_asked(url: str) -> None:
    assert not answers.allowed(url, HOSTS)
    assert "@" not in answers.place(url)


_PIECES = st.sampled_from(
    ["http://", "https://", "www.good.example", "evil.example", "@", ":", "/", "\\", "?", "#", "%2f"]
)
_URLS = st.lists(_PIECES | st.text("a.@:/\\?#[]% \t\n%", max_size=3), max_size=9).map("".join)


@given(_URLS | st.text(max_size=30))
def test_the_downloader_finds_the_host_that_was_allowed(url: str) -> None:
    if answers.allowed(url, HOSTS):
        assert URI.fromBytes(Request(url).url.encode()).host.decode().lower() in HOSTS


@given(_URLS, _URLS | st.text(max_size=30))
def test_a_redirect_that_cannot_be_read_is_refused_not_an_error(url: str, location: str) -> None:
    assert isinstance(answers.allowed(answers.target(url, location), HOSTS), bool)


@given(st.text(max_size=20) | st.from_regex(r"[0-9²٣]{1,12}", fullmatch=True))
def test_any_retry_after_is_a_pause_within_bounds(header: str) -> None:
    assert 0 < answers.pause(1, 1.0, header) <= answers.LONGEST_PAUSE


@pytest.mark.parametrize("coding", ["gzip", "gzip, gzip"])
def test_a_bomb_is_refused_before_it_fills_the_memory(coding: str) -> None:
    bomb = gzip.compress(bytes(20 * MAX_BYTES), 9)
    assert len(bomb) * 900 < 20 * MAX_BYTES
    bomb = gzip.compress(bomb) if "," in coding else bomb
    tracemalloc.start()
    try:
        with pytest.raises(answers.BodyError, match="unpacks to more"):
            answers.decoded(bomb, coding, MAX_BYTES)
        assert tracemalloc.get_traced_memory()[1] < 3 * MAX_BYTES
    finally:
        tracemalloc.stop()


# -- files that ask to be expanded -------------------------------------------------------------------------------------

SECRET = "the words of a file of this machine"
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))


def entities(secret: Path) -> str:
    """A document type that laughs a hundred thousand million times, and reads a file."""
    return f'<!DOCTYPE x [<!ENTITY l0 "笑">{LAUGHS}<!ENTITY file SYSTEM "{secret.as_uri()}">]>'


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "secret.txt"
    path.write_text(SECRET)
    return path


def repacked(package: bytes, name: str, old: bytes, new: bytes, doctype: str) -> bytes:
    """An Office file with a document type and its entities in one of its parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as given, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for item in given.namelist():
            data = given.read(item)
            if item == name:
                head, end, rest = data.rpartition(b"?>")
                data = head + end + doctype.encode() + rest.replace(old, new)
            made.writestr(item, data)
    return out.getvalue()


@pytest.mark.timeout(60)
@pytest.mark.parametrize("entity", ["&l11;", "&file;"])
def test_a_docx_expands_no_entities(secret: Path, entity: str) -> None:
    plain, out = docx.Document(), io.BytesIO()
    plain.add_paragraph("某市2023年政府工作报告 MARK " + "各位代表，现在我代表市人民政府报告工作。" * 300)
    plain.save(out)
    hostile = repacked(out.getvalue(), "word/document.xml", b"MARK", entity.encode(), entities(secret))
    for row in family("reports").parse_file("苏州市2023.docx", hostile, None):
        assert SECRET not in str(row)
        assert str(row).count("笑") < 1000


@pytest.mark.timeout(60)
@pytest.mark.parametrize("entity", ["&l11;", "&file;"])
def test_a_workbook_expands_no_entities(secret: Path, entity: str) -> None:
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["MARK", "标题"])
    book.save(out)
    for part in ("xl/sharedStrings.xml", "xl/worksheets/sheet1.xml", "xl/workbook.xml"):
        hostile = repacked(out.getvalue(), part, b"MARK", entity.encode(), entities(secret))
        said = attempt(lambda hostile=hostile: str(open_table("export.xlsx", hostile).head()))
        assert SECRET not in said
        assert said.count("笑") < 1000


@pytest.mark.timeout(60)
@pytest.mark.parametrize("name", ["ccgp", "cfcpn", "govcn", "ggzy"])
def test_a_page_expands_no_entities_and_runs_no_scripts(secret: Path, name: str) -> None:
    for path in sorted((Path(__file__).parent / "pages" / name).glob("*.htm*")):
        page = path.read_text(encoding="utf-8", errors="replace")
        script = (
            f"<p>&l11;&file;</p><script>document.write('{SECRET}')</script><object data='{secret.as_uri()}'></object>"
        )
        for hostile in (entities(secret) + page, page.replace("</p>", f"</p>{script}")):
            said = attempt(lambda hostile=hostile: str(parsed(name, hostile.encode())))
            assert SECRET not in said
            assert said.count("笑") < 1000


def parsed(name: str, body: bytes) -> Record | ListPage:
    page = Page(body, name, "http://www.ccgp.gov.cn/cggg/dfgg/zbgg/202505/t20250527_24678901.htm")
    module = family(name)
    return module.parse_list(page) if module.is_list(page) else module.parse_detail(page)


def attempt(read: object) -> str:
    """What reading gives, or says when it refuses."""
    try:
        return str(read())  # type: ignore[operator]
    except (Quarantined, *BROKEN) as refusal:
        return str(refusal)
