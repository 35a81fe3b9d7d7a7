"""Sources of real sites moved to hosts that do not exist, so that a fake portal can stand in for them."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from crawlers.sources import Source, load
from db.archive import Archive
from etl.documents import page_of
from etl.parsers import family
from etl.records import Record

#: Notices of a fake list, how many stand on one of its pages, and how many pages that makes.
COUNT, SIZE, PAGES = 8, 3, 3
SINCE, UNTIL = date(2024, 1, 1), date(2024, 3, 31)
#: Before the oldest of them.
EVER = date(2023, 12, 1)


@dataclass(frozen=True)
class Notice:
    """A notice of the fake site; the lower its number, the older it is."""

    number: int
    day: date

    @property
    def title(self) -> str:
        return f"青禾分行第{self.number}号系统采购项目中标结果公告"

    @property
    def body(self) -> str:
        return (
            f"<p>招标人：青禾银行股份有限公司远山分行</p><p>中标人：青禾软件{self.number}号有限公司</p>"
            "<p>中标金额：1,331,480.00元（含税）</p><p>评标委员会成员：钱示例、孙样板。</p>"
            "<p>联系人：李假名 13800138000</p>"
        )


#: Newest first, as the sites list them; the two oldest were published before `SINCE`.
NOTICES = tuple(Notice(n, SINCE + timedelta(days=10 * n - 25)) for n in range(COUNT, 0, -1))
WANTED = tuple(n for n in NOTICES if n.day >= SINCE)


def chunk(page: int) -> tuple[Notice, ...]:
    """Page `page` of the list, counted from 1."""
    return NOTICES[(page - 1) * SIZE : page * SIZE]


def of_number(number: int) -> Notice:
    """The notice of that number."""
    return next(n for n in NOTICES if n.number == number)


def synthetic(site: str) -> Source:
    """The first list of a real source under `.invalid`, asked without a delay, its pages as short as the fake ones."""
    said: dict[str, Any] = load(site).model_dump(mode="json")
    said |= {"synthetic": True, "delay_seconds": 0, "concurrency": 4, "page_size": SIZE, "start": EVER.isoformat()}
    said["scopes"] = said["scopes"][:1]
    if "full_page" in said["reading"].get("list", {}):
        said["reading"]["list"]["full_page"] = SIZE
    text = json.dumps(said).replace("https://", "http://")  # the fake portal is a plain proxy
    for host in said["hosts"]:
        text = text.replace(host, f"{host.replace('.', '-')}.invalid")
    return Source.model_validate(json.loads(text))


def parsed(run: Any, source: Source) -> list[Record]:
    """The records of a crawl, in order of their numbers."""
    archive, parser = Archive.of(run.home), family(source.family)
    said: dict[str | None, Record] = {}
    found: list[Record] = []
    for kind in ("list", "detail"):
        for event in (e for e in run.events(kind) if e.outcome == "ok"):
            listed = said.get(event.source_id)
            page = page_of(source.facts, event, archive.body(event.segment, event.offset), listed)
            if kind == "detail":
                found.append(parser.parse_detail(page))
            else:
                said |= {item.source_id: item for item in parser.parse_list(page).items}
    return sorted(found, key=lambda record: int(re.findall(r"\d+", record.title or "")[0]))
