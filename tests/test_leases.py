"""Leases: one holder at a time, by the clock of the database, on both stores."""

from __future__ import annotations

import subprocess
import sys
import threading

import pytest
from sqlalchemy import select, update

from db import leases
from db.engine import Stores
from db.leases import LeaseError
from db.ops_tables import LEASE
from etl.errors import FincityError


def test_a_lease_is_held_by_one_at_a_time(stores: Stores):
    first = leases.acquire(stores.ops, "site:x")
    assert first is not None
    assert leases.acquire(stores.ops, "site:x") is None
    assert leases.acquire(stores.ops, "site:y") is not None
    leases.release(stores.ops, first)
    second = leases.acquire(stores.ops, "site:x")
    assert second is not None
    assert second.token > first.token
    with pytest.raises(LeaseError):
        leases.renew(stores.ops, first)


def test_of_many_who_want_it_at_once_one_gets_it(stores: Stores):
    got: list[leases.Lease | None] = []
    threads = [threading.Thread(target=lambda: got.append(leases.acquire(stores.ops, "refresh"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([lease for lease in got if lease is not None]) == 1


def test_a_lease_expires_by_the_time_of_the_database(stores: Stores, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("time.time", lambda: 0.0)  # the machine's clock has no say
    old = leases.acquire(stores.ops, "site:x", ttl=600)
    assert old is not None
    leases.renew(stores.ops, old)
    assert leases.holder(stores.ops, "site:x") == old.owner
    with stores.ops.write() as conn:
        conn.execute(update(LEASE).values(expires=LEASE.c.expires - 601))  # as if so much time had passed
    assert leases.holder(stores.ops, "site:x") is None
    with pytest.raises(LeaseError), stores.ops.write() as conn:
        leases.check(conn, old)  # lapsed is lost, even if nobody took it
    assert leases.acquire(stores.ops, "site:x") is not None


def test_a_holder_that_is_dead_for_certain_is_succeeded_at_once(stores: Stores):
    lease = leases.acquire(stores.ops, "site:x", ttl=600)
    assert lease is not None
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    where = lease.owner.rpartition(" ")[0].rpartition(" ")[0]
    for owner, succeeded in ((f"elsewhere {where} {gone.pid} 1", False), (f"{where} {gone.pid} 1", True)):
        with stores.ops.write() as conn:
            conn.execute(update(LEASE).values(owner=owner))
        assert (leases.acquire(stores.ops, "site:x") is not None) == succeeded


def test_a_held_lease_is_renewed_and_given_back(stores: Stores):
    def expires() -> float:
        with stores.ops.read() as conn:
            return float(conn.execute(select(LEASE.c.expires)).scalar_one())

    with leases.held(stores.ops, leases.REFRESH, ttl=3) as lease:
        first, waited = expires(), threading.Event()
        while expires() == first:
            waited.wait(0.05)
        assert leases.holder(stores.ops, leases.REFRESH) == lease.owner
        with pytest.raises(FincityError, match="held by another"), leases.held(stores.ops, leases.REFRESH):
            pass
    assert leases.holder(stores.ops, leases.REFRESH) is None


def test_whoever_lost_the_lease_hears_of_it(stores: Stores):
    lost = threading.Event()

    def work() -> None:
        with leases.held(stores.ops, "site:x", 0.3, lost.set):
            with stores.ops.write() as conn:
                conn.execute(update(LEASE).values(expires=0.0))
            assert lost.wait(5)

    with pytest.raises(LeaseError):
        work()
    with stores.ops.read() as conn:
        assert conn.execute(select(LEASE.c.expires)).scalar_one() == 0.0
