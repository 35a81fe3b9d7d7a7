"""ccgp.gov.cn: lists, and notices of every type in the three supplier layouts."""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal
from pathlib import Path

import pytest

from etl.errors import Quarantined
from etl.parsers import ccgp, family
from etl.records.parsed import ListPage, Page, Record
from tests.mutations import mutated

PAGES = Path(__file__).parent / "pages" / "ccgp"
PLANTED = ("钱示例", "孙样板", "周某甲", "PLANTED", "李假名", "13912345678", "87654321", "13900001111", "0755-12345678")


def page(name: str, url: str | None = "http://www.ccgp.gov.cn/cggg/dfgg/zbgg/202506/t20250627_123456.htm") -> Page:
    return Page((PAGES / name).read_bytes(), "demo", url)


def awards(record: Record) -> list[tuple[str | None, str, tuple[str, ...], str | None]]:
    return [(lot.lot, lot.status, tuple(s.name for s in lot.suppliers), lot.amount_yuan) for lot in record.lots]


def test_the_registry_knows_the_family() -> None:
    assert family("ccgp") is ccgp


def test_a_search_result_gives_its_items_and_what_the_site_states() -> None:
    found = ccgp.parse_list(page("list.html", "http://search.ccgp.gov.cn/bxsearch?page_index=1"))
    assert (len(found.items), found.listed, found.pages, found.warnings) == (3, 43, 3, ())
    first, second, third = found.items
    assert (first.source_id, first.title, first.notice_type) == (
        "70000001",
        "青禾市中心医院机房改造项目成交公告",
        "award",
    )
    assert (first.purchaser, first.agency, first.region_text) == ("青禾市中心医院", "远山招标有限公司", "福建")
    assert first.published_at == "2019-03-05T17:05:15+08:00"
    assert second.url == "http://www.ccgp.gov.cn/cggg/zygg/gzgg/201903/t20190304_70000002.htm"
    assert (second.agency, second.notice_type, third.notice_type) == (None, "correction", "failed")


def test_a_channel_list_is_resolved_against_its_page() -> None:
    (item,) = ccgp.parse_list(page("channel.html", "http://www.ccgp.gov.cn/cggg/dfgg/index.htm")).items
    assert item.url == "http://www.ccgp.gov.cn/cggg/dfgg/zbgg/202407/t20240705_80000001.htm"
    assert (item.title, item.region_text) == ("青禾市档案馆数字化加工服务中标公告", "浙江")


def test_addresses_of_the_pages_script_go_before_the_dressed_up_links() -> None:
    asked = "http://search.ccgp.gov.cn/bxsearch?start_time=2025%3A06%3A01&end_time=2025%3A06%3A30&page_index=1"
    found = ccgp.parse_list(page("list_dressed.html", asked))
    assert [(i.source_id, i.url) for i in found.items] == [
        ("70000011", "http://www.ccgp.gov.cn/cggg/zygg/zbgg/202506/t20250627_70000011.htm"),
        ("70000012", "http://www.ccgp.gov.cn/cggg/dfgg/zbgg/202505/t20250530_70000012.htm"),
    ]
    assert found.warnings == ("1 items are dated outside 2025-06-01/2025-06-30",)
    fewer = Page((PAGES / "list_dressed.html").read_bytes().replace(b"70000011.htm,", b"70000011.htm"), url=asked)
    with pytest.raises(Quarantined, match="missing_field"):
        ccgp.parse_list(fewer)


def test_a_channel_names_stages_by_its_folders_and_counts_nothing() -> None:
    found = ccgp.parse_list(page("channel_central.html", "http://www.ccgp.gov.cn/cggg/zygg/gkzb/index.htm"))
    assert (found.listed, found.pages, found.last) == (None, None, False)  # it keeps 25 pages, however many there were
    assert [(i.source_id, i.notice_type) for i in found.items] == [
        ("80000011", "correction"),
        ("80000012", "tender"),
        ("80000013", "tender"),
    ]
    assert found.items[1].title == "中国人民银行白石分行机房改造公开招标公告"
    assert found.items[2].url == "http://www.ccgp.gov.cn/cggg/zygg/gkzb/202507/t20250703_80000013.htm"
    plain = ccgp.parse_list(page("channel_plain.html", "http://www.ccgp.gov.cn/zt/index.htm")).items
    assert [(i.source_id, i.notice_type, (i.published_at or "")[:10]) for i in plain] == [
        ("80000021", "single_source", "2025-06-20"),
        ("80000022", "prequalification", "2025-06-19"),
    ]


def test_the_list_of_contracts_links_to_them_whatever_case_their_numbers_are_in() -> None:
    found = ccgp.parse_list(page("contracts.html", "http://htgs.ccgp.gov.cn/GS8/contractpublish/index_1")).items
    assert [(i.source_id[:4], i.source_id[-4:], i.notice_type) for i in found] == [
        ("8a8b", "0001", "contract"),
        ("8a8b", "0002", "contract"),
    ]
    assert found[0].title == "青禾市档案馆数字化加工服务采购合同"


