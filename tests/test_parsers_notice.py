"""The family `notice`: JSON lines from anyone's crawler."""

from __future__ import annotations

from pathlib import Path

import pytest

from etl.errors import Quarantined
from etl.parsers import QuarantinedRow, decode, notice
from etl.records.parsed import Page, Record
from tests.mutations import mutated

ROWS = Path(__file__).parent / "pages" / "notice" / "rows.jsonl"


def parsed(data: bytes) -> dict[str, Record | QuarantinedRow]:
    return {row.source_id: row for row in notice.parse_rows(data, "demo", "rows.jsonl")}


def test_every_line_becomes_a_record_or_is_quarantined_with_its_reason() -> None:
    rows = parsed(ROWS.read_bytes())
    reasons = {key: row.reason for key, row in rows.items() if isinstance(row, QuarantinedRow)}
    assert reasons == {"n3": "redirect_stub", "n4": "body_missing", "rows.jsonl:6": "not_json"}
    assert {key: row.notice_type for key, row in rows.items() if isinstance(row, Record)} == {
        "n1": "award",
        "n2": "shortlist",
        "n5": "award",
    }


def test_a_row_is_read_whole() -> None:
    row = parsed(ROWS.read_bytes())["n1"]
    assert isinstance(row, Record)
    assert (row.purchaser, row.purchaser_address, row.agency) == (
        "白石银行股份有限公司",
        "青禾市扬子西路79号",
        "远山招标有限公司",
    )
    assert (row.project_code, row.published_at) == ("BS-2026-1", "2026-07-03T00:00:00+08:00")
    assert [(s.name, lot.amount_yuan) for lot in row.lots for s in lot.suppliers] == [
        ("青禾信息科技有限公司", "208000.00")
    ]
    assert not [w for w in ("钱示例", "孙样板", "李假名", "13912345678") if w in str(row.to_dict())]


def test_a_table_without_separators_is_cut_where_the_tax_proves_it() -> None:
    row = parsed(ROWS.read_bytes())["n5"]
    assert isinstance(row, Record)
    (lot,) = row.lots
    assert (lot.suppliers[0].name, lot.amount_yuan, lot.tax_basis) == ("青禾科建建设集团有限公司", "1038121.80", "incl")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"[1]", "not_json"),
        (b'{"id": "x"}', "missing_field"),
        (b'{"id": "x", "title": "\xe7\x94\xb2", "content_text": "a/b/c.pdf"}', "body_missing"),
        (b'{"id": "x", "title": 5, "content_html": ["a"]}', "missing_field"),
        (b'{"id": "\xff"}', "unreadable_encoding"),
        (b"[" * 100_000, "not_json"),
    ],
)
def test_hostile_rows_are_quarantined(line: bytes, reason: str) -> None:
    (row,) = notice.parse_rows(line, "demo", "f")
    assert isinstance(row, QuarantinedRow)
    assert row.reason == reason


def test_bytes_are_decoded_whatever_charset_they_claim() -> None:
    text = "<html><meta charset='utf-8'><p>中标结果公告：青禾有限公司</p></html>"
    for data, claim in [
        (text.encode("gb18030"), None),
        (text.encode("gb18030"), "text/html; charset=utf-8"),
        (text.replace("utf-8", "gb2312").encode("utf-8"), None),
        (text.encode("utf-8-sig"), None),
        (text.encode("utf-16"), None),
        (text.encode()[:-3], "text/html; charset=gbk"),
    ]:
        assert "青禾有限公司" in decode(Page(data, content_type=claim))
    for data, reason in [
        (b"", "empty"),
        (bytes(range(128, 256)) * 20, "unreadable_encoding"),
        (b"x" * 8_000_001, "too_large"),
    ]:
        with pytest.raises(Quarantined) as caught:
            decode(Page(data))
        assert caught.value.reason == reason


def test_mutated_rows_are_parsed_or_quarantined() -> None:
    data = ROWS.read_bytes()
    for seed in range(120):
        for row in notice.parse_rows(mutated(data, seed), "demo", "f"):
            assert isinstance(row, Record) or row.reason
