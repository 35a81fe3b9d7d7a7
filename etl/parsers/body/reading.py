"""From lines and grids to mentions: label and value pairs in reading order, each with its section, lot and row.

Three shapes are brought to one: `label：value` in running text (also several in a line, or a label on its own line and the
value below), label and value side by side in a table, and tables with a head row. What a mention means for the notice is
decided later, from its label and its section.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from etl.parsers.body import names
from etl.parsers.body.labels import Role, lot_of, rank_of, role_of, section_of
from etl.parsers.body.layout import Block, Grid, Line
from etl.values import fold


@dataclass(frozen=True, slots=True)
class Mention:
    """A value with what announces it. `row` ties the cells of one table row; `heading` is the section's own wording."""

    role: Role
    label: str
    value: str
    section: str = ""
    heading: str = ""
    lot: str | None = None
    rank: int | None = None
    row: int | None = None


_TOP = re.compile(r"^\s{0,4}([一二三四五六七八九十]{1,3})\s?[、.．,，:：]\s?(?=\S)")
_SUB = re.compile(r"^\s{0,4}(?:[（(][一二三四五六七八九十]{1,3}[)）]|[（(]?\d{1,2}[)）、.．])\s?(?=[^\s\d])")
#: Numbered headings inside a line: text that was saved without line ends.
_INLINE = re.compile(
    r"(?<=[^\s一二三四五六七八九十第段包标之、（(])\s*(?=(?:[一二三四五六七八九十]{1,3})、[\u4e00-\u9fff])"
    r"|\s(?=\d{1,2}[.．、]\s?[\u4e00-\u9fff]{2,14}(?:信息|联系方式|名称))"
)
_WIN = "中标|成交|中选|入选|入围"
_SAID_PRICE = re.compile(rf"((?:{_WIN})(?:总价|总金额|金额|价格|价款|报价|价))\s?(?:为|是)(?=[^：:]{{0,12}}\d)")
_SAID_FIRM = re.compile(rf"((?:{_WIN})(?:人|供应商|供应人|供货商|单位|公司)(?:名称)?)\s?(?:为|是)\s?(?P<name>[^\s，,。；;：:、]{{2,60}})")
_GLUED_PRICE = re.compile(rf"((?:{_WIN})(?:总价|总金额|金额|价格|价))\s?(?=(?:人民币)?[¥￥]?\d)")
_WON = re.compile(rf"(?P<name>[^\s，,。；;：:、“”\"]{{4,60}}?)为(?:本项目|本次采购|本包|该项目|本标段)?(?:的)?(?:最终|拟)?(?:{_WIN})(?:人|供应商|单位|方|公司)(?![：:\u4e00-\u9fff])")
_IF = re.compile(r"如|若|将(?:确定|以|为)|可以|应当|视为|期满")


_AWAITS = {
    *(Role.BUYER, Role.AGENCY, Role.SUPPLIER, Role.SOLE, Role.CANDIDATE, Role.BIDDER),
    *(Role.AMOUNT, Role.PRICE, Role.BUDGET, Role.CODE, Role.PROJECT, Role.ADDRESS, Role.BUYER_ADDRESS),
}
_BESIDE = {Role.ADDRESS, Role.CONTACT, Role.OTHER}
_FIRMS = {Role.SUPPLIER, Role.CANDIDATE, Role.BIDDER, Role.SOLE}
_UNIT_PRICES = re.compile(r"(?:单价.{0,12}(?:报价|价格|金额|[（(]元))|[（(]元/")


def mentions(parts: Iterable[Block]) -> tuple[Mention, ...]:
    """All mentions of a notice body in reading order."""
    return tuple(_Reader().read(_split(parts)))


def _split(parts: Iterable[Block]) -> Iterator[Block]:
    """Lines cut at numbered headings; sentences that say who won turned into labels."""
    for part in parts:
        if isinstance(part, Grid):
            yield part
            continue
        for piece in _INLINE.split(part.text[:20_000]):
            if text := piece.strip():
                yield Line(_spoken(text))


def _spoken(text: str) -> str:
    """`X公司为成交供应商` and `成交价为5元` as labelled values; conditions (如无异议，X为中标人) are left alone."""
    if not re.search(_WIN, text):
        return text
    if (m := _WON.search(text)) and not _IF.search(text[: m.start()]) and names.organisation(m["name"]):
        text = f"{text[: m.start()]}中标人：{m['name']}；{text[m.end() :]}"
    if (m := _SAID_FIRM.search(text)) and not _IF.search(text[: m.start()]) and _party_like(m["name"]):
        text = f"{text[: m.end(1)]}：{text[m.start('name') :]}"
    text = _SAID_PRICE.sub(r"\1：", text)
    return _GLUED_PRICE.sub(r"\1：", text)


