"""Names of organisations as notices print them: numbering and chrome cut off, lists split, consortia told apart.

Strict: what does not end like an organisation (公司, 事务所, 医院, 分行 ...) is no name. A natural person who wins is
masked on most sites and is personal data on the others: it is left out.
"""

from __future__ import annotations

import re
from functools import lru_cache

from etl.parsers.body.labels import rank_of, role_of
from etl.parsers.body.layout import clean
from etl.values import chinese_number
from etl.values.parties import LONGEST_LIST, ORGANISATION, Named, is_joint, role, split_list, trimmed

__all__ = ["Named", "organisation", "organisations", "ranked", "split_list", "without_aliases"]

_MASKED = re.compile(
    r"某某|^[某*＊xX×]+$|\*{2,}|详见|见附件|^/|^无$|本项目|附件|不接受|推荐|如下|公示|拟派|负责人|废标|"
    r"流标|组成|应当|根据|\ufffd|供应商|(?:招标|采购|中标|成交|投标|候选|代理)人"
)
#: Bold print that was recognised twice: 融融金金科科技技.
_DOUBLED = re.compile(r"(?:([\u4e00-\u9fff])\1){3,}")

#: No name with all its roles and numbers is longer.
_LONGEST = 200


def organisation(text: str) -> str | None:
    """The organisation a cell or value consists of; null when it is none or more than one."""
    return _organisation(text) if len(text) <= _LONGEST else None


@lru_cache(maxsize=20_000)
def _organisation(text: str) -> str | None:
    name = trimmed(_DOUBLED.sub(lambda m: m[0][::2], clean(text)))
    name = re.sub(r"(?<=[\u4e00-\u9fff（）()])\s+(?=[\u4e00-\u9fff（）()])", "", name)
    if not 4 <= len(name) <= 80 or _MASKED.search(name) or re.search(r"[，。；;：:？!！、]", name):
        return None
    name = name[: len(name) // 2] if name[: len(name) // 2] * 2 == name else name  # printed twice in a row
    if name.count("（") + name.count("(") != name.count("）") + name.count(")"):
        return None
    return name if ORGANISATION.search(name) else None


def organisations(value: str) -> tuple[Named, ...]:
    """All organisations of a value such as `A公司、B公司联合体` or `牵头人：A公司；成员：B公司`.

    In a consortium without a named leader everybody is a member; several winners side by side have no role.
    """
    return _organisations(value) if len(value) <= LONGEST_LIST else ()


@lru_cache(maxsize=20_000)
def _organisations(value: str) -> tuple[Named, ...]:
    joint, value = is_joint(value), _rejoined(value)
    found: list[Named] = []
    for piece in split_list(value):
        name = organisation(piece)
        if name is None or any(n.name == name for n in found):
            continue
        found.append(Named(name, role(piece, joint)))
    if len(found) < 2:
        return tuple(Named(n.name) for n in found)
    return tuple(found)


#: The beginning of a name, before a line end inside it.
_BEGUN = re.compile(r"[\u4e00-\u9fff（(]{2,6}")


def _rejoined(value: str) -> str:
    """A value with the line ends taken out of its names: 江州固⏎安设备有限公司."""
    whole: list[str] = []
    for line in value.split("\n"):
        begun = whole and _BEGUN.fullmatch(whole[-1]) and not (role_of(whole[-1]) or rank_of(whole[-1]))
        if begun and not organisation(whole[-1]) and organisation(whole[-1] + line):
            whole[-1] += line
        else:
            whole.append(line.strip())
    return "\n".join(whole)


_NTH = re.compile(r"[（(](?:排名)?第?([一二三四五六七八九1-9])名?(?:中标|成交|中选)?(?:候选人)?[)）]$")


def ranked(value: str) -> list[tuple[int | None, str]]:
    """`A公司（第一）、B公司（第二）` as ranks and names; empty where not every name has a rank."""
    found = [(m[1], piece) for piece in split_list(value) for m in [_NTH.search(piece.strip())] if m]
    whole = len(found) == len(split_list(value))
    return [(int(n) if n.isdecimal() else chinese_number(n), piece) for n, piece in found] if whole else []


def without_aliases(name: str) -> str:
    """`A分行（B局、A分行营业部）` to `A分行`: a bracket that only lists other names of one office."""
    m = re.fullmatch(r"(.{4,}?(?:行|局|部|院|公司|中心|处))\s?[（(]([^（）()]{8,})[)）]", name)
    return m[1] if m and ORGANISATION.search(m[2]) else name
