"""Commands about lexicons, and one's own lexicon wherever a built-in one is taken."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest

import fincity
import keywords
from db.archive import Archive
from db.home import Home
from fincity.cli import main
from flows import pipeline

Run = Callable[..., tuple[int, str, str]]
MINE = "id: mine\ntitle: Mine\nstatus: proposal\nsources: {me: Me}\nterms: [信贷管理系统, 智能*]\n"


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Run a command in a folder that holds `mine.yaml`, where no home can be found: exit code, stdout, stderr."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FINCITY_HOME", str(tmp_path / "nowhere"))
    (tmp_path / "mine.yaml").write_text(MINE, encoding="utf-8")

    def run(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as left:
            main(["lexicon", *arguments] if arguments[0] != "match" else arguments)
        said = capsys.readouterr()
        return int(str(left.value.code)), said.out, said.err

    return run


def test_a_new_lexicon_is_valid_as_it_stands_and_never_overwrites(run: Run, tmp_path: Path) -> None:
    code, out, _ = run("new", "study_2026")
    assert (code, "study_2026.yaml: edit it" in out) == (0, True)
    written = (tmp_path / "study_2026.yaml").read_text(encoding="utf-8")
    assert written.startswith("# yaml-language-server: $schema=file://")
    assert keywords.load(tmp_path / "study_2026.yaml").id == "study_2026"
    code, out, _ = run("validate", "study_2026.yaml")
    assert (code, "in order" in out, "warning" in out) == (0, True, False)
    for arguments, said in {
        ("study_2026",): "is there already",
        ("digital_121",): "is a built-in lexicon",
        ("My Study",): "an id holds small letters",
        ("other", "-o", "other.txt"): "cannot write .txt",
        ("other", "-o", "none/other.yaml"): "the folder none does not exist",
    }.items():
        code, _, err = run("new", *arguments)
        assert (code, said in err) == (2, True), err
    assert (tmp_path / "study_2026.yaml").read_text(encoding="utf-8") == written
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine.yaml", "study_2026.yaml"]


def test_validate_tells_every_fault_and_warning_with_its_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text(MINE.replace("id: mine", "id: Mine").replace("智能*", "智*能"), encoding="utf-8")
    code, out, err = run("validate", "bad.yaml")
    assert code == 2
    assert [line.split(":")[0] for line in out.splitlines()] == ["bad.yaml, line 1", "bad.yaml, line 5"]
    assert err.startswith("fincity: 2 faults, the first: bad.yaml, line 1: ")
    code, out, _ = run("validate", "mine.yaml", "bad.yaml", "--json")
    mine, bad = json.loads(out)
    assert (code, mine["faults"], len(bad["faults"])) == (2, [], 2)
    assert (mine["lexicon"], mine["terms"], "line 5: term '智能*' hits" in mine["warnings"][0]) == ("mine", 2, True)
    code, out, _ = run("validate", "mine.yaml")
    assert (code, out.splitlines()[1].startswith("warning: mine.yaml, line 5: ")) == (0, True)


def test_diff_shows_what_changes_and_whether_counts_do(run: Run, tmp_path: Path) -> None:
    (tmp_path / "next.yaml").write_text(MINE.replace("智能*", "智能, RPA"), encoding="utf-8")
    changes = [("RPA", "added"), ("智能", "spelling"), ("智能", "mode")]
    code, out, _ = run("diff", "mine.yaml", "next.yaml", "--json")
    assert (code, [(row["term"], row["change"]) for row in json.loads(out)]) == (0, changes)
    code, out, _ = run("diff", "mine.yaml", "next.yaml", "-o", "diff.csv")
    with (tmp_path / "diff.csv").open(encoding="utf-8", newline="") as file:
        assert [(row["term"], row["change"]) for row in csv.DictReader(file)] == changes
    assert "another version: counts change" in out
    assert "the same version: counts stay" in run("diff", "mine.yaml", "mine.yaml")[1]
    code, _, err = run("diff", "mine.yaml", "nothing")
    assert (code, "no lexicon 'nothing'" in err) == (2, True)
    assert run("diff", "mine.yaml", "next.yaml", "-o", "diff.xls")[0] == 2


def test_show_names_sources_and_evidence(run: Run) -> None:
    shown = json.loads(run("show", "fintech_extended", "--json")[1])
    added = {term["term"]: term for term in shown["terms"]}["信贷管理系统"]
    assert (added["source"], added["status"], added["evidence"][:4]) == ("fincity", "proposal", "沧州银行")
    assert "me: Me" in run("show", "mine.yaml")[1]


def test_ones_own_terms_are_measured_on_ones_own_sentences(run: Run, tmp_path: Path) -> None:
    golden = "lexicon: mine\nquestion: q\ntexts:\n- {text: 智能客服, reader: [智能*]}\n- {text: 智能马桶, reader: []}\n"
    (tmp_path / "golden.yaml").write_text(golden, encoding="utf-8")
    code, out, _ = run("precision", "mine.yaml", "--golden", "golden.yaml", "--json")
    scored = {"right": 1, "wrong": 1, "missed": 0, "spared": 0, "precision": 0.5, "recall": 1.0}
    assert (code, json.loads(out)) == (0, [{"term": "智能*", **scored}])
    code, _, err = run("precision", "mine.yaml")
    assert (code, "no golden texts for 'mine'" in err) == (2, True)
    (tmp_path / "golden.yaml").write_text(golden.replace("[智能*]", "[智慧*]"), encoding="utf-8")
    code, _, err = run("precision", "mine.yaml", "--golden", "golden.yaml")
    assert (code, "golden.yaml, line 4: the lexicon has no term '智慧*'" in err) == (2, True)


def test_ones_own_lexicon_counts_like_a_builtin_one(run: Run, tmp_path: Path) -> None:
    (tmp_path / "titles.csv").write_text("id,title\n1,新一代信贷管理系统\n2,食堂食材\n", encoding="utf-8")
    code, _, _ = run("match", "--lexicon", "mine.yaml", "--field", "title", "titles.csv", "-o", "counts.csv")
    with (tmp_path / "counts.csv").open(encoding="utf-8", newline="") as file:
        rows = [(row["document"], row["term"], row["lexicon"], row["hits"]) for row in csv.DictReader(file)]
    assert (code, rows) == (0, [("1", "信贷管理系统", "mine", "1")])
    found = fincity.match(["新一代信贷管理系统"], str(tmp_path / "mine.yaml"))
    assert found[["term", "lexicon", "hits"]].to_numpy().tolist() == [["信贷管理系统", "mine", 1]]


def test_the_lexicons_that_a_home_counts_with_are_kept_in_its_archive(tmp_path: Path) -> None:
    home = Home.create(tmp_path / "home", "synthetic")
    pipeline.build_panel(home)
    archive = Archive.of(home)
    kept = {path.read_bytes() for path in (Path(archive.root) / "log" / "lexicons").iterdir()}
    assert kept == {keywords.load(name).content for name in ("digital_121", "fintech_taxonomy")}
