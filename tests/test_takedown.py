"""A takedown: the document is in no table and no release, counts add up, and a rebuild knows it like a refresh."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from crawlers.sources import load
from db import leases
from db.archive import Archive
from db.engine import connect
from db.home import Home
from db.segments import Damage, read_records
from db.warehouse import rows
from etl.errors import FincityError, UsageError
from etl.records.rows import DocumentRow, HitRow, ListingRow
from fincity.cli.app import build
from fincity.demo.run import Demo
from flows import pipeline, takedowns
from flows.pipeline import CrawlOrder
from flows.session import opened
from flows.takedowns import Order
from tests import demo as demos

pytestmark = pytest.mark.xdist_group("demo")

SIGNED = {"reason": "asked for by the person named", "who": "A. Keeper"}


@pytest.fixture
def home(demo: Demo, tmp_path: Path) -> Home:
    return demos.copy(demo, tmp_path)


@pytest.fixture
def chosen(home: Home) -> DocumentRow:
    """A notice that deals and a title's hits come from, and that stands on no other portal."""
    with connect(home) as stores, stores.warehouse.read() as conn:
        hit = {(h.source, h.source_id) for h in rows(conn, HitRow) if h.field == "title"}
        told = [d for d in rows(conn, DocumentRow) if (d.source, d.source_id) in hit and d.notice_type == "award"]
        alone = Counter(d.title for d in rows(conn, DocumentRow))
        return next(d for d in told if d.source == "demo_ccgp" and alone[d.title] == 1)


def order(chosen: DocumentRow, action: str = "take_down") -> Order:
    return Order(chosen.source, chosen.source_id, action, **SIGNED)


def everything(home: Home, release: str) -> Iterator[tuple[str, bytes]]:
    """What stands outside the archive: tables as dumped, and the release's files."""
    yield "tables", "\n".join(demos.said(home)).encode()
    for path in (home.releases / release).rglob("*"):
        if path.is_file() and path.suffix != ".parquet":
            yield path.name, path.read_bytes()


def test_a_document_taken_down_is_nowhere_counts_add_up_and_every_way_to_make_the_tables_agrees(
    demo: Demo, home: Home, chosen: DocumentRow
) -> None:
    before = counts(home)
    done = pipeline.take_down(home, order(chosen))
    assert done.published.findings == ()
    for name, data in everything(home, done.published.release):
        assert str(chosen.title).encode() not in data, name
        assert str(chosen.url).encode() not in data, name
    after = counts(home)
    assert after["listing"] == before["listing"]
    assert all(after[table] < before[table] for table in ("document", "deal", "contribution", "hit"))
    with connect(home) as stores, stores.warehouse.read() as conn:
        gone = next(row for row in rows(conn, ListingRow) if row.source_id == chosen.source_id)
    assert (gone.state, gone.reason, gone.title, gone.url) == ("out_of_scope", "takedown", None, None)

    taken, segments = demos.said(home), Archive.of(home).segments()
    with demos.portal(demo) as portal:
        window = CrawlOrder(since=demo.corpus.since, until=demo.corpus.until, portal=portal.url)
        assert not pipeline.refresh(home, window).built.changed
    assert Archive.of(home).segments() == segments  # nobody asked for it again
    assert pipeline.reconcile(home).differences == []
    pipeline.rebuild(home)
    assert demos.said(home) == taken
    verified = CliRunner().invoke(build(), ["--home", str(home.path), "release", "verify", done.published.release])
    assert verified.exit_code == 0, verified.output


def counts(home: Home) -> Counter[str]:
    """Rows by table."""
    return Counter(json.loads(line)[0] for line in demos.said(home))


