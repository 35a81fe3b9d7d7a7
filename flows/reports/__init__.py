"""Run reports: what a run did, how things stand after it, what changed, and what to do about it.

`recording.recorded` goes around a run; `standing`, `news` and `tasks` are pure functions over rows and numbers, `model`
is what they make, `page` draws it, `keeping` puts it into HOME/reports/. docs/operations.md teaches to read a report.
"""
