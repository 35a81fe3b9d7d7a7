"""The text of a report without what the page around it left: menus, captions, links, further copies of itself."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A text and what was odd about it."""

    text: str
    warnings: tuple[str, ...] = ()


_LITERAL = re.compile(r"<U\+([0-9A-Fa-f]{4,5})>")
_COMMENT = re.compile(r"<!--[^<>]{0,500}-->")
_INVISIBLE = re.compile(r"[\u200b-\u200f\u2028-\u202e\u2060\ufeff\u00ad\x00-\x08\x0b\x0c\x0e-\x1f]")
_SPACES = re.compile(r"[\xa0\u2000-\u200a\u202f]")

#: Lines above the address 各位代表 that belong to the report: title, day and sitting, who delivered it.
_HEADLINE = re.compile(
    r"报告(?:$|[（(—])|[年月]\S{1,3}日\S{0,3}\s{0,2}在|届.{0,12}人民代表大会|人民代表大会.{0,12}会议"
    r"|(?:省长|市长|主席|州长|盟长|专员|县长|区长|总理)\s{0,4}[\u4e00-\u9fff· 　]{2,16}$"
)
_CAPTION = re.compile(r"记者|摄$|摄影|开幕|来源|网站|位置[:：]|作(?:了)?\S{0,4}工作报告")
#: Where the page goes on below the report.
_END = re.compile(
    r"^[（(【\[\s》>]{0,4}(?:责任编辑|责编|编辑[:：]|扫一扫|相关(?:报道|文档|链接|附件|阅读|新闻)|打印本页|关闭窗口|分享到|收藏$"
    r"|点击\S{0,4}进入|E-?mail|历年\S{0,10}工作报告|上一篇|下一篇|版权所有|来源[:：])"
)
_SOURCE = re.compile(r"\s{0,9}[（(]\s?(?:来源|据)[:：]?[^（）()\n]{1,20}[）)]\s{0,9}$")
#: Sentences and headings that begin a report.
_OPENING = re.compile(r"代表\S{0,15}(?:政府|国务院)\S{0,12}报告|年\S{0,12}工作(?:的)?回顾")
#: A line this long is the report's own, wherever it stands.
_OWN = 120


def clean(raw: str) -> Cleaned:
    """The text line by line, blanks trimmed, one copy, without page chrome above and below.

    Lines of the report itself are never changed, so counts of terms in it do not depend on the page it came from.
    """
    text = _LITERAL.sub(lambda m: chr(int(m[1], 16)), raw)
    text = _SPACES.sub(" ", _INVISIBLE.sub("", re.sub(r"\r+\n?", "\n", _COMMENT.sub("", text))))
    text = "\n".join(line for part in text.split("\n") if (line := part.strip()))
    text, copies = _one_copy(text)
    lines = _without_foot(_without_head(text.split("\n")))
    return Cleaned(_SOURCE.sub("", "\n".join(lines)), (f"repeated: {copies} copies, one kept",) if copies > 1 else ())


def _one_copy(text: str) -> tuple[str, int]:
    """The first copy of a text that stands in the file several times, and how often it does.

    It does when its opening comes back, and with it most of the long sentences that follow: single sentences may well
    be said twice.
    """
    pieces = re.findall(r"[^。！？\n]+[。！？\n]?|[。！？\n]", text)
    keys = ["".join(piece.split()) for piece in pieces]
    for first in islice((i for i, key in enumerate(keys) if _OPENING.search(key)), 3):
        again = [i for i in range(first + 1, len(keys)) if keys[i] == keys[first]]
        if not again:
            continue
        copy, rest = ({k for k in part if len(k) >= 40} for part in (keys[first : again[0]], keys[again[0] :]))
        if len(copy) > 2 and len(copy & rest) >= 0.8 * len(copy):
            return "".join(pieces[: _begin(keys, first, again[0])]).strip(), len(again) + 1
    return text, 1


def _begin(keys: list[str], first: int, again: int) -> int:
    """Where the second copy begins: title and address before the sentence that came back are copies as well."""
    while first > 0 and keys[first - 1] == keys[again - 1]:
        first, again = first - 1, again - 1
    return again


def _without_head(lines: list[str]) -> list[str]:
    address = next((i for i, line in enumerate(lines[:80]) if re.match(r".{0,6}各位代表", line)), 0)
    head = dict.fromkeys(line for line in lines[:address] if len(line) > _OWN or _is_headline(line))
    return [*head, *lines[address:]]


def _is_headline(line: str) -> bool:
    return bool(_HEADLINE.search(line)) and not _CAPTION.search(line)


def _without_foot(lines: list[str]) -> list[str]:
    """Cut where the page goes on, if nothing of the report's length follows."""
    start = max((i for i, line in enumerate(lines) if len(line) > _OWN), default=0) + 1
    end = next((i for i in range(start, len(lines)) if _END.match(lines[i])), len(lines))
    return lines[:end]
