"""How the columns of a file are read: which column is which field, and for notices units, separators, kinds."""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping as AnyMapping
from datetime import datetime
from typing import ClassVar, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from etl.records.parsed import NoticeType
from etl.values.folding import heading

FieldName = Literal[
    "title",
    "published_at",
    "url",
    "notice_type",
    "project_code",
    "purchaser",
    "purchaser_address",
    "agency",
    "region",
    "budget",
    "lot",
    "supplier",
    "supplier_address",
    "uscc",
    "amount",
    "currency",
    "body",
]
#: What a column may hold. Contacts, phones and e-mail are no fields: they are never read.
FIELDS: tuple[str, ...] = get_args(FieldName)
Unit = Literal["元", "千元", "万元", "百万元", "亿元"]


class Columns(BaseModel):
    """How the columns of a file are read, whatever its rows are; of several columns of one field the first filled."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    #: Fields without which a row says nothing.
    NEEDED: ClassVar[tuple[str, ...]] = ()

    #: Heading -> field. Headings under a merged one may be written `upper/lower`.
    columns: AnyMapping[str, str]
    #: Headings left unread on purpose; any other column without a field is reported.
    ignore: tuple[str, ...] = ()
    #: As Python's strptime, such as `%d/%m/%Y`; without, every usual Chinese and ISO spelling is read.
    date_formats: tuple[str, ...] = ()
    #: What separates several names in a cell; without, what lists of firms usually have (、；;, and line breaks).
    separators: tuple[str, ...] = ()
    #: Regular expressions; a row whose first filled cell matches is a remark of the platform.
    remarks: tuple[str, ...] = ()
    #: Sheet of a workbook (default: the first), row of its headings from 1 (default: found), encoding of text.
    sheet: str | None = None
    header_row: int | None = Field(default=None, ge=1, le=100)
    encoding: str | None = None

    @field_validator("columns")
    @classmethod
    def _needed(cls, columns: AnyMapping[str, str]) -> AnyMapping[str, str]:
        for needed in cls.NEEDED:
            if needed not in columns.values():
                raise ValueError(f"no column is {needed!r}: every row needs one")
        folded = [heading(name) for name in columns]
        if twice := sorted({name for name in folded if folded.count(name) > 1}):
            raise ValueError(f"the heading {twice[0]!r} stands twice")
        return columns

    @field_validator("date_formats")
    @classmethod
    def _whole_days(cls, formats: tuple[str, ...]) -> tuple[str, ...]:
        day = datetime(2024, 11, 23)  # noqa: DTZ001 - no moment, only a day to write and read again
        for one in formats:
            try:
                read = datetime.strptime(day.strftime(one), one)  # noqa: DTZ007 - the same
            except (ValueError, re.error) as error:
                raise ValueError(f"{one!r} is no date format: {error}") from error
            if read.date() != day.date():
                raise ValueError(f"{one!r} does not name year, month and day")
        return formats

    @field_validator("remarks")
    @classmethod
    def _expressions(cls, remarks: tuple[str, ...]) -> tuple[str, ...]:
        for one in remarks:
            try:
                re.compile(one)
            except re.error as error:
                raise ValueError(f"{one!r} is no regular expression: {error}") from error
        return remarks

    @model_validator(mode="after")
    def _sensible(self) -> Columns:
        if any(not one for one in self.separators):
            raise ValueError("separators: an empty text separates nothing")
        both = {heading(c) for c in self.columns} & {heading(c) for c in self.ignore}
        if both:
            raise ValueError(f"the heading {min(both)!r} is both read and ignored")
        try:
            codecs.lookup(self.encoding or "utf-8")
        except LookupError:
            raise ValueError(f"encoding: Python knows no encoding {self.encoding!r}") from None
        return self


class Mapping(Columns):
    """How an export of notices is read; regions are joined."""

    NEEDED: ClassVar[tuple[str, ...]] = ("title", "published_at")

    columns: dict[str, FieldName]
    #: Unit of amounts where neither the cell nor its heading names one.
    amount_unit: Unit | None = None
    tax_basis: Literal["incl", "excl", "unknown"] = "unknown"
    #: What a row is where neither its title nor its own type says.
    notice_type: NoticeType = "award"
    #: The platform's own types -> ours, where they are not the usual words.
    notice_types: dict[str, NoticeType] = {}
