"""Commands about releases: list, show, verify."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from etl.errors import FincityError
from fincity.cli.shared import AsJson, examples, options, print_json, print_table

Id = Annotated[str | None, typer.Argument(metavar="[ID]", help="Release; default: the current one.")]


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
    group.command("list", epilog=examples("fincity release list"))(list_)
    group.command(epilog=examples("fincity release show"))(show)
    group.command(epilog=examples("fincity release verify"))(verify)
    app.add_typer(group, name="release", help="The releases of a home.", epilog=examples("fincity release list"))


def list_(context: typer.Context, as_json: AsJson = False) -> None:
    """List the releases of the home; the current one is marked."""
    from fincity.reader.release import Release, current, ids

    home = options(context).open_home()
    now = current(home)
    rows = [_row(Release.open(home, name), now) for name in ids(home)]
    if as_json:
        print_json(rows)
    else:
        print_table(f"releases in {home.releases}", ("id", "current", "as_of", "synthetic", "rows"), rows)


def _row(release: Any, now: str | None) -> dict[str, Any]:
    rows = sum(table.get("rows", 0) for table in release.info["tables"].values())
    return {
        "id": release.id,
        "current": release.id == now,
        "as_of": release.as_of,
        "synthetic": release.synthetic,
        "rows": rows,
    }


def show(context: typer.Context, release: Id = None, as_json: AsJson = False) -> None:
    """Show what a release is made of: versions, lexicons, tables."""
    opened = options(context).release(release)
    if as_json:
        print_json(opened.info)
        return
    for name, value in opened.info.items():
        if name != "tables":
            typer.echo(f"{name:16} {value}")
    rows = [{"table": name, **opened.info["tables"][name]} for name in opened.tables()]
    print_table("tables", ("table", "rows", "sha256"), rows)


def verify(context: typer.Context, release: Id = None) -> None:
    """Check files, rows and id of a release against what was written."""
    from db import releases

    chosen = options(context)
    opened = chosen.release(release)
    if wrong := releases.verify(chosen.open_home(), opened.id):
        raise FincityError(f"release {opened.id} is damaged: {'; '.join(wrong)}; restore {opened.folder}")
    typer.echo(f"release {opened.id}: every file is as it was written")
