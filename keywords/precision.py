"""Golden texts: sentences labelled by hand with what a careful reader counts, and how often the matcher agrees.

One file per lexicon, `keywords/golden/ID.yaml`; anyone can write one for a lexicon of their own:

    lexicon: my_terms
    question: "A bank's purchase. Is what is bought the technology that the term names?"
    texts:
      - {text: 手机银行升级项目, reader: [手机银行]}
      - {text: 手机银行营销礼品采购, reader: [], hits: [手机银行], why: gifts}

`reader` lists the terms that a reader would count, judged on meaning. `hits` lists what the policy strict must find: a
sentence that has it guards the matcher, one without is only measured. Where only `hits` stands, a reader agrees.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from keywords.folding import fold_string
from keywords.lexicon import Lexicon, LexiconError, Term, load
from keywords.matcher import Matcher
from keywords.nodes import Fault, Field, Reader, compose, content, nearest

FOLDER = Path(__file__).parent / "golden"

#: What is counted of a term.
COUNTS = ("right", "wrong", "missed", "spared")

_FILE = {
    "lexicon": Field("Id of the lexicon", required=True),
    "question": Field("What the reader was asked of each sentence", required=True),
    "texts": Field("The sentences", required=True),
}
_TEXT = {
    "text": Field("The sentence", required=True),
    "reader": Field("Terms that a reader would count, one entry a hit"),
    "hits": Field("Terms that the policy strict must find, from left to right"),
    "why": Field("The reason"),
}


@dataclass(frozen=True)
class Case:
    """A sentence, the terms a reader counts in it, and the hits that the rule guarantees (None: none said)."""

    text: str
    reader: tuple[str, ...]
    hits: tuple[str, ...] | None


@dataclass(frozen=True)
class Golden:
    """The sentences of a lexicon, and what the reader was asked."""

    lexicon: str
    question: str
    cases: tuple[Case, ...]


@dataclass(frozen=True)
class Score:
    """How a term fared: hits that a reader counts too, hits that none does, and what was missed.

    `spared`: sentences where the characters of the term stand, and neither reader nor matcher counts them.
    """

    term: str
    right: int
    wrong: int
    missed: int
    spared: int

    @property
    def precision(self) -> float | None:
        """The share of the hits that a reader counts; None without hits."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else None

    @property
    def recall(self) -> float | None:
        """The share of what a reader counts that was hit; None where there was nothing to hit."""
        return self.right / (self.right + self.missed) if self.right + self.missed else None


@cache
def golden(lexicon: str) -> Golden:
    """The golden texts of a built-in lexicon. Raises LexiconError when it has none or they are wrong."""
    path = FOLDER / f"{lexicon}.yaml"
    if not path.is_file():
        raise LexiconError(f"no golden texts for {lexicon!r}: write a file of your own, as keywords/precision.py says")
    return read(path, load(lexicon))


def read(path: Path, lexicon: Lexicon) -> Golden:
    """Read and check a file of golden texts. Raises LexiconError with all its faults."""
    reader = _File(str(path), lexicon)
    found = reader.attempt(reader.whole, path)
    if found is None or reader.faults:
        raise LexiconError(*reader.faults)
    return found


def measure(lexicon: Lexicon, cases: Iterable[Case]) -> list[Score]:
    """Score every term that stands in a sentence under the policy strict, in the order of the lexicon."""
    matcher = Matcher(lexicon)
    right, wrong, missed, spared = (Counter[str]() for _ in range(4))
    for case in cases:
        found, counted = Counter(hit.term for hit in matcher.find(case.text)), Counter(case.reader)
        right += found & counted
        wrong += found - counted
        missed += counted - found
        folded = fold_string(case.text)
        spared.update(t.term for t in lexicon.terms if t.needle in folded and t.term not in found | counted)
    met = right + wrong + missed + spared
    counts = (right, wrong, missed, spared)
    return [Score(t.term, *(one[t.term] for one in counts)) for t in lexicon.terms if t.term in met]


def total(scores: Iterable[Score]) -> Score:
    """The score of all terms together."""
    given = list(scores)
    return Score("", *(sum(getattr(one, name) for one in given) for name in COUNTS))


@cache
def measured(lexicon: str) -> list[Score]:
    """The scores of a built-in lexicon on its golden texts."""
    return measure(load(lexicon), golden(lexicon).cases)


class _File(Reader):
    """The reader of one file of golden texts."""

    def __init__(self, name: str, lexicon: Lexicon) -> None:
        super().__init__(name)
        self._lexicon = lexicon
        self._terms: dict[str, Term] = {term.term: term for term in lexicon.terms}

    def whole(self, path: Path) -> Golden:
        node = compose(content(path))
        if node is None:
            raise Fault(0, f"the file is empty; it needs {', '.join(_FILE)}")
        given = self.fields(node, "the file", _FILE)
        return Golden(
            lexicon=self.part(given, "lexicon", self.named) or "",
            question=self.optional(given, "question") or "",
            cases=self.part(given, "texts", self.cases) or (),
        )

    def named(self, node: yaml.Node) -> str:
        name = self.text(node, "lexicon")
        if name != self._lexicon.id:
            self.wrong(node, f"the texts are for {name!r}, the lexicon is {self._lexicon.id!r}; give the other file")
        return name

    def cases(self, node: yaml.Node) -> tuple[Case, ...]:
        if not isinstance(node, yaml.SequenceNode) or not node.value:
            self.wrong(node, "texts must be a list of sentences; add one")
        return tuple(case for child in node.value if (case := self.attempt(self.case, child)))

    def case(self, node: yaml.Node) -> Case | None:
        given = self.fields(node, "a text", _TEXT)
        if not given.keys() & {"reader", "hits"}:
            self.wrong(node, "say what a reader would count (`reader: []` for nothing)")
        text = self.optional(given, "text")
        hits = self.part(given, "hits", self.terms)
        reader = self.part(given, "reader", self.terms) if "reader" in given else hits
        return Case(text, reader or (), hits) if text else None

    def terms(self, node: yaml.Node) -> tuple[str, ...]:
        found = self.texts(node, "terms")
        for child, name in found:
            if name not in self._terms:
                self.wrong(child, f"the lexicon has no term {name!r}{nearest(name, self._terms)}")
        return tuple(name for _, name in found)
