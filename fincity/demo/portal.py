"""The demonstration portal: a real HTTP server on loopback that publishes the corpus like the three sites it imitates.

It is used as an HTTP proxy: a crawler asks it for `http://www.ccgp.demo.invalid/...`, so that addresses, and
everything made from them, are the same whatever port it got. The Host header works as well, and for people
there are the folders /ccgp/, /cfcpn/ and /govcn/. It can block visitors, answer slowly or break answers on
demand, and keeps a log for politeness tests.

    python -m fincity.demo.portal --size small --port 8765
"""

from __future__ import annotations

import argparse
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from fincity.demo import corpus as corpora
from fincity.demo import sites
from fincity.demo.corpus import Corpus
from fincity.demo.facts import HOSTS
from fincity.demo.sites import Request, Response

#: Sees every request first; what it returns is sent instead of the site's answer (null: the site answers).
Fault = Callable[[Request], Response | None]


@dataclass(frozen=True, slots=True)
class Logged:
    """One answered request. `at` is a monotonic time in seconds, for distances only."""

    at: float
    host: str
    method: str
    target: str
    status: int
    blocked: bool


@dataclass
class Portal:
    """A running portal. Options may be changed while it runs."""

    corpus: Corpus
    url: str = ""
    #: Every n-th request of a host is blocked; 1 blocks all, 0 none. robots.txt is never blocked.
    block_every: int = 0
    #: Hosts that block; empty: all.
    block_hosts: frozenset[str] = frozenset()
    #: Seconds before each answer.
    latency: float = 0.0
    fault: Fault | None = None
    log: list[Logged] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._sites = sites.Sites(self.corpus)
        self._lock = threading.Lock()
        self._asked: dict[str, int] = {}

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self.url.rsplit(":", 1)[1])

    def requests(self, host: str) -> list[Logged]:
        """What a host was asked, in order of time."""
        with self._lock:
            return [entry for entry in self.log if entry.host == host]

    def respond(self, request: Request) -> Response:
        """The answer to a request, with blocks and faults applied, noted in the log."""
        if self.latency:
            time.sleep(self.latency)
        blocked = self._blocks(request)
        answer = sites.block_page(request.host) if blocked else None
        if answer is None and self.fault is not None:
            answer = self.fault(request)
        if answer is None:
            answer = self._answer(request)
        with self._lock:
            self.log.append(
                Logged(time.monotonic(), request.host, request.method, request.target, answer.status, blocked)
            )
        return answer

    def _answer(self, request: Request) -> Response:
        if not request.host and request.path == "/":
            return sites.ok(sites.welcome(self.corpus))
        return self._sites.answer(request)

    def _blocks(self, request: Request) -> bool:
        if not self.block_every or request.path == "/robots.txt":
            return False
        if self.block_hosts and request.host not in self.block_hosts:
            return False
        with self._lock:
            self._asked[request.host] = self._asked.get(request.host, 0) + 1
            return self._asked[request.host] % self.block_every == 0


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], portal: Portal) -> None:
        super().__init__(address, _Handler)
        self.portal = portal

    def handle_error(self, request: object, client_address: object) -> None:
        """A crawler that is killed in the middle of an answer is no error of the portal; anything else is."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "fincity-demo"
    sys_version = ""
    disable_nagle_algorithm = True
    wbufsize = -1  # head and body leave in one write
    timeout = 60
    server: _Server

    def do_GET(self) -> None:
        """Answer a GET."""
        self._serve(b"")

    def do_POST(self) -> None:
        """Answer a POST with a form."""
        self._serve(self.rfile.read(int(self.headers.get("Content-Length") or 0)))

    def do_CONNECT(self) -> None:
        """Refuse tunnels: the portal speaks plain HTTP."""
        self.close_connection = True
        self._send(Response(501, "text/plain; charset=utf-8", b"plain HTTP only"))

    def _serve(self, body: bytes) -> None:
        host, path, query, prefix = sites.locate(self.path, self.headers.get("Host") or "")
        answer = self.server.portal.respond(Request(self.command, host, path, query, body))
        self._send(answer, sites.for_people(answer.body) if prefix else answer.body)

    def _send(self, answer: Response, body: bytes | None = None) -> None:
        sent = answer.body if body is None else body
        if answer.fault == "drop":
            self.close_connection = True
            return
        self.send_response_only(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(sent)))
        for name, value in answer.headers:
            self.send_header(name, value)
        self.end_headers()
        if answer.fault == "truncate":
            self.close_connection = True
            sent = sent[: len(sent) // 2]
        self.wfile.write(sent)
        self.wfile.flush()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Stay silent: the portal keeps its own log."""


@contextmanager
def serve(
    corpus: Corpus,
    *,
    port: int = 0,
    block_every: int = 0,
    block_hosts: Iterable[str] = (),
    latency: float = 0.0,
    fault: Fault | None = None,
) -> Iterator[Portal]:
    """Run a portal on 127.0.0.1 (port 0: any free one) while the context lasts. OSError: the port is taken."""
    portal = Portal(corpus, block_every=block_every, block_hosts=frozenset(block_hosts), latency=latency, fault=fault)
    with _Server(("127.0.0.1", port), portal) as server:
        portal.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), name="demo-portal", daemon=True)
        thread.start()
        try:
            yield portal
        finally:
            server.shutdown()
            thread.join()


def main(arguments: list[str] | None = None) -> int:
    """Run the portal for a person to look at, until interrupted. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m fincity.demo.portal", description="Serve the synthetic portals.")
    parser.add_argument("--size", choices=tuple(corpora.SIZES), default="small")
    parser.add_argument("--port", type=int, default=0, help="0: any free port")
    parser.add_argument("--block-every", type=int, default=0, metavar="N", help="block every N-th request of a host")
    parser.add_argument("--latency", type=float, default=0.0, metavar="SECONDS")
    asked = parser.parse_args(arguments)
    try:
        with serve(
            corpora.make(asked.size), port=asked.port, block_every=asked.block_every, latency=asked.latency
        ) as portal:
            sys.stdout.write(
                f"synthetic portals for people: {portal.url}/\nas a proxy: {portal.url} for {', '.join(HOSTS)}\n"
            )
            sys.stdout.flush()
            threading.Event().wait()
    except OSError as error:
        sys.stderr.write(f"port {asked.port} cannot be used ({error.strerror}); try --port 0\n")
        return 1
    except KeyboardInterrupt:
        sys.stdout.write("\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
