"""What a run report says, as plain data: its JSON is these classes, its page and its Markdown are drawn from them.

A report is no derived table: it tells of one run and carries clock times. `Standing` is the part that hangs on the
warehouse alone; a run that changed nothing repeats it from the last report instead of counting everything again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from db.volumes import Volume

FORMAT = 1
#: Changes whenever the same warehouse would be described otherwise.
STANDING_VERSION = "1"
Outcome = Literal["running", "done", "broken", "failed"]
Severity = Literal["fail", "warn", "note"]


@dataclass(frozen=True, slots=True)
class Example:
    """One document that shows what is meant. Its title is redacted."""

    source: str
    source_id: str
    title: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of the items a scope listed. `out_of_scope` counts by rule, `pending` by last error."""

    source: str
    scope: str
    listed: int
    parsed: int = 0
    quarantined: int = 0
    out_of_scope: dict[str, int] = field(default_factory=dict)
    pending: dict[str, int] = field(default_factory=dict)

    @property
    def missing(self) -> int:
        """Items nobody accounts for: 0, or something is wrong with us."""
        told = self.parsed + self.quarantined + sum(self.out_of_scope.values()) + sum(self.pending.values())
        return self.listed - told


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days in a row (ISO 8601, inclusive) that are in one state for one reason."""

    first: str
    last: str
    state: str
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Covered:
    """The ledger of a scope: number of days by state, and the stretches they form."""

    source: str
    scope: str
    days: dict[str, int]
    stretches: tuple[Stretch, ...]


@dataclass(frozen=True, slots=True)
class Lag:
    """Days between a publication day and our first complete look, over the days published since collecting began.

    Older days (`backfilled`) were fetched late on purpose and say nothing of the source. `median` and `p90` are None
    where no day was published since.
    """

    source: str
    days: int
    median: float | None
    p90: float | None
    backfilled: int


@dataclass(frozen=True, slots=True)
class Fill:
    """How many documents of one kind have which field. `stage` is a notice's type."""

    source: str
    parser: str
    kind: str
    stage: str | None
    documents: int
    filled: dict[str, int]


@dataclass(frozen=True, slots=True)
class Warned:
    """Documents (or, with the parser `lists`, list pages) of a source that were parsed with the same warning."""

    source: str
    parser: str
    warning: str
    documents: int
    example: Example


@dataclass(frozen=True, slots=True)
class Refused:
    """Inputs of a source in quarantine for one reason; `detail` is that of the example."""

    source: str
    parser: str
    reason: str
    inputs: int
    detail: str
    example: Example


@dataclass(frozen=True, slots=True)
class Framed:
    """How complete the city cells of a frame are in a year: mean, lowest, and how many of how many are exact."""

    frame: str
    title: str
    year: int
    mean: float
    lowest: float
    complete: int
    cells: int


@dataclass(frozen=True, slots=True)
class Standing:
    """What the warehouse says once the run is over. `key` names its content and the code that described it."""

    key: str
    tallies: tuple[Tally, ...] = ()
    covered: tuple[Covered, ...] = ()
    lags: tuple[Lag, ...] = ()
    fills: tuple[Fill, ...] = ()
    warned: tuple[Warned, ...] = ()
    refused: tuple[Refused, ...] = ()
    framed: tuple[Framed, ...] = ()


@dataclass(frozen=True, slots=True)
class Crawled:
    """One source's crawl of this run. `error`: why it failed; `stopped`: why it ended early."""

    source: str
    since: str | None = None
    until: str | None = None
    pages: int = 0
    fetched: int = 0
    failed: int = 0
    blocked: int = 0
    robots: int = 0
    requests: int = 0
    seconds: float = 0.0
    stopped: str | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Queued:
    """Tasks of a source in the frontier: fetched, or why not."""

    source: str
    kind: str
    state: str
    error: str | None
    tasks: int
    example: str


@dataclass(frozen=True, slots=True)
class Task:
    """Something a person should look at: what, how often, an example, and what to do about it.

    `kind` names its section in docs/operations.md.
    """

    severity: Severity
    kind: str
    source: str
    what: str
    count: int
    do: str
    example: Example | None = None


@dataclass(frozen=True, slots=True)
class News:
    """One thing that is otherwise than in the last report."""

    kind: str
    source: str
    text: str


@dataclass(frozen=True, slots=True)
class Before:
    """An earlier run, in a line."""

    id: str
    command: str
    outcome: Outcome
    seconds: float
    documents: int | None
    quarantined: int | None
    tasks: int


@dataclass(frozen=True, slots=True)
class RunReport:
    """One run: what it was, what it did, how things stand after it, what changed, and what to do."""

    id: str
    command: str
    synthetic: bool
    began: str
    version: str
    format: int = FORMAT
    outcome: Outcome = "running"
    ended: str | None = None
    seconds: float = 0.0
    error: str | None = None
    stages: tuple[tuple[str, float], ...] = ()
    crawls: tuple[Crawled, ...] = ()
    queued: tuple[Queued, ...] = ()
    parsed_now: int | None = None
    changes: dict[str, dict[str, int]] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()
    release: str | None = None
    volumes: tuple[Volume, ...] = ()
    standing: Standing | None = None
    compared_with: str | None = None
    news: tuple[News, ...] = ()
    tasks: tuple[Task, ...] = ()
    history: tuple[Before, ...] = ()

    @property
    def quarantined(self) -> int | None:
        """Inputs in quarantine after the run; None when nothing was derived."""
        return sum(r.inputs for r in self.standing.refused) if self.standing else None

    @property
    def documents(self) -> int | None:
        """Documents after the run; None when nothing was derived."""
        return sum(f.documents for f in self.standing.fills) if self.standing else None
