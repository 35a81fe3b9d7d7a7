"""From projects to notices: what is published when and where, under which title and number, naming whom."""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from fincity.demo.facts import CCGP, CCGP_HOST, CFCPN, CFCPN_HOST, Lot, Notice, Project
from fincity.demo.money import STYLES
from fincity.demo.plan import Span
from fincity.demo.world import draw

#: bidType of the ccgp search and the folder of the page, by stage. Awards stand in two lists (7 and 11).
CCGP_LISTS = {
    "tender": ("1", "gkzb", "公开招标公告"),
    "consultation": ("10", "jzxcs", "竞争性磋商公告"),
    "single_source": ("4", "dylygg", "单一来源公告"),
    "award": ("7", "zbgg", "中标公告"),
    "deal": ("11", "cjgg", "成交公告"),
    "correction": ("8", "gzgg", "更正公告"),
    "other": ("9", "qtgg", "其他公告"),
    "failed": ("12", "fblbgg", "废标流标公告"),
}
CCGP_BY_SCOPE = {scope: (folder, label) for scope, folder, label in CCGP_LISTS.values()}
#: noticeType of the cfcpn list, by stage.
CFCPN_LISTS = {"tender": "1", "single_source": "1", "supplier_call": "2", "correction": "3"}
CFCPN_RESULTS = "4"

#: The ccgp list of stages that have none of their own.
_STANDS_IN = {
    "candidate": "other",
    "shortlist": "award",
    "supplier_call": "other",
    "cancellation": "failed",
    "tender_correction": "correction",
}
TITLES = {
    "tender": "{name}公开招标公告",
    "consultation": "{name}竞争性磋商公告",
    "single_source": "{name}单一来源采购公示",
    "supplier_call": "{name}供应商征集公告",
    "tender_correction": "{name}更正公告",
    "candidate": "{name}中标候选人公示",
    "shortlist": "{name}供应商入围结果公告",
    "correction": "{name}中标结果更正公告",
    "cancellation": "关于取消{name}中标结果的公告",
    "failed": "{name}废标公告",
}
AWARD_TITLES: dict[str, dict[str, tuple[str, ...]]] = {
    CCGP: {"7": ("{name}中标公告", "{name}中标（成交）结果公告"), "11": ("{name}成交公告",)},
    CFCPN: {CFCPN_RESULTS: ("{name}中标结果公告", "{name}成交结果公告", "关于{name}的中标结果公示")},
}


