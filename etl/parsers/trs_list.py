"""Policies on sites with static lists (TRS and its like): ministries, provinces and cities, by YAML alone."""

from __future__ import annotations

from etl.parsers import _policy_page, _static_list, body, guarded, settings
from etl.parsers._policy import doc_type
from etl.parsers._selectors import Selector
from etl.parsers._static_list import ListReading, Row
from etl.records.parsed import ListPage, Page, Record
from etl.redact import redact

FAMILY = "trs_list"
VERSION = f"2.{body.VERSION}"


class Reading(ListReading):
    """How a site is read: its rows, the elements that hold texts (tried in order), and who publishes there."""

    body: tuple[Selector, ...] = _policy_page.BODIES
    issuer: str = ""


@guarded
def is_list(page: Page) -> bool:
    """Whether a page has rows and no text of a document."""
    reading = settings(page, Reading)
    return not _policy_page.has_body(page, reading.body) and _static_list.has_rows(page, reading)


@guarded
def parse_list(page: Page) -> ListPage:
    """The rows of a list page.

    Raises: Quarantined `blocked`, `not_a_list`.
    """
    return _static_list.read(page, settings(page, Reading), lambda row: _item(page, row))


def _item(page: Page, row: Row) -> Record:
    return Record(
        source=page.source or FAMILY,
        source_id=row.key,
        url=row.url,
        title=redact(row.title),
        published_at=row.published_at,
        doc_number=row.number,
        doc_type=doc_type(row.title),
        raw_sha256=page.sha256,
        parser=FAMILY,
        parser_version=VERSION,
        kind="policy",
    )


@guarded
def parse_detail(page: Page) -> Record:
    """The record of one policy document.

    Raises: Quarantined `blocked`, `body_missing` (also where only files are linked), `missing_field` (no title).
    """
    reading = settings(page, Reading)
    said, _ = _policy_page.found(page, reading.body)
    return _policy_page.record(
        page,
        said,
        family=FAMILY,
        version=VERSION,
        key=_key(page),
        issuer=reading.issuer,
        day=_static_list.day_in_address(page.url or ""),
    )


def _key(page: Page) -> str:
    """As in lists, of the address that answered: a page sent elsewhere is another document."""
    if page.url:
        return _static_list.source_id(page.url)
    return page.listed.source_id if page.listed else page.sha256[:16]
