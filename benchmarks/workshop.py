"""What benchmarks share: a folder to work in, and a finished demo, which is measured while it is made."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import psutil

from db.home import Home
from fincity.demo.corpus import Size

SAMPLE_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Measured:
    """A demo made in a fresh home. `stages`: seconds by stage; `peak`: MB of all its processes together."""

    home: Home
    seconds: float
    peak: float
    stages: dict[str, float]


@dataclass
class Workshop:
    """A folder that goes when the benchmarks are done. `quick`: the small demo, few repetitions."""

    folder: Path
    quick: bool

    @property
    def size(self) -> Size:
        """Which demo to work on."""
        return "small" if self.quick else "full"

    @cached_property
    def demo(self) -> Measured:
        """A demo that nothing disturbed, made at the first use."""
        path = self.folder / "calm"
        command = [sys.executable, "-m", "benchmarks.staged", str(path), self.size]
        began = time.perf_counter()
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
            peak = _peak(running)
            assert running.stdout
            said = running.stdout.read()
        if running.returncode:
            raise subprocess.CalledProcessError(running.returncode, command)
        seconds = time.perf_counter() - began
        return Measured(Home.open(path), seconds, peak, json.loads(said.splitlines()[-1]))


def _peak(running: subprocess.Popen[str]) -> float:
    """The most memory a process and its descendants held at once, in MB; pages they share count once for each."""
    peak = 0
    while running.poll() is None:
        peak = max(peak, _resident(running.pid))
        time.sleep(SAMPLE_SECONDS)
    return peak / 1e6


def _resident(pid: int) -> int:
    held = 0
    try:
        family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    except psutil.NoSuchProcess:
        return 0
    for process in family:
        try:
            held += process.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return held
