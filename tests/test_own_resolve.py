"""Names in one's own files: the columns that help, years, numbers, and what is said of names that stay open."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

import fincity
from etl.errors import UsageError
from fincity.cli import main
from tests.test_import_firms import uscc

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Resolve names in an empty folder without a home: exit code, stdout, stderr."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FINCITY_HOME", str(tmp_path / "nowhere"))

    def run(*words: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as left:
            main(["resolve", *words])
        said = capsys.readouterr()
        return int(str(left.value.code)), said.out, said.err

    return run


def rows(path: str) -> list[dict[str, str]]:
    with Path(path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_columns_of_addresses_codes_regions_and_years_help(run: Run) -> None:
    Path("f.csv").write_text(
        "供应商,地址,代码,地区,年\n"
        f"甲乙科技有限公司,,{uscc(1)},,2023\n"
        "丙丁科技有限公司,广州市天河区1号,,,2023\n"
        "朝阳区戊科技有限公司,,,吉林省,2023\n"
        "莱芜己科技有限公司,,,,2016\n"
        "莱芜己科技有限公司,,,,2023\n"
        "莱芜己科技有限公司,,,,soon\n",
        encoding="utf-8",
    )
    call = ("--kind", "firm", "f.csv", "--column", "供应商", "--address", "地址", "--uscc", "代码", "--region", "地区")
    assert run(*call, "--year-column", "年", "-o", "o.csv")[0] == 0
    found = rows("o.csv")
    assert [row["city"] for row in found] == ["深圳市", "广州市", "长春市", "莱芜市", "济南市", ""]
    assert found[5]["evidence"] == "no year between 1949 and 2100: 'soon'"


def test_a_bank_number_stands_in_any_column_that_is_named(run: Run) -> None:
    Path("b.csv").write_text("name,number\n建行某支行,105584000005\n", encoding="utf-8")
    assert run("--kind", "bank", "b.csv", "--column", "name", "--cnaps", "number", "-o", "o.csv")[0] == 0
    assert rows("o.csv")[0]["city"] == "深圳市"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            "--kind bank --uscc name",
            "f.csv: resolve knows no uscc of a bank; it takes columns of address, cnaps, region",
        ),
        ("--kind firm --address adress", "f.csv: no column 'adress'; the columns are name, year"),
        ("--kind firm --year 2020 --year-column year", "give either --year, one for all rows, or --year-column"),
        ("--kind firm --year year", "--year"),
        ("--kind firm --sheet 1", "f.csv: a .csv file has no sheets"),
        ("--kind firm --explain 甲公司", "--explain takes one name"),
    ],
)
def test_a_wrong_call_names_the_file_or_the_option_and_what_to_do(run: Run, words: str, said: str) -> None:
    Path("f.csv").write_text("name,year\n甲公司,2020\n", encoding="utf-8")
    code, _, err = run("f.csv", "--column", "name", *words.split())
    assert code == 2
    assert said in err.splitlines()[-1]


def test_names_that_stay_open_are_counted_and_told_with_their_reasons(run: Run) -> None:
    names = ["深圳甲有限公司", *["朝阳区乙有限公司"] * 3, "\x1b[31m", *(f"丙{n}有限公司" for n in range(9))]
    pd.DataFrame({"name": names}).to_csv("f.csv", index=False)
    code, _, err = run("--kind", "firm", "f.csv", "--column", "name", "-o", "o.csv")
    first, second, *_, last = err.splitlines()
    assert (code, first) == (0, "o.csv: 1 of 14 names have a city")
    assert second.startswith("  none for '朝阳区乙有限公司' (3 rows): ")
    assert last == "  and for 6 more: the columns evidence and candidates say why"
    assert "\x1b" not in err
    assert "110000 北京市" in rows("o.csv")[1]["candidates"]


@pytest.mark.parametrize(
    ("heading", "cells", "cities"),
    [
        ("区划代码", ["362200", "510100", 440300.0], ["宜春市", "成都市", "深圳市"]),
        ("邮编", ["362200", "510100", 518000], ["泉州市", "广州市", "深圳市"]),
        ("post_code", ["362200"], ["泉州市"]),
        ("place", ["362200", "510100", "深圳"], [None, "成都市", "深圳市"]),
        ("place", ["362200", "510100", "518000", "370100"], [None, None, None, "济南市"]),
    ],
)
def test_numbers_are_what_their_column_says_or_stay_open_where_they_may_be_two_things(
    heading: str, cells: list[object], cities: list[str | None]
) -> None:
    found = fincity.resolve(pd.DataFrame({heading: cells}), heading, kind="place")
    assert found["city"].tolist() == cities
    assert found[heading].tolist() == cells
    assert all(found.loc[found["city"].isna(), "candidates"])


def test_a_credit_code_in_the_place_of_a_name_is_that_firm() -> None:
    found = fincity.resolve([uscc(1), uscc(2)[:-1] + "0", "12345"], "firm")
    assert found["city"].tolist() == ["深圳市", None, None]
    assert found["org_id"].tolist() == [uscc(1), None, None]
    listed = pd.DataFrame({"name": ["珠海甲有限公司"], "uscc": [uscc(1)], "城市": ["珠海市"]})
    assert fincity.resolve(uscc(1), "firm", register=listed)["canonical_name"].tolist() == ["珠海甲有限公司"]


def test_a_column_that_does_not_help_is_refused() -> None:
    with pytest.raises(UsageError, match="resolve knows no address of a place; it takes columns of region_text"):
        fincity.resolve(pd.DataFrame({"a": ["深圳"]}), "a", kind="place", address="a")


@pytest.mark.parametrize(
    ("names", "words", "said"),
    [
        (None, {"kind": "bank"}, "give a name, several names or a DataFrame, not NoneType"),
        ({"a": "工行"}, {"kind": "bank"}, "not dict"),
        (["甲公司"], {"kind": "firm", "address": "where"}, "address is a column of a table"),
        (["工行"], {"kind": "bank", "year": 20100}, "year 20100: give one from 1949 to 2100"),
        (pd.DataFrame({"a": ["工行"]}), {"kind": "bank"}, "name the column that holds the names"),
        (["甲公司"], {"kind": "firm", "register": 5}, "register: give a file or a DataFrame, not int"),
    ],
)
def test_a_call_that_cannot_be_meant_is_told_in_one_line(names: object, words: dict[str, object], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        fincity.resolve(names, **words)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "name", [None, float("nan"), "", "nan", "无", 12, True, b"x", ["a"], "<b>甲</b>", "甲" * 10_000]
)
@pytest.mark.parametrize("kind", ["firm", "bank", "body", "place"])
def test_what_is_no_name_stays_open_and_says_why(name: object, kind: str) -> None:
    found = fincity.resolve(pd.DataFrame({0: [name]}), 0, kind=kind)  # type: ignore[arg-type]
    assert found["city_code"].tolist() == [None]
    assert found["org_id"].tolist() == [None]
    assert found["evidence"][0]


def test_a_column_of_years_says_every_year_or_leaves_the_name_open() -> None:
    mine = pd.DataFrame({"b": ["平安银行"] * 4, "y": [2010, "2020年", None, float("nan")]}, dtype=object)
    found = fincity.resolve(mine, "b", kind="bank", year="y")
    assert found["org_id"].tolist() == ["bank:shenzhenshi", "bank:pab", None, None]


def test_texts_are_one_or_several_and_what_is_missing_is_empty() -> None:
    assert fincity.match("大数据", "digital_121")["hits"].tolist() == [1]
    assert fincity.match(pd.Series(["大数据", None, float("nan")]), "digital_121")["document"].tolist() == ["0"]


def test_several_processes_find_what_one_finds() -> None:
    names = [
        f"{place}市{word}科技有限公司" for place in ("深圳", "杭州", "成都") for word in ("云海", "山石", "飞鸟")
    ] * 2_000
    firms = pd.DataFrame({"name": sorted(set(names))})
    for register in (None, firms):
        one, two = (fincity.resolve(names, "firm", register=register, jobs=jobs) for jobs in (1, 2))
        pd.testing.assert_frame_equal(one, two)
