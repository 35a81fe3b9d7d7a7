"""The ledger: a day is complete only where one walk saw everything the site said there was."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date

import pytest

from etl.coverage import ledger, replay, undated
from etl.records import FetchEvent, ListPage, Record, SourceFacts

JANUARY = "2024-01-01/2024-01-31"
FACTS = SourceFacts("s", "ccgp", "A source", scopes=(("results", "result"),), max_silent_days=10)


def page(*ids: str, listed: int, pages: int = 2, day: str = "2024-01-10") -> ListPage:
    items = tuple(Record(source="s", source_id=i, published_at=f"{day}T10:00:00+08:00") for i in ids)
    return ListPage(items, listed=listed, pages=pages)


def event(number: int, sha: str, *, walk: int = 1, outcome: str = "ok", at: str = "2024-03-01T00:00:00Z") -> FetchEvent:
    return FetchEvent(
        "s", "results", JANUARY, "list", "http://x.invalid", outcome, at, walk=walk, page=number, raw_sha256=sha
    )


def states(events: list[FetchEvent], pages: dict[str, ListPage | None], **still_open: int) -> dict[str, str]:
    key = ("results", date(2024, 1, 10))
    rows = ledger(FACTS, replay(FACTS, events, pages), {key: 3}, {key: Counter(still_open)} if still_open else {}, {})
    return {row.day: row.state for row in rows}


FULL = {"a": page("1", "2", listed=3), "b": page("3", listed=3)}


def test_a_full_walk_completes_every_day_but_those_in_a_long_silence() -> None:
    found = states([event(1, "a"), event(2, "b")], FULL)
    assert found["2024-01-10"] == found["2024-01-01"] == "complete"
    assert found["2024-01-31"] == "silent"


def test_a_page_fetched_twice_counts_once() -> None:
    assert states([event(1, "a"), event(1, "a"), event(2, "b")], FULL)["2024-01-10"] == "complete"


@pytest.mark.parametrize(
    "pages",
    [
        {"a": page("1", "2", listed=3), "b": None},
        {"a": page("1", "2", listed=3), "b": page("2", listed=3)},
        {"a": page("1", "2", listed=3), "b": page("3", listed=4)},
        {"a": page("1", "2", listed=4), "b": page("3", listed=4)},
    ],
    ids=["unreadable page", "an item twice", "total drifts", "fewer items than stated"],
)
def test_a_half_read_list_is_partial(pages: dict[str, ListPage | None]) -> None:
    assert states([event(1, "a"), event(2, "b")], pages)["2024-01-10"] == "partial"


def test_a_block_is_told_apart_from_an_empty_list() -> None:
    blocked = [event(1, "a"), event(2, "", outcome="blocked", at="2024-03-01T00:01:00Z")]
    assert states(blocked, FULL)["2024-01-10"] == "blocked"
    assert states([event(1, "e")], {"e": ListPage((), listed=0, pages=0)})["2024-01-31"] == "silent"


def test_a_second_walk_mends_the_first() -> None:
    pages = {**FULL, "drift": page("3", listed=4)}
    events = [event(1, "a"), event(2, "drift"), event(1, "a", walk=2), event(2, "b", walk=2)]
    assert states(events, pages)["2024-01-10"] == "complete"


def test_pending_and_quarantined_items_leave_their_day_partial() -> None:
    assert states([event(1, "a"), event(2, "b")], FULL, quarantined=1)["2024-01-10"] == "partial"
    assert states([event(1, "a"), event(2, "b")], FULL, quarantined=1)["2024-01-09"] == "complete"


def test_a_day_looked_at_before_it_was_over_is_partial() -> None:
    early = "2024-01-10T12:00:00Z"
    found = states([event(1, "a", at=early), event(2, "b", at=early)], FULL)
    assert (found["2024-01-09"], found["2024-01-10"], found["2024-01-11"]) == ("complete", "partial", "partial")


def test_an_open_item_without_a_date_leaves_the_days_open_on_which_it_may_have_been_published() -> None:
    days = ("2024-01-20", None, "2024-01-18", "2023-12-30")
    items = tuple(
        Record(source="s", source_id=str(n), published_at=day and f"{day}T10:00:00+08:00") for n, day in enumerate(days)
    )
    pages = {"a": ListPage(items, listed=4)}
    newest_first = replace(FACTS, paging="newest_first")
    assert undated(newest_first, [event(1, "a")], pages) == {"1": (date(2024, 1, 18), date(2024, 1, 20))}
    assert undated(FACTS, [event(1, "a")], pages) == {"1": (date(2024, 1, 1), date(2024, 1, 31))}
    (walk,) = replay(newest_first, [event(1, "a")], pages)
    rows = ledger(
        newest_first,
        [walk],
        {("results", date(2024, 1, n)): 1 for n in range(1, 32)},
        {},
        {("results", date(2024, 1, 19)): 1},
    )
    assert [(r.day, r.reason) for r in rows if r.state != "complete"] == [("2024-01-19", "1 open without a date")]


def test_a_list_that_is_empty_after_it_had_items_completes_nothing() -> None:
    newest_first = replace(FACTS, paging="newest_first")
    later = replace(event(1, "e", at="2024-04-01T00:00:00Z"), window="2024-02-01/2024-02-29")
    pages = {**FULL, "e": ListPage((), listed=0)}
    *_, walk = replay(newest_first, [event(1, "a"), event(2, "b"), later], pages)
    assert walk.reason == "the list is empty, and had items before"
