"""中国政府采购网 (ccgp.gov.cn): search results, channel lists and notices of all types.

A notice has a summary table (公告概要) filled from the site's form and a numbered body written by the agent, in three
supplier layouts: cells named by class (government cloud), label rows repeated per lot (Shandong) and plain text beside
tables of bidders (Shenzhen). The body reader handles all three; the summary gives the parties, which the body often
words loosely, and checks the amounts, which it rounds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from urllib.parse import urldefrag, urljoin, urlsplit

from bs4 import BeautifulSoup, Tag

from etl.errors import Quarantined
from etl.parsers import body, decode, guarded
from etl.parsers.blocks import blocked
from etl.parsers.body import layout, lost, names, stage
from etl.records.parsed import ListPage, Lot, Page, Record
from etl.redact import redact
from etl.values import Amount, read_amount, read_time

FAMILY = "ccgp"
VERSION = f"1.{body.VERSION}"

_LISTS = "ul.vT-srch-result-list-bid > li, ul.c_list_bid > li, div.vF_detail_relcontent_lst > ul > li"
_BODIES = "div.vF_detail_content, div.vT_detail_content, div.vF_detail_content_container"
_TOTAL = re.compile(r"共找到\s*([\d,]{1,12})\s*条内容")
_PAGES = re.compile(r"Pager\(\{\s*size\s*:\s*(\d{1,6})")
_IDS = (re.compile(r"_(\d{3,})\.s?html?$"), re.compile(r"/detail/([0-9a-f]{32})"), re.compile(r"[?&]docId=(\w+)"))
#: The summary rounds to units of 0.01 万元 and often to less.
_ROUNDING = Decimal(100)


def is_list(page: Page) -> bool:
    """Whether a page is a list of notices (search result or channel) and no notice."""
    text = page.body[:400_000]
    return b"vT-srch-result" in text or b"c_list_bid" in text or "共找到".encode() in text


def canonical(url: str) -> str:
    """One spelling for one page: the site answers under http and https, with and without fragments."""
    url = urldefrag(url.strip())[0]
    host = urlsplit(url).hostname or ""
    return re.sub(r"^https://", "http://", url) if host.endswith("ccgp.gov.cn") else url


def source_id(url: str) -> str | None:
    """The site's own number of a notice, from its URL; null for an address of no known form."""
    return next((m[1] for pattern in _IDS if (m := pattern.search(url))), None)


# --- lists ----------------------------------------------------------------------------------------------------------


@guarded
def parse_list(page: Page) -> ListPage:
    """The notices of a search result or channel page, the stated total and number of pages.

    Raises: Quarantined `blocked` for a throttling page, `not_a_list` where there is neither a list nor a total.
    """
    text = decode(page)
    if reason := blocked(page.body, 200):
        raise Quarantined("blocked", f"no list but a page of the kind {reason!r}")
    soup = BeautifulSoup(text, "lxml")
    total, pages = _TOTAL.search(soup.get_text()), _PAGES.search(text)
    items, warnings = [], []
    for number, li in enumerate(soup.select(_LISTS), start=1):
        item = _item(li, page)
        if item is None:
            warnings.append(f"item {number}: no title, link or number")
        else:
            items.append(item)
    if not items and total is None:
        raise Quarantined("not_a_list", "neither a list of notices nor a stated total")
    listed = int(total[1].replace(",", "")) if total else None
    return ListPage(tuple(items), listed, int(pages[1]) if pages else None, tuple(warnings))


def _item(li: Tag, page: Page) -> Record | None:
    link = li.find("a", recursive=False) or li.find("a")
    if not isinstance(link, Tag) or not link.get("href"):
        return None
    url = canonical(urljoin(page.url or "http://www.ccgp.gov.cn/", str(link["href"])))
    key = source_id(url)
    title = layout.clean(str(link.get("title") or "") or link.get_text())
    if key is None or not title:
        return None
    said = _said(li)
    given = said["type"]
    return Record(
        source=page.source or FAMILY,
        source_id=key,
        url=url,
        notice_type=stage.of_type(given) or stage.of_title(title) or "other",
        title=redact(title),
        published_at=read_time(said["time"]),
        purchaser=said["purchaser"] or None,
        agency=said["agency"] or None,
        region_text=said["region"] or None,
        raw_sha256=page.sha256,
        parser=FAMILY,
        parser_version=VERSION,
    )


def _said(li: Tag) -> dict[str, str]:
    """Time, buyer, agent, type, province: `time | 采购人：X | 代理机构：Y <strong>type</strong> | <a>province</a>`."""
    span = li.find("span", recursive=False)
    holder = span if isinstance(span, Tag) else li
    text = layout.clean(holder.get_text(" "))
    said = {"time": text, "type": "", "purchaser": "", "agency": "", "region": ""}
    if m := re.search(r"采购人\s?[：:]\s?([^|]{0,120}?)\s?(?:\||代理机构|$)", text):
        said["purchaser"] = m[1].strip()
    if m := re.search(r"代理机构\s?[：:]\s?([^|]{0,120}?)(?:\||$)", text):
        said["agency"] = m[1].strip()
    if m := re.search(r"地域\s?[：:]\s?(\S{0,20})", text):
        said["region"] = m[1]
    strong = holder.find(["strong", "em"], attrs={"rel": "bxlx"}) or holder.find("strong")
    if isinstance(strong, Tag):
        said["type"] = layout.clean(strong.get_text())
        said["agency"] = said["agency"].removesuffix(said["type"]).strip()
    if isinstance(link := holder.find("a"), Tag) and holder is span:
        said["region"] = layout.clean(link.get_text())
    return said


