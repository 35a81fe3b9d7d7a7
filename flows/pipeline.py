"""The pipeline as plain functions: crawl, import, derive, publish, refresh, rebuild. It never imports Prefect.

Each step may be killed at any instant and run again. What a step reads is in the archive; what it writes, it writes
in one transaction (warehouse) or one rename (release), so that nobody ever sees a half state.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import crawlers
from crawlers.job import Counts
from crawlers.launch import CrawlReport
from crawlers.sources import all_sources
from db import archive, builds, checks, migrate, ops, releases
from db.engine import connect
from db.home import Home
from db.upsert import Changes, sync
from db.warehouse import rows
from etl.errors import BoundBroken, FincityError, UsageError
from etl.records.rows import DocumentRow, OrganisationRow, QuarantineRow
from etl.walks import CHINA
from flows import cuts, declared, deriving, parsing, takedowns
from flows.imports import KINDS
from flows.progress import Progress, silent
from flows.reports import keeping
from flows.reports.recording import current, recorded
from flows.session import Session, opened

#: Days before today that a refresh without --since looks at again: late publications appear within them.
OVERLAP_DAYS = 30


@dataclass(frozen=True, slots=True)
class Built:
    """What deriving did: rows changed by table, inputs parsed now and in quarantine, sentences on what did not fit."""

    changes: dict[str, Changes]
    parsed_now: int
    quarantined: int
    problems: tuple[str, ...]

    @property
    def changed(self) -> bool:
        """Whether any derived row is other than before."""
        return any(self.changes.values())


@dataclass(frozen=True, slots=True)
class Published:
    """A release, and what the checks found (nothing, when all is well)."""

    release: str
    findings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a refresh did."""

    crawls: list[CrawlReport]
    built: Built
    published: Published


@dataclass(frozen=True, slots=True)
class CrawlOrder:
    """What to crawl: sources by id (none: all of this kind of home), publication days (default: the last 30).

    `sample`: only so many items a source. `portal`: the proxy that stands in for the network in a synthetic home.
    """

    sources: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    sample: int | None = None
    portal: str | None = None


def crawl(home: Home, order: CrawlOrder, *, jobs: int = 1, progress: Progress = silent) -> list[CrawlReport]:
    """Crawl sources, each in a process of its own, `jobs` sites at a time; a recorded run hears of each."""
    known = [s.id for s in all_sources() if s.synthetic == home.synthetic]
    unknown = [s for s in order.sources if s not in known]
    if unknown:
        raise UsageError(f"unknown source {unknown[0]!r} for a {home.kind} home: `fincity source list` shows them")
    until = order.until or datetime.now(CHINA).date()
    since = order.since or until - timedelta(days=OVERLAP_DAYS)
    if since > until:
        raise UsageError(f"--since {since} lies after --until {until}")

    run = current()

    def one(source: str) -> CrawlReport:
        def tell(counts: Counts) -> None:
            progress(f"crawl {source}", counts.fetched + counts.failed, counts.items or None)

        progress(f"crawl {source}", 0, None)
        try:
            done = crawlers.crawl(home, source, since, until, sample=order.sample, portal=order.portal, progress=tell)
        except FincityError as error:
            if run:
                run.crawled(source, error)
            raise
        if run:
            run.crawled(source, done)
        return done

    with ThreadPoolExecutor(max(1, jobs)) as pool:
        return list(pool.map(one, order.sources or known))


def check_kind(kind: str) -> None:
    """Raise UsageError for a kind of import there is not."""
    if kind not in KINDS:
        raise UsageError(f"cannot import {kind!r}: choose one of {', '.join(sorted(KINDS))}")


def quarantined(home: Home, made: archive.Import | None = None) -> int:
    """Inputs in quarantine now; with an import: those of its files."""
    migrate.upgrade(home)
    with connect(home) as stores, stores.warehouse.read() as conn:
        found = rows(conn, QuarantineRow)
    if made is None:
        return len(found)
    names = {file.name for file in made.files}
    return sum(row.source == declared.source_of(made) and row.url in names for row in found)


