"""Commands without a home: pages to records, texts to counts, names to cities."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

import fincity
from etl.errors import UsageError
from fincity.cli import main

Run = Callable[..., tuple[int, str, str]]
GOOD = {"id": "1", "title": "示例银行区块链平台采购成交公告", "content_text": "采购人：示例银行股份有限公司。" * 9}


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Run a command in an empty folder, where no home can be found: exit code, stdout, stderr."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FINCITY_HOME", str(tmp_path / "nowhere"))

    def run(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as left:
            main(arguments)
        said = capsys.readouterr()
        return int(str(left.value.code)), said.out, said.err

    return run


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def lines(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines()]


def test_parse_saves_records_and_sets_aside_what_it_cannot_read(run: Run, tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").write_text(f"{json.dumps(GOOD)}\nno json\n", encoding="utf-8")
    code, out, err = run("parse", "notice", "rows.jsonl", "-o", "out.jsonl", "--json")
    assert code == 3
    assert lines(out) == [{"files": 1, "records": 1, "quarantined": 1, "listed": None, "pages": None}]
    assert "see out.quarantine.jsonl" in err
    (record,) = lines((tmp_path / "out.jsonl").read_text(encoding="utf-8"))
    assert (record["source_id"], record["title"], record["parser"]) == ("1", GOOD["title"], "notice")
    (refused,) = lines((tmp_path / "out.quarantine.jsonl").read_text(encoding="utf-8"))
    assert (refused["path"], refused["source_id"], refused["reason"]) == ("rows.jsonl", "rows.jsonl:2", "not_json")
    assert str(refused["detail"]).startswith("the line is no JSON object")


def test_a_clean_run_removes_the_quarantine_of_an_earlier_one(run: Run, tmp_path: Path) -> None:
    (tmp_path / "out.quarantine.jsonl").write_text("old", encoding="utf-8")
    (tmp_path / "rows.jsonl").write_text(json.dumps(GOOD), encoding="utf-8")
    assert run("parse", "notice", "rows.jsonl", "-o", "out.jsonl")[0] == 0
    assert sorted(p.name for p in tmp_path.iterdir()) == ["out.jsonl", "rows.jsonl"]


def test_without_a_file_records_go_to_stdout_and_refusals_to_stderr(run: Run, tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").write_text(f"{json.dumps(GOOD)}\n{{}}\n", encoding="utf-8")
    code, out, err = run("parse", "notice", ".")
    assert (code, len(lines(out))) == (3, 1)
    assert "missing_field" in err


@pytest.mark.realdata
def test_a_real_search_page_gives_its_items_and_what_the_site_states(run: Run, shared_data: Path) -> None:
    code, out, _ = run("parse", "ccgp", str(shared_data / "notices/ccgp/search_result_2017.html"), "--json")
    *records, counted = lines(out)
    assert (code, len(records)) == (0, 20)
    assert counted == {"files": 1, "records": 20, "quarantined": 0, "listed": 31, "pages": 2}


@pytest.mark.realdata
def test_every_real_row_becomes_a_record_or_is_quarantined_with_a_reason(
    run: Run, shared_data: Path, tmp_path: Path
) -> None:
    paths = sorted(str(path) for path in (shared_data / "notices/banks").glob("*.jsonl"))
    assert run("parse", "notice", *paths, "-o", "out.jsonl")[0] == 3
    records = lines((tmp_path / "out.jsonl").read_text(encoding="utf-8"))
    refused = lines((tmp_path / "out.quarantine.jsonl").read_text(encoding="utf-8"))
    assert len(records) + len(refused) == 148
    assert all(one["reason"] and one["detail"] and one["raw_sha256"] for one in refused)


def test_match_counts_terms_and_shows_every_hit(run: Run, tmp_path: Path) -> None:
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "a.txt").write_text("发展人工智能和大数据，人工智能要紧。", encoding="gb18030")
    (tmp_path / "texts" / "b.txt").write_text("没有这些词。", encoding="utf-8")
    code, out, _ = run("match", "--lexicon", "digital_121", "texts", "-o", "counts.csv", "--hits", "hits.csv")
    assert (code, out) == (0, "")
    counted = {(row["document"], row["term"]): row["hits"] for row in rows(tmp_path / "counts.csv")}
    assert counted[("texts/a.txt", "人工智能")] == "2"
    assert list(rows(tmp_path / "counts.csv")[0]) == ["document", "term", "lexicon", "layer", "dimension", "hits"]
    hit = rows(tmp_path / "hits.csv")[0]
    assert (hit["field"], hit["start"], hit["end"], hit["text"]) == ("text", "2", "6", "人工智能")
    assert run("match", "--lexicon", "digital_121", "texts", "--wide", "-o", "wide.csv")[0] == 0
    assert [(row["document"], row["hits"]) for row in rows(tmp_path / "wide.csv")][1] == ("texts/b.txt", "0")


def test_match_sets_aside_what_is_no_text_and_counts_the_rest(run: Run, tmp_path: Path) -> None:
    texts = tmp_path / "texts"
    texts.mkdir()
    (texts / "good.txt").write_text("发展大数据", encoding="utf-8")
    (texts / "empty.txt").write_bytes(b"")
    (texts / "binary.txt").write_bytes(bytes(range(32)) * 9)
    (texts / "broken.txt").write_bytes("发展大数据".encode() * 9 + b"\xff")
    assert run("match", "--lexicon", "digital_121", "texts", "-o", "counts.csv")[0] == 3
    set_aside = {one["path"]: one["reason"] for one in lines((tmp_path / "counts.quarantine.jsonl").read_text("utf-8"))}
    assert list(set_aside) == ["texts/binary.txt", "texts/broken.txt", "texts/empty.txt"]
    assert set_aside["texts/empty.txt"] == "empty"
    assert [row["document"] for row in rows(tmp_path / "counts.csv")] == ["texts/good.txt"]
    assert run("match", "--lexicon", "digital_121", "texts/good.txt", "-o", "counts.csv")[0] == 0
    assert not (tmp_path / "counts.quarantine.jsonl").exists()


def test_match_takes_overlaps_negation_and_processes_as_options(run: Run, tmp_path: Path) -> None:
    (tmp_path / "t.jsonl").write_text('{"id": "x", "text": "移动互联网，没有大数据"}\n', encoding="utf-8")
    call = ("match", "--lexicon", "digital_121", "--policy", "published", "t.jsonl", "--hits", "hits.csv")
    found = {}
    for options in ((), ("--overlaps", "all"), ("--negation", "--jobs", "2")):
        assert run(*call, *options)[0] == 0
        found[options] = [row["term"] for row in rows(tmp_path / "hits.csv")]
    assert list(found.values()) == [
        ["移动互联网", "大数据"],
        ["移动互联", "移动互联网", "大数据"],
        ["移动互联网"],
    ]
    code, _, err = run(*call, "--overlaps", "some")
    assert code == 2
    assert "unknown overlaps 'some': use one of policy, longest, all" in err


def test_match_reads_the_field_it_is_told_and_ends_with_3_when_a_row_is_unreadable(run: Run, tmp_path: Path) -> None:
    table = [{"id": "x", "body": "大数据"}, {"id": "y", "other": "大数据"}]
    (tmp_path / "t.jsonl").write_text("\n".join(map(json.dumps, table)), encoding="utf-8")
    code, _, err = run("match", "--lexicon", "digital_121", "--field", "body", "t.jsonl", "-o", "counts.csv")
    assert code == 3
    assert "t.jsonl:2: no field 'body'; name one of id, other" in err
    (set_aside,) = lines((tmp_path / "counts.quarantine.jsonl").read_text(encoding="utf-8"))
    assert set_aside == {"path": "t.jsonl:2", "reason": "no field 'body'; name one of id, other with --field"}
    assert [row["document"] for row in rows(tmp_path / "counts.csv")] == ["x"]


def test_resolve_adds_its_columns_behind_those_of_the_input(run: Run, tmp_path: Path) -> None:
    names = "编号,采购人\n1,中国工商银行股份有限公司深圳市分行\n2,某某\n"
    (tmp_path / "buyers.csv").write_bytes(names.encode("gb18030"))
    code, _, err = run("resolve", "--kind", "bank", "buyers.csv", "--column", "采购人", "--year", "2024", "-o", "o.csv")
    assert code == 0
    first, second = rows(tmp_path / "o.csv")
    assert list(first)[:4] == ["编号", "采购人", "org_id", "canonical_name"]
    assert (first["city_code"], first["bank_class"], first["level"]) == ("440300", "state_owned", "branch")
    assert (second["city_code"], second["method"]) == ("", "none")
    assert second["evidence"]
    assert "1 of 2 names have a city" in err


def test_resolve_refuses_a_row_with_too_many_cells(run: Run, tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("name\na,b\n", encoding="utf-8")
    code, _, err = run("resolve", "--kind", "firm", "in.csv", "--column", "name", "-o", "out.csv")
    assert code == 2
    assert "in.csv, row 1: more cells than the header has columns" in err
    assert not (tmp_path / "out.csv").exists()


def test_one_name_is_explained(run: Run) -> None:
    code, out, _ = run("resolve", "--explain", "中国工商银行股份有限公司深圳市分行", "--json")
    assert code == 0
    assert json.loads(out)["city"] == "深圳市"


def test_lexicons_are_listed_shown_and_validated(run: Run, tmp_path: Path) -> None:
    listed = json.loads(run("lexicon", "list", "--json")[1])
    assert {"digital_121", "fintech_taxonomy"} <= {one["id"] for one in listed}
    assert len(json.loads(run("lexicon", "show", "fintech_taxonomy", "--json")[1])["terms"]) == 69
    mine = "id: mine\ntitle: Mine\nstatus: proposal\nsources: {me: Me}\nterms: [云平台]\n"
    (tmp_path / "mine.yaml").write_text(mine, encoding="utf-8")
    assert "1 terms: in order" in run("lexicon", "validate", "mine.yaml")[1]
    (tmp_path / "bad.yaml").write_text(mine.replace("云平台", "云平台, 云平台"), encoding="utf-8")
    code, _, err = run("lexicon", "validate", "bad.yaml")
    assert code == 2
    assert "bad.yaml, line" in err


def test_sources_are_listed_and_shown(run: Run) -> None:
    assert "cfcpn" in {one["id"] for one in json.loads(run("source", "list", "--json")[1])}
    assert json.loads(run("source", "show", "ccgp", "--json")[1])["family"] == "ccgp"


def test_a_column_of_a_table_is_matched_and_what_is_no_text_is_counted_aloud() -> None:
    table = pd.DataFrame({"title": ["大数据", None, float("nan"), "", "云计算"], "year": 2020}, index=list("abcde"))
    found = fincity.match(table, "title", "digital_121")
    assert found[["document", "term"]].values.tolist() == [["a", "大数据"], ["e", "云计算"]]
    mixed = table.assign(title=["大数据", 5, b"\xb4\xf3", ["x"], None])
    with pytest.warns(UserWarning, match=r"3 of the texts are no text and have no hits, first b \(int\)"):
        assert fincity.match(mixed, "title", "digital_121")["document"].to_list() == ["a"]
    for arguments, said in {
        ("digital_121",): r"say which one is searched, match\(df, column, lexicon\)",
        ("titel", "digital_121"): "no column 'titel'",
    }.items():
        with pytest.raises(UsageError, match=said):
            fincity.match(table, *arguments)
    for wrong in (5, b"bytes", None):
        with pytest.raises(UsageError, match="give texts, not"):
            fincity.match(wrong, "digital_121")  # type: ignore[call-overload]
    with pytest.raises(UsageError, match="name one lexicon"):
        fincity.match(["大数据"], "digital_121", "published")
    with pytest.raises(UsageError, match="give one of them"):
        fincity.concordance(table, "digital_121")  # type: ignore[arg-type]


def test_matching_and_resolving_in_python() -> None:
    found = fincity.match(pd.Series({"a": "人工智能", "b": ""}), "digital_121")
    assert found[["document", "term", "hits"]].values.tolist() == [["a", "人工智能", 1]]
    assert fincity.match(["大数据"], "digital_121")["document"].to_list() == ["0"]
    assert fincity.match("大数据", "digital_121")["document"].to_list() == ["0"]
    with pytest.raises(UsageError, match="no lexicon"):
        fincity.match(["x"], "nothing")
    resolved = fincity.resolve(["招商银行股份有限公司"], "bank", year=2024)
    assert resolved.loc[0, ["name", "bank_class", "city"]].to_list() == [
        "招商银行股份有限公司",
        "joint_stock",
        "深圳市",
    ]
