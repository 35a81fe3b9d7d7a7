"""Commands that audit a lexicon on texts: drift, compare, suggest."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from etl.errors import FincityError, UsageError
from fincity.cli.auditing import Audited, Column, Kind, Policy, YearFrom
from fincity.cli.progress import bars
from fincity.cli.shared import AsJson, Csv, Jobs, Options, examples, loaded, options, print_json, print_table, tell
from fincity.output import checked

if TYPE_CHECKING:
    from fincity.audit.comparing import Comparison
    from fincity.audit.drift import Drift
    from keywords import Lexicon

Named = Annotated[str, typer.Argument(metavar="LEXICON", help="Id, or path of a YAML file.")]
Paths = Annotated[
    list[Path] | None, typer.Argument(metavar="[PATH...]", help="Files, or folders of them; default: the home.")
]
#: Years beside one another on a terminal.
YEARS = 8
#: Terms that are named one by one.
NAMED = 20


def register(group: typer.Typer) -> None:
    """Add the commands to the group `fincity lexicon`."""
    group.command(
        epilog=examples(
            "fincity lexicon drift digital_121 reports/ --year-from '(20[0-9]{2})' -o drift.html",
            "fincity lexicon drift digital_121 -o drift.csv",
        )
    )(drift)
    group.command(
        epilog=examples(
            "fincity lexicon compare digital_121 digital_wu_fei_2021 --theme digital -o moves.html",
            "fincity lexicon compare fintech_taxonomy fintech_extended --theme fintech -o moves.csv",
        )
    )(compare)
    group.command(epilog=examples("fincity lexicon suggest digital_121 reports/ --top 100 -o candidates.csv"))(suggest)


def drift(
    context: typer.Context,
    lexicon: Named,
    paths: Paths = None,
    policy: Policy = "strict",
    column: Column = None,
    kind: Kind = None,
    year_from: YearFrom = None,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="OUT", help="OUT.csv: terms by year; OUT.html, OUT.png: a heat map."),
    ] = None,
    jobs: Jobs = 1,
    as_json: AsJson = False,
) -> None:
    """Show hits by term and year: when a term is first seen, which are never hit, which has the largest share.

    A text's year is that of the home's document, a table's column `year`, or what --year-from finds in its name.
    """
    from fincity.audit.drift import drift as count
    from keywords import LexiconError

    if output:
        checked(output, (".csv", ".html", ".png"))
    given = options(context)
    chosen = loaded(given, lexicon)
    outputs = (output,) if output else ()
    audited = Audited(given, chosen, paths or [], column, year_from, kind, outputs)
    try:
        counted = count(audited.matched(policy, jobs), chosen, policy)
    except LexiconError as error:
        raise UsageError(str(error)) from error
    if output:
        _deliver_drift(audited, counted, output)
    _tell_drift(counted, output, as_json=as_json)
    _remark_on(given, counted)
    audited.conclude()


def _deliver_drift(audited: Audited, counted: Drift, output: Path) -> None:
    from fincity.audit.drift import TERM

    kind = output.suffix.lower()
    if kind == ".csv":
        _write(output, (*TERM, *map(str, counted.years)), counted.terms())
    elif kind == ".html":
        from fincity.audit import pages

        pages.write(output, pages.drift(counted, audited.source, synthetic=audited.synthetic))
    else:
        from fincity.audit.pictures import draw_drift

        width, height = draw_drift(counted, output, synthetic=audited.synthetic)
        audited.given.say(f"{output}: {width} x {height} pixels")


def _tell_drift(counted: Drift, output: Path | None, *, as_json: bool) -> None:
    from fincity.audit.drift import YEAR

    rows, years = counted.terms(), tuple(map(str, counted.years))
    if as_json:
        said = {"lexicon": counted.lexicon.id, "version": counted.lexicon.version, "policy": counted.policy}
        print_json(
            {**said, "undated": counted.undated, "never": counted.never, "years": counted.by_year(), "terms": rows}
        )
    elif not output:
        hit = sorted((row for row in rows if row["hits"]), key=lambda row: -int(row["hits"]))
        columns = ("term", "dimension", "hits", "share", "first_year", "last_year", *years[-YEARS:])
        print_table(f"{counted.lexicon.id} {counted.lexicon.version}", columns, map(_short, hit))
        print_table("by year", YEAR, map(_short, counted.by_year()))


def _short(row: dict[str, Any]) -> dict[str, Any]:
    """A row for the terminal: three digits of a number are enough."""
    from fincity.audit.markup import number

    return {name: number(value) if isinstance(value, float) else value for name, value in row.items()}


def _write(path: Path, columns: tuple[str, ...], rows: list[dict[str, Any]]) -> None:
    """Rows as a csv file."""
    tell("", columns, rows, path, as_json=False)


def _remark_on(given: Options, counted: Drift) -> None:
    if largest := counted.largest():
        share = f"{100 * largest['share']:.1f} %"
        given.say(f"largest: {largest['term']}, {largest['hits']} of {sum(counted.hits.values())} hits ({share})")
    if never := counted.never:
        more = " ..." if len(never) > NAMED else ""
        given.say(f"never hit: {len(never)} of {len(counted.lexicon.terms)} terms: {'、'.join(never[:NAMED])}{more}")
    if counted.undated:
        given.say(f"texts without a year, left out: {counted.undated}")


def compare(
    context: typer.Context,
    before: Annotated[str, typer.Argument(metavar="A", help="Id, or path of a YAML file.")],
    after: Annotated[str, typer.Argument(metavar="B", help="Id, or path of a YAML file.")],
    theme: Annotated[str, typer.Option(metavar="T", help="Theme that counts with a lexicon: digital or fintech.")],
    indicator: Annotated[
        str | None, typer.Option(metavar="I", help="Indicator of the theme; default: its first.")
    ] = None,
    policy: Annotated[str | None, typer.Option(help="strict or published; default: the indicator's.")] = None,
    level: Annotated[str, typer.Option(help="city or province.")] = "city",
    top: Annotated[int, typer.Option(min=0, metavar="N", help="Cells shown that move most, up and down.")] = 10,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="OUT", help="OUT.csv: every cell; OUT.html, OUT.png: charts."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show how an indicator of the home changes under another lexicon: totals, rank correlation, who moves most.

    Values are made from the home's documents as the panel's are; ranks are within a year, 1 the largest.
    """
    from fincity.audit import comparing
    from keywords import LexiconError

    if output:
        checked(output, (".csv", ".html", ".png"))
    given = options(context)
    first, second = loaded(given, before), loaded(given, after)
    home = given.open_home()
    try:
        with bars(quiet=given.quiet) as report:
            found = comparing.compare(
                home, first, second, theme, indicator=indicator, policy=policy, level=level, progress=report
            )
    except LexiconError as error:
        raise UsageError(str(error)) from error
    if home.synthetic:
        given.say(f"SYNTHETIC DATA: {home.path} is made up")
    comparing.keep(home, [first, second])
    if output:
        _deliver(given, found, output, top)
    _tell_comparison(given, found, top, as_json=as_json, silent=output is not None)


