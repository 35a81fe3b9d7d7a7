"""Who and where: the cities, banks with their units, public bodies and invented firms of the demonstration.

Cities and banks are facts (GB/T 2260 codes, registered names, classes, seats); firms, addresses and agencies
are invented.
"""

from __future__ import annotations

import csv
import random
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

DATA = Path(__file__).parent / "data"
#: The cell for what no city can be given.
UNALLOCATED = "unallocated"
#: Classes of banks whose purchases the fintech indicators count.
COUNTED = frozenset({"state_owned", "joint_stock", "city_commercial"})

MUNICIPALITIES = frozenset({"110000", "120000", "310000", "500000"})
# Some roads carry the names of other cities: an address is read from the left.
ROADS = ("建设大道", "中山路", "解放路", "人民路", "科技路", "滨河路", "文化路", "迎宾大道", "北京路", "南京路")
# Brands are pairs of rare characters: no word of a dictionary, no name of a county.
BRAND_HEAD = "砚霁珩翊澹煜颢昱珺祺琮璟瑄骁翎棠皓澄筠叡"
BRAND_TAIL = "舟岫阙芃骐弈衍珂牧擎枢曜迩潇黛遥笙禾"
TRADES = ("数码科技", "信息技术", "软件", "网络科技", "数据服务", "系统集成", "电子", "科技发展")


@dataclass(frozen=True, slots=True)
class City:
    """A prefecture-level unit or municipality (facts of 2020-2024)."""

    code: str
    name: str
    short: str
    province: str
    province_short: str
    pinyin: str
    dial: str
    districts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bank:
    """A bank as legal person; `bank_class` is its class in all years of the demonstration."""

    name: str
    short: str
    bank_class: str
    head_city: str


@dataclass(frozen=True, slots=True)
class Unit:
    """A purchaser: a unit of a bank, or a public body (`bank_class` null). Without `city_code` nobody can place it."""

    name: str
    alias: str
    city_code: str | None
    address: str | None
    bank_class: str | None
    #: Name of the head office, which copies on other portals give instead of the purchaser.
    head: str | None = None

    @property
    def counted(self) -> bool:
        """A commercial bank of a class the fintech indicators count."""
        return self.bank_class in COUNTED


@dataclass(frozen=True, slots=True)
class Firm:
    """An invented supplier. `city_code` null: neither name nor any address tells where it sits."""

    name: str
    city_code: str | None
    address: str | None


@dataclass(frozen=True, slots=True)
class World:
    """Everybody who may appear in a document."""

    cities: tuple[City, ...]
    banks: tuple[Bank, ...]
    units: tuple[Unit, ...]
    bodies: tuple[Unit, ...]
    firms: tuple[Firm, ...]
    agencies: tuple[Firm, ...]

    def city(self, code: str) -> City:
        """The city of a code; KeyError when it is not part of this world."""
        return {c.code: c for c in self.cities}[code]


def draw(seed: str) -> random.Random:
    """A generator of its own for each theme, so that a change in one leaves the others as they were."""
    return random.Random(seed)  # noqa: S311  (a synthetic world, no secret)


