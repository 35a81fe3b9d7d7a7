"""Matching and resolving in Python, without a home: texts to counts of terms, names to organisations and cities."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import BrokenExecutor
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias, cast
from warnings import warn

from etl.errors import FincityError
from etl.harmonise import as_text
from keywords.crew import Crew

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
    jobs: int = 1,
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
    name and city it has there. `jobs`: processes; a script that asks for several must do its own work under
    `if __name__ == "__main__"`.

    Raises UsageError for an unknown kind, a missing column, one that is already there, and a list that cannot be read.
    """
    import pandas as pd

    from etl.errors import UsageError
    from fincity.own_register import register_for

    if isinstance(names, pd.DataFrame):
        if column is None:
            raise UsageError("name the column that holds the names: fincity.resolve(df, 'buyer', kind='bank')")
        known = register_for(kind, register) if register is not None else None
        return _resolve_column(names, column, kind, year, columns, known, jobs)
    if columns:
        raise UsageError(f"{min(columns)} is a column of a table: give a DataFrame and the name of its column")
    if isinstance(names, Mapping) or not isinstance(names, Iterable):
        raise UsageError(f"give a name, several names or a DataFrame, not {type(names).__name__}")
    wanted = [names] if isinstance(names, str) else list(names)
    known = register_for(kind or column, register) if register is not None else None
    table = pd.DataFrame({"name": pd.Series(wanted, dtype=object)})
    return _resolve_column(table, "name", kind or column, None if year is None else _one_year(year), {}, known, jobs)


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
    jobs: int,
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
    found = _many(cells, cast("Kind", kind), register, jobs)
    data = df.copy()
    for name in COLUMNS:
        answers = [getattr(one, name) for one in found]
        data[name] = pd.Series(answers, df.index, dtype=float if name == "score" else object)
    return data


#: Rows that a process takes at a time, and how many times as many do not repay the start of another.
_CHUNK, _ALONE = 2_000, 5


def _many(cells: Mapping[str, list[Any]], kind: Kind, register: Register | None, jobs: int) -> list[Resolution]:
    """The rows of columns resolved, in their order."""
    length = len(cells["name"])
    chunks = ({what: column[n : n + _CHUNK] for what, column in cells.items()} for n in range(0, length, _CHUNK))
    try:
        with Crew(partial(_resolver, kind, register), jobs) as crew:
            return [one for _, found in crew.done(((None, chunk) for chunk in chunks), _ALONE) for one in found]
    except BrokenExecutor as error:
        raise FincityError(
            "a process that was resolving is gone: killed by somebody or for want of memory, or never started because "
            'the calling script does its work outside of `if __name__ == "__main__"`; run it again, with one job if '
            "memory is short"
        ) from error


def _resolver(kind: Kind, register: Register | None) -> Callable[[Mapping[str, list[Any]]], list[Resolution]]:
    def resolver(cells: Mapping[str, list[Any]]) -> list[Resolution]:
        rows = zip(*cells.values(), strict=True)
        return [_resolved(dict(zip(cells, row, strict=True)), kind, register) for row in rows]

    return resolver


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
