"""Commands about lexicons: list, show, validate."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from etl.errors import UsageError
from fincity.cli.shared import AsJson, examples, print_json, print_table


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
    group.command("list", epilog=examples("fincity lexicon list"))(list_)
    group.command(epilog=examples("fincity lexicon show digital_121"))(show)
    group.command(epilog=examples("fincity lexicon validate mine.yaml"))(validate)
    app.add_typer(group, name="lexicon", help="The lists of terms.", epilog=examples("fincity lexicon list"))


def list_(as_json: AsJson = False) -> None:
    """List the lexicons that come with fincity."""
    from keywords import builtin, load

    columns = ("id", "version", "terms", "status", "title")
    rows = [
        dict(zip(columns, (one.id, one.version, len(one.terms), one.status, one.title), strict=True))
        for one in map(load, builtin())
    ]
    if as_json:
        print_json(rows)
    else:
        print_table("lexicons", columns, rows)


def show(lexicon: Annotated[str, typer.Argument(help="Id, or path of a YAML file.")], as_json: AsJson = False) -> None:
    """Show a lexicon: sources, and every term with how it is matched."""
    from keywords import LexiconError, load

    try:
        one = load(lexicon)
    except LexiconError as error:
        raise UsageError(str(error)) from error
    columns = ("term", "mode", "layer", "dimension", "status", "risk", "note")
    rows = [{name: getattr(term, name) for name in columns} for term in one.terms]
    if as_json:
        print_json(
            {"id": one.id, "version": one.version, "title": one.title, "sources": dict(one.sources), "terms": rows}
        )
        return
    print_table(f"{one.id} {one.version}: {one.title}", columns, rows)
    for name, citation in one.sources:
        typer.echo(f"{name}: {citation}")


def validate(paths: Annotated[list[Path], typer.Argument(metavar="FILE...", help="YAML files.")]) -> None:
    """Check lexicon files; the first fault is named with its line."""
    from keywords import LexiconError, load

    for path in paths:
        if not path.is_file():
            raise UsageError(f"{path}: no such file; check the path")
        try:
            one = load(path)
        except LexiconError as error:
            raise UsageError(str(error)) from error
        typer.echo(f"{path}: lexicon {one.id}, version {one.version}, {len(one.terms)} terms: in order")
