"""Bulk writes: what differs is written, what does not is left alone, and what no store could hold alike is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from db import migrate
from db.engine import Stores, connect
from db.home import Home
from db.schema import BUILD, MAX_KEY_BYTES, METADATA
from db.upsert import Changes, sync, upsert
from db.warehouse import dump, dump_hash, rows
from etl.errors import FincityError
from etl.records import TABLES, columns_of
from etl.records.rows import AwardLineRow, AwardRow, EdgeRow, ListingRow, ObservationRow, ResolutionRow


def listing(number: int, **changes: Any) -> ListingRow:
    plain = ListingRow(
        source="ccgp",
        source_id=f"{number:05}",
        scope="award",
        url=None,
        title="某银行智能风控系统采购项目",
        published_on="2024-05-06",
        kind_given=None,
        state="pending",
        reason=None,
    )
    return replace(plain, **changes)


AWARD = AwardRow(
    award_id="ccgp/1",
    project_code=None,
    title="智能柜台采购",
    purchaser=None,
    buyer_id=None,
    buyer_city=None,
    bank_class=None,
    bank_level=None,
    published_on="2024-05-06",
    year=2024,
    lots=1,
    framework=False,
    status="standing",
    recipe="1",
)
LINE = AwardLineRow(
    award_id="ccgp/1",
    lot="",
    supplier="某科技有限公司",
    role=None,
    supplier_address=None,
    uscc=None,
    amount_fen=None,
    amount_basis="unknown",
    tax_basis="unknown",
    amount_note=None,
    currency="CNY",
)
OBSERVATION = ObservationRow(
    indicator="fintech_deals_bought",
    city_code="440300",
    year=2024,
    boundary="2020",
    value=3.0,
    unit="deals",
    basis="observed",
    completeness=1.0,
    provisional=False,
    reason=None,
)


def test_a_sync_makes_the_table_equal_and_a_second_one_changes_nothing(stores: Stores) -> None:
    first = [listing(n) for n in range(4)]
    second = [listing(1), listing(2, state="parsed"), listing(3, reason="waits"), listing(9)]
    with stores.warehouse.write() as conn:
        assert sync(conn, ListingRow, first) == Changes(inserted=4)
        assert sync(conn, ListingRow, second) == Changes(inserted=1, updated=2, deleted=1, unchanged=1)
    with stores.warehouse.write() as conn:
        assert not sync(conn, ListingRow, reversed(second))
        assert rows(conn, ListingRow) == second


def test_unchanged_rows_are_not_rewritten(stores: Stores) -> None:
    """PostgreSQL says which transaction wrote a row last; SQLite counts the rows that statements changed."""
    place = "max(xmin::text)" if stores.warehouse.postgres else "total_changes()"
    with stores.warehouse.write() as conn:
        upsert(conn, ListingRow, [listing(n) for n in range(3)])
        before = conn.execute(text(f"SELECT {place} FROM listing")).scalar()
    with stores.warehouse.write() as conn:
        staged = 3 if not stores.warehouse.postgres else 0
        assert upsert(conn, ListingRow, [listing(n) for n in range(3)]) == Changes(unchanged=3)
        after = conn.execute(text(f"SELECT {place} FROM listing")).scalar()
    assert after == (before if stores.warehouse.postgres else before + staged)


def test_a_scope_leaves_the_rest_of_the_table_alone(stores: Stores) -> None:
    other = listing(1, source="cfcpn")
    with stores.warehouse.write() as conn:
        sync(conn, ListingRow, [listing(1), listing(2), other])
        assert sync(conn, ListingRow, [listing(3)], {"source": "ccgp"}) == Changes(inserted=1, deleted=2)
        assert rows(conn, ListingRow) == [listing(3), other]
        assert rows(conn, ListingRow, source="cfcpn", url=None) == [other]
        with pytest.raises(FincityError, match=r"source_id='00001'.*outside the part .*\(source='ccgp'\)"):
            sync(conn, ListingRow, [other], {"source": "ccgp"})


def test_an_upsert_deletes_nothing(stores: Stores) -> None:
    with stores.warehouse.write() as conn:
        upsert(conn, ListingRow, [listing(1), listing(2)])
        assert upsert(conn, ListingRow, [listing(2, state="parsed")]) == Changes(updated=1)
        assert rows(conn, ListingRow) == [listing(1), listing(2, state="parsed")]


def test_a_key_given_twice_is_refused_even_when_the_rows_agree(stores: Stores) -> None:
    named = r"listing \(source='ccgp', source_id='00007'\): given more than once"
    with pytest.raises(FincityError, match=named), stores.warehouse.write() as conn:
        upsert(conn, ListingRow, [listing(7), listing(8), listing(7)])


def test_a_reference_to_nothing_is_named_and_parents_may_go_before_their_children(stores: Stores) -> None:
    named = r"award_line .*award_id refers to a row of award that is not there"
    with pytest.raises(FincityError, match=named), stores.warehouse.write() as conn:
        sync(conn, AwardLineRow, [LINE])
    with stores.warehouse.write() as conn:
        sync(conn, AwardRow, [AWARD])
        sync(conn, AwardLineRow, [LINE])
    with stores.warehouse.write() as conn:
        assert sync(conn, AwardRow, []).deleted == sync(conn, AwardLineRow, []).deleted == 1


def test_children_left_behind_are_refused_at_the_end_of_the_transaction(stores: Stores) -> None:
    with stores.warehouse.write() as conn:
        sync(conn, AwardRow, [AWARD])
        sync(conn, AwardLineRow, [LINE])
    with pytest.raises(FincityError, match="refers to a row that is not there"), stores.warehouse.write() as conn:
        sync(conn, AwardRow, [])
    with stores.warehouse.read() as conn:
        assert rows(conn, AwardRow) == [AWARD]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"state": "lost"}, "listing.state: 'lost' is none of out_of_scope, parsed, pending, quarantined"),
        ({"state": None}, "listing.state: None is no text"),
        ({"title": 5}, "listing.title: 5 is no text"),
        ({"source_id": "行" * MAX_KEY_BYTES}, "key long addresses by their hash"),
    ],
)
def test_a_value_the_column_cannot_hold_is_refused_by_name(
    stores: Stores, change: dict[str, Any], message: str
) -> None:
    with pytest.raises(FincityError, match=message), stores.warehouse.write() as conn:
        upsert(conn, ListingRow, [listing(1, **change)])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"value": float("nan")}, "value: nan is no finite number"),
        ({"value": True}, "value: True is no number"),
        ({"provisional": 1}, "provisional: 1 is neither true nor false"),
        ({"year": 2024.0}, "year: 2024.0 is no whole number"),
        ({"year": 2**63}, "does not fit into 64 bits"),
    ],
)
def test_numbers_are_held_to_their_type(stores: Stores, change: dict[str, Any], message: str) -> None:
    with pytest.raises(FincityError, match=message), stores.warehouse.write() as conn:
        upsert(conn, ObservationRow, [replace(OBSERVATION, **change)])


@pytest.mark.parametrize(
    "change",
    [
        {"completeness": 1.5},
        {"completeness": 0.0, "reason": "nobody looked"},
        {"completeness": 0.5},
        {"value": None},
    ],
)
def test_the_database_itself_refuses_an_observation_that_hides_what_is_unknown(
    stores: Stores, change: dict[str, Any]
) -> None:
    with pytest.raises(FincityError, match="ck_observation_"), stores.warehouse.write() as conn:
        upsert(conn, ObservationRow, [replace(OBSERVATION, **change)])


def test_the_longest_key_fits(stores: Stores) -> None:
    longest = listing(1, source_id="".join(chr(0x4E00 + n) for n in range((MAX_KEY_BYTES - 4) // 3)))
    with stores.warehouse.write() as conn:
        assert upsert(conn, ListingRow, [longest]) == Changes(inserted=1)


# --- the same rows, both stores -------------------------------------------------------------------------------------

#: What sorts differently under most collations, what neither store takes, and what COPY must quote.
TEXT = st.text(
    st.one_of(st.sampled_from("aAbBzZ_-/ 0189éß北京市农银行😀𠮷\ue000\uffff\0\t\\\n'\""), st.characters()), max_size=8
)
VALUES: dict[type, st.SearchStrategy[Any]] = {
    str: TEXT,
    int: st.integers(-(2**63), 2**63 - 1) | st.integers(-3, 3),
    float: st.floats(allow_nan=False, allow_infinity=False) | st.sampled_from([0.0, -0.0, 0.1 + 0.2]),
    bool: st.booleans(),
}


def any_rows(row: type[Any]) -> st.SearchStrategy[list[Any]]:
    """Rows of a table, their keys different also once NUL bytes are gone."""

    def value(spec: Any) -> st.SearchStrategy[Any]:
        plain = st.sampled_from(spec.choices) if spec.choices else VALUES[spec.type]
        return st.none() | plain if spec.nullable else plain

    def key(item: Any) -> tuple[Any, ...]:
        parts = (getattr(item, c.name) for c in columns_of(row) if c.key)
        return tuple(fit(part) if isinstance(part, str) else part for part in parts)

    one = st.builds(row, **{spec.name: value(spec) for spec in columns_of(row)})
    return st.lists(one, max_size=8, unique_by=key)


def fit(value: str) -> str:
    """What both stores keep of a text."""
    return "".join("\ufffd" if "\ud800" <= char <= "\udfff" else char for char in value if char != "\0")


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory, new_database: Callable[[], str]) -> Iterator[tuple[Stores, Stores]]:
    opened = []
    for number, address in enumerate(("", new_database())):
        with pytest.MonkeyPatch.context() as environment:
            environment.setenv("FINCITY_DATABASE_URL", address)
            home = Home.create(tmp_path_factory.mktemp("both") / str(number), "synthetic")
            migrate.upgrade(home)
            opened.append(connect(home))
    yield tuple(opened)
    for stores in opened:
        stores.close()


FREE = (ListingRow, ResolutionRow, EdgeRow)


@settings(max_examples=25, deadline=None)
@given(st.tuples(*map(any_rows, FREE)), st.randoms(use_true_random=False))
def test_the_same_rows_read_and_dump_alike_on_both_stores_in_any_order(
    both: tuple[Stores, Stores], tables: tuple[list[Any], ...], chance: Any
) -> None:
    seen = []
    for stores in both:
        with stores.warehouse.write() as conn:
            for row, items in zip(FREE, tables, strict=True):
                shuffled = chance.sample(items, len(items))
                sync(conn, row, shuffled)
                assert sync(conn, row, items) == Changes(unchanged=len(items))
        with stores.warehouse.read() as conn:
            seen.append(([rows(conn, row) for row in FREE], list(dump(conn)), dump_hash(conn)))
    assert seen[0] == seen[1]
    for row, read in zip(FREE, seen[0][0], strict=True):
        keys = [tuple(getattr(item, c.name) for c in columns_of(row) if c.key) for item in read]
        assert keys == sorted(keys)


def test_every_table_has_a_key_without_nulls_and_a_value_beside_it() -> None:
    assert set(METADATA.tables) == {row.TABLE for row in TABLES} | {BUILD.name}
    for row in TABLES:
        keys = [c for c in columns_of(row) if c.key]
        assert keys, row
        assert not any(c.nullable for c in keys), row
        assert len(keys) < len(columns_of(row)), row
