"""Folding is NFKC and case folding, and every folded character knows where it comes from."""

from __future__ import annotations

import re
import sys
from unicodedata import normalize

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keywords.folding import _BLANK, _INK, fold, fold_string, origins

TEXTS = st.text(st.characters(codec=None)) | st.text("aＡé́각각㍿ﬁ½İß①市场，。 　\n\r\u0301\u09c7\u09be\ud800ﾊﾞ")


@settings(max_examples=400, deadline=None)
@given(TEXTS)
def test_folding_equals_nfkc_and_casefold(text: str) -> None:
    assert fold(text).text == normalize("NFKC", text).casefold()


@settings(max_examples=400, deadline=None)
@given(text=TEXTS, drop_spaces=st.booleans())
def test_the_quick_map_equals_the_plain_one(text: str, drop_spaces: bool) -> None:
    quick, (folded, spans) = fold(text, drop_spaces=drop_spaces), origins(text, drop_spaces=drop_spaces)
    assert quick.text == folded
    assert [quick.span(position, position + 1) for position in range(len(folded))] == spans


def test_plain_characters_fold_to_one_character_wherever_they_stand() -> None:
    plain = [one for one in map(chr, range(0x10000)) if re.match(f"[{_BLANK}{_INK}]", one)]
    assert len(plain) > 27_000
    assert all(len(fold_string(one)) == 1 and len(fold_string("e" + one)) == 2 for one in plain)
    assert [fold(one).text for one in plain] == [fold_string(one) for one in plain]


def test_every_character_may_follow_a_letter_without_shifting_the_map() -> None:
    for number in range(0x20, sys.maxunicode + 1, 7):
        text = f"e{chr(number)}场"
        folded, spans = origins(text)
        assert folded == fold_string(text)
        assert spans[-1] == (2, 3)


@pytest.mark.parametrize(
    ("text", "start", "end", "original"),
    [
        ("ＡＰＰ", 0, 3, "ＡＰＰ"),
        ("前㍿后", 1, 3, "㍿"),
        ("cafe\u0301场景", 4, 6, "场景"),
        ("ß市场", 2, 4, "市场"),
    ],
)
def test_a_span_leads_back_to_the_original(text: str, start: int, end: int, original: str) -> None:
    first, last = fold(text).span(start, end)
    assert text[first:last] == original


def test_dropped_spaces_stay_inside_the_span() -> None:
    text = "  人工\n 智能 "
    folded = fold(text, drop_spaces=True)
    assert folded.text == "人工智能"
    assert folded.span(0, 4) == (2, 8)
