"""A table of cities and years on the boundaries of one year: nothing is lost, and every touched cell says so.

A row either goes into the result or is listed with its reason. What is in the result and what is listed add up to what
was given.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from etl.errors import UsageError
from etl.harmonise.boundaries import Boundaries, MadeFrom
from etl.harmonise.numbers import read_number, read_year
from etl.harmonise.reading import Label, Refused, Table, as_text, read_label
from etl.harmonise.units import Unit, effective_year, held_in, known_year
from etl.places.gazetteer import Place, gazetteer

#: How the values of cities that become one are put together: added, averaged by weight, or that of the main one.
Kind = Literal["sum", "mean", "first"]
#: What a cell says of itself, gravest first. `as_is`: city and value stand as they were given.
FLAGS = (
    *("missing", "part_missing", "may_overlap", "by_share", "merged", "weighted_mean", "main_part"),
    *("boundary_changed", "recoded", "renamed", "as_is"),
)
_MERGED: Mapping[Kind, str] = {"sum": "merged", "mean": "weighted_mean", "first": "main_part"}
#: Pairs of rows that an error names one by one.
_NAMED = 3


@dataclass(frozen=True, slots=True)
class Row:
    """One row as given: its number from 1, city, province and year as written, its values, and its weight."""

    number: int
    city: object
    year: object
    values: Sequence[object]
    province: object = None
    weight: object = None


@dataclass(frozen=True, slots=True)
class Cells:
    """One city and year of the result: a value and a flag for each column, and the numbers of the rows in it."""

    place: Place
    year: int
    values: tuple[Any, ...]
    flags: tuple[str, ...]
    rows: tuple[int, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that is not in the result, and why."""

    number: int
    why: Refused


@dataclass(frozen=True, slots=True)
class _Part:
    """A row, or by a rule a share of one, that goes into a city."""

    row: Row
    label: Label
    unit: Unit
    values: Sequence[Any]
    weight: float | None
    share: float = 1.0
    by_rule: bool = False


_Given = tuple[Row, int, Label, Unit]


def harmonise(
    rows: Iterable[Row], columns: Mapping[str, Kind], boundaries: Boundaries
) -> tuple[list[Cells], list[Rejected]]:
    """Put rows on the boundaries of a year. `columns`: for each value of a row its name and how cities are combined.

    Returns the cells by code and year, and the rows that are in none, by number. Raises UsageError when two rows are
    one city-year, and when cities must be averaged without weights.
    """
    return _Harmonising(columns, boundaries).run(rows)


