"""What resolving a name gives."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from etl.places.gazetteer import gazetteer

Kind = Literal["bank", "firm", "body", "place"]
Level = Literal["head_office", "branch", "sub_branch", "unit"]
Method = Literal["decision", "uscc", "cnaps", "alias", "grammar", "address", "name_place", "fuzzy", "none"]


class Resolution(NamedTuple):
    """A name resolved, in the columns of `fincity resolve -o`.

    `org_id` may stand without `city_code` (the organisation is known, its seat is not); then `evidence` says why.
    `method` tells how the city was found, or, without a city, the organisation. `score` is 0 to 1. `candidates` is
    a JSON list, or None.
    """

    org_id: str | None
    canonical_name: str | None
    kind: str
    bank_class: str | None
    level: Level | None
    city_code: str | None
    city: str | None
    score: float
    method: Method
    evidence: str
    candidates: str | None = None


#: The columns `fincity resolve -o` adds to its input.
COLUMNS = Resolution._fields


def unresolved(kind: str, why: str, candidates: Sequence[str] = ()) -> Resolution:
    """No organisation and no city, and why."""
    return Resolution(None, None, kind, None, None, None, None, 0.0, "none", why, as_json(candidates))


def as_json(candidates: Iterable[str]) -> str | None:
    """The column `candidates`: a JSON list, None for an empty one."""
    items = list(dict.fromkeys(candidates))
    return json.dumps(items, ensure_ascii=False) if items else None


def city_name(code: str | None, year: int | None) -> str | None:
    """Full name of a city in a year."""
    place = (gazetteer().get(code, year) or gazetteer().get(code)) if code else None
    return place.name if place else None


def city_in(code: str | None, year: int | None) -> str | None:
    """A city code of the tables of facts as it stands in a year; None where it was split up, or for no code."""
    cities = gazetteer().cities_of(code, year) if code else ()
    return cities[0] if len(cities) == 1 else None
