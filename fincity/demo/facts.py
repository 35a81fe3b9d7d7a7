"""What happened in the synthetic world: projects with their lots, and the notices that tell of them. No pages."""

from __future__ import annotations

from dataclasses import dataclass

from fincity.demo.world import Unit

#: Source ids of the three portals.
CCGP, CFCPN, GOVCN = "demo_ccgp", "demo_cfcpn", "demo_govcn"
#: Hosts of the portals. They never resolve: the portal is a proxy, so that addresses do not depend on its port.
SEARCH_HOST, CCGP_HOST = "search.ccgp.demo.invalid", "www.ccgp.demo.invalid"
CFCPN_HOST = "www.cfcpn.demo.invalid"
GOV_SEARCH_HOST, GOV_HOST = "sousuo.gov.demo.invalid", "www.gov.demo.invalid"
HOSTS = (SEARCH_HOST, CCGP_HOST, CFCPN_HOST, GOV_SEARCH_HOST, GOV_HOST)

#: How a project ends.
OUTCOMES = (
    "award",
    "lots",
    "lot_failed",
    "consortium_led",
    "consortium_equal",
    "framework",
    "unknown_amount",
    "rate",
    "corrected_amount",
    "corrected_supplier",
    "cancelled",
    "failed",
    "open",
)


@dataclass(frozen=True, slots=True)
class Party:
    """A supplier as notices name it. `role`: leader or member where a consortium has a leader."""

    name: str
    city_code: str | None
    address: str | None
    role: str | None = None


@dataclass(frozen=True, slots=True)
class Lot:
    """A lot, awarded or failed. `amount_fen` is the total, null when none is published (`note` says what is)."""

    number: str
    status: str
    parties: tuple[Party, ...]
    amount_fen: int | None
    note: str | None = None
    tax_basis: str = "unknown"


@dataclass(frozen=True, slots=True)
class Project:
    """One purchase. `lots` is what stands in the end, `first_lots` what the award notice said before a correction."""

    key: int
    code: str
    matter: str
    terms: tuple[str, ...]
    buyer: Unit
    outcome: str
    award_day: str
    lots: tuple[Lot, ...]
    first_lots: tuple[Lot, ...]
    bidders: tuple[Party, ...]
    sites: str  # ccgp | cfcpn | both | twice
    budget_fen: int
    broken: str | None = None

    @property
    def name(self) -> str:
        """Name of the project, the same in all its notices."""
        return f"{self.buyer.alias}{self.matter}采购项目"

    @property
    def framework(self) -> bool:
        """A shortlist without amounts."""
        return self.outcome == "framework"

    @property
    def corrected(self) -> bool:
        """A later notice changed the award."""
        return self.lots != self.first_lots


@dataclass(frozen=True, slots=True)
class Notice:
    """One publication of one notice on one site.

    `kind` is the stage the body tells (design, section 4), `role` what it does to an award (award, copy, correction,
    cancellation), `scope` the list it stands in (bidType on ccgp, noticeType on cfcpn). `style` seeds the rendering.
    """

    project: Project
    source: str
    kind: str
    role: str | None
    scope: str
    title: str
    published: str
    purchaser: str
    lots: tuple[Lot, ...]
    layout: str
    money: str
    style: int
    code: str | None
    level: str = "local"
    encoding: str = "utf-8"
    broken: str | None = None
    source_id: str = ""
    url: str = ""

    @property
    def day(self) -> str:
        """Publication day, `YYYY-MM-DD`."""
        return self.published[:10]


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy document of the library: `library` is the list (t=...) it stands in."""

    library: str
    source_id: str
    url: str
    title: str
    doc_number: str | None
    issuer: str
    doc_type: str
    published: str
    paragraphs: tuple[str, ...]
    template: str


@dataclass(frozen=True, slots=True)
class Report:
    """A government work report: `text` is exactly what its file holds, `hits` the digital terms placed in it."""

    city_code: str
    year: int
    text: str
    hits: tuple[tuple[str, int], ...]
