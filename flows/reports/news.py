"""What is otherwise than in the last report: documents, days, fields, lag, silence, warnings. Pure functions.

A template that changed shows first in what is new: among ten thousand old documents the fill rate hardly moves. So the
documents that came since the last report are compared with those that were there before.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from etl.coverage import days
from etl.walks import bounds
from flows.reports.model import Covered, Fill, Lag, News, Standing, Stretch, Task, Warned

#: Points by which the share of documents with a field may fall: among all, and among those that are new.
DROP_ALL, DROP_NEW = 0.05, 0.20
#: Fewer new documents than this say nothing about a template.
ENOUGH = 10
#: Days by which the ninth decile of the publication lag may grow.
SLOWER = 2.0


@dataclass(frozen=True, slots=True)
class Compared:
    """What changed, in sentences; what of it asks for a look; source and wording of warnings that are new."""

    news: tuple[News, ...] = ()
    tasks: tuple[Task, ...] = ()
    fresh: frozenset[tuple[str, str]] = frozenset()


def compare(now: Standing, last: Standing) -> Compared:
    """How a standing differs from an earlier one."""
    if now.key == last.key:
        return Compared()
    drops = list(_drops(now.fills, last.fills))
    slower = list(_slower(now.lags, last.lags))
    fresh = _fresh(now.warned, last.warned)
    news = [
        *_documents(now, last),
        *_days(now.covered, last.covered),
        *(News(t.kind, t.source, t.what) for t in (*drops, *slower)),
        *(News("warning", w.source, f"new warning: {w.warning} ({w.documents} pages)") for w in fresh),
        *_gone(now.warned, last.warned),
    ]
    return Compared(tuple(news), (*drops, *slower), frozenset((w.source, w.warning) for w in fresh))


def _documents(now: Standing, last: Standing) -> Iterator[News]:
    before, after = (_by_source((f.source, f.documents) for f in s.fills) for s in (last, now))
    held, holds = (_by_source((r.source, r.inputs) for r in s.refused) for s in (last, now))
    for source in sorted({*before, *after, *held, *holds}):
        more, stuck = after[source] - before[source], holds[source] - held[source]
        if more:
            yield News("documents", source, f"{more:+d} documents: {before[source]}, now {after[source]}")
        if stuck:
            yield News("quarantine", source, f"{stuck:+d} in quarantine: {held[source]}, now {holds[source]}")


def _by_source(numbers: Iterable[tuple[str, int]]) -> Counter[str]:
    found: Counter[str] = Counter()
    for source, number in numbers:
        found[source] += number
    return found


# -- days --------------------------------------------------------------------------------------------------------------


def _days(now: Iterable[Covered], last: Iterable[Covered]) -> Iterator[News]:
    """Days whose state changed, by source, scope and change."""
    before = {(c.source, c.scope): c for c in last}
    for covered in now:
        old = before.get((covered.source, covered.scope))
        if old and old.stretches == covered.stretches:
            continue
        for (was, is_), changed in sorted(_changed(covered.stretches, old.stretches if old else ()).items()):
            kind = is_ if is_ in ("silent", "blocked") else "days"
            span = changed[0] if len(changed) == 1 else f"{changed[0]} to {changed[-1]}"
            yield News(kind, covered.source, f"{covered.scope}: {len(changed)} days {was} -> {is_} ({span})")


def _changed(now: Iterable[Stretch], last: Iterable[Stretch]) -> Mapping[tuple[str, str], list[str]]:
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    before = dict(_by_day(last))
    for day, state in _by_day(now):
        was = before.get(day, "not_looked")
        if was != state:
            found[was, state].append(day)
    return found


def _by_day(stretches: Iterable[Stretch]) -> Iterator[tuple[str, str]]:
    for stretch in stretches:
        for day in days(*bounds(f"{stretch.first}/{stretch.last}")):
            yield day.isoformat(), stretch.state


# -- fields, lag, warnings ---------------------------------------------------------------------------------------------


def _drops(now: Iterable[Fill], last: Iterable[Fill]) -> Iterator[Task]:
    before = {(f.source, f.parser, f.kind, f.stage): f for f in last}
    for fill in now:
        old = before.get((fill.source, fill.parser, fill.kind, fill.stage))
        for name, filled in fill.filled.items() if old else ():
            assert old
            if said := _drop(filled, fill.documents, old.filled.get(name, 0), old.documents):
                what = f"{name} of {fill.stage or fill.kind}: {said}"
                do = f"open a new page and compare it with tests/pages/{fill.parser}: did the template change?"
                yield Task("warn", "template", fill.source, what, fill.documents, do)


def _drop(filled: int, documents: int, old_filled: int, old_documents: int) -> str | None:
    """How a field's share fell, in words; None when it did not fall by much."""
    if not old_documents or not documents:
        return None
    share, old_share = filled / documents, old_filled / old_documents
    new = documents - old_documents
    if new >= ENOUGH and old_share - (new_share := max(0, filled - old_filled) / new) > DROP_NEW:
        return f"in {new_share:.0%} of the {new} new documents, {old_share:.0%} of those before"
    if old_share - share > DROP_ALL:
        return f"{old_share:.0%} of the documents before, {share:.0%} now"
    return None


def _slower(now: Iterable[Lag], last: Iterable[Lag]) -> Iterator[Task]:
    before = {lag.source: lag.p90 for lag in last}
    for lag in now:
        old = before.get(lag.source)
        if lag.p90 is not None and old is not None and lag.p90 - old > SLOWER:
            what = f"nine of ten days are seen within {lag.p90:g} days of publication, {old:g} before"
            do = "refresh daily; `fincity plan` says if the site's delay leaves time for it"
            yield Task("warn", "lag", lag.source, what, lag.days, do)


def _fresh(now: Iterable[Warned], last: Iterable[Warned]) -> list[Warned]:
    before = {(w.source, w.warning) for w in last}
    return [w for w in now if (w.source, w.warning) not in before]


def _gone(now: Iterable[Warned], last: Iterable[Warned]) -> Iterator[News]:
    there = {(w.source, w.warning) for w in now}
    for warned in last:
        if (warned.source, warned.warning) not in there:
            yield News("warning", warned.source, f"no longer warned of: {warned.warning}")
