"""Plain text as lines and grids: rows with tabs are grids, lines that were torn apart are joined again.

Text taken from a page by another crawler breaks a line at every inline element (`2026⏎年⏎3⏎月`, `中标价⏎：`).
A line is joined to the one before where it cannot begin one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from etl.parsers.body.shapes import Block, Grid, Line, clean

#: A joined line grows no longer than this.
_LONGEST = 600
_REST = re.compile(
    r"[：:，,、；;。）)】”》％%]|[（(](?:(?:人民币)?[万亿]?元[^（()）]{0,6}|[或即][^（()）]{1,12})[）)]$"
)
_OPEN = re.compile(
    r"[（(【“《][^（()）【】“”《》]{0,30}$|^\d{1,2}[、.．]$|[、，]$|(?:牵头|主办|成员)(?:人|方|单位)?\d?[：:]$"
)
_NUMBER = re.compile(r"\d$")
_UNIT = re.compile(r"[万亿千]?元(?![\u4e00-\u9fff])|[万亿千]?元(?:整|每|人民币|[（(])")
#: A line end inside 有限公司 or inside a sum in capitals.
_NAME_OPEN = re.compile(r"[\u4e00-\u9fff](?:有|有限|有限公|股份|有限责任|有限责)$|[壹贰叁肆伍陆柒捌玖拾佰仟][万亿]?$")
_NAME_REST = re.compile(
    r"限(?:责任)?公司|公司|司(?![\u4e00-\u9fff])|有限公司|任公司|责任公司|[拾佰仟万亿]*元[整正]?|整"
)
_DATE_OPEN = re.compile(r"(?:19|20)\d\d年$|年\s?\d{1,2}月$")
_DATE_NUMBER = re.compile(r"(?:^|[^\d])(?:19|20)\d\d$|年\s?\d{1,2}$|月\s?\d{1,2}$")
_DATE_UNIT = re.compile(r"[年月日]")
_MEMBER = re.compile(r"(?:联合体)?成员(?:单位|方|人)?\d?[：:]")


def blocks_of_text(content: str) -> Iterator[Block]:
    """Lines and grids of a body saved as text."""
    lines: list[str] = []
    rows: list[tuple[str, ...]] = []
    for raw in re.split(r"\r\n|\n|\r|\u2028", content):
        if "\t" in raw.strip():
            yield from merged(map(Line, _mended(lines)))
            lines = []
            rows.append(tuple(clean(c) for c in raw.split("\t")))
            continue
        if rows:
            yield Grid(tuple(rows))
            rows = []
        if line := clean(raw):
            lines.append(line)
    yield from merged(map(Line, _mended(lines)))
    if rows:
        yield Grid(tuple(rows))


def _mended(lines: list[str]) -> list[str]:
    """Lines torn apart at inline elements, joined again."""
    units = "单位" in lines  # a column of units: 元 is a cell there
    whole: list[str] = []
    for line in lines:
        if whole and len(whole[-1]) < _LONGEST and (joint := _joint(whole[-1], line, units=units)) is not None:
            whole[-1] += joint + line
        else:
            whole.append(line)
    return whole


def _joint(before: str, line: str, *, units: bool) -> str | None:
    """What joins a line to the one before; null where it begins one of its own."""
    if _MEMBER.match(line) and re.search(r"牵头|主办|成员", before):
        return "；"
    if _REST.match(line) or _OPEN.search(before[-40:]):
        return ""
    if _NAME_OPEN.search(before[-24:]) and _NAME_REST.match(line):
        return ""
    if _NUMBER.search(before) and _UNIT.match(line) and not units:
        return ""
    if _DATE_OPEN.search(before[-12:]) and re.match(r"\d{1,2}(?!\d)", line):
        return ""
    return "" if _DATE_NUMBER.search(before[-8:]) and _DATE_UNIT.match(line) else None


_BRACKETS = (("（", "）"), ("(", ")"), ("“", "”"), ("《", "》"), ("〔", "〕"))


def merged(parts: Iterable[Block]) -> Iterator[Block]:
    """A long line that ends inside a bracket goes on in the next one, if that closes it (line ends of PDF files)."""
    pending: Line | None = None
    for part in parts:
        if pending is not None and isinstance(part, Line) and _closes(pending.text, part.text):
            pending = Line(pending.text + part.text)
            continue
        if pending is not None:
            yield pending
        pending = part if isinstance(part, Line) else None
        if not isinstance(part, Line):
            yield part
    if pending is not None:
        yield pending


def _closes(line: str, following: str) -> bool:
    if len(line) < 28 or re.search(r"[。；;：:]$", line):
        return False
    for opening, closing in _BRACKETS:
        if line.count(opening) > line.count(closing):
            end = following.find(closing)
            return 0 <= end < 40 and opening not in following[:end]
    return False
