"""The portal of the benchmarks, in a process of its own: the demo's sites with pages of the size real ones have.

    python -m benchmarks.site PROJECTS [--keep]

It prints its address and serves until its stdin ends. The demo portal is made to be read; this one is made to be
quick, so that what is measured is the crawler: one thread, no log, answers kept ready from the second time on where
`--keep` says so. Real notices have 10-20 kB, of which most is markup: clauses as they stand in notices, dressed as word
processors dress them, are added to the demo's short ones.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from html import escape
from http import HTTPStatus
from typing import NamedTuple, Protocol
from urllib.request import urlopen

from fincity.demo import corpus as corpora
from fincity.demo.corpus import Corpus, Scale
from fincity.demo.sites import Request, Response, Sites, locate

SINCE, UNTIL = date(2023, 7, 1), date(2024, 6, 30)
#: Where the benchmark asks what the portal was asked.
HEARD = "/heard"
_CLAUSES = (
    "供应商应当在近三年内没有重大违法记录，具备履行合同所必需的设备和专业技术能力，并提供相应的证明材料。",
    "系统应当支持集群部署，单节点故障时业务不中断，恢复时间不超过三十分钟，数据不丢失。",
    "响应文件应当逐条应答技术要求，有偏离的应当在偏离表中如实填写，未填写的视为完全响应。",
    "交付物包括安装介质、使用手册、维护手册、培训教材以及全部接口说明，均以中文书写。",
    "质量保证期内出现故障的，应当在两小时内响应，四小时内到达现场，二十四小时内排除。",
    "评审采用综合评分法，技术部分占百分之五十，商务部分占百分之二十，价格部分占百分之三十。",
)
_PARAGRAPH = "text-indent: 32px; line-height: 150%; margin-top: 0px; margin-bottom: 0px; text-align: justify"
_LETTERS = "font-family: 宋体; font-size: 16px; color: rgb(51, 51, 51); letter-spacing: 0px"
_MENU = "".join(f'<li class="nav-item"><a href="/channel/{n}/index.html">栏目{n}</a></li>' for n in range(24))
_CHROME = f'<div class="nav"><ul>{_MENU}</ul></div><script>var menu = [{",".join(map(str, range(300)))}];</script>'


class Asked(NamedTuple):
    """One request, as the peer makes it again."""

    url: str
    method: str
    body: str


def corpus(projects: int) -> Corpus:
    """A year's notices, about two for each project."""
    scale = Scale(SINCE, UNTIL, range(2023, 2024), 40, 60, 200, 6, projects, 4, 0)
    return corpora.build(scale, "full", 20261121)


def filled(body: bytes, seed: int) -> bytes:
    """A notice of real length: 15 to 35 more clauses, of which every fourth stands in a table."""
    clauses = (_clause(number, seed) for number in range(15 + seed % 21))
    more = "".join(clauses)
    if body.startswith(b"{"):
        answer = json.loads(body)
        for row in answer["rows"]:
            row["noticeContent"] += escape(more, quote=True)
        return json.dumps(answer, ensure_ascii=False).encode()
    codec = "gb18030" if b"charset=gb" in body[:300] else "utf-8"
    place = b"\n</div>\n</div><!--vF_detail_content_container-->"
    body = body.replace(place, more.encode(codec) + place, 1)
    return body.replace(b'<div class="main">', _CHROME.encode(codec) + b'<div class="main">', 1)


def _clause(number: int, seed: int) -> str:
    words = _CLAUSES[(number + seed) % len(_CLAUSES)]
    if number % 4 == 3:
        return f"<table><tbody><tr><td>{number}</td><td>技术要求</td><td>{words}</td></tr></tbody></table>"
    return f'<p style="{_PARAGRAPH}"><span style="{_LETTERS}">（{number}）{words}</span></p>'


class Answering(Protocol):
    """Whatever has an answer to a request."""

    def answer(self, method: str, target: str, body: bytes) -> bytes:
        """The bytes to send."""


@dataclass
class Site:
    """What is answered to whom. `keep`: an answer is made once."""

    sites: Sites
    keep: bool
    kept: dict[tuple[str, bytes], bytes] = field(default_factory=dict)
    heard: list[Asked] = field(default_factory=list)

    def answer(self, method: str, target: str, body: bytes) -> bytes:
        """The bytes to send."""
        if target == HEARD:
            said, self.heard = json.dumps(self.heard).encode(), []
            return _sent(Response(body=said))
        if self.keep:
            self.heard.append(Asked(target, method, body.decode()))
        key = (target, body)
        found = self.kept.get(key)
        if found is None:
            found = _sent(self._made(method, target, body))
            if self.keep:
                self.kept[key] = found
        return found

    def _made(self, method: str, target: str, body: bytes) -> Response:
        host, path, query, _ = locate(target, "")
        request = Request(method, host, path, query, body)
        made = self.sites.answer(request)
        self.sites.kept.clear()  # ours is the only memory
        if "isDetail" in request.fields or path.endswith(".htm"):
            seed = sum(target.encode()) + sum(body)
            return Response(made.status, made.content_type, filled(made.body, seed))
        return made


def _sent(answer: Response) -> bytes:
    head = f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}\r\nContent-Type: {answer.content_type}\r\n"
    return f"{head}Content-Length: {len(answer.body)}\r\n\r\n".encode() + answer.body


class Connection(asyncio.Protocol):
    """One connection that is kept alive; requests come one after the other."""

    def __init__(self, site: Answering) -> None:
        self._site = site
        self._rest = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep where answers go."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer every request that is whole."""
        self._rest += data
        while (end := self._rest.find(b"\r\n\r\n")) >= 0:
            first, *lines = self._rest[:end].split(b"\r\n")
            length = next((int(x[15:]) for x in lines if x[:15].lower() == b"content-length:"), 0)
            if len(self._rest) < end + 4 + length:
                return
            body, self._rest = self._rest[end + 4 : end + 4 + length], self._rest[end + 4 + length :]
            method, target, _ = first.decode("latin-1").split(" ", 2)
            self._transport.write(self._site.answer(method, target, body))


@contextmanager
def running(projects: int, *, keep: bool = True) -> Iterator[str]:
    """The address of a site that runs while the context lasts."""
    command = [sys.executable, "-m", "benchmarks.site", str(projects), *(["--keep"] if keep else [])]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin
        assert process.stdout
        yield process.stdout.readline().strip()
        process.stdin.close()


def heard(portal: str) -> list[Asked]:
    """What a portal was asked since this was asked last."""
    with urlopen(portal + HEARD) as answer:
        return [Asked(*request) for request in json.load(answer)]


async def serve(site: Answering) -> None:
    """Print the address, and serve until stdin ends."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(site), "127.0.0.1", 0)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


def main() -> None:
    """Serve what the command line says."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.site")
    parser.add_argument("projects", type=int)
    parser.add_argument("--keep", action="store_true")
    asked = parser.parse_args()
    asyncio.run(serve(Site(Sites(corpus(asked.projects)), asked.keep)))


if __name__ == "__main__":
    main()
