"""What a cell in a column of cities means: a city by code or by any of its names, and never by luck.

A short name may be several places: 吉林 a city or a province, 海南 a province or a prefecture, 朝阳 a city or a
district. The column of provinces settles it, or what else the table holds, or the year; else the row goes to review.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from numbers import Integral, Real

from etl.harmonise.units import Unit, effective_year, is_unit, units
from etl.places.gazetteer import Place, gazetteer
from etl.places.locate import clean, read_chain
from etl.places.mentions import wordlike

#: Six digits; four (prefectures only); twelve, as the statistical offices write them. Numbers may end in .0.
_CODE = re.compile(r"(\d{4}|\d{6})(?:0{6})?(?:\.0+)?")
#: What people write between a province and its city.
_BETWEEN = re.compile(r"[-—–/·,、_|()]")
_KINDS = ("地区", "自治州", "盟", "州", "市")
#: Longer texts are no names of places.
_LONGEST = 40


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a row has no city: a short code, a sentence, and what it might have been."""

    reason: str
    detail: str
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Label:
    """A city as written, and what it can mean in any year."""

    text: str
    #: The name of the city in it: 深圳市 in 广东省深圳市.
    name: str = ""
    units: tuple[Unit, ...] = ()
    provinces: tuple[Place, ...] = ()
    counties: tuple[Place, ...] = ()
    #: Settled by the column of provinces.
    within: str | None = None
    refused: Refused | None = None

    @property
    def level(self) -> str:
        """What it is, when it can be one thing only: city, province or county; else empty."""
        levels = {"city": self.units, "province": self.provinces, "county": self.counties}
        found = [level for level, places in levels.items() if places]
        return found[0] if len(found) == 1 else ""


def as_text(value: object) -> str:
    """A cell as text: NFKC, no invisible characters, no blanks in Chinese; 110000.0 is 110000, missing is empty."""
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return ""
    if isinstance(value, Real) and not isinstance(value, Integral):
        number = float(value)
        return "" if math.isnan(number) else str(int(number)) if number.is_integer() else str(value)
    text = unicodedata.normalize("NFKC", str(value))
    text = "".join(c for c in text if c.isspace() or unicodedata.category(c) not in ("Cf", "Cc"))
    return text.strip() if text.isascii() else "".join(text.split())


@lru_cache(maxsize=65536)
def read_label(text: str, province: str = "") -> Label:
    """What a city as written (`as_text`) can mean; `province` is the cell of the column of provinces, or empty."""
    if not text:
        return Label(text, refused=Refused("no_city", "the city is empty"))
    within = _province(province) if province else None
    if province and within is None:
        return Label(text, refused=Refused("unknown_place", f"no province {_short(province)!r}"))
    name, places = ("", _by_code(text)) if _CODE.fullmatch(text) else _by_name(text)
    inside = [place for place in places if within in (None, place.province_code)]
    if places and not inside:
        why = f"{text!r} lies in {', '.join(sorted({p.province for p in places}))}, not in {province}"
        return Label(text, refused=Refused("province_disagrees", why, _listed(places)))
    if not inside:
        return Label(text, refused=Refused("unknown_place", f"no place {_short(text)!r}"))
    return Label(
        text,
        name,
        tuple(dict.fromkeys(units()[place.code] for place in inside if is_unit(place))),
        tuple(place for place in inside if place.level == "province"),
        tuple(place for place in inside if place.level == "county" and not is_unit(place)),
        within,
    )


def _province(text: str) -> str | None:
    """Code of the province a cell of the column of provinces names, or None."""
    places = _by_code(text + "0000" if len(text) == 2 else text) if text[:2].isdigit() else _by_name(text)[1]
    wide = [place for place in places if place.level in ("province", "municipality")] or places
    found = {place.province_code for place in wide}
    return found.pop() if len(found) == 1 else None


def _by_code(text: str) -> list[Place]:
    digits = _CODE.fullmatch(text)
    code = digits[1].ljust(6, "0") if digits else ""
    known = gazetteer().get(code)
    return [known] if known else []


def _by_name(text: str) -> tuple[str, list[Place]]:
    """The innermost name in a text that consists of names of places (苏州, 江苏省苏州市), and who bears or bore it."""
    if len(text) > _LONGEST:
        return "", []
    name = clean(text)
    found = gazetteer().find(name)
    if not found and not name.isascii():
        bare = _BETWEEN.sub("", name)
        chain = read_chain(bare)
        if chain and sum(len(mention.name) for mention in chain.mentions) == len(bare):
            name, found = chain.mentions[-1].name, list(chain.places)
    return name, [place for place in found if place.name == name] or found


