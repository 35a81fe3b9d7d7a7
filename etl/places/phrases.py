"""Phrases that hide where a text is: free trade zones, divisions of the corps, offices stationed elsewhere.

They are brought to the form that `chains` reads: 中国(安徽)自由贸易试验区芜湖片区 is 安徽芜湖片区, 兵团第八师 is
石河子市, and of 成都市人民政府驻北京办事处 only 北京 says where the office is.
"""

from __future__ import annotations

import re
from functools import cache

from etl.places.chains import read_chain
from etl.places.gazetteer import gazetteer, read_table, within_years

_FREE_TRADE_ZONE = re.compile(r"(?:中国)?\(?([一-鿿]{2,4}?)\)?(?:自由贸易|自贸)(?:试验)?区")
_NUMERALS = "一二三四五六七八九十"
_CORPS = re.compile(rf"(?:生产建设)?兵团(?:第?([{_NUMERALS}]{{1,3}}|\d{{1,2}})师([{_NUMERALS}百\d]+团)?)?")
#: Offices that sit in the city they are sent to. 驻地, 驻村 and 驻市财政局 are something else.
_STATIONED = re.compile(
    r"驻(?!马店|[地市县区省村乡镇局厅委院校厂场])(.{1,16}?(?:办事处|联络处|联络局|代表处|专员办|特派办|招商局|联络站|办公室|办(?=$|[()])).*)"
)


def plain(text: str, year: int | None) -> str:
    """The text without what stands between a province and its city; a division of the corps as its city of the year."""
    if "自贸" in text or "自由贸易" in text:
        text = _FREE_TRADE_ZONE.sub(r"\1", text)
    if "兵团" not in text:
        return text
    return _CORPS.sub(lambda found: _city_of_division(found, year), text)


def stationed(text: str) -> str | None:
    """The words that say where an office in another city is (北京办事处); None where there is no such office.

    What its city is called by one character (驻京办) is written out; a character that may mean several stays.
    """
    found = _STATIONED.search(text) if "驻" in text else None
    if found is None:
        return None
    words = found.group(1)
    city = _letters().get(words[0])
    return city + words[1:] if city and not read_chain(words[:2]) and words[1] in "办联代招商劳" else words


@cache
def _letters() -> dict[str, str]:
    return {row["letter"]: row["city"] for row in read_table("city_letters.csv")}


@cache
def _divisions() -> dict[str, str]:
    return {row["division"]: row["code"] for row in read_table("corps.csv")}


def _city_of_division(found: re.Match[str], year: int | None) -> str:
    """The city that a division runs; nothing where the text names a place itself, a regiment, or the year had none."""
    number, regiment = found.groups()
    if number is None or regiment or read_chain(found.string[found.end() : found.end() + 6]):
        return ""
    code = _divisions().get(
        str(_NUMERALS.find(number[-1]) + 1 + 10 * (len(number) - 1)) if not number.isdigit() else number
    )
    place = gazetteer().get(code, within_years(year)) if code else None
    return place.name if place else ""
