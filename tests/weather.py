"""Bad weather for the demo portal, drawn from a seed, and a meter of how politely it was asked.

A request (same address, same form) meets faults only the first few times, so every page can be had in the end. What a
page says does not depend on the weather: only notices that were revised say something else than before.
"""

from __future__ import annotations

import json
import random
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from fincity.demo import sites
from fincity.demo.facts import Notice
from fincity.demo.portal import Portal
from fincity.demo.sites import Request, Response

#: Faults of any answer, in thousandths; block pages end a run at the second, so they are rare.
SHARES = {"drop": 12, "stall": 3, "429": 8, "503": 12, "truncate": 12, "charset": 15, "block": 1}
#: Faults of lists alone.
LIST_SHARES = {"reorder": 15, "repeat": 10}
#: How often the same request may meet a fault.
TIMES = 3
_LISTS = ("/bxsearch", "/jcw/noticeinfo/noticeInfo/dataNoticeList")


@dataclass
class Meter:
    """When a site was asked, and how many requests it had to answer at the same time."""

    began: list[float] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0

    def spacing(self, run: int) -> float:
        """Seconds a request, in the briskest `run` requests the site got."""
        pairs = zip(self.began, self.began[run:], strict=False)
        return min((later - first for first, later in pairs), default=float(run)) / run


@dataclass
class Weather:
    """Stands between a portal and its visitors. `calm`: no faults."""

    portal: Portal
    seed: int
    stall_seconds: float
    calm: bool = False
    met: Counter[str] = field(default_factory=Counter)
    meters: dict[str, Meter] = field(default_factory=lambda: defaultdict(Meter))

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._asked: Counter[str] = Counter()
        respond = self.portal.respond
        instance: Any = self.portal
        instance.respond = lambda request: self._metered(respond, request)
        self.portal.fault = self._sky

    def revise(self, keys: frozenset[str], announced: frozenset[str]) -> None:
        """From now on these notices say something else, and of the announced ones the list says so."""
        corpus = self.portal.corpus
        revised = tuple(_revised(n, n.source_id in announced) if n.source_id in keys else n for n in corpus.notices)
        self.portal._sites = sites.Sites(replace(corpus, notices=revised))

    def _metered(self, respond: Callable[[Request], Response], request: Request) -> Response:
        meter = self.meters[request.host.split(".", 1)[1]]
        with self._lock:
            meter.began.append(time.monotonic())
            meter.at_once += 1
            meter.most_at_once = max(meter.most_at_once, meter.at_once)
        try:
            return respond(request)
        finally:
            with self._lock:
                meter.at_once -= 1

    def _sky(self, request: Request) -> Response | None:
        key = f"{request.host}{request.target}{request.body.decode()}"
        with self._lock:
            self._asked[key] += 1
            number = self._asked[key]
        if self.calm or number > TIMES or request.path == "/robots.txt":
            return None
        drawn = random.Random(f"{self.seed}/{number}/{key}").randrange(1000)
        is_list = request.path in _LISTS and "isDetail" not in request.fields
        for name, share in {**SHARES, **(LIST_SHARES if is_list else {})}.items():
            drawn -= share
            if drawn < 0:
                with self._lock:
                    self.met[name] += 1
                return self._broken(name, request)
        return None

    def _broken(self, name: str, request: Request) -> Response:
        answer = self.portal._answer(request)
        if name == "stall":
            time.sleep(self.stall_seconds)
        made: dict[str, Callable[[], Response]] = {
            "drop": lambda: replace(answer, fault="drop"),
            "stall": lambda: replace(answer, fault="drop"),
            "truncate": lambda: replace(answer, fault="truncate"),
            "429": lambda: Response(429, body=b"busy"),
            "503": lambda: Response(503, body=b"busy"),
            "charset": lambda: replace(answer, content_type=answer.content_type.partition(";")[0]),
            "block": lambda: sites.block_page(request.host),
            "reorder": lambda: replace(answer, body=_turned_round(answer.body)),
            "repeat": lambda: self.portal._answer(_page_before(request)),
        }
        return made[name]()


def _revised(notice: Notice, announced: bool) -> Notice:
    code = f"{notice.code or notice.project.code}-R"
    project = replace(notice.project, code=code)
    return replace(notice, project=project, code=code, title=notice.title + ("（修订）" if announced else ""))


def _turned_round(body: bytes) -> bytes:
    """The lines of a list page in another order."""
    if body.startswith(b"{"):
        answer = json.loads(body)
        return json.dumps({**answer, "rows": answer["rows"][::-1]}, ensure_ascii=False).encode()
    head, *lines = body.split(b"<li>")
    return b"<li>".join([head, *lines[-2::-1], *lines[-1:]])


def _page_before(request: Request) -> Request:
    """The same request for the page before; for page 1 itself."""
    query, body = request.query, request.body.decode()
    for key in ("page_index=", "pageNo="):
        for number in range(60, 1, -1):
            old, new = f"{key}{number}", f"{key}{number - 1}"
            query, body = (f"{part}&".replace(f"{old}&", f"{new}&")[:-1] for part in (query, body))
            if (query, body) != (request.query, request.body.decode()):
                return replace(request, query=query, body=body.encode())
    return request
