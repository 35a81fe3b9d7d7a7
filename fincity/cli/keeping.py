"""Commands that keep house: quarantine, db, check."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from fincity.cli.report import reported
from fincity.cli.shared import AsJson, examples, options, print_json, print_table

if TYPE_CHECKING:
    from etl.records.rows import QuarantineRow

StoreName = Annotated[str, typer.Argument(metavar="STORE", help="ops or warehouse.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    quarantine = typer.Typer(
        no_args_is_help=True, rich_markup_mode=None, help="Inputs that could not become a record, and why."
    )
    quarantine.command("list", epilog=examples("fincity quarantine list --json"))(list_)
    quarantine.command(epilog=examples("fincity quarantine show demo_ccgp 13011446"))(show)
    quarantine.command(epilog=examples("fincity quarantine replay"))(replay)
    app.add_typer(quarantine, name="quarantine", epilog=examples("fincity quarantine list"))
    database = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="The versions of the two stores.")
    database.command(epilog=examples("fincity db upgrade"))(upgrade)
    database.command(epilog=examples("fincity db downgrade warehouse --revision base"))(downgrade)
    database.command(epilog=examples("fincity db info --json"))(info)
    app.add_typer(database, name="db", epilog=examples("fincity db info"))
    app.command(epilog=examples("fincity check"))(check)


def list_(context: typer.Context, as_json: AsJson = False) -> None:
    """List what is in quarantine, by reason."""
    found = _quarantined(context)
    if as_json:
        print_json([asdict(row) for row in found])
        return
    columns = ("source", "source_id", "reason", "detail")
    made_up = "SYNTHETIC DATA: " if options(context).open_home().synthetic else ""
    print_table(
        f"{made_up}{len(found)} inputs in quarantine", columns, ({c: getattr(r, c) for c in columns} for r in found)
    )


def show(
    context: typer.Context,
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="Source or kind of import.")],
    source_id: Annotated[str, typer.Argument(metavar="ID", help="Key of the input, as listed.")],
) -> None:
    """Show one input in quarantine, with where it came from."""
    from etl.errors import UsageError

    found = [r for r in _quarantined(context) if (r.source, r.source_id) == (source, source_id)]
    if not found:
        raise UsageError(f"{source}/{source_id} is not in quarantine: `fincity quarantine list` shows what is")
    print_json([asdict(row) for row in found])


def replay(context: typer.Context) -> None:
    """Parse everything in quarantine again (after a fix), and publish what changed."""
    from flows import pipeline

    chosen = options(context)
    home = chosen.open_home()
    before = pipeline.quarantined(home)
    with reported(chosen, home, "replay") as (home, progress):
        done = pipeline.replay(home, progress=progress)
    typer.echo(f"{before - done.built.quarantined} of {before} became records; release {done.published.release}")


def upgrade(context: typer.Context) -> None:
    """Bring both stores to the newest version."""
    from db import migrate

    for version in migrate.upgrade(options(context).open_home()):
        typer.echo(f"{version.store}: {version.state} ({version.where})")


def downgrade(
    context: typer.Context,
    store: StoreName,
    revision: Annotated[str, typer.Option(metavar="R", help="Revision, -1 for one step, base for no tables.")] = "-1",
) -> None:
    """Take one store back to an earlier version."""
    from db import migrate
    from etl.errors import UsageError

    if store not in ("ops", "warehouse"):
        raise UsageError(f"{store}: choose ops or warehouse")
    done = migrate.downgrade(options(context).open_home(), store, revision)
    typer.echo(f"{done.store}: {done.current or 'no tables'}")


def info(context: typer.Context, as_json: AsJson = False) -> None:
    """Say where both stores stand."""
    from db import migrate

    found = migrate.info(options(context).open_home())
    if as_json:
        print_json([{**asdict(v), "state": v.state} for v in found])
        return
    for version in found:
        typer.echo(f"{version.store}: {version.state}, revision {version.current or 'none'} ({version.where})")


def check(as_json: AsJson = False) -> None:
    """Check the project's conventions: sources, families, indicators, lexicons, records, files."""
    from etl.errors import FincityError
    from fincity import conventions

    found = conventions.run()
    if as_json:
        print_json(found)
    for name, problems in found.items() if not as_json else ():
        typer.echo(f"{name}: {'ok' if not problems else f'{len(problems)} problems'}")
        for problem in problems:
            typer.echo(f"  {problem}")
    broken = sum(len(problems) for problems in found.values())
    if broken:
        raise FincityError(f"{broken} conventions are broken")


def _quarantined(context: typer.Context) -> list[QuarantineRow]:
    from db.engine import connect
    from db.warehouse import rows
    from etl.records.rows import QuarantineRow

    with connect(options(context).open_home()) as stores, stores.warehouse.read() as conn:
        return rows(conn, QuarantineRow)
