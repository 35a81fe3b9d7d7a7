"""What came back: how an attempt ended, and the bytes that parsers will read. Pure functions."""

from __future__ import annotations

import re
import zlib
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin, urlsplit

from etl.parsers.blocks import blocked
from etl.redact import redact

#: Statuses by which a server says "later": worth another attempt after a pause.
BUSY = (429, 500, 502, 503, 504)
REDIRECTS = (301, 302, 303, 307, 308)
#: Content codings applied one upon the other: one is usual, two happen, more are an attack.
CODINGS = 2
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
    names = [c.strip().lower() for c in coding.split(",") if c.strip()]
    if len(names) > CODINGS:
        raise BodyError("refused", f"{len(names)} content codings, one upon the other")
    for name in reversed(names):
        if name in ("gzip", "x-gzip"):
            body = _inflated(body, 31, limit)
        elif name == "deflate":
            # Some servers send zlib streams, as the standard says, others bare deflate.
            body = _inflated(body, 15 if body[:1] == b"\x78" else -15, limit)
        elif name != "identity":
            raise BodyError("refused", "a content coding that was not asked for")
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
    name, said = type(error).__name__, " ".join(str(error).split())
    if "HeadTooLongError" in said:
        return "refused", "the headers never end"
    return outcomes.get(name, "connection"), redact(f"{name}: {said[:300]}")


def allowed(url: str, hosts: tuple[str, ...]) -> bool:
    """Whether a source may be asked for this address: web schemes, its own hosts, standard ports.

    A user name before the host is not allowed at all: programs differ in where it ends, and the downloader must not
    find another host than we did.
    """
    try:
        parts = urlsplit(url)
        odd = any(c in "@\\" or c <= " " for c in parts.netloc)
        mine = parts.hostname in hosts and parts.port in (None, 80, 443)
        return parts.scheme in ("http", "https") and mine and not odd
    except ValueError:
        return False


def place(url: str) -> str:
    """An address as errors name it: scheme and host, for the rest may say anything."""
    try:
        parts = urlsplit(url)
        return f"{parts.scheme}://{(parts.hostname or '')[:100]}"
    except ValueError:
        return "no address"


def target(url: str, location: str) -> str:
    """Where a redirect points, as a full address; the words of the site where they are none."""
    try:
        return urljoin(url, location)
    except ValueError:
        return location


def pause(attempt: int, delay: float, retry_after: str | None) -> float:
    """Seconds to wait before the next attempt: doubled each time, or what the server asks for if that is more."""
    return min(LONGEST_PAUSE, max(_asked(retry_after), max(delay, 0.02) * 2.0**attempt))


def _asked(retry_after: str | None) -> float:
    if not retry_after:
        return 0.0
    if re.fullmatch(r"\s*[0-9]{1,9}\s*", retry_after):
        return float(retry_after)
    try:
        return (parsedate_to_datetime(retry_after) - datetime.now(UTC)).total_seconds()
    except (ValueError, TypeError):
        return 0.0
