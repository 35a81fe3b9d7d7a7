"""Keyword in context: which hits are shown, drawn from how many, and as what rows."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from etl.errors import UsageError
from fincity.cells import guarded
from fincity.output import checked, replacing
from fincity.reader.selection import unknown
from keywords.concordance import WIDTH, Line, Sample, lines

if TYPE_CHECKING:
    import pandas as pd

    from fincity.texts import Texts
    from keywords import Lexicon, Matched, Term

#: What the csv file says of a hit; verdict and note are empty until somebody fills them in.
COLUMNS = (
    "place",
    "term",
    "year",
    "city",
    "document",
    "title",
    "field",
    "start",
    "end",
    "left",
    "hit",
    "right",
    "verdict",
    "note",
    "term_hits",
    "lexicon",
    "version",
    "policy",
)
#: More hits than this are not held: a person reads a sample.
MOST = 100_000


@dataclass(frozen=True)
class Concordance:
    """Hits in context. `hits`: how many each term has in all texts, of which `lines` may be a sample (`size`, `seed`).

    `source` says what was searched, `documents` how many texts that were.
    """

    lexicon: Lexicon
    policy: str
    terms: tuple[Term, ...]
    lines: tuple[Line, ...]
    hits: Mapping[str, int]
    documents: int
    source: str
    size: int | None = None
    seed: int = 0
    synthetic: bool = False

    @property
    def silent(self) -> list[str]:
        """The terms asked for that have no hit."""
        return [term.term for term in self.terms if not self.hits.get(term.term)]

    def rows(self) -> Iterator[dict[str, Any]]:
        """One row a line, with `COLUMNS`."""
        same = {"lexicon": self.lexicon.id, "version": self.lexicon.version, "policy": self.policy}
        for line in self.lines:
            about = {name: line.about.get(name, "") for name in ("year", "city", "title")}
            said = {name: getattr(line, name) for name in ("place", *line._fields[:8])}
            yield said | about | same | {"verdict": "", "note": "", "term_hits": self.hits[line.term]}


def find_terms(lexicon: Lexicon, wanted: Iterable[str]) -> tuple[Term, ...]:
    """The terms of those names, in the order of the lexicon; all of them when nothing is named.

    A term is also found without its star, in other width or case. Raises UsageError, naming what is near, for one that
    the lexicon does not have.
    """
    from keywords.folding import fold_string

    by_needle = {term.needle: term for term in lexicon.terms}
    asked = set()
    for name in wanted:
        found = by_needle.get(fold_string(name.strip()).strip("*"))
        if found is None:
            raise UsageError(unknown(f"term of {lexicon.id}", name, [term.term for term in lexicon.terms]))
        asked.add(found.term)
    return tuple(term for term in lexicon.terms if not asked or term.term in asked)


def concord(
    found: Iterable[Matched],
    lexicon: Lexicon,
    terms: tuple[Term, ...],
    *,
    policy: str = "strict",
    size: int | None = None,
    seed: int = 0,
    width: int = WIDTH,
    source: str = "",
    synthetic: bool = False,
) -> Concordance:
    """Collect the hits of some terms in matched texts. Raises UsageError when there are too many to be held."""
    sample, documents = Sample(size, seed), 0
    order = {term.term: number for number, term in enumerate(terms)}
    for documents, matched in enumerate(found, 1):  # noqa: B007 - their number is used below
        for line in lines(matched, order, width):
            sample.add(line)
        if sample.held > MOST:
            raise UsageError(f"more than {MOST} hits: draw a sample of each term with --sample, such as --sample 50")
    drawn = tuple(sorted(sample.lines(), key=lambda line: order[line.term]))
    return Concordance(lexicon, policy, terms, drawn, Counter(sample.hits), documents, source, size, seed, synthetic)


def write(path: Path, found: Concordance) -> None:
    """Write the lines as a csv file that spreadsheets open, its verdicts empty."""
    with (
        replacing(checked(path, (".csv",))) as temporary,
        temporary.open("w", encoding="utf-8-sig", newline="") as file,
    ):
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(COLUMNS)
        rows.writerows([guarded(str(row[name])) for name in COLUMNS] for row in found.rows())


def concordance(
    texts: Texts,
    lexicon: str,
    terms: str | Iterable[str] = (),
    policy: str = "strict",
    *,
    sample: int | None = None,
    seed: int = 0,
    width: int = WIDTH,
) -> pd.DataFrame:
    """Show the hits of terms in their contexts.

    `texts` and `lexicon` as in `fincity.match`; `terms`: some terms of the lexicon, default all. `sample`: at most so
    many hits of each term, drawn by `seed`. Returns one row a hit with the columns of `fincity concordance -o`; fill
    in `verdict` (right, wrong, unsure) and have `fincity concordance --read` compute the precision of each term.
    Raises UsageError for an unknown lexicon, policy or term.
    """
    import pandas as pd

    from fincity.texts import documents
    from keywords import LexiconError, load, match_stream

    wanted = [terms] if isinstance(terms, str) else terms
    try:
        chosen = load(lexicon)
        matched = match_stream(documents(texts), chosen, policy)
        found = concord(matched, chosen, find_terms(chosen, wanted), policy=policy, size=sample, seed=seed, width=width)
    except LexiconError as error:
        raise UsageError(str(error)) from error
    return pd.DataFrame(list(found.rows()), columns=list(COLUMNS))
