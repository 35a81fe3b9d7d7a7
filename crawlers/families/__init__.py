"""Portal families: how to ask for a page of a list and for a listed item. How to read the answers is in `etl.parsers`.

A family is a module of this package with two functions, `list_request(source, scope, window, page)` and
`detail_request(source, source_id, url)`; pages are counted from 1. Its models `Asking` and `ScopeAsking`, where it has
them, say which parameters a source and its scopes must give. It does no I/O and keeps no state.

By what its pages are known is declared beside a family, for `fincity source probe`: `SIGNS`, the marks of its software;
`BEGINNING`, what the YAML of every such source begins with; `guess(page)`, where the page itself must be looked at.
"""

from __future__ import annotations

import json
import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict

from etl.errors import UsageError

if TYPE_CHECKING:
    from bs4 import BeautifulSoup

    from crawlers.sources import Scope, Source

#: Every module of this package is a family.
NAMES = tuple(sorted(module.name for module in pkgutil.iter_modules(__path__)))
FORM = "application/x-www-form-urlencoded; charset=UTF-8"


@dataclass(frozen=True, slots=True)
class Ask:
    """A request, before the crawler's own headers are added."""

    url: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Sign:
    """A mark of a family: a pattern in a page's source, an element in it (CSS), or a pattern in its address.

    `says` names it to a person. `weight` is 4 where no other software has it, 1 where others do. `reads` is the field
    of a YAML that the mark holds (`params.sid`, `scope.column`): the pattern's first group, or the element's
    `attribute`; where no mark has a weight, none counts.
    """

    says: str
    text: str = ""
    element: str = ""
    address: str = ""
    weight: int = 4
    reads: str = ""
    attribute: str = "value"


@dataclass(frozen=True, slots=True)
class Sample:
    """A page of an unknown site: its address, its source, and its elements."""

    url: str
    text: str
    soup: BeautifulSoup


@dataclass(frozen=True, slots=True)
class Guess:
    """What a page itself shows: `says` tells a person, `fields` are those of a source's YAML (`reading.item`)."""

    says: str
    fields: Mapping[str, Any]
    weight: int = 1


class Parameters(BaseModel):
    """Base of a family's `Asking` and `ScopeAsking`: what a source's YAML says about asking it."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Family(Protocol):
    """What a family module offers."""

    def list_request(self, source: Source, scope: Scope, window: str, page: int) -> Ask:
        """The request for one page of a list."""

    def detail_request(self, source: Source, source_id: str, url: str | None) -> Ask:
        """The request for a listed item."""


def family(name: str) -> Family:
    """The family of that name; UsageError when there is none."""
    if name not in NAMES:
        raise UsageError(f"no portal family {name!r}; there are {', '.join(NAMES)}")
    module: Family = import_module(f"crawlers.families.{name}")
    return module


def query(address: str, fields: Mapping[str, str]) -> Ask:
    """A GET request with a query string."""
    return Ask(f"{address}?{urlencode(fields)}")


def form(address: str, fields: Mapping[str, str]) -> Ask:
    """A POST request with a form."""
    return Ask(address, "POST", {"Content-Type": FORM}, urlencode(fields).encode())


def json_ask(address: str, content: Any) -> Ask:
    """A POST request with JSON."""
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    return Ask(address, "POST", {"Content-Type": "application/json; charset=UTF-8"}, body)


def own_page(source: Source, source_id: str, url: str | None) -> Ask:
    """The page the list gave for an item; UsageError when it gave none."""
    if not url:
        raise UsageError(f"{source.id}: item {source_id} was listed without an address")
    return Ask(url)
