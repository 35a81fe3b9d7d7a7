"""How things stand: rows of the warehouse and of the frontier, counted into the parts of a report. Pure functions.

Texts that come from pages (titles, warnings, details) are redacted here once more, and numbers in warnings become #, so
that the same trouble on many pages is one line.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from itertools import groupby
from operator import attrgetter
from statistics import median
from typing import Any

from db.reporting import Cells, Current, Fate, OddList, Waiting
from etl.catalogue import Frame, Indicator
from etl.records.rows import CoverageDayRow, QuarantineRow
from etl.redact import redact
from flows.reports.model import Covered, Example, Fill, Framed, Lag, Queued, Refused, Stretch, Tally, Warned

#: Which fields of which kind of document are counted, and how each is found in a record.
FIELDS: dict[str, tuple[str, ...]] = {
    "notice": ("purchaser", "suppliers", "amount", "date", "code"),
    "policy": ("number", "issuers", "date", "text"),
    "report": ("place", "year", "date", "text"),
}
_PLAIN = {
    "purchaser": "purchaser",
    "date": "published_at",
    "code": "project_code",
    "number": "doc_number",
    "issuers": "issuers",
    "text": "text",
    "place": "place_code",
    "year": "year",
}
#: What stands for the parser of a warning about a list page.
LISTS = "lists"
#: Different wordings kept of one thing; what is beyond is counted together.
WORDINGS = 20
LONGEST = 200
#: Parts of a wording that differ from page to page: hashes, numbers outside quotation marks, values in brackets at the
#: end or after "says" and "shows". What stands between quotation marks (a code, a field) is what a warning is about.
_KEPT = r"(?P<kept>'[^']*'|HTTP \d{3})"
_VARIES = re.compile(
    _KEPT + r"|(?P<verb>\b(?:says|shows)) [^,]*(?=,|$)|\([^()]*\)$|\b[0-9a-f]{16,}\b|\d+(?:[.,:：/-]\d+)*"
)


@lru_cache(maxsize=4096)
def masked(text: str) -> str:
    """A wording without what differs from page to page: personal data, numbers, values."""
    plain = _VARIES.sub(_constant, " ".join(redact(text).split()))
    return plain if len(plain) <= LONGEST else plain[: LONGEST - 1] + "…"


def _constant(varying: re.Match[str]) -> str:
    if varying["kept"]:
        return varying["kept"]
    if varying["verb"]:
        return f"{varying['verb']} …"
    return "(…)" if varying[0].startswith("(") else "#"


def _counted(said: Iterable[tuple[str | None, int]]) -> dict[str, int]:
    """Numbers by masked wording, the most frequent first; their sum is that of the numbers given."""
    counter: Counter[str] = Counter()
    for text, number in said:
        counter[masked(text or "no reason given")] += number
    ordered = sorted(counter.items(), key=lambda item: (-item[1], item[0]))
    kept = dict(ordered[:WORDINGS])
    if rest := sum(number for _, number in ordered[WORDINGS:]):
        kept["(other wordings)"] = rest
    return kept


def tallies(fates: Sequence[Fate], listed: Mapping[tuple[str, str], int]) -> tuple[Tally, ...]:
    """What became of the listed items, by source and scope."""
    by_scope: dict[tuple[str, str], list[Fate]] = defaultdict(list)
    for fate in fates:
        by_scope[fate.source, fate.scope].append(fate)
    found = []
    for (source, scope), mine in sorted(by_scope.items()):
        said = {state: [(f.reason, f.items) for f in mine if f.state == state] for state in {f.state for f in mine}}
        parsed, quarantined = (sum(items for _, items in said.get(s, ())) for s in ("parsed", "quarantined"))
        why = [_counted(said.get(state, ())) for state in ("out_of_scope", "pending")]
        found.append(Tally(source, scope, listed.get((source, scope), 0), parsed, quarantined, *why))
    return tuple(found)


def covered(days: Iterable[CoverageDayRow]) -> tuple[Covered, ...]:
    """The ledger by source and scope; `days` are ordered by source, scope and day."""
    found = []
    for (source, scope), rows in groupby(days, attrgetter("source", "scope")):
        mine = list(rows)
        found.append(Covered(source, scope, dict(sorted(Counter(r.state for r in mine).items())), _stretches(mine)))
    return tuple(found)


def _stretches(days: Sequence[CoverageDayRow]) -> tuple[Stretch, ...]:
    found: list[Stretch] = []
    for row in days:
        last = found[-1] if found else None
        if last and (last.state, last.reason) == (row.state, row.reason) and _next(last.last) == row.day:
            found[-1] = Stretch(last.first, row.day, row.state, row.reason)
        else:
            found.append(Stretch(row.day, row.day, row.state, row.reason))
    return tuple(found)


def _next(day: str) -> str:
    return (date.fromisoformat(day) + timedelta(days=1)).isoformat()


def lags(days: Iterable[CoverageDayRow]) -> tuple[Lag, ...]:
    """Publication lag by source. Collecting began on the day of the first walk that closed a day."""
    by_source: dict[str, list[tuple[date, float]]] = defaultdict(list)
    for row in days:
        if row.lag_days is not None:
            by_source[row.source].append((date.fromisoformat(row.day), row.lag_days))
    return tuple(_lag(source, by_source[source]) for source in sorted(by_source))


def _lag(source: str, closed: Sequence[tuple[date, float]]) -> Lag:
    began = min(day + timedelta(days=lag) for day, lag in closed)
    fresh = sorted(lag for day, lag in closed if day >= began)
    p90 = fresh[max(0, -(-9 * len(fresh) // 10) - 1)] if fresh else None
    return Lag(source, len(fresh), median(fresh) if fresh else None, p90, len(closed) - len(fresh))


@dataclass(slots=True)
class Contents:
    """What the documents hold: filled fields by source, parser, kind and stage; warnings with one document each."""

    documents: Counter[tuple[str, str, str, str | None]] = field(default_factory=Counter)
    filled: dict[tuple[str, str, str, str | None], Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    warned: dict[tuple[str, str, str], tuple[int, Example]] = field(default_factory=dict)

    def add(self, document: Current) -> None:
        """Count one document."""
        record = json.loads(document.record)
        key = (document.source, document.parser, document.kind, document.notice_type)
        self.documents[key] += 1
        self.filled[key].update(_filled(document.kind, record))
        self._warn(document.source, document.parser, record.get("warnings") or (), lambda: _example(document))

    def add_list(self, page: OddList) -> None:
        """Count what was odd on a list page; its example is named by the hash of its bytes."""
        said = [*json.loads(page.warnings), *([f"unreadable: {page.error}"] if page.error else [])]
        self._warn(page.source, LISTS, said, lambda: Example(page.source, page.raw_sha256))

    def _warn(self, source: str, parser: str, said: Iterable[str], example: Callable[[], Example]) -> None:
        for warning in {masked(w) for w in said}:
            number, first = self.warned.get((source, parser, warning)) or (0, example())
            self.warned[source, parser, warning] = (number + 1, first)

    def fills(self) -> tuple[Fill, ...]:
        """Field fill rates, every counted field present."""
        order = sorted(self.documents, key=lambda key: tuple(part or "" for part in key))
        return tuple(Fill(*k, self.documents[k], {f: self.filled[k][f] for f in FIELDS.get(k[2], ())}) for k in order)

    def warnings(self) -> tuple[Warned, ...]:
        """Warnings, the most frequent first."""
        order = sorted(self.warned.items(), key=lambda item: (-item[1][0], item[0]))
        return tuple(Warned(*key, number, example) for key, (number, example) in order)


def contents(documents: Iterable[Current], lists: Iterable[OddList] = ()) -> Contents:
    """What the current documents hold, and what was odd on the lists."""
    found = Contents()
    for document in documents:
        found.add(document)
    for page in lists:
        found.add_list(page)
    return found


def _example(document: Current) -> Example:
    return Example(document.source, document.source_id, document.title and redact(document.title), document.url)


def _filled(kind: str, record: Mapping[str, Any]) -> Iterator[str]:
    lots = record.get("lots") or ()
    for name in FIELDS.get(kind, ()):
        if name == "suppliers":
            there = any(lot.get("suppliers") for lot in lots)
        elif name == "amount":
            there = any(lot.get("amount_yuan") is not None for lot in lots)
        else:
            there = record.get(_PLAIN[name]) not in (None, "", [])
        if there:
            yield name


def refused(quarantine: Iterable[QuarantineRow]) -> tuple[Refused, ...]:
    """Quarantine by source, parser and reason, the most frequent first."""
    groups: dict[tuple[str, str, str], list[QuarantineRow]] = defaultdict(list)
    for row in quarantine:
        groups[row.source, row.parser, row.reason].append(row)
    found = [
        Refused(*key, len(rows), redact(rows[0].detail)[:LONGEST], _refused_example(rows[0]))
        for key, rows in groups.items()
    ]
    return tuple(sorted(found, key=lambda r: (-r.inputs, r.source, r.parser, r.reason)))


def _refused_example(row: QuarantineRow) -> Example:
    return Example(row.source, row.source_id, None, row.url)


def framed(
    cells: Iterable[Cells], indicators: Mapping[str, Indicator], frames: Mapping[str, Frame]
) -> tuple[Framed, ...]:
    """Completeness of each frame by year; of its indicators the most complete one tells, the others lack more."""
    best: dict[tuple[str, int], Cells] = {}
    for row in cells:
        if row.indicator in indicators and row.mean > 0:
            key = (indicators[row.indicator].frame, row.year)
            if key not in best or row.mean > best[key].mean:
                best[key] = row
    return tuple(
        Framed(frame, frames[frame].title, year, round(c.mean, 6), round(c.lowest, 6), c.complete, c.cells)
        for (frame, year), c in sorted(best.items())
    )


def queued(waiting: Iterable[Waiting]) -> tuple[Queued, ...]:
    """The frontier by source, kind, state and masked error."""
    groups: dict[tuple[str, str, str, str], tuple[int, str]] = {}
    for row in waiting:
        key = (row.source, row.kind, row.state, masked(row.error) if row.error else "")
        number, example = groups.get(key, (0, row.example))
        groups[key] = (number + row.tasks, min(example, row.example))
    return tuple(Queued(*key[:3], key[3] or None, *groups[key]) for key in sorted(groups))
