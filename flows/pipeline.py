"""The pipeline as plain functions: crawl, import, derive, publish, refresh, rebuild. It never imports Prefect.

Each step may be killed at any instant and run again. What a step reads is in the archive; what it writes, it writes in one
transaction (warehouse) or one rename (release), so that nobody ever sees a half state.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import crawlers
from crawlers import CrawlReport
from db import archive, checks, ops, releases
from db.home import Home
from db.upsert import Changes
from etl import catalogue
from etl.errors import BoundBroken, UsageError
from flows import deriving, parsing
from flows.imports import KINDS
from flows.progress import Progress, silent
from flows.session import Session, opened


@dataclass(slots=True)
class Refreshed:
    """What a refresh did."""

    release: str
    changes: dict[str, Changes] = field(default_factory=dict)
    crawls: list[CrawlReport] = field(default_factory=list)
    quarantined: int = 0
    findings: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    parsed_now: int = 0

    @property
    def changed(self) -> bool:
        """Whether any derived row is other than before."""
        return any(self.changes.values())


@dataclass(frozen=True, slots=True)
class CrawlOrder:
    """What to crawl: sources by id (none: all of this kind of home), publication days, and for a demo the portal."""

    sources: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    sample: int | None = None
    portal: str | None = None


def crawl(home: Home, order: CrawlOrder, *, jobs: int = 1, progress: Progress = silent) -> list[CrawlReport]:
    """Crawl sources, each in a process of its own, `jobs` sites at a time."""
    known = [s.id for s in crawlers.all_sources() if s.synthetic == home.synthetic]
    unknown = [s for s in order.sources if s not in known]
    if unknown:
        raise UsageError(f"unknown source {unknown[0]!r} for a {home.kind} home: `fincity source list` shows them")
    names = order.sources or tuple(known)

    def one(source: str) -> CrawlReport:
        return crawlers.crawl(
            home,
            source,
            order.since,
            order.until,
            sample=order.sample,
            portal=order.portal,
            progress=lambda done, total: progress(f"crawl {source}", done, total),
        )

    with ThreadPoolExecutor(max(1, jobs)) as pool:
        return list(pool.map(one, names))


def import_files(
    home: Home,
    kind: str,
    files: Sequence[tuple[str, bytes]],
    *,
    mapping: Mapping[str, Any] | None = None,
    declaration: Mapping[str, Any] | None = None,
) -> archive.Import:
    """Keep files in the archive as one import; `publish` makes them count."""
    if kind not in KINDS:
        raise UsageError(f"cannot import {kind!r} yet: choose one of {', '.join(sorted(KINDS))}")
    return archive.Archive.of(home).put_import(kind, files, mapping=mapping, declaration=declaration)


def publish(home: Home, *, jobs: int = 1, progress: Progress = silent) -> Refreshed:
    """Derive everything that is stale from the archive, check it, and write a release."""
    with opened(home) as session:
        return _publish(session, jobs, progress)


def refresh(home: Home, order: CrawlOrder, *, jobs: int = 1, progress: Progress = silent) -> Refreshed:
    """Crawl, then publish: one refresh of a home at a time."""
    with opened(home) as session:
        crawls = crawl(home, order, jobs=jobs, progress=progress)
        done = _publish(session, jobs, progress)
        done.crawls = crawls
        return done


def rebuild(home: Home, *, jobs: int = 1, progress: Progress = silent) -> Refreshed:
    """Make ops and warehouse again from the archive alone, as if there had never been any, and publish."""
    with opened(home) as session:
        ops.rebuild(session.stores, session.archive, session.facts.values())
        deriving.clear(session.stores)
        done = _publish(session, jobs, progress)
        done.problems += [f"missing input: {name}" for name in parsing.missing_inputs(session)]
        return done


@dataclass(frozen=True, slots=True)
class Reconciled:
    """Archive and warehouse compared: `differences` is empty where the warehouse says what the archive says."""

    damages: list[str]
    missing: list[str]
    differences: list[str]


def reconcile(home: Home, *, jobs: int = 1, progress: Progress = silent) -> Reconciled:
    """Derive everything anew in memory and compare it with the warehouse, changing nothing."""
    with opened(home) as session:
        damages = [f"{d.segment} at {d.offset}: {'torn tail' if d.torn else 'damaged'}" for d in session.archive.damages()]
        parsed = parsing.parse(session, jobs, progress, afresh=True)
        derived = deriving.derive(session, parsed, progress)
        return Reconciled(damages, parsing.missing_inputs(session), deriving.compare(session.stores, derived))


def _publish(session: Session, jobs: int, progress: Progress) -> Refreshed:
    parsed = parsing.parse(session, jobs, progress)
    derived = deriving.derive(session, parsed, progress)
    progress("store", 0, None)
    changes = deriving.store(session.stores, derived)
    progress("release", 0, None)
    with session.stores.warehouse.read() as conn:
        findings = checks.run(conn, catalogue.indicators())
        release = releases.write(session.home, conn, derived.info())
    return Refreshed(
        release=release,
        changes=changes,
        quarantined=len(parsed.quarantine),
        findings=[str(f) for f in findings],
        problems=derived.problems,
        parsed_now=parsed.parsed_now,
    )


def demand(done: Refreshed, *, quarantine_bound: int | None = 0) -> None:
    """Raise BoundBroken when a check failed or more is in quarantine than declared; everything is saved already."""
    if done.findings:
        raise BoundBroken(f"{len(done.findings)} checks failed, first: {done.findings[0]}")
    if quarantine_bound is not None and done.quarantined != quarantine_bound:
        raise BoundBroken(
            f"{done.quarantined} inputs are in quarantine, {quarantine_bound} declared: `fincity quarantine list` shows them"
        )


def read_files(paths: Sequence[Path]) -> list[tuple[str, bytes]]:
    """Files as imports keep them: name (with its folder's name, which often tells the place) and bytes.

    Folders are walked; UsageError for what is not there and for folders without a file.
    """
    found: list[tuple[str, bytes]] = []
    for path in paths:
        if not path.exists():
            raise UsageError(f"{path}: no such file or folder")
        inside = sorted(p for p in path.rglob("*") if p.is_file() and not p.name.startswith(".")) if path.is_dir() else [path]
        if not inside:
            raise UsageError(f"{path}: the folder holds no file")
        found += [(f"{file.parent.name}/{file.name}", file.read_bytes()) for file in inside]
    return found


