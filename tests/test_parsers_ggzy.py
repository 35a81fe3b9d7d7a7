"""ggzy.gov.cn: lists of the API, shells with the notices of one purchase, bodies."""

from __future__ import annotations

import html
import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from etl.errors import Quarantined
from etl.parsers import ggzy
from etl.records.parsed import Page, Record
from tests.mutations import mutated

PAGES = Path(__file__).parent / "pages" / "ggzy"
SITE = "https://www.ggzy.gov.cn"
SHELL = f"{SITE}/information/deal/html/a/330000/0203/20260317/0033a1b2c3d4e5f60718293a4b5c6d7e8f90.html"
OLD_SHELL = f"{SITE}/information/html/a/350000/0102/202503/16/0035c1b2c3d4e5f60718293a4b5c6d7e8f92.shtml"
PLANTED = ("钱示例", "孙样板", "周某甲", "李假名", "87654321", "13912345678")


def page(name: str, url: str | None = None, **given: Any) -> Page:
    return Page((PAGES / name).read_bytes(), "ggzy", url, **given)


def contract(**given: Any) -> Record:
    """The contract, from its shell and its body."""
    return ggzy.parse_detail(page("shell.html", SHELL, parts=((PAGES / "body_contract.html").read_bytes(),), **given))


def test_a_list_gives_its_rows_as_the_platform_types_them_in_both_forms_of_addresses() -> None:
    found = ggzy.parse_list(page("list.json", f"{SITE}/information/pubTradingInfo/getTradList"))
    assert (found.listed, found.pages, found.warnings) == (1598, 80, ())
    assert [i.notice_type for i in found.items] == ["contract", "award", "other", "correction"]
    assert [i.region_text for i in found.items] == ["浙江省", "青禾市", "福建省", "北京市"]
    assert [i.url for i in found.items][::2] == [SHELL, OLD_SHELL]
    assert found.items[2].source_id == "0035c1b2c3d4e5f60718293a4b5c6d7e8f92"
    assert found.items[1].title == "青禾银行数据中心运维中标公告"
    assert found.items[0].published_at == "2026-03-17T00:00:00+08:00"


def test_the_list_as_a_browser_shows_it_says_the_same() -> None:
    (shown,) = ggzy.parse_list(page("list_shown.html")).items
    row = ggzy.parse_list(page("list.json")).items[1]
    same = ("source_id", "url", "title", "notice_type", "published_at")
    assert [getattr(shown, name) for name in same] == [getattr(row, name) for name in same]


def test_an_empty_list_is_one_and_a_captcha_or_a_tired_site_is_a_block() -> None:
    empty = ggzy.parse_list(page("list_empty.json"))
    assert (empty.items, empty.listed) == ((), 0)
    for name in ("list_captcha.json", "list_tired.json"):
        with pytest.raises(Quarantined, match=r"^blocked"):
            ggzy.parse_list(page(name))
    with pytest.raises(Quarantined, match="not_a_list: code 500"):
        ggzy.parse_list(Page('{"code": 500, "message": "系统异常"}'.encode()))
    with pytest.raises(Quarantined, match="missing_field"):
        ggzy.parse_list(Page(b'{"code": 200, "data": {"records": [{"title": "x"}]}}'))


@pytest.mark.parametrize("name", sorted(p.name for p in PAGES.glob("*")))
def test_lists_and_notices_are_told_apart(name: str) -> None:
    assert ggzy.is_list(page(name)) == name.startswith("list")


def test_a_shell_names_the_page_of_its_body_and_a_body_names_none() -> None:
    assert ggzy.parts(page("shell.html", SHELL)) == (SHELL.replace("/html/a/", "/html/b/"),)
    assert ggzy.parts(page("shell.html", OLD_SHELL)) == (OLD_SHELL.replace("/html/a/", "/html/b/"),)
    assert ggzy.parts(page("shell.html")) == (SHELL.replace("/html/a/", "/html/b/"),)  # saved without its address
    assert ggzy.parts(page("body_award.html", SHELL.replace("/html/a/", "/html/b/"))) == ()


def test_a_notice_is_its_shell_and_its_body_and_names_the_others_of_its_purchase() -> None:
    record = contract(listed=ggzy.parse_list(page("list.json")).items[0])
    assert (record.source_id, record.url) == ("0033a1b2c3d4e5f60718293a4b5c6d7e8f90", SHELL)
    assert (record.notice_type, record.project_code) == ("contract", "QHZC2026-007")
    assert record.related == ("0939b97b719c91e78b4857eed00f847e", "00334736dfd447f24276be579558af7a0d2a")
    assert (record.purchaser, record.region_text) == ("中国人民银行青禾市中心支行", "浙江省")


def test_the_day_of_signing_is_no_publication_and_nought_yuan_is_no_amount() -> None:
    record = contract()
    assert record.published_at == "2026-03-17T00:00:00+08:00"
    assert [(lot.amount_yuan, lot.amount_note) for lot in record.lots] == [(None, "0元 人民币")]
    priced = ggzy.parse_detail(page("body_contract_priced.html", SHELL.replace("/a/", "/b/")))
    assert [lot.amount_yuan for lot in priced.lots] == ["3140.47"]


