"""The labels, and the organisations an answer may name: the register beside them and the listed banks."""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from etl.places.gazetteer import read_table
from etl.resolve.results import Kind

FOLDER = Path(__file__).parent
FILES = ("banks", "firms", "bodies", "places")


@dataclass(frozen=True, slots=True)
class Label:
    """One hard name. `kind`: what it is asked as; `org`, `city_code`, `bank_class`, `level` empty: none expected."""

    id: str
    kind: Kind
    text: str
    year: int
    org: str
    bank_class: str
    level: str
    city_code: str
    city: str
    trap: str
    why: str
    source: str


@dataclass(frozen=True, slots=True)
class Known:
    """An organisation an answer may name. `forms`: its name, aliases and former names; `city_code` may be empty."""

    name: str
    kind: str
    forms: tuple[str, ...]
    city_code: str


def labels() -> list[Label]:
    """All labels, in the order of the files."""
    return [_label(row) for name in FILES for row in rows(name)]


def rows(name: str) -> list[dict[str, str]]:
    """A table of this folder, as text."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def register() -> list[Known]:
    """The firms, and the banks that no list of the program holds."""
    return [
        Known(row["name"], row["kind"], _forms(row["name"], row["aliases"], row["former_names"]), row["city_code"])
        for row in rows("register")
    ]


def known() -> list[Known]:
    """Every organisation an answer may name: the register and the listed banks."""
    listed = (
        Known(row["name"], "bank", _forms(row["name"], row["full_name"], row["aliases"]), row["city"])
        for row in read_table("banks.csv", "etl.resolve")
    )
    return [*register(), *listed]


def find(name: str) -> str | None:
    """The organisation that bears a name, alias or former name, whatever the width and spaces; None if none does."""
    return _by_form().get(folded(name))


def folded(name: str) -> str:
    """NFKC without white space."""
    return "".join(unicodedata.normalize("NFKC", name).split())


@cache
def _by_form() -> dict[str, str]:
    return {folded(form): one.name for one in known() for form in one.forms}


def _forms(*lists: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(form for forms in lists for form in _split(forms)))


def _split(forms: str) -> Iterable[str]:
    return (form for form in forms.split("|") if form)


def _label(row: dict[str, str]) -> Label:
    return Label(**{**row, "year": int(row["year"])})  # type: ignore[arg-type]  # a test holds the columns
