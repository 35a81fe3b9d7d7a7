"""Parsed records: one page or file in, one `Record` out; a list page gives a `ListPage` of them.

`Record.to_dict` is the contract of `fincity parse` (one JSON object a line): amounts are decimal strings in yuan with
two decimals, times are ISO 8601 with +08:00, what is absent is null.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, get_args

#: Stages a notice can be at; the list's type code is only a prior, the body decides.
NoticeType = Literal[
    "tender",
    "prequalification",
    "supplier_call",
    "single_source",
    "candidate",
    "shortlist",
    "award",
    "correction",
    "failed",
    "contract",
    "other",
]
NOTICE_TYPES: tuple[str, ...] = get_args(NoticeType)
#: What became of a lot. Only `awarded` lots make deals.
LOT_STATUSES = ("awarded", "candidate", "failed")


@dataclass(frozen=True, slots=True)
class Page:
    """Bytes as they came, with what the transport said about them. All hints are evidence, never truth."""

    body: bytes
    source: str = ""
    url: str | None = None
    content_type: str | None = None
    #: What the list said of this page (a parsed list item), when it was reached through a list.
    listed: Record | None = None
    #: How pages of this source are read, where the family needs telling: its YAML's `reading`, as canonical JSON.
    reading: str = "{}"
    #: The charset the source is known to use, when neither transport nor page says.
    encoding: str | None = None
    #: Bodies of the document's further pages, in order (`parts` of its family names their addresses).
    parts: tuple[bytes, ...] = ()

    @property
    def sha256(self) -> str:
        """Hex SHA-256 of the body."""
        return hashlib.sha256(self.body).hexdigest()


@dataclass(frozen=True, slots=True)
class Supplier:
    """A party to a lot. `role` is `leader` or `member` in a consortium, else null."""

    name: str
    address: str | None = None
    uscc: str | None = None
    role: str | None = None


@dataclass(frozen=True, slots=True)
class Lot:
    """One lot (标包) of a notice. `amount_yuan` is the total of the lot; a rate or unit price is an `amount_note`."""

    lot: str | None = None
    status: str = "awarded"
    suppliers: tuple[Supplier, ...] = ()
    amount_yuan: str | None = None
    tax_basis: str = "unknown"  # incl | excl | unknown
    amount_note: str | None = None
    currency: str = "CNY"


@dataclass(frozen=True, slots=True)
class Record:
    """A notice, policy or report (or one line of a list page)."""

    source: str
    source_id: str
    url: str | None = None
    notice_type: str | None = None
    title: str | None = None
    project_code: str | None = None
    published_at: str | None = None
    purchaser: str | None = None
    purchaser_address: str | None = None
    agency: str | None = None
    region_text: str | None = None
    budget_yuan: str | None = None
    lots: tuple[Lot, ...] = ()
    doc_number: str | None = None
    issuers: tuple[str, ...] = ()
    doc_type: str | None = None
    text: str | None = None
    raw_sha256: str | None = None
    parser: str | None = None
    parser_version: str | None = None
    warnings: tuple[str, ...] = ()
    #: notice | policy | report
    kind: str = "notice"
    #: Reports only: the six-digit code of the place that delivered it, and the year of delivery.
    place_code: str | None = None
    year: int | None = None
    #: Keys of the site's other notices on the same purchase, where its page names them: tender, award and contract.
    related: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types, every field present."""
        # `asdict` alone would copy every text; of a notice only the lots hold anything that is no plain value.
        return {name: getattr(self, name) for name in self.__slots__} | {"lots": tuple(map(asdict, self.lots))}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Record:
        """Inverse of `to_dict` (JSON lists become tuples again)."""
        lots = tuple(
            Lot(**{**lot, "suppliers": tuple(Supplier(**s) for s in lot.get("suppliers") or ())})
            for lot in data.get("lots") or ()
        )
        return cls(
            **{
                **data,
                "lots": lots,
                "issuers": tuple(data.get("issuers") or ()),
                "warnings": tuple(data.get("warnings") or ()),
                "related": tuple(data.get("related") or ()),
            }
        )


@dataclass(frozen=True, slots=True)
class ListPage:
    """One page of a list: its items in page order, and what the site itself states about the whole list."""

    items: tuple[Record, ...] = ()
    #: Total number of items the site states for the query; null when it states none.
    listed: int | None = None
    #: Number of pages the site states; null when it states none.
    pages: int | None = None
    warnings: tuple[str, ...] = field(default=())
    #: The site itself marks the end of the list here: no next page, a page that is not full, all in one page.
    last: bool = False


#: Fields that describe how a record was read, not what was published. `related` grows with what is published later on
#: the same purchase, which is no revision of this document; the later ones name it in turn.
_PROVENANCE = {"raw_sha256", "parser", "parser_version", "warnings", "related"}


def fingerprint(record: Record) -> str:
    """Hex SHA-256 of what a record says, whatever the bytes around it.

    A revision is a change of this value: pages carry visit counters and changing scripts, so raw hashes differ for
    nothing.
    """
    said = {k: v for k, v in record.to_dict().items() if k not in _PROVENANCE}
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