def test_an_award_is_read_and_those_who_only_bid_are_no_winners() -> None:
    award = ggzy.parse_detail(page("body_award.html"))
    assert (award.notice_type, award.purchaser) == ("award", "青禾银行股份有限公司")
    assert [(lot.suppliers[0].name, lot.amount_yuan) for lot in award.lots] == [("云岭光电科技有限公司", "235000.00")]
    assert award.published_at == "2026-03-16T18:02:00+08:00"
    opening = ggzy.parse_detail(page("body_opening.html", OLD_SHELL))
    assert (opening.notice_type, opening.lots) == ("other", ())


def test_a_buyer_who_is_not_named_is_not_guessed() -> None:
    assert ggzy.parse_detail(page("body_no_buyer.html")).purchaser is None


@pytest.mark.parametrize("name", sorted(p.name for p in PAGES.glob("body_*.html")))
def test_no_planted_contact_or_expert_survives_in_any_field(name: str) -> None:
    said = str(ggzy.parse_detail(page(name)).to_dict())
    assert [word for word in PLANTED if word in said] == []


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (page("shell.html", SHELL), "parts_missing"),
        (page("shell.html", SHELL, parts=("<p>访问过于频繁，请稍后再试</p>".encode(),)), "blocked"),
        (page("shell.html", SHELL, parts=(b"<html><body>another template</body></html>",)), "missing_field"),
        (page("shell.html", SHELL, parts=(b'<div id="mycontent"></div>',)), "body_missing"),
        (Page("<html>系统维护中，请稍后访问</html>".encode()), "blocked"),
        (Page(b"<html><body>something else</body></html>"), "missing_field"),
    ],
)
def test_what_is_no_notice_is_quarantined_with_its_reason(given: Page, reason: str) -> None:
    with pytest.raises(Quarantined) as caught:
        ggzy.parse_detail(given)
    assert caught.value.reason == reason


def test_mutated_pages_are_parsed_or_quarantined() -> None:
    bodies = [p.read_bytes() for p in sorted(PAGES.glob("*"))]
    for seed in range(500):
        body = mutated(bodies[seed % len(bodies)], seed)
        damaged = Page(body, url=SHELL, parts=(mutated(bodies[seed % 5], seed + 1),))
        for parse in (ggzy.parse_detail, ggzy.parse_list, ggzy.parts):
            with suppress(Quarantined):
                parse(damaged)


@pytest.mark.realdata
def test_the_real_list_and_contract(shared_data: Path) -> None:
    folder = shared_data / "notices/ggzy"
    found = ggzy.parse_list(Page((folder / "api_sample.json").read_bytes(), "ggzy", SITE))
    assert (len(found.items), found.listed, found.pages, found.warnings) == (20, 1598, 80, ())
    assert all(
        i.notice_type and i.published_at and i.region_text and ggzy._PATH.search(i.url or "") for i in found.items
    )
    shown = ggzy.parse_list(Page((folder / "probe_page.html").read_bytes(), "ggzy", SITE))
    assert (len(shown.items), shown.listed, shown.pages, shown.warnings) == (20, 23621, 1182, ())
    first = found.items[0]
    shell = Page((folder / "detail_sample.html").read_bytes(), "ggzy", first.url, listed=first)
    assert ggzy.parts(shell) == ((first.url or "").replace("/a/", "/b/"),)
    body = (folder / "detail_b_sample.html").read_bytes()
    record = ggzy.parse_detail(Page(shell.body, "ggzy", first.url, listed=first, parts=(body,)))
    assert (record.source_id, record.notice_type, len(record.related)) == (first.source_id, "contract", 3)
    assert record.project_code == "330521253680050000027-ZJXCXZF-2025-JC57"
    assert record.purchaser is not None
    assert record.purchaser.startswith("德清县体育中心")
    assert [(lot.suppliers[0].name, lot.amount_yuan) for lot in record.lots] == [
        ("湖州新国旅外事旅游汽车服务有限公司", None)
    ]


@pytest.mark.realdata
def test_a_hundred_real_texts_in_the_frame_of_the_site(shared_data: Path) -> None:
    """Texts another crawler kept of body pages, the longest of 196 295 characters, put back into the page's frame."""
    items = json.loads((shared_data / "notices/ggzy/bid_data.json").read_text())["items"]
    found, lost = [], []
    for item in items:
        try:
            found.append((item, ggzy.parse_detail(Page(_framed(item), "ggzy", item["b_page_url"]))))
        except Quarantined as problem:
            lost.append((problem.reason, len(item["content_text"])))
    assert sorted(lost) == [("body_missing", 0), ("body_missing", 49)]
    assert max(len(record.text or "") for _, record in found) > 150_000
    assert all(record.source_id == item["record_id"] and record.published_at for item, record in found)
    for item, record in found:
        if item["info_type"] == "开标记录":
            assert record.lots == ()
        if item["info_type"] == "采购合同":
            assert record.purchaser
            assert (record.lots[0].amount_yuan is None) == item["budget"].startswith("0元")


def _framed(item: dict[str, Any]) -> bytes:
    rows = "".join(f"<tr><th>{k}</th><td>{v}</td></tr>" for k, v in item["structured_fields"].items())
    lines = "".join(f"<p>{html.escape(line)}</p>" for line in item["content_text"].split("\n"))
    content = f'<table class="detail_Table">{rows}</table>' if rows else lines
    head = f'<h4 class="h4_o">{item["title"]}</h4><p class="p_o"><span>发布时间：{item["publish_date"]}</span></p>'
    return f'{head}<div id="mycontent">{content}</div>'.encode()
