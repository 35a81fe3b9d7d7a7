"""Candidates for a lexicon, counted in a stream of texts; names of places are none."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from keywords import Lexicon, Text
    from keywords.suggesting import Suggester

#: Stage, how many of how many are done.
Progress = Callable[[str, int, int | None], None]


def suggested(texts: Iterable[Text], lexicon: Lexicon, progress: Progress) -> Suggester:
    """Count the candidates of all texts."""
    from etl.places import gazetteer
    from keywords.suggesting import Suggester

    counter = Suggester(lexicon, gazetteer().names)
    for text in texts:
        counter.add(text)
        progress(f"suggest {lexicon.id}", counter.documents, None)
    return counter
