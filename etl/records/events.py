"""What the archive knows: one `FetchEvent` for each attempt to fetch a page, good or bad, and the facts of a source.

Events are written as WARC metadata records beside what was fetched; the frontier, the ledger and every derived table
can be made again from them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

#: How an attempt ended. Only `ok` carries a body that parsers read; a block or error page is archived too, as evidence.
OUTCOMES = (
    "ok",
    "http_error",  # any status but 200 that is not a block
    "timeout",
    "connection",  # refused, reset, DNS
    "blocked",  # "访问过于频繁", captcha, login, challenge: the site asked us to stop
    "robots",  # robots.txt forbids it
    "refused",  # we refused: host not allowed, redirect to a private address, body too large
    "truncated",  # the body ended early
)
#: What was asked for: `list` (one page of a walk), `detail` (one listed item), `part` (a further page of an item, its
#: `page` counted from 2), `robots` (robots.txt).
EVENT_KINDS = ("list", "detail", "part", "robots")


@dataclass(frozen=True, slots=True)
class FetchEvent:
    """One attempt. Times are UTC ISO 8601; `window` is `YYYY-MM-DD/YYYY-MM-DD`, inclusive publication days.

    A *walk* is one pass through the list of (source, scope, window), page 1 to the last; `walk` counts passes from 1.
    `page` is the page number as the family counts it, from 1. `offset` points at the response record of
    `segment`.
    """

    source: str
    scope: str
    window: str
    kind: str
    url: str
    outcome: str
    fetched_at: str
    attempt: int = 1
    walk: int = 1
    page: int | None = None
    source_id: str | None = None
    method: str = "GET"
    status: int | None = None
    content_type: str | None = None
    detail: str | None = None
    raw_sha256: str | None = None
    length: int | None = None
    segment: str | None = None
    offset: int | None = None


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """What panels must know of a source (from its YAML or an import's declaration), not how it is crawled.

    `scopes` maps a scope name to the kind of notices listed there (tender, result, ...; a prior only).
    `area`: six-digit codes of provinces or cities the source covers; empty means the whole country.
    """

    source: str
    family: str
    title: str
    synthetic: bool = False
    area: tuple[str, ...] = ()
    scopes: tuple[tuple[str, str], ...] = ()
    start: str | None = None
    #: Longest run of days without any item that is still normal; a longer one is `silent`.
    max_silent_days: int | None = None
    #: The total at which the site stops counting; a window that reaches it is never complete.
    cap: int | None = None
    #: `window`: the site filters by date; `newest_first`: the list is walked from the newest item down to the
    #: window's start.
    paging: str = "window"
    #: Rules (name, JSON condition) that put listed items out of scope before they are fetched.
    out_of_scope: tuple[tuple[str, str], ...] = ()
    licence: str | None = None
    selection: str = "all"
    ended: str | None = None
    #: How its pages are read, where the family needs telling (canonical JSON), and the charset they are known to use.
    reading: str = "{}"
    encoding: str | None = None
    #: Days for which an item may still appear late or be changed: lists of that many days back are walked again, and
    #: an item is asked for once more when it is that old.
    overlap_days: int = 0
    #: Fewest and most items of its scopes in a whole month, where the source declares bounds.
    month_min: int | None = None
    month_max: int | None = None

    def scope_names(self) -> tuple[str, ...]:
        """The scopes, in the order of the YAML."""
        return tuple(name for name, _ in self.scopes)


def event_from_dict(data: dict[str, Any]) -> FetchEvent:
    """An event from the JSON of its WARC metadata record; fields of later versions are ignored."""
    known = FetchEvent.__dataclass_fields__
    return FetchEvent(**{k: v for k, v in data.items() if k in known})
