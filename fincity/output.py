"""How results reach the disk: whole or not at all.

A file is written beside its final place and renamed when it is complete, so a full disk or a kill leaves the old file
or none, never half of one.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from etl.errors import UsageError


def apart(outputs: Iterable[Path | None], inputs: Iterable[Path] = ()) -> None:
    """Raise UsageError when two outputs are one file, or an output would take the place of an input."""
    taken = {one.resolve(): f"{one} is an input: name another output" for one in inputs}
    for output in filter(None, outputs):
        if said := taken.get(output.resolve()):
            raise UsageError(said)
        taken[output.resolve()] = f"{output} is named for two outputs: name two files"


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
    except OSError as error:
        if error.filename in (None, str(temporary)):
            # A failed write names no file, a failed opening one that nobody asked for.
            error.filename = str(path)
        raise
    finally:
        temporary.unlink(missing_ok=True)


def _flush(path: Path) -> None:
    """Have the disk take the bytes before the name is theirs: a late 'disk full' must not be missed."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())
