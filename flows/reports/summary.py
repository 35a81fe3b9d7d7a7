"""A report in some lines: Markdown for Prefect, plain text for the terminal."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path

from flows.reports.model import RunReport, Tally

OUTCOMES = {
    "running": "This run has not ended: it is still going on, or it was killed.",
    "done": "Done.",
    "broken": "Finished and saved, but a bound or a check was broken.",
    "failed": "Failed. What was saved before stays saved; run it again to go on.",
}
#: Signs that mean something in Markdown or HTML.
_SIGNS = re.compile(r"([\\`*_{}\[\]()<>#+!|~$&])")


def total(tallies: Iterable[Tally]) -> dict[str, int]:
    """The counts of all scopes together."""
    told = list(tallies)
    return {
        "listed": sum(t.listed for t in told),
        "parsed": sum(t.parsed for t in told),
        "quarantined": sum(t.quarantined for t in told),
        "out_of_scope": sum(sum(t.out_of_scope.values()) for t in told),
        "pending": sum(sum(t.pending.values()) for t in told),
        "missing": sum(t.missing for t in told),
    }


def severities(report: RunReport) -> dict[str, int]:
    """Number of tasks by severity."""
    return {name: sum(t.severity == name for t in report.tasks) for name in ("fail", "warn", "note")}


def markdown(report: RunReport, page: Path) -> str:
    """The summary as Markdown in which nothing of a page means anything."""
    return _told(report, page, _escaped)


def text(report: RunReport, page: Path) -> str:
    """The summary as plain text; what would steer a terminal is left out."""
    return _told(report, page, _printable)


def _escaped(said: str) -> str:
    return _SIGNS.sub(lambda m: {"<": "&lt;", ">": "&gt;", "&": "&amp;"}.get(m[1], "\\" + m[1]), _printable(said))


def _printable(said: str) -> str:
    return "".join(c for c in " ".join(said.split()) if c.isprintable())


def _told(report: RunReport, page: Path, safe: Callable[[str], str], most: int = 20) -> str:
    counted = severities(report)
    lines = [
        f"# {'SYNTHETIC DATA: ' if report.synthetic else ''}{safe(report.command)}, {report.began}",
        "",
        f"{OUTCOMES[report.outcome]} {safe(report.error or '')}".strip(),
        *_counts(report),
        "",
        f"To do: {counted['fail']} failures, {counted['warn']} warnings, {counted['note']} notes.",
        "",
        *(f"- {t.severity}: {safe(t.source)} {safe(t.what)} ({t.count}): {safe(t.do)}" for t in report.tasks[:most]),
    ]
    if report.compared_with:
        changes = [f"- {safe(n.source)}: {safe(n.text)}" for n in report.news[:most]] or ["- nothing"]
        lines += ["", f"Changed since {safe(report.compared_with)}:", "", *changes]
    return "\n".join([*lines, "", f"The whole report: {safe(str(page))}"]) + "\n"


def _counts(report: RunReport) -> list[str]:
    if not report.standing:
        return []
    told = total(report.standing.tallies)
    parts = (f"{told[k]} {k.replace('_', ' ')}" for k in ("parsed", "quarantined", "out_of_scope", "pending"))
    return [f"{told['listed']} listed = {' + '.join(parts)}. Release {report.release or 'none'}."]
