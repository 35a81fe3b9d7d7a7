"""Walks and windows: when a list was read to its end, and which days are still to be walked."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from etl import walks
from etl.records import FetchEvent, ListPage, Record, SourceFacts
from etl.walks import Walk

FACTS = SourceFacts(source="s", family="f", title="t", cap=50)
DAYS = st.dates(date(2018, 1, 1), date(2025, 12, 31))
WINDOW = "2024-01-01/2024-01-31"


def pages(total: int | None, *shown: list[int], day: str = "2024-01-10") -> list[ListPage]:
    items = [
        [Record(source="s", source_id=str(n), published_at=f"{day}T00:00:00+08:00") for n in page] for page in shown
    ]
    return [ListPage(tuple(page), listed=total, pages=len(shown)) for page in items]


def walked(facts: SourceFacts, read: list[ListPage]) -> Walk:
    walk, seen = Walk("s", "a", WINDOW), set()
    for number, page in enumerate(read, 1):
        event = FetchEvent("s", "a", WINDOW, "list", "u", "ok", "2024-03-01T00:00:00Z", page=number)
        fresh = {i.source_id for i in page.items} - seen
        seen |= fresh
        walk = walks.advance(walk, facts, event, page, len(fresh))
        if walk.state != "open":
            break
    return walk


def test_a_walk_is_complete_when_it_saw_as_many_items_as_the_site_states():
    assert walked(FACTS, pages(4, [1, 2], [3, 4])).state == "complete"
    assert walked(FACTS, pages(0, [])).state == "complete"
    assert walked(FACTS, pages(4, [1, 2], [3])).reason == "3 of 4 stated items seen"
    assert walked(FACTS, pages(None, [1, 2])).reason == "no total is stated"
    for facts in (FACTS, replace(FACTS, paging="newest_first")):
        assert walked(facts, pages(0, [1, 2], day="2023-12-31")).reason == "2 of 0 stated items seen"


def test_a_filter_by_days_that_shows_other_days_is_noted():
    walk = walked(FACTS, [pages(3, [1, 2], [3], day="2023-12-31")[0], pages(3, [1, 2], [3])[1]])
    assert (walk.state, (walk.reason or "")[:38]) == ("complete", "page 1 shows items dated outside the w")
    assert walked(replace(FACTS, paging="newest_first"), pages(2, [1, 2], day="2024-02-01")).reason is None


def test_a_filter_that_is_not_looked_at_makes_no_empty_window():
    walk = walked(FACTS, pages(2, [1, 2], day="2025-06-01"))  # the newest items, whatever was asked for
    assert (walk.state, walk.reason) == (
        "abandoned",
        "page 1 shows other times only: the site ignores the days asked for",
    )


def test_a_total_is_not_believed_while_the_site_counts_further_pages():
    first, second = pages(2, [1, 2], [3, 4])
    assert walked(FACTS, [first, second]).reason == "4 of 2 stated items seen"
    assert walked(FACTS, [first, replace(second, items=())]).state == "complete"


def test_a_list_that_had_items_is_never_empty():
    facts, empty = replace(FACTS, paging="newest_first"), ListPage(listed=0)
    event = FetchEvent("s", "a", WINDOW, "list", "u", "ok", "2024-03-01T00:00:00Z", page=1)
    assert walks.advance(Walk("s", "a", WINDOW), facts, event, empty, 0).state == "complete"
    assert walks.advance(Walk("s", "a", WINDOW), facts, event, empty, 0, had=True).state == "abandoned"
    assert walks.advance(Walk("s", "a", WINDOW), FACTS, event, empty, 0, had=True).state == "complete"


def test_a_total_that_changes_and_an_item_that_returns_spoil_a_walk():
    moving = [pages(4, [1, 2], [3, 4])[0], pages(5, [1, 2], [3, 4])[1]]
    assert "total changed" in (walked(FACTS, moving).reason or "")
    assert "two pages" in (walked(FACTS, pages(4, [1, 2], [2, 3])).reason or "")


def test_what_is_published_on_top_of_a_newest_first_list_meanwhile_leaves_no_gap():
    facts = replace(FACTS, paging="newest_first", cap=None)
    first, grown = pages(4, [1, 2], [2, 3])[0], pages(5, [1, 2], [2, 3], [4])
    assert walked(facts, [first, *grown[1:]]).state == "complete"
    assert "total changed" in (walked(facts, [first, pages(3, [1, 2], [4])[1]]).reason or "")  # one fell out: a gap
    assert "two pages" in (walked(facts, pages(4, [1, 2], [1, 2])).reason or "")  # the list goes in circles


def test_a_list_that_is_cut_at_its_cap_is_not_the_whole_of_it():
    facts = replace(FACTS, paging="newest_first", cap=4)
    assert walked(facts, pages(None, [1, 2], [3, 4])).state == "capped"
    assert walked(facts, pages(None, [1, 2], [3])).state == "complete"
    assert walked(facts, pages(None, [1, 2], [3, 4], day="2023-12-31")).state == "complete"  # down past the window


def test_a_newest_first_list_without_a_total_ends_where_it_says_so_and_not_in_a_circle():
    facts = replace(FACTS, paging="newest_first", cap=None)
    assert walked(facts, pages(None, [1, 2], [3])).state == "complete"  # the last of the pages it counts
    endless = [replace(page, pages=None) for page in pages(None, [1, 2], [2, 3], [4])]
    assert walked(facts, endless).state == "open"  # what is new on top pushes items to the next page
    assert walked(facts, [*endless[:2], replace(endless[2], last=True)]).state == "complete"
    assert walked(facts, [endless[0], endless[0]]).reason == "page 2 repeats pages before it"
    assert walked(facts, [replace(endless[0], items=())]).reason == "no total is stated"


def dated(*days: str) -> tuple[Record, ...]:
    return tuple(Record("s", f"{n}{day}", published_at=f"{day}T00:00:00+08:00") for n, day in enumerate(days))


def test_a_list_is_below_its_window_only_where_it_falls():
    facts = replace(FACTS, paging="newest_first", cap=None)
    page = ListPage(listed=99, pages=9)
    for days, state in (
        (("2024-02-01", "2023-12-30", "2023-12-29"), "complete"),
        (("2019-01-01", "2024-02-01", "2023-12-30", "2023-12-29"), "complete"),  # pinned to the top
        (("2024-01-05", "2023-12-30", "2024-01-02", "2023-12-29", "2023-12-28"), "complete"),  # nearly in order
        (("2015-01-01", "2015-01-05", "2015-02-01"), "open"),  # oldest first
        (("2024-01-05", "2019-01-01", "2023-01-01", "2016-01-01"), "open"),  # in no order
        (("2024-01-05", "2024-01-04", "2019-01-01"), "open"),  # an old one that was put up again
    ):
        assert walked(facts, [replace(page, items=dated(*days))]).state == state, days


def test_a_page_that_grew_may_have_skipped_items():
    facts = replace(FACTS, paging="newest_first", cap=None)
    first, second = pages(99, [1, 2], [5, 6, 7, 8], day="2024-01-10")
    assert "longer than those before" in (walked(facts, [first, second]).reason or "")


def test_two_items_under_one_number_are_not_taken_for_one():
    facts = replace(FACTS, paging="newest_first", cap=None)
    one, two = (Record("s", "1", title=title, published_at="2024-01-10T00:00:00+08:00") for title in "甲乙")
    assert walked(facts, [ListPage((one, one), last=True)]).state == "complete"
    assert "different items" in (walked(facts, [ListPage((one, two), last=True)]).reason or "")


def test_days_that_are_still_fresh_are_closed_for_the_day_of_the_walk_only():
    walk = replace(Walk("s", "a", WINDOW), state="complete", began="2024-02-01T12:00:00Z")
    assert walks.uncovered(WINDOW, [walk], 7, date(2024, 2, 1)) == []
    assert walks.uncovered(WINDOW, [walk], 7, date(2024, 2, 2)) == ["2024-01-25/2024-01-31"]
    assert walks.uncovered(WINDOW, [replace(walk, began="2024-02-08T00:00:00Z")], 7, date(2024, 3, 1)) == []


def test_a_total_at_the_cap_is_not_believed():
    assert walked(FACTS, pages(50, [1, 2], [3])).state == "capped"


def test_newest_first_ends_below_the_window_and_is_not_fooled_by_a_pinned_item():
    facts = replace(FACTS, paging="newest_first", cap=None)
    inside, below = pages(100, [1, 2]), pages(100, [3, 4], day="2023-12-31")
    assert walked(facts, [replace(inside[0], pages=9), replace(below[0], pages=9)]).state == "complete"
    pinned = replace(inside[0], items=(below[0].items[0], *inside[0].items), pages=9)
    assert walked(facts, [pinned]).state == "open"


@given(
    day=st.integers(0, 40),
    ids=st.lists(st.integers(0, 30), max_size=30, unique=True),
    size=st.integers(1, 7),
    shift=st.lists(st.integers(0, 2), max_size=6),
)
def test_a_newest_first_walk_called_complete_has_missed_nothing(day: int, ids: list[int], size: int, shift: list[int]):
    """The list is read page by page while items are published on top and taken away below."""
    facts = replace(FACTS, paging="newest_first", cap=None)
    there, walk, seen, fresh_id = list(ids), Walk("s", "a", WINDOW), set(), 100
    for page in range(1, 12):
        shown = there[(page - 1) * size : page * size]
        read = replace(pages(len(there), shown)[0], pages=-(-len(there) // size) or 1)
        event = FetchEvent("s", "a", WINDOW, "list", "u", "ok", "2024-03-01T00:00:00Z", page=page)
        walk = walks.advance(walk, facts, event, read, len(set(map(str, shown)) - seen))
        seen |= set(map(str, shown))
        if walk.state != "open":
            break
        change = shift.pop() if shift else 0
        if change == 1:
            there, fresh_id = [fresh_id, *there], fresh_id + 1
        elif change == 2 and there:
            there.pop(day % len(there))
    if walk.state == "complete":
        assert {str(n) for n in ids if n in there} <= seen


@given(since=DAYS, length=st.integers(0, 400), days=st.none() | st.integers(1, 40))
def test_windows_cover_every_day_once(since: date, length: int, days: int | None):
    until = since + timedelta(days=length)
    covered = [d for w in walks.calendar(since, until, days) for d in _days(w)]
    assert covered == [since + timedelta(days=n) for n in range(length + 1)]


@given(first=DAYS, length=st.integers(0, 60))
def test_halves_make_the_whole(first: date, length: int):
    window = walks.window_of(first, first + timedelta(days=length))
    halves = walks.split(window)
    assert (halves is None) == (length == 0)
    assert [d for half in halves or (window,) for d in _days(half)] == _days(window)


def test_only_days_that_were_over_when_a_complete_walk_began_are_covered():
    done = Walk("s", "a", "2024-01-05/2024-01-10", state="complete", began="2024-01-09T20:00:00Z")  # the 10th in China
    assert walks.uncovered(WINDOW, [done]) == ["2024-01-01/2024-01-04", "2024-01-10/2024-01-31"]
    assert walks.uncovered(WINDOW, [replace(done, state="abandoned")]) == [WINDOW]


def test_rules_put_items_out_of_scope_by_name():
    rules = (("goods", '{"kinds": ["tender"], "title_regex": "空调"}'), ("old", '{"kinds": [], "title_regex": "^旧"}'))
    facts = replace(FACTS, out_of_scope=rules)
    item = Record(source="s", source_id="1", notice_type="tender", title="空调采购")
    assert walks.out_of_scope(facts, item) == "goods"
    assert walks.out_of_scope(facts, replace(item, notice_type="award")) is None
    assert walks.out_of_scope(facts, replace(item, title="旧系统")) == "old"


def _days(window: str) -> list[date]:
    first, last = walks.bounds(window)
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
