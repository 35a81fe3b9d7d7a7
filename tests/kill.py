"""Kill a demo at a chosen moment: the whole process group, or the crawl worker alone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil

WORKER = "crawlers.worker"


def interruptible(command: list[str], cwd: Path) -> subprocess.Popen[str]:
    """A command in a process group of its own, which hears Ctrl-C.

    Where the tests run as a background job they ignore it, and what they start would, too.
    """

    def hear() -> None:
        signal.signal(signal.SIGINT, signal.SIG_DFL)

    return subprocess.Popen(
        command,
        cwd=cwd,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=hear,  # noqa: PLW1509 - a signal is all it touches
    )


def start(home: Path, size: str) -> subprocess.Popen[bytes]:
    """`fincity demo` in a process group of its own."""
    command = [sys.executable, "-m", "fincity", "--home", str(home), "--quiet", "demo", "--size", size]
    return subprocess.Popen(command, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def kill_group_after(home: Path, size: str, seconds: float) -> bool:
    """Start a demo and kill -9 its whole group after so many seconds; False if it was done before."""
    running = start(home, size)
    try:
        running.wait(seconds)
    except subprocess.TimeoutExpired:
        os.killpg(running.pid, signal.SIGKILL)
        running.wait()
        return True
    finally:
        running.stderr and running.stderr.close()
    return False


def finish(home: Path, size: str) -> float:
    """Run a demo to its end; the seconds it took. AssertionError, with what it said, if it failed."""
    began = time.monotonic()
    running = start(home, size)
    _, said = running.communicate()
    assert running.returncode == 0, said.decode()
    return time.monotonic() - began


def workers(of: int) -> list[psutil.Process]:
    """The crawl workers among the descendants of a process."""
    found = []
    for process in psutil.Process(of).children(recursive=True):
        try:
            if WORKER in process.cmdline():
                found.append(process)
        except psutil.NoSuchProcess:
            continue
    return found


def first_workers(running: subprocess.Popen[bytes]) -> list[psutil.Process]:
    """The crawl workers of a demo, once there are any. AssertionError if it ends before."""
    while running.poll() is None:
        if found := workers(running.pid):
            return found
        time.sleep(0.02)
    raise AssertionError(f"the demo ended without a crawl: {running.communicate()[1].decode()}")


def kill_worker_after(home: Path, size: str, pages: float) -> int:
    """Start a demo, kill -9 one crawl worker `pages` seconds after it appeared; the demo's exit code."""
    running = start(home, size)
    try:
        found = first_workers(running)
        time.sleep(pages)
        for worker in found[:1]:
            if worker.is_running():
                worker.kill()
        running.communicate()
        return running.returncode
    finally:
        if running.poll() is None:
            os.killpg(running.pid, signal.SIGKILL)
            running.communicate()
