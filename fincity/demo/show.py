"""What a finished demo prints: an excerpt of the panel, the coverage, where the files are, and commands to paste."""

from __future__ import annotations

from collections.abc import Mapping

import typer

from fincity import frames
from fincity.cli.shared import print_table
from fincity.demo.run import Demo
from fincity.reader import coverage
from fincity.reader import panel as reader
from fincity.reader.labels import codebook, labels
from fincity.reader.release import Release
from flows.reports import keeping

EXCERPT = ("city_code", "city", "year", "indicator", "value", "unit", "completeness", "provisional")
TOP = "fintech_deals_bought"


def show(demo: Demo) -> None:
    """Write HOME/panel.csv and tell about it."""
    release = Release.open(demo.home)
    chosen = reader.select(release, indicators=(), theme=None)
    table = reader.long_table(chosen)
    about = frames.About(
        title="city-year panel",
        release=release.id,
        as_of=release.as_of,
        synthetic=True,
        labels=labels(table.columns),
        codebook=codebook(chosen.indicators, chosen.release.lexicon_of),
    )
    path = frames.write(demo.home.path / "panel.csv", table, about)
    known = [row for row in table.rows if row["indicator"] == TOP and row["value"] and row["completeness"] == 1]
    best = sorted(known, key=lambda row: (-row["value"], row["city_code"], row["year"]))
    print_table(about.heading, EXCERPT, best[:8])
    seen = coverage.on_a_screen(coverage.view(release))
    print_table("SYNTHETIC DATA: what was looked at", list(seen.columns), seen.rows)
    quarantined = demo.done.built.quarantined
    typer.echo(f"The {quarantined} pages in quarantine are exactly those that were planted broken.")
    typer.echo(f"Panel: {path} ({len(table.rows)} rows, release {release.id})")
    typer.echo(f"Report of this run, for a browser: {demo.home.reports / keeping.ids(demo.home)[-1]}.html\n\nTry:")
    for command in _commands(demo, best[0] if best else None):
        typer.echo(f"  fincity --home {demo.home.path} {command}")


def _commands(demo: Demo, cell: Mapping[str, object] | None) -> list[str]:
    """Commands that work on this home as they stand."""
    commands = ["panel --theme digital --wide -o digital.dta", "network -o network.graphml", "coverage --by month"]
    if cell:
        commands.insert(0, f"explain {cell['city_code']} {cell['year']} {TOP}")
    if demo.done.built.quarantined:
        commands.append("quarantine list")
    return commands
