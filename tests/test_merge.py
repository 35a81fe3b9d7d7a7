"""Merging with a panel, and reading and writing other people's files."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest

import fincity
from db.home import Home
from etl.errors import UsageError
from fincity import own_files
from fincity.cli import main
from tests.make_release import RELEASE, make_release

Run = Callable[..., tuple[int, str]]
BOUGHT = "fintech_deals_bought"
ROWS = (
    ("深圳", 2024, "007", "1.50"),
    ("广州市", 2024, "008", ""),
    ("深圳", 2024, "009", "2"),
    ("莱芜", 2022, "010", "3"),
    ("巢湖", 2010, "011", "4"),
    ("吉林", 2024, "012", "5"),
    ("吉林", 2024, "013", "5"),
)
HEADER = ("城市", "年份", "编号", "值")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return make_release(tmp_path_factory.mktemp("home") / "home")


@pytest.fixture
def run(home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command in an empty folder: exit code and stderr."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> tuple[int, str]:
        with pytest.raises(SystemExit) as left:
            main(["--home", str(home.path), *arguments])
        return int(str(left.value.code)), capsys.readouterr().err

    return run


def write_csv(path: Path, encoding: str = "utf-8", rows: tuple[tuple[object, ...], ...] = ROWS) -> None:
    path.write_text("\n".join(",".join(map(str, row)) for row in (HEADER, *rows)), encoding=encoding)


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_row_is_kept_in_its_order_and_has_the_numbers_of_its_city(home: Home) -> None:
    mine = pd.DataFrame(ROWS, columns=list(HEADER), index=list("abcdefg"))
    data, unmatched = fincity.merge(mine, on=("城市", "年份"), indicators=BOUGHT, home=home)
    assert list(data.index) == list("abcdefg")
    assert data[list(HEADER)].equals(mine)
    assert data["matched_city"].fillna("").to_list() == ["深圳市", "广州市", "深圳市", "济南市", "", "", ""]
    assert data[BOUGHT].to_list()[:3] == [2, 1, 2]
    assert data[f"{BOUGHT}_completeness"].to_list()[:4] == [1, 1, 1, 0]
    assert data["match"].to_list() == ["matched"] * 4 + ["refused_split", "ambiguous", "ambiguous"]
    assert data["synthetic"].all()
    assert unmatched[["city", "year", "rows", "first_row", "reason"]].values.tolist() == [
        ["巢湖", 2010, 1, 5, "refused_split"],
        ["吉林", 2024, 2, 6, "ambiguous"],
    ]
    assert unmatched["candidates"].to_list()[1] == "220000 吉林省; 220200 吉林市"


def test_a_column_of_provinces_settles_what_is_ambiguous(home: Home) -> None:
    mine = pd.DataFrame({"city": ["吉林", "深圳"], "year": 2024, "p": ["吉林省", "湖南"]})
    data, unmatched = fincity.merge(mine, province="p", indicators=BOUGHT, home=home)
    assert data["matched_code"].to_list()[0] == "220200"
    assert unmatched["reason"].to_list() == ["province_disagrees"]


def test_places_that_are_no_city_of_the_panel_say_so(home: Home) -> None:
    cities = ["仙桃市", "昆山市", "广东省", None, "深圳", "深圳"]
    mine = pd.DataFrame({"city": cities, "year": [2024, 2024, 2024, 2024, None, 2024]})
    unmatched = fincity.merge(mine, indicators=BOUGHT, home=home).unmatched
    reasons = ["no_panel_city", "county_level", "province_level", "no_city", "no_year"]
    assert unmatched["reason"].to_list() == reasons
    assert unmatched["candidates"].to_list()[1] == "320500 苏州市"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"on": "city"}, "on city: name the columns of cities and years"),
        ({"on": ("city", "yaer")}, "no column 'yaer'; did you mean 'year'"),
        ({"on": ("city", "note")}, "column 'note' holds no year between 1949 and 2100"),
        ({"indicators": "fintech_deals"}, "unknown indicator"),
        ({"boundary": 2010}, "has no boundary '2010'; use 2020"),
        ({"boundary": "2020"}, "boundary '2020': give a year"),
        ({"release": "nothing"}, "no release 'nothing'"),
    ],
)
def test_a_wrong_call_is_told_in_one_line(home: Home, options: dict[str, object], message: str) -> None:
    mine = pd.DataFrame({"city": ["深圳"], "year": [2024], "note": ["x"]})
    with pytest.raises(UsageError, match=message):
        fincity.merge(mine, **{"home": home, **options})  # type: ignore[arg-type]


def test_a_column_of_the_panel_that_is_already_there_is_refused(home: Home) -> None:
    mine = pd.DataFrame({"city": ["深圳"], "year": [2024], BOUGHT: [1]})
    with pytest.raises(UsageError, match=f"already has a column '{BOUGHT}': rename it"):
        fincity.merge(mine, home=home)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_csv_in_any_encoding_is_merged_and_keeps_its_text(run: Run, tmp_path: Path, encoding: str) -> None:
    write_csv(tmp_path / "mine.csv", encoding)
    code, said = run("merge", "mine.csv", "--on", "城市,年份", "--indicator", BOUGHT, "-o", "out.csv")
    assert code == 0
    merged = read_csv(tmp_path / "out.csv")
    assert [tuple(row[name] for name in HEADER) for row in merged] == [tuple(map(str, row)) for row in ROWS]
    assert (merged[0]["matched_code"], merged[0][BOUGHT]) == ("440300", "2")
    assert f"4 of 7 rows have a city of release {RELEASE}" in said
    assert "3 rows have none (ambiguous 2, refused_split 1): see out.unmatched.csv" in said
    assert [row["rows"] for row in read_csv(tmp_path / "out.unmatched.csv")] == ["1", "2"]


def test_a_list_of_an_earlier_run_does_not_stay_when_all_rows_match(run: Run, tmp_path: Path) -> None:
    (tmp_path / "out.unmatched.csv").write_text("old", encoding="utf-8")
    write_csv(tmp_path / "mine.csv", rows=ROWS[:3])
    assert run("merge", "mine.csv", "--on", "城市,年份", "-o", "out.csv")[0] == 0
    assert not (tmp_path / "out.unmatched.csv").exists()


def test_a_stata_file_keeps_its_labels_dates_and_codes(run: Run, tmp_path: Path) -> None:
    mine = pd.DataFrame(
        {"place": [1, 2], "year": [2024, 2024], "day": pd.to_datetime(["2020-01-31", None]), "unit": [3.5, 4]}
    )
    labels = {"place": {1: "深圳市", 2: "广州", 3: "上海"}}
    mine.to_stata(
        tmp_path / "mine.dta", write_index=False, version=118, value_labels=labels, variable_labels={"unit": "单位"}
    )
    assert run("merge", "mine.dta", "--on", "place,year", "--indicator", BOUGHT, "-o", "out.dta")[0] == 0
    merged, about = pyreadstat.read_dta(tmp_path / "out.dta")
    assert about.variable_value_labels == labels
    assert merged["place"].to_list() == [1, 2]
    assert merged["unit"].to_list() == [3.5, 4]
    assert merged["matched_code"].to_list() == ["440300", "440100"]
    assert about.original_variable_types["day"] == "%td"
    assert about.column_names_to_labels["unit"] == "单位"
    assert "GB/T 2260" in about.column_names_to_labels["matched_code"]
    assert about.file_label.startswith("SYNTHETIC DATA")


def test_an_old_stata_file_in_gbk_is_read(tmp_path: Path) -> None:
    mine = pd.DataFrame({"city": ["深圳".encode("gb18030").decode("latin-1"), "a"], "n": [1, 2]})
    label = "城市".encode("gb18030").decode("latin-1")
    mine.to_stata(tmp_path / "old.dta", write_index=False, version=114, variable_labels={"city": label})
    table = own_files.read(tmp_path / "old.dta")
    assert table.frame["city"].to_list() == ["深圳", "a"]
    assert table.labels["city"] == "城市"


@pytest.mark.parametrize("name", ["out.dta", "out.xlsx", "out.parquet"])
def test_numbers_of_a_csv_become_numbers_in_other_formats_and_codes_stay_text(
    run: Run, tmp_path: Path, name: str
) -> None:
    write_csv(tmp_path / "mine.csv")
    assert run("merge", "mine.csv", "--on", "城市,年份", "--indicator", BOUGHT, "-o", name)[0] == 0
    read = {"out.dta": pd.read_stata, "out.xlsx": pd.read_excel, "out.parquet": pd.read_parquet}[name]
    merged = read(tmp_path / name, **({"dtype": {"编号": str}} if name == "out.xlsx" else {}))
    assert merged[["年份", "编号", "值"]].values.tolist()[0] == [2024, "007", 1.5]
    assert merged[["matched_city", BOUGHT]].values.tolist()[0] == ["深圳市", 2]


def test_an_excel_sheet_keeps_numbers_days_and_mixed_cells(run: Run, tmp_path: Path) -> None:
    days = pd.to_datetime(["2020-01-31", None])
    mine = pd.DataFrame(
        {"city": ["深圳", "广州"], "year": [2024, 2024], "mixed": ["n/a", 1.5], "NA": ["NA", ""], "day": days}
    )
    mine.to_excel(tmp_path / "mine.xlsx", index=False)
    assert run("merge", "mine.xlsx", "--indicator", BOUGHT, "-o", "out.csv")[0] == 0
    first, second = read_csv(tmp_path / "out.csv")
    assert [first[name] for name in mine] == ["深圳", "2024", "n/a", "NA", "2020-01-31"]
    assert [second[name] for name in mine] == ["广州", "2024", "1.5", "", ""]
    assert run("merge", "mine.xlsx", "--indicator", BOUGHT, "-o", "out.dta")[0] == 0
    assert pd.read_stata(tmp_path / "out.dta")["day"].to_list()[0] == days[0]


@pytest.mark.parametrize(
    ("name", "body", "message"),
    [
        ("mine.csv", b"", "empty"),
        ("mine.csv", b"\n\r\n", "empty"),
        ("mine.csv", b"city,year\n", "holds no year"),
        ("mine.csv", b"city,city\na,b\n", "column 'city' stands twice"),
        ("mine.csv", b"city,year\nx,2024,3\n", "row 1: more cells than the header has columns"),
        ("mine.csv", b'city,year\na,2024\n"x,2024\n', "line 3: unexpected end of data: look for a quotation mark"),
        ("mine.csv", b"\x00\x01\x02\x03", "binary"),
        ("mine.xlsx", b"no workbook", "no Excel workbook that can be read"),
        ("mine.dta", b"no stata file", "no Stata file that can be read"),
        ("mine.dta", b"", "no Stata file that can be read"),
        ("mine.pdf", b"%PDF", "cannot read .pdf; use .csv, .tsv, .xlsx, .dta"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_in_one_line(
    run: Run, tmp_path: Path, name: str, body: bytes, message: str
) -> None:
    (tmp_path / name).write_bytes(body)
    code, said = run("merge", name, "-o", "out.csv")
    last = said.strip().splitlines()[-1]
    assert (code, last.startswith(f"fincity: {name}")) == (2, True)
    assert message in last
    assert not (tmp_path / "out.csv").exists()


def test_an_input_is_never_overwritten(run: Run, tmp_path: Path) -> None:
    write_csv(tmp_path / "mine.csv")
    assert run("merge", "mine.csv", "--on", "城市,年份", "-o", "mine.csv")[0] == 2
    write_csv(tmp_path / "out.unmatched.csv")
    assert run("merge", "out.unmatched.csv", "--on", "城市,年份", "-o", "out.csv")[0] == 2


def test_a_column_of_a_table_is_resolved_in_place() -> None:
    mine = pd.DataFrame(
        {"bank": ["中国工商银行股份有限公司深圳市分行", None, 12, "某某"], "when": [2020, 2020, 2020, "?"]},
        index=[5, 6, 7, 8],
    )
    found = fincity.resolve(mine, "bank", kind="bank", year="when")
    assert list(found.columns)[:3] == ["bank", "when", "org_id"]
    assert list(found.index) == [5, 6, 7, 8]
    assert found["city"].to_list() == ["深圳市", None, None, None]
    assert found["evidence"].to_list()[1:] == [
        "the name is empty",
        "no text but int: 12",
        "no year between 1949 and 2100: '?'",
    ]
    with pytest.raises(UsageError, match="no column 'banks'; did you mean 'bank'"):
        fincity.resolve(mine, "banks", kind="bank")
    with pytest.raises(UsageError, match="already has a column 'org_id'"):
        fincity.resolve(found, "bank", kind="bank")
    with pytest.raises(UsageError, match="no kind None; use bank, firm, body, place"):
        fincity.resolve(mine, "bank")
    with pytest.raises(UsageError, match="resolve knows no adress of a bank; it takes columns of address"):
        fincity.resolve(mine, "bank", kind="bank", adress="when")


def test_addresses_beside_the_names_help() -> None:
    mine = pd.DataFrame({"firm": ["某某科技有限公司"], "where": ["广东省深圳市南山区1号"]})
    assert fincity.resolve(mine, "firm", kind="firm", address="where")["city"].to_list() == ["深圳市"]


@pytest.mark.parametrize("suffix", [".xlsx", ".dta"])
def test_resolve_reads_excel_and_stata(run: Run, tmp_path: Path, suffix: str) -> None:
    mine = pd.DataFrame({"place": ["深圳", "吉林"], "n": [1, 2]})
    path = tmp_path / f"mine{suffix}"
    mine.to_excel(path, index=False) if suffix == ".xlsx" else mine.to_stata(path, write_index=False, version=118)
    code, said = run("resolve", "--kind", "place", path.name, "--column", "place", "-o", "out.csv")
    assert (code, "1 of 2 names have a city" in said) == (0, True)
    rows = read_csv(tmp_path / "out.csv")
    assert [(row["place"], row["n"], row["city"]) for row in rows] == [("深圳", "1", "深圳市"), ("吉林", "2", "")]


@pytest.mark.parametrize("suffix", [".csv", ".dta", ".xlsx", ".parquet"])
def test_resolve_writes_every_format_with_scores_as_numbers(run: Run, tmp_path: Path, suffix: str) -> None:
    (tmp_path / "mine.csv").write_text("place\n深圳市\n吉林\n\n", encoding="utf-8")
    out = f"out{suffix}"
    assert run("resolve", "--kind", "place", "mine.csv", "--column", "place", "-o", out)[0] == 0
    read = {".csv": pd.read_csv, ".dta": pd.read_stata, ".xlsx": pd.read_excel, ".parquet": pd.read_parquet}[suffix]
    found = read(tmp_path / out)
    assert found["score"].gt(0).tolist() == [True, False]
    assert found["city"].fillna("").tolist() == ["深圳市", ""]


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_columns_without_a_heading_are_left_out_or_called_by_their_place(tmp_path: Path, suffix: str) -> None:
    rows = [["", "", "", ""], [" city ", "", "year", ""], ["深圳", "", "2024", ""], ["广州", "", "2024", "a remark"]]
    path = tmp_path / f"mine{suffix}"
    if suffix == ".csv":
        path.write_text("\n" + "\n".join(map(",".join, rows[1:])), encoding="utf-8")
    else:
        pd.DataFrame(rows).to_excel(path, index=False, header=False)
    read = own_files.read(path).rows()
    assert read == [
        {"city": "深圳", "year": "2024", "column_4": ""},
        {"city": "广州", "year": "2024", "column_4": "a remark"},
    ]


def test_of_several_sheets_the_first_is_read_and_the_others_are_mentioned_or_the_one_that_is_named(
    run: Run, tmp_path: Path
) -> None:
    with pd.ExcelWriter(tmp_path / "mine.xlsx") as book:
        pd.DataFrame({"来源": ["年鉴"]}).to_excel(book, sheet_name="说明", index=False)
        pd.DataFrame({"place": ["深圳"]}).to_excel(book, sheet_name="数据", index=False)
    call = ("resolve", "--kind", "place", "mine.xlsx", "--column", "place", "-o", "out.csv")
    code, said = run(*call)
    remark, error = said.splitlines()
    assert (code, remark) == (2, "mine.xlsx: sheet '说明' is read, not '数据' (see --sheet)")
    assert error == "fincity: mine.xlsx, sheet '说明' of 2: no column 'place'; the columns are 来源"
    assert run(*call, "--sheet", "数据") == (0, "out.csv: 1 of 1 names have a city\n")
    code, said = run(*call, "--sheet", "数")
    assert (code, said) == (2, "fincity: mine.xlsx: no sheet '数'; the sheets are '说明', '数据'\n")
    code, said = run("merge", "out.csv", "--sheet", "数据", "-o", "merged.csv")
    assert (code, said.splitlines()[-1]) == (2, "fincity: out.csv: a .csv file has no sheets: leave out --sheet 数据")


def test_a_missing_column_is_told_in_one_short_line() -> None:
    with pytest.raises(UsageError) as raised:
        fincity.resolve(pd.DataFrame({"x" * 10_000 + str(n): [1] for n in range(100)}), "name", kind="bank")
    assert len(str(raised.value)) < 1_000
    assert str(raised.value).endswith("and 80 more")