def _party_like(text: str) -> bool:
    """A firm, or a person whose name the site has masked."""
    return bool(names.organisation(text) or re.fullmatch(r"某某?|[\u4e00-\u9fff]?[*＊某]{1,2}", text))


class _Reader:
    """Keeps what the mentions stand under: section, lot, the last head row, a label still waiting for its value."""

    def __init__(self) -> None:
        self.section = self.heading = ""
        self.lot: str | None = None
        self.waiting: tuple[Role, str] | None = None
        self.head: tuple[str, ...] = ()
        self.rows = 0
        #: A head line announced unit prices (平均人月单价报价（元/月））: numbers below are no totals.
        self.unit_price = False

    def read(self, parts: Iterable[Block]) -> Iterator[Mention]:
        run: list[str] = []
        for part in parts:
            if isinstance(part, Line) and _cell_like(part.text):
                run.append(part.text)
                continue
            yield from self._run(run)
            run = []
            if isinstance(part, Grid):
                self.waiting = None
                yield from self._grid(part.rows)
            else:
                yield from self._line(part.text)
        yield from self._run(run)

    # --- lines

    def _line(self, text: str) -> Iterator[Mention]:
        top = _TOP.match(text)
        found = list(_pairs(text))
        body = _SUB.sub("", _TOP.sub("", text)) if top or _SUB.match(text) else text
        if not found or (found[0].role is Role.OTHER and not found[0].value):
            yield from self._plain(text, body, is_top=bool(top))
            return
        first = found[0]
        lead = text[: text.find(first.label)] if first.label else text
        if lot := lot_of(lead[-40:]):
            self.lot = lot
        if top:
            self.heading = re.sub(r"^\s*[一二三四五六七八九十]{1,3}\s?[、.．,，:：]\s*", "", lead).strip() or first.label
            section = section_of(self.heading)
            self.section = section if section not in {None, "buyer", "agency"} else "code"
            self.unit_price = False
        if self.waiting and self.waiting[0] in {Role.AMOUNT, Role.PRICE} and first.role is Role.OTHER:
            found = [Mention(self.waiting[0], self.waiting[1], text)]
        if not (self.waiting and self.waiting[0] in _FIRMS and all(p.role in _BESIDE for p in found)):
            self.waiting = None
        for pair in found:
            if pair.role is Role.LOT and (lot := _lot_cell(pair.value)):
                self.lot = lot
            yield self._placed(pair)
        last = found[-1]
        if not last.value.strip() and last.role in _AWAITS:
            self.waiting = (last.role, last.label)

    def _plain(self, text: str, body: str, *, is_top: bool) -> Iterator[Mention]:
        """A line without a labelled value: a heading, a label alone, the value of a waiting label, or prose."""
        word = body.strip(" ：:")
        role = role_of(word) if len(word) <= 26 else None
        self.unit_price = self.unit_price or bool(_UNIT_PRICES.search(text))
        if role in _AWAITS:
            if is_top or _SUB.match(text) or section_of(word) in {"candidates", "winners", "bidders"}:
                self._enter(word, is_top=is_top)
            self.waiting = (role, word)
            if lot := lot_of(word):
                self.lot = lot
            return
        if self.waiting and (value := self._awaited(body)):
            yield value
            return
        if is_top or (_SUB.match(text) and len(word) <= 40) or len(word) <= 24:
            self._enter(word, is_top=is_top)
        if len(word) <= 60 and (lot := lot_of(word)):
            self.lot = lot

    def _awaited(self, body: str) -> Mention | None:
        """The value below a label that stood alone; firms may go on line by line, with their addresses between."""
        role, label = self.waiting or (Role.OTHER, "")
        firm = role in {Role.SUPPLIER, Role.CANDIDATE, Role.BIDDER, Role.SOLE, Role.BUYER, Role.AGENCY}
        if firm:
            head = re.split(r"[，,：:；;]", body)[0]
            if names.organisations(body) and names.organisation(names.split_list(body)[0]):
                return self._placed(Mention(role, label, body))
            return self._placed(Mention(role, label, head)) if names.organisation(head) else None
        self.waiting = None
        return self._placed(Mention(role, label, body)) if len(body) < 120 else None

    def _enter(self, word: str, *, is_top: bool) -> None:
        section = section_of(word)
        if section == "winners" and re.search(r"候选", word):
            section = "candidates"
        if section or is_top:
            self.section, self.heading = section or "other", word
            self.unit_price = bool(_UNIT_PRICES.search(word))
            self.waiting = None
            self.head = ()

    def _placed(self, m: Mention) -> Mention:
        rank = m.rank or (rank_of(m.label) if m.role is Role.CANDIDATE else None)
        label = f"{m.label}（单价）" if self.unit_price and m.role in _FIRMLIKE else m.label
        return replace(m, label=label, section=self.section, heading=self.heading, lot=m.lot or self.lot, rank=rank)

    # --- tables

    def _run(self, run: list[str]) -> Iterator[Mention]:
        """Short lines without colons: one cell a line. A table if it can be put together, else single lines."""
        if rows := _rebuilt(run):
            lead = next((i for i, line in enumerate(run) if line == rows[0][0]), 0)
            for text in run[:lead]:
                yield from self._plain(text, text, is_top=False)
            self.waiting = None
            yield from self._grid(rows)
            return
        for text in run:
            yield from self._line(text)

    def _grid(self, rows: tuple[tuple[str, ...], ...]) -> Iterator[Mention]:
        at, own = 0, False
        while at < len(rows):
            row = rows[at]
            roles = [_cell_role(c) for c in row]
            if _is_head(row, roles, rows[at + 1 : at + 2]):
                self.head, own = row, True
            elif own and len(row) == len(self.head) and not row[0].strip().endswith(("：", ":")):
                yield from self._row(row)
            elif transposed := _transposed(rows[at:]):
                yield from self._table(transposed)
                at = len(rows)
                continue
            elif _is_pairs(row, roles):
                self.rows += 1
                yield from self._cells(row)
            elif self.head:
                yield from self._row(row)
            else:
                for cell in row:
                    for line in cell.split("\n"):
                        yield from self._line(line)
            at += 1

    def _table(self, rows: list[tuple[str, ...]]) -> Iterator[Mention]:
        self.head = rows[0]
        for row in rows[1:]:
            yield from self._row(row)

    def _cells(self, row: tuple[str, ...]) -> Iterator[Mention]:
        """Label and value cells side by side; a value cell may hold labelled lines of its own."""
        label: str | None = None
        for cell in row:
            role = _cell_role(cell)
            if role is not None and label is None:
                label = cell
            elif label is not None:
                known = _cell_role(label) or Role.OTHER
                if role is not None and role is not Role.OTHER and not cell.strip().isdigit():
                    label = cell
                    continue
                pair = Mention(known, label.strip(" ：:"), cell.strip())
                if known is Role.LOT and (lot := _lot_cell(cell)):
                    self.lot = lot
                yield self._placed(pair)
                label = None
            else:
                for line in cell.split("\n"):
                    yield from (self._placed(p) for p in _pairs(line) if p.role is not Role.OTHER)

    def _row(self, row: tuple[str, ...]) -> Iterator[Mention]:
        """One row under a head: everything in it belongs together."""
        self.rows += 1
        head = self.head
        cells = _aligned(row, len(head))
        roles = [_cell_role(h) for h in head]
        lot = next((_lot_cell(c) for c, r in zip(cells, roles, strict=False) if r is Role.LOT and _lot_cell(c)), None)
        rank = _row_rank(head, cells, roles)
        rate = any(re.search(r"费率|下浮|折扣|优惠率|系数", h) and "税率" not in h for h in head)
        score = any(r is Role.SCORE for r in roles) and Role.AMOUNT not in roles
        for title, cell, role in zip(head, cells, roles, strict=False):
            if role in {None, Role.OTHER, Role.LOT, Role.RANK, Role.SCORE, Role.CODE, Role.CONTACT} or role is None:
                continue
            if score and role in {Role.BIDDER, Role.PRICE}:
                role = Role.CANDIDATE if rank and any("候选" in h for h in head) else Role.OTHER
            label = f"{title}（费率）" if rate and role in {Role.PRICE, Role.AMOUNT} else title
            placed = self._placed(Mention(role, label, cell.strip(), lot=lot, rank=rank))
            yield replace(placed, rank=rank or placed.rank, row=self.rows)


