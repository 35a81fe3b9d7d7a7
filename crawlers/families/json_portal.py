"""Portals that answer in JSON: how their lists and notices are asked for is said by the source's YAML alone.

Fields of a scope fill the places of a path (`/{channel}/{page}.json`) or are sent beside the request's own; a dotted
name reaches into nested ones. A notice is asked for by the fields of its key (`etl.parsers.json_portal.Reading.key`).
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any, Literal
from urllib.parse import quote

from pydantic import Field, model_validator

from crawlers import guesses
from crawlers.families import Ask, Guess, Parameters, Sample, Sign, form, json_ask, query
from crawlers.sources import Scope, Source
from etl.errors import UsageError
from etl.parsers._templates import fill, names, unpack
from etl.parsers.json_portal import Reading

SIGNS = (Sign("titles of notices", text="(?:采购|招标|中标|成交|候选人|比选)[^<>]{0,40}(?:公告|公示)", weight=2),)
BEGINNING = {"params.base_url": "{origin}", "paging": "newest_first"}


class Request(Parameters):
    """A request: `json` and `form` are posted, `query` and `static_file` are fetched, the last by its path alone."""

    path: str = Field(pattern="^/")
    encoding: Literal["json", "form", "query", "static_file"] = "query"
    params: dict[str, Any] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _flat(self) -> Request:
        if self.encoding == "static_file" and self.params:
            raise ValueError("a static_file takes no params")
        if self.encoding != "json" and not all(isinstance(v, str | int) for v in self.params.values()):
            raise ValueError(f"params of a {self.encoding} are texts and numbers")
        return self


class Listing(Request):
    """The request for a page of a list; `page_start` is the number of the first page."""

    page_param: str = ""
    page_start: int = Field(default=1, ge=0)
    page_size_param: str = ""

    @model_validator(mode="after")
    def _counts(self) -> Listing:
        if bool(self.page_param) == ("page" in names(self.path)):
            raise ValueError("name the page once: page_param, or {page} in the path")
        return self


class Asking(Parameters):
    """How a source is asked."""

    base_url: str = Field(pattern=r"^https?://[^/]+$")
    list: Listing
    detail: Request


def list_request(source: Source, scope: Scope, window: str, page: int) -> Ask:  # noqa: ARG001 - walked by own date
    """Page `page` of the list of the scope, newest first."""
    asking = Asking.model_validate(source.params)
    wanted = asking.list
    number = page - 1 + wanted.page_start
    places = {"page": number, **scope.params}
    fields = deepcopy(wanted.params)
    for name, value in scope.params.items():
        if name not in names(wanted.path):
            _put(fields, name, value)
    if wanted.page_param:
        _put(fields, wanted.page_param, number)
    if wanted.page_size_param:
        _put(fields, wanted.page_size_param, source.page_size)
    return _ask(asking.base_url, wanted, fields, places)


def detail_request(source: Source, source_id: str, url: str | None) -> Ask:  # noqa: ARG001 - the key is enough
    """The notice of that key; UsageError for a key of another form."""
    asking = Asking.model_validate(source.params)
    key = Reading.model_validate(source.reading).key
    places = unpack(key, source_id)
    if places is None:
        raise UsageError(f"{source.id}: item {source_id} is not of the form {key}")
    return _ask(asking.base_url, asking.detail, _filled(asking.detail.params, places), places)


def _put(fields: dict[str, Any], path: str, value: object) -> None:
    """Set a field; a dotted path reaches into nested ones."""
    *steps, last = path.split(".")
    for step in steps:
        fields = fields.setdefault(step, {})
    fields[last] = value


def _filled(value: Any, places: Mapping[str, str]) -> Any:
    """Parameters with their places filled, however deep."""
    if isinstance(value, dict):
        return {name: _filled(inner, places) for name, inner in value.items()}
    return fill(value, lambda name: _place(places, name)) if isinstance(value, str) else value


def _place(places: Mapping[str, object], name: str) -> str:
    if name not in places:
        raise UsageError(f"nothing says what {{{name}}} is: a scope's params or the key must")
    return str(places[name])


def _ask(base: str, request: Request, fields: dict[str, Any], places: Mapping[str, object]) -> Ask:
    address = base + fill(request.path, lambda name: quote(_place(places, name), safe=""))
    if request.encoding == "json":
        return json_ask(address, fields)
    flat = {name: str(value) for name, value in fields.items()}
    if request.encoding == "form":
        return form(address, flat)
    return query(address, flat) if flat else Ask(address)


def guess(sample: Sample) -> Guess | None:
    """The fields that an answer shows; how a notice is asked for no list tells."""
    found = guesses.fields(sample.text)
    if found is None or not found.id:
        return None
    totals = {"total": found.total, "pages": found.pages}
    ends: dict[str, Any] = {name: path for name, path in totals.items() if path}
    fields = {
        "params.list": guesses.asked(sample.url),
        "page_size": found.number,
        "reading.list": {"rows": found.rows, **(ends or {"full_page": found.number})},
        "reading.fields": {"id": found.id, "title": found.title, "date": found.date},
        "reading.date_format": found.date_format,
        "reading.detail": {"body": ["content", "data.content"]},
    }
    return Guess(f"{found.number} objects with {found.id}, {found.title} and {found.date}", fields)
