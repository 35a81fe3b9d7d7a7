"""Where a unit's figures go on other boundaries: to one city, to several by a rule that somebody gives, or nowhere.

What is certain: a unit that stands in both years keeps its figures, and one that went wholly into another adds to it.
A unit that was split up is refused, and so is one that gave counties to a prefecture made later: nobody knows from
the figure alone what belongs where. Counties that moved between two standing cities (公主岭市 from 四平 to 长春, 2020)
leave both figures as they are, and both are marked.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from numbers import Real

from etl.errors import UsageError
from etl.harmonise.units import Unit, effective_year, known_year, overlaps, units

#: (code of a unit, code of a city on the boundaries wanted) -> the part of the unit's figures that lies there.
Shares = Mapping[tuple[str, str], float]


def rules_of(shares: Shares, year: int) -> dict[Unit, dict[Unit, float]]:
    """Shares as rules for the boundaries of `year`.

    Raises UsageError for a code that is no city, a city that does not stand then, and shares that do not add up
    to 1.
    """
    rules: dict[Unit, dict[Unit, float]] = defaultdict(dict)
    for (code, into), share in shares.items():
        unit, target = _unit(code), _unit(into)
        if not target.at(known_year(year)):
            raise UsageError(f"shares: {into} {target.name} is no city on the boundaries of {year}")
        if not isinstance(share, Real) or not 0 <= float(share) <= 1:
            raise UsageError(f"shares: {share!r:.40} of {code} is no part between 0 and 1")
        rules[unit][target] = float(share)
    for unit, parts in rules.items():
        total = math.fsum(parts.values())
        if not math.isclose(total, 1.0, abs_tol=1e-9):
            raise UsageError(f"shares: those of {unit.code} {unit.name} add up to {total:.12g}; make it 1")
    return rules


def _unit(code: object) -> Unit:
    unit = units().get(str(code))
    if unit is None:
        raise UsageError(f"shares: {code!r} is no code of a city; write its six digits as text")
    return unit


@dataclass(frozen=True, slots=True)
class Placed:
    """Where the figures of a unit and year go. `parts`: city -> share; empty when refused, and `why` says why."""

    parts: Mapping[Unit, float]
    why: str = ""
    #: The shares come from a rule.
    by_rule: bool = False


@dataclass(frozen=True, slots=True)
class MadeFrom:
    """What a city on the boundaries wanted is made from in a year."""

    wholes: tuple[Unit, ...]
    #: What it has or lacks besides, one remark each.
    remarks: tuple[str, ...]


@dataclass(frozen=True)
class Boundaries:
    """The boundaries of one year-end, and the rules for units that were split. `rules_of` makes `rules`."""

    year: int
    rules: Mapping[Unit, Mapping[Unit, float]] = field(default_factory=dict)

    def placed(self, unit: Unit, year: int) -> Placed:
        """Where the figures of a unit of `year` go."""
        then = effective_year(unit, year)
        pieces = overlaps(then, known_year(self.year)).get(unit, {})
        why = self._why_not(unit, then, pieces)
        if not why:
            return Placed({self._target(unit, pieces): 1.0})
        if unit in self.rules:
            return Placed(self.rules[unit], by_rule=True)
        return Placed({}, why)

    def _target(self, unit: Unit, pieces: Mapping[Unit, tuple[str, ...]]) -> Unit:
        return unit if unit in pieces else next(iter(pieces))

    def _why_not(self, unit: Unit, then: int, pieces: Mapping[Unit, tuple[str, ...]]) -> str:
        """Why a unit's figures cannot be placed whole; empty when they can."""
        if not pieces:
            return f"{self._name(unit, then)} has no area of its own on the boundaries of {self.year}"
        if unit not in pieces:
            return self._why_not_into(unit, then, pieces)
        passing = {other: parts for other, parts in pieces.items() if other is not unit and not other.at(then)}
        if not passing:
            return ""
        return f"{self._name(unit, then)} holds what is {self._listed(passing)} on the boundaries of {self.year}"

    def _why_not_into(self, unit: Unit, then: int, pieces: Mapping[Unit, tuple[str, ...]]) -> str:
        """Why a unit that is gone on the boundaries cannot be placed: it is split, or a mere part of something new."""
        if len(pieces) > 1:
            return f"{self._name(unit, then)} was split: on the boundaries of {self.year} it is {self._listed(pieces)}"
        target = next(iter(pieces))
        if target.at(then) or len(overlaps(known_year(self.year), then)[target]) == 1:
            return ""
        whole = self._name(target, self.year)
        return f"{self._name(unit, then)} is only a part of {whole} on the boundaries of {self.year}"

    def holder(self, unit: Unit, year: int) -> Unit | str:
        """The one city that holds a unit's area, or what is left of it after parts went elsewhere; else why none does.

        A year before or after the unit's own stands for the nearest of them.
        """
        then = effective_year(unit, unit.nearest(year))
        area = overlaps(then, known_year(self.year)).get(unit, {})
        return self._target(unit, area) if unit in area or len(area) == 1 else self._why_not(unit, then, area)

    def made_from(self, target: Unit, year: int) -> MadeFrom:
        """What a city is made from in `year`: the units that go into it whole, and remarks on counties that moved."""
        then = effective_year(target, year)
        area = overlaps(known_year(self.year), then).get(target, {})
        wholes = [unit for unit in sorted(area, key=lambda u: u.code) if self.placed(unit, year).parts.get(target)]
        return MadeFrom(tuple(wholes), tuple(self._remarks(target, then, area, wholes)))

    def _remarks(
        self, target: Unit, then: int, area: Mapping[Unit, tuple[str, ...]], wholes: list[Unit]
    ) -> Iterator[str]:
        for unit in sorted(area, key=lambda u: u.code):
            if unit not in wholes:
                yield f"without {_counties(area[unit])}, then in {self._name(unit, then)}"
        leaving = overlaps(then, known_year(self.year)).get(target, {})
        for other in sorted(leaving, key=lambda u: u.code):
            if other is not target and target in leaving:
                yield f"with {_counties(leaving[other])}, which is in {self._name(other, self.year)} in {self.year}"

    def _listed(self, pieces: Mapping[Unit, tuple[str, ...]]) -> str:
        several = sorted(pieces, key=lambda u: u.code)
        return "; ".join(
            self._name(u, self.year) + (f" ({_counties(pieces[u])})" if pieces[u] else "") for u in several
        )

    @staticmethod
    def _name(unit: Unit, year: int) -> str:
        place = unit.at(known_year(year))
        return place.name if place else unit.name


def _counties(names: tuple[str, ...]) -> str:
    return ", ".join(names) or "all of it"
