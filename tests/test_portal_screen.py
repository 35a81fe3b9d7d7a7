"""The demo portal as a person sees it, in a real browser."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from fincity.demo import corpus
from fincity.demo.portal import serve

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--virtual-time-budget=4000",
)


@pytest.fixture(scope="module")
def browser() -> str:
    """Chromium; without it the test is skipped, or fails where CI demands services."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        message = "no chromium: run scripts/ci-services"
        if os.environ.get("FINCITY_REQUIRE_SERVICES") == "1":
            pytest.fail(message)
        pytest.skip(message)
    return found


def shown(browser: str, url: str, profile: Path) -> str:
    """The page as the browser has it after its scripts ran."""
    command = [browser, *FLAGS, f"--user-data-dir={profile}", "--dump-dom", url]
    return subprocess.run(command, capture_output=True, timeout=60, check=True).stdout.decode()


@pytest.mark.services
def test_a_person_sees_where_the_pages_are_and_that_they_are_made_up(browser: str, tmp_path: Path) -> None:
    with serve(corpus.make("small")) as portal:
        start = shown(browser, f"{portal.url}/", tmp_path / "profile")
        notice = next(n for n in portal.corpus.notices if n.source == "demo_ccgp" and not n.broken)
        path = notice.url.split(".invalid", 1)[1]
        page = shown(browser, f"{portal.url}/ccgp{path}", tmp_path / "profile")
    assert "合成演示数据" in start
    assert "/cfcpn/" in start
    assert "合成演示数据" in page
    assert notice.title in page