@dataclass
class _Desk:
    """Writes the notices of one project."""

    project: Project
    span: Span
    rng: random.Random

    def __post_init__(self) -> None:
        both = "cfcpn" if self.rng.random() < 0.6 else "ccgp"
        site = {"both": both, "twice": "ccgp"}.get(self.project.sites, self.project.sites)
        self.source = CFCPN if site == "cfcpn" else CCGP

    def at(self, days: float) -> datetime:
        """An office hour some days from the award."""
        day = date.fromisoformat(self.project.award_day) + timedelta(days=days)
        return datetime(day.year, day.month, day.day, self.rng.randint(8, 17), self.rng.randint(0, 59))  # noqa: DTZ001

    def layout(self, lots: tuple[Lot, ...], source: str) -> str:
        """A body layout that can carry the lots."""
        single = len(lots) == 1
        if source == CCGP:
            if self.project.framework:
                return "zcy"
            return self.rng.choice(("zcy", "zcy", "shandong", "shenzhen") if single else ("zcy", "shandong"))
        if self.project.framework:
            return self.rng.choice(("lines", "table"))
        return self.rng.choice(("lines", "table", "boc") if single else ("table", "sentence"))

    def purchaser(self, source: str) -> str:
        """The purchaser as written: full or everyday name."""
        short = source == CFCPN and self.rng.random() < 0.3
        return self.project.buyer.alias if short else self.project.buyer.name

    def scope(self, kind: str, source: str, stage: str) -> str:
        """The list a notice stands in."""
        if source == CFCPN:
            return CFCPN_LISTS.get(kind, CFCPN_RESULTS)
        return CCGP_LISTS[stage][0]

    def write(self, kind: str, when: datetime, *, role: str | None = None, title: str = "", stage: str = "") -> Notice:
        """One notice on the project's first site. `stage` names title and list where they differ from the kind's."""
        stage = stage or kind
        listed = _STANDS_IN.get(stage, stage)
        scope = self.scope(kind, self.source, listed)
        text = title or TITLES[stage].format(name=self.project.name)
        lots = self.project.lots if kind == "correction" else self.project.first_lots
        return self._notice(self.source, kind, role, scope, text, when, lots)

    def _notice(
        self, source: str, kind: str, role: str | None, scope: str, title: str, when: datetime, lots: tuple[Lot, ...]
    ) -> Notice:
        return Notice(
            project=self.project,
            source=source,
            kind=kind,
            role=role,
            scope=scope,
            title=title,
            published=f"{when:%Y-%m-%d %H:%M}:00",
            purchaser=self.purchaser(source),
            lots=lots,
            layout=self.layout(lots, source),
            money=self.rng.choice(STYLES),
            style=self.rng.randrange(2**31),
            code=self.project.code,
            level="central" if self.project.buyer.bank_class in ("central", "policy") else "local",
            encoding=self._encoding(source),
            broken=self.project.broken,
        )

    def _encoding(self, source: str) -> str:
        draw = self.rng.random()
        return "utf-8" if source == CFCPN or draw > 0.08 or self.project.broken else ("gb18030", "gb2312")[draw > 0.04]

    def award(self, source: str, when: datetime, role: str) -> Notice:
        """An award notice (or the result of a shortlist) on a site."""
        if self.project.framework:
            scope = "7" if source == CCGP else CFCPN_RESULTS
            return self._notice(source, "shortlist", role, scope, self._shortlist(), when, self.project.first_lots)
        scope = self.rng.choice(("7", "7", "11")) if source == CCGP else CFCPN_RESULTS
        title = self.rng.choice(AWARD_TITLES[source][scope]).format(name=self.project.name)
        return self._notice(source, "award", role, scope, title, when, self.project.first_lots)

    def _shortlist(self) -> str:
        return TITLES["shortlist"].format(name=self.project.name)

    def awards(self) -> list[Notice]:
        """The award notice and its copies: on the other site, or as central and local notice of one site."""
        when = self.at(0)
        first = self.award(self.source, when, "award")
        if self.project.sites not in ("both", "twice"):
            return [first]
        later = when + timedelta(minutes=self.rng.choice((7, 14, 90, 1440, 2900, 4300)))
        if self.project.sites == "twice":
            copy = self.award(CCGP, later, "copy")
            return [replace(first, level="central"), replace(copy, level="local", title=first.title, scope=first.scope)]
        copy = self.award(CCGP if self.source == CFCPN else CFCPN, later, "copy")
        return [first, self._loosely(copy, first)]

    def _loosely(self, copy: Notice, first: Notice) -> Notice:
        """Some copies spell the number otherwise; some leave it out, on the same day and with the same purchaser."""
        draw = self.rng.random()
        copy = replace(copy, lots=_half_width(copy.lots)) if 0.3 < draw < 0.6 else copy
        if draw < 0.15 and copy.day == first.day:
            return replace(copy, code=None, purchaser=first.purchaser)
        return replace(copy, code=self.project.code.lower()) if draw > 0.85 else copy

    def before(self) -> list[Notice]:
        """What stands before the award: tender, its correction, call, single-source notice, candidates."""
        rng, project = self.rng, self.project
        out = []
        if project.outcome in ("open", "failed") or rng.random() < 0.45:
            stage = "consultation" if self.source == CCGP and rng.random() < 0.3 else "tender"
            out.append(self.write("tender", self.at(-rng.randint(18, 30)), stage=stage))
            if rng.random() < 0.1:
                out.append(self.write("correction", self.at(-rng.randint(8, 12)), stage="tender_correction"))
        elif rng.random() < 0.08:
            out.append(self.write("single_source", self.at(-rng.randint(10, 16))))
        if self.source == CFCPN and rng.random() < 0.06:
            out.append(self.write("supplier_call", self.at(-rng.randint(33, 44))))
        if project.first_lots and rng.random() < 0.24:
            out.append(self.write("candidate", self.at(-rng.randint(3, 6))))
        return out

    def after(self) -> list[Notice]:
        """What changes an award later."""
        if self.project.corrected:
            return [self.write("correction", self.at(self.rng.randint(6, 30)), role="correction")]
        if self.project.outcome == "cancelled":
            return [self.write("failed", self.at(self.rng.randint(8, 45)), role="cancellation", stage="cancellation")]
        return []

    def all(self) -> list[Notice]:
        """Every notice of the project."""
        if self.project.broken:
            return [self.write("tender", self.at(0)) if self.project.outcome == "open" else self.awards()[0]]
        if self.project.outcome == "open":
            return self.before()
        if self.project.outcome == "failed":
            return [*self.before(), self.write("failed", self.at(0))]
        return [*self.before(), *self.awards(), *self.after()]


def _half_width(lots: tuple[Lot, ...]) -> tuple[Lot, ...]:
    """The same lots with half-width brackets in the suppliers' names."""
    fold = str.maketrans("（）", "()")
    return tuple(
        replace(lot, parties=tuple(replace(p, name=p.name.translate(fold)) for p in lot.parties)) for lot in lots
    )


def _numbered(notices: list[Notice], seed: str) -> list[Notice]:
    """Give the sites' own keys: rising numbers on ccgp, 32 hexadecimal digits on cfcpn."""
    order = sorted(notices, key=lambda n: (n.published, n.project.key, n.kind, n.role or "", n.source, n.level))
    out = []
    for index, notice in enumerate(order):
        if notice.source == CCGP:
            number = str(13_000_001 + 7 * index)
            place = "zygg" if notice.level == "central" else "dfgg"
            folder, day = CCGP_BY_SCOPE[notice.scope][0], notice.day.replace("-", "")
            url = f"http://{CCGP_HOST}/cggg/{place}/{folder}/{day[:6]}/t{day}_{number}.htm"
        else:
            number = hashlib.sha256(f"{seed}/cfcpn/{index}".encode()).hexdigest()[:32]
            shell = "/jcw/sys/index/goUrl?url=modules/sys/login/detail"
            url = f"http://{CFCPN_HOST}{shell}&column={notice.scope}&searchVal={number}"
        out.append(replace(notice, source_id=number, url=url))
    return out


def publish(projects: list[Project], span: Span, seed: str) -> tuple[Notice, ...]:
    """All notices in order of publication. What falls before the first or after the last day is not published."""
    drafts = [
        notice
        for project in projects
        for notice in _Desk(project, span, draw(f"{seed}/notices/{project.key}")).all()
        if span.since.isoformat() <= notice.day <= span.until.isoformat()
    ]
    return tuple(_numbered(drafts, seed))
