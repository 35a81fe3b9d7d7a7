"""Reviewing a home's names: the questions, the answers as signed decisions, and both as a csv file.

A csv row is a question with its answers empty. `verdict` is same, not_same or unsure (empty: not answered); what is
meant stands in `choice` (number of a candidate), in `organisation` (an id or another name) or in `city` (code or
name). `not_same` alone rejects every candidate, `unsure` alone leaves the name open. `keys` holds the candidates for
the machine: an answer means what its row showed, whatever the home has learnt since.
"""

from __future__ import annotations

import csv
import getpass
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast, get_args

from etl.errors import UsageError
from etl.harmonise import Refused, Table, as_text, read_label
from etl.places import gazetteer
from etl.places.gazetteer import LAST_YEAR
from etl.resolve.decisions import Decision, Verdict, node_of_name, read_entry
from etl.resolve.questions import BELOW, Candidate, Known, Question, Seen, decisions, questions
from etl.resolve.results import Kind
from fincity.cells import guarded, plain
from fincity.output import checked, replacing

if TYPE_CHECKING:
    from db.home import Home
    from etl.records.rows import ResolutionRow

SHOWN = ("about", "name", "kind", "deals", "amount_yuan", "seen", "rules_say", "candidates")
ANSWERS = ("verdict", "choice", "organisation", "city", "why")
COLUMNS = (*SHOWN, *ANSWERS, "keys")
#: What an answer gives as its reason where the reviewer gave none.
REVIEWED = "reviewed"
#: Evidence of what no candidate was.
GIVEN = "given by hand"
#: A name may mean anything here: no other row tells what was meant.
_EVERYTHING = Table(has_provinces=True, has_counties=True)
#: Faults of a file that are named one by one.
_NAMED = 5
#: How ids of organisations begin; anything else is a name.
_ID = re.compile(r"[a-z]+:|[0-9A-Z]{18}$")


def queue(home: Home, below: float = BELOW) -> list[Question]:
    """The questions a home has for people, those first on which most deals hang."""
    from db.archive import Archive
    from db.warehouse import reading, rows
    from etl.records.rows import AwardLineRow, AwardRow, DealRow, ResolutionRow
    from flows import decisions as log

    with reading(home) as conn:
        seen = Seen(rows(conn, ResolutionRow), rows(conn, AwardRow), rows(conn, AwardLineRow), rows(conn, DealRow))
    return questions(seen, log.read(Archive.of(home)).rulings, below)


def alike(home: Home, name: str) -> list[dict[str, Any]]:
    """The organisations a home knows whose names are like this one: `org_id, name, city_code, score, says`."""
    known = Known(_resolutions(home))
    (found,) = known.alike([name])
    candidates = map(known.organisation, found)
    return [
        {"org_id": c.org_id, "name": c.other, "city_code": c.city_code, "score": c.score, "says": told(c)}
        for c in candidates
    ]


def stored(home: Home, name: str, kind: Kind) -> list[dict[str, Any]]:
    """How the tables of a home resolve a name, by year and by the address and credit code beside it."""
    node = node_of_name(name, kind)
    return [asdict(row) for row in _resolutions(home) if node_of_name(row.name, cast("Kind", row.kind)) == node]


def _resolutions(home: Home) -> list[ResolutionRow]:
    from db.warehouse import reading, rows
    from etl.records.rows import ResolutionRow

    with reading(home) as conn:
        return rows(conn, ResolutionRow)


def reviewer(given: str | None) -> str:
    """Who signs: the name given, else FINCITY_WHO, else the user of this machine; UsageError for nobody."""
    who = given if given is not None else os.environ.get("FINCITY_WHO") or _user()
    if not who.strip():
        raise UsageError("--who must name somebody: a decision is signed (or set FINCITY_WHO)")
    return who.strip()


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return ""


