"""What two lexicons do not share: terms added and removed, and what became of those they share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from keywords.lexicon import Lexicon, Term

#: What is compared of a term that both have; changes of the first four change the version, and with it what counts.
COMPARED = ("term", "mode", "layer", "dimension", "source", "status", "risk", "note", "evidence")


class Change(NamedTuple):
    """One difference. `term` as written in the second lexicon where it is there; empty: of the lexicon as a whole.

    `change`: added, removed, order, published, or the name of the field that changed (`spelling` for the term itself).
    """

    term: str
    change: str
    before: str
    after: str


def differences(before: Lexicon, after: Lexicon) -> list[Change]:
    """Every difference that counts or informs: removed terms, added ones, then changes in the order of `after`.

    A term is the same when it folds to the same characters: 智能 that becomes 智能* has changed its mode. Lexicons of
    different versions differ in at least one row.
    """
    old, new = ({term.needle: term for term in lexicon.terms} for lexicon in (before, after))
    shared = [needle for needle in new if needle in old]
    return [
        *(Change(term.term, "removed", _group(term), "") for needle, term in old.items() if needle not in new),
        *(Change(term.term, "added", "", _group(term)) for needle, term in new.items() if needle not in old),
        *(change for needle in shared for change in _changed(old[needle], new[needle])),
        *_whole(before, after, [needle for needle in old if needle in new] != shared),
    ]


def _changed(old: Term, new: Term) -> Iterator[Change]:
    for name in COMPARED:
        said = [str(getattr(term, name) or "") for term in (old, new)]
        if said[0] != said[1]:
            yield Change(new.term, "spelling" if name == "term" else name, *said)


def _whole(before: Lexicon, after: Lexicon, reordered: bool) -> Iterator[Change]:
    if reordered:
        yield Change("", "order", "", "the shared terms stand in another order, which settles ties")
    if before.published != after.published:
        yield Change("", "published", str(before.published or ""), str(after.published or ""))


def _group(term: Term) -> str:
    return " / ".join(part for part in (term.layer, term.dimension) if part)
