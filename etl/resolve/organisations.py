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
from etl.places.gazetteer import Place, read_table
from etl.places.locate import Chain, head_county, judge, read_chain, read_chains
from etl.places.mentions import wordlike
from etl.resolve import names, uscc
from etl.resolve.bank_places import Seat
from etl.resolve.results import Method, Resolution, as_json, city_in, city_name, unresolved

if TYPE_CHECKING:
    from etl.resolve.firms import Match

_BRANCH = re.compile(
    r".*?(?:公司|集团|银行|所|中心)\(?([^()]{2,14}?)\)?(分公司|支公司|分所|分院|分社|分店|分中心|办事处|营业部|代表处)$"
)
_IN_BRACKETS = re.compile(r"\(([^()]{2,12})\)")
_BEFORE_A_PLACE = re.compile(
    r"(?:中共|中国共产党|国家税务总局|国家统计局|国网|国家电网|中华人民共和国|中国共产主义青年团|中国)+(?=.)"
)
#: Bodies of a provincial government: they sit in its capital.
_OF_A_PROVINCE = re.compile(r".{0,24}(?:厅|局|委|委员会|政府|办公厅|办公室|总队|法院|检察院|管理局|联合会|交易中心)$")
_OTHER_SITE = re.compile(r"(?:.{0,4})?(?:分院|分校|分局|研究院|研究生院|校区|院区|医院|学校|中学|小学)$")


@cache
def _known() -> dict[str, dict[str, str]]:
    return {names.key(names.normalise(row["name"])): row for row in read_table("finance_firms.csv", "etl.resolve")}


def firm(name: str, address: str | None, code: str | None, year: int | None, hint: str | None) -> Resolution:
    """A normalised firm name with its credit code (as written) and city."""
    good = uscc.normalise(code) if code else ""
    remark = "" if not good or uscc.is_valid(good) else f"; credit code {good} fails its check digit"
    good = good if uscc.is_valid(good) else ""
    known = _known().get(names.key(name))
    by_name = Seat(city_in(known["city"], year), 1.0, known["note"]) if known else _firm_seat(name, year, hint)
    by_address = _by_address(address, year, hint)
    ways: list[tuple[Method, Seat]] = [("address", by_address), ("alias" if known else "name_place", by_name)]
    if good:
        city = uscc.city_of(good, year)
        ways.insert(0, ("uscc", Seat(city, 0.99, f"credit code, division {good[2:8]}" + ("" if city else ": no city"))))
    return _first(ways, "firm", good or names.hashed("firm", name), name, year, remark)


