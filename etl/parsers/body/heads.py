"""Heads of two rows: 成交价（元） over 不含税 and 含税. What stands below is read with the words above it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from etl.parsers.body.labels import Role, role_of

_MONEY = {Role.AMOUNT, Role.PRICE}
#: What a lower row says of a price.
_OF_PRICE = re.compile(
    r"(?:不含|未含|含|不包含|包含)(?:增值)?税(?:单价|总价|合价|价格?|金额|报价)?(?:[（(].{1,6}[)）])?|"
    r"税[额率金](?:[（(].{1,4}[)）])?|(?:单|总|合)价(?:[（(].{1,8}[)）])?|价税合计"
)


def stacked(upper: tuple[str, ...], lower: tuple[str, ...]) -> tuple[str, ...] | None:
    """One head of two rows, as wide as both; null if the lower row does not divide a cell of the upper one.

    A cell that spans columns leaves the others empty; one that spans rows stands in both.
    """
    if len(upper) != len(lower) or not any(not u.strip() and w.strip() for u, w in zip(upper, lower, strict=True)):
        return None
    whole, above = [], ""
    for over, under in zip(upper, lower, strict=True):
        above = over if over.strip() else above
        whole.append(_joined(above, under))
    return tuple(whole)


def unstacked(heads: Sequence[str]) -> list[str]:
    """A head of two rows that was saved one cell a line: the last cells divide the one price before them."""
    cut = len(heads)
    while cut and _OF_PRICE.fullmatch(heads[cut - 1].strip()):
        cut -= 1
    money = [i for i, head in enumerate(heads[:cut]) if role_of(head) in _MONEY]
    if len(heads) - cut < 2 or len(money) != 1:
        return list(heads)
    (at,) = money
    return [*heads[:at], *(_joined(heads[at], under) for under in heads[cut:]), *heads[at + 1 : cut]]


def _joined(above: str, under: str) -> str:
    """`含税` under `成交价（元）` as `含税成交价（元）`; what is no price (税额, 排名) says enough by itself."""
    if not under.strip() or under == above:
        return above
    if not above.strip() or role_of(under) not in {None, *_MONEY} or role_of(above) not in _MONEY:
        return under
    return under.strip() + above.strip()
