"""Theme `digital`: terms of a digital lexicon in government work reports (study S4: 汤凯等 2026, section 3.2).

The source object is the current version of a report; its place delivered it, its year is the year of delivery.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from etl.indicators.inputs import Inputs
from etl.records.rows import ContributionRow, DocumentRow


def term_hits(inputs: Inputs) -> Iterator[ContributionRow]:
    """Number of hits in the text of a report."""
    for report, hits in _counted(inputs):
        yield _row(inputs, "digital_term_hits", report, float(hits), 0.0)


def term_hits_per_10k(inputs: Inputs) -> Iterator[ContributionRow]:
    """Hits (value) over tens of thousands of characters (weight)."""
    for report, hits in _counted(inputs):
        yield _row(inputs, "digital_term_hits_per_10k", report, float(hits), report.characters / 10_000)


def _counted(inputs: Inputs) -> Iterator[tuple[DocumentRow, int]]:
    lexicon = inputs.lexicons["digital"]
    hits = Counter((h.source, h.source_id) for h in inputs.hits if h.lexicon == lexicon and h.field == "text")
    for report in inputs.reports:
        yield report, hits[report.source, report.source_id]


def _row(inputs: Inputs, code: str, report: DocumentRow, value: float, weight: float) -> ContributionRow:
    year = report.year or 0
    return ContributionRow(
        indicator=code,
        city_code=inputs.place(report.place_code, year),
        year=year,
        source_kind="document",
        source_id=f"{report.source}/{report.source_id}",
        value=value,
        weight=weight,
    )
