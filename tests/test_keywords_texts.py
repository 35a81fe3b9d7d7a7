"""Texts are read whatever their encoding; what cannot be read is named with its reason, and the rest goes on."""

from __future__ import annotations

import json
import os
import threading
import zlib
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keywords import Text, encodings
from keywords.encodings import decode
from keywords.texts import Unreadable, files, read

REPORT = "各位代表：现在，我代表市人民政府，向大会报告工作，请予审议。\n一、2023年工作回顾"


def _read(*paths: Path, field: str | None = None) -> list[Text | Unreadable]:
    return [one._replace(**{one._fields[0]: Path(one[0]).name}) for one in read(files(paths), field)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "gbk"])
def test_the_encoding_of_a_chinese_text_is_found_out(encoding: str) -> None:
    assert decode(REPORT.encode(encoding)) == REPORT


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1))
def test_gb18030_is_not_taken_for_damaged_utf8(text: str) -> None:
    body = f"{text}：政府工作报告，各位代表。".encode("gb18030")
    assert decode(body) == f"{text}：政府工作报告，各位代表。"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty"),
        (b" \r\n\t", "empty"),
        ("\ufeff".encode(), "empty"),
        (b"\x89PNG\r\n\x1a\n" + zlib.compress(REPORT.encode() * 9), "binary, not text"),
        (b"\x00\x01\x02\x03" * 40, "binary, not text"),
        (REPORT.encode()[:50] + b"\xff" + REPORT.encode()[50:], "undecodable: UTF-8, but damaged at byte 48"),
        (REPORT.encode("gb18030")[:-9] + b"\xff\xff", "undecodable: not UTF-8, and no GB18030 at byte"),
        (b"\xff\xfe" + b"\x00\xd8" * 3, "undecodable: not UTF-8, and no UTF-16"),
    ],
)
def test_what_is_no_text_is_refused_with_its_reason(body: bytes, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        decode(body)


@settings(max_examples=150, deadline=None)
@given(
    text=st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5) | st.sampled_from("，。aZ9\n")),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-be"]),
    broken=st.booleans(),
    block=st.integers(1, 40),
)
def test_a_file_read_in_blocks_is_judged_like_one_read_whole(
    text: str, encoding: str, broken: bool, block: int
) -> None:
    body = f"{REPORT}{text}".encode(encoding) + b"\xff\xff\xff" * broken
    whole = _judged(body)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(encodings, "_BLOCK", block)
        assert _judged(body) == whole


def _judged(body: bytes) -> str:
    try:
        return encodings.encoding_of(BytesIO(body))
    except ValueError as error:
        return str(error)


def test_a_pipe_is_read_like_a_file(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.csv"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=("text\n大数据\n",))
    writer.start()
    assert _read(pipe) == [Text("pipe.csv:1", "大数据", "text")]
    writer.join()


def test_a_folder_is_read_in_order_and_bad_files_do_not_stop_it(tmp_path: Path) -> None:
    (tmp_path / "b.txt").write_text("大数据", encoding="gb18030")
    (tmp_path / "a.txt").write_bytes(b"\x00\x01" * 99)
    (tmp_path / "c.txt").write_text("", encoding="utf-8")
    (tmp_path / "notes.md").write_text("not taken from a folder", encoding="utf-8")
    assert _read(tmp_path) == [
        Unreadable("a.txt", "binary, not text"),
        Text("b.txt", "大数据", "text"),
        Unreadable("c.txt", "empty"),
    ]


def test_a_table_gives_one_document_a_row(tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text('name,title,full_text\nx,标题,"长文,\n两行"\ny,标题,\nz,标题,文,多\n', encoding="utf-8-sig")
    assert _read(table) == [
        Text("t.csv:1", "长文,\n两行", "full_text", {"title": "标题"}),
        Unreadable("t.csv:2", "empty"),
        Unreadable("t.csv:3", "the row has more cells than the header"),
    ]
    assert _read(table, field="title")[1] == Text("t.csv:2", "标题", "title")
    assert _read(table, field="body")[0] == Unreadable(
        "t.csv:1", "no field 'body'; name one of name, title, full_text with --field"
    )


def test_a_table_of_nothing_but_a_header_is_named(tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text("name,text\n", encoding="utf-8")
    assert _read(table) == [Unreadable("t.csv", "empty: a header without rows")]


def test_a_row_keeps_its_own_name_unless_another_has_it(tmp_path: Path) -> None:
    table = tmp_path / "t.tsv"
    table.write_text("id\ttext\n甲\t大数据\n甲\t云计算\n\t区块链\n", encoding="gb18030")
    assert [one[0] for one in _read(table)] == ["甲", "t.tsv:2", "t.tsv:3"]


def test_a_cell_may_be_as_long_as_a_report(tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text("text\n" + "报告" * 100_000 + "\n", encoding="utf-8")
    assert [len(one[1]) for one in _read(table)] == [200_000]


def test_json_lines_are_read_and_broken_ones_named(tmp_path: Path) -> None:
    lines = tmp_path / "t.jsonl"
    good = json.dumps({"source_id": "n1", "text": "大数据\u2028云计算"}, ensure_ascii=False)
    lines.write_text(f'{good}\n{{"text": \n\n[1]\n{{"text": 5}}\n{{"text": null}}\n', encoding="utf-8")
    found = _read(lines)
    assert found[0] == Text("n1", "大数据\u2028云计算", "text")
    assert [one[0] for one in found[1:]] == ["t.jsonl:2", "t.jsonl:4", "t.jsonl:5", "t.jsonl:6"]
    assert found[1][1].startswith("not JSON: ")
    assert [one[1] for one in found[2:]] == ["the line is no JSON object", "field 'text' is int, not text", "empty"]


def test_a_missing_path_and_an_empty_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="nowhere: no such file or folder"):
        files([tmp_path / "nowhere"])
    with pytest.raises(FileNotFoundError, match=r"the folder holds no \.txt, \.csv, \.tsv, \.jsonl file"):
        files([tmp_path])


@pytest.mark.realdata
def test_real_reports_are_read_and_listings_without_text_are_named(shared_data: Path) -> None:
    found = list(
        read(files([shared_data / "reports" / name for name in ("dirty_gb18030", "shanghai", "provincial_2026")]))
    )
    good = [one for one in found if isinstance(one, Text)]
    assert len(good) == 4 + 12 + 31
    assert all("报告" in one.text and "\ufffd" not in one.text for one in good)
    listings = {Path(one.path.rpartition(":")[0] or one.path).name for one in found if isinstance(one, Unreadable)}
    assert listings <= {"failures_2026.csv", "manual_fallback_urls.csv", "run_manifest_2026.csv"}
