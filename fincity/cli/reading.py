"""Commands that read a release: panel, network, explain, coverage."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fincity.cli.shared import (
    AsJson,
    Options,
    ReleaseId,
    Source,
    YearRange,
    examples,
    json_line,
    options,
    print_json,
    print_table,
)

if TYPE_CHECKING:
    from fincity.frames import About
    from fincity.reader.panel import Selection
    from fincity.reader.table import Table

#: Rows of an excerpt on the terminal.
EXCERPT = 20


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(
        epilog=examples(
            "fincity panel --theme fintech --years 2019-2024 -o panel.csv",
            "fincity panel --indicator digital_term_hits --level province --wide -o provinces.dta",
        )
    )(panel)
    app.command(epilog=examples("fincity network --years 2019-2024 --bank-class joint_stock -o network.graphml"))(
        network
    )
    app.command(
        epilog=examples(
            "fincity explain 440300 2024 fintech_deals_bought", "fincity explain 深圳 2024 fintech_deals_bought --json"
        )
    )(explain)
    app.command(
        epilog=examples(
            "fincity coverage --by month",
            "fincity coverage --source ccgp --by day -o days.csv",
            "fincity coverage --by city -o cities.png",
        )
    )(coverage)


def panel(
    context: typer.Context,
    indicator: Annotated[list[str] | None, typer.Option(metavar="I", help="Indicator code; may be repeated.")] = None,
    theme: Annotated[str | None, typer.Option(metavar="T", help="All indicators of a theme.")] = None,
    years: YearRange = None,
    cities: Annotated[list[str] | None, typer.Option(help="Names or codes, separated by commas.")] = None,
    level: Annotated[str, typer.Option(help="city or province.")] = "city",
    boundary: Annotated[str, typer.Option(metavar="YEAR", help="Boundary year of the places.")] = "2020",
    basis: Annotated[str | None, typer.Option(help="Only values that are observed, derived or interpolated.")] = None,
    wide: Annotated[bool, typer.Option("--wide", help="One row a city-year.")] = False,
    excel: Annotated[bool, typer.Option("--excel", help="Start the csv with a byte order mark, for Excel.")] = False,
    release: ReleaseId = None,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="FILE.csv, .parquet, .dta or .xlsx.")] = None,
    as_json: AsJson = False,
) -> None:
    """Write the city-year panel, or show the beginning of it."""
    from fincity import frames
    from fincity.output import checked
    from fincity.reader import panel as reader
    from fincity.reader.selection import split

    if output:
        checked(output, tuple(frames.WRITERS))
    given = options(context)
    chosen = reader.select(
        given.release(release),
        indicators=split(indicator),
        theme=theme,
        years=years,
        cities=split(cities),
        level=level,
        boundary=boundary,
        basis=basis,
    )
    if not chosen.years:
        given.say("no cell of these indicators has been looked at: the panel is empty; --years shows the reasons")
    for theme in sorted({one.theme for one in chosen.indicators} & chosen.release.chosen.keys()):
        given.say(f"{theme} counts with the lexicon {chosen.release.chosen[theme]['lexicon']}, chosen by this home")
    table = reader.wide_table(chosen) if wide else reader.long_table(chosen)
    _deliver(given, table, _about(chosen, table), output, as_json=as_json, excel=excel)


def _about(chosen: Selection, table: Table) -> About:
    from fincity.frames import About
    from fincity.reader.labels import codebook, labels

    return About(
        title="city-year panel" if chosen.level == "city" else "province-year panel",
        release=chosen.release.id,
        as_of=chosen.release.as_of,
        synthetic=chosen.release.synthetic,
        labels=labels(table.columns),
        codebook=codebook(chosen.indicators, chosen.release.lexicon_of),
    )


def _deliver(
    given: Options, table: Table, about: About, output: Path | None, *, as_json: bool, excel: bool = False
) -> None:
    """To a file, as JSON lines, or as an excerpt."""
    from fincity import frames

    if output:
        frames.write(output, table, about, excel=excel)
        given.say(f"{output}: {len(table.rows)} rows of release {about.release}")
    elif as_json:
        for row in table.rows:
            typer.echo(json_line(row))
    else:
        print_table(about.heading, list(table.columns), table.rows[:EXCERPT])
        if len(table.rows) > EXCERPT:
            given.say(f"the first {EXCERPT} of {len(table.rows)} rows; -o FILE writes all")


def network(
    context: typer.Context,
    years: YearRange = None,
    bank_class: Annotated[str | None, typer.Option(metavar="T", help="Class of the purchasing bank.")] = None,
    domain: Annotated[str | None, typer.Option(metavar="D", help="Primary domain of the deals.")] = None,
    release: ReleaseId = None,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="FILE.csv or .graphml.")] = None,
    as_json: AsJson = False,
) -> None:
    """Write who sells to whom: deals from city to city."""
    from fincity.frames import About
    from fincity.output import checked, replacing
    from fincity.reader.network import edges, graphml

    suffix = checked(output, (".csv", ".graphml")).suffix.lower() if output else None
    given = options(context)
    opened = given.release(release)
    table = edges(opened, years, bank_class, domain)
    about = About("network of fintech deals", opened.id, opened.as_of, opened.synthetic)
    if not output or suffix == ".csv":
        _deliver(given, table, about, output, as_json=as_json)
        return
    with replacing(output) as temporary:
        temporary.write_bytes(graphml(table, about.heading))
    given.say(f"{output}: {len(table.rows)} edges of release {about.release}")


def explain(
    context: typer.Context,
    city: Annotated[str, typer.Argument(help="Code or name.")],
    year: Annotated[int, typer.Argument(help="Year of the cell.")],
    indicator: Annotated[str, typer.Argument(help="Indicator code.")],
    release: ReleaseId = None,
    limit: Annotated[int, typer.Option(min=0, help="Contributions to show in full.")] = 20,
    as_json: AsJson = False,
) -> None:
    """Show the pages, words and decisions behind one number."""
    from fincity.reader.explain import explained
    from fincity.reader.explanation import tell

    explanation = explained(options(context).release(release), city, year, indicator)
    if as_json:
        print_json(explanation.to_dict())
        return
    for line in tell(explanation, limit):
        typer.echo(line)


def coverage(
    context: typer.Context,
    source: Source = None,
    by: Annotated[str, typer.Option(help="source, day, month or city.")] = "source",
    release: ReleaseId = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="FILE.csv, or FILE.png for a picture by day, month or city.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show what was looked at, and what became of it.

    Ends with 3 if the counts of listed items do not add up.
    """
    from etl.errors import BoundBroken
    from fincity.frames import About
    from fincity.output import checked
    from fincity.reader.coverage import faults, notes, on_a_screen, view

    if output:
        checked(output, (".csv", ".png"))
    given = options(context)
    opened = given.release(release)
    table = view(opened, by, source)
    if output and output.suffix.lower() == ".png":
        from fincity.reader.heatmap import draw

        width, height = draw(opened, output, by, source)
        given.say(f"{output}: {width} x {height} pixels of release {opened.id}")
    elif as_json and not output:
        print_json({"release": opened.id, "synthetic": opened.synthetic, "rows": table.rows})
    else:
        about = About("coverage", opened.id, opened.as_of, opened.synthetic)
        _deliver(given, table if output else on_a_screen(table), about, output, as_json=False)
    if by == "source":
        for note in notes(table):
            given.say(note)
    if wrong := faults(opened, source):
        raise BoundBroken(f"the counts do not add up in {len(wrong)} places: {wrong[0]}; run `fincity reconcile`")
    given.say("the counts add up: listed = parsed + quarantined + out of scope + pending")
