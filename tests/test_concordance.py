"""Hits in context: what is shown, what is drawn, how verdicts come back, and what precision they give."""

from __future__ import annotations

import base64
import csv
import json
import math
import re
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import fincity
import keywords
from db.archive import Archive
from db.home import Home
from etl.errors import UsageError
from fincity.audit import concordance, page, verdicts
from fincity.cli import main
from keywords.concordance import Line, Sample, lines
from keywords.hits import Hit, Matched, Text

Run = Callable[..., tuple[int, str, str]]
MINE = "id: mine\ntitle: Mine\nstatus: proposal\nsources: {me: Me}\nterms: [场景, 共享, 智能*, IT]\n"
TITLES = """id,year,城市,title,url
1,2023,深圳市,某行智能柜台升级,https://bank.invalid/1
2,2024,成都市,=教育场景</script><img src=x>,javascript:alert(1)
3,2024,武汉市,共享单车充电桩与消费场景,
4,,,市场景气调查服务,
"""
PLACE = "h0123456789ab"


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Run a command in a folder with a lexicon and titles, where no home is found: exit code, stdout, stderr."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FINCITY_HOME", str(tmp_path / "nowhere"))
    (tmp_path / "mine.yaml").write_text(MINE, encoding="utf-8")
    (tmp_path / "titles.csv").write_text(TITLES, encoding="utf-8")

    def run(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as left:
            main(["concordance", *arguments])
        said = capsys.readouterr()
        return int(str(left.value.code)), said.out, said.err

    return run


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


# -- what is shown -----------------------------------------------------------------------------------------------------


def test_a_line_has_the_hit_and_what_stands_beside_it_on_one_line() -> None:
    matched = Matched(Text("a", "前文\r\n\t教育场景\x00 建设"), [Hit(7, 9, "场景", "场景"), Hit(0, 2, "前文", "前文")])
    (line,) = lines(matched, {"场景"}, 5)
    assert (line.left, line.hit, line.right) == ("教育", "场景", " 建设")
    assert (line.start, line.end, line.document) == (7, 9, "a")


def line(term: str, document: str, start: int) -> Line:
    return Line(term, document, "text", start, start + 2, "", term, "", {})


@settings(max_examples=60, deadline=None)
@given(st.permutations([(d, n) for d in "abc" for n in range(5)]), st.integers(1, 20), st.integers(0, 3))
def test_a_sample_hangs_on_neither_order_nor_chance(order: list[tuple[str, int]], size: int, seed: int) -> None:
    straight, shuffled, larger = Sample(size, seed), Sample(size, seed), Sample(size + 1, seed)
    for document, start in sorted(order):
        straight.add(line("场景", document, start))
        larger.add(line("场景", document, start))
    for document, start in order:
        shuffled.add(line("场景", document, start))
    assert straight.lines() == shuffled.lines()
    assert len(straight.lines()) == min(size, 15)
    assert straight.hits == {"场景": 15}
    assert {one.place for one in straight.lines()} <= {one.place for one in larger.lines()}


def test_every_hit_has_the_same_chance_and_every_term_its_share() -> None:
    drawn = 0
    for seed in range(400):
        sample = Sample(5, seed)
        for start in range(20):
            sample.add(line("场景", "a", start))
            sample.add(line("共享", "a", start))
        assert [sum(one.term == term for one in sample.lines()) for term in ("场景", "共享")] == [5, 5]
        drawn += line("场景", "a", 7) in sample.lines()
    assert 70 < drawn < 130


def test_too_many_hits_ask_for_a_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(concordance, "MOST", 3)
    with pytest.raises(UsageError, match="more than 3 hits: draw a sample"):
        fincity.concordance(["场景"] * 5, "fintech_taxonomy", "场景")
    assert len(fincity.concordance(["场景"] * 5, "fintech_taxonomy", "场景", sample=2)) == 2


def test_in_python_it_is_a_table() -> None:
    found = fincity.concordance({"x": "教育场景与市场景气"}, "fintech_taxonomy", "场景", width=2)
    assert list(found.columns) == list(concordance.COLUMNS)
    assert found[["document", "left", "hit", "right", "term_hits"]].to_numpy().tolist() == [
        ["x", "教育", "场景", "与市", 1]
    ]
    with pytest.raises(UsageError, match="no term of fintech_taxonomy '场境'; did you mean 场景"):
        fincity.concordance(["场景"], "fintech_taxonomy", "场境")


def test_a_term_is_found_without_its_star_and_in_any_width_and_a_file_is_what_is_no_term(run: Run) -> None:
    code, out, err = run("智能", "ＩＴ", "共享", "titles.csv", "--lexicon", "mine.yaml", "--json")
    assert (code, [row["term"] for row in json.loads(out)]) == (0, ["共享", "智能*"])
    assert "no hit of 1 of 3 terms: IT" in err


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("场景", "titles.csv"), 2, "name a lexicon with --lexicon"),
        (("titles.csv", "--lexicon", "mine.yaml"), 2, "name terms of the lexicon, or take all of them with --all"),
        (("场境", "titles.csv", "--lexicon", "mine.yaml"), 2, "did you mean 场景?; and no such file"),
        (("场景", "titles.csv", "--lexicon", "none"), 2, "no lexicon 'none'"),
        (("场景", "titles.csv", "--lexicon", "mine.yaml", "--policy", "published"), 2, "no published matching rule"),
        (("场景", "titles.csv", "--lexicon", "mine.yaml", "-o", "o.pdf"), 2, "cannot write .pdf"),
        (("场景", "titles.csv", "--lexicon", "mine.yaml", "-o", "titles.csv"), 2, "titles.csv is an input"),
        (("场景", "titles.csv", "--lexicon", "mine.yaml", "--year-from", "("), 2, "no regular expression"),
        (("场景", "empty.txt", "--lexicon", "mine.yaml"), 2, "nothing could be read: empty.txt: empty"),
        (("IT", "titles.csv", "--lexicon", "mine.yaml"), 1, "no hit of IT in 4 documents"),
        (("场景", "--lexicon", "mine.yaml"), 2, "no fincity home"),
        (("场景", "--read", "titles.csv"), 2, "without terms and files"),
        (("场景", "titles.csv", "--lexicon", "mine.yaml", "--keep"), 2, "--keep and --who go with --read"),
        (("--read", "titles.csv"), 2, "no column 'term'"),
        (("--kept",), 2, "no fincity home"),
    ],
)
def test_a_wrong_call_is_one_line_and_leaves_no_file(
    run: Run, tmp_path: Path, arguments: tuple[str, ...], code: int, said: str
) -> None:
    (tmp_path / "empty.txt").touch()
    before = sorted(tmp_path.iterdir())
    ended, out, err = run(*arguments)
    assert (ended, out, len(err.splitlines())) == (code, "", 1), err
    assert said in err
    assert sorted(tmp_path.iterdir()) == before


