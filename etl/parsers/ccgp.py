"""中国政府采购网 (ccgp.gov.cn): search results, lists of channels and contracts, and notices of all types.

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
from urllib.parse import parse_qs, urldefrag, urljoin, urlsplit

from bs4 import BeautifulSoup, Tag

from etl.errors import Quarantined
from etl.parsers import body, decode, guarded
from etl.parsers.blocks import blocked
from etl.parsers.body import layout, lost, names, stage
from etl.records.parsed import ListPage, Lot, Page, Record
from etl.redact import redact
from etl.values import Amount, read_amount, read_time

FAMILY = "ccgp"
VERSION = f"2.{body.VERSION}"

_LISTS = "ul.vT-srch-result-list-bid > li, ul.c_list_bid > li, div.vF_detail_relcontent_lst > ul > li"
#: No page of the list of contracts has been seen: whatever its frame, an item links to the page of a contract.
_CONTRACTS = 'li:has(a[href*="/contractpublish/detail/"])'
_BODIES = (
    "div.vF_detail_content, div.vT_detail_content, div.vF_detail_content_container, div.content_2020, "
    "div.vT_detail_main"
)
_TOTAL = re.compile(r"共找到\s*([\d,]{1,12})\s*条内容")
_PAGES = re.compile(r"Pager\(\{\s*size\s*:\s*(\d{1,6})")
#: The real addresses of a search result, in the order of its items, whose own links may be dressed up.
_REAL = re.compile(r"ohtmlurls\s*=\s*[\"']([^\"']*)[\"']")
_IDS = (
    re.compile(r"_(\d{3,})\.s?html?(?:$|[?#])", re.IGNORECASE),
    re.compile(r"/detail/([0-9a-f]{32})", re.IGNORECASE),
    re.compile(r"[?&]docId=(\w{1,64})", re.IGNORECASE),
)
#: Folders of the channels: what the site announces a notice as.
_CHANNELS = {
    "gkzb": "tender",
    "yqzbgg": "tender",
    "jzxcs": "tender",
    "jzxtpgg": "tender",
    "xjgg": "tender",
    "zgysgg": "prequalification",
    "dylygg": "single_source",
    "zbgg": "award",
    "cjgg": "award",
    "gzgg": "correction",
    "fblbgg": "failed",
    "contractpublish": "contract",
}
#: The summary rounds to units of 0.01 万元 and often to less.
_ROUNDING = Decimal(100)


def is_list(page: Page) -> bool:
    """Whether a page is a list of notices (search result, channel, contracts) and no notice."""
    text = page.body[:400_000]
    if any(mark in text for mark in (b"vT-srch-result", b"c_list_bid", "共找到".encode())):
        return True
    if any(mark in text for mark in (b"vF_detail_content", b"vT_detail_content", b"content_2020", b"vT_detail_main")):
        return False
    return b"vF_detail_relcontent_lst" in text or b"/contractpublish/detail/" in text


def canonical(url: str) -> str:
    """One spelling for one page: the site answers under http and https, in capitals and with fragments."""
    url = urldefrag(url.strip())[0]
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    if not host.endswith("ccgp.gov.cn"):
        return url
    return parts._replace(scheme="http", netloc=host).geturl()


def source_id(url: str) -> str | None:
    """The site's own number of a notice, from its URL; null for an address of no known form."""
    return next((m[1].lower() for pattern in _IDS if (m := pattern.search(url))), None)


def _channel(url: str | None) -> str | None:
    """The stage that the folder of an address announces."""
    return next((_CHANNELS[step] for step in (url or "").split("/") if step in _CHANNELS), None)


# --- lists ----------------------------------------------------------------------------------------------------------


