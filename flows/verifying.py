"""Verifying a source: a live look at it, in a home of its own, against what its YAML declares.

`verify` asks for robots.txt, the first page of each list and some items of each, parses them as any run would, and says
what held; `keep` puts that into HOME/reports/verified/. A source whose requirements held may be called verified.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from crawlers.glancing import Glance, glance
from crawlers.job import Counts
from crawlers.sources import Scope, Source
from db.home import Home, write_atomically
from db.reporting import Current
from etl import documents
from etl.records import ListPage, SourceFacts
from etl.records.rows import DocumentRow, QuarantineRow
from etl.redact import redact
from etl.walks import CHINA
from flows.progress import Progress, silent
from flows.reports.standing import contents, masked
from flows.verification import Evidence, Looked, Refusal, Row, Said, Verification, checks

if TYPE_CHECKING:
    from jinja2 import Template

#: Items fetched from each list; days looked at where a source does not say how long its windows are, and at the most.
SAMPLE, DAYS, YEAR = 3, 31, 366
_UNKNOWN = re.compile(r"\bunknown (?:label|code)s?\b")
_TEMPLATE = Path(__file__).with_name("verification.html.j2")


def verify(
    source: Source,
    home: Home,
    *,
    sample: int = SAMPLE,
    since: date | None = None,
    until: date | None = None,
    portal: str | None = None,
    progress: Progress = silent,
) -> Verification:
    """Look at a source and report; `home` only lends its leases. `portal` as in `crawlers.crawl`.

    A list asked for by days is looked at for one window, and for a year where that one is empty. Rules that put items
    out of scope are left aside: any item shows whether its page can be read. Raises UsageError without FINCITY_CONTACT,
    FincityError when the site is being crawled or wants to be left alone.
    """
    began = datetime.now(CHINA)
    last = until or source.ended or began.date()
    found = _Found()
    for first in _beginnings(source, since, last):
        scopes = tuple(scope for scope in source.scopes if found.wants(scope.name))
        if not scopes:
            break
        whole = {"out_of_scope": (), "scopes": scopes, "window_days": max(1, (last - first).days + 1)}
        looked_at = source.model_copy(update=whole)

        def told(counts: Counts) -> None:
            progress(f"verify {source.id}", counts.requests, None)

        with glance(looked_at, first, last, beside=home, sample=sample, portal=portal, progress=told) as seen:
            found.add(seen, _lists(looked_at.facts, scopes, seen))
    return _verification(source, found, began)


def _beginnings(source: Source, since: date | None, last: date) -> list[date]:
    """First days of the windows to look at, one after the other. Lists walked from the newest down have no window."""
    if since:
        return [since]
    if source.paging == "newest_first":
        return [min(source.start, last)]
    return [last - timedelta(days=days - 1) for days in (source.window_days or DAYS, YEAR)]


def keep(home: Home, found: Verification) -> Path:
    """Write JSON and page of a verification; the path of the page. A second one of the same second takes its place."""
    folder = home.reports / "verified"
    folder.mkdir(parents=True, exist_ok=True)
    began = datetime.fromisoformat(found.began)
    page = folder / f"{found.source}-{began:%Y-%m-%dT%H%M%S}.html"
    write_atomically(page.with_suffix(".json"), json.dumps(asdict(found), ensure_ascii=False, indent=1).encode())
    write_atomically(page, _template().render(found=found).encode())
    return page


def mark(path: Path, day: str) -> None:
    """Write `verified: DAY` (ISO 8601) into a source's YAML and leave every other line as it is."""
    text = path.read_text(encoding="utf-8")
    line = f"verified: {day}"
    marked, times = re.subn(r"^verified:\s*[\w-]+", line, text, count=1, flags=re.MULTILINE)
    write_atomically(path, (marked if times else f"{text.rstrip()}\n{line}\n").encode())


@cache
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(_TEMPLATE.read_text(encoding="utf-8"))


