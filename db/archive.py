"""The archive: bytes as they came, for good. Everything else can be made again from it.

This docstring is the specification of the layout (format 1). Paths are below the archive's root, any fsspec address.

`fincity-archive.json`
    `{"format": 1, "kind": "real" | "synthetic"}`.
`web/SOURCE/SOURCE-YYYYMMDDTHHMMSSffffffZ-RANDOM.warc.gz`
    WARC 1.1 segments, one gzip member a record. One writer, one segment, never reopened: a process that starts again
    starts a new segment, so a tail torn by a crash can damage nothing written later. (Erasing a page that was taken
    down puts a record of type `resource` and of the same length in its place.) The first record is `warcinfo`.
    Each attempt to fetch then gives, in this order: a `request` and a `response` record (only if an answer came), and
    always a `metadata` record of type `application/vnd.fincity.fetch+json` that holds the `FetchEvent` as JSON,
    `offset` pointing at the response. The three are joined by WARC-Concurrent-To. Timeouts, refusals, blocks and
    robots answers are events like any other. A response's payload is what parsers read: transfer and content coding
    removed, the original coding kept in `X-Archive-Orig-Content-Encoding`. **An attempt exists once its metadata
    record is whole**; a torn tail loses only what the frontier still calls pending.
`imports/objects/HH/SHA256`
    Bytes of an imported file under their hash (HH: its first two digits).
`imports/manifests/IMPORT_ID.json`
    What was imported: kind, files (name, sha256, bytes, stored), mapping, declaration, time. Written last; an import
    exists once its manifest does. `stored: false`: too large or licensed, only the hash is kept and a rebuild reports
    it missing.
`log/NAME/YYYYMMDDTHHMMSSffffffZ-RANDOM.json`
    Append-only judgements (`decisions`, `repairs`, `ended`, `takedowns`, ...), one file each: signed, dated, never
    changed.
`log/lexicons/SHA256`
    Every lexicon used, by hash; `log/lexicon_choices` says which of them count a theme.

The archive is a private tier: it alone holds contact data as published. Nothing here depends on the wall clock but
names and times of events.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

import fsspec

from db.home import Home
from db.segments import Damage, SegmentWriter, WarcRecord, read_records, stamp, sync, tombstone
from etl import takedowns
from etl.errors import FincityError
from etl.records import FetchEvent
from etl.records.events import event_from_dict

FORMAT = 1


@dataclass(frozen=True, slots=True)
class ImportedFile:
    """One file of an import. `data` is None when only the hash was kept."""

    name: str
    sha256: str
    size: int
    stored: bool


@dataclass(frozen=True, slots=True)
class Import:
    """An import as its manifest tells it."""

    import_id: str
    kind: str
    files: tuple[ImportedFile, ...]
    mapping: Mapping[str, Any]
    declaration: Mapping[str, Any]
    imported_at: str

    @classmethod
    def of(
        cls,
        kind: str,
        files: Iterable[tuple[str, bytes]],
        mapping: Mapping[str, Any] | None = None,
        declaration: Mapping[str, Any] | None = None,
        *,
        keep_bytes: bool = True,
    ) -> Import:
        """An import as it will be kept: its id follows from what it holds, whenever it is made."""
        kept = [ImportedFile(name, hashlib.sha256(data).hexdigest(), len(data), keep_bytes) for name, data in files]
        kept.sort(key=lambda f: (f.name, f.sha256))
        made = cls("", kind, tuple(kept), dict(mapping or {}), dict(declaration or {}), now())
        said = json.dumps(made.said(), sort_keys=True, ensure_ascii=False)
        return replace(made, import_id=hashlib.sha256(said.encode()).hexdigest())

    def said(self) -> dict[str, Any]:
        """What its manifest says, its time left out."""
        files = [asdict(file) for file in self.files]
        return {"kind": self.kind, "files": files, "mapping": self.mapping, "declaration": self.declaration}


def now() -> str:
    """The time as events carry it: UTC, ISO 8601, microseconds."""
    return datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


class Archive:
    """An archive at an fsspec address. Opening it makes it if it is not there."""

    def __init__(self, url: str, kind: str) -> None:
        self.fs, self.root = fsspec.core.url_to_fs(url)
        self.kind = kind
        self._check_marker()

    @classmethod
    def of(cls, home: Home) -> Archive:
        """The archive of a home."""
        return cls(home.archive_url, home.kind)

    # -- the web ---------------------------------------------------------------------------------------------------

    def writer(self, source: str) -> SegmentWriter:
        """A writer with a segment of its own; use it as a context manager, from one thread."""
        return SegmentWriter(self.fs, self.root, source, self.kind)

    def segments(self, source: str = "*") -> list[str]:
        """Names of all segments, or of one source's, oldest first within a source."""
        return sorted(self._relative(p) for p in self.fs.glob(f"{self.root}/web/{source}/*.warc.gz"))

    def events(self, done: Mapping[str, int] | None = None, source: str = "*") -> Iterator[tuple[FetchEvent, int]]:
        """All events after what is `done` (segment -> offset), each with the offset at which reading may go on.

        A torn tail ends its segment quietly; `damages` tells of it.
        """
        for segment in self.segments(source):
            for record in self._records(segment, (done or {}).get(segment, 0)):
                if isinstance(record, Damage) or record.type != "metadata":
                    continue
                data = json.loads(record.content)
                if data.get("outcome"):
                    yield event_from_dict({**data, "segment": segment}), record.end

    def damages(self) -> list[Damage]:
        """Every place that cannot be read, in all segments."""
        return [r for s in self.segments() for r in self._records(s, 0) if isinstance(r, Damage)]

    def body(self, segment: str, offset: int) -> bytes:
        """The payload of the response record at `offset`; FincityError when it is not whole or was taken down."""
        if (segment, offset) in self.withheld:
            raise FincityError(
                f"archive: the page in {segment} at {offset} was taken down; `fincity takedown` says why"
            )
        record = next(iter(self._records(segment, offset)), None)
        if record is None or isinstance(record, Damage) or record.type != "response":
            raise FincityError(f"archive: no whole response in {segment} at {offset}; run `fincity reconcile`")
        return record.content

    @cached_property
    def withheld(self) -> frozenset[tuple[str, int]]:
        """The places (segment, offset) of pages that were taken down when this archive was opened."""
        taken = takedowns.in_force(self.entries(takedowns.LOG)).values()
        return frozenset(place for takedown in taken for place in takedown.captures)

    def erase(self, segment: str, offset: int, said: Mapping[str, Any]) -> None:
        """Put a tombstone of the same length in the place of a response, for good; nothing else of the segment changes.

        Whoever calls holds the lease of the source's site: a segment that is being written must not be replaced. The
        new file takes the old one's name in one step. What was erased already stays as it is.
        """
        record = next(iter(self._records(segment, offset)), None)
        if isinstance(record, WarcRecord) and record.type == "resource":
            return
        if not isinstance(record, WarcRecord) or record.type != "response":
            raise FincityError(f"archive: no whole response in {segment} at {offset}; run `fincity reconcile`")
        path = f"{self.root}/{segment}"
        whole: bytes = self.fs.cat_file(path)
        stone = tombstone(record.end - offset, said)
        self._put(path, whole[:offset] + stone + whole[record.end :])

    def _records(self, segment: str, offset: int) -> Iterator[WarcRecord | Damage]:
        try:
            with self.fs.open(f"{self.root}/{segment}", "rb") as file:
                yield from read_records(file, segment, offset)
        except FileNotFoundError as error:
            raise FincityError(f"archive: segment {segment} is missing from {self.root}") from error

    # -- imports ---------------------------------------------------------------------------------------------------

    def put_import(
        self,
        kind: str,
        files: Iterable[tuple[str, bytes]],
        *,
        mapping: Mapping[str, Any] | None = None,
        declaration: Mapping[str, Any] | None = None,
        keep_bytes: bool = True,
    ) -> Import:
        """Keep files (name, bytes) with their mapping and declaration. The same import twice is one import."""
        held = list(files)
        made = Import.of(kind, held, mapping, declaration, keep_bytes=keep_bytes)
        for _, data in held if keep_bytes else ():
            digest = hashlib.sha256(data).hexdigest()
            self._put_once(f"imports/objects/{digest[:2]}/{digest}", data)
        path = f"imports/manifests/{made.import_id}.json"
        manifest = {**made.said(), "imported_at": made.imported_at}
        self._put_once(path, json.dumps(manifest, ensure_ascii=False, indent=1).encode())
        return self._manifest(path)

    def imports(self) -> list[Import]:
        """All imports, ordered by id."""
        paths = sorted(self.fs.glob(f"{self.root}/imports/manifests/*.json"))
        return [self._manifest(self._relative(p)) for p in paths]

    def import_bytes(self, file: ImportedFile) -> bytes | None:
        """The bytes of an imported file, or None when only its hash was kept. FincityError when they were changed."""
        return self._bytes(f"imports/objects/{file.sha256[:2]}/{file.sha256}")

    def _manifest(self, path: str) -> Import:
        data = json.loads(self.fs.cat_file(f"{self.root}/{path}"))
        files = tuple(ImportedFile(**f) for f in data["files"])
        import_id = path.rsplit("/", 1)[1].removesuffix(".json")
        return Import(import_id, data["kind"], files, data["mapping"], data["declaration"], data["imported_at"])

    # -- the log ---------------------------------------------------------------------------------------------------

    def log(self, name: str, entry: Mapping[str, Any]) -> None:
        """Append a judgement to the log `name`; it is never changed again (an undo is another entry)."""
        data = json.dumps(dict(entry), ensure_ascii=False, sort_keys=True).encode()
        self._put_once(f"log/{name}/{stamp()}-{secrets.token_hex(4)}.json", data)

    def entries(self, name: str) -> list[dict[str, Any]]:
        """All judgements of a log, in the order they were made."""
        return [json.loads(data) for _, data in self.log_files(name)]

    def log_files(self, name: str) -> Iterator[tuple[str, bytes]]:
        """The files of a log (path below the root, bytes), in the order they were written."""
        for path in sorted(self.fs.glob(f"{self.root}/log/{name}/*.json")):
            yield self._relative(path), self.fs.cat_file(path)

    def kept(self) -> list[str]:
        """The names of all imports and judgements: what has a name is never changed, so the names say it all."""
        found = [path for part in ("imports", "log") for path in self.fs.find(f"{self.root}/{part}")]
        return sorted(self._relative(path) for path in found if not path.endswith(".part"))

    def keep_lexicon(self, data: bytes) -> str:
        """Keep a lexicon's bytes under their hash, which is returned."""
        digest = hashlib.sha256(data).hexdigest()
        self._put_once(f"log/lexicons/{digest}", data)
        return digest

    def lexicon(self, digest: str) -> bytes:
        """The bytes of a lexicon that was kept. FincityError when they are gone or were changed."""
        data = self._bytes(f"log/lexicons/{digest}")
        if data is None:
            raise FincityError(f"archive: {self.root}/log/lexicons/{digest} is missing; restore it from a backup")
        return data

    # -- plumbing --------------------------------------------------------------------------------------------------

    def _bytes(self, path: str) -> bytes | None:
        """A file that is named by its hash, or None when it is not there."""
        final = f"{self.root}/{path}"
        if not self.fs.exists(final):
            return None
        data: bytes = self.fs.cat_file(final)
        if hashlib.sha256(data).hexdigest() != path.rpartition("/")[2]:
            raise FincityError(f"archive: {final} no longer has the hash it is named by; restore it from a backup")
        return data

    def _relative(self, path: str) -> str:
        return path[path.index(self.root) + len(self.root) :].lstrip("/")

    def _put_once(self, path: str, data: bytes) -> None:
        """Write a file that is not there yet, so that nobody ever sees half of it."""
        final = f"{self.root}/{path}"
        if self.fs.exists(final):
            return
        self._put(final, data)

    def _put(self, final: str, data: bytes) -> None:
        self.fs.makedirs(final.rsplit("/", 1)[0], exist_ok=True)
        temporary = f"{final}.{os.getpid()}.part"
        try:
            with self.fs.open(temporary, "wb") as file:
                file.write(data)
                sync(file)
            self.fs.mv(temporary, final)
        except BaseException as error:
            with contextlib.suppress(OSError):
                self.fs.rm(temporary)
            if not isinstance(error, OSError):
                raise
            raise FincityError(f"archive: cannot write {final}: {error.strerror or error}") from error

    def _check_marker(self) -> None:
        path = f"{self.root}/fincity-archive.json"
        if not self.fs.exists(path):
            self._put_once("fincity-archive.json", json.dumps({"format": FORMAT, "kind": self.kind}).encode())
        marker = json.loads(self.fs.cat_file(path))
        if marker.get("kind") != self.kind:
            raise FincityError(f"archive {self.root} is {marker.get('kind')}, the home is {self.kind}: they never mix")
        if marker.get("format", 0) > FORMAT:
            raise FincityError(f"archive {self.root} was written by a later fincity: upgrade fincity")