@guarded
def parse_list(page: Page) -> ListPage:
    """The notices of a search result, channel or list of contracts, the stated total and number of pages.

    The pages that a channel states are those it still keeps, not those of its whole list: they are no count.

    Raises: Quarantined `blocked` for a throttling page, `not_a_list` where there is neither a list nor a total.
    """
    text = decode(page)
    if reason := blocked(page.body, 200):
        raise Quarantined("blocked", f"no list but a page of the kind {reason!r}")
    soup = BeautifulSoup(text, "lxml")
    total, pages = _TOTAL.search(soup.get_text()), _PAGES.search(text)
    rows = soup.select(_LISTS) or soup.select(_CONTRACTS)
    if not rows and total is None:
        raise Quarantined("not_a_list", "neither a list of notices nor a stated total")
    links, warnings = _real_links(text, len(rows))
    items = []
    for number, (li, link) in enumerate(zip(rows, links, strict=True), start=1):
        item = _item(li, link, page)
        if item is None:
            warnings.append(f"item {number}: no title, link or number")
        else:
            items.append(item)
    if rows and not items:
        raise Quarantined("missing_field", f"none of {len(rows)} items has a title, a link and a number")
    listed = int(total[1].replace(",", "")) if total else None
    warnings += _elsewhen(items, page.url)
    return ListPage(tuple(items), listed, int(pages[1]) if pages and total else None, tuple(warnings))


def _real_links(text: str, count: int) -> tuple[list[str | None], list[str]]:
    """The address of each item where the page's script gives them, and what is wrong with them."""
    given = _REAL.search(text)
    links = [link.strip() for link in given[1].split(",") if link.strip()] if given else []
    if len(links) == count:
        return [link or None for link in links], []
    return [None] * count, [f"ohtmlurls: {len(links)} addresses for {count} items"] if links else []


def _elsewhen(items: list[Record], url: str | None) -> list[str]:
    """A note of items that are dated outside the days the address asks for: the site's filter is not exact."""
    asked = parse_qs(urlsplit(url or "").query)
    first, last = (asked.get(name, [""])[0].replace(":", "-") for name in ("start_time", "end_time"))
    if not first or not last:
        return []
    days = [item.published_at[:10] for item in items if item.published_at]
    outside = sum(1 for day in days if not first <= day <= last)
    return [f"{outside} items are dated outside {first}/{last}"] if outside else []


def _item(li: Tag, real: str | None, page: Page) -> Record | None:
    link = li.find("a", recursive=False) or li.find("a")
    if not isinstance(link, Tag) or not (real or link.get("href")):
        return None
    url = canonical(urljoin(page.url or "http://www.ccgp.gov.cn/", real or str(link["href"])))
    key = source_id(url)
    title = layout.clean(str(link.get("title") or "") or link.get_text())
    if key is None or not title:
        return None
    said = _said(li)
    return Record(
        source=page.source or FAMILY,
        source_id=key,
        url=url,
        notice_type=stage.of_type(said["type"]) or _channel(url),
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
        published_at=_published(soup, summary, content) or (page.listed.published_at if page.listed else None),
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
    heading = soup.select_one("h2.tc, div.vT_detail_header h2")
    return _meta(soup, "ArticleTitle") or (layout.clean(heading.get_text()) if heading else "")


def _published(soup: BeautifulSoup, summary: dict[str, str], content: Tag) -> str | None:
    """Publication time; a page of the contract system says it in its text only."""
    shown = soup.select_one("#pubTime")
    written = re.search(r"公告(?:日期|时间)\s?[：:]\s?([\d年月日 :./-]{8,24})", layout.clean(content.get_text(" ")))
    return (
        read_time(_meta(soup, "PubDate"))
        or read_time(shown.get_text() if shown else None)
        or read_time(summary.get("公告时间"))
        or read_time(written[1] if written else None)
    )


def _prior(soup: BeautifulSoup, page: Page) -> str | None:
    """The type of the channel a notice stands in; else what the list said, else the folder of its address."""
    crumbs = [layout.clean(a.get_text()) for a in soup.select("div.vF_deail_currentloc a.CurrChnlCls")]
    listed = page.listed.notice_type if page.listed else None
    return (stage.of_type(crumbs[-1]) if crumbs else None) or listed or _channel(page.url)


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
