"""gkmlpt of Guangdong: lists with totals, documents in the script of a page or in its table and text."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.errors import Quarantined
from etl.parsers import gkmlpt
from etl.records.parsed import Page, Record, fingerprint
from tests.mutations import mutated

PAGES = Path(__file__).parent / "pages" / "gkmlpt"
SITE = "http://www.gd.gov.cn/gkmlpt/"
POST = f"{SITE}content/4/4851/post_4851130.html"
LISTED = Record("guangdong_gov", "4851130", POST, title="白石通知", kind="policy")


def page(name: str, url: str, listed: Record | None = None) -> Page:
    return Page((PAGES / name).read_bytes(), "guangdong_gov", url, None, listed)


def test_a_list_gives_its_articles_and_its_own_total() -> None:
    found = gkmlpt.parse_list(page("list.json", f"{SITE}api/all/5?page=1&sid=2"))
    first, second = found.items
    assert (first.source_id, first.doc_number, first.issuers) == (
        "4851130",
        "粤府办〔2026〕2号",
        ("广东省人民政府办公厅",),
    )
    assert (first.doc_type, first.url, (first.published_at or "")[:10]) == ("方案", POST, "2026-02-01")
    assert (second.issuers, (second.published_at or "")[:10]) == (("白石厅", "青禾局"), "2026-01-31")
    assert second.url == f"{SITE}content/4/4851/post_4851000.html"
    assert found.listed == 6100
    assert found.warnings == ("1 articles without number or title", "the column counts 6213 articles, the list 6100")


def test_a_document_is_read_from_the_script_of_its_page() -> None:
    record = gkmlpt.parse_detail(page("post.html", POST, LISTED))
    assert (record.source_id, record.doc_number, record.doc_type) == ("4851130", "粤府办〔2026〕2号", "方案")
    assert (record.issuers, record.published_at) == (("广东省人民政府办公厅",), "2026-02-01T00:00:00+08:00")
    assert (record.text or "").startswith("各地级以上市人民政府")
    assert record.warnings == ()
    assert not [w for w in ("李示例", "83131234") if w in str(record.to_dict())]


def test_where_the_script_cannot_be_read_table_and_text_of_the_page_are() -> None:
    record = gkmlpt.parse_detail(
        page("post_table.html", "http://www.szpsq.gov.cn/gkmlpt/content/9/9103/post_9103540.html")
    )
    assert (record.source_id, record.title) == ("9103540", "白石区人民政府关于青禾的公告")
    assert (record.issuers, record.doc_number) == (("白石区人民政府",), None)
    assert record.published_at == "2021-09-03T00:00:00+08:00"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b'{"articles": []}', "missing_field"),
        (b'{"total": 3}', "not_a_list"),
        (b'{"total": 3, "articles": [{"id": "x"}]}', "not_a_list"),
        (b"[]", "not_a_list"),
        ('{"message": "访问过于频繁"}'.encode(), "blocked"),
        (b"<html>", "not_json"),
    ],
)
def test_any_other_answer_is_quarantined_and_never_an_empty_list(body: bytes, reason: str) -> None:
    with pytest.raises(Quarantined) as caught:
        gkmlpt.parse_list(Page(body))
    assert caught.value.reason == reason


def test_lists_are_told_from_documents() -> None:
    assert [gkmlpt.is_list(page(p.name, SITE)) for p in sorted(PAGES.iterdir())] == [True, False, False]


def test_a_page_of_another_document_says_so() -> None:
    other = gkmlpt.parse_detail(page("post.html", f"{SITE}content/4/4851/post_4850000.html", LISTED))
    assert other.source_id == "4851130"  # its own number, whatever was asked for


@pytest.mark.parametrize("name", [p.name for p in sorted(PAGES.iterdir())])
def test_damaged_pages_end_in_a_record_or_in_quarantine(name: str) -> None:
    good = (PAGES / name).read_bytes()
    for seed in range(170):
        damaged = Page(mutated(good, seed), "guangdong_gov", POST, None, LISTED)
        with suppress(Quarantined):
            assert all(fingerprint(item) and item.title for item in gkmlpt.parse_list(damaged).items)
        with suppress(Quarantined):
            assert fingerprint(gkmlpt.parse_detail(damaged))


@given(st.binary(max_size=300))
def test_any_bytes_end_in_quarantine(body: bytes) -> None:
    for parse in (gkmlpt.parse_list, gkmlpt.parse_detail):
        with pytest.raises(Quarantined):
            parse(Page(body, "guangdong_gov", POST, None, LISTED))
