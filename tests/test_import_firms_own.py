"""A list of firms of one's own decides who a name is, without a home."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

import fincity
from etl.errors import UsageError
from fincity.cli.app import build
from tests.test_import_firms import uscc

FIRM = "深圳市宇思码计算机系统有限公司"
LIST = pd.DataFrame(
    {"企业名称": [FIRM], "曾用名": ["深圳市旧思码电子有限公司"], "统一社会信用代码": [uscc(7)], "城市": ["珠海市"]}
)


def test_a_firm_of_the_list_has_its_id_name_and_city(tmp_path: Path) -> None:
    names = ["深圳宇思码计算机系统有限公司", "深圳市旧思码电子有限公司", "北京别家科技有限公司", ""]
    found = fincity.resolve(names, "firm", register=LIST)
    assert found["org_id"].tolist()[:2] == [uscc(7)] * 2
    assert found["city"].tolist() == ["珠海市", "珠海市", "北京市", None]
    path = tmp_path / "firms.csv"
    LIST.to_csv(path, index=False, encoding="gb18030")
    pd.testing.assert_frame_equal(fincity.resolve(names, "firm", register=path), found)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (pd.DataFrame({"甲": ["a"]}), "no column of names among 甲"),
        (pd.DataFrame({"name": []}), "no column of names among none"),
        (pd.DataFrame({"name": [FIRM, ""]}), "register: row 2: name is empty"),
        (pd.DataFrame({"name": [FIRM], "uscc": ["91440300MA5DAAAAAA"]}), "row 1: uscc: .* fails its check digit"),
    ],
)
def test_a_list_that_cannot_be_read_names_its_row_or_its_columns(table: pd.DataFrame, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        fincity.resolve([FIRM], "firm", register=table)


def test_a_register_is_of_firms_only() -> None:
    with pytest.raises(UsageError, match="says nothing of the kind bank"):
        fincity.resolve([FIRM], "bank", register=LIST)


def test_the_command_finds_names_in_a_list(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("supplier\n深圳宇思码计算机系统有限公司\n", encoding="utf-8")
    LIST.to_csv(tmp_path / "firms.csv", index=False)
    call = ["resolve", "--kind", "firm", str(tmp_path / "in.csv"), "--column", "supplier", "--json", "--register"]
    done = CliRunner().invoke(build(), [*call, str(tmp_path / "firms.csv")])
    assert done.exit_code == 0, done.output
    assert uscc(7) in done.output
    missing = CliRunner().invoke(build(), [*call, str(tmp_path / "none.csv")])
    assert str(missing.exception) == f"{tmp_path}/none.csv: no such file"
