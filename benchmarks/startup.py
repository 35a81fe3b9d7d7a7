"""How long one waits for the command line: whole processes, beside an empty Python and one that imports pandas."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from benchmarks.rows import Row, ratio, spread
from benchmarks.workshop import Workshop

NAME = "startup"
RUNS = 5


def rows(workshop: Workshop) -> list[Row]:
    """Help and a panel of the demo, in seconds. The commands take turns, so that other work slows all alike."""
    commands = _commands(workshop)
    taken: dict[str, list[float]] = {case: [] for case in commands}
    for _ in range(RUNS + 1):
        for case, command in commands.items():
            taken[case].append(_seconds(command))
    empty, pandas, helped, panel = (spread(NAME, case, seconds[1:], "s") for case, seconds in taken.items())
    compared = [
        ratio(f"{ours} / {theirs}", of, to)
        for ours, of in (("help", helped), ("panel", panel))
        for theirs, to in (("pass", empty), ("pandas", pandas))
    ]
    return [empty, pandas, helped, panel, *compared]


def _commands(workshop: Workshop) -> dict[str, list[str]]:
    fincity = str(Path(sys.executable).with_name("fincity"))
    home, out = str(workshop.demo.home.path), str(workshop.folder / "startup.csv")
    return {
        "python -c pass": [sys.executable, "-c", "pass"],
        "import pandas": [sys.executable, "-c", "import pandas"],
        "fincity --help": [fincity, "--help"],
        "fincity panel": [fincity, "--home", home, "panel", "--theme", "fintech", "-o", out],
    }


def _seconds(command: list[str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - began
