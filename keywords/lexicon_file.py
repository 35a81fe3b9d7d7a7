"""Read a lexicon from YAML, strictly: what is wrong is refused with file, line and remedy.

The file is read as a tree of nodes rather than as Python values, because only nodes know their lines, keep duplicate
keys apart and tell the term 5G from the number 5.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn, get_args

import yaml

from keywords.folding import fold_string
from keywords.lexicon import Guard, Lexicon, LexiconError, Mode, Risk, Rules, Status, Term

_TEXT = "tag:yaml.org,2002:str"
_WHOLE = "tag:yaml.org,2002:int"
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_REQUIRED = ("id", "title", "status", "sources", "terms")
_OPTIONAL = ("note", "field", "size", "published")
_TERM_KEYS = ("term", "mode", "source", "status", "risk", "note")
_PUBLISHED = {"spaces": ("keep", "drop"), "overlaps": ("longest", "keep"), "guard": get_args(Guard)}


def read(path: Path) -> Lexicon:
    """Read and check one lexicon file. Raises LexiconError."""
    return _File(str(path)).lexicon(_compose(path))


def _compose(path: Path) -> yaml.Node:
    try:
        node = yaml.compose(path.read_text(encoding="utf-8-sig"), Loader=_LOADER)
    except UnicodeDecodeError as error:
        raise LexiconError(f"{path}: not UTF-8 ({error.reason} at byte {error.start}); save it as UTF-8") from None
    except yaml.MarkedYAMLError as error:
        line = f", line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise LexiconError(f"{path}{line}: not valid YAML: {error.problem}") from None
    except yaml.YAMLError as error:
        raise LexiconError(f"{path}: not valid YAML: {' '.join(str(error).split())}") from None
    if node is None:
        raise LexiconError(f"{path}: the file is empty; it needs {', '.join(_REQUIRED)}")
    return node


@dataclass(frozen=True)
class _Entry:
    """A term as the file gives it, with its group."""

    node: yaml.Node
    layer: str | None
    dimension: str | None


class _File:
    """The reader of one file; it knows the name that errors mention."""

    def __init__(self, name: str) -> None:
        self.name = name

    def wrong(self, node: yaml.Node, problem: str) -> NoReturn:
        raise LexiconError(f"{self.name}, line {node.start_mark.line + 1}: {problem}")

    # --- plain values ---

    def text(self, node: yaml.Node, what: str) -> str:
        if not isinstance(node, yaml.ScalarNode):
            self.wrong(node, f"{what} must be a text, not a list or a mapping")
        if node.tag != _TEXT:
            kind = node.tag.rpartition(":")[2]
            self.wrong(node, f"{what} {node.value!r} is read as {kind}; put it in quotes to make it a text")
        if not node.value.strip():
            self.wrong(node, f"{what} is empty; fill it in or delete the line")
        return str(node.value)

    def optional(self, given: dict[str, yaml.Node], key: str) -> str | None:
        return self.text(given[key], key) if key in given else None

    def choice(self, given: dict[str, yaml.Node], key: str, allowed: tuple[Any, ...], default: Any) -> Any:
        """Return a value out of a few, as one of the literal types of `keywords.lexicon`."""
        if key not in given:
            return default
        value = self.text(given[key], key)
        if value not in allowed:
            self.wrong(given[key], f"unknown {key} {value!r}: use one of {', '.join(allowed)}")
        return value

    def mapping(self, node: yaml.Node, what: str) -> dict[str, yaml.Node]:
        if not isinstance(node, yaml.MappingNode):
            self.wrong(node, f"{what} must be a mapping (`key: value` lines)")
        found: dict[str, yaml.Node] = {}
        for key_node, value in node.value:
            key = self.text(key_node, f"a key of {what}")
            if key in found:
                self.wrong(key_node, f"{what} has the key {key!r} twice; keep one")
            found[key] = value
        return found

    def fields(
        self, node: yaml.Node, what: str, required: tuple[str, ...], optional: tuple[str, ...]
    ) -> dict[str, yaml.Node]:
        found = self.mapping(node, what)
        for key, value in found.items():
            if key not in required + optional:
                self.wrong(value, f"{what} has no field {key!r}; known are {', '.join(required + optional)}")
        missing = [key for key in required if key not in found]
        if missing:
            self.wrong(node, f"{what} lacks {', '.join(missing)}; add it")
        return found

    # --- the parts of a lexicon ---

    def lexicon(self, node: yaml.Node) -> Lexicon:
        top = self.fields(node, "the lexicon", _REQUIRED, _OPTIONAL)
        lexicon_id = self.text(top["id"], "id")
        if not re.fullmatch(r"[a-z][a-z0-9_]*", lexicon_id):
            self.wrong(top["id"], f"id {lexicon_id!r} may hold small letters, digits and underscores only")
        sources = self.sources(top["sources"])
        status: Status = self.choice(top, "status", get_args(Status), None)
        return Lexicon(
            id=lexicon_id,
            title=self.text(top["title"], "title"),
            status=status,
            sources=sources,
            terms=self.terms(top, sources, status),
            published=self.published(top["published"]) if "published" in top else None,
            field=self.optional(top, "field"),
            note=self.optional(top, "note"),
        )

    def sources(self, node: yaml.Node) -> tuple[tuple[str, str], ...]:
        found = self.mapping(node, "sources")
        if not found:
            self.wrong(node, "sources is empty; name at least one, as `id: citation`")
        return tuple((key, self.text(value, f"source {key}")) for key, value in found.items())

    def published(self, node: yaml.Node) -> Rules:
        found = self.fields(node, "published", tuple(_PUBLISHED), ())
        chosen = {key: self.choice(found, key, allowed, None) for key, allowed in _PUBLISHED.items()}
        return Rules(
            boundaries=False,
            guard=chosen["guard"],
            drop_spaces=chosen["spaces"] == "drop",
            keep_overlaps=chosen["overlaps"] == "keep",
        )

    def terms(
        self, top: dict[str, yaml.Node], sources: tuple[tuple[str, str], ...], status: Status
    ) -> tuple[Term, ...]:
        seen: dict[str, tuple[str, int]] = {}
        terms = []
        for entry in self.entries(top["terms"]):
            term = self.term(entry, sources, status)
            if term.needle in seen:
                other, line = seen[term.needle]
                self.wrong(entry.node, f"term {term.term!r} repeats {other!r} of line {line}; remove one of them")
            seen[term.needle] = term.term, entry.node.start_mark.line + 1
            terms.append(term)
        self.size(top, len(terms))
        return tuple(terms)

    def size(self, top: dict[str, yaml.Node], found: int) -> None:
        node = top.get("size")
        if node is None:
            return
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
                yield from self.entries(child, (*groups, name))

    def term(self, entry: _Entry, sources: tuple[tuple[str, str], ...], status: Status) -> Term:
        given = {"term": entry.node}
        if isinstance(entry.node, yaml.MappingNode):
            given = self.fields(entry.node, "a term", _TERM_KEYS[:1], _TERM_KEYS[1:])
        written = self.text(given["term"], "a term")
        needle, mode = self.reading(given["term"], written)
        asked = self.choice(given, "mode", get_args(Mode), mode)
        if asked != mode:
            self.wrong(given["mode"], f"term {written!r} is of mode {mode}, not {asked}; correct the term or drop mode")
        known = tuple(key for key, _ in sources)
        return Term(
            term=written,
            needle=needle,
            mode=mode,
            layer=entry.layer,
            dimension=entry.dimension,
            source=self.choice(given, "source", known, known[0]),
            status=self.choice(given, "status", get_args(Status), status),
            risk=self.choice(given, "risk", get_args(Risk), None),
            note=self.optional(given, "note"),
        )

    def reading(self, node: yaml.Node, written: str) -> tuple[str, Mode]:
        """Return what to search for and how, from the way the term is written."""
        folded = fold_string(written)
        needle = folded.strip("*")
        if written != written.strip() or not written.isprintable():
            self.wrong(node, f"term {written!r} begins or ends in white space, or hides characters; delete them")
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
