"""Portals in JSON: six banks by their YAML alone, and what becomes of answers that are none."""

from __future__ import annotations

import json
import random
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from etl.errors import Quarantined
from etl.parsers import _listing, _templates, json_portal
from etl.records.parsed import Page, Record
from tests.mutations import mutated
from tests.portal_pages import PAGES, page, persons

SITES = ("ccb", "icbc", "cgbchina", "cmbc", "pingan", "cdrcb")
#: Site -> total, pages, whether the page is the last, and the first row: key, public page, time, stage, buyer, area.
LISTS = {
    "ccb": (
        (None, None, True),
        "359/2026/2074309853314000001",
        "https://ibuy.ccb.com/cms/index.html#/content?pId=359&id=2074309853314000001",
        ("2026-07-03T16:20:00+08:00", None, "中国建设银行青禾分行", "青禾省"),
    ),
    "icbc": (
        (3, 1, False),
        "PCMS260706a00000001",
        "https://jc.icbc.com.cn/#/notice_detailInfo/PCMS260706a00000001",
        ("2026-07-06T14:19:00+08:00", None, "中国工商银行河西三门分行", None),
    ),
    "cgbchina": (
        (None, None, True),
        "3FURNa8Lt9b9E2jLe00001",
        "https://gfcg.cgbchina.com.cn/html/gf/purchasereport.html?code=3FURNa8Lt9b9E2jLe00001",
        ("2026-07-02T00:00:00+08:00", None, None, None),
    ),
    "cmbc": (
        (None, 37, False),
        "A1B2C3D4E5F60718293A4B5C6D7E8F90A1B2C3D4E5F60718",
        "https://pms.cmbc.com.cn/purchase/details.html?fdId=A1B2C3D4E5F60718293A4B5C6D7E8F90A1B2C3D4E5F60718",
        ("2026-07-02T10:11:12+08:00", None, "中国民生银行信用卡中心", None),
    ),
    "pingan": (
        (None, None, True),
        "1810000000000000001",
        "https://ebank.pingan.com.cn/cr/eps-sppt-portal/index.html#/noticeView?id=1810000000000000001",
        ("2026-07-04T09:30:00+08:00", "award", None, None),
    ),
    "cdrcb": (
        (None, 52, False),
        "20011",
        "https://www.cdrcb.com/cgnews/cgnewsdetail.htm?id=20011",
        ("2026-07-03T00:00:00+08:00", None, None, None),
    ),
}
#: Site -> what its detail must say: stage, buyer, and of each lot the supplier, amount and tax basis.
DETAILS = {
    "ccb": ("award", "中国建设银行股份有限公司青禾分行", [("青禾智膳科技有限公司", "1160000.00", "incl")]),
    "icbc": ("tender", "中国工商银行股份有限公司三门分行", []),
    "cgbchina": ("tender", "广发银行股份有限公司青禾分行", []),
    "cmbc": ("award", "中国民生银行信用卡中心", [("青禾声学科技股份有限公司", "7050000.00", "excl")]),
    "pingan": ("award", "平安银行股份有限公司青禾分行", [("青禾远卫保安服务有限公司", None, "unknown")]),
    "cdrcb": (
        "award",
        "成都农村商业银行股份有限公司远山支行",
        [("青禾建筑装饰工程有限公司", "1331480.00", "unknown")],
    ),
}


def detail_of(site: str) -> str:
    return f"{site}_detail.html" if site == "cdrcb" else f"{site}_detail.json"


def rows_of(site: str) -> tuple[Record, ...]:
    return json_portal.parse_list(page(f"{site}_list.json")).items


def answer(site: str, data: Any) -> Page:
    return page(f"{site}_list.json", body=json.dumps(data).encode())


def reason(parse: Any, asked: Page) -> str:
    with pytest.raises(Quarantined) as caught:
        parse(asked)
    return caught.value.reason


@pytest.mark.parametrize("site", SITES)
def test_a_list_gives_keys_public_pages_times_and_what_the_row_itself_says(site: str) -> None:
    asked = page(f"{site}_list.json")
    assert json_portal.is_list(asked)
    found, (ends, key, url, said) = json_portal.parse_list(asked), LISTS[site]
    assert (found.listed, found.pages, found.last) == ends
    first = found.items[0]
    assert (first.source_id, first.url) == (key, url)
    assert (first.published_at, first.notice_type, first.purchaser, first.region_text) == said
    assert all(item.title and item.published_at for item in found.items)
    assert len({item.source_id for item in found.items}) == len(found.items)


