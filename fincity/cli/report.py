"""Commands that show run reports, and how a command leaves one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from fincity.cli.progress import Report, bars
from fincity.cli.shared import AsJson, Options, examples, options, print_json, print_table

if TYPE_CHECKING:
    from db.home import Home


def register(app: typer.Typer) -> None:
    """Add the commands."""
    report = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="What runs had to say.")
    report.command("list", epilog=examples("fincity report list"))(list_)
    report.command(epilog=examples("fincity report show", "fincity report show --json | jq .tasks"))(show)
    app.add_typer(report, name="report", epilog=examples("fincity report show"))


@contextmanager
def reported(chosen: Options, home: Home, command: str) -> Iterator[tuple[Home, Report]]:
    """Run a command with progress bars and a report, and say where the report is, however the run ends."""
    from flows.reports.recording import recorded

    run = None
    try:
        with bars(quiet=chosen.quiet) as progress, recorded(home, command, progress) as run:
            yield home, run.progress
    finally:
        if run and run.page.exists():
            chosen.say(f"report: {run.page}")


def release_anew(given: Options, home: Home, command: str) -> None:
    """Derive and release what follows from a judgement, without crawling, and say what changed."""
    from flows import pipeline

    with reported(given, home, command) as (home_, progress):
        done = pipeline.refresh(home_, progress=progress)
    changed = sum(c.inserted + c.updated + c.deleted for c in done.built.changes.values())
    typer.echo(f"{changed} rows changed; release {done.published.release}")


def list_(context: typer.Context, as_json: AsJson = False) -> None:
    """List the reports of the home, the newest first."""
    from dataclasses import asdict

    from flows.reports import keeping
    from flows.reports.recording import line

    chosen = options(context)
    home = chosen.open_home()
    found = [asdict(line(report)) for report in keeping.earlier(home)]
    for lost in sorted(set(keeping.ids(home)) - {one["id"] for one in found}):
        chosen.say(f"{home.reports / lost}.json cannot be read as a report: delete it if it is damaged")
    if as_json:
        print_json(found)
        return
    heading = f"{'SYNTHETIC DATA: ' if home.synthetic else ''}{len(found)} run reports in {home.reports}"
    print_table(heading, ("id", "outcome", "documents", "quarantined", "tasks", "seconds"), found)


def show(
    context: typer.Context,
    report: Annotated[str | None, typer.Argument(metavar="[ID]", help="A report; default: the last one.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show a run report: what the run did, what changed, what to do. The page beside it shows more."""
    from etl.errors import UsageError
    from flows.reports import keeping
    from flows.reports.summary import text

    home = options(context).open_home()
    name = report or next(reversed(keeping.ids(home)), None)
    if name is None:
        raise UsageError(f"no report in {home.reports} yet: `fincity refresh` leaves one")
    found = keeping.read(home, name)
    if as_json:
        typer.echo(keeping.dump(found).decode(), nl=False)
        return
    typer.echo(text(found, home.reports / f"{name}.html"))
