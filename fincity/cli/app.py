"""The app: global options, then the groups of commands."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fincity.cli import (
    concordance,
    doctor,
    keeping,
    lexicon,
    making,
    merging,
    planning,
    reading,
    release,
    report,
    resolving,
    reviewing,
    source,
    takedown,
    texts,
)
from fincity.cli.shared import Options, examples

GROUPS = (
    making,
    planning,
    reading,
    texts,
    resolving,
    merging,
    reviewing,
    lexicon,
    concordance,
    source,
    release,
    report,
    keeping,
    takedown,
    doctor,
)


def build() -> typer.Typer:
    """The app with all commands."""
    # Plain help: rich would take longer to load than everything else together.
    app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    app.callback(epilog=examples("fincity panel --theme fintech --years 2019-2024 -o panel.csv"))(_global)
    for group in GROUPS:
        group.register(app)
    return app


def _version(wanted: bool) -> None:
    if wanted:
        import fincity

        typer.echo(f"fincity {fincity.__version__}")
        raise typer.Exit


def _global(
    context: typer.Context,
    home: Annotated[
        Path | None,
        typer.Option(help="Folder of all data; else FINCITY_HOME, else the user data folder.", metavar="DIR"),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress and no remarks on stderr.")] = False,
    version: Annotated[  # noqa: ARG001 - its callback does it
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """City-year panels of financial technology for China, every number followed back to its pages."""
    context.obj = Options(home=home, quiet=quiet)
