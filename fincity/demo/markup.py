"""Small pieces that several kinds of pages share: escaped text, suppliers, amounts, who reads what in which role."""

from __future__ import annotations

import random
from dataclasses import dataclass
from decimal import Decimal
from html import escape

from fincity.demo import money, planted
from fincity.demo.facts import Lot, Notice, Party
from fincity.demo.world import City, Firm, World, draw

SYNTHETIC = "合成演示数据：本页所有企业、人员、项目和金额均为虚构，仅用于软件演示"

METHODS = ("公开招标", "竞争性磋商", "竞争性谈判", "询价")
ITEMS = ("软件授权", "服务器", "技术服务", "终端设备", "安装调试")


@dataclass(frozen=True, slots=True)
class Ink:
    """Everything that varies between two notices of the same kind, drawn once from the notice's own seed."""

    notice: Notice
    rng: random.Random
    contact: planted.Contact
    agency: Firm
    city: City
    price: int

    @property
    def lots(self) -> tuple[Lot, ...]:
        """The lots this notice speaks of."""
        return self.notice.lots


def ink(notice: Notice, world: World) -> Ink:
    """Draw the variable parts of a notice's page."""
    rng = draw(f"page/{notice.style}")
    contact, agency = planted.pick(rng), rng.choice(world.agencies)
    city = world.city(notice.project.buyer.city_code or "110000")
    return Ink(notice, rng, contact, agency, city, rng.randint(200, 90_000))


def day_words(day: str) -> str:
    """`2022-03-04` as `2022年03月04日`."""
    year, month, date = day.split("-")
    return f"{year}年{month}月{date}日"


def names(parties: tuple[Party, ...], rng: random.Random) -> str:
    """Suppliers of one lot as one text: a single name, or a consortium with or without a leader."""
    if len(parties) == 1:
        return parties[0].name
    if any(p.role for p in parties):
        form = rng.choice(("{0}（联合体牵头人）", "{0}（牵头人）"))
        rest = "（联合体成员）" if "联合体" in form else "（成员）"
        return "、".join(form.format(p.name) if p.role == "leader" else p.name + rest for p in parties)
    joined = rng.choice(("、", "+")).join(p.name for p in parties)
    return f"{joined}（联合体）"


def addresses(parties: tuple[Party, ...]) -> str:
    """Addresses of the suppliers of a lot in the order of their names; `/` for what is not given."""
    return "；".join(p.address or "/" for p in parties)


def has_address(lot: Lot) -> bool:
    """Any supplier of the lot has a published address."""
    return any(p.address for p in lot.parties)


def amount(lot: Lot, style: str) -> str:
    """The price of a lot as written: an amount with its unit and tax basis, a rate, or nothing but a stroke."""
    if lot.amount_fen is None:
        return lot.note or "/"
    tax = {"incl": "（含税）", "excl": "（不含税）"}.get(lot.tax_basis, "")
    return money.write(lot.amount_fen, style) + tax


def total_wan(lots: tuple[Lot, ...]) -> str:
    """Sum of the known amounts in wan yuan with six decimals, as ccgp sums up; zero when none is known."""
    return f"{Decimal(sum(lot.amount_fen or 0 for lot in lots)) / 1_000_000:.6f}"


def rows(cells: list[tuple[str, ...]], cell: str = "td") -> str:
    """Table rows from texts, each escaped."""
    return "".join(
        "<tr>" + "".join(f"<{cell}>{escape(text, quote=False)}</{cell}>" for text in line) + "</tr>" for line in cells
    )


def paragraphs(lines: list[str]) -> str:
    """Paragraphs from texts, each escaped."""
    return "".join(f"<p>{escape(line, quote=False)}</p>" for line in lines)
