"""Reports on disk: HOME/reports/ID.json and ID.html, whole or not at all. An id says when a run began, and its command.

A report is there from the start of its run, saying `running`; one that still says so later tells of a run that was
killed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from db.home import Home, write_atomically
from etl.errors import FincityError, UsageError
from flows.reports.model import FORMAT, RunReport


@cache
def _adapter() -> TypeAdapter[RunReport]:
    return TypeAdapter(RunReport)


def new_id(home: Home, began: datetime, command: str) -> str:
    """An id that no report of the home has yet; UTC, so that ids sort by time."""
    home.reports.mkdir(parents=True, exist_ok=True)
    name = f"{began:%Y-%m-%dT%H%M%SZ}-{re.sub('[^a-z0-9]+', '-', command.lower()).strip('-')}"
    for number in count(1):
        tried = name if number == 1 else f"{name}-{number}"
        try:
            (home.reports / f"{tried}.json").open("x").close()
        except FileExistsError:
            continue
        return tried
    raise AssertionError("numbers do not end")


def write(home: Home, report: RunReport) -> Path:
    """Write JSON and page of a report; the path of the page."""
    from flows.reports.page import html

    page = home.reports / f"{report.id}.html"
    write_atomically(page.with_suffix(".json"), dump(report))
    write_atomically(page, html(report).encode())
    return page


def dump(report: RunReport) -> bytes:
    """A report as JSON."""
    return _adapter().dump_json(report, indent=1) + b"\n"


def forget(home: Home, source: str, source_id: str) -> None:
    """Take title and address of a document out of all reports: it was taken down, and may have been an example."""
    key = {"source": source, "source_id": source_id}
    for report in earlier(home):
        said = json.loads(dump(report))
        if _cleared(said, key):
            write(home, _adapter().validate_python(said))


def _cleared(value: Any, key: Mapping[str, str]) -> bool:
    """Clear title and address wherever this document is an example; whether it was one anywhere."""
    parts = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    found = [_cleared(part, key) for part in parts]
    if isinstance(value, dict) and key.items() <= value.items() and "title" in value:
        value.update(title=None, url=None)
        return True
    return any(found)


def remove(home: Home, report_id: str) -> None:
    """Take a report away: its run was a wrong call and did nothing."""
    for suffix in ("json", "html"):
        (home.reports / f"{report_id}.{suffix}").unlink(missing_ok=True)


def ids(home: Home) -> list[str]:
    """Ids of the reports of a home, oldest first."""
    return sorted(path.stem for path in home.reports.glob("*.json") if not path.name.startswith("."))


def read(home: Home, report_id: str) -> RunReport:
    """A report; UsageError when there is none of that id, FincityError when it cannot be read."""
    path = home.reports / f"{report_id}.json"
    if report_id not in ids(home):
        raise UsageError(f"no report {report_id!r} in {home.reports}: `fincity report list` shows what there is")
    try:
        report = _adapter().validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise FincityError(f"{path} cannot be read as a report: delete it if it is damaged") from error
    if report.format > FORMAT:
        raise FincityError(f"{path} was written by a later fincity (format {report.format}): upgrade fincity")
    return report


def earlier(home: Home, report_id: str | None = None) -> Iterator[RunReport]:
    """The reports before this one (None: all) that can be read, newest first."""
    for other in reversed(ids(home)):
        if report_id is None or other < report_id:
            try:
                yield read(home, other)
            except FincityError:
                continue  # its run was killed before it could say anything, or it is of another format
