"""Commands that need no home: parse pages, match texts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from etl.errors import BoundBroken
from fincity.cli.matching import match
from fincity.cli.progress import bars
from fincity.cli.shared import Options, examples, json_line, options
from fincity.output import apart, checked, replacing

if TYPE_CHECKING:
    from fincity.parsing import Parsed


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(epilog=examples("fincity parse ccgp award.html", "fincity parse notice rows.jsonl -o records.jsonl"))(
        parse
    )
    app.command(epilog=examples("fincity match --lexicon digital_121 reports/ -o counts.csv --hits hits.csv"))(match)


def parse(
    context: typer.Context,
    family: Annotated[str, typer.Argument(metavar="FAMILY", help="ccgp, cfcpn, govcn, notice or reports.")],
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="Files, or folders of them.")],
    output: Annotated[Path | None, typer.Option("-o", "--output", help="OUT.jsonl; without it, stdout.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="End with a line of counts on stdout.")] = False,
) -> None:
    """Turn pages or JSON lines on disk into records.

    One JSON object a line. Ends with 3 when inputs were quarantined: OUT.quarantine.jsonl says which and why.
    """
    from etl.parsers import family as family_of
    from fincity import parsing

    given = options(context)
    if output:
        checked(output, (".jsonl",))
    parser = family_of(family)
    found = parsing.files(paths)
    apart([output, output and _quarantine_of(output)], found)
    results = _watched(given, parsing.parse(parser, found), f"parse {family}", len(found))
    counted = parsing.summary(_written(results, output) if output else _printed(results))
    if as_json:
        typer.echo(json_line(counted))
    given.say(f"{counted['records']} records from {counted['files']} files, {counted['quarantined']} quarantined")
    if counted["quarantined"]:
        where = f"; see {_quarantine_of(output)}" if output else ""
        raise BoundBroken(f"{counted['quarantined']} inputs were quarantined, the rest is there{where}")


def _watched(given: Options, results: Iterator[Parsed], stage: str, total: int) -> Iterator[Parsed]:
    with bars(quiet=given.quiet) as report:
        for number, result in enumerate(results, 1):
            yield result
            report(stage, number, total)


def _quarantine_of(output: Path) -> Path:
    return output.with_suffix(".quarantine.jsonl")


def _written(results: Iterator[Parsed], output: Path) -> Iterator[Parsed]:
    """Write records and refusals as they come; both files appear together at the end, or neither."""
    aside = _quarantine_of(output)
    refused = 0
    with (
        replacing(aside) as second,
        replacing(output) as first,
        first.open("w", encoding="utf-8") as records,
        second.open("w", encoding="utf-8") as refusals,
    ):
        for result in results:
            records.writelines(f"{json_line(one.to_dict())}\n" for one in result.records)
            refusals.writelines(f"{json_line(one.to_dict())}\n" for one in result.refused)
            refused += len(result.refused)
            yield result
    if not refused:
        # An empty file, or one of an earlier run, would look like a problem.
        aside.unlink()


def _printed(results: Iterator[Parsed]) -> Iterator[Parsed]:
    for result in results:
        for record in result.records:
            typer.echo(json_line(record.to_dict()))
        for one in result.refused:
            typer.echo(f"{one.source_id}: {one.reason}: {one.detail}", err=True)
        yield result
