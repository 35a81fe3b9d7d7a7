"""Crawlers: from portals to the archive. Knows nothing of panels.

`crawl` runs one source in a subprocess of its own (`crawlers.worker`), `plan` says beforehand what it will take.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from crawlers.launch import CrawlReport, crawl
    from crawlers.planning import Plan, plan

__all__ = ["CrawlReport", "Plan", "crawl", "plan"]


def __getattr__(name: str) -> Any:
    """Load on first use: whoever only wants the sources need not wait for the database."""
    if name not in __all__:
        raise AttributeError(f"module 'crawlers' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module("crawlers.planning" if name.lower() == "plan" else "crawlers.launch"), name)
