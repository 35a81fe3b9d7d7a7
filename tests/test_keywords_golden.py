"""Golden texts: sentences labelled by hand. What a rule promises holds; what is measured gets no worse unseen."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

import keywords
from keywords import LexiconError, precision
from keywords.folding import fold_string
from keywords.precision import Case, Score

PAGE = Path(__file__).resolve().parent.parent / "docs" / "lexicons.md"
OWN = "id: own\ntitle: t\nstatus: proposal\nsources: {me: Me}\nterms: [手机银行, 网银, 智能*]\n"


def _cases() -> list[tuple[str, Case]]:
    return [(name, case) for name in keywords.builtin() for case in precision.golden(name).cases]


@pytest.fixture(scope="module", params=keywords.builtin())
def name(request: pytest.FixtureRequest) -> str:
    """A built-in lexicon; pytest keeps the tests of one together, so its dictionary is made once."""
    return str(request.param)


def test_what_a_golden_text_promises_is_found(name: str) -> None:
    lexicon = keywords.load(name)
    matcher = keywords.Matcher(lexicon)
    promised = [case for case in precision.golden(name).cases if case.hits is not None]
    assert promised
    for case in promised:
        assert [hit.term for hit in keywords.reference.find(lexicon, case.text)] == list(case.hits or ()), case.text
        assert [hit.term for hit in matcher.find(case.text)] == list(case.hits or ()), case.text


def test_no_term_fares_worse_than_the_page_says(name: str) -> None:
    section = re.split(r"^## ", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    rows = next(part for part in section if part.startswith(f"{name}\n"))
    said = {
        cells[1].replace("\\", ""): (int(cells[5]), int(cells[6]))
        for cells in (re.split(r"\s*\|\s*", line) for line in rows.splitlines())
        if len(cells) > 10 and cells[4].isdigit()
    }
    found = {score.term: (score.wrong, score.missed) for score in precision.measured(name)}
    assert said.keys() == found.keys()
    assert {term: now for term, now in found.items() if now[0] > said[term][0] or now[1] > said[term][1]} == {}


def test_there_are_enough_texts_and_many_hold_nothing_to_count() -> None:
    cases = _cases()
    assert len(cases) >= 350
    assert sum(not case.reader for _, case in cases) >= 0.4 * len(cases)
    assert [text for text, times in Counter((name, case.text) for name, case in cases).items() if times > 1] == []


def test_every_term_of_risk_is_met_rightly_and_by_its_false_friends(name: str) -> None:
    # fintech_extended shares its older terms, and their sentences, with fintech_taxonomy.
    shared = {term.term for term in keywords.load("fintech_taxonomy").terms} if name == "fintech_extended" else set()
    for term in keywords.load(name).terms:
        assert term.risk is not None
        if term.risk == "low" or term.term in shared:
            continue
        assert term.note, f"{term.term}: a term of risk says what it hits wrongly"
        met = [case for case in precision.golden(name).cases if term.needle in fold_string(case.text)]
        assert {term.term in case.reader for case in met} == {True, False}, term.term


def test_a_known_mistake_of_the_definition_is_one() -> None:
    known = [case for _, case in _cases() if case.hits is not None and case.hits != case.reader]
    assert known
    assert all(Counter(case.hits) != Counter(case.reader) for case in known)


def test_scores_count_hits_against_the_reader(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(OWN, encoding="utf-8")
    cases = [
        Case("手机银行升级", ("手机银行",), None),
        Case("手机银行礼品", (), None),
        Case("个人网银与企业网银", ("网银", "网银"), None),
        Case("互联网银行", (), None),
        Case("智慧厅堂", ("智能*",), None),
    ]
    mobile, net, smart = precision.measure(keywords.load(path), cases)
    assert mobile == Score("手机银行", right=1, wrong=1, missed=0, spared=0)
    assert (mobile.precision, mobile.recall) == (0.5, 1.0)
    assert net == Score("网银", right=2, wrong=0, missed=0, spared=1)
    assert smart == Score("智能*", right=0, wrong=0, missed=1, spared=0)
    assert (smart.precision, smart.recall) == (None, 0.0)
    nothing = Score("x", 0, 0, 0, 1)
    assert (nothing.precision, nothing.recall) == (None, None)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the file is empty; it needs lexicon, question, texts"),
        ("lexicon: other\nquestion: q\ntexts:\n- {text: a, reader: []}\n", "the texts are for 'other'"),
        ("lexicon: own\nquestion: q\ntexts: []\n", "line 3: texts must be a list of sentences"),
        ("lexicon: own\nquestion: q\ntexts:\n- {text: a}\n", "line 4: say what a reader would count"),
        ("lexicon: own\nquestion: q\ntexts:\n- {text: a, reader: 网银}\n", "line 4: terms must be a list"),
        (
            "lexicon: own\nquestion: q\ntexts:\n- {text: a, reader: [手机银]}\n",
            "line 4: the lexicon has no term '手机银'; did you mean '手机银行'?",
        ),
        ("lexicon: own\nquestion: q\ntexts:\n- {text: a, readers: [], hits: []}\n", "no field 'readers'"),
    ],
)
def test_a_wrong_file_of_golden_texts_is_refused_with_line_and_remedy(tmp_path: Path, text: str, said: str) -> None:
    path, lexicon = tmp_path / "golden.yaml", tmp_path / "own.yaml"
    path.write_text(text, encoding="utf-8")
    lexicon.write_text(OWN, encoding="utf-8")
    with pytest.raises(LexiconError) as refused:
        precision.read(path, keywords.load(lexicon))
    assert said in str(refused.value)


def test_a_lexicon_without_golden_texts_says_how_to_get_some() -> None:
    with pytest.raises(LexiconError, match="no golden texts for 'mine': write a file of your own"):
        precision.golden("mine")
