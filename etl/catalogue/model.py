"""The entries of the catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Aggregation:
    """How a value is made from its parts.

    `city_years`: from contributions to a city-year (sum of values, or sum of values over sum of weights).
    `province`: from cities to a province (`own`: never; the province has contributions of its own).
    """

    city_years: Literal["sum", "ratio"]
    province: Literal["sum", "own", "ratio"]


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator. `formula` is in terms of contributions: `value` and, for a ratio, `weight`."""

    code: str
    theme: str
    title_zh: str
    title_en: str
    definition: str
    formula: str
    unit: str
    #: Id of the frame that decides how complete a value is.
    frame: str
    aggregation: Aggregation
    #: First year the panel has rows for.
    first_year: int
    #: May a recipient pass it on? In words.
    licence: str
    #: Values are whole numbers.
    integer: bool = False
    minimum: float | None = None
    maximum: float | None = None
    #: Indicator (a ratio) that says how many of the parts of this sum are known.
    known_share: str | None = None
    lexicon: str | None = None
    policy: Literal["strict", "published"] | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Frame:
    """What must have been looked at: lists of sources over the year and a tail of days, or imported documents.

    `kinds`: only scopes (lists) of these kinds count; the others never carry what is counted.
    `imports`: the kind of import instead of sources (`reports`): a place-year is known once its document is there.
    """

    id: str
    title: str
    real: tuple[str, ...] = ()
    synthetic: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    #: Days after the year in which late notices of that year still appear.
    tail_days: int = 90
    imports: str | None = None

    def sources(self, synthetic: bool) -> tuple[str, ...]:
        """The source ids that count in a synthetic or in a real home."""
        return self.synthetic if synthetic else self.real
