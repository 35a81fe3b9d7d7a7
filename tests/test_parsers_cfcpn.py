"""cfcpn.com: JSON lists and details."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

import pytest

from etl.errors import Quarantined
from etl.parsers import cfcpn
from etl.records.parsed import Page
from tests.mutations import mutated

PAGES = Path(__file__).parent / "pages" / "cfcpn"


def page(name: str, url: str | None = None) -> Page:
    return Page((PAGES / name).read_bytes(), "cfcpn", url)


def test_a_list_gives_its_rows_the_total_and_which_type_field_the_site_used() -> None:
    found = cfcpn.parse_list(page("list.json", "http://127.0.0.1:8080/cfcpn/jcw/noticeinfo/noticeInfo/dataNoticeList"))
    assert found.listed == 142588
    assert found.warnings == ("type read from purchaseTypeLable", "type read from purchaseTypeName")
    assert [(i.source_id[-2:], i.notice_type) for i in found.items] == [
        ("01", "award"),
        ("02", "candidate"),
        ("03", "supplier_call"),
    ]
    first = found.items[0]
    assert (first.purchaser, first.region_text) == ("白石银行股份有限公司", "北京市")
    assert first.published_at == "2026-03-05T08:54:10+08:00"
    assert first.url is not None
    assert first.url.startswith("http://127.0.0.1:8080/cfcpn/jcw/sys/index/goUrl?")
    assert first.url.endswith(f"column=4&searchVal={first.source_id}")


def test_a_detail_is_read_from_escaped_html_and_the_head_office_is_no_buyer() -> None:
    assert not cfcpn.is_list(page("detail.json"))
    record = cfcpn.parse_detail(page("detail.json"))
    assert (record.notice_type, record.purchaser) == ("award", "白石银行股份有限公司青禾分行")
    (lot,) = record.lots
    assert (lot.suppliers[0].name, lot.amount_yuan, lot.tax_basis) == ("青禾远卫保安服务有限公司", "816000.00", "incl")
    assert record.agency == "远山招标有限公司"
    said = str(record.to_dict())
    assert not [w for w in ("钱示例", "孙样板", "李假名", "8123456") if w in said]


def test_candidates_typed_as_a_tender_are_candidates_and_no_winners() -> None:
    record = cfcpn.parse_detail(page("detail_candidates.json"))
    assert record.notice_type == "candidate"
    assert [(x.status, x.suppliers[0].name, x.amount_yuan) for x in record.lots] == [
        ("candidate", "青禾软件股份有限公司", "2163000.00")
    ]
    assert "type read from purchaseTypeName" in record.warnings


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ((PAGES / "throttled.json").read_bytes(), "blocked"),
        ("<html>访问频繁</html>".encode(), "blocked"),
        ((PAGES / "detail_empty.json").read_bytes(), "body_missing"),
        (b'{"result": true, "total": 0, "rows": []}', "not_found"),
        (b'{"result": true}', "not_a_list"),
        (b"[1, 2", "not_json"),
        (b"\x80\x81\xff" * 50, "unreadable_encoding"),
        (b"\0\0\0", "empty"),
    ],
)
def test_what_is_no_notice_is_quarantined_with_its_reason(body: bytes, reason: str) -> None:
    with pytest.raises(Quarantined) as caught:
        cfcpn.parse_detail(Page(body))
    assert caught.value.reason == reason


def test_a_bare_array_is_a_list_without_a_total() -> None:
    rows = json.loads((PAGES / "list.json").read_text())["rows"]
    latest = Page(json.dumps(rows).encode())
    assert cfcpn.is_list(latest)
    assert (len(cfcpn.parse_list(latest).items), cfcpn.parse_list(latest).listed) == (3, None)


def test_mutated_answers_are_parsed_or_quarantined() -> None:
    bodies = [p.read_bytes() for p in sorted(PAGES.glob("*.json"))]
    for seed in range(300):
        damaged = Page(mutated(bodies[seed % len(bodies)], seed))
        for parse in (cfcpn.parse_detail, cfcpn.parse_list):
            with suppress(Quarantined):
                parse(damaged)
