"""Commands that need no home: parse pages, match texts, resolve names."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast, get_args

import typer

from etl.errors import BoundBroken, UsageError
from fincity.cli.progress import bars
from fincity.cli.shared import AsJson, Options, examples, json_line, options, print_json, print_table
from fincity.output import apart, checked, replacing

if TYPE_CHECKING:
    from etl.resolve.results import Kind
    from fincity.parsing import Parsed
    from keywords import Lexicon
    from keywords.counting import Matched, Text
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
    app.command(
        epilog=examples(
            "fincity resolve --kind bank buyers.csv --column purchaser --year 2024 -o resolved.csv",
            "fincity resolve --explain 中国工商银行股份有限公司深圳市分行",
        )
    )(resolve)


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
        from keywords.counting import match as search

        with bars(quiet=self._given.quiet) as report:
            for matched in search(self._texts(paths), self._lexicon, self._policy):
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


def resolve(
    context: typer.Context,
    table: Annotated[Path | None, typer.Argument(metavar="[IN.csv]", help="Table with the names.")] = None,
    kind: Annotated[str | None, typer.Option(help="bank, firm, body or place.")] = None,
    column: Annotated[str | None, typer.Option(metavar="C", help="Column with the names.")] = None,
    year: Annotated[int | None, typer.Option(min=1949, max=2100, help="Year the names were used in.")] = None,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="OUT.csv.")] = None,
    explain: Annotated[str | None, typer.Option(metavar="NAME", help="Resolve one name and say why.")] = None,
    as_json: AsJson = False,
) -> None:
    """Resolve names to organisations and cities.

    Banks and their branches, firms, public bodies and places.
    """
    if output:
        checked(output, (".csv",))
    if explain is not None:
        _explain(explain, kind, year, as_json=as_json)
        return
    if table is None or kind is None or column is None:
        raise UsageError("resolve needs IN.csv, --kind and --column, or --explain NAME")
    from etl.resolve import COLUMNS, resolve_frame

    header, rows = _read_table(table, column)
    resolved = resolve_frame(rows, column, _kind(kind), year)
    if not output and as_json:
        for row in resolved:
            typer.echo(json_line(row))
        return
    if not output:
        print_table(
            f"{table} by {column}", [column, *COLUMNS], [row for row, _ in zip(resolved, range(EXCERPT), strict=False)]
        )
        return
    with ExitStack() as stack:
        writer = _csv(stack, output, [*header, *COLUMNS])
        found = 0
        for row in resolved:
            writer.writerow(row.values())
            found += bool(row["city_code"])
    options(context).say(f"{output}: {found} of {len(rows)} names have a city")


def _read_table(path: Path, column: str) -> tuple[list[str], list[dict[str, str]]]:
    """Header and rows of a csv in whatever encoding. UsageError names the row or column that is wrong."""
    from keywords.texts import decode

    try:
        lines = decode(path.read_bytes()).splitlines(keepends=True)
        reader = csv.DictReader(lines, restval="", strict=True)
        header, rows = list(reader.fieldnames or ()), list(reader)
    except (ValueError, csv.Error) as error:
        raise UsageError(f"{path}: {error}") from error
    if column not in header:
        raise UsageError(f"{path}: no column {column!r}; the columns are {', '.join(header)}")
    for number, row in enumerate(rows, 1):
        if None in row:
            raise UsageError(f"{path}, row {number}: more cells than the header has columns")
    return header, rows


def _kind(given: str) -> Kind:
    from etl.resolve.results import Kind

    if given not in get_args(Kind):
        raise UsageError(f"no kind {given!r}; use {', '.join(get_args(Kind))}")
    return cast("Kind", given)


def _explain(name: str, kind: str | None, year: int | None, *, as_json: bool) -> None:
    from etl.resolve import COLUMNS, looks_like_bank
    from etl.resolve import resolve as resolve_one

    if not name.strip():
        raise UsageError("--explain: the name is empty")
    guessed = kind or ("bank" if looks_like_bank(name) else "firm")
    found = resolve_one(name, _kind(guessed), year=year)
    answer = {column: getattr(found, column) for column in COLUMNS}
    if as_json:
        print_json({"name": name, **answer})
        return
    for column, value in answer.items():
        typer.echo(f"{column:15} {'' if value is None else value}")
