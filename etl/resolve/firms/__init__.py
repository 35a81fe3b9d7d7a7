"""Firms: their names taken apart, a register of them, and which of them a name as written means."""

from etl.resolve.firms.anatomy import Anatomy, anatomy
from etl.resolve.firms.entries import Entry
from etl.resolve.firms.register import THRESHOLD, Candidate, Match, Register
from etl.values.parties import Named, parties

__all__ = [
    "THRESHOLD",
    "Anatomy",
    "Candidate",
    "Entry",
    "Match",
    "Named",
    "Register",
    "anatomy",
    "parties",
]
