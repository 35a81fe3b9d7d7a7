"""`fincity match`: count the terms of a lexicon in texts, without a home."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Any, cast

import typer

from etl.errors import FincityError, UsageError
from fincity.cli.progress import bars
from fincity.cli.shared import Jobs, Options, loaded, options, print_table
from fincity.cli.unreadable import Aside
from fincity.output import apart, checked, replacing

if TYPE_CHECKING:
    from keywords import Lexicon, Matched, Text
    from keywords import Options as Choices

#: Rows shown where no file is asked for.
EXCERPT = 20


def match(
    context: typer.Context,
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="txt, csv, tsv, jsonl, or folders of them.")],
    lexicon: Annotated[str, typer.Option(metavar="L", help="Lexicon id or YAML file.")],
    policy: Annotated[str, typer.Option(help="strict or published.")] = "strict",
    column: Annotated[str | None, typer.Option("--field", metavar="F", help="Column or key that has the text.")] = None,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="OUT.csv: counts a document and term.")] = None,
    hits: Annotated[Path | None, typer.Option(metavar="HITS.csv", help="Every hit with its place and context.")] = None,
    wide: Annotated[bool, typer.Option("--wide", help="One row a document: totals, labels, length.")] = False,
    overlaps: Annotated[str, typer.Option(help="Which of overlapping hits count: policy, longest or all.")] = "policy",
    negation: Annotated[bool, typer.Option("--negation", help="Leave out hits behind 没有, 无, 不 ...")] = False,
    jobs: Jobs = 1,
) -> None:
    """Count the terms of a lexicon in texts.

    Ends with 3 when texts could not be read: OUT.quarantine.jsonl says which and why.
    """
    from keywords import LexiconError
    from keywords import Options as Choices

    given = options(context)
    for path in filter(None, (output, hits)):
        checked(path, (".csv",))
    try:
        chosen, choices = loaded(given, lexicon), Choices(cast("Any", overlaps), negation)
        chosen.rules(policy)
    except LexiconError as error:
        raise UsageError(str(error)) from error
    _Matching(given, chosen, policy, choices, jobs, column, wide).run(paths, output, hits)


@dataclass
class _Matching:
    """One run: reads, counts, writes, and says what could not be read."""

    given: Options
    lexicon: Lexicon
    policy: str
    choices: Choices
    jobs: int
    column: str | None
    wide: bool
    aside: Aside = field(default_factory=Aside)

    def run(self, paths: list[Path], output: Path | None, hits: Path | None) -> None:
        """Write what is asked for; without an output the beginning of the counts goes to stdout."""
        from keywords.counting import HitRow, hit_rows
        from keywords.texts import files

        found = files(paths)
        quarantine = (output or hits or Path()).with_suffix(".quarantine.jsonl") if output or hits else None
        apart([output, hits, quarantine], found)
        header = self._header()
        excerpt: list[dict[str, Any]] = []
        with ExitStack() as stack:
            if quarantine:
                self.aside.file = _opened(stack, quarantine)
            counts = _csv(stack, output, header) if output else None
            every = _csv(stack, hits, list(HitRow._fields)) if hits else None
            for matched in self._matched(found):
                rows = self._rows(matched)
                if counts:
                    counts.writerows([row[name] for name in header] for row in rows)
                elif len(excerpt) < EXCERPT:
                    excerpt += rows
                if every:
                    every.writerows(hit_rows(matched))
            self.aside.require_text()
        if quarantine and not self.aside.count:
            quarantine.unlink()  # an empty one would look like a problem
        if not output and not hits:
            print_table(f"lexicon {self.lexicon.id}, policy {self.policy}", header[:7], excerpt[:EXCERPT])
        self.aside.conclude(self.given, quarantine)

    def _header(self) -> list[str]:
        from keywords.counting import CountRow, wide_header

        return wide_header(self.lexicon) if self.wide else list(CountRow._fields)

    def _matched(self, paths: list[Path]) -> Iterator[Matched]:
        from keywords.texts import read

        texts = self.aside.readable(read(paths, self.column))
        return watched(self.given, texts, self.lexicon, self.policy, self.choices, self.jobs)

    def _rows(self, matched: Matched) -> list[dict[str, Any]]:
        from keywords.counting import count_rows, wide_row

        if self.wide:
            return [dict(wide_row(matched, self.lexicon))]
        return [row._asdict() for row in count_rows(matched, self.lexicon)]


def watched(
    given: Options, texts: Iterable[Text], lexicon: Lexicon, policy: str, choices: Choices | None = None, jobs: int = 1
) -> Iterator[Matched]:
    """Texts with their hits, with a progress bar; FincityError when a process that was matching is gone."""
    from concurrent.futures import BrokenExecutor

    from keywords import Options as Choices
    from keywords import match_stream

    try:
        with bars(quiet=given.quiet) as report:
            for number, matched in enumerate(match_stream(texts, lexicon, policy, choices or Choices(), jobs), 1):
                yield matched
                report(f"match {lexicon.id}", number, None)
    except BrokenExecutor as error:
        raise FincityError(
            "a process that was matching is gone, killed by somebody or for want of memory; nothing was written: "
            "run the same command again, with --jobs 1 if memory is short"
        ) from error


def _opened(stack: ExitStack, path: Path) -> IO[str]:
    """A file that appears under its name when the stack closes without an error."""
    temporary = stack.enter_context(replacing(path))
    return stack.enter_context(temporary.open("w", encoding="utf-8", newline=""))


def _csv(stack: ExitStack, path: Path, header: list[str]) -> Any:
    rows = csv.writer(_opened(stack, path), lineterminator="\n")
    rows.writerow(header)
    return rows
