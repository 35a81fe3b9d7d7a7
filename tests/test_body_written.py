"""Notices written by hand, of the kinds that real ones come in: what the reader must take from each, and must not.

The tables `notices/*.yaml` are synthetic, every name and figure invented. Where a reader may rightly be more careful or
tell the same in another way, an entry lists it: `or` amounts, `or_lots`, `or_stage`, `or_purchaser`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from etl.parsers import body

Notice = dict[str, Any]
Told = list[tuple[str, tuple[str, ...], str | None]]


def written() -> Iterator[Any]:
    for path in sorted((Path(__file__).parent / "notices").glob("*.yaml")):
        for at, notice in enumerate(yaml.safe_load(path.read_text(encoding="utf-8"))):
            yield pytest.param(notice, id=f"{path.stem}-{at}-{notice['kind']}")


def told(lots: list[Notice]) -> Told:
    return sorted(
        ((lot.get("status", "awarded"), tuple(sorted(lot["suppliers"])), lot["amount"]) for lot in lots), key=str
    )


def allowed(notice: Notice) -> list[Told]:
    first = told(notice["lots"])
    others = [[(status, names, amount) for status, names, _ in first] for amount in notice.get("or", [])]
    return [first, *others, *map(told, notice.get("or_lots", []))]


@pytest.mark.parametrize("notice", list(written()))
def test_a_written_notice_is_read_right(notice: Notice) -> None:
    reading = body.read(notice["body"], notice["title"])
    lots = [
        {"status": lot.status, "suppliers": [s.name for s in lot.suppliers], "amount": lot.amount_yuan}
        for lot in reading.lots
    ]
    assert told(lots) in allowed(notice)
    if "stage" in notice:
        assert reading.stage in {notice["stage"], *notice.get("or_stage", [])}
    if "purchaser" in notice:
        assert reading.purchaser in {notice["purchaser"], *notice.get("or_purchaser", [])}
