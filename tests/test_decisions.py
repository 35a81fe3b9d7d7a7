"""Human decisions: positives are transitive, negatives block, the latest counts, what is undone was never decided."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.errors import UsageError
from etl.resolve import Decision, Resolution, Rulings, resolve, ruled
from etl.resolve.decisions import Undo, read_entry

A, B, C, D = "甲乙丙软件有限公司", "甲乙丙软件(深圳)有限公司", "甲乙丙集团有限公司", "丁戊信息股份有限公司"
NAMES = (A, B, C, D)


def decision(name: str, verdict: str = "same", day: int = 1, **more: Any) -> Decision:
    signed = {"kind": "firm", "who": "A. Reader", "why": "the register", "when": f"2026-01-{day:02d}T09:00:00+08:00"}
    return Decision(**{**signed, "name": name, "verdict": verdict, **more})


def asked(name: str, *decisions: Decision, undos: tuple[Undo, ...] = (), kind: str = "firm") -> Resolution:
    return resolve(name, kind, decisions=Rulings(decisions, undos))  # type: ignore[arg-type]


def undo(one: Decision) -> Undo:
    return Undo(one.id, "A. Reader", "2026-02-01", "a mistake")


def test_a_name_takes_organisation_and_city_of_the_name_it_is_and_of_what_that_is() -> None:
    chain = decision(C, other=A), decision(A, other=B)
    plain = resolve(B, "firm")
    for name in (A, C):
        found = asked(name, *chain)
        assert (found.org_id, found.city_code, found.method) == (plain.org_id, "440300", "decision")
        assert found.score == plain.score
        assert "A. Reader, 2026-01-01T09:00:00+08:00: the register" in found.evidence
    assert asked(B, *chain) == plain
    assert asked(D, *chain) == resolve(D, "firm")


def test_a_name_is_one_name_in_every_spelling_and_role() -> None:
    for name, kind in ((" 甲乙丙软件有限责任公司 ", "firm"), ("甲乙丙软件有限公司。", "body")):
        assert asked(name, decision(A, city_code="310000"), kind=kind).city_code == "310000"
    assert asked("上海", decision("上海", city_code="310000"), kind="place").method != "decision"


def test_an_organisation_is_a_bank_a_credit_code_or_a_name() -> None:
    branch = asked(A, decision(A, org_id="bank:icbc/深圳分行"))
    assert (branch.canonical_name, branch.bank_class, branch.city_code) == (
        "中国工商银行股份有限公司深圳分行",
        "state_owned",
        "440300",
    )
    code = "91350100M000100Y43"  # the example of GB 32100-2015
    by_code = asked(A, decision(A, org_id=code, other=D))
    assert (by_code.org_id, by_code.canonical_name, by_code.city_code) == (code, D, "350100")
    assert asked(D, decision(A, org_id=code, other=D)) == resolve(D, "firm")
    no_bank = asked("某某行", decision("某某行", other=B, kind="bank"), kind="bank")
    assert (no_bank.org_id, no_bank.kind, no_bank.city_code) == (resolve(B, "firm").org_id, "firm", "440300")


def test_two_ids_of_one_organisation_are_one_wherever_the_rules_find_either() -> None:
    other_id = resolve(D, "firm").org_id
    found = asked(D, decision(B, org_id=other_id), decision(B, other=A, day=2))
    assert found == resolve(D, "firm")  # the id that names were joined to
    joined = decision(D, org_id="91350100M000100Y43")
    assert asked(D, joined).org_id == asked("丁戊信息股份公司", joined).org_id == "91350100M000100Y43"


def test_a_chain_that_would_join_what_is_apart_is_reported_by_name_and_left_open() -> None:
    chain = decision(A, other=B), decision(B, other=C), decision(A, "not_same", other=C)
    for order in itertools.permutations(chain):
        rulings = Rulings(order)
        (said,) = rulings.conflicts
        assert all(name in said for name in (A, B, C))
        assert all(f"[{one.id}]" in said for one in chain)
        for name in (A, B):
            found = resolve(name, "firm", decisions=rulings)
            assert (found.org_id, found.city_code, found.evidence) == (None, None, said)
    solved = Rulings(chain, [undo(chain[0])])
    assert solved.conflicts == ()
    assert resolve(A, "firm", decisions=solved) == resolve(A, "firm")


def test_one_organisation_in_two_cities_is_a_conflict_and_one_names_latest_city_is_none() -> None:
    cities = decision(A, city_code="310000"), decision(B, city_code="440300", day=2)
    assert not Rulings(cities).conflicts
    both = Rulings([*cities, decision(A, other=B)])
    assert "310000" in both.conflicts[0]
    assert resolve(A, "firm", decisions=both).city_code is None
    assert asked(A, cities[0], decision(A, city_code="110000", day=3)).city_code == "110000"


def test_the_latest_verdict_on_a_pair_wins_and_undoing_it_brings_the_one_before_back() -> None:
    first, second = decision(A, other=B), decision(A, "not_same", day=2, other=B)
    assert asked(A, first).city_code == "440300"
    assert asked(A, first, second) == resolve(A, "firm")
    assert asked(A, first, second, undos=(undo(second),)) == asked(A, first)
    # The same pair from the other side; half an hour later on a clock elsewhere.
    reverse = decision(B, "not_same", other=A, when="2026-01-01T01:30:00Z")
    assert asked(A, reverse, first) == resolve(A, "firm")


def test_a_negative_holds_for_all_that_is_one_with_the_name() -> None:
    bank = "工行深圳分行"
    plain = resolve(bank, "bank")
    barred = asked(bank, decision(bank, other=A), decision(A, "not_same", city_code="440300"), kind="bank")
    assert barred.city_code is None
    not_it = ruled(bank, "bank", decisions=[decision(bank, "not_same", org_id=plain.org_id)])
    assert (not_it.found, not_it.answer.org_id) == (plain, None)
    assert [one.verdict for one in not_it.decisions] == ["not_same"]


def test_a_city_that_is_decided_stays_where_only_the_organisation_is_barred() -> None:
    name = "工行深圳分行"
    found = asked(
        name,
        decision(name, "not_same", org_id="bank:icbc/深圳分行"),
        decision(name, day=2, city_code="310000"),
        kind="bank",
    )
    assert (found.org_id, found.city_code, found.method) == (None, "310000", "decision")


def test_unsure_about_a_name_takes_back_what_was_said_before_and_gives_way_to_what_is_said_later() -> None:
    before, unsure, after = decision(A, other=B), decision(A, "unsure", day=2), decision(A, day=3, city_code="310000")
    open_ = asked(A, before, unsure)
    assert (open_.org_id, open_.method) == (None, "none")
    assert open_.evidence.startswith("unsure (A. Reader")
    assert asked(A, before, unsure, after).city_code == "310000"
    plain = resolve(B, "firm")
    assert asked(B, decision(B, "unsure", org_id=plain.org_id)).candidates == '["440300 深圳市"]'


def test_a_decided_city_is_that_of_the_year() -> None:
    found = resolve("某某公司", "firm", year=2005, decisions=[decision("某某公司", city_code="420600")])
    assert (found.city_code, found.city) == ("420600", "襄樊市")
    place = asked("龙华区", decision("龙华区", city_code="440300", kind="place"), kind="place")
    assert (place.org_id, place.canonical_name, place.city) == ("440300", "深圳市", "深圳市")


VERDICTS = st.sampled_from(["same", "same", "not_same", "unsure"])
PAIRS = st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)).filter(lambda p: p[0] != p[1])
ABOUT_NAMES = st.builds(
    lambda pair, verdict, day: decision(pair[0], verdict, day, other=pair[1]), PAIRS, VERDICTS, st.integers(1, 9)
)
ABOUT_CITIES = st.builds(
    lambda name, verdict, day, city: decision(name, verdict, day, city_code=city),
    st.sampled_from(NAMES),
    VERDICTS,
    st.integers(1, 9),
    st.sampled_from(["440300", "310000"]),
)
OPEN = st.builds(lambda name, day: decision(name, "unsure", day), st.sampled_from(NAMES), st.integers(1, 9))
DECISIONS = st.lists(st.one_of(ABOUT_NAMES, ABOUT_CITIES, OPEN), max_size=8)


def answers(rulings: Rulings) -> list[Resolution]:
    return [resolve(name, "firm", decisions=rulings) for name in NAMES]


@given(DECISIONS, st.randoms(use_true_random=False))
@settings(max_examples=150, deadline=None)
def test_the_order_of_reading_and_reading_twice_change_nothing(decisions: list[Decision], random: Any) -> None:
    shuffled = [*decisions, *decisions[:3]]
    random.shuffle(shuffled)
    one, other = Rulings(decisions), Rulings(shuffled)
    assert (answers(one), one.conflicts) == (answers(other), other.conflicts)


@given(DECISIONS, ABOUT_NAMES)
@settings(max_examples=150, deadline=None)
def test_what_is_undone_was_never_decided(decisions: list[Decision], mistake: Decision) -> None:
    kept = [d for d in decisions if d != mistake]
    undone = Rulings([*kept, mistake], [undo(mistake)])
    assert (answers(undone), undone.conflicts) == (answers(Rulings(kept)), Rulings(kept).conflicts)


@given(st.lists(PAIRS, max_size=6))
@settings(max_examples=150, deadline=None)
def test_positives_are_symmetric_and_transitive(pairs: list[tuple[str, str]]) -> None:
    rulings = Rulings(decision(one, other=other) for one, other in pairs)
    mirrored = Rulings(decision(other, other=one) for one, other in pairs)
    for one, other in itertools.combinations(NAMES, 2):
        same = {resolve(n, "firm", decisions=rulings).org_id for n in (one, other)}
        again = {resolve(n, "firm", decisions=mirrored).org_id for n in (one, other)}
        assert (len(same) == 1) == (len(again) == 1) == joined(pairs, one, other)


def joined(pairs: list[tuple[str, str]], one: str, other: str) -> bool:
    """Whether pairs join two names, by the slow way: everything reached, until nothing new is."""
    reached = {one}
    while more := {x for pair in pairs if reached & {*pair} for x in pair} - reached:
        reached |= more
    return other in reached


@given(DECISIONS)
@settings(max_examples=150, deadline=None)
def test_no_answer_contradicts_a_negative_verdict_that_holds(decisions: list[Decision]) -> None:
    rulings = Rulings(decisions)
    for one in rulings.decisions:
        if one.verdict == "not_same" and rulings.holds(one) and one.target:
            ids = [resolve(name, "firm", decisions=rulings).org_id for name in (one.name, one.other or "")]
            assert None in ids or ids[0] != ids[1]


def test_an_entry_is_what_it_says_and_bears_an_id_that_follows_from_it() -> None:
    made = decision(A, other=B, score=0.5, evidence="名称相似")
    entry = json.loads(json.dumps(made.entry()))
    assert read_entry(entry) == made
    assert read_entry({**entry, "id": None}) == made
    assert replace(made, why="another").id != made.id
    with pytest.raises(UsageError, match="it was changed later"):
        read_entry({**entry, "other": C})


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": ""}, "name: empty"),
        ({"name": 7}, "name: empty or no text"),
        ({"name": "<td>甲公司</td>"}, "name: markup"),
        ({"name": "甲" * 10_000}, "name: too long"),
        ({"name": "12345"}, "name: no name in"),
        ({"kind": "shop"}, "kind: 'shop' is none of bank, firm, body, place"),
        ({"verdict": ["same"]}, r"verdict: \['same'\] is none of"),
        ({"who": " "}, "who: empty"),
        ({"why": None}, "why: missing"),
        ({"when": "yesterday"}, "when: 'yesterday' is no time; write ISO 8601"),
        ({"city_code": "440305"}, "city_code: '440305' is no city"),
        ({"city_code": "440000"}, "city_code: '440000' is no city"),
        ({"city_code": 440300}, "city_code: empty or no text"),
        ({"city_code": None}, "verdict: same as what"),
        ({"org_id": "91350100M000100Y34"}, "org_id: .* is no organisation's id"),
        ({"org_id": "bank:"}, "org_id"),
        ({"org_id": "bank:某某"}, "org_id"),
        ({"kind": "place", "other": "某地"}, "org_id: a place is no organisation"),
        ({"score": float("nan")}, "score: nan is no number from 0 to 1"),
        ({"score": "high"}, "score"),
        ({"colour": "red"}, "colour: no field of a decision; known are"),
    ],
)
def test_an_entry_that_is_wrong_is_refused_by_its_field(changes: dict[str, Any], said: str) -> None:
    entry = {**decision(A, city_code="440300").entry(), "id": None, **changes}
    with pytest.raises(UsageError, match=said):
        read_entry(entry)


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(),
        lambda x: st.lists(x) | st.dictionaries(st.sampled_from(["name", "kind", "undo", "when", "x"]), x),
    )
)
@settings(max_examples=100, deadline=None)
def test_any_json_is_an_entry_or_refused(value: Any) -> None:
    with pytest.raises(UsageError):
        read_entry(value)