# -- what the look brought ---------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Found:
    """What the looks so far brought: each list as last seen, and their counts together."""

    lists: dict[str, Evidence] = field(default_factory=dict)
    robots: str = ""
    forbidden: bool = False
    stopped: str | None = None
    requests: int = 0
    seconds: float = 0.0

    def wants(self, scope: str) -> bool:
        """Whether a list was not looked at yet, or was read and had nothing in its window."""
        one = self.lists.get(scope)
        return one is None or (one.page is not None and not one.page.items)

    def add(self, seen: Glance, lists: Iterable[Evidence]) -> None:
        """What another look brought."""
        counts = seen.report.counts
        self.lists |= {one.looked.scope: one for one in lists}
        self.robots, self.forbidden = seen.robots(), self.forbidden or bool(counts.robots)
        self.stopped = self.stopped or (redact(counts.stopped) if counts.stopped else None)
        self.requests += counts.requests
        self.seconds = round(self.seconds + counts.seconds, 3)


def _verification(source: Source, found: _Found, began: datetime) -> Verification:
    lists = [found.lists[scope.name] for scope in source.scopes]
    rows = [row for one in lists for row in one.rows]
    read = contents(_current(row) for row in rows if isinstance(row, DocumentRow))
    counted = Counter({one.warning: one.documents for one in read.warnings()})
    counted.update(masked(text) for one in lists if one.page for text in one.page.warnings)
    said = [Said(text, number) for text, number in counted.most_common()]
    made = tuple(checks(source, found.robots, not found.forbidden, found.stopped, lists))
    return Verification(
        source=source.id,
        family=source.family,
        title=source.title,
        synthetic=source.synthetic,
        began=began.isoformat(timespec="seconds"),
        version=version("fincity"),
        robots=found.robots,
        requests=found.requests,
        seconds=found.seconds,
        holds=all(check.holds for check in made if check.required),
        checks=made,
        lists=tuple(one.looked for one in lists),
        fills=read.fills(),
        unknown=tuple(one for one in said if _UNKNOWN.search(one.text)),
        warnings=tuple(one for one in said if not _UNKNOWN.search(one.text)),
        refused=tuple(Refusal(r.source_id, r.reason, redact(r.detail)) for r in rows if isinstance(r, QuarantineRow)),
    )


def _lists(facts: SourceFacts, scopes: Iterable[Scope], seen: Glance) -> list[Evidence]:
    """Each list with its items; an item counts for the list it was fetched for."""
    looks = [_look(facts, seen, scope.name) for scope in scopes]
    items = list(_items(facts, seen, [page for _, page in looks if page]))
    failed = [e for e in seen.events if e.kind == "detail" and e.outcome != "ok"]
    return [
        Evidence(
            looked,
            page,
            tuple(row for scope, row in items if scope == looked.scope),
            tuple(replace(e, detail=redact(e.detail or "")) for e in failed if e.scope == looked.scope),
        )
        for looked, page in looks
    ]


def _look(facts: SourceFacts, seen: Glance, scope: str) -> tuple[Looked, ListPage | None]:
    """What the last attempt at a list's first page brought."""
    event = next((e for e in reversed(seen.events) if e.kind == "list" and e.scope == scope), None)
    if event is None:
        return Looked(scope, "", "", "not asked", problem=seen.problem() or "the look ended before it"), None
    if event.outcome != "ok":
        return Looked(scope, event.url, event.window, event.outcome, problem=redact(event.detail or "")), None
    row = documents.list_row(facts, event, seen.body(event))
    page = documents.list_page(row)
    items = page.items if page else ()
    dated = sum(item.published_at is not None for item in items)
    problem = redact(row.error) if row.error else None
    return Looked(scope, event.url, event.window, "ok", len(items), dated, row.listed, row.pages, problem), page


def _items(facts: SourceFacts, seen: Glance, pages: Iterable[ListPage]) -> Iterator[tuple[str, Row]]:
    """Every fetched item as parsed, after the list it was fetched for."""
    said = documents.hints(pages)
    for capture in documents.captured(seen.events):
        told = replace(capture, listed=said.get(capture.source_id))
        parts = [seen.body(part) for part in capture.parts]
        yield capture.event.scope, documents.detail_row(facts, told, seen.body(capture.event), parts)


def _current(row: DocumentRow) -> Current:
    return Current(row.source, row.source_id, row.kind, row.notice_type, row.title, row.url, row.parser, row.record)
