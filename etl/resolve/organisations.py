"""Firms and public bodies: which city, by credit code, address, and the place in the name, in this order of trust.

A firm's city is that of its registered office. A body's name comes before its address: the address beside a
purchaser in a notice is often its agent's.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from etl.places import gazetteer, locate
from etl.places.chains import Chain, head_county, read_chain, read_chains
from etl.places.gazetteer import read_table
from etl.places.mentions import doubtful
from etl.resolve import bodies, names, uscc
from etl.resolve.bank_places import Seat
from etl.resolve.name_places import seat_of, trusted, untrusted
from etl.resolve.results import Method, Resolution, as_json, city_in, city_name, unresolved
from etl.values.parties import parties

if TYPE_CHECKING:
    from etl.resolve.firms import Match

_BRANCH = re.compile(
    r".*?(?:公司|集团|银行|所|中心)\(?([^()]{2,14}?)\)?(分公司|支公司|分所|分院|分社|分店|分中心|办事处|营业部|代表处)$"
)
#: A part that is named behind its firm: 中国铁路上海局集团有限公司杭州站.
_BEHIND_A_FIRM = re.compile(r".*(?:公司|集团|控股)([^()]{3,})")
_IN_BRACKETS = re.compile(r"\(([^()]{2,12})\)")
#: Between the members of a consortium.
_SEVERAL = re.compile(r"(?:公司|[院所厂])\)?(?:[、,;/]|[与和及](?=.*(?:公司|[院所厂])))")
#: Suppliers that are no firms.
_BODY = re.compile(
    r"(?<!公司)(?:大学|学院|学校|医院|研究院|研究所|交易所|海关|[^公]局|厅|委员会|政府|法院|协会|学会)(?:\([^()]*\))?$"
)
_BEFORE_A_PLACE = re.compile(
    r"(?:中共|中国共产党|国家税务总局|国家统计局|国网|国家电网|中华人民共和国|中国共产主义青年团|中国铁路|中国)+(?=.)"
)


@cache
def _known() -> dict[str, dict[str, str]]:
    return {names.key(names.normalise(row["name"])): row for row in read_table("finance_firms.csv", "etl.resolve")}


def firm(name: str, address: str | None, code: str | None, year: int | None, hint: str | None) -> Resolution:
    """A normalised firm name with its credit code (as written) and city."""
    good = uscc.normalise(code) if code else ""
    remark = "" if not good or uscc.is_valid(good) else f"; credit code {good} fails its check digit"
    good = good if uscc.is_valid(good) else ""
    known = _known().get(names.key(name))
    by_name = Seat(city_in(known["city"], year), 1.0, known["note"]) if known else _named_seat(name, year, hint)
    by_address = _by_address(address, year, hint)
    ways: list[tuple[Method, Seat]] = [("address", by_address), ("alias" if known else "name_place", by_name)]
    if good:
        ways.insert(0, ("uscc", _by_uscc(good, year)))
    return _first(ways, "firm", good or names.hashed("firm", name), name, year, remark)


def body(name: str, address: str | None, code: str | None, year: int | None, hint: str | None) -> Resolution:
    """A normalised name of a public body with its city; a purchaser with the form of a firm is resolved as a firm."""
    if re.search(r"公司|事务所$|合作社$|合伙", name) and "委员会" not in name:
        return firm(name, address, code, year, hint)
    good = uscc.normalise(code) if code else ""
    org = good if uscc.is_valid(good) else names.hashed("body", name)
    ways: list[tuple[Method, Seat]] = [
        ("name_place", bodies.seat(name, year, hint)),
        ("address", _by_address(address, year, hint)),
    ]
    return _first(ways, "body", org, name, year, "")


def _first(
    ways: list[tuple[Method, Seat]], kind: str, org: str, name: str, year: int | None, remark: str
) -> Resolution:
    """The first way that gives a city; the cities of the others that disagree are candidates and cost confidence."""
    chosen = next(((method, seat) for method, seat in ways if seat.city_code), None)
    if chosen is None:
        why = "; ".join(seat.evidence for _, seat in ways if seat.evidence) + remark
        open_ = as_json(c for _, seat in ways for c in seat.candidates)
        return Resolution(org, names.printed(name), kind, None, None, None, None, 0.0, "none", why, open_)
    method, seat = chosen
    others = [s for _, s in ways if s.city_code and s.city_code != seat.city_code]
    candidates = [*(f"{s.city_code} {city_name(s.city_code, year)}" for s in others), *seat.candidates]
    evidence = "; ".join([seat.evidence, *(f"but {s.evidence}" for s in others)]) + remark
    score = round(seat.score - 0.1 * bool(others), 2)
    city = seat.city_code
    return Resolution(
        org,
        names.printed(name),
        kind,
        None,
        None,
        city,
        city_name(city, year),
        score,
        method,
        evidence,
        as_json(candidates),
    )


def _by_uscc(code: str, year: int | None) -> Seat:
    city = uscc.city_of(code, year)
    return Seat(city, 0.99, f"credit code, division {code[2:8]}" + ("" if city else ": no city"))


def _by_address(address: str | None, year: int | None, hint: str | None) -> Seat:
    if not address:
        return Seat(None, 0.0, "")
    found = locate(address, year, hint, address=True)
    return Seat(found.city_code, found.score, f"address: {found.evidence}", found.candidates)


def _named_seat(name: str, year: int | None, hint: str | None) -> Seat:
    """The seat in a supplier's name, which may be a university's or a hospital's, or a consortium's."""
    name = names.simplified(name)
    members = parties(name) if _SEVERAL.search(name) else ()
    if len(members) > 1:
        return _common([_named_seat(one.name, year, hint) for one in members], year)
    return (bodies.seat if _BODY.search(name) else _firm_seat)(name, year, hint)


def _common(seats: list[Seat], year: int | None) -> Seat:
    """The city that all members of a consortium without a leader share; else it has none."""
    cities = {seat.city_code for seat in seats}
    if len(cities) == 1:
        return seats[0]
    named = sorted(f"{city} {city_name(city, year)}" for city in cities if city)
    return Seat(None, 0.0, "several firms and no leader", tuple(named))


def _firm_seat(name: str, year: int | None, hint: str | None) -> Seat:
    """The place in a firm's name: that of its branch or part, else the one in brackets, else the one at its head."""
    branch = _BRANCH.match(name)
    if branch:
        found = _branch_seat(name, branch.group(1), branch.group(2), year, hint)
        if found:
            return found
    part = _BEHIND_A_FIRM.fullmatch(name)
    chain = read_chain(part.group(1)) if part else Chain()
    if chain and chain.start == 0:
        near = _near(chain, name, year, hint)
        if near or trusted(chain):
            return seat_of((near or chain).widest(year), year, hint, "part of the firm")
    for inner in reversed(_IN_BRACKETS.findall(name)):
        chain = read_chain(inner)
        if chain and chain.start == 0 and chain.end == len(inner) and trusted(chain):
            return seat_of(chain, year, hint, "in brackets")
    return _head_seat(name, year, hint)


