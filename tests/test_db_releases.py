"""Releases: the same content gives the same bytes, nothing is overwritten or half-written, nothing private leaves."""

from __future__ import annotations

import csv
import hashlib
import json
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from db import migrate, releases
from db.engine import Stores, connect
from db.home import Home
from db.upsert import sync
from etl.catalogue import indicators
from etl.errors import FincityError, UsageError
from etl.records import TABLES
from etl.records.rows import CoverageDayRow, DocumentRow, ListPageRow, ObservationRow

INFO = releases.Info(
    as_of="2024-12-31T16:20:00Z", fincity_version="0.1.0", stages={"ccgp": "3"}, lexicons={"digital_121": "ab12"}
)
PRIVATE = "联系人张三电话13800000000"
DOCUMENT = DocumentRow(
    source="ccgp",
    source_id="1",
    fingerprint="f" * 64,
    is_current=True,
    kind="notice",
    notice_type="award",
    title="智能柜台采购",
    url="http://www.ccgp.gov.cn/1.htm",
    published_at="2024-05-06T10:00:00+08:00",
    place_code=None,
    year=None,
    characters=6,
    record=json.dumps({"text": PRIVATE}, ensure_ascii=False),
    raw_sha256="a" * 64,
    parser="ccgp",
    recipe="r",
)
PAGE = ListPageRow(
    "ccgp", "b" * 64, 31, 2, json.dumps([PRIVATE], ensure_ascii=False), None, "r", last=False, warnings="[]"
)
DAY = CoverageDayRow("ccgp", "award", "2024-05-06", "complete", 1, 0, None, 3.5)
CELL = ObservationRow(
    indicator="fintech_amount_bought",
    city_code="440300",
    year=2024,
    boundary="2020",
    value=0.1 + 0.2,
    unit="yuan",
    basis="observed",
    completeness=1 / 3,
    provisional=False,
    reason="ccgp award: 9 partial of 456 days",
)


def fill(stores: Stores, cell: ObservationRow = CELL) -> None:
    with stores.warehouse.write() as conn:
        sync(conn, DocumentRow, [DOCUMENT])
        sync(conn, ListPageRow, [PAGE])
        sync(conn, CoverageDayRow, [DAY])
        sync(conn, ObservationRow, [cell])


