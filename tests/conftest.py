"""Fixtures shared by all tests: the real data, and what is skipped (or must not be) without it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def _required(name: str) -> bool:
    return os.environ.get(name) == "1"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real public material. Missing: skip with a message, or fail where CI demands it."""
    folder = Path(os.environ.get("FINCITY_SHARED_DATA") or ROOT.parent / "shared" / "data")
    if folder.is_dir():
        return folder
    message = "real data not found: set FINCITY_SHARED_DATA to its folder"
    if _required("FINCITY_REQUIRE_REALDATA"):
        pytest.fail(message)
    pytest.skip(message)


@pytest.fixture(scope="session")
def shared_root(shared_data: Path) -> Path:
    """The folder that holds `data/`, `methods/` and `reference/`."""
    return shared_data.parent
