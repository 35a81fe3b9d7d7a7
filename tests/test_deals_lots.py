"""What copies, corrections and cancellations do to the lots of an award, and what becomes of its money."""

from __future__ import annotations

import pytest

from etl.records import Lot, Supplier
from tests.award_notices import lot, made, notice, pairs

FIRST = notice("1", lot("甲公司"))


def copy(*lots: Lot, source: str = "t", day: str = "2024-03-02", **more: str) -> object:
    return notice("9", *lots, source=source, day=day, **more)


# -- copies ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (lot("甲公司", amount="100.00", tax="excl"), lot("甲公司", amount="106.00", tax="incl")),
        (lot("甲公司", amount="113000.00"), lot("甲公司", amount="100000.00")),
        (lot("甲公司", amount="569812.35"), lot("甲公司", amount="569800.00")),
        (lot("甲公司", amount="100.00"), lot("甲公司", amount=None)),
    ],
    ids=["with and without tax", "the basis untold", "rounded to 万元", "untold"],
)
def test_one_price_printed_in_two_ways_is_neither_added_nor_a_contradiction(first: Lot, second: Lot) -> None:
    deals = made(notice("1", first), copy(second))
    (line,) = deals.lines
    assert first.amount_yuan is not None
    assert line.amount_fen == int(first.amount_yuan.replace(".", ""))
    assert deals.problems == []


@pytest.mark.parametrize("label", [None, "1"])
def test_two_portals_that_contradict_each_other_leave_the_amount_unknown_and_say_so(label: str | None) -> None:
    deals = made(notice("1", lot("甲公司", label=label)), copy(lot("甲公司", amount="730.00", label=label)))
    (line,) = deals.lines
    assert (line.amount_fen, line.amount_note) == (None, "100.00 (s) or 730.00 (t)")
    assert deals.problems == ["甲公司: two amounts are announced, 100.00 (s) or 730.00 (t)"]
    third = notice("8", lot("甲公司", label=label), source="u", day="2024-03-03")
    assert pairs(made(FIRST, copy(lot("甲公司", amount="730.00")), third)) == [("甲公司", None)]


def test_the_sum_of_two_lots_is_no_third_lot() -> None:
    parts, total = (lot("甲公司", amount="5000.00"), lot("甲公司", amount="7000.00")), lot("甲公司", amount="12000.00")
    assert pairs(made(notice("1", *parts), copy(total))) == [("甲公司", 1200000)]
    assert pairs(made(notice("1", total), copy(*parts))) == [("甲公司", 1200000)]


def test_two_lots_of_one_winner_stay_two_where_the_price_of_one_is_unknown() -> None:
    (deal,) = made(notice("1", lot("甲公司"), lot("甲公司", amount=None))).deals
    assert (deal.lots, deal.amount_fen, deal.amount_complete) == (2, 10000, False)


def test_a_consortium_told_by_its_leader_alone_is_one_lot_with_one_amount() -> None:
    both = Lot(None, "awarded", (Supplier("甲公司", role="leader"), Supplier("乙公司", role="member")), "100.00")
    for told in ((FIRST, copy(both)), (notice("1", both), copy(lot("甲公司")))):
        assert pairs(made(*told)) == [("乙公司", 0), ("甲公司", 10000)]


def test_a_copy_tells_who_leads() -> None:
    untold, led = lot("甲公司", "乙公司"), (Supplier("甲公司", role="leader"), Supplier("乙公司", role="member"))
    assert pairs(made(notice("1", untold), copy(Lot(None, "awarded", led, "100.00")))) == [
        ("乙公司", 0),
        ("甲公司", 10000),
    ]


def test_equal_shares_are_flagged() -> None:
    lines = made(notice("1", lot("甲公司", "乙公司", role="member"))).lines
    assert {(line.amount_fen, line.amount_basis) for line in lines} == {(5000, "equal_share")}


