"""A report as one self-contained HTML page.

Everything shown may come from hostile pages: the template escapes all of it, the page forbids scripts and loads
nothing, and only web addresses become links. Charts are SVG within the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from etl.palette import STATES
from etl.walks import bounds, window_of
from flows.reports.model import Covered, RunReport, Stretch
from flows.reports.summary import OUTCOMES, severities, total
from flows.reports.tasks import KINDS, see

if TYPE_CHECKING:
    from jinja2 import Template
    from markupsafe import Markup

TEMPLATE = Path(__file__).with_name("report.html.j2")
#: Units across a strip of days; days of the strip that shows the recent ones; units below which nothing is seen.
WIDTH, RECENT, VISIBLE = 600.0, 90, 1.5


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of days as a rectangle: its place and width in units, its state, and what a pointer over it tells."""

    x: float
    width: float
    state: str
    told: str


@dataclass(frozen=True, slots=True)
class Axis:
    """The days a strip spans, and where in it which year or month begins."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """Number of days."""
        return (self.last - self.first).days + 1

    def place(self, day: date) -> float:
        """Where a day begins, in units."""
        return round((day - self.first).days * WIDTH / self.days, 2)

    def ticks(self) -> list[tuple[float, str]]:
        """Where years begin, or months where there is room; at most a dozen."""
        starts = [d for d in (self.first + timedelta(days=n) for n in range(self.days)) if d.day == 1]
        long = self.days > 400
        named = [(d, f"{d:%Y}" if long else f"{d:%Y-%m}") for d in starts if not long or d.month == 1]
        step = -(-len(named) // 12) or 1
        return [(self.place(d), label) for d, label in named[::step]]

    def marks(self, stretches: Iterable[Stretch]) -> list[Mark]:
        """Stretches within the axis; what is not complete is drawn last and never too thin to be seen."""
        found = []
        for stretch in stretches:
            first, last = bounds(f"{stretch.first}/{stretch.last}")
            if last < self.first or first > self.last:
                continue
            start, end = self.place(max(first, self.first)), self.place(min(last, self.last) + timedelta(days=1))
            span = stretch.first if stretch.first == stretch.last else f"{stretch.first} to {stretch.last}"
            told = f"{span}: {stretch.state}" + (f" ({stretch.reason})" if stretch.reason else "")
            thin = stretch.state == "complete"
            found.append(Mark(start, round(max(end - start, 0 if thin else VISIBLE), 2), stretch.state, told))
        return sorted(found, key=lambda mark: (mark.state != "complete", mark.x))


def _axes(covered: Sequence[Covered]) -> tuple[Axis, Axis] | None:
    """The whole ledger, and its recent days; None for an empty one."""
    stretches = [s for c in covered for s in c.stretches]
    if not stretches:
        return None
    first, last = bounds(f"{min(s.first for s in stretches)}/{max(s.last for s in stretches)}")
    return Axis(first, last), Axis(max(first, last - timedelta(days=RECENT - 1)), last)


@cache
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters.update(link=link, share=share, span=span, code=code, see=see)
    return environment.from_string(TEMPLATE.read_text(encoding="utf-8"))


def html(report: RunReport) -> str:
    """The page."""
    standing = report.standing
    said: dict[str, Any] = {
        "report": report,
        "standing": standing,
        "outcome": OUTCOMES[report.outcome],
        "severities": severities(report),
        "kinds": KINDS,
        "states": STATES,
        "axes": _axes(standing.covered) if standing else None,
        "total": total(standing.tallies) if standing else None,
        "width": WIDTH,
        "fields": list(dict.fromkeys(name for f in standing.fills for name in f.filled)) if standing else [],
    }
    return _template().render(said)


def link(url: str | None) -> str | None:
    """The address, if a browser may be sent there."""
    return url if url and re.match(r"https?://[^\s\"'<>]+$", url) else None


def code(text: str) -> Markup:
    """A text of ours with what stands between backticks as code."""
    from markupsafe import Markup, escape

    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))  # noqa: S704 - escaped before


def share(part: float, whole: float) -> str:
    """A share in words: never 100 % where something is missing, never 0 % where something is there."""
    if not whole:
        return ""
    percent = 100 * part / whole
    if part < whole and percent > 99:
        return ">99%"
    return "<1%" if 0 < percent < 1 else f"{percent:.0f}%"


def span(first: str | None, last: str | None) -> str:
    """Two days as one span."""
    return window_of(*bounds(f"{first}/{last}")).replace("/", " to ") if first and last else ""
