"""Tables: which row is the head, which rows read label and value, which table stands on its side."""

from __future__ import annotations

import re
from functools import lru_cache

from etl.parsers.body import names
from etl.parsers.body.labels import Role, lot_of, rank_of, role_of
from etl.parsers.body.verdicts import void
from etl.values import fold


def cell_role(cell: str) -> Role | None:
    """What a cell announces; null for values, firms included."""
    text = cell.strip()
    return _role(text) if text and len(text) <= 40 else None


@lru_cache(maxsize=20_000)
def _role(text: str) -> Role | None:
    if re.fullmatch(r"[\d.,%\s]+", text):
        return None
    role = role_of(re.sub(r"\s+", "", text)) or role_of(text.partition("\n")[0])
    return None if role in _NO_FIRM and names.organisation(text) else role


#: Words of a label that firms have in their names (投资, 服务): such a cell is a firm.
_NO_FIRM = {Role.BUDGET, Role.FEE, Role.OTHER, Role.PRICE, Role.AMOUNT, Role.SCORE, Role.RANK, Role.CODE, Role.PROJECT}
#: Numbered headings (一、…) end what stood before them.
TOP = re.compile(r"^\s{0,4}([一二三四五六七八九十]{1,3})\s?[、.．,，:：]\s?(?=\S)")
SERIALS = {"序号", "编号", "名次"}
#: Who is asked, and how: words that no row of results begins with.
PARTIES = {Role.BUYER, Role.BUYER_ADDRESS, Role.AGENCY, Role.CONTACT, Role.DATED}
#: What a cell of a money column looks like: digits, an empty mark, or the words of a rate.
MONEY_CELL = re.compile(
    r"[¥￥]?\s?(?!0\d)\d[\d,.]*\s?(?:[%％‰]|[（(].{1,12}[）)])?|[/\\\-—]+|.{0,40}\d\s?[（(]?\s?(?:[%％‰]|[万亿千]?元).{0,60}"
)
#: A number to dial or an address to write to; an area code may stand alone.
_REACHED = re.compile(
    r"[(（]?0\d{2,3}[)）]?(?:[-—－\s]?\d{7,8}(?:(?:[-—－]|转)\d{1,6})?)?|1[3-9]\d{9}|[48]00\d?[-—－][-—－\d]{6,9}|\S+@\S+"
)
#: Numbers, sums of money and days, which no head consists of.
_VALUE = re.compile(r"[\d.,¥￥%\s]{2,}|[¥￥]?\s?\d[\d.,]*\s?[万亿]?元整?|(?:19|20)\d\d[年-]\d{1,2}[月-]\d{1,2}日?")
HEADS = {Role.SUPPLIER, Role.CANDIDATE, Role.BIDDER, Role.SOLE}
_COLUMNS = HEADS | {
    Role.AMOUNT,
    Role.PRICE,
    Role.RANK,
    Role.LOT,
    Role.SCORE,
    Role.BUDGET,
    Role.VOID,
    Role.PROJECT,
    Role.ADDRESS,
}


def is_head(row: tuple[str, ...], roles: list[Role | None], following: tuple[tuple[str, ...], ...]) -> bool:
    """A head row names at least one column we know and holds no value; a table of losers has a head too."""
    filled = [(c, r) for c, r in zip(row, roles, strict=True) if c.strip()]
    if len(filled) < 2 or any(_VALUE.fullmatch(c) or (names.organisation(c) and r is None) for c, r in filled):
        return False
    if any(c.strip().endswith(("：", ":")) for c, _ in filled):
        return False
    known = sum(1 for _, r in filled if r is not None)
    columns = sum(1 for _, r in filled if r in _COLUMNS)
    if columns == 0 or known * 2 < len(filled):
        return bool(filled[0][0].strip() in SERIALS and following)
    if len(filled) == 2 and following and _over_firm(row, roles, following[0]):
        return True
    if len(filled) == 2 and following:
        below = [cell_role(c) for c in following[0]]
        return all(r is not None for _, r in filled) and not (
            below and below[0] is not None and is_pairs(following[0], below)
        )
    return known == len(filled) or known >= 2


def _over_firm(row: tuple[str, ...], roles: list[Role | None], below: tuple[str, ...]) -> bool:
    """Whether a head of two columns has a firm below the one for firms, whatever the other column is called."""
    pairs = zip(row, roles, below, strict=False)
    return len(row) == len(below) and any(
        r in HEADS and names.organisation(b) and not names.organisation(c) for c, r, b in pairs
    )


def is_label(cell: str) -> bool:
    """Whether a cell says itself that it is a label, also one nobody knows: a few words and a colon."""
    return len(cell) <= 24 and bool(re.search(r"[\u4e00-\u9fff）)]\s?[：:]\s?$", cell))


def is_pairs(row: tuple[str, ...], roles: list[Role | None]) -> bool:
    """Whether a row reads label, value, label, value (a leading number or rubric is allowed)."""
    filled = [r for c, r in zip(row, roles, strict=True) if c.strip()]
    words = [c for c in row if c.strip()]
    if len(words) > 1 and is_label(words[0]) and not is_label(words[1]) and filled[1] is None:
        return True
    for start in (0, 1):
        if len(filled) > start + 1 and filled[start] is not None and filled[start + 1] is None:
            return True
    return bool(filled and filled[0] is not None and sum(r is not None for r in filled) == 1)


