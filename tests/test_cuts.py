"""Nothing new is not read again, and nothing that is new is overlooked."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

import keywords
from crawlers import sources
from crawlers.sources import Source
from db import releases
from db.archive import Archive, now
from db.engine import connect
from db.home import Home
from db.upsert import upsert
from db.warehouse import rows
from etl import catalogue
from etl.parsers import ccgp
from etl.records import FetchEvent
from etl.records.rows import ObservationRow
from fincity.demo.facts import CCGP
from fincity.demo.run import Demo
from flows import cuts, deriving, parsing, pipeline
from flows.session import opened
from tests import demo as demos

pytestmark = pytest.mark.xdist_group("demo")
Change = Callable[[Home, pytest.MonkeyPatch], None]


def cut(home: Home) -> str:
    """What decides the tables of a home."""
    with opened(home) as session:
        parsing.fold_in(session)
        return cuts.tables(session)


def page(home: Home, _: pytest.MonkeyPatch) -> None:
    event = FetchEvent(CCGP, "award", "2024-01-01/2024-01-31", "detail", "http://www.ccgp.demo.invalid/x", "ok", now())
    with Archive.of(home).writer(CCGP) as writer:
        writer.exchange(event, request_headers=[], status_line="200 OK", response_headers=[], body=b"<p>new</p>")


def failure(home: Home, _: pytest.MonkeyPatch) -> None:
    event = FetchEvent(
        CCGP, "award", "2024-01-01/2024-01-31", "detail", "http://www.ccgp.demo.invalid/x", "timeout", now()
    )
    with Archive.of(home).writer(CCGP) as writer:
        writer.note(event)


def judgement(home: Home, _: pytest.MonkeyPatch) -> None:
    Archive.of(home).log("decisions", {"kind": "bank"})


def imported(home: Home, _: pytest.MonkeyPatch) -> None:
    Archive.of(home).put_import("reports", [("a.txt", b"one")])


def declared(_: Home, change: pytest.MonkeyPatch) -> None:
    def changed() -> list[Source]:
        return [s.model_copy(update={"max_silent_days": 77}) if s.id == CCGP else s for s in known]

    known = sources.all_sources()
    change.setattr(sources, "all_sources", changed)


def catalogued(_: Home, change: pytest.MonkeyPatch) -> None:
    code, entry = next(iter(catalogue.indicators().items()))
    changed = {**catalogue.indicators(), code: replace(entry, first_year=1999)}
    change.setattr(catalogue, "indicators", lambda: changed)


def parser(_: Home, change: pytest.MonkeyPatch) -> None:
    change.setattr(ccgp, "VERSION", "next")


def lexicon(_: Home, change: pytest.MonkeyPatch) -> None:
    change.setattr(keywords.Lexicon, "version", property(lambda _: "edited"))


def code(_: Home, change: pytest.MonkeyPatch) -> None:
    change.setattr(cuts, "_code", lambda: "other")


@pytest.mark.parametrize(
    "change",
    [page, failure, judgement, imported, declared, catalogued, parser, lexicon, code],
    ids=lambda c: c.__name__,
)
def test_whatever_decides_the_tables_is_part_of_their_recipe(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: Change
):
    home = Home.create(tmp_path / "home", "synthetic")
    page(home, monkeypatch)
    before = cut(home)
    assert cut(home) == before
    change(home, monkeypatch)
    assert cut(home) != before


def test_what_would_come_out_the_same_is_not_made_again(demo: Demo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    home = demos.copy(demo, tmp_path)
    first, before = pipeline.refresh(home), demos.said(home)
    monkeypatch.setattr(deriving, "derive", None)
    monkeypatch.setattr(releases, "write", None)
    second = pipeline.refresh(home)
    assert demos.said(home) == before
    assert second.published == first.published
    assert replace(second.built, changes={}) == replace(first.built, changes={})
    assert {t: c.unchanged for t, c in second.built.changes.items()} == {
        t: c.unchanged for t, c in first.built.changes.items()
    }


def test_tables_that_somebody_wrote_to_are_made_again(demo: Demo, tmp_path: Path):
    home = demos.copy(demo, tmp_path)
    before = demos.said(home)
    with connect(home) as stores, stores.warehouse.write() as conn:
        upsert(conn, ObservationRow, [replace(rows(conn, ObservationRow)[0], reason="changed")])
    assert demos.said(home) != before
    pipeline.refresh(home)
    assert demos.said(home) == before


def test_a_release_that_is_gone_is_written_again(demo: Demo, tmp_path: Path):
    home = demos.copy(demo, tmp_path)
    release = pipeline.refresh(home).published.release
    shutil.rmtree(home.releases / release)
    assert pipeline.refresh(home).published.release == release
    assert releases.verify(home, release) == []
