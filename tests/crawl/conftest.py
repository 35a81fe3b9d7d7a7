"""A small portal for the crawl tests, on loopback: two families, any number of items, and any fault on demand.

It is asked as an HTTP proxy, like the demo portal, so the sources keep their own addresses.
"""

from __future__ import annotations

import json
import re
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from sqlalchemy import select

from crawlers import crawl
from crawlers.job import Counts
from db import frontier, ops_tables
from db.archive import Archive
from db.engine import connect
from db.home import Home
from etl.records import FetchEvent
from etl.walks import Walk

POLICIES = ("zhengcelibrary_gw", "zhengcelibrary_bm")
NOTICES = ("4", "3", "1", "2")
SINCE, UNTIL = date(2024, 1, 1), date(2024, 3, 31)
PAGE = """<html><head><title>{title}</title></head>
<body><h1 id="ti">{title}</h1><div id="UCAP-CONTENT"><p>{text}</p></div></body></html>"""


@dataclass(frozen=True)
class Asked:
    """A request as the portal got it."""

    at: float
    method: str
    host: str
    path: str
    fields: Mapping[str, str]
    headers: Mapping[str, str]
    body: str = ""


@dataclass(frozen=True)
class Answer:
    """What it says. `cut`: bytes of the body after which the connection is dropped.

    `raw` answers byte by byte instead: it gets what writes to the connection, which is closed afterwards.
    """

    body: bytes
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: int | None = None
    raw: Callable[[Callable[[bytes], object]], None] | None = None


@dataclass(frozen=True)
class Item:
    """A listed item: policies of gov.cn or notices of cfcpn."""

    number: int
    day: date
    list: str

    @property
    def id(self) -> str:
        return f"{self.number:032x}"

    @property
    def title(self) -> str:
        return f"某银行第{self.number}号系统采购项目中标结果公告"

    @property
    def url(self) -> str:
        return f"http://www.gov.demo.invalid/zhengce/content/{self.day:%Y%m}/content_{self.number}.htm"


