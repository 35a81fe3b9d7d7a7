"""A clock that the pipeline's own progress reports drive."""

from __future__ import annotations

import time


class Clock:
    """Hears of progress; knows when each stage was first and last heard of."""

    def __init__(self) -> None:
        self.first: dict[str, float] = {}
        self.last: dict[str, float] = {}
        self.total: dict[str, int] = {}

    def __call__(self, stage: str, done: int, total: int | None) -> None:
        """Hear of a stage."""
        now = time.perf_counter()
        self.first.setdefault(stage, now)
        self.last[stage] = now
        self.total[stage] = total or done

    def spans(self) -> dict[str, float]:
        """Seconds from the first to the last report of each stage."""
        return {stage: self.last[stage] - began for stage, began in self.first.items()}

    def groups(self) -> dict[str, float]:
        """Seconds by the first word of stages (`crawl`, ...), each until the next begins, the last until now."""
        starts: dict[str, float] = {}
        for stage, began in self.first.items():
            starts.setdefault(stage.split()[0], began)
        ends = [*list(starts.values())[1:], time.perf_counter()]
        return {name: end - began for (name, began), end in zip(starts.items(), ends, strict=True)}