# --- notices --------------------------------------------------------------------------------------------------------


@guarded
def parse_detail(page: Page) -> Record:
    """The record of one notice.

    Raises: Quarantined `blocked`, `body_missing` and those of `etl.parsers.decode`.
    """
    text = decode(page)
    soup = BeautifulSoup(text, "lxml")
    content = soup.select_one(_BODIES)
    if not isinstance(content, Tag):
        reason = blocked(page.body, 200)
        raise Quarantined("blocked" if reason else "body_missing", reason or "the page has no body of a notice")
    title = _title(soup)
    summary = dict(_summary(soup))
    parts = layout.from_html(content)
    lost.require(parts, title)
    reading = body.read_blocks(parts, title, prior=_prior(soup, page))
    lots, warnings = _checked(reading.lots, summary, list(reading.warnings))
    return Record(
        source=page.source or FAMILY,
        source_id=_key(page),
        url=canonical(page.url) if page.url else None,
        notice_type=reading.stage,
        title=redact(title) or None,
        project_code=reading.project_code,
        published_at=_published(soup, summary),
        purchaser=_party(summary.get("采购单位")) or reading.purchaser,
        purchaser_address=_address(summary) or reading.purchaser_address,
        agency=_party(summary.get("代理机构名称")) or reading.agency,
        region_text=summary.get("行政区域") or (page.listed.region_text if page.listed else None),
        budget_yuan=reading.budget_yuan or read_amount(summary.get("预算金额", ""), "预算金额").yuan,
        lots=lots,
        text=reading.text,
        raw_sha256=page.sha256,
        parser=FAMILY,
        parser_version=VERSION,
        warnings=tuple(warnings),
    )


def _key(page: Page) -> str:
    if page.url and (key := source_id(page.url)):
        return key
    return page.listed.source_id if page.listed else page.sha256[:16]


def _meta(soup: BeautifulSoup, name: str) -> str:
    tag = soup.find("meta", attrs={"name": name})
    return layout.clean(str(tag.get("content") or "")) if isinstance(tag, Tag) else ""


def _title(soup: BeautifulSoup) -> str:
    heading = soup.select_one("h2.tc")
    return _meta(soup, "ArticleTitle") or (layout.clean(heading.get_text()) if heading else "")


def _published(soup: BeautifulSoup, summary: dict[str, str]) -> str | None:
    shown = soup.select_one("#pubTime")
    return (
        read_time(_meta(soup, "PubDate"))
        or read_time(shown.get_text() if shown else None)
        or read_time(summary.get("公告时间"))
    )


def _prior(soup: BeautifulSoup, page: Page) -> str | None:
    """The type of the channel a notice stands in; else what the list said."""
    crumbs = [layout.clean(a.get_text()) for a in soup.select("div.vF_deail_currentloc a.CurrChnlCls")]
    return (stage.of_type(crumbs[-1]) if crumbs else None) or (page.listed.notice_type if page.listed else None)


def _summary(soup: BeautifulSoup) -> Iterator[tuple[str, str]]:
    """Label and value cells of 公告概要; of labels that stand twice the later, which is the same."""
    for label in soup.select("div.table td.title"):
        value = label.find_next_sibling("td")
        if isinstance(value, Tag):
            yield layout.clean(label.get_text()), layout.clean(value.get_text(" "))


def _party(text: str | None) -> str | None:
    """One name from a field that repeats it per lot."""
    distinct = list(dict.fromkeys(p.strip() for p in re.split(r"[,，;；]", text or "") if p.strip()))
    if not distinct:
        return None
    return names.organisation(distinct[0]) or (
        distinct[0] if len(distinct[0]) > 3 and redact(distinct[0]) == distinct[0] else None
    )


def _address(summary: dict[str, str]) -> str | None:
    address = summary.get("采购单位地址", "").strip(" /")
    return redact(address) or None


def _checked(lots: tuple[Lot, ...], summary: dict[str, str], warnings: list[str]) -> tuple[tuple[Lot, ...], list[str]]:
    """Lots beside the summary's total: it fills the only lot without a price, and contradictions are reported."""
    total = _total(summary)
    awarded = [lot for lot in lots if lot.status == "awarded"]
    if total.yuan is None or not awarded:
        return lots, warnings
    if len(awarded) == 1 and awarded[0].amount_yuan is None and awarded[0].amount_note is None:
        filled = replace(awarded[0], amount_yuan=total.yuan)
        return tuple(filled if lot is awarded[0] else lot for lot in lots), [
            *warnings,
            "amount: from the summary table",
        ]
    known = [Decimal(lot.amount_yuan) for lot in awarded if lot.amount_yuan]
    if len(known) == len(awarded) and abs(sum(known) - Decimal(total.yuan)) > _ROUNDING * len(known):
        warnings.append(f"amount: lots sum to {sum(known)}, the summary says {total.yuan}")
    return lots, warnings


def _total(summary: dict[str, str]) -> Amount:
    for label in ("总中标金额", "总成交金额", "成交金额", "中标金额", "合同金额"):
        if summary.get(label):
            return read_amount(summary[label], label)
    return Amount()
