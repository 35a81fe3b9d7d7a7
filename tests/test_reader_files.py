"""Files of panels: the same numbers in every format, the same bytes in every run, whole or not there."""

from __future__ import annotations

import errno
from pathlib import Path

import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pyreadstat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.errors import UsageError
from fincity import frames, output
from fincity.frames import About, stata_names
from fincity.reader.table import Table

ABOUT = About(
    title="city-year panel",
    release="2026-01-31-0a1b2c3d",
    as_of="2026-01-31",
    synthetic=True,
    labels={"city": "城市全称", "value": "数值"},
    codebook=[["code", "title"], ["value", "数值"]],
)
LONG_REASON = "没有看过" * 800
TABLE = Table(
    {"city": str, "year": int, "value": float, "basis": str, "provisional": bool, "reason": str},
    [
        {"city": "深圳市", "year": 2024, "value": 3.0, "basis": "observed", "provisional": False, "reason": None},
        {"city": "=1+1", "year": 2023, "value": None, "basis": None, "provisional": True, "reason": LONG_REASON},
        {"city": "广州市", "year": 2024, "value": 0.1 + 0.2, "basis": "derived", "provisional": False, "reason": "短"},
    ],
)


@pytest.mark.parametrize("suffix", sorted(frames.WRITERS))
def test_two_runs_write_the_same_bytes(tmp_path: Path, suffix: str) -> None:
    first, second = tmp_path / f"first{suffix}", tmp_path / f"second{suffix}"
    for path in (first, second):
        frames.write(path, TABLE, ABOUT)
    assert first.read_bytes() == second.read_bytes()
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted([first.name, second.name])


def test_csv_writes_counts_as_counts_and_nothing_for_what_is_unknown(tmp_path: Path) -> None:
    path = frames.write(tmp_path / "p.csv", TABLE, ABOUT)
    lines = path.read_text(encoding="utf-8").split("\n")
    assert lines[0] == "city,year,value,basis,provisional,reason"
    assert lines[1] == "深圳市,2024,3,observed,False,"
    assert lines[3] == "广州市,2024,0.3,derived,False,短"
    assert frames.write(path, TABLE, ABOUT, excel=True).read_bytes().startswith(b"\xef\xbb\xbf")


def test_parquet_says_what_it_is(tmp_path: Path) -> None:
    read = pq.read_table(frames.write(tmp_path / "p.parquet", TABLE, ABOUT))
    assert read.to_pylist() == list(TABLE.rows)
    assert read.schema.metadata[b"fincity.synthetic"] == b"true"
    assert read.schema.metadata[b"fincity.release"] == ABOUT.release.encode()
    assert read.schema.field("value").metadata == {b"label": "数值".encode()}


def test_stata_reads_labels_values_and_no_clock_time(tmp_path: Path) -> None:
    path = frames.write(tmp_path / "p.dta", TABLE, ABOUT)
    frame, meta = pyreadstat.read_dta(path, apply_value_formats=True)
    assert meta.file_label.startswith("SYNTHETIC DATA")
    assert meta.creation_time.isoformat() == "2026-01-31T00:00:00"
    assert meta.column_names_to_labels["city"] == "城市全称"
    assert list(frame["basis"].astype(object).where(frame["basis"].notna(), None)) == ["observed", None, "derived"]
    assert list(frame["provisional"]) == ["final", "provisional", "final"]
    assert list(pd.read_stata(path)["reason"]) == ["", LONG_REASON, "短"]


def test_excel_has_data_codebook_and_a_note_and_runs_no_formula(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(frames.write(tmp_path / "p.xlsx", TABLE, ABOUT))
    assert book.sheetnames == ["data", "codebook", "about"]
    assert [cell.value for cell in book["data"]["A"]] == ["city", "深圳市", "=1+1", "广州市"]
    assert book["data"]["A3"].data_type == "s"
    assert book["data"]["C3"].value in (None, "")
    assert book["codebook"]["B2"].value == "数值"
    assert book["about"]["B4"].value == "yes: everything here is made up"


@given(st.lists(st.from_regex(r"[a-z][a-z_0-9]{0,60}(_completeness)?", fullmatch=True), unique=True, max_size=12))
def test_stata_names_are_short_and_stay_apart(names: list[str]) -> None:
    short = stata_names(names)
    assert all(0 < len(name) <= 32 for name in short.values())
    assert len(set(short.values())) == len(names)
    assert list(short) == names


@pytest.mark.parametrize("name", ["panel.txt", "panel", "no/such/folder/panel.csv"])
def test_a_file_that_cannot_be_is_refused_with_what_can(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match=r"use \.csv, \.parquet, \.dta, \.xlsx|does not exist"):
        frames.write(tmp_path / name, TABLE, ABOUT)
    assert not list(tmp_path.iterdir())


def test_excel_marks_are_for_csv_only(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--excel is for csv"):
        frames.write(tmp_path / "p.dta", TABLE, ABOUT, excel=True)


def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    path.write_text("old", encoding="utf-8")

    def run_out_of_space() -> None:
        with output.replacing(path) as temporary:
            temporary.write_text("half of the n", encoding="utf-8")
            raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        run_out_of_space()
    assert path.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]
