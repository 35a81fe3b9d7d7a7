"""Segments of the archive: writing one WARC file, and reading what a crash or a bad disk left of it.

`db.archive` specifies the layout; this module is the only one that touches WARC records.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import secrets
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from typing import Any, BinaryIO
from urllib.parse import quote

from warcio.archiveiterator import ArchiveIterator

from db import warc
from db.warc import Headers
from etl.errors import FincityError
from etl.records import FetchEvent

EVENT_TYPE = "application/vnd.fincity.fetch+json"
TOMBSTONE_TYPE = "application/vnd.fincity.tombstone+json"
_SAID = tuple(f.name for f in fields(FetchEvent) if f.name != "segment")
_CHUNK = 1 << 16  # a few records: most of a larger piece would be read again for each of them
_HTTP = "application/http; msgtype={}"
_MEMBER = b"\x1f\x8b\x08"


@dataclass(frozen=True, slots=True)
class Damage:
    """A place in a segment where bytes could not be read. `torn`: at the end, by a crash; else in the middle."""

    segment: str
    offset: int
    torn: bool


@dataclass(frozen=True, slots=True)
class WarcRecord:
    """A whole record: its WARC type, its payload, and where the next one begins."""

    type: str
    content: bytes
    end: int


def stamp() -> str:
    """The time as names of segments and log entries carry it."""
    return datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")


def sync(file: Any) -> bool:
    """Flush to the disk; False where the file system has no such notion before closing."""
    try:
        number = file.fileno()
    except (OSError, AttributeError):
        return False
    file.flush()
    os.fsync(number)
    return True


class SegmentWriter:
    """Writes one segment. `flush` makes everything before it durable; only then may the frontier call it fetched.

    On a local disk `flush` is an fsync. An object store has no such thing, so there it ends the segment and the next
    attempt begins another.
    """

    def __init__(self, fs: Any, root: str, source: str, kind: str) -> None:
        self._fs = fs
        self._root = root
        self._source = source
        self._kind = kind
        self._file: BinaryIO | None = None
        self.segment = ""
        self._offset = 0

    def __enter__(self) -> SegmentWriter:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def position(self) -> int:
        """Where the next record of `segment` begins: after what was written, reading may go on here."""
        return self._offset

    def exchange(
        self,
        event: FetchEvent,
        *,
        request_headers: Headers,
        status_line: str,
        response_headers: Headers,
        body: bytes,
        request_body: bytes = b"",
    ) -> FetchEvent:
        """Write an attempt that was answered. Returns the event with hash, length, segment and offset filled in."""
        self._open()
        url, joined = _ascii(event.url), warc.new_id()
        asked = warc.http_head(_request_line(event, url), request_headers)
        answer = warc.http_head(f"HTTP/1.1 {status_line}", _payload_headers(response_headers, len(body)))
        about = {"date": event.fetched_at, "url": url}
        self._append(warc.record("request", _HTTP.format("request"), asked, request_body, joined=joined, **about))
        offset = self._offset
        self._append(warc.record("response", _HTTP.format("response"), answer, body, record_id=joined, **about))
        digest = hashlib.sha256(body).hexdigest()
        full = replace(event, raw_sha256=digest, length=len(body), segment=self.segment, offset=offset)
        self._append_event(full, url, joined)
        return full

    def note(self, event: FetchEvent) -> FetchEvent:
        """Write an attempt that brought no answer: a timeout, a refusal, an address we would not ask."""
        self._open()
        full = replace(event, segment=self.segment, offset=None)
        self._append_event(full, _ascii(event.url), None)
        return full

    def flush(self) -> None:
        """Make all attempts so far durable."""
        if self._file is not None and not sync(self._file):
            self.close()

    def close(self) -> None:
        """End the segment."""
        if self._file is not None:
            sync(self._file)
            self._file.close()
            self._file = None

    def _open(self) -> None:
        if self._file is not None:
            return
        name = f"{self._source}-{stamp()}-{secrets.token_hex(4)}.warc.gz"
        self.segment, self._offset = f"web/{self._source}/{name}", 0
        path = f"{self._root}/{self.segment}"
        self._fs.makedirs(path.rsplit("/", 1)[0], exist_ok=True)
        self._file = self._fs.open(path, "wb")
        info = f"software: fincity\r\nformat: WARC File Format 1.1\r\ndescription: {self._kind} data\r\n"
        date = datetime.now(UTC).isoformat().replace("+00:00", "Z")
        self._append(warc.record("warcinfo", "application/warc-fields", b"", info.encode(), date=date, filename=name))

    def _append_event(self, event: FetchEvent, url: str, joined: str | None) -> None:
        said = {name: getattr(event, name) for name in _SAID}
        payload = json.dumps(said, ensure_ascii=False, sort_keys=True).encode()
        self._append(warc.record("metadata", EVENT_TYPE, b"", payload, date=event.fetched_at, url=url, joined=joined))

    def _append(self, record: bytes) -> None:
        assert self._file is not None
        self._offset += self._file.write(warc.packed(record))


def _ascii(url: str) -> str:
    return quote(url, safe="%/:=&?~#+!$,;'@()*[]")


def _request_line(event: FetchEvent, url: str) -> str:
    path = url.split("://", 1)[-1].partition("/")[2]
    return f"{event.method} /{path} HTTP/1.1"


def _payload_headers(headers: Headers, length: int) -> list[tuple[str, str]]:
    """Headers that fit the payload as kept: decoded, of this length; the original coding under another name."""
    kept = []
    for name, value in headers:
        lower = name.lower()
        if lower == "content-encoding":
            kept.append(("X-Archive-Orig-Content-Encoding", value))
        elif lower not in ("content-length", "transfer-encoding"):
            kept.append((name, value))
    return [*kept, ("Content-Length", str(length))]


def tombstone(length: int, said: Mapping[str, Any]) -> bytes:
    """A record of exactly `length` bytes that takes the place of an erased one, so that every offset stays true.

    FincityError when the erased record was too short to hold one.
    """
    payload = json.dumps(dict(said), sort_keys=True).encode()
    date = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    stone = warc.packed_to(length, warc.record("resource", TOMBSTONE_TYPE, b"", payload, date=date))
    if stone is None:
        raise FincityError(f"a record of {length} bytes is too short to be replaced by a tombstone")
    return stone


def read_records(file: BinaryIO, segment: str, offset: int) -> Iterator[WarcRecord | Damage]:
    """Records from `offset` on, gzip member by member; unreadable stretches become `Damage` and are stepped over."""
    file.seek(0, os.SEEK_END)
    size = file.tell()
    while offset < size:
        data, end = _member(file, offset)
        record = _parse(data, end) if data is not None else None
        if record is not None:
            yield record
            offset = end
            continue
        following = _next_member(file, offset + 1)
        yield Damage(segment, offset, torn=following is None)
        if following is None:
            return
        offset = following


def _member(file: BinaryIO, offset: int) -> tuple[bytes | None, int]:
    """The gzip member at `offset`, decompressed, and where it ends; None when it is not whole."""
    inflate = zlib.decompressobj(31)
    parts: list[bytes] = []
    file.seek(offset)
    position = offset
    try:
        while not inflate.eof:
            chunk = file.read(_CHUNK)
            if not chunk:
                return None, offset
            position += len(chunk)
            parts.append(inflate.decompress(chunk))
    except zlib.error:
        return None, offset
    return b"".join(parts), position - len(inflate.unused_data)


def _parse(data: bytes, end: int) -> WarcRecord | None:
    if not data.startswith(b"WARC/"):
        return None
    record = next(iter(ArchiveIterator(io.BytesIO(data))))
    return WarcRecord(record.rec_type, record.content_stream().read(), end)


def _next_member(file: BinaryIO, offset: int) -> int | None:
    """Where the next readable record begins at or after `offset`."""
    while True:
        file.seek(offset)
        window = file.read(_CHUNK)
        found = window.find(_MEMBER)
        if found < 0 and len(window) < _CHUNK:
            return None
        if found < 0:
            offset += len(window) - len(_MEMBER) + 1
            continue
        offset += found
        data, _ = _member(file, offset)
        if data is not None and data.startswith(b"WARC/"):
            return offset
        offset += 1
