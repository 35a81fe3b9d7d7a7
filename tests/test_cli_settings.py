"""Settings: environment over working folder over home; and what doctor makes of a machine."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from etl.errors import UsageError
from fincity import settings
from fincity.cli import main
from fincity.diagnosis import examine
from tests.make_release import make_release


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An empty working folder, and no settings in the environment before or after."""
    for name in [name for name in os.environ if name.startswith("FINCITY_")]:
        monkeypatch.delenv(name)
    for name in ("HOME", "DATABASE_URL", "ARCHIVE_URL", "CONTACT"):
        monkeypatch.setenv(f"FINCITY_{name}", "")
    monkeypatch.chdir(tmp_path)


def test_the_nearer_setting_wins(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "fincity.toml").write_text('contact = "home"\njobs = 3\narchive_url = "s3://home"', encoding="utf-8")
    Path("fincity.toml").write_text(f'home = "{home}"\ncontact = "here"\njobs = 4', encoding="utf-8")
    monkeypatch.setenv("FINCITY_JOBS", "5")
    found = settings.load()
    assert (found.home, found.archive_url, found.contact, found.jobs) == (home, "s3://home", "here", 5)
    assert settings.load(tmp_path / "other").home == tmp_path / "other"


@pytest.mark.parametrize(
    ("text", "said"),
    [("jobs = 0", "jobs: "), ('jobz = "4"', "jobz: .*There are: home, "), ("jobs", "fincity.toml cannot be read")],
)
def test_a_wrong_setting_is_named(text: str, said: str) -> None:
    Path("fincity.toml").write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=said):
        settings.load()


def test_the_command_line_finds_its_home_in_the_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make_release(tmp_path / "home")
    Path("fincity.toml").write_text('home = "home"\ncontact = "me@example.org"', encoding="utf-8")
    with pytest.raises(SystemExit, match="0"):
        main(["release", "list", "--json"])
    assert len(json.loads(capsys.readouterr().out)) == 1
    assert os.environ["FINCITY_CONTACT"] == "me@example.org"


def test_doctor_says_what_is_wrong_and_what_to_do(tmp_path: Path) -> None:
    findings = {one.check: one for one in examine(tmp_path / "none", "postgresql+psycopg://127.0.0.1:1/none")}
    assert {findings[name].state for name in ("python", "packages", "sqlite")} == {"ok"}
    assert (findings["home"].state, findings["database"].state) == ("note", "bad")
    assert all(one.remedy for one in findings.values() if one.state != "ok")


def test_doctor_is_content_with_a_good_home_and_ends_with_1_otherwise(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    home = make_release(tmp_path / "home").path
    with pytest.raises(SystemExit, match="0"):
        main(["--home", str(home), "doctor", "--json"])
    assert {one["check"]: one["state"] for one in json.loads(capsys.readouterr().out)}["home"] == "ok"
    monkeypatch.setenv("FINCITY_DATABASE_URL", "postgresql+psycopg://127.0.0.1:1/none")
    with pytest.raises(SystemExit, match="1"):
        main(["--home", str(home), "doctor"])
    assert "fincity: database must be mended" in capsys.readouterr().err
