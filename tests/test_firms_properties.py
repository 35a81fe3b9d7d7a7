"""What holds for any firm: spelling and order change nothing, a register knows its own, others are no matter."""

from __future__ import annotations

import random
from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st

from etl.resolve import resolve
from etl.resolve.firms import Entry, Match, Register, parties

PLACES = ["", "深圳", "广州", "北京", "昆山", "朝阳", "石家庄"]
CORES = st.text(alphabet="华中信通宇思码青禾蓝图恒泰德睿鼎盛一三", min_size=2, max_size=4)
TRADES = ["科技", "信息技术", "通信技术", "机械", "物业管理", "建设集团", ""]
FORMS = ["有限公司", "有限责任公司", "股份有限公司"]
NAMES = st.builds(
    lambda place, core, trade, form: place + core + trade + form,
    st.sampled_from(PLACES),
    CORES,
    st.sampled_from(TRADES),
    st.sampled_from(FORMS),
)
MANY = st.lists(NAMES, min_size=1, max_size=12, unique=True)
#: Spellings in which a name is the same name.
SAME: list[Callable[[str], str]] = [
    lambda name: name.replace("有限责任公司", "有限公司"),
    lambda name: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in name),
    lambda name: f" {name[:3]}　{name[3:]}。",
    lambda name: f"{name}（盖章）",
    lambda name: f"中标单位：{name}",
    lambda name: f"{name}（联合体牵头人）",
]


def register(names: list[str]) -> Register:
    return Register(Entry(f"{number:03}", name) for number, name in enumerate(sorted(names)))


def said(match: Match) -> tuple[str | None, float, tuple[str, ...]]:
    return match.entry.name if match.entry else None, match.score, tuple(c.name for c in match.candidates)


@given(MANY)
@settings(max_examples=100, deadline=None)
def test_a_register_finds_each_of_its_own_names(names: list[str]) -> None:
    known = register(names)
    for match, name in zip(known.match_all(names), names, strict=True):
        if match.entry is None:
            assert match.evidence == "several firms bear this name"
        else:
            assert (match.entry.name, match.score, match.method) == (name, 1.0, "alias")


@given(MANY, NAMES, st.sampled_from(SAME))
@settings(max_examples=150, deadline=None)
def test_width_blanks_remarks_and_the_spelling_of_the_form_do_not_matter(
    names: list[str], name: str, spelling: Callable[[str], str]
) -> None:
    known = register(names)
    found, other = known.match(name), known.match(spelling(name))
    assert found.entry == other.entry
    assert resolve(name, "firm", register=known).org_id == resolve(spelling(name), "firm", register=known).org_id


@given(MANY, NAMES, st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None)
def test_the_order_of_entries_and_of_names_does_not_matter(names: list[str], name: str, rng: random.Random) -> None:
    entries = [Entry(f"id:{own}", own) for own in names]
    shuffled = rng.sample(entries, len(entries))
    asked = [*names, name]
    assert list(Register(entries).match_all(asked)) == list(Register(shuffled).match_all(asked))
    alone = [Register(shuffled).match(one) for one in asked]
    assert alone == list(Register(entries).match_all(asked))


@given(MANY, st.text(alphabet="龘靐齉爨鱻麤", min_size=3, max_size=4))
@settings(max_examples=60, deadline=None)
def test_an_unrelated_entry_changes_no_exact_match(names: list[str], core: str) -> None:
    before, after = register(names), Register([*register(names).entries, Entry("zzz", f"乌海{core}矿业有限公司")])
    assert [said(m) for m in before.match_all(names)] == [said(m) for m in after.match_all(names)]


@given(st.lists(st.text(max_size=60), max_size=6), MANY)
@settings(max_examples=150, deadline=None)
def test_any_text_gets_an_answer_with_a_reason(texts: list[str], names: list[str]) -> None:
    for match in register(names).match_all(texts, texts, texts):
        assert match.evidence
        assert 0 <= match.score <= 1
        assert (match.entry is None) == (match.method == "none")
    for text in texts:
        assert all(one.name for one in parties(text))
