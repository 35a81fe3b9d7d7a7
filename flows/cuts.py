"""One recipe of everything that decides what the tables say: while it holds, they need not be made again.

It holds the archive as far as it was read, its imports and judgements, what the sources declare, the lexicons, the
catalogue, the code of all rooms, byte by byte, and the versions of the libraries it runs on.
"""

from __future__ import annotations

import hashlib
import sysconfig
from functools import lru_cache
from pathlib import Path

from db import ops
from etl import catalogue
from etl.recipes import recipe
from flows import deriving
from flows.session import Session

_ROOMS = ("crawlers", "db", "etl", "flows", "keywords")


def tables(session: Session) -> str:
    """The recipe of the warehouse's tables, once the archive was folded in."""
    with session.stores.ops.read() as conn:
        read = sorted(ops.cursors(conn).items())
    said = [repr(sorted(found.items())) for found in (session.facts, session.indicators, catalogue.frames())]
    return recipe(_made_by(session), session.home.kind, read, session.archive.kept(), said)


def release(session: Session, of_tables: str | None) -> str | None:
    """The recipe of a release of tables that were made from `of_tables`; None where nobody knows what those are."""
    return recipe(_made_by(session), of_tables) if of_tables else None


def _made_by(session: Session) -> str:
    info = deriving.release_info(session)
    return recipe(_code(), info.fincity_version, sorted(info.stages.items()), sorted(info.lexicons.items()))


@lru_cache(maxsize=1)
def _code() -> str:
    root = Path(__file__).parent.parent
    hashed = hashlib.sha256()
    for path in sorted(path for room in _ROOMS for path in (root / room).rglob("*") if path.is_file()):
        if "__pycache__" not in path.parts:
            hashed.update(f"{path.relative_to(root)}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    # The folder of each installed library names its version; reading all metadata would take longer than the rest.
    libraries = Path(sysconfig.get_path("purelib")).glob("*.dist-info")
    hashed.update("\0".join(sorted(path.name for path in libraries)).encode())
    return hashed.hexdigest()
