"""The numbers of bank offices in the payment system (CNAPS, 支付系统行号): bank, area, check digit.

Twelve digits: three for the bank or the kind of bank, four for the area, four for the office, one check digit. No
public text of the rule for the check digit was found; ISO 7064 MOD 11,10 holds for each of 80 published numbers of
some 40 banks (a tenth of them would by chance), and is what is asked for here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from etl.places import cnaps_city
from etl.places.gazetteer import read_table

_NUMBER = re.compile(r"[(:]?(?<![0-9])([0-9]{12})(?![0-9])\)?")
_DIGITS = re.compile(r"[0-9]{12}")
_LABEL = re.compile(r"(?:支付系统|大额支付|大额|开户行?|银行)?(?:联行号|行号|CNAPS)(?:代?码|号)?[:为]?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class BankNumber:
    """A valid number: the listed bank's id (empty where many banks share the prefix), class (empty: several), area."""

    number: str
    bank: str
    bank_class: str
    name: str
    area: str

    def city_in(self, year: int | None) -> str | None:
        """Code of the city the area lies in."""
        return cnaps_city(self.area, year)


def check_digit(first11: str) -> str:
    """The check digit that belongs to eleven digits (ISO 7064 MOD 11,10)."""
    product = 10
    for digit in first11:
        product = ((product + int(digit)) % 10 or 10) * 2 % 11
    return str((11 - product) % 10)


def is_valid(number: str) -> bool:
    """Whether a text is twelve digits of which the last one is right."""
    return len(number) == 12 and number.isascii() and number.isdigit() and check_digit(number[:11]) == number[11]


def parse(number: str) -> BankNumber | None:
    """A number as written; None when its check digit is wrong or no bank has its prefix."""
    number = "".join(number.split())
    row = _banks().get(number[:3]) if is_valid(number) else None
    return BankNumber(number, row["bank"], row["bank_class"], row["name"], number[3:7]) if row else None


def split(name: str) -> tuple[str, str]:
    """A normalised name without the twelve digits that stand in it, and the digits; empty when there are none."""
    match = _NUMBER.search(name) if _DIGITS.search(name) else None
    if not match:
        return name, ""
    return _LABEL.sub("", name[: match.start()] + name[match.end() :]).strip("-:,;"), match.group(1)


@cache
def _banks() -> dict[str, dict[str, str]]:
    return {row["prefix"]: row for row in read_table("cnaps_banks.csv", "etl.resolve")}
