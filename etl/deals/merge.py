"""Which notices tell of which award.

An award is the merged set of notices that tell of one act of awarding: the same notice on several portals or as central
and local notice, sibling notices for other lots of the project, later corrections and cancellations. Two award notices
are joined when they carry the same project code, or the same purchaser, project name and day, and nothing speaks
against it (purchasers and suppliers both differ). The evidence is kept.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from etl.records import Record

#: Stages that award something.
AWARDING = ("award", "shortlist")
_STAGE = re.compile(
    r"(的)?(中标|成交|中选|入围|采购|竞价|评标|招标|结果|候选人|变更|更正|终止|废标|失败|流标|公开|单一来源|竞争性|磋商|谈判|询价)*"
    r"[（(]?(中标|成交|中选|入围)?[)）]?(结果)?(更正|变更|终止|废标)?(的)?(公告|公示|通知)(书)?$"
)
_OPENING = re.compile(r"^关于(取消|撤销|终止|变更|更正)?")
_LEGAL_FORM = re.compile("股份有限公司|有限责任公司|有限公司")
_ROUND = re.compile(r"[（(]第?[一二三四五1-5]次(公告|公示)?[)）]$")


@dataclass(frozen=True, slots=True)
class Notice:
    """The current version of a notice, with its key."""

    record: Record

    @property
    def order(self) -> tuple[str, str, str]:
        """Publication time, then key: the order in which notices tell their story."""
        return (self.record.published_at or "", self.record.source, self.record.source_id)

    @property
    def day(self) -> str:
        """Publication day, +08:00."""
        return (self.record.published_at or "")[:10]


@dataclass(slots=True)
class Award:
    """The notices of one award, each in order, and why they belong together (by source and id)."""

    notices: list[Notice]
    corrections: list[Notice] = field(default_factory=list)
    cancellations: list[Notice] = field(default_factory=list)
    evidence: dict[tuple[str, str], str] = field(default_factory=dict)

    @property
    def award_id(self) -> str:
        """`source/source_id` of the first notice."""
        first = self.notices[0].record
        return f"{first.source}/{first.source_id}"


def fold(text: str | None) -> str:
    """A name or code without the differences that mean nothing: width, case, spaces, brackets, dashes, dots."""
    normal = unicodedata.normalize("NFKC", text or "").casefold()
    return "".join(c for c in normal if c.isalnum())


def party(name: str | None) -> str:
    """The folded name of a purchaser without its legal form, which branches write or leave out."""
    return _LEGAL_FORM.sub("", fold(name))


def project_name(title: str | None) -> str:
    """The folded title without its opening, round and stage (关于…中标结果的公告)."""
    text = _OPENING.sub("", "".join(unicodedata.normalize("NFKC", title or "").split()))
    text = _ROUND.sub("", _STAGE.sub("", _ROUND.sub("", text)))
    return fold(text)


def merge(notices: Iterable[Notice]) -> list[Award]:
    """All awards the notices tell of, in order of their first notice."""
    ordered = sorted(notices, key=lambda n: n.order)
    awards = _join([n for n in ordered if n.record.notice_type in AWARDING])
    by_key: dict[tuple[str, ...], list[Award]] = defaultdict(list)
    for award in awards:
        for key in {k for notice in award.notices for k, _ in _keys(notice)}:
            by_key[key].append(award)
    for notice in ordered:
        if notice.record.notice_type in ("correction", "failed"):
            _attach(notice, by_key)
    return awards


def _keys(notice: Notice) -> Iterator[tuple[tuple[str, ...], str]]:
    """What a notice can be joined by, strongest first, with the words that say so."""
    record = notice.record
    code, name, purchaser = fold(record.project_code), project_name(record.title), party(record.purchaser)
    if len(code) >= 4:
        yield ("code", code), f"project code {record.project_code}"
    if purchaser and len(name) >= 6:
        yield ("name", purchaser, name), "same purchaser and project name"


def _suppliers(notice: Notice) -> set[str]:
    return {fold(s.name) for lot in notice.record.lots for s in lot.suppliers}


def _agree(one: Notice, other: Notice) -> bool:
    """Nothing speaks against two notices telling of one project: name, purchaser or suppliers match or are untold."""
    mine, theirs = party(one.record.purchaser), party(other.record.purchaser)
    if not mine or not theirs or mine in theirs or theirs in mine:
        return True
    if project_name(one.record.title) == project_name(other.record.title):
        return True
    won, told = _suppliers(one), _suppliers(other)
    return not won or not told or bool(won & told)


def _join(notices: Sequence[Notice]) -> list[Award]:
    parent = list(range(len(notices)))
    evidence: dict[tuple[str, str], str] = {}
    buckets: dict[tuple[str, ...], list[int]] = defaultdict(list)
    words: dict[tuple[str, ...], str] = {}
    for number, notice in enumerate(notices):
        for key, why in _keys(notice):
            # A name alone joins only what was published on one day: yearly purchases repeat their names.
            full = key if key[0] == "code" else (*key, notice.day)
            buckets[full].append(number)
            words.setdefault(full, why)
    for key in sorted(buckets):
        for a, b in combinations(buckets[key], 2):
            if _root(parent, a) != _root(parent, b) and _agree(notices[a], notices[b]):
                parent[_root(parent, b)] = _root(parent, a)
                evidence.setdefault((notices[b].record.source, notices[b].record.source_id), words[key])
    groups: dict[int, list[Notice]] = defaultdict(list)
    for number, notice in enumerate(notices):
        groups[_root(parent, number)].append(notice)
    awards = [Award(sorted(group, key=lambda n: n.order)) for group in groups.values()]
    for award in awards:
        for notice in award.notices:
            key = (notice.record.source, notice.record.source_id)
            award.evidence[key] = evidence.get(key, "first notice of the award")
    return sorted(awards, key=lambda a: a.notices[0].order)


def _root(parent: list[int], node: int) -> int:
    while parent[node] != node:
        parent[node] = parent[parent[node]]
        node = parent[node]
    return node


def _attach(notice: Notice, by_key: dict[tuple[str, ...], list[Award]]) -> None:
    """Give a correction or cancellation to the award it came after; one that changes no award is about a tender."""
    for key, why in _keys(notice):
        for award in by_key.get(key, ()):
            if award.notices[0].order < notice.order and _concerns(notice, award):
                changed = award.corrections if notice.record.notice_type == "correction" else award.cancellations
                changed.append(notice)
                award.evidence[notice.record.source, notice.record.source_id] = why
                return


def _concerns(notice: Notice, award: Award) -> bool:
    """Whether a correction or cancellation speaks of this award.

    A failed notice that names no lot may be about a sibling lot under the same code: it must carry the award's own
    name.
    """
    if not any(_agree(n, notice) for n in award.notices):
        return False
    codes = {fold(n.record.project_code) for n in award.notices} - {""}
    if codes and fold(notice.record.project_code) not in {"", *codes}:
        return False  # next year's purchase of the same name
    if notice.record.notice_type != "failed" or any(fold(lot.lot) for lot in notice.record.lots):
        return True
    return project_name(notice.record.title) in {project_name(n.record.title) for n in award.notices}
