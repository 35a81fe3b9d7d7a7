"""Which city of a panel each row of a table belongs to: nothing is added up here, so any name of any year will do."""

from __future__ import annotations

from collections.abc import Iterable

from etl.harmonise.boundaries import Boundaries
from etl.harmonise.numbers import read_year
from etl.harmonise.reading import Refused, Table, as_text, read_label
from etl.harmonise.units import Unit

#: City, province and year as `key` reads them.
Key = tuple[str, str, int | None]


def key(city: object, province: object, year: object) -> Key:
    """City, province and year of a row, the same for all spellings of one thing; None for what is no year."""
    return as_text(city), as_text(province), read_year(year)


def join(keys: Iterable[Key], boundaries: Boundaries) -> dict[Key, Unit | Refused]:
    """For each city and year the city that holds its area on the boundaries, or why there is none.

    A name may be used before its city was founded or after it ended (莱芜 in 2022 lies in 济南).
    """
    labels = {one: read_label(one[0], one[1]) for one in dict.fromkeys(keys)}
    table = Table.of((label, year) for (_, _, year), label in labels.items() if year is not None)
    found: dict[Key, Unit | Refused] = {}
    for (city, province, year), label in labels.items():
        unit = table.unit(label, year) if year is not None else Refused("no_year", "no year between 1949 and 2100")
        if year is not None and isinstance(unit, Refused) and unit.reason == "not_in_force" and len(label.units) == 1:
            unit = label.units[0]
        if year is not None and isinstance(unit, Unit):
            held = boundaries.holder(unit, year)
            unit = Refused("refused_split", held) if isinstance(held, str) else held
        found[city, province, year] = unit
    return found
