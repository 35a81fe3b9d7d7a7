"""The command `merge`: columns of a panel beside one's own table."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from etl.errors import UsageError
from fincity.cli.shared import Options, ReleaseId, Sheet, examples, options, table_of

if TYPE_CHECKING:
    import pandas as pd

    from fincity.frames import About
    from fincity.own import Outcome
    from fincity.reader.release import Release


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        epilog=examples(
            "fincity merge mine.dta --on city,year -o merged.dta",
            "fincity merge firms.csv --on 城市,年份 --province 省份 --indicator fintech_deals_bought -o merged.csv",
        )
    )(merge)


def merge(
    context: typer.Context,
    mine: Annotated[Path, typer.Argument(metavar="MINE", help="Your table: .csv, .tsv, .xlsx or .dta.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="OUT.csv, .parquet, .dta or .xlsx.")],
    on: Annotated[str, typer.Option(metavar="CITY,YEAR", help="Your columns of cities and years.")] = "city,year",
    province: Annotated[str | None, typer.Option(metavar="C", help="Your column of provinces, if any.")] = None,
    indicator: Annotated[list[str] | None, typer.Option(metavar="I", help="Indicator code; may be repeated.")] = None,
    theme: Annotated[str | None, typer.Option(metavar="T", help="All indicators of a theme.")] = None,
    boundary: Annotated[int, typer.Option(metavar="YEAR", help="Boundary year of the panel.")] = 2020,
    release: ReleaseId = None,
    sheet: Sheet = None,
    excel: Annotated[bool, typer.Option("--excel", help="Start the csv with a byte order mark, for Excel.")] = False,
) -> None:
    """Put the columns of the panel beside your own table.

    Cities may be codes or names, short or former. Every row of yours is kept; OUT.unmatched.csv lists the cities and
    years that have no match, and why.
    """
    from fincity import own_files
    from fincity.merging import merge as merged
    from fincity.output import apart, checked

    checked(output, own_files.WRITTEN)
    aside = output.with_suffix(".unmatched.csv")
    apart([output, aside], [mine])
    given = options(context)
    opened = given.release(release)
    table = table_of(given, mine, sheet)
    try:
        found = merged(
            table.shown(),
            on=on,
            indicators=indicator,
            theme=theme,
            province=province,
            boundary=boundary,
            release=opened.id,
            home=given.open_home(),
        )
    except UsageError as error:
        raise UsageError(f"{table.named(mine)}: {error}") from error
    own_files.write(
        output, found.data, table, _about(opened, found.data.columns.difference(table.frame.columns)), excel=excel
    )
    given.say(_told(found, output, opened.id))
    _list(given, found.unmatched, aside)


def _about(release: Release, new: Iterable[str]) -> About:
    from fincity.frames import About
    from fincity.merging import LABELS
    from fincity.reader.labels import labels

    of_panel = labels(name for name in new if name not in LABELS)
    title = "table merged with the city-year panel"
    return About(title, release.id, release.as_of, release.synthetic, {**LABELS, **of_panel})


def _told(found: Outcome, output: Path, release: str) -> str:
    matched = len(found.data) - int(found.unmatched["rows"].sum())
    return f"{output}: {matched} of {len(found.data)} rows have a city of release {release}"


def _list(given: Options, unmatched: pd.DataFrame, aside: Path) -> None:
    """List what did not match, and say how much of what."""
    from fincity import own_files

    if unmatched.empty:
        aside.unlink(missing_ok=True)  # one of an earlier run would look like a problem
        return
    own_files.write(aside, unmatched, own_files.OwnTable(unmatched))
    counted = unmatched.groupby("reason")["rows"].sum()
    told = ", ".join(f"{reason} {count}" for reason, count in counted.items())
    given.say(f"{counted.sum()} rows have none ({told}): see {aside}")
