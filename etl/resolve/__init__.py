"""Names to organisations and cities: banks by the grammar of their names, firms and bodies by code, address and place.

`VERSION` goes up whenever a rule or a fact changes an answer: results that were derived with another version are stale.
"""

from etl.resolve.decisions import Decision
from etl.resolve.resolve import looks_like_bank, resolve, resolve_many, ruled
from etl.resolve.results import COLUMNS, Resolution
from etl.resolve.rulings import Ruled, Rulings

VERSION = "6"

__all__ = [
    "COLUMNS",
    "VERSION",
    "Decision",
    "Resolution",
    "Ruled",
    "Rulings",
    "looks_like_bank",
    "resolve",
    "resolve_many",
    "ruled",
]
