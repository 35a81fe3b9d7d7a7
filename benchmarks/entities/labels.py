"""The labels, and the organisations an answer may name: the register beside them and the listed banks."""

from __future__ import annotations

import csv
import unicodedata
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
    """An organisation an answer may name, with what else it is and was called; `city_code` may be empty."""

    name: str
    kind: str
    aliases: tuple[str, ...]
    former_names: tuple[str, ...]
    city_code: str

    @property
    def forms(self) -> tuple[str, ...]:
        """Every name, the present one first."""
        return (self.name, *self.aliases, *self.former_names)


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
        Known(row["name"], row["kind"], _split(row["aliases"]), _split(row["former_names"]), row["city_code"])
        for row in rows("register")
    ]


def known() -> list[Known]:
    """Every organisation an answer may name: the register and the listed banks."""
    listed = (
        Known(
            row["name"],
            "bank",
            _split(f"{row['full_name']}|{row['aliases']}"),
            _undated(row["former_names"]),
            row["city"],
        )
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
    forms = {folded(form): one.name for one in known() for form in one.forms}
    return forms | {folded(one.name): one.name for one in known()}  # a present name comes before a former one


def _split(forms: str) -> tuple[str, ...]:
    return tuple(form for form in forms.split("|") if form)


def _undated(forms: str) -> tuple[str, ...]:
    """Former names without the years they were used in (南昌银行:2008-2015)."""
    return tuple(form.partition(":")[0] for form in _split(forms))


def _label(row: dict[str, str]) -> Label:
    return Label(**{**row, "year": int(row["year"])})  # type: ignore[arg-type]  # a test holds the columns
