"""What a crawl promises when nothing goes wrong."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from twisted.internet.error import DNSLookupError

from crawlers import crawl, plan, resolver, sources
from db.home import Home
from etl.errors import FincityError, UsageError

SINCE, UNTIL, MARCH = date(2024, 1, 1), date(2024, 3, 31), date(2024, 3, 1)
POLICIES = ("zhengcelibrary_gw", "zhengcelibrary_bm")
NOTICES = ("4", "3", "1", "2")


def test_every_listed_page_is_archived_once_and_asked_for_once(run: Any, portal: Any):
    portal.publish(POLICIES, 70)
    counts = run()
    assert counts.fetched == counts.items == 140
    assert len(run.pages()) == len(set(run.pages())) == 140
    assert run.states() == {"fetched": 140}
    assert {w.state for w in run.walks()} == {"complete"}
    asked = len(portal.log)
    assert run().requests == 0  # nothing is new
    run(until=UNTIL + timedelta(days=1))
    windows = {(a.fields["mintime"], a.fields["maxtime"]) for a in portal.log[asked:] if "mintime" in a.fields}
    assert windows == {("2024-04-01", "2024-04-01")}


def test_a_list_that_is_walked_newest_first_is_left_below_the_window(both_stores: Any, portal: Any):
    portal.publish(NOTICES, 150)
    run = both_stores
    counts = run("demo_cfcpn", since=MARCH)
    wanted = {i.id for i in portal.items if i.day >= MARCH}
    assert {a.fields["id"] for a in portal.details()} == wanted
    assert counts.fetched == len(wanted)
    assert counts.pages == 8  # two of three pages of each list: the second one ends before the window
    assert {w.state for w in run.walks("demo_cfcpn")} == {"complete"}
    assert {a.headers["User-Agent"].partition("/")[0] for a in portal.log} == {"fincity"}
    referer = "http://www.cfcpn.demo.invalid/jcw/sys/index/goUrl?url=modules/sys/login/list"
    assert {a.headers["Referer"] for a in portal.details()} == {referer}


def test_a_list_that_moves_under_the_walk_is_walked_again(run: Any, portal: Any):
    portal.publish(POLICIES, 120)

    def publish_late(asked: Any) -> None:
        if asked.fields.get("t") == "zhengcelibrary_gw" and asked.fields["p"] == "2" and len(portal.items) == 240:
            portal.publish(("zhengcelibrary_gw",), 1)

    portal.fault = publish_late
    run()
    first, second = [w for w in run.walks() if w.scope == "state_council"]
    assert (first.state, second.state) == ("abandoned", "complete")
    assert "total changed" in (first.reason or "")
    assert run.states() == {"fetched": 241}


def test_a_sample_fetches_so_many_items_and_leaves_the_rest_pending(run: Any, portal: Any):
    portal.publish(POLICIES, 40)
    assert run(sample=5).fetched == 5
    assert run.states()["pending"] > 0


def test_a_window_above_the_cap_is_split_until_its_total_can_be_believed(run: Any, portal: Any, home: Home):
    portal.publish(POLICIES, 90)
    capped = sources.load("demo_govcn").model_copy(update={"cap": 40})
    crawl(home, capped, SINCE, UNTIL, portal=portal.address)
    assert {w.state for w in run.walks()} == {"capped", "complete"}
    assert run.states() == {"fetched": 180}


def test_robots_txt_comes_first_is_archived_and_obeyed(run: Any, portal: Any, answer: Any):
    portal.publish(("zhengcelibrary_gw",), 6)
    forbidden = "/zhengce/content/202402/"
    rules = f"User-agent: fincity\nDisallow: {forbidden}\n".encode()
    portal.fault = lambda asked: answer(rules) if asked.path == "/robots.txt" else None
    counts = run()
    assert portal.log[0].path == "/robots.txt"
    assert not [a for a in portal.log if a.path.startswith(forbidden)]
    assert counts.robots == run.states()["robots"] > 0
    assert {e.outcome for e in run.events("robots")} == {"ok"}
    before = len(run.events("detail"))
    run()
    assert len(run.events("detail")) == before  # known: neither asked nor noted again


def test_real_and_synthetic_never_mix(home: Home, portal: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("FINCITY_CONTACT", "https://example.org/crawler")
    real = Home.create(tmp_path / "real", "real")
    with pytest.raises(UsageError, match="never mix"):
        crawl(real, "demo_govcn", SINCE, UNTIL, portal=portal.address)
    with pytest.raises(UsageError, match="never mix"):
        crawl(home, "govcn", SINCE, UNTIL)
    with pytest.raises(UsageError, match="synthetic ones"):
        crawl(real, "govcn", SINCE, UNTIL, portal=portal.address)
    with pytest.raises(UsageError, match="demo portal"):
        crawl(home, "demo_govcn", SINCE, UNTIL)
    with pytest.raises(UsageError, match="exchange"):
        crawl(home, "demo_govcn", UNTIL, SINCE, portal=portal.address)
    with pytest.raises(UsageError, match="--sample"):
        crawl(home, "demo_govcn", SINCE, UNTIL, sample=0, portal=portal.address)
    monkeypatch.delenv("FINCITY_CONTACT")
    with pytest.raises(UsageError, match="FINCITY_CONTACT"):
        crawl(real, "govcn", SINCE, UNTIL)


def test_a_worker_that_fails_says_why_in_one_line(run: Any, home: Home):
    (home.path / "archive").write_text("in the way")
    with pytest.raises(FincityError, match=r"^crawl of demo_govcn: .+$"):
        run()


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "10.1.2.3", "192.168.0.1", "169.254.169.254", "0.0.0.0", "100.64.0.1"]
)
def test_a_name_that_points_into_a_private_network_is_not_asked(address: str):
    assert resolver.public("8.8.8.8", "www.example.org") == "8.8.8.8"
    with pytest.raises(DNSLookupError, match="no public address"):
        resolver.public(address, "www.example.org")


def test_a_plan_says_pages_days_and_what_is_unknown():
    said = plan("cfcpn", SINCE, date(2024, 12, 31))
    assert said.windows == 4
    assert said.pages >= 4
    assert said.unknown
    assert plan("ccgp", SINCE, date(2024, 12, 31)).windows == 12 * len(sources.load("ccgp").scopes)
    with pytest.raises(UsageError):
        plan("cfcpn", UNTIL, SINCE)
