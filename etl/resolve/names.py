"""Names as people write them, brought to one form: widths, brackets, spaces, labels, remarks, legal forms, script."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import cache

from etl.places.gazetteer import read_table
from etl.values.parties import LEADER, split_list, without_label

#: Longer texts are no names: a whole notice in the field, not a supplier.
LONGEST = 120
#: Brackets of every form are round; quotation marks go.
_BRACKETS = str.maketrans("[]{}〔〕【】〈〉《》「」", "()()()()()()()", '“”"')
#: Remarks in brackets that say something about the name and are no part of it.
_REMARKS = re.compile(
    r"\((?:原|曾用名|以下简称|简称|盖章|采购人|招标人|供应商|牵头人|联合体|牵头方|成员|本级|机关)[^()]*\)|\(联合体[^()]*\)"
)
_EDGES = " \t\r\n,.;:、，。；：·*#-—'"
#: Where a number, a label or a part in a consortium may stand before the name or behind it.
_DRESSED = re.compile(r"^[^㐀-鿿A-Za-z]|^第|[:(].{0,40}$|联合体")
#: Where one member of a consortium is said to lead it.
_LED = re.compile(r"牵头|\(主\)|（主）")
_JOINED = re.compile(r"(?<=[)）])[与和及]")
#: Nothing but plain characters: most names, and nothing to do.
_BARE = re.compile(r"(?!第)[一-鿿]+")
#: Spellings of a legal form -> the form.
_LEGAL = (
    ("责任有限公司", "有限公司"),
    ("有限责任公司", "有限公司"),
    ("股份制有限公司", "股份有限公司"),
    ("股份公司", "股份有限公司"),
)
#: `Co., Ltd.` in its spellings, in capitals and without white space.
_ENGLISH = re.compile(
    r"(?<=[A-Z)])[,.]*(?:CO[,.]*LTD|COMPANY[,.]*LIMITED|COMPANY[,.]*LTD|CORPORATION|LIMITED|LTD|INC|CORP|LLC|GMBH)\.?$"
)


def normalise(name: str) -> str:
    """NFKC, half-width brackets, no white space, no labels, no remarks, nothing but the name at its ends."""
    if _BARE.fullmatch(name) and "联合体" not in name:
        return name
    text = _REMARKS.sub("", plain(_leader(name) if _LED.search(name) else name))
    if _DRESSED.search(text) and len(text) <= LONGEST:
        text = without_label(text)
    return text.strip(_EDGES)


def _leader(name: str) -> str:
    """The member of a consortium that leads it and so stands for it; the whole text where none does."""
    pieces = (piece for part in split_list(name) for piece in _JOINED.split(part))
    return next((without_label(piece) for piece in pieces if LEADER.search(piece)), name)


def plain(name: str) -> str:
    """NFKC, half-width brackets, no white space, no quotation marks; remarks stay."""
    return "".join(unicodedata.normalize("NFKC", name).translate(_BRACKETS).split())


@cache
def _simplifying() -> tuple[frozenset[str], dict[int, str]]:
    rows = read_table("traditional.csv")
    return frozenset(row["traditional"] for row in rows), {ord(row["traditional"]): row["simplified"] for row in rows}


def simplified(text: str) -> str:
    """Traditional characters as simplified ones; what is written in simplified characters stays as it is."""
    traditional, table = _simplifying()
    return text if traditional.isdisjoint(text) else text.translate(table)


def key(normalised: str) -> str:
    """What two spellings of one firm have in common: 有限责任公司 is 有限公司, and brackets and script do not count."""
    text = simplified(normalised).replace("(", "").replace(")", "").upper()
    for spelling, form in _LEGAL:
        text = text.replace(spelling, form)
    return _ENGLISH.sub("LTD", text) if text[-1:].isascii() else text


def printed(normalised: str) -> str:
    """The form names are shown in: full-width brackets."""
    return normalised.replace("(", "（").replace(")", "）")


def hashed(prefix: str, normalised: str) -> str:
    """A deterministic id for an organisation known by its name only."""
    return f"{prefix}:{hashlib.sha256(key(normalised).encode()).hexdigest()[:16]}"


#: What fills a cell that says nothing.
NOTHING = frozenset(("", "无", "暂无", "未公开", "未知", "不详", "na", "nan", "null", "none"))
_MARKUP = re.compile(r"[<>]|&[a-z]+;|https?:")


def is_markup(text: str) -> bool:
    """Whether a text is a piece of a page, or an address on the web."""
    return _MARKUP.search(text) is not None


def why_no_name(normalised: str) -> str | None:
    """Why a text cannot be the name of an organisation; None if it can."""
    if not normalised:
        return "the name is empty"
    if normalised.casefold() in NOTHING:
        return f"{normalised!r} says that there is no name"
    if len(normalised) > LONGEST:
        return f"too long for a name ({len(normalised)} characters)"
    if not re.search(r"[㐀-鿿]|[A-Za-z]{2}", normalised):
        return f"no name in {normalised!r}"
    if is_markup(normalised):
        return "markup, not a name"
    return None