def test_what_cannot_be_read_is_named_and_the_rest_is_shown(run: Run, tmp_path: Path) -> None:
    (tmp_path / "bad.txt").write_bytes(b"\x00\x01\x02" * 50)
    code, out, err = run("场景", "titles.csv", "bad.txt", "--lexicon", "mine.yaml", "--json")
    assert (code, len(json.loads(out))) == (3, 2)
    assert "bad.txt: binary, not text" in err


# -- the csv file and the page -----------------------------------------------------------------------------------------


def test_the_csv_file_holds_no_formula_and_says_what_it_was_drawn_from(run: Run, tmp_path: Path) -> None:
    code, _, _ = run("场景", "共享", "titles.csv", "--lexicon", "mine.yaml", "--sample", "1", "-o", "o.csv")
    rows = read_csv(tmp_path / "o.csv")
    assert (code, tuple(rows[0])) == (0, concordance.COLUMNS)
    assert [(row["term"], row["term_hits"]) for row in rows] == [("场景", "2"), ("共享", "1")]
    everything = run("场景", "titles.csv", "--lexicon", "mine.yaml", "-o", "all.csv")
    assert everything[0] == 0
    assert {row["left"] for row in read_csv(tmp_path / "all.csv")} == {"'=教育", "共享单车充电桩与消费"}
    assert [(row["year"], row["city"]) for row in read_csv(tmp_path / "all.csv")] == [
        ("2024", "成都市"),
        ("2024", "武汉市"),
    ]