def write(home: Home, stores: Stores, info: releases.Info = INFO) -> str:
    with stores.warehouse.read() as conn:
        return releases.write(home, conn, info)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A synthetic home on SQLite."""
    monkeypatch.delenv("FINCITY_DATABASE_URL", raising=False)
    made = Home.create(tmp_path / "local", "synthetic")
    migrate.upgrade(made)
    return made


@pytest.fixture
def filled(home: Home) -> Iterator[Stores]:
    """Its stores, with a few rows."""
    with connect(home) as stores:
        fill(stores)
        yield stores


def contents(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_a_release_holds_the_tables_and_says_what_they_are(home: Home, filled: Stores) -> None:
    name = write(home, filled)
    folder = home.releases / name
    assert name.startswith("2024-12-31-")
    assert (home.releases / "current").read_text() == f"{name}\n"
    (said,) = releases.list_releases(home)
    assert (said.id, said.synthetic, said.home_kind, said.as_of) == (name, True, "synthetic", INFO.as_of)
    assert said.stages == {"ccgp": "3"}
    assert said.lexicons == {"digital_121": "ab12"}
    assert set(said.tables) == {row.TABLE for row in TABLES} - {"list_page"}
    assert said.tables["document"].rows == 1
    (cell,) = pq.read_table(folder / "tables/observation.parquet").to_pylist()
    assert cell["value"] == 0.3
    assert cell["completeness"] == 0.333333333333
    assert pq.read_schema(folder / "tables/deal.parquet").field("amount_fen").nullable
    assert releases.verify(home, name) == []
    subprocess.run(["sha256sum", "--check", "--strict", "--quiet", "checksums.sha256"], cwd=folder, check=True)


def test_nothing_private_and_nothing_of_one_run_is_in_a_release(home: Home, filled: Stores) -> None:
    folder = home.releases / write(home, filled)
    columns = {path.stem: pq.read_schema(path).names for path in (folder / "tables").iterdir()}
    assert not {"record", "text"} & set(columns["document"])
    assert "lag_days" not in columns["coverage_day"]
    shown = [str(pq.read_table(path).to_pylist()) for path in (folder / "tables").iterdir()]
    shown += [path.read_text(encoding="utf-8") for path in folder.iterdir() if path.is_file()]
    assert not any("张三" in text or "13800000000" in text for text in shown)


def test_the_same_content_is_the_same_release_on_both_stores(
    db_home: Home, stores: Stores, home: Home, filled: Stores
) -> None:
    fill(stores)
    name = write(home, filled)
    assert write(db_home, stores) == name
    assert contents(db_home.releases) == contents(home.releases)


def test_writing_again_touches_nothing_and_new_content_moves_the_pointer(home: Home, filled: Stores) -> None:
    first = write(home, filled)
    before = [(path, path.stat().st_mtime_ns, path.stat().st_ino) for path in (home.releases / first).rglob("*")]
    assert write(home, filled, replace(INFO, stages={"ccgp": "4"})) == first
    assert before == [
        (path, path.stat().st_mtime_ns, path.stat().st_ino) for path in (home.releases / first).rglob("*")
    ]
    fill(filled, replace(CELL, value=5.0))
    second = write(home, filled)
    assert second != first
    assert (home.releases / "current").read_text() == f"{second}\n"
    assert [release.id for release in releases.list_releases(home)] == sorted([first, second])
    assert sorted(path.name for path in home.releases.iterdir()) == sorted([first, second, "current"])


def test_a_release_is_never_overwritten(home: Home, filled: Stores) -> None:
    name = write(home, filled)
    path = home.releases / name / "release.json"
    said = json.loads(path.read_text(encoding="utf-8"))
    said["tables"]["deal"]["rows"] = 7
    path.write_text(json.dumps(said), encoding="utf-8")
    with pytest.raises(FincityError, match="a release is never overwritten"):
        write(home, filled)
    assert json.loads(path.read_text(encoding="utf-8")) == said


def test_verify_names_what_was_changed(home: Home, filled: Stores) -> None:
    name = write(home, filled)
    folder = home.releases / name
    (folder / "codebook.md").write_text("other", encoding="utf-8")
    (folder / "notes.txt").write_text("mine", encoding="utf-8")
    (folder / "tables/edge.parquet").unlink()
    assert releases.verify(home, name) == [
        "codebook.md: changed",
        "notes.txt: not part of the release",
        "tables/edge.parquet: missing",
    ]
    with pytest.raises(UsageError, match="no release '2020-01-01-00000000'"):
        releases.verify(home, "2020-01-01-00000000")


def test_verify_is_not_fooled_by_new_checksums(home: Home, filled: Stores) -> None:
    name = write(home, filled)
    folder = home.releases / name
    path = folder / "tables/observation.parquet"
    table = pq.read_table(path)
    pq.write_table(table.set_column(4, table.schema.field(4), [[9.0]]), path)
    lines = [line for line in (folder / "checksums.sha256").read_text().splitlines() if "observation" not in line]
    lines.append(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  tables/observation.parquet")
    (folder / "checksums.sha256").write_text("\n".join(lines) + "\n")
    (problem,) = releases.verify(home, name)
    assert problem.startswith("observation: the file holds 1 rows with hash ")


@contextmanager
def no_file_larger_than(size: int) -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_disk_that_takes_no_more_leaves_the_last_release_and_no_half_one(home: Home, filled: Stores) -> None:
    first = write(home, filled)
    fill(filled, replace(CELL, value=5.0))
    before = contents(home.releases)
    for size in (100, 2_000, 6_000):
        with pytest.raises(FincityError, match="cannot write a release in "), no_file_larger_than(size):
            write(home, filled)
        assert contents(home.releases) == before
    assert (home.releases / "current").read_text() == f"{first}\n"


def test_what_a_killed_writer_left_is_cleared_by_the_next(home: Home, filled: Stores) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    (home.releases / f".writing-{gone.pid}" / "tables").mkdir(parents=True)
    name = write(home, filled)
    assert {path.name for path in home.releases.iterdir()} == {name, "current"}


def test_the_codebook_holds_every_indicator_and_every_column(home: Home, filled: Stores) -> None:
    folder = home.releases / write(home, filled)
    with (folder / "codebook.csv").open(encoding="utf-8", newline="") as file:
        entries = list(csv.DictReader(file))
    assert [e["name"] for e in entries if e["entry"] == "indicator"] == list(indicators())
    shipped = {(e["table"], e["name"]) for e in entries if e["entry"] == "column"}
    assert shipped == {
        (path.stem, name) for path in (folder / "tables").iterdir() for name in pq.read_schema(path).names
    }
    assert all(e["definition"] for e in entries)
    text = (folder / "codebook.md").read_text(encoding="utf-8")
    assert "synthetic: everything in it is made up" in text
    assert all(entry.title_zh in text for entry in indicators().values())


def test_a_damaged_release_is_named(home: Home, filled: Stores) -> None:
    name = write(home, filled)
    (home.releases / name / "release.json").write_text("{", encoding="utf-8")
    with pytest.raises(FincityError, match=r"release\.json cannot be read"):
        releases.list_releases(home)
