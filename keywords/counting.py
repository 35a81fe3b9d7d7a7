"""Count hits: from texts to the rows that `fincity match` writes.

Everything here is a pure function of texts, lexicon, policy and options. Rows come
in the order of the texts; within a text, counts are in the code-point order of the terms, hits in reading order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from keywords.hits import Matched, Text
from keywords.labels import labels
from keywords.lexicon import Lexicon
from keywords.options import DEFAULT, Options
from keywords.streaming import match_stream

# Characters of context on each side of a hit.
CONTEXT = 20


class CountRow(NamedTuple):
    """How often a term stands in a document; only terms with at least one hit have a row."""

    document: str
    term: str
    lexicon: str
    layer: str
    dimension: str
    hits: int


class HitRow(NamedTuple):
    """One hit: `start` and `end` are character positions in the field, `context` has up to 20 characters each side."""

    document: str
    field: str
    start: int
    end: int
    text: str
    term: str
    context: str


def count(
    texts: Iterable[tuple[str, str]], lexicon: Lexicon, policy: str = "strict", options: Options = DEFAULT
) -> Iterator[CountRow]:
    """Yield the hits per document and term of (document, text) pairs. Raises LexiconError as `match_stream` does."""
    named = (Text(document, text) for document, text in texts)
    for matched in match_stream(named, lexicon, policy, options):
        yield from count_rows(matched, lexicon)


def count_rows(matched: Matched, lexicon: Lexicon) -> Iterator[CountRow]:
    """Yield one row for each term found in a text."""
    for name, hits in sorted(Counter(hit.term for hit in matched.hits).items()):
        term = lexicon.term(name)
        yield CountRow(matched.text.document, name, lexicon.id, term.layer or "", term.dimension or "", hits)


def hit_rows(matched: Matched) -> Iterator[HitRow]:
    """Yield one row for each hit in a text."""
    document, text, field, _ = matched.text
    for hit in matched.hits:
        around = " ".join(text[max(0, hit.start - CONTEXT) : hit.end + CONTEXT].split())
        yield HitRow(document, field, hit.start, hit.end, hit.text, hit.term, around)


def characters(text: str) -> int:
    """Return the length of a text, white space not counted."""
    return sum(map(len, text.split()))


def wide_header(lexicon: Lexicon) -> list[str]:
    """Return the columns of `wide_row`: totals, then one column a layer, dimension and term, in lexicon order."""
    groups = [*_groups(lexicon, "layer"), *_groups(lexicon, "dimension"), *_groups(lexicon, "term")]
    return ["document", "lexicon", "characters", "hits", "terms", "dimensions", "primary", *groups]


def wide_row(matched: Matched, lexicon: Lexicon) -> dict[str, str | int]:
    """Return one row for a text: its length, all hits, different terms, labels, hits per layer, dimension and term."""
    document, text, *_ = matched.text
    found = list(count_rows(matched, lexicon))
    row: dict[str, str | int] = dict.fromkeys(wide_header(lexicon), 0)
    totals = Counter[str]()
    given = labels(matched.hits, lexicon)
    for one in found:
        for kind, name in (("layer", one.layer), ("dimension", one.dimension), ("term", one.term)):
            if name:
                totals[f"{kind}:{name}"] += one.hits
    return (
        row
        | totals
        | {
            "document": document,
            "lexicon": lexicon.id,
            "characters": characters(text),
            "hits": len(matched.hits),
            "terms": len(found),
            "dimensions": ";".join(given.dimensions),
            "primary": given.primary,
        }
    )


def _groups(lexicon: Lexicon, kind: str) -> list[str]:
    """Return the columns of a kind; the prefix keeps a dimension apart from a layer or term of the same name."""
    names = (getattr(term, kind) for term in lexicon.terms)
    return [f"{kind}:{name}" for name in dict.fromkeys(names) if name]
