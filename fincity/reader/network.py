"""Who sells financial technology to whom: the edges between sellers' and buyers' cities."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from db.home import Home
from etl.errors import UsageError
from fincity.reader.release import Release
from fincity.reader.selection import Years, parse_years, unknown

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

COLUMNS = {
    "year": "int",
    "seller_city_code": "string",
    "seller_city": "string",
    "buyer_city_code": "string",
    "buyer_city": "string",
    "bank_class": "string",
    "domain": "string",
    "deals": "int",
    "amount_yuan": "double",
}
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
    amounts. A city that could not be told is `unallocated`. Raises UsageError for an unknown class or domain.
    """
    frame: pd.DataFrame = edges(Release.open(home, release), years, bank_class, domain).to_pandas()
    return frame


def edges(
    release: Release, years: Years | None = None, bank_class: str | None = None, domain: str | None = None
) -> pa.Table:
    """The edges as Arrow, in the order of their keys."""
    import pyarrow as pa

    types = {"int": pa.int64(), "string": pa.string(), "double": pa.float64()}
    names = {row["code"]: row["name"] for row in release.rows("place")}
    where: list[tuple[str, str, Any]] = [("year", "in", parse_years(years))] if years is not None else []
    where += _one_of(release, "bank_class", bank_class) + _one_of(release, "domain", domain)
    rows = [_row(row, names) for row in release.rows("edge", where)]
    rows.sort(
        key=lambda row: tuple(row[c] for c in ("year", "seller_city_code", "buyer_city_code", "bank_class", "domain"))
    )
    return pa.Table.from_pylist(rows, schema=pa.schema([(name, types[kind]) for name, kind in COLUMNS.items()]))


def _one_of(release: Release, column: str, value: str | None) -> list[tuple[str, str, Any]]:
    if value is None:
        return []
    known = sorted(set(release.arrow("edge", [column])[column].to_pylist()))
    if value not in known:
        raise UsageError(unknown(column.replace("_", " "), value, known))
    return [(column, "=", value)]


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
        "amount_yuan": row["amount_fen"] / 100,
    }


def graphml(table: pa.Table, description: str) -> bytes:
    """The edges as GraphML: cities are nodes, every row of the table is a directed edge with its attributes."""
    root = ET.Element("graphml", xmlns=_GRAPHML)
    ET.SubElement(root, "desc").text = description
    attributes = {name: kind for name, kind in COLUMNS.items() if not name.startswith(("seller_", "buyer_"))}
    ET.SubElement(root, "key", {"id": "name", "for": "node", "attr.name": "name", "attr.type": "string"})
    for name, kind in attributes.items():
        ET.SubElement(root, "key", {"id": name, "for": "edge", "attr.name": name, "attr.type": kind})
    graph = ET.SubElement(root, "graph", edgedefault="directed")
    rows = table.to_pylist()
    sides = (("seller_city_code", "seller_city"), ("buyer_city_code", "buyer_city"))
    for code, name in sorted({(row[c], row[n]) for row in rows for c, n in sides}):
        ET.SubElement(ET.SubElement(graph, "node", id=code), "data", key="name").text = name
    for row in rows:
        edge = ET.SubElement(graph, "edge", source=row["seller_city_code"], target=row["buyer_city_code"])
        for name in attributes:
            ET.SubElement(edge, "data", key=name).text = str(row[name])
    ET.indent(root)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"