def test_an_empty_result_is_a_list_and_a_throttle_page_is_not() -> None:
    assert ccgp.parse_list(page("list_empty.html")) == ListPage((), 0, 0)
    with pytest.raises(Quarantined, match="blocked"):
        ccgp.parse_list(Page("<html>访问过于频繁，请稍后再试</html>".encode()))
    with pytest.raises(Quarantined, match="not_a_list"):
        ccgp.parse_list(Page(b"<html><body>something else</body></html>"))


@pytest.mark.parametrize("name", sorted(p.name for p in PAGES.glob("*.html")))
def test_lists_and_notices_are_told_apart(name: str) -> None:
    assert ccgp.is_list(page(name)) == name.startswith(("list", "channel", "contracts"))


@pytest.mark.parametrize(
    ("name", "kind", "purchaser", "lots"),
    [
        (
            "award_zcy.html",
            "award",
            "青禾市河东区丰收乡人民政府",
            [(None, "awarded", ("云岭光电科技有限公司",), "569800.00")],
        ),
        (
            "award_zcy_headless.html",
            "award",
            "青禾市河东区丰收乡人民政府",
            [(None, "awarded", ("云岭光电科技有限公司",), "569800.00")],
        ),
        (
            "award_shandong.html",
            "award",
            "青禾大学",
            [
                ("A", "awarded", ("云岭建设集团有限公司",), "12005000.00"),
                ("B", "awarded", ("白石市政工程有限公司",), "980000.00"),
                ("C", "failed", (), None),
            ],
        ),
        (
            "award_shenzhen.html",
            "award",
            "青禾科技高级中学",
            [(None, "awarded", ("金雁空调电器有限公司",), "6687920.00")],
        ),
        ("failed.html", "failed", "南溪县第二中学", [(None, "failed", (), None)]),
        ("correction.html", "correction", "青禾市档案馆", [(None, "awarded", ("云岭档案科技有限公司",), "123456.70")]),
        ("correction_tender.html", "correction", "青禾市图书馆", []),
        (
            "contract.html",
            "contract",
            "南溪县财政局",
            [(None, "awarded", ("富源工程管理咨询（南溪）有限公司",), "650000.00")],
        ),
        ("tender.html", "tender", "青禾市气象局", []),
    ],
)
def test_every_notice_says_its_stage_buyer_and_lots(name: str, kind: str, purchaser: str, lots: list[object]) -> None:
    record = ccgp.parse_detail(page(name))
    assert (record.notice_type, record.purchaser, awards(record)) == (kind, purchaser, lots)
    assert record.source_id == "123456"
    assert record.published_at == "2025-06-27T17:52:00+08:00"


#: What a notice of a type must say: stage, purchaser, code of the project, budget, and of results the lots.
REQUIRED = {
    "consultation.html": ("tender", "青禾市气象局", "QXJ-CS-2025-3", "750000.00", []),
    "negotiation.html": ("tender", "南溪县人民医院", "NXYY-TP-25", "305000.00", []),
    "inquiry.html": ("tender", "国家金融监督管理总局白石监管局", "BSXJ-2025-02", "120000.00", []),
    "invitation.html": ("tender", "青禾大学", "QHDX-YQ-2025-1", "2000000.00", []),
    "prequalification.html": ("prequalification", "青禾市机关事务管理局", "QHYS-2025-5", "9000000.00", []),
    "single_source.html": ("single_source", "青禾市地震局", None, "580000.00", []),
    "termination.html": ("failed", "青禾市图书馆", "QHTSG-25-08", None, [(None, "failed", (), None)]),
    "other.html": ("other", "青禾海关", None, None, []),
    "deal_lots.html": (
        "award",
        "青禾市公安局",
        "QH-CS-2025-011",
        None,
        [
            (None, "awarded", ("云岭光电科技有限公司",), "422088.00"),  # 42.2088000（万元）
            (None, "awarded", ("白石网安股份有限公司",), "841000.00"),
        ],
    ),
    "award_mixture.html": (
        "award",
        "青禾市大数据管理局",
        "QHCG2025000117",
        None,
        [(None, "awarded", ("金雁云计算有限公司",), "6687920.00")],
    ),
}


@pytest.mark.parametrize("name", sorted(REQUIRED))
def test_every_type_of_notice_says_what_it_must(name: str) -> None:
    record = ccgp.parse_detail(page(name, "http://www.ccgp.gov.cn/cggg/dfgg/qtgg/202506/t20250627_123456.htm"))
    said = (record.notice_type, record.purchaser, record.project_code, record.budget_yuan, awards(record))
    assert said == REQUIRED[name]
    assert record.published_at == "2025-06-27T17:52:00+08:00"
    assert record.purchaser_address == "青禾市河东区丰收路8号"


