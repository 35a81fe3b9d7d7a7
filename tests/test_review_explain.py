"""`fincity resolve --explain`: each step of one name, without a home, and in one with what was decided there."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from db.archive import Archive
from db.home import Home
from etl.resolve import Decision
from fincity.cli import main
from flows import decisions, pipeline
from tests.test_import_firms import uscc
from tests.test_import_firms_home import BANK, FIRM, listed, notices

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Explain a name where no home can be found: exit code, stdout, stderr."""
    monkeypatch.setenv("FINCITY_HOME", str(tmp_path / "nowhere"))

    def run(name: str, *words: str, before: tuple[str, ...] = ()) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as left:
            main([*before, "resolve", "--explain", name, *words])
        said = capsys.readouterr()
        return int(str(left.value.code)), said.out, said.err

    return run


def told(run: Run, name: str, *words: str) -> dict[str, Any]:
    code, out, _ = run(name, *words, "--json")
    assert code == 0
    found: dict[str, Any] = json.loads(out)
    return found


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("工行深圳龙华支行", "bank"),
        ("深圳市示例软件有限公司", "firm"),
        ("济南大学", "body"),
        ("襄樊市", "place"),
        ("示例", "firm"),
        ("370100", "place"),
        ("914403000000000074", "firm"),
        ("105584000005", "bank"),
    ],
)
def test_the_kind_is_guessed_from_the_name_and_overruled_by_the_option(run: Run, name: str, kind: str) -> None:
    found = told(run, name)
    assert (found["wanted"], found["guessed"]) == (kind, True)
    assert told(run, name, "--kind", "place")["guessed"] is False


def test_every_step_is_shown(run: Run) -> None:
    bank = told(run, "工行深圳龙华支行", "--year", "2024")
    assert (bank["bank"]["class"], bank["bank"]["level"]) == ("state_owned", "sub_branch")
    assert bank["places"][0]["city_code"] == bank["city_code"] == "440300"
    firm = told(run, "亚信科技（成都）有限公司（联合体牵头人）")
    assert firm["read_as"] == "亚信科技(成都)有限公司"
    assert (firm["firm"]["core"], firm["firm"]["places"]) == ("亚信", ["成都"])
    shown = run("朝阳区教育局")[1]
    for line in ("kind: body (guessed; --kind overrules)", "朝阳区: '朝阳区' is ambiguous", "decisions that count"):
        assert line in shown


def test_the_year_settles_which_bank_bore_a_name_and_the_other_is_history(run: Run) -> None:
    then, now = told(run, "平安银行", "--year", "2010"), told(run, "平安银行")
    assert (then["bank"]["bank"], then["org_id"]) == ("深圳市商业银行股份有限公司", "bank:shenzhenshi")
    assert then["bank"]["in other years"] == ["平安银行股份有限公司 (now)"]
    assert (now["bank"]["bank"], now["org_id"]) == ("平安银行股份有限公司", "bank:pab")
    assert now["bank"]["in other years"] == ["深圳市商业银行股份有限公司 (2009-2011)"]


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "甲" * 10_000, "=1+1", "\x1b[31m红色有限公司"])
def test_any_text_is_explained_or_says_why_it_is_no_name_and_moves_no_cursor(run: Run, name: str) -> None:
    code, out, _ = run(name)
    assert code == 0
    assert "\x1b" not in out
    assert max(map(len, out.splitlines())) < 400


@pytest.mark.parametrize(
    ("name", "words", "before", "said"),
    [
        (" ", (), (), "the name is empty"),
        ("12345", (), (), "--explain 12345: no code of a division, no bank number and no credit code"),
        ("105584000006", (), (), "say with --kind what it is"),
        ("甲公司", ("--column", "name"), (), "--explain takes one name"),
        ("甲公司", ("--register", "none.csv", "--kind", "bank"), (), "says nothing of the kind bank"),
        ("甲公司", ("--kind", "shop"), (), "no kind 'shop'; use bank, firm, body, place"),
        ("甲公司", ("--year", "99999"), (), "--year"),
        ("甲公司", (), ("--home", "missing"), "no fincity home at"),
    ],
)
def test_a_wrong_call_is_one_line(
    run: Run, name: str, words: tuple[str, ...], before: tuple[str, ...], said: str
) -> None:
    code, _, err = run(name, *words, before=before)
    assert code == 2
    assert said in err


def test_in_a_home_its_decisions_count_and_are_shown_with_who_when_and_why(run: Run, tmp_path: Path) -> None:
    home = Home.create(tmp_path / "home", "synthetic")
    archive = Archive.of(home)
    name, where = "示例软件有限公司", ("--home", str(home.path))
    (made,) = decisions.write(
        archive, [Decision(name, "firm", "same", "A. Reader", "", "its site", city_code="440300")]
    )
    archive.log("decisions", {"nonsense": 1})
    code, out, err = run(name, before=where)
    assert code == 0
    assert f"{made.id}: {name} is in 440300 深圳市 (A. Reader, {made.when}: its site)" in out
    assert "found by the rules" in out
    assert "nonsense: no field of a decision" in err
    assert json.loads(run(name, "--json", before=where)[1])["decisions"][0]["id"] == made.id
    decisions.undo(archive, made.id, "A. Reader", "a mistake")
    assert json.loads(run(name, "--json", before=where)[1])["method"] == "none"


def test_in_a_home_the_answer_is_the_one_its_refresh_derives(run: Run, tmp_path: Path) -> None:
    home = Home.create(tmp_path / "home", "real")
    office, where = "中国建设银行股份有限公司人民路支行", ("--home", str(home.path))
    names = ("深圳宇思码计算机系统有限公司", "深圳市旧思码电子有限公司", "宇思码计算机有限公司")
    notices(home, *names, f"北京乙科技有限公司,{uscc(5, '110000')}", "北京乙科技有限责任公司", buyer=office)
    listed(home)
    listed(home, f"机构名称,城市\n{office},成都市\n", "banks", "b.csv", id="whole")
    pipeline.build_panel(home)
    for name in (*names, "北京乙科技有限责任公司", office):
        found = json.loads(run(name, "--year", "2024", "--json", before=where)[1])
        (row,) = (row for row in found["stored"] if row["name"] == name)
        assert {column: found[column] for column in ("org_id", "city_code", "method", "evidence", "candidates")} == {
            column: row[column] for column in ("org_id", "city_code", "method", "evidence", "candidates")
        }
    shown = run(names[0], before=where)[1]
    for line in ("in the register of 3 firms", f"{uscc(7)} {FIRM}, by firms_p", "answer for the name alone"):
        assert line in shown
    by_code = json.loads(run(uscc(7), "--json", before=where)[1])
    assert (by_code["wanted"], by_code["canonical_name"]) == ("firm", FIRM)
    assert json.loads(run(BANK, "--json", before=where)[1])["register"] is None
