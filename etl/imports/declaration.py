"""What an export was asked for: the declaration by which imported notices enter the ledger like a crawl.

A day of a queried firm or term (or of everything, `selection: all`) is complete when the window covers it, the query
was made after it was over, and the answer stayed below the platform's row cap. What was not queried is unknown.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from etl.records import SourceFacts
from etl.records.parsed import NoticeType
from etl.values.folding import bare

#: A ledger of more (scope, day) windows would outweigh everything else: queries then share scopes.
MOST_WINDOWS = 200_000
#: Our stages -> kinds of lists, as sources name them.
_KINDS = {"award": "result", "shortlist": "result", "correction": "change"}
#: Scope of everything, when nothing was selected.
ALL = "all"


def _code(code: str) -> str:
    if len(code) != 6 or not code.isascii() or not code.isdigit():
        raise ValueError(f"{code!r} is no six-digit code (quote it, codes are text)")
    return code


def _day(value: object) -> object:
    """A number would be taken for seconds since 1970."""
    if not isinstance(value, str | date):
        raise ValueError(f"{value!r} is no day: write it as 2024-12-31")
    return value


def _name(text: str) -> str:
    if not bare(text):
        raise ValueError("an empty name queries nothing")
    return text.strip()


Day = Annotated[date, BeforeValidator(_day)]
Code = Annotated[str, AfterValidator(_code)]
Name = Annotated[str, AfterValidator(_name)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Selection(_Strict):
    """What was asked for: suppliers by full name (a firm-led export), or words that were searched for."""

    firms: tuple[Name, ...] = ()
    terms: tuple[Name, ...] = ()

    @model_validator(mode="after")
    def _one_of_both(self) -> Selection:
        if bool(self.firms) == bool(self.terms):
            raise ValueError("give either firms or terms, at least one")
        return self


class Window(_Strict):
    """Publication days that were asked for, inclusive."""

    since: Day
    until: Day


class Asked(_Strict):
    """Whom one asked, and what everybody must know of the answer."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]{0,40}$")
    title: str = Field(min_length=1)
    who: str = Field(min_length=1)
    licence: str = Field(min_length=1)
    platform: str = Field(min_length=1)
    #: Six-digit codes of provinces or cities the export was limited to; empty: the whole country.
    area: tuple[Code, ...] = ()
    #: Number of rows at which the platform cuts an answer; null when it cuts none.
    row_cap: int | None = Field(ge=1, strict=True)
    #: Raised to replace an earlier import of the same id, its files included.
    revision: int = Field(default=1, ge=1, strict=True)


class Declaration(Asked):
    """What was asked, of whom, by whom, when, and under which licence."""

    selection: Literal["all"] | Selection
    notice_types: tuple[NoticeType, ...] = Field(default=("award",), min_length=1)
    window: Window
    queried_on: Day

    @model_validator(mode="after")
    def _in_order(self) -> Declaration:
        if self.window.since > self.window.until:
            raise ValueError(f"window: {self.window.since} lies after {self.window.until}")
        if self.queried_on < self.window.since:
            raise ValueError(f"queried_on: {self.queried_on} lies before the window: nothing could be known")
        folded = [bare(q) for q in self.queries]
        if twice := [q for q in self.queries if folded.count(bare(q)) > 1]:
            raise ValueError(f"selection: {twice[0]!r} stands twice")
        return self

    @property
    def source(self) -> str:
        """The source id its notices carry."""
        return f"import_{self.id}"

    @property
    def queries(self) -> tuple[str, ...]:
        """The firms or terms asked for, sorted; empty when all was."""
        return () if self.selection == "all" else tuple(sorted(self.selection.firms or self.selection.terms))

    @property
    def by_firm(self) -> bool:
        """Whether firms were asked for, not words."""
        return self.selection != "all" and bool(self.selection.firms)

    @property
    def asked_for(self) -> str:
        """What was selected, in words: `all notices`, `only 3 firms`."""
        if not self.queries:
            return "all notices"
        what = "firm" if self.by_firm else "term"
        return f"only {len(self.queries)} {what}{'s' * (len(self.queries) > 1)}"

    @property
    def days(self) -> int:
        """Length of the window."""
        return (self.window.until - self.window.since).days + 1

    def scopes(self) -> dict[str, str]:
        """The scope of each query: its own, unless there are so many that neighbours in order of name share one.

        A shared scope is complete on a day only where every query in it is.
        """
        queries = self.queries
        size = -(-len(queries) * self.days // MOST_WINDOWS) or 1
        groups = [queries[n : n + size] for n in range(0, len(queries), size)]
        return {query: _scope_name(group) for group in groups for query in group}

    def scope_names(self) -> tuple[str, ...]:
        """All scopes, in order of their queries."""
        return tuple(dict.fromkeys(self.scopes().values())) or (ALL,)

    def facts(self, *, synthetic: bool = False) -> SourceFacts:
        """What panels must know of it, as of a crawled source."""
        kinds = [_KINDS.get(t, t) for t in self.notice_types]
        kind = "result" if "result" in kinds else kinds[0]
        return SourceFacts(
            source=self.source,
            family="exports",
            title=self.title,
            synthetic=synthetic,
            area=self.area,
            scopes=tuple((name, kind) for name in self.scope_names()),
            start=self.window.since.isoformat(),
            cap=self.row_cap,
            licence=self.licence,
            selection=self.asked_for,
        )


def _scope_name(group: Sequence[str]) -> str:
    return group[0] if len(group) == 1 else f"{group[0]} … {group[-1]} ({len(group)})"
