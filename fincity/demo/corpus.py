"""Make the synthetic corpus from a seed: world, projects, notices, policies, reports and, before any page, truth."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Literal

from fincity.demo import notices, plan, policies, report_files, reports, truth, world
from fincity.demo.facts import GOVCN, Notice, Policy, Report
from fincity.demo.planted import PLANTED
from fincity.demo.report_files import ReportFile

Size = Literal["small", "full"]

__all__ = ["PLANTED", "SIZES", "Corpus", "Scale", "Size", "build", "make"]


@dataclass(frozen=True, slots=True)
class Scale:
    """How large a corpus is. The span ends 90 days after the end of a year, so that all years before it are closed."""

    since: date
    until: date
    report_years: range
    cities: int
    banks: int
    firms: int
    hidden_firms: int
    projects: int
    policies: int
    missing_reports: int


SIZES: dict[Size, Scale] = {
    "small": Scale(date(2022, 1, 1), date(2024, 3, 31), range(2022, 2025), 12, 20, 50, 4, 165, 24, 2),
    "full": Scale(date(2020, 1, 1), date(2025, 3, 31), range(2020, 2025), 40, 60, 200, 6, 1720, 120, 8),
}


@dataclass(frozen=True, slots=True)
class Corpus:
    """A synthetic world, what was published in it, and what is true."""

    size: Size
    seed: int
    span: plan.Span
    world: world.World
    notices: tuple[Notice, ...]
    policies: tuple[Policy, ...]
    reports: tuple[Report, ...]
    truth: truth.Truth

    @property
    def since(self) -> date:
        """First publication day."""
        return self.span.since

    @property
    def until(self) -> date:
        """Last publication day."""
        return self.span.until

    def report_files(self) -> tuple[ReportFile, ...]:
        """The work reports as files, sorted by name; made anew at each call."""
        return report_files.files(self.world.cities, self.reports)


def _listings(told: tuple[Notice, ...], issued: tuple[Policy, ...]) -> dict[tuple[str, str], int]:
    counts = Counter((n.source, n.scope) for n in told)
    counts.update((GOVCN, p.library) for p in issued)
    return dict(counts)


def make(size: Size = "small", seed: int = 20260101) -> Corpus:
    """The corpus of a size; the same size and seed give the same corpus in every process. KeyError: unknown size."""
    return build(SIZES[size], size, seed)


def build(scale: Scale, size: Size, seed: int) -> Corpus:
    """A corpus of any scale; `size` only names its kind."""
    key = f"{seed}/{size}"
    span = plan.Span(scale.since, scale.until)
    built = world.build(key, scale.cities, scale.banks, scale.firms, scale.hidden_firms)
    projects = plan.projects(built, span, scale.projects, key)
    told = notices.publish(projects, span, key)
    issued = policies.issue(scale.policies, span, key)
    delivered, missing = reports.deliver(built.cities, scale.report_years, scale.missing_reports, key)
    settled = truth.settle(projects, told, delivered, missing, _listings(told, issued))
    return Corpus(size, seed, span, built, told, issued, tuple(delivered), settled)