def rows(name: str) -> list[dict[str, str]]:
    """Rows of a data file of this package."""
    with (DATA / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def load_cities() -> tuple[City, ...]:
    """The forty cities, in order of code."""
    return tuple(City(**{**row, "districts": tuple(row["districts"].split(";"))}) for row in rows("cities.csv"))  # type: ignore[arg-type]


def load_banks() -> tuple[Bank, ...]:
    """The sixty banks, largest classes first."""
    return tuple(Bank(**row) for row in rows("banks.csv"))


def address(rng: random.Random, city: City, *, with_province: bool | None = None) -> str:
    """An invented address in a city, with or without the province in front."""
    full = rng.random() < 0.5 if with_province is None else with_province
    province = city.province if full and city.province != city.name else ""
    place = f"{province}{city.name}{rng.choice(city.districts)}{rng.choice(ROADS)}"
    return f"{place}{rng.randint(1, 980)}号{rng.choice(('', '3层', '创新大厦12层', '2栋801室'))}"


def _short_district(district: str) -> str:
    return re.sub(r"(新区|街道|区|市|镇)$", "", district)


def _branch_name(bank: Bank, city: City) -> str:
    if bank.bank_class == "central":
        return f"{city.short}中心支行"
    if bank.bank_class == "state_owned" and city.name.endswith("市"):
        return f"{city.name}分行"
    return f"{city.short}分行"


def _unit(rng: random.Random, bank: Bank, city: City, tail: str) -> Unit:
    return Unit(bank.name + tail, bank.short + tail, city.code, address(rng, city), bank.bank_class, bank.name)


def _sub_branches(rng: random.Random, bank: Bank, city: City) -> list[Unit]:
    units = []
    for district in city.districts[:2]:
        # A county-level city names its sub-branch alone (昆山支行); a district stands behind its city (杭州西湖支行).
        within = "" if district.endswith("市") else city.short
        units.append(_unit(rng, bank, city, f"{within}{_short_district(district)}支行"))
    return units


def _reach(bank: Bank, cities: tuple[City, ...], rng: random.Random) -> list[City]:
    """Cities where a bank has branches: large banks everywhere, city banks in three others."""
    others = [c for c in cities if c.code != bank.head_city]
    if bank.bank_class in ("state_owned", "central"):
        return others
    count = {"joint_stock": 14, "city_commercial": 3, "policy": 6, "foreign": 3}.get(bank.bank_class, 0)
    return sorted(rng.sample(others, min(count, len(others))), key=lambda c: c.code)


def _bank_units(rng: random.Random, bank: Bank, cities: tuple[City, ...]) -> list[Unit]:
    """Head office, branches and sub-branches of a bank in the given cities."""
    by_code = {c.code: c for c in cities}
    units = []
    home = by_code.get(bank.head_city)
    if home:
        units.append(_unit(rng, bank, home, ""))
        if bank.bank_class == "city_commercial":
            units += _sub_branches(rng, bank, home)
    for city in _reach(bank, cities, rng):
        units.append(_unit(rng, bank, city, _branch_name(bank, city)))
        if bank.bank_class == "state_owned":
            units += _sub_branches(rng, bank, city)
    return units


def _special_units(rng: random.Random, banks: tuple[Bank, ...], cities: tuple[City, ...]) -> list[Unit]:
    """Units whose name misleads or tells nothing: only the address, or nothing at all, places them."""
    by_name, by_code = {b.short: b for b in banks}, {c.code: c for c in cities}
    cards, comm = by_name["招商银行"], by_name["交通银行"]
    units = [_unit(rng, cards, by_code["310000"], "信用卡中心")]
    for short, city_code, tail in (("中国建设银行", "330100", "浙江省分行"), ("中国工商银行", "440100", "广东省分行")):
        units.append(_unit(rng, by_name[short], by_code[city_code], tail))
    lost = ("人民路支行", "解放路支行")
    return units + [Unit(comm.name + t, comm.short + t, None, None, comm.bank_class, comm.name) for t in lost]


def _bodies(rng: random.Random, cities: tuple[City, ...]) -> tuple[Unit, ...]:
    """Public bodies: they buy, and their purchases never count."""
    kinds = ("财政局", "第八人民医院", "第十九中学", "公安局", "档案馆", "住房公积金管理中心")
    return tuple(
        Unit(city.name + kind, city.name + kind, city.code, address(rng, city), None)
        for city in cities
        for kind in rng.sample(kinds, 3)
    )


def _brands(rng: random.Random) -> list[str]:
    brands = [head + tail for head in BRAND_HEAD for tail in BRAND_TAIL]
    rng.shuffle(brands)
    return brands


def _located_firm(rng: random.Random, brand: str, city: City, form: int) -> Firm:
    trade, where = rng.choice(TRADES), address(rng, city)
    named = (
        f"{city.name if city.name.endswith('市') else city.short}{brand}{trade}有限公司",
        f"{city.short}{brand}{trade}股份有限公司",
        f"{brand}（{city.short}）{trade}有限公司",
    )
    if form % 2 == 0:  # the name tells the city; two times in three an address says so too
        return Firm(named[form // 2 % 3], city.code, where if form % 3 else None)
    province = city.province_short if form % 3 == 0 and city.code not in MUNICIPALITIES else ""
    return Firm(f"{province}{brand}{trade}有限公司", city.code, where)


def _hidden_firm(rng: random.Random, brand: str, form: int) -> Firm:
    return Firm(f"{'浙江' if form == 0 else ''}{brand}{rng.choice(TRADES)}有限公司", None, None)


def _firms(rng: random.Random, cities: tuple[City, ...], count: int, hidden: int) -> tuple[Firm, ...]:
    brands = _brands(rng)
    order = [cities[i % len(cities)] for i in range(count - hidden)]
    rng.shuffle(order)
    firms = [_located_firm(rng, brands[i], city, i) for i, city in enumerate(order)]
    firms += [_hidden_firm(rng, brands[count + i], i) for i in range(hidden)]
    return tuple(firms)


def _agencies(rng: random.Random, cities: tuple[City, ...]) -> tuple[Firm, ...]:
    brands = _brands(rng)
    return tuple(
        Firm(f"{city.province_short}{brands[i]}招标代理有限公司", city.code, address(rng, city))
        for i, city in enumerate(cities)
    )


def _spread(items: list[T], count: int) -> list[T]:
    """`count` items at even distances."""
    return [items[i * len(items) // count] for i in range(count)]


def build(seed: str, n_cities: int, n_banks: int, n_firms: int, hidden: int) -> World:
    """Draw a world. Fewer cities and banks than all are spread over the lists, so that every class stays present."""
    all_cities, all_banks = load_cities(), load_banks()
    seats = ("110000", "310000", "330100", "440100", "440300")  # special units sit there
    must = [c for c in all_cities if c.code in seats]
    rest = [c for c in all_cities if c.code not in seats]
    cities = tuple(sorted(must + _spread(rest, n_cities - len(must)), key=lambda c: c.code))
    keep = ("招商银行", "交通银行", "中国建设银行", "中国工商银行", "中国人民银行")
    chosen = _spread([b for b in all_banks if b.short not in keep], n_banks - len(keep))
    banks = tuple(b for b in all_banks if b.short in keep or b in chosen)
    rng = draw(f"{seed}/world")
    units = [u for bank in banks for u in _bank_units(rng, bank, cities)] + _special_units(rng, banks, cities)
    return World(
        cities=cities,
        banks=banks,
        units=tuple(units),
        bodies=_bodies(rng, cities),
        firms=_firms(rng, cities, n_firms, hidden),
        agencies=_agencies(rng, cities),
    )
