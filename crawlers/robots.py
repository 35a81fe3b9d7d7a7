"""robots.txt, as RFC 9309 has it: read before anything else of a site, archived, obeyed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from protego import Protego

#: Asks for an address and gives status (None: no answer) and body, having archived the attempt.
Get = Callable[[str], Awaitable[tuple[int | None, bytes]]]


class RobotsError(Exception):
    """The rules of a site cannot be known: then it must not be asked at all."""


class Robots:
    """The rules of the sites of a source, each read once a run."""

    def __init__(self, agent: str, get: Get) -> None:
        self._agent = agent
        self._get = get
        self._rules: dict[str, asyncio.Task[Protego]] = {}

    async def allows(self, url: str) -> bool:
        """Whether the site lets us ask for this address. RobotsError when its rules cannot be had."""
        return bool((await self._of(url)).can_fetch(url, self._agent))

    async def delay(self, url: str) -> float:
        """Seconds the site wants between two requests; 0 when it says nothing."""
        return float((await self._of(url)).crawl_delay(self._agent) or 0.0)

    async def _of(self, url: str) -> Protego:
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self._rules:
            self._rules[origin] = asyncio.ensure_future(self._read(f"{origin}/robots.txt"))
        return await self._rules[origin]

    async def _read(self, url: str) -> Protego:
        status, body = await self._get(url)
        if status is None or status >= 500 or status == 429:
            raise RobotsError(f"{url} cannot be read ({status or 'no answer'}), so the site is left alone for now")
        # Any other refusal means there are no rules.
        return Protego.parse(body.decode("utf-8", errors="replace") if status == 200 else "")
