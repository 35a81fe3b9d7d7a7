"""Commands that need no home: parse pages, match texts."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from etl.errors import BoundBroken, UsageError
from fincity.cli.progress import bars
from fincity.cli.shared import Options, examples, json_line, options, print_table
from fincity.output import apart, checked, replacing

if TYPE_CHECKING:
    from fincity.parsing import Parsed
    from keywords import Lexicon
    from keywords.hits import Matched, Text
    from keywords.texts import Unreadable

#: Unreadable inputs that are named one by one.
NAMED = 5
EXCERPT = 20


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


def match(
    context: typer.Context,
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="txt, csv, tsv, jsonl, or folders of them.")],
    lexicon: Annotated[str, typer.Option(metavar="L", help="Lexicon id or YAML file.")],
    policy: Annotated[str, typer.Option(help="strict or published.")] = "strict",
    field: Annotated[str | None, typer.Option(metavar="F", help="Column or key that holds the text.")] = None,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="OUT.csv: counts a document and term.")] = None,
    hits: Annotated[Path | None, typer.Option(metavar="HITS.csv", help="Every hit with its place and context.")] = None,
    wide: Annotated[bool, typer.Option("--wide", help="One row a document, with totals and length.")] = False,
) -> None:
    """Count the terms of a lexicon in texts."""
    from keywords import LexiconError, load

    given = options(context)
    for path in (output, hits):
        if path:
            checked(path, (".csv",))
    try:
        chosen = load(lexicon)
        chosen.rules(policy)
    except LexiconError as error:
        raise UsageError(str(error)) from error
    _Matching(given, chosen, policy, field, wide).run(paths, output, hits)


class _Matching:
    """One run of `fincity match`: reads, counts, writes, and says what could not be read."""

    def __init__(self, given: Options, lexicon: Lexicon, policy: str, field: str | None, wide: bool) -> None:
        from keywords.counting import CountRow, wide_header

        self._given = given
        self._lexicon = lexicon
        self._policy = policy
        self._field = field
        self._wide = wide
        self._header = wide_header(lexicon) if wide else list(CountRow._fields)
        self._unreadable: list[Unreadable] = []
        self._read = 0

    def run(self, paths: list[Path], output: Path | None, hits: Path | None) -> None:
        """Write what is asked for; without an output the beginning of the counts goes to stdout."""
        from keywords.counting import HitRow, hit_rows
        from keywords.texts import files

        found = files(paths)
        apart([output, hits], found)
        excerpt: list[dict[str, Any]] = []
        with ExitStack() as stack:
            counts = _csv(stack, output, self._header) if output else None
            every = _csv(stack, hits, list(HitRow._fields)) if hits else None
            for matched in self._matched(found):
                rows = self._rows(matched)
                if counts:
                    counts.writerows([row[name] for name in self._header] for row in rows)
                elif len(excerpt) < EXCERPT:
                    excerpt += rows
                if every:
                    every.writerows(hit_rows(matched))
            self._require_text()
        if not output and not hits:
            print_table(f"lexicon {self._lexicon.id}, policy {self._policy}", self._header[:6], excerpt[:EXCERPT])
        self._conclude()

    def _matched(self, paths: list[Path]) -> Iterator[Matched]:
        from keywords import match_stream

        with bars(quiet=self._given.quiet) as report:
            for matched in match_stream(self._texts(paths), self._lexicon, self._policy):
                yield matched
                self._read += 1
                report(f"match {self._lexicon.id}", self._read, None)

    def _texts(self, paths: list[Path]) -> Iterator[Text]:
        from keywords.texts import Unreadable, read

        for one in read(paths, self._field):
            if isinstance(one, Unreadable):
                self._unreadable.append(one)
            else:
                yield one

    def _rows(self, matched: Matched) -> list[dict[str, Any]]:
        from keywords.counting import count_rows, wide_row

        if self._wide:
            return [dict(wide_row(matched, self._lexicon))]
        return [row._asdict() for row in count_rows(matched, self._lexicon)]

    def _require_text(self) -> None:
        if not self._read and self._unreadable:
            first = self._unreadable[0]
            raise UsageError(f"nothing could be read: {first.path}: {first.reason}")

    def _conclude(self) -> None:
        self._given.say(f"{self._read} documents, {len(self._unreadable)} unreadable")
        for one in self._unreadable[:NAMED]:
            self._given.say(f"{one.path}: {one.reason}")
        if self._unreadable:
            first = self._unreadable[0]
            raise BoundBroken(
                f"{len(self._unreadable)} documents could not be read, the others are counted; "
                f"first {first.path}: {first.reason}"
            )


def _csv(stack: ExitStack, path: Path, header: list[str]) -> Any:
    """A csv writer on a file that appears under its name when the stack closes without an error."""
    temporary = stack.enter_context(replacing(path))
    rows = csv.writer(stack.enter_context(temporary.open("w", encoding="utf-8", newline="")), lineterminator="\n")
    rows.writerow(header)
    return rows
