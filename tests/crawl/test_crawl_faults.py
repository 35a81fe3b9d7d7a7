"""What a crawl does when the site misbehaves, or wants no more of us. Every attempt leaves a trace in the archive."""

from __future__ import annotations

import gzip
import itertools
from collections import Counter
from typing import Any

import pytest

LISTS = ("zhengcelibrary_gw", "zhengcelibrary_bm")
BLOCK = "<html><body>您的访问过于频繁，请稍后再试</body></html>".encode()
PACKED = {"Content-Encoding": "gzip"}
GOOD = "<html><h1 id='ti'>题</h1><div id='UCAP-CONTENT'>正文</div></html>".encode()


def page_faults(answer: Any, elsewhere: str) -> list[tuple[str, list[Any], list[str], str]]:
    """What a page does (its answers in turn, the last one for ever), how its attempts end, its state after the run."""
    return [
        (
            "busy, then well",
            [answer(b"busy", 503, {"Retry-After": "1"}), answer(GOOD)],
            ["http_error", "ok"],
            "fetched",
        ),
        ("broken", [answer(b"oops", 500)], ["http_error"] * 4, "failed"),
        ("too many requests", [answer(b"", 429)], ["http_error"] * 3 + ["blocked"], "blocked"),
        ("gone", [answer(b"gone", 404)], ["http_error"], "failed"),
        (
            "moved to another site",
            [answer(b"", 302, {"Location": "http://foreign.invalid/"})],
            ["http_error", "refused"],
            "failed",
        ),
        (
            "moved to this machine",
            [answer(b"", 302, {"Location": "http://127.0.0.1:9/"})],
            ["http_error", "refused"],
            "failed",
        ),
        ("moved here", [answer(b"", 301, {"Location": elsewhere})], ["http_error", "ok"], "fetched"),
        ("moved in circles", [answer(b"", 301, {"Location": "?again"})], ["http_error"] * 5 + ["refused"], "failed"),
        ("ends early", [answer(GOOD * 50, cut=700), answer(GOOD)], ["truncated", "ok"], "fetched"),
        ("packed, ends early", [answer(gzip.compress(GOOD * 50)[:-20], 200, PACKED)], ["truncated"] * 4, "failed"),
        ("packed too well", [answer(gzip.compress(bytes(20_000_000)), 200, PACKED)], ["refused"], "failed"),
        ("too large", [answer(bytes(9_000_000))], ["refused"], "failed"),
        ("packed well", [answer(gzip.compress(GOOD), 200, PACKED)], ["ok"], "fetched"),
    ]


def test_every_fault_of_a_page_has_its_consequence_and_its_record(run: Any, portal: Any, answer: Any):
    portal.publish(LISTS, 10)
    faults = dict(zip(portal.items, page_faults(answer, portal.items[-1].url), strict=False))
    scripts = {item.url.rpartition("/")[2]: list(fault[1]) for item, fault in faults.items()}

    def fault_of(asked: Any) -> Any:
        script = scripts.get(asked.path.rpartition("/")[2])
        return script and (script.pop(0) if len(script) > 1 else script[0])

    portal.fault = fault_of
    counts = run()
    assert counts.stopped is None
    states = run.details()
    for item, (name, _, outcomes, state) in faults.items():
        events = [e for e in run.events("detail") if e.source_id.endswith(str(item.number))]
        assert (name, [e.outcome for e in events]) == (name, outcomes)
        assert (name, states[events[0].source_id]) == (name, state)
    assert {a.host for a in portal.log} == {"sousuo.gov.demo.invalid", "www.gov.demo.invalid"}
    assert _waited(portal, next(i for i, f in faults.items() if f[0].startswith("busy"))) >= 1.0
    portal.fault = lambda _asked: None
    run()  # what failed is tried again by the next run
    assert run.states() == {"fetched": 20}


def _waited(portal: Any, item: Any) -> float:
    first, second, *_ = [a.at for a in portal.log if a.path.endswith(item.url.rpartition("/")[2])]
    return second - first


def test_after_the_second_block_the_site_is_left_alone_and_a_later_run_goes_on(run: Any, portal: Any, answer: Any):
    portal.publish(LISTS, 60)
    portal.fault = lambda a: answer(BLOCK) if a.path.startswith("/zhengce/") and len(portal.details()) > 10 else None
    counts = run()
    assert counts.stopped == "the site blocked us twice"
    assert run.states()["blocked"] == Counter(e.outcome for e in run.events())["blocked"] >= 2
    assert len(portal.details()) < 60
    portal.fault = lambda _asked: None
    assert run().stopped is None
    assert run.states() == {"fetched": 120}


def test_a_blocked_list_is_no_empty_list(run: Any, portal: Any, answer: Any):
    portal.publish(LISTS, 60)
    portal.fault = lambda a: answer(BLOCK) if a.path == "/search-gov/data" else None
    assert run().items == 0
    assert {w.state for w in run.walks()} == {"abandoned"}


@pytest.mark.parametrize(
    ("path", "status", "reason"),
    [("/zhengce/", 500, "one after another"), ("/robots.txt", 503, "robots.txt cannot be read")],
)
def test_a_site_out_of_reach_is_left_alone(run: Any, portal: Any, answer: Any, path: str, status: int, reason: str):
    portal.publish(LISTS, 30)
    portal.fault = lambda a: answer(b"", status) if a.path.startswith(path) else None
    counts = run()
    assert counts.stopped is not None
    assert reason in counts.stopped
    assert run.states().get("fetched", 0) == 0
    if path == "/robots.txt":
        assert {a.path for a in portal.log} == {path}


def test_a_crawl_delay_in_robots_txt_is_kept(run: Any, portal: Any, answer: Any):
    portal.publish(("4",), 3)
    portal.fault = lambda a: answer(b"User-agent: *\nCrawl-delay: 0.4\n") if a.path == "/robots.txt" else None
    run("demo_cfcpn")
    times = sorted(a.at for a in portal.log[1:])
    assert min(b - a for a, b in itertools.pairwise(times)) > 0.35
