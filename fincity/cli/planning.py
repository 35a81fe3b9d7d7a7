"""The command plan: what a crawl will take, without asking any site."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from fincity.cli.shared import AsJson, Since, Until, day, examples, print_json, print_table

if TYPE_CHECKING:
    from crawlers.planning import Plan


def register(app: typer.Typer) -> None:
    """Add the command."""
    shown = ("fincity plan ccgp --since 2024-01-01 --until 2024-12-31", "fincity plan cfcpn ccb cdb --since 2024-01-01")
    app.command(epilog=examples(*shown))(plan)


def plan(
    sources: Annotated[
        list[str], typer.Argument(metavar="SOURCE...", help="Sources, or files of sources: `fincity source list`.")
    ],
    since: Since = None,
    until: Until = None,
    as_json: AsJson = False,
) -> None:
    """Say how many pages and days a crawl would take at the site's delay, without asking the site."""
    from datetime import datetime

    from crawlers.planning import plan as planned
    from crawlers.planning import total
    from crawlers.sources import find
    from etl.walks import CHINA

    first, last = day("--since", since), day("--until", until)
    today = datetime.now(CHINA).date()
    found = [find(name) for name in dict.fromkeys(sources)]
    plans = [planned(one, first or min(one.start, last or today), last or today) for one in found]
    if as_json:
        told = [asdict(one) for one in plans]
        print_json(told[0] if len(told) == 1 else {"plans": told, "total": asdict(total(plans))})
        return
    _print(plans)


def _print(plans: list[Plan]) -> None:
    from crawlers.planning import total

    columns = ("source", "since", "until", "windows", "pages", "delay_seconds", "days")
    print_table("at the least, one request at a time", columns, [asdict(one) for one in plans])
    if len(plans) > 1:
        all_ = total(plans)
        typer.echo(
            f"together at least {all_.pages} pages: {all_.days:g} days one after the other, "
            f"{all_.days_side_by_side:g} with all sites side by side (`fincity refresh --jobs N`)"
        )
    for one in plans:
        for unknown in one.unknown:
            typer.echo(f"unknown: {one.source}: {unknown}" if len(plans) > 1 else f"unknown: {unknown}")
