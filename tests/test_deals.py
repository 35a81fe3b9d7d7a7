"""From notices to deals: copies are one award, corrections change it, cancellations end it, money adds up."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.deals import edges
from etl.deals.lines import shares
from etl.deals.notices import project_name
from etl.records import Lot, Supplier
from etl.records.rows import HitRow
from tests.award_notices import lot, made, notice, pairs


def test_one_award_told_by_two_sites_is_one_award() -> None:
    deals = made(
        notice("1", lot("甲公司", amount=None)),
        notice("9", lot("甲公司", amount="88.50"), source="t", day="2024-03-03"),
    )
    assert [a.award_id for a in deals.awards] == ["s/1"]
    assert pairs(deals) == [("甲公司", 8850)]
    assert [(n.source, n.role, n.evidence) for n in deals.notices] == [
        ("s", "award", "first notice of the award"),
        ("t", "copy", "project code SZ-2024-001"),
    ]


def test_the_order_in_which_notices_come_plays_no_part() -> None:
    records = [
        notice("1", lot("甲公司")),
        notice("2", lot("乙公司"), project_code="X-9999"),
        notice("3", lot("甲公司"), source="t"),
    ]
    assert made(*records) == made(*reversed(records))


def test_without_a_code_the_same_name_on_one_day_joins_and_on_another_day_does_not() -> None:
    first = replace(notice("1", lot("甲公司")), project_code=None)
    same = replace(first, source="t", title="智能客服系统采购项目中标结果公示")
    next_year = replace(first, source_id="2", published_at="2025-03-01T09:00:00+08:00")
    assert len(made(first, same).awards) == 1
    assert len(made(first, next_year).awards) == 2


def test_one_code_of_two_strangers_is_two_awards() -> None:
    stranger = notice("2", lot("乙公司"), purchaser="某市中医院", title="污水管网改造工程中标公告")
    assert len(made(notice("1", lot("甲公司")), stranger).awards) == 2


def test_sibling_lots_in_notices_of_their_own_belong_to_one_award() -> None:
    deals = made(notice("1", lot("甲公司", label="1")), notice("2", lot("乙公司", label="2"), day="2024-03-02"))
    assert [(a.award_id, a.lots) for a in deals.awards] == [("s/1", 2)]
    assert pairs(deals) == [("乙公司", 10000), ("甲公司", 10000)]


def test_two_unlabelled_lots_of_one_supplier_stay_two_and_their_copy_adds_none() -> None:
    told = (lot("甲公司", amount="5.00"), lot("甲公司", amount="7.00"))
    (deal,) = made(notice("1", *told), notice("2", *reversed(told), source="t")).deals
    assert (deal.lots, deal.amount_fen) == (2, 1200)


@pytest.mark.parametrize("label", ["A", "包一", "01包", "标段1", "第1包"])
def test_a_lots_label_may_be_written_in_many_ways(label: str) -> None:
    first = (lot("甲公司", label="1"), lot("乙公司", label="2"))
    deals = made(notice("1", *first), notice("2", lot("甲公司", label=label, amount=None), source="t"))
    assert pairs(deals) == [("乙公司", 10000), ("甲公司", 10000)]


def test_a_copy_completes_what_the_first_notice_left_out() -> None:
    there = Lot(None, "awarded", (Supplier("甲公司", address="杭州市西湖区1号"),), "3.00")
    (line,) = made(notice("1", lot("甲公司", amount=None)), notice("2", there, source="t")).lines
    assert (line.amount_fen, line.supplier_address) == (300, "杭州市西湖区1号")


def test_a_correction_changes_the_lot_it_names() -> None:
    award = notice("1", lot("甲公司", label="A"), lot("乙公司", label="B"))
    change = notice("2", lot("丙公司", label="B", amount="7.00"), kind="correction", day="2024-03-09")
    assert pairs(made(award, change)) == [("丙公司", 700), ("甲公司", 10000)]


def test_a_correction_of_the_amount_alone_keeps_the_supplier() -> None:
    change = notice("2", lot(amount="9.00"), kind="correction", day="2024-03-09")
    assert pairs(made(notice("1", lot("甲公司")), change)) == [("甲公司", 900)]


def test_a_correction_that_fits_no_lot_is_reported() -> None:
    award = notice("1", lot("甲公司", label="A"), lot("乙公司", label="B"))
    deals = made(award, notice("2", lot("丙公司", label="C"), kind="correction", day="2024-03-09"))
    assert pairs(deals) == [("乙公司", 10000), ("甲公司", 10000)]
    assert deals.problems == ["s/2 changes lot 'C', not in the award"]


def test_a_cancellation_ends_the_award_and_one_before_it_does_not() -> None:
    failed = "智能客服系统采购项目废标公告"
    after = notice("2", kind="failed", day="2024-03-09", title=failed)
    before = notice("0", kind="failed", day="2024-02-01", title=failed)
    assert made(notice("1", lot("甲公司")), after).awards[0].status == "cancelled"
    assert made(notice("1", lot("甲公司")), after).deals == []
    assert pairs(made(before, notice("1", lot("甲公司")))) == [("甲公司", 10000)]


def test_next_years_purchase_of_the_same_name_fails_alone() -> None:
    other = notice(
        "2", kind="failed", day="2025-03-09", title="智能客服系统采购项目废标公告", project_code="SZ-2025-077"
    )
    assert made(notice("1", lot("甲公司")), other).awards[0].status == "standing"


def test_a_branch_writes_its_banks_legal_form_or_leaves_it_out() -> None:
    change = notice("2", lot(amount="9.00"), kind="correction", day="2024-03-09", purchaser="中国建设银行深圳市分行")
    assert pairs(made(notice("1", lot("甲公司")), change)) == [("甲公司", 900)]


def test_a_failed_sibling_lot_under_the_same_code_ends_nothing() -> None:
    other = notice("2", kind="failed", day="2024-03-09", title="智能客服系统采购项目（包件2）废标公告")
    assert pairs(made(notice("1", lot("甲公司")), other)) == [("甲公司", 10000)]


def test_candidates_and_failed_lots_are_no_deals() -> None:
    award = notice("1", lot("甲公司", label="1"), lot("乙公司", label="2", status="failed"))
    assert pairs(made(award, notice("5", lot("丙公司", status="candidate"), kind="candidate"))) == [("甲公司", 10000)]


def test_a_shortlist_gives_deals_without_amount() -> None:
    deals = made(notice("1", lot("甲公司", "乙公司"), kind="shortlist"))
    assert pairs(deals) == [("乙公司", None), ("甲公司", None)]
    assert all(d.framework for d in deals.deals)


def test_a_consortium_has_one_amount() -> None:
    led = Lot(None, "awarded", (Supplier("乙公司", role="leader"), Supplier("甲公司", role="member")), "100.00")
    assert pairs(made(notice("1", led))) == [("乙公司", 10000), ("甲公司", 0)]
    assert pairs(made(notice("1", lot("丙", "乙", "甲", role="member")))) == [("丙", 3334), ("乙", 3333), ("甲", 3333)]


def test_several_winners_of_one_sum_leave_each_part_unknown() -> None:
    assert pairs(made(notice("1", lot("甲公司", "乙公司")))) == [("乙公司", None), ("甲公司", None)]


def test_foreign_money_is_a_note_not_an_amount() -> None:
    (line,) = made(notice("1", Lot(None, "awarded", (Supplier("甲公司"),), "5.00", currency="USD"))).lines
    assert (line.amount_fen, line.amount_note) == (None, "5.00 USD")


def test_a_deal_takes_the_domain_of_the_longest_hit() -> None:
    def hit(start: int, end: int, dimension: str) -> HitRow:
        return HitRow("s", "1", "l", "title", start, end, "t", "t", None, dimension, "strict", "")

    (deal,) = made(notice("1", lot("甲公司")), hits=(hit(0, 2, "人工智能"), hit(3, 7, "大数据"))).deals
    assert (deal.domains, deal.primary_domain) == ("人工智能;大数据", "大数据")


@given(st.integers(0, 10**12), st.lists(st.sampled_from([None, "leader", "member"]), min_size=1, max_size=6))
def test_known_parts_add_up_to_the_total(total: int, roles: list[str | None]) -> None:
    parts = [part for part, _ in shares([Supplier(str(n), role=r) for n, r in enumerate(roles)], total)]
    assert all(p is None for p in parts) or sum(p or 0 for p in parts) == total


@pytest.mark.parametrize(
    "title",
    [
        "智能客服系统采购项目中标公告",
        "智能客服系统采购项目中标（成交）结果公告",
        "智能客服系统采购项目（第二次）成交公告",
        "智能客服系统采购项目 废标公告",
        "关于取消智能客服系统采购项目中标结果的公告",
        "关于智能客服系统采购项目的中标结果公示",
    ],
)
def test_the_stage_is_no_part_of_a_projects_name(title: str) -> None:
    assert project_name(title) == "智能客服系统采购项目"


def test_amounts_become_fen_exactly() -> None:
    (deal,) = made(notice("1", lot("甲公司", amount="106185203.89"))).deals
    assert deal.amount_fen == int(Decimal("106185203.89") * 100)


def test_an_edge_of_unknown_amounts_has_no_amount_rather_than_none_paid() -> None:
    deals = made(notice("1", lot("甲公司", amount=None))).deals
    (edge,) = edges(deals, lambda code, _: code or "unallocated")
    assert (edge.deals, edge.amount_fen) == (1, None)
