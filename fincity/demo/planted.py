"""Personal data planted in the pages: invented names, phones, e-mails, identity numbers. None may leave the archive.

Every string of `PLANTED` stands in some page (list or detail) and in nothing else: a test searches warehouse,
release and reports for each of them. Numbers are written as pages write them, so one person's phone may stand
with spaces or dashes.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

# Compound and rare surnames: none of these strings is part of any other text of the corpus.
CONTACTS = (
    "闻人澍",
    "令狐冉冉",
    "夏侯垚",
    "尉迟蕤",
    "亓官樾",
    "公冶旻",
    "濮阳霏",
    "缑芷兰",
    "逄雨桐",
    "仝晓钰",
    "麴文斌",
    "禚丽娟",
    "苌建军",
    "郄海燕",
    "仉振华",
    "佴秀珍",
)
EXPERTS = ("郗国庆", "逯桂英", "禤志强", "牟玉梅", "厍德明", "乜淑芳", "璩永康", "昝凤仙", "暴望春", "佘继东")
MOBILES = (
    "19900010203",
    "19800020304",
    "17700030405",
    "16600040506",
    "15500050607",
    "13300060708",
    "199 0007 0809",
    "188-0008-0910",
)
LANDLINES = (
    "010-88000101",
    "0755-88000202",
    "(021)88000303",
    "0571-88000404转8012",
    "0431-8800505",
    "028 88000606",
)
EMAILS = (
    "wenren.shu@demo.example",
    "linghu_rr@demo.example",
    "xiahou-yao@mail.demo.example",
    "zhaobiao2020@demo.example",
    "yuchi.rui@demo.example",
)
IDENTITY_NUMBERS = ("110101190003071208", "440300190102031202", "33010619021212126X")

#: Everything that must not be found outside the pages.
PLANTED: tuple[str, ...] = CONTACTS + EXPERTS + MOBILES + LANDLINES + EMAILS + IDENTITY_NUMBERS


@dataclass(frozen=True, slots=True)
class Contact:
    """Who to call about a notice."""

    name: str
    second: str
    phone: str
    landline: str
    email: str
    identity_number: str
    experts: tuple[str, ...]


def pick(rng: random.Random) -> Contact:
    """Contact data of one notice."""
    name, second = rng.sample(CONTACTS, 2)
    return Contact(
        name=name,
        second=second,
        phone=rng.choice(MOBILES),
        landline=rng.choice(LANDLINES),
        email=rng.choice(EMAILS),
        identity_number=rng.choice(IDENTITY_NUMBERS),
        experts=tuple(rng.sample(EXPERTS, rng.choice((1, 3, 5)))),
    )
