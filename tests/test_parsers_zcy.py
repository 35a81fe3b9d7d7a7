"""政采云 portals: lists and notices in JSON."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from crawlers import sources
from crawlers.families import zcy as walker
from etl.errors import FincityError, Quarantined
from etl.parsers import zcy
from etl.records.parsed import Page, Record
from tests.mutations import mutated, mutated_json

PAGES = Path(__file__).parent / "pages" / "zcy"
SITE = "https://ccgp.example.invalid"
BRANCH = "浙海银行股份有限公司滨城分行"
PERSONS = ("李假名", "周虚构", "吴构造", "郑设想", "钱示例", "87001234", "13900001111", "li.jiaming")
#: Page -> what must be read of it: stage, purchaser, lots as (status, suppliers, amount, tax basis, note).
REQUIRED: dict[str, tuple[str, str, list[tuple[str, list[str], str | None, str, str | None]]]] = {
    "detail_award.json": (
        "award",
        BRANCH,
        [
            ("awarded", ["青禾软件股份有限公司"], "569800.00", "unknown", None),
            ("awarded", ["南溪前海科技有限公司"], None, "unknown", "下浮率报价:12.5(%)"),
            ("failed", [], None, "unknown", None),
        ],
    ),
    "detail_candidates.json": (
        "candidate",
        "浙海银行股份有限公司",
        [("candidate", ["青禾软件股份有限公司"], "3180000.00", "incl", None)],
    ),
    "detail_framework.json": (
        "shortlist",
        BRANCH,
        [("awarded", ["青禾资产评估有限公司", "南溪土地房地产评估有限公司"], None, "unknown", None)],
    ),
}


def page(name: str, listed: Record | None = None, **reading: str) -> Page:
    url = f"{SITE}/portal/{'category' if name.startswith('list') else 'detail'}"
    return Page((PAGES / name).read_bytes(), "site", url, listed=listed, reading=json.dumps(reading))


def answer(told: Any) -> Page:
    return Page(json.dumps(told).encode(), "site", f"{SITE}/portal/detail?articleId=Ab3%2FKd%3D%3D")


# --- lists ----------------------------------------------------------------------------------------------------------


def test_a_list_gives_ids_types_days_in_beijing_and_the_total() -> None:
    found = zcy.parse_list(page("list.json", public_path="/luban/detail", parent_id="700835"))
    assert (found.listed, found.warnings) == (1873, ())
    assert [(i.source_id, i.notice_type, (i.published_at or "")[:10]) for i in found.items] == [
        ("Ab3/Kd+9sqZiYbm5sKeVqQ==", "award", "2026-03-06"),  # its milliseconds are 16:00 of the day before in UTC
        ("y1Xs+Ya9/qZiYbm5sKeVqQ==", "award", "2026-03-05"),
        ("XdiWm1lrgqdfx7LwzZRbGQ==", "correction", "2026-03-04"),
        ("stgSJ8mwnjDU7TIJrbsXVA==", "tender", "2026-03-03"),
    ]
    first, _, _, last = found.items
    assert first.title == "浙海银行滨城分行网点智能柜台采购项目中标（成交）结果公告"  # came with invisible characters
    assert first.url == f"{SITE}/luban/detail?parentId=700835&articleId=Ab3%2FKd%2B9sqZiYbm5sKeVqQ%3D%3D"
    assert (first.purchaser, last.purchaser) == (None, "青禾市第一中学")  # whoever posted it is no buyer
    assert last.region_text == "青禾省青禾市濂溪区"


@pytest.mark.parametrize(
    ("said", "stage"),
    [
        ("资格预审公告", "prequalification"),
        ("竞争性谈判（磋商）公告", "tender"),
        ("询价公告", "tender"),
        ("更正（澄清）公告", "correction"),
        ("中标（成交）结果公告", "award"),
        ("采购结果更正公告", "correction"),
        ("终止公告", "failed"),
        ("废标公告", "failed"),
        ("其他公告", None),
        (None, None),
    ],
)
def test_the_type_of_a_row_is_its_path_name(said: str | None, stage: str | None) -> None:
    row = {"articleId": "Ab3/Kd==", "title": "某项目", "publishDate": 1772726400000, "pathName": said}
    (item,) = zcy.parse_list(answer({"success": True, "result": {"data": {"total": 1, "data": [row]}}})).items
    assert item.notice_type == stage


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ((PAGES / "refused.json").read_bytes(), "blocked"),
        (b'{"success": true, "result": {"data": null}}', "not_a_list"),
        (b'{"success": true, "result": {"data": {"data": []}}}', "not_a_list"),
        (b'{"success": true, "result": {"data": {"total": 1, "data": [{"title": "x"}]}}}', "missing_field"),
        ("<html><body>请先登录系统</body></html>".encode(), "blocked"),
        (b"<html></html>", "not_json"),
    ],
)
def test_what_is_no_list_is_no_empty_list(body: bytes, reason: str) -> None:
    with pytest.raises(Quarantined) as caught:
        zcy.parse_list(Page(body, "site", f"{SITE}/portal/category"))
    assert caught.value.reason == reason


def test_an_answer_that_came_from_nowhere_has_no_public_address() -> None:
    assert {item.url for item in zcy.parse_list(Page((PAGES / "list.json").read_bytes())).items} == {None}


def test_an_empty_category_is_an_empty_list() -> None:
    found = zcy.parse_list(page("list_empty.json"))
    assert (found.items, found.listed) == ((), 0)
    assert zcy.is_list(page("list_empty.json"))
    assert not zcy.is_list(page("detail_award.json"))


# --- notices --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", REQUIRED)
def test_the_required_fields_of_every_page(name: str) -> None:
    record = zcy.parse_detail(page(name))
    lots = [(x.status, [s.name for s in x.suppliers], x.amount_yuan, x.tax_basis, x.amount_note) for x in record.lots]
    assert (record.notice_type, record.purchaser, lots) == REQUIRED[name]
    assert record.title
    assert (record.published_at or "").endswith("+08:00")
    assert record.url is not None
    assert parse_qs(urlsplit(record.url).query)["articleId"] == [record.source_id]
    assert not [p for p in PERSONS if p in str(record.to_dict())]


def test_the_cloud_template_gives_addresses_codes_and_the_other_notices_of_the_purchase() -> None:
    record = zcy.parse_detail(page("detail_award.json"))
    assert [s.address for x in record.lots for s in x.suppliers] == ["青禾市濂溪路16号", "南溪市金街26号"]
    assert (record.project_code, record.agency) == ("ZHYH-2026-018", "远山招标有限公司")
    assert record.purchaser_address == "滨城市海堤路1号"
    assert record.related == ("stgSJ8mwnjDU7TIJrbsXVA==",)


def test_a_notice_without_type_or_time_takes_them_from_its_list() -> None:
    told = json.loads((PAGES / "detail_framework.json").read_bytes())
    told["result"]["data"] |= {"title": "浙海银行评估机构服务", "publishDate": None, "categoryNames": None}
    listed = Record(
        "site",
        "XdiWm1lrgqdfx7LwzZRbGQ==",
        notice_type="award",
        published_at="2026-03-04T00:00:00+08:00",
        region_text="青禾省",
    )
    record = zcy.parse_detail(Page(json.dumps(told).encode(), "site", f"{SITE}/portal/detail", listed=listed))
    assert (record.notice_type, record.published_at, record.region_text) == ("award", listed.published_at, "青禾省")


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("detail_empty.json", "body_missing"),  # a style sheet is no text
        ("detail_gone.json", "not_found"),
        ("refused.json", "blocked"),
    ],
)
def test_what_is_no_notice_is_quarantined_with_its_reason(name: str, reason: str) -> None:
    with pytest.raises(Quarantined) as caught:
        zcy.parse_detail(page(name))
    assert caught.value.reason == reason


def test_mutated_answers_are_parsed_or_quarantined() -> None:
    bodies = [p.read_bytes() for p in sorted(PAGES.glob("*.json"))]
    for seed in range(500):
        damaged = Page(
            (mutated, mutated_json)[seed // len(bodies) % 2](bodies[seed % len(bodies)], seed),
            "site",
            f"{SITE}/portal/detail",
        )
        for parse in (zcy.parse_detail, zcy.parse_list):
            with suppress(Quarantined):
                parse(damaged)


# --- requests -------------------------------------------------------------------------------------------------------


def test_a_category_is_asked_for_with_districts_and_days_only_where_the_source_says_so() -> None:
    bank, province = sources.load("czbank"), sources.load("guangxi_zfcg")
    window = "2024-01-01/2024-01-31"
    told = json.loads(walker.list_request(bank, bank.scopes[0], window, 3).body)
    assert told == {"pageNo": 3, "pageSize": 20, "categoryCode": "134-848230"}
    limited = province.scopes[0].model_copy(
        update={"params": {**province.scopes[0].params, "district_codes": ["450100", "450200"], "is_province": False}}
    )
    ask = walker.list_request(province, limited, window, 1)
    assert (ask.method, ask.url) == ("POST", "http://www.ccgp-guangxi.gov.cn/portal/category")
    assert json.loads(ask.body) == {
        "pageNo": 1,
        "pageSize": 100,
        "categoryCode": "ZcyAnnouncement3004",
        "districtCode": ["450100", "450200"],
        "isProvince": False,
        "publishDateBegin": "2024-01-01",
        "publishDateEnd": "2024-01-31",
    }


def test_ids_with_slashes_and_equal_signs_are_escaped() -> None:
    ask = walker.detail_request(sources.load("czbank"), "Ab3/Kd+9sqZiYbm5sKeVqQ==", None)
    assert ask.url == "https://ccgp.szcgpt.czbank.com/portal/detail?articleId=Ab3%2FKd%2B9sqZiYbm5sKeVqQ%3D%3D"


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("category_code: 134-848230", "category_code: 134 848230", "category_code"),
        ("category_code: 134-848230", "category: 134-848230", "category_code"),
        ('parent_id: "700835"', "parent_id: top", "parent_id"),
        ("public_path: /luban/detail", "public_path: luban", "public_path"),
    ],
)
def test_a_source_that_says_something_else_is_refused(tmp_path: Path, old: str, new: str, field: str) -> None:
    text = (sources.FOLDER / "czbank.yaml").read_text(encoding="utf-8")
    (tmp_path / "czbank.yaml").write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(FincityError, match=field):
        sources.read(tmp_path / "czbank.yaml")