def test_a_contract_of_the_contract_system_is_a_deal_published_on_the_day_it_says() -> None:
    address = "http://htgs.ccgp.gov.cn/GS8/contractpublish/detail/8A8BC4A1972C6F0C01976FDA1B2C0001?contractSign=0"
    record = ccgp.parse_detail(page("contract_htgs.html", address))
    assert (record.source_id, record.notice_type) == ("8a8bc4a1972c6f0c01976fda1b2c0001", "contract")
    assert (record.purchaser, record.project_code) == ("青禾市档案馆", "QHDA-2025-9")
    assert awards(record) == [(None, "awarded", ("云岭档案科技有限公司",), "486000.00")]
    assert record.published_at == "2025-06-27T00:00:00+08:00"  # not 2025-06-20, when it was signed


def test_one_notice_has_one_key_under_all_its_addresses() -> None:
    spellings = (
        "https://www.ccgp.gov.cn/cggg/dfgg/zbgg/202506/t20250627_123456.htm",
        "HTTP://WWW.CCGP.GOV.CN/cggg/dfgg/zbgg/202506/t20250627_123456.htm#top",
        "//www.ccgp.gov.cn/cggg/dfgg/zbgg/202506/t20250627_123456.HTM",
    )
    assert {ccgp.source_id(s) for s in spellings} == {"123456"}
    assert len({ccgp.canonical(s) for s in spellings[:2]}) == 1
    assert ccgp.source_id("http://search.ccgp.gov.cn/oldsearch/detail?docId=778") == "778"


LISTS = ("list", "channel", "contracts")
DETAILS = sorted(p.name for p in PAGES.glob("*.html") if not p.name.startswith(LISTS))


@pytest.mark.parametrize("name", DETAILS)
def test_no_planted_contact_or_expert_survives_in_any_field(name: str) -> None:
    said = str(ccgp.parse_detail(page(name)).to_dict())
    assert [word for word in PLANTED if word in said] == []


def test_a_tender_has_a_budget_and_an_address_and_no_lots() -> None:
    record = ccgp.parse_detail(page("tender.html"))
    assert (record.budget_yuan, record.purchaser_address) == ("1205000.00", "青禾市河东区丰收路8号")


def test_a_page_without_a_body_is_quarantined() -> None:
    with pytest.raises(Quarantined) as caught:
        ccgp.parse_detail(Page(b"<html><body><div class='vF_detail_content'></div></body></html>"))
    assert caught.value.reason == "body_missing"


def test_mutated_pages_are_parsed_or_quarantined() -> None:
    bodies = [p.read_bytes() for p in sorted(PAGES.glob("*.html"))]
    for seed in range(500):
        damaged = Page(mutated(bodies[seed % len(bodies)], seed), url="http://www.ccgp.gov.cn/t1_123.htm")
        for parse in (ccgp.parse_detail, ccgp.parse_list):
            with suppress(Quarantined):
                parse(damaged)


@pytest.mark.realdata
def test_the_real_search_page_of_2017(shared_data: Path) -> None:
    found = ccgp.parse_list(Page((shared_data / "notices/ccgp/search_result_2017.html").read_bytes()))
    assert (len(found.items), found.listed, found.pages) == (20, 31, 2)
    assert all(i.source_id.isdecimal() and i.published_at and i.purchaser and i.region_text for i in found.items)


@pytest.mark.realdata
@pytest.mark.parametrize(
    ("name", "purchaser", "suppliers", "total"),
    [
        ("award_shenzhen_20250527.html", "深圳市龙华科技实验高级中学", {"深圳市金龙空调电器有限公司"}, "6687920.00"),
        (
            "ccgp_detail_raw_response_excerpt_guizhou_20250627.html",
            "清镇市麦格苗族布依族乡人民政府",
            {"江苏新煦光电科技有限公司"},
            "569800.00",
        ),
        (
            "ccgp_detail_raw_response_excerpt_shandong_multipackage_20250714.html",
            "济南大学",
            {"中建八局第二建设有限公司", "中建八局东南建设有限公司", "济南一建集团有限公司", "中铁十局集团有限公司"},
            "106185203.89",
        ),
    ],
)
def test_the_real_awards(shared_data: Path, name: str, purchaser: str, suppliers: set[str], total: str) -> None:
    record = ccgp.parse_detail(Page((shared_data / "notices/ccgp" / name).read_bytes()))
    assert (record.notice_type, record.purchaser) == ("award", purchaser)
    assert len(record.lots) == len(suppliers)
    assert {s.name for lot in record.lots for s in lot.suppliers} == suppliers
    assert sum(Decimal(lot.amount_yuan or 0) for lot in record.lots) == Decimal(total)
    said = str(record.to_dict())
    for word in ("甄样本", "贾测试", "艾例子", "丁演示", "吴某甲", "PLANTED EXPERT", "00000000", "17300000000"):
        assert word not in said
