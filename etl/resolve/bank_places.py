"""The city of a bank, a branch or a unit, from the words of its name; where its head office sits says nothing of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from etl.places import Place, gazetteer
from etl.places.chains import Chain, chains_of, read_chain
from etl.places.gazetteer import LAST_YEAR
from etl.places.locate import Located, judge
from etl.places.mentions import Mention, doubtful, mentions
from etl.places.phrases import plain
from etl.resolve.bank_register import listed_banks, unit_seats, village_brands
from etl.resolve.banks import BankName, Part

#: Classes that work in and around their home city: it settles which 鼓楼区 is meant, and adds no city of its own.
_LOCAL = frozenset({"city_commercial", "rural", "village", "credit_union"})
_REGIONAL = frozenset({"分行", "直属分行", "营业管理部", "办事处", "管理中心", "管理总部", "审计中心"})


class Seat(NamedTuple):
    """A city, its score and evidence, or why there is none. `sure`: more than the short name of a county."""

    city_code: str | None
    score: float
    evidence: str
    candidates: tuple[str, ...] = ()
    province_code: str | None = None
    sure: bool = True


def seat(name: BankName, year: int | None, hint: str | None) -> Seat:
    """Where the unit sits that a bank's name means."""
    home = home_city(name, year, hint)
    if name.level == "head_office":
        return home
    if not any(part.noun.endswith(("行", "分理处", "办事处")) for part in name.parts):
        special = _unit_of_head_office(name, home)
        if special:
            return special
    local = home.city_code if name.bank.class_in(year) in _LOCAL else None
    found = _branch_seat(name, year, local or hint)
    if local is None or not _bound_to_its_city(name, year):
        return _of_a_wide_bank(name, year, found) if local and local == found.city_code and not found.sure else found
    if found.city_code and found.city_code[:2] != local[:2]:
        why = f"{found.evidence}, but {name.bank.name} works around its own city"
        return Seat(None, 0.0, why, _one(found.city_code, year) + _one(local, year))
    if found.city_code or found.candidates:
        return found
    return Seat(local, 0.8, f"{found.evidence}; {name.bank.name} works in its own city")


def _of_a_wide_bank(name: BankName, year: int | None, found: Seat) -> Seat:
    """A bank not named after its city works in the province: its home does not settle what two cities there share."""
    home = gazetteer().get(found.city_code or "", year)
    if home is None or home.short_name in name.bank.name:
        return found
    alone = _branch_seat(name, year, None)
    shared = [c for c in alone.candidates if c[:2] == home.code[:2] and not c.startswith(home.code)]
    return alone if shared else found


def _bound_to_its_city(name: BankName, year: int | None) -> bool:
    """Village banks, credit unions and the small rural banks have no branch elsewhere that does not name its place."""
    return not name.bank.listed and name.bank.class_in(year) in _LOCAL - {"city_commercial"}


def home_city(name: BankName, year: int | None, hint: str | None = None) -> Seat:
    """The head office's city: a listed fact, or the place in the name of a bank that is not listed."""
    if name.bank.listed:
        return _listed_home(name.bank.id, name.alias, year)
    return _home_by_name(name.alias, name.bank.bank_class, year, hint)


@lru_cache(maxsize=8192)
def _listed_home(bank_id: str, alias: str, year: int | None) -> Seat:
    bank = listed_banks()[bank_id]
    city = bank.city_in(year)
    return Seat(city, 1.0, f"{alias} -> {bank.name}" + ("" if city else ", head office outside our scope"))


@lru_cache(maxsize=8192)
def _home_by_name(alias: str, bank_class: str, year: int | None, hint: str | None) -> Seat:
    if bank_class == "village" and alias.removesuffix("村镇银行") in village_brands():
        return Seat(None, 0.0, f"{alias!r}: the brand of village banks in several places")
    found = _place_at_head(alias, year, hint)
    if bank_class == "city_commercial":  # all of these that were in force since 2000 are listed: this one is doubtful
        return found._replace(score=min(found.score, 0.6), evidence=f"{found.evidence}; no such bank is listed")
    return found


