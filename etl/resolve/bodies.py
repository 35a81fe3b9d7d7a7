"""Where a public body sits, by its name: a known fact, where it is stationed, a site of its own, its first place.

The name of a parent says nothing of a site elsewhere (中国人民大学苏州校区). That of a province says its capital, for
bodies that sit there (广东省财政厅). Two cities in one name (沈阳至大连高速公路) leave it open.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise

from etl.places import gazetteer
from etl.places.chains import Chain, head_county, read_chain, read_chains
from etl.places.gazetteer import MUNICIPALITIES, read_table
from etl.places.mentions import doubtful, end_of_zone, mentions
from etl.places.phrases import plain, stationed
from etl.resolve import names
from etl.resolve.bank_places import Seat
from etl.resolve.name_places import seat_of, trusted, untrusted
from etl.resolve.results import city_in, city_name

#: Parts of a body that sit where it does; of a university's hospitals only the first surely does.
_DEPARTMENT = re.compile(
    r"(?:机关|本级|本部|总部|图书馆|办公厅|办公室|(?:第一)?附属(?:第一)?医院|[^()驻]{2,8}(?:司|处)"
    r"|(?:机关|后勤)?(?:后勤|服务|信息|网络|电子政务|数据|采购|招标|财务|结算|技术|缉私)[^()]{0,6}(?:中心|局))"
)
#: Bodies of a provincial government: they sit in its capital.
_OFFICE_OF_A_PROVINCE = re.compile(
    r".{0,24}(?:厅|局|委|委员会|政府|办公厅|办公室|总队|法院|检察院|联合会|交易中心|专员办事处)"
)
#: Institutions of which a province has one, in its capital; numbered ones (第二人民医院) may be anywhere.
_ONE_OF_A_PROVINCE = re.compile(
    r"(?:人民医院|肿瘤医院|妇幼保健院|疾病预防控制中心|血液中心|图书馆|博物馆|档案馆|科学技术馆|科技馆|美术馆|党校|委党校"
    r"|行政学院|农业科学院|社会科学院|气象台|信息中心|大数据中心|公共资源交易中心|政府采购中心)(?:\(.*\))?"
)
#: Behind the province a river, a lake, a mountain, a number (第二中级人民法院), a part (农垦总局九三管理局): it may sit
#: anywhere.
_ANYWHERE = re.compile(
    r"第[一二三四五六七八九十\d]|[^江河湖海矿省市]{1,3}(?:江|河|湖|池|湾|山|岛|水库)|.{0,6}(?:灌区|林区|流域)|.*监狱$"
    r"|.*总局.{2,}局"
)
#: What stands before the short name of a province in the name of a central office there.
_CENTRAL = re.compile(r".*(?:总局|委员会|[证银保]监会|部|署|国家.{2,10}局|民用航空局?|民航局?|通讯社|新华社|日报社)")
_CENTRAL_OFFICE = re.compile(
    r"(?:省|自治区)?(?:.{0,10}监管局|.{0,6}管理局|.{0,4}总队|局|税务局|分社|.{0,6}办公室|专员办事?处?)"
)
#: Ends of names that only the office of a province bears (a city has 监管分局 and 调查队).
_OF_A_PROVINCE_ONLY = re.compile(r".*(?:监管局|总队)")
_SITES = r"校区|院区|分院|分校|分局|分中心"
_SITE = re.compile(
    rf"(?:(?!大学|公司|集团)[^()]){{0,9}}?(?:{_SITES}|研究院|研究生院|研究所|医院|学校|中学|小学|学院|疗养院|创新中心|基地|站|[车机工电供]务?段|分部)(?:\(.*\))?"
)
#: Bodies with sites elsewhere: a place right behind them is where the site is (浙江大学义乌研究院).
_PARENT = re.compile(r"大学|科学院|研究院|研究所|铁路局|铁路公安局|海关[隶所]属|医院")
#: The fourth hospital of a university, and those after it, are as often a hospital of another city that it took over.
_FAR_HOSPITAL = re.compile(r"(?:大学|学院)(?:附属第[四五六七八九十]+|第[四五六七八九十]+附属)(?:人民)?医院")
#: ... and these say that it is not at the parent's seat, but not where (北京大学长三角光电科学研究院).
_SOMEWHERE = re.compile(
    r"\(?(?:长三角|长江三角洲|珠三角|粤港澳|大湾区|[华西东中][东南西北中]|[东西中南北]部)[^()]{0,8}(?:院|校区|中心)"
)
#: What follows a county that a school or a hospital is named after.
_BARE_SITE = re.compile(
    rf"(?:第[一二三四五六七八九十]|实验|人民|外国语)*(?:{_SITES}|学校|中学|小学|幼儿园|医院|研究院|学院)"
)
_IN_BRACKETS = re.compile(rf"\(([^()]{{2,12}}?)(?:{_SITES})?\)")
_BEFORE_A_SITE = re.compile(rf".*?([^()]{{2,4}})(?:{_SITES})(?:\(.*\))?")
#: Two places that stand side by side are both meant: 宁波舟山港, 沈阳至大连高速公路.
_SIDE_BY_SIDE = frozenset({"", "至", "到", "-", "—", "~", "和", "与", "、", "及"})
#: An office of the whole corps, which is run like a province.
_OF_THE_CORPS = re.compile(
    r"新疆(?:生产建设)?兵团[^师团]{0,16}(?:厅|局|委|委员会|办公厅|办公室|法院|检察院|联合会|交易中心)"
)
#: Workers sent elsewhere: the place behind these words counts.
_SENT = re.compile(r"对口(?:支援|帮扶|协作|合作)|援[疆藏青]")


def seat(name: str, year: int | None, hint: str | None) -> Seat:
    """Where the body of a normalised name sits, or why that cannot be told."""
    known = _known(name)
    if known:
        return Seat(city_in(known["city"], year), 0.97, f"{known['name']}: {known['source']}")
    text = plain(name, year)
    office = stationed(text)
    if office is not None:
        return _stationed_seat(text.partition("驻")[0], office, year, hint)
    sent = _SENT.search(text)
    found = _by_places(text[sent.end() :] if sent else text, year, hint)
    if found.province_code and not found.city_code and _OF_THE_CORPS.fullmatch(name):
        return _capital(found.province_code, "the corps")
    return found


@cache
def _facts() -> dict[str, dict[str, str]]:
    rows = read_table("bodies.csv", "etl.resolve")
    return {name: row for row in rows for name in (row["name"], *row["aliases"].split(";")) if name}


def _known(name: str) -> dict[str, str] | None:
    """The row of a known body, or of the one that this is a department of (工业和信息化部信息中心)."""
    text = names.simplified(name).removeprefix("中华人民共和国")
    facts = _facts()
    if text in facts:
        return facts[text]
    lengths = (n for n in range(len(text) - 2, 2, -1) if text[:n] in facts and _DEPARTMENT.fullmatch(text, n))
    return next((facts[text[:n]] for n in lengths if not read_chains(text[n:])), None)


def _stationed_seat(sender: str, office: str, year: int | None, hint: str | None) -> Seat:
    """Where an office is stationed; a zone without a name or a district (海关驻开发区办事处) is its sender's."""
    chain = read_chain(office)
    if not chain or chain.start > 0:
        home = _by_places(sender, year, hint)
        if home.city_code and (end_of_zone(office, 0) or _is_district_of(home.city_code, office)):
            return home
        return Seat(None, 0.0, f"stationed in no known place: {office!r}")
    found = seat_of(chain, year, hint, "stationed in")
    return found if found.city_code else _provincial(office, chain, found)


