"""`fincity source verify`: a live look at a source, on the demonstration portal, and what is made of it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from crawlers import crawl, sources
from db import leases
from db.archive import Archive
from db.engine import connect
from db.home import Home
from etl.errors import FincityError
from fincity.cli import main
from fincity.demo import corpus
from fincity.demo.portal import Portal, serve
from fincity.demo.sites import Request, Response
from flows import verifying
from flows.verification import Verification

MADE = corpus.make("small")
UNTIL = MADE.until


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A synthetic home."""
    monkeypatch.delenv("FINCITY_DATABASE_URL", raising=False)
    return Home.create(tmp_path / "home", "synthetic")


@pytest.fixture(scope="module")
def portal() -> Iterator[Portal]:
    """The portal, serving."""
    with serve(MADE) as serving:
        yield serving


@pytest.fixture(autouse=True)
def calm(portal: Portal) -> Iterator[None]:
    """Whatever a test did to the portal is undone."""
    portal.log.clear()
    yield
    portal.fault, portal.block_every = None, 0


@pytest.fixture
def look(home: Home, portal: Portal) -> Callable[..., Verification]:
    """Look at a source of the portal."""

    def looked(source: sources.Source | str, **options: object) -> Verification:
        found = sources.load(source) if isinstance(source, str) else source
        return verifying.verify(found, home, until=UNTIL, portal=portal.url, **options)  # type: ignore[arg-type]

    return looked


def failing(found: Verification) -> dict[str, str]:
    """What does not hold although it is required, with what was found."""
    return {check.what: check.found for check in found.checks if check.required and not check.holds}


def test_a_source_that_keeps_its_promises_is_verified(look: Callable[..., Verification], portal: Portal):
    found = look("demo_govcn", sample=2)
    assert found.holds
    assert not failing(found)
    assert [one.scope for one in found.lists] == ["state_council", "ministries", "gazette"]
    (fill,) = found.fills
    assert (fill.kind, fill.documents, fill.filled["text"]) == ("policy", 6, 6)
    asked = [(entry.host, entry.target.partition("?")[0]) for entry in portal.log]
    assert asked[0] == ("sousuo.gov.demo.invalid", "/robots.txt")
    assert asked.count(("sousuo.gov.demo.invalid", "/search-gov/data")) == 3
    assert len(asked) == found.requests == 2 + 3 + 6


