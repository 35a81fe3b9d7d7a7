"""What came back: how an attempt ended, and the bytes that parsers will read. Pure functions."""

from __future__ import annotations

import zlib
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from etl.parsers.blocks import blocked

#: Statuses by which a server says "later": worth another attempt after a pause.
BUSY = (429, 500, 502, 503, 504)
REDIRECTS = (301, 302, 303, 307, 308)
#: The longest pause a server may ask for with Retry-After.
LONGEST_PAUSE = 600.0


class BodyError(Exception):
    """A body that cannot be taken: `outcome` is how the attempt ended."""

    def __init__(self, outcome: str, detail: str) -> None:
        super().__init__(detail)
        self.outcome = outcome


def decoded(body: bytes, coding: str, limit: int) -> bytes:
    """The body without its content coding (gzip, deflate).

    Raises BodyError: `truncated` when it ends early, `refused` when it unpacks to more than `limit` bytes or is packed
    in a way we did not ask for.
    """
    for name in reversed([c.strip().lower() for c in coding.split(",") if c.strip()]):
        if name in ("gzip", "x-gzip"):
            body = _inflated(body, 31, limit)
        elif name == "deflate":
            # Some servers send zlib streams, as the standard says, others bare deflate.
            body = _inflated(body, 15 if body[:1] == b"\x78" else -15, limit)
        elif name != "identity":
            raise BodyError("refused", f"content coding {name!r}, which was not asked for")
    return body


def _inflated(body: bytes, window: int, limit: int) -> bytes:
    inflate = zlib.decompressobj(window)
    try:
        data = inflate.decompress(body, limit + 1)
    except zlib.error as error:
        raise BodyError("truncated", f"damaged content coding: {error}") from error
    if len(data) > limit:
        raise BodyError("refused", f"unpacks to more than {limit} bytes")
    if not inflate.eof:
        raise BodyError("truncated", "the packed body ends early")
    return data


def outcome(status: int, body: bytes, kind: str) -> tuple[str, str | None]:
    """How an answered attempt ended, and its detail; `kind` is the event's (a robots.txt is never a block page)."""
    if status in BUSY or status in REDIRECTS:
        return "http_error", f"status {status}"
    reason = blocked(body, status) if kind != "robots" else None
    if reason:
        return "blocked", reason
    return ("ok", None) if status == 200 else ("http_error", f"status {status}")


def failure(error: BaseException) -> tuple[str, str]:
    """How an attempt without an answer ended, and its detail."""
    outcomes = {
        "DownloadTimeoutError": "timeout",
        "ResponseDataLossError": "truncated",
        "DownloadCancelledError": "refused",
    }
    name = type(error).__name__
    return outcomes.get(name, "connection"), f"{name}: {' '.join(str(error).split())[:300]}"


def allowed(url: str, hosts: tuple[str, ...]) -> bool:
    """Whether a source may be asked for this address: web schemes, its own hosts, standard ports."""
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and parts.hostname in hosts and parts.port in (None, 80, 443)
    except ValueError:
        return False


def pause(attempt: int, delay: float, retry_after: str | None) -> float:
    """Seconds to wait before the next attempt: doubled each time, or what the server asks for if that is more."""
    return min(LONGEST_PAUSE, max(_asked(retry_after), max(delay, 0.1) * 2.0**attempt))


def _asked(retry_after: str | None) -> float:
    if not retry_after:
        return 0.0
    if retry_after.strip().isdigit():
        return float(retry_after)
    try:
        return (parsedate_to_datetime(retry_after) - datetime.now(UTC)).total_seconds()
    except (ValueError, TypeError):
        return 0.0
