"""The labels of the benchmark of names: well-formed, hard, and true to the table of codes of their year."""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import get_args

import pytest

from benchmarks.entities.labels import FILES, FOLDER, Label, find, folded, known, labels, register, rows
from benchmarks.entities.methods import Guess
from benchmarks.entities.score import score
from etl.places import gazetteer
from etl.resolve.results import Kind, Level

COLUMNS = {"id", "kind", "text", "year", "org", "bank_class", "level", "city_code", "city", "trap", "why", "source"}
CLASSES = {
    "state_owned",
    "joint_stock",
    "city_commercial",
    "policy",
    "foreign",
    "rural",
    "village",
    "private",
    "credit_union",
    "central",
    "other",
}


def test_the_tables_have_their_columns_and_no_stray_spaces() -> None:
    for name in FILES:
        for row in rows(name):
            assert set(row) == COLUMNS
            assert all(cell == cell.strip() for cell in row.values()), row["id"]


def test_labels_are_many_hard_and_each_says_why_and_from_where() -> None:
    found = labels()
    assert len({label.id for label in found}) == len({(x.kind, x.text, x.year) for x in found}) == len(found) >= 400
    assert all(label.why and label.source for label in found)
    assert {label.kind for label in found} == set(get_args(Kind))
    assert sum(bool(label.trap) for label in found) >= 0.4 * len(found)
    assert sum(not label.city_code for label in found) >= 0.15 * len(found)


def test_the_page_about_the_labels_explains_every_trap_and_counts_them_right() -> None:
    page = (FOLDER / "README.md").read_text(encoding="utf-8")
    listed = {
        word.strip() for line in page.splitlines() if line.startswith("| ") for word in line.split("|")[1].split(",")
    }
    assert {trap for label in labels() for trap in label.trap.split(", ")} - {""} <= listed
    for name in (*FILES, "register"):
        assert f"| `{name}.csv` | {len(rows(name))} |" in page
    assert f"{len(labels())} names" in page


def test_at_least_four_in_ten_defeat_the_nearest_city_or_have_none() -> None:
    """What a look at the text gives, a city's name in it, is wrong or leads nowhere."""
    assert sum(not _plain(label) for label in labels()) >= 0.4 * len(labels())


def _plain(label: Label) -> bool:
    """Whether the first city named in the text is the answer."""
    cities = _cities(label.year)
    first = min((name for name in cities if name in label.text), key=label.text.find, default="")
    return bool(label.city_code) and cities.get(first) == label.city_code


@cache
def _cities(year: int) -> dict[str, str]:
    return {place.short_name: place.code for place in gazetteer().in_force(year)}


def test_cities_are_in_force_in_the_year_of_the_label_and_bear_the_name_beside_the_code() -> None:
    for label in labels():
        if label.city_code:
            place = gazetteer().get(label.city_code, label.year)
            assert place, label
            assert (place.name, place.city_code) == (label.city, label.city_code), label
        else:
            assert not label.city, label


def test_organisations_are_among_those_that_can_be_answered() -> None:
    names = {one.name for one in known()}
    assert {label.org for label in labels()} - {""} <= names
    assert all(find(one.name) == one.name for one in known())


def test_classes_and_levels_are_those_of_the_program_and_stand_with_banks_only() -> None:
    for label in labels():
        assert label.bank_class in CLASSES | {""}, label
        assert label.level in {*get_args(Level), ""}, label
        assert label.kind == "bank" or not (label.bank_class or label.level), label


def test_the_register_names_every_firm_once_and_tells_which_are_invented() -> None:
    table = rows("register")
    assert Counter(folded(row["name"]) for row in table).most_common(1)[0][1] == 1
    assert {row["origin"] for row in table} == {"listed", "real", "invented"}
    assert all(row["source"] for row in table)
    forms = Counter(folded(form) for one in register() for form in one.forms)
    assert not [form for form, times in forms.items() if times > 1]
    codes = {row["city_code"]: row["city"] for row in table}
    assert all(not code or gazetteer().get(code, 2024).name == city for code, city in codes.items())  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("guesses", "counts"),
    [
        ([("A", 1), ("B", 1), ("C", 1)], (2, 3, 2)),
        ([("A", 0.9), ("X", 0.5), ("C", 0.5)], (2, 1, 1)),
        ([(None, 0), (None, 0), (None, 0)], (2, 0, 0)),
        ([("X", 1), (None, 0), (None, 0)], (2, 1, 0)),
    ],
    ids=["an answer too many", "the cutoff with the best F1", "silent", "wrong"],
)
def test_the_scorer_counts_wrong_answers_twice_and_needless_ones_once(
    guesses: list[tuple[str | None, float]], counts: tuple[int, int, int]
) -> None:
    asked = [_label("A"), _label("B"), _label("")]
    overall = score("one", asked, [Guess(org=org, org_score=sure) for org, sure in guesses], "org").overall
    assert (overall.expected, overall.answered, overall.right) == counts


def _label(org: str) -> Label:
    return Label(org, "firm", org, 2020, org, "", "", "", "", "", "", "")
