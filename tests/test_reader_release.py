"""Opening a release: what is there, what is not, and what is broken."""

from __future__ import annotations

from pathlib import Path

import pytest

import fincity
from db.home import Home
from etl.errors import FincityError, UsageError
from fincity.reader.release import Release, ids
from tests.make_release import RELEASE, SHENZHEN, make_release


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return make_release(tmp_path / "home")


def test_the_current_release_is_read_unless_one_is_named(home: Home) -> None:
    make_release(home.path, release="2026-02-28-ffffffff")
    assert Release.open(home).id == "2026-02-28-ffffffff"
    assert Release.open(home.path, RELEASE).id == RELEASE
    assert ids(home) == [RELEASE, "2026-02-28-ffffffff"]


def test_tables_come_as_data_frames_or_as_rows_that_meet_conditions(home: Home) -> None:
    release = Release.open(home)
    assert list(release.table("deal")["supplier_id"]) == ["firm:jia", "firm:yi", "name:bing"]
    assert [row["supplier_id"] for row in release.rows("deal", {"buyer_city": [SHENZHEN]})] == ["firm:jia", "firm:yi"]
    with pytest.raises(UsageError, match="no table 'deals'; there are: award, "):
        release.table("deals")


def test_without_a_home_or_a_release_the_error_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no fincity home"):
        Release.open(tmp_path)
    for kind, command in (("synthetic", "fincity demo"), ("real", "fincity refresh")):
        with pytest.raises(UsageError, match=command):
            Release.open(Home.create(tmp_path / kind, kind))  # type: ignore[arg-type]


def test_an_unknown_release_lists_those_there_are(home: Home) -> None:
    with pytest.raises(UsageError, match=f"no release 'x' in .*; there are: {RELEASE}"):
        Release.open(home, "x")


def test_a_release_that_is_still_being_written_is_not_seen(home: Home) -> None:
    (home.releases / RELEASE).rename(home.releases / ".writing-1")
    with pytest.raises(UsageError, match="there are: none"):
        Release.open(home)


@pytest.mark.parametrize("damage", ["", "{}", '{"format": 1, "tables"', '{"format": "x", "tables": {}}'])
def test_a_broken_release_json_is_named(home: Home, damage: str) -> None:
    (home.releases / RELEASE / "release.json").write_text(damage, encoding="utf-8")
    with pytest.raises(FincityError, match=r"is damaged: release\.json"):
        Release.open(home)


def test_a_later_format_asks_for_an_upgrade(home: Home) -> None:
    path = home.releases / RELEASE / "release.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"format": 1', '"format": 2'), encoding="utf-8")
    with pytest.raises(FincityError, match="upgrade fincity"):
        Release.open(home)


@pytest.mark.parametrize("damage", ["cut", "gone", "foreign"])
def test_a_damaged_table_is_named_with_what_to_do(home: Home, damage: str) -> None:
    table = home.releases / RELEASE / "tables" / "observation.parquet"
    content = table.read_bytes()
    table.unlink()
    if damage != "gone":
        table.write_bytes(content[: len(content) // 2] if damage == "cut" else b"city,year\n")
    with pytest.raises(FincityError, match=r"is damaged: tables/observation\.parquet .*fincity release verify"):
        fincity.panel(home=home)
