"""The coverage ledger: of which publication days we know everything a source had to say.

A window (source, scope, range of days) is complete when one walk through its list was (`etl.walks` says when). States
are computed as of the archive's last event, never the wall clock: a day is complete only if the walk began after it was
over in +08:00. A day with listed items that are still pending or in quarantine is partial: its counts are lower bounds.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta

from etl.records import FetchEvent, ListPage, Record, SourceFacts
from etl.records.rows import CoverageDayRow
from etl.walks import Walk, advance, blocked, bounds

#: States of a day that leave nothing open.
CLOSED = ("complete", "ended")


def days(first: date, last: date) -> Iterator[date]:
    """All days from first to last, inclusive."""
    for offset in range((last - first).days + 1):
        yield first + timedelta(days=offset)


def replay(facts: SourceFacts, events: Iterable[FetchEvent], pages: Mapping[str, ListPage | None]) -> list[Walk]:
    """Every walk the archive tells of, by scope, window and number.

    `pages`: list pages by the SHA-256 of their bytes, None where the bytes could not be read as a list. A page that a
    crash made us fetch twice counts once, as it was last seen.
    """
    tries: dict[tuple[str, str, int], list[FetchEvent]] = defaultdict(list)
    shown: dict[str, str] = {}  # when a list first had items
    for event in events:
        if event.kind == "list" and event.source == facts.source:
            tries[event.scope, event.window, event.walk].append(event)
            page = pages.get(event.raw_sha256 or "") if event.outcome == "ok" else None
            if page and page.items:
                shown[event.scope] = min(event.fetched_at, shown.get(event.scope, event.fetched_at))
    return [_replay(facts, key, tries[key], pages, shown.get(key[0])) for key in sorted(tries)]


def _replay(
    facts: SourceFacts,
    key: tuple[str, str, int],
    events: Sequence[FetchEvent],
    pages: Mapping[str, ListPage | None],
    shown: str | None,
) -> Walk:
    scope, window, number = key
    walk = Walk(facts.source, scope, window, number)
    ordered = sorted(events, key=lambda e: (e.fetched_at, e.segment or "", e.offset or 0))
    read: dict[int, tuple[FetchEvent, ListPage]] = {}
    for event in ordered:
        page = pages.get(event.raw_sha256 or "") if event.outcome == "ok" else None
        if page is not None and event.page is not None:
            read[event.page] = (event, page)
    seen: set[str] = set()
    for page_number in range(1, len(read) + 1):
        if page_number not in read:
            break
        event, page = read[page_number]
        ids = {item.source_id for item in page.items}
        had = shown is not None and shown < event.fetched_at
        walk = advance(walk, facts, event, page, len(ids - seen), had=had)
        seen |= ids
    if walk.state == "open" and ordered[-1].outcome == "blocked":
        return blocked(walk)
    return walk


def ledger(
    facts: SourceFacts,
    walks: Sequence[Walk],
    listed: Mapping[tuple[str, date], int],
    still_open: Mapping[tuple[str, date], Counter[str]],
    adrift: Mapping[tuple[str, date], int],
) -> list[CoverageDayRow]:
    """One row for each day that some walk of the source was to cover; a day without a row was not looked at.

    `listed` and `still_open` count items by (scope, publication day); the latter by `pending` and `quarantined`.
    `adrift`: open items that may have been published on a day, and whose own day nobody knows.
    """
    best: dict[tuple[str, date], Walk] = {}
    for walk in walks:
        for day in days(*bounds(walk.window)):
            key = (walk.scope, day)
            if key not in best or _better(walk, best[key], day):
                best[key] = walk
    silent = _silent_days(facts, {day for _, day in best}, {day for (_, day), n in listed.items() if n})
    return [
        _row(facts, key, best[key], listed.get(key, 0), still_open.get(key, Counter()), adrift.get(key, 0), silent)
        for key in sorted(best)
    ]


def undated(
    facts: SourceFacts, events: Iterable[FetchEvent], pages: Mapping[str, ListPage | None]
) -> dict[str, tuple[date, date]]:
    """First and last day on which each listed item without a date may have been published, the closest that is known.

    A list that is asked for a window says so much; on one that runs down from the newest, the neighbours say more.
    """
    found: dict[str, tuple[date, date]] = {}
    for event in events:
        page = pages.get(event.raw_sha256 or "") if event.kind == "list" and event.outcome == "ok" else None
        for source_id, between in _between(facts, event.window, page.items) if page else ():
            found[source_id] = min(between, found.get(source_id, between), key=lambda b: (b[1] - b[0], b))
    return found


def _between(facts: SourceFacts, window: str, items: Sequence[Record]) -> Iterator[tuple[str, tuple[date, date]]]:
    if all(item.published_at for item in items):
        return
    first, last = bounds(window)
    given = [date.fromisoformat(item.published_at[:10]) if item.published_at else None for item in items]
    for at, item in enumerate(items):
        if given[at] is None:
            newest_first = facts.paging == "newest_first"
            above = next((day for day in reversed(given[:at]) if day), last) if newest_first else last
            below = next((day for day in given[at:] if day), first) if newest_first else first
            yield item.source_id, (max(first, min(above, below)), min(last, max(above, below)))


def _closes(walk: Walk, day: date) -> bool:
    return walk.state == "complete" and walk.began_on is not None and walk.began_on > day


def _better(new: Walk, old: Walk, day: date) -> bool:
    """A walk that closes the day beats one that does not; of two that do, the first counts (publication lag)."""
    closes = _closes(new, day)
    if closes != _closes(old, day):
        return closes
    earlier = (new.began or "", new.walk) < (old.began or "", old.walk)
    return earlier if closes else not earlier


def _silent_days(facts: SourceFacts, looked: set[date], busy: set[date]) -> set[date]:
    """Days inside a run without any item in any scope that is longer than the source's rhythm allows."""
    if facts.max_silent_days is None:
        return set()
    silent: set[date] = set()
    run: list[date] = []
    for day in [*sorted(looked), None]:
        if run and (day is None or day in busy or (day - run[-1]).days > 1):
            silent.update(run if len(run) > facts.max_silent_days else ())
            run = []
        if day is not None and day not in busy:
            run.append(day)
    return silent


def _row(
    facts: SourceFacts,
    key: tuple[str, date],
    walk: Walk,
    listed: int,
    open_items: Counter[str],
    adrift: int,
    silent: set[date],
) -> CoverageDayRow:
    scope, day = key
    state, reason = _state(facts, walk, day, open_items + Counter({"open without a date": adrift}), day in silent)
    lag = float((walk.began_on - day).days) if _closes(walk, day) and walk.began_on else None
    return CoverageDayRow(
        source=facts.source,
        scope=scope,
        day=day.isoformat(),
        state=state,
        listed=listed,
        open_items=open_items.total(),
        reason=reason,
        lag_days=lag,
    )


def _state(facts: SourceFacts, walk: Walk, day: date, open_items: Counter[str], silent: bool) -> tuple[str, str | None]:
    if facts.ended and day.isoformat() > facts.ended:
        return "ended", f"the source ended on {facts.ended}"
    if walk.state != "complete":
        state = "blocked" if walk.reason == blocked(walk).reason else "partial"
        return state, (walk.reason if walk.state != "open" else None) or "the walk did not reach its end"
    if not _closes(walk, day):
        return "partial", "looked at before the day was over"
    if open_items:
        return "partial", ", ".join(f"{n} {what}" for what, n in sorted(open_items.items()))
    if silent:
        return "silent", f"no item for more than {facts.max_silent_days} days"
    return "complete", walk.reason
