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
from itertools import chain
from urllib.parse import parse_qs, urldefrag, urljoin, urlsplit

from etl.errors import Quarantined
from etl.parsers import _lost, body, decode, guarded
from etl.parsers._tree import Element, path, tree, words
from etl.parsers.blocks import blocked
from etl.parsers.body import layout, lost, names, stage
from etl.records.parsed import ListPage, Lot, Page, Record
from etl.redact import redact
from etl.values import Amount, read_amount, read_time

FAMILY = "ccgp"
VERSION = f"4.{body.VERSION}"

_LISTS = path(
    "//ul[@class~'vT-srch-result-list-bid']/li | //ul[@class~'c_list_bid']/li"
    " | //div[@class~'vF_detail_relcontent_lst']/ul/li"
)
#: No page of the list of contracts has been seen: whatever its frame, an item links to the page of a contract.
_CONTRACTS = path("//li[.//a[contains(@href, '/contractpublish/detail/')]]")
_BODIES = path(
    "//div[@class~'vF_detail_content' or @class~'vT_detail_content' or @class~'vF_detail_content_container'"
    " or @class~'content_2020' or @class~'vT_detail_main']"
)
_HEADING = path("//h2[@class~'tc'] | //div[@class~'vT_detail_header']//h2")
_SHOWN = path("//*[@id='pubTime']")
_CRUMBS = path("//div[@class~'vF_deail_currentloc']//a[@class~'CurrChnlCls']")
_LABELS = path("//div[@class~'table']//td[@class~'title']")
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
    root = tree(text)
    total, pages = _TOTAL.search(words(root)), _PAGES.search(text)
    rows = _LISTS(root) or _CONTRACTS(root)
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
    if rows and _lost.all_lost(items):
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


def _item(li: Element, real: str | None, page: Page) -> Record | None:
    link = next(chain(li.iterchildren("a"), li.iterdescendants("a")), None)
    if link is None or not (real or link.get("href")):
        return None
    url = canonical(urljoin(page.url or "http://www.ccgp.gov.cn/", real or link.get("href")))
    title, said = layout.clean(link.get("title") or words(link)), _said(li)
    key = source_id(url) or _lost.key(title, read_time(said["time"]))
    if key is None or not title:
        return None
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


def _said(li: Element) -> dict[str, str]:
    """Time, buyer, agent, type, province: `time | 采购人：X | 代理机构：Y <strong>type</strong> | <a>province</a>`."""
    span = next(li.iterchildren("span"), None)
    holder = li if span is None else span
    text = layout.clean(words(holder, " "))
    said = {"time": text, "type": "", "purchaser": "", "agency": "", "region": ""}
    if m := re.search(r"采购人\s?[：:]\s?([^|]{0,120}?)\s?(?:\||代理机构|$)", text):
        said["purchaser"] = m[1].strip()
    if m := re.search(r"代理机构\s?[：:]\s?([^|]{0,120}?)(?:\||$)", text):
        said["agency"] = m[1].strip()
    if m := re.search(r"地域\s?[：:]\s?(\S{0,20})", text):
        said["region"] = m[1]
    marked = (tag for tag in holder.iterdescendants("strong", "em") if tag.get("rel") == "bxlx")
    kind = next(chain(marked, holder.iterdescendants("strong")), None)
    if kind is not None:
        said["type"] = layout.clean(words(kind))
        said["agency"] = said["agency"].removesuffix(said["type"]).strip()
    link = next(holder.iterdescendants("a"), None)
    if link is not None and holder is span:
        said["region"] = layout.clean(words(link))
    return said


# --- notices --------------------------------------------------------------------------------------------------------


@guarded
def parse_detail(page: Page) -> Record:
    """The record of one notice.

    Raises: Quarantined `blocked`, `body_missing` and those of `etl.parsers.decode`.
    """
    text = decode(page)
    root = tree(text)
    content = next(iter(_BODIES(root)), None)
    if content is None:
        reason = blocked(page.body, 200)
        raise Quarantined("blocked" if reason else "body_missing", reason or "the page has no body of a notice")
    title = _title(root)
    summary = dict(_summary(root))
    parts = layout.from_html(content)
    lost.require(parts, title)
    reading = body.read_blocks(parts, title, prior=_prior(root, page))
    lots, warnings = _checked(reading.lots, summary, list(reading.warnings))
    return Record(
        source=page.source or FAMILY,
        source_id=_key(page),
        url=canonical(page.url) if page.url else None,
        notice_type=reading.stage,
        title=redact(title) or None,
        project_code=reading.project_code,
        published_at=_published(root, summary, content) or (page.listed.published_at if page.listed else None),
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


def _meta(root: Element, name: str) -> str:
    tag = next((tag for tag in root.iter("meta") if tag.get("name") == name), None)
    return layout.clean(tag.get("content") or "") if tag is not None else ""


def _title(root: Element) -> str:
    heading = _HEADING(root)
    return _meta(root, "ArticleTitle") or (layout.clean(words(heading[0])) if heading else "")


def _published(root: Element, summary: dict[str, str], content: Element) -> str | None:
    """Publication time; a page of the contract system says it in its text only."""
    shown = _SHOWN(root)
    written = re.search(r"公告(?:日期|时间)\s?[：:]\s?([\d年月日 :./-]{8,24})", layout.clean(words(content, " ")))
    return (
        read_time(_meta(root, "PubDate"))
        or read_time(words(shown[0]) if shown else None)
        or read_time(summary.get("公告时间"))
        or read_time(written[1] if written else None)
    )


def _prior(root: Element, page: Page) -> str | None:
    """The type of the channel a notice stands in; else what the list said, else the folder of its address."""
    crumbs = [layout.clean(words(a)) for a in _CRUMBS(root)]
    listed = page.listed.notice_type if page.listed else None
    return (stage.of_type(crumbs[-1]) if crumbs else None) or listed or _channel(page.url)


def _summary(root: Element) -> Iterator[tuple[str, str]]:
    """Label and value cells of 公告概要; of labels that stand twice the later, which is the same."""
    for label in _LABELS(root):
        value = next(label.itersiblings("td"), None)
        if value is not None:
            yield layout.clean(words(label)), layout.clean(words(value, " "))


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
