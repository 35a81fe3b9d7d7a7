"""Decisions in a home: kept in the archive's log, heeded by the next refresh, in exactly the rows concerned."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import fincity
from db.archive import Archive
from db.home import Home
from etl.errors import UsageError
from etl.resolve import Decision
from fincity.demo.run import Demo
from flows import decisions, pipeline
from tests import demo as demos

pytestmark = pytest.mark.xdist_group("demo")


def decision(name: str, verdict: str = "same", **more: str) -> Decision:
    signed = {"kind": "firm", "who": "A. Reader", "when": "", "why": "the register of firms"}
    return Decision(**{**signed, "name": name, "verdict": verdict, **more})  # type: ignore[arg-type]


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive.of(Home.create(tmp_path / "home", "synthetic"))


def test_a_refresh_after_a_decision_equals_a_rebuild_and_changes_only_the_rows_concerned(
    demo: Demo, tmp_path: Path
) -> None:
    home = demos.copy(demo, tmp_path)
    before = demos.said(home)
    name, city = an_open_supplier(before)
    (made,) = decisions.write(Archive.of(home), [decision(name, city_code=city)])
    pipeline.build_panel(home)
    after = demos.said(home)
    changed = {*before} ^ {*after}
    named = {"resolution", "deal", "contribution", "observation", "edge", "measurement"}
    assert {json.loads(line)[0] for line in changed} <= named
    resolutions = [row for table, row in map(json.loads, changed) if table == "resolution"]
    assert {row["name"] for row in resolutions} == {name}
    assert {row["city_code"] for row in resolutions if row["method"] == "decision"} == {city}
    assert all(row["supplier"] == name for table, row in map(json.loads, changed) if table == "deal")
    rebuilt = pipeline.rebuild(home)
    assert demos.said(home) == after

    year = next(row["year"] for row in resolutions)
    said = str(fincity.explain(city, year, "fintech_deals_sold", home=home, release=rebuilt.published.release))
    assert f"by decision: A. Reader, {made.when}: the register of firms [{made.id}]" in said

    decisions.undo(Archive.of(home), made.id, "A. Reader", "a mistake")
    pipeline.build_panel(home)
    assert demos.said(home) == before


def an_open_supplier(said: list[str]) -> tuple[str, str]:
    """A supplier without a city that a fintech deal hangs on, and a city for it."""
    rows = [(table, row) for table, row in map(json.loads, said) if table in ("deal", "place")]
    name = next(r["supplier"] for t, r in rows if t == "deal" and not r["seller_city"] and r["primary_domain"])
    return name, next(r["code"] for t, r in rows if t == "place" and r["level"] == "prefecture")


def test_what_was_written_is_read_back_in_order_and_known_things_are_not_said_twice(archive: Archive) -> None:
    first, second = decision("甲软件有限公司", city_code="440300"), decision("甲软件有限公司", other="乙软件有限公司")
    written = decisions.write(archive, [first, second])
    assert [one.name for one in written] == ["甲软件有限公司"] * 2
    assert written[0].when < written[1].when
    assert decisions.read(archive).rulings.decisions == tuple(written)
    assert decisions.write(archive, [first, second]) == []


def test_a_broken_entry_is_named_with_file_and_field_and_the_others_count(archive: Archive) -> None:
    good = decisions.write(archive, [decision("甲软件有限公司", city_code="440300")])
    folder = Path(archive.root) / "log" / "decisions"
    for name, data in {
        "1.json": b'{"nonsense": 1}',
        "2.json": b"{half",
        "3.json": b"\xff\xfe\x00",
        "4.json": b"[" * 100_000,
        "5.json": json.dumps({**good[0].entry(), "city_code": "310000"}).encode(),
        "6.json": b'{"undo": "no such", "who": "x", "when": "2026-01-01", "why": "y"}',
    }.items():
        (folder / name).write_bytes(data)
    log = decisions.read(archive)
    assert log.rulings.decisions == tuple(good)
    assert len(log.broken) == 6
    said = ("nonsense: no field", "no JSON object", "no JSON object", "no JSON object", "it was changed later")
    for number, (why, line) in enumerate(zip(said, log.broken, strict=False), 1):
        assert line.startswith(f"log/decisions/{number}.json: ")
        assert why in line
    assert "no such, which is no decision" in log.broken[5]


def test_nothing_is_written_where_one_decision_is_wrong(archive: Archive) -> None:
    good, wrong = decision("甲软件有限公司", city_code="440300"), decision("乙软件有限公司", city_code="000000")
    with pytest.raises(UsageError, match="city_code"):
        decisions.write(archive, [good, wrong])
    assert decisions.read(archive).decisions == ()


def test_a_name_does_not_become_two_organisations_by_the_way(archive: Archive) -> None:
    (first,) = decisions.write(archive, [decision("甲软件有限公司", other="乙软件有限公司")])
    with pytest.raises(UsageError, match=f"--undo {first.id}"):
        decisions.write(archive, [decision("甲软件有限公司", other="丙软件有限公司")])
    decisions.write(archive, [decision("乙软件有限公司", other="丙软件有限公司")])
    assert decisions.write(archive, [decision("甲软件有限公司", other="丙软件有限公司")])


def test_only_a_decision_in_force_can_be_undone(archive: Archive) -> None:
    (made,) = decisions.write(archive, [decision("甲软件有限公司", city_code="440300")])
    assert decisions.undo(archive, made.id, "A. Reader", "a mistake") == made
    assert not decisions.read(archive).rulings
    for wrong, said in ((made.id, "undone already"), ("nothing", "no decision 'nothing'")):
        with pytest.raises(UsageError, match=said):
            decisions.undo(archive, wrong, "A. Reader", "again")
    with pytest.raises(UsageError, match="why"):
        decisions.undo(archive, decisions.write(archive, [made])[0].id, "A. Reader", " ")