@pytest.mark.parametrize("site", SITES)
def test_a_detail_is_a_record_without_the_persons_on_its_page(site: str) -> None:
    listed = rows_of(site)[0]
    asked = page(detail_of(site), listed)
    assert not json_portal.is_list(asked)
    record = json_portal.parse_detail(asked)
    lots = [(lot.suppliers[0].name, lot.amount_yuan, lot.tax_basis) for lot in record.lots]
    assert (record.notice_type, record.purchaser, lots) == DETAILS[site]
    assert (record.source_id, record.url, record.published_at) == (listed.source_id, listed.url, listed.published_at)
    assert (record.source, record.title, record.parser) == (site, listed.title, "json_portal")
    assert not persons(record.to_dict())


def test_the_key_holds_what_the_next_request_needs_such_as_the_year_of_publication() -> None:
    assert [item.source_id for item in rows_of("ccb")] == [
        "359/2026/2074309853314000001",
        "359/2026/2074309853314000002",
        "359/2025/2074309853314000003",
    ]


def test_titles_lose_markup_and_entities() -> None:
    assert rows_of("ccb")[2].title == "“青禾云”平台开发项目中标结果公示"


def test_an_office_gets_the_name_of_the_portals_bank_and_the_body_goes_before_the_list() -> None:
    assert [item.purchaser for item in rows_of("ccb")] == [
        "中国建设银行青禾分行",
        "中国建设银行总行",
        "中国建设银行股份有限公司远山支行",
    ]
    record = json_portal.parse_detail(page("ccb_detail_wrapped.json", rows_of("ccb")[1]))
    assert record.purchaser == "中国建设银行青禾分行"  # the body says 招标人：青禾分行
    assert "purchaser: from the list" in json_portal.parse_detail(page("cmbc_detail.json", rows_of("cmbc")[0])).warnings


def test_a_publisher_that_is_no_organisation_is_no_buyer() -> None:
    row = {"fdId": "1", "docSubject": "甲", "createTime": "2026-07-03"}
    offices = ("信息科技部", "系统管理员", "李假名", "0797", "民生金融租赁股份有限公司")
    data = [{**row, "fdId": str(n), "dept": office} for n, office in enumerate(offices)]
    found = json_portal.parse_list(answer("cmbc", {"pageTotal": "1", "data": data}))
    assert [item.purchaser for item in found.items] == [
        "中国民生银行信息科技部",
        None,
        None,
        None,
        "民生金融租赁股份有限公司",
    ]


def test_an_unknown_type_code_says_nothing_and_is_reported() -> None:
    found = json_portal.parse_list(page("pingan_list.json"))
    assert [item.notice_type for item in found.items] == ["award", "supplier_call", None]
    assert found.warnings == ("type: unknown code '9'",)


def test_a_short_page_is_the_last_and_a_full_one_is_not() -> None:
    rows = json.loads((PAGES / "json_portal" / "pingan_list.json").read_text())["data"]["records"]
    full = [{**rows[0], "id": str(n)} for n in range(8)]
    assert json_portal.parse_list(answer("pingan", {"code": 200, "data": {"records": full[:7]}})).last
    assert not json_portal.parse_list(answer("pingan", {"code": 200, "data": {"records": full}})).last


@pytest.mark.parametrize(
    ("name", "listed", "said"),
    [
        ("icbc_detail_attachment.json", 1, "characters"),
        ("cmbc_detail_attachment.json", 1, "beside it 2 files"),
        ("cdrcb_detail_scanned.html", 1, "beside it 2 images, 1 files"),
    ],
)
def test_a_body_that_lies_elsewhere_is_missing_and_the_reason_says_where(name: str, listed: int, said: str) -> None:
    site = name.partition("_")[0]
    with pytest.raises(Quarantined) as caught:
        json_portal.parse_detail(page(name, rows_of(site)[listed]))
    assert caught.value.reason == "body_missing"
    assert said in caught.value.detail


@pytest.mark.parametrize(
    ("site", "name", "why"),
    [("pingan", "pingan_login.json", "blocked"), ("cgbchina", "cgbchina_refused.json", "blocked")],
)
def test_a_login_or_throttle_answer_is_never_an_empty_list(site: str, name: str, why: str) -> None:
    assert reason(json_portal.parse_list, page(name)) == why
    assert reason(json_portal.parse_detail, page(name, rows_of(site)[0])) == why


