"""Commands that read a release: what reaches files, the terminal and machines."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from db import migrate, releases
from db.engine import connect
from db.home import Home
from fincity.cli import main
from fincity.reader.panel import COLUMNS
from tests.make_release import RELEASE, SHENZHEN, listings, make_release

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return make_release(tmp_path_factory.mktemp("reading") / "home")


@pytest.fixture
def run(home: Home, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Run a command on the tiny release, in an empty folder: exit code, stdout, stderr."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FINCITY_HOME", str(home.path))

    def run(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as left:
            main(arguments)
        said = capsys.readouterr()
        return int(str(left.value.code)), said.out, said.err

    return run


def test_a_panel_file_holds_data_only_and_stderr_says_it_is_synthetic(run: Run, tmp_path: Path) -> None:
    code, out, err = run("panel", "--theme", "fintech", "--years", "2024", "-o", "panel.csv")
    assert (code, out) == (0, "")
    assert "SYNTHETIC DATA" in err
    with (tmp_path / "panel.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == list(COLUMNS)
    (cell,) = (row for row in rows if (row["city_code"], row["indicator"]) == (SHENZHEN, "fintech_deals_bought"))
    assert (cell["value"], cell["completeness"], cell["reason"]) == ("2", "1", "synthetic data")


def test_the_same_panel_comes_in_every_format(run: Run, tmp_path: Path) -> None:
    for suffix in ("csv", "parquet", "dta", "xlsx"):
        assert run("--quiet", "panel", "--theme", "digital", "--wide", "-o", f"panel.{suffix}")[::2] == (0, "")
    read = [
        pd.read_csv(tmp_path / "panel.csv", dtype={"city_code": str}),
        pd.read_parquet(tmp_path / "panel.parquet"),
        pd.read_stata(tmp_path / "panel.dta"),
        pd.read_excel(tmp_path / "panel.xlsx", dtype={"city_code": str}),
    ]
    values = [frame["digital_term_hits"].astype(float).to_list() for frame in read]
    codes = [frame["city_code"].to_list() for frame in read]
    assert codes[0] == codes[1] == codes[2] == codes[3]
    assert all(pd.Series(other).equals(pd.Series(values[0])) for other in values[1:])
    labels = pd.io.stata.StataReader(tmp_path / "panel.dta")
    with labels:
        assert labels.variable_labels()["digital_term_hits"] == "政府工作报告数字技术词频 (hits)"


def test_without_a_file_the_terminal_shows_the_beginning_under_a_heading(run: Run) -> None:
    code, out, _ = run("panel", "--indicator", "fintech_deals_bought", "--cities", "深圳,440100")
    assert code == 0
    assert out.startswith(f"SYNTHETIC DATA: city-year panel, release {RELEASE}")
    assert "深圳市" in out
    assert "广州市" in out


def test_json_lines_for_machines(run: Run) -> None:
    code, out, _ = run("panel", "--indicator", "fintech_deals_bought", "--years", "2024", "--cities", "深圳", "--json")
    assert code == 0
    assert [json.loads(line)["value"] for line in out.splitlines()] == [2]


def test_a_panel_without_any_look_is_empty_and_says_so(run: Run, tmp_path: Path) -> None:
    empty = make_release(tmp_path / "other", {"observation": []})
    code, _, err = run("--home", str(empty.path), "panel", "-o", "panel.csv")
    assert code == 0
    assert "the panel is empty" in err
    assert (tmp_path / "panel.csv").read_text(encoding="utf-8") == ",".join(COLUMNS) + "\n"


def test_network_files(run: Run, tmp_path: Path) -> None:
    assert run("network", "-o", "network.csv")[0] == run("network", "-o", "network.graphml")[0] == 0
    assert (tmp_path / "network.csv").read_text(encoding="utf-8").count("\n") == 4
    assert "SYNTHETIC DATA" in (tmp_path / "network.graphml").read_text(encoding="utf-8")


def test_explain_tells_the_way_to_the_pages(run: Run) -> None:
    code, out, _ = run("explain", "440300", "2024", "fintech_deals_bought", "--limit", "1")
    assert code == 0
    assert "fintech_deals_bought = 2 deals" in out
    assert "page http://portal.invalid/demo_cfcpn/1.html sha256" in out
    assert "... and 1 more" in out
    code, out, _ = run("explain", "440300", "2024", "fintech_deals_bought", "--json")
    assert len(json.loads(out)["contributions"]) == 2


def test_coverage_adds_up_or_ends_with_3(run: Run, tmp_path: Path) -> None:
    code, out, err = run("coverage", "--json")
    assert code == 0
    assert [row["listed"] for row in json.loads(out)["rows"]] == [4, 2]
    assert "the counts add up" in err
    assert "2 of 4 items still open" in err
    stray = [replace(row, state="pending") for row in listings()]
    other = make_release(tmp_path / "other", {"listing": stray})
    code, _, err = run("--home", str(other.path), "coverage", "-o", "coverage.csv")
    assert code == 3
    assert "the counts do not add up in 2 places" in err
    assert (tmp_path / "coverage.csv").read_text(encoding="utf-8").count("\n") == 3


def test_releases_are_listed_shown_and_verified(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert [row["id"] for row in json.loads(run("release", "list", "--json")[1])] == [RELEASE]
    assert json.loads(run("release", "show", "--json")[1])["as_of"] == "2026-01-31"
    monkeypatch.delenv("FINCITY_DATABASE_URL", raising=False)
    real = Home.create(tmp_path / "real", "synthetic")
    migrate.upgrade(real)
    with connect(real) as stores, stores.warehouse.read() as connection:
        made = releases.write(real, connection, releases.Info("2026-01-31T00:00:00Z", "0.1.0"))
    assert run("--home", str(real.path), "release", "verify")[:2] == (
        0,
        f"release {made}: every file is as it was written\n",
    )
    (real.releases / made / "codebook.md").write_text("changed", encoding="utf-8")
    code, _, err = run("--home", str(real.path), "release", "verify", made)
    assert code == 1
    assert "codebook.md: changed" in err