def _is_district_of(city: str, office: str) -> bool:
    return any(gazetteer().find(office[:length], within=city) for length in (4, 3, 2))


def _by_places(text: str, year: int | None, hint: str | None) -> Seat:
    """The place in a body's name: a site of its own, else the first that gives a city; none for two side by side."""
    chains = read_chains(text)
    places = [chain for chain in chains if trusted(chain) or _CENTRAL.fullmatch(text, 0, chain.start)]
    first = seat_of(places[0], year, hint, "name") if places else None
    near = (first.city_code or first.province_code if first else None) or hint
    site = _site(text, places, year, near) or _side_by_side(text, places, year, near)
    if site or first is None:
        return site or _by_county(text, chains, year, hint)
    if first.city_code and _FAR_HOSPITAL.search(text) and first.city_code not in MUNICIPALITIES:
        return Seat(
            None, 0.0, f"{text!r} may be in another city", (f"{first.city_code} {city_name(first.city_code, year)}",)
        )
    if first.city_code:
        return first
    return (first.province_code and _within(places[1:], first.province_code, year)) or _provincial(
        text, places[0], first
    )


def _by_county(text: str, chains: list[Chain], year: int | None, hint: str | None) -> Seat:
    county = head_county(text)
    return seat_of(county, year, hint, "name") if county else untrusted(chains)


def _within(later: list[Chain], province: str, year: int | None) -> Seat | None:
    """The first city behind the name of its province."""
    seats = (seat_of(chain, year, province, "name") for chain in later)
    return next((s for s in seats if s.city_code and s.province_code == province), None)


