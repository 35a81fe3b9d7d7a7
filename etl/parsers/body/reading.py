"""From lines and grids to mentions: label and value pairs in reading order, each with its section, lot and row.

Three shapes are brought to one: `label：value` in running text (also several in a line, or a label on its own line and
the value below), label and value side by side in a table, and tables with a head row. What a mention means for the
notice is decided later, from its label and its section.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from etl.parsers.body import names
from etl.parsers.body.columns import Columns
from etl.parsers.body.heads import stacked
from etl.parsers.body.labels import Role, lot_of, rank_of, role_of, section_of
from etl.parsers.body.layout import Block, Grid, Line, text_of
from etl.parsers.body.lotmarks import LOT_FIRST, NEXT_LOT, labelled_lot, of_lot
from etl.parsers.body.pairs import FIRMLIKE, Mention, pairs
from etl.parsers.body.sentences import labelled
from etl.parsers.body.tables import (
    TOP,
    UNIT_HEADS,
    aligned,
    cell_role,
    goes_on,
    is_contact,
    is_head,
    is_label,
    is_pairs,
    is_sum,
    lot_cell,
    meant_by,
    parted,
    row_rank,
    settled,
    transposed,
    voided,
)
from etl.parsers.body.verdicts import won

_SUB = re.compile(r"^\s{0,4}(?:[（(][一二三四五六七八九十]{1,3}[)）]|[（(]?\d{1,2}[)）、.．])\s?(?=[^\s\d])")
#: Numbered headings inside a line: text that was saved without line ends.
_INLINE = re.compile(
    r"(?<=[^\s一二三四五六七八九十第段包标之、（(])\s*(?=(?:[一二三四五六七八九十]{1,3})、[\u4e00-\u9fff])"
    r"|\s(?=\d{1,2}[.．、]\s?[\u4e00-\u9fff]{2,14}(?:信息|联系方式|名称)(?![\u4e00-\u9fff]))"
)
_AWAITS = {
    *(Role.BUYER, Role.AGENCY, Role.SUPPLIER, Role.SOLE, Role.CANDIDATE, Role.BIDDER),
    *(Role.AMOUNT, Role.PRICE, Role.BUDGET, Role.CODE, Role.PROJECT, Role.ADDRESS, Role.BUYER_ADDRESS, Role.VOID),
    *(Role.NAME, Role.LEADER, Role.DATED, Role.USCC),
}
_BESIDE = {Role.ADDRESS, Role.USCC, Role.CONTACT, Role.OTHER}
_NO_VALUE = {Role.OTHER, Role.LOT, Role.RANK, Role.SCORE, Role.CODE, Role.CONTACT}
_FIRMS = {Role.SUPPLIER, Role.CANDIDATE, Role.BIDDER, Role.SOLE}
_UNIT = re.compile(r"(?:人民币)?(?:[（(]?)([万亿]?元)(?:[)）]?)")
_CAPTION = re.compile(r"[（(]?(?:金额|货币|价格)?单位\s?[：:]\s?(?:人民币)?\s?([万亿]?元)[）)]?")
_CLOSING = re.compile(r"特此(?:公告|公示|通知|通告)|^.{0,10}(?:19|20)\d\d\s?年\s?\d{1,2}\s?月\s?\d{1,2}\s?日$")
#: The price that only a winner has.
_WON_AT = re.compile(r"(?:中标|成交|中选)(?:总)?(?:价|金额)")
_NO_WINNERS = {"candidates", "scores", "bidders"}
#: The label of a list whose numbers rank: 候选供应商（按得分高低排序）.
_ORDERED = re.compile("排序|排名|依次|得分|高低|顺序")
_UNORDERED = re.compile(r"不分(?:先后|名次|顺序|排名)|不(?:标明|进行|作|做)?(?:排名|排序|顺序)(?![号者])")
#: The template of the government cloud (zcy) names a lot 标项 and counts it by the 序号 before the name.
_COUNTED = re.compile(r"序号\s标项名称")
_UNIT_PRICES = re.compile(r"(?:单价.{0,12}(?:报价|价格|金额|[（(]元))|[（(]元/")


def mentions(parts: Iterable[Block]) -> tuple[Mention, ...]:
    """All mentions of a notice body in reading order."""
    parts = tuple(parts)
    text = text_of(parts)
    reader = _Reader(unordered=unordered(text), counted=bool(_COUNTED.search(text)))
    said = tuple(reader.read(_split(parts)))
    if set(reader.counts.values()) == {"1"}:  # one lot that nothing else numbers is the whole project
        return tuple(replace(m, lot=None) if m.row in reader.counts else m for m in said)
    return said


def unordered(text: str) -> bool:
    """Whether a notice says of its candidates that they stand in no order: all of them are of the first rank."""
    return bool(_UNORDERED.search(text))


def _split(parts: Iterable[Block]) -> Iterator[Block]:
    """Lines cut at numbered headings; sentences that say who won turned into labels."""
    for part in parts:
        if isinstance(part, Grid):
            yield part
            continue
        for piece in (p for whole in _INLINE.split(part.text[:100_000]) for p in NEXT_LOT.split(whole)):
            if text := piece.strip():
                yield Line(labelled(text))


class _Reader:
    """Keeps what the mentions stand under: section, lot, the last head row, a label still waiting for its value."""

    def __init__(self, *, unordered: bool, counted: bool) -> None:
        #: Candidates stand in no order: 序号 is no rank. Lots are counted by 序号 (`_COUNTED`).
        self.unordered, self.counted = unordered, counted
        #: Rows (table, row) whose lot was told by 序号.
        self.counts: dict[tuple[int, int], str] = {}
        self.section = self.heading = ""
        self.lot: str | None = None
        self.waiting: tuple[Role, str] | None = None
        self.head: tuple[str, ...] = ()
        #: A row of the table says that its firm won: the others did not.
        self.decided = False
        self.tables = self.rows = 0
        #: The unit that a caption gave to all sums below it (单位：万元).
        self.unit = ""
        #: A head line announced unit prices (平均人月单价报价（元/月））: numbers below are no totals.
        self.unit_price = False
        #: The last row of a table (table, row) that told something.
        self.told = (0, 0)

    def read(self, parts: Iterable[Block]) -> Iterator[Mention]:
        lines: list[str] = []
        for part in parts:
            if isinstance(part, Line):
                lines.append(part.text)
                continue
            yield from self._lines(lines)
            lines = []
            self.waiting = None
            yield from self._grid(part.rows)
        yield from self._lines(lines)

    # --- lines

    def _lines(self, lines: list[str]) -> Iterator[Mention]:
        """Running text; where one cell a line makes a table, the table."""
        at, columns = 0, Columns(lines)
        while at < len(lines):
            if table := columns.table_at(at):
                self.waiting = None
                self.tables += 1
                yield from self._table(table.rows)
                at = table.end
            elif caption := _CAPTION.fullmatch(lines[at]):
                self.unit = f"（{caption[1]}）"
                at += 1
            else:
                yield from self._line(lines[at])
                at += 1

    def _line(self, text: str) -> Iterator[Mention]:
        top = TOP.match(text)
        found = self._led(list(pairs(text)))
        body = _SUB.sub("", TOP.sub("", text)) if top or _SUB.match(text) else text
        if not found or (len(found) == 1 and found[0].role is Role.OTHER and not found[0].value):
            yield from self._plain(text, body, is_top=bool(top))
            return
        if leading := self._leading(text, found[0]):
            found = [leading, *found]
        first = found[0]
        lead = text[: text.find(first.label)] if first.label else text
        if lot := lot_of((lead + first.label if first.role in FIRMLIKE | {Role.LOT} else lead)[-40:]):
            self.lot = lot
        if top:
            self.heading = (
                re.sub(r"^\s*[一二三四五六七八九十]{1,3}\s?[、.．,，:：]\s*", "", lead).strip() or first.label
            )
            section = section_of(self.heading)
            self.section = section if section not in {None, "buyer", "agency"} else "code"
            self.unit_price = False
        if self.waiting and self.waiting[0] in {Role.AMOUNT, Role.PRICE} and first.role is Role.OTHER:
            found = [Mention(self.waiting[0], self.waiting[1], text)]
        if self.waiting and self._same_party(first.role):
            found[0] = replace(first, role=self.waiting[0])
        if not top and _SUB.match(text) and (party := _party_heading(lead)):
            self.section, self.heading = party, lead
        beside = bool(leading) or all(p.role in _BESIDE for p in found)
        if not (self.waiting and self.waiting[0] in _FIRMS and beside):
            self.waiting = None
        for pair in found:
            if lot := lot_cell(pair.value) if pair.role is Role.LOT else labelled_lot(pair):
                self.lot = lot
            yield self._placed(of_lot(pair))
        last = found[-1]
        if not last.value.strip() and last.role in _AWAITS:
            self.waiting = (last.role, last.label)

    def _leading(self, text: str, first: Mention) -> Mention | None:
        """`（1）A公司，成交价：5元`: a firm before its price is what the label above waits for, or a winner."""
        if first.role not in {Role.AMOUNT, Role.PRICE}:
            return None
        lead = LOT_FIRST.sub("", _SUB.sub("", TOP.sub("", text[: text.find(first.label)])))
        firm = re.split(r"[，,：:；;。\s]", lead.strip())[0]
        if not names.organisation(firm):
            return None
        if self.waiting and self.waiting[0] in _FIRMS:
            return Mention(*self.waiting, firm, rank=self._nth(text))
        if not _WON_AT.match(first.label):
            return None
        return Mention(Role.BIDDER if self.section in _NO_WINNERS else Role.SUPPLIER, first.label, firm)

    def _nth(self, text: str) -> int | None:
        """The number of a candidate in a list, which ranks unless the notice says otherwise."""
        m = re.match(r"\s{0,4}[（(]?(\d{1,2}|[一二三四五六七八九])[)）、.．]", text)
        ranks = m and self.waiting and self.waiting[0] is Role.CANDIDATE and not self.unordered and self.lot is None
        return rank_of(m[1]) if m and ranks else None

    def _led(self, found: list[Mention]) -> list[Mention]:
        """牵头人：A is the firm that the label before it waits for; without one, its section says what it is."""
        for i, m in enumerate(found):
            if m.role is Role.LEADER:
                before = found[i - 1] if i else None
                role = before.role if before and not before.value else self.waiting[0] if self.waiting else None
                meant = role if role in _FIRMS else Role.BIDDER
                found[i] = replace(m, role=meant, value=f"牵头人：{m.value}" if m.value else "")
        return found

    def _plain(self, text: str, body: str, *, is_top: bool) -> Iterator[Mention]:
        """A line without a labelled value: a heading, a label alone, the value of a waiting label, or prose."""
        word = body.strip(" ：:")
        role = role_of(word) if len(word) <= 26 else None
        self.unit_price = self.unit_price or bool(_UNIT_PRICES.search(text))
        if self._same_party(role):
            return
        if role in _AWAITS:
            if is_top or _SUB.match(text) or section_of(word) in {"candidates", "winners", "bidders"}:
                self._enter(word, is_top=is_top)
            self.waiting = (role, word)
            if lot := lot_of(word):
                self.lot = lot
            return
        if self.waiting and role is not None:
            self.waiting = None  # the next label: the slot before it was empty
        if self.waiting and self.waiting[0] in _FIRMS and _CLOSING.search(text):
            self.waiting = None  # what signs the notice is not on its list
        if self.waiting and (value := self._awaited(body)):
            yield replace(value, rank=value.rank or (self._nth(text) if _ORDERED.search(value.label) else None))
            return
        if is_top or (_SUB.match(text) and len(word) <= 40) or len(word) <= 24:
            self._enter(word, is_top=is_top)
        if len(word) <= 60 and (lot := lot_of(word)):
            self.lot = lot

    def _same_party(self, role: Role | None) -> bool:
        """招标人信息, and below it 单位名称: the label that waits for its firm goes on waiting."""
        parties = _FIRMS | {Role.BUYER, Role.AGENCY}
        return bool(self.waiting and self.waiting[0] in parties and role in {Role.NAME, Role.BIDDER})

    def _awaited(self, body: str) -> Mention | None:
        """The value below a label that stood alone; firms may go on line by line, with their addresses between."""
        role, label = self.waiting or (Role.OTHER, "")
        firm = role in _FIRMS | {Role.BUYER, Role.AGENCY}
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
            if is_top or section != self.section:
                self.unit_price = bool(_UNIT_PRICES.search(word))
            self.section, self.heading = section or "other", word
            self.waiting = None
            self.head = ()

    def _placed(self, m: Mention) -> Mention:
        rank = m.rank or (rank_of(m.label) if m.role is Role.CANDIDATE else None)
        label = f"{m.label}（单价）" if self.unit_price and m.role in FIRMLIKE else m.label
        if self.unit and m.role in {Role.AMOUNT, Role.PRICE} and not re.search("元", m.label + m.value):
            label += self.unit
        return replace(m, label=label, section=self.section, heading=self.heading, lot=m.lot or self.lot, rank=rank)

    # --- tables

    def _grid(self, rows: tuple[tuple[str, ...], ...]) -> Iterator[Mention]:
        own, headed = False, -1
        self.tables += 1
        for at, row in enumerate(rows):
            roles = [cell_role(c) for c in row]
            if turned := transposed(rows[at:]):
                yield from self._table(turned)
                return
            if is_head(row, roles, rows[at + 1 : at + 2]):
                self.head = (stacked(self.head, row) if own and headed == at - 1 else None) or row
                self.decided, own, headed = any(won(self.head, r) for r in rows[at + 1 :]), True, at
                continue
            if self._ended(row, roles, own=own):
                self.head, own = (), False
            yield from self._grid_row(row, roles, own=own)

    def _ended(self, row: tuple[str, ...], roles: list[Role | None], *, own: bool) -> bool:
        """Whether a row is not the last head's: a contact table behind a table of awards, or another grid's row."""
        if not self.head:
            return False
        return is_contact(row, self.head) or not (own or is_pairs(row, roles) or goes_on(row, self.head))

    def _grid_row(self, row: tuple[str, ...], roles: list[Role | None], *, own: bool) -> Iterator[Mention]:
        if own and len(row) == len(self.head) and not row[0].strip().endswith(("：", ":")):
            yield from self._row(row)
        elif is_pairs(row, roles):
            self.rows += 1
            yield from self._cells(row)
        elif self.head:
            yield from self._row(row)
        else:
            for cell in row:
                for line in cell.split("\n"):
                    yield from self._line(line)

    def _counted(self, cells: tuple[str, ...], roles: list[Role | None]) -> str | None:
        """The lot of a row of winners or of failed lots where 序号 counts lots."""
        if not (self.counted and "序号" in self.head and {Role.AMOUNT, Role.VOID} & set(roles)):
            return None
        lot = lot_cell(cells[self.head.index("序号")])
        if lot:
            self.counts[self.tables, self.rows] = lot
        return lot

    def _table(self, rows: list[tuple[str, ...]]) -> Iterator[Mention]:
        self.head = rows[0]
        self.decided = any(won(self.head, row) for row in rows[1:])
        for row in rows[1:]:
            yield from self._row(row)

    def _cells(self, row: tuple[str, ...]) -> Iterator[Mention]:
        """Label and value cells side by side; a value cell may hold labelled lines of its own."""
        label: str | None = None
        for cell in row:
            role = cell_role(cell)
            if label is None and (role is not None or is_label(cell)):
                label = cell
            elif label is not None:
                if role is not None and role is not Role.OTHER and not cell.strip().isdigit():
                    label = cell
                    continue
                yield from self._cell_pair(label, cell.strip())
                label = None
            else:
                for line in cell.split("\n"):
                    yield from (self._placed(p) for p in pairs(line) if p.role is not Role.OTHER)

    def _cell_pair(self, label: str, value: str) -> Iterator[Mention]:
        role = cell_role(label)
        pair = Mention(role or Role.OTHER, label.strip(" ：:"), value, known=role is not None)
        if role is Role.LOT and (lot := lot_cell(value)):
            self.lot = lot
        for m in self._led([pair]):
            yield self._placed(m)

    def _sums_up(self, cells: tuple[str, ...]) -> bool:
        """Whether a row adds up those above it (合计); the first of a table is no sum of others."""
        last, self.told = self.told, (self.tables, self.rows)
        return is_sum(cells) and last == (self.tables, self.rows - 1)

    def _row(self, row: tuple[str, ...]) -> Iterator[Mention]:
        """One row under a head: everything in it belongs together."""
        self.rows += 1
        head = self.head
        cells = aligned(row, len(head))
        verdict = won(head, cells)
        roles = settled([cell_role(h) for h in head], verdict)
        lot = next((lot_cell(c) for c, r in zip(cells, roles, strict=False) if r is Role.LOT and lot_cell(c)), None)
        lot = lot or self._counted(cells, roles)
        if failure := voided(cells, roles):
            m = Mention(Role.VOID, "备注", failure, lot=lot, row=(self.tables, self.rows))
            yield replace(self._placed(m), row=m.row)
            return
        if verdict is False or (self.decided and verdict is None) or self._sums_up(cells):
            return
        ranking = self.section == "candidates" or Role.CANDIDATE in roles
        rank = row_rank(head, cells, roles, serials=ranking and not self.unordered)
        unit = next((c for c, h in zip(cells, head, strict=False) if h in UNIT_HEADS and _UNIT.fullmatch(c)), "")
        each = any(parted(h, c) for c, h in zip(cells, head, strict=False))
        rate = any(re.search(r"费率|下浮|折扣|优惠率|系数", h) and "税率" not in h for h in head)
        score = any(r is Role.SCORE for r in roles) and not {Role.AMOUNT, Role.SUPPLIER} & set(roles)
        section = "ranked" if score else None
        for title, cell, role in zip(head, cells, roles, strict=False):
            meant = meant_by(role, rank, head) if score else role
            if (meant is None and (role or not title.strip())) or meant in _NO_VALUE or (unit and title in UNIT_HEADS):
                continue
            price = meant in {Role.PRICE, Role.AMOUNT}
            label = f"{title}（费率）" if rate and price else f"{title}（单价）" if each and price else title
            value = cell.strip() + (unit if price and re.search(r"\d$", cell) else "")
            pair = Mention(meant or Role.OTHER, label, value, lot=lot, rank=rank, known=meant is not None)
            placed = self._placed(self._led([pair])[0])
            yield replace(
                placed, rank=rank or placed.rank, row=(self.tables, self.rows), section=section or placed.section
            )


def _party_heading(lead: str) -> str | None:
    """The section that `1、采购人信息 （1）` before a label opens: text saved without line ends."""
    word = _SUB.sub("", re.sub(r"[（(]?\d{1,2}[)）、.．]?\s*$", "", lead)).strip()
    section = section_of(word) if len(word) <= 16 else None
    return section if section in {"buyer", "agency"} else None
