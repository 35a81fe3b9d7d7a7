"""Corrections (更正): what is said now, without what was said before.

A correction repeats the old value beside the new one. Only what stands after 更正为, or in the column 更正后, is read;
the label before it says what is corrected.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from etl.parsers.body.labels import Role, bare, role_of
from etl.parsers.body.layout import Block, Grid, Line, text_of

_NOW = re.compile(r"(?:现|应|统一)?(?:更正|变更|修改|修正|调整|改)(?:为|后)\s?(?:内容)?\s?[：:]?\s?[“\"]?")
#: Words that set an old value beside the new one.
_CHANGES = re.compile(
    r"(?:更正|变更|修改|修正|调整|改|澄清)(?:为|后|前|内容|事项|信息|原因|理由)|原(?:公告|内容|中标|成交|招标|采购)"
)
_BEFORE_HEAD = re.compile(r"(?:更正|变更|修改|调整|原)(?:之)?前|原(?:内容|公告)")
_AFTER_HEAD = re.compile(r"(?:更正|变更|修改|调整)(?:之)?后|现(?:内容|更正)")
_TOLD = (Role.SUPPLIER, Role.AMOUNT, Role.CANDIDATE, Role.ADDRESS)


def corrected(parts: tuple[Block, ...]) -> tuple[Block, ...]:
    """The body of a correction reduced to what it says now; whole, where it tells the award anew and nothing else."""
    if not _CHANGES.search(text_of(parts)):
        return parts
    return tuple(_now(parts))


def _now(parts: tuple[Block, ...]) -> Iterator[Block]:
    for part in parts:
        if isinstance(part, Grid):
            yield from _columns(part)
        elif m := _NOW.search(part.text):
            yield from _line(part.text, m)


def _line(text: str, m: re.Match[str]) -> Iterator[Line]:
    """`中标金额：100元，现更正为：120元` as `中标金额：120元`; new text with labels of its own stands as it is."""
    new = text[m.end() :].strip('”"。 ')
    if re.search(r"[\u4e00-\u9fff）)]\s?[：:]", new):
        yield Line(new)
    elif label := _label(text[: m.start()]):
        yield Line(f"{label}：{new}")


def _label(text: str) -> str | None:
    """The last award label in the old wording."""
    for m in reversed(list(re.finditer(r"[\u4e00-\u9fff（）()]{2,24}", text))):
        for at in range(len(m[0]) - 1):
            if role_of(m[0][at:]) in _TOLD:
                return bare(m[0][at:])
    return None


def _columns(grid: Grid) -> Iterator[Block]:
    head = grid.rows[0]
    after = next((i for i, c in enumerate(head) if _AFTER_HEAD.search(c)), None)
    if after is None:
        return
    what = next(
        (i for i, c in enumerate(head) if i != after and not _BEFORE_HEAD.search(c) and re.search("项|内容|名称", c)),
        None,
    )
    for row in grid.rows[1:]:
        if after < len(row) and row[after].strip():
            value = row[after].strip()
            label = row[what] if what is not None and what < len(row) else ""
            if re.search(r"[：:]", value):
                yield from (Line(line) for line in value.split("\n"))
            elif role_of(label) in _TOLD:
                yield Line(f"{label}：{value}")
