"""全国公共资源交易平台 (ggzy.gov.cn): lists of the API, shell pages with the notices of one purchase, their bodies.

A listed address (`/html/a/...`) is a shell of tabs without the notice; the body is the page of the same path under
`/html/b/`, which `parts` names. The shell links the other notices of the purchase: tender, award and contract are
joined by it. Traps of the source: the ids in the pages' scripts are those of the template and mean nothing; a contract
gives the day it was signed where others give the publication time; "0元 人民币" stands for no amount.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urljoin

from bs4 import BeautifulSoup, Tag

from etl.errors import Quarantined
from etl.parsers import _json, _listing, body, decode, guarded
from etl.parsers._article import notice, plain
from etl.parsers._listing import Row
from etl.parsers.blocks import blocked
from etl.parsers.body import layout, stage
from etl.records.parsed import ListPage, Page, Record
from etl.redact import redact
from etl.values import read_time

FAMILY = "ggzy"
VERSION = f"2.{body.VERSION}"

_SITE = "https://www.ggzy.gov.cn/"
#: Addresses up to 2025 end in .../yyyymm/dd/id.shtml, later ones in .../yyyymmdd/id.html.
_PATH = re.compile(
    r"/html/[ab]/\d{6}/(?P<type>\d{4})/(?P<year>\d{4})(?P<month>\d\d)/?(?P<day>\d\d)/(?P<id>\w{8,64})\.s?html"
)
_SHOWN = re.compile(r"showDetail\([^()]{0,40}['\"](/information/[^'\"\s]{10,200})['\"]")
_OPENED = re.compile(r"firstLastUrl\s*=\s*['\"](/information/[^'\"\s]{10,200})['\"]")
#: Codes of `informationType`: what the platform calls a notice.
_TYPES = {
    "0101": "tender",
    "0102": "other",  # 开标记录 names every bidder and no winner
    "0104": "award",
    "0105": "correction",
    "0201": "tender",
    "0202": "award",
    "0203": "contract",
    "0204": "correction",
    "9001": "tender",
    "9002": "award",
}
#: Codes by which the API asks us to stop: "rest your eyes", and a picture to be read.
_REFUSALS = {"800": "throttled", "829": "captcha"}


def is_list(page: Page) -> bool:
    """Whether a page is an answer of the list API, or the list as a browser shows it, and no notice."""
    head = page.body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    return head in {b"{", b"["} or (b"publicont" in page.body and b"mycontent" not in page.body)


# --- lists ----------------------------------------------------------------------------------------------------------


@guarded
def parse_list(page: Page) -> ListPage:
    """The notices of a list page, the stated total and number of pages.

    Raises: Quarantined `blocked`, `not_json`, `not_a_list`, `missing_field`.
    """
    if b"publicont" in page.body[:400_000]:
        return _shown_list(page)
    answer = _json.answer(page)
    code = _json.text(answer, "code")
    if code != "200":
        said = f"code {code or 'missing'}: {redact(_json.text(answer, 'message'))[:80]}"
        raise Quarantined("blocked" if code in _REFUSALS else "not_a_list", said)
    rows = [_row(row, page) for row in _json.rows(answer, "data.records")]
    items, warnings = _listing.records(page, rows, FAMILY, VERSION)
    return ListPage(items, _json.count(answer, "data.total"), _json.count(answer, "data.pages"), tuple(warnings))


def _row(row: dict[str, Any], page: Page) -> Row:
    code, name = _json.text(row, "informationType"), _json.text(row, "informationTypeText")
    return _listed(
        page,
        _json.text(row, "title"),
        _json.text(row, "url"),
        _json.text(row, "publishTime"),
        _json.text(row, "cityText") or _json.text(row, "provinceText"),
        _TYPES.get(code) or stage.of_type(name),
    )


def _shown_list(page: Page) -> ListPage:
    """The list as the site's own script writes it into the page."""
    soup = BeautifulSoup(decode(page), "lxml")
    items, warnings = _listing.records(
        page, [_shown(tag, page) for tag in soup.select("div.publicont")], FAMILY, VERSION
    )
    total = re.search(r"搜索记录数:\s*(\d{1,9})", soup.get_text())
    pages = soup.select_one("#topRight")
    count = re.search(r"/(\d{1,9})", pages.get_text()) if pages else None
    return ListPage(items, int(total[1]) if total else None, int(count[1]) if count else None, tuple(warnings))