@pytest.mark.parametrize(
    ("site", "data", "why"),
    [
        ("pingan", {"code": 500, "msg": "系统异常"}, "refused"),
        ("pingan", {"data": {"records": []}}, "refused"),  # it does not say that it answers
        ("pingan", {"code": 200, "data": None}, "not_a_list"),
        ("ccb", {"rows": []}, "not_a_list"),
        ("ccb", [{"id": "1", "channelId": "359", "title": "甲", "releaseDate": None}], "missing_field"),
        ("ccb", [{"channelId": "359", "title": "甲", "releaseDate": "2026-07-03"}], "missing_field"),
        ("cgbchina", {"data_list": [{"ID": "1", "TITLE": "甲", "TIME": "2026/07/03"}]}, "missing_field"),
        ("cgbchina", {"data_list": [{"ID": "1", "NAME": "甲", "TIME": "2026-07-03"}]}, "missing_field"),
        ("cgbchina", {"data_list": [{"ID": "", "TITLE": "甲", "TIME": "2026-07-03"}]}, "missing_field"),
        ("cgbchina", {"data_list": [3]}, "missing_field"),
        ("cdrcb", {"ns": []}, "missing_field"),  # the number of pages is not stated any more
        ("icbc", {"totalNum": "viele", "totalPage": 1, "rows": []}, "missing_field"),
    ],
)
def test_a_list_of_another_shape_is_refused_with_its_reason(site: str, data: Any, why: str) -> None:
    assert reason(json_portal.parse_list, answer(site, data)) == why


def test_a_field_that_no_row_has_any_more_is_missed_and_an_empty_one_is_not() -> None:
    row = {"fdId": "1", "docSubject": "甲", "createTime": "2026-07-03"}
    assert reason(json_portal.parse_list, answer("cmbc", {"pageTotal": "1", "data": [row]})) == "missing_field"
    found = json_portal.parse_list(answer("cmbc", {"pageTotal": "1", "data": [{**row, "dept": None}]}))
    assert found.items[0].purchaser is None


def test_a_single_row_without_a_date_is_kept_and_reported() -> None:
    rows = [{"ID": "1", "TITLE": "甲", "TIME": "2026-07-03"}, {"ID": "2", "TITLE": "乙", "TIME": ""}]
    found = json_portal.parse_list(answer("cgbchina", {"data_list": rows}))
    assert [item.published_at for item in found.items] == ["2026-07-03T00:00:00+08:00", None]
    assert found.warnings == ("row 2: no date",)


def test_an_empty_list_that_says_so_is_empty() -> None:
    found = json_portal.parse_list(answer("icbc", {"totalNum": 0, "totalPage": 0, "rows": []}))
    assert (found.items, found.listed, found.pages) == ((), 0, 0)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"<html><body>404</body></html>", "not_json"),
        ("<html>访问过于频繁，请稍后再试</html>".encode(), "blocked"),
        (b'{"noticeDetail": {"noticeText": ', "not_json"),
        (b'{"noticeDetail": null}', "missing_field"),
        (b'{"noticeDetail": {"noticeText": 5}}', "missing_field"),
        (b'{"noticeDetail": {"noticeText": " "}}', "body_missing"),
        (b'{"a": ' * 100000, "not_json"),
        (b"", "empty"),
    ],
)
def test_what_is_no_notice_is_quarantined_with_its_reason(body: bytes, why: str) -> None:
    assert reason(json_portal.parse_detail, page("icbc_detail.json", body=body)) == why


def test_a_page_from_nowhere_says_that_its_source_is_unknown() -> None:
    assert reason(json_portal.is_list, Page(b"[]")) == "malformed"


@pytest.mark.parametrize(
    ("text", "spelling", "time"),
    [
        ("2026-07-05T16:30:00.000+0000", "iso", "2026-07-06T00:30:00+08:00"),
        ("2026-07-05T05:50:00Z", "iso", "2026-07-05T13:50:00+08:00"),
        ("2026-07-05 08:54:10.0", "iso", "2026-07-05T08:54:10+08:00"),
        ("[ 2026-07-05 ]", "iso", "2026-07-05T00:00:00+08:00"),
        ("发布时间：2026/7/5", "ymd_slash", "2026-07-05T00:00:00+08:00"),
        ("2026.07.05", "ymd_dot", "2026-07-05T00:00:00+08:00"),
        ("07-05 2026", "md_y", "2026-07-05T00:00:00+08:00"),
        ("202607052359", "compact12", "2026-07-05T23:59:00+08:00"),
        ("1783267200000", "epoch_ms", "2026-07-06T00:00:00+08:00"),
        ("2026/07/05", "iso", None),
        ("2026-13-05", "iso", None),
        ("202613052359", "compact12", None),
        ("", "epoch_ms", None),
    ],
)
def test_days_are_read_in_the_declared_spelling_only(text: str, spelling: Any, time: str | None) -> None:
    assert _listing.moment(text, spelling) == time


