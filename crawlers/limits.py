"""The head of an answer has a limit as its body has: Twisted would take header lines for as long as they come.

Bodies are limited by Scrapy (`DOWNLOAD_MAXSIZE`), time by its `DOWNLOAD_TIMEOUT`, which runs until the last byte: a
server that drips is cut like one that is silent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from twisted.internet.protocol import Factory, Protocol
from twisted.python.failure import Failure
from twisted.web._newclient import HEADER, STATUS

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

#: Bytes of status line and headers, interim answers (1xx) included. Browsers stop at a quarter million.
MAX_HEAD = 256_000


class HeadTooLongError(Exception):
    """The head of an answer went on beyond `MAX_HEAD`."""


class Handler(HTTP11DownloadHandler):
    """Scrapy's downloader, whose connections count what comes before the body."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        pool: Any = self._pool  # Twisted lets nobody choose the connections of a pool, so Scrapy sets the same field
        pool._factory = _counting(pool._factory)


def _counting(factory: Any) -> type[Factory]:
    """The factory of connections with a limit for each answer's head."""

    class Counting(factory):  # type: ignore[misc]
        def buildProtocol(self, addr: Any) -> Protocol:  # noqa: N802 - Twisted's name
            return _limited(super().buildProtocol(addr))

    return Counting


def _limited(connection: Any) -> Protocol:
    """The connection; its own methods do the work, ours count."""
    ask, take, seen = connection.request, connection.dataReceived, 0

    def request(*given: Any) -> Any:
        nonlocal seen
        seen = 0
        return ask(*given)

    def data_received(data: bytes) -> None:
        nonlocal seen
        parser = connection._parser
        if parser is not None and parser.state in (STATUS, HEADER):
            seen += len(data)
        # What came with the body's first bytes counts as well: less than one read from the socket.
        if seen > MAX_HEAD:
            error = HeadTooLongError(f"more than {MAX_HEAD} bytes of headers")
            connection._giveUp(Failure(error))  # type: ignore[no-untyped-call]
        else:
            take(data)

    connection.request, connection.dataReceived = request, data_received
    return connection  # type: ignore[no-any-return]
