"""A hostile site against a real worker: what must not be asked is not asked, what never ends is cut, memory stays."""

from __future__ import annotations

import gzip
import os
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import psutil

from crawlers.job import MAX_BYTES
from crawlers.sources import Source, load
from db import ops_tables
from db.engine import connect
from tests import kill

Write = Callable[[bytes], object]
LISTS = ("zhengcelibrary_gw", "zhengcelibrary_bm")
HOST = "www.gov.demo.invalid"
SECRETS = ("闻人澍", "13900010203", "wenren@demo.example")

#: Addresses that a redirect may try; none may be asked.
ELSEWHERE = (
    "http://127.0.0.1:9/",
    "http://localhost/",
    "http://[::1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://169.254.169.254/latest/meta-data/",
    "http://0.0.0.0/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://017700000001/",
    f"http://{HOST}@127.0.0.1/",
    f"http://127.0.0.1@{HOST}/",
    f"http://{HOST}:8080/",
    f"http://{HOST}\\@127.0.0.1/",
    f"http://{HOST}.evil.example/",
    "//127.0.0.1/x",
    "https://127.0.0.1/",
    "ftp://127.0.0.1/x",
    "file:///etc/passwd",
    "data:text/html,<p>正文</p>",
    "javascript:alert(1)",
    "http://[not an address",
    "http://" + "a" * 300 + ".invalid/",
    f"http://evil.invalid/?who={SECRETS[0]}%20{SECRETS[1]}",
)


def source(name: str, **changes: Any) -> Source:
    """A synthetic source, asked as fast as it answers."""
    return load(name).model_copy(update={"delay_seconds": 0.0, "concurrency": 8, **changes})


@contextmanager
def little_memory() -> Iterator[None]:
    """No crawl worker may hold 500 MB meanwhile; at rest it has about 120."""
    peak, done = 0, threading.Event()

    def watch() -> None:
        nonlocal peak
        while not done.wait(0.05):
            for worker in kill.workers(os.getpid()):
                with suppress(psutil.NoSuchProcess):
                    peak = max(peak, worker.memory_info().rss)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    yield
    done.set()
    watcher.join()
    assert 0 < peak < 500_000_000


def on_item(portal: Any, number: int, answer: Any) -> None:
    """Let one item's page answer so, and all else behave."""
    path = portal.items[number].url.rpartition("/")[2]
    before = portal.fault
    portal.fault = lambda asked: answer if asked.path.endswith(path) else before(asked)


def state_of(run: Any, portal: Any, number: int) -> tuple[str, list[str]]:
    """The state of an item, and how the attempts on it ended."""
    events = [e for e in run.events("detail") if e.source_id.endswith(str(portal.items[number].number))]
    return run.details()[events[0].source_id], [e.outcome for e in events]


def errors(run: Any) -> str:
    """What the ops tables keep of what went wrong."""
    with connect(run.home) as stores, stores.ops.read() as conn:
        return str([tuple(row) for row in conn.execute(ops_tables.FRONTIER.select())])


def test_no_redirect_leads_anywhere_but_to_the_sources_own_hosts(run: Any, portal: Any, answer: Any):
    portal.publish(LISTS, len(ELSEWHERE) // 2 + 1)
    for number, location in enumerate(ELSEWHERE):
        on_item(portal, number, answer(b"", 302, {"Location": location.encode().decode("latin-1")}))
    assert run(source("demo_govcn")).stopped is None
    for number, location in enumerate(ELSEWHERE):
        assert (location, *state_of(run, portal, number)) == (location, "failed", ["http_error", "refused"])
    assert {a.host for a in portal.log} == {"sousuo.gov.demo.invalid", HOST}
    assert not [secret for secret in SECRETS if secret in errors(run)]


def test_what_never_ends_is_cut(run: Any, portal: Any, answer: Any):
    portal.publish(LISTS, 3)
    for number, endless in enumerate(ENDLESS.values()):
        on_item(portal, number, answer(b"", raw=endless))
    with little_memory():
        run(source("demo_govcn", timeout_seconds=2.0))
    for number, name in enumerate(ENDLESS):
        state, outcomes = state_of(run, portal, number)
        wanted = "timeout" if name in ("drip", "silence") else "refused"
        assert (name, state, outcomes[-1]) == (name, "failed", wanted)
    assert run.states() == {"failed": 5, "fetched": 1}


def _for_ever(head: bytes, piece: bytes, pause: float) -> Callable[[Write], None]:
    def answer(write: Write) -> None:
        write(head)
        for _ in range(200_000):
            write(piece)
            time.sleep(pause)

    return answer


_OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
_MEGABYTE = b"100000\r\n" + b"x" * 0x100000 + b"\r\n"
ENDLESS: dict[str, Callable[[Write], None]] = {
    "drip": _for_ever(_OK + b"\r\n", b"x", 0.2),
    "silence": _for_ever(b"", b"", 0.2),
    "headers": _for_ever(_OK, b"X-More: " + b"y" * 8000 + b"\r\n", 0),
    "interim answers": _for_ever(b"", b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 200, 0),
    "chunks": _for_ever(_OK + b"Transfer-Encoding: chunked\r\n\r\n", _MEGABYTE, 0),
}


def bombs() -> dict[str, tuple[bytes, str]]:
    """Bodies that unpack to far more than they are, and their content coding."""
    zeros = bytes(10 * MAX_BYTES)
    thousandfold = gzip.compress(zeros)
    return {
        "a thousand to one": (thousandfold, "gzip"),
        "packed twice": (gzip.compress(thousandfold), "gzip, gzip"),
        "packed in another way": (zlib.compress(zeros), "deflate"),
        "codings without end": (b"x", ", ".join(["gzip"] * 500)),
        "a coding nobody asked for": (b"x", "br"),
        f"张三{SECRETS[1]}": (b"x", f"x-{SECRETS[1]}"),
    }


def test_decompression_bombs_are_refused(run: Any, portal: Any, answer: Any):
    packed = bombs()
    portal.publish(LISTS, len(packed) // 2 + 1)
    for number, (body, coding) in enumerate(packed.values()):
        on_item(portal, number, answer(body, 200, {"Content-Encoding": coding}))
    with little_memory():
        run(source("demo_govcn"))
    for number, name in enumerate(packed):
        assert (name, *state_of(run, portal, number)) == (name, "failed", ["refused"])
    assert not [secret for secret in SECRETS if secret in errors(run)]
