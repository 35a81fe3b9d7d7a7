"""One row of a list of organisations (an export, a licence register, a list of branches), read without trust.

What is said must agree with itself: a row whose columns name two cities has none, and says so. What cannot be true
(a credit code that fails its check digit, a day that is none, markup for a name) refuses the row, with the reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias, get_args

from etl.errors import Quarantined
from etl.places import gazetteer, locate
from etl.resolve import names, uscc
from etl.resolve.firms.entries import Entry
from etl.values.folding import bare, fold
from etl.values.parties import parties
from etl.values.times import read_cell

Kind: TypeAlias = Literal["firm", "bank"]
#: Columns that say how much of something a firm has, or whether it has any.
Holding = Literal["trademarks", "patents", "websites", "copyrights", "software_copyrights", "tenders"]
HOLDINGS: tuple[str, ...] = get_args(Holding)
#: Where a firm or an office is: its registered place or city, its address, and who supervises it.
Place = Literal["region", "address", "supervisor"]
#: What a column may hold. People, phones and e-mail are no fields: they are never read.
Field = Literal[
    "name",
    "former_names",
    "short_names",
    "uscc",
    Place,
    "licence",
    "code",
    "industry",
    "status",
    "founded_on",
    "said_on",
    Holding,
]
_NO = frozenset(("否", "没有", "无", "n", "no", "false"))
_LONGEST = 5000
_BETWEEN = re.compile(r"[;；、|\n\t]|[,，](?!\s*(?:co|ltd|inc|llc|limited)\b)", re.IGNORECASE)
#: When a former name was borne: 某公司（2012-03至2018-05）.
_SPAN = re.compile(r"[(（][^()（）]*\d{4}[^()（）]*[)）]\s*$")
_DIVISION = re.compile(r"^[A-Z]?\d{1,3}\s*(?=[㐀-鿿])")


class Cell(NamedTuple):
    """A cell: its heading, and its text as written."""

    heading: str
    text: str


#: The cells of a row by field, in the order of the mapping.
Cells: TypeAlias = Mapping[str, Sequence[Cell]]


@dataclass(frozen=True, slots=True)
class Listed:
    """An organisation as a list has it. `holds`: the holdings it has any of; `said_on`: the day the row speaks of."""

    kind: Kind
    name: str
    former_names: tuple[str, ...]
    short_names: tuple[str, ...]
    uscc: str | None
    code: str | None
    city_code: str | None
    city_evidence: str
    industry: tuple[str, ...]
    status: str | None
    founded_on: str | None
    said_on: str | None
    holds: frozenset[str]

    @property
    def org_id(self) -> str:
        """Its credit code, else the id that `resolve` gives a name that is known by nothing else."""
        return self.uscc or names.hashed(self.kind, names.normalise(self.name))

    def entry(self, source: str) -> Entry:
        """It in a register of firms."""
        return Entry(
            self.org_id,
            self.name,
            former_names=self.former_names,
            short_names=self.short_names,
            uscc=self.uscc,
            city_code=self.city_code,
            source=source,
        )


def listed(
    cells: Cells, kind: Kind, *, year: int | None = None, formats: Sequence[str] = (), separators: Sequence[str] = ()
) -> Listed:
    """What a row says. `year`: the year the list is of, for its places.

    Raises Quarantined `missing_field`, `no_name`, `several_names`, `bad_uscc`, `bad_date` or `too_large`, naming the
    column, what stands there and what to do.
    """
    row = _Row(cells, separators)
    name = row.name()
    code = row.uscc()
    city, evidence = row.city(code, year)
    return Listed(
        kind=kind,
        name=names.printed(name),
        former_names=row.names("former_names", name),
        short_names=row.names("short_names", name),
        uscc=code,
        code=row.text("licence") or row.text("code"),
        city_code=city,
        city_evidence=evidence,
        industry=tuple(dict.fromkeys(row.industries())),
        status=row.text("status"),
        founded_on=row.day("founded_on", formats),
        said_on=row.day("said_on", formats, years=True),
        holds=frozenset(field for field in HOLDINGS if any(_any(cell.text) for cell in cells.get(field, ()))),
    )


def _said(text: str) -> bool:
    return bare(text) not in names.NOTHING


def _any(text: str) -> bool:
    """Whether a cell says that there is at least one: a count, a word, the thing itself."""
    told = fold(text).strip().rstrip("项件个条枚次")
    return _said(told) and told.casefold() not in _NO and not re.fullmatch(r"0*(?:\.0*)?", told)


class _Row:
    def __init__(self, cells: Cells, separators: Sequence[str]) -> None:
        self.cells = cells
        self.between = re.compile("|".join(map(re.escape, separators))) if separators else _BETWEEN
        for cell in (cell for field in cells.values() for cell in field):
            if len(cell.text) > _LONGEST:
                raise Quarantined(
                    "too_large", f"{cell.heading} has {len(cell.text)} characters, more than {_LONGEST}: shorten it"
                )

    def first(self, field: str) -> Cell | None:
        """The first cell of a field that says anything."""
        return next((cell for cell in self.cells.get(field, ()) if _said(cell.text)), None)

    def text(self, field: str) -> str | None:
        """Its text, in plain widths."""
        cell = self.first(field)
        return " ".join(fold(cell.text).split()) if cell else None

    def name(self) -> str:
        """The normalised name of one organisation."""
        cell = self.first("name")
        if cell is None:
            headings = "/".join(cell.heading for cell in self.cells.get("name", ()))
            raise Quarantined("missing_field", f"{headings} is empty: fill it in, or delete the row")
        name = self._checked(cell.text, cell.heading)
        if re.search(r"[、;；\n]", cell.text) and len(several := parties(cell.text)) > 1:
            told = "、".join(one.name for one in several)[:80]
            raise Quarantined("several_names", f"{cell.heading} names {len(several)} organisations ({told}): one a row")
        return name

    def names(self, field: str, present: str) -> tuple[str, ...]:
        """Other names in a field, each once, in the form names are shown in."""
        found = [
            names.printed(self._checked(_SPAN.sub("", piece), cell.heading))
            for cell in self.cells.get(field, ())
            for piece in self.between.split(cell.text)
            if _said(piece)
        ]
        return tuple(name for name in dict.fromkeys(found) if name != names.printed(present))

    def _checked(self, text: str, heading: str) -> str:
        name = names.normalise(text)
        if why := names.why_no_name(name):
            raise Quarantined("no_name", f"{heading}: {why}: correct it, or delete the row")
        return name

    def uscc(self) -> str | None:
        """The credit code, if there is one; what stands there must be one."""
        cell = self.first("uscc")
        if cell is None:
            return None
        code = uscc.normalise(cell.text)
        if uscc.is_valid(code):
            return code
        why = "fails its check digit" if len(code) == 18 else f"has {len(code)} characters, not 18"
        raise Quarantined(
            "bad_uscc",
            f"{cell.heading}: {cell.text.strip()[:40]!r} {why}: correct it (keep codes as text), or empty it",
        )

    def day(self, field: str, formats: Sequence[str], *, years: bool = False) -> str | None:
        """A day; where `years` a year alone is its last day."""
        cell = self.first(field)
        if cell is None:
            return None
        text = fold(cell.text).strip()
        if years and (year := re.fullmatch(r"((?:19|20)\d\d)(?:\.0|\s?年度?)?", text)):
            return f"{year[1]}-12-31"
        found = read_cell(text, formats)
        if found is None:
            raise Quarantined(
                "bad_date", f"{cell.heading}: {text[:40]!r} is no day: correct it, or give date_formats in the mapping"
            )
        return found[:10]

    def industries(self) -> Iterator[str]:
        """Names of industries, without the letter and number of the classification before them."""
        for cell in self.cells.get("industry", ()):
            for piece in re.split(r"[;；/>|\n，,]", fold(cell.text)):
                if _said(piece):
                    yield _DIVISION.sub("", "".join(piece.split()))

    def city(self, code: str | None, year: int | None) -> tuple[str | None, str]:
        """The city all stated places agree on; without any that names a city, that of the credit code."""
        found = dict(self._places(year))
        if len(set(found.values())) == 1:
            place = next(iter(found.values()))
            return place, " and ".join(found)
        if found:
            return None, f"the columns name different cities: {', '.join(f'{said} {at}' for said, at in found.items())}"
        city = uscc.city_of(code, year) if code else None
        if code and city:
            return city, f"credit code, division {code[2:8]}"
        return None, "no column names a city"

    def _places(self, year: int | None) -> Iterator[tuple[str, str]]:
        """Each stated place that gives a city: what it is by its heading, and the city's code."""
        region = " ".join(dict.fromkeys(c.text.strip() for c in self.cells.get("region", ()) if _said(c.text)))
        for field in get_args(Place):
            cell = self.first(field)
            text = region if field == "region" else cell.text if cell else ""
            found = locate(text, year, region or None, address=field == "address") if text else None
            if cell and found and found.city_code:
                yield f"{cell.heading} {text.strip()[:40]}", found.city_code
        if (licence := self.first("licence")) and (city := _of_licence(licence.text, year)):
            yield f"{licence.heading} {licence.text.strip()[:20]}", city


def _of_licence(text: str, year: int | None) -> str | None:
    """City of a financial licence: characters 8-11 of its 15 or 16 are the division, as the regulator numbers them."""
    code = bare(text).upper()
    if not re.fullmatch(r"[A-Z]\d{4}[A-Z]\d{9}", code):
        return None
    cities = gazetteer().cities_of(f"{code[7:11]}00", year)
    return cities[0] if len(cities) == 1 else None
