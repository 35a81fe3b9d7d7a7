"""The synthetic corpus: fixed by its seed, large, independent of the rooms, and its truth consistent."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from html import unescape
from pathlib import Path

import pytest

from fincity.demo import corpus as corpora
from fincity.demo import money, render
from fincity.demo.corpus import PLANTED, Corpus
from fincity.demo.facts import CCGP, CFCPN, Lot, Notice, Party
from fincity.demo.truth import shares
from fincity.demo.world import rows

ROOT = Path(__file__).resolve().parent.parent
SEARCH = "http://search.ccgp.demo.invalid/bxsearch"
CFCPN_LIST = "http://www.cfcpn.demo.invalid/jcw/noticeinfo/noticeInfo/dataNoticeList"
POLICIES = "http://sousuo.gov.demo.invalid/search-gov/data"


@pytest.fixture(scope="module")
def small() -> Corpus:
    return corpora.make("small")


@pytest.fixture(scope="module")
def full() -> Corpus:
    return corpora.make("full")


def in_new_process(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True).stdout


def test_same_seed_same_corpus_in_every_process(small: Corpus) -> None:
    assert corpora.make("small") == small
    printed = in_new_process("from fincity.demo import corpus; print(corpus.make('small').truth.sha256())")
    assert printed.strip() == small.truth.sha256()
    assert corpora.make("small", seed=1).truth.sha256() != small.truth.sha256()


def test_generator_and_portal_know_none_of_the_rooms() -> None:
    code = (
        "import sys; from fincity.demo import corpus, truth, render, portal;"
        "rooms = {'crawlers', 'db', 'etl', 'flows', 'keywords', 'scrapy', 'pandas', 'jieba', 'lxml'};"
        "print(sorted(rooms & {name.partition('.')[0] for name in sys.modules}))"
    )
    assert in_new_process(code).strip() == "[]"


def test_full_corpus_is_as_large_as_promised(full: Corpus) -> None:
    assert len(full.notices) >= 3000
    assert (len(full.world.cities), len(full.world.banks), len(full.world.firms)) == (40, 60, 200)
    assert len(full.reports) + len(full.truth.missing_reports) == 40 * 5
    assert len(full.truth.missing_reports) > 0
    assert {n.day[:4] for n in full.notices} == {"2020", "2021", "2022", "2023", "2024", "2025"}


@pytest.mark.parametrize("size", ["small", "full"])
def test_every_case_of_interest_is_present(size: corpora.Size) -> None:
    corpus = corpora.make(size)
    truth = corpus.truth
    assert {n.kind for n in corpus.notices} >= {"award", "tender", "candidate", "correction", "failed", "shortlist"}
    assert {n.layout for n in corpus.notices} == {"zcy", "shandong", "shenzhen", "lines", "table", "boc", "sentence"}
    assert {n.encoding for n in corpus.notices} == {"utf-8", "gb18030", "gb2312"}
    assert {n.money for n in corpus.notices} == set(money.STYLES)
    outcomes = {n.project.outcome for n in corpus.notices if n.project.buyer.counted and n.project.terms}
    assert outcomes >= {"consortium_led", "consortium_equal", "corrected_amount", "corrected_supplier", "cancelled"}
    merged = [{source for source, _, role in a.notices if role in ("award", "copy")} for a in truth.awards]
    assert {CCGP, CFCPN} in merged  # the same award on two sites
    assert any(len(a.notices) > 1 and len({n[0] for n in a.notices}) == 1 for a in truth.awards)
    assert {d.buyer_city == "unallocated" for d in truth.deals} == {True, False}
    assert {d.seller_city == "unallocated" for d in truth.deals if d.fintech} == {True, False}
    assert any(a.bank_class in ("policy", "rural", "central") and a.domains for a in truth.awards)
    assert any("合作银行" in a.title and a.bank_class is None for a in truth.awards)


def test_contributions_are_the_deals_grouped_by_cell(full: Corpus) -> None:
    deals = [d for d in full.truth.deals if d.fintech]
    for side in ("bought", "sold"):
        cells = Counter((getattr(d, "buyer_city" if side == "bought" else "seller_city"), d.year) for d in deals)
        told = {(c.city_code, c.year): c.value for c in full.truth.cells if c.indicator == f"fintech_deals_{side}"}
        assert told == cells
    bought, sold = (
        sum(round(c.value * 100) for c in full.truth.cells if c.indicator == f"fintech_amount_{side}")
        for side in ("bought", "sold")
    )
    assert bought == sold == sum(d.amount_fen or 0 for d in deals)


def test_purchases_of_other_banks_and_public_bodies_never_count(full: Corpus) -> None:
    for award in full.truth.awards:
        assert not award.fintech or award.bank_class in ("state_owned", "joint_stock", "city_commercial")


def test_a_consortium_is_split_by_leader_or_in_equal_shares_of_fen() -> None:
    def lot(*roles: str | None) -> Lot:
        return Lot(
            "1",
            "awarded",
            tuple(Party(f"{name}公司", None, None, r) for name, r in zip("丙甲乙", roles, strict=True)),
            1000,
        )

    assert shares(lot("leader", "member", "member")) == {"丙公司": 1000, "甲公司": 0, "乙公司": 0}
    assert shares(lot(None, None, None)) == {"丙公司": 334, "乙公司": 333, "甲公司": 333}  # 丙 < 乙 < 甲 by code point


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        (56_980_000, "伍拾陆万玖仟捌佰元整"),
        (1_000_005, "壹万元零伍分"),
        (10_010_000_000, "壹亿零壹拾万元整"),
        (2_837_861_389, "贰仟捌佰叁拾柒万捌仟陆佰壹拾叁元捌角玖分"),
        (120_050, "壹仟贰佰元伍角"),
        (100_500_00, "壹拾万零伍佰元整"),
    ],
)
def test_capitals_are_written_as_on_cheques(fen: int, words: str) -> None:
    assert money.capitals(fen) == words


def test_titles_carry_terms_only_where_the_truth_says_so(full: Corpus) -> None:
    """Plain titles hold no stem at all; trap titles hold one, but their project has no term."""
    stems = [row["stem"] for row in rows("terms.csv")]
    traps = {row["phrase"] for row in rows("phrases.csv") if row["kind"] == "trap"}
    for notice in full.notices:
        held = any(stem in notice.title for stem in stems)
        assert held == bool(notice.project.terms) or notice.project.matter in traps


# --- planted data ----------------------------------------------------------------------------------------------------


def pages_of(corpus: Corpus) -> str:
    return "".join(render.notice_page(corpus, n).decode("utf-8", "replace") for n in corpus.notices)


def test_planted_contact_data_is_in_pages_and_nowhere_else(small: Corpus, full: Corpus) -> None:
    for corpus in (small, full):
        pages = unescape(pages_of(corpus))
        elsewhere = corpus.truth.to_json() + "".join(r.text for r in corpus.reports)
        elsewhere += "".join(p.title + "".join(p.paragraphs) for p in corpus.policies)
        elsewhere += repr((corpus.world.cities, corpus.world.units, corpus.world.firms, corpus.world.agencies))
        assert [p for p in PLANTED if p not in pages] == []
        assert [p for p in PLANTED if p in elsewhere] == []


def test_broken_pages_are_listed_and_make_no_deal(full: Corpus) -> None:
    broken = full.truth.quarantine
    assert len(broken) == 7
    assert Counter(b.kind for b in broken) == {"award": 6, "tender": 1}
    assert {b.published_on[:4] for b in broken if b.kind == "award"} == {"2022"}
    assert not {f"{b.source}/{b.source_id}" for b in broken} & {a.award_id for a in full.truth.awards}


def test_damaged_bytes_belong_to_no_chinese_encoding(small: Corpus) -> None:
    (notice,) = [n for n in small.notices if n.broken == "damaged_bytes"]
    page = render.notice_page(small, notice)
    for codec in ("utf-8", "gb18030", "big5"):
        with pytest.raises(UnicodeDecodeError):
            page.decode(codec)


def test_report_files_hold_the_placed_terms_and_no_other_city(small: Corpus, full: Corpus, tmp_path: Path) -> None:
    names = {city.code: city.name for city in full.world.cities}
    for report in full.reports:
        for term, count in report.hits:
            assert report.text.count(term) >= count
        others = [name for code, name in names.items() if code != report.city_code and name in report.text]
        assert others == []
    written = render.write_reports(small, tmp_path)
    assert {path.suffix for path in written} == {".txt", ".csv", ".docx"}
    assert [f.data for f in small.report_files()] == [path.read_bytes() for path in written]


def corrected(notices: tuple[Notice, ...]) -> list[Notice]:
    return [n for n in notices if n.role == "correction"]


def test_corrections_show_the_amount_before_and_after(small: Corpus) -> None:
    for notice in corrected(small.notices):
        page = render.notice_page(small, notice)
        codec = "gb18030" if notice.encoding != "utf-8" else "utf-8"
        text = page.decode(codec)
        before, after = notice.project.first_lots[0].amount_fen, notice.project.lots[0].amount_fen
        assert before is not None
        assert after is not None
        assert money.yuan(before) in text
        assert money.yuan(after) in text
