"""The rows of the warehouse, defined once: columns, keys, references, units, meaning.

`db` makes the SQL tables, keys and checks from these classes, the docs their data dictionary, a release its codebook.
Rules (design, section 3): keys are natural, never arrival order; dates and times are ISO 8601 text, codes are text,
money is integer fen; a column marked `run` tells of one run (clock times) and is left out of the canonical dump.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from etl.records.columns import Row, col


@dataclass(frozen=True, slots=True)
class PlaceRow(Row):
    """A prefecture-level unit, municipality or province in force on the boundary year."""

    TABLE: ClassVar[str] = "place"
    code: str = col("Six-digit GB/T 2260 code; `unallocated` for what no city can be given", key=True)
    name: str = col("Full official name")
    short_name: str = col("Name without 市, 地区, 自治州")
    level: str = col("Administrative level", choices=("province", "municipality", "prefecture", "none"))
    province_code: str | None = col("Code of the province")
    province: str | None = col("Full official name of the province")


@dataclass(frozen=True, slots=True)
class ListPageRow(Row):
    """A list page as parsed: what the site stated and which items stood there."""

    TABLE: ClassVar[str] = "list_page"
    source: str = col("Source id", key=True)
    raw_sha256: str = col("SHA-256 of the page's body", key=True)
    listed: int | None = col("Total the site states")
    pages: int | None = col("Number of pages the site states")
    items: str = col("Items in page order, JSON array of records")
    error: str | None = col("Why the page could not be read, `reason: detail`")
    recipe: str = col("Input hash, stage version")
    last: bool = col("The site itself marks the end of the list here")
    warnings: str = col("What was odd on the page, JSON array of sentences")


@dataclass(frozen=True, slots=True)
class ListingRow(Row):
    """An item some list page showed us, and what became of it: the counts of all listings add up."""

    TABLE: ClassVar[str] = "listing"
    source: str = col("Source id", key=True)
    source_id: str = col("The source's own natural key of the item", key=True)
    scope: str = col("Scope (list) that showed it; the first in order of name if several did")
    url: str | None = col("Address of the item's page")
    title: str | None = col("Title as listed")
    published_on: str | None = col("Publication day as listed, +08:00")
    kind_given: str | None = col("Kind of notice as listed (a prior)")
    state: str = col("What became of it", choices=("parsed", "quarantined", "out_of_scope", "pending"))
    reason: str | None = col("Rule, quarantine reason or last error")


@dataclass(frozen=True, slots=True)
class DocumentRow(Row):
    """One version of a notice, policy or report, as parsed and redacted."""

    TABLE: ClassVar[str] = "document"
    source: str = col("Source id", key=True)
    source_id: str = col("The source's own natural key", key=True)
    fingerprint: str = col("SHA-256 of the parsed record: changes when the document says something else", key=True)
    is_current: bool = col("The latest version of the document")
    kind: str = col("Kind of document", choices=("notice", "policy", "report"))
    notice_type: str | None = col("Stage of a notice, read from its body")
    title: str | None = col("Title, redacted")
    url: str | None = col("Address")
    published_at: str | None = col("Publication time, ISO 8601, +08:00")
    place_code: str | None = col("Place that delivered a report")
    year: int | None = col("Year of delivery of a report")
    characters: int = col("Length of the redacted text, white space not counted", unit="characters")
    record: str = col("The whole parsed record as JSON (contract of `fincity parse`)")
    raw_sha256: str = col("SHA-256 of the page or file it was parsed from")
    parser: str = col("Parser family")
    recipe: str = col("Input hash, stage version")


@dataclass(frozen=True, slots=True)
class QuarantineRow(Row):
    """An input that could not become a record, and why. Replayed by `fincity quarantine replay` after a fix."""

    TABLE: ClassVar[str] = "quarantine"
    source: str = col("Source id or import id", key=True)
    source_id: str = col("Natural key or path of the input", key=True)
    raw_sha256: str = col("SHA-256 of the input; empty when there were no bytes", key=True)
    reason: str = col("Short stable code")
    detail: str = col("The reason in words")
    url: str | None = col("Address or file and row")
    parser: str = col("Parser family")
    recipe: str = col("Input hash, stage version")


@dataclass(frozen=True, slots=True)
class CoverageDayRow(Row):
    """The coverage ledger: source x scope x publication day, as of the archive's last event."""

    TABLE: ClassVar[str] = "coverage_day"
    source: str = col("Source id or import id", key=True)
    scope: str = col("Scope of the source", key=True)
    day: str = col("Publication day, +08:00", key=True)
    state: str = col(
        "What we know of the day", choices=("not_looked", "partial", "complete", "silent", "blocked", "ended")
    )
    listed: int = col("Items listed with this publication day", unit="items")
    open_items: int = col("Of these: pending or quarantined", unit="items")
    reason: str | None = col("Why the day is not complete")
    lag_days: float | None = col("Days between publication day and first complete look", unit="days", run=True)


