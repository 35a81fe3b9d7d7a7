"""Lexicons hold what their sources print, and a wrong file is refused with file, line and remedy."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
import yaml

import keywords
from keywords import Lexicon, LexiconError

HEAD = "id: own\ntitle: My terms\nstatus: proposal\nsources: {me: Me 2026}\n"


def _load(folder: Path, text: str) -> Lexicon:
    path = folder / "own.yaml"
    path.write_text(text, encoding="utf-8")
    return keywords.load(path)


@pytest.mark.parametrize(
    ("name", "terms", "layers", "dimensions"),
    [
        ("fintech_taxonomy", 69, 2, 6),
        ("digital_121", 121, 2, 10),
        ("digital_wu_fei_2021", 76, 2, 5),
        ("digital_li_chuntao_2020", 48, 0, 0),
        ("digital_zhao_chenyu_2021", 99, 0, 4),
        ("fintech_search_terms", 23, 0, 4),
        ("policy_tools", 77, 3, 17),
    ],
)
def test_a_builtin_lexicon_has_the_size_its_source_states(name: str, terms: int, layers: int, dimensions: int) -> None:
    lexicon = keywords.load(name)
    assert len(lexicon.terms) == terms
    assert len({term.layer for term in lexicon.terms} - {None}) == layers
    assert len({term.dimension for term in lexicon.terms} - {None}) == dimensions
    assert all(term.source in dict(lexicon.sources) for term in lexicon.terms)


def test_the_taxonomy_has_the_domains_of_the_paper() -> None:
    terms = keywords.load("fintech_taxonomy").terms
    sizes = Counter(term.dimension for term in terms)
    assert sizes == {"区块链": 9, "人工智能": 10, "大数据": 9, "云计算": 6, "物联网": 4, "实践应用": 31}
    stems = {term.term: term.mode for term in terms if "*" in term.term}
    right = dict.fromkeys(["风险*", "智慧*", "智能*", "银医*"], "right_stem")
    assert stems == right | {"*识别": "left_stem"}


def test_the_mode_follows_from_the_way_a_term_is_written(tmp_path: Path) -> None:
    lexicon = _load(tmp_path, HEAD + "terms: [大数据, 智能*, '*识别', 5G, NFC支付, 互联网+, ＡＩ＊]\n")
    modes = [term.mode for term in lexicon.terms]
    assert modes == ["word", "right_stem", "left_stem", "ascii", "mixed", "word", "right_stem"]
    assert [term.needle for term in lexicon.terms][3:] == ["5g", "nfc支付", "互联网+", "ai"]


def test_the_version_is_that_of_the_meaning_not_of_the_file(tmp_path: Path) -> None:
    plain = _load(tmp_path, HEAD + "terms:\n  层:\n    维: [大数据, 5G]\n").version
    restyled = HEAD + "# a comment\nnote: another note\nterms: {层: {维: [{term: 大数据, risk: low}, '5G']}}\n"
    assert _load(tmp_path, restyled).version == plain
    for changed in ("[大数据]", "[大数据*, 5G]", "[大数据, 5G, IT]", "[5G, 大数据]"):
        assert _load(tmp_path, f"{HEAD}terms: {{层: {{维: {changed}}}}}\n").version != plain
    assert _load(tmp_path, HEAD + "terms: {层: {别: [大数据, 5G]}}\n").version != plain
    rules = "published: {spaces: drop, overlaps: keep, guard: none}\n"
    assert _load(tmp_path, HEAD + rules + "terms: {层: {维: [大数据, 5G]}}\n").version != plain


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "own.yaml: the file is empty; it needs id, title, status, sources, terms"),
        (HEAD + "terms: []\n", "own.yaml, line 5: terms is empty; add a term"),
        (HEAD + "terms:\n  层: {}\n", "line 6: terms / 层 is empty"),
        (HEAD, "own.yaml, line 1: the lexicon lacks terms; add it"),
        (HEAD + "terms:\n  - 大数据\n  - 大数据\n", "line 7: term '大数据' repeats '大数据' of line 6; remove one"),
        (HEAD + "terms:\n  - IT\n  - ＩＴ\n", "line 7: term 'ＩＴ' repeats 'IT' of line 6"),
        (HEAD + "terms:\n  - 智能\n  - 智能*\n", "line 7: term '智能*' repeats '智能' of line 6"),
        (HEAD + "terms:\n  - 智*能\n", "line 6: term '智*能': one wildcard, at the start or at the end only"),
        (HEAD + "terms:\n  - '*智能*'\n", "line 6: term '*智能*': one wildcard"),
        (HEAD + "terms:\n  - '*'\n", "line 6: term '*' has no characters but its wildcard"),
        (HEAD + "terms:\n  - ''\n", "line 6: a term is empty; fill it in or delete the line"),
        (HEAD + "terms:\n  - ' 大数据'\n", "line 6: term ' 大数据' begins or ends in white space"),
        (
            HEAD + 'terms:\n  - "大\\u200b数据"\n',
            "line 6: term '大\\u200b数据' begins or ends in white space, or hides",
        ),
        (HEAD + "terms:\n  - 2025\n", "line 6: a term '2025' is read as int; put it in quotes"),
        (HEAD + "terms:\n  - on\n", "line 6: a term 'on' is read as bool; put it in quotes"),
        (HEAD + "terms:\n  - [大数据]\n", "line 6: a term must be a text, not a list or a mapping"),
        (HEAD + "terms: 大数据\n", "line 5: terms must be a list, or groups of lists"),
        (HEAD + "terms: {a: {b: {c: [大数据]}}}\n", "line 5: terms are grouped by layer and dimension at most"),
        (HEAD + "terms:\n  - {term: IT, mode: regex}\n", "line 6: unknown mode 'regex': use one of word, right_stem"),
        (HEAD + "terms:\n  - {term: IT, mode: word}\n", "line 6: term 'IT' is of mode ascii, not word"),
        (HEAD + "terms:\n  - {term: IT, risk: huge}\n", "line 6: unknown risk 'huge': use one of low, medium, high"),
        (HEAD + "terms:\n  - {term: IT, source: you}\n", "line 6: unknown source 'you': use one of me"),
        (HEAD + "terms:\n  - {term: IT, riks: high}\n", "line 6: a term has no field 'riks'; known are term, mode"),
        (HEAD + "terms:\n  - {risk: high}\n", "line 6: a term lacks term; add it"),
        (HEAD + "size: 3\nterms: [IT]\n", "line 5: size says 3 terms, the file holds 1"),
        (HEAD + "size: three\nterms: [IT]\n", "line 5: size must be a whole number"),
        (HEAD + "title: again\nterms: [IT]\n", "line 5: the lexicon has the key 'title' twice; keep one"),
        (HEAD + "published: {spaces: drop}\nterms: [IT]\n", "line 5: published lacks overlaps, guard"),
        (HEAD.replace("proposal", "sure") + "terms: [IT]\n", "line 3: unknown status 'sure': use one of exact"),
        (HEAD.replace("id: own", "id: My Own") + "terms: [IT]\n", "line 1: id 'My Own' may hold small letters"),
        (HEAD.replace("{me: Me 2026}", "{}") + "terms: [IT]\n", "line 4: sources is empty; name at least one"),
        (HEAD + "terms: [IT\n", "own.yaml, line 6: not valid YAML"),
        ("- IT\n", "own.yaml, line 1: the lexicon must be a mapping"),
        ("id: \x00\n", "own.yaml: not valid YAML"),
    ],
)
def test_a_wrong_file_is_refused_with_line_and_remedy(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(LexiconError) as refused:
        _load(tmp_path, text)
    assert message in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_bytes((HEAD + "terms: [大数据]\n").encode("gb18030"))
    with pytest.raises(LexiconError, match=r"own\.yaml: not UTF-8 .* save it as UTF-8"):
        keywords.load(path)


def test_an_unknown_lexicon_is_answered_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(
        LexiconError, match=r"no lexicon 'fintec': give the path of a YAML file or one of digital_121, "
    ):
        keywords.load("fintec")
    with pytest.raises(LexiconError, match="no lexicon"):
        keywords.load(tmp_path)


@pytest.mark.realdata
def test_the_builtin_lists_hold_the_terms_of_the_collected_sources(shared_root: Path) -> None:
    folder = shared_root / "methods" / "lexicons"
    lists = yaml.safe_load((folder / "digital_tech.yaml").read_text(encoding="utf-8"))
    published = lists["published_lists"]
    assert _names("digital_wu_fei_2021") == {
        one for group in published["wu_fei_2021"]["groups"].values() for one in group
    }
    assert _names("digital_li_chuntao_2020") == set(published["li_chuntao_2020"]["terms"])
    zhao = published["zhao_chenyu_2021"]["groups"].values()
    assert _names("digital_zhao_chenyu_2021") == {one for group in zhao for one in group}
    rebuilt = {
        (term["term"], dimension["dimension"], layer["layer"])
        for layer in lists["reconstruction_121"]["layers"]
        for dimension in layer["dimensions"]
        for term in dimension["terms"]
    }
    assert {(term.term, term.dimension, term.layer) for term in keywords.load("digital_121").terms} == rebuilt


def _names(lexicon: str) -> set[str]:
    return {term.term for term in keywords.load(lexicon).terms}
