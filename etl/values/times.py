"""Publication times in every spelling that portals, their JSON and the notices themselves use."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta, timezone

from etl.values.folding import fold
from etl.values.numerals import chinese_number

#: China Standard Time: every published time is in it.
BEIJING = timezone(timedelta(hours=8))

_ZONE = r"(?:\s?(?P<tz>Z|(?:GMT|UTC)?[+-]\d\d:?(?:\d\d)?))?"
_CLOCK = (
    r"(?:[T\s]{0,3}(?P<half>上午|下午|中午|晚上?)?\s?(?P<H>\d{1,2})\s?[:时点]\s?(?P<M>\d{1,2})?"
    rf"(?:\s?[:分]\s?(?P<S>\d{{1,2}})?秒?)?(?:[.,]\d+)?(?:\s?(?P<ampm>[AaPp][Mm])\b)?{_ZONE})?"
)
_DATE = re.compile(
    r"(?<!\d)(?P<y>(?:19|20)\d\d)\s{0,2}[-/.年]\s{0,2}(?P<m>\d{1,2})\s{0,2}[-/.月]\s{0,2}(?P<d>\d{1,2})(?!\d)\s?[日号]?"
    + _CLOCK
)
_COMPACT = re.compile(r"(?P<y>(?:19|20)\d\d)(?P<m>\d\d)(?P<d>\d\d)(?:(?P<H>\d\d)(?P<M>\d\d)(?P<S>\d\d)?)?")
_WRITTEN = re.compile(
    r"(?P<y>[〇○ΟO零一二三四五六七八九]{4})\s?年\s?(?P<m>[一二三四五六七八九十]{1,2})\s?月\s?(?P<d>[一二三四五六七八九十]{1,3})\s?[日号]"
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = rf"(?P<b>{'|'.join(_MONTHS)})[a-z]{{0,6}}\.?"
#: `Jul 5, 2026 8:54:10 AM` (Java), `Sun Jul 05 2026 08:54:10 GMT+0800` (JavaScript), `05 Jul 2026` (HTTP).
_ENGLISH = re.compile(
    rf"(?:\b{_MONTH}\s{{1,3}}(?P<d>\d{{1,2}}),?\s{{1,3}}(?P<y>(?:19|20)\d\d)(?!\d),?{_CLOCK})"
    rf"|(?:\b(?P<d2>\d{{1,2}})[\s-]{_MONTH.replace('?P<b>', '?P<b2>')}[\s-](?P<y2>(?:19|20)\d\d)(?!\d)"
    rf"(?:\s(?P<H2>\d\d):(?P<M2>\d\d):(?P<S2>\d\d)\s(?P<tz2>GMT|UTC))?)",
    re.IGNORECASE,
)


def read_time(value: str | int | float | None) -> str | None:
    """A publication time in any usual spelling as ISO 8601 with +08:00; null when there is none.

    Known: `2026-07-05 08:54:10.0`, `2026/7/5`, `2026.07.05 10:00`, `2026年7月5日 10时00分`, `二〇二六年七月五日`,
    `20260705`, `Jul 5, 2026 8:54:10 AM`, ISO with an offset (converted), Unix seconds and milliseconds. A day without
    a time is its midnight.
    """
    text = fold(str(value if value is not None else "")).strip()
    if re.fullmatch(r"\d{10}|\d{13}", text) and not _COMPACT.fullmatch(text):
        return datetime.fromtimestamp(int(text[:10]), tz=UTC).astimezone(BEIJING).isoformat()
    for m in (_COMPACT.fullmatch(text), _DATE.search(text), _WRITTEN.search(text), _ENGLISH.search(text)):
        if m is not None:
            return _moment(m.groupdict())
    return None


def _moment(got: Mapping[str, str | None]) -> str | None:
    name = got.get("b") or got.get("b2")
    month = _MONTHS.index(name.lower()) + 1 if name else _part(got, "m")
    year, day, minute, second = (_part(got, k) for k in ("y", "d", "M", "S"))
    hour = _hour(_part(got, "H"), (got.get("half") or got.get("ampm") or "").lower())
    try:
        zone = _zone(got.get("tz") or got.get("tz2"))
        return datetime(year, month, day, hour, minute, second, tzinfo=zone).astimezone(BEIJING).isoformat()
    except (ValueError, OverflowError):
        return None


def _part(got: Mapping[str, str | None], name: str) -> int:
    text = got.get(name) or got.get(f"{name}2")
    if text is None:
        return 0
    return int(text) if text.isdecimal() else chinese_number(text.replace("O", "〇")) or 0


def _hour(hour: int, half: str) -> int:
    """12-hour clocks: 下午3 and 3 PM are 15, 上午12 and 12 AM are 0."""
    if half in {"下午", "晚上", "晚", "pm"} and hour < 12:
        return hour + 12
    return 0 if half in {"上午", "am"} and hour == 12 else hour


def _zone(text: str | None) -> timezone:
    """The offset a time names; Beijing where it names none."""
    if not text:
        return BEIJING
    digits = re.sub(r"\D", "", text).ljust(4, "0")
    sign = -1 if "-" in text else 1
    return timezone(sign * timedelta(hours=int(digits[:2]), minutes=int(digits[2:4])))


#: Day 0 of Excel's calendar, which counts a 29 February 1900 that never was.
_EXCEL_BEGINS = date(1899, 12, 30)


def read_cell(written: str, formats: Sequence[str] = ()) -> str | None:
    """A time in a cell of a table as `read_time` gives it; null when there is none.

    `formats`: as Python's strptime, where the cells are in no usual spelling; without, Excel's serial numbers count.
    """
    text = fold(written).strip()
    if not formats:
        return read_time(text) if not re.fullmatch(r"\d{5}(?:\.\d+)?", text) else read_time(_excel_day(text))
    for one in formats:
        try:
            return read_time(datetime.strptime(text, one).isoformat(sep=" "))  # noqa: DTZ007 - +08:00 is added
        except ValueError:
            continue
    # A cell that Excel knew to be a day is written as one, whatever the texts in its column look like.
    return read_time(text) if re.fullmatch(r"\d{4}-\d\d-\d\d(?: \d\d:\d\d:\d\d)?", text) else None


def _excel_day(text: str) -> str:
    """A day that Excel wrote as its serial number, 2000 to 2099; else the text."""
    serial = float(text)
    return (_EXCEL_BEGINS + timedelta(days=int(serial))).isoformat() if 36526 <= serial < 73051 else text
