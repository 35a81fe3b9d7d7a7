"""The three sites as functions of a request: which list, which page, which answer. No sockets here; `portal` serves it.

Parameters are those of the real sites. ccgp filters by type, level, days and words and shows 20 items a page;
cfcpn knows types and words but no dates (newest first); the policy library filters by days and words.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar
from urllib.parse import parse_qs, quote, urlsplit

from fincity.demo import ccgp_pages, cfcpn_pages, gov_pages, render
from fincity.demo.corpus import Corpus
from fincity.demo.facts import (
    CCGP,
    CCGP_HOST,
    CFCPN,
    CFCPN_HOST,
    GOV_HOST,
    GOV_SEARCH_HOST,
    HOSTS,
    SEARCH_HOST,
    Notice,
    Policy,
)
from fincity.demo.markup import SYNTHETIC
from fincity.demo.policies import LIBRARIES

T = TypeVar("T", Notice, Policy)

HTML, JSON, TEXT = "text/html", "application/json", "text/plain"
ROBOTS = "User-agent: *\nDisallow: /private/\n"
#: For people without a proxy: these folders of the server show the sites, with links turned towards them.
PREFIXES = {"ccgp": CCGP_HOST, "cfcpn": CFCPN_HOST, "govcn": GOV_HOST}
_SEARCHES = {("ccgp", "/bxsearch"): SEARCH_HOST, ("govcn", "/search-gov/data"): GOV_SEARCH_HOST}


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked, wherever the host was written."""

    method: str
    host: str
    path: str
    query: str = ""
    body: bytes = b""

    @property
    def fields(self) -> dict[str, str]:
        """Parameters of the address and of a form body; the last of several wins."""
        text = "&".join(part for part in (self.query, self.body.decode("utf-8", "replace")) if part)
        return {key: values[-1] for key, values in parse_qs(text).items()}

    @property
    def target(self) -> str:
        """Path with query."""
        return f"{self.path}?{self.query}" if self.query else self.path


@dataclass(frozen=True, slots=True)
class Response:
    """An answer. `fault` breaks it on the way: `drop` closes the connection, `truncate` sends half of the body."""

    status: int = 200
    content_type: str = f"{HTML}; charset=utf-8"
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    fault: str | None = None


NOT_FOUND = Response(404, f"{HTML}; charset=utf-8", "<html><body>404 页面不存在</body></html>".encode())
BAD_REQUEST = Response(400, f"{TEXT}; charset=utf-8", b"parameter is not a number")


def ok(body: bytes, kind: str = HTML, charset: str = "utf-8") -> Response:
    """An answer with status 200."""
    return Response(200, f"{kind}; charset={charset}", body)


def block_page(host: str) -> Response:
    """What each site shows when it finds a visitor too quick: a page, a JSON message, a status 403."""
    if host == CFCPN_HOST:
        return Response(403, f"{JSON}; charset=utf-8", '{"result":false,"message":"访问频繁，请稍后再试"}'.encode())
    words = "您的访问过于频繁，请稍后再试"
    return ok(f"<!doctype html><html><head><title>{words}</title></head><body><p>{words}</p></body></html>".encode())


def newest_first(items: Sequence[T]) -> list[T]:
    """The order of every list: latest first, ties by key."""
    return sorted(items, key=lambda item: (item.published, item.source_id), reverse=True)


def _between(items: list[T], since: str, until: str) -> list[T]:
    """Items published on the days from `since` to `until` (empty: no limit) out of a list that is newest first."""
    days = [item.published[:10] for item in reversed(items)]
    first = bisect_left(days, since) if since else 0
    last = bisect_right(days, until) if until else len(days)
    return items[len(items) - last : len(items) - first]


def _cut(items: Sequence[T], page: int, size: int) -> Sequence[T]:
    return items[(page - 1) * size : page * size]


def _number(fields: dict[str, str], key: str, default: int) -> int:
    """A positive number of a query. Raises ValueError."""
    value = int(fields.get(key) or default)
    if value < 1:
        raise ValueError(key)
    return value


