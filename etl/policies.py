"""Policies from documents: a policy issued jointly stands on several sites, its copies are one policy and all kept.

Copies have the same 文号; without one, the same title, issuers and time. Documents of different 文号 are never one
policy, and no document disappears: each is a copy of exactly one policy, alone if need be. Nothing depends on the order
of the documents.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import groupby

from etl.places.locate import locate
from etl.recipes import recipe
from etl.records import Record
from etl.records.rows import PolicyCopyRow, PolicyRow

VERSION = "1.1"

#: Days between one copy and the next within which the same title by the same issuers on several sites is the same
#: document. What comes back on one site within them (prices of every month) is told apart by its days.
APART = 60

_TYPED = re.compile(r"[\u4e00-\u9fff]{1,20}〔\d{4}〕第?\d{1,5}号")
#: Documents about a policy carry its number and are no copies of it.
_ABOUT = re.compile(r"解读|图解|一图读懂|一图看懂|答记者问|问答|新闻发布会")


@dataclass(frozen=True, slots=True)
class Policies:
    """Policies and their copies, ordered by key."""

    policies: tuple[PolicyRow, ...]
    copies: tuple[PolicyCopyRow, ...]


@dataclass(frozen=True, slots=True)
class _Copy:
    """A document as it is compared; sorts by time and key."""

    day: str
    source: str
    source_id: str
    number: str | None
    name: str
    issuers: frozenset[str]
    record: Record

    @property
    def key(self) -> tuple[str, str, str]:
        return self.day, self.source, self.source_id


def derive(documents: Iterable[Record], areas: Mapping[str, str] | None = None) -> Policies:
    """The policies some documents are copies of; documents are told apart by source and number.

    `areas`: code of the one province or city a source speaks for, where it does: 市科委 is an office of that city.
    """
    copies = sorted((_copy(d) for d in documents), key=lambda c: c.key)
    groups: dict[str, list[_Copy]] = defaultdict(list)
    because: dict[tuple[str, str], str] = {}
    for copy, policy, evidence in _assigned(copies):
        groups[policy].append(copy)
        because[copy.source, copy.source_id] = evidence
    policies = [_policy(policy, groups[policy], areas or {}) for policy in sorted(groups)]
    rows = [_row(p, c, because[c.source, c.source_id]) for p in sorted(groups) for c in groups[p]]
    return Policies(tuple(policies), tuple(sorted(rows, key=lambda r: (r.policy_id, r.source, r.source_id))))


def _copy(document: Record) -> _Copy:
    title = document.title or ""
    number = document.doc_number if document.doc_number and _TYPED.fullmatch(document.doc_number) else None
    return _Copy(
        day=(document.published_at or "")[:10],
        source=document.source,
        source_id=document.source_id,
        number=None if _ABOUT.search(title) else number,
        name=title_key(title),
        issuers=frozenset(issuer_key(i) for i in document.issuers),
        record=document,
    )


def _assigned(copies: Sequence[_Copy]) -> Iterable[tuple[_Copy, str, str]]:
    """Every copy with its policy and the reason. A copy without 文号 joins the one its title and issuers agree with."""
    for cluster in _alike(copies):
        numbers = {c.number for c in cluster} - {None}
        unnumbered = [c for c in cluster if c.number is None]
        shared = numbers.pop() if len(numbers) == 1 else None
        first = min(unnumbered, key=lambda c: c.key, default=None)
        for copy in cluster:
            if copy.number:
                yield copy, copy.number, "文号"
            elif shared:
                yield copy, shared, "title, issuers and date agree with a copy that has the 文号"
            elif first is not None:
                alone = len(unnumbered) == 1
                yield copy, f"{first.source}/{first.source_id}", "alone" if alone else "title, issuers and date"


def _alike(copies: Sequence[_Copy]) -> Iterable[list[_Copy]]:
    """Copies in clusters of the same title and issuers, each within `APART` days of the next; undated ones apart.

    A title that one site has on several days comes back: its copies are those of the same day.
    """
    same: dict[tuple[object, ...], list[_Copy]] = defaultdict(list)
    for copy in copies:
        own = (copy.name, copy.issuers) if copy.name and copy.issuers and copy.day else (copy.source, copy.source_id)
        same[own].append(copy)
    for group in same.values():
        for near in _chains(group):
            comes_back = len({(c.source, c.day) for c in near}) > len({c.source for c in near})
            yield from ([list(same_day) for _, same_day in groupby(near, lambda c: c.day)] if comes_back else [near])


def _chains(group: Sequence[_Copy]) -> Iterable[list[_Copy]]:
    """Copies in order of time, cut where the next one is more than `APART` days away."""
    chain: list[_Copy] = []
    for copy in group:
        if chain and date.fromisoformat(copy.day) - date.fromisoformat(chain[-1].day) > timedelta(days=APART):
            yield chain
            chain = []
        chain.append(copy)
    yield chain


# --- what is compared -------------------------------------------------------------------------------------------------

_NOTE = re.compile(r"\([^()]{0,30}〔\d{4}〕[^()]{0,10}号\)$")
_WRAPPED = re.compile(r"^关于(?:联合)?(?:印发|下发|发布|公布)(.{4,})的通知$")
_MARKS = re.compile(r"[\s\W_]+")


def title_key(title: str) -> str:
    """A title as copies are compared: widths, blanks, brackets and quotes do not count, nor do issuers before 关于.

    `关于印发《…办法》的通知` is the document inside, which other sites publish by its own name.
    """
    text = "".join(unicodedata.normalize("NFKC", title).split())
    text = _NOTE.sub("", text)
    begun = text.find("关于")
    if 0 < begun <= 120 and re.fullmatch(r"(?:[^《》]{1,30}[部委局院厅会署行办室所府等门、,])+", text[:begun]):
        text = text[begun:]
    wrapped = _WRAPPED.match(text)
    return _MARKS.sub("", wrapped[1] if wrapped else text)


#: Long and short forms of the same names.
_SHORT = (
    ("证券监督管理委员会", "证监会"),
    ("银行保险监督管理委员会", "银保监会"),
    ("银行业监督管理委员会", "银监会"),
    ("保险监督管理委员会", "保监会"),
    ("金融监督管理总局", "金融监管总局"),
    ("市场监督管理总局", "市场监管总局"),
    ("发展和改革委员会", "发展改革委"),
    ("工业和信息化部", "工信部"),
    ("科学技术部", "科技部"),
    ("人力资源和社会保障", "人力资源社会保障"),
    ("委员会", "委"),
)


@lru_cache(maxsize=4096)
def issuer_key(name: str) -> str:
    """An issuer as copies are compared: the short form, without 中华人民共和国, 国家 or 中国 before it."""
    text = "".join(unicodedata.normalize("NFKC", name).split())
    text = re.sub(r"^(?:中华人民共和国|国家|中国)(?=.{3})", "", text)
    for long, short in _SHORT:
        text = text.replace(long, short)
    return text


# --- rows -------------------------------------------------------------------------------------------------------------

_CENTRAL = re.compile(
    r"^(?:国务院|中共中央|中央|全国|最高|国家|中国|中华|海关总署)|[\u4e00-\u9fff](?:部|委|总局|委员会|银行|署)$"
)
_NAMELESS = re.compile(r"^(?:省|市|县|区|州|自治区)")


def _policy(policy: str, copies: Sequence[_Copy], areas: Mapping[str, str]) -> PolicyRow:
    first = min(copies, key=lambda c: c.key)
    told = max(copies, key=lambda c: (len(c.issuers), c.record.title is not None, c is first, c.key)).record
    level, place = level_of(told.issuers, first.day[:4], areas.get(told.source))
    numbers = sorted({c.record.doc_number for c in copies if c.record.doc_number})
    return PolicyRow(
        policy_id=policy,
        doc_number=next((c.number for c in copies if c.number), numbers[0] if numbers else None),
        title=first.record.title,
        issuers="、".join(told.issuers),
        doc_type=next((c.record.doc_type for c in copies if c.record.doc_type), None),
        level=level,
        place_code=place,
        published_on=first.day or None,
        year=int(first.day[:4]) if first.day else None,
        copies=len(copies),
        recipe=recipe("policy", VERSION, [_input(c) for c in copies], areas.get(told.source)),
    )


def _input(copy: _Copy) -> list[object]:
    said = copy.record
    return [copy.key, said.title, said.doc_number, said.issuers, said.doc_type]


def level_of(issuers: Sequence[str], year: str, area: str | None = None) -> tuple[str | None, str | None]:
    """Level of government and code of the place of the first issuer that says so; null where none does."""
    for name in issuers:
        found = locate(name, int(year) if year else None)
        if found.city_code is not None:
            return ("province" if found.city_code == found.province_code else "city"), found.city_code
        if found.province_code is not None:
            return "province", found.province_code
        if _NAMELESS.match(name):
            return (("province" if area.endswith("0000") else "city"), area) if area else (None, None)
        if _CENTRAL.search(name):
            return "central", None
    return None, None


def _row(policy: str, copy: _Copy, evidence: str) -> PolicyCopyRow:
    return PolicyCopyRow(
        policy_id=policy,
        source=copy.source,
        source_id=copy.source_id,
        url=copy.record.url,
        published_on=copy.day or None,
        evidence=evidence,
    )
