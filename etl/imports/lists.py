"""Imported lists of firms and banks: how their columns are read, which rows count for a study, what was asked for."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from etl.errors import UsageError
from etl.imports.declaration import Asked, Day, Name
from etl.imports.mapping import Columns
from etl.resolve.listed import Field as ListedField
from etl.resolve.listed import Holding, Kind, Listed
from etl.values.folding import bare

#: Kind of import -> kind of organisation.
KINDS: dict[str, Kind] = {"firms": "firm", "banks": "bank"}


class Keep(BaseModel):
    """The firms a study counts: a row must meet every condition that is given.

    What a list does not say of a firm is not met. Status and holdings are those of the list's own day.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    #: Name of the rule, which stands with every row it leaves out.
    rule: str = Field(min_length=1, max_length=40)
    #: Any of these, as the whole name of an industry at any level of the classification.
    industry: tuple[Name, ...] = ()
    #: Any of these, as the beginning of the status: 存续 is also 存续（在营、开业、在册）.
    status: tuple[Name, ...] = ()
    #: Founded more than so many years before `as_of`.
    older_than_years: int | None = Field(default=None, ge=0, le=200, strict=True)
    #: At least one of any of these.
    has_any: tuple[Holding, ...] = ()
    #: Day on which age is told; default: the day of the list.
    as_of: Day | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Keep:
        if not (self.industry or self.status or self.older_than_years is not None or self.has_any):
            raise ValueError("give at least one of industry, status, older_than_years, has_any")
        return self

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields without which no row could meet the rule."""
        wanted = {"industry": self.industry, "status": self.status, "founded_on": self.older_than_years is not None}
        return tuple(field for field, asked in wanted.items() if asked)

    def outside(self, row: Listed, listed_on: date) -> str | None:
        """The condition a row does not meet, with the name of the rule; None for a row that counts."""
        if self.industry and not {bare(i) for i in self.industry} & {bare(i) for i in row.industry}:
            return self._said(f"industry {';'.join(row.industry)}" if row.industry else "industry not stated")
        if self.status and not any(bare(row.status).startswith(bare(status)) for status in self.status):
            return self._said(f"status {row.status}" if row.status else "status not stated")
        if self.older_than_years is not None and (why := self._young(row, self.older_than_years, listed_on)):
            return self._said(why)
        if self.has_any and not row.holds & {*self.has_any}:
            return self._said(f"has no {', '.join(self.has_any)}")
        return None

    def _said(self, why: str) -> str:
        return f"{self.rule}: {why}"[:200]

    def _young(self, row: Listed, years: int, listed_on: date) -> str | None:
        if row.founded_on is None:
            return "day of founding not stated"
        day = self.as_of or listed_on
        before = _years_before(day, years)
        if date.fromisoformat(row.founded_on) < before:
            return None
        return f"founded on {row.founded_on}, not more than {years} year{'s' * (years != 1)} before {day}"


class ListMapping(Columns):
    """How a list of firms or banks is read. Cells of several columns of region, industry and names count together."""

    NEEDED: ClassVar[tuple[str, ...]] = ("name",)

    columns: dict[str, ListedField]
    keep: Keep | None = None

    @model_validator(mode="after")
    def _can_be_kept(self) -> ListMapping:
        there = set(self.columns.values())
        if self.keep is None:
            return self
        if missing := [field for field in self.keep.fields if field not in there]:
            raise ValueError(f"keep asks for {missing[0]}, and no column is {missing[0]!r}")
        if self.keep.has_any and there.isdisjoint(self.keep.has_any):
            raise ValueError(f"keep asks for {', '.join(self.keep.has_any)}, and no column is any of these")
        return self


class ListDeclaration(Asked):
    """What a list is: who made it, of which day it is, what was asked for."""

    #: The day of which the list speaks: statuses, names and places are of this day.
    as_of: Day
    #: `all`, or the words or industries that were searched for.
    selection: Literal["all"] | tuple[Name, ...]

    @model_validator(mode="after")
    def _asked(self) -> ListDeclaration:
        if not self.selection:
            raise ValueError("selection: give `all`, or what was searched for")
        return self

    @property
    def whole(self) -> bool:
        """Whether all of the country was asked for: a name that stands there once is no other's there."""
        return self.selection == "all" and not self.area

    @property
    def asked_for(self) -> str:
        """What was selected, in words."""
        return "all" if self.selection == "all" else f"only {', '.join(self.selection)}"

    def check(self, mapping: ListMapping) -> None:
        """Raise UsageError for a rule of a later day than the list's: what it asks was not known then."""
        if mapping.keep and mapping.keep.as_of and mapping.keep.as_of > self.as_of:
            raise UsageError(f"--mapping: field keep.as_of: {mapping.keep.as_of} lies after the list's own as_of")


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # the 29 February of a year that had none
        return date(day.year - years, 3, 1)