@dataclass
class Sites:
    """Answers requests from a corpus. Answers are pure; the slow ones are kept."""

    corpus: Corpus
    kept: dict[tuple[str, str], Response] = field(default_factory=dict)

    @cached_property
    def pages(self) -> dict[tuple[str, str], Callable[[], Response]]:
        """Detail pages by host and target, rendered when asked for."""
        table: dict[tuple[str, str], Callable[[], Response]] = {}
        for notice in self.corpus.notices:
            host, target = _place(notice.url)
            table[host, target] = _Page(self.corpus, notice)
        for policy in self.corpus.policies:
            host, target = _place(policy.url)
            table[host, target] = _PolicyPage(policy)
        return table

    @cached_property
    def lists(self) -> dict[tuple[str, str], list[Notice]]:
        """Notices by source and list, and under `""` all lists of the source together; newest first."""
        table: dict[tuple[str, str], list[Notice]] = {}
        for notice in newest_first(self.corpus.notices):
            for scope in (notice.scope, ""):
                table.setdefault((notice.source, scope), []).append(notice)
        return table

    @cached_property
    def by_id(self) -> dict[str, Notice]:
        """The notices of cfcpn by key."""
        return {n.source_id: n for n in self.corpus.notices if n.source == CFCPN}

    @cached_property
    def libraries(self) -> dict[str, list[Policy]]:
        """Policies by library, newest first."""
        ordered = newest_first(self.corpus.policies)
        return {name: [p for p in ordered if p.library == name] for name in LIBRARIES}

    def answer(self, request: Request) -> Response:
        """The answer to a request; 404 for what no site knows, 400 for a page number that is none."""
        if request.path == "/robots.txt":
            return ok(ROBOTS.encode(), TEXT)
        try:
            return self._route(request)
        except ValueError:
            return BAD_REQUEST

    def _route(self, request: Request) -> Response:
        routes: dict[tuple[str, str], Callable[[dict[str, str]], Response]] = {
            (SEARCH_HOST, "/bxsearch"): self.ccgp_search,
            (CFCPN_HOST, "/jcw/noticeinfo/noticeInfo/dataNoticeList"): self.cfcpn,
            (GOV_SEARCH_HOST, "/search-gov/data"): self.govcn_search,
        }
        route = routes.get((request.host, request.path))
        if route:
            return route(request.fields)
        return self._page(request)

    def _page(self, request: Request) -> Response:
        key = (request.host, request.target)
        if key not in self.kept:
            page = self.pages.get(key)
            if page is None:
                return NOT_FOUND
            self.kept[key] = page()
        return self.kept[key]

    def ccgp_search(self, fields: dict[str, str]) -> Response:
        """`/bxsearch`: bidType (0 all), bidSort (1 central, 2 local), start_time/end_time, kw, buyerName, page."""
        scope, level = fields.get("bidType", ""), {"1": "central", "2": "local"}.get(fields.get("bidSort", ""))
        since, until = (fields.get(k, "").replace(":", "-") for k in ("start_time", "end_time"))
        keyword, buyer = fields.get("kw", ""), fields.get("buyerName", "")
        found = [
            n
            for n in _between(self.lists.get((CCGP, "" if scope == "0" else scope), []), since, until)
            if (level is None or n.level == level) and keyword in n.title and buyer in n.purchaser
        ]
        page = _number(fields, "page_index", 1)
        items = _cut(found, page, ccgp_pages.PER_PAGE)
        result = ccgp_pages.SearchPage(items, len(found), page, keyword, since, until)
        return ok(ccgp_pages.search(result, self.corpus.world))

    def cfcpn(self, fields: dict[str, str]) -> Response:
        """The one endpoint of cfcpn: a list, or with `id` and `isDetail=1` one notice. It has no date filter."""
        if fields.get("isDetail") == "1":
            notice = self.by_id.get(fields.get("id", ""))
            return ok(cfcpn_pages.detail(notice, self.corpus.world), JSON) if notice else ok(cfcpn_pages.empty(), JSON)
        title, buyer = fields.get("noticeTitle", ""), fields.get("purchaseName", "")
        found = self.lists.get((CFCPN, fields.get("noticeType", "")), [])
        if title or buyer:
            found = [n for n in found if title in n.title and buyer in n.purchaser]
        items = _cut(found, _number(fields, "pageNo", 1), _number(fields, "pageSize", 10))
        return ok(cfcpn_pages.listing(items, len(found), self.corpus.world), JSON)

    def govcn_search(self, fields: dict[str, str]) -> Response:
        """`/search-gov/data`: t (library, `zhengcelibrary` = all), q, mintime/maxtime, p, n."""
        keyword, page, size = fields.get("q", ""), _number(fields, "p", 1), _number(fields, "n", 20)
        asked = fields.get("t", "zhengcelibrary")
        found = {
            name: [
                p for p in _between(items, fields.get("mintime", ""), fields.get("maxtime", "")) if keyword in p.title
            ]
            for name, items in self.libraries.items()
        }
        if asked == "zhengcelibrary":
            pages = {name: (_cut(items, page, size), len(items)) for name, items in found.items()}
            return ok(gov_pages.search_all(pages, size, keyword), JSON)
        items = found.get(asked, [])
        return ok(gov_pages.search(_cut(items, page, size), len(items), size, keyword), JSON)


