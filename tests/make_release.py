"""A tiny release, written by hand: what readers and commands are tested on, without a database or a crawl.

Everything in it is made up, and it says so. In 2024 the two demo portals were looked at completely, in 2023 half, in
2022 not at all. Two awards: a bank in Shenzhen bought from two suppliers (Beijing and Guangzhou, 1 200 000.50 and an
unknown amount), a bank in Guangzhou from one nobody can place. Work reports: Guangdong (province) and Shanghai, 2024.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from db.home import Home
from etl.catalogue import Indicator, indicators
from etl.places import gazetteer
from etl.records import TABLES, Row, columns_of
from etl.records.rows import (
    AwardLineRow,
    AwardNoticeRow,
    AwardRow,
    ContributionRow,
    CoverageDayRow,
    DealRow,
    DocumentRow,
    EdgeRow,
    HitRow,
    ListingRow,
    ObservationRow,
    PlaceRow,
    QuarantineRow,
    ResolutionRow,
)

RELEASE = "2026-01-31-0a1b2c3d"
BOUNDARY = "2020"
SHENZHEN, GUANGZHOU, BEIJING, SHANGHAI, GUANGDONG = "440300", "440100", "110000", "310000", "440000"
UNALLOCATED = "unallocated"
FIRST_AWARD, SECOND_AWARD = "demo_cfcpn/1", "demo_ccgp/7"
TITLE = "示例银行深圳分行区块链平台采购结果公告"
SHA = hashlib.sha256(b"page").hexdigest()
TYPES = {str: pa.string(), int: pa.int64(), float: pa.float64(), bool: pa.bool_()}

Tables = dict[str, Sequence[Row]]


def make_release(path: Path, changed: Mapping[str, Sequence[Row]] | None = None, release: str = RELEASE) -> Home:
    """Make a synthetic home with this release as the current one; `changed` replaces whole tables."""
    home = Home.create(path, "synthetic")
    folder = home.releases / release
    (folder / "tables").mkdir(parents=True)
    tables: dict[str, Sequence[Row]] = {**rows(), **(changed or {})}
    counted = {row.TABLE: _write(folder, row, tables.get(row.TABLE, ())) for row in TABLES if row.TABLE != "list_page"}
    info = {
        "id": release,
        "format": 1,
        "synthetic": True,
        "home_kind": "synthetic",
        "as_of": "2026-01-31",
        "fincity_version": "0.1.0",
        "stages": {},
        "lexicons": {"fintech_taxonomy": "00000000"},
        "tables": counted,
    }
    (folder / "release.json").write_text(json.dumps(info, ensure_ascii=False), encoding="utf-8")
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    lines = [f"{hashlib.sha256(p.read_bytes()).hexdigest()}  {p.relative_to(folder).as_posix()}\n" for p in files]
    (folder / "checksums.sha256").write_text("".join(lines), encoding="utf-8")
    (home.releases / "current").write_text(f"{release}\n", encoding="utf-8")
    return home


def _write(folder: Path, row: type[Row], items: Sequence[Row]) -> dict[str, object]:
    private = {"record"} if row.TABLE == "document" else set()
    columns = [c for c in columns_of(row) if not c.run and c.name not in private]
    schema = pa.schema([pa.field(c.name, TYPES[c.type], nullable=c.nullable) for c in columns])
    plain = [{c.name: getattr(item, c.name) for c in columns} for item in items]
    path = folder / "tables" / f"{row.TABLE}.parquet"
    pq.write_table(pa.Table.from_pylist(plain, schema=schema), path)
    return {"rows": len(items), "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}


def rows() -> Tables:
    """All tables that are not empty, each in the order of its key."""
    return {
        "place": places(),
        "contribution": contributions(),
        "observation": observations(),
        "award": [_award(FIRST_AWARD, SHENZHEN, TITLE), _award(SECOND_AWARD, GUANGZHOU, "示例银行云平台成交公告")],
        "award_notice": [
            AwardNoticeRow(FIRST_AWARD, "demo_ccgp", "3", "copy", "same project code"),
            AwardNoticeRow(FIRST_AWARD, "demo_cfcpn", "1", "award", "first notice"),
            AwardNoticeRow(SECOND_AWARD, "demo_ccgp", "7", "award", "first notice"),
        ],
        "award_line": [
            _line(FIRST_AWARD, "甲示例科技有限公司", 120_000_050),
            _line(FIRST_AWARD, "广州乙示例有限公司", None),
            _line(SECOND_AWARD, "丙示例公司", 5_000_000),
        ],
        "deal": [
            _deal(FIRST_AWARD, "firm:jia", "甲示例科技有限公司", BEIJING, SHENZHEN, 120_000_050),
            _deal(FIRST_AWARD, "firm:yi", "广州乙示例有限公司", GUANGZHOU, SHENZHEN, None),
            _deal(SECOND_AWARD, "name:bing", "丙示例公司", None, GUANGZHOU, 5_000_000),
        ],
        "document": documents(),
        "hit": hits(),
        "resolution": [
            _resolution("bank", "示例银行深圳分行", "bank:demo/深圳分行", SHENZHEN, "grammar"),
            _resolution("firm", "丙示例公司", None, None, "none"),
            _resolution("firm", "广州乙示例有限公司", "firm:yi", GUANGZHOU, "name_place"),
            _resolution("firm", "甲示例科技有限公司", "firm:jia", BEIJING, "address"),
        ],
        "edge": [
            EdgeRow(2024, BEIJING, SHENZHEN, "joint_stock", "区块链", 1, 120_000_050),
            EdgeRow(2024, GUANGZHOU, SHENZHEN, "joint_stock", "区块链", 1, 0),
            EdgeRow(2024, UNALLOCATED, GUANGZHOU, "joint_stock", "云计算", 1, 5_000_000),
        ],
        "listing": listings(),
        "quarantine": [QuarantineRow("demo_ccgp", "9", SHA, "body_missing", "no body", None, "ccgp", "r")],
        "coverage_day": coverage_days(),
    }


def places() -> list[PlaceRow]:
    known = gazetteer()
    found: dict[str, PlaceRow] = {
        p.code: PlaceRow(p.code, p.name, p.short_name, p.level, p.province_code, p.province)
        for p in [*known.provinces(), *known.in_force(int(BOUNDARY))]
    }
    found[UNALLOCATED] = PlaceRow(UNALLOCATED, "无法归入城市", UNALLOCATED, "none", None, None)
    return [found[code] for code in sorted(found)]


def contributions() -> list[ContributionRow]:
    first, second, third = f"{FIRST_AWARD}#firm:jia", f"{FIRST_AWARD}#firm:yi", f"{SECOND_AWARD}#name:bing"
    table: list[tuple[str, str, str, float, float]] = [
        ("fintech_amount_bought", SHENZHEN, first, 1_200_000.5, 0),
        ("fintech_amount_bought", GUANGZHOU, third, 50_000, 0),
        ("fintech_amount_bought_known_share", GUANGZHOU, third, 1, 1),
        ("fintech_amount_bought_known_share", SHENZHEN, first, 1, 1),
        ("fintech_amount_bought_known_share", SHENZHEN, second, 0, 1),
        ("fintech_amount_sold", BEIJING, first, 1_200_000.5, 0),
        ("fintech_amount_sold", UNALLOCATED, third, 50_000, 0),
        ("fintech_deals_bought", GUANGZHOU, third, 1, 0),
        ("fintech_deals_bought", SHENZHEN, first, 1, 0),
        ("fintech_deals_bought", SHENZHEN, second, 1, 0),
        ("fintech_deals_sold", BEIJING, first, 1, 0),
        ("fintech_deals_sold", GUANGZHOU, second, 1, 0),
        ("fintech_deals_sold", UNALLOCATED, third, 1, 0),
    ]
    found = [ContributionRow(code, city, 2024, "deal", key, float(v), float(w)) for code, city, key, v, w in table]
    found += [
        ContributionRow("fintech_lots_bought", GUANGZHOU, 2024, "award", SECOND_AWARD, 1.0, 0.0),
        ContributionRow("fintech_lots_bought", SHENZHEN, 2024, "award", FIRST_AWARD, 2.0, 0.0),
    ]
    for place, count in ((SHANGHAI, 2.0), (GUANGDONG, 3.0)):
        key = f"reports/{place}-2024"
        found.append(ContributionRow("digital_term_hits", place, 2024, "document", key, count, 0.0))
        found.append(ContributionRow("digital_term_hits_per_10k", place, 2024, "document", key, count, 0.002))
    return sorted(found, key=lambda r: (r.indicator, r.city_code, r.year, r.source_kind, r.source_id))


def observations() -> list[ObservationRow]:
    """The panel of the contributions, added up without the code under test."""
    cells: dict[tuple[str, str, int], list[ContributionRow]] = {}
    for row in contributions():
        cells.setdefault((row.indicator, row.city_code, row.year), []).append(row)
    found = [
        _observation(indicator, place, year, cells.get((indicator.code, place.code, year), []))
        for indicator in indicators().values()
        for place in places()
        for year in (2022, 2023, 2024)
        if place.level != "province" or indicator.theme == "digital"
    ]
    return sorted(found, key=lambda r: (r.indicator, r.city_code, r.year))


def _observation(indicator: Indicator, place: PlaceRow, year: int, mine: list[ContributionRow]) -> ObservationRow:
    reason: str | None
    if indicator.theme == "digital":
        completeness, reason = (1.0, None) if mine else (0.0, "no document of work_reports was imported")
    else:
        states = {2024: (1.0, None), 2023: (0.5, "demo_ccgp result: 180 not_looked"), 2022: (0.0, "365 not_looked")}
        completeness, reason = states[year]
    value: float | None = sum(c.value for c in mine)
    if indicator.aggregation.city_years == "ratio":
        weight = sum(c.weight for c in mine)
        value = float(f"{(value or 0) / weight:.12g}") if weight else None
    if completeness and value is None:
        completeness, reason = 0.0, "nothing to take a share of"
    if not completeness:
        value = None
    return ObservationRow(
        indicator=indicator.code,
        city_code=place.code,
        year=year,
        boundary=BOUNDARY,
        value=value,
        unit=indicator.unit,
        basis="observed",
        completeness=completeness,
        provisional=False,
        reason=reason,
    )


def documents() -> list[DocumentRow]:
    notices = [("demo_ccgp", "3", TITLE), ("demo_ccgp", "7", "示例银行云平台成交公告"), ("demo_cfcpn", "1", TITLE)]
    found = [_document(source, key, "notice", title, None, None) for source, key, title in notices]
    reports = [(SHANGHAI, "上海市政府工作报告"), (GUANGDONG, "广东省政府工作报告")]
    return found + [_document("reports", f"{place}-2024", "report", title, place, 2024) for place, title in reports]


def hits() -> list[HitRow]:
    chain = ("fintech_taxonomy", "title", 8, 11, "区块链", "区块链")
    found = [_hit(source, key, *chain) for source, key in (("demo_ccgp", "3"), ("demo_cfcpn", "1"))]
    found.append(_hit("demo_ccgp", "7", "fintech_taxonomy", "title", 4, 7, "云平台", "云平台"))
    for place, count in ((SHANGHAI, 2), (GUANGDONG, 3)):
        found += [
            _hit("reports", f"{place}-2024", "digital_121", "text", 10 * n, 10 * n + 3, "大数据", "大数据")
            for n in range(count)
        ]
    return sorted(found, key=lambda h: (h.source, h.source_id, h.lexicon, h.field, h.start))


def listings() -> list[ListingRow]:
    states = {
        ("demo_ccgp", "3"): "parsed",
        ("demo_ccgp", "7"): "parsed",
        ("demo_ccgp", "8"): "pending",
        ("demo_ccgp", "9"): "quarantined",
        ("demo_cfcpn", "1"): "parsed",
        ("demo_cfcpn", "2"): "out_of_scope",
    }
    return [
        ListingRow(source, key, "result", None, TITLE, "2024-03-01", "result", state, None)
        for (source, key), state in states.items()
    ]


def coverage_days() -> list[CoverageDayRow]:
    days = [("demo_ccgp", "partial", 4, 2, "1 pending, 1 quarantined"), ("demo_cfcpn", "complete", 1, 0, None)]
    return [
        CoverageDayRow(source, "result", "2024-03-01", state, listed, open_items, reason, None)
        for source, state, listed, open_items, reason in days
    ]


def _award(award_id: str, city: str, title: str) -> AwardRow:
    shenzhen = city == SHENZHEN
    return AwardRow(
        award_id=award_id,
        project_code="P-1" if shenzhen else None,
        title=title,
        purchaser="示例银行深圳分行" if shenzhen else None,
        buyer_id="bank:demo/深圳分行" if shenzhen else None,
        buyer_city=city,
        bank_class="joint_stock",
        bank_level="branch",
        published_on="2024-03-01",
        year=2024,
        lots=2 if shenzhen else 1,
        framework=False,
        status="standing",
        recipe="r",
    )


def _line(award_id: str, supplier: str, fen: int | None) -> AwardLineRow:
    basis = "sole" if fen else "unknown"
    return AwardLineRow(award_id, "", supplier, None, None, None, fen, basis, "unknown", None, "CNY")


def _deal(award: str, key: str, supplier: str, seller: str | None, buyer: str, fen: int | None) -> DealRow:
    return DealRow(
        award_id=award,
        supplier_id=key,
        supplier=supplier,
        seller_city=seller,
        buyer_city=buyer,
        buyer_id=None,
        bank_class="joint_stock",
        year=2024,
        published_on="2024-03-01",
        lots=1,
        amount_fen=fen,
        amount_complete=fen is not None,
        framework=False,
        domains="区块链",
        primary_domain="区块链",
        recipe="r",
    )


def _document(source: str, key: str, kind: str, title: str, place: str | None, year: int | None) -> DocumentRow:
    return DocumentRow(
        source=source,
        source_id=key,
        fingerprint=hashlib.sha256(f"{source}/{key}".encode()).hexdigest(),
        is_current=True,
        kind=kind,
        notice_type="award" if kind == "notice" else None,
        title=title,
        url=f"http://portal.invalid/{source}/{key}.html",
        published_at="2024-03-01T09:00:00+08:00",
        place_code=place,
        year=year,
        characters=20,
        record="{}",
        raw_sha256=SHA,
        parser=source,
        recipe="r",
    )


def _hit(source: str, key: str, lexicon: str, field: str, start: int, end: int, term: str, text: str) -> HitRow:
    return HitRow(source, key, lexicon, field, start, end, term, text, None, "区块链", "strict", "r")


def _resolution(kind: str, name: str, org: str | None, city: str | None, method: str) -> ResolutionRow:
    return ResolutionRow(
        kind=kind,
        name=name,
        address="",
        uscc="",
        year=2024,
        org_id=org,
        canonical_name=name if org else None,
        org_kind=kind if org else None,
        bank_class="joint_stock" if kind == "bank" else None,
        level="branch" if kind == "bank" else None,
        city_code=city,
        score=1.0 if org else 0.0,
        method=method,
        evidence="the name says so" if org else "no place in the name",
        candidates=None,
        recipe="r",
    )