@given(
    st.lists(
        st.text(st.characters(exclude_characters="/", exclude_categories=["Cs"]), min_size=1), min_size=3, max_size=3
    )
)
def test_a_key_is_read_back_into_the_fields_it_was_made_of(values: list[str]) -> None:
    template = "{channelId}/{year}/{id}"
    fields = dict(zip(_templates.names(template), values, strict=True))
    assert _templates.unpack(template, _templates.fill(template, fields.__getitem__)) == fields


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"list": {"rows": "data"}}, "how the list ends"),
        ({"detail": {}}, "body"),
        ({"detail": {"html": {"body": "div["}}}, "no CSS selector"),
        ({"ok": {"path": "code"}}, "equals or unlike"),
        ({"types": {"1": "winner"}}, "tender"),
        ({"date_format": "dmy"}, "iso"),
        ({"colour": "red"}, "Extra inputs"),
    ],
)
def test_a_wrong_reading_is_refused(wrong: dict[str, Any], message: str) -> None:
    good = json.loads(page("cgbchina_list.json").reading)
    with pytest.raises(ValidationError, match=message):
        json_portal.Reading.model_validate({**good, **wrong})


def test_mutated_answers_are_parsed_or_quarantined() -> None:
    names = sorted(path.name for path in (PAGES / "json_portal").iterdir())
    for seed in range(500):
        good = page(names[seed % len(names)])
        damaged = Page(mutated(good.body, seed), good.source, good.url, reading=good.reading, encoding=good.encoding)
        for parse in (json_portal.is_list, json_portal.parse_list, json_portal.parse_detail):
            with suppress(Quarantined):
                parse(damaged)


def retyped(value: Any, rng: random.Random) -> Any:
    """A JSON value of the same shape in which one value in ten is of another type than usual."""
    if rng.random() < 0.1:
        return rng.choice((None, True, -1, 1e300, "", "x" * 5000, [], [[]], {}, {"0": "<p>"}, "\ud83d", [value, value]))
    if isinstance(value, dict):
        return {key: retyped(inner, rng) for key, inner in value.items()}
    return [retyped(inner, rng) for inner in value] if isinstance(value, list) else value


def test_values_of_unexpected_types_are_parsed_or_quarantined() -> None:
    names = sorted(path.name for path in (PAGES / "json_portal").glob("*.json"))
    for seed in range(500):
        name, rng = names[seed % len(names)], random.Random(seed)
        data = retyped(json.loads((PAGES / "json_portal" / name).read_text(encoding="utf-8")), rng)
        damaged = page(name, body=json.dumps(data).encode())
        for parse in (json_portal.is_list, json_portal.parse_list, json_portal.parse_detail):
            with suppress(Quarantined):
                parse(damaged)


def test_a_list_beyond_all_reason_is_refused() -> None:
    assert reason(json_portal.parse_list, answer("ccb", [{}] * 10_001)) == "too_large"


@pytest.mark.realdata
@pytest.mark.parametrize(
    ("site", "said"),
    [
        (
            "ccb",
            [
                ("N_JSZJ260005", "中国建设银行股份有限公司镇江分行"),
                ("N_ZJ260142/01", "中国建设银行股份有限公司浙江省分行"),
            ],
        ),
        (
            "icbc",
            [
                ("0733-26192502", "中国工商银行股份有限公司北京市分行"),
                ("HNZB2026210592", "中国工商银行股份有限公司三门峡分行"),
                None,
            ],
        ),
    ],
)
def test_real_bodies_are_read_and_the_one_that_says_see_attachment_is_missing(
    shared_data: Path, site: str, said: list[tuple[str, str] | None]
) -> None:
    lines = (shared_data / "notices" / "banks" / f"{site}.jsonl").read_text(encoding="utf-8").splitlines()
    for row, wanted in zip(map(json.loads, lines), said, strict=True):
        text = row["content_text"]
        shape = {"content": text, "noticeDetail": {"noticeText": text}}
        asked = page(detail_of(site), Record(site, row["id"], title=row["title"]), body=json.dumps(shape).encode())
        if wanted is None:
            assert reason(json_portal.parse_detail, asked) == "body_missing"
        else:
            record = json_portal.parse_detail(asked)
            assert (record.notice_type, record.project_code, record.purchaser) == ("tender", *wanted)
