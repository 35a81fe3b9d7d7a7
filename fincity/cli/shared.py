"""What commands share: the home, remarks on stderr, tables on stdout, JSON."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from datetime import date

    from db.archive import Archive
    from db.home import Home
    from fincity.own_files import OwnTable
    from fincity.reader.release import Release
    from keywords import Lexicon

#: Width of a table when stdout is no terminal.
PIPE_WIDTH = 160

Jobs = Annotated[int, typer.Option(min=1, max=64, help="Processes to use.")]
AsJson = Annotated[bool, typer.Option("--json", help="JSON for machines on stdout.")]
ReleaseId = Annotated[str | None, typer.Option("--release", metavar="ID", help="A release; default: the current one.")]
YearRange = Annotated[str | None, typer.Option("--years", metavar="A-B", help="First and last year, or one year.")]
Source = Annotated[str | None, typer.Option("--source", metavar="S", help="One source only.")]
Csv = Annotated[Path | None, typer.Option("-o", "--output", metavar="OUT.csv", help="Write the table there.")]
Sheet = Annotated[str | None, typer.Option("--sheet", metavar="S", help="Sheet of an .xlsx; default: the first.")]
Since = Annotated[str | None, typer.Option("--since", metavar="D", help="First publication day, YYYY-MM-DD.")]
Until = Annotated[str | None, typer.Option("--until", metavar="D", help="Last publication day, YYYY-MM-DD.")]


@dataclass(frozen=True)
class Options:
    """The options before the command."""

    home: Path | None
    quiet: bool

    def home_path(self) -> Path | None:
        """The home that --home, FINCITY_HOME or fincity.toml name; None: the platform's user data folder.

        Settings are read only where a file of them lies: most homes have none, and reading takes a third of a second.
        """
        from db.home import default_path

        folder = self.home or default_path()
        if not any((place / "fincity.toml").is_file() for place in (Path(), folder)):
            return self.home
        from fincity import settings

        chosen = settings.load(self.home)
        settings.export(chosen)
        return chosen.home

    def demo_path(self) -> Path:
        """The home that is named anywhere, else a folder here: made-up data never go into the user data folder."""
        from db.home import default_path

        return self.home_path() or (default_path() if os.environ.get("FINCITY_HOME") else Path("demo-home"))

    def open_home(self) -> Home:
        """The home; UsageError when there is none."""
        from db.home import Home

        return Home.open(self.home_path())

    def archive(self) -> Archive | None:
        """The archive of the home; None where there is no home, or only what reads releases is installed."""
        from db.home import MARKER, default_path

        if not ((self.home_path() or default_path()) / MARKER).is_file():
            return None
        try:
            from db.archive import Archive
        except ModuleNotFoundError:
            return None
        return Archive.of(self.open_home())

    def release(self, name: str | None = None) -> Release:
        """A release of the home; errors as `Release.open`. Synthetic ones are announced."""
        from fincity.reader.release import Release

        opened = Release.open(self.open_home(), name)
        if opened.synthetic:
            self.say(f"SYNTHETIC DATA: release {opened.id} is made up")
        return opened

    def say(self, remark: str) -> None:
        """A remark on stderr, unless --quiet."""
        if not self.quiet:
            typer.echo(remark, err=True)


def day(option: str, text: str | None) -> date | None:
    """The day an option names; UsageError when it names none."""
    from datetime import date

    from etl.errors import UsageError

    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise UsageError(f"{option} {text}: write a day as YYYY-MM-DD, such as 2024-03-01") from None


def options(context: typer.Context) -> Options:
    """The options before the command."""
    found = context.obj
    return found if isinstance(found, Options) else Options(home=None, quiet=False)


def examples(*commands: str) -> str:
    """The examples at the end of a command's help, one a line."""
    return "\b\nExample:\n" + "\n".join(f"  {command}" for command in commands)


def loaded(given: Options, lexicon: str) -> Lexicon:
    """A lexicon by id or path, or by the id of an own one that the home counts (or counted) a theme with.

    Raises UsageError with file, line and remedy when it is unknown or wrong.
    """
    from etl.errors import UsageError
    from keywords import LexiconError, load

    try:
        return (None if Path(lexicon).is_file() else _of_home(given, lexicon)) or load(lexicon)
    except LexiconError as error:
        raise UsageError(str(error)) from error


def table_of(given: Options, path: Path, sheet: str | None) -> OwnTable:
    """A table somebody brought; sheets that nobody asked for are mentioned. Raises as `fincity.own_files.read`."""
    from fincity import own_files

    table = own_files.read(path, sheet)
    if table.other_sheets and sheet is None:
        given.say(table.remark(path))
    return table


def one_line(value: object, longest: int) -> str:
    """A value as a terminal may have it: short, in a line of its own, nothing in it moves the cursor."""
    text = "".join(c if c.isprintable() else " " for c in str(value))
    return text if len(text) <= longest else f"{text[:longest]}... ({len(text)} characters)"


def _of_home(given: Options, name: str) -> Lexicon | None:
    """The own lexicon of that id in the home, if there is a home; built-in ones never ask it."""
    from keywords import builtin

    archive = None if name in builtin() else given.archive()
    if archive is None:
        return None
    from flows import lexicons

    return lexicons.find(archive, name)


def print_json(value: Any) -> None:
    """One JSON document on stdout, readable."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))


def json_line(value: Any) -> str:
    """One JSON object on one line."""
    return json.dumps(value, ensure_ascii=False)


def print_table(title: str, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> None:
    """Rows as a table on stdout."""
    from rich.console import Console
    from rich.table import Table

    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else PIPE_WIDTH
    table = Table(title=title, title_justify="left", title_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(_cell(row.get(column)) for column in columns))
    Console(width=width, markup=False, highlight=False).print(table)


def tell(
    title: str, columns: tuple[str, ...], rows: list[dict[str, Any]], output: Path | None, *, as_json: bool
) -> None:
    """Rows as a csv file, as JSON or as a table."""
    if output:
        import pandas as pd

        from fincity.output import checked, replacing

        with replacing(checked(output, (".csv",))) as temporary:
            pd.DataFrame(rows, columns=list(columns)).to_csv(temporary, index=False, lineterminator="\n")
    if as_json:
        print_json(rows)
    elif not output:
        print_table(title, columns, rows)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:.12g}" if isinstance(value, float) else str(value)