@dataclass(frozen=True)
class _Page:
    """The page of a notice, made when called: details on ccgp, on cfcpn what a person sees."""

    corpus: Corpus
    notice: Notice

    def __call__(self) -> Response:
        if self.notice.source == CFCPN:
            return ok(cfcpn_pages.public_page(self.notice, self.corpus.world))
        return ok(render.notice_page(self.corpus, self.notice), charset=self.notice.encoding)


@dataclass(frozen=True)
class _PolicyPage:
    policy: Policy

    def __call__(self) -> Response:
        return ok(render.policy_page(self.policy))


def _place(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.netloc, f"{parts.path}?{parts.query}" if parts.query else parts.path


def locate(raw: str, host_header: str) -> tuple[str, str, str, str]:
    """Host, path, query and prefix of a request line: absolute address (proxy), Host header, or a folder for people."""
    parts = urlsplit(raw)
    host = parts.netloc or host_header
    host = host.partition(":")[0] if host.partition(":")[0] in HOSTS else host
    if host in HOSTS:
        return host, parts.path or "/", parts.query, ""
    _, _, rest = parts.path.partition("/")
    prefix, _, tail = rest.partition("/")
    if prefix in PREFIXES:
        path = f"/{tail}"
        return _SEARCHES.get((prefix, path), PREFIXES[prefix]), path, parts.query, prefix
    return "", parts.path, parts.query, ""


def for_people(body: bytes) -> bytes:
    """Links to the sites turned into links to this server's folders."""
    for name, hosts in (
        ("ccgp", (SEARCH_HOST, CCGP_HOST)),
        ("cfcpn", (CFCPN_HOST,)),
        ("govcn", (GOV_SEARCH_HOST, GOV_HOST)),
    ):
        for host in hosts:
            body = body.replace(f"http://{host}".encode(), f"/{name}".encode())
    return body


def welcome(corpus: Corpus) -> bytes:
    """A start page for people."""
    since, until = (quote(f"{day:%Y:%m:%d}") for day in (corpus.since, corpus.until))
    links = {
        "中标公告": f"/ccgp/bxsearch?bidType=7&start_time={since}&end_time={until}&page_index=1",
        "更正公告": f"/ccgp/bxsearch?bidType=8&start_time={since}&end_time={until}&page_index=1",
        "金采网结果（JSON）": "/cfcpn/jcw/noticeinfo/noticeInfo/dataNoticeList?noticeType=4&pageNo=1&pageSize=10",
        "政策文件库（JSON）": "/govcn/search-gov/data?t=zhengcelibrary&p=1&n=20",
    }
    items = "".join(f'<li><a href="{url}">{name}</a></li>' for name, url in links.items())
    return (
        f'<!doctype html><meta charset="utf-8"><title>{SYNTHETIC}</title><h1>{SYNTHETIC}</h1><ul>{items}</ul>'.encode()
    )
