"""Precision, recall and F1 of every method on the labels, by kind and in all, and which labels it gets wrong.

    python -m benchmarks.entities.score [--method NAME]... [--wrong NAME] [--json FILE]

A wrong answer counts against precision and against recall; an answer where none is expected counts against
precision. Peers are scored at the cutoff that gives them their best F1, chosen on these very labels.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal, get_args

from benchmarks.entities.labels import Label, labels
from benchmarks.entities.methods import METHODS, Guess
from etl.resolve.results import Kind

Field = Literal["org", "city"]
OURS = "fincity"
OVERALL = "all"
#: Only these have an answer in the register or among the banks; a place is no organisation.
HAS_ORG = ("bank", "firm", "body")


@dataclass(frozen=True, slots=True)
class Score:
    """How many labels expect an answer, how many got one, how many got the right one."""

    expected: int
    answered: int
    right: int

    @property
    def precision(self) -> float:
        """Share of the answers that are right; 1 without answers."""
        return self.right / self.answered if self.answered else 1.0

    @property
    def recall(self) -> float:
        """Share of the expected answers that were given."""
        return self.right / self.expected if self.expected else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of the two."""
        both = self.expected + self.answered
        return 2 * self.right / both if both else 1.0


@dataclass(frozen=True)
class Scored:
    """A method's scores by kind for one field, its cutoff, and the answers that are wrong (label id -> answer)."""

    method: str
    field: Field
    cutoff: float
    scores: dict[str, Score]
    wrong: dict[str, str | None]

    @property
    def overall(self) -> Score:
        """The score over all kinds."""
        return self.scores[OVERALL]


def run(names: Iterable[str] = METHODS) -> tuple[list[Scored], dict[str, str]]:
    """Scores of every method, and why a method could not be asked."""
    asked = labels()
    scored: list[Scored] = []
    absent: dict[str, str] = {}
    for name in names:
        method, orgs, cities = METHODS[name]
        try:
            guesses = method(asked)
        except ImportError as error:
            absent[name] = f"not installed: {error.name}"
            continue
        fields: list[Field] = [*(["org"] if orgs else []), *(["city"] if cities else [])]  # type: ignore[list-item]
        scored += [score(name, asked, guesses, field) for field in fields]
    return scored, absent


def score(method: str, asked: Sequence[Label], guesses: Sequence[Guess], field: Field) -> Scored:
    """One field of a method's answers at the cutoff with the best F1."""
    pairs = [(label, *_read(label, guess, field)) for label, guess in zip(asked, guesses, strict=True)]
    if field == "org":
        pairs = [pair for pair in pairs if pair[0].kind in HAS_ORG]
    cutoff = _best_cutoff([(want, got, sure) for _, want, got, sure in pairs])
    cut = [(label, want, got if got and sure >= cutoff else None) for label, want, got, sure in pairs]
    scores = {kind: _count((w, g) for label, w, g in cut if label.kind == kind) for kind in _kinds(cut)}
    scores[OVERALL] = _count((w, g) for _, w, g in cut)
    return Scored(method, field, cutoff, scores, {label.id: g for label, w, g in cut if g != (w or None)})


def _read(label: Label, guess: Guess, field: Field) -> tuple[str, str | None, float]:
    if field == "org":
        return label.org, guess.org, guess.org_score
    return label.city_code, guess.city, guess.city_score


def _kinds(cut: Sequence[tuple[Label, str, str | None]]) -> list[str]:
    present = {label.kind for label, _, _ in cut}
    return [kind for kind in get_args(Kind) if kind in present]


def _count(pairs: Iterable[tuple[str, str | None]]) -> Score:
    found = list(pairs)
    return Score(
        sum(bool(w) for w, _ in found), sum(bool(g) for _, g in found), sum(bool(g) and g == w for w, g in found)
    )


def _best_cutoff(answers: Sequence[tuple[str, str | None, float]]) -> float:
    """The lowest score to believe, by F1; answers are added from the surest down."""
    expected = sum(bool(want) for want, _, _ in answers)
    given = sorted(((sure, got == want) for want, got, sure in answers if got), reverse=True)
    best, cutoff, right = -1.0, 0.0, 0
    for answered, (sure, hit) in enumerate(given, start=1):
        right += hit
        last = answered == len(given) or given[answered][0] < sure
        f1 = 2 * right / (expected + answered)
        if last and f1 > best:
            best, cutoff = f1, sure
    return cutoff


def bank_details(asked: Sequence[Label], guesses: Sequence[Guess]) -> dict[str, tuple[int, int]]:
    """Class and level of banks: (right, labelled)."""
    pairs = list(zip(asked, guesses, strict=True))
    classes = [label.bank_class == guess.bank_class for label, guess in pairs if label.bank_class]
    levels = [label.level == guess.level for label, guess in pairs if label.level]
    return {"class": (sum(classes), len(classes)), "level": (sum(levels), len(levels))}


def markdown(scored: Sequence[Scored], absent: dict[str, str]) -> str:
    """The scores as one table: overall with precision, recall and F1, then F1 by kind."""
    kinds = [*get_args(Kind)]
    lines = [
        "| field | method | cutoff | precision | recall | F1 | " + " | ".join(f"F1 {kind}" for kind in kinds) + " |",
        "|---|---|" + "---:|" * (4 + len(kinds)),
    ]
    for one in sorted(scored, key=lambda s: (s.field != "org", -s.overall.f1)):
        figures = (one.overall.precision, one.overall.recall, one.overall.f1)
        by_kind = (_f1(one.scores.get(kind)) for kind in kinds)
        cells = [one.field, one.method, f"{one.cutoff:.3g}", *(f"{f:.3f}" for f in figures), *by_kind]
        lines.append(f"| {' | '.join(cells)} |")
    lines += [f"| | {name} | {why} |" + " |" * (3 + len(kinds)) for name, why in absent.items()]
    return "\n".join(lines)


def _f1(score: Score | None) -> str:
    """F1 of a kind; nothing where no answer is expected, so that there is no recall."""
    return f"{score.f1:.3f}" if score and score.expected else ""


def wrong(one: Scored) -> list[str]:
    """The labels a method gets wrong, one line each."""
    by_id = {label.id: label for label in labels()}
    return [_told(by_id[label_id], one.field, got) for label_id, got in one.wrong.items()]


def _told(label: Label, field: Field, got: str | None) -> str:
    want = label.org if field == "org" else f"{label.city_code} {label.city}".strip()
    return f"{label.id} {field} {label.text!r} ({label.year}): {got or 'none'}, expected {want or 'none'}: {label.why}"


def main() -> None:
    """Print the table, the wrong answers of one method, and write the figures as JSON if asked to."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.entities.score", description=__doc__.splitlines()[0])
    parser.add_argument("--method", action="append", choices=METHODS, metavar="NAME", help=", ".join(METHODS))
    parser.add_argument("--wrong", choices=METHODS, metavar="NAME", help="list what this method gets wrong")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write scores and wrong answers as JSON")
    asked = parser.parse_args()
    scored, absent = run(asked.method or METHODS)
    print(markdown(scored, absent))
    for one in scored:
        if one.method == asked.wrong:
            print("", *wrong(one), sep="\n")
    if asked.json:
        found = {"scores": [asdict(one) for one in scored], "absent": absent}
        asked.json.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
