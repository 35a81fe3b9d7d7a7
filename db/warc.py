"""WARC 1.1 records (ISO 28500:2017) as bytes, one gzip member each.

Written here, because a crawl writes three for each page and warcio's own writer took half of a crawl's time
(docs/benchmarks.md); read with warcio, so that another program is the judge of what was written.
"""

from __future__ import annotations

import base64
import hashlib
import struct
import zlib
from collections.abc import Iterable
from uuid import uuid4

Headers = Iterable[tuple[str, str]]
_MEMBER = b"\x1f\x8b\x08"


def new_id() -> str:
    """An identifier for a record."""
    return f"<urn:uuid:{uuid4()}>"


def record(
    kind: str,
    content_type: str,
    head: bytes,
    payload: bytes,
    *,
    date: str,
    url: str | None = None,
    record_id: str | None = None,
    joined: str | None = None,
    filename: str | None = None,
) -> bytes:
    """A record of WARC type `kind`, not packed.

    `head`: HTTP head in front of the payload; `joined`: id of the response that a record belongs to.
    """
    digest = hashlib.sha1(head, usedforsecurity=False)
    digest.update(payload)
    said = {
        "WARC-Type": kind,
        "WARC-Record-ID": record_id or new_id(),
        "WARC-Date": date,
        "WARC-Target-URI": url,
        "WARC-Concurrent-To": joined,
        "WARC-Filename": filename,
        "WARC-Payload-Digest": _digest(hashlib.sha1(payload, usedforsecurity=False).digest()) if head else None,
        "WARC-Block-Digest": _digest(digest.digest()),
        "Content-Type": content_type,
        "Content-Length": str(len(head) + len(payload)),
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in said.items() if value is not None)
    return b"".join((b"WARC/1.1\r\n", lines.encode(), b"\r\n", head, payload, b"\r\n\r\n"))


def http_head(first: str, headers: Headers) -> bytes:
    """The head of a request or an answer, its bytes as they were on the line."""
    return "\r\n".join([first, *(f"{name}: {value}" for name, value in headers), "", ""]).encode("latin-1", "replace")


def packed(data: bytes) -> bytes:
    """A gzip member."""
    deflate = zlib.compressobj(wbits=31)
    return deflate.compress(data) + deflate.flush()


def packed_to(length: int, data: bytes) -> bytes | None:
    """A gzip member of exactly `length` bytes; None when the data need more."""
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = deflate.compress(data) + deflate.flush()
    ends = struct.pack("<II", zlib.crc32(data), len(data))
    room = length - 10 - 1 - len(body) - len(ends)
    # gzip (RFC 1952): a comment, ended by a zero byte, fills up what is left.
    return None if room < 0 else _MEMBER + b"\x10" + bytes(5) + b"\xff" + b" " * room + b"\0" + body + ends


def _digest(digest: bytes) -> str:
    return f"sha1:{base64.b32encode(digest).decode()}"
