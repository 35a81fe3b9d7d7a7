"""Pieces of run reports that tests put together by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from etl.records.rows import CoverageDayRow
from flows.reports.model import RunReport, Standing

EMPTY = RunReport(
    id="2024-01-01T000000Z-refresh",
    command="refresh",
    synthetic=False,
    began="2024-01-01T00:00:00+00:00",
    version="1.0",
    outcome="done",
)


def days(source: str, states: str, first: str = "2024-01-01", lag: float | None = None) -> list[CoverageDayRow]:
    """A ledger of one scope, a letter a day: complete, partial, silent, blocked, ended."""
    names = {"c": "complete", "p": "partial", "s": "silent", "b": "blocked", "e": "ended"}
    start = date.fromisoformat(first)
    return [
        CoverageDayRow(
            source=source,
            scope="result",
            day=(start + timedelta(days=n)).isoformat(),
            state=names[letter],
            listed=2,
            open_items=0,
            reason=None if letter == "c" else "why",
            lag_days=lag,
        )
        for n, letter in enumerate(states)
    ]


def now(**parts: object) -> Standing:
    return replace(Standing("now"), **parts)  # type: ignore[arg-type]


def then(**parts: object) -> Standing:
    return replace(Standing("then"), **parts)  # type: ignore[arg-type]
