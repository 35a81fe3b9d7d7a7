"""Real pages, all of them: nobody's number survives in any field, and what panels are made of stays readable."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from etl.errors import Quarantined
from etl.parsers import FAMILIES, QuarantinedRow, family
from etl.parsers.body import layout
from etl.records import Page, Record
from etl.redact import _is_citizen, redact

pytestmark = pytest.mark.realdata

#: Whom the keepers of the real ccgp pages invented in place of the true experts.
INVENTED = ("甄样本", "贾测试", "艾例子", "丁演示", "吴某甲", "PLANTED EXPERT")
_ALONE = r"(?<![\dA-Za-z_*.-])"
MOBILE = re.compile(rf"{_ALONE}1[3-9]\d[- ]?\d{{4}}[- ]?\d{{4}}(?![\dA-Za-z-])")
MAIL = re.compile(r"[\w.+-]+\s?[@＠]\s?[\w-]+[.．][\w.]+")
IDENTITY = re.compile(r"(?<![\dA-Za-z.])\d{17}[\dXx](?![\dA-Za-z])")
#: Area code and number; agencies number their projects 0733-26132506 in the same form.
LANDLINE = re.compile(rf"{_ALONE}0(?!7\d\d[- ]2)\d{{2,3}}[- ]\d{{7,8}}(?!\d)")
SERVICE = re.compile(rf"{_ALONE}400[- ]?\d{{3,4}}[- ]?\d{{3,4}}(?!\d)")
#: Fields that hold no words but an address or key of the page, which the site gave.
KEYS = {"source_id", "url", "raw_sha256", "project_code"}


def rows(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every real notice that came as JSON, as the family `notice` takes it."""
    for path in sorted(folder.glob("banks/*.jsonl")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines()):
            yield f"{path.stem}:{number}", json.loads(line)
    for path in sorted(folder.glob("yichang/*_notices.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            said = json.loads(line)
            row = {"id": said["infoid"], "title": said["title"], "content_html": said["infocontent"]}
            yield f"{path.stem}:{said['infoid'][:8]}", {**row, "publish_time": said["infodate"]}
    for number, line in enumerate((folder / "bodies_2025.jsonl").read_text(encoding="utf-8").splitlines()):
        said = json.loads(line)
        row = {"id": str(number), "title": said["标题"], "content_text": said["正文"], "publish_time": said["时间"]}
        yield f"bodies_2025:{number}", row
    for said in json.loads((folder / "ggzy/bid_data.json").read_text(encoding="utf-8"))["items"]:
        yield f"ggzy:{said['title']}", {"title": said["title"], "content_text": said["content_text"]}


def results(folder: Path) -> Iterator[tuple[str, Record | QuarantinedRow]]:
    """Every real notice, parsed: rows by `notice`, pages by every family that takes them for its own."""
    notice = family("notice")
    for name, row in rows(folder):
        for found in notice.parse_rows(json.dumps(row, ensure_ascii=False).encode(), "real", name):
            yield name, found
    pages = [p for kind in ("ccgp/*.html", "ggzy/*.html", "portals/*.html", "tables/*.htm") for p in folder.glob(kind)]
    for path in sorted([*pages, folder / "ggzy/api_sample.json"]):
        for found in _as_page(path):
            yield path.name, found


def _as_page(path: Path) -> Iterator[Record | QuarantinedRow]:
    for name in FAMILIES:
        module = family(name)
        if any(hasattr(module, special) for special in ("parse_rows", "parse_file", "Reading")):
            continue  # reads files, or must be told how to read a site
        page = Page(path.read_bytes(), "real", "http://www.ccgp.gov.cn/cggg/dfgg/zbgg/202505/t20250527_24678901.htm")
        try:
            yield from module.parse_list(page).items if module.is_list(page) else [module.parse_detail(page)]
        except Quarantined as problem:
            yield QuarantinedRow(path.name, problem.reason, problem.detail, page.sha256)


@pytest.fixture(scope="module")
def parsed(shared_data: Path) -> list[tuple[str, Record | QuarantinedRow]]:
    return list(results(shared_data / "notices"))


def words(found: Record | QuarantinedRow) -> str:
    """Everything said of a notice but the keys of its page."""
    said = found.to_dict() if isinstance(found, Record) else asdict(found)
    return json.dumps({k: v for k, v in said.items() if k not in KEYS}, ensure_ascii=False)


def test_nobody_survives_in_any_field_of_any_real_notice(parsed: list[tuple[str, Record | QuarantinedRow]]) -> None:
    assert sum(isinstance(found, Record) for _, found in parsed) > 500
    for name, found in parsed:
        text = words(found)
        assert not [person for person in INVENTED if person in text], name
        for pattern in (MOBILE, MAIL, LANDLINE, SERVICE):
            left = pattern.search(text)
            assert not left, f"{name}: {left and text[max(0, left.start() - 40) : left.end() + 20]}"
        assert not [m[0] for m in IDENTITY.finditer(text) if _is_citizen(m)], name


def test_who_buys_and_sells_stays_readable(parsed: list[tuple[str, Record | QuarantinedRow]]) -> None:
    told = 0
    for name, found in parsed:
        if isinstance(found, QuarantinedRow) or not found.text:
            continue
        text = "".join(found.text.split())
        firms = [s.name for lot in found.lots for s in lot.suppliers]
        for firm in filter(None, (found.purchaser, found.agency, *firms)):
            told += "".join(firm.split()) in text
            assert "〔" not in firm, (name, firm)
    assert told > 600


def test_amounts_dates_and_codes_stay_as_they_were_printed(shared_data: Path) -> None:
    figure = re.compile(
        r"(?<![\d.,-])\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\d-])|(?<![\d.-])\d+\.\d{2,6}(?![\d.%-])|\d{4}年\d+月\d+日"
    )
    for name, row in rows(shared_data / "notices"):
        text = layout.text_of(layout.blocks(str(row.get("content_html") or row.get("content_text") or "")))
        lost = [m[0] for m in figure.finditer(text)]
        kept = {m[0] for m in figure.finditer(redact(text))}
        assert {f for f in lost if f not in kept} == set(), name


def test_labelled_suppliers_are_in_the_redacted_text_where_they_were_in_the_page(shared_data: Path) -> None:
    folder = shared_data / "notices/banks"
    texts = {row.get("id"): str(row.get("content_html") or row.get("content_text")) for _, row in rows(folder.parent)}
    with (folder / "labels.csv").open(encoding="utf-8-sig", newline="") as file:
        for label in csv.DictReader(file):
            text = layout.text_of(layout.blocks(texts.get(label["id"], "")))
            firms = [f for f in re.split(r"[;；|]", label["suppliers"] + ";" + label["purchaser"]) if f and f in text]
            assert all(firm in redact(text) for firm in firms), label["id"]
