"""`fincity resolve --explain`: how one name is resolved, step by step: what was read, found, decided."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, cast, get_args

from etl.errors import UsageError
from fincity.cli.shared import PIPE_WIDTH, Options, print_json

if TYPE_CHECKING:
    from db.home import Home
    from etl.resolve import Decision, Rulings
    from etl.resolve.results import Kind

#: The form of a firm's name, and of a public body's.
_FIRM = re.compile(r"公司|集团|事务所|合作社|合伙|厂$|店$")
_BODY = re.compile(
    r"(?:局|厅|委|委员会|政府|大学|学院|学校|中学|小学|医院|法院|检察院|总队|支队|办事处|图书馆|博物馆)$"
)
#: How many names of the home's are shown as like ones.
_SHOWN = 5
_LONGEST = 200


def explain(given: Options, name: str, kind: str | None, year: int | None, *, as_json: bool) -> None:
    """Print how a name is resolved; in a home with what was decided there. Raises UsageError for no name or kind."""
    told = _told(given, name, kind, year)
    if as_json:
        print_json(told)
    else:
        _print(told)


def _home(given: Options) -> Home | None:
    """The home, if there is one; UsageError only where one was asked for by name."""
    try:
        return given.open_home()
    except UsageError:
        if given.home is not None:
            raise
        return None


def _told(given: Options, name: str, kind: str | None, year: int | None) -> dict[str, Any]:
    """Every step as plain data, and the columns of the answer."""
    from etl.resolve import COLUMNS, Rulings, names, ruled

    if not name.strip():
        raise UsageError("--explain: the name is empty")
    text = names.normalise(name)
    wanted = _kind(kind) if kind else _guessed(text)
    home = _home(given)
    rulings = _rulings(given, home) if home else Rulings()
    found = ruled(name, wanted, year=year, decisions=rulings)
    others = (one for one in rulings.about(name, wanted) if one not in found.decisions)
    return {
        "name": name,
        "read_as": text,
        "wanted": wanted,
        "guessed": kind is None,
        "year": year,
        **({} if names.why_no_name(text) else _read(text, wanted, year, home)),
        "rules": {column: getattr(found.found, column) for column in COLUMNS},
        "decisions": list(map(_entry, found.decisions)),
        "other_decisions": list(map(_entry, others)),
        **{column: getattr(found.answer, column) for column in COLUMNS},
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
    """What a name looks like: a bank by the grammar of banks, a place by the gazetteer, else by its last word."""
    from etl.places import gazetteer
    from etl.resolve import looks_like_bank

    if looks_like_bank(text):
        return "bank"
    if gazetteer().find(text):
        return "place"
    return "body" if _BODY.search(text) and not _FIRM.search(text) else "firm"


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

    read = banks.read(text)
    if read is None:
        return None
    return {
        "words": read.alias,
        "bank": read.bank.full_name,
        "class": read.bank.class_in(year),
        "listed": read.bank.listed,
        "level": read.level,
        "parts": [f"{part.place} + {part.noun}" for part in read.parts],
    }


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

    bank = banks.read(text)
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
    if told["decisions"]:
        yield "found by the rules", _answer(told["rules"])
    if told.get("alike"):
        yield "like names of this home", [(f"{one['score']:.2f}", one["says"]) for one in told["alike"]]
    yield "decisions that count", list(map(_signed, told["decisions"])) or [("", "none")]
    if told["other_decisions"]:
        yield "decisions that change nothing here", list(map(_signed, told["other_decisions"]))
    yield "answer", _answer(told)
    if told.get("stored"):
        yield "in the tables of this home", list(map(_stored, told["stored"][:_SHOWN]))


def _answer(columns: Mapping[str, Any]) -> list[tuple[str, object]]:
    """The columns of an answer that say something."""
    from etl.resolve import COLUMNS

    return [(column, columns[column]) for column in COLUMNS if columns[column] is not None]


def _means(place: Mapping[str, Any]) -> str:
    return ": ".join(filter(None, (place["evidence"], ", ".join(place["candidates"]))))


def _stored(row: Mapping[str, Any]) -> tuple[str, object]:
    """A row of the table `resolution`: what the last refresh made of the name and what stood beside it."""
    seen = ", ".join(filter(None, (str(row["year"]), row["address"], row["uscc"])))
    return seen, f"{row['city_code'] or 'no city'} by {row['method']}: {row['evidence']}"


def _signed(entry: Mapping[str, Any]) -> tuple[str, object]:
    return entry["id"], f"{entry['said']} ({entry['who']}, {entry['when']}: {entry['why']})"


def _shown(value: object) -> str:
    """A value as a terminal may have it: in a line of its own, nothing in it moves the cursor."""
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    text = "".join(c if c.isprintable() else " " for c in text)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}... ({len(text)} characters)"
