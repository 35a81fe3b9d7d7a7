"""Matching and resolving in Python, without a home: texts to counts of terms, names to organisations and cities."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias, cast, get_args
from warnings import warn

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from etl.resolve.firms import Register
    from etl.resolve.results import Kind, Resolution
    from keywords import Text


#: Texts as callers of the API give them.
Texts: TypeAlias = "Mapping[str, str] | pd.Series | Iterable[str]"


def match(
    texts: Texts | pd.DataFrame,
    column: str | Path | None = None,
    lexicon: str | Path | None = None,
    policy: str = "strict",
) -> pd.DataFrame:
    """Count the terms of a lexicon in texts.

    `match(texts, "digital_121")`: document -> text, a pandas Series (its index names the documents), a text, or texts,
    which are numbered from 0. `match(df, column, "digital_121")`: one column of a table. A lexicon is an id of
    `fincity lexicon list` or the path of a YAML file. Returns the columns `document, term, lexicon, layer, dimension,
    hits`; only terms that were found have a row.

    Missing and empty texts have no hits; of others that are no text (numbers, bytes) a warning says how many there
    are. Raises UsageError for an unknown lexicon, policy or column.
    """
    import pandas as pd

    from etl.errors import UsageError
    from keywords import LexiconError, count, load
    from keywords.counting import CountRow

    given, named = _searched(texts, column, lexicon)
    try:
        rows = list(count(((one.document, one.text) for one in documents(given)), load(named), policy))
    except LexiconError as error:
        raise UsageError(str(error)) from error
    return pd.DataFrame(rows, columns=list(CountRow._fields))


def _searched(
    texts: Texts | pd.DataFrame, column: str | Path | None, lexicon: str | Path | None
) -> tuple[Texts, str | Path]:
    """The texts to search, and the lexicon: the second argument where the first is no table."""
    import pandas as pd

    from etl.errors import UsageError
    from fincity.own import require_column

    if not isinstance(texts, pd.DataFrame):
        if (column is None) == (lexicon is None):
            raise UsageError(
                "name one lexicon: match(texts, lexicon, policy=...), of a table match(df, column, lexicon)"
            )
        return texts, column or lexicon or ""
    if column is None or lexicon is None:
        raise UsageError("a table has several columns: say which one is searched, match(df, column, lexicon)")
    require_column(texts, str(column))
    return texts[str(column)], lexicon


def documents(texts: Texts) -> Iterator[Text]:
    """Texts as callers of the API give them, named; what is no text is searched as an empty one.

    Raises UsageError for a whole table, and for what holds no texts.
    """
    import pandas as pd

    from etl.errors import UsageError
    from keywords import Text

    if isinstance(texts, pd.DataFrame):
        raise UsageError("a table has several columns: give one of them, such as df['text']")
    if isinstance(texts, bytes) or not isinstance(texts, Iterable):
        raise UsageError(f"give texts, not {type(texts).__name__}: a list, a Series or document -> text")
    given = [texts] if isinstance(texts, str) else texts
    pairs: Iterable[tuple[object, Any]] = given.items() if hasattr(given, "items") else enumerate(given)
    foreign: list[str] = []
    for document, text in pairs:
        if not isinstance(text, str) and not (pd.api.types.is_scalar(text) and pd.isna(text)):
            foreign.append(f"{document} ({type(text).__name__})")
        yield Text(str(document), text if isinstance(text, str) else "")
    if foreign:
        warn(
            f"{len(foreign)} of the texts are no text and have no hits, first {foreign[0]}: make them str", stacklevel=2
        )


#: Columns of a table that help to resolve a name.
HELPFUL = ("address", "uscc", "cnaps", "region_text")


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
    What is unresolved is empty, and `evidence` says why. `year` is the year the names were used in, or in a table the
    column that holds it. `columns` name columns of the table that help: `address`, `uscc`, `cnaps` (number of a bank's
    office), `region_text`. `register`: a list of firms, as a file or a table (`fincity.own_register`): a firm that
    stands in it has the id, name and city it has there.

    Raises UsageError for an unknown kind, a missing column, one that is already there, and a list that cannot be read.
    """
    import pandas as pd

    known = _register(register, kind or column) if register is not None else None
    if isinstance(names, pd.DataFrame):
        return _resolve_column(names, column or "", kind, year, columns, known)
    wanted = [names] if isinstance(names, str) else list(names)
    table = pd.DataFrame({"name": pd.Series(wanted, dtype=object)})
    return _resolve_column(table, "name", kind or column, year, {}, known)


def _register(given: str | Path | pd.DataFrame, kind: str | None) -> Register:
    from etl.errors import UsageError
    from fincity.own_register import register_of

    if kind != "firm":
        raise UsageError(f"a register is a list of firms: it says nothing of the kind {kind}")
    return register_of(given)


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
    from etl.resolve.results import COLUMNS, Kind
    from fincity.own import require_column

    if kind not in get_args(Kind):
        raise UsageError(f"no kind {kind!r}; use {', '.join(get_args(Kind))}")
    if unknown := set(columns) - set(HELPFUL):
        raise UsageError(f"resolve knows no {min(unknown)}; it takes columns of {', '.join(HELPFUL)}")
    asked = {"name": column, **columns, **({"year": year} if isinstance(year, str) else {})}
    for name in asked.values():
        require_column(df, name)
    if taken := [name for name in COLUMNS if name in df.columns]:
        raise UsageError(f"the table already has a column {taken[0]!r}: rename it")
    found = [_resolved(row, cast("Kind", kind), year, register) for row in _rows(df, asked)]
    answers = {name: [getattr(one, name) for one in found] for name in COLUMNS}
    types = dict.fromkeys(COLUMNS, object) | {"score": float}
    return df.assign(**{name: pd.Series(cells, df.index, dtype=types[name]) for name, cells in answers.items()})


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
