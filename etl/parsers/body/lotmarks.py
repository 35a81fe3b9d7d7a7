"""Lots named inside running text: `包1：A公司`, `01包-A公司；02包-B公司`, `…56万元；B包 B公司`."""

from __future__ import annotations

import re
from dataclasses import replace

from etl.parsers.body import names
from etl.parsers.body.labels import Role, bare, lot_of
from etl.parsers.body.pairs import FIRMLIKE, Mention

_LOT_ALONE = re.compile(
    r"第?[\dA-Z一二三四五六七八九十]{1,3}(?:标段|标包|包|标)|(?:标段|分标|标包|包件|包)[\dA-Z一二三四五六七八九十]{1,3}"
)
#: The next lot of a sentence with its firm: `…中标价 56万元；B包 乙公司 中标价 38万元`.
NEXT_LOT = re.compile(
    r"(?<=[元整）)%％])\s?[；;。，,]\s?(?=(?:第?[\dA-Z一二三四五六七八九十]{1,3}(?:标段|标包|包)|(?:标段|分标|标包|包件|包)"
    r"[\dA-Z一二三四五六七八九十]{1,3})[:： ]?[\u4e00-\u9fff（() ]{4,40}(?:公司|事务所|研究院|中心|厂|社))"
)
_VOIDED = re.compile(r"^[^：:]{0,20}(?:废标|流标|采购失败)[。；;]?$")
#: A lot named before a firm: B包 乙公司.
LOT_FIRST = re.compile(rf"^\s?(?:{_LOT_ALONE.pattern})[:：\s]*")
_PART = re.compile(
    r"(?:^|[；;，,。\s])\s?((?:第?[\dA-Z一二三四五六七八九十]{1,3}(?:标段|标包|包|标)|(?:标段|分标|包件|标包|"
    r"包)[\dA-Z一二三四五六七八九十]{1,3}))(?:[（(][^（）()]{0,30}[)）])?\s?(?:中标|成交)?(?:金额|价|人|"
    r"供应商)?(?:为|[-—:：])?\s?"
)


def by_lot(value: str) -> list[tuple[str | None, str]]:
    """`01包-A公司；02包-B公司` as lots with their values; empty when the value names no lots."""
    marks = list(_PART.finditer(value))
    return [
        (lot_of(m[1]), value[m.end() : marks[i + 1].start() if i + 1 < len(marks) else len(value)].strip("；;，,。 "))
        for i, m in enumerate(marks)
    ]


def before_lots(value: str) -> str:
    """What stands before the first lot a value names."""
    return _PART.split(value)[0].strip("；;，,。 ")


def labelled_lot(m: Mention) -> str | None:
    """The lot a label names: 第二包中标人, 一包."""
    return lot_of(m.label) if m.role in FIRMLIKE or not m.known else None


def of_lot(m: Mention) -> Mention:
    """`一包：A公司`: a lot is the label, and its firm the value."""
    firm = re.split("[，,；;（(]", m.value)[0]
    if m.known or not _LOT_ALONE.fullmatch(bare(m.label)):
        return m
    if _VOIDED.search(m.value):
        return replace(m, role=Role.VOID, known=True)
    return replace(m, role=Role.BIDDER, value=firm, known=True) if names.organisation(firm) else m
