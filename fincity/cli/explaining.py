"""`fincity resolve --explain`: how one name is resolved, step by step: what was read, found, decided.

In a home the answer is the one its next refresh would derive for the name alone: by its firms, offices and decisions.
"""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast, get_args

from etl.errors import UsageError
from fincity.cli.shared import PIPE_WIDTH, Options, one_line, print_json

if TYPE_CHECKING:
    from db.home import Home
    from etl.resolve import Decision, Ruled, Rulings
    from etl.resolve.bank_register import Bearer
    from etl.resolve.firms import Register
    from etl.resolve.offices import Offices
    from etl.resolve.results import Kind

#: The form of a firm's name, and of a public body's.
_FIRM = re.compile(r"公司|集团|事务所|合作社|合伙|厂$|店$")
_BODY = re.compile(
    r"(?:局|厅|委|委员会|政府|大学|学院|学校|中学|小学|医院|法院|检察院|总队|支队|办事处|图书馆|博物馆)$"
)
#: No name but a number of some kind: digits, or the eighteen characters of a credit code.
_NUMBER = re.compile(r"[\d.]+|[0-9A-Za-z]{18}")
#: How many names of the home's are shown as like ones.
_SHOWN = 5
_LONGEST = 200


@dataclass(frozen=True)
class Question:
    """What is asked: a name, and what the options say of it. `register`: a list of firms in the place of the home's."""

    name: str
    kind: str | None = None
    year: int | None = None
    register: Path | None = None


def explain(given: Options, asked: Question, *, as_json: bool) -> None:
    """Print how a name is resolved; in a home by what is known and was decided there.

    Raises UsageError for no name, an unknown kind, a number that may be anything, and a list that cannot be read.
    """
    told = _told(given, asked)
    if as_json:
        print_json(told)
    else:
        _print(told)


@dataclass(frozen=True)
class _Known:
    """What a name is held against besides the rules."""

    rulings: Rulings
    firms: Register | None = None
    offices: Offices | None = None


def _home(given: Options) -> Home | None:
    """The home, if there is one; UsageError only where one was asked for by name."""
    try:
        return given.open_home()
    except UsageError:
        if given.home is not None:
            raise
        return None


def _told(given: Options, asked: Question) -> dict[str, Any]:
    """Every step as plain data, and the columns of the answer."""
    from etl.resolve import COLUMNS, names, ruled, uscc

    if not asked.name.strip():
        raise UsageError("--explain: the name is empty")
    text = names.normalise(asked.name)
    code = text if uscc.is_valid(uscc.normalise(text)) else None
    wanted = _kind(asked.kind) if asked.kind else _guessed(text)
    home = _home(given)
    known = _known(given, home, asked, wanted)
    found = ruled(
        asked.name,
        wanted,
        uscc=code,
        year=asked.year,
        decisions=known.rulings,
        register=known.firms,
        offices=known.offices,
    )
    others = (one for one in known.rulings.about(asked.name, wanted) if one not in found.decisions)
    return {
        "name": asked.name,
        "read_as": text,
        "wanted": wanted,
        "guessed": asked.kind is None,
        "year": asked.year,
        **({} if code or names.why_no_name(text) else _read(text, wanted, asked.year, home)),
        "register": _registered(text, code, found, known),
        "rules": {column: getattr(found.found, column) for column in COLUMNS},
        "decisions": list(map(_entry, found.decisions)),
        "other_decisions": list(map(_entry, others)),
        **{column: getattr(found.answer, column) for column in COLUMNS},
    }


def _known(given: Options, home: Home | None, asked: Question, wanted: Kind) -> _Known:
    """What the list given or the home knows of firms and offices, and what was decided in the home."""
    from etl.resolve import Rulings
    from fincity.own_register import register_for

    rulings = _rulings(given, home) if home else Rulings()
    if asked.register:
        return _Known(rulings, register_for(wanted, asked.register))
    if home is None or wanted == "place":
        return _Known(rulings)
    from flows import deriving

    known = deriving.known(home)
    return _Known(rulings, known.firms, known.offices)