def check_import(
    kind: str, files: Sequence[tuple[str, bytes]], mapping: Mapping[str, Any], declaration: Mapping[str, Any]
) -> None:
    """Raise UsageError for a mapping or declaration that is wrong or missing, before there is a home."""
    declared.checked(kind, files, mapping, declaration)


def import_files(
    home: Home,
    kind: str,
    files: Sequence[tuple[str, bytes]],
    *,
    mapping: Mapping[str, Any] | None = None,
    declaration: Mapping[str, Any] | None = None,
) -> archive.Import:
    """Keep files in the archive as one import; `publish` makes them count.

    Raises UsageError, before anything is kept, where mapping or declaration are wrong or contradict what is there.
    """
    check_kind(kind)
    read, said = declared.checked(kind, files, mapping or {}, declaration or {})
    there = archive.Archive.of(home)
    declared.agree(archive.Import.of(kind, files, read, said), there.imports())
    return there.put_import(kind, files, mapping=read, declaration=said)


def build_panel(home: Home, *, jobs: int = 1, progress: Progress = silent) -> Built:
    """Derive everything that is stale from the archive, and make the warehouse say it."""
    with opened(home) as session:
        return _build(session, jobs, progress)


def publish(home: Home, *, progress: Progress = silent) -> Published:
    """Check the warehouse and write it as a release, which becomes the current one."""
    with opened(home) as session:
        return _publish(session, progress)


def refresh(home: Home, order: CrawlOrder | None = None, *, jobs: int = 1, progress: Progress = silent) -> Refreshed:
    """Crawl (where there is an order to), build the panel, publish: one refresh of a home at a time.

    A source that fails keeps nobody from the others' news: its error is raised once the release is written.
    """
    with recorded(home, "refresh", progress) as run, opened(home) as session:
        crawls: list[CrawlReport] = []
        failed: FincityError | None = None
        try:
            crawls = crawl(home, order, jobs=jobs, progress=run.progress) if order else []
        except UsageError:
            raise
        except FincityError as error:
            failed = error
        done = Refreshed(crawls, _build(session, jobs, run.progress), _publish(session, run.progress))
        if failed:
            raise failed
    return done


def rebuild(home: Home, *, jobs: int = 1, progress: Progress = silent) -> Refreshed:
    """Make ops and warehouse again from the archive alone, as if there had never been any, and publish."""
    with recorded(home, "rebuild", progress) as run, opened(home) as session:
        ops.rebuild(session.stores, session.archive, session.facts.values())
        deriving.clear(session.stores)
        return Refreshed([], _build(session, jobs, run.progress), _publish(session, run.progress))


def replay(home: Home, *, progress: Progress = silent) -> Refreshed:
    """Parse again what is in quarantine, whatever its recipe says, and publish."""
    with recorded(home, "replay", progress) as run, opened(home) as session:
        with session.stores.warehouse.write() as conn:
            # A file of many rows is read again whole: its good rows alone would pass for all of it.
            stale = {row.recipe for row in rows(conn, QuarantineRow)}
            sync(conn, DocumentRow, [row for row in rows(conn, DocumentRow) if row.recipe not in stale])
            sync(conn, OrganisationRow, [row for row in rows(conn, OrganisationRow) if row.recipe not in stale])
            sync(conn, QuarantineRow, ())
        return Refreshed([], _build(session, 1, run.progress), _publish(session, run.progress))


def take_down(home: Home, order: takedowns.Order, *, progress: Progress = silent) -> Refreshed:
    """Take a document down, undo that or erase its pages, and publish what remains."""
    with recorded(home, "takedown", progress) as run, opened(home) as session:
        takedowns.judge(session, order)
        keeping.forget(home, order.source, order.source_id)
        knowing = Session(home, session.stores, archive.Archive.of(home))
        return Refreshed([], _build(knowing, 1, run.progress), _publish(knowing, run.progress))


@dataclass(frozen=True, slots=True)
class Reconciled:
    """Archive and warehouse compared: `differences` is empty where the warehouse says what the archive says."""

    damages: list[str]
    missing: list[str]
    differences: list[str]


