"""gov.cn: searches in both shapes, documents in three templates, types by title."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.errors import Quarantined
from etl.parsers import _policy, govcn
from etl.records.parsed import ListPage, Page, Record, fingerprint
from fincity.demo import corpus as corpora
from fincity.demo.corpus import Corpus
from fincity.demo.portal import Portal, serve
from tests.mutations import mutated

PAGES = Path(__file__).parent / "pages" / "govcn"
SITE = "https://www.gov.cn/zhengce"
LISTED = Record(
    "govcn",
    "6900501",
    f"{SITE}/202401/content_6900501.htm",
    title="青禾部关于白石的通知",
    published_at="2024-01-02T08:00:00+08:00",
    doc_number="青禾发〔2024〕1号",
    issuers=("青禾部",),
    kind="policy",
)


def page(name: str, url: str | None = None, listed: Record | None = None) -> Page:
    return Page((PAGES / name).read_bytes(), "govcn", url, "text/html", listed)


def answer(**fields: object) -> Page:
    return Page(json.dumps(fields, ensure_ascii=False).encode())


# --- lists ------------------------------------------------------------------------------------------------------------


def test_a_search_gives_its_documents_and_the_totals_the_site_states() -> None:
    found = govcn.parse_list(page("search.json"))
    assert (found.listed, found.pages) == (6203, 125)
    assert [i.source_id for i in found.items] == ["6900101", "g10605", "gongbao-1234567", "77004"]
    first = found.items[0]
    assert first.title == "青禾部 白石部关于印发《科技成果转化贷款管理办法（试行）》的通知"
    assert (first.kind, first.doc_number, first.doc_type) == ("policy", "青禾规〔2024〕5号", "办法")
    assert first.issuers == ("青禾部", "白石部", "远山委")
    assert first.published_at == "2024-03-05T08:54:10+08:00"
    assert first.url == f"{SITE}/zhengceku/202403/content_6900101.htm?from=list"


def test_the_feed_of_latest_policies_states_nothing_and_is_never_known_to_be_all() -> None:
    found = govcn.parse_list(page("latest.json", "https://www.gov.cn/zhengce/zuixin/ZUIXINZHENGCE.json"))
    assert [(i.source_id, (i.published_at or "")[:10], i.doc_type) for i in found.items] == [
        ("7060001", "2026-03-12", "通知"),
        ("7060002", "2026-03-11", "通知"),
    ]
    assert (found.listed, found.pages, found.last) == (None, None, False)
    assert found.warnings == ("row 3: no number or no title",)


def test_milliseconds_before_september_2001_have_twelve_digits() -> None:
    reply = govcn.parse_list(page("search.json")).items[1]
    assert (reply.published_at, reply.doc_number) == ("2000-02-29T00:00:00+08:00", "国函〔2000〕12号")
    assert (reply.issuers, reply.doc_type) == (("国务院",), None)


def test_rows_that_cannot_be_used_or_contradict_themselves_are_named() -> None:
    found = govcn.parse_list(page("search.json"))
    assert found.warnings == (
        "row 4: pubtime is 2024-01-01, printed is 2024-02-01",
        "row 5: no number or no title",
        "row 6: no JSON object",
    )
    assert found.items[3].published_at == "2024-02-01T00:00:00+08:00"


def test_all_libraries_together_stand_in_a_map_of_categories() -> None:
    found = govcn.parse_list(page("search_all.json", "https://sousuo.www.gov.cn/search-gov/data?t=zhengcelibrary"))
    assert [(i.source_id, i.doc_number) for i in found.items] == [
        ("6900201", "国发〔2024〕1号"),
        ("6900202", "白石部令第7号"),
    ]
    assert (found.listed, found.pages) == (12, 9)
    assert found.items[0].url == "https://sousuo.www.gov.cn/zhengce/content/202401/content_6900201.htm"


def test_no_results_are_an_empty_list_and_no_error() -> None:
    assert govcn.parse_list(page("search_none.json")) == ListPage((), 0, 0)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b'{"code": 500, "msg": "oops"}', "refused"),
        (b'{"searchVO": {"listVO": []}}', "refused"),
        ('{"code": 403, "msg": "访问过于频繁，请稍后再试"}'.encode(), "blocked"),
        ("<html><body>访问过于频繁，请稍后再试</body></html>".encode(), "blocked"),
        (b"<html><body>hello</body></html>", "not_json"),
        (b'{"code": 200', "not_json"),
        (b"[" * 100_000, "not_json"),
        (b"[1]", "not_a_list"),
        (b'{"code": 200, "searchVO": null}', "not_a_list"),
        (b'{"code": 200, "searchVO": {"listVO": null, "catMap": {}}}', "not_a_list"),
        (b" ", "empty"),
    ],
)
def test_any_other_answer_is_quarantined_and_never_an_empty_list(body: bytes, reason: str) -> None:
    with pytest.raises(Quarantined) as caught:
        govcn.parse_list(Page(body))
    assert caught.value.reason == reason


def test_a_search_is_told_from_a_document() -> None:
    assert all(govcn.is_list(page(p.name)) == (p.suffix == ".json") for p in PAGES.iterdir())


def test_half_characters_and_strange_addresses_leave_a_record_that_can_be_stored() -> None:
    row = {"id": "9", "title": "青\ud800禾", "url": "http://[broken/content_1.htm", "pubtime": True}
    found = govcn.parse_list(answer_of(row))
    (item,) = found.items
    assert (item.source_id, item.url, item.published_at) == ("9", None, None)
    assert fingerprint(item)


def answer_of(row: object) -> Page:
    return Page(json.dumps({"code": 200, "searchVO": {"listVO": [row]}}).encode())


# --- documents --------------------------------------------------------------------------------------------------------


def test_a_table_of_labels_gives_the_facts_and_tables_of_the_text_do_not() -> None:
    record = govcn.parse_detail(page("table.htm", f"{SITE}/content/202403/content_6900301.htm"))
    assert (record.kind, record.source_id) == ("policy", "6900301")
    assert record.title == "国务院办公厅关于印发青禾行动方案（2024—2026年）的通知"
    assert (record.doc_number, record.issuers, record.doc_type) == ("国办发〔2024〕9号", ("国务院办公厅",), "方案")
    assert record.published_at == "2024-03-05T08:54:10+08:00"
    assert record.text is not None
    assert "附表里的另一标题" in record.text
    assert "首页" not in record.text
    assert not [w for w in ("钱示例", "81234567") if w in str(record.to_dict())]
    assert (record.warnings, record.parser, record.parser_version) == ((), "govcn", govcn.VERSION)


def test_a_plain_page_gives_its_number_from_a_line_of_its_own_and_the_day_it_shows() -> None:
    record = govcn.parse_detail(page("plain.htm", f"{SITE}/202306/content_6900302.htm"))
    assert (record.doc_number, record.doc_type) == ("青禾发〔2012〕31号", "意见")
    assert record.published_at == "2012-07-01T09:30:00+08:00"
    assert record.issuers == ("青禾部",)
    assert record.warnings == (
        "published_at: the page shows 2012-07-01, its meta element says 2023-06-30",
        "issuers: from the title",
    )


def test_a_page_of_the_ministries_library_is_known_by_its_manuscript_number() -> None:
    record = govcn.parse_detail(page("library.htm"))
    assert (record.source_id, record.title) == ("6900401", "关于发布白石目录的公告")
    assert record.issuers == ("白石部", "青禾部", "海关总署")
    assert (record.doc_number, record.doc_type) == ("白石部公告2024年第3号", None)
    assert record.published_at == "2024-01-02T00:00:00+08:00"


def test_what_the_page_leaves_out_comes_from_the_list_and_is_said() -> None:
    record = govcn.parse_detail(page("bare.htm", LISTED.url, LISTED))
    same = ("source_id", "title", "published_at", "doc_number", "issuers", "url")
    assert all(getattr(record, name) == getattr(LISTED, name) for name in same)
    assert record.doc_type == "通知"
    assert record.warnings == tuple(
        f"{name}: from the list" for name in ("title", "published_at", "doc_number", "issuers")
    )


def test_a_number_that_the_list_gives_otherwise_is_reported() -> None:
    record = govcn.parse_detail(page("plain.htm", LISTED.url, LISTED))
    assert record.doc_number == "青禾发〔2012〕31号"
    assert "doc_number: the list says 青禾发〔2024〕1号" in record.warnings


def test_without_a_number_in_the_address_list_and_document_agree_on_that_of_the_row() -> None:
    item = govcn.parse_list(page("search.json")).items[3]
    assert govcn.parse_detail(page("library.htm", item.url, item)).source_id == item.source_id == "77004"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"<html><body><h1>404</h1></body></html>", "body_missing"),
        (b"http://www.gov.cn/", "body_missing"),
        ("<html><body>访问过于频繁，请稍后再试</body></html>".encode(), "blocked"),
        (b'<h1>x</h1><div id="UCAP-CONTENT"> </div>', "body_missing"),
        ('<h1>白石</h1><div id="UCAP-CONTENT">正文</div>'.encode(), "missing_field"),
        ('<meta name="manuscriptId" content="1"><div id="UCAP-CONTENT">正文</div>'.encode(), "missing_field"),
        (b'<div id="UCAP-CONTENT">' + b"<div>" * 5000 + "正文".encode(), "nested_too_deep"),
    ],
)
def test_a_page_that_is_no_document_is_quarantined_with_a_reason(body: bytes, reason: str) -> None:
    with pytest.raises(Quarantined) as caught:
        govcn.parse_detail(Page(body))
    assert caught.value.reason == reason


# --- types of documents -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("白石市关于促进科技金融的若干措施（试行）", "办法"),
        ("青禾部关于印发《白石贷款管理办法》的通知", "办法"),
        ("国务院办公厅转发青禾部关于加快发展若干意见的通 知", "意见"),
        ("青禾部印发《关于白石的实施方案》的通知", "方案"),
        ("青禾部关于印发《白石计划》《青禾细则》等三个文件的通知", "细则"),
        ("青禾部关于印发《白石意见》重点任务分工的通知", "通知"),
        ("青禾部关于印发贯彻《白石意见》实施方案的通知", "方案"),
        ("青禾部关于印发2024年工作要点的通知", "通知"),
        ("青禾部关于公开征求《白石办法》意见的通知", "通知"),
        ("中共中央办公厅 国务院办公厅印发《关于白石的意见》", "意见"),
        ("国务院关于修改《白石条例》的决定", "规定"),
        ("国务院关于白石规划的批复", None),
        ("《白石办法》政策解读", None),
        ("", None),
    ],
)
def test_the_title_says_the_type_and_of_a_covering_notice_the_document_inside(title: str, expected: str | None) -> None:
    assert _policy.doc_type(title) == expected


@given(
    st.sampled_from(["印发", "转发", "批转", "发布", "公布"]),
    st.sampled_from(["办法", "措施", "意见", "规定", "条例", "方案", "规划", "细则"]),
    st.sampled_from(["", "（试行）", "（2024—2026年）"]),
)
def test_a_covering_notice_has_the_type_of_the_document_alone(verb: str, kind: str, note: str) -> None:
    alone = _policy.doc_type(f"白石{kind}{note}")
    assert alone is not None
    for inside in (f"《白石{kind}{note}》", f"《白石{kind}》{note}", f"白石{kind}{note}"):
        assert _policy.doc_type(f"青禾部关于{verb}{inside}的通知") == alone


@given(st.text(max_size=80))
def test_any_title_has_one_of_six_types_or_none(title: str) -> None:
    assert _policy.doc_type(title) in {None, "办法", "意见", "通知", "规定", "方案", "细则"}


@given(st.sampled_from(["〔{}〕", "[{}]", "［{}］", "({})", "（{}）", "【{}】"]), st.sampled_from(["", " ", "\u3000"]))
def test_numbers_have_one_spelling_so_that_copies_merge(brackets: str, blank: str) -> None:
    assert _policy.doc_number(f"国发{brackets.format(2024)}{blank}5{blank}号") == "国发〔2024〕5号"


# --- hostile input ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [p.name for p in sorted(PAGES.iterdir())])
def test_damaged_pages_end_in_a_record_or_in_quarantine(name: str) -> None:
    good = (PAGES / name).read_bytes()
    for seed in range(75):
        damaged = Page(mutated(good, seed), "govcn", LISTED.url, None, LISTED)
        with suppress(Quarantined):
            found = govcn.parse_list(damaged)
            assert all(fingerprint(item) and item.title for item in found.items)
        with suppress(Quarantined):
            record = govcn.parse_detail(damaged)
            assert fingerprint(record)
            assert record.text
            assert record.source_id == LISTED.source_id


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)
_ROW = st.fixed_dictionaries(dict.fromkeys(("id", "title", "url", "pcode", "puborg", "pubtime", "pubtimeStr"), _JSON))


@given(st.lists(_ROW | _JSON, max_size=3), _JSON, _JSON)
def test_rows_of_any_shape_never_break_the_list(rows: list[object], total: object, categories: object) -> None:
    with suppress(Quarantined):
        found = govcn.parse_list(answer(code=200, searchVO={"listVO": rows, "totalCount": total, "catMap": categories}))
        assert all(fingerprint(item) for item in found.items)


@given(st.binary(max_size=300))
def test_any_bytes_end_in_quarantine(body: bytes) -> None:
    for parse in (govcn.parse_list, govcn.parse_detail):
        with pytest.raises(Quarantined):
            parse(Page(body, "govcn", LISTED.url, None, LISTED))


def test_an_endless_title_costs_no_endless_time() -> None:
    body = b"<h1>" + "》）关于印发".encode() * 100_000 + b'</h1><div id="UCAP-CONTENT">' + b"x" * 60 + b"</div>"
    assert govcn.parse_detail(Page(body, "govcn", LISTED.url)).doc_type is None


# --- the demonstration's portal ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def small() -> Corpus:
    return corpora.make("small")


@pytest.fixture(scope="module")
def portal(small: Corpus) -> Iterator[Portal]:
    with serve(small) as running:
        yield running


def fetched(portal: Portal, url: str, listed: Record | None = None) -> Page:
    connection = http.client.HTTPConnection("127.0.0.1", portal.port, timeout=20)
    connection.request("GET", url, headers={"Host": urlsplit(url).netloc})
    got = connection.getresponse()
    body, content_type = got.read(), got.headers["Content-Type"]
    connection.close()
    return Page(body, "demo_govcn", url, content_type, listed)


def test_every_policy_the_portal_serves_is_read_as_it_was_made(small: Corpus, portal: Portal) -> None:
    """Over HTTP, in both shapes of the search: the ids of list and document agree, and nothing is quarantined."""
    address = "http://sousuo.gov.demo.invalid/search-gov/data?p=1&n=500&t="
    whole = govcn.parse_list(fetched(portal, f"{address}zhengcelibrary"))
    single = [govcn.parse_list(fetched(portal, address + name)) for name in sorted({p.library for p in small.policies})]
    made = {p.source_id: p for p in small.policies}
    assert sorted(i.source_id for i in whole.items) == sorted(i.source_id for s in single for i in s.items)
    assert sorted(i.source_id for i in whole.items) == sorted(made)
    assert whole.listed == sum(s.listed or 0 for s in single) == len(made)
    for item in whole.items:
        assert item.url is not None
        policy, record = made[item.source_id], govcn.parse_detail(fetched(portal, item.url, item))
        shown = replace(record, raw_sha256=item.raw_sha256, text=None, warnings=())
        assert shown == item
        assert (record.title, record.doc_number, record.issuers, record.doc_type) == (
            policy.title,
            policy.doc_number,
            (policy.issuer,),
            policy.doc_type,
        )
        assert record.published_at == f"{policy.published.replace(' ', 'T')}+08:00"
        assert record.text is not None
        assert all(paragraph in record.text for paragraph in policy.paragraphs)


@pytest.mark.realdata
def test_real_addresses_of_the_state_council_library_have_distinct_numbers(shared_data: Path) -> None:
    book = openpyxl.load_workbook(shared_data / "policies" / "titles" / "State_Council.xlsx", read_only=True)
    rows = list(book.worksheets[0].iter_rows(min_row=2, max_col=2, values_only=True))
    book.close()
    urls = {str(url) for url, _ in rows}
    assert len({govcn.source_id(url) for url in urls} - {None}) == len(urls) > 5000
    types = {_policy.doc_type(str(title)) for _, title in rows}
    assert types == {None, "办法", "意见", "通知", "规定", "方案", "细则"}
