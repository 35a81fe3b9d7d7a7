"""A register against names as they stand in public material: short names of listed firms, 100 000 spoilt names."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from etl.resolve.firms import Entry, Match, Register

pytestmark = pytest.mark.realdata


def scores(found: Iterable[Match], truth: Iterable[str]) -> tuple[float, float]:
    """Precision and recall; an empty truth is a firm that the register lacks."""
    said = [(match.entry.org_id if match.entry else "", true) for match, true in zip(found, truth, strict=True)]
    right = sum(org_id == true != "" for org_id, true in said)
    return right / sum(org_id != "" for org_id, _ in said), right / sum(true != "" for _, true in said)


@pytest.fixture(scope="module")
def listed(shared_data: Path) -> dict[str, tuple[str, str]]:
    """Stock code -> short name and full name of 2 228 listed firms."""
    with (shared_data / "entities" / "listed_company_names_by_year.csv").open(encoding="utf-8-sig") as file:
        return {row["stock_code"]: (row["short_name"], row["full_name"]) for row in csv.DictReader(file)}


def test_short_names_of_listed_firms_lead_to_their_full_names(listed: dict[str, tuple[str, str]]) -> None:
    register = Register(Entry(code, full) for code, (_, full) in listed.items())
    precision, recall = scores(register.match_all([short for short, _ in listed.values()]), listed)
    assert len(listed) == 2228
    assert precision >= 0.99
    assert 2 * precision * recall / (precision + recall) >= 0.97


def test_short_names_of_firms_that_the_register_lacks_are_seldom_taken_for_others(
    listed: dict[str, tuple[str, str]],
) -> None:
    register = Register(Entry(code, full) for code, (_, full) in listed.items() if int(code) % 2)
    truth = [code if int(code) % 2 else "" for code in listed]
    precision, recall = scores(register.match_all([short for short, _ in listed.values()]), truth)
    assert precision >= 0.97
    assert recall >= 0.94


def test_names_spoilt_on_purpose(shared_root: Path, tmp_path: Path) -> None:
    made = tmp_path / "names.json"
    script = shared_root / "scripts" / "bench" / "make_names.py"
    subprocess.run([sys.executable, str(script), str(made)], check=True, capture_output=True)
    given = json.loads(made.read_text(encoding="utf-8"))
    register = Register(Entry(str(number), name) for number, name in enumerate(given["firms"]))
    truth = [str(number) if number >= 0 else "" for _, number in given["suppliers"]]
    precision, recall = scores(register.match_all([name for name, _ in given["suppliers"]]), truth)
    assert precision >= 0.993
    assert recall >= 0.970