def _shown(tag: Tag, page: Page) -> Row:
    link, day = tag.select_one("h4 a[href]"), tag.select_one("span.span_o")
    labels = [layout.clean(s.get_text()).rstrip("：: ") for s in tag.select("p span")]
    said = dict(zip(labels[::2], labels[1::2], strict=False))
    title = str(link.get("title") or "") or link.get_text() if link else ""
    kind = stage.of_type(said.get("信息类型"))
    return _listed(
        page, title, str(link["href"]) if link else "", day.get_text() if day else "", said.get("省份", ""), kind
    )


def _listed(page: Page, title: str, url: str, day: str, place: str, kind: str | None) -> Row:
    address = urljoin(page.url or _SITE, url)
    path = _PATH.search(address)
    if path is None:
        return Row("", plain(title), None, address)
    return Row(
        path["id"],
        plain(title),
        read_time(day) or _day(path),
        address,
        stage=kind or _TYPES.get(path["type"]),
        area=place,
    )


def _day(path: re.Match[str]) -> str | None:
    return read_time(f"{path['year']}-{path['month']}-{path['day']}")


# --- notices --------------------------------------------------------------------------------------------------------


def parts(page: Page) -> tuple[str, ...]:
    """The page of the body, where the given page is a shell.

    Raises: Quarantined as `etl.parsers.decode` does.
    """
    text = decode(page)
    if re.search(r"id\s?=\s?[\"']?mycontent", text):
        return ()
    own = re.sub(r"/html/a/", "/html/b/", page.url or "")
    opened = _OPENED.search(text)
    if own != page.url and _PATH.search(own):
        return (own,)
    return (urljoin(page.url or _SITE, opened[1]),) if opened else ()


@guarded
def parse_detail(page: Page) -> Record:
    """The record of one notice, from its body page alone or from its shell and the body in `page.parts`.

    Raises: Quarantined `blocked`, `missing_field`, `parts_missing`, `body_missing` and those of `etl.parsers.decode`.
    """
    shell = BeautifulSoup(decode(page), "lxml")
    full = shell if shell.select_one("#mycontent") else _body_page(page)
    content = full.select_one("#mycontent")
    if not isinstance(content, Tag):
        reason = blocked(page.parts[0] if page.parts else page.body, 200)
        raise Quarantined("blocked" if reason else "missing_field", reason or "no element #mycontent")
    address = page.url or _opened(shell)
    path = _PATH.search(address or "")
    known = _listing.listed(page, FAMILY, VERSION, path["id"] if path else None)
    said = {**_said(shell), **_said(full)}
    found = replace(
        known,
        url=known.url or address,
        notice_type=known.notice_type or (_TYPES.get(path["type"]) if path else None),
        title=_title(full) or _title(shell) or known.title,
        project_code=said.get("采购项目编号") or said.get("招标项目编号") or None,
        published_at=read_time(said.get("发布时间")) or known.published_at or (_day(path) if path else None),
        related=tuple(dict.fromkeys(k for k in _siblings(shell) if k != known.source_id)),
    )
    return notice(found, content)


def _body_page(page: Page) -> BeautifulSoup:
    if not page.parts:
        if reason := blocked(page.body, 200):
            raise Quarantined("blocked", f"no notice but a page of the kind {reason!r}")
        known = b"showDetail" in page.body or b"firstLastUrl" in page.body
        raise Quarantined(
            "parts_missing" if known else "missing_field",
            "a shell page without the page of its body" if known else "no element #mycontent",
        )
    return BeautifulSoup(decode(replace(page, body=page.parts[0], content_type=None)), "lxml")


def _opened(shell: BeautifulSoup) -> str | None:
    opened = _OPENED.search(" ".join(s.get_text() for s in shell.find_all("script")))
    return urljoin(_SITE, opened[1]) if opened else None


def _title(soup: BeautifulSoup) -> str:
    heading = soup.select_one("h4.h4_o")
    return layout.clean(heading.get_text()) if heading else ""


def _said(soup: BeautifulSoup) -> dict[str, str]:
    """Labels and values of the line under the title."""
    pairs = (re.split(r"[：:]", layout.clean(s.get_text()), maxsplit=1) for s in soup.select("p.p_o span"))
    return {p[0]: p[1].strip() for p in pairs if len(p) == 2}


def _siblings(shell: BeautifulSoup) -> Iterator[str]:
    """Keys of all notices in the shell's tabs, in their order."""
    for link in shell.select("ul.fully_list a[onclick]"):
        shown = _SHOWN.search(str(link["onclick"]))
        path = _PATH.search(shown[1]) if shown else None
        if path:
            yield path["id"]
