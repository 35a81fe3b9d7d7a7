"""Read a lexicon from YAML, strictly: what is wrong is refused, every fault with file, line and remedy."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

import yaml

from keywords.folding import fold_string
from keywords.lexicon import Guard, Lexicon, LexiconError, Mode, Risk, Rules, Status, Term
from keywords.nodes import Fault, Field, Reader, compose, content

#: Longer than any term of any list; a sentence got into the list.
LONGEST = 50
ID = r"[a-z][a-z0-9_]*"

_WHOLE = "tag:yaml.org,2002:int"

LEXICON = {
    "id": Field("Names the lexicon in every count: small letters, digits and underscores", required=True),
    "title": Field("What the list is, in words", required=True),
    "status": Field("How sure the list is; terms may differ", required=True, choices=get_args(Status)),
    "sources": Field("Citations by their ids; the first is that of every term which names none", required=True),
    "terms": Field("Terms; or dimension -> terms; or layer -> dimension -> terms", required=True),
    "note": Field("Anything a reader should know"),
    "field": Field("What the source searched: title, text"),
    "size": Field("The number of terms, checked"),
    "risk": Field("How easily terms that name none hit the wrong things", choices=get_args(Risk)),
    "published": Field("What the source did; allows the policy published"),
}
TERM = {
    "term": Field("The term; * at its start or end stands for any characters there", required=True),
    "mode": Field("The mode that follows from the way it is written, as a check", choices=get_args(Mode)),
    "source": Field("Id of one of the sources"),
    "status": Field("How sure the term's source is", choices=get_args(Status)),
    "risk": Field("How easily it hits the wrong things", choices=get_args(Risk)),
    "note": Field("The wrong things it hits"),
    "evidence": Field("Where it was seen: a short quotation and its source"),
}
PUBLISHED = {
    "spaces": Field("White space of the text before matching", required=True, choices=("keep", "drop")),
    "overlaps": Field("Which of overlapping terms count", required=True, choices=("longest", "keep")),
    "guard": Field("Which terms need no ASCII letter or digit beside them", required=True, choices=get_args(Guard)),
}


@dataclass(frozen=True)
class Checked:
    """A lexicon file after reading: the lexicon, or None and the faults; and the line of each term."""

    lexicon: Lexicon | None
    faults: tuple[str, ...]
    lines: dict[str, int]


def read(path: Path) -> Lexicon:
    """Read and check one lexicon file. Raises LexiconError with all its faults."""
    return _sound(check(path))


def parse(data: bytes, name: str) -> Lexicon:
    """Read and check the bytes of a lexicon file; `name` is what faults call it. Raises LexiconError as `read` does."""
    reader = _File(name)
    return _sound(reader.checked(reader.attempt(reader.whole, data)))


def check(path: Path) -> Checked:
    """Read one lexicon file and tell all its faults."""
    reader = _File(str(path))
    return reader.checked(reader.attempt(lambda: reader.whole(content(path))))


def _sound(checked: Checked) -> Lexicon:
    if checked.lexicon is None:
        raise LexiconError(*checked.faults)
    return checked.lexicon


@dataclass(frozen=True)
class _Entry:
    """A term as the file gives it, with its group."""

    node: yaml.Node
    layer: str | None
    dimension: str | None


@dataclass(frozen=True)
class _Common:
    """What holds for every term that says nothing else."""

    sources: tuple[str, ...]
    status: Status
    risk: Risk | None


class _File(Reader):
    """The reader of one lexicon file."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.lines: dict[str, int] = {}

    def checked(self, lexicon: Lexicon | None) -> Checked:
        """What was read, without the lexicon where there are faults."""
        return Checked(None if self.faults else lexicon, self.faults, self.lines)

    def whole(self, data: bytes) -> Lexicon:
        """The lexicon of the file; what it holds is of use only without faults."""
        node = compose(data)
        if node is None:
            raise Fault(0, f"the file is empty; it needs {', '.join(k for k, f in LEXICON.items() if f.required)}")
        top = self.fields(node, "the lexicon", LEXICON)
        sources = self.part(top, "sources", self.sources) or ()
        status: Status = self.choice(top, "status", get_args(Status), "proposal")
        common = _Common(tuple(key for key, _ in sources), status, self.choice(top, "risk", get_args(Risk), None))
        return Lexicon(
            id=self.part(top, "id", self.identity) or "",
            title=self.optional(top, "title") or "",
            status=status,
            sources=sources,
            terms=self.part(top, "terms", self.terms, common, top) or (),
            published=self.part(top, "published", self.published),
            field=self.optional(top, "field"),
            note=self.optional(top, "note"),
            content=data,
        )

    def identity(self, node: yaml.Node) -> str:
        found = self.text(node, "id")
        if not re.fullmatch(ID, found):
            self.wrong(node, f"id {found!r} may hold small letters, digits and underscores only")
        return found

    def sources(self, node: yaml.Node) -> tuple[tuple[str, str], ...]:
        found = self.mapping(node, "sources")
        if not found:
            self.wrong(node, "sources is empty; name at least one, as `id: citation`")
        return tuple((key, self.text(value, f"source {key}")) for key, value in found.items())

    def published(self, node: yaml.Node) -> Rules:
        found = self.fields(node, "published", PUBLISHED)
        chosen = {name: self.choice(found, name, field.choices, None) for name, field in PUBLISHED.items()}
        return Rules(
            boundaries=False,
            guard=chosen["guard"],
            drop_spaces=chosen["spaces"] == "drop",
            keep_overlaps=chosen["overlaps"] == "keep",
        )

    # --- terms ---

    def terms(self, node: yaml.Node, common: _Common, top: dict[str, yaml.Node]) -> tuple[Term, ...]:
        entries = list(self.entries(node))
        found = [(entry, term) for entry in entries if (term := self.attempt(self.term, entry, common))]
        seen: dict[str, tuple[str, int]] = {}
        for entry, term in found:
            self.attempt(self.once, entry, term, seen)
        self.part(top, "size", self.size, len(entries))
        return tuple(term for _, term in found)

    def once(self, entry: _Entry, term: Term, seen: dict[str, tuple[str, int]]) -> None:
        """Refuse a term that folds to one before it; white space, which some rules drop, makes no difference."""
        needle = "".join(term.needle.split())
        if needle in seen:
            first, line = seen[needle]
            self.wrong(entry.node, f"term {term.term!r} repeats {first!r} of line {line}; remove one of them")
        seen[needle] = term.term, entry.node.start_mark.line + 1
        self.lines[term.term] = entry.node.start_mark.line + 1

    def size(self, node: yaml.Node, found: int) -> None:
        if node.tag != _WHOLE:
            self.wrong(node, "size must be a whole number")
        if node.value != str(found):
            self.wrong(node, f"size says {node.value} terms, the file holds {found}; correct one of them")

    def entries(self, node: yaml.Node, groups: tuple[str, ...] = ()) -> Iterator[_Entry]:
        """Walk terms, dimension -> terms, or layer -> dimension -> terms."""
        if not isinstance(node, (yaml.SequenceNode, yaml.MappingNode)):
            self.wrong(node, "terms must be a list, or groups of lists (layer, then dimension)")
        if not node.value:
            self.wrong(node, f"{' / '.join(('terms', *groups))} is empty; add a term or delete the line")
        if isinstance(node, yaml.SequenceNode):
            layer, dimension = (None, None, *groups)[-2:]
            yield from (_Entry(child, layer, dimension) for child in node.value)
        elif len(groups) == 2:
            self.wrong(node, "terms are grouped by layer and dimension at most; write a list here")
        else:
            for name, child in self.mapping(node, "terms").items():
                yield from self.attempt(list, self.entries(child, (*groups, name))) or []

    def term(self, entry: _Entry, common: _Common) -> Term | None:
        given = {"term": entry.node}
        if isinstance(entry.node, yaml.MappingNode):
            given = self.fields(entry.node, "a term", TERM)
            if "term" not in given:
                return None
        written = self.text(given["term"], "a term")
        needle, mode = self.reading(given["term"], written)
        asked = self.choice(given, "mode", get_args(Mode), mode)
        if asked != mode:
            self.wrong(given["mode"], f"term {written!r} is of mode {mode}, not {asked}; correct the term or drop mode")
        return Term(
            term=written,
            needle=needle,
            mode=mode,
            layer=entry.layer,
            dimension=entry.dimension,
            source=self.source(given, common.sources),
            status=self.choice(given, "status", get_args(Status), common.status),
            risk=self.choice(given, "risk", get_args(Risk), common.risk),
            note=self.optional(given, "note"),
            evidence=self.optional(given, "evidence"),
        )

    def source(self, given: dict[str, yaml.Node], known: tuple[str, ...]) -> str:
        """The id of a term's source; without sources, which is a fault already, there is nothing to compare with."""
        first = next(iter(known), "")
        return str(self.choice(given, "source", known, first)) if known else first

    def reading(self, node: yaml.Node, written: str) -> tuple[str, Mode]:
        """Return what to search for and how, from the way the term is written."""
        folded = fold_string(written)
        needle = folded.strip("*")
        if written != written.strip() or not written.isprintable():
            self.wrong(node, f"term {written!r} begins or ends in white space, or hides characters; delete them")
        if len(written) > LONGEST:
            self.wrong(
                node, f"term {written[:10] + '…'!r} has {len(written)} characters, more than {LONGEST}; split it"
            )
        if not needle:
            self.wrong(node, f"term {written!r} has no characters but its wildcard")
        if "*" in needle or len(folded) - len(needle) > 1:
            self.wrong(node, f"term {written!r}: one wildcard, at the start or at the end only; split the term")
        return needle, _mode(folded, needle)


def _mode(folded: str, needle: str) -> Mode:
    if folded.endswith("*"):
        return "right_stem"
    if folded.startswith("*"):
        return "left_stem"
    if needle.isascii():
        return "ascii"
    return "mixed" if any(one.isascii() and one.isalnum() for one in needle) else "word"
