"""Read a YAML file strictly, as a tree of nodes: every fault at once, each with its line and what to do.

Only nodes know their lines, keep duplicate keys apart and tell the term 5G from the number 5. Anchors and aliases are
refused: nobody needs them here, they can make a small file huge, and a term that begins with * looks like one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import yaml

T = TypeVar("T")

#: No list of terms that a person wrote comes near either.
LARGEST = 5_000_000
DEEPEST = 10

_TEXT = "tag:yaml.org,2002:str"
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Field:
    """A field of a mapping: what it says, and what is allowed in it (the reader and the JSON schema both use this)."""

    doc: str
    required: bool = False
    choices: tuple[str, ...] = ()


class Fault(Exception):
    """Something is wrong at a line (counted from 1; 0: the file as a whole)."""

    def __init__(self, line: int, problem: str) -> None:
        super().__init__(problem)
        self.line = line


def content(path: Path) -> bytes:
    """The bytes of a file. Raises Fault for one that is too large or cannot be read."""
    try:
        if path.stat().st_size > LARGEST:
            raise Fault(0, f"larger than {LARGEST // 1_000_000} MB; is it a lexicon?")
        return path.read_bytes()
    except OSError as error:
        raise Fault(0, f"cannot be read: {error.strerror}") from None


def compose(data: bytes) -> yaml.Node | None:
    """The tree of a file's bytes, None when it holds nothing. Raises Fault."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Fault(0, f"not UTF-8 ({error.reason} at byte {error.start}); save it as UTF-8") from None
    try:
        _look_ahead(text)
        return yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise Fault(mark.line + 1 if mark else 0, f"not valid YAML: {error.problem}{_remedy(error)}") from None
    except yaml.YAMLError as error:
        raise Fault(0, f"not valid YAML: {' '.join(str(error).split())}") from None


def _look_ahead(text: str) -> None:
    """Refuse aliases and deep nesting before a tree is made of them."""
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        anchor = getattr(event, "anchor", None)
        if anchor is not None:
            sign = "*" if isinstance(event, yaml.AliasEvent) else "&"
            said = f"{sign}{anchor} means something else in YAML; put it in quotes: '{sign}{anchor}'"
            raise Fault(_line(event), said)
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise Fault(_line(event), f"nested more than {DEEPEST} deep; is it a lexicon?")


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 0


def _remedy(error: yaml.MarkedYAMLError) -> str:
    said = f"{error.context} {error.problem}"
    if "alias" in said:
        return "; put a term that begins with * in quotes: '*识别'"
    if "cannot start any token" in said:
        return "; indent with spaces, not tabs, and put text that begins with a sign in quotes"
    return ""


class Reader:
    """Reads the nodes of one file and keeps its faults."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._faults: dict[tuple[int, str], None] = {}

    @property
    def faults(self) -> tuple[str, ...]:
        """The faults found so far, from the first line to the last, as sentences."""
        return tuple(f"{self.name}{f', line {line}' if line else ''}: {said}" for line, said in sorted(self._faults))

    def wrong(self, node: yaml.Node, problem: str) -> NoReturn:
        """Raise Fault at a node."""
        raise Fault(node.start_mark.line + 1, problem)

    def note(self, fault: Fault) -> None:
        """Keep a fault and read on."""
        self._faults[fault.line, str(fault)] = None

    def attempt(self, read: Callable[..., T], *given: Any) -> T | None:
        """What `read` gives; a fault is kept, and None given instead."""
        try:
            return read(*given)
        except Fault as fault:
            self.note(fault)
            return None

    def part(self, given: Mapping[str, yaml.Node], key: str, read: Callable[..., T], *more: Any) -> T | None:
        """What a field holds; None where it is absent or wrong."""
        return self.attempt(read, given[key], *more) if key in given else None

    # --- plain values ---

    def text(self, node: yaml.Node, what: str) -> str:
        """A text that is not empty."""
        if not isinstance(node, yaml.ScalarNode):
            self.wrong(node, f"{what} must be a text, not a list or a mapping")
        if not node.value.strip():
            self.wrong(node, f"{what} is empty; fill it in or delete the line")
        if node.tag != _TEXT:
            kind = node.tag.rpartition(":")[2]
            self.wrong(node, f"{what} {node.value!r} is read as {kind}; put it in quotes to make it a text")
        return str(node.value)

    def optional(self, given: Mapping[str, yaml.Node], key: str) -> str | None:
        """A text, or None where the field is absent or wrong."""
        return self.part(given, key, self.text, key)

    def choice(self, given: Mapping[str, yaml.Node], key: str, allowed: Sequence[str], default: Any) -> Any:
        """A value out of a few, as one of the literal types of `keywords.lexicon`."""
        return self.part(given, key, self._one_of, key, allowed) or default

    def _one_of(self, node: yaml.Node, key: str, allowed: Sequence[str]) -> str:
        value = self.text(node, key)
        if value not in allowed:
            self.wrong(node, f"unknown {key} {value!r}: use one of {', '.join(allowed)}{nearest(value, allowed)}")
        return value

    def texts(self, node: yaml.Node, what: str) -> list[tuple[yaml.Node, str]]:
        """The texts of a list, with their nodes."""
        if not isinstance(node, yaml.SequenceNode):
            self.wrong(node, f"{what} must be a list")
        return [(child, self.text(child, what)) for child in node.value]

    def mapping(self, node: yaml.Node, what: str) -> dict[str, yaml.Node]:
        """A mapping by its keys; a key that stands twice is a fault."""
        if not isinstance(node, yaml.MappingNode):
            self.wrong(node, f"{what} must be a mapping (`key: value` lines)")
        found: dict[str, yaml.Node] = {}
        for key_node, value in node.value:
            key = self.attempt(self.text, key_node, f"a key of {what}")
            if key in found:
                self.note(Fault(key_node.start_mark.line + 1, f"{what} has the key {key!r} twice; keep one"))
            elif key:
                found[key] = value
        return found

    def fields(self, node: yaml.Node, what: str, known: Mapping[str, Field]) -> dict[str, yaml.Node]:
        """The known fields of a mapping; unknown and missing ones are faults."""
        found = self.mapping(node, what)
        for key in [key for key in found if key not in known]:
            line = found.pop(key).start_mark.line + 1
            named = f"{what} has no field {key!r}; known are {', '.join(known)}{nearest(key, known)}"
            self.note(Fault(line, named))
        missing = [key for key, field in known.items() if field.required and key not in found]
        if missing:
            self.note(Fault(node.start_mark.line + 1, f"{what} lacks {', '.join(missing)}; add it"))
        return found


def nearest(value: str, known: Sequence[str] | Mapping[str, Any]) -> str:
    """A remark on what was probably meant, empty when nothing is near."""
    near = get_close_matches(value.casefold(), list(known), n=1)
    return f"; did you mean {near[0]!r}?" if near else ""