class _Harmonising:
    def __init__(self, columns: Mapping[str, Kind], boundaries: Boundaries) -> None:
        self._columns = columns
        self._boundaries = boundaries
        self._rejected: list[Rejected] = []

    def run(self, rows: Iterable[Row]) -> tuple[list[Cells], list[Rejected]]:
        parts: dict[tuple[Unit, int], list[_Part]] = defaultdict(list)
        given = self._known(rows)
        _require_once(given)
        for row, year, label, unit in self._once(given):
            for target, part in self._parts(row, year, label, unit):
                parts[target, year].append(part)
        by_key = sorted(parts.items(), key=lambda item: (item[0][0].code, item[0][1]))
        cells = [self._cells(target, year, found) for (target, year), found in by_key]
        return sorted(cells, key=lambda c: (c.place.code, c.year)), sorted(self._rejected, key=lambda r: r.number)

    def _reject(self, row: Row, why: Refused) -> None:
        self._rejected.append(Rejected(row.number, why))

    def _known(self, rows: Iterable[Row]) -> list[_Given]:
        """The rows whose year and city are known; the others are listed."""
        read = []
        for row in rows:
            year = read_year(row.year)
            if year is None:
                self._reject(row, Refused("no_year", f"no year between 1949 and 2100: {row.year!r:.40}"))
            else:
                read.append((row, year, read_label(as_text(row.city), as_text(row.province))))
        table = Table.of((label, year) for _, year, label in read)
        found: list[_Given] = []
        for row, year, label in read:
            unit = table.unit(label, year)
            if isinstance(unit, Refused):
                self._reject(row, unit)
            else:
                found.append((row, year, label, unit))
        return found

    def _once(self, given: Sequence[_Given]) -> Iterator[_Given]:
        """The rows without those whose figures would be in one cell twice: 伊犁州 in 2000 holds 伊犁地区."""
        holder = {(part, year): unit for _, year, _, unit in given for part in held_in(unit, year)}
        for row, year, label, unit in given:
            whole = holder.get((unit, year))
            if whole and self._boundaries.placed(unit, year) == self._boundaries.placed(whole, year):
                self._reject(
                    row, Refused("in_whole", f"the figures of {whole.name} in {year} hold those of {unit.name}")
                )
            else:
                yield row, year, label, unit

    def _parts(self, row: Row, year: int, label: Label, unit: Unit) -> Iterator[tuple[Unit, _Part]]:
        """Where a row goes, one part a city; a row that goes nowhere is listed."""
        values: list[Any] = []
        for (name, kind), cell in zip(self._columns.items(), row.values, strict=True):
            try:
                values.append(cell if kind == "first" else read_number(cell))
            except ValueError:
                self._reject(row, Refused("not_a_number", f"{name}: {cell!r:.40}"))
                return
        placed = self._boundaries.placed(unit, year)
        if not placed.parts:
            self._reject(row, Refused("refused_split", placed.why))
        for target, share in placed.parts.items():
            yield target, _Part(row, label, unit, values, _weight(row.weight), share, placed.by_rule)

    def _cells(self, target: Unit, year: int, parts: list[_Part]) -> Cells:
        parts = sorted(parts, key=lambda part: (part.unit is not target, part.unit.code))
        place = target.at(known_year(self._boundaries.year))
        assert place is not None, target
        made = self._boundaries.made_from(target, year)
        there = {part.unit for part in parts}
        held = [unit for one in there for unit in held_in(one, year)]
        apart = [other.name for unit in held if (other := unit.at(known_year(self._boundaries.year)))]
        absent = [unit for unit in made.wholes if unit not in there and unit not in held]
        remarks = list(_remarks(place, year, parts, made, absent))
        remarks += [f"may hold {', '.join(apart)}, as some statistics state it"] * bool(apart)
        usual = "may_overlap" if apart else _usual_flag(place, year, parts, made)
        values, flags = [], []
        for number, (name, kind) in enumerate(self._columns.items()):
            value, why = self._value(name, kind, number, place, year, parts)
            gap = bool(absent) or (kind != "first" and any(_empty(part.values[number]) for part in parts))
            values.append(value)
            flags.append("missing" if _empty(value) else "part_missing" if gap else usual or _MERGED[kind])
            remarks += [why] * bool(why)
        rows = tuple(part.row.number for part in parts)
        return Cells(place, year, tuple(values), tuple(flags), rows, "; ".join(remarks))

    def _value(
        self, name: str, kind: Kind, number: int, place: Place, year: int, parts: Sequence[_Part]
    ) -> tuple[Any, str]:
        """One value of a city from its parts, and a remark where a part has none."""
        there = [part for part in parts if not _empty(part.values[number])]
        without = [part.unit.name for part in parts if part not in there]
        why = f"{name}: no value for {', '.join(without)}" if there and without and kind != "first" else ""
        if kind == "first" or not there:
            return (parts[0].values[number] if kind == "first" else None), why
        amounts = [float(part.values[number]) for part in there]
        if kind == "sum":
            return math.fsum(a * part.share for a, part in zip(amounts, there, strict=True)), why
        if len(there) == 1:
            return amounts[0], why
        return self._mean(name, place, year, there, amounts, why)

    @staticmethod
    def _mean(
        name: str, place: Place, year: int, there: Sequence[_Part], amounts: Sequence[float], why: str
    ) -> tuple[float | None, str]:
        if all(part.row.weight is None for part in there):
            names = " and ".join(part.unit.name for part in there)
            raise UsageError(
                f"{name}: {names} are one city in {year} ({place.name}), and a mean of them needs weights: "
                "name a column such as population"
            )
        if unweighed := [part.unit.name for part in there if part.weight is None]:
            return None, f"{name}: no weight for {', '.join(unweighed)}"
        weights = [(part.weight or 0.0) * part.share for part in there]
        if not math.fsum(weights):
            return None, f"{name}: the weights are all 0"
        return math.fsum(a * w for a, w in zip(amounts, weights, strict=True)) / math.fsum(weights), why


def _require_once(given: Sequence[_Given]) -> None:
    seen: dict[tuple[Unit, int], Row] = {}
    twice = []
    for row, year, _, unit in given:
        first = seen.setdefault((unit, year), row)
        if first is not row:
            cities = f"{first.city} and {row.city}" if str(first.city) != str(row.city) else unit.name
            twice.append(f"rows {first.number} and {row.number} ({cities}, {year})")
    if twice:
        more = f" and {len(twice) - _NAMED} more" if len(twice) > _NAMED else ""
        raise UsageError(
            f"one city and year in two rows: {'; '.join(twice[:_NAMED])}{more}: keep one of each, or add up"
        )


def _weight(cell: object) -> float | None:
    try:
        weight = read_number(cell)
    except ValueError:
        return None
    return weight if weight is not None and weight >= 0 else None


def _empty(value: object) -> bool:
    return not as_text(value)


def _usual_flag(place: Place, year: int, parts: Sequence[_Part], made: MadeFrom) -> str:
    """What a cell says of itself when nothing is missing; empty where cities were put together."""
    if any(part.by_rule for part in parts):
        return "by_share"
    if len(parts) > 1:
        return ""
    return "boundary_changed" if made.remarks else _label_flag(place, year, parts[0])


def _label_flag(place: Place, year: int, part: _Part) -> str:
    """Whether the row named the city as it is named on the boundaries wanted."""
    if part.label.text == place.code or place in gazetteer().find(part.label.name):
        return "as_is"
    then = part.unit.at(effective_year(part.unit, year))
    return "renamed" if then and then.code == place.code and not part.label.text.isdigit() else "recoded"


def _remarks(place: Place, year: int, parts: Sequence[_Part], made: MadeFrom, absent: Sequence[Unit]) -> Iterator[str]:
    for part in parts:
        if part.by_rule:
            yield f"{part.share:.12g} of {part.unit.name} by the rule given"
    if len(parts) > 1:
        yield f"made from {', '.join(part.unit.name for part in parts)}"
    elif not parts[0].by_rule and _label_flag(place, year, parts[0]) != "as_is":
        yield f"given as {parts[0].label.text}"
    for unit in absent:
        yield f"without {unit.name}, of which there is no row"
    yield from made.remarks
    then = effective_year(parts[0].unit, year)
    if then != year:
        yield f"stated on the boundaries of {then}"
