"""What is allowed in a lexicon and yet likely to be a mistake: warnings, never refusals."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from keywords.lexicon import Lexicon, Term, builtin, is_builtin, load

#: ASCII terms this short are parts of product names and codes.
SHORT_ASCII = 2


class Warned(NamedTuple):
    """A warning and the term it is about; None: the lexicon as a whole."""

    term: str | None
    said: str


def warnings(lexicon: Lexicon) -> Iterator[Warned]:
    """Terms that hit the wrong things easily and say nothing of it, in the order of the lexicon."""
    if lexicon.id in builtin() and not is_builtin(lexicon):
        yield Warned(None, f"id {lexicon.id} is that of a built-in lexicon; give yours another, or counts look alike")
    for term in lexicon.terms:
        if term.risk is None and (said := _suspicious(term)):
            yield Warned(term.term, f"{said}; say so with `risk:` and `note:`, or leave it out")


def _suspicious(term: Term) -> str | None:
    if len(term.needle) == 1:
        return f"term {term.term!r} is one character, which stands in many words"
    if term.is_ascii and len(term.needle) <= SHORT_ASCII:
        return f"term {term.term!r} is {len(term.needle)} letters, which stand in many names and codes"
    if known := _risky().get(term.needle):
        lexicon, other = known
        return f"term {term.term!r} hits the wrong things easily ({lexicon}: {other.note})"
    return None


@cache
def _risky() -> dict[str, tuple[str, Term]]:
    """The terms of high risk in the built-in lexicons, by what is searched for."""
    found = [(name, term) for name in builtin() for term in load(name).terms if term.risk == "high"]
    return {term.needle: (name, term) for name, term in found}