@dataclass(frozen=True, slots=True)
class DeclarationRow(Row):
    """What an import declares about itself: it enters the ledger like a crawl."""

    TABLE: ClassVar[str] = "declaration"
    import_id: str = col("SHA-256 of declaration and file hashes", key=True)
    kind: str = col("Kind of import")
    files: int = col("Number of files", unit="files")
    declaration: str = col("Queried entities or terms, window, query date, row cap, licence, who: JSON")


@dataclass(frozen=True, slots=True)
class OrganisationRow(Row):
    """A firm or bank as an imported list has it."""

    TABLE: ClassVar[str] = "organisation"
    source: str = col("Import that lists it", key=True)
    source_id: str = col("File and row", key=True)
    kind: str = col("Kind of organisation", choices=("firm", "bank"))
    org_id: str = col("Organisation: its credit code, else a hash of its name")
    name: str = col("Name")
    former_names: str = col("What it was called before, JSON array")
    short_names: str = col("What people call it, JSON array")
    uscc: str | None = col("Unified social credit code")
    code: str | None = col("Number in the list itself: licence, payment system, stock exchange")
    city_code: str | None = col("City of its registered office, or of the bank's office")
    city_evidence: str = col("Which column names the city, or why none does")
    industry: str | None = col("Industries as listed, `;`-separated")
    status: str | None = col("Status as listed")
    founded_on: str | None = col("Day of founding")
    listed_on: str = col("Day of which the list speaks")
    out_of_scope: str | None = col("Rule of the import that it does not meet; empty where it counts")
    recipe: str = col("Input hash, mapping, stage version")


@dataclass(frozen=True, slots=True)
class HitRow(Row):
    """A lexicon term found in a document."""

    TABLE: ClassVar[str] = "hit"
    source: str = col("Source id of the document", key=True)
    source_id: str = col("Natural key of the document", key=True)
    lexicon: str = col("Lexicon id", key=True)
    field: str = col("Field of the record that was searched (title, text)", key=True)
    start: int = col("First character of the hit in the redacted field, from 0", key=True)
    end: int = col("Position after the last character of the hit", key=True)
    term: str = col("Term of the lexicon")
    text: str = col("The matched text as written")
    layer: str | None = col("Layer of the term (S0: category)")
    dimension: str | None = col("Dimension of the term (S0: domain)")
    policy: str = col("Matching policy", choices=("strict", "published"))
    recipe: str = col("Input hash, stage version, lexicon version, tokenizer version")


@dataclass(frozen=True, slots=True)
class ResolutionRow(Row):
    """A name as written, resolved to an organisation and a city, or not, with the evidence."""

    TABLE: ClassVar[str] = "resolution"
    kind: str = col("What the name is taken for", key=True, choices=("bank", "firm", "body"))
    name: str = col("Name as written", key=True)
    address: str = col("Address given beside it; empty when none", key=True)
    uscc: str = col("Unified social credit code given beside it; empty when none", key=True)
    year: int = col("Year the name was used in", key=True)
    org_id: str | None = col("Organisation; empty when unresolved")
    canonical_name: str | None = col("Name of the organisation")
    org_kind: str | None = col("Kind of organisation found (bank, firm, body)")
    bank_class: str | None = col("Class of bank in that year")
    level: str | None = col("head_office | branch | sub_branch | unit")
    city_code: str | None = col("City of the unit")
    score: float | None = col("0 to 1")
    method: str = col(
        "How it was found",
        choices=("decision", "uscc", "cnaps", "alias", "grammar", "address", "name_place", "fuzzy", "none"),
    )
    evidence: str | None = col("Which words decided, or why nothing did")
    candidates: str | None = col("Other organisations or cities considered, JSON")
    recipe: str = col("Stage version, decision cut")


