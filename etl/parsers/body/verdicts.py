"""Tables of all who bid, a column of which says who won: 是否成交, 中标情况, a remark 中标."""

from __future__ import annotations

import re
from collections.abc import Iterable

from etl.values import fold

_RESULT = "中标|成交|中选|入围|入选|定标"
#: Under this head 是 and 否 decide.
_ASKS = re.compile(rf"是否(?:为|被)?(?:拟|预|推荐|确定)?(?:{_RESULT})(?!候选).{{0,6}}|(?:{_RESULT})(?:与|及)?否")
#: Under these heads only the words of a result decide.
_TELLS = re.compile(rf".{{0,6}}(?:结果|情况|结论|状态|意见|备注|说明|{_RESULT})")
_WON = re.compile(rf"(?:已|拟|预|确定|予以)?(?:{_RESULT})(?:人|供应商|单位|方)?")
_LOST = re.compile(
    rf"(?:未|不|没有?|落|非)(?:{_RESULT}|推荐|通过).{{0,6}}|落选|落标|淘汰|(?:投标|响应|报价)?(?:无效|被?否决).{{0,4}}"
)


_VOID = re.compile(
    r"(?:本(?:包|标段|标项|包件)?)?(?:已|作|予以)?(?:废标|流标|采购失败|招标失败|失败|终止)(?:处理)?[。;；]?"
)


def void(row: Iterable[str]) -> str | None:
    """What a row of a table says of its lot's failure (流标); null where it says nothing."""
    return next((cell for cell in row if _VOID.fullmatch(re.sub(r"\s+", "", cell))), None)


def won(head: Iterable[str], row: Iterable[str]) -> bool | None:
    """Whether a row of a table says that its firm won; null where it says nothing."""
    for title, cell in zip(head, row, strict=False):
        column, said = re.sub(r"\s+", "", fold(title)), re.sub(r"\s+", "", fold(cell)).strip("。;；")
        if _ASKS.fullmatch(column) and said in {"是", "√", "否", "×", "X"}:
            return said in {"是", "√"}
        if _TELLS.fullmatch(column) or _ASKS.fullmatch(column):
            if _LOST.fullmatch(said):
                return False
            if _WON.fullmatch(said):
                return True
    return None
