"""The home: the one folder under which everything fincity writes lies (design, section 3).

```
HOME/fincity-home.json   {"format": 1, "kind": "real" | "synthetic", "apart": bool}, written when the home is made
HOME/archive/            the truth: db.archive says how it is laid out
HOME/ops.sqlite          frontier, attempts, leases: rebuildable
HOME/warehouse.sqlite    derived tables
HOME/releases/ID/        immutable; HOME/releases/current names one
HOME/reports/            what runs had to say
```
A home is real or synthetic for good, and neither kind takes in the other's data. This module imports nothing heavy: the
command line opens a home before it knows what it will need.

A home *apart* has archive and database within, whatever the environment names: what is tried out must not get among
what is kept.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from etl.errors import FincityError, UsageError

Kind = Literal["real", "synthetic"]
MARKER = "fincity-home.json"
FORMAT = 1


def default_path() -> Path:
    """`FINCITY_HOME`, else the platform's user data folder."""
    named = os.environ.get("FINCITY_HOME")
    if named:
        return Path(named).expanduser()
    from platformdirs import user_data_path

    return user_data_path("fincity", appauthor=False)


@dataclass(frozen=True)
class Home:
    """An existing home. Make one with `create`, find one with `open`."""

    path: Path
    kind: Kind
    apart: bool = False

    @classmethod
    def open(cls, path: Path | str | None = None) -> Home:
        """The home at `path` (default: `default_path()`).

        Raises UsageError when there is none, FincityError when its marker cannot be read.
        """
        folder = Path(path) if path else default_path()
        marker = folder / MARKER
        if not marker.is_file():
            raise UsageError(
                f"no fincity home at {folder}: make one with `fincity demo` (synthetic) or `fincity import`, "
                "or name another with --home or FINCITY_HOME"
            )
        return cls(folder, *_read(marker))

    @classmethod
    def create(cls, path: Path | str | None = None, kind: Kind = "real", *, apart: bool = False) -> Home:
        """The home at `path`, made if it is not there; UsageError if it exists and is of the other kind."""
        folder = Path(path) if path else default_path()
        marker = folder / MARKER
        if marker.is_file():
            home = cls.open(folder)
            if home.kind != kind:
                raise UsageError(
                    f"{folder} is a {home.kind} home and takes in no {kind} data: choose another folder with --home"
                )
            return home
        _refuse_foreign_folder(folder)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            write_atomically(marker, json.dumps({"format": FORMAT, "kind": kind, "apart": apart}).encode() + b"\n")
        except OSError as error:
            raise FincityError(f"cannot make a home at {folder}: {error.strerror or error}") from error
        return cls(folder, kind, apart)

    @property
    def synthetic(self) -> bool:
        """Whether everything in it is made up."""
        return self.kind == "synthetic"

    @property
    def archive_url(self) -> str:
        """Where the archive is: `FINCITY_ARCHIVE_URL` (any fsspec address) or `HOME/archive`."""
        elsewhere = None if self.apart else os.environ.get("FINCITY_ARCHIVE_URL")
        return elsewhere or str((self.path / "archive").resolve())

    @property
    def database_url(self) -> str | None:
        """`FINCITY_DATABASE_URL` (PostgreSQL), or None for the two SQLite files of the home."""
        return None if self.apart else os.environ.get("FINCITY_DATABASE_URL") or None

    @property
    def releases(self) -> Path:
        """Folder of the releases."""
        return self.path / "releases"

    @property
    def reports(self) -> Path:
        """Folder of the run reports."""
        return self.path / "reports"


def _read(marker: Path) -> tuple[Kind, bool]:
    """Kind of a home, and whether it stands apart."""
    try:
        data = json.loads(marker.read_text(encoding="utf-8"))
        kind, version = data["kind"], data["format"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise FincityError(f"{marker} cannot be read ({error}); restore it or choose another folder") from error
    if kind not in ("real", "synthetic") or not isinstance(version, int):
        raise FincityError(f"{marker} does not say whether the home is real or synthetic; restore it")
    if version > FORMAT:
        raise FincityError(f"{marker.parent} was made by a later fincity (format {version}): upgrade fincity")
    return "synthetic" if kind == "synthetic" else "real", data.get("apart") is True


def _refuse_foreign_folder(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file, not a folder: choose another with --home")
    # A leftover of an interrupted start is ours; anything else belongs to somebody.
    strangers = [p.name for p in folder.iterdir() if not p.name.startswith(f".{MARKER}")] if folder.is_dir() else []
    if strangers:
        raise UsageError(f"{folder} holds {strangers[0]!r} and is no fincity home: choose another folder")


def write_atomically(path: Path, data: bytes) -> None:
    """Write a file so that nobody ever sees half of it: temporary file beside it, fsync, rename."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
