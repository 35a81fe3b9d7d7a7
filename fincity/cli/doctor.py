"""The command doctor: can fincity work here, and if not, what to do."""

from __future__ import annotations

import os
from dataclasses import asdict

import typer

from etl.errors import FincityError
from fincity.cli.shared import AsJson, examples, options, print_json


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog=examples("fincity doctor"))(doctor)


def doctor(context: typer.Context, as_json: AsJson = False) -> None:
    """Check whether fincity can work here.

    Looks at Python, packages, home, disk, database and fonts; ends with 1 when something must be mended.
    """
    from fincity.diagnosis import examine

    home = options(context).home_path()
    findings = examine(home, os.environ.get("FINCITY_DATABASE_URL"))
    if as_json:
        print_json([asdict(one) for one in findings])
    else:
        for one in findings:
            typer.echo(f"{one.state:5} {one.check:10} {one.found}" + (f"\n      -> {one.remedy}" if one.remedy else ""))
    if bad := [one.check for one in findings if one.state == "bad"]:
        raise FincityError(f"{', '.join(bad)} must be mended")