def _deliver(given: Options, found: Comparison, output: Path, top: int) -> None:
    kind = output.suffix.lower()
    if kind == ".csv":
        from fincity.audit.comparing import COLUMNS, rows_of

        _write(output, tuple(COLUMNS), rows_of(found.cells))
        given.say(f"{output}: {len(found.cells)} {found.unit}")
    elif kind == ".html":
        from fincity.audit import pages

        pages.write(output, pages.comparison(found, top))
    else:
        from fincity.audit.pictures import draw_comparison

        width, height = draw_comparison(found, output)
        given.say(f"{output}: {width} x {height} pixels")


def _tell_comparison(given: Options, found: Comparison, top: int, *, as_json: bool, silent: bool) -> None:
    from fincity.audit.comparing import BY_YEAR

    years, movers = found.by_year(), found.movers(top)
    if as_json:
        lexicons = {side: {"id": one.id, "version": one.version} for side, one in _sides(found)}
        said = {"indicator": found.indicator.code, "level": found.level, "policy": found.policy, **lexicons}
        print_json({**said, "synthetic": found.synthetic, "spearman": found.spearman, "years": years, "movers": movers})
    elif not silent:
        first, second = (f"{one.id} {one.version}" for _, one in _sides(found))
        print_table(f"{found.indicator.code}: {first} -> {second}", BY_YEAR, map(_short, years))
        shown = ("year", "city", "before", "after", "rank_before", "rank_after", "rank_change")
        print_table("largest changes of rank in a year (positive: higher under the second)", shown, map(_short, movers))
    overall = "none: a side is the same everywhere" if found.spearman is None else f"{found.spearman:.3f}"
    if found.before.version == found.after.version:
        given.say(f"both are version {found.before.version}: what they count cannot differ")
    given.say(f"Spearman over {len(found.cells)} {found.unit}: {overall}")


def _sides(found: Comparison) -> tuple[tuple[str, Lexicon], tuple[str, Lexicon]]:
    return ("before", found.before), ("after", found.after)


def suggest(
    context: typer.Context,
    lexicon: Named,
    paths: Paths = None,
    column: Column = None,
    kind: Kind = None,
    top: Annotated[int, typer.Option(min=1, metavar="N", help="Candidates to give.")] = 50,
    min_count: Annotated[
        int, typer.Option(min=1, metavar="N", help="Sentences with a hit that a candidate stands in, at least.")
    ] = 5,
    output: Csv = None,
    as_json: AsJson = False,
) -> None:
    """Rank words that stand beside the terms of a lexicon far more often than elsewhere.

    They are candidates to be read, not terms: nothing is added to any lexicon. G2 is Dunning's log-likelihood ratio.
    """
    from fincity.audit.suggestions import suggested

    if output:
        checked(output, (".csv",))
    given = options(context)
    chosen = loaded(given, lexicon)
    audited = Audited(given, chosen, paths or [], column, None, kind, (output,) if output else ())
    with bars(quiet=given.quiet) as report:
        counted = suggested(audited.texts(), chosen, report)
    audited.aside.require_text()
    if not counted.sentences:
        raise FincityError(f"no term of {chosen.id} stands in {audited.aside.read} texts: there is nothing to go by")
    found = counted.best(top, min_count)
    columns = found[0]._fields if found else ("term",)
    tell(
        f"candidates for {chosen.id} {chosen.version}",
        columns,
        [one._asdict() for one in found],
        output,
        as_json=as_json,
    )
    given.say(f"{counted.sentences} sentences with a hit, {counted.others} without; {len(found)} candidates")
    if counted.short_by:
        given.say(
            f"counts may be short by up to {counted.short_by}: there were more candidates than are held at a time"
        )
    audited.conclude()
