"""Notices of awards written in one line each, and the deals that follow from them, for the tests of `etl.deals`."""

from __future__ import annotations

from typing import Any

from etl.deals import Deals, derive
from etl.records import Lot, Record, Supplier
from etl.records.rows import HitRow, ResolutionRow

BANK = "中国建设银行股份有限公司深圳市分行"


def notice(
    source_id: str, *lots: Lot, source: str = "s", kind: str = "award", day: str = "2024-03-01", **more: Any
) -> Record:
    told = {"title": "智能客服系统采购项目中标公告", "project_code": "SZ-2024-001", "purchaser": BANK, **more}
    return Record(source, source_id, notice_type=kind, published_at=f"{day}T09:00:00+08:00", lots=lots, **told)


def lot(
    *names: str,
    amount: str | None = "100.00",
    label: str | None = None,
    status: str = "awarded",
    role: str | None = None,
    tax: str = "unknown",
    note: str | None = None,
) -> Lot:
    return Lot(label, status, tuple(Supplier(n, role=role) for n in names), amount, tax, note)


def unresolved(kind: str, name: str, address: str, uscc: str, year: int) -> ResolutionRow:
    nothing = dict.fromkeys(
        ("org_id", "canonical_name", "org_kind", "bank_class", "level", "city_code", "score", "candidates")
    )
    return ResolutionRow(kind, name, address, uscc, year, **nothing, method="none", evidence="a test", recipe="")


def made(*records: Record, hits: tuple[HitRow, ...] = ()) -> Deals:
    return derive(records, hits, unresolved, lambda _: "bank")


def pairs(deals: Deals) -> list[tuple[str, int | None]]:
    return sorted((d.supplier or "", d.amount_fen) for d in deals.deals)