def _cell_like(text: str) -> bool:
    return len(text) <= 60 and not re.search(r"[：:。；;]", text) and not _TOP.match(text)


def _cell_role(cell: str) -> Role | None:
    text = cell.strip()
    if not text or len(text) > 40 or re.fullmatch(r"[\d.,%\s]+", text):
        return None
    role = role_of(re.sub(r"\s+", "", text))
    return None if role in _NO_FIRM and names.organisation(text) else role


#: Words of a label that firms have in their names (投资, 服务): such a cell is a firm.
_NO_FIRM = {Role.BUDGET, Role.FEE, Role.OTHER, Role.PRICE, Role.AMOUNT, Role.SCORE, Role.RANK, Role.CODE, Role.PROJECT}
_HEADS = {Role.SUPPLIER, Role.CANDIDATE, Role.BIDDER, Role.SOLE}
_COLUMNS = _HEADS | {Role.AMOUNT, Role.PRICE, Role.RANK, Role.LOT, Role.SCORE, Role.BUDGET, Role.PROJECT, Role.ADDRESS}


def _is_head(row: tuple[str, ...], roles: list[Role | None], following: tuple[tuple[str, ...], ...]) -> bool:
    """A head row names at least one column we know and holds no value; a table of losers has a head too."""
    filled = [(c, r) for c, r in zip(row, roles, strict=True) if c.strip()]
    if len(filled) < 2 or any(re.fullmatch(r"[\d.,¥￥%\s]{2,}", c) or names.organisation(c) and r is None for c, r in filled):
        return False
    if any(c.strip().endswith(("：", ":")) for c, _ in filled):
        return False
    known = sum(1 for _, r in filled if r is not None)
    columns = sum(1 for _, r in filled if r in _COLUMNS)
    if columns == 0 or known * 2 < len(filled):
        return bool(filled[0][0].strip() in {"序号", "编号"} and following)
    if len(filled) == 2 and following:
        below = [_cell_role(c) for c in following[0]]
        return all(r is not None for _, r in filled) and not (below and below[0] is not None and _is_pairs(following[0], below))
    return known == len(filled) or known >= 2