def test_the_page_holds_texts_as_data_only_and_allows_no_script_but_its_own(run: Run, tmp_path: Path) -> None:
    assert run("--all", "titles.csv", "--lexicon", "mine.yaml", "-o", "o.html", "-o", "o.csv")[0] == 0
    html = (tmp_path / "o.html").read_text(encoding="utf-8")
    (script,) = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    (style,) = re.findall(r"<style>(.*?)</style>", html, re.DOTALL)
    allowed = re.findall(r"'(sha256-[^']+)'", html)
    assert allowed == [f"sha256-{base64.b64encode(sha256(p.encode()).digest()).decode()}" for p in (style, script)]
    assert "default-src 'none'" in html
    (data,) = re.findall(r'<script type="application/json" id="data">(.*?)</script>', html, re.DOTALL)
    said = json.loads(data)
    shown = [dict(zip(said["own"], cells[:-1], strict=True)) for cells in said["lines"]]
    assert [row["right"] for row in shown if row["left"] == "=教育"] == ["</script><img src=x>"]
    assert sorted(cells[-1] for cells in said["lines"]) == ["", "", "", "https://bank.invalid/1"]
    places = [row["place"] for row in read_csv(tmp_path / "o.csv")]
    assert [row["place"] for row in shown] == places
    assert re.findall(r"(?:src|href)=", html.replace(data, "").replace(script, "")) == []


def test_equal_concordances_give_equal_bytes_and_broken_characters_do_no_harm(tmp_path: Path) -> None:
    lexicon = keywords.load("fintech_taxonomy")
    text = Text("a", "\ud800场景\u2028\udfff", "text", {"title": "\ud800"})
    found = [Matched(text, [Hit(1, 3, "场景", "场景")])]
    for name in ("one", "two"):
        made = concordance.concord(found, lexicon, concordance.find_terms(lexicon, ["场景"]))
        page.write(tmp_path / f"{name}.html", made)
        concordance.write(tmp_path / f"{name}.csv", made)
    for kind in ("html", "csv"):
        assert (tmp_path / f"one.{kind}").read_bytes() == (tmp_path / f"two.{kind}").read_bytes()


# -- verdicts ----------------------------------------------------------------------------------------------------------


def filled(path: Path, rows: list[tuple[str, str, str]], encoding: str = "utf-8-sig", between: str = ",") -> Path:
    """A file with verdicts, as a spreadsheet saves it."""
    said = [("term", "verdict", "term_hits"), *rows]
    path.write_text("\r\n".join(between.join(row) for row in said), encoding=encoding)
    return path


@pytest.mark.parametrize(("encoding", "between"), [("utf-8-sig", ","), ("gbk", ","), ("utf-16", "\t"), ("utf-8", ";")])
def test_a_filled_file_is_read_however_the_spreadsheet_saved_it(tmp_path: Path, encoding: str, between: str) -> None:
    rows = [("场景", "Right", "9"), ("场景", "w ", "9"), ("场景", "不确定", "9"), ("共享", "", "")]
    found = verdicts.read(filled(tmp_path / "v.csv", rows, encoding, between))
    assert [(one.term, one.verdict, one.term_hits) for one in found] == [
        ("场景", "right", 9),
        ("场景", "wrong", 9),
        ("场景", "unsure", 9),
        ("共享", "", None),
    ]


def test_what_excel_leaves_behind_changes_nothing(tmp_path: Path) -> None:
    rows = [("场景", "错误", '"1,234"'), ("", "", ""), ("场景", "？", "1234.0"), ("", "", "")]
    found = verdicts.read(filled(tmp_path / "v.csv", rows))
    assert [(one.verdict, one.term_hits) for one in found] == [("wrong", 1234), ("unsure", 1234)]


def test_verdicts_on_one_hit_that_differ_are_counted_and_the_last_holds() -> None:
    given = [
        verdicts.Judged("场景", verdict, place=place)
        for verdict, place in (("right", "h1"), ("wrong", "h1"), ("", "h1"), ("right", "h2"), ("right", "h2"))
    ]
    assert verdicts.contradicted(given) == 1
    assert [one.verdict for one in verdicts.one_each(reversed(given))] == ["right", "right"]
    assert [one.verdict for one in verdicts.one_each(given)] == ["wrong", "right"]


def test_wrong_verdicts_are_named_with_file_row_and_remedy(tmp_path: Path) -> None:
    path = filled(
        tmp_path / "v.csv", [("场景", "right", "9"), ("场景", "maybe", "9"), ("", "right", "9"), ("场景", "w", "x")]
    )
    with pytest.raises(UsageError) as told:
        verdicts.read(path)
    said = str(told.value)
    assert said.startswith(f"{path}: row 2, verdict: 'maybe' is none of right, wrong, unsure; leave it empty if open")
    assert "row 3, term: empty" in said
    assert "row 4, term_hits: 'x' is no whole number" in said
    with pytest.raises(UsageError, match="no rows below the header"):
        verdicts.read(filled(tmp_path / "v.csv", []))


