"""Which place delivered a report: the user's word, columns, file name, folders, and at last the head of the text.

The first that names a place counts. Where it leaves a choice (jilin: 吉林省 or 吉林市) the others narrow it, and a text
that names another place than its file is quarantined: it would be counted for the wrong city.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from etl.errors import Quarantined
from etl.parsers.reports.delivery import HEAD, Sitting, title
from etl.parsers.reports.files import Row
from etl.places import Place, gazetteer

_CODE = re.compile(r"(?<!\d)[1-8]\d{5}(?!\d)")
_PINYIN = re.compile(r"[A-Za-z][A-Za-z']+")
_HAN = re.compile(r"[\u4e00-\u9fff]{2,}")
_SPEAKER = re.compile(r"代表\s{0,2}([\u4e00-\u9fff]{1,15}?)(?:人民)?政府|代表(国务院)")
#: Counties only by their full name: their short names are everyday words (和平, 新城).
_COUNTY = re.compile(r"..+[县区市旗]$")
_LONGEST = 16


@dataclass(frozen=True, slots=True)
class Found:
    """Six-digit code of the place, and what was odd about finding it."""

    code: str
    warnings: tuple[str, ...] = ()


def place(row: Row, text: str, held: Sitting | None, year: int, given: str | None) -> Found:
    """The province, city or directly administered county that delivered a report.

    Raises: Quarantined `place_unknown`, `place_ambiguous`, `place_contradiction`, `place_not_a_city`.
    """
    spoken, level = _in_text(text, held)
    nation = held is not None and held.nation
    if nation and given is None:
        raise Quarantined("place_unknown", "the report of the State Council: no province or city delivered it")
    said = [_called(given)] if given is not None else list(_in_file(row))
    found = _one(_narrowed(said, spoken, level, year), row.path.as_posix())
    if not nation and (not spoken or found.code in {p.code for p in spoken}):
        return Found(found.code)
    if given is not None:
        return Found(found.code, ("place_differs_from_text",))
    names = " or ".join(sorted({p.name for p in spoken}))
    raise Quarantined("place_contradiction", f"the file says {found.name}, the text {names}")


def _in_file(row: Row) -> Iterator[list[Place]]:
    """What columns, file name and the last two folders name, in this order."""
    yield _called(f"{row.code} {row.province} {row.city}")
    yield _called(row.path.stem)
    for folder in list(row.path.parents)[:2]:
        yield _called(folder.name)


def _in_text(text: str, held: Sitting | None) -> tuple[list[Place], str | None]:
    """The place the head names (sitting, speaker, title), and whether a province or a city speaks."""
    speaker = _SPEAKER.search(text[:HEAD])
    who = (speaker[1] or speaker[2]) if speaker else ""
    level = "province" if who.endswith(("省", "自治区")) else "city" if who in {"市", "州", "盟"} else None
    words = (held.place if held else "", who, title(text) or "")
    return next((found for w in words if (found := _called(w))), []), level


def _called(words: str) -> list[Place]:
    """The places a few words name; of a province and its city (广东省深圳市) the city."""
    known = gazetteer()
    tokens = [[p] for m in _CODE.finditer(words) if (p := known.get(m[0]))]
    tokens += [known.find(m[0]) for m in _PINYIN.finditer(words)]
    tokens += [found for m in _HAN.finditer(words) for found in _names(m[0])]
    result: list[Place] = []
    for places in filter(None, tokens):
        inside = _inside(places, result)
        outside = any(_same(q, p.code) for q in result for p in places)
        result = inside or (result if outside else [*result, *places])
    return result


def _names(words: str) -> Iterator[list[Place]]:
    """Places named in running Chinese text, the longest name at each point."""
    known, at = gazetteer(), 0
    while at < len(words) - 1:
        for length in range(min(_LONGEST, len(words) - at), 1, -1):
            name = words[at : at + length]
            found = [p for p in known.find(name) if p.level != "county" or _COUNTY.match(name)]
            if found:
                yield found
                at += length - 1
                break
        at += 1


def _same(place: Place, code: str) -> bool:
    """Whether a place is, or lies in, the place of a code."""
    return code in (place.code, place.city_code, place.province_code)


def _narrowed(said: Sequence[list[Place]], spoken: list[Place], level: str | None, year: int) -> list[Place]:
    """The candidates of the first that names a place, narrowed by the others as far as they leave any."""
    first, *others = [places for places in said if places] or [spoken]
    left = first
    for other in others:
        left = [p for p in left if any(_same(p, q.code) for q in other)] or _inside(other, left) or left
    left = [p for p in left if p in spoken] or _inside(spoken, left) or left
    left = [p for p in left if p.level != "county" or p.code[2:4] == "90"] or left
    left = [p for p in left if level is None or (level == "province") == (p.level == "province")] or left
    return [p for p in left if p.in_force(year) or p.in_force(year - 1)] or left


def _inside(inner: list[Place], outer: list[Place]) -> list[Place]:
    """Those of `inner` that lie in one of `outer`: the file names a province, something else its city."""
    return [p for p in inner if any(_same(p, q.code) for q in outer)]


def _one(candidates: list[Place], where: str) -> Place:
    codes = {p.code for p in candidates}
    if not codes:
        raise Quarantined("place_unknown", f"no place in columns, file name, folder or head of {where}; give --place")
    if len(codes) > 1:
        names = ", ".join(sorted({f"{p.name} {p.code}" for p in candidates}))
        raise Quarantined("place_ambiguous", f"could be {names}; give --place CODE")
    found = candidates[0]
    if found.level == "county" and found.code[2:4] != "90":
        raise Quarantined(
            "place_not_a_city", f"{found.name} is a county-level unit; panels are of provinces and cities"
        )
    return found
