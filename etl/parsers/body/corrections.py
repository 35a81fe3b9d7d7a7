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
#: A line that opens the old or the new wording: 更正前内容：, 变更后.
_OPENS = re.compile(
    r"^[\s\d一二三四五六七八九十（）().、．]*(?:(?P<old>(?:更正|变更|修改|修正|调整)前|原(?:公告|公示)?内容)|(?:更正|变更|修改|修正|调整)后)"
    r"(?:的?(?:内容|信息|为))?\s?(?:[：:]\s?(?P<rest>.*))?$"
)
_OPENS_NEW = re.compile(r"(?:更正|变更|修改|修正|调整|改)为\s?[：:]$")
#: What ends the new wording.
_ENDS = re.compile(
    r"^[\s\d一二三四五六七八九十（）().、．]*(?:(?:更正|变更|修改)(?:原因|理由|日期|时间)|其[他它余]|特此|联系|公示|公告|监督|异议|凡对|招标人|采购人)"
    r"|^\s{0,4}[一二三四五六七八九十]{1,3}\s?[、.．]"
)
_TOLD = (Role.SUPPLIER, Role.AMOUNT, Role.CANDIDATE, Role.ADDRESS)


def corrected(parts: tuple[Block, ...]) -> tuple[Block, ...]:
    """The body of a correction reduced to what it says now; whole, where it tells the award anew and nothing else."""
    if not _CHANGES.search(text_of(parts)):
        return parts
    return tuple(_now(parts))


def _now(parts: tuple[Block, ...]) -> Iterator[Block]:
    new, label = False, None
    for part in parts:
        if isinstance(part, Grid):
            yield from _columns(part)
        elif opened := _OPENS.match(part.text):
            new, rest = not opened["old"], opened["rest"] or ""
            if new:
                yield from _line(rest, label)
            else:
                label = _label(rest)
        elif m := _NOW.search(part.text):
            new = bool(_OPENS_NEW.search(part.text))
            yield from _line(part.text[m.end() :], _label(part.text[: m.start()]) or label)
        elif new and not _ENDS.match(part.text):
            yield part
        else:
            new, label = False, _label(part.text) if "原" in part.text else None


def _line(new: str, label: str | None) -> Iterator[Line]:
    """`中标金额：100元，现更正为：120元` as `中标金额：120元`; new text with labels of its own stands as it is."""
    new = new.strip('”"。 ')
    if re.search(r"[\u4e00-\u9fff）)]\s?[：:]", new):
        yield Line(new)
    elif label and new:
        yield Line(f"{label}：{re.split('[”。；]|，(?![0-9])', new)[0]}")


#: What leads from a label to its old value: 成交金额由“5元”更正为“6元”.
_OLD_VALUE = re.compile(r"(?:由|从|原为|原|为|是)+$")


def _label(text: str) -> str | None:
    """The last award label in the old wording."""
    for m in reversed(list(re.finditer(r"[\u4e00-\u9fff（）()]{2,24}", text))):
        words = _OLD_VALUE.sub("", m[0])
        for at in range(len(words) - 1):
            if role_of(words[at:]) in _TOLD:
                return bare(words[at:])
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