def test_a_look_leaves_nothing_in_the_home_and_heeds_no_environment(
    look: Callable[..., Verification], home: Home, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.setenv("FINCITY_ARCHIVE_URL", str(tmp_path / "elsewhere"))
    look("demo_govcn", sample=1)
    assert list(Archive.of(home).events()) == []
    assert not list((tmp_path / "elsewhere").rglob("*.warc*"))


def test_a_list_walked_from_the_newest_item_is_seen_whatever_its_days(look: Callable[..., Verification]):
    found = look("demo_cfcpn", sample=1)
    assert found.holds
    assert all(one.items for one in found.lists)
    assert any("门户网站" in said.text for said in found.warnings)


def test_a_list_that_cannot_be_read_fails_the_look(look: Callable[..., Verification], portal: Portal):
    portal.fault = lambda asked: (
        Response(200, "text/html", b"<html><p>new pages</p></html>") if is_list(asked) else None
    )
    found = look("demo_govcn")
    assert not found.holds
    assert "not_json" in failing(found)["its list answers and can be read"]


def is_list(asked: Request) -> bool:
    return asked.path == "/search-gov/data"


def test_items_of_another_template_fail_the_look(look: Callable[..., Verification], portal: Portal):
    page = Response(200, "text/html", "<html><div class='new'>正文在别处</div></html>".encode())
    portal.fault = lambda asked: page if asked.path.startswith("/zhengce/") else None
    found = look("demo_govcn", sample=2)
    assert "its items can be fetched and read" in failing(found)
    assert found.refused


def test_a_filter_by_days_that_is_ignored_and_a_wrong_page_size_are_told(look: Callable[..., Verification]):
    source = sources.load("demo_govcn").model_copy(update={"page_size": 30})
    found = look(source, sample=1, since=date(2024, 3, 1))
    assert {check.what for check in found.checks if not check.required} >= {
        "its filter by days holds",
        "a page holds as many rows as declared",
    }


def test_a_site_that_blocks_is_asked_no_further(look: Callable[..., Verification], portal: Portal):
    portal.block_every = 1
    found = look("demo_govcn")
    assert not found.holds
    assert "blocked" in failing(found)["the site lets us finish"]
    assert sum(not entry.target.endswith("/robots.txt") for entry in portal.log) <= 3


def test_a_site_that_blocked_a_look_is_left_alone_by_crawls_too(
    look: Callable[..., Verification], home: Home, portal: Portal
):
    source = sources.load("demo_cfcpn").model_copy(update={"cooldown_hours": 6.0})
    portal.block_every = 1
    look(source)
    portal.block_every = 0
    portal.log.clear()
    report = crawl(home, source, UNTIL, UNTIL, sample=1, portal=portal.url)
    assert "left alone until" in (report.counts.stopped or "")
    with pytest.raises(FincityError, match="left alone until"):
        look(source)
    assert not portal.log


def test_a_site_that_is_being_crawled_is_not_looked_at(look: Callable[..., Verification], home: Home, portal: Portal):
    crawl(home, "demo_govcn", UNTIL, UNTIL, sample=1, portal=portal.url)
    portal.log.clear()
    with (
        connect(home) as stores,
        leases.held(stores.ops, "site:demo.govcn"),
        pytest.raises(FincityError, match=r"demo\.govcn"),
    ):
        look("demo_govcn")
    assert not portal.log


def test_a_site_that_wants_to_be_left_alone_is_left_alone(home: Home, portal: Portal):
    portal.block_every = 1
    source = sources.load("demo_govcn").model_copy(update={"cooldown_hours": 6.0})
    crawl(home, source, UNTIL, UNTIL, portal=portal.url)
    portal.log.clear()
    with pytest.raises(FincityError, match="left alone until"):
        verifying.verify(source, home, until=UNTIL, portal=portal.url)
    assert not portal.log


# -- the command -------------------------------------------------------------------------------------------------------


def verify(home: Path, *call: str) -> int:
    with pytest.raises(SystemExit) as end:
        main(["--home", str(home), "source", "verify", *call])
    return int(end.value.code or 0)


def test_the_command_reports_and_marks_what_held(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    path = tmp_path / "demo_govcn.yaml"
    shutil.copy(sources.FOLDER / path.name, path)
    before = path.read_text(encoding="utf-8")
    assert verify(tmp_path / "home", str(path), "--sample", "1", "--write") == 0
    told = capsys.readouterr()
    assert "everything required holds" in told.out
    day = sources.read(path).verified
    assert isinstance(day, date)
    assert path.read_text(encoding="utf-8") == before.replace("verified: never", f"verified: {day}")
    report = Path(told.err.strip().removeprefix("report: "))
    kept = json.loads(report.with_suffix(".json").read_text(encoding="utf-8"))
    assert (kept["source"], kept["holds"], kept["synthetic"]) == ("demo_govcn", True, True)
    page = report.read_text(encoding="utf-8")
    assert "SYNTHETIC" in page
    assert "default-src &#39;none&#39;" in page or "default-src 'none'" in page


def test_what_does_not_hold_is_named_and_nothing_is_marked(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    path = tmp_path / "demo_govcn.yaml"
    text = (sources.FOLDER / path.name).read_text(encoding="utf-8")
    path.write_text(text.replace("/search-gov/data", "/private/data"), encoding="utf-8")
    assert verify(tmp_path / "home", str(path), "--write") == 3
    told = capsys.readouterr()
    assert "FAILS" in told.out
    assert "forbids" in told.out
    assert sources.read(path).verified == "never"


def test_real_and_made_up_sources_never_mix(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert verify(tmp_path / "home", "demo_govcn", "cfcpn") == 2
    assert "never mix" in capsys.readouterr().err


def test_a_real_source_needs_a_contact(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.delenv("FINCITY_CONTACT", raising=False)
    assert verify(tmp_path / "home", "cfcpn") == 2
    assert "FINCITY_CONTACT" in capsys.readouterr().err
