"""What the rows of a declared import answer: which query each belongs to, and which days are known by it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta

from etl.imports.declaration import ALL, Declaration
from etl.records.parsed import Record
from etl.records.rows import CoverageDayRow
from etl.values.folding import bare

#: Scope of the rows in quarantine: which day they were published on nobody knows.
UNREAD = "unread"


class Answers:
    """The rows of one declaration's files, by what was asked for."""

    def __init__(self, declaration: Declaration) -> None:
        self.declaration = declaration
        #: Rows that answer a query; rows that answer none of them; rows in quarantine.
        self.rows: Counter[str] = Counter()
        self.loose = self.unread = 0
        self._scopes = declaration.scopes() or {ALL: ALL}
        self._folded = {bare(query): query for query in declaration.queries}
        self._files: dict[str, list[str]] = {}

    def add(self, record: Record, file: str) -> str:
        """Count a row of a file, and say its scope: the first by name of those it answers, empty when it answers none.

        A row belongs to the query that its file is named after; else to the firms that won it, or the terms it holds.
        """
        found = self._asked(record, file) if self.declaration.queries else [ALL]
        self.rows.update(found)
        self.loose += not found
        return min((self._scopes[query] for query in found), default="")

    def _asked(self, record: Record, file: str) -> list[str]:
        if file not in self._files:
            self._files[file] = self._within(file)
        if self._files[file]:
            return self._files[file]
        if self.declaration.by_firm:
            won = {bare(s.name) for lot in record.lots for s in lot.suppliers}
            return [self._folded[name] for name in sorted(won & self._folded.keys())]
        return self._within(f"{record.title or ''}{record.text or ''}")

    def _within(self, text: str) -> list[str]:
        told = bare(text)
        return [query for folded, query in self._folded.items() if folded in told]

    def ledger(self, listed: Mapping[tuple[str, date], int]) -> Iterator[CoverageDayRow]:
        """A row for each scope and day of the window; `listed` counts rows by (scope, publication day)."""
        capped = self._capped()
        for scope in self.declaration.scope_names():
            yield from self._days(scope, capped.get(scope), listed)
        if self.unread:
            rows = f"{self.unread} row{'s' * (self.unread > 1)}"
            yield from self._days(UNREAD, f"{rows} in quarantine: the day of publication is not known", {})

    def _capped(self) -> dict[str, str]:
        """Scopes with an answer that reached the cap, and why; a row that answers no query may belong to any."""
        cap = self.declaration.row_cap
        if cap is None:
            return {}
        found: dict[str, str] = {}
        for query, scope in sorted(self._scopes.items()):
            rows = self.rows[query] + self.loose + self.unread
            if rows >= cap:
                found.setdefault(scope, f"the answer has {rows} rows and the platform cuts it at {cap}")
        return found

    def _days(
        self, scope: str, problem: str | None, listed: Mapping[tuple[str, date], int]
    ) -> Iterator[CoverageDayRow]:
        asked = self.declaration.queried_on
        for day in _days(self.declaration.window.since, self.declaration.window.until):
            state, reason = "complete", problem
            if day > asked:
                state, reason = "not_looked", f"the query was made on {asked}"
            elif day == asked:
                state, reason = "partial", problem or "looked at before the day was over"
            elif problem:
                state = "partial"
            yield CoverageDayRow(
                source=self.declaration.source,
                scope=scope,
                day=day.isoformat(),
                state=state,
                listed=listed.get((scope, day), 0),
                open_items=0,
                reason=reason,
                lag_days=float((asked - day).days) if state == "complete" else None,
            )


def _days(first: date, last: date) -> Iterable[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))