def transposed(rows: tuple[tuple[str, ...], ...]) -> list[tuple[str, ...]] | None:
    """Rows whose first cell is the head and every other cell one candidate: turned so that a row is a candidate.

    The row of firms is one of the first four; null if there is none.
    """
    firms = next((row for row in rows[:4] if _names_firms(row)), None)
    if firms is None:
        return None
    kept = [row for row in rows if len(row) == len(firms) and row[0].strip()]
    return [tuple(row[i].strip() for row in kept) for i in range(len(firms))]


def _names_firms(row: tuple[str, ...]) -> bool:
    values = [c for c in row[1:] if c.strip()]
    return len(values) > 1 and cell_role(row[0]) in HEADS and all(names.organisations(c) for c in values)


def aligned(row: tuple[str, ...], width: int) -> tuple[str, ...]:
    """A row shorter than its head lost cells that span rows: a leading number stays left, the rest moves right."""
    cells = tuple(row)
    if len(cells) >= width:
        return cells[:width]
    gap = ("",) * (width - len(cells))
    if cells and re.fullmatch(r"\s*\d{1,3}\s*", cells[0]) and len(cells) > 1:
        return cells[:1] + gap + cells[1:]
    return gap + cells


def lot_cell(cell: str) -> str | None:
    """The lot a cell names (2, B, 标段二); null for anything else."""
    text = fold(cell).strip()
    if m := re.fullmatch(r"0*(\d{1,3})|([A-Z])", text):
        return m[1] or m[2]
    return lot_of(text) if len(text) < 40 else None


def is_contact(row: tuple[str, ...], head: tuple[str, ...]) -> bool:
    """Whether a row under a head of results tells how somebody is reached, so that the head is not its own.

    Its first cell says so, or a number to dial stands in a column that announces a firm, a price and the like.
    """
    first = next((cell for cell in row if cell.strip()), "")
    if cell_role(first) in PARTIES:
        return True
    telling = [cell_role(h) in _COLUMNS - {Role.ADDRESS} for h in head] + [True] * (len(row) - len(head))
    cells = row if len(row) > len(head) else aligned(row, len(head))
    return any(_REACHED.fullmatch(cell.strip()) for cell, tells in zip(cells, telling, strict=True) if tells)


def goes_on(row: tuple[str, ...], head: tuple[str, ...]) -> bool:
    """Whether a row of the next grid still holds what a head announces: as wide, a firm for a firm, money for money."""
    if len(row) != len(head):
        return False
    roles = [cell_role(h) for h in head]
    firms = [c for c, r in zip(row, roles, strict=True) if r in HEADS]
    money = [c.strip() for c, r in zip(row, roles, strict=True) if r in {Role.AMOUNT, Role.PRICE} and c.strip()]
    return (not firms or any(map(names.organisations, firms))) and all(map(MONEY_CELL.fullmatch, money))


def row_rank(head: tuple[str, ...], cells: tuple[str, ...], roles: list[Role | None], *, serials: bool) -> int | None:
    """The rank a row gives its firm: in words, in a column of ranks, or by its serial number if `serials` rank."""
    ranked = [c for c, r in zip(cells, roles, strict=False) if r is Role.RANK]
    named = [
        c for c in cells if re.search(r"第[一二三四五六七八九十\d]{1,2}(?:名|中标|成交|入围|候选)", c) and len(c) < 20
    ]
    serial = [c for c, h in zip(cells, head, strict=False) if serials and h.strip() in SERIALS]
    for cell in [*named, *ranked, *serial]:
        if rank := rank_of(cell):
            return rank
    return None


def meant_by(role: Role | None, rank: int | None, head: tuple[str, ...]) -> Role | None:
    """In a table of scores a firm is a candidate if the table ranks candidates, else one of many bidders."""
    if role is Role.BIDDER and rank and any("候选" in h for h in head):
        return Role.CANDIDATE
    return role


def settled(roles: list[Role | None], verdict: bool | None) -> list[Role | None]:
    """Columns of a row which says that its firm won: it is no bidder or candidate any more."""
    return [Role.SUPPLIER if verdict and r in {Role.BIDDER, Role.CANDIDATE} else r for r in roles]


UNIT_HEADS = {"单位", "货币单位", "金额单位", "币种", "报价单位"}
_REMARKS = {"备注", "说明", "报价说明"}
#: A remark or unit that makes the price of its row that of each year, person or piece.
_EACH = re.compile(r"每[\u4e00-\u9fff]|元\s?/|^/[年月]|单价")
_SHARE = re.compile(r".{0,4}(?:份额|占比|分配比例|中标比例|采购比例|供货比例).{0,5}")


def parted(head: str, cell: str) -> bool:
    """Whether a cell says that its row's price is for one of many, or is bid for a whole that it wins a share of."""
    if _SHARE.fullmatch(head.strip()):
        return not re.fullmatch(r"\s*(?:100(?:\.0+)?\s*[%％]?|[/—-]?)\s*", cell)
    return head in UNIT_HEADS | _REMARKS and bool(_EACH.search(cell))


def is_sum(cells: tuple[str, ...]) -> bool:
    """Whether a row says that it adds up others (合计)."""
    first = next((re.sub(r"\s", "", cell) for cell in cells if cell.strip()), "")
    return first in {"合计", "总计", "小计", "合计金额", "总金额"}


def voided(cells: tuple[str, ...], roles: list[Role | None]) -> str | None:
    """The words by which a row without a firm says that its lot failed (流标); null for other rows."""
    firms = [c for c, r in zip(cells, roles, strict=False) if r in HEADS]
    return void(cells) if firms and not any(map(names.organisations, firms)) else None
