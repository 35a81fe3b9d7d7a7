"""Policies listed in JSON: rows by paths of the YAML, documents in JSON or with a page of their own."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers import sources
from etl.errors import Quarantined
from etl.parsers import policy_json
from etl.records.parsed import Page, Record, fingerprint
from tests.mutations import mutated

PAGES = Path(__file__).parent / "pages" / "policy_json"
API = "https://www.nfra.gov.cn/cbircweb/DocInfo/"


def page(name: str, source: str = "nfra", url: str = f"{API}x", listed: Record | None = None) -> Page:
    return Page((PAGES / name).read_bytes(), source, url, None, listed, sources.load(source).facts.reading)


def answer(value: object) -> Page:
    return replace(page("list.json"), body=json.dumps(value, ensure_ascii=False).encode())


def test_rows_say_what_the_paths_of_the_yaml_lead_to() -> None:
    found = policy_json.parse_list(page("list.json"))
    assert [(i.source_id, (i.published_at or "")[:10]) for i in found.items] == [
        ("1192308", "2024-12-27"),
        ("1187001", "2024-11-01"),
        ("1187000", ""),
    ]
    first = found.items[0]
    assert first.title == "白石监管总局关于印发《银行数据安全管理办法》的通知（白石金〔2024〕24号）"
    assert (first.doc_number, first.doc_type, first.kind) == ("白石金〔2024〕24号", "办法", "policy")
    assert first.url == "https://www.nfra.gov.cn/cn/view/pages/ItemDetail.html?docId=1192308"
    assert (found.listed, found.last) == (1204, False)
    assert found.warnings == ("row 3: no day", "row 4: no number or no title", "row 5: no number or no title")


def test_a_document_in_json_is_read_without_the_marks_of_word_and_without_persons() -> None:
    record = policy_json.parse_detail(page("detail.json"))
    assert (record.source_id, record.title) == ("1192308", "白石监管总局关于印发《银行数据安全管理办法》的通知")
    assert (record.doc_number, record.doc_type) == ("白石金〔2024〕24号", "办法")
    assert record.published_at == "2024-12-27T10:27:00+08:00"
    assert record.issuers == ("白石监管总局",)
    assert record.warnings == ("issuers: from the title",)
    assert not [w for w in ("孙示例", "66278899", "Normal", "margin") if w in str(record.to_dict())]


def test_without_a_number_rows_are_known_by_their_addresses() -> None:
    found = policy_json.parse_list(page("channel.json", "csrc", "http://www.csrc.gov.cn/searchList/a1?page=1"))
    assert [(i.source_id, i.url) for i in found.items] == [
        ("c7483190", "http://www.csrc.gov.cn/csrc/c101953/c7483190/content.shtml"),
        ("c7564346", "http://www.csrc.gov.cn/csrc/c101954/c7564346/content.shtml"),
    ]
    assert found.items[1].doc_number == "白石公告〔2025〕12号"
    record = policy_json.parse_detail(page("detail.html", "csrc", found.items[1].url or "", found.items[1]))
    assert (record.source_id, record.doc_number) == ("c7564346", "白石公告〔2025〕12号")
    assert (record.published_at, record.issuers) == ("2025-06-13T00:00:00+08:00", ("白石证监会",))


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ({"rptCode": 200, "data": {"rows": []}}, "missing_field"),
        ({"rptCode": 200, "data": {"total": 3, "rows": [{"x": 1}]}}, "not_a_list"),
        ({"rptCode": 200, "data": {"total": 3}}, "not_a_list"),
        ({"rptCode": 500, "msg": "系统错误", "data": None}, "refused"),
        ({"msg": "访问过于频繁"}, "blocked"),
        ([], "refused"),
    ],
)
def test_any_other_answer_is_quarantined_and_never_an_empty_list(value: object, reason: str) -> None:
    with pytest.raises(Quarantined) as caught:
        policy_json.parse_list(answer(value))
    assert caught.value.reason == reason


def test_no_rows_and_a_total_of_none_are_an_empty_list() -> None:
    assert policy_json.parse_list(answer({"rptCode": 200, "data": {"total": 0, "rows": []}})).listed == 0


def test_a_document_without_text_is_missing_and_a_refusal_is_none() -> None:
    for value, reason in (
        ({"rptCode": 200, "data": {"docId": 1, "docTitle": "x", "docClob": ""}}, "body_missing"),
        ({"rptCode": 200, "data": {"docId": 1, "docTitle": "x", "docClob": "<p>见附件</p>"}}, "body_missing"),
        ({"rptCode": 404}, "refused"),
    ):
        with pytest.raises(Quarantined) as caught:
            policy_json.parse_detail(answer(value))
        assert caught.value.reason == reason


def test_lists_are_told_from_documents() -> None:
    assert [policy_json.is_list(page(p.name)) for p in sorted(PAGES.glob("*.json"))] == [False, False, True, False]
    assert policy_json.is_list(page("channel.json", "csrc"))
    assert not policy_json.is_list(page("detail.html", "csrc"))


@pytest.mark.parametrize("name", [p.name for p in sorted(PAGES.iterdir())])
def test_damaged_answers_end_in_a_record_or_in_quarantine(name: str) -> None:
    source = "csrc" if name in ("channel.json", "detail.html") else "nfra"
    good = page(name, source, "https://www.csrc.gov.cn/csrc/c1/c2/content.shtml")
    for seed in range(100):
        damaged = replace(good, body=mutated(good.body, seed))
        with suppress(Quarantined):
            assert all(fingerprint(item) and item.title for item in policy_json.parse_list(damaged).items)
        with suppress(Quarantined):
            assert fingerprint(policy_json.parse_detail(damaged))


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)
_ROW = st.fixed_dictionaries(dict.fromkeys(("docId", "docTitle", "docSubtitle", "publishDate"), _JSON))
_DOCUMENT = st.fixed_dictionaries(dict.fromkeys(("docId", "docTitle", "publishDate", "documentNo", "docClob"), _JSON))


@given(st.lists(_ROW | _JSON, max_size=3), _DOCUMENT | _JSON)
def test_values_of_any_type_never_break_the_reading(rows: list[object], document: object) -> None:
    with suppress(Quarantined):
        found = policy_json.parse_list(answer({"rptCode": 200, "data": {"total": 9, "rows": rows}}))
        assert all(fingerprint(item) for item in found.items)
    with suppress(Quarantined):
        assert fingerprint(policy_json.parse_detail(answer({"rptCode": 200, "data": document})))
