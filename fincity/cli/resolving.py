"""The command `resolve`: names to organisations and cities, without a home."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast, get_args

import typer

from etl.errors import UsageError
from fincity.cli import explaining
from fincity.cli.shared import (
    AsJson,
    Jobs,
    Options,
    Sheet,
    examples,
    json_line,
    one_line,
    options,
    print_table,
    table_of,
)
from fincity.output import apart, checked

if TYPE_CHECKING:
    import pandas as pd

    from etl.resolve.results import Kind
    from fincity.own_files import OwnTable

EXCERPT = 20
#: Unresolved names that are told one by one.
_TOLD = 5
_LONGEST = 60


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        epilog=examples(
            "fincity resolve --kind bank buyers.csv --column purchaser --year 2024 -o resolved.csv",
            "fincity resolve --kind firm deals.xlsx --sheet 2023 --column supplier --uscc 信用代码 --address 地址",
            "fincity resolve --kind firm suppliers.csv --column supplier --register firms.csv",
            "fincity resolve --explain 中国工商银行股份有限公司深圳市分行",
        )
    )(resolve)


def resolve(
    context: typer.Context,
    table: Annotated[
        Path | None,
        typer.Argument(metavar="[IN]", help="Table with the names: .csv, .tsv, .xlsx or .dta."),
    ] = None,
    kind: Annotated[str | None, typer.Option(help="bank, firm, body or place.")] = None,
    column: Annotated[str | None, typer.Option(metavar="C", help="Column with the names.")] = None,
    year: Annotated[int | None, typer.Option(min=1949, max=2100, help="Year the names were used in.")] = None,
    year_column: Annotated[str | None, typer.Option(metavar="C", help="Column with these years.")] = None,
    address: Annotated[str | None, typer.Option(metavar="C", help="Column with addresses.")] = None,
    uscc: Annotated[str | None, typer.Option(metavar="C", help="Firms, bodies: column with credit codes.")] = None,
    cnaps: Annotated[
        str | None, typer.Option(metavar="C", help="Banks: column with bank numbers; else `cnaps`, if there is one.")
    ] = None,
    region: Annotated[
        str | None, typer.Option(metavar="C", help="Column with the province or city a name should be in.")
    ] = None,
    sheet: Sheet = None,
    register: Annotated[
        Path | None, typer.Option(metavar="FIRMS", help="With --kind firm: a list of firms to find the names in.")
    ] = None,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="OUT.csv, .parquet, .dta or .xlsx.")] = None,
    jobs: Jobs = 1,
    explain: Annotated[str | None, typer.Option(metavar="NAME", help="Resolve one name and say why.")] = None,
    as_json: AsJson = False,
) -> None:
    """Resolve names to organisations and cities.

    Banks and their branches, firms, public bodies and places. Every row is kept; where a name has no city, the
    column `evidence` says why and `candidates` what it might be.
    """
    from fincity import own_files, texts

    given = options(context)
    beside = {"address": address, "uscc": uscc, "cnaps": cnaps, "region_text": region}
    columns = {name: of for name, of in beside.items() if of is not None}
    if explain is not None:
        _demand_no_table([table, column, year_column, sheet, output, *columns.values()])
        explaining.explain(given, explaining.Question(explain, kind, year, register), as_json=as_json)
        return
    if table is None or kind is None or column is None:
        raise UsageError("resolve needs a table, --kind and --column, or --explain NAME")
    if year is not None and year_column is not None:
        raise UsageError("give either --year, one for all rows, or --year-column, not both")
    if output:
        checked(output, own_files.WRITTEN)
    apart([output], [table, *([register] if register else [])])
    read = table_of(given, table, sheet)
    if _kind(kind) == "bank" and "cnaps" in read.frame:
        columns.setdefault("cnaps", "cnaps")
    with _named(table, read, register):
        found = texts.resolve(read.shown(), column, _kind(kind), year or year_column, register, jobs, **columns)
    _tell(given, found, read, column, output, as_json=as_json)


def _demand_no_table(of_tables: list[object]) -> None:
    if any(one is not None for one in of_tables):
        raise UsageError("--explain takes one name, with --kind, --year and --register; the rest is for tables")


@contextmanager
def _named(path: Path, given: OwnTable, register: Path | None) -> Iterator[None]:
    """Name the file and sheet in errors about the table; those about the register name theirs."""
    try:
        yield
    except UsageError as error:
        if register and str(error).startswith(f"{register}: "):
            raise
        raise UsageError(f"{given.named(path)}: {error}") from error


def _kind(given: str) -> Kind:
    from etl.resolve.results import Kind

    if given not in get_args(Kind):
        raise UsageError(f"no kind {given!r}; use {', '.join(get_args(Kind))}")
    return cast("Kind", given)


def _tell(
    given: Options, found: pd.DataFrame, read: OwnTable, column: str, output: Path | None, *, as_json: bool
) -> None:
    """Write the rows or show them, and say how many stayed without a city and why."""
    from etl.resolve import COLUMNS
    from fincity import own_files

    rows = own_files.FrameTable.of(found).rows
    if output:
        own_files.write(output, found, read)
    elif as_json:
        for row in rows:
            typer.echo(json_line(row))
    else:
        title = f"the first {EXCERPT} of {len(rows)} names" if len(rows) > EXCERPT else ""
        print_table(title, [column, *COLUMNS], islice(rows, EXCERPT))
    given.say(f"{f'{output}: ' if output else ''}{found['city_code'].notna().sum()} of {len(rows)} names have a city")
    open_ = Counter((str(row[column] or ""), _why(row)) for row in rows if row["city_code"] is None)
    for (name, why), times in open_.most_common(_TOLD):
        rows_ = f" ({times} rows)" if times > 1 else ""
        given.say(f"  none for {one_line(name, _LONGEST)!r}{rows_}: {one_line(why, 3 * _LONGEST)}")
    if len(open_) > _TOLD:
        given.say(f"  and for {len(open_) - _TOLD} more: the columns evidence and candidates say why")


def _why(row: Mapping[str, str]) -> str:
    """Why a name has no city, and which it might be."""
    might = "; ".join(json.loads(row["candidates"] or "[]"))
    return f"{row['evidence']} ({might})" if might else row["evidence"]
