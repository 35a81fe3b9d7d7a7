"""The codebook of a release: what every indicator and every column means, made from the catalogue and the records."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping

from etl.catalogue import Indicator
from etl.records import ColumnSpec

COLUMNS = (
    "entry",  # indicator | column
    "table",
    "name",
    "title_zh",
    "title_en",
    "definition",
    "formula",
    "unit",
    "type",
    "range",
    "choices",
    "first_year",
    "frame",
    "city_years",
    "province",
    "lexicon",
    "policy",
    "warnings",
    "licence",
)

#: The columns that a release ships, by table.
Tables = Mapping[str, tuple[str, Iterable[ColumnSpec]]]


def as_csv(indicators: Iterable[Indicator], tables: Tables) -> str:
    """One line for each indicator, then one for each column of each table."""
    written = io.StringIO()
    writer = csv.DictWriter(written, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(_of_indicator(entry) for entry in indicators)
    writer.writerows(_of_column(name, spec) for name, (_, columns) in tables.items() for spec in columns)
    return written.getvalue()


def _of_indicator(entry: Indicator) -> dict[str, object]:
    return {
        "entry": "indicator",
        "table": "observation",
        "name": entry.code,
        "title_zh": entry.title_zh,
        "title_en": entry.title_en,
        "definition": entry.definition,
        "formula": entry.formula,
        "unit": entry.unit,
        "type": "whole number" if entry.integer else "number",
        "range": _range(entry),
        "first_year": entry.first_year,
        "frame": entry.frame,
        "city_years": entry.aggregation.city_years,
        "province": entry.aggregation.province,
        "lexicon": entry.lexicon or "",
        "policy": entry.policy or "",
        "warnings": " ".join(entry.warnings),
        "licence": entry.licence,
    }


def _of_column(table: str, spec: ColumnSpec) -> dict[str, object]:
    return {
        "entry": "column",
        "table": table,
        "name": spec.name,
        "definition": spec.doc,
        "unit": spec.unit or "",
        "type": _type(spec),
        "choices": "; ".join(spec.choices or ()),
    }


def as_markdown(title: str, indicators: Iterable[Indicator], tables: Tables) -> str:
    """The same for reading: a section for each indicator, a table for each table."""
    return "\n".join([f"# {title}", "", *_indicator_sections(indicators), *_table_sections(tables)]) + "\n"


def _indicator_sections(indicators: Iterable[Indicator]) -> Iterator[str]:
    yield from ("## Indicators", "")
    for entry in indicators:
        yield from (f"### `{entry.code}`", "", f"{entry.title_zh} · {entry.title_en}", "", entry.definition, "")
        yield f"- Formula: {entry.formula}"
        yield f"- Unit: {entry.unit}; range {_range(entry)}; from {entry.first_year}; frame `{entry.frame}`"
        if entry.lexicon:
            yield f"- Lexicon `{entry.lexicon}`, policy `{entry.policy}`"
        yield from (f"- Warning: {warning}" for warning in entry.warnings)
        yield from (f"- Licence: {entry.licence}", "")


def _table_sections(tables: Tables) -> Iterator[str]:
    yield from ("## Tables", "")
    for name, (description, columns) in tables.items():
        yield from (f"### `{name}`", "", description, "")
        yield from ("| column | type | meaning |", "|---|---|---|")
        for spec in columns:
            key = "key, " if spec.key else ""
            meaning = spec.doc + (f" ({spec.unit})" if spec.unit else "")
            yield f"| `{spec.name}` | {key}{_type(spec)} | {_cell(meaning)} |"
        yield ""


def _range(entry: Indicator) -> str:
    low, high = ("" if bound is None else f"{bound:g}" for bound in (entry.minimum, entry.maximum))
    return f"{low}..{high}"


def _type(spec: ColumnSpec) -> str:
    names = {str: "text", int: "whole number", float: "number", bool: "true or false"}
    return names[spec.type] + (", may be empty" if spec.nullable else "")


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
