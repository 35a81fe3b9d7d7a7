"""Human decisions about names, as the archive's log keeps them: signed, dated, never changed, undone by another entry.

A decision speaks of a name as seen and of an organisation (its id, or another name of it), of a city, or of both: they
are the same, they are not, or nobody can say. `etl.resolve.rulings` tells what many decisions mean together.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from functools import lru_cache
from typing import Any, Literal, get_args

from etl.errors import UsageError
from etl.places.gazetteer import gazetteer
from etl.recipes import canonical
from etl.resolve import banks, names, uscc
from etl.resolve.results import Kind
from etl.values.times import BEIJING

#: The archive's log of decisions.
LOG = "decisions"
Verdict = Literal["same", "not_same", "unsure"]


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided about a name as seen.

    `org_id` names the organisation, `other` a name it bears (without `org_id`: the organisation of that name),
    `city_code` a city. `same` and `not_same` speak of one of them at least; `unsure` without any speaks of the name
    altogether. `score` and `evidence` are what the rules said when it was decided, `when` is ISO 8601.
    """

    name: str
    kind: Kind
    verdict: Verdict
    who: str
    when: str
    why: str
    org_id: str | None = None
    city_code: str | None = None
    other: str | None = None
    score: float | None = None
    evidence: str | None = None

    @property
    def id(self) -> str:
        """Twelve hex digits that follow from what it says: an entry changed later no longer bears its id."""
        return _id(self)

    @property
    def moment(self) -> datetime:
        """When it was decided; a time without a zone is +08:00."""
        return _moment(self.when)

    @property
    def node(self) -> str:
        """The name as rulings know it."""
        return node_of_name(self.name, self.kind)

    @property
    def target(self) -> str | None:
        """The organisation as rulings know it; None for a decision about a city or about the name alone."""
        if self.org_id:
            return node_of_org(self.org_id)
        return node_of_name(self.other, self.kind) if self.other else None

    def entry(self) -> dict[str, Any]:
        """Its entry in the log."""
        return {"id": self.id, **{key: value for key, value in asdict(self).items() if value is not None}}

    def __str__(self) -> str:
        """`A is B, in 440300 深圳市`, as messages and lists show it."""
        place = gazetteer().get(self.city_code) if self.city_code else None
        organisation = " ".join(filter(None, (self.other, f"({self.org_id})" if self.other and self.org_id else None)))
        what = [organisation or self.org_id, f"in {self.city_code} {place.name if place else ''}" if place else None]
        said = {"same": "is", "not_same": "is not", "unsure": "may or may not be"}[self.verdict]
        return f"{self.name} {said} {', '.join(filter(None, what)) or 'anything known'}"


