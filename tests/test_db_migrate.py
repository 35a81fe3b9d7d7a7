"""Migrations: what they build is what the records say, on both stores; a newer database is refused."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect, text

from db import migrate
from db.engine import Store, Stores, connect
from db.home import Home
from etl.errors import FincityError


def described(store: Store) -> dict[str, Any]:
    """Everything the database itself says about its tables, checks and references included."""
    with store.read() as conn:
        seen = inspect(conn)
        return {
            name: {
                "columns": [(c["name"], str(c["type"]), c["nullable"]) for c in seen.get_columns(name)],
                "key": seen.get_pk_constraint(name),
                "references": sorted(map(str, seen.get_foreign_keys(name))),
                "checks": sorted(map(str, seen.get_check_constraints(name))),
                "indexes": sorted(map(str, seen.get_indexes(name))),
            }
            for name in seen.get_table_names()
            if name != "alembic_version"
        }


@pytest.mark.parametrize("name", ["ops", "warehouse"])
def test_the_migrated_database_is_the_one_the_metadata_describes(stores: Stores, name: str) -> None:
    store: Store = getattr(stores, name)
    assert migrate.differences(store) == []
    migrated = described(store)
    with store.write() as conn:
        tables = migrate.metadata(name)
        tables.drop_all(conn)
        tables.create_all(conn)
    assert migrated == described(store)


def test_upgrading_twice_changes_nothing_and_downgrading_leaves_nothing(db_home: Home) -> None:
    assert [v.state for v in migrate.info(db_home)] == ["empty", "empty"]
    first = migrate.upgrade(db_home)
    assert [v.state for v in first] == ["current", "current"]
    assert migrate.upgrade(db_home) == first
    assert migrate.downgrade(db_home, "warehouse", "base").state == "empty"
    with connect(db_home) as stores:
        assert described(stores.warehouse) == {}
        assert described(stores.ops) != {}
    assert migrate.upgrade(db_home) == first


def test_a_database_of_a_newer_fincity_is_refused_with_a_remedy(db_home: Home, stores: Stores) -> None:
    with stores.warehouse.write() as conn:
        conn.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for step in (migrate.upgrade, migrate.info):
        with pytest.raises(FincityError, match=r"9999.*newer one wrote them; upgrade fincity"):
            step(db_home)


def test_a_drafted_revision_builds_what_the_metadata_describes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FINCITY_DATABASE_URL", raising=False)
    shutil.copytree(migrate.FOLDER, tmp_path / "migrations", ignore=shutil.ignore_patterns("r0*.py"))
    monkeypatch.setattr(migrate, "FOLDER", tmp_path / "migrations")
    assert len(migrate.draft("All anew")) == 2
    home = Home.create(tmp_path / "home", "synthetic")
    assert [version.current for version in migrate.upgrade(home)] == ["0001", "0001"]
    with connect(home) as stores:
        assert migrate.differences(stores.ops) == migrate.differences(stores.warehouse) == []
    assert migrate.draft("nothing left to add") == []