def _place_at_head(alias: str, year: int | None, hint: str | None) -> Seat:
    chain = read_chain(alias)
    if not chain or chain.start > 0:
        return _home_by_county(alias, 0, year, hint, None)
    located = judge(replace(chain, places=_without_districts(chain.places, year)), year, hint)
    if located.province_code and not (located.city_code or located.candidates) and _of_a_province(alias, chain):
        return _capital(located.province_code, chain.text)
    province = next((p.code for p in chain.places if p.level == "province"), None)
    if province and not located.city_code:  # 吉林 is a city too, but 大安 is in the province
        within = _home_by_county(alias, chain.end, year, hint, province)
        return within if within.city_code else _as_seat(located)
    return _as_seat(located)


def _home_by_county(alias: str, start: int, year: int | None, hint: str | None, province: str | None) -> Seat:
    """The county a bank's name begins with, also without its 县 (双流诚民, 江西兴国): here it cannot be a mere word."""
    for length in (4, 3, 2):
        words = alias[start : start + length]
        places = tuple(p for p in gazetteer().find(words, within=province) if p.code != province)
        if len(words) < length or not places:
            continue
        chain = Chain((Mention(start, start + length, words, places, strong=True),), _without_districts(places, year))
        return _as_seat(judge(chain, year, hint))
    return Seat(None, 0.0, f"no place at the head of {alias!r}")


def _without_districts(places: tuple[Place, ...], year: int | None) -> tuple[Place, ...]:
    """The bank of a district has the city's name before it: 象山 alone is the county, not the district of 桂林."""
    wide = tuple(p for p in places if not p.name.endswith("区"))
    return tuple(p for p in wide if p.in_force(LAST_YEAR if year is None else year)) or wide or places


def _of_a_province(alias: str, chain: Chain) -> bool:
    """河南农村商业银行, 四川省农村信用社联合社: nothing but the province before the words for a bank."""
    return alias[chain.end :].startswith(("农村", "农商", "农信", "信用", "省农村"))


def _capital(province_code: str, text: str) -> Seat:
    capital = gazetteer().capital(province_code)
    if capital is None:
        return Seat(None, 0.0, f"{text!r} names no province")
    return Seat(capital.code, 0.88, f"{text!r}: its provincial seat is {capital.name}", province_code=province_code)


def _unit_of_head_office(name: BankName, home: Seat) -> Seat | None:
    """A unit with a seat of its own, or a department of the head office."""
    words = "".join(part.place + part.noun for part in name.parts)
    for (bank, unit), city in unit_seats().items():
        if bank == name.bank.id and words.startswith(unit) and not read_chain(words.removeprefix(unit)):
            return Seat(city, 0.9, f"{unit} of {name.bank.name}")
    if name.parts[-1].noun in ("部", "营业部", "办公室") and not read_chain(words) and home.city_code:
        return Seat(home.city_code, 0.85, f"{words}: a department of the head office")
    return None


def _branch_seat(name: BankName, year: int | None, hint: str | None) -> Seat:
    """The last certain place of the parts; what stands before a part says which place of its name is meant."""
    context: Seat | None = None
    failed: Seat | None = None
    for part in name.parts:
        found = _part_seat(part, year, (context and (context.city_code or context.province_code)) or hint)
        if found is None:
            continue
        if not (found.city_code or found.province_code):
            failed = failed or found
        elif context is None or not context.city_code or found.sure:
            context = found
    if context is None:
        return failed or Seat(None, 0.0, f"no place in {name.rest!r}")
    if context.city_code or not context.province_code or context.candidates:
        return context
    last = name.parts[-1].noun
    if any(part.noun in _REGIONAL for part in name.parts) and (name.level != "sub_branch" or last.startswith("营业")):
        return _capital(context.province_code, name.rest)
    return Seat(None, 0.0, f"{name.rest!r} names a province only")


#: The seats of parts with the same names of places.
_seats: dict[tuple[object, ...], Seat | None] = {}
_MOST_SEATS = 1 << 17


