"""The archive: what is written is read back, and what a crash tears loses nothing that was whole."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from db.archive import Archive, now
from db.home import Home
from etl.errors import FincityError, UsageError
from etl.records import FetchEvent


def event(number: int, outcome: str = "ok") -> FetchEvent:
    url = f"http://www.example.invalid/页/{number}?kw=银行"
    return FetchEvent("s", "results", "2024-01-01/2024-01-31", "detail", url, outcome, now(), source_id=str(number))


def fill(archive: Archive, count: int) -> list[FetchEvent]:
    with archive.writer("s") as writer:
        return [
            writer.exchange(
                event(n),
                request_headers=[("User-Agent", "fincity")],
                status_line="200 OK",
                response_headers=[("Content-Type", "text/html"), ("Content-Encoding", "gzip")],
                body=f"<html>中标公告 {n}</html>".encode("gb18030"),
            )
            for n in range(count)
        ]


@pytest.fixture(params=["disk", "object store"])
def archive(request: pytest.FixtureRequest, tmp_path: Path) -> Archive:
    place = str(tmp_path / "a") if request.param == "disk" else f"memory://{tmp_path.name}"
    return Archive(place, "synthetic")


def test_what_was_fetched_and_what_failed_comes_back(archive: Archive) -> None:
    fetched = fill(archive, 3)
    with archive.writer("s") as writer:
        writer.note(event(9, "timeout"))
    found = sorted((e for e, _ in archive.events()), key=lambda e: str(e.source_id))
    assert [(e.source_id, e.outcome) for e in found] == [("0", "ok"), ("1", "ok"), ("2", "ok"), ("9", "timeout")]
    assert archive.body(fetched[1].segment or "", fetched[1].offset or 0) == "<html>中标公告 1</html>".encode("gb18030")


def test_events_can_be_read_on_from_where_reading_stopped(archive: Archive) -> None:
    fill(archive, 5)
    done = {e.segment or "": end for e, end in list(archive.events())[:2]}
    assert [e.source_id for e, _ in archive.events(done)] == ["2", "3", "4"]


def test_flush_makes_attempts_readable_while_the_writer_lives(archive: Archive) -> None:
    with archive.writer("s") as writer:
        writer.note(event(1, "robots"))
        writer.flush()
        assert [e.outcome for e, _ in archive.events()] == ["robots"]


@settings(max_examples=25, deadline=None)
@given(cut=st.integers(min_value=1, max_value=4000))
def test_a_torn_tail_loses_only_what_was_not_whole(tmp_path_factory: pytest.TempPathFactory, cut: int) -> None:
    archive = Archive(str(tmp_path_factory.mktemp("torn")), "synthetic")
    fill(archive, 6)
    before = list(archive.events())
    segment = Path(archive.root) / archive.segments()[0]
    whole = segment.read_bytes()
    segment.write_bytes(whole[: max(len(whole) - cut, 0)])
    kept = [e for e, end in before if end <= len(whole) - cut]
    assert [e for e, _ in archive.events()] == kept
    for e in kept:
        assert archive.body(e.segment or "", e.offset or 0)


def test_damage_in_the_middle_is_named_and_stepped_over(tmp_path: Path) -> None:
    archive = Archive(str(tmp_path / "a"), "synthetic")
    fetched = fill(archive, 6)
    segment = Path(archive.root) / archive.segments()[0]
    data = bytearray(segment.read_bytes())
    at = fetched[2].offset or 0
    data[at + 40 : at + 60] = bytes(20)
    segment.write_bytes(bytes(data))
    (damage,) = archive.damages()
    assert (damage.offset, damage.torn) == (at, False)
    assert len(list(archive.events())) == 6
    with pytest.raises(FincityError, match="no whole response"):
        archive.body(fetched[2].segment or "", at)


def test_segments_are_standard_warc(tmp_path: Path) -> None:
    archive = Archive(str(tmp_path / "a"), "synthetic")
    fill(archive, 2)
    with (Path(archive.root) / archive.segments()[0]).open("rb") as file:
        kinds = [record.rec_type for record in ArchiveIterator(file, check_digests="raise")]
    assert kinds == ["warcinfo", *["request", "response", "metadata"] * 2]


def test_an_import_is_kept_once_with_its_declaration(archive: Archive) -> None:
    files = [("b.txt", b"two"), ("a.txt", b"one")]
    first = archive.put_import("reports", files, declaration={"who": "a test"})
    assert archive.put_import("reports", reversed(files), declaration={"who": "a test"}) == first
    assert [archive.import_bytes(f) for f in archive.imports()[0].files] == [b"one", b"two"]


def test_a_licensed_import_keeps_only_its_hash(archive: Archive) -> None:
    made = archive.put_import("reports", [("a.txt", b"one")], keep_bytes=False)
    assert archive.import_bytes(made.files[0]) is None


def test_judgements_keep_their_order(archive: Archive) -> None:
    for n in range(4):
        archive.log("decisions", {"n": n})
    assert [e["n"] for e in archive.entries("decisions")] == [0, 1, 2, 3]


def test_real_and_synthetic_never_mix(tmp_path: Path) -> None:
    Archive(str(tmp_path / "a"), "synthetic")
    with pytest.raises(FincityError, match="never mix"):
        Archive(str(tmp_path / "a"), "real")
    Home.create(tmp_path / "h", "real")
    with pytest.raises(UsageError, match="takes in no synthetic data"):
        Home.create(tmp_path / "h", "synthetic")


def test_a_folder_with_other_files_is_not_taken_over(tmp_path: Path) -> None:
    (tmp_path / "thesis.docx").write_text("mine")
    with pytest.raises(UsageError, match=r"thesis\.docx"):
        Home.create(tmp_path)
    with pytest.raises(UsageError, match="no fincity home"):
        Home.open(tmp_path)