class Portal:
    """The site: `items` to list, `fault` (asked before anything else; None: behave), `log` of what was asked."""

    def __init__(self) -> None:
        self.items: list[Item] = []
        self.fault: Callable[[Asked], Answer | None] = lambda _asked: None
        self.log: list[Asked] = []
        self.address = ""

    def publish(self, lists: tuple[str, ...], count: int) -> None:
        """`count` items in each list, spread over the window."""
        span = (UNTIL - SINCE).days + 1
        first = 1000 + len(self.items)  # of one length, so that no number ends with another
        self.items += [
            Item(first + n * len(lists) + k, SINCE + timedelta(days=n * span // count), name)
            for n in range(count)
            for k, name in enumerate(lists)
        ]

    def answer(self, asked: Asked) -> Answer:
        self.log.append(asked)
        wrong = self.fault(asked)
        if wrong is not None:
            return wrong
        if asked.path == "/robots.txt":
            return Answer(b"User-agent: *\nDisallow: /private/\n", headers={"Content-Type": "text/plain"})
        if asked.path == "/jcw/noticeinfo/noticeInfo/dataNoticeList":
            return _json(self._cfcpn(asked.fields))
        if asked.path == "/search-gov/data":
            return _json(self._govcn(asked.fields))
        return self._page(asked.path)

    def details(self) -> list[Asked]:
        """The requests for items."""
        return [a for a in self.log if "isDetail" in a.fields or a.path.startswith("/zhengce/")]

    def _cfcpn(self, asked: Mapping[str, str]) -> dict[str, Any]:
        if "isDetail" in asked:
            chosen = [i for i in self.items if i.id == asked["id"]]
            return {
                "result": True,
                "total": 1,
                "rows": [{**_row(i), "noticeContent": f"&lt;p&gt;{i.title}&lt;/p&gt;"} for i in chosen],
            }
        mine = sorted(
            (i for i in self.items if i.list == asked["noticeType"]), key=lambda i: (i.day, i.number), reverse=True
        )
        return {
            "result": True,
            "total": len(mine),
            "rows": [_row(i) for i in _cut(mine, asked["pageNo"], asked["pageSize"])],
        }

    def _govcn(self, asked: Mapping[str, str]) -> dict[str, Any]:
        within = (
            i for i in self.items if i.list == asked["t"] and asked["mintime"] <= i.day.isoformat() <= asked["maxtime"]
        )
        mine = sorted(within, key=lambda i: (i.day, i.number), reverse=True)
        if not mine:
            return {"code": 1001, "msg": "没有找到相关结果"}
        pages = -(-len(mine) // int(asked["n"]))
        return {
            "code": 200,
            "searchVO": {
                "totalCount": len(mine),
                "totalpage": pages,
                "listVO": [_vo(i) for i in _cut(mine, asked["p"], asked["n"])],
            },
        }

    def _page(self, path: str) -> Answer:
        number = re.search(r"content_(\d+)\.htm$", path)
        chosen = [i for i in self.items if number and i.number == int(number[1])]
        if not chosen:
            return Answer(b"<html>404</html>", 404)
        body = PAGE.format(title=chosen[0].title, text="为贯彻落实有关要求，现将有关事项通知如下。" * 40)
        return Answer(body.encode(), headers={"Content-Type": "text/html; charset=utf-8"})


def _cut(items: list[Item], page: str, size: str) -> list[Item]:
    return items[(int(page) - 1) * int(size) : int(page) * int(size)]


def _row(item: Item) -> dict[str, Any]:
    return {
        "id": item.id,
        "noticeTitle": item.title,
        "publishTime": f"{item.day} 10:00:00.0",
        "userName": "某银行股份有限公司",
        "area": "北京市",
        "purchaseTypeName": "结果公告",
    }


def _vo(item: Item) -> dict[str, Any]:
    stamp = int(time.mktime(item.day.timetuple())) * 1000
    return {
        "id": str(item.number),
        "title": item.title,
        "url": item.url,
        "pcode": "",
        "puborg": "某部",
        "pubtime": stamp,
        "pubtimeStr": f"{item.day:%Y.%m.%d}",
        "childtype": "其他",
        "summary": "",
    }


def _json(data: dict[str, Any]) -> Answer:
    return Answer(
        json.dumps(data, ensure_ascii=False).encode(), headers={"Content-Type": "application/json;charset=UTF-8"}
    )


def _handler(portal: Portal) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            fields = dict(parse_qsl(parts.query or body, keep_blank_values=True))
            host, headers = parts.hostname or "", dict(self.headers)
            asked = Asked(time.monotonic(), self.command, host, parts.path, fields, headers, body)
            answer = portal.answer(asked)
            if answer.raw is not None:
                self.close_connection = True
                answer.raw(self.wfile.write)
                return
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body[: answer.cut])
            if answer.cut is not None:
                self.close_connection = True

        do_POST = do_GET  # noqa: N815 - the name that http.server looks for

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """A killed crawler leaves broken connections behind; that is what these tests are about."""


@pytest.fixture(autouse=True, scope="session")
def bytecode(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Let the workers keep their bytecode, also where Python is told not to: they all import the same modules."""
    with pytest.MonkeyPatch.context() as environment:
        if sys.dont_write_bytecode:
            environment.delenv("PYTHONDONTWRITEBYTECODE")
            environment.setenv("PYTHONPYCACHEPREFIX", str(tmp_path_factory.mktemp("bytecode")))
        yield


@pytest.fixture
def portal() -> Iterator[Portal]:
    """An empty portal, serving."""
    made = Portal()
    server = _Server(("127.0.0.1", 0), _handler(made))
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    made.address = f"http://127.0.0.1:{server.server_address[1]}"
    yield made
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A synthetic home on SQLite."""
    monkeypatch.delenv("FINCITY_DATABASE_URL", raising=False)
    return Home.create(tmp_path / "home", "synthetic")


@dataclass(frozen=True)
class Run:
    """Crawls the portal into a home, always the same window."""

    home: Home
    portal: Portal

    def __call__(self, source: str = "demo_govcn", **options: Any) -> Counts:
        since, until = options.pop("since", SINCE), options.pop("until", UNTIL)
        return crawl(self.home, source, since, until, portal=self.portal.address, **options).counts

    def events(self, kind: str | None = None) -> list[FetchEvent]:
        """What the archive knows of the attempts."""
        return [e for e, _ in Archive.of(self.home).events() if kind in (None, e.kind)]

    def pages(self) -> list[tuple[str, str]]:
        """The archived items: source's id and hash, in order of id."""
        return sorted((e.source_id or "", e.raw_sha256 or "") for e in self.events("detail") if e.outcome == "ok")

    def states(self, source: str = "demo_govcn") -> dict[str, int]:
        """The frontier's items, counted by state."""
        with connect(self.home) as stores, stores.ops.read() as conn:
            return frontier.states(conn, source)

    def details(self, source: str = "demo_govcn") -> dict[str, str]:
        """The state of every item, by the source's id."""
        with connect(self.home) as stores, stores.ops.read() as conn:
            there = ops_tables.FRONTIER.c
            asked = select(there.key, there.state).where(there.source == source, there.kind == "detail")
            return {row.key: row.state for row in conn.execute(asked)}

    def tables(self) -> dict[str, list[str]]:
        """Everything the ops tables say, but for the leases."""
        with connect(self.home) as stores, stores.ops.read() as conn:
            return {t.name: sorted(repr(tuple(row)) for row in conn.execute(select(t))) for t in ops_tables.FOLDED}

    def walks(self, source: str = "demo_govcn") -> list[Walk]:
        """The walks as the ops tables know them."""
        with connect(self.home) as stores, stores.ops.read() as conn:
            return frontier.walks_of(conn, source)


@pytest.fixture
def run(home: Home, portal: Portal) -> Run:
    """Crawl it."""
    return Run(home, portal)


@pytest.fixture
def both_stores(db_home: Home, portal: Portal) -> Run:
    """Crawl it into a home on SQLite, then on PostgreSQL."""
    return Run(db_home, portal)


@pytest.fixture
def answer() -> type[Answer]:
    """What a fault may say instead."""
    return Answer