@dataclass(frozen=True)
class Table:
    """What the other rows of a table tell: which levels it holds, and which kinds of cities of which provinces."""

    has_provinces: bool = False
    has_counties: bool = False
    kinds: frozenset[tuple[str, str]] = frozenset()
    #: Label -> the years it stands in.
    years: Mapping[tuple[str, str | None], frozenset[int]] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: Iterable[tuple[Label, int]]) -> Table:
        """Look at all rows of a table, as labels and years."""
        years: dict[tuple[str, str | None], set[int]] = {}
        labels: dict[tuple[str, str | None], Label] = {}
        for label, year in rows:
            years.setdefault((label.text, label.within), set()).add(year)
            labels[label.text, label.within] = label
        sure = [label for label in labels.values() if label.level]
        return cls(
            any(label.level == "province" for label in sure),
            any(label.level == "county" for label in sure),
            frozenset(kind for label in sure for unit in label.units for kind in _kinds(unit)),
            {key: frozenset(found) for key, found in years.items()},
        )

    def unit(self, label: Label, year: int) -> Unit | Refused:
        """The one unit a label means in a year, or why it stays open."""
        if label.refused:
            return label.refused
        if not label.units:
            return _not_a_city(label)
        rivals = self._rivals(label)
        if rivals:
            why = f"{label.text!r} is ambiguous here: write the full name or the code, or name the column of provinces"
            return Refused("ambiguous", why, _listed([*(u.places[-1] for u in label.units), *rivals]))
        standing = [unit for unit in label.units if unit.at(effective_year(unit, year))]
        if len(standing) > 1:
            standing = self._alone_in_other_years(label, standing)
        if len(standing) > 1:
            places = [unit.places[-1] for unit in standing]
            return Refused("ambiguous", f"{label.text!r} is several cities in {year}", _listed(places))
        return standing[0] if standing else _not_in_force(label, year)

    def _rivals(self, label: Label) -> tuple[Place, ...]:
        """What else a label may be in this table: a province or a county."""
        provinces: tuple[Place, ...] = ()
        if label.provinces and (self.has_provinces or not (label.within or self._has_siblings(label))):
            provinces = label.provinces
        counties = label.counties if self.has_counties and label.text in wordlike() else ()
        return (*provinces, *counties)

    def _has_siblings(self, label: Label) -> bool:
        """Whether the table surely holds cities of the same kind in the same province."""
        return any(kind in self.kinds for unit in label.units for kind in _kinds(unit))

    def _alone_in_other_years(self, label: Label, standing: list[Unit]) -> list[Unit]:
        """The unit that the label must mean in another year of the table (南宁 in 2000, when 南宁地区 stood too)."""
        years = self.years.get((label.text, label.within), frozenset())
        alone = [[u for u in label.units if u.at(effective_year(u, year))] for year in sorted(years)]
        sure = {found[0].code for found in alone if len(found) == 1}
        return [unit for unit in standing if unit.code in sure] if len(sure) == 1 else standing


def _kinds(unit: Unit) -> set[tuple[str, str]]:
    """Province and kind (市, 自治州, 地区 ...) of a unit."""
    return {(p.province_code, next((k for k in _KINDS if p.name.endswith(k)), "")) for p in unit.places}


def _not_a_city(label: Label) -> Refused:
    if label.provinces:
        return Refused("province_level", f"{label.text!r} is a province", _listed(label.provinces))
    cities = {code: units()[code] for p in label.counties for code in gazetteer().cities_of(p.code) if code in units()}
    why = f"{label.text!r} is a county or district: name the city it belongs to"
    return Refused("county_level", why, _listed([unit.places[-1] for unit in cities.values()]))


def _not_in_force(label: Label, year: int) -> Refused:
    told = []
    for unit in label.units:
        first, last = unit.places[0], unit.places[-1]
        if year < first.valid_from:
            told.append(f"{first.name} stands from {first.valid_from} on")
        else:
            into = _listed([units()[c].places[-1] for c in gazetteer().cities_of(last.code) if c in units()])
            told.append(
                f"{last.name} ended in {(last.valid_to or 0) + 1}; its area is in {', '.join(into)}, as are its figures"
            )
    return Refused("not_in_force", f"no such city in {year}: {'; '.join(told)}", ())


def _listed(places: Iterable[Place]) -> tuple[str, ...]:
    found = {place.code: f"{place.code} {place.name}" for place in places}
    return tuple(found[code] for code in sorted(found))


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}... ({len(text)} characters)"