def _site(text: str, places: list[Chain], year: int | None, near: str | None) -> Seat | None:
    """A site of the body's own, the last where there are several: in brackets, before its word, or a second place."""
    named = [(found.start(1), found.group(1)) for found in _IN_BRACKETS.finditer(text)]
    sites = [(at, chain) for at, piece in [*named, *_before_a_site(text)] if (chain := _whole(piece))]
    sites += [(parent.end(), chain) for parent in _PARENT.finditer(text) if (chain := _at_head(text[parent.end() :]))]
    if len(places) > 1 and _SITE.fullmatch(text, places[-1].end) and not _is_district(places[0]):
        sites.append((places[-1].start, places[-1]))
    if not sites:
        far = _bare_site(text, year, near)
        if far:
            return far
        lost = next((parent for parent in _PARENT.finditer(text) if _SOMEWHERE.match(text, parent.end())), None)
        return Seat(None, 0.0, f"a site of {text[: lost.end()]!r} elsewhere") if lost else None
    chain = max(sites, key=lambda site: site[0])[1]
    found = seat_of(chain, year, None, "the site in the name")
    return found if found.city_code or not found.candidates else seat_of(chain, year, near, "the site in the name")


def _bare_site(text: str, year: int | None, near: str | None) -> Seat | None:
    """No seat for a school or hospital named after its parent and a county that is not the parent's (平潭学校)."""
    parent = _PARENT.search(text)
    if parent is None or near is None:
        return None
    for name in mentions(text):
        if name.strong or name.start < parent.end() or doubtful(name.name, "branch"):
            continue
        if _BARE_SITE.match(text, name.end):
            cities = {city for place in name.places for city in gazetteer().cities_of(place.code, year)}
            if near not in cities:
                listed = tuple(sorted(f"{city} {city_name(city, year)}" for city in cities))
                return Seat(None, 0.0, f"{name.name!r} may be where the site is", listed)
    return None


def _before_a_site(text: str) -> list[tuple[int, str]]:
    """The words right before 校区 or 分院, which may be all a place: the last four, three and two characters."""
    found = _BEFORE_A_SITE.fullmatch(text)
    return [(found.end(1) - n, found.group(1)[-n:]) for n in (4, 3, 2) if n <= len(found.group(1))] if found else []


def _at_head(text: str) -> Chain | None:
    """The city or county a text begins with."""
    chain = read_chain(text)
    if not chain or chain.start or not (chain.mentions[0].strong and _is_certain(chain)):
        chain = head_county(text, alone=False)
    return None if not chain or all(place.level == "province" for place in chain.places) else chain


def _whole(piece: str) -> Chain | None:
    """The places that are all there is in a piece of text; a district without its 区 is none (湖滨校区)."""
    chain = read_chain(piece)
    if not chain or chain.start or chain.end < len(piece) or not _is_certain(chain):
        return None
    if all(place.level == "province" for place in chain.places):
        return None
    return chain if len(chain.mentions) > 1 or chain.mentions[0].strong else head_county(piece, alone=False) or None


def _is_certain(chain: Chain) -> bool:
    """Whether a place is meant where one is expected: there 大庆 is the city, and 平安, which is a county, a word."""
    return trusted(chain) or any(place.level == "prefecture" for place in chain.places)


def _is_district(chain: Chain) -> bool:
    """An address of its own before the name: what stands behind 深圳市坪山区 is a mere name."""
    return chain.mentions[-1].full and all(place.level == "county" for place in chain.places)


def _side_by_side(text: str, places: list[Chain], year: int | None, hint: str | None) -> Seat | None:
    """No seat where two cities stand side by side."""
    for one, other in pairwise(places):
        if text[one.end : other.start] in _SIDE_BY_SIDE and not _is_district(one):
            seats = [seat_of(chain, year, hint, "name") for chain in (one, other)]
            cities = sorted({f"{s.city_code} {city_name(s.city_code, year)}" for s in seats if s.city_code})
            if len(cities) > 1:
                return Seat(None, 0.0, f"{one.text!r} and {other.text!r} stand side by side", tuple(cities))
    return None


def _provincial(text: str, chain: Chain, found: Seat) -> Seat:
    """The capital, for a government of a province, an institution it has one of, or a central office there."""
    before, behind = text[: chain.start], text[chain.end :]
    central = bool(_CENTRAL.fullmatch(before) and _CENTRAL_OFFICE.fullmatch(behind))
    if central and found.candidates and _OF_A_PROVINCE_ONLY.fullmatch(behind):
        provinces = {place.code for place in chain.places if place.level == "province"}
        return _capital(provinces.pop(), "a central office for the province") if len(provinces) == 1 else found
    own = chain.mentions[0].full and bool(
        _OFFICE_OF_A_PROVINCE.fullmatch(behind) or _ONE_OF_A_PROVINCE.fullmatch(behind)
    )
    if found.candidates or not found.province_code or not (own or central) or _ANYWHERE.match(behind):
        return found
    return _capital(found.province_code, "a provincial body")


def _capital(province_code: str, what: str) -> Seat:
    capital = gazetteer().capital(province_code)
    assert capital is not None, province_code
    return Seat(capital.code, 0.88, f"{what} sits in {capital.name}", province_code=province_code)
