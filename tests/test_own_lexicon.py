"""A home counts a theme with a list of one's own: the same list for good, whatever becomes of the file."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import load_workbook

import fincity
import keywords
from db.archive import Archive
from db.home import Home
from db.warehouse import reading, rows
from etl.records.rows import DealRow, HitRow, MeasurementRow
from fincity.cli import main
from fincity.demo.run import Demo
from flows import pipeline
from tests import demo as demos

Run = Callable[..., tuple[int, str, str]]
MINE = "id: mine\ntitle: Mine\nstatus: proposal\nsources: {me: Me}\nterms: [大数据, 平台*, 系统]\n"
REPORT = "各位代表：现在，我代表市人民政府向大会报告工作。{}" + "我们走过了不平凡的一年，请予审议。" * 40
SAID = {
    "2021年深圳市政府工作报告.txt": "建设大数据平台和云计算中心，升级系统。",
    "2021年成都市政府工作报告.txt": "发展人工智能、区块链和云计算。",
    "2022年成都市政府工作报告.txt": "发展大数据。",
}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home with a few work reports, of which nothing is derived yet."""
    home = Home.create(tmp_path / "home", "real")
    reports = [(name, REPORT.format(text).encode()) for name, text in SAID.items()]
    pipeline.import_files(home, "reports", reports)
    return home


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, home: Home) -> Run:
    """Run a command in a folder that holds `mine.yaml`, with the home: exit code, stdout, stderr."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FINCITY_HOME", str(home.path))
    monkeypatch.setenv("FINCITY_WHO", "A. Reader")
    (tmp_path / "mine.yaml").write_text(MINE, encoding="utf-8")

    def run(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as left:
            main(arguments)
        said = capsys.readouterr()
        return int(str(left.value.code)), said.out, said.err

    return run


def test_an_own_list_counts_a_theme_for_good(run: Run, home: Home, tmp_path: Path) -> None:
    assert pipeline.refresh(home).built.quarantined == 0
    usual = demos.said(home)
    code, out, _ = run("lexicon", "use", "mine.yaml", "--theme", "digital", "--apply")
    mine = keywords.load(tmp_path / "mine.yaml")
    assert (code, f"digital counts with mine {mine.version}, policy strict" in out) == (0, True)
    with reading(home) as conn:
        hits = rows(conn, HitRow)
        assert {(hit.lexicon, hit.term) for hit in hits} == {("mine", term) for term in ("大数据", "平台*", "系统")}
        assert {m.vintage for m in rows(conn, MeasurementRow)} == {mine.version}
    changed = demos.said(home)
    assert changed != usual

    (tmp_path / "mine.yaml").unlink()
    pipeline.refresh(home)
    assert demos.said(home) == changed
    pipeline.rebuild(home)
    assert demos.said(home) == changed

    digest = hashlib.sha256(MINE.encode()).hexdigest()
    told = fincity.explain("深圳市", 2021, "digital_term_hits", home=home)
    assert (told.value, told.lexicon) == (3, f"mine {mine.version}, policy strict, own list, sha256 {digest}")
    assert [one.report.hits for one in told.contributions if one.report] == [{"大数据": 1, "平台*": 1, "系统": 1}]
    said = json.loads(run("release", "show", "--json")[1])
    assert said["chosen"] == {
        "digital": {"lexicon": "mine", "version": mine.version, "policy": "strict", "sha256": digest}
    }
    codebook = (home.releases / said["id"] / "codebook.md").read_text(encoding="utf-8")
    assert (codebook.count("Lexicon `mine`"), codebook.count("Lexicon `digital_121`")) == (2, 0)
    code, _, err = run("panel", "--theme", "digital", "-o", "p.xlsx")
    assert (code, "digital counts with the lexicon mine, chosen by this home" in err) == (0, True)
    cells = [cell.value for row in load_workbook(tmp_path / "p.xlsx")["codebook"] for cell in row]
    assert f"mine {mine.version}, policy strict, own list, sha256 {digest}" in cells

    assert run("lexicon", "use", "digital_121", "--theme", "digital", "--apply")[0] == 0
    assert demos.said(home) == usual


def test_the_id_of_an_own_list_works_wherever_one_is_named(run: Run, tmp_path: Path) -> None:
    assert run("lexicon", "show", "mine")[0] == 2
    assert run("lexicon", "use", "mine.yaml", "--theme", "digital", "--apply")[0] == 0
    (tmp_path / "mine.yaml").rename(tmp_path / "moved.yaml")
    (tmp_path / "a.csv").write_text("id,year,text\na,2020,大数据平台\n", encoding="utf-8")
    for arguments in (
        ("match", "--lexicon", "mine", "a.csv"),
        ("concordance", "--all", "--lexicon", "mine", "--json"),
        ("lexicon", "drift", "mine", "a.csv"),
        ("lexicon", "suggest", "mine", "a.csv"),
        ("lexicon", "show", "mine"),
        ("lexicon", "diff", "mine", "moved.yaml"),
        ("lexicon", "use", "mine", "--theme", "fintech"),
    ):
        code, _, err = run(*arguments)
        assert code == 0, (arguments, err)
    listed = {row["id"]: row["counts"] for row in json.loads(run("lexicon", "list", "--json")[1])}
    assert (listed["mine"], listed["digital_121"], listed["fintech_taxonomy"]) == ("digital, fintech", "", "")
    said = json.loads(run("lexicon", "compare", "mine", "digital_121", "--theme", "digital", "--json")[1])
    assert [(year["before"], year["after"]) for year in said["years"]] == [(3, 5), (1, 1)]


def test_an_edited_file_is_a_new_version_once_it_is_taken_in(run: Run, home: Home, tmp_path: Path) -> None:
    run("lexicon", "use", "mine.yaml", "--theme", "digital", "--apply")
    before = demos.said(home)
    edited = MINE.replace("大数据, ", "")
    (tmp_path / "mine.yaml").write_text(edited, encoding="utf-8")
    pipeline.refresh(home)
    assert demos.said(home) == before
    assert "mine.yaml was edited since: `fincity lexicon use" in run("lexicon", "list")[2]
    code, out, _ = run("lexicon", "use", "mine.yaml", "--theme", "digital", "--apply")
    assert (code, keywords.parse(edited.encode(), "").version in out) == (0, True)
    after = demos.said(home)
    assert after != before
    code, out, err = run("lexicon", "use", "mine.yaml", "--theme", "digital")
    assert (code, "already" in out, err) == (0, True, "")
    entries = Archive.of(home).entries("lexicon_choices")
    assert [(one["who"], one["theme"]) for one in entries] == [("A. Reader", "digital")] * 2


@pytest.mark.xdist_group("demo")
def test_titles_are_counted_with_an_own_list_too_and_its_terms_are_domains(
    demo: Demo, run: Run, tmp_path: Path
) -> None:
    home = demos.copy(demo, tmp_path)
    assert run("--home", str(home.path), "lexicon", "use", "mine.yaml", "--theme", "fintech", "--apply")[0] == 0
    with reading(home) as conn:
        domains = {deal.primary_domain for deal in rows(conn, DealRow)} - {None}
    assert domains == {"大数据", "平台*", "系统"}
    assert fincity.panel("fintech_deals_bought", home=home)["value"].sum() > 0


@pytest.mark.parametrize(
    ("file", "arguments", "said"),
    [
        (MINE, ("none.yaml", "--theme", "digital"), "no lexicon 'none.yaml': give the path of a YAML file or one of"),
        (MINE.replace("mine", "digital_121", 1), ("own.yaml", "--theme", "digital"), "is that of a built-in lexicon"),
        (MINE.replace("[大", "[数据, 数据, 大"), ("own.yaml", "--theme", "digital"), "line 5: term '数据' repeats"),
        (MINE, ("own.yaml", "--theme", "search"), "theme 'search' counts with no lexicon: choose one of digital, fin"),
        (MINE, ("own.yaml", "--theme", "digital", "--policy", "published"), "no published matching rule is known"),
        (MINE, ("own.yaml", "--theme", "digital", "--who", " "), "--who must name somebody"),
        (MINE.replace("大数据, ", ""), ("own.yaml", "--theme", "digital"), "(--theme digital --theme fintech)"),
    ],
)
def test_a_list_that_cannot_count_is_refused_and_nothing_kept(
    run: Run, home: Home, tmp_path: Path, file: str, arguments: tuple[str, ...], said: str
) -> None:
    assert run("lexicon", "use", "mine.yaml", "--theme", "fintech")[0] == 0
    (tmp_path / "own.yaml").write_text(file, encoding="utf-8")
    before = Archive.of(home).kept()
    code, out, err = run("lexicon", "use", *arguments)
    assert (code, out, len(err.splitlines())) == (2, "", 1), err
    assert said in err
    assert Archive.of(home).kept() == before


def test_a_list_that_the_archive_lost_is_named(run: Run, home: Home) -> None:
    run("lexicon", "use", "mine.yaml", "--theme", "digital")
    kept = Path(Archive.of(home).root) / "log" / "lexicons" / hashlib.sha256(MINE.encode()).hexdigest()
    kept.write_bytes(b"other")
    code, _, err = run("lexicon", "show", "mine")
    assert (code, "no longer has the hash it is named by; restore it from a backup" in err) == (1, True)
    shutil.move(kept, home.path / "elsewhere")
    code, _, err = run("reconcile", "--rebuild")
    assert (code, "is missing; restore it from a backup" in err) == (1, True)
