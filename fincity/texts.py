"""Matching and resolving in Python, without a home: texts to counts of terms, names to organisations and cities."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from etl.resolve.results import Kind


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

    pairs = texts.items() if isinstance(texts, Mapping | pd.Series) else enumerate(texts)
    try:
        rows = list(count(((str(document), text) for document, text in pairs), load(lexicon), policy))
    except LexiconError as error:
        raise UsageError(str(error)) from error
    return pd.DataFrame(rows, columns=list(CountRow._fields))


def resolve(names: str | Iterable[str], kind: Kind, year: int | None = None) -> pd.DataFrame:
    """Resolve names of banks, firms, public bodies or places as written.

    Returns `name`, then the columns of `fincity resolve -o`; what is unresolved is empty and `evidence` says why.
    `year` is the year the names were used in. Raises UsageError for an unknown kind.
    """
    import pandas as pd

    from etl.resolve import COLUMNS
    from etl.resolve import resolve as resolve_one

    wanted = [names] if isinstance(names, str) else list(names)
    found = (resolve_one(name, kind, year=year) for name in wanted)
    rows = [[name, *(getattr(one, column) for column in COLUMNS)] for name, one in zip(wanted, found, strict=True)]
    return pd.DataFrame(rows, columns=["name", *COLUMNS])