@dataclass(frozen=True, slots=True)
class AwardRow(Row):
    """An award: the merged set of notices that tell of one act of awarding."""

    TABLE: ClassVar[str] = "award"
    award_id: str = col(
        "`source/source_id` of the first notice that tells of it, by publication time and key", key=True
    )
    project_code: str | None = col("Project code, normalised")
    title: str = col("Title of that first notice")
    purchaser: str | None = col("Purchaser as written")
    buyer_id: str | None = col("Purchaser's organisation")
    buyer_city: str | None = col("City of the purchasing unit")
    bank_class: str | None = col("Class of the purchasing bank; empty when the purchaser is no bank")
    bank_level: str | None = col("Level of the purchasing unit")
    published_on: str = col("Publication day of the first award notice")
    year: int = col("Its year")
    lots: int = col("Number of awarded lots", unit="lots")
    framework: bool = col("A shortlist or framework agreement")
    status: str = col("standing, or cancelled by a later notice", choices=("standing", "cancelled"))
    recipe: str = col("Stage version, decision cut")


@dataclass(frozen=True, slots=True)
class AwardNoticeRow(Row):
    """Which notices tell of which award."""

    TABLE: ClassVar[str] = "award_notice"
    award_id: str = col("Award", key=True, ref="award.award_id")
    source: str = col("Source id of the notice", key=True)
    source_id: str = col("Natural key of the notice", key=True)
    role: str = col("What the notice does", choices=("award", "copy", "correction", "cancellation"))
    evidence: str = col("Why it belongs here")


@dataclass(frozen=True, slots=True)
class AwardLineRow(Row):
    """(Award, lot, supplier) with its amount: one line of an award after corrections."""

    TABLE: ClassVar[str] = "award_line"
    award_id: str = col("Award", key=True, ref="award.award_id")
    lot: str = col("Lot as written; empty when the notice has no lots", key=True)
    supplier: str = col("Supplier as written", key=True)
    role: str | None = col("leader or member in a consortium")
    supplier_address: str | None = col("Address as written")
    uscc: str | None = col("Unified social credit code as written")
    amount_fen: int | None = col("The supplier's part of the lot's amount", unit="fen")
    amount_basis: str = col("How the part was found", choices=("sole", "leader", "member", "equal_share", "unknown"))
    tax_basis: str = col("Tax in the amount", choices=("incl", "excl", "unknown"))
    amount_note: str | None = col("A rate, unit or annual price as written")
    currency: str = col("ISO 4217 code")


@dataclass(frozen=True, slots=True)
class DealRow(Row):
    """The panels' deal: one distinct (award, supplier) pair."""

    TABLE: ClassVar[str] = "deal"
    award_id: str = col("Award", key=True, ref="award.award_id")
    supplier_id: str = col("Supplier's organisation, or a hash of its name when unresolved", key=True)
    supplier: str = col("Supplier's canonical name")
    seller_city: str | None = col("City of the supplier")
    buyer_city: str | None = col("City of the purchasing unit")
    buyer_id: str | None = col("Purchaser's organisation")
    bank_class: str | None = col("Class of the purchasing bank")
    year: int = col("Year of the award")
    published_on: str = col("Publication day of the award")
    lots: int = col("Lots won by this supplier in this award", unit="lots")
    amount_fen: int | None = col("Sum of the known amounts; empty when none is known", unit="fen")
    amount_complete: bool = col("All lots of the deal have a known amount")
    framework: bool = col("A shortlist or framework agreement")
    domains: str = col("Domains of the lexicon hits in the title, `;`-separated, sorted; empty when none")
    primary_domain: str | None = col("Domain of the longest hit; empty when the deal is no fintech deal")
    recipe: str = col("Stage version")


@dataclass(frozen=True, slots=True)
class PolicyRow(Row):
    """A policy: the merged set of documents that are copies of it."""

    TABLE: ClassVar[str] = "policy"
    policy_id: str = col("Its 文号, else `source/source_id` of its first copy by publication day and key", key=True)
    doc_number: str | None = col("文号, the year in 〔〕")
    title: str | None = col("Title of its first copy, redacted")
    issuers: str = col(
        "Who issued it, as the copy that names most of them writes it, `、`-separated; empty when unknown"
    )
    doc_type: str | None = col("办法, 意见, 通知, 规定, 方案 or 细则; empty for other documents")
    level: str | None = col("Level of government that issued it", choices=("central", "province", "city"))
    place_code: str | None = col("Province or city whose government issued it; empty for central policies")
    published_on: str | None = col("Publication day of its first copy")
    year: int | None = col("Its year")
    copies: int = col("Number of copies", unit="documents")
    recipe: str = col("Input hash, stage version")


