"""Bank notices against labels made by reading: every disagreement is written down, with the page's wording.

`labels/bank_disagreements.csv` holds each field of each of the 73 labelled rows on which the reader and the label
differ, and who is right. The set of disagreements must equal that file: a new one fails, and so does one that is gone.
"""

from __future__ import annotations

import csv
import re
from decimal import Decimal
from pathlib import Path

import pytest

from etl.parsers import QuarantinedRow, notice
from etl.records.parsed import LOT_STATUSES, NOTICE_TYPES, Record

LABELS = Path(__file__).parent / "labels"
FIELDS = ("stage", "purchaser", "suppliers", "amount")

pytestmark = pytest.mark.realdata


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def bank_rows(shared_data: Path) -> dict[str, Record | QuarantinedRow]:
    files = sorted((shared_data / "notices" / "banks").glob("*.jsonl"))
    return {r.source_id: r for f in files for r in notice.parse_rows(f.read_bytes(), f.stem, f.name)}


@pytest.fixture(scope="module")
def labels(shared_data: Path) -> list[dict[str, str]]:
    return rows_of(shared_data / "notices/banks/labels.csv")


def plain(name: str | None) -> str:
    return (name or "").replace("(", "（").replace(")", "）").replace(" ", "")


def expected(label: dict[str, str]) -> dict[str, object]:
    kind = re.match(r"candidate|award|shortlist|failed|contract|stub", label["note"])
    return {
        "stage": kind and kind[0],
        "purchaser": plain(label["purchaser"]),
        "suppliers": {plain(s) for s in label["suppliers"].split("；") if s},
        "amount": Decimal(label["amount_yuan"]) if label["amount_yuan"] else None,
    }


def read(label: dict[str, str], row: Record | QuarantinedRow) -> dict[str, object]:
    """What the reader says, in the labels' terms; a body that was lost says nothing, which is right for a stub."""
    if isinstance(row, QuarantinedRow):
        nothing: dict[str, object] = {"stage": "", "purchaser": "", "suppliers": set(), "amount": None}
        return expected(label) if label["note"].startswith("stub") else nothing
    amounts = [Decimal(lot.amount_yuan) for lot in row.lots if lot.amount_yuan]
    return {
        "stage": row.notice_type,
        "purchaser": plain(row.purchaser),
        "suppliers": {plain(s.name) for lot in row.lots for s in lot.suppliers},
        "amount": sum(amounts) if amounts else None,
    }


def printed(value: object) -> str:
    if isinstance(value, set):
        return "；".join(sorted(value))
    return "" if value is None else str(value)


def test_the_disagreements_are_those_written_down(
    bank_rows: dict[str, Record | QuarantinedRow], labels: list[dict[str, str]]
) -> None:
    found = {}
    for label in labels:
        said, meant = read(label, bank_rows[label["id"]]), expected(label)
        found |= {(label["id"], f): (printed(meant[f]), printed(said[f])) for f in FIELDS if said[f] != meant[f]}
    written = {
        (r["id"], r["field"]): tuple(printed(set(r[k].split("；")) - {""}) for k in ("label", "reader"))
        for r in rows_of(LABELS / "bank_disagreements.csv")
    }
    assert found == written


def test_nearly_all_of_73_rows_are_right(
    bank_rows: dict[str, Record | QuarantinedRow], labels: list[dict[str, str]]
) -> None:
    right = {f: sum(read(x, bank_rows[x["id"]])[f] == expected(x)[f] for x in labels) / len(labels) for f in FIELDS}
    assert len(labels) == 73
    assert right["stage"] >= 0.97
    assert min(right.values()) >= 0.95


def test_no_award_ever_has_a_wrong_amount(
    bank_rows: dict[str, Record | QuarantinedRow], labels: list[dict[str, str]]
) -> None:
    for label in labels:
        row = bank_rows[label["id"]]
        if isinstance(row, Record) and row.notice_type != "candidate":
            assert read(label, row)["amount"] in (expected(label)["amount"], None), row.title


def test_no_deal_is_invented_in_the_75_other_rows(
    bank_rows: dict[str, Record | QuarantinedRow], labels: list[dict[str, str]]
) -> None:
    others = [bank_rows[key] for key in bank_rows.keys() - {r["id"] for r in labels}]
    assert len(others) == 75
    for row in others:
        assert isinstance(row, QuarantinedRow) or not [lot for lot in row.lots if lot.status == "awarded"], row


def test_every_row_becomes_a_record_or_is_quarantined(bank_rows: dict[str, Record | QuarantinedRow]) -> None:
    for row in bank_rows.values():
        if isinstance(row, QuarantinedRow):
            assert row.reason in {"body_missing", "redirect_stub"}
        else:
            assert row.notice_type in NOTICE_TYPES
            assert all(lot.status in LOT_STATUSES for lot in row.lots)
