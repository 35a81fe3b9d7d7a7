"""Names made at random with the truth beside them: branches of banks, a register of firms, suppliers as written.

They compare methods and sizes; what real names are like, the labels show. The same seed makes the same names.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cache

from etl.places import Place, gazetteer
from etl.places.gazetteer import LAST_YEAR, read_table

_STREETS = (
    "人民路",
    "解放路",
    "中山路",
    "建设路",
    "新华街",
    "滨江",
    "城东",
    "城西",
    "科技园",
    "火车站",
    "大学城",
    "长江路",
    "黄河路",
    "东风路",
    "文化路",
    "开发区",
    "",
)
_NOUNS = ("支行", "支行", "支行", "分行", "分行营业部", "分理处")
_FIRST = "华中科信智联金云数安天恒东新博思创慧宇鼎泰瑞德明达汇海亿远启睿赛凌优卓融易"
_SECOND = "通联科软网创达信讯维码图云泰星宏立方动力盛源腾飞芯景辰锐扬微付盟德普控"
_TRADES = (
    "科技",
    "信息技术",
    "软件",
    "网络科技",
    "数据科技",
    "金融信息服务",
    "智能科技",
    "系统集成",
    "电子",
    "通信技术",
)
_OTHER_TRADES = (*_TRADES, "办公设备", "建筑工程", "物业管理", "广告传媒")
_LEGAL = ("有限公司", "股份有限公司", "有限责任公司", "集团股份有限公司")
#: One in so many names of branches lacks a character.
_TORN = 20
#: The share of suppliers that are firms of the register.
_KNOWN = 0.3


@dataclass(frozen=True, slots=True)
class Branch:
    """The name of a branch, the bank it means and the city it is in."""

    text: str
    bank: str
    city_code: str


@dataclass(frozen=True, slots=True)
class Firm:
    """The parts of a firm's name; `city` may be empty, `core` is brand and trade."""

    city: str
    core: str
    legal: str

    @property
    def text(self) -> str:
        """The whole name."""
        return self.city + self.core + self.legal


@dataclass(frozen=True, slots=True)
class Supplier:
    """A supplier as written, and the position of its firm in the register; None: not in it."""

    text: str
    firm: int | None


def branches(count: int, seed: int = 1) -> list[Branch]:
    """Names of branches: nationwide banks anywhere, those of a city at home, rural banks in their county."""
    pick = random.Random(seed)
    cities = gazetteer().in_force(LAST_YEAR)
    counties = {city.code: _counties(city) for city in cities}
    banks = [row for row in read_table("banks.csv", "etl.resolve") if row["city"] and not row.get("until")]
    national = [row for row in banks if row["bank_class"] in ("state_owned", "joint_stock")]
    local = [row for row in banks if row["bank_class"] == "city_commercial" and row["city"] in counties]
    found = []
    for _ in range(count):
        if pick.random() < 0.2 and (city := pick.choice(cities)) and counties[city.code]:
            county = pick.choice(counties[city.code])
            bank = f"{county.short_name}农村商业银行"
            written = pick.choice([bank, f"{county.short_name}农商银行"])
        else:
            row = pick.choice(national if pick.random() < 0.5 else local)
            bank, written = row["name"], pick.choice([row["name"], row["full_name"], *_aliases(row)])
            city = pick.choice(cities) if row in national else next(c for c in cities if c.code == row["city"])
        found.append(Branch(_torn(written + _place(city, counties[city.code], pick), pick), bank, city.code))
    return found


def _aliases(row: dict[str, str]) -> list[str]:
    return [alias for alias in row["aliases"].split("|") if alias.endswith("行")]


def _counties(city: Place) -> list[Place]:
    return [
        p for p in gazetteer().places() if p.level == "county" and p.city_code == city.code and p.in_force(LAST_YEAR)
    ]


def _place(city: Place, counties: list[Place], pick: random.Random) -> str:
    county = pick.choice(counties).short_name if counties and pick.random() < 0.5 else ""
    return pick.choice([city.name, city.short_name]) + county + pick.choice(_STREETS) + pick.choice(_NOUNS)


def _torn(text: str, pick: random.Random) -> str:
    if pick.randrange(_TORN):
        return text
    at = pick.randrange(len(text))
    return text[:at] + text[at + 1 :]


def firms(count: int, seed: int = 2) -> list[Firm]:
    """Firms, all different by name, most with the city they are in."""
    pick = random.Random(seed)
    found: dict[str, Firm] = {}
    while len(found) < count:
        firm = _firm(pick, _TRADES)
        found.setdefault(firm.text, firm)
    return list(found.values())


def suppliers(count: int, register: list[Firm], seed: int = 3) -> list[Supplier]:
    """Names as written, all different: firms of the register spoilt in one of seven ways, and others.

    The others differ from every firm of the register in brand or trade: by city and form alone nobody could tell.
    """
    pick = random.Random(seed)
    known = {firm.text: number for number, firm in enumerate(register)}
    taken = {firm.core for firm in register}
    found: dict[str, int | None] = {}
    while len(found) < count:
        if pick.random() < _KNOWN:
            number = pick.randrange(len(register))
            text = _spoilt(register[number].text, pick)
            found.setdefault(text, known.get(text, number))
        elif (firm := _firm(pick, _OTHER_TRADES)).core not in taken:
            found.setdefault(firm.text, None)
    return [Supplier(text, number) for text, number in found.items()]


def _firm(pick: random.Random, trades: tuple[str, ...]) -> Firm:
    city = pick.choice(_city_names()) if pick.random() < 0.8 else ""
    brand = "".join(pick.sample(_FIRST, pick.choice((1, 2, 2)))) + pick.choice(_SECOND)
    return Firm(city, brand + pick.choice(trades), pick.choice(_LEGAL))


@cache
def _city_names() -> list[str]:
    return [city.short_name for city in gazetteer().in_force(LAST_YEAR)]


def _spoilt(firm: str, pick: random.Random) -> str:
    at = pick.randrange(1, len(firm))
    ways = (
        firm,
        firm.replace("股份有限公司", "有限公司").replace("有限责任公司", "有限公司"),
        firm + pick.choice(_city_names()) + "分公司",
        firm.replace("有限公司", "") + "（联合体牵头人）",
        firm[: at - 1] + pick.choice("公司科技信") + firm[at:],
        f"{firm[:at]} {firm[at:]}",
        firm.replace("有限公司", "有限公司（盖章）"),
    )
    return pick.choice(ways)
