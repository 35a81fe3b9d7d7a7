"""A notice as the merging of awards sees it: names, codes, rounds and lots without the ways to write them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from functools import cached_property
from urllib.parse import urlsplit

from etl.parsers.body.labels import only_lot
from etl.records import Lot, Record
from etl.values.folding import bare

#: Stages that award something.
AWARDING = ("award", "shortlist")
#: Days within which notices of one purchase follow each other when only a name, or money, says that they do.
NEAR = 10

_STAGE = re.compile(
    r"(的)?(中标|成交|中选|入围|采购|竞价|评标|招标|结果|候选人|变更|更正|终止|废标|失败|流标|公开|单一来源|竞争性|磋商|谈判|询价|合同)*"
    r"[（(]?(中标|成交|中选|入围)?[)）]?(结果)?(更正|变更|终止|废标)?(的)?(公告|公示|通知)(书)?$"
)
_OPENING = re.compile(r"^关于(取消|撤销|终止|变更|更正)?")
_LEGAL_FORM = re.compile("股份有限公司|有限责任公司|有限公司")
_DIGIT = {c: n for group in ("一二三四五六", "123456") for n, c in enumerate(group, 1)}
#: 二次 alone is no round: 二次开发, 二次供水, 二次装修 are things one buys.
_ROUND = re.compile(
    r"[（(]?第\s?([一二三四五六1-6])\s?次(?:招标|采购|公告|公示)?[)）]?|[（(]([二三四五六2-6])次(?:招标|采购|公告|公示)?[)）]"
    r"|([二三四五六])次(?:招标|采购(?=公告|公示|项目|结果|成交|中标|$)|公告|磋商|谈判|询价|竞价|比选)"
    r"|[（(]?(重新|再次)(?:招标|采购)[)）]?|[（(](重)(?:招|新)?[)）]"
)
_LOT_KIND = "标段|标包|采购包|合同包|标?包组|包件|分包|标项|包段|子包|包"
_LOT_NUMBER = r"[一二三四五六七八九十]{1,3}|\d{1,3}|[A-Za-z]"
_TITLE_LOT = re.compile(
    rf"[（(【\[]?(?:第?(?:{_LOT_NUMBER})号?(?:{_LOT_KIND})|(?:{_LOT_KIND})(?:{_LOT_NUMBER})(?![\d年月]))[)）】\]]?"
)
_LOT_WORDS = re.compile(rf"第|号|{_LOT_KIND}|项目|品目")
_ORDER = {letter: n for letters in ("abcdefghij", "一二三四五六七八九十") for n, letter in enumerate(letters, 1)}


def party(name: str | None) -> str:
    """The folded name of a purchaser without its legal form, which branches write or leave out."""
    return _LEGAL_FORM.sub("", bare(name))


def project_name(title: str | None) -> str:
    """The folded title without its opening, round, lot and stage (关于…（第二次）中标结果的公告)."""
    text = _OPENING.sub("", "".join(unicodedata.normalize("NFKC", title or "").split()))
    text = _STAGE.sub("", _ROUND.sub("", text))
    return bare(_TITLE_LOT.sub("", text) or text)


def round_of(title: str | None) -> int:
    """Which attempt at a purchase a title speaks of: 1 unless it says 第二次, （二次）, 重新招标 and the like."""
    found = _ROUND.search("".join(unicodedata.normalize("NFKC", title or "").split()))
    said = next((g for g in found.groups() if g), None) if found else None
    return _DIGIT.get(said, 2) if said else 1


def label_of(lot: Lot) -> str:
    """A lot's label without the ways to write it: 包一, 01包, 标段1 and A are `1`."""
    text = _LOT_WORDS.sub("", bare(lot.lot))
    if len(text) == 1 and text in _ORDER:
        return str(_ORDER[text])
    return text.lstrip("0") or text


def names_of(lot: Lot) -> frozenset[str]:
    """The folded names of a lot's suppliers."""
    return frozenset(bare(s.name) for s in lot.suppliers)


@dataclass(frozen=True)
class Notice:
    """The current version of a notice, with what it can be told and joined by."""

    record: Record

    @property
    def key(self) -> tuple[str, str]:
        """Source and id."""
        return self.record.source, self.record.source_id

    @cached_property
    def order(self) -> tuple[str, str, str]:
        """Publication time, then key: the order in which notices tell their story."""
        return (self.record.published_at or "", *self.key)

    @cached_property
    def day(self) -> str:
        """Publication day, +08:00."""
        return (self.record.published_at or "")[:10]

    @cached_property
    def code(self) -> str:
        """The folded project code; empty when it is too short to tell anything."""
        code = bare(self.record.project_code)
        return code if len(code) >= 4 else ""

    @cached_property
    def sure_code(self) -> bool:
        """Whether the code is one that hardly two purchases share: long, and no mere date or running number."""
        return len(self.code) >= 8 and (not self.code.isdigit() or len(self.code) >= 10)

    @cached_property
    def name(self) -> str:
        """The folded name of the project."""
        return project_name(self.record.title)

    @cached_property
    def buyer(self) -> str:
        """The folded purchaser."""
        return party(self.record.purchaser)

    @cached_property
    def round(self) -> int:
        """Which attempt at the purchase."""
        return round_of(self.record.title)

    @cached_property
    def address(self) -> str:
        """Host and path of the notice's own page; empty where it has none of its own."""
        parts = urlsplit(self.record.url or "")
        rest = parts.path.rstrip("/") + (f"?{parts.query}" if parts.query else "") + parts.fragment
        return f"{(parts.hostname or '').removeprefix('www.')}{rest}" if rest else ""

    @cached_property
    def lots(self) -> tuple[Lot, ...]:
        """Its lots; a single one without a label has the label its title names."""
        titled = only_lot(self.record.title or "") if len(self.record.lots) == 1 else None
        return tuple(replace(lot, lot=lot.lot or titled) for lot in self.record.lots)

    @cached_property
    def labels(self) -> frozenset[str]:
        """Labels of the lots it speaks of, in its lots and in its title."""
        named = [*self.lots, *(Lot(m[0]) for m in _TITLE_LOT.finditer(self.record.title or ""))]
        return frozenset(label_of(lot) for lot in named) - {""}

    @cached_property
    def suppliers(self) -> frozenset[str]:
        """The folded names of all winners."""
        return frozenset(name for lot in self.lots for name in names_of(lot))

    @cached_property
    def amounts(self) -> tuple[str, ...]:
        """The amounts of its lots, sorted."""
        return tuple(sorted(lot.amount_yuan for lot in self.lots if lot.amount_yuan))

    @cached_property
    def about_results(self) -> bool:
        """Whether a correction is of a result, not of an invitation: it names winners or money, or its title does."""
        said = re.search(r"中标|成交|中选|结果|入围", self.record.title or "")
        return bool(said) or any(lot.suppliers or lot.amount_yuan for lot in self.lots)
