"""What is asked for again: fresh lists, fresh and changed items; and what is not: everything else."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from crawlers.sources import load
from db import frontier, ops
from db.archive import Archive
from db.engine import connect
from etl.walks import CHINA

SOURCE = "demo_cfcpn"


@pytest.fixture
def today() -> date:
    """Asked for by each test, so that a long run of tests may go on past midnight."""
    return datetime.now(CHINA).date()


@pytest.fixture
def fresh(run: Any, portal: Any, today: date) -> Any:
    """A portal that published three notices in each list, the last of them yesterday; and a crawler that visits it."""
    portal.publish(("4", "3", "1", "2"), 3)
    days = (today - timedelta(days=40), today - timedelta(days=3), today - timedelta(days=1))
    portal.items = [replace(item, day=days[n // 4]) for n, item in enumerate(portal.items)]

    def visit(later: int = 0, source: Any = SOURCE) -> Counter[str]:
        portal.log.clear()
        then = today + timedelta(days=later)
        run(source, since=today - timedelta(days=60), until=then, today=then)
        return Counter("detail" if "isDetail" in a.fields else "list" for a in portal.log if a.path != "/robots.txt")

    return visit


def test_a_second_run_on_the_same_day_asks_only_for_what_may_be_new(fresh: Any):
    assert fresh() == {"list": 4, "detail": 12}
    again = fresh()
    assert again["detail"] == 0
    assert again["list"] == 4  # today itself is not over


def test_lists_of_fresh_days_are_walked_again_and_late_publications_found(
    fresh: Any, portal: Any, run: Any, today: date
):
    fresh()
    late = replace(portal.items[0], number=5000, day=today - timedelta(days=5))
    portal.items.append(late)
    later = fresh(1)
    assert later == {"list": 4, "detail": 1}
    assert run.details(SOURCE)[late.id] == "fetched"


def test_what_is_published_later_than_the_overlap_is_left_to_the_next_backfill(fresh: Any, portal: Any, today: date):
    fresh()
    portal.items.append(replace(portal.items[0], number=5000, day=today - timedelta(days=30)))
    assert fresh(1)["detail"] == 0


def test_an_item_whose_line_in_the_list_changed_is_fetched_again(fresh: Any, portal: Any):
    fresh()
    portal.items[4] = replace(portal.items[4], day=portal.items[4].day - timedelta(days=1))
    assert fresh(1) == {"list": 4, "detail": 1}
    assert fresh(2)["detail"] == 0


def test_a_fresh_item_is_asked_for_once_more_when_it_is_old_enough_to_have_been_corrected(fresh: Any):
    fresh()
    overlap = load(SOURCE).overlap_days
    assert fresh(overlap - 4)["detail"] == 0
    assert fresh(overlap - 1)["detail"] == 8  # all but those published forty days ago


def test_a_site_that_blocked_us_is_left_alone_for_hours_even_after_a_rebuild(run: Any, portal: Any, answer: Any):
    portal.publish(("4", "3", "1", "2"), 3)
    blocked = answer("<html><body>您的访问过于频繁，请稍后再试</body></html>".encode())
    portal.fault = lambda asked: blocked if "isDetail" in asked.fields else None
    source = load(SOURCE).model_copy(update={"cooldown_hours": 6.0, "concurrency": 1})
    assert run(source).stopped == "the site blocked us twice"
    portal.fault = lambda _asked: None
    with connect(run.home) as stores:
        ops.rebuild(stores, Archive.of(run.home), [source.facts])
    asked = len(portal.log)
    assert "left alone until" in (run(source).stopped or "")
    assert len(portal.log) == asked
    with connect(run.home) as stores, stores.ops.read() as conn:
        rest = frontier.rests_until(conn, SOURCE, 6)
    assert rest is not None
    assert timedelta(hours=11) < rest - datetime.now(CHINA) <= timedelta(hours=12)  # two blocks in a row