def body(name: str, address: str | None, code: str | None, year: int | None, hint: str | None) -> Resolution:
    """A normalised name of a public body with its city; a purchaser with the form of a firm is resolved as a firm."""
    if re.search(r"公司|事务所$|合作社$|合伙", name) and "委员会" not in name:
        return firm(name, address, code, year, hint)
    good = uscc.normalise(code) if code else ""
    org = good if uscc.is_valid(good) else names.hashed("body", name)
    ways: list[tuple[Method, Seat]] = [
        ("name_place", _body_seat(name, year, hint)),
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


def _by_address(address: str | None, year: int | None, hint: str | None) -> Seat:
    if not address:
        return Seat(None, 0.0, "")
    found = locate(address, year, hint, address=True)
    return Seat(found.city_code, found.score, f"address: {found.evidence}", found.candidates)


def _seat(chain: Chain, year: int | None, hint: str | None, where: str) -> Seat:
    found = judge(chain, year, hint)
    return Seat(found.city_code, found.score, f"{where}: {found.evidence}", found.candidates, found.province_code)


def _firm_seat(name: str, year: int | None, hint: str | None) -> Seat:
    """The place in a firm's name: that of its branch, else the one in brackets, else the one at its head."""
    branch = _BRANCH.match(name)
    if branch:
        found = _branch_seat(branch.group(1), branch.group(2), year, hint)
        if found:
            return found
    for inner in reversed(_IN_BRACKETS.findall(name)):
        chain = read_chain(inner)
        if chain and chain.start == 0 and chain.end == len(inner) and _trusted(chain):
            return _seat(chain, year, hint, "in brackets")
    return _head_seat(name, year, hint)


def _branch_seat(piece: str, noun: str, year: int | None, hint: str | None) -> Seat | None:
    """The seat of a firm's branch; None where its words name no place."""
    chains = read_chains(piece) or [read_chain(piece)]
    chain = chains[-1].widest(year) if noun == "分公司" else chains[-1]
    if not chain:
        return None
    found = _seat(chain, year, hint, "branch")
    capital = gazetteer().capital(found.province_code or "")
    if capital and not found.city_code and _says_province(chain):
        return Seat(capital.code, 0.85, f"branch of {chain.text}: its provincial seat is {capital.name}")
    return found


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
    if not _trusted(chain):
        return _untrusted([chain])
    return _seat(chain, year, hint, "head of the name")


def _trusted(chain: Chain) -> bool:
    return len(chain.mentions) > 1 or chain.mentions[0].full or chain.mentions[0].name not in wordlike()


def _names_of(places: tuple[Place, ...]) -> tuple[str, ...]:
    return tuple(f"{p.city_code or p.code} {p.name}" for p in places)


def _body_seat(name: str, year: int | None, hint: str | None) -> Seat:
    """The place in a body's name: the first that gives a city, unless a site of its own lies elsewhere."""
    chains = read_chains(name)
    trusted = [chain for chain in chains if _trusted(chain)]
    if not trusted:
        county = head_county(name)
        return _seat(county, year, hint, "name") if county else _untrusted(chains)
    site = _other_site(name, trusted, year, hint)
    if site:
        return site
    first = _seat(trusted[0], year, hint, "name")
    if first.city_code or not first.province_code or first.candidates:
        return first
    seats = (_seat(chain, year, first.province_code, "name") for chain in trusted[1:])
    within = next((s for s in seats if s.city_code and s.province_code == first.province_code), None)
    return within or _provincial(name, trusted[0], first)


def _untrusted(chains: list[Chain]) -> Seat:
    if not chains:
        return Seat(None, 0.0, "no place in the name")
    return Seat(None, 0.0, f"{chains[0].text!r} may be a mere word", _names_of(chains[0].places))


def _provincial(name: str, chain: Chain, found: Seat) -> Seat:
    capital = gazetteer().capital(found.province_code or "")
    if capital and chain.mentions[0].full and _OF_A_PROVINCE.fullmatch(name[chain.end :]):
        return Seat(capital.code, 0.88, f"a provincial body sits in {capital.name}")
    return found


def _other_site(name: str, chains: list[Chain], year: int | None, hint: str | None) -> Seat | None:
    """北京大学深圳研究院 is in 深圳: the last place counts where a site of its own follows it."""
    last = chains[-1]
    if len(chains) > 1 and _OTHER_SITE.fullmatch(name[last.end :]):
        found = _seat(last, year, hint, "name of the site")
        return found if found.city_code else None
    return None


def registered(found: Resolution, match: Match, year: int | None) -> Resolution:
    """What the rules found of a firm, with what a register of firms says; no other kind is looked up in one.

    The register's seat comes before the place in the name, but a branch sits where its own name says.
    """
    if found.kind != "firm" or found.org_id is None:
        return found
    entry, near = match.entry, [f"{c.org_id} {c.name}" for c in match.candidates]
    candidates = as_json([*json.loads(found.candidates or "[]"), *near])
    if entry is None:
        return replace(found, evidence=f"{found.evidence}; register: {match.evidence}", candidates=candidates)
    seat = None if match.branch else city_in(entry.city_code, year)
    city = seat or found.city_code
    return replace(
        found,
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


def unnamed(kind: str, normalised: str) -> Resolution | None:
    """The answer for a text that is no name at all; None for a name."""
    why = names.why_no_name(normalised)
    return unresolved(kind, why) if why else None
