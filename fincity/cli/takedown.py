"""The command that takes documents down."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from fincity.cli.shared import AsJson, examples, options, print_json, print_table

if TYPE_CHECKING:
    from etl.takedowns import Takedown


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        epilog=examples(
            'fincity takedown ccgp 202405/t20240527_22138901 --reason "request of the person named" --who "A. Keeper"',
            "fincity takedown",
        )
    )(takedown)


def takedown(
    context: typer.Context,
    source: Annotated[str | None, typer.Argument(metavar="[SOURCE]", help="Source of the document.")] = None,
    source_id: Annotated[str | None, typer.Argument(metavar="[ID]", help="Its key there, as explain shows it.")] = None,
    reason: Annotated[str, typer.Option(metavar="R", help="Why: it is kept with the takedown.")] = "",
    who: Annotated[str, typer.Option(metavar="W", help="Who decided it.")] = "",
    undo: Annotated[bool, typer.Option("--undo", help="Show the document again.")] = False,
    erase: Annotated[bool, typer.Option("--erase", help="Erase its pages from the archive as well, for good.")] = False,
    as_json: AsJson = False,
) -> None:
    """Take a document out of all tables and the next release, or list what was taken down."""
    from etl.errors import UsageError

    if source is None:
        _list(context, as_json)
        return
    if source_id is None or not reason or not who or (undo and erase):
        raise UsageError("give SOURCE ID --reason R --who W, with --undo or --erase at most one of them")
    from fincity.cli.report import reported
    from flows import pipeline
    from flows.takedowns import Order

    chosen = options(context)
    order = Order(source, source_id, "undo" if undo else "erase" if erase else "take_down", reason, who)
    with reported(chosen, chosen.open_home(), "takedown") as (home, progress):
        done = pipeline.take_down(home, order, progress=progress)
    typer.echo(f"{order.document}: {_DONE[order.action]}; release {done.published.release}")


_DONE = {"take_down": "taken down", "erase": "taken down and erased", "undo": "shown again"}


def _list(context: typer.Context, as_json: bool) -> None:
    found = _in_force(context)
    if as_json:
        print_json([one.entry() for one in found])
        return
    columns = ("source", "source_id", "action", "reason", "who", "on")
    print_table(f"{len(found)} documents taken down", columns, (one.entry() for one in found))


def _in_force(context: typer.Context) -> list[Takedown]:
    from db.archive import Archive
    from etl import takedowns

    archive = Archive.of(options(context).open_home())
    return list(takedowns.in_force(archive.entries(takedowns.LOG)).values())