def _is_pairs(row: tuple[str, ...], roles: list[Role | None]) -> bool:
    """Whether a row reads label, value, label, value (a leading number or rubric is allowed)."""
    filled = [r for c, r in zip(row, roles, strict=True) if c.strip()]
    for start in (0, 1):
        if len(filled) > start + 1 and filled[start] is not None and filled[start + 1] is None:
            return True
    return bool(filled and filled[0] is not None and sum(r is not None for r in filled) == 1)


def _transposed(rows: tuple[tuple[str, ...], ...]) -> list[tuple[str, ...]] | None:
    """Rows whose first cell is the head and every other cell one candidate: turned so that a row is a candidate."""
    labels = [_cell_role(r[0]) for r in rows]
    firms = next((i for i, (role, row) in enumerate(zip(labels, rows, strict=True)) if role in _HEADS and sum(bool(names.organisation(c)) for c in row[1:]) >= 2), None)
    if firms is None or firms > 3:
        return None
    width = len(rows[firms])
    kept = [r for r in rows if len(r) == width and r[0].strip()]
    return [tuple(r[i].strip() for r in kept) for i in range(width)]


def _aligned(row: tuple[str, ...], width: int) -> tuple[str, ...]:
    """A row with fewer cells than its head lost those that span rows: a leading number stays left, the rest moves right."""
    cells = tuple(row)
    if len(cells) >= width:
        return cells[:width]
    gap = ("",) * (width - len(cells))
    if cells and re.fullmatch(r"\s*\d{1,3}\s*", cells[0]) and len(cells) > 1:
        return cells[:1] + gap + cells[1:]
    return gap + cells


def _lot_cell(cell: str) -> str | None:
    text = fold(cell).strip()
    if m := re.fullmatch(r"0*(\d{1,3})|([A-Z])", text):
        return m[1] or m[2]
    return lot_of(text) if len(text) < 40 else None


def _row_rank(head: tuple[str, ...], cells: tuple[str, ...], roles: list[Role | None]) -> int | None:
    ranked = [c for c, r in zip(cells, roles, strict=False) if r is Role.RANK]
    named = [c for c in cells if re.search(r"第[一二三四五六七八九十\d]{1,2}(?:名|中标|成交|入围|候选)", c) and len(c) < 20]
    serial = [c for c, h in zip(cells, head, strict=False) if h.strip() in {"序号", "名次"}]
    for cell in [*named, *ranked, *serial]:
        if rank := rank_of(cell):
            return rank
    return None


# --- label and value in running text --------------------------------------------------------------------------------

