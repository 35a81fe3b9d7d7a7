"""From a report's numbers to tasks: what a person should look at, with one example and what to do about it.

Every kind of task has a section of its name in docs/operations.md.
"""

from __future__ import annotations

import re
import shlex
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from itertools import groupby
from operator import attrgetter

from db.volumes import Volume
from flows.reports.model import Crawled, Refused, RunReport, Standing, Stretch, Tally, Task, Warned
from flows.reports.news import Compared

#: Kinds of tasks, in the order in which they are shown; each is a heading of docs/operations.md.
KINDS = {
    "crawl": "Crawl failed",
    "blocked": "Blocked",
    "check": "Check failed",
    "bounds": "Bounds broken",
    "counts": "Counts do not add up",
    "quarantine": "Quarantine",
    "silent": "Silent source",
    "partial": "Half-read lists",
    "pending": "Not fetched",
    "template": "Template change",
    "warning": "Warnings of the parser",
    "lag": "Lag growing",
    "problem": "What did not fit",
}
_ORDER = {"fail": 0, "warn": 1, "note": 2}
_REPLAY = "then `fincity quarantine replay`"
_FIXED = f"compare the page with tests/pages/{{parser}}; teach the parser, raise its VERSION, {_REPLAY}"
#: What to do about a reason for quarantine; `{parser}` is the family.
REASONS = {
    "blocked": "the site answered with a block page: leave it alone for a day, then crawl again",
    "body_missing": f"look at the page: if it has a text, the template changed; teach the parser, {_REPLAY}",
    "redirect_stub": "the page only points to an attachment or another site: nothing to do if the site has it so",
    "unreadable_encoding": f"set `encoding:` in the source's YAML, {_REPLAY}",
    "other_document": "the site answered with another page than asked for: check the detail address in the YAML",
    "parts_missing": "a page of the document was not fetched: crawl the source again",
    "too_large": "no notice is that large: look at the page; nothing to do if it is none",
    "nested_too_deep": "no notice is nested so deep: look at the page; nothing to do if it is none",
}
_OF_FILES = re.compile(r"^(?:place_|year_|bad_row|no_rows|no_text_column|unsupported_format|unreadable_docx|empty)")
#: What to do about a warning: the first pattern that is found in it.
ADVICE = (
    (
        re.compile(r"unknown (?:label|column)|more unknown labels"),
        "add it to etl/parsers/body/labels.py (or `reading:` of the source) and raise VERSION, or the template changed",
    ),
    (re.compile(r"unknown code"), "see what the code stands for on the site, and add it to `reading:` of the source"),
    (re.compile(r"no organisation|no supplier"), "look at the page: if it names a firm, teach etl/parsers/body"),
    (re.compile(r"^copied from"), "nothing to do: the portal that wrote the notice is the better source of it"),
    (
        re.compile(r"^(?:type read|no type|no total|unreadable)"),
        "the list changed: compare it with the one in a browser",
    ),
    (
        re.compile(r"sum to|says|shows"),
        "two places of the page disagree: look which is right; the parser keeps the safer",
    ),
    (re.compile(r"from the (?:list|title|window)|not stated"), "the page lacks the field: see if its template changed"),
)
#: What to do about days in a state; the state is the kind of the task.
DAYS = {
    "silent": "look at the list by hand; if it really is empty, raise `max_silent_days` or record the source's end",
    "blocked": "wait a day, then {crawl}",
    "partial": "{crawl} walks them again; if the reason stays, compare list and total by hand",
}
_NO_GAP = re.compile(r"\d+ (?:pending|quarantined)|looked at before the day was over")
_ELSE = "open the example: if the page is as ever, teach {parser} the case; else its template changed"


def command(*words: str) -> str:
    """A command to paste; ids come from sites, so they are quoted for the shell."""
    return f"`fincity {shlex.join(words)}`".replace("\n", " ")


def see(refused: Refused) -> str:
    """The command that shows an example of what is in quarantine."""
    return command("quarantine", "show", refused.source, refused.example.source_id)


def tasks(report: RunReport, compared: Compared) -> tuple[Task, ...]:
    """All tasks of a report, the gravest first. A warning that the last report did not have is no mere note."""
    why = "the rows it names are in the release: find out how they came about"
    found = [
        *_of_crawls(report.crawls),
        *(Task("fail", "check", "", finding, 1, why) for finding in _checks(report)),
        *_of_volumes(report.volumes),
        *(_of_standing(report.standing, compared.fresh) if report.standing else ()),
        *_problems(report.problems),
        *compared.tasks,
    ]
    kinds = list(KINDS)
    return tuple(sorted(found, key=lambda t: (_ORDER[t.severity], kinds.index(t.kind), -t.count, t.source, t.what)))


def _checks(report: RunReport) -> Iterator[str]:
    """The findings that are not told more exactly by the bounds."""
    few = any(v.verdict == "few" for v in report.volumes)
    return (f for f in report.findings if not (few and "minimum a month" in f))


