"""Which notices tell of one award: what joins them, what keeps them apart, whatever order and portal they come from."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.deals.notices import project_name, round_of
from etl.records import Record
from tests.award_notices import lot, made, notice, pairs

NAME = "智能客服系统采购项目"


def awards(*records: Record) -> int:
    return len(made(*records).awards)


def evidence(*records: Record) -> list[str]:
    return [n.evidence for n in made(*records).notices if n.role != "award"]


# -- one award ---------------------------------------------------------------------------------------------------------


def test_the_sites_own_word_joins_notices_whose_titles_and_codes_differ() -> None:
    first = notice("1", lot("甲公司"), project_code=None, related=("9",))
    second = notice("2", lot("甲公司"), project_code=None, title="客服平台成交公示", related=("9",), day="2024-03-20")
    assert evidence(first, second) == ["the site shows them as one purchase"]


def test_an_exports_link_to_the_notice_itself_joins_them() -> None:
    url = "https://www.ccgp.invalid/cggg/t20240301_7.htm"
    crawled = notice("7", lot("甲公司"), project_code=None, url=url, purchaser=None)
    exported = notice("e.csv:2", lot("甲公司"), source="import_p", project_code=None, url=url.replace("https", "http"))
    assert evidence(crawled, exported) == ["the same page, ccgp.invalid/cggg/t20240301_7.htm"]


def test_a_link_to_the_platforms_search_page_joins_nothing() -> None:
    url = "https://platform.invalid/search?type=award"
    one = notice("1", lot("甲公司"), project_code=None, url=url)
    other = notice("2", lot("乙公司"), project_code=None, url=url, title="网点装修工程中标公告", day="2024-04-01")
    assert awards(one, other) == 2


def test_without_a_code_name_purchaser_and_winner_join_a_copy_published_days_later() -> None:
    first = notice("1", lot("甲公司"), project_code=None)
    assert awards(first, replace(first, source="t", published_at="2024-03-06T09:00:00+08:00")) == 1
    assert awards(first, replace(first, source="t", published_at="2024-04-06T09:00:00+08:00")) == 2


def test_purchaser_winner_and_money_join_what_portals_title_in_their_own_way() -> None:
    first = notice("1", lot("甲公司", amount="569800.00"), project_code=None)
    other = notice(
        "2",
        lot("甲公司", amount="569800.00"),
        source="t",
        project_code=None,
        title="深圳分行智能客服系统采购项目成交结果",
    )
    assert evidence(first, other) == ["same purchaser, winners and amounts"]


def test_one_project_under_the_codes_of_two_platforms_is_one_award() -> None:
    other = notice("2", lot("甲公司"), source="t", project_code="PLAT-998877")
    assert awards(notice("1", lot("甲公司")), other) == 1


def test_sibling_lots_in_notices_of_their_own_are_two_lots_of_one_award() -> None:
    first = notice("1", lot("甲公司"), title=f"{NAME}（包件1）中标公告")
    second = notice("2", lot("甲公司", amount="50.00"), title=f"{NAME}（包件2）中标公告", day="2024-03-08")
    copy = notice("9", lot("甲公司", label="1"), lot("甲公司", amount="50.00", label="2"), source="t", day="2024-03-09")
    for told in ((first, second), (first, second, copy), (copy, first, second)):
        deals = made(*told)
        assert [(a.lots, len(deals.awards)) for a in deals.awards] == [(2, 1)]
        assert pairs(deals) == [("甲公司", 15000)]


# -- two awards --------------------------------------------------------------------------------------------------------


def test_a_second_attempt_under_the_same_code_is_an_award_of_its_own() -> None:
    first = notice("1", lot("甲公司"))
    failed = notice("2", kind="failed", title=f"{NAME}废标公告", day="2024-03-20")
    second = notice("3", lot("乙公司", amount="90.00"), title=f"{NAME}（第二次）中标公告", day="2024-05-01")
    deals = made(first, failed, second)
    assert [(a.award_id, a.status) for a in deals.awards] == [("s/1", "cancelled"), ("s/3", "standing")]
    assert pairs(deals) == [("乙公司", 9000)]


def test_a_failure_parts_two_awards_even_where_no_title_counts_attempts() -> None:
    told = (
        notice("1", lot("甲公司")),
        notice("2", kind="failed", title=f"{NAME}废标公告", day="2024-03-20"),
        notice("3", lot("甲公司", amount="90.00"), day="2024-05-01"),
    )
    assert pairs(made(*told)) == [("甲公司", 9000)]


def test_a_tender_that_failed_before_any_award_ends_nothing() -> None:
    failed = notice("0", kind="failed", title=f"{NAME}流标公告", day="2024-02-01")
    again = notice("1", lot("甲公司"), title=f"{NAME}（二次）成交公告")
    late_copy = notice("9", kind="failed", title=f"{NAME}流标公告", day="2024-02-04", source="t")
    assert pairs(made(failed, late_copy, again)) == [("甲公司", 10000)]


def test_a_copy_that_leaves_the_attempt_out_is_still_a_copy() -> None:
    told = notice("1", lot("甲公司"), title=f"{NAME}（第二次）中标公告")
    assert awards(told, notice("2", lot("甲公司"), source="t", day="2024-03-02")) == 1


def test_a_failed_second_attempt_does_not_end_the_first_one() -> None:
    failed = notice("2", kind="failed", title=f"{NAME}（第二次）废标公告", day="2024-05-09")
    assert pairs(made(notice("1", lot("甲公司")), failed)) == [("甲公司", 10000)]


def test_two_projects_of_one_purchaser_and_supplier_on_one_day_stay_two() -> None:
    one = notice("1", lot("甲公司"), project_code=None)
    other = notice("2", lot("甲公司"), project_code=None, title="手机银行升级项目中标公告")
    phases = [notice(n, lot("甲公司"), project_code=None, title=f"数据平台{n}期项目中标公告") for n in "一二"]
    assert awards(one, other) == 2
    assert awards(*phases) == 2


@pytest.mark.parametrize("code", ["2024-001", "20240301", "CG-24", "0001"])
def test_a_code_that_anybody_could_use_joins_only_what_more_speaks_for(code: str) -> None:
    one = notice("1", lot("甲公司"), project_code=code)
    stranger = notice("2", lot("乙公司"), project_code=code, purchaser="某市商业银行股份有限公司")
    nameless = notice("3", lot("丙公司"), project_code=code, purchaser=None, title="网点装修工程中标公告")
    neighbour = notice("4", lot("丁公司"), project_code=code, title="金库改造工程中标公告", day="2024-03-09")
    copy = notice("5", lot("甲公司"), project_code=code, source="t", day="2024-03-02")
    assert awards(one, stranger, nameless, neighbour, copy) == 4


def test_a_code_used_again_years_later_is_another_purchases() -> None:
    assert awards(notice("1", lot("甲公司")), notice("2", lot("乙公司"), day="2026-03-01")) == 2


def test_a_shortlist_and_what_was_bought_from_it_are_two_awards() -> None:
    shortlist = notice("1", lot("甲公司", "乙公司", amount=None), kind="shortlist")
    bought = notice("2", lot("甲公司"), day="2024-06-01")
    deals = made(shortlist, bought)
    assert [(a.framework, a.lots) for a in deals.awards] == [(True, 1), (False, 1)]
    assert {(d.supplier, d.amount_fen) for d in deals.deals} == {("甲公司", None), ("乙公司", None), ("甲公司", 10000)}


# -- what comes after --------------------------------------------------------------------------------------------------


def test_a_correction_on_another_portal_finds_its_award_by_purchaser_and_name() -> None:
    change = notice("9", lot(amount="9.00"), source="t", kind="correction", project_code=None, day="2024-03-09")
    change = replace(change, title=f"{NAME}中标结果更正公告")
    assert pairs(made(notice("1", lot("甲公司")), change)) == [("甲公司", 900)]


def test_a_correction_known_before_its_award_still_corrects_it() -> None:
    change = notice("9", lot("乙公司"), source="t", kind="correction", day="2024-02-28", title=f"{NAME}结果更正公告")
    assert pairs(made(change, notice("1", lot("甲公司")))) == [("乙公司", 10000)]


def test_a_correction_of_the_invitation_is_no_correction_of_the_award() -> None:
    change = notice("0", kind="correction", day="2024-02-25", title=f"{NAME}招标公告更正公告")
    assert [n.role for n in made(change, notice("1", lot("甲公司"))).notices] == ["award"]


def test_a_correction_goes_to_the_attempt_it_names() -> None:
    told = (
        notice("1", lot("甲公司")),
        notice("2", kind="failed", title=f"{NAME}废标公告", day="2024-03-20"),
        notice("3", lot("乙公司"), title=f"{NAME}（第二次）中标公告", day="2024-05-01"),
        notice("4", lot(amount="7.00"), kind="correction", title=f"{NAME}（第二次）结果更正公告", day="2024-05-05"),
    )
    assert pairs(made(*told)) == [("乙公司", 700)]


def test_a_contract_confirms_an_award_and_alone_makes_no_deal() -> None:
    contract = notice("2", lot("甲公司", amount="99.00"), kind="contract", title=f"{NAME}合同公告", day="2024-04-01")
    deals = made(notice("1", lot("甲公司", amount=None)), contract)
    assert pairs(deals) == [("甲公司", 9900)]
    assert [(n.role, n.evidence) for n in deals.notices][1] == ("copy", "contract: project code SZ-2024-001")
    assert made(contract).awards == []


def test_a_contract_changes_neither_amount_nor_rate_nor_winner_of_its_award() -> None:
    contract = notice("2", lot("甲公司", amount="99.00"), kind="contract", day="2024-04-01")
    stranger = notice("3", lot("乙公司"), kind="contract", day="2024-04-02")
    assert pairs(made(notice("1", lot("甲公司")), contract, stranger)) == [("甲公司", 10000)]
    rate = notice("1", lot("甲公司", amount=None, note="下浮率3%"))
    assert pairs(made(rate, contract)) == [("甲公司", None)]


# -- words of titles ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "attempt"),
    [
        ("某平台项目（第二次）中标公告", 2),
        ("某平台项目(二次)成交公告", 2),
        ("某平台项目第三次招标结果公告", 3),
        ("某平台项目二次招标中标公告", 2),
        ("某平台项目（重新招标）中标公告", 2),
        ("某平台二次开发项目中标公告", 1),
        ("二次供水设施改造中标公告", 1),
        ("某平台一次性采购中标公告", 1),
        ("二次采购系统建设项目中标公告", 1),
    ],
)
def test_an_attempt_is_counted_only_where_a_title_counts_it(title: str, attempt: int) -> None:
    assert round_of(title) == attempt
    if attempt == 1:
        assert "二次" not in title or "二次" in project_name(title)


@pytest.mark.parametrize("lot_", ["（包件2）", "（第二包）", "-标段2", "(B包)", "【标包二】"])
def test_the_lot_is_no_part_of_a_projects_name(lot_: str) -> None:
    assert project_name(f"{NAME}{lot_}中标公告") == NAME


# -- properties --------------------------------------------------------------------------------------------------------

STORY = (
    notice("1", lot("甲公司"), title=f"{NAME}（包件1）中标公告"),
    notice("2", lot("乙公司"), title=f"{NAME}（包件2）中标公告", day="2024-03-02"),
    notice("3", lot("甲公司", amount="106.00", tax="incl"), source="t", day="2024-03-03", title=f"{NAME}包件1成交公告"),
    notice("4", lot(amount="9.00", label="2"), kind="correction", source="t", day="2024-03-09"),
    notice("5", kind="failed", title=f"{NAME}（包件1）废标公告", day="2024-03-20"),
    notice("6", lot("丙公司"), title=f"{NAME}（第二次）（包件1）中标公告", day="2024-05-01"),
)


def test_the_order_in_which_notices_arrive_plays_no_part() -> None:
    expected = made(*STORY)
    assert pairs(expected) == [("丙公司", 10000), ("乙公司", 900)]
    for number, order in enumerate(permutations(STORY)):
        if number % 7 == 0:
            assert made(*order) == expected


PROJECTS = st.lists(
    st.tuples(
        st.sampled_from(["智能客服系统", "手机银行升级", "风险模型平台", "数据中心机房", "网点排队设备"]),
        st.sampled_from(["中国建设银行深圳市分行", "杭州银行股份有限公司", "招商银行股份有限公司"]),
        st.lists(st.sampled_from(["甲公司", "乙公司", "丙公司"]), min_size=1, max_size=2, unique=True),
        st.booleans(),
        st.lists(
            st.tuples(st.sampled_from("abc"), st.integers(0, 6)), min_size=1, max_size=4, unique_by=lambda c: c[0]
        ),
    ),
    min_size=1,
    max_size=4,
    unique_by=lambda p: p[:2],
)


@given(PROJECTS, st.randoms(use_true_random=False))
def test_splitting_notices_across_portals_never_changes_the_number_of_deals(projects: list, random: object) -> None:
    alone, spread = [], []
    for number, (name, buyer, winners, coded, copies) in enumerate(projects):
        lots = [lot(winner, amount=f"{number + 1}{n}000.00") for n, winner in enumerate(winners)]
        code = f"XM-2024-{number:04}" if coded else None
        for source, later in copies:
            day = (date(2024, 3, 1) + timedelta(days=later)).isoformat()
            told = {"title": f"{name}项目中标公告", "purchaser": buyer, "project_code": code, "day": day}
            spread.append(notice(str(number), *lots, source=source, **told))
        alone.append(spread[-1])
    random.shuffle(spread)  # type: ignore[attr-defined]
    assert len(made(*spread).deals) == len(made(*alone).deals) == sum(len(p[2]) for p in projects)
    assert len(made(*spread).awards) == len(projects)
