"""Matching and resolving in Python, without a home: texts to counts of terms, names to organisations and cities."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from etl.resolve.firms import Register
    from etl.resolve.results import Kind, Resolution
    from keywords import Text


def match(texts: Mapping[str, str] | pd.Series | Iterable[str], lexicon: str, policy: str = "strict") -> pd.DataFrame:
    """Count the terms of a lexicon in texts.

    `texts`: document -> text, a pandas Series (its index names the documents), or texts, which are numbered from 0.
    `lexicon`: an id of `fincity lexicon list` or the path of a YAML file. Returns the columns `document, term, lexicon,
    layer, dimension, hits`; only terms that were found have a row. Raises UsageError for an unknown lexicon or policy.
    """
    import pandas as pd

    from etl.errors import UsageError
    from keywords import LexiconError, count, load
    from keywords.counting import CountRow

    try:
        rows = list(count(((one.document, one.text) for one in documents(texts)), load(lexicon), policy))
    except LexiconError as error:
        raise UsageError(str(error)) from error
    return pd.DataFrame(rows, columns=list(CountRow._fields))


def documents(texts: Mapping[str, str] | pd.Series | Iterable[str]) -> Iterator[Text]:
    """Texts as callers of the API give them, named."""
    from keywords import Text

    pairs: Iterable[tuple[object, str]] = texts.items() if hasattr(texts, "items") else enumerate(texts)
    return (Text(str(document), text) for document, text in pairs)


#: Columns of a table that help to resolve names of a kind.
HELPFUL: Mapping[str, tuple[str, ...]] = {
    "bank": ("address", "cnaps", "region_text"),
    "firm": ("address", "uscc", "region_text"),
    "body": ("address", "uscc", "region_text"),
    "place": ("region_text",),
}
#: What a column of places holds where it holds numbers, by its heading.
_POSTCODES = re.compile(r"邮编|邮政编码|post_?code|postal|zip", re.IGNORECASE)
_CODES = re.compile(r"代码|区划|code|gb_?2260", re.IGNORECASE)
_SIX_DIGITS = re.compile(r"\d{6}(?:\.0+)?")


def resolve(
    names: str | Iterable[str] | pd.DataFrame,
    column: str | None = None,
    kind: Kind | None = None,
    year: int | str | None = None,
    register: str | Path | pd.DataFrame | None = None,
    **columns: str,
) -> pd.DataFrame:
    """Resolve names of banks, firms, public bodies or places as written.

    `resolve(names, "bank")`: a name or several; returns `name`, then the columns of `fincity resolve -o`.
    `resolve(df, column, kind="bank")`: one column of a table; returns the table with those columns behind its own.
    What is unresolved is empty, `evidence` says why, `candidates` what it might be. `year` is the year the names were
    used in, or in a table the column that holds it. `columns` name columns of the table that help (`HELPFUL`):
    `address`; `uscc` (credit code of a firm or body); `cnaps` (number of a bank's office); `region_text` (the place it
    should be in). Six digits in a column of places are what its heading says (区划代码, 邮编), else codes.
    `register`: a list of firms, as a file or a table (`fincity.own_register`): a firm that stands in it has the id,
    name and city it has there.

    Raises UsageError for an unknown kind, a missing column, one that is already there, and a list that cannot be read.
    """
    import pandas as pd

    from fincity.own_register import register_for

    known = register_for(kind or column, register) if register is not None else None
    if isinstance(names, pd.DataFrame):
        return _resolve_column(names, column or "", kind, year, columns, known)
    wanted = [names] if isinstance(names, str) else list(names)
    table = pd.DataFrame({"name": pd.Series(wanted, dtype=object)})
    return _resolve_column(table, "name", kind or column, year, {}, known)


def _resolve_column(
    df: pd.DataFrame,
    column: str,
    kind: str | None,
    year: int | str | None,
    columns: Mapping[str, str],
    register: Register | None,
) -> pd.DataFrame:
    import pandas as pd

    from etl.errors import UsageError
    from etl.resolve.results import COLUMNS
    from fincity.own import require_column

    if kind is None or kind not in HELPFUL:
        raise UsageError(f"no kind {kind!r}; use {', '.join(HELPFUL)}")
    if unknown := set(columns) - set(HELPFUL[kind]):
        raise UsageError(f"resolve knows no {min(unknown)} of a {kind}; it takes columns of {', '.join(HELPFUL[kind])}")
    asked = {"name": column, **columns, **({"year": year} if isinstance(year, str) else {})}
    for name in asked.values():
        require_column(df, name)
    if taken := [name for name in COLUMNS if name in df.columns]:
        raise UsageError(
            f"the table already has a column {taken[0]!r}, and resolve adds one of that name: rename yours"
        )
    rows = _rows(df.assign(**{column: _labelled(df[column])}) if kind == "place" else df, asked)
    found = [_resolved(row, cast("Kind", kind), year, register) for row in rows]
    answers = {name: [getattr(one, name) for one in found] for name in COLUMNS}
    types = dict.fromkeys(COLUMNS, object) | {"score": float}
    return df.assign(**{name: pd.Series(cells, df.index, dtype=types[name]) for name, cells in answers.items()})


def _labelled(cells: pd.Series) -> list[Any]:
    """The cells of a column of places, its numbers behind what they are (`etl.places.locate`).

    Codes and postcodes cannot be told apart one by one. Without a heading that says which, they are codes, but where
    one of them is none, those that might be either are open.
    """
    from etl.harmonise import as_text
    from etl.places import gazetteer, locate

    texts = [as_text(cell) for cell in cells.tolist()]
    numbers = {text for text in texts if _SIX_DIGITS.fullmatch(text)}
    heading = str(cells.name)
    label = "邮编" if _POSTCODES.search(heading) else "代码" if _CODES.search(heading) else ""
    if not label and any(not gazetteer().get(one[:6]) and locate(one).candidates for one in numbers):
        label = "编号"
    return [label + text if text in numbers else cell for text, cell in zip(texts, cells.tolist(), strict=True)]


def _rows(df: pd.DataFrame, columns: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """For each row its cells by what they are: name, year, address ..."""
    for row in zip(*(df[name].tolist() for name in columns.values()), strict=True):
        yield dict(zip(columns, row, strict=True))


def _resolved(asked: dict[str, Any], kind: Kind, year: int | str | None, register: Register | None) -> Resolution:
    """One name resolved; a cell that holds no text or no year is unresolved and says so."""
    from etl.harmonise import as_text, read_year
    from etl.resolve import resolve
    from etl.resolve.results import unresolved

    name, year = asked.pop("name"), asked.pop("year", year)
    when = None if year is None else read_year(year)
    if when is None and year is not None:
        return unresolved(kind, f"no year between 1949 and 2100: {year!r:.40}")
    if kind == "place" or not as_text(name):
        name = as_text(name)
    if not isinstance(name, str):
        return unresolved(kind, f"no text but {type(name).__name__}: {name!r:.40}")
    helpful: dict[str, Any] = {key: as_text(cell) or None for key, cell in asked.items()}
    return resolve(name, kind, year=when, register=register, **helpful)
