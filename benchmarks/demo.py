"""A whole demo in a fresh home: seconds, by stage, and memory of all its processes."""

from __future__ import annotations

from benchmarks.rows import Row
from benchmarks.workshop import Workshop

NAME = "demo"


def rows(workshop: Workshop) -> list[Row]:
    """Seconds and the most megabytes held at once."""
    demo = workshop.demo
    stages = [Row(NAME, f"stage {stage}", seconds, "s") for stage, seconds in demo.stages.items()]
    return [Row(NAME, "fincity demo", demo.seconds, "s"), Row(NAME, "peak memory", demo.peak, "MB"), *stages]
