"""Drift over years, other lexicons, candidates for terms: what they count, and what they say where there is nothing."""

from __future__ import annotations

import csv
import itertools
import json
import math
import struct
from collections.abc import Callable
from pathlib import Path
from random import Random

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import fincity
import keywords
from db.archive import Archive
from db.warehouse import reading, rows
from etl.records.rows import HitRow, MeasurementRow
from fincity.audit import comparing
from fincity.audit.drift import drift
from fincity.cli import main
from fincity.demo.run import Demo
from keywords.concordance import Sample, lines
from keywords.hits import Text
from keywords.suggesting import SURE, Suggester, log_likelihood
from tests.demo import copy

Run = Callable[..., tuple[int, str, str]]
MINE = "id: mine\ntitle: Mine\nstatus: proposal\nsources: {me: Me}\nterms: {数字: [大数据, 云计算], 其他: [区块链]}\n"
REPORTS = """id,year,text
a,2019,发展大数据和云计算。
b,2021,大数据、大数据。
c,,区块链。
d,2021年,全无。
"""


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Run a command about lexicons in a folder of its own, where no home is found: exit code, stdout, stderr."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FINCITY_HOME", str(tmp_path / "nowhere"))
    (tmp_path / "mine.yaml").write_text(MINE, encoding="utf-8")
    (tmp_path / "reports.csv").write_text(REPORTS, encoding="utf-8")

    def run(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as left:
            main(arguments)
        said = capsys.readouterr()
        return int(str(left.value.code)), said.out, said.err

    return run


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def size_of(path: Path) -> tuple[int, int]:
    """Width and height of a picture."""
    width, height = struct.unpack(">II", path.read_bytes()[16:24])
    return width, height


# -- drift -------------------------------------------------------------------------------------------------------------


def test_drift_counts_terms_by_year_and_names_what_is_never_hit(run: Run, tmp_path: Path) -> None:
    code, out, err = run("lexicon", "drift", "mine.yaml", "reports.csv", "-o", "d.csv", "--json")
    said = json.loads(out)
    assert (code, said["never"], said["undated"]) == (0, ["区块链"], 1)
    data, cloud, chain = said["terms"]
    assert (data["hits"], data["share"], data["documents"], data["first_year"], data["last_year"]) == (
        3,
        0.75,
        2,
        2019,
        2021,
    )
    assert (cloud["2019"], cloud["2021"], chain["first_year"]) == (1, 0, None)
    assert [(year["year"], year["documents"], year["hits"], year["largest_term"]) for year in said["years"]] == [
        (2019, 1, 2, "大数据"),
        (2021, 2, 2, "大数据"),
    ]
    assert "largest: 大数据, 3 of 4 hits (75.0 %)" in err
    assert "never hit: 1 of 3 terms: 区块链" in err
    assert "texts without a year, left out: 1" in err
    written = read_csv(tmp_path / "d.csv")
    assert [row["term"] for row in written] == ["大数据", "云计算", "区块链"]
    assert [row["2021"] for row in written] == ["2", "0", "0"]


def test_the_year_may_stand_in_the_name_of_a_file(run: Run, tmp_path: Path) -> None:
    for name in ("深圳2019.txt", "深圳2020.txt", "深圳.txt"):
        (tmp_path / "texts").mkdir(exist_ok=True)
        (tmp_path / "texts" / name).write_text("大数据", encoding="utf-8")
    said = json.loads(run("lexicon", "drift", "mine.yaml", "texts", "--year-from", "(20[0-9]{2})", "--json")[1])
    assert ([year["year"] for year in said["years"]], said["undated"]) == ([2019, 2020], 1)
    code, _, err = run("lexicon", "drift", "mine.yaml", "texts")
    assert (code, "none of the 3 texts has a year: give tables with a column `year`" in err) == (2, True)


def test_the_heat_map_has_a_row_for_each_term_that_was_hit(run: Run, tmp_path: Path) -> None:
    assert run("lexicon", "drift", "mine.yaml", "reports.csv", "-o", "d.png")[0] == 0
    first = (tmp_path / "d.png").read_bytes()
    assert min(size_of(tmp_path / "d.png")) > 200
    assert run("lexicon", "drift", "mine.yaml", "reports.csv", "-o", "d.png")[0] == 0
    assert (tmp_path / "d.png").read_bytes() == first
    (tmp_path / "none.csv").write_text("id,year,text\na,2020,全无\n", encoding="utf-8")
    assert run("lexicon", "drift", "mine.yaml", "none.csv", "-o", "none.png")[0] == 0
    assert run("lexicon", "drift", "mine.yaml", "none.csv", "-o", "none.html")[0] == 0
    assert "Never hit: 3 of 3 terms" in (tmp_path / "none.html").read_text(encoding="utf-8")


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["大数据", "云计算与大数据", "无"]), st.sampled_from(["", "2019", "2020"]))))
def test_no_hit_of_a_dated_text_is_lost(texts: list[tuple[str, str]]) -> None:
    lexicon = keywords.load("digital_121")
    given = [Text(str(n), text, "text", {"year": year}) for n, (text, year) in enumerate(texts)]
    matched = list(keywords.match_stream(given, lexicon))
    if not any(year for _, year in texts):
        return
    counted = drift(matched, lexicon)
    assert sum(counted.hits.values()) == sum(len(one.hits) for one in matched if one.text.about["year"])
    assert sum(counted.documents.values()) + counted.undated == len(texts)


