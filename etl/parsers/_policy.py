"""The words of policy documents, the same for every family: 文号, issuers, types of documents.

Strict: what the words do not plainly say is null or empty.
"""

from __future__ import annotations

import html
import re

from etl.parsers.body import layout
from etl.redact import redact

# --- 文号 -------------------------------------------------------------------------------------------------------------

_YEAR = r"[〔\[［(（【﹝]\s?\d{4}\s?[〕\]］)）】﹞]"
_NUMBER = rf"[\u4e00-\u9fff]{{1,20}}\s?{_YEAR}\s?第?\s?\d{{1,5}}\s?号"
_ON_ONE_LINE = re.compile(rf"[（(]?({_NUMBER}|[\u4e00-\u9fff]{{0,30}}令?\s?第\s?\d{{1,5}}\s?号)[）)]?")
_CLOSING = re.compile(rf"[（(]\s?({_NUMBER})\s?[）)]$")
_OPENING = re.compile(rf"({_NUMBER})(?=$|[\s（(《])")
#: Words before a number that make it the number of another document.
_OF_ANOTHER = re.compile(r"关于|转发|印发|贯彻|落实|执行|废止|修改|根据|依据")
#: Lines above the text in which a document states its number.
_HEAD = 8


def plain(markup: str) -> str:
    """A title without the marks of a search (`<em>`, `<br>`), on one line."""
    return layout.clean(" ".join(re.sub(r"</?[A-Za-z][^<>]{0,200}>", "", html.unescape(markup)).split()))


def doc_number(text: str) -> str | None:
    """A 文号 in one spelling, as copies are merged by it: no blanks, the year in 〔〕 (`国发[2015]5号`)."""
    number = re.sub(r"[〔\[［(（【﹝](\d{4})[〕\]］)）】﹞]", r"〔\1〕", "".join(plain(text).split()))
    said = number and len(number) <= 60 and re.search(r"\d", number) and redact(number) == number
    return number if said else None


def number_in_title(title: str) -> str | None:
    """The 文号 a title begins with, or ends with in brackets; never one that it only speaks of."""
    found = _CLOSING.search(title[-80:]) or _OPENING.match(title)
    return doc_number(found[1]) if found and not _OF_ANOTHER.search(found[1]) else None


def number_above(text: str) -> str | None:
    """The 文号 on a line of its own above the text."""
    lines = (_ON_ONE_LINE.fullmatch(line) for line in text.split("\n", _HEAD)[:_HEAD])
    return next((doc_number(m[1]) for m in lines if m), None)


# --- issuers ----------------------------------------------------------------------------------------------------------

_BODY = re.compile(r"[\u4e00-\u9fff]{1,30}[部委局院厅会署行办室所府]")
_NAME = re.compile(r"(?=.{0,38}[\u4e00-\u9fff])(?!.{0,40}\d{4})[^:：@]{2,40}")
_BETWEEN = re.compile(r"[、\s,，;；]+")
_DAY = re.compile(
    r"(?:\d{4}|[〇○零一二三四五六七八九]{4})\s?年\s?[\d一二三四五六七八九十]{1,3}\s?月\s?[\d一二三四五六七八九十]{1,3}\s?日"
)
#: Lines of signatures above the day at the end of a text: as many as ministries ever signed one notice.
_SIGNATURES = 30


def issuers(text: str) -> tuple[str, ...]:
    """Names of a field of issuers, in its order; what is no name (a telephone, another label) is none."""
    return tuple(dict.fromkeys(n for n in _BETWEEN.split(text) if _NAME.fullmatch(n)))


def issuers_in_title(title: str) -> tuple[str, ...]:
    """Who issued it by the beginning of its title (`科技部 财政部关于…`)."""
    begun = re.match(r"(.{2,120}?)(?:等[^关]{0,6}部门)?(?:关于|印发|转发)", title)
    return _bodies(begun[1]) if begun else ()


def issuers_below(text: str) -> tuple[str, ...]:
    """Who signed it: names of public bodies on the lines right above the day at the end."""
    lines = [line.strip() for line in text[-3000:].split("\n")]
    last = next((n for n in range(len(lines) - 1, -1, -1) if _DAY.fullmatch(lines[n])), None)
    signed: list[str] = []
    for line in reversed(lines[max(0, last - _SIGNATURES) : last] if last else ()):
        if not (named := _bodies(line)):
            break
        signed = [*named, *signed]
    return tuple(dict.fromkeys(signed))


def _bodies(text: str) -> tuple[str, ...]:
    named = issuers(text)
    return named if all(_BODY.fullmatch(n) for n in named) else ()


# --- types of documents -----------------------------------------------------------------------------------------------

#: By the end of the title. Measures count as 办法 (Zhou and Chen 2025, note of table 5).
_TYPES = {
    **dict.fromkeys(("办法", "措施", "举措"), "办法"),
    "意见": "意见",
    "通知": "通知",
    **dict.fromkeys(("规定", "条例", "决定"), "规定"),
    **dict.fromkeys(("方案", "规划"), "方案"),
    "细则": "细则",
}
_TAIL = re.compile(r"(?:[（(〔\[【][^（()）〔〕\[\]【】]{0,60}[）)〕\]】]|[》〉”\"])$")
_PASSED_ON = re.compile(r"(?:印发|下发|转发|批转|发布|公布)(.{1,400}?)的?(?:紧急|补充)?通知$")
_NAMED = re.compile(r"《([^《》]{1,200})》")
#: A title that ends with the name of a document, or with names and "等三个文件".
_ENDS_NAMED = re.compile(r"》(?:等[^《》]{0,20})?(?:[（(][^（()）]{0,60}[）)])?$")
_LONGEST = 500


def doc_type(title: str) -> str | None:
    """办法, 意见, 通知, 规定, 方案 or 细则; null for other documents (批复, 公告, laws).

    Of `关于印发《…办法》的通知` the document inside decides, the first of several; a 通知 is one whose inside has no
    type.
    """
    whole = _bare(_CLOSING.sub("", "".join(title.split())[-_LONGEST:]))
    passed_on = _PASSED_ON.search(whole)
    if passed_on is None:
        return _TYPES.get(whole[-2:])
    inner = passed_on[1]
    named = _NAMED.findall(inner) if _ENDS_NAMED.search(inner) else []
    types = (_TYPES.get(_bare(text)[-2:]) for text in (*named, inner))
    return next((t for t in types if t), "通知")


def _bare(title: str) -> str:
    """A title without closing marks and notes such as （试行）."""
    text = title
    while text != (shorter := _TAIL.sub("", text)):
        text = shorter
    return text
