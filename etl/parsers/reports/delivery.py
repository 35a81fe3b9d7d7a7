"""When a report was delivered: the line that names day and sitting, the file, the title, the year it looks back on."""

from __future__ import annotations

import re
from dataclasses import dataclass

from etl.errors import Quarantined
from etl.parsers.reports.files import Row
from etl.values import chinese_number, fold

#: How much of a text is searched for its head.
HEAD = 3000

_YEAR = re.compile(r"(?<!\d)(?:19[4-9]\d|20\d\d)(?!\d)")
_NUMERAL = r"[〇零○一二三四五六七八九十\d]"
_SITTING = re.compile(
    rf"(?P<year>{_NUMERAL}{{4}})\s?年\s?{_NUMERAL}{{1,3}}\s?月\s?{_NUMERAL}{{1,3}}\s?日[，,]?\s{{0,3}}[在于]?\s{{0,3}}"
    rf"(?P<place>[\u4e00-\u9fff]{{0,20}}?)\s{{0,3}}第?{_NUMERAL}{{1,3}}\s?届\s{{0,3}}(?P<nation>全国)?\s{{0,3}}"
    rf"人(?:民代表大会|大)\s{{0,3}}(?:第?(?P<session>{_NUMERAL}{{1,3}})\s?次会议)?"
)
#: 一、2023年工作回顾, 一、2025年和“十四五”时期工作回顾, “十四五”时期和2025年工作回顾
_REVIEW = re.compile(r"(?<!\d)((?:19|20)\d\d)年[^。，；\n\d]{0,16}工作(?:的)?(?:基本|简要)?(?:回顾|总结)")
_TITLE = re.compile(r"^[\s—《]{0,9}([^\s—。，：《》]{0,60}报告)")
#: Provincial congresses were elected anew in 2023, 2018, 2013, …: the number of the session gives the year.
_PROVINCIAL = re.compile(r"(?:省|自治区|^(?:北京|天津|上海|重庆)市?)$")


@dataclass(frozen=True, slots=True)
class Sitting:
    """The sitting a report was delivered at, as its head names it."""

    year: int
    place: str
    nation: bool
    session: int | None

    def agrees(self) -> bool:
        """Whether year and session fit each other: checkable for provinces, for cities a session must be named."""
        if self.session is None:
            return False
        first = self.year - self.session + 1
        return first % 5 == 3 if _PROVINCIAL.search(self.place) or self.nation else True


@dataclass(frozen=True, slots=True)
class Year:
    """Year of delivery, and what was odd about finding it."""

    value: int
    warnings: tuple[str, ...] = ()


def sitting(text: str) -> Sitting | None:
    """The first line of the head that names a day and a sitting: 2026年2月3日在某市第十六届人民代表大会第四次会议上."""
    m = _SITTING.search(fold(text[:HEAD]))
    year = chinese_number(m["year"]) if m and not m["year"].isdecimal() else int(m["year"]) if m else None
    if m is None or year is None or not 1949 <= year <= 2100:
        return None
    return Sitting(year, m["place"], bool(m["nation"]), _number(m["session"]))


def _number(text: str | None) -> int | None:
    if not text:
        return None
    return int(text) if text.isdecimal() else chinese_number(text)


def title(text: str) -> str | None:
    """The title a text begins with."""
    m = _TITLE.match(text[:HEAD])
    return m[1] if m else None


def year(row: Row, text: str, held: Sitting | None) -> Year:
    """The year of delivery.

    The line of the sitting decides against the others if it agrees with itself; without one, all others must agree.

    Raises: Quarantined `year_unknown`, `year_contradiction`.
    """
    claims = _claims(row, text)
    if held and (not set(claims.values()) - {held.year}):
        return Year(held.year)
    said = ", ".join(f"{who} {value}" for who, value in claims.items())
    if held and held.agrees():
        return Year(held.year, (f"year_from_delivery_line: {held.year} against {said}",))
    years = set(claims.values()) | ({held.year} if held else set())
    if len(years) > 1:
        line = f"; delivery line {held.year}" if held else ""
        raise Quarantined("year_contradiction", f"years of delivery do not agree: {said}{line}")
    if not years:
        raise Quarantined("year_unknown", "no year in column, file name, title or head; put it into the file's name")
    return Year(years.pop())


def _claims(row: Row, text: str) -> dict[str, int]:
    """Who says which year of delivery."""
    named = (("column", row.year), ("file name", row.path.stem), ("title", row.title or title(text) or ""))
    claims = {who: found[0] for who, words in named if len(found := _years(words)) == 1}
    if "file name" not in claims:
        folders = [found[0] for folder in list(row.path.parents)[:2] if len(found := _years(folder.name)) == 1]
        claims |= {"folder": folders[0]} if folders else {}
    review = _REVIEW.search(fold(text[:HEAD]))
    if review:
        claims["heading of the review"] = int(review[1]) + 1
    return claims


def _years(words: str) -> list[int]:
    return sorted({int(m[0]) for m in _YEAR.finditer(fold(words))})