# -- suggesting --------------------------------------------------------------------------------------------------------


def test_the_ratio_is_that_of_dunning() -> None:
    assert log_likelihood(10, 10, 100, 100) == pytest.approx(0)
    cells = [(110, 2442, 111, 29114), (29, 13, 123, 31612)]
    for both, first, second, neither in cells:
        table = [[both, first], [second, neither]]
        total = both + first + second + neither
        expected = [[sum(row) * sum(column) / total for column in zip(*table, strict=True)] for row in table]
        pairs = zip(itertools.chain(*table), itertools.chain(*expected), strict=True)
        ratio = 2 * sum(seen * math.log(seen / wanted) for seen, wanted in pairs)
        assert log_likelihood(both, second, both + first, second + neither) == pytest.approx(ratio)
    assert log_likelihood(110, 111, 2552, 29225) == pytest.approx(270.72, abs=0.05)


def texts(sentences: int = 60) -> list[Text]:
    """Sentences with a term and 算法备案 beside it, and others; 深圳, 2023 and 推进 stand in all of them."""
    beside = [f"深圳推进大数据平台与算法备案第{n}号，2023年完成。" for n in range(sentences)]
    other = [f"深圳推进道路绿化和公园养护第{n}号，2023年完成。" for n in range(sentences * 3)]
    return [Text(f"d{n}", "".join(beside[n::10] + other[n::10])) for n in range(10)]


def test_what_stands_beside_terms_is_suggested_and_nothing_that_stands_everywhere() -> None:
    counted = Suggester(keywords.load("digital_121"), {"深圳"})
    for text in texts():
        counted.add(text)
    found = {one.term: one for one in counted.best(50)}
    assert "算法备案" in found
    assert "算法" not in found, "a part of a candidate that accounts for all of it"
    assert not [term for term in found if any(part in term for part in ("深圳", "推进", "2023", "大数据", "公园"))]
    best = found["算法备案"]
    assert (best.sentences, best.others, best.documents) == (60, 0, 10)
    assert best.g2 > SURE
    assert "算法备案第" in best.example
    assert counted.best(50, min_count=61) == []
    assert len(counted.best(1)) == 1


def test_suggestions_hang_on_neither_the_order_of_texts_nor_much_memory() -> None:
    lexicon = keywords.load("digital_121")
    straight, shuffled, small = Suggester(lexicon), Suggester(lexicon), Suggester(lexicon, limit=4)
    mixed = texts()
    Random(1).shuffle(mixed)
    for one, other in zip(texts(), mixed, strict=True):
        straight.add(one)
        shuffled.add(other)
        small.add(one)
    assert [one[:5] for one in straight.best(50)] == [one[:5] for one in shuffled.best(50)]
    assert (straight.short_by, small.short_by > 0) == (0, True)


@settings(max_examples=60, deadline=None)
@given(st.text(st.sampled_from("大数据库云计算。！\n 5GgIT智能算力度a1，\ud800é㍿"), max_size=40))
def test_no_text_breaks_it(text: str) -> None:
    lexicon = keywords.load("digital_121")
    counted = Suggester(lexicon)
    counted.add(Text("a", text))
    for one in counted.best(50, min_count=1):
        assert not any(term.needle in one.term for term in lexicon.terms)