def _registered(text: str, code: str | None, found: Ruled, known: _Known) -> dict[str, Any] | None:
    """What the register of firms says of a name; None where it is not asked."""
    if known.firms is None or found.found.kind != "firm":
        return None
    match = known.firms.match(text, uscc=code)
    entry = match.entry
    return {
        "firms": len(known.firms.entries),
        "found": f"{entry.org_id} {entry.name}" if entry else None,
        "source": entry.source if entry else None,
        "says": match.evidence,
        "score": match.score,
        "candidates": [one._asdict() for one in match.candidates],
    }


def _read(text: str, wanted: Kind, year: int | None, home: Home | None) -> dict[str, Any]:
    """What the parts of a name say, each by itself."""
    from fincity.review import alike, stored

    return {
        "bank": _as_bank(text, year) if wanted != "place" else None,
        "firm": _as_firm(text) if wanted == "firm" else None,
        "places": list(_places(text, year)),
        "alike": alike(home, text)[:_SHOWN] if home and wanted in ("firm", "body") else [],
        "stored": stored(home, text, wanted) if home else [],
    }


def _entry(decision: Decision) -> dict[str, Any]:
    return {**decision.entry(), "said": str(decision)}


def _kind(given: str) -> Kind:
    from etl.resolve.results import Kind

    if given not in get_args(Kind):
        raise UsageError(f"no kind {given!r}; use {', '.join(get_args(Kind))}")
    return cast("Kind", given)


def _guessed(text: str) -> Kind:
    """What a name looks like: a number, a bank by the grammar of banks, a place by the gazetteer, else its last word.

    Raises UsageError for a number that may be anything.
    """
    from etl.places import gazetteer
    from etl.resolve import looks_like_bank

    if _NUMBER.fullmatch(text):
        return _numbered(text)
    if looks_like_bank(text):
        return "bank"
    if gazetteer().find(text):
        return "place"
    return "body" if _BODY.search(text) and not _FIRM.search(text) else "firm"


def _numbered(number: str) -> Kind:
    from etl.places import gazetteer
    from etl.resolve import cnaps, uscc

    if uscc.is_valid(uscc.normalise(number)):
        return "firm"
    if cnaps.parse(number):
        return "bank"
    if gazetteer().get(number):
        return "place"
    raise UsageError(
        f"--explain {number:.40}: no code of a division, no bank number and no credit code with a right check digit: "
        "say with --kind what it is"
    )


def _rulings(given: Options, home: Home) -> Rulings:
    """What was decided in a home; what is wrong with its log is said aside."""
    from db.archive import Archive
    from flows import decisions

    log = decisions.read(Archive.of(home))
    for problem in log.problems:
        given.say(problem)
    return log.rulings


def _as_bank(text: str, year: int | None) -> dict[str, Any] | None:
    """What the grammar of banks reads; None where it reads no bank."""
    from etl.resolve import banks
    from etl.resolve.bank_register import bearers_of

    read = banks.read(text, year)
    if read is None:
        return None
    others = (one for one in bearers_of(read.alias) if one.bank.id != read.bank.id)
    return {
        "words": read.alias,
        "bank": read.bank.full_name,
        "class": read.bank.class_in(year),
        "listed": read.bank.listed,
        "level": read.level,
        "parts": [f"{part.place} + {part.noun}" for part in read.parts],
        "in other years": [_borne(one) for one in others],
    }


def _borne(one: Bearer) -> str:
    """A bank of the same name, and when it bore it."""
    when = f"{one.first or ''}-{one.last}" if one.last else "now"
    return f"{one.bank.full_name} ({when})"


def _as_firm(text: str) -> dict[str, Any]:
    """What a firm's name is made of."""
    from etl.resolve.firms.anatomy import anatomy

    parts = anatomy(text)
    said = {"places": list(parts.places), "core": parts.core, "words": list(parts.words)}
    return {**said, "legal form": parts.legal, "branch": parts.branch}