def _branch_seat(name: str, piece: str, noun: str, year: int | None, hint: str | None) -> Seat | None:
    """The seat of a firm's branch; None where its words name no place."""
    chains = read_chains(piece) or [read_chain(piece)]
    if not chains[-1]:
        return None
    near = _near(chains[-1], name, year, hint)
    last = chains[-1].mentions[-1]
    if not near and len(chains[-1].mentions) == 1 and not last.strong and doubtful(last.name, "branch"):
        return untrusted(chains[-1:])
    chain = (near or chains[-1]).widest(year) if noun == "分公司" else near or chains[-1]
    found = seat_of(chain, year, hint, "branch")
    capital = gazetteer().capital(found.province_code or "")
    if capital and not found.city_code and _says_province(chain):
        return Seat(capital.code, 0.85, f"branch of {chain.text}: its provincial seat is {capital.name}")
    return found


def _near(chain: Chain, name: str, year: int | None, hint: str | None) -> Chain:
    """What the name of a part means in the place at the head of the firm's name (国网辽宁...朝阳供电公司)."""
    head = _head_seat(name, year, hint)
    within = head.city_code or head.province_code
    places = tuple(p for p in chain.places if within in (p.city_code, p.province_code) and p.level != "province")
    return replace(chain, places=places) if within and places else Chain()


def _says_province(chain: Chain) -> bool:
    """Whether a chain can only mean a province (吉林 may be the city)."""
    return all(place.level == "province" for place in chain.places)


def _head_seat(name: str, year: int | None, hint: str | None) -> Seat:
    start = _BEFORE_A_PLACE.match(name)
    name = name[start.end() :] if start else name
    chain = read_chain(name)
    if not chain or chain.start > 0:
        chain = head_county(name)
    if not chain:
        return Seat(None, 0.0, "no place at the head of the name")
    if not trusted(chain):
        return untrusted([chain])
    found = seat_of(chain, year, hint, "head of the name")
    cities = {found.city_code, *(seat_of(other, year, hint, "").city_code for other in _cities_behind(chain, name))}
    if not found.city_code or cities <= {None, found.city_code}:
        return found
    named = tuple(f"{city} {city_name(city, year)}" for city in sorted(filter(None, cities)))
    return Seat(None, 0.0, "the name has several cities", named)


def _cities_behind(head: Chain, name: str) -> list[Chain]:
    """Other cities in a firm's name: of 北京同仁堂亳州饮片 nothing says which of the two it is registered in."""
    later = [chain for chain in read_chains(name) if chain.start >= head.end and trusted(chain)]
    levels = ({place.level for place in chain.places} for chain in later)
    return [
        c for c, of in zip(later, levels, strict=True) if "province" not in of and of & {"prefecture", "municipality"}
    ]


def registered(found: Resolution, match: Match, year: int | None) -> Resolution:
    """What the rules found of a firm, with what a register of firms says; no other kind is looked up in one.

    The register's seat comes before the place in the name, but a branch sits where its own name says.
    """
    if found.kind != "firm" or found.org_id is None:
        return found
    entry, near = match.entry, [f"{c.org_id} {c.name}" for c in match.candidates]
    candidates = as_json([*json.loads(found.candidates or "[]"), *near])
    if entry is None:
        return found._replace(evidence=f"{found.evidence}; register: {match.evidence}", candidates=candidates)
    seat = None if match.branch else city_in(entry.city_code, year)
    city = seat or found.city_code
    return found._replace(
        org_id=entry.org_id,
        canonical_name=names.printed(names.normalise(entry.name)),
        level="branch" if match.branch else None,
        city_code=city,
        city=city_name(city, year),
        score=match.score if seat or not city else min(match.score, found.score),
        method=match.method,
        evidence=f"register: {match.evidence}" + ("" if seat else f"; {found.evidence}"),
        candidates=candidates,
    )


def unnamed(kind: str, normalised: str, year: int | None) -> Resolution | None:
    """The answer for a credit code in the place of a name, and for a text that is no name at all; None for a name."""
    code = uscc.normalise(normalised)
    if uscc.is_valid(code):
        return _first([("uscc", _by_uscc(code, year))], kind, code, code, year, "")._replace(canonical_name=None)
    why = names.why_no_name(normalised)
    return unresolved(kind, why) if why else None