def test_suggest_writes_a_table_and_leaves_the_lexicon_alone(run: Run, tmp_path: Path) -> None:
    (tmp_path / "t").mkdir()
    for text in texts():
        (tmp_path / "t" / f"{text.document}.txt").write_text(text.text, encoding="utf-8")
    code, _, err = run("lexicon", "suggest", "mine.yaml", "t", "-o", "s.csv")
    rows_ = read_csv(tmp_path / "s.csv")
    assert (code, list(rows_[0])) == (0, ["term", "sentences", "others", "documents", "g2", "document", "example"])
    assert "算法备案" in {row["term"] for row in rows_}
    assert "60 sentences with a hit, 180 without" in err
    assert (tmp_path / "mine.yaml").read_text(encoding="utf-8") == MINE
    (tmp_path / "none.txt").write_text("全无", encoding="utf-8")
    code, _, err = run("lexicon", "suggest", "mine.yaml", "none.txt")
    assert (code, "no term of mine stands in 1 texts" in err) == (1, True)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("drift", "nothing", "reports.csv"), 2, "no lexicon 'nothing'"),
        (("drift", "mine.yaml", "missing"), 2, "missing: no such file or folder"),
        (("drift", "mine.yaml", "reports.csv", "-o", "d.pdf"), 2, "cannot write .pdf"),
        (("drift", "mine.yaml", "reports.csv", "-o", "reports.csv"), 2, "reports.csv is an input"),
        (("drift", "mine.yaml", "reports.csv", "--policy", "published"), 2, "no published matching rule"),
        (("drift", "mine.yaml"), 2, "no fincity home"),
        (("compare", "mine.yaml", "digital_121", "--theme", "digital"), 2, "no fincity home"),
        (("suggest", "mine.yaml", "empty.txt"), 2, "nothing could be read: empty.txt: empty"),
    ],
)
def test_a_wrong_call_is_one_line(run: Run, tmp_path: Path, arguments: tuple[str, ...], code: int, said: str) -> None:
    (tmp_path / "empty.txt").touch()
    ended, out, err = run("lexicon", *arguments)
    assert (ended, out, len(err.splitlines())) == (code, "", 1), err
    assert said in err


# -- with a home -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ([1, 2, 3, 4], [10, 20, 30, 40], 1.0),
        ([1, 2, 3, 4], [4, 3, 2, 1], -1.0),
        ([106, 100, 86, 101, 99, 103, 97, 113, 112, 110], [7, 27, 2, 50, 28, 29, 20, 12, 6, 17], -29 / 165),
        ([1, 1, 2], [1, 2, 2], 0.5),
        ([1, 1, 1], [1, 2, 3], None),
        ([1], [1], None),
    ],
)
def test_ties_share_the_mean_of_their_ranks(before: list[int], after: list[int], expected: float | None) -> None:
    found = comparing.spearman(pd.Series(before), pd.Series(after))
    assert found == (None if expected is None else pytest.approx(expected))


@pytest.mark.xdist_group("demo")
@pytest.mark.parametrize(
    "indicator", ["digital_term_hits", "digital_term_hits_per_10k", "fintech_deals_bought", "fintech_lots_bought"]
)
def test_the_same_lexicon_gives_the_panel_itself(demo: Demo, indicator: str) -> None:
    theme = indicator.split("_")[0]
    one = keywords.load("digital_121" if theme == "digital" else "fintech_taxonomy")
    found = comparing.compare(demo.home, one, one, theme, indicator=indicator)
    with reading(demo.home) as conn:
        measured = {(m.city_code, m.year): m.value for m in rows(conn, MeasurementRow, indicator=indicator)}
    cells = found.cells.set_index(["city_code", "year"])
    assert len(cells) > 5
    assert cells["before"].to_dict() == {key: measured[key] for key in cells.index}
    assert (cells["before"] == cells["after"]).all()
    assert (found.spearman, found.movers(5)) == (pytest.approx(1.0), [])