def reconcile(home: Home, *, jobs: int = 1, progress: Progress = silent) -> Reconciled:
    """Derive everything anew in memory and compare it with the warehouse, changing nothing."""
    with opened(home) as session:
        damages = [
            f"{d.segment} at {d.offset}: {'torn tail' if d.torn else 'damaged'}" for d in session.archive.damages()
        ]
        parsed = parsing.parse(session, jobs, progress, afresh=True)
        derived = deriving.derive(session, parsed, progress)
        return Reconciled(damages, parsing.missing_inputs(session), deriving.compare(session.stores, derived))


def _build(session: Session, jobs: int, progress: Progress) -> Built:
    progress("parse", 0, None)
    parsing.fold_in(session)
    for lexicon in session.lexicons.values():
        session.archive.keep_lexicon(lexicon.content)
    made_from = cuts.tables(session)
    built = _as_before(session, made_from) or _anew(session, made_from, jobs, progress)
    if run := current():
        run.built(built.changes, built.parsed_now, built.problems)
    return built


def _as_before(session: Session, made_from: str) -> Built | None:
    """What the last build did, if nothing that decides the tables has changed since, and nobody wrote to them."""
    with session.stores.warehouse.read() as conn:
        said = builds.recall(conn, "tables", made_from)
    if said is None:
        return None
    changes = {table: Changes(unchanged=count) for table, count in said["rows"].items()}
    return Built(changes, 0, said["quarantined"], tuple(said["problems"]))


def _anew(session: Session, made_from: str, jobs: int, progress: Progress) -> Built:
    parsed = parsing.parse(session, jobs, progress)
    derived = deriving.derive(session, parsed, progress)
    missing = [f"missing input: {name}" for name in parsing.missing_inputs(session)]
    quarantined, problems = len(parsed.quarantine), (*derived.problems, *missing)
    progress("store", 0, None)
    said = {"quarantined": quarantined, "problems": problems}
    return Built(deriving.store(session.stores, derived, made_from, said), parsed.parsed_now, quarantined, problems)


def _publish(session: Session, progress: Progress) -> Published:
    progress("release", 0, None)
    with session.stores.warehouse.read() as conn:
        made_from = cuts.release(session, builds.recipe_of(conn, "tables"))
        said = builds.recall(conn, "release", made_from) if made_from else None
        published = Published(said["release"], tuple(said["findings"])) if said else None
        if published is None or not releases.is_current(session.home, published.release):
            findings = checks.run(conn, session.indicators, session.facts.values())
            release = releases.write(session.home, conn, deriving.release_info(session))
            published = Published(release, tuple(str(f) for f in findings))
    if made_from and said is None:
        with session.stores.warehouse.write() as conn:
            builds.remember(conn, "release", made_from, asdict(published))
    if run := current():
        run.published(session.stores, published.release, published.findings)
    return published


def demand(done: Refreshed, quarantine_bound: int) -> None:
    """Raise BoundBroken when a check failed or more is in quarantine than declared; everything is saved already."""
    findings, quarantined = done.published.findings, done.built.quarantined
    if findings:
        raise BoundBroken(f"{len(findings)} checks failed, first: {findings[0]}")
    if quarantined > quarantine_bound:
        raise BoundBroken(
            f"{quarantined} inputs are in quarantine, {quarantine_bound} expected: `fincity quarantine list` shows why"
        )


def read_files(paths: Sequence[Path]) -> list[tuple[str, bytes]]:
    """Files as imports keep them: name (with its folder's name, which often tells the place) and bytes.

    Folders are walked; UsageError for what is not there and for folders without a file.
    """
    found: list[tuple[str, bytes]] = []
    for path in paths:
        if not path.exists():
            raise UsageError(f"{path}: no such file or folder")
        inside = (
            sorted(p for p in path.rglob("*") if p.is_file() and not p.name.startswith("."))
            if path.is_dir()
            else [path]
        )
        if not inside:
            raise UsageError(f"{path}: the folder holds no file")
        found += [("/".join(filter(None, (file.parent.name, file.name))), file.read_bytes()) for file in inside]
    return found
