"""Leases: who crawls a site, and who refreshes. One holder at a time, on any number of machines.

A lease expires by the clock of the database, never by that of a machine, unless its holder keeps renewing it. Every
holder gets a token higher than all before it; `check` inside a transaction keeps one that lost its lease from
writing. A holder on this machine that is provably dead (a killed crawler) is succeeded at once instead of after the
expiry.
"""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Double, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.expression import FunctionElement

from db.engine import Store
from db.ops_tables import LEASE
from etl.errors import FincityError

#: Name of the lease of a refresh, of which there is one at a time.
REFRESH = "refresh"
#: Seconds a lease lasts without being renewed; holders renew it three times as often.
TTL = 30.0


class LeaseError(FincityError):
    """The lease lapsed or went to somebody else: the holder must stop at once."""


@dataclass(frozen=True, slots=True)
class Lease:
    """A lease as held."""

    name: str
    owner: str
    token: int
    ttl: float = TTL


class _Clock(FunctionElement[float]):
    """Seconds since 1970 by the clock of the database."""

    inherit_cache = True
    type = Double()


@compiles(_Clock, "sqlite")
def _sqlite_clock(*_: Any, **__: Any) -> str:
    return "((julianday('now') - 2440587.5) * 86400.0)"


@compiles(_Clock, "postgresql")
def _postgres_clock(*_: Any, **__: Any) -> str:
    return "EXTRACT(EPOCH FROM clock_timestamp())::double precision"


def acquire(store: Store, name: str, ttl: float = TTL) -> Lease | None:
    """The lease `name` of the ops store for this process, or None while somebody else holds it."""
    owner = _myself()
    with store.write() as conn:
        holder: str | None = conn.execute(select(LEASE.c.owner).where(LEASE.c.name == name)).scalar_one_or_none()
        dead = holder if holder and _dead(holder) else ""
        put = postgresql.insert(LEASE) if store.postgres else sqlite.insert(LEASE)
        values = {"owner": owner, "heartbeat": _Clock(), "expires": _Clock() + ttl}
        token: int | None = conn.execute(
            put.values(name=name, token=1, **values)
            .on_conflict_do_update(
                index_elements=["name"],
                set_={**values, "token": LEASE.c.token + 1},
                where=or_(LEASE.c.expires < _Clock(), LEASE.c.owner == dead),
            )
            .returning(LEASE.c.token)
        ).scalar_one_or_none()
    return Lease(name, owner, token, ttl) if token is not None else None


def holder(store: Store, name: str) -> str | None:
    """Who holds the lease now (machine, namespace, process), or None."""
    with store.read() as conn:
        asked = select(LEASE.c.owner).where(LEASE.c.name == name, LEASE.c.expires >= _Clock())
        owner: str | None = conn.execute(asked).scalar_one_or_none()
    return owner


def renew(store: Store, lease: Lease) -> None:
    """Make the lease last for another `ttl`. LeaseError when it already lapsed, even if nobody took it."""
    with store.write() as conn:
        check(conn, lease)


def check(conn: Connection, lease: Lease) -> None:
    """Inside a transaction that writes on behalf of the holder: renew the lease, or raise LeaseError."""
    still = _held(lease).where(LEASE.c.expires >= _Clock()).values(heartbeat=_Clock(), expires=_Clock() + lease.ttl)
    if conn.execute(still.returning(LEASE.c.token)).first() is None:
        raise LeaseError(f"the lease {lease.name!r} lapsed or went to another process; this one stops")


def release(store: Store, lease: Lease) -> None:
    """Give the lease back; the row stays, so that tokens keep rising."""
    with store.write() as conn:
        conn.execute(_held(lease).values(expires=0.0))


def _held(lease: Lease) -> Any:
    return update(LEASE).where(LEASE.c.name == lease.name, LEASE.c.token == lease.token)


@contextmanager
def held(store: Store, name: str, ttl: float = TTL, on_lost: Callable[[], None] = lambda: None) -> Iterator[Lease]:
    """Hold a lease for the length of a block, renewed by a thread. FincityError while somebody else holds it.

    When the lease lapsed meanwhile (the machine slept, the database was away) the thread calls `on_lost`, and the block
    ends in LeaseError at the latest; what writes inside it uses `check`.
    """
    lease = acquire(store, name, ttl)
    if lease is None:
        raise FincityError(f"{name} is held by another process ({holder(store, name)}); wait until it is done")
    done = threading.Event()
    thread = threading.Thread(target=_keep, args=(store, lease, done, on_lost), name=f"lease-{name}", daemon=True)
    thread.start()
    try:
        yield lease
        renew(store, lease)
    finally:
        done.set()
        thread.join()
        release(store, lease)


def _keep(store: Store, lease: Lease, done: threading.Event, on_lost: Callable[[], None]) -> None:
    renewed = time.monotonic()
    while not done.wait(lease.ttl / 3):
        try:
            renew(store, lease)
            renewed = time.monotonic()
        except FincityError as error:
            # A store out of reach may come back, but nobody can say that we still hold what we could not renew.
            if isinstance(error, LeaseError) or time.monotonic() - renewed > lease.ttl * 2 / 3:
                on_lost()
                return


# -- who is who --------------------------------------------------------------------------------------------------------


def _myself() -> str:
    return f"{_where()} {os.getpid()} {_born(os.getpid())}"


def _dead(owner: str) -> bool:
    """Whether an owner is known to be gone: it ran in this very process space, and its process is no more."""
    where, _, process = owner.rpartition(" ")[0].rpartition(" ")
    return where == _where() and bool(_where()) and _born(int(process)) != owner.rpartition(" ")[2]


def _where() -> str:
    """This boot of this machine and its process namespace, so that equal host names or containers are not confused."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{socket.gethostname()} {boot} {Path('/proc/self/ns/pid').readlink()}"
    except OSError:
        return socket.gethostname()


def _born(pid: int) -> str:
    """When the process started, in the kernel's ticks; `gone` when there is none."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return "gone"
    state, *rest = stat.rpartition(")")[2].split()
    return "gone" if state in "ZX" else rest[18]