@pytest.mark.xdist_group("demo")
@pytest.mark.parametrize("indicator", ["digital_term_hits", "digital_term_hits_per_10k", "fintech_deals_sold"])
def test_at_the_level_of_provinces_the_same_lexicon_gives_the_panel_too(demo: Demo, indicator: str) -> None:
    theme = indicator.split("_")[0]
    one = keywords.load("digital_121" if theme == "digital" else "fintech_taxonomy")
    found = comparing.compare(demo.home, one, one, theme, indicator=indicator, level="province")
    panel = fincity.panel(indicator, level="province", home=demo.home).set_index(["city_code", "year"])["value"]
    cells = found.cells.set_index(["city_code", "year"])["before"]
    assert len(cells) > 3
    assert cells.to_dict() == {key: pytest.approx(panel[key]) for key in cells.index}
    assert panel.drop(cells.index).dropna().eq(0).all()
    assert found.unit == "province-years"


@pytest.mark.xdist_group("demo")
def test_another_lexicon_moves_cities_and_is_kept_in_the_archive(
    demo: Demo, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = copy(demo, tmp_path)
    monkeypatch.setenv("FINCITY_HOME", str(home.path))
    arguments = ("lexicon", "compare", "digital_121", "mine.yaml", "--theme", "digital")
    code, out, err = run(*arguments, "--json", "-o", "moves.png")
    said = json.loads(out)
    assert (code, said["synthetic"], said["after"]["id"]) == (0, True, "mine")
    assert "SYNTHETIC DATA" in err
    assert all(year["after"] <= year["before"] for year in said["years"])
    assert said["movers"]
    changes = [row["rank_change"] for row in said["movers"]]
    assert changes == [*sorted((c for c in changes if c > 0), reverse=True), *sorted(c for c in changes if c < 0)]
    assert min(size_of(tmp_path / "moves.png")) > 400
    kept = {path.read_bytes() for path in (Path(Archive.of(home).root) / "log" / "lexicons").iterdir()}
    assert MINE.encode() in kept
    assert run(*arguments, "-o", "moves.csv")[0] == 0
    cells = read_csv(tmp_path / "moves.csv")
    assert tuple(cells[0]) == tuple(comparing.COLUMNS)
    by_year = {year["year"]: year for year in said["years"]}
    assert {int(row["year"]) for row in cells} == set(by_year)
    assert run(*arguments, "--level", "province", "-o", "moves.html")[0] == 0
    assert "province-years compared" in (tmp_path / "moves.html").read_text(encoding="utf-8")
    code, _, err = run(*arguments, "--level", "county")
    assert (code, "no level 'county'; use city or province" in err) == (2, True)
    for wrong, why in (("policy", "no theme 'policy'"), ("digital", "no indicator of the theme digital 'x'")):
        code, _, err = run("lexicon", "compare", "digital_121", "mine.yaml", "--theme", wrong, "--indicator", "x")
        assert (code, why in err) == (2, True), err


@pytest.mark.xdist_group("demo")
def test_the_documents_of_a_home_give_the_hits_of_the_panel(
    demo: Demo, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FINCITY_HOME", str(demo.home.path))
    for lexicon, field in (("digital_121", "text"), ("fintech_taxonomy", "title")):
        code, out, err = run("concordance", "--all", "--lexicon", lexicon, "--json")
        assert (code, "SYNTHETIC DATA" in err) == (0, True)
        said = json.loads(out)
        with reading(demo.home) as conn:
            counted = {
                (f"{h.source}/{h.source_id}", h.start, h.term) for h in rows(conn, HitRow, lexicon=lexicon, field=field)
            }
        assert {(row["document"], row["start"], row["term"]) for row in said} == counted
        assert all(row["year"] for row in said)
        assert any(row["city"] for row in said)
    said = json.loads(run("lexicon", "drift", "digital_121", "--json")[1])
    assert len(said["years"]) > 1
    code, _, err = run("concordance", "--all", "--lexicon", "digital_121", "--kind", "novel")
    assert (code, "no kind of document 'novel'" in err) == (2, True)


@pytest.mark.realdata
def test_real_reports_can_be_audited(shared_data: Path) -> None:
    from keywords.texts import Unreadable, files, read

    lexicon = keywords.load("digital_121")
    found = [one for one in read(files([shared_data / "reports" / "shanghai"])) if not isinstance(one, Unreadable)]
    counted, sample = Suggester(lexicon), Sample(5)
    for matched in keywords.match_stream(found, lexicon):
        counted.add(matched.text)
        for line in lines(matched, {term.term for term in lexicon.terms}):
            sample.add(line)
            assert line.hit in matched.text.text
    assert sum(sample.hits.values()) > 100
    assert len(counted.best(20)) > 10
