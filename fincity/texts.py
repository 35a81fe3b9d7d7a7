"""Matching and resolving in Python, without a home: texts to counts of terms, names to organisations and cities."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, cast

from etl.harmonise import as_text

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


def documents(texts: str | Mapping[str, str] | pd.Series | Iterable[str]) -> Iterator[Text]:
    """Texts as callers of the API give them, named; what is missing (None, NaN) is empty.

    Raises UsageError for anything else that is no text.
    """
    from etl.errors import UsageError
    from keywords import Text

    given = [texts] if isinstance(texts, str) else texts
    if hasattr(given, "columns") or not isinstance(given, Iterable):
        raise UsageError(f"give texts, such as one column of a table, not {type(texts).__name__}")
    pairs: Iterable[tuple[object, object]] = given.items() if hasattr(given, "items") else enumerate(given)
    for document, text in pairs:
        if not isinstance(text, str) and as_text(text):
            raise UsageError(f"text {document}: no text but {type(text).__name__}: {text!r:.40}")
        yield Text(str(document), text if isinstance(text, str) else "")


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

    from etl.errors import UsageError
    from fincity.own_register import register_for

    if isinstance(names, pd.DataFrame):
        if column is None:
            raise UsageError("name the column that holds the names: fincity.resolve(df, 'buyer', kind='bank')")
        known = register_for(kind, register) if register is not None else None
        return _resolve_column(names, column, kind, year, columns, known)
    if columns:
        raise UsageError(f"{min(columns)} is a column of a table: give a DataFrame and the name of its column")
    if isinstance(names, Mapping) or not isinstance(names, Iterable):
        raise UsageError(f"give a name, several names or a DataFrame, not {type(names).__name__}")
    wanted = [names] if isinstance(names, str) else list(names)
    known = register_for(kind or column, register) if register is not None else None
    table = pd.DataFrame({"name": pd.Series(wanted, dtype=object)})
    return _resolve_column(table, "name", kind or column, None if year is None else _one_year(year), {}, known)


def _one_year(year: object) -> int:
    from etl.errors import UsageError
    from etl.harmonise import read_year

    found = read_year(year)
    if found is None:
        raise UsageError(f"year {year!r:.40}: give one from 1949 to 2100")
    return found


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
    cells = {what: df[name].tolist() for what, name in asked.items()}
    if kind == "place":
        cells["name"] = _labelled(cells["name"], str(column))
    if year is not None and not isinstance(year, str):
        cells["year"] = [_one_year(year)] * len(df)
    rows = (dict(zip(cells, row, strict=True)) for row in zip(*cells.values(), strict=True))
    found = [_resolved(row, cast("Kind", kind), register) for row in rows]
    data = df.copy()
    for name in COLUMNS:
        answers = [getattr(one, name) for one in found]
        data[name] = pd.Series(answers, df.index, dtype=float if name == "score" else object)
    return data


def _labelled(cells: list[Any], heading: str) -> list[Any]:
    """The cells of a column of places, its numbers behind what they are (`etl.places.locate`).

    Codes and postcodes cannot be told apart one by one. Without a heading that says which, they are codes, but where
    one of them is none, those that might be either are open.
    """
    from etl.places import gazetteer, locate

    texts = list(map(as_text, cells))
    numbers = {text for text in texts if _SIX_DIGITS.fullmatch(text)}
    label = "邮编" if _POSTCODES.search(heading) else "代码" if _CODES.search(heading) else ""
    if not label and any(not gazetteer().get(one[:6]) and locate(one).candidates for one in numbers):
        label = "编号"
    return [label + text if text in numbers else cell for text, cell in zip(texts, cells, strict=True)]


def _resolved(asked: dict[str, Any], kind: Kind, register: Register | None) -> Resolution:
    """One name resolved; a cell that holds no text or no year is unresolved and says so."""
    from etl.harmonise import read_year
    from etl.resolve import resolve
    from etl.resolve.results import unresolved

    name = asked.pop("name")
    year = read_year(asked["year"]) if "year" in asked else None
    if "year" in asked and year is None:
        return unresolved(kind, f"no year between 1949 and 2100: {asked['year']!r:.40}")
    text = as_text(name)
    if text and kind != "place" and not isinstance(name, str):
        return unresolved(kind, f"no text but {type(name).__name__}: {name!r:.40}")
    helpful: dict[str, Any] = {what: as_text(cell) or None for what, cell in asked.items()} | {"year": year}
    return resolve(text, kind, register=register, **helpful)
