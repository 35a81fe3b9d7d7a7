"""中国政府网 (gov.cn) policy library: JSON search answers, and documents in three page templates.

A document has a table of labels (`/zhengce/content/`), only a heading and a date (`/zhengce/YYYYMM/`), or stands in the
library of the ministries (`/zhengce/zhengceku/`). What its page leaves out the list says, and a warning says so.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urldefrag, urljoin

from bs4 import BeautifulSoup, Tag

from etl.errors import Quarantined
from etl.parsers import body, decode, guarded
from etl.parsers.blocks import blocked
from etl.parsers.body import layout
from etl.records.parsed import ListPage, Page, Record
from etl.redact import redact
from etl.values import BEIJING, read_time

FAMILY = "govcn"
VERSION = f"1.{body.VERSION}"

_FOUND, _NO_HITS = "200", "1001"
_BODIES = ("#UCAP-CONTENT", ".pages_content", ".policyLibraryOverview_content", "td.b12c", "#zoom", ".trs_editor_view")
_NUMBERED = re.compile(r"^(?:https?://[^/]*)?/(.{0,200}/)?content_([a-z]?\d{1,12})\.s?html?$", re.IGNORECASE)
_EPOCH = datetime(1970, 1, 1, tzinfo=BEIJING) + timedelta(hours=8)


def is_list(page: Page) -> bool:
    """Whether a page is an answer of the search (JSON); documents are HTML."""
    return page.body.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"[")


def source_id(url: str) -> str | None:
    """The site's number of a document, from its address; null for an address of another form.

    Numbers are unique among policies (`/zhengce/`), not with those of older channels: there the channel comes first.
    """
    m = _NUMBERED.match(url.strip().partition("#")[0].partition("?")[0])
    if m is None:
        return None
    folder = m[1] or ""
    return m[2] if "zhengce/" in folder else f"{folder.partition('/')[0] or 'root'}-{m[2]}"


# --- lists ------------------------------------------------------------------------------------------------------------


@guarded
def parse_list(page: Page) -> ListPage:
    """The rows of a search answer, with the totals the site states; "no results" is an empty list.

    Raises: Quarantined `blocked`, `not_json`, `refused` (any other code), `not_a_list`.
    """
    answer = _answer(page)
    if answer is None:
        return ListPage((), 0, 0)
    parts = _parts(answer)
    items, warnings = [], []
    for number, row in enumerate((row for part in parts for row in part["listVO"]), start=1):
        item, problem = _item(row, page)
        items += [item] if item else []
        warnings += [f"row {number}: {problem}"] if problem else []
    listed, pages = _stated(answer, parts, "totalCount", sum), _stated(answer, parts, "totalpage", max)
    if listed is None:
        warnings.append("no total stated")
    return ListPage(tuple(items), listed, pages, tuple(warnings))


def _answer(page: Page) -> dict[str, Any] | None:
    """`searchVO` of an answer; null where the site found nothing."""
    text = decode(page)
    reason = blocked(page.body, 200)
    try:
        answer = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Quarantined("blocked" if reason else "not_json", f"the answer is no JSON: {text[:60]!r}") from error
    if not isinstance(answer, dict):
        raise Quarantined("not_a_list", f"the answer is a JSON {type(answer).__name__}")
    code = str(answer.get("code"))
    if code == _NO_HITS:
        return None
    if code != _FOUND:
        message = f"code {code[:20]}: {str(answer.get('msg'))[:80]!r}"
        raise Quarantined("blocked" if reason else "refused", message)
    found = answer.get("searchVO")
    if not isinstance(found, dict):
        raise Quarantined("not_a_list", "the answer has no searchVO")
    return found


def _parts(found: dict[str, Any]) -> list[dict[str, Any]]:
    """What holds rows: the answer itself, or its categories where all libraries were asked together."""
    categories = found.get("catMap")
    holders = [found, *(categories.values() if isinstance(categories, dict) else ())]
    parts = [h for h in holders if isinstance(h, dict) and isinstance(h.get("listVO"), list)]
    if not parts:
        raise Quarantined("not_a_list", "neither listVO nor catMap holds rows")
    return parts


def _stated(
    found: dict[str, Any], parts: list[dict[str, Any]], name: str, join: Callable[[Iterable[int]], int]
) -> int | None:
    """A number the site states for the whole; else joined from its categories."""
    whole = _count(found.get(name))
    if whole is not None:
        return whole
    counts = [c for part in parts if (c := _count(part.get(name))) is not None]
    return join(counts) if len(counts) == len(parts) else None


def _count(value: object) -> int | None:
    text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else None


def _item(row: object, page: Page) -> tuple[Record | None, str | None]:
    """A listed document, and what is wrong with its row."""
    if not isinstance(row, dict):
        return None, "no JSON object"
    title, url = _plain(_text(row, "title")), _address(_text(row, "url"), page)
    own = re.fullmatch(r"[A-Za-z0-9_-]{1,64}", _text(row, "id"))
    key = (source_id(url) if url else None) or (own[0] if own else None)
    if key is None or not title:
        return None, "no number or no title"
    published, problem = _listed_time(row)
    item = Record(
        source=page.source or FAMILY,
        source_id=key,
        url=url,
        title=redact(title),
        published_at=published,
        doc_number=doc_number(_text(row, "pcode")) or doc_number(_text(row, "wenhao")),
        issuers=_issuers(_plain(_text(row, "puborg") or _text(row, "source"))),
        doc_type=doc_type(title),
        raw_sha256=page.sha256,
        parser=FAMILY,
        parser_version=VERSION,
        kind="policy",
    )
    return item, problem


def _listed_time(row: dict[str, Any]) -> tuple[str | None, str | None]:
    """Milliseconds since 1970 (12 digits before September 2001), checked against the printed day."""
    stamp, shown = _text(row, "pubtime") or _text(row, "ptime"), read_time(_text(row, "pubtimeStr"))
    if not re.fullmatch(r"-?[0-9]{1,13}", stamp):
        return shown, None
    exact = (_EPOCH + timedelta(seconds=int(stamp) // 1000)).isoformat()
    if shown and shown[:10] != exact[:10]:
        return shown, f"pubtime is {exact[:10]}, printed is {shown[:10]}"
    return exact, None


def _address(url: str, page: Page) -> str | None:
    try:
        whole = urldefrag(urljoin(page.url or "https://www.gov.cn/", url.strip()))[0] if url.strip() else ""
    except ValueError:  # such as an unclosed bracket of an IPv6 host
        return None
    return whole if re.fullmatch(r"https?://[!-~\u3000-\u9fff]{1,1000}", whole) else None


def _text(row: dict[str, Any], key: str) -> str:
    value = row.get(key)
    text = value if isinstance(value, str) else str(value) if isinstance(value, int) else ""
    return re.sub(r"[\ud800-\udfff]", "\ufffd", text)  # half a character: no UTF-8 can hold it


def _plain(markup: str) -> str:
    """A title without the marks of the search (`<em>`, `<br>`)."""
    return layout.clean(" ".join(re.sub(r"</?[A-Za-z][^<>]{0,200}>", "", html.unescape(markup)).split()))


# --- documents --------------------------------------------------------------------------------------------------------


@guarded
def parse_detail(page: Page) -> Record:
    """The record of one policy document.

    Raises: Quarantined `blocked`, `body_missing`, `missing_field` (no number or no title) and those of `decode`.
    """
    soup = BeautifulSoup(_markup(page), "lxml")
    content = next((found for selector in _BODIES if (found := soup.select_one(selector))), None)
    if content is None:
        reason = blocked(page.body, 200)
        raise Quarantined("blocked" if reason else "body_missing", reason or "the page has no body of a document")
    text = layout.text_of(layout.from_html(content.extract()))
    if not text:
        raise Quarantined("body_missing", "the body is empty")
    facts = _labels(soup)
    warnings: list[str] = []
    title = _title(soup, facts, page, warnings)
    return Record(
        source=page.source or FAMILY,
        source_id=_key(soup, page),
        url=_address(page.url or "", page) or (page.listed.url if page.listed else None),
        title=redact(title),
        published_at=_published(soup, facts, page, warnings),
        doc_number=_number(facts, text, page, warnings),
        issuers=_by(facts, title, page, warnings),
        doc_type=doc_type(title),
        text=redact(text),
        raw_sha256=page.sha256,
        parser=FAMILY,
        parser_version=VERSION,
        warnings=tuple(warnings),
        kind="policy",
    )


def _markup(page: Page) -> str:
    text = re.sub(r"^\s{0,20}<\?xml[^<>]{0,200}>", "", decode(page))
    if "<" not in text:
        raise Quarantined("body_missing", f"the page is no HTML: {text[:60]!r}")
    return text


def _labels(soup: BeautifulSoup) -> dict[str, str]:
    """Label and value cells, the first of each label; labels are spread by blanks (`标　　题：`)."""
    facts: dict[str, str] = {}
    for cell in soup.find_all("td"):
        value = cell.find_next_sibling("td")
        if not isinstance(value, Tag) or cell.find("td") or value.find("td"):
            continue  # cells around another table are layout
        label = "".join(cell.get_text().split())
        if len(label) <= 12 and label.endswith(("：", ":")):
            facts.setdefault(label[:-1], _shown(value, "" if label[:-1] == "标题" else " "))
    return facts


def _shown(tag: Tag, between: str = "") -> str:
    """The text of an element on one line; a title broken by `<br>` goes on without a blank, names do not."""
    return layout.clean(" ".join(tag.get_text(between).split()))


def _meta(soup: BeautifulSoup, name: str) -> str:
    tag = soup.find("meta", attrs={"name": name})
    return layout.clean(str(tag.get("content") or "")) if isinstance(tag, Tag) else ""


def _key(soup: BeautifulSoup, page: Page) -> str:
    """The number in the address, as in lists; a page without one is known by its list or its own manuscript number."""
    listed = page.listed.source_id if page.listed else None
    manuscript = re.fullmatch(r"[0-9]{1,12}", _meta(soup, "manuscriptId"))
    key = source_id(page.url or "") or listed or (manuscript[0] if manuscript else None)
    if key is None:
        raise Quarantined("missing_field", "neither the address nor the page has the number of the document")
    return key


def _title(soup: BeautifulSoup, facts: dict[str, str], page: Page, warnings: list[str]) -> str:
    heading = soup.select_one("h1#ti") or soup.select_one("h1")
    if title := facts.get("标题") or (_shown(heading) if heading else ""):
        return title
    if page.listed and page.listed.title:
        warnings.append("title: from the list")
        return page.listed.title
    title = _shown(soup.title).partition("_")[0] if soup.title else ""
    if not title:
        raise Quarantined("missing_field", "the document has no title")
    warnings.append("title: from the window title")
    return title


def _published(soup: BeautifulSoup, facts: dict[str, str], page: Page, warnings: list[str]) -> str | None:
    """The day shown on the page, to the minute where the meta element has the same day.

    Pages moved to a new site keep the day in their table, and get a new time in their meta element.
    """
    line = soup.select_one(".pages-date")
    shown = read_time(facts.get("发布日期")) or read_time(line.get_text(" ") if line else None)
    meta = read_time(re.sub(r"(?<=-\d\d)-(?=\d\d:)", " ", _meta(soup, "firstpublishedtime")))
    if shown and meta and shown[:10] != meta[:10]:
        warnings.append(f"published_at: the page shows {shown[:10]}, its meta element says {meta[:10]}")
        return shown
    if meta or shown:
        return meta or shown
    listed = page.listed.published_at if page.listed else None
    warnings.append("published_at: from the list" if listed else "published_at: not stated")
    return listed


_ON_ONE_LINE = re.compile(
    r"[（(]?([\u4e00-\u9fff]{1,20}\s?[〔\[［(（【]\s?\d{4}\s?[〕\]］)）】]\s?第?\s?\d{1,5}\s?号"
    r"|[\u4e00-\u9fff]{0,30}令?\s?第\s?\d{1,5}\s?号)[）)]?"
)


def doc_number(text: str) -> str | None:
    """A 文号 in one spelling, as copies are merged by it: no blanks, the year in 〔〕 (`国发[2015]5号`)."""
    number = re.sub(r"[〔\[［(（【﹝](\d{4})[〕\]］)）】﹞]", r"〔\1〕", "".join(_plain(text).split()))
    return number if number and len(number) <= 60 and re.search(r"\d", number) else None


def _number(facts: dict[str, str], text: str, page: Page, warnings: list[str]) -> str | None:
    """The 文号 of the table, or of a line of its own above the text."""
    lines = (_ON_ONE_LINE.fullmatch(line) for line in text.split("\n", 8)[:8])
    own = doc_number(facts.get("发文字号", "")) or next((doc_number(m[1]) for m in lines if m), None)
    listed = page.listed.doc_number if page.listed else None
    if own and listed and own != listed:
        warnings.append(f"doc_number: the list says {listed}")
    if listed and not own:
        warnings.append("doc_number: from the list")
    return own or listed


_BODY = re.compile(r"[\u4e00-\u9fff]{1,30}[部委局院厅会署行办室所]")


def _issuers(text: str) -> tuple[str, ...]:
    """Names of a field of issuers, in its order."""
    return tuple(dict.fromkeys(n for n in re.split(r"[、\s,，;；]+", text) if 2 <= len(n) <= 40))


def _by(facts: dict[str, str], title: str, page: Page, warnings: list[str]) -> tuple[str, ...]:
    """Who issued it: the table, the list, or the beginning of the title (`科技部 财政部关于…`)."""
    if own := _issuers(facts.get("发文机关", "")):
        return own
    if page.listed and page.listed.issuers:
        warnings.append("issuers: from the list")
        return page.listed.issuers
    begun = re.match(r"(.{2,120}?)(?:等[^关]{0,6}部门)?(?:关于|印发|转发)", title)
    named = _issuers(begun[1]) if begun else ()
    found = named if all(_BODY.fullmatch(n) for n in named) else ()
    warnings.append("issuers: from the title" if found else "issuers: not stated")
    return found


# --- types of documents -----------------------------------------------------------------------------------------------

#: By the end of the title. Measures count as 办法 (Zhou and Chen 2025, note of table 5).
_TYPES = {
    **dict.fromkeys(("办法", "措施", "举措"), "办法"),
    "意见": "意见",
    "通知": "通知",
    **dict.fromkeys(("规定", "条例", "决定"), "规定"),
    **dict.fromkeys(("方案", "规划"), "方案"),
    "细则": "细则",
}
_TAIL = re.compile(r"(?:[（(〔\[【][^（()）〔〕\[\]【】]{0,60}[）)〕\]】]|[》〉”\"])$")
_PASSED_ON = re.compile(r"(?:印发|下发|转发|批转|发布|公布)(.{1,400}?)的?(?:紧急|补充)?通知$")
_NAMED = re.compile(r"《([^《》]{1,200})》")
#: A title that ends with the name of a document, or with names and "等三个文件".
_ENDS_NAMED = re.compile(r"》(?:等[^《》]{0,20})?(?:[（(][^（()）]{0,60}[）)])?$")
_LONGEST = 500


def doc_type(title: str) -> str | None:
    """办法, 意见, 通知, 规定, 方案 or 细则; null for other documents (批复, 公告, laws).

    Of `关于印发《…办法》的通知` the document inside decides, the first of several; a 通知 is one whose inside has no
    type.
    """
    whole = _bare("".join(title.split())[-_LONGEST:])
    passed_on = _PASSED_ON.search(whole)
    if passed_on is None:
        return _TYPES.get(whole[-2:])
    inner = passed_on[1]
    named = _NAMED.findall(inner) if _ENDS_NAMED.search(inner) else []
    types = (_TYPES.get(_bare(text)[-2:]) for text in (*named, inner))
    return next((t for t in types if t), "通知")


def _bare(title: str) -> str:
    """A title without closing marks and notes such as （试行）."""
    text = title
    while text != (shorter := _TAIL.sub("", text)):
        text = shorter
    return text
