"""The schema says what the reader says, warnings tell of likely mistakes, differences account for every new version."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

import keywords
from keywords import Lexicon, schema
from keywords.advice import warnings
from keywords.differences import differences
from keywords.lexicon_file import check

HEAD = "id: own\ntitle: My terms\nstatus: proposal\nsources: {me: Me 2026}\n"
FOLDER = Path(keywords.__file__).parent
VALIDATOR = Draft202012Validator(schema.schema())


def _load(folder: Path, text: str, name: str = "own") -> Lexicon:
    path = folder / f"{name}.yaml"
    path.write_text(text, encoding="utf-8")
    return keywords.load(path)


def test_the_packaged_schema_is_that_of_the_reader() -> None:
    Draft202012Validator.check_schema(schema.schema())
    assert schema.PATH.read_text(encoding="utf-8") == schema.text(), "run python scripts/make_docs.py"


@pytest.mark.parametrize(
    "path", [*sorted(FOLDER.glob("lexicons/*.yaml")), FOLDER / "starter.yaml"], ids=lambda p: p.stem
)
def test_what_the_reader_takes_the_schema_takes(path: Path) -> None:
    assert check(path).faults == ()
    assert list(VALIDATOR.iter_errors(yaml.safe_load(path.read_text(encoding="utf-8")))) == []


@pytest.mark.parametrize(
    "text",
    [
        HEAD,
        HEAD + "terms: []\n",
        HEAD + "terms: {层: {}}\n",
        HEAD + "terms: 大数据\n",
        HEAD + "terms: [5]\n",
        HEAD + "terms: ['']\n",
        HEAD + "terms: ['*']\n",
        HEAD + "terms: ['智*能']\n",
        HEAD + "terms: ['*智能*']\n",
        HEAD + "terms: [[大数据]]\n",
        HEAD + "terms: {a: {b: {c: [大数据]}}}\n",
        HEAD + f"terms: [{'数' * 51}]\n",
        HEAD + "terms: [{term: IT, mode: regex}]\n",
        HEAD + "terms: [{term: IT, riks: high}]\n",
        HEAD + "terms: [{risk: high}]\n",
        HEAD + "terms: [IT]\nsize: one\n",
        HEAD + "terms: [IT]\nrisk: huge\n",
        HEAD + "terms: [IT]\npublished: {spaces: drop}\n",
        HEAD.replace("own", "My Own") + "terms: [IT]\n",
        HEAD.replace("proposal", "sure") + "terms: [IT]\n",
        HEAD.replace("{me: Me 2026}", "{}") + "terms: [IT]\n",
        "- IT\n",
    ],
)
def test_what_is_misshapen_both_refuse(tmp_path: Path, text: str) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(text, encoding="utf-8")
    assert check(path).faults
    assert list(VALIDATOR.iter_errors(yaml.safe_load(text)))


def test_terms_that_easily_hit_the_wrong_things_are_warned_of(tmp_path: Path) -> None:
    lexicon = _load(
        tmp_path, HEAD + "terms: [云, AI, 5G网络, 共享, 智能*, 云平台, C++, {term: IT, risk: high}, 大?数据]\n"
    )
    said = {warned.term: warned.said for warned in warnings(lexicon)}
    assert list(said) == ["云", "AI", "共享", "智能*", "大?数据"]
    assert "looks like a pattern" in said["大?数据"]
    assert "one character" in said["云"]
    assert "2 letters" in said["AI"]
    assert "fintech_taxonomy: 共享单车" in said["共享"]


def test_the_id_of_a_builtin_lexicon_is_warned_of_in_ones_own(tmp_path: Path) -> None:
    (warned,) = warnings(_load(tmp_path, HEAD.replace("own", "digital_121") + "terms: [云平台]\n"))
    assert warned.term is None
    assert "that of a built-in lexicon" in warned.said


@pytest.mark.parametrize("name", keywords.builtin())
def test_the_builtin_lexicons_give_no_cause_for_warnings(name: str) -> None:
    assert list(warnings(keywords.load(name))) == []


def test_differences_name_what_became_of_each_term(tmp_path: Path) -> None:
    before = _load(tmp_path, HEAD + "terms: {层: {维: [智能, 云平台, IT, 旧词], 别: [大数据]}}\n", "before")
    after = _load(
        tmp_path, HEAD + "terms: {层: {维: [智能*, 云平台, it, 新词, {term: 大数据, risk: high}]}}\n", "after"
    )
    assert [tuple(change) for change in differences(before, after)] == [
        ("旧词", "removed", "层 / 维", ""),
        ("新词", "added", "", "层 / 维"),
        ("智能*", "spelling", "智能", "智能*"),
        ("智能*", "mode", "word", "right_stem"),
        ("it", "spelling", "IT", "it"),
        ("大数据", "dimension", "别", "维"),
        ("大数据", "risk", "", "high"),
    ]
    assert differences(before, before) == []


TERMS = st.lists(st.sampled_from(["智能", "智能*", "云平台", "IT", "it", "大数据", "5G"]), min_size=1, max_size=5)
GROUPED = st.sampled_from(["[{}]", "{{层: [{}]}}", "{{层: {{维: [{}]}}}}"])


@settings(deadline=None)
@given(first=TERMS, second=TERMS, groups=st.tuples(GROUPED, GROUPED))
def test_lexicons_of_different_versions_differ_in_at_least_one_row(
    tmp_path_factory: pytest.TempPathFactory, first: list[str], second: list[str], groups: tuple[str, str]
) -> None:
    pair = []
    for terms, group in zip((first, second), groups, strict=True):
        once = {term.strip("*").casefold(): term for term in terms}.values()
        pair.append(_load(tmp_path_factory.getbasetemp(), f"{HEAD}terms: {group.format(', '.join(once))}\n"))
    if pair[0].version != pair[1].version:
        assert differences(*pair)
    assert bool(differences(*pair)) == (pair[0] != pair[1])