def _places(text: str, year: int | None) -> Iterator[dict[str, Any]]:
    """The places that stand in the name (in a bank's: before each branch), each with what it can mean by itself."""
    from etl.places.chains import read_chain, read_chains
    from etl.places.locate import judge
    from etl.resolve import banks

    bank = banks.read(text, year)
    for chain in filter(None, map(read_chain, (part.place for part in bank.parts))) if bank else read_chains(text):
        found = judge(chain, year)
        yield {
            "text": chain.text,
            "city_code": found.city_code,
            "score": found.score,
            "evidence": found.evidence,
            "candidates": list(found.candidates),
        }


def _print(told: Mapping[str, Any]) -> None:
    from rich.console import Console
    from rich.tree import Tree

    tree = Tree(_shown(told["name"]))
    for title, lines in _steps(told):
        branch = tree.add(title, style="bold")
        for label, value in lines:
            branch.add(f"{label}: {_shown(value)}" if label else _shown(value), style="not bold")
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else PIPE_WIDTH
    Console(width=width, markup=False, highlight=False, emoji=False).print(tree)


def _steps(told: Mapping[str, Any]) -> Iterator[tuple[str, Iterable[tuple[str, object]]]]:
    """Each step with its lines: label and value."""
    kind = f"{told['wanted']}{' (guessed; --kind overrules)' if told['guessed'] else ''}"
    yield "read as", [("name", told["read_as"]), ("kind", kind), ("year", told["year"] or "the latest known")]
    for step in ("bank", "firm"):
        if told.get(step):
            yield f"as a {step}", [(label, value) for label, value in told[step].items() if value not in ("", [])]
    if "places" in told:
        yield "places in the name", [(p["text"], _means(p)) for p in told["places"]] or [("", "none")]
    if told["register"]:
        yield f"in the register of {told['register']['firms']} firms", list(_looked_up(told["register"]))
    if told["decisions"]:
        yield "found by the rules", _answer(told["rules"])
    if told.get("alike"):
        yield "like names of this home", [(f"{one['score']:.2f}", one["says"]) for one in told["alike"]]
    yield "decisions that count", list(map(_signed, told["decisions"])) or [("", "none")]
    if told["other_decisions"]:
        yield "decisions that change nothing here", list(map(_signed, told["other_decisions"]))
    yield "answer for the name alone" if told.get("stored") else "answer", _answer(told)
    if told.get("stored"):
        yield "in the tables of this home", list(map(_stored, told["stored"][:_SHOWN]))


def _answer(columns: Mapping[str, Any]) -> list[tuple[str, object]]:
    """The columns of an answer that say something."""
    from etl.resolve import COLUMNS

    return [(column, columns[column]) for column in COLUMNS if columns[column] is not None]


def _looked_up(register: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    """What a register of firms says: who it is, by which list, and who else it might be."""
    if register["found"]:
        yield f"{register['score']:.2f}", f"{register['found']}, by {register['source']}"
    yield "why", register["says"]
    for one in register["candidates"]:
        yield f"{one['score']:.2f}", f"{one['org_id']} {one['name']}"


def _means(place: Mapping[str, Any]) -> str:
    return ": ".join(filter(None, (place["evidence"], ", ".join(place["candidates"]))))


def _stored(row: Mapping[str, Any]) -> tuple[str, object]:
    """A row of the table `resolution`: what the last refresh made of the name and what stood beside it."""
    seen = ", ".join(filter(None, (str(row["year"]), row["address"], row["uscc"])))
    return seen, f"{row['city_code'] or 'no city'} by {row['method']}: {row['evidence']}"


def _signed(entry: Mapping[str, Any]) -> tuple[str, object]:
    return entry["id"], f"{entry['said']} ({entry['who']}, {entry['when']}: {entry['why']})"


def _shown(value: object) -> str:
    return one_line(", ".join(map(str, value)) if isinstance(value, list) else value, _LONGEST)
