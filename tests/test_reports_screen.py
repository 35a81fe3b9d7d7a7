"""A run report as a person sees it, in a real browser: whole, legible in the dark, and without any network."""

from __future__ import annotations

import shutil
import struct
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from fincity.demo.run import Demo
from flows.reports import keeping
from flows.reports.model import Example, Task
from flows.reports.page import html
from tests.test_portal_screen import FLAGS, browser, shown

__all__ = ["browser"]

pytestmark = [pytest.mark.services, pytest.mark.xdist_group("demo")]
ATTACK = "<img src=x onerror=\"document.body.textContent='taken over'\"><script>document.title='owned'</script>"


def test_the_report_of_a_run_is_seen_whole_and_loads_nothing(browser: str, demo: Demo, tmp_path: Path) -> None:
    page = next(iter(demo.home.reports.glob("*.html")))
    alone = tmp_path / "mailed.html"
    shutil.copy(page, alone)
    told = shown(browser, alone.as_uri(), tmp_path / "profile")
    for said in ("SYNTHETIC", "To do", "Coverage", "Quarantine", "demo_cfcpn", "listed = "):
        assert said in told
    assert told.count("<rect") > 30


def test_a_hostile_title_is_only_a_title(browser: str, demo: Demo, tmp_path: Path) -> None:
    report = keeping.read(demo.home, keeping.ids(demo.home)[-1])
    task = Task("warn", "warning", "one", ATTACK, 1, ATTACK, Example("one", ATTACK, ATTACK, "javascript:alert(1)"))
    page = tmp_path / "hostile.html"
    page.write_text(html(replace(report, tasks=(task,))), encoding="utf-8")
    told = shown(browser, page.as_uri(), tmp_path / "profile")
    assert "&lt;img src=x onerror=" in told
    assert "<title>SYNTHETIC fincity refresh" in told
    assert "<img" not in told
    assert "Earlier runs" in told or "Where the crawl stands" in told


def test_a_picture_of_the_page_can_be_taken(browser: str, demo: Demo, tmp_path: Path) -> None:
    page, picture = next(iter(demo.home.reports.glob("*.html"))), tmp_path / "page.png"
    command = [browser, *FLAGS, f"--user-data-dir={tmp_path / 'profile'}", f"--screenshot={picture}"]
    subprocess.run([*command, "--window-size=1200,900", page.as_uri()], capture_output=True, timeout=60, check=True)
    assert struct.unpack(">II", picture.read_bytes()[16:24]) == (1200, 900)