def _part_seat(part: Part, year: int | None, hint: str | None) -> Seat | None:
    """The place of one part; None when it names none. A hint is heeded only where the part leaves its city open."""
    if "自" in part.place or "兵" in part.place:
        part = Part(plain(part.place, year), part.noun)
    found = mentions(part.place) if part.place else []
    before_branch = part.noun in _REGIONAL and any(m.end == len(part.place) for m in found)
    if not before_branch:
        found = _of_the_head(found)
    if not found:
        return None
    whole = not found[0].strong and found[0].end == len(part.place)
    names = (before_branch, part.noun in _REGIONAL, whole, *[(m.start, m.name, m.strong) for m in found])
    alone = _kept_seat(names, part, found, year, None)
    if hint is None or alone is None or not alone.candidates:
        return alone
    hinted = _kept_seat(names, part, found, year, hint)
    return hinted if hinted and hinted.city_code else alone


def _of_the_head(found: list[Mention]) -> list[Mention]:
    """The names that can have a say where only those at the head count: behind a sure one, those of its province."""
    if not found or found[0].start > 0:
        return []
    if not found[0].strong:
        return found
    provinces = _provinces(found[0])
    return [mention for mention in found if not provinces.isdisjoint(_provinces(mention))]


_provinces_of: dict[str, frozenset[str]] = {}


def _provinces(mention: Mention) -> frozenset[str]:
    """The provinces a name occurs in; a name has the same places wherever it stands."""
    known = _provinces_of.get(mention.name)
    if known is None:
        known = _provinces_of[mention.name] = frozenset({place.province_code for place in mention.places})
    return known


def _kept_seat(
    names: tuple[object, ...], part: Part, found: Sequence[Mention], year: int | None, hint: str | None
) -> Seat | None:
    key = (names, year, hint)
    if key not in _seats:
        if len(_seats) >= _MOST_SEATS:
            _seats.clear()
        _seats[key] = _read_part(part, found, year, hint)
    return _seats[key]


def _read_part(part: Part, found: Sequence[Mention], year: int | None, hint: str | None) -> Seat | None:
    chain = _part_chain(part, found, year)
    if not chain:
        return None
    located = judge(chain, year, hint)
    name = chain.mentions[0]
    short = len(chain.mentions) == 1 and not name.full
    weak = short and not (part.noun in _REGIONAL and any(p.level != "county" for p in chain.places))
    if weak and doubtful(name.name, "branch") and not _settled(located, hint):
        return Seat(None, 0.0, f"{name.name!r} may be a mere name", located.candidates or _one(located.city_code, year))
    return _as_seat(located)._replace(sure=not weak)


def _part_chain(part: Part, found: Sequence[Mention], year: int | None) -> Chain:
    """The names at the head of a part, or right before 分行 (南京南通分行); there they mean a city or province."""
    length = len(part.place)
    head = next(chains_of(found, length, bare=True), Chain())
    if head and part.noun in _REGIONAL and any(mention.end == length for mention in found):
        *_, last = (head, *chains_of(found, length, bare=False))
        if last.end == length and (head.start > 0 or _leads_on(head, last)):
            return last.widest(year)
    return Chain() if head and head.start > 0 else head


def _leads_on(head: Chain, last: Chain) -> bool:
    """Whether a branch of the branch before it is meant; 珠海海淀区分行 and 济宁中山分行 are in quarters so named."""
    if head.mentions[0] in last.mentions:
        return True
    provinces = {place.province_code for place in head.places}
    return any(place.level != "county" and place.province_code in provinces for place in last.places)


def _settled(located: Located, hint: str | None) -> bool:
    """Whether the hint itself stands for the city found: the name only says which part of it."""
    return hint is not None and hint in (located.city_code, located.province_code)


def _one(city: str | None, year: int | None) -> tuple[str, ...]:
    place = gazetteer().get(city, year) if city else None
    return (f"{place.code} {place.name}",) if place else ()


def _as_seat(located: Located) -> Seat:
    return Seat(
        located.city_code,
        located.score,
        located.evidence,
        located.candidates,
        located.province_code,
        sure=located.score >= 0.8,
    )
