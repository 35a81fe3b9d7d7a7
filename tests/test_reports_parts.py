"""The parts of a report: counting, comparing, judging months, and a page that nothing hostile gets through."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.sources import Bounds
from db import checks, reporting
from db.engine import Stores
from db.reporting import Current, Fate, OddList, Waiting
from db.upsert import sync
from db.volumes import volumes
from etl.catalogue import indicators
from etl.records import SourceFacts
from etl.records.rows import CoverageDayRow, ListingRow
from flows.reports import standing
from flows.reports.model import Crawled, Example, Fill, Warned
from flows.reports.news import Compared, compare
from flows.reports.tasks import tasks
from tests.run_reports import EMPTY, days, now, then

# -- counting ----------------------------------------------------------------------------------------------------------


@given(st.lists(st.tuples(st.sampled_from(["parsed", "quarantined", "out_of_scope", "pending"]), st.text(max_size=5))))
def test_tallies_lose_no_item(said: list[tuple[str, str]]) -> None:
    fates = [Fate("one", "result", state, reason or None, 1) for state, reason in said]
    for tally in standing.tallies(fates, {("one", "result"): len(fates)}):
        assert tally.missing == 0


def test_an_item_in_no_known_state_is_missing_and_a_failure() -> None:
    (tally,) = standing.tallies([Fate("one", "result", "lost", None, 2)], {("one", "result"): 2})
    assert tally.missing == 2
    report = replace(EMPTY, standing=now(tallies=(tally,)))
    assert [(t.severity, t.kind) for t in tasks(report, Compared())] == [("fail", "counts")]


def test_more_wordings_than_are_kept_still_add_up() -> None:
    fates = [Fate("one", "result", "pending", f"error {'x' * n}", 1) for n in range(50)]
    (tally,) = standing.tallies(fates, {("one", "result"): 50})
    assert len(tally.pending) == standing.WORDINGS + 1
    assert tally.missing == 0


@given(st.text("cpsb", min_size=1, max_size=60))
def test_stretches_tell_every_day_once_in_the_fewest_pieces(states: str) -> None:
    ledger = days("one", states)
    (covered,) = standing.covered(ledger)
    assert sum(covered.days.values()) == len(states)
    assert covered.stretches[0].first == ledger[0].day
    assert covered.stretches[-1].last == ledger[-1].day
    assert len(covered.stretches) == 1 + sum(a != b for a, b in pairwise(states))


def test_lag_is_measured_over_the_days_published_since_collecting_began() -> None:
    backfill = [replace(row, lag_days=100.0 - n) for n, row in enumerate(days("one", "c" * 100))]
    fresh = [replace(row, lag_days=float(1 + n % 10)) for n, row in enumerate(days("one", "c" * 20, "2024-04-10"))]
    (lag,) = standing.lags([*backfill, *fresh])
    assert (lag.days, lag.median, lag.p90, lag.backfilled) == (20, 5.5, 9.0, 100)


def test_nothing_published_since_collecting_began_is_no_lag() -> None:
    (lag,) = standing.lags(days("one", "cc", lag=400.0))
    assert (lag.days, lag.median, lag.p90) == (0, None, None)


def document(source_id: str, *, warnings: tuple[str, ...] = (), **fields: object) -> Current:
    record = json.dumps({"lots": [], "warnings": warnings, **fields})
    return Current("one", source_id, "notice", "award", "标题", "https://a.example/", "ccgp", record)


def test_fields_and_warnings_are_counted_over_documents() -> None:
    lot = {"suppliers": [{"name": "某公司"}], "amount_yuan": None}
    found = standing.contents(
        [
            document("1", purchaser="某银行", lots=[lot], warnings=("item 3: no title", "item 4: no title")),
            document("2", purchaser="", lots=[{**lot, "amount_yuan": "1.00"}], warnings=("item 17: no title",)),
        ]
    )
    (fill,) = found.fills()
    assert fill.filled == {"purchaser": 1, "suppliers": 2, "amount": 1, "date": 0, "code": 0}
    (warned,) = found.warnings()
    assert (warned.warning, warned.documents, warned.example.source_id) == ("item #: no title", 2, "1")


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("unknown label: 2.成交总价（元）", "unknown label: #.成交总价（元）"),
        ("type: unknown code '3'", "type: unknown code '3'"),
        ("doc_number: the list says 国发〔2024〕3号", "doc_number: the list says …"),
        (
            "published_at: the list says 2024-01-01, the page shows 2024-01-02",
            "published_at: the list says …, the page shows …",
        ),
        ("copied from 门户网站: not used (某银行, 上海市)", "copied from 门户网站: not used (…)"),
        ("HTTP 503", "HTTP 503"),
        ("the answer is no JSON", "the answer is no JSON"),
    ],
)
def test_a_wording_keeps_what_it_is_about_and_loses_what_varies(said: str, told: str) -> None:
    assert standing.masked(said) == told


def test_what_was_odd_on_lists_is_counted_beside_the_documents() -> None:
    odd = [OddList("one", "ab" * 32, '["row 3: no link"]', None), OddList("one", "cd" * 32, "[]", "not_a_list: none")]
    found = standing.contents([], odd).warnings()
    assert [(w.warning, w.parser) for w in found] == [
        ("row #: no link", "lists"),
        ("unreadable: not_a_list: none", "lists"),
    ]


def test_what_pages_put_into_warnings_is_redacted() -> None:
    said = standing.masked("unknown label 联系人：张三，电话：13812345678, e-mail zhang.san@mail.example")
    assert "张三" not in said
    assert "138" not in said
    assert "mail.example" not in said


def test_the_frontier_is_told_by_what_went_wrong() -> None:
    waiting = [
        Waiting("one", "detail", "failed", "connection to 10.0.0.1 refused", 3, "b"),
        Waiting("one", "detail", "failed", "connection to 10.0.0.7 refused", 2, "a"),
        Waiting("one", "detail", "fetched", None, 90, "c"),
    ]
    told = {(q.state, q.error): (q.tasks, q.example) for q in standing.queued(waiting)}
    assert told == {("fetched", None): (90, "c"), ("failed", "connection to # refused"): (5, "a")}


def test_questions_to_the_stores_have_one_answer_on_both(stores: Stores) -> None:
    item = ListingRow("one", "1", "result", None, "标题", "2024-01-01", None, "pending", None)
    with stores.warehouse.write() as conn:
        sync(conn, ListingRow, [item, replace(item, source_id="2", state="parsed"), replace(item, source_id="3")])
    with stores.warehouse.read() as conn:
        assert reporting.listed(conn) == {("one", "result"): 3}
        assert {f.state: f.items for f in reporting.fates(conn)} == {"parsed": 1, "pending": 2}
        assert list(reporting.documents(conn)) == []
        assert reporting.completeness(conn) == []
        assert reporting.odd_lists(conn) == []
        assert reporting.list_pages(conn) == 0
    with stores.ops.read() as conn:
        assert reporting.frontier(conn) == []


# -- bounds ------------------------------------------------------------------------------------------------------------

BOUND = SourceFacts("one", "ccgp", "One", scopes=(("result", "result"),), month_min=60, month_max=61)


@pytest.mark.parametrize(
    ("states", "verdicts"),
    [
        ("c" * 31, {"2024-01": "many"}),
        ("c" * 31 + "c" * 29, {"2024-01": "many", "2024-02": "few"}),
        ("c" * 30, {}),
        ("c" * 30 + "p", {}),
        ("c" * 30 + "b", {}),
        ("c" * 20 + "e" * 11, {}),
        ("s" * 31, {"2024-01": "many"}),
    ],
)
def test_only_whole_months_that_were_walked_to_their_end_are_judged(
    stores: Stores, states: str, verdicts: dict[str, str]
) -> None:
    with stores.warehouse.write() as conn:
        sync(conn, CoverageDayRow, days("one", states))
    with stores.warehouse.read() as conn:
        found = volumes(conn, [BOUND])
        few = checks.run(conn, indicators(), [BOUND])
    assert {v.month: v.verdict for v in found} == verdicts
    assert bool(few) == ("few" in verdicts.values())


def test_a_month_without_a_second_scope_is_not_whole(stores: Stores) -> None:
    with stores.warehouse.write() as conn:
        sync(conn, CoverageDayRow, days("one", "c" * 31))
    with stores.warehouse.read() as conn:
        assert volumes(conn, [replace(BOUND, scopes=(("result", "result"), ("change", "change")))]) == []
        assert volumes(conn, [replace(BOUND, month_min=None, month_max=None)]) == []


def test_bounds_that_exclude_everything_are_refused() -> None:
    with pytest.raises(ValueError, match="min 5 is above max 4"):
        Bounds(min=5, max=4)


# -- comparing ---------------------------------------------------------------------------------------------------------


def fill(documents: int, amount: int) -> Fill:
    return Fill("one", "ccgp", "notice", "award", documents, {"amount": amount})


@pytest.mark.parametrize(
    ("before", "after", "dropped"),
    [
        (fill(10_000, 9_900), fill(10_020, 9_901), True),  # the new ones lack it: a new template
        (fill(10_000, 9_900), fill(10_020, 9_918), False),
        (fill(10_000, 9_900), fill(10_005, 9_900), False),  # five say nothing yet
        (fill(100, 90), fill(100, 80), True),  # parsed again, and worse
        (fill(100, 90), fill(100, 95), False),
    ],
)
def test_a_changed_template_shows_in_what_is_new(before: Fill, after: Fill, dropped: bool) -> None:
    found = compare(now(fills=(after,)), then(fills=(before,)))
    assert [t.kind for t in found.tasks] == ["template"] * dropped


def test_days_that_changed_their_state_are_news() -> None:
    before, after = standing.covered(days("one", "ccpp")), standing.covered(days("one", "ccccss"))
    said = [(n.kind, n.text) for n in compare(now(covered=after), then(covered=before)).news]
    assert said == [
        ("silent", "result: 2 days not_looked -> silent (2024-01-05 to 2024-01-06)"),
        ("days", "result: 2 days partial -> complete (2024-01-03 to 2024-01-04)"),
    ]


def test_a_source_that_fell_silent_or_was_half_read_is_a_task() -> None:
    report = replace(EMPTY, standing=now(covered=standing.covered(days("one", "ccppssb"))))
    assert {t.kind: t.count for t in tasks(report, Compared())} == {"partial": 2, "silent": 2, "blocked": 1}


def test_a_growing_lag_and_a_new_warning_are_tasks() -> None:
    example = Example("one", "1")
    old = Warned("one", "ccgp", "an old warning", 2, example)
    new = Warned("one", "ccgp", "unknown label 成交总价", 34, example)
    slow = standing.lags(days("one", "c" * 9, lag=1.0) + days("one", "c" * 9, "2024-02-01", lag=9.0))
    quick = standing.lags(days("one", "c" * 9, lag=1.0))
    after = now(warned=(new, old), lags=slow)
    found = compare(after, then(warned=(old,), lags=quick))
    done = {(t.kind, t.severity) for t in tasks(replace(EMPTY, standing=after), found)}
    assert done == {("warning", "warn"), ("warning", "note"), ("lag", "warn")}
    assert any("new warning: unknown label 成交总价 (34 pages)" in n.text for n in found.news)


def test_crawls_that_failed_or_were_blocked_are_tasks() -> None:
    crawls = (Crawled("one", error="killed by signal 9"), Crawled("two", blocked=2, stopped="blocked us twice"))
    told = tasks(replace(EMPTY, crawls=crawls), Compared())
    assert [(t.kind, t.severity, t.source) for t in told] == [("crawl", "fail", "one"), ("blocked", "warn", "two")]