@dataclass(frozen=True, slots=True)
class PolicyCopyRow(Row):
    """Which documents are copies of which policy: every policy document is one of exactly one policy."""

    TABLE: ClassVar[str] = "policy_copy"
    policy_id: str = col("Policy", key=True, ref="policy.policy_id")
    source: str = col("Source id of the document", key=True)
    source_id: str = col("Natural key of the document", key=True)
    url: str | None = col("Address")
    published_on: str | None = col("Publication day on this site")
    evidence: str = col("Why it belongs here")


@dataclass(frozen=True, slots=True)
class ContributionRow(Row):
    """What one source object adds to one cell of the panel: the panel groups these, `explain` lists them."""

    TABLE: ClassVar[str] = "contribution"
    indicator: str = col("Indicator code", key=True)
    city_code: str = col("Place code, or `unallocated`", key=True)
    year: int = col("Year", key=True)
    source_kind: str = col(
        "What adds: deal (award_id#supplier_id), award (award_id) or document (source/source_id)",
        key=True,
        choices=("deal", "award", "document"),
    )
    source_id: str = col("Key of the source object", key=True)
    value: float = col("What it adds, in the indicator's unit (for a ratio: to the numerator)")
    weight: float = col("What it adds to the denominator of a ratio; 0 for sums")


@dataclass(frozen=True, slots=True)
class MeasurementRow(Row):
    """What was published or counted, before anything is chosen."""

    TABLE: ClassVar[str] = "measurement"
    city_code: str = col("Place code, or `unallocated`", key=True)
    year: int = col("Year", key=True)
    indicator: str = col("Indicator code", key=True)
    source: str = col("Source id, or `counted` for our own counts", key=True)
    vintage: str = col("Lexicon version or publication date", key=True)
    value: float | None = col("The value")
    unit: str = col("Unit")


@dataclass(frozen=True, slots=True)
class ObservationRow(Row):
    """A cell of the panel: what was chosen, how sure, and why not where it is empty."""

    TABLE: ClassVar[str] = "observation"
    indicator: str = col("Indicator code", key=True)
    city_code: str = col("Place code, or `unallocated`", key=True)
    year: int = col("Year", key=True)
    boundary: str = col("Boundary year, or `as_of_year`", key=True)
    value: float | None = col("The value; empty where completeness is 0")
    unit: str = col("Unit")
    basis: str = col("How it came about", choices=("observed", "derived", "interpolated"))
    completeness: float = col("Share of the frame's windows that are complete: 1 exact, between: lower bound, 0 empty")
    provisional: bool = col("The frame's publication window has not closed yet")
    reason: str | None = col("Why the value is empty or a lower bound")


@dataclass(frozen=True, slots=True)
class EdgeRow(Row):
    """The network of fintech deals: seller city to buyer city."""

    TABLE: ClassVar[str] = "edge"
    year: int = col("Year", key=True)
    seller_city: str = col("Place code, or `unallocated`", key=True)
    buyer_city: str = col("Place code, or `unallocated`", key=True)
    bank_class: str = col("Class of the purchasing bank", key=True)
    domain: str = col("Primary domain", key=True)
    deals: int = col("Number of deals", unit="deals")
    amount_fen: int | None = col("Sum of the known amounts; empty when none is known", unit="fen")


#: Every table of the warehouse, in an order that satisfies the references.
TABLES: tuple[type[Row], ...] = (
    PlaceRow,
    ListPageRow,
    ListingRow,
    DocumentRow,
    QuarantineRow,
    CoverageDayRow,
    DeclarationRow,
    OrganisationRow,
    HitRow,
    ResolutionRow,
    AwardRow,
    AwardNoticeRow,
    AwardLineRow,
    DealRow,
    PolicyRow,
    PolicyCopyRow,
    ContributionRow,
    MeasurementRow,
    ObservationRow,
    EdgeRow,
)
