"""Human decisions about names: which organisation or city they are, or are not. They overrule the rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from etl.resolve import names
from etl.resolve.results import Kind, Resolution, city_in, city_name, unresolved

Verdict = Literal["same", "not_same", "unsure"]


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided about a name: that it is an organisation or in a city, that it is not, or is not known.

    `name` is compared after normalising; `when` is ISO 8601, and the latest decision about a name and kind wins. A
    positive decision gives an organisation, a city, or both; a negative one bars what it names; `unsure` leaves the
    name unresolved.
    """

    name: str
    kind: Kind
    verdict: Verdict
    who: str
    when: str
    why: str
    org_id: str | None = None
    city_code: str | None = None


def decided(found: Resolution, name: str, kind: Kind, year: int | None, decisions: Sequence[Decision]) -> Resolution:
    """What the rules found, overruled by the latest decision about the name and kind."""
    wanted = names.normalise(name)
    about = [d for d in decisions if d.kind == kind and names.normalise(d.name) == wanted]
    if not about:
        return found
    last = max(about, key=lambda d: d.when)
    why = f"{last.who}, {last.when}: {last.why}"
    if last.verdict == "same":
        city = city_in(last.city_code, year) if last.city_code else found.city_code
        return Resolution(
            last.org_id or found.org_id,
            found.canonical_name if last.org_id in (None, found.org_id) else names.printed(wanted),
            found.kind,
            found.bank_class,
            found.level,
            city,
            city_name(city, year),
            1.0,
            "decision",
            why,
        )
    if last.verdict == "not_same" and not _barred(found, last):
        return found
    return unresolved(kind, f"{last.verdict.replace('_', ' ')} ({why})", [found.canonical_name or ""])


def _barred(found: Resolution, decision: Decision) -> bool:
    """Whether a negative decision speaks against what the rules found."""
    same_org = decision.org_id is not None and decision.org_id == found.org_id
    return same_org or (decision.city_code is not None and decision.city_code == found.city_code)
