"""Portal families: how to ask for a page of a list and for a listed item. How to read the answers is in `etl.parsers`.

A family is a module of this package with two functions, `list_request(source, scope, window, page)` and
`detail_request(source, source_id, url)`; pages are counted from 1. It does no I/O and keeps no state.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Protocol
from urllib.parse import urlencode

from crawlers.sources import Scope, Source
from etl.errors import UsageError

NAMES = ("ccgp", "cfcpn", "govcn")
FORM = "application/x-www-form-urlencoded; charset=UTF-8"


@dataclass(frozen=True, slots=True)
class Ask:
    """A request, before the crawler's own headers are added."""

    url: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


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
