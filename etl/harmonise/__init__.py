"""Harmonising: tables keyed by city and year, under any code or name, on the boundaries of one year.

`reading` says what a cell means, `units` which names and codes are one city and where its area lies in other years,
`boundaries` where its figures go. `series` puts a table on other boundaries, `joining` only finds its cities.
"""

from etl.harmonise.boundaries import Boundaries, rules_of
from etl.harmonise.joining import Key, join, key
from etl.harmonise.numbers import read_year
from etl.harmonise.reading import Label, Refused, Table, as_text, read_label
from etl.harmonise.series import FLAGS, Cells, Kind, Rejected, Row, harmonise
from etl.harmonise.units import Unit, known_year, units

__all__ = [
    "FLAGS",
    "Boundaries",
    "Cells",
    "Key",
    "Kind",
    "Label",
    "Refused",
    "Rejected",
    "Row",
    "Table",
    "Unit",
    "as_text",
    "harmonise",
    "join",
    "key",
    "known_year",
    "read_label",
    "read_year",
    "rules_of",
    "units",
]