_COLON = re.compile(r"[：:]")
_BEFORE = re.compile(r"[，,。；;、：:】\]]|(?<!成交)(?<!中标)(?<!中选)(?<!入围)[）)]|(?<=\S\S)\s(?=\S\S)|\s{2,}")
#: A label that is looked for inside a line may not swallow the value before it: `A公司第二中标候选人`, `5元税率`.
_SWALLOWED = re.compile(r"公司|事务所|研究院|医院|大学|银行|分行|支行|工程|项目|标段|包件|[%％]|(?<=\d)[元万]")
_FIRMLIKE = {Role.SUPPLIER, Role.CANDIDATE, Role.BIDDER, Role.AMOUNT, Role.PRICE, Role.SOLE, Role.ADDRESS}


def _pairs(line: str) -> Iterator[Mention]:
    """Every `label：value` of a line; a known label may stand anywhere, an unknown one only behind a delimiter."""
    marks: list[tuple[int, int, Role, str]] = []
    start = 0
    for m in _COLON.finditer(line):
        if line.startswith("//", m.end()) or re.match(r"\d", line[m.end() : m.end() + 1]) and line[m.start() - 1 : m.start()].isdigit():
            continue
        if found := _label_before(line, start, m.start()):
            at, role, label = found
            if role is Role.OTHER and marks and marks[-1][2] in {Role.AMOUNT, Role.PRICE} and not line[start:at].strip():
                continue  # 中标价：价格系数：92 %: wording of the price, no label of its own
            marks.append((at, m.end(), role, label))
            start = m.end()
    for i, (_, end, role, label) in enumerate(marks):
        stop = marks[i + 1][0] if i + 1 < len(marks) else len(line)
        yield Mention(role, label, line[end:stop].strip())


def _label_before(line: str, start: int, colon: int) -> tuple[int, Role, str] | None:
    """The longest known label that ends at a colon, with brackets behind it; else an unknown one from a delimiter on."""
    window = max(start, colon - 60)
    text = line[window:colon]
    stem = re.sub(r"(?:\s?[（(\[][^（）()\[\]]{0,40}[)）\]]){1,3}\s?$", "", text)
    tail = text[len(stem) :]
    cut = max((m.end() for m in _BEFORE.finditer(stem)), default=0)
    floor = max((m.end() for m in _SWALLOWED.finditer(stem) if m.start() > cut and m.end() < len(stem) - 1), default=cut)
    general: tuple[int, Role, str] | None = None
    for at in range(max(cut, len(stem) - 24), len(stem) - 1):
        if not _starts(stem, at):
            continue
        role = role_of(re.sub(r"\s+", "", stem[at:]) + fold(tail).replace(" ", ""))
        found = (window + at, role or Role.OTHER, (stem[at:] + tail).strip())
        if role is Role.OTHER:
            general = general or found
        elif role and not (role in _FIRMLIKE and at < floor):
            return found
    if general:
        return general
    if (cut or window == start) and 1 < len(stem) - cut <= 20 and re.search(r"[\u4e00-\u9fff]", stem[cut:]):
        return window + cut, Role.OTHER, (stem[cut:] + tail).strip()
    return None


def _starts(stem: str, at: int) -> bool:
    """Whether a label can begin here: not inside a word of letters or digits, not with the unit of the number before."""
    if re.match(r"\d(?!\d?(?:标段|标包|包|号))|[%％‰.,]|\s", stem[at:]) or (at and stem[at] in "元万亿圆角分整%％‰" and (stem[at - 1].isdigit() or stem[at - 1] in "万亿元 ")):
        return False
    return not (at and stem[at].isascii() and stem[at].isalnum() and stem[at - 1].isascii() and stem[at - 1].isalnum())


def _rebuilt(run: list[str]) -> tuple[tuple[str, ...], ...] | None:
    """A table saved one cell a line: the head's labels, then rows in which a firm keeps its place."""
    firms = [i for i, line in enumerate(run) if names.organisation(line) and role_of(line) is None]
    for lead, first in ((h, f) for f in firms[:1] for h in range(max(0, f - 12), f)):
        heads = [i for i in range(lead, first) if role_of(run[i]) in _HEADS]
        if not heads or role_of(run[lead]) is None:
            continue
        for width in range(2, min(10, first - lead + 1)):
            offset = first - lead - width
            if 0 <= offset < width and lead + offset in heads and (rows := _cut(run, lead, width, offset)):
                return rows
    return _single(run, firms[0]) if len(firms) == 1 else None


def _single(run: list[str], firm: int) -> tuple[tuple[str, ...], ...] | None:
    """One firm under a head that line ends tore apart: its price is read if one head and one number can be it."""
    heads = [line for line in run[:firm] if role_of(line) in _HEADS]
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
