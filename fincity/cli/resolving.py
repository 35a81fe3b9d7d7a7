"""The command `resolve`: names to organisations and cities, without a home."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast, get_args

import typer

from etl.errors import UsageError
from fincity.cli import explaining
from fincity.cli.shared import AsJson, examples, json_line, options, print_table
from fincity.output import apart, checked

if TYPE_CHECKING:
    import pandas as pd

    from etl.resolve.results import Kind
    from fincity.own_files import OwnTable

EXCERPT = 20


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        epilog=examples(
            "fincity resolve --kind bank buyers.csv --column purchaser --year 2024 -o resolved.csv",
            "fincity resolve --kind firm suppliers.csv --column supplier --register firms.csv",
            "fincity resolve --explain 中国工商银行股份有限公司深圳市分行",
        )
    )(resolve)


def resolve(
    context: typer.Context,
    table: Annotated[
        Path | None,
        typer.Argument(metavar="[IN]", help="Table with the names: .csv, .tsv, .xlsx (first sheet) or .dta."),
    ] = None,
    kind: Annotated[str | None, typer.Option(help="bank, firm, body or place.")] = None,
    column: Annotated[str | None, typer.Option(metavar="C", help="Column with the names.")] = None,
    year: Annotated[int | None, typer.Option(min=1949, max=2100, help="Year the names were used in.")] = None,
    register: Annotated[
        Path | None, typer.Option(metavar="FIRMS", help="With --kind firm: a list of firms to find the names in.")
    ] = None,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="OUT.csv, .parquet, .dta or .xlsx.")] = None,
    explain: Annotated[str | None, typer.Option(metavar="NAME", help="Resolve one name and say why.")] = None,
    as_json: AsJson = False,
) -> None:
    """Resolve names to organisations and cities.

    Banks and their branches, firms, public bodies and places.
    """
    from fincity import own_files

    if output:
        checked(output, own_files.WRITTEN)
    if explain is not None:
        explaining.explain(options(context), explain, kind, year, as_json=as_json)
        return
    if table is None or kind is None or column is None:
        raise UsageError("resolve needs a table, --kind and --column, or --explain NAME")
    apart([output], [table, *([register] if register else [])])
    given = own_files.read(table)
    found = _resolved(table, given, column, kind, year, register)
    rows = own_files.FrameTable.of(found).rows
    if output:
        own_files.write(output, found, given)
        options(context).say(f"{output}: {found['city_code'].notna().sum()} of {len(rows)} names have a city")
    elif as_json:
        for row in rows:
            typer.echo(json_line(row))
    else:
        from etl.resolve import COLUMNS

        print_table(f"{table} by {column}", [column, *COLUMNS], islice(rows, EXCERPT))


def _resolved(
    path: Path, given: OwnTable, column: str, kind: str, year: int | None, register: Path | None
) -> pd.DataFrame:
    from fincity.texts import resolve as resolve_column

    beside = {"cnaps": "cnaps"} if "cnaps" in given.frame else {}
    try:
        return resolve_column(given.shown(), column, _kind(kind), year, register, **beside)
    except UsageError as error:
        if register and str(error).startswith(f"{register}: "):
            raise
        raise UsageError(f"{given.named(path)}: {error}") from error


def _kind(given: str) -> Kind:
    from etl.resolve.results import Kind

    if given not in get_args(Kind):
        raise UsageError(f"no kind {given!r}; use {', '.join(get_args(Kind))}")
    return cast("Kind", given)
