"""Answers in JSON: whatever they hold, reading them ends in a value or in a reason."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.errors import Quarantined
from etl.parsers import _json
from etl.records.parsed import Page

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None), max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b", "rows"]), inner, max_size=3),
    max_leaves=12,
)
PATHS = st.lists(st.sampled_from(["a", "b", "rows", "0", "1", "-1", "", "²"]), max_size=3).map(".".join)


@given(VALUES, PATHS)
def test_any_value_at_any_path_is_read_or_refused(value: object, path: str) -> None:
    page = Page(json.dumps(value).encode())
    with suppress(Quarantined):
        value = _json.answer(page)
    _json.text(value, path).encode()  # no half characters
    assert (_json.count(value, path) or 0) >= 0
    with suppress(Quarantined):
        assert all(isinstance(row, dict) for row in _json.rows(value, path))


def test_paths_lead_through_objects_and_arrays() -> None:
    value = {"a": [{"b": " x "}, {"b": 7}], "total": "12", "yes": True, "half": "\ud83d!"}
    assert _json.at(value, "") == value
    assert (_json.text(value, "a.0.b"), _json.text(value, "a.1.b"), _json.text(value, "a.2.b")) == ("x", "7", "")
    assert (_json.count(value, "total"), _json.count(value, "yes"), _json.count(value, "nowhere")) == (12, None, None)
    assert (_json.text(value, "yes"), _json.text(value, "half")) == ("", "\ufffd!")
    assert _json.rows({"rows": [{"a": 1}, "odd"]}, "rows") == [{"a": 1}, {}]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"<html></html>", "not_json"),
        (b"[" * 100_000, "not_json"),
        (b"9" * 5000, "not_json"),
        (b'{"success": false}', "blocked"),
        ('{"msg": "系统繁忙"}'.encode(), "blocked"),
        ("<p>访问过于频繁，请稍后再试</p>".encode(), "blocked"),
        (b" \n", "empty"),
    ],
)
def test_what_is_no_answer_is_refused_with_its_reason(body: bytes, reason: str) -> None:
    with pytest.raises(Quarantined) as caught:
        _json.answer(Page(body))
    assert caught.value.reason == reason


def test_an_answer_without_its_array_is_no_empty_list() -> None:
    with pytest.raises(Quarantined, match=r"res\.rows"):
        _json.rows({"res": {}}, "res.rows")


@pytest.mark.parametrize(
    "said",
    [
        {"code": 500},
        {"code": "-1"},
        {"status": 503},
        {"msg": "系统异常"},
        {"code": 1, "message": "Internal Server Error"},
    ],
)
def test_an_answer_that_failed_by_its_own_words_is_no_empty_list(said: dict[str, object]) -> None:
    with pytest.raises(Quarantined, match="refused"):
        _json.rows({**said, "total": 0, "rows": []}, "rows")
    assert _json.rows({**said, "rows": [{"a": 1}]}, "rows") == [{"a": 1}]
    for well in (
        {"code": 0, "msg": "没有找到相关结果"},
        {"code": 200, "message": "success"},
        {"status": "1", "error": ""},
    ):
        assert _json.rows({**well, "rows": []}, "rows") == []