# -- corrections and cancellations -----------------------------------------------------------------------------------


def change(*lots: Lot, day: str = "2024-03-09", kind: str = "correction", source: str = "s", **more: str) -> object:
    return notice("5", *lots, kind=kind, day=day, source=source, **more)


def test_a_winner_replaced_without_a_new_price_has_none() -> None:
    (line,) = made(FIRST, change(lot("乙公司", amount=None))).lines
    assert (line.supplier, line.amount_fen, line.amount_note) == ("乙公司", None, "100.00 was the price of 甲公司")


def test_a_copy_of_what_was_corrected_brings_nothing_back() -> None:
    late = copy(lot("甲公司"), day="2024-03-12")
    corrected = copy(lot("乙公司", amount="90.00"), source="u", day="2024-03-13")
    assert pairs(made(FIRST, change(lot("乙公司", amount="90.00")), late, corrected)) == [("乙公司", 9000)]


def test_a_correction_of_an_amount_to_a_rate_takes_the_amount_away() -> None:
    (line,) = made(FIRST, change(lot("甲公司", amount=None, note="下浮率3%"))).lines
    assert (line.amount_fen, line.amount_note) == (None, "下浮率3%")


def test_two_corrections_count_in_the_order_of_their_days() -> None:
    one, two = change(lot(amount="9.00")), notice("6", lot(amount="8.00"), kind="correction", day="2024-03-10")
    assert pairs(made(two, FIRST, one)) == [("甲公司", 800)]


def test_a_cancellation_may_end_one_lot_of_several() -> None:
    both = notice("1", lot("甲公司", label="1"), lot("乙公司", label="2"))
    ended = change(Lot("2", "failed"), kind="failed", title="智能客服系统采购项目（包件2）废标公告", source="t")
    deals = made(both, ended)
    assert pairs(deals) == [("甲公司", 10000)]
    assert deals.awards[0].status == "standing"
    assert pairs(made(both, change(Lot("2", "failed")))) == [("甲公司", 10000)]


def test_a_cancelled_award_stays_cancelled_when_a_copy_comes_late() -> None:
    ended = change(kind="failed", title="智能客服系统采购项目废标公告")
    deals = made(FIRST, ended, copy(lot("甲公司"), day="2024-03-12"))
    assert (pairs(deals), [a.status for a in deals.awards]) == ([], ["cancelled"])


def test_an_award_whose_winner_nobody_could_read_is_not_cancelled() -> None:
    assert [(a.status, a.lots) for a in made(notice("1")).awards] == [("standing", 0)]


# -- what is no amount -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "title", ["办公用品框架协议采购项目中标公告", "评估机构入围项目中标公告", "印刷定点采购成交公告"]
)
def test_a_framework_agreement_fixes_no_amount(title: str) -> None:
    deals = made(notice("1", lot("甲公司", amount="500.00"), title=title))
    assert pairs(deals) == [("甲公司", None)]
    assert deals.deals[0].framework
    assert deals.lines[0].amount_note == "500.00 CNY"


def test_a_software_framework_is_a_thing_one_buys() -> None:
    deals = made(notice("1", lot("甲公司"), title="微服务开发框架采购项目中标公告"))
    assert (pairs(deals), deals.deals[0].framework) == ([("甲公司", 10000)], False)


def test_yuan_and_dollars_of_one_deal_are_not_added() -> None:
    dollars = Lot("2", "awarded", (Supplier("甲公司"),), "5.00", currency="USD")
    (deal,) = made(notice("1", lot("甲公司", label="1"), dollars)).deals
    assert (deal.lots, deal.amount_fen, deal.amount_complete) == (2, 10000, False)


def test_a_rate_is_a_note() -> None:
    (line,) = made(notice("1", lot("甲公司", amount=None, note="单价 12 元/人"))).lines
    assert (line.amount_fen, line.amount_basis, line.amount_note) == (None, "unknown", "单价 12 元/人")
