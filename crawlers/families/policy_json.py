"""Policies listed in JSON (国家金融监督管理总局, sites searched by channel): GET, newest first; the YAML says how."""

from __future__ import annotations

from pydantic import Field

from crawlers import guesses
from crawlers.families import Ask, Guess, Parameters, Sample, Sign, own_page, query
from crawlers.sources import Scope, Source
from etl.errors import UsageError
from etl.parsers._templates import fill

SIGNS = (
    Sign("the API of 国家金融监督管理总局", text='"docSubtitle"|/cbircweb/DocInfo/'),
    Sign("a search by channel", address=r"/(?:searchList|common/search)/\w+"),
    Sign("rows with publishedTimeStr", text='"publishedTimeStr"'),
    Sign("titles of policies", text=r"〔20\d\d〕|(?:办法|意见|方案|细则|规划)[^<>\"]{0,20}的通知|令", weight=2),
    Sign("a channel", address=r"/(?:searchList|common/search)/(\w+)", weight=0, reads="scope.channel"),
)
BEGINNING = {"kind": "policy", "paging": "newest_first", "params.size_field": "pageSize"}


class Asking(Parameters):
    """Where a list is (`{channel}` in its address is the scope's) and the fields it is asked with."""

    list_url: str
    fields: dict[str, str] = Field(default_factory=dict)
    page_field: str = "page"
    size_field: str
    #: Where a document is asked for by its `{id}`; absent: it has its own page.
    detail_url: str = Field(default="", pattern=r"^$|\{id\}")


class ScopeAsking(Parameters):
    """One list: its channel, and fields of its own."""

    channel: str = Field(default="", pattern=r"^\w*$")
    fields: dict[str, str] = Field(default_factory=dict)


def list_request(source: Source, scope: Scope, window: str, page: int) -> Ask:  # noqa: ARG001 - walked by own date
    """Page `page` of a list."""
    site, own = Asking.model_validate(source.params), ScopeAsking.model_validate(scope.params)
    counted = {site.size_field: str(source.page_size), site.page_field: str(page)}
    return query(fill(site.list_url, lambda _: own.channel), {**site.fields, **own.fields, **counted})


def detail_request(source: Source, source_id: str, url: str | None) -> Ask:
    """The document by its number, or its own page; UsageError for a number of another form."""
    site = Asking.model_validate(source.params)
    if not site.detail_url:
        return own_page(source, source_id, url)
    if not source_id.isalnum():
        raise UsageError(f"{source.id}: item {source_id!r} is no number")
    return Ask(fill(site.detail_url, lambda _: source_id))


def guess(sample: Sample) -> Guess | None:
    """The fields that an answer shows."""
    found = guesses.fields(sample.text)
    if found is None or not found.total:
        return None
    asked = guesses.asked(sample.url)
    named = {"params.page_field": asked.get("page_param"), "params.size_field": asked.get("page_size_param")}
    fields = {
        "params.list_url": sample.url.partition("?")[0],
        "params.fields": {name: str(value) for name, value in asked.get("params", {}).items()},
        **{name: value for name, value in named.items() if value},
        "page_size": found.number,
        "reading.rows": found.rows,
        "reading.total": found.total,
        "reading.fields": {
            **({"id": [found.id]} if found.id else {}),
            "title": [found.title],
            "date": [found.date],
            **({"url": [found.url]} if found.url else {}),
        },
    }
    return Guess(f"{found.number} objects with {found.id}, {found.title} and {found.date}", fields, weight=0)
