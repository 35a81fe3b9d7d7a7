"""Policies from documents: copies of one policy on several sites, merged by 文号, else title, issuers and date."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.parsers._policy import issuers_in_title
from etl.policies import derive, issuer_key, level_of, title_key
from etl.records import Record

TITLE = "科技部 财政部关于印发《白石贷款管理办法（试行）》的通知"


def document(
    source: str = "most",
    source_id: str = "1",
    *,
    title: str = TITLE,
    number: str | None = None,
    issuers: tuple[str, ...] = ("科技部", "财政部"),
    day: str | None = "2024-03-01",
) -> Record:
    return Record(
        source,
        source_id,
        title=title,
        doc_number=number,
        issuers=issuers,
        published_at=f"{day}T00:00:00+08:00" if day else None,
        doc_type="办法",
        kind="policy",
    )


def groups(*documents: Record) -> set[frozenset[str]]:
    """Sources (with numbers) that stand together."""
    made: dict[str, set[str]] = {}
    for row in derive(documents).copies:
        made.setdefault(row.policy_id, set()).add(f"{row.source}/{row.source_id}")
    return {frozenset(group) for group in made.values()}


def test_one_number_is_one_policy_whatever_its_title_and_day() -> None:
    copies = (
        document("most", number="国科发资〔2024〕5号"),
        document("mof", number="国科发资〔2024〕5号", title="白石贷款管理办法", day="2024-11-01", issuers=()),
    )
    assert groups(*copies) == {frozenset({"most/1", "mof/1"})}
    (policy,) = derive(copies).policies
    assert (policy.policy_id, policy.doc_number, policy.copies) == ("国科发资〔2024〕5号", "国科发资〔2024〕5号", 2)
    assert (policy.title, policy.issuers, policy.doc_type) == (TITLE, "科技部、财政部", "办法")
    assert (policy.published_on, policy.year, policy.level, policy.place_code) == ("2024-03-01", 2024, "central", None)


def test_a_copy_without_number_joins_the_one_it_agrees_with() -> None:
    numbered = document("most", number="国科发资〔2024〕5号")
    bare = document(
        "mof", title="关于印发白石贷款管理办法(试行)的通知", issuers=("财政部", "科学技术部"), day="2024-03-20"
    )
    assert groups(numbered, bare) == {frozenset({"most/1", "mof/1"})}
    evidence = {row.source: row.evidence for row in derive([numbered, bare]).copies}
    assert evidence == {"most": "文号", "mof": "title, issuers and date agree with a copy that has the 文号"}


def test_between_two_numbers_a_copy_without_one_is_left_alone() -> None:
    first, second = document("a", number="国科发〔2024〕5号"), document("b", number="国科发〔2024〕6号")
    assert groups(first, second, document("c")) == {frozenset({"a/1"}), frozenset({"b/1"}), frozenset({"c/1"})}


@pytest.mark.parametrize(
    "other",
    [
        document("mof", day="2025-03-01"),  # the same notice of the next year
        document("mof", issuers=("某市科技局",)),
        document("mof", title="科技部 财政部关于开展白石贷款试点的通知"),
        document("mof", day=None),
        document("mof", issuers=()),
    ],
)
def test_another_year_title_or_issuer_or_none_is_another_policy(other: Record) -> None:
    assert len(groups(document("most"), other)) == 2


def test_what_comes_back_on_one_site_is_told_apart_by_its_days() -> None:
    prices = [document("shanghai", str(n), day=f"2024-0{n}-10") for n in (1, 2, 3)]
    elsewhere = document("govcn", day="2024-02-10")
    assert groups(*prices, elsewhere) == {
        frozenset({"shanghai/1"}),
        frozenset({"shanghai/2", "govcn/1"}),
        frozenset({"shanghai/3"}),
    }
    assert len(groups(document("a", title="公告（2019年 第13号）"), document("b", title="公告（2019年 第15号）"))) == 2


def test_a_number_that_names_no_year_and_one_of_an_explanation_merge_nothing() -> None:
    assert (
        len(groups(document("a", number="第3号", title="甲公告"), document("b", number="第3号", title="乙公告"))) == 2
    )
    told = document("b", number="国科发〔2024〕5号", title="《白石贷款管理办法》政策解读", issuers=("科技部",))
    assert len(groups(document("a", number="国科发〔2024〕5号"), told)) == 2


@pytest.mark.parametrize(
    "title",
    [
        "科技部 财政部关于印发《白石贷款管理办法（试行）》的通知",
        "关于印发《白石贷款管理办法(试行)》的通知",
        "关于印发〈白石贷款管理办法（试行）〉的通知（国科发资〔2024〕5号）",
        "科技部　财政部 关于印发 白石贷款管理办法（试行）的通知",
        "白石贷款管理办法（试行）",
    ],
)
def test_titles_are_compared_without_widths_brackets_issuers_and_covers(title: str) -> None:
    assert title_key(title) == "白石贷款管理办法试行"


def test_what_a_title_is_about_stays() -> None:
    assert title_key("某市关于白石的意见") != title_key("某市关于青禾的意见")
    assert title_key("关于印发通知") == "关于印发通知"
    assert title_key("《白石关于青禾的办法》") == "白石关于青禾的办法"


@pytest.mark.parametrize(
    ("long", "short"),
    [
        ("中国人民银行", "人民银行"),
        ("国家金融监督管理总局", "金融监管总局"),
        ("中国证券监督管理委员会", "证监会"),
        ("中华人民共和国科学技术部", "科技部"),
        ("国家发展和改革委员会", "发展改革委"),
    ],
)
def test_long_and_short_names_of_an_issuer_are_one(long: str, short: str) -> None:
    assert issuer_key(long) == issuer_key(short)


@pytest.mark.parametrize(
    ("issuers", "level"),
    [
        (("国务院办公厅",), ("central", None)),
        (("中国人民银行", "证监会"), ("central", None)),
        (("广东省人民政府",), ("province", "440000")),
        (("重庆市人民政府办公厅",), ("province", "500000")),
        (("深圳市科技创新局",), ("city", "440300")),
        (("市政府办公室",), (None, None)),
        ((), (None, None)),
    ],
)
def test_the_issuer_says_level_and_place(issuers: tuple[str, ...], level: tuple[str | None, str | None]) -> None:
    assert level_of(issuers, "2024") == level


def test_an_office_without_a_place_is_that_of_the_place_its_site_speaks_for() -> None:
    assert level_of(("市科委",), "2024", "310000") == ("province", "310000")
    assert level_of(("市政府办公室",), "2024", "320500") == ("city", "320500")
    (policy,) = derive([document("suzhou", issuers=("市政府",))], {"suzhou": "320500"}).policies
    assert (policy.level, policy.place_code) == ("city", "320500")


@pytest.mark.realdata
def test_real_copies_on_two_sites_are_found_and_prices_of_every_month_kept_apart(shared_data: Path) -> None:
    documents = {}
    for site in ("State_Council", "Shanghai_Municipal_Government"):
        book = openpyxl.load_workbook(shared_data / "policies" / "titles" / f"{site}.xlsx", read_only=True)
        for url, title, _, day, *_ in book.worksheets[0].iter_rows(min_row=2, values_only=True):
            named = {
                "title": str(title),
                "issuers": issuers_in_title(str(title)),
                "day": str(day)[:10] if day else None,
            }
            documents[str(url)] = document(site, str(url), **named)
        book.close()
    together: dict[str, list[Record]] = {}
    for row in derive(documents.values()).copies:
        together.setdefault(row.policy_id, []).append(documents[row.source_id])
    joint = {d.title for group in together.values() if len({d.source for d in group}) == 2 for d in group}
    assert {f"国务院办公厅关于{year}年部分节假日安排的通知" for year in (2018, 2019, 2022)} <= joint
    assert all(len(g) == 1 for g in together.values() if "民用瓶装液化石油气最高零售价格" in (g[0].title or ""))


_NUMBERS = st.sampled_from([None, "国科发〔2024〕5号", "国科发〔2024〕6号", "第3号"])
_DOCUMENTS = st.lists(
    st.builds(
        document,
        source=st.sampled_from(["most", "mof", "pbc", "govcn"]),
        source_id=st.sampled_from(["1", "2", "3"]),
        title=st.sampled_from([TITLE, "关于印发白石贷款管理办法（试行）的通知", "关于青禾的意见", ""]),
        number=_NUMBERS,
        issuers=st.sampled_from([(), ("科技部", "财政部"), ("财政部", "科学技术部"), ("财政部",)]),
        day=st.sampled_from([None, "2024-03-01", "2024-04-15", "2024-06-01", "2025-03-01"]),
    ),
    max_size=8,
    unique_by=lambda d: (d.source, d.source_id),
)


@given(_DOCUMENTS, st.randoms(use_true_random=False))
def test_the_order_of_documents_never_matters(documents: list[Record], random: object) -> None:
    mixed = list(documents)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    assert derive(mixed) == derive(documents)


@given(_DOCUMENTS)
def test_every_document_is_a_copy_of_exactly_one_policy(documents: list[Record]) -> None:
    made = derive(documents)
    assert sorted((c.source, c.source_id) for c in made.copies) == sorted((d.source, d.source_id) for d in documents)
    assert {c.policy_id for c in made.copies} == {p.policy_id for p in made.policies}
    assert sum(p.copies for p in made.policies) == len(documents)


@given(_DOCUMENTS)
def test_different_numbers_never_merge_and_equal_ones_always_do(documents: list[Record]) -> None:
    number = {(d.source, d.source_id): d.doc_number for d in documents if "〔" in (d.doc_number or "")}
    policy = {(c.source, c.source_id): c.policy_id for c in derive(documents).copies}
    for one, its in number.items():
        for other, others in number.items():
            assert (policy[one] == policy[other]) == (its == others)


@given(_DOCUMENTS)
def test_what_stands_together_agrees_or_has_the_number(documents: list[Record]) -> None:
    there = {(d.source, d.source_id): d for d in documents}
    for row in derive(documents).copies:
        if row.evidence == "title, issuers and date":
            same = [there[c.source, c.source_id] for c in derive(documents).copies if c.policy_id == row.policy_id]
            assert len({title_key(d.title or "") for d in same}) == 1
            assert len(same) > 1