@lru_cache(maxsize=65536)
def _id(decision: Decision) -> str:
    said = {key: value for key, value in asdict(decision).items() if value is not None}
    if decision.score is not None:
        said["score"] = float(decision.score)
    return hashlib.sha256(canonical(said).encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Undo:
    """An entry that takes a decision back: from then on it is as if that had never been made."""

    undo: str
    who: str
    when: str
    why: str

    def entry(self) -> dict[str, Any]:
        """Its entry in the log."""
        return asdict(self)


def node_of_name(name: str, kind: Kind) -> str:
    """A name whatever its spelling. An organisation's name is one, as purchaser and as supplier; a place's another."""
    return names.hashed("place" if kind == "place" else "name", names.normalise(name))


def node_of_org(org_id: str) -> str:
    """An organisation's id; one that is known by its name only is that name."""
    prefix, _, rest = org_id.partition(":")
    return f"name:{rest}" if prefix in ("firm", "body") else org_id


def name_of_bank(org_id: str) -> str | None:
    """The full name behind the id of a bank or its branch; None for any other id."""
    prefix, _, rest = org_id.partition(":")
    bank, _, tail = rest.partition("/")
    if prefix != "bank" or not bank:
        return None
    listed = banks.listed_banks().get(bank)
    return (listed.full_name if listed else bank) + tail


def read_entry(entry: object) -> Decision | Undo:
    """An entry of the log, checked. Raises UsageError that names the field, what is wrong and what to write."""
    if not isinstance(entry, Mapping):
        raise UsageError("a decision is a JSON object with name, kind, verdict, who, when, why")
    known = {field.name for field in fields(Undo if "undo" in entry else Decision)} | {"id"}
    for name in entry:
        if name not in known:
            raise UsageError(f"{name}: no field of a decision; known are {', '.join(sorted(known))}")
    for name in ("who", "when", "why"):
        _text(entry, name)
    _moment(entry["when"])
    return _undo(entry) if "undo" in entry else _decision(entry)


def _undo(entry: Mapping[str, Any]) -> Undo:
    return Undo(_text(entry, "undo"), entry["who"], entry["when"], entry["why"])


def _decision(entry: Mapping[str, Any]) -> Decision:
    _choice(entry, "kind", get_args(Kind))
    _choice(entry, "verdict", get_args(Verdict))
    _name(entry, "name")
    made = Decision(**{key: value for key, value in entry.items() if key != "id" and value is not None})
    _check_target(made, entry)
    if entry.get("id") not in (None, made.id):
        raise UsageError(f"id: {entry['id']!r} is not the id of what the entry says ({made.id}): it was changed later")
    return made


def _check_target(made: Decision, entry: Mapping[str, Any]) -> None:
    if made.other is not None:
        _name(entry, "other")
    if made.org_id is not None:
        _organisation(_text(entry, "org_id"))
    if made.city_code is not None:
        _city(_text(entry, "city_code"))
    if made.evidence is not None:
        _text(entry, "evidence")
    if made.score is not None and not (isinstance(made.score, int | float) and 0 <= made.score <= 1):
        raise UsageError(f"score: {made.score!r} is no number from 0 to 1")
    if made.kind == "place" and (made.org_id or made.other):
        raise UsageError("org_id: a place is no organisation; give its city_code alone")
    if made.verdict != "unsure" and not (made.org_id or made.other or made.city_code):
        raise UsageError(f"verdict: {made.verdict} as what? Give org_id, other (a name) or city_code")


def _text(entry: Mapping[str, Any], name: str) -> str:
    value = entry.get(name)
    if not isinstance(value, str) or not value.strip():
        raise UsageError(f"{name}: {'missing' if value is None else 'empty or no text'}; it must say something")
    return value


def _name(entry: Mapping[str, Any], field: str) -> None:
    why = names.why_no_name(names.normalise(_text(entry, field)))
    if why:
        raise UsageError(f"{field}: {why}")


def _choice(entry: Mapping[str, Any], name: str, known: tuple[str, ...]) -> None:
    if entry.get(name) not in known:
        raise UsageError(f"{name}: {entry.get(name)!r} is none of {', '.join(known)}")


@lru_cache(maxsize=65536)
def _moment(when: str) -> datetime:
    try:
        moment = datetime.fromisoformat(when)
    except ValueError:
        raise UsageError(f"when: {when!r} is no time; write ISO 8601 such as 2024-03-01T09:30:00+08:00") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=BEIJING)


def _organisation(org_id: str) -> None:
    """Ids that cannot be anybody's: a wrong credit code, a bank nobody knows."""
    bank = name_of_bank(org_id)
    known = banks.read(names.normalise(bank)) is not None if bank else ":" in org_id.strip(":") or uscc.is_valid(org_id)
    if not known:
        raise UsageError(
            f"org_id: {org_id!r} is no organisation's id; take one from `fincity resolve`, a valid credit code, "
            "or give the organisation's name as `other`"
        )


def _city(code: str) -> None:
    place = gazetteer().get(code)
    if place is None or place.city_code != code:
        raise UsageError(f"city_code: {code!r} is no city; write the six-digit code of a prefecture or municipality")
