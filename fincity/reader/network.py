"""Who sells financial technology to whom: the edges between sellers' and buyers' cities."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from db.home import Home
from etl.errors import UsageError
from fincity.reader.release import Release
from fincity.reader.selection import Years, parse_years, unknown
from fincity.reader.table import Table

if TYPE_CHECKING:
    import pandas as pd

COLUMNS: dict[str, type] = {
    "year": int,
    "seller_city_code": str,
    "seller_city": str,
    "buyer_city_code": str,
    "buyer_city": str,
    "bank_class": str,
    "domain": str,
    "deals": int,
    "amount_yuan": float,
}
KEY = ("year", "seller_city_code", "buyer_city_code", "bank_class", "domain")
_SIDES = ("seller_city", "buyer_city")
_KINDS = {int: "long", str: "string", float: "double"}
_GRAPHML = "http://graphml.graphdrawing.org/xmlns"


def network(
    years: Years | None = None,
    bank_class: str | None = None,
    domain: str | None = None,
    release: str | None = None,
    home: Home | Path | str | None = None,
) -> pd.DataFrame:
    """The edges of fintech deals as a DataFrame with the columns `COLUMNS`.

    One row per year, seller's city, buyer's city, class of the purchasing bank and domain; `amount_yuan` sums the known
    amounts and is empty when none is known. A city that could not be told is `unallocated`. A synthetic release adds a
    column that says so. Raises UsageError for an unknown class or domain.
    """
    return edges(Release.open(home, release), years, bank_class, domain).frame()


def edges(
    release: Release, years: Years | None = None, bank_class: str | None = None, domain: str | None = None
) -> Table:
    """The edges in the order of their keys. Raises UsageError as `network` does."""
    names = {row["code"]: row["name"] for row in release.rows("place", columns=["code", "name"])}
    where: dict[str, Collection[Any]] = {}
    if years is not None:
        where["year"] = parse_years(years)
    if bank_class is not None:
        where["bank_class"] = [_known(release, "bank_class", bank_class)]
    if domain is not None:
        where["domain"] = [_known(release, "domain", domain)]
    mark = {"synthetic": True} if release.synthetic else {}
    rows = [_row(row, names) | mark for row in release.rows("edge", where)]
    return Table(COLUMNS | dict.fromkeys(mark, bool), sorted(rows, key=lambda row: tuple(row[name] for name in KEY)))


def _known(release: Release, column: str, value: str) -> str:
    known = release.values("edge", column)
    if value not in known:
        raise UsageError(unknown(column.replace("_", " "), value, known))
    return value


def _row(row: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    seller, buyer = row["seller_city"], row["buyer_city"]
    return {
        "year": row["year"],
        "seller_city_code": seller,
        "seller_city": names.get(seller, seller),
        "buyer_city_code": buyer,
        "buyer_city": names.get(buyer, buyer),
        "bank_class": row["bank_class"],
        "domain": row["domain"],
        "deals": row["deals"],
        "amount_yuan": None if row["amount_fen"] is None else row["amount_fen"] / 100,
    }


def graphml(table: Table, description: str) -> bytes:
    """The edges as GraphML: cities are nodes, every row of the table is a directed edge with its attributes."""
    root = ET.Element("graphml", xmlns=_GRAPHML)
    ET.SubElement(root, "desc").text = description
    attributes = [name for name in COLUMNS if not name.startswith(("seller_", "buyer_"))]
    ET.SubElement(root, "key", {"id": "name", "for": "node", "attr.name": "name", "attr.type": "string"})
    for name in attributes:
        ET.SubElement(root, "key", {"id": name, "for": "edge", "attr.name": name, "attr.type": _KINDS[COLUMNS[name]]})
    graph = ET.SubElement(root, "graph", edgedefault="directed")
    for code, name in sorted({(row[f"{side}_code"], row[side]) for row in table.rows for side in _SIDES}):
        ET.SubElement(ET.SubElement(graph, "node", id=code), "data", key="name").text = name
    for row in table.rows:
        edge = ET.SubElement(graph, "edge", source=row["seller_city_code"], target=row["buyer_city_code"])
        for name in attributes:
            if row[name] is not None:
                ET.SubElement(edge, "data", key=name).text = str(row[name])
    ET.indent(root)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"
