"""Verifying a source: a live look at it, in a home of its own, against what its YAML declares.

`verify` asks for robots.txt, the first page of each list and some items of each, parses them as any run would, and says
what held; `keep` puts that into HOME/reports/verified/. A source whose requirements held may be called verified.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from datetime import date, datetime, timedelta
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from crawlers.glancing import Glance, glance
from crawlers.sources import Scope, Source
from db.home import Home, write_atomically
from db.reporting import Current
from etl import documents
from etl.records import ListPage, SourceFacts
from etl.records.rows import DocumentRow, QuarantineRow
from etl.redact import redact
from etl.walks import CHINA
from flows.progress import Progress, silent
from flows.reports.standing import contents
from flows.verification import Evidence, Looked, Refusal, Row, Said, Verification, checks

if TYPE_CHECKING:
    from jinja2 import Template

#: Items fetched from each list; days looked at where a source does not say how long its windows are.
SAMPLE, DAYS = 3, 31
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

    Rules that put items out of scope are left aside: any item shows whether its page can be read. Raises UsageError
    without FINCITY_CONTACT, FincityError when the site is being crawled or wants to be left alone.
    """
    began = datetime.now(CHINA)
    last = until or source.ended or began.date()
    first = since or last - timedelta(days=(source.window_days or DAYS) - 1)
    whole = source.model_copy(update={"out_of_scope": (), "window_days": max(1, (last - first).days + 1)})

    def told(counts: object) -> None:
        progress(f"verify {source.id}", getattr(counts, "requests", 0), None)

    with glance(whole, first, last, beside=home, sample=sample, portal=portal, progress=told) as seen:
        return _verification(source, whole.facts, seen, began)


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


def _verification(source: Source, facts: SourceFacts, seen: Glance, began: datetime) -> Verification:
    lists = _lists(facts, source.scopes, seen)
    rows = [row for one in lists for row in one.rows]
    read = contents(_current(row) for row in rows if isinstance(row, DocumentRow))
    said = [Said(one.warning, one.documents) for one in read.warnings()]
    said += [Said(redact(text), 1) for one in lists if one.page for text in one.page.warnings]
    counts, robots = seen.report.counts, seen.robots()
    stopped = redact(counts.stopped) if counts.stopped else None
    made = tuple(checks(source, robots, not counts.robots, stopped, lists))
    return Verification(
        source=source.id,
        family=source.family,
        title=source.title,
        synthetic=source.synthetic,
        began=began.isoformat(timespec="seconds"),
        since=seen.report.since,
        until=seen.report.until,
        version=version("fincity"),
        robots=robots,
        requests=counts.requests,
        seconds=counts.seconds,
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
    looks = [(scope.name, *_look(facts, seen, scope.name)) for scope in scopes]
    items = list(_items(facts, seen, [page for *_, page, _ in looks if page]))
    failed = [e for e in seen.events if e.kind == "detail" and e.outcome != "ok"]
    return [
        Evidence(
            looked,
            page,
            window,
            tuple(row for scope, row in items if scope == name),
            tuple(replace(event, detail=redact(event.detail or "")) for event in failed if event.scope == name),
        )
        for name, looked, page, window in looks
    ]


def _look(facts: SourceFacts, seen: Glance, scope: str) -> tuple[Looked, ListPage | None, str]:
    """What the last attempt at a list's first page brought, and the days that were asked for."""
    event = next((e for e in reversed(seen.events) if e.kind == "list" and e.scope == scope), None)
    if event is None:
        return Looked(scope, "", "not asked", problem=seen.problem() or "the look ended before it"), None, ""
    if event.outcome != "ok":
        return Looked(scope, event.url, event.outcome, problem=redact(event.detail or "")), None, event.window
    row = documents.list_row(facts, event, seen.body(event))
    page = documents.list_page(row)
    items = page.items if page else ()
    dated = sum(item.published_at is not None for item in items)
    problem = redact(row.error) if row.error else None
    return Looked(scope, event.url, "ok", len(items), dated, row.listed, row.pages, problem), page, event.window


def _items(facts: SourceFacts, seen: Glance, pages: Iterable[ListPage]) -> Iterator[tuple[str, Row]]:
    """Every fetched item as parsed, after the list it was fetched for."""
    said = documents.hints(pages)
    for capture in documents.captured(seen.events):
        told = replace(capture, listed=said.get(capture.source_id))
        parts = [seen.body(part) for part in capture.parts]
        yield capture.event.scope, documents.detail_row(facts, told, seen.body(capture.event), parts)


def _current(row: DocumentRow) -> Current:
    return Current(row.source, row.source_id, row.kind, row.notice_type, row.title, row.url, row.parser, row.record)
