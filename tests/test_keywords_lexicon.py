"""Lexicons hold what their sources print, and a wrong file is refused with file, line and remedy."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

import keywords
from keywords import Lexicon, LexiconError, Term
from keywords.lexicon_file import check, read

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
        ("fintech_extended", 103, 2, 12),
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


def test_the_extended_list_holds_the_taxonomy_word_for_word_and_shows_where_the_rest_was_seen() -> None:
    taxonomy, extended = keywords.load("fintech_taxonomy"), keywords.load("fintech_extended")

    def said(term: Term) -> tuple[object, ...]:
        return term.term, term.mode, term.layer, term.dimension, term.source, term.status, term.risk, term.note

    shared, added = ([t for t in extended.terms if (t.source != "fincity") == old] for old in (True, False))
    assert [said(term) for term in shared] == [said(term) for term in taxonomy.terms]
    assert all(term.evidence and "：“" in term.evidence for term in added)
    assert {"信贷管理系统", "统一支付平台", "理财投资交易系统", "信创", "埋点分析"} <= {term.term for term in added}


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
        (HEAD + 'terms:\n  - "大\\u200b数据"\n', "line 6: term '大\\u200b数据' holds U+200B, which nobody sees"),
        (HEAD + "terms: [大数据，云计算]\n", "line 5: term '大数据，云计算' holds '，': write its parts as terms"),
        (HEAD + "terms:\n  - 大数据、云计算\n", "line 6: term '大数据、云计算' holds '、': write its parts as terms"),
        (HEAD + "terms: !!set [大数据]\n", "line 5: a word behind ! is a type in YAML; put the text in quotes"),
        (HEAD + "note: 一\nterms: [\x07]\n", "line 6: holds the character U+0007, which YAML forbids; delete it"),
        (HEAD + "terms: [大数据]\n---\nid: b\n", "line 6: not valid YAML: but found another document; one list a file"),
        ("id：mine\ntitle：T\n", "line 1: the lexicon must be a mapping (`key: value` lines, with an ASCII colon"),
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
        (HEAD + "terms:\n  - 大 数据\n  - 大数据\n", "line 7: term '大数据' repeats '大 数据' of line 6"),
        (HEAD + f"terms:\n  - {'数' * 51}\n", "line 6: term '数数数数数数数数数数…' has 51 characters, more than 50"),
        (HEAD + "terms:\n  - {term: IT, note: }\n", "line 6: note is empty; fill it in or delete the line"),
        (
            HEAD + "terms:\n  - *识别\n",
            "line 6: not valid YAML: did not find expected alphabetic or numeric character; ",
        ),
        (HEAD + "terms:\n  - *IT\n", "line 6: *IT means something else in YAML; put it in quotes: '*IT'"),
        (HEAD + "terms:\n  - &IT 大数据\n", "line 6: &IT means something else in YAML"),
        (
            HEAD + "terms:\n\t- IT\n",
            "line 6: not valid YAML: found character that cannot start any token; indent with ",
        ),
        (HEAD + f"terms: {'[' * 5000}\n", "line 5: nested more than 10 deep"),
        (HEAD + "terms: [!!python/name:os.system '']\n", "line 5: a word behind ! is a type in YAML"),
        (HEAD + "terms: [IT\n", "own.yaml, line 6: not valid YAML"),
        ("- IT\n", "own.yaml, line 1: the lexicon must be a mapping"),
        ("id: \x00\n", "own.yaml, line 1: holds the character U+0000"),
    ],
)
def test_a_wrong_file_is_refused_with_line_and_remedy(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(LexiconError) as refused:
        _load(tmp_path, text)
    assert message in str(refused.value)
    assert "\n" not in str(refused.value)


def test_all_faults_of_a_file_are_told_at_once(tmp_path: Path) -> None:
    wrong = "id: Own\ntitle:\nstatus: sure\nsources: {me: Me}\ntems: [IT]\nrisk: big\nsize: 9\n"
    wrong += "terms:\n  - IT\n  - it\n  - {term: 智*能, source: you}\n  - 5\n  - {trem: 云}\n"
    with pytest.raises(LexiconError) as refused:
        _load(tmp_path, wrong)
    lines = [int(fault.partition(", line ")[2].partition(":")[0]) for fault in refused.value.faults]
    assert lines == [1, 2, 3, 5, 6, 7, 10, 11, 12, 13, 13]
    assert "no field 'tems'" in refused.value.faults[3]
    assert refused.value.faults[3].endswith("; did you mean 'terms'?")
    assert str(refused.value).endswith("digits and underscores only (and 10 more)")


def test_what_is_no_lexicon_at_all_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_bytes(b" " * 5_000_001)
    with pytest.raises(LexiconError, match="larger than 5 MB"):
        keywords.load(path)
    with pytest.raises(LexiconError, match="cannot be read: Is a directory"):
        read(tmp_path)


@settings(max_examples=150, deadline=None)
@given(text=st.text(max_size=200) | st.text("id: title\n-[]{}*&!|>'\"#\t ，大数据", max_size=200))
def test_no_text_is_too_odd_to_be_refused_or_read(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.getbasetemp() / "odd.yaml"
    for whole in (text, f"{HEAD}terms:\n  - {text}\n", f"{HEAD}terms: {text}\n"):
        path.write_text(whole, encoding="utf-8", errors="surrogatepass")
        checked = check(path)
        assert (checked.lexicon is None) == bool(checked.faults)
        assert all(fault.startswith(str(path)) for fault in checked.faults)


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
    with pytest.raises(LexiconError, match="is a folder: name a YAML file in it"):
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
    search = yaml.safe_load((folder / "fintech_baidu.yaml").read_text(encoding="utf-8"))["dimensions"]
    assert [(t.term, t.dimension) for t in keywords.load("fintech_search_terms").terms] == [
        (term["term"], one["dimension"]) for one in search for term in one["terms"]
    ]
    tools = yaml.safe_load((folder / "policy_tools.yaml").read_text(encoding="utf-8"))["tools"]
    listed = {(term, one["tool"], one["rothwell_zegveld"]) for one in tools for term in one["terms"]}
    assert {(t.term, t.dimension, t.layer) for t in keywords.load("policy_tools").terms} == listed


@pytest.mark.realdata
def test_the_taxonomy_is_that_of_the_collected_paper(shared_root: Path) -> None:
    path = shared_root / "methods" / "lexicons" / "fintech_taxonomy.yaml"
    categories = yaml.safe_load(path.read_text(encoding="utf-8"))["categories"]
    printed = [
        (term["stem"], domain["domain"], category["category"], term["wildcard"], term["risk"])
        for category in categories
        for domain in category["domains"]
        for term in domain["terms"]
    ]
    assert [
        (t.term.strip("*"), t.dimension, t.layer, "*" in t.term, t.risk)
        for t in keywords.load("fintech_taxonomy").terms
    ] == printed


def _names(lexicon: str) -> set[str]:
    return {term.term for term in keywords.load(lexicon).terms}