def test_its_pages_are_withheld_and_once_erased_gone_for_good(home: Home, chosen: DocumentRow) -> None:
    archive = Archive.of(home)
    events = [e for e, _ in archive.events(source=chosen.source) if e.source_id == chosen.source_id]
    (event,) = [e for e in events if e.kind == "detail" and e.outcome == "ok"]
    place = event.segment or "", event.offset or 0
    path = Path(archive.root) / place[0]
    body, size = archive.body(*place), path.stat().st_size
    with opened(home) as session:
        takedowns.judge(session, order(chosen))
    with pytest.raises(FincityError, match="was taken down"):
        Archive.of(home).body(*place)
    assert body in contents(path)

    pipeline.take_down(home, order(chosen, "erase"))
    assert path.stat().st_size == size
    assert body not in contents(path)
    assert [e for e, _ in Archive.of(home).events(source=chosen.source) if e.source_id == chosen.source_id] == events
    taken = demos.said(home)
    pipeline.rebuild(home)
    assert demos.said(home) == taken
    with pytest.raises(UsageError, match="for good"):
        pipeline.take_down(home, order(chosen, "undo"))


def contents(segment: Path) -> list[bytes]:
    """The records of a segment, all of them whole."""
    with segment.open("rb") as file:
        records = list(read_records(file, segment.name, 0))
    assert not [r for r in records if isinstance(r, Damage)]
    return [r.content for r in records if not isinstance(r, Damage)]


def test_an_erasure_waits_until_nobody_crawls_the_site(home: Home, chosen: DocumentRow) -> None:
    site = load(chosen.source).site
    with connect(home) as stores, leases.held(stores.ops, f"site:{site}"), opened(home) as session:
        with pytest.raises(FincityError, match="is held by another process"):
            takedowns.judge(session, order(chosen, "erase"))
        assert session.archive.entries("takedowns") == []


def test_an_imported_document_goes_and_comes_back_the_same(tmp_path: Path) -> None:
    home = Home.create(tmp_path / "real", "real")
    body = "中标供应商：青禾软件股份有限公司\n中标金额：1038121.80元\n" + "采购人：前海银行股份有限公司滨城分行。" * 5
    notice = {"title": "前海银行智能客服系统采购项目中标结果公告", "publish_time": "2024-03-06", "content_text": body}
    lines = [json.dumps({"id": str(n), **notice}, ensure_ascii=False) for n in (1, 2)]
    pipeline.import_files(home, "notices", [("rows.jsonl", "\n".join(lines).encode())])
    pipeline.build_panel(home)
    before = demos.said(home)
    first = Order("notices", "1", "take_down", **SIGNED)
    for action, listed in (("take_down", "out_of_scope"), ("undo", "parsed")):
        with opened(home) as session:
            if action == "take_down":
                with pytest.raises(UsageError, match="kept whole"):
                    takedowns.judge(session, replace(first, action="erase"))
            takedowns.judge(session, replace(first, action=action))
        pipeline.build_panel(home)
        with connect(home) as stores, stores.warehouse.read() as conn:
            assert [(r.source_id, r.state) for r in rows(conn, ListingRow)] == [("1", listed), ("2", "parsed")]
            assert [d.source_id for d in rows(conn, DocumentRow)][-1] == "2"
        assert not pipeline.build_panel(home).changed
    assert demos.said(home) == before


def test_the_command_signs_lists_refuses_and_undoes(home: Home, chosen: DocumentRow) -> None:
    def run(*words: str) -> str:
        done = CliRunner().invoke(build(), ["--home", str(home.path), "--quiet", "takedown", *words])
        return f"{done.exit_code} {done.output} {done.exception or ''}"

    before, named = demos.said(home), (chosen.source, chosen.source_id)
    assert "--reason" in run(*named)
    assert "no document of this home" in run("demo_ccgp", "nothing", "--reason", "x", "--who", "y")
    assert "was not taken down" in run(*named, "--reason", "x", "--who", "y", "--undo")
    assert "taken down; release" in run(*named, "--reason", "a request", "--who", "A. Keeper")
    assert '"who": "A. Keeper"' in run("--json")
    assert "1 documents taken down" in run()
    assert "shown again" in run(*named, "--reason", "a mistake", "--who", "A. Keeper", "--undo")
    assert "0 documents" in run()
    assert demos.said(home) == before
