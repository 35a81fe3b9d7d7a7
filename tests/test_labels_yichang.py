"""163 awards and 60 candidate lists of one city's portal, which the reader was not written for."""

from __future__ import annotations

import csv
import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from etl.parsers import body

LABELS = Path(__file__).parent / "labels" / "yichang_amounts.csv"

pytestmark = pytest.mark.realdata


def lines_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


@pytest.fixture(scope="module")
def folder(shared_data: Path) -> Path:
    return shared_data / "notices" / "yichang"


@pytest.fixture(scope="module")
def awards(folder: Path) -> dict[str, body.Reading]:
    return {r["infoid"]: body.read(r["infocontent"], r["title"]) for r in lines_of(folder / "zb_notices.jsonl")}


@pytest.fixture(scope="module")
def fields(folder: Path) -> dict[str, dict[str, str]]:
    """What another crawler took from the same pages: evidence, not truth."""
    return {e["infoid"]: e["parsed_data"] for e in lines_of(folder / "zb_expected.jsonl")}


@pytest.fixture(scope="module")
def labels() -> dict[str, dict[str, str]]:
    """Every row whose price is no plain 中标价(元), labelled from the page's wording."""
    with LABELS.open(encoding="utf-8") as file:
        return {label["infoid"]: label for label in csv.DictReader(file)}


def test_buyer_winners_and_date_are_right_on_all(
    awards: dict[str, body.Reading], fields: dict[str, dict[str, str]]
) -> None:
    assert len(awards) == 163
    for key, reading in awards.items():
        said = fields[key]
        joint = said["中标人"].strip().endswith("联合体")
        winners = {w for w in re.split("[、，]", said["中标人"].strip().removesuffix("联合体")) if w}
        assert (reading.stage, reading.purchaser) == ("award", said["招标人"].strip())
        (lot,) = reading.lots
        assert {s.name for s in lot.suppliers} == winners
        assert {s.role for s in lot.suppliers} == ({"member"} if joint else {None})  # nobody is named as leader
        assert (reading.dated or "")[:10] == said["公告发布日期"]


def test_a_plain_price_is_the_amount(
    awards: dict[str, body.Reading], fields: dict[str, dict[str, str]], labels: dict[str, dict[str, str]]
) -> None:
    plain = {key for key in awards if fields[key].get("中标价(元)")}
    assert plain == awards.keys() - labels.keys()
    for key in plain:
        assert Decimal(awards[key].lots[0].amount_yuan or 0) == Decimal(fields[key]["中标价(元)"])


def test_totals_are_amounts_and_rates_unit_prices_and_parts_are_notes(
    awards: dict[str, body.Reading], labels: dict[str, dict[str, str]]
) -> None:
    assert len(labels) == 40
    for key, label in labels.items():
        (lot,) = awards[key].lots
        assert (lot.lot or "", lot.amount_yuan or "") == (label["lot"], label["amount_yuan"]), label["wording"]
        assert bool(lot.amount_note) == (not lot.amount_yuan)
        assert label["amount_note"] in (lot.amount_note or ""), label["wording"]


def test_no_candidate_list_awards_anything(folder: Path) -> None:
    rows = lines_of(folder / "hx_notices.jsonl")
    assert len(rows) == 60
    for row in rows:
        reading = body.read(row["infocontent"], row["title"])
        assert reading.stage == "candidate"
        assert reading.purchaser
        assert reading.lots
        assert {lot.status for lot in reading.lots} == {"candidate"}
        assert all(lot.suppliers for lot in reading.lots)


def test_a_renamed_template_is_noticed_on_every_page(folder: Path) -> None:
    for row in lines_of(folder / "zb_notices.jsonl"):
        page = row["infocontent"].replace("中标人:", "胜出方:").replace("中标价", "落槌数")
        reading = body.read(page, row["title"])
        assert not [lot for lot in reading.lots if lot.suppliers or lot.amount_yuan]
        assert {"unknown label: 胜出方", "unknown label: 落槌数"} < set(reading.warnings)
