"""Lexicons: lists of terms with their sources, each term with the way it is matched.

A lexicon is one YAML file; `keywords/lexicons/` holds the built-in ones, and anyone's own file works everywhere a
built-in one does. `keywords.lexicon_file` reads and checks them. The format:

    id: my_terms                          # small letters, digits, underscores
    title: Terms of my study
    status: proposal                      # exact | verified | recalled | reconstruction | proposal
    sources:                              # id: citation; the first is the source of every term that names none
      me_2026: Me, 2026
    note: anything a reader should know   # optional
    field: title                          # optional: what the source searched
    size: 3                               # optional: the number of terms, checked
    risk: low                             # optional: low | medium | high, of the terms that name none
    published: {spaces: drop, overlaps: keep, guard: ascii}    # optional: what the source did
    terms:                                # layer -> dimension -> terms; or dimension -> terms; or just terms
      底层技术:
        云计算:
          - 云平台
          - 智能*                         # right stem: 智能客服, 智能制造 ...
          - {term: IT, risk: high, note: 耗材采购亦命中}        # also: mode, source, status, evidence
"""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from functools import cached_property, lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Literal

Mode = Literal["word", "right_stem", "left_stem", "ascii", "mixed"]
Status = Literal["exact", "verified", "recalled", "reconstruction", "proposal"]
Risk = Literal["low", "medium", "high"]
Guard = Literal["none", "ascii", "all"]

POLICIES = ("strict", "published")
_FOLDER = Path(__file__).parent / "lexicons"


class LexiconError(ValueError):
    """A lexicon is unknown, or its file is wrong; the message names file and line and says what to do.

    The message is the first of `faults` and the number of the others.
    """

    def __init__(self, *faults: str) -> None:
        more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
        super().__init__(f"{faults[0]}{more}")
        self.faults = faults


@dataclass(frozen=True)
class Term:
    """One term of a lexicon.

    `term` is written as in the lexicon (`智能*`), `needle` is what is searched for: folded, without its star.
    `risk` and `note` say where it is known to hit the wrong things; `status` how sure its source is; `evidence` where
    the term was seen, for those that no list names.
    """

    term: str
    needle: str
    mode: Mode
    layer: str | None
    dimension: str | None
    source: str
    status: Status
    risk: Risk | None = None
    note: str | None = None
    evidence: str | None = None

    @property
    def is_ascii(self) -> bool:
        """Whether all characters are ASCII (IT, 5G, B2B); such terms never enter jieba's dictionary."""
        return self.needle.isascii()

    @property
    def bound_start(self) -> bool:
        """Whether the start of a hit matters; a left stem (*识别) is free there."""
        return self.mode != "left_stem"

    @property
    def bound_end(self) -> bool:
        """Whether the end of a hit matters; a right stem (智能*) is free there."""
        return self.mode != "right_stem"

    def guards(self, guard: Guard) -> tuple[bool, bool]:
        """Whether an ASCII letter or digit before, or after, the term forbids a hit.

        ASCII terms are guarded at both ends; mixed ones (NFC支付) only where they begin or end in ASCII themselves.
        """
        if guard == "none" or (guard == "ascii" and not self.is_ascii):
            return False, False
        first, last = (end.isascii() and (self.is_ascii or end.isalnum()) for end in (self.needle[0], self.needle[-1]))
        return self.bound_start and first, self.bound_end and last


@dataclass(frozen=True)
class Rules:
    """What a policy asks of a candidate, beyond the presence of the term's characters."""

    boundaries: bool = True
    guard: Guard = "all"
    drop_spaces: bool = False
    keep_overlaps: bool = False

    def needle(self, term: Term) -> str:
        """Return what is searched for in a text folded under these rules."""
        return "".join(term.needle.split()) if self.drop_spaces else term.needle


STRICT = Rules()


@dataclass(frozen=True)
class Lexicon:
    """A list of terms with its sources (id -> citation) and, where known, the rules its source published.

    `content`: the bytes of the file it was read from, to be kept where its counts are.
    """

    id: str
    title: str
    status: Status
    sources: tuple[tuple[str, str], ...]
    terms: tuple[Term, ...]
    published: Rules | None = None
    field: str | None = None
    note: str | None = None
    content: bytes = dataclasses.field(default=b"", repr=False, compare=False)

    @property
    def source(self) -> str:
        """The citation of the list."""
        return self.sources[0][1]

    @cached_property
    def version(self) -> str:
        """Eight characters that change when a term, its mode, place or group, or the published rules change.

        Comments, layout, notes and citations do not count. The order of the terms does: it settles ties.
        """
        terms = [(term.term, term.mode, term.layer, term.dimension) for term in self.terms]
        meaning = json.dumps([terms, self.published and vars(self.published)], ensure_ascii=False, sort_keys=True)
        return sha256(meaning.encode()).hexdigest()[:8]

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The folded terms that jieba must know as words: all but the ASCII ones, in code-point order."""
        return tuple(sorted(term.needle for term in self.terms if not term.is_ascii))

    @cached_property
    def _by_name(self) -> dict[str, Term]:
        return {term.term: term for term in self.terms}

    def term(self, name: str) -> Term:
        """Return the term of that name, as a hit carries it. Raises KeyError."""
        return self._by_name[name]

    def rules(self, policy: str) -> Rules:
        """Return the rules of a policy. Raises LexiconError when it is unknown or the lexicon has none."""
        if policy == "strict":
            return STRICT
        if policy != "published":
            raise LexiconError(f"unknown matching policy {policy!r}: use one of {', '.join(POLICIES)}")
        if self.published is None:
            raise LexiconError(
                f"lexicon {self.id}: no published matching rule is known for it; use the policy strict, "
                "or give your own file a `published:` line"
            )
        return self.published


def builtin() -> tuple[str, ...]:
    """Return the ids of the lexicons that come with the package."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.yaml")))


def load(lexicon: str | Path) -> Lexicon:
    """Load a built-in lexicon by its id, or anyone's own from a YAML file.

    Raises LexiconError, naming file and line, when it is unknown or wrong.
    """
    if isinstance(lexicon, str) and lexicon in builtin():
        return _builtin(lexicon)
    path = Path(lexicon)
    if not path.is_file():
        known = ", ".join(builtin())
        raise LexiconError(f"no lexicon {str(lexicon)!r}: give the path of a YAML file or one of {known}")
    return _read(path)


def parse(content: bytes, name: str) -> Lexicon:
    """Read a lexicon from the bytes of its file; `name` is what messages call it. Raises as `load` does."""
    from keywords.lexicon_file import parse

    return parse(content, name)


def is_builtin(lexicon: Lexicon) -> bool:
    """Whether it is one that comes with the package, byte by byte."""
    return lexicon.id in builtin() and _builtin(lexicon.id).content == lexicon.content


@lru_cache(maxsize=32)
def _builtin(name: str) -> Lexicon:
    return _read(_FOLDER / f"{name}.yaml")


def _read(path: Path) -> Lexicon:
    from keywords.lexicon_file import read

    return read(path)
