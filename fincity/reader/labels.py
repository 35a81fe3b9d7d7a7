"""Labels and codebook rows of a panel, made from the catalogue."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from etl.catalogue import Indicator, indicators

_COLUMNS = {
    "city_code": "Six-digit GB/T 2260 code, as text",
    "city": "Full official name of the city",
    "province": "Full official name of the province",
    "year": "Year",
    "indicator": "Indicator code",
    "value": "Value; empty where nobody looked",
    "unit": "Unit of the value",
    "basis": "How the value came about",
    "completeness": "1 exact, between lower bound, 0 empty",
    "provisional": "The publication window is still open",
    "reason": "Why the value is empty or a lower bound",
}
CODEBOOK = ("code", "title_en", "title_zh", "unit", "definition", "formula", "lexicon", "warnings", "licence")


def labels(columns: Iterable[str]) -> dict[str, str]:
    """A label for each column of a long or wide panel."""
    return {name: _label(name) for name in columns}


def _label(name: str) -> str:
    code = name.removesuffix("_completeness")
    entry = indicators().get(code)
    if entry is None:
        return _COLUMNS.get(name, name)
    return f"{entry.title_zh} ({entry.unit})" if code == name else f"{entry.title_zh}: completeness 0-1"


def codebook(chosen: Sequence[Indicator], lexicon_of: Callable[[Indicator], str | None]) -> list[list[str]]:
    """Header and rows of the codebook sheet: the columns of the long form, then the indicators."""
    columns = [[name, label, *[""] * (len(CODEBOOK) - 2)] for name, label in _COLUMNS.items()]
    entries = [
        [
            one.code,
            one.title_en,
            one.title_zh,
            one.unit,
            one.definition,
            one.formula,
            lexicon_of(one) or "",
            " ".join(one.warnings),
            one.licence,
        ]
        for one in chosen
    ]
    return [list(CODEBOOK), *columns, *entries]