def city_of(text: str) -> Candidate:
    """The city a person names by code or name, as a candidate. UsageError with the choices when it is none, or several.

    A name that a province, a county or a former city shares decides nothing: nobody sees the mistake afterwards.
    """
    label = read_label(as_text(text))
    meant = _EVERYTHING.unit(label, LAST_YEAR)
    if isinstance(meant, Refused) and meant.reason == "not_in_force" and len(label.units) == 1:
        ended = label.units[0]
        meant = ended if label.text.isdigit() or len(gazetteer().cities_of(ended.code)) == 1 else meant
    if isinstance(meant, Refused):
        ambiguous = f"{label.text!r} is several places: write the full name or the code of the city"
        choices = f" ({'; '.join(meant.candidates)})" if meant.candidates else ""
        raise UsageError(f"city: {ambiguous if meant.reason == 'ambiguous' else meant.detail}{choices}")
    return Candidate(None, None, meant.code, None, GIVEN)


def yuan(fen: int) -> str:
    """Fen as yuan with two decimals."""
    return f"{fen // 100}.{fen % 100:02d}"


def write_queue(path: Path, asked: Iterable[Question]) -> int:
    """Write questions as csv that a spreadsheet opens; how many there were.

    Raises UsageError as `output.checked`, and for a file that holds answers: they are somebody's work.
    """
    checked(path, (".csv",))
    _demand_no_answers(path)
    listed = list(asked)
    with replacing(path) as temporary, temporary.open("w", encoding="utf-8-sig", newline="") as file:
        out = csv.DictWriter(file, COLUMNS, restval="", lineterminator="\n")
        out.writeheader()
        out.writerows({name: guarded(value) for name, value in _row(question).items()} for question in listed)
    return len(listed)


def _demand_no_answers(path: Path) -> None:
    from fincity import own_files

    try:
        rows = own_files.read(path).rows() if path.exists() else []
    except UsageError:  # no table, so no answers either
        return
    if any(row.get(name) for row in rows for name in ANSWERS):
        raise UsageError(f"{path}: holds answers: read them with `fincity review --in {path}`, or name another file")


def _row(question: Question) -> dict[str, str]:
    return {
        "about": question.about,
        "name": question.name,
        "kind": question.kind,
        "deals": str(question.deals),
        "amount_yuan": yuan(question.amount_fen),
        "seen": "; ".join(question.seen),
        "rules_say": question.says,
        "candidates": "\n".join(f"{n}: {told(c)}" for n, c in enumerate(question.candidates, 1)),
        "keys": json.dumps([asdict(c) for c in question.candidates], ensure_ascii=False),
    }


def told(candidate: Candidate) -> str:
    """A candidate in one line: organisation, city, score, evidence."""
    place = gazetteer().get(candidate.city_code) if candidate.city_code else None
    what = [candidate.other or candidate.org_id, f"in {candidate.city_code} {place.name}" if place else None]
    score = "" if candidate.score is None else f" ({candidate.score:.2f})"
    return f"{', '.join(filter(None, what))}{score}: {candidate.evidence}"


@dataclass(frozen=True, slots=True)
class Answered:
    """The decisions a file asks for, and how many of its rows are not answered."""

    decisions: list[Decision]
    open: int


def read_queue(path: Path, who: str, why: str = REVIEWED) -> Answered:
    """The answers in a file of questions, csv or xlsx, all of them checked.

    Raises UsageError that names the file, the rows (numbered from 1) and fields that are wrong and what to do.
    """
    from fincity import own_files

    made: list[Decision] = []
    faults: list[str] = []
    open_ = 0
    said: dict[tuple[str, str | None, str | None], tuple[int, str]] = {}
    table = own_files.FrameTable.of(own_files.read(path).shown())
    _demand_columns(path, table.columns)
    for number, row in enumerate(table.rows, 1):
        try:
            found = _answer({name: plain(cell) for name, cell in row.items()}, who, why)
            _demand_agreement(found, said, number)
        except UsageError as error:
            faults.append(f"row {number}, {error}")
            continue
        made += found
        open_ += not found
    if faults:
        more = f"; and {len(faults) - _NAMED} more" if len(faults) > _NAMED else ""
        raise UsageError(f"{path}: nothing was written; {'; '.join(faults[:_NAMED])}{more}")
    return Answered(made, open_)


