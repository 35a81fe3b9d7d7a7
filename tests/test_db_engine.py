"""The two stores: transactions, readers beside a writer, and one clear line for all that can go wrong around them."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import URL, make_url, text

from db import migrate
from db.engine import Stores, connect, sqlite_store
from db.home import Home
from db.upsert import upsert
from db.warehouse import rows
from etl.errors import FincityError, UsageError
from etl.records.rows import DeclarationRow


def declaration(number: int) -> DeclarationRow:
    return DeclarationRow(import_id=f"{number:064}", kind="reports", files=1, declaration="{}")


def test_a_transaction_is_kept_whole_or_not_at_all(stores: Stores) -> None:
    with stores.warehouse.write() as conn:
        upsert(conn, DeclarationRow, [declaration(1)])
    with pytest.raises(FincityError, match="more than once"), stores.warehouse.write() as conn:  # noqa: PT012
        upsert(conn, DeclarationRow, [declaration(2)])
        upsert(conn, DeclarationRow, [declaration(3), declaration(3)])
    with stores.warehouse.read() as conn:
        assert rows(conn, DeclarationRow) == [declaration(1)]


def test_a_reader_keeps_its_state_of_the_store_while_another_writes(stores: Stores) -> None:
    with stores.warehouse.read() as reader:
        assert rows(reader, DeclarationRow) == []
        with stores.warehouse.write() as writer:
            upsert(writer, DeclarationRow, [declaration(1)])
        assert rows(reader, DeclarationRow) == []
    with stores.warehouse.read() as reader:
        assert rows(reader, DeclarationRow) == [declaration(1)]


def test_a_reader_cannot_write(stores: Stores) -> None:
    with pytest.raises(Exception, match=r"(?i)read-?only"), stores.warehouse.read() as conn:
        conn.execute(text("DELETE FROM declaration"))
    with stores.warehouse.write() as conn:
        upsert(conn, DeclarationRow, [declaration(1)])


def test_the_two_stores_are_apart(stores: Stores) -> None:
    with pytest.raises(FincityError, match="fincity db upgrade"), stores.ops.read() as conn:
        conn.execute(text("SELECT count(*) FROM declaration"))


def test_tables_that_are_not_there_yet_are_named_with_the_remedy(db_home: Home) -> None:
    with (
        connect(db_home) as stores,
        pytest.raises(FincityError, match="tables are not there yet; run `fincity db upgrade`"),
        stores.warehouse.read() as conn,
    ):
        rows(conn, DeclarationRow)


def test_a_writer_that_waits_in_vain_says_that_the_store_is_held(db_home: Home, stores: Stores) -> None:
    with connect(db_home, busy_seconds=0.1) as others, stores.warehouse.write() as conn:
        conn.execute(text("CREATE TABLE held (a BIGINT)") if stores.warehouse.postgres else text("SELECT 1"))
        with pytest.raises(FincityError, match="another program holds it"), others.warehouse.write() as other:
            other.execute(text("CREATE TABLE held (a BIGINT)") if stores.warehouse.postgres else text("SELECT 1"))


@pytest.fixture
def local(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A home on SQLite."""
    monkeypatch.delenv("FINCITY_DATABASE_URL", raising=False)
    return Home.create(tmp_path / "home", "synthetic")


def test_a_writer_in_sqlite_begins_as_one(local: Home) -> None:
    """A deferred transaction would read first and fail at its first write, whatever the timeout."""
    with connect(local) as one, connect(local, busy_seconds=0.1) as two, one.warehouse.write():
        writer = two.warehouse.write()
        with pytest.raises(FincityError, match="another program holds it"):
            writer.__enter__()


def test_a_full_disk_is_one_clear_line_and_changes_nothing(local: Home) -> None:
    migrate.upgrade(local)
    with connect(local) as stores:
        with stores.warehouse.write() as conn:
            pages = conn.execute(text("PRAGMA page_count")).scalar_one()
            conn.execute(text(f"PRAGMA max_page_count = {pages + 5}"))
        with (
            pytest.raises(FincityError, match=r"warehouse\.sqlite: the disk is full"),
            stores.warehouse.write() as conn,
        ):
            upsert(conn, DeclarationRow, map(declaration, range(20_000)))
        with stores.warehouse.read() as conn:
            assert rows(conn, DeclarationRow) == []


def test_a_file_that_is_no_database_or_no_home_at_all_is_named(local: Home) -> None:
    (local.path / "warehouse.sqlite").write_bytes(b"not a database at all" * 100)
    with pytest.raises(FincityError, match=r"warehouse\.sqlite: it is no SQLite database"):
        connect(local)
    shutil.rmtree(local.path)
    with pytest.raises(FincityError, match=r"ops\.sqlite: it cannot be opened"):
        connect(local)


def test_a_place_without_write_ahead_log_is_refused(tmp_path: Path) -> None:
    """The dot-file locking of SQLite has no shared memory, like many network folders."""
    url = URL.create("sqlite", database=f"file:{tmp_path}/a.sqlite", query={"vfs": "unix-dotfile", "uri": "true"})
    reader = sqlite_store("ops", url).read()
    with pytest.raises(FincityError, match="cannot hold a SQLite database that several programs share"):
        reader.__enter__()


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("no address", "is no database address"),
        ("mysql://u@h/d", "'mysql' database, not PostgreSQL: write postgresql://"),
        ("sqlite:///x", "not PostgreSQL"),
    ],
)
def test_an_address_that_is_no_postgresql_is_bad_usage(
    local: Home, monkeypatch: pytest.MonkeyPatch, address: str, message: str
) -> None:
    monkeypatch.setenv("FINCITY_DATABASE_URL", address)
    with pytest.raises(UsageError, match=message):
        connect(local)


def test_a_server_out_of_reach_is_named_without_its_password(local: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    monkeypatch.setenv("FINCITY_DATABASE_URL", f"postgresql://user:secret@127.0.0.1:{port}/fincity")
    with pytest.raises(FincityError, match="cannot be reached") as refused:
        connect(local)
    assert "secret" not in str(refused.value)
    assert f"127.0.0.1:{port}" in str(refused.value)


def test_a_database_that_cannot_hold_chinese_is_refused(
    local: Home, monkeypatch: pytest.MonkeyPatch, new_database: Callable[[], str]
) -> None:
    address = make_url(new_database())
    with psycopg.connect(address.render_as_string(hide_password=False), autocommit=True) as connection:
        connection.execute("CREATE DATABASE narrow TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE 'C'")
    monkeypatch.setenv("FINCITY_DATABASE_URL", address.set(database="narrow").render_as_string(hide_password=False))
    with pytest.raises(FincityError, match="encoding is SQL_ASCII; create it with ENCODING 'UTF8'"):
        connect(local)
