"""How the hits of each term are spread over the years: when it is first seen, which terms never are, which are many."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from etl.errors import UsageError
from fincity.audit.corpus import year_of
from keywords.counting import characters

if TYPE_CHECKING:
    from keywords import Lexicon, Matched, Term

#: Columns of a term before those of the years.
TERM = ("term", "layer", "dimension", "hits", "share", "documents", "first_year", "last_year")
#: Columns of a year.
YEAR = ("year", "documents", "characters", "hits", "hits_per_10k", "terms", "largest_term", "largest_share")
PER = 10_000


@dataclass
class Drift:
    """Hits by term and year, and how much was read of each year. Texts without a year count as undated."""

    lexicon: Lexicon
    policy: str = "strict"
    #: (term, year) -> hits; all of a year's texts, and their characters without white space.
    hits: Counter[tuple[str, int]] = field(default_factory=Counter)
    documents: Counter[int] = field(default_factory=Counter)
    characters: Counter[int] = field(default_factory=Counter)
    #: term -> documents in which it stands.
    spread: Counter[str] = field(default_factory=Counter)
    undated: int = 0

    @property
    def years(self) -> list[int]:
        """The years of which there are texts, ascending."""
        return sorted(self.documents)

    @property
    def never(self) -> list[str]:
        """Terms without a hit, in the order of the lexicon."""
        return [term.term for term in self.lexicon.terms if not self.spread[term.term]]

    def add(self, matched: Matched) -> None:
        """Count a text."""
        year = year_of(matched.text)
        if year is None:
            self.undated += 1
            return
        self.documents[year] += 1
        self.characters[year] += characters(matched.text.text)
        self.hits.update((hit.term, year) for hit in matched.hits)
        self.spread.update({hit.term for hit in matched.hits})

    def rate(self, term: str, year: int) -> float:
        """Hits of a term for every 10 000 characters of a year."""
        return self.hits[term, year] * PER / self.characters[year] if self.characters[year] else 0.0

    def terms(self) -> list[dict[str, Any]]:
        """One row a term in the order of the lexicon: `TERM`, then the hits of each year; those never hit as well."""
        total = sum(self.hits.values())
        return [self._term(term, total) for term in self.lexicon.terms]

    def _term(self, term: Term, total: int) -> dict[str, Any]:
        by_year = {year: self.hits[term.term, year] for year in self.years}
        seen = [year for year, hits in by_year.items() if hits]
        hits = sum(by_year.values())
        said = (
            term.term,
            term.layer or "",
            term.dimension or "",
            hits,
            hits / total if total else 0.0,
            self.spread[term.term],
            seen[0] if seen else None,
            seen[-1] if seen else None,
        )
        return dict(zip(TERM, said, strict=True)) | {str(year): hits for year, hits in by_year.items()}

    def by_year(self) -> list[dict[str, Any]]:
        """One row a year: what was read, hits, different terms, and the term that has most of them."""
        return [self._year(year) for year in self.years]

    def _year(self, year: int) -> dict[str, Any]:
        counts = {term.term: self.hits[term.term, year] for term in self.lexicon.terms}
        total = sum(counts.values())
        largest = max(counts, key=lambda term: counts[term]) if total else None
        length = self.characters[year]
        said = (
            year,
            self.documents[year],
            length,
            total,
            total * PER / length if length else None,
            sum(1 for hits in counts.values() if hits),
            largest,
            counts[largest] / total if largest else None,
        )
        return dict(zip(YEAR, said, strict=True))

    def largest(self) -> dict[str, Any] | None:
        """The row of the term with most hits; None without hits."""
        return max(self.terms(), key=lambda row: row["hits"]) if self.hits else None


def drift(found: Iterable[Matched], lexicon: Lexicon, policy: str = "strict") -> Drift:
    """Count hits by term and year. Raises UsageError when no text has a year."""
    counted = Drift(lexicon, policy)
    for matched in found:
        counted.add(matched)
    if not counted.documents:
        texts = f"none of the {counted.undated} texts has a year" if counted.undated else "there are no texts"
        raise UsageError(
            f"{texts}: give tables with a column `year`, or say with --year-from where it stands in a document's name, "
            "such as --year-from '(20[0-9]{2})'"
        )
    return counted
