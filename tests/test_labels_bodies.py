"""The type of 143 notices of the year 2025, labelled by reading title and body."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from etl.parsers import body
from etl.records.parsed import NOTICE_TYPES

LABELS = Path(__file__).parent / "labels" / "bodies_2025_types.csv"


@pytest.mark.realdata
def test_the_type_is_right_for_98_of_100_also_where_the_title_does_not_say_it(shared_data: Path) -> None:
    lines = (shared_data / "notices" / "bodies_2025.jsonl").read_text(encoding="utf-8").splitlines()
    rows = {row["链接"]: row for row in map(json.loads, lines)}
    with LABELS.open(encoding="utf-8") as file:
        labels = {label["link"]: label["type"] for label in csv.DictReader(file)}
    untitled = {link for link, row in rows.items() if "公告" not in row["标题"] and "公示" not in row["标题"]}
    assert (len(untitled), len(labels)) == (31, 143)
    assert untitled < set(labels)
    assert set(labels.values()) < set(NOTICE_TYPES)
    read = {link: body.read(rows[link]["正文"], rows[link]["标题"]).stage for link in labels}
    wrong = {rows[link]["标题"]: (read[link], labels[link]) for link in labels if read[link] != labels[link]}
    assert len(wrong) * 50 <= len(labels), wrong
    assert not [title for title in wrong if "公告" not in title and "公示" not in title]
