"""Golden texts: sentences whose hits were written down by hand hold for the reference and for the matcher."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

import keywords

FOLDER = Path(keywords.__file__).parent / "golden"


def _texts() -> list[Any]:
    files = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.yaml"))]
    return [
        pytest.param(one["lexicon"], case["text"], case["hits"], id=f"{one['lexicon']}-{case['text']}")
        for one in files
        for case in one["texts"]
    ]


@pytest.mark.parametrize(("lexicon_id", "text", "expected"), _texts())
def test_a_golden_text_has_its_hits(lexicon_id: str, text: str, expected: list[str]) -> None:
    lexicon = keywords.load(lexicon_id)
    assert [hit.term for hit in keywords.reference.find(lexicon, text)] == expected
    assert [hit.term for hit in keywords.Matcher(lexicon).find(text)] == expected


def test_every_lexicon_has_golden_texts_with_and_without_hits() -> None:
    cases: dict[str, list[bool]] = {}
    for param in _texts():
        lexicon_id, _, expected = param.values
        cases.setdefault(lexicon_id, []).append(bool(expected))
    assert set(cases) == set(keywords.builtin())
    assert all(set(kinds) == {True, False} for kinds in cases.values())


def test_a_known_mistake_of_the_definition_is_one() -> None:
    files = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.yaml"))]
    known = [case for one in files for case in one["texts"] if "reader" in case]
    assert known
    assert all(case["reader"] != case["hits"] for case in known)