def _demand_columns(path: Path, columns: Iterable[str]) -> None:
    missing = {"name", "kind", "verdict"}.difference(columns)
    if missing:
        raise UsageError(f"{path}: no column {min(missing)!r}; `fincity review --out` writes a file with all of them")


def _demand_agreement(
    found: Iterable[Decision], said: dict[tuple[str, str | None, str | None], tuple[int, str]], number: int
) -> None:
    for decision in found:
        key = (decision.node, decision.target, decision.city_code)
        before, verdict = said.setdefault(key, (number, decision.verdict))
        if verdict != decision.verdict:
            raise UsageError(f"verdict: {decision.verdict}, but row {before} says {verdict} of the same; keep one")


def _answer(row: Mapping[str, str], who: str, why: str) -> list[Decision]:
    """The decisions of one row; none where it is not answered."""
    given = {name: row.get(name, "") for name in ANSWERS}
    if not given["verdict"]:
        filled = [name for name in ("choice", "organisation", "city") if given[name]]
        if filled:
            raise UsageError(f"verdict: empty, but {filled[0]} is filled; write same, not_same or unsure")
        return []
    verdict = "_".join(given["verdict"].lower().replace("_", " ").split())
    if verdict not in get_args(Verdict):
        raise UsageError(f"verdict: {given['verdict']!r} is none of {', '.join(get_args(Verdict))}")
    question = _question(row)
    chosen = _chosen(question, given)
    if verdict == "same" and not chosen:
        chosen = list(question.candidates[:1]) if len(question.candidates) == 1 else []
    try:
        found = decisions(question, cast("Verdict", verdict), chosen, who=who, why=given["why"] or why)
    except UsageError as error:
        raise UsageError(f"choice: {error}") from error
    return [cast("Decision", read_entry({**one.entry(), "id": None, "when": "2000-01-01"})) for one in found]


def _question(row: Mapping[str, str]) -> Question:
    if row.get("kind") not in get_args(Kind):
        raise UsageError(f"kind: {row.get('kind')!r} is none of {', '.join(get_args(Kind))}")
    about: Literal["name", "pair"] = "pair" if row.get("about") == "pair" else "name"
    says = row.get("rules_say", "")
    return Question(about, row.get("name", ""), cast("Kind", row["kind"]), 0, 0, (), says, tuple(_candidates(row)))


def _candidates(row: Mapping[str, str]) -> Iterator[Candidate]:
    try:
        for one in json.loads(row.get("keys") or "[]"):
            yield Candidate(**one)
    except (TypeError, ValueError, RecursionError):
        raise UsageError("keys: changed or cut off; copy the cell from a new `fincity review --out`") from None


def _chosen(question: Question, given: Mapping[str, str]) -> list[Candidate]:
    """What the answer names: a candidate by number, an organisation, a city; the last two together are one."""
    if given["choice"]:
        if given["organisation"] or given["city"]:
            raise UsageError("choice: give either a choice, or an organisation and a city")
        return [_numbered(question, given["choice"])]
    city = city_of(given["city"]) if given["city"] else None
    if not given["organisation"]:
        return [city] if city else []
    name = given["organisation"]
    by_id = _ID.match(name) is not None
    return [Candidate(name if by_id else None, None if by_id else name, city.city_code if city else None, None, GIVEN)]


def _numbered(question: Question, choice: str) -> Candidate:
    count = len(question.candidates)
    if not choice.isdecimal() or not 1 <= int(choice) <= count:
        raise UsageError(f"choice: {choice!r} is none of the {count} candidates; write 1 to {count}, or a city")
    return question.candidates[int(choice) - 1]