def _of_crawls(crawls: Iterable[Crawled]) -> Iterator[Task]:
    for crawl in crawls:
        again = f"{command('crawl', crawl.source)} goes on where it stopped"
        if crawl.error:
            yield Task("fail", "crawl", crawl.source, crawl.error, 1, f"see the message; {again}")
        elif crawl.blocked:
            what = crawl.stopped or "the site answered with a block page"
            yield Task("warn", "blocked", crawl.source, what, crawl.blocked, f"wait a day, ask more slowly; {again}")
        elif crawl.stopped:
            yield Task("warn", "crawl", crawl.source, crawl.stopped, 1, f"see if the site is up; {again}")


def _of_volumes(volumes: Iterable[Volume]) -> Iterator[Task]:
    for volume in volumes:
        if volume.verdict == "few":
            do = "see the list by hand: fewer items there too, or does the walk miss some? Then fix it or the bound"
            yield Task("fail", "bounds", volume.source, str(volume), 1, do)
        elif volume.verdict == "many":
            do = "see if the list repeats items or gained a section; raise `bounds: max` if it is right"
            yield Task("warn", "bounds", volume.source, str(volume), 1, do)


def _of_standing(standing: Standing, fresh: Collection[tuple[str, str]]) -> Iterator[Task]:
    for tally in standing.tallies:
        if tally.missing:
            what = f"{tally.scope}: {tally.missing} of {tally.listed} listed items are unaccounted for"
            yield Task("fail", "counts", tally.source, what, abs(tally.missing), f"run {command('reconcile')}")
    yield from (_of_refused(r) for r in standing.refused)
    yield from (_of_warned(w, (w.source, w.warning) in fresh) for w in standing.warned)
    yield from _of_pending(standing.tallies)
    for source, scopes in groupby(standing.covered, attrgetter("source")):
        mine = [(c.scope, s) for c in scopes for s in c.stretches]
        for state, do in DAYS.items():
            yield from _of_days(source, state, do, [(n, s) for n, s in mine if s.state == state and not _told(s)])


def _told(stretch: Stretch) -> bool:
    """Whether other tasks tell of a stretch already (items left open), or time will close it."""
    return bool(_NO_GAP.match(stretch.reason or ""))


def _of_pending(tallies: Iterable[Tally]) -> Iterator[Task]:
    """Listed items that were not fetched, a task a source."""
    for source, scopes in groupby(tallies, attrgetter("source")):
        why = Counter[str]()
        for tally in scopes:
            why.update(tally.pending)
        if why:
            most, _ = why.most_common(1)[0]
            do = f"{command('crawl', source)} tries again what may still come; look at an address by hand"
            yield Task("note", "pending", source, f"listed, but not fetched; mostly: {most}", why.total(), do)


def _of_days(source: str, kind: str, do: str, gaps: Sequence[tuple[str, Stretch]]) -> Iterator[Task]:
    """Days of a source in a state, a task for all its scopes."""
    if gaps:
        first, last = min(s.first for _, s in gaps), max(s.last for _, s in gaps)
        days = sum((date.fromisoformat(s.last) - date.fromisoformat(s.first)).days + 1 for _, s in gaps)
        scopes = ", ".join(dict.fromkeys(scope for scope, _ in gaps))
        why = max(gaps, key=lambda gap: gap[1].last)[1].reason
        what = f"{scopes}: {days} days between {first} and {last}" + (f"; last reason: {why}" if why else "")
        yield Task("warn", kind, source, what, days, do.format(crawl=command("crawl", source, "--since", first)))


def _of_refused(refused: Refused) -> Task:
    remedy = REASONS.get(refused.reason)
    if remedy is None:
        files = "correct the file or its mapping and import it again"
        remedy = files if _OF_FILES.match(refused.reason) else _FIXED.format(parser=refused.parser)
    what = f"{refused.reason}: {refused.detail}"
    return Task(
        "warn", "quarantine", refused.source, what, refused.inputs, f"{see(refused)}; {remedy}", refused.example
    )


def _of_warned(warned: Warned, new: bool) -> Task:
    do = next((said for pattern, said in ADVICE if pattern.search(warned.warning)), _ELSE.format(parser=warned.parser))
    what = f"{warned.warning} ({warned.parser})"
    return Task("warn" if new else "note", "warning", warned.source, what, warned.documents, do, warned.example)


def _problems(problems: Iterable[str]) -> Iterator[Task]:
    """What did not fit when awards were merged; many of them are one task."""
    told = list(problems)
    missing = [p for p in told if p.startswith("missing input")]
    if missing:
        do = "put the file back into archive/imports: a rebuild cannot do without"
        yield Task("warn", "problem", "", missing[0], len(missing), do)
    if rest := [p for p in told if p not in set(missing)]:
        do = "read the notices named: a correction without its award, or an award told in two ways"
        yield Task("note", "problem", "", rest[0], len(rest), do)
