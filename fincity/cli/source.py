"""Commands about sources: list, show."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from fincity.cli.shared import AsJson, examples, print_json, print_table


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
    group.command("list", epilog=examples("fincity source list"))(list_)
    group.command(epilog=examples("fincity source show cfcpn"))(show)
    app.add_typer(group, name="source", help="The portals that are crawled.", epilog=examples("fincity source list"))


def list_(as_json: AsJson = False) -> None:
    """List the sources."""
    from crawlers.sources import all_sources

    columns = ("id", "family", "title", "start", "verified", "synthetic")
    rows = [{name: str(getattr(one, name)) for name in columns} for one in all_sources()]
    if as_json:
        print_json(rows)
    else:
        print_table("sources", columns, rows)


def show(source: Annotated[str, typer.Argument(help="Source id.")], as_json: AsJson = False) -> None:
    """Show what is declared of a source."""
    from crawlers.sources import load

    declared = load(source).model_dump(mode="json")
    if as_json:
        print_json(declared)
        return
    for name, value in declared.items():
        typer.echo(f"{name:16} {value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}")
