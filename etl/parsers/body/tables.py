"""Tables: which row is the head, which rows read label and value, which table stands on its side.

Also tables that were saved one cell a line are put together again, if a firm keeps its place in every row.
"""

from __future__ import annotations

import re

from etl.parsers.body import names
from etl.parsers.body.labels import Role, lot_of, rank_of, role_of
from etl.values import fold


def cell_role(cell: str) -> Role | None:
    """What a cell announces; null for values, firms included."""
    text = cell.strip()
    if not text or len(text) > 40 or re.fullmatch(r"[\d.,%\s]+", text):
        return None
    role = role_of(re.sub(r"\s+", "", text)) or role_of(text.split("\n")[0])
    return None if role in _NO_FIRM and names.organisation(text) else role


#: Words of a label that firms have in their names (投资, 服务): such a cell is a firm.
_NO_FIRM = {Role.BUDGET, Role.FEE, Role.OTHER, Role.PRICE, Role.AMOUNT, Role.SCORE, Role.RANK, Role.CODE, Role.PROJECT}
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
    if len(filled) < 2 or any(
        re.fullmatch(r"[\d.,¥￥%\s]{2,}", c) or (names.organisation(c) and r is None) for c, r in filled
    ):
        return False
    if any(c.strip().endswith(("：", ":")) for c, _ in filled):
        return False
    known = sum(1 for _, r in filled if r is not None)
    columns = sum(1 for _, r in filled if r in _COLUMNS)
    if columns == 0 or known * 2 < len(filled):
        return bool(filled[0][0].strip() in {"序号", "编号"} and following)
    if len(filled) == 2 and following:
        below = [cell_role(c) for c in following[0]]
        return all(r is not None for _, r in filled) and not (
            below and below[0] is not None and is_pairs(following[0], below)
        )
    return known == len(filled) or known >= 2


def is_pairs(row: tuple[str, ...], roles: list[Role | None]) -> bool:
    """Whether a row reads label, value, label, value (a leading number or rubric is allowed)."""
    filled = [r for c, r in zip(row, roles, strict=True) if c.strip()]
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


def row_rank(head: tuple[str, ...], cells: tuple[str, ...], roles: list[Role | None]) -> int | None:
    """The rank a row gives its firm: in words, in a column of ranks, or by its serial number."""
    ranked = [c for c, r in zip(cells, roles, strict=False) if r is Role.RANK]
    named = [
        c for c in cells if re.search(r"第[一二三四五六七八九十\d]{1,2}(?:名|中标|成交|入围|候选)", c) and len(c) < 20
    ]
    serial = [c for c, h in zip(cells, head, strict=False) if h.strip() in {"序号", "名次"}]
    for cell in [*named, *ranked, *serial]:
        if rank := rank_of(cell):
            return rank
    return None


def rebuilt(run: list[str]) -> tuple[tuple[str, ...], ...] | None:
    """A table saved one cell a line: the head's labels, then rows in which a firm keeps its place."""
    firms = [i for i, line in enumerate(run) if names.organisation(line) and role_of(line) is None]
    for lead, first in ((h, f) for f in firms[:1] for h in range(max(0, f - 12), f)):
        heads = [i for i in range(lead, first) if role_of(run[i]) in HEADS]
        if not heads or role_of(run[lead]) is None:
            continue
        for width in range(2, min(10, first - lead + 1)):
            offset = first - lead - width
            if 0 <= offset < width and lead + offset in heads and (rows := _cut(run, lead, width, offset)):
                return rows
    return _single(run, firms[0]) if len(firms) == 1 else None


def _single(run: list[str], firm: int) -> tuple[tuple[str, ...], ...] | None:
    """One firm under a head that line ends tore apart: its price is read if one head and one number can be it."""
    heads = [line for line in run[:firm] if role_of(line) in HEADS]
    prices = [line for line in run[:firm] if role_of(line) in {Role.AMOUNT, Role.PRICE}]
    numbers = [line for line in run[firm + 1 :] if re.fullmatch(r"[¥￥]?\d[\d,]*\.\d{2,6}(?:元|万元)?", line)]
    between = run.index(prices[-1]) if prices else 0
    if len(heads) != 1 or len(prices) != 1 or len(numbers) != 1 or between + 1 >= firm:
        return None
    unit = next((line for line in run[between + 1 : firm] if re.search(r"[（(](?:万元|元)[)）]", line)), "")
    return (heads[0], prices[0] + (re.findall(r"[（(](?:万元|元)[)）]", unit) or [""])[0]), (run[firm], numbers[0])


def _cut(run: list[str], lead: int, width: int, column: int) -> tuple[tuple[str, ...], ...] | None:
    """Rows of `width` cells from `lead` on, as long as the firm's column holds firms; null if the head is no head."""
    rows = [tuple(run[lead : lead + width])]
    if sum(role_of(c) is not None for c in rows[0]) * 2 <= width:
        return None
    at = lead + width
    while at + width <= len(run) and names.organisation(run[at + column]):
        rows.append(tuple(run[at : at + width]))
        at += width
    return tuple(rows) if len(rows) > 1 else None
