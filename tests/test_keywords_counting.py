"""Counts and hits of texts, as `fincity match` writes them."""

from __future__ import annotations

import keywords
from keywords import Matched, Text, match_stream
from keywords.counting import (
    CountRow,
    HitRow,
    characters,
    count,
    count_rows,
    hit_rows,
    wide_header,
    wide_row,
)

TEXTS = [("a", "智能客服与智能柜台，\n人工智能；IT运维"), ("b", "食堂食材"), ("c", "区块链")]


def _matched(text: str) -> Matched:
    return next(match_stream([Text("a", text, "title")], keywords.load("fintech_taxonomy")))


def test_only_terms_with_hits_have_a_row_in_order_of_text_and_term() -> None:
    assert list(count(TEXTS, keywords.load("fintech_taxonomy"))) == [
        CountRow("a", "IT", "fintech_taxonomy", "底层技术", "云计算", 1),
        CountRow("a", "人工智能", "fintech_taxonomy", "底层技术", "人工智能", 1),
        CountRow("a", "智能*", "fintech_taxonomy", "实践应用", "实践应用", 2),
        CountRow("c", "区块链", "fintech_taxonomy", "底层技术", "区块链", 1),
    ]


def test_a_term_without_group_has_empty_layer_and_dimension() -> None:
    rows = list(count([("a", "大数据")], keywords.load("digital_li_chuntao_2020")))
    assert rows == [CountRow("a", "大数据", "digital_li_chuntao_2020", "", "", 1)]


def test_the_policy_is_that_of_the_call() -> None:
    lexicon = keywords.load("fintech_taxonomy")
    assert [row.term for row in count([("a", "特征信息")], lexicon)] == []
    assert [row.term for row in count([("a", "特征信息")], lexicon, "published")] == ["征信"]


def test_hits_carry_span_and_context_of_the_text_as_given() -> None:
    rows = list(hit_rows(_matched("甲" * 30 + "\n５Ｇ 消息" + "乙" * 30)))
    assert rows == [HitRow("a", "title", 31, 33, "５Ｇ", "5G", "甲" * 19 + " ５Ｇ 消息" + "乙" * 17)]


def test_the_wide_row_has_totals_and_a_column_for_every_term() -> None:
    lexicon = keywords.load("fintech_taxonomy")
    row = wide_row(_matched(TEXTS[0][1]), lexicon)
    assert list(row) == wide_header(lexicon)
    assert len(row) == 7 + 2 + 6 + 69
    found = {key: value for key, value in row.items() if value}
    assert found == {
        "document": "a",
        "lexicon": "fintech_taxonomy",
        "characters": 19,
        "hits": 4,
        "terms": 3,
        "dimensions": "人工智能;云计算;实践应用",
        "primary": "人工智能",
        "layer:底层技术": 2,
        "layer:实践应用": 2,
        "dimension:人工智能": 1,
        "dimension:云计算": 1,
        "dimension:实践应用": 2,
        "term:IT": 1,
        "term:人工智能": 1,
        "term:智能*": 2,
    }


def test_a_document_without_hits_keeps_its_wide_row() -> None:
    row = wide_row(_matched("食堂 食材"), keywords.load("fintech_taxonomy"))
    assert (row["characters"], row["hits"], row["terms"]) == (4, 0, 0)


def test_long_and_wide_rows_agree() -> None:
    lexicon = keywords.load("digital_121")
    matched = next(match_stream([Text("a", "数字经济、人工智能、5G和人工智能")], lexicon))
    rows = list(count_rows(matched, lexicon))
    wide = wide_row(matched, lexicon)
    assert {f"term:{row.term}": row.hits for row in rows}.items() <= wide.items()
    assert sum(row.hits for row in rows) == wide["hits"] == len(matched.hits)


def test_characters_leave_out_all_white_space() -> None:
    assert characters(" 人工\u3000智能\r\n\tIT\xa0") == 6