def judged(term: str, right: int, wrong: int, hits: int | None = None) -> list[verdicts.Judged]:
    said = ["right"] * right + ["wrong"] * wrong
    return [verdicts.Judged(term, verdict, term_hits=hits) for verdict in said]


@pytest.mark.parametrize(
    # Newcombe, Statistics in Medicine 17 (1998), table I, method 3.
    ("right", "total", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_the_interval_is_that_of_wilson(right: int, total: int, low: float, high: float) -> None:
    assert verdicts.wilson(right, total) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(0, 300), st.integers(0, 300))
def test_an_interval_holds_the_share_and_stays_within_0_and_1(right: int, wrong: int) -> None:
    (score,) = verdicts.scores(judged("场景", right, wrong)) or [None]
    if score is None or score.precision is None:
        assert right + wrong == 0
        return
    assert score.low is not None
    assert score.high is not None
    assert 0 <= score.low <= score.precision + 1e-12
    assert score.precision - 1e-12 <= score.high <= 1


def test_all_terms_together_are_weighted_by_their_hits() -> None:
    common, rare = judged("场景", 9, 1, 900), judged("共享", 1, 9, 100)
    total = verdicts.together(verdicts.scores([*common, *rare]))
    assert total.precision == pytest.approx(0.9 * 0.9 + 0.1 * 0.1)
    assert (total.right, total.wrong, total.term_hits) == (10, 10, 1000)
    low, high = verdicts.wilson(9, 10)
    assert total.low == pytest.approx(0.82 - math.hypot(0.9 * (0.9 - low), 0.1 * (0.1 - verdicts.wilson(1, 10)[0])))
    one = verdicts.together(verdicts.scores(common))
    assert (one.low, one.high) == pytest.approx((low, high))
    unknown = verdicts.together(verdicts.scores([*judged("场景", 9, 1), *judged("共享", 1, 9)]))
    assert unknown.precision == pytest.approx(0.5)


def test_verdicts_are_turned_into_precision(run: Run, tmp_path: Path) -> None:
    rows = [("场景", "right", "9")] * 3 + [("场景", "wrong", "9"), ("场景", "unsure", "9"), ("共享", "", "1")]
    filled(tmp_path / "v.csv", rows)
    code, _, err = run("--read", "v.csv", "-o", "p.csv")
    first, second, total = read_csv(tmp_path / "p.csv")
    assert (code, tuple(first)) == (0, verdicts.SCORED)
    assert (first["term"], first["precision"], first["unsure"], second["open"]) == ("场景", "0.75", "1", "1")
    assert total["term"] == ""
    assert "all terms, weighted by their hits: 0.750, 95 % interval 0.301 to 0.954; 1 unsure and 1 open left out" in err
    filled(tmp_path / "open.csv", [("场景", "", "9")])
    assert "no hit is right or wrong yet" in run("--read", "open.csv")[2]


def test_verdicts_are_kept_signed_in_a_home_and_the_last_one_counts(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home.create(tmp_path / "home", "synthetic")
    monkeypatch.setenv("FINCITY_HOME", str(home.path))
    run("场景", "titles.csv", "--lexicon", "mine.yaml", "-o", "o.csv")
    for verdict in ("right", "wrong"):
        text = (tmp_path / "o.csv").read_text(encoding="utf-8-sig").replace(",,,2,mine", f",{verdict},,2,mine")
        (tmp_path / "v.csv").write_text(text, encoding="gbk")
        code, _, err = run("--read", "v.csv", "--keep", "--who", "Li", "--lexicon", "mine.yaml")
        assert (code, "2 verdicts kept in" in err) == (0, True), err
    code, out, _ = run("--kept", "--json")
    assert (code, [(row["right"], row["wrong"]) for row in json.loads(out)]) == (0, [(0, 2), (0, 2)])
    entries = Archive.of(home).entries(verdicts.LOG)
    assert [(entry["who"], len(entry["verdicts"])) for entry in entries] == [("Li", 2), ("Li", 2)]
    assert entries[0]["lexicon_sha256"] == sha256(MINE.encode()).hexdigest()
    assert "no verdicts on fintech_taxonomy" in run("--kept", "--lexicon", "fintech_taxonomy")[2]
