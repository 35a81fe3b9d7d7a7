"""What a crawl promises when nothing goes wrong."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from crawlers import crawl, plan
from db.home import Home
from etl.errors import FincityError, UsageError

SINCE, UNTIL = date(2024, 1, 1), date(2024, 3, 31)


@pytest.mark.parametrize(
    ("source", "lists"),
    [("demo_govcn", ("zhengcelibrary_gw", "zhengcelibrary_bm")), ("demo_cfcpn", ("4", "3", "1", "2"))],
)
def test_every_listed_page_is_archived_once_and_called_fetched(
    run: Any, portal: Any, source: str, lists: tuple[str, ...]
):
    portal.publish(lists, 70)
    counts = run(source)
    assert counts.fetched == counts.items == len(portal.items)
    assert len(run.pages()) == len(set(run.pages())) == len(portal.items)
    assert run.states(source) == {"fetched": len(portal.items)}
    assert {w.state for w in run.walks(source)} == {"complete"}


def test_a_second_run_asks_for_nothing_but_what_is_new(run: Any, portal: Any):
    portal.publish(("zhengcelibrary_gw", "zhengcelibrary_bm"), 30)
    run()
    asked = len(portal.log)
    assert run().requests == 0
    assert len(portal.log) == asked
    run(until=UNTIL + timedelta(days=1))
    days = [(a.fields["mintime"], a.fields["maxtime"]) for a in portal.log[asked:] if "mintime" in a.fields]
    assert set(days) == {("2024-04-01", "2024-04-01")}


def test_a_list_that_is_walked_newest_first_is_left_below_the_window(run: Any, portal: Any):
    portal.publish(("4", "3", "1", "2"), 150)
    counts = run("demo_cfcpn", since=date(2024, 3, 1))
    wanted = {i.id for i in portal.items if i.day >= date(2024, 3, 1)}
    assert {a.fields["id"] for a in portal.details()} == wanted
    assert counts.fetched == len(wanted)
    assert counts.pages == 8  # two of three pages of each list: the second one ends before the window
    assert {w.state for w in run.walks("demo_cfcpn")} == {"complete"}


def test_a_list_that_moves_under_the_walk_is_walked_again(run: Any, portal: Any):
    portal.publish(("zhengcelibrary_gw", "zhengcelibrary_bm"), 120)

    def publish_late(asked: Any) -> None:
        if asked.fields.get("t") == "zhengcelibrary_gw" and asked.fields["p"] == "2" and len(portal.items) == 240:
            portal.publish(("zhengcelibrary_gw",), 1)

    portal.fault = publish_late
    run()
    first, second = [w for w in run.walks() if w.scope == "state_council"]
    assert (first.state, second.state) == ("abandoned", "complete")
    assert first.reason is not None
    assert "total changed" in first.reason
    assert run.states() == {"fetched": 241}


def test_a_sample_fetches_so_many_items_and_leaves_the_rest_pending(run: Any, portal: Any):
    portal.publish(("zhengcelibrary_gw", "zhengcelibrary_bm"), 40)
    assert run(sample=5).fetched == 5
    assert run.states()["pending"] > 0
    run()
    assert run.states() == {"fetched": 80}


def test_a_window_above_the_cap_is_split_until_its_total_can_be_believed(run: Any, portal: Any, home: Home):
    from crawlers import sources

    portal.publish(("zhengcelibrary_gw", "zhengcelibrary_bm"), 90)
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
    assert all(a.path == "/robots.txt" for a in portal.log[:1])
    assert not [a for a in portal.log if a.path.startswith(forbidden)]
    assert counts.robots == run.states()["robots"] > 0
    assert {e.outcome for e in run.events("robots")} == {"ok"}
    before = len(run.events("detail"))
    run()
    assert len(run.events("detail")) == before  # known: neither asked nor noted again


def test_we_say_who_we_are(run: Any, portal: Any):
    portal.publish(("4",), 1)
    run("demo_cfcpn")
    for asked in portal.log:
        assert asked.headers["User-Agent"].startswith("fincity/")
    assert {a.headers["Referer"] for a in portal.details()} == {
        "http://www.cfcpn.demo.invalid/jcw/sys/index/goUrl?url=modules/sys/login/list"
    }


def test_real_and_synthetic_never_mix(home: Home, portal: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch):
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
    monkeypatch.delenv("FINCITY_CONTACT")
    with pytest.raises(UsageError, match="FINCITY_CONTACT"):
        crawl(real, "govcn", SINCE, UNTIL)


def test_a_worker_that_fails_says_why(run: Any, portal: Any, home: Home):
    (home.path / "archive").write_text("in the way")
    with pytest.raises(FincityError, match="demo_govcn failed"):
        run()


def test_a_plan_says_pages_days_and_what_is_unknown():
    said = plan("cfcpn", date(2024, 1, 1), date(2024, 12, 31))
    assert said.windows == 4
    assert said.pages >= 4
    assert said.unknown
    assert plan("ccgp", date(2024, 1, 1), date(2024, 12, 31)).windows == 6 * 12
    with pytest.raises(UsageError):
        plan("cfcpn", UNTIL, SINCE)
