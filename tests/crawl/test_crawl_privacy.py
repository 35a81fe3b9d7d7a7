"""From a portal full of persons to a release: nobody of them is found outside the archive, whatever went wrong."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from db.archive import Archive
from db.engine import connect
from db.warehouse import rows
from etl.errors import FincityError
from etl.records.rows import ListingRow, QuarantineRow
from flows import pipeline
from tests.planted import LAYOUTS, Planted, as_html

LISTS = ("zhengcelibrary_gw", "zhengcelibrary_bm")
PERSONS = Planted()
PAGE = """<html><head><title>{title}</title></head><body><h1 id="ti">{title}</h1><div id="UCAP-CONTENT">
<p>为贯彻落实有关要求，现将有关事项通知如下，请认真组织实施，确保各项工作落到实处。</p>{body}</div></body></html>"""
NAMED = PERSONS.fill("关于报送材料的通知（联系人：{a}，{mobile}，{mail}）")


def pages(answer: Any) -> list[tuple[str, Any]]:
    """What the items' pages do, and the state of their listing in the end."""
    persons = "".join(as_html(PERSONS.fill(layout)) for layout in LAYOUTS)
    where = PERSONS.fill("http://evil.invalid/?who={a}&tel={mobile}&mail={mail}").encode().decode("latin-1")
    return [
        ("parsed", answer(PAGE.format(title=NAMED, body=persons).encode())),
        ("quarantined", answer(f"<html><title>{NAMED}</title><body>{persons}</body></html>".encode())),
        ("pending", answer(b"", 302, {"Location": where})),
        ("pending", answer(f"<html>{persons}</html>".encode(), 404)),
        ("pending", answer(b"x", 200, {"Content-Encoding": PERSONS.fill("x-{mobile}")})),
        ("pending", answer(f"{{{persons}".encode()[:700], 200, {"Content-Encoding": "gzip"})),
    ]


def planted(portal: Any, answer: Any) -> list[str]:
    """Let the portal's lists and pages name persons; the states its items will have."""
    wanted = pages(answer)
    portal.publish(LISTS, len(wanted) // 2)
    scripts = {item.url.rpartition("/")[2]: said for item, (_, said) in zip(portal.items, wanted, strict=True)}

    def fault(asked: Any) -> Any:
        if asked.path == "/search-gov/data":
            found = portal._govcn(asked.fields)
            for shown in found.get("searchVO", {}).get("listVO", ()):
                shown |= {"title": NAMED, "summary": PERSONS.fill(LAYOUTS[0]), "puborg": PERSONS.names[0]}
            return answer(json.dumps(found, ensure_ascii=False).encode(), headers={"Content-Type": "application/json"})
        return scripts.get(asked.path.rpartition("/")[2])

    portal.fault = fault
    return sorted(state for state, _ in wanted)


def readable(path: Path) -> str:
    """A file's text, in whatever it is kept."""
    if path.suffix == ".parquet":
        return str(pq.read_table(path).to_pandas().to_csv())
    data = path.read_bytes()
    return data.decode("utf-8", "replace") + data.decode("unicode_escape", "replace")


@pytest.mark.filterwarnings("ignore:invalid escape sequence:DeprecationWarning")
def test_nobody_of_a_portal_full_of_persons_leaves_the_archive(
    run: Any, portal: Any, answer: Any, capfd: pytest.CaptureFixture[str]
):
    states = planted(portal, answer)
    run()
    pipeline.refresh(run.home)
    pipeline.reconcile(run.home)
    with connect(run.home) as stores, stores.warehouse.read() as conn:
        assert sorted(row.state for row in rows(conn, ListingRow)) == states
        assert all("〔联系人〕" in (row.title or "") for row in rows(conn, ListingRow))
        assert len(rows(conn, QuarantineRow)) == states.count("quarantined")
    archive = Archive.of(run.home)
    kept = b"".join(archive.body(e.segment or "", e.offset or 0) for e in run.events() if e.offset is not None)
    assert len(PERSONS.found(kept.decode("utf-8", "replace"))) > 5
    outside = [
        p for p in run.home.path.rglob("*") if p.is_file() and "archive" not in p.relative_to(run.home.path).parts
    ]
    assert {"ops.sqlite", "warehouse.sqlite"} <= {path.name for path in outside}
    for path in outside:
        assert (path.name, PERSONS.found(readable(path))) == (path.name, [])
    assert PERSONS.found("".join(capfd.readouterr())) == []


def test_what_a_dying_worker_says_is_repeated_without_persons(run: Any, monkeypatch: pytest.MonkeyPatch):
    said = "\n".join(map(PERSONS.fill, LAYOUTS[:9]))
    monkeypatch.setattr(sys, "executable", dying(run.home.path.parent / "worker", said))
    with pytest.raises(FincityError, match="nothing archived is lost") as caught:
        run()
    assert "〔联系人〕" in str(caught.value)
    assert PERSONS.found(str(caught.value)) == []


def dying(path: Path, words: str) -> str:
    """A worker that ends with these words on stderr."""
    path.write_text(f"#!/bin/sh\nread job\ncat >&2 <<'WORDS'\n{words}\nWORDS\nexit 3\n", encoding="utf-8")
    path.chmod(0o700)
    return str(path)
