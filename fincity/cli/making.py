"""Commands that make data: demo, refresh, crawl, import, reconcile."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fincity.cli import importing
from fincity.cli.progress import bars
from fincity.cli.report import reported
from fincity.cli.shared import AsJson, Options, Since, Until, day, examples, options, print_json

if TYPE_CHECKING:
    from db.home import Home
    from db.upsert import Changes
    from flows.pipeline import CrawlOrder, Refreshed

Jobs = Annotated[int, typer.Option("--jobs", metavar="N", min=1, help="Processes that parse, sites that are crawled.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(epilog=examples("fincity --home demo-home demo", "fincity --home demo-small demo --size small"))(demo)
    app.command(epilog=examples("fincity refresh --source cfcpn --since 2024-01-01 --until 2024-12-31"))(refresh)
    app.command(epilog=examples("fincity crawl ccgp --since 2024-03-01 --until 2024-03-31 --sample 10"))(crawl)
    imports = (
        "fincity import reports reports/shanghai reports/provincial_2026",
        "fincity import notices export.xlsx --mapping typical --declare declaration.yaml",
        "fincity import firms firms.xlsx --mapping s0_sellers --declare list.yaml",
    )
    app.command("import", epilog=examples(*imports))(import_)
    app.command(epilog=examples("fincity reconcile", "fincity reconcile --rebuild"))(reconcile)


def demo(
    context: typer.Context,
    size: Annotated[str, typer.Option(metavar="SIZE", help="small or full.")] = "full",
    jobs: Jobs = 2,
) -> None:
    """Run the whole pipeline on a bundled portal of synthetic data, offline, into a synthetic home."""
    from etl.errors import UsageError
    from fincity.demo import show
    from fincity.demo.corpus import SIZES
    from fincity.demo.run import run

    if size not in SIZES:
        raise UsageError(f"--size {size}: choose one of {', '.join(SIZES)}")
    chosen = options(context)
    with bars(quiet=chosen.quiet) as progress:
        done = run(chosen.demo_path(), size, jobs=jobs, progress=progress)
    show.show(done)


def refresh(
    context: typer.Context,
    source: Annotated[
        list[str] | None, typer.Option(metavar="S", help="A source; may be repeated. Default: all.")
    ] = None,
    since: Since = None,
    until: Until = None,
    jobs: Jobs = 1,
    as_json: AsJson = False,
) -> None:
    """Crawl what is new, derive everything that is stale, and write a release."""
    from db.archive import Archive
    from flows import lexicons, pipeline

    chosen = options(context)
    order = _order(source or (), since, until, None)
    with reported(chosen, _real_home(chosen), "refresh") as (home, progress):
        done = pipeline.refresh(home, order, jobs=jobs, progress=progress)
    for remark in lexicons.edited(Archive.of(home)):
        chosen.say(remark)
    _report(done, as_json)
    pipeline.demand(done, quarantine_bound=done.built.quarantined)


def crawl(
    context: typer.Context,
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="A source: `fincity source list` shows them.")],
    since: Since = None,
    until: Until = None,
    sample: Annotated[int | None, typer.Option("--sample", metavar="N", min=1, help="Only so many items.")] = None,
) -> None:
    """Crawl one source into the archive; `fincity refresh` also derives and releases."""
    from flows import pipeline

    chosen = options(context)
    order = _order([source], since, until, sample)
    with reported(chosen, _real_home(chosen), f"crawl {source}") as (home, progress):
        (report,) = pipeline.crawl(home, order, progress=progress)
    counts = report.counts
    typer.echo(
        f"{report.source} {report.since} to {report.until}: {counts.pages} list pages, {counts.fetched} items fetched, "
        f"{counts.failed} failed, {counts.blocked} blocked" + (f"; stopped: {counts.stopped}" if counts.stopped else "")
    )


def import_(
    context: typer.Context,
    kind: Annotated[str, typer.Argument(metavar="KIND", help="reports, notices, firms or banks.")],
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="Files, or folders that are walked.")],
    place: Annotated[
        str | None, typer.Option(metavar="CODE", help="Place of all reports, where files do not say.")
    ] = None,
    declare: Annotated[
        Path | None,
        typer.Option(metavar="F", help="YAML: what was asked for, of whom, window or day, cap, licence, who."),
    ] = None,
    mapping: Annotated[
        str | None,
        typer.Option(metavar="M", help="YAML: how columns are read; or a packaged one: typical, firms, banks ..."),
    ] = None,
    jobs: Jobs = 1,
    as_json: AsJson = False,
) -> None:
    """Keep files in the archive for good, derive everything anew, and write a release."""
    from flows import pipeline

    chosen = options(context)
    pipeline.check_kind(kind)
    read = {**importing.mapping_of(mapping, kind), **importing.place_of(place)}
    said = importing.yaml_of(declare)
    files = pipeline.read_files(paths)
    pipeline.check_import(kind, files, read, said)
    home = _real_home(chosen)
    for line in importing.before(kind, files, read):
        chosen.say(line)
    with reported(chosen, home, f"import {kind}") as (home, progress):
        made = pipeline.import_files(home, kind, files, mapping=read, declaration=said)
        done = pipeline.refresh(home, jobs=jobs, progress=progress)
    _report(done, as_json)
    for line in importing.after(home, made):
        chosen.say(line)
    pipeline.demand(done, quarantine_bound=done.built.quarantined - pipeline.quarantined(home, made))


def reconcile(
    context: typer.Context,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Make ops and warehouse again from the archive.")] = False,
    jobs: Jobs = 1,
    as_json: AsJson = False,
) -> None:
    """Compare archive and warehouse, or make the warehouse again from the archive alone."""
    from dataclasses import asdict

    from etl.errors import BoundBroken
    from flows import pipeline

    chosen = options(context)
    home = chosen.open_home()
    if rebuild:
        with reported(chosen, home, "rebuild") as (_, progress):
            done = pipeline.rebuild(home, jobs=jobs, progress=progress)
        _report(done, as_json)
        return
    with bars(quiet=chosen.quiet) as progress:
        found = pipeline.reconcile(home, jobs=jobs, progress=progress)
    if as_json:
        print_json(asdict(found))
    for line in (*found.damages, *(f"missing input: {m}" for m in found.missing), *found.differences):
        typer.echo(line, err=as_json)
    if found.differences:
        raise BoundBroken("archive and warehouse differ: `fincity reconcile --rebuild` makes the warehouse again")
    if not as_json:
        typer.echo("the warehouse says what the archive says")


def _order(
    sources: list[str] | tuple[str, ...], since: str | None, until: str | None, sample: int | None
) -> CrawlOrder:
    from crawlers.sources import load
    from etl.errors import UsageError
    from flows.pipeline import CrawlOrder

    # Before anything is made: a wrong call leaves no home behind.
    for source in sources:
        load(source)
    order = CrawlOrder(tuple(sources), day("--since", since), day("--until", until), sample)
    if order.since and order.until and order.since > order.until:
        raise UsageError(f"--since {since} is later than --until {until}: exchange them")
    return order


def _real_home(chosen: Options) -> Home:
    """The home, made if it is not there. A synthetic one is refused: real data does not go into it."""
    from db.home import Home

    return Home.create(chosen.home_path(), "real")


def _report(done: Refreshed, as_json: bool) -> None:
    changed = {name: vars_of(c) for name, c in done.built.changes.items() if c}
    said = {
        "release": done.published.release,
        "parsed_now": done.built.parsed_now,
        "quarantined": done.built.quarantined,
        "changed": changed,
        "findings": list(done.published.findings),
        "problems": list(done.built.problems),
    }
    if as_json:
        print_json(said)
        return
    typer.echo(
        f"release {said['release']}: {said['parsed_now']} inputs parsed now, {said['quarantined']} in quarantine"
    )
    typer.echo(f"tables changed: {', '.join(changed) or 'none'}")
    for line in (*done.published.findings, *done.built.problems[:5]):
        typer.echo(f"  {line}", err=True)


def vars_of(changes: Changes) -> dict[str, int]:
    """Numbers of rows inserted, updated and deleted."""
    return {"inserted": changes.inserted, "updated": changes.updated, "deleted": changes.deleted}
