"""Turn documents of the corpus into the pages that the portal serves and the files that imports read.

Every page says that it is synthetic, outside of what parsers read. The pages are made in `ccgp_pages`,
`cfcpn_pages` and `gov_pages`.
"""

from __future__ import annotations

from pathlib import Path

from fincity.demo import ccgp_pages, cfcpn_pages, gov_pages
from fincity.demo.corpus import Corpus
from fincity.demo.facts import CCGP, Notice, Policy

__all__ = ["notice_page", "policy_page", "write_reports"]


def notice_page(corpus: Corpus, notice: Notice) -> bytes:
    """The bytes a crawler gets for a notice: an HTML page (ccgp) or a JSON answer (cfcpn)."""
    detail = ccgp_pages.detail if notice.source == CCGP else cfcpn_pages.detail
    return detail(notice, corpus.world)


def policy_page(policy: Policy) -> bytes:
    """The page of a policy."""
    return gov_pages.document(policy)


def write_reports(corpus: Corpus, folder: Path) -> list[Path]:
    """Write the work reports under a folder and return the files, sorted."""
    written = []
    for report in corpus.report_files():
        path = folder / report.file_name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(report.data)
        written.append(path)
    return written
