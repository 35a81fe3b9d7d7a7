"""How results reach the disk: whole or not at all.

A file is written beside its final place and renamed when it is complete, so a full disk or a kill leaves the old file
or none, never half of one.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from etl.errors import UsageError


def checked(path: Path | str, suffixes: Sequence[str]) -> Path:
    """The path, if a file with one of the suffixes can be put there; UsageError says what is wrong otherwise."""
    path = Path(path)
    if path.suffix.lower() not in suffixes:
        raise UsageError(f"{path}: cannot write {path.suffix or 'a file without suffix'}; use {', '.join(suffixes)}")
    if path.is_dir():
        raise UsageError(f"{path} is a folder: name a file in it")
    if not path.parent.is_dir():
        raise UsageError(f"{path}: the folder {path.parent} does not exist; make it first")
    return path


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a temporary path in the same folder; what stands there at the end takes the place of `path` in one step."""
    temporary = path.with_name(f".{path.stem}.{os.getpid()}.part{path.suffix}")
    try:
        yield temporary
        _flush(temporary)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _flush(path: Path) -> None:
    """Have the disk take the bytes before the name is theirs: a late 'disk full' must not be missed."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())
