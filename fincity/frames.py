"""Tables as files that researchers open: csv, parquet, Stata and Excel, with labels, and the same bytes in every run.

What a file tells about itself (release, labels, whether it is synthetic) comes with it as far as its format allows: csv
has no place for it, parquet has metadata, Stata labels, Excel a sheet each for codebook and notes.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from etl.errors import UsageError
from fincity import output

if TYPE_CHECKING:
    import pandas as pd

    from fincity.reader.table import Table

#: Variable names in Stata are at most this long.
STATA_NAME = 32
STATA_LABEL = 80
STATA_STRING = 2045
EXCEL_ROWS = 1_048_576


@dataclass(frozen=True)
class About:
    """What a table says of itself.

    `labels`: column -> label; `codebook`: rows of the codebook, header first; `value_labels`: column -> value -> label,
    which Stata keeps.
    """

    title: str
    release: str
    as_of: str
    synthetic: bool
    labels: Mapping[str, str] = field(default_factory=dict)
    codebook: Sequence[Sequence[str]] = ()
    value_labels: Mapping[str, Mapping[float, str]] = field(default_factory=dict)

    @property
    def heading(self) -> str:
        """One line: what it is, of which release, and that it is made up if it is."""
        of = f", release {self.release}" if self.release else ""
        return f"{'SYNTHETIC DATA: ' if self.synthetic else ''}{self.title}{of}"


def write(path: Path | str, table: Table, about: About, *, excel: bool = False) -> Path:
    """Write the table in the format of the suffix, whole or not at all; `excel` starts a csv with a byte order mark.

    Raises UsageError for an unknown suffix, a missing folder, or a format whose library is not installed.
    """
    target = output.checked(path, tuple(WRITERS))
    if excel and target.suffix.lower() != ".csv":
        raise UsageError(f"--excel is for csv files, not for {target.name}")
    writer = partial(_csv, encoding="utf-8-sig") if excel else WRITERS[target.suffix.lower()]
    with output.replacing(target) as temporary:
        writer(temporary, table, about)
    return target


def _csv(path: Path, table: Table, about: About, encoding: str = "utf-8") -> None:  # noqa: ARG001 - no place for it
    with path.open("w", encoding=encoding, newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(table.columns)
        rows.writerows([text(row[name]) for name in table.columns] for row in table.rows)


def text(value: Any) -> Any:
    """Floats to twelve significant digits, so that a count reads 3 and not 3.0."""
    return f"{value:.12g}" if isinstance(value, float) else value


def _parquet(path: Path, table: Table, about: About) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows = table.arrow()
    fields = [f.with_metadata({"label": about.labels[f.name]} if f.name in about.labels else None) for f in rows.schema]
    facts = {"title": about.heading, "release": about.release, "synthetic": str(about.synthetic).lower()}
    schema = pa.schema(fields, metadata={f"fincity.{name}": value for name, value in facts.items()})
    pq.write_table(rows.cast(schema), path, compression="zstd")


def _dta(path: Path, table: Table, about: About) -> None:
    names = stata_names(list(table.columns))
    frame = _for_stata(table.frame().rename(columns=names))
    labels = {names[name]: about.labels.get(name, name)[:STATA_LABEL] for name in table.columns}
    texts = [str(c) for c in frame.columns if frame[c].dtype == object]
    frame.to_stata(
        path,
        write_index=False,
        version=118,
        # Stata wants a time: that of the data, so that the same release gives the same file.
        time_stamp=_moment(about),
        data_label=about.heading[:STATA_LABEL],
        variable_labels=labels,
        value_labels=_value_labels(table, about, names),
        convert_dates=_formats(frame),
        convert_strl=[c for c in texts if any(len(value.encode()) > STATA_STRING for value in frame[c])],
    )


def _formats(frame: pd.DataFrame) -> dict[Any, Any]:
    """Days as days; what has a time of day as a time."""
    times = {name: frame[name].dropna() for name in frame.columns if frame[name].dtype.kind == "M"}
    return {name: "td" if (column == column.dt.normalize()).all() else "tc" for name, column in times.items()}


def _value_labels(table: Table, about: About, names: Mapping[str, str]) -> dict[Hashable, dict[float, str]]:
    found: dict[Hashable, dict[float, str]] = {names[name]: dict(of) for name, of in about.value_labels.items()}
    if table.columns.get("provisional") is bool:
        found["provisional"] = {0: "final", 1: "provisional"}
    return found


def _for_stata(frame: pd.DataFrame) -> pd.DataFrame:
    """Categories become numbers with value labels; Stata knows no missing text, only empty text."""
    for name in frame.columns:
        if name in ("basis", "unit") and frame[name].dtype.kind == "O":
            frame[name] = frame[name].astype("category")
        elif frame[name].dtype.kind not in "biufM":
            frame[name] = frame[name].astype(object).where(frame[name].notna(), "")
        elif frame[name].dtype.kind == "b":
            frame[name] = frame[name].astype("int8")
    return frame


def stata_names(names: Sequence[str]) -> dict[str, str]:
    """Names that Stata takes: letters, digits and _, short, different from each other; those that fit stay."""
    short: dict[str, str] = {}
    for original in names:
        name = re.sub(r"\W|^(?=\d)", "_", original)
        cut = name.replace("_completeness", "_compl") if len(name) > STATA_NAME else name
        number = 0
        while len(cut) > STATA_NAME or cut in short.values():
            number += 1
            cut = f"{name[: STATA_NAME - 1 - len(str(number))]}_{number}"
        short[original] = cut
    return short


def _xlsx(path: Path, table: Table, about: About) -> None:
    import xlsxwriter

    if len(table.rows) >= EXCEL_ROWS:
        raise UsageError(f"{len(table.rows)} rows do not fit into an Excel sheet: write .csv, .dta or .parquet")
    # Made in memory: a zip file on a full disk fails once more, and aloud, when it is thrown away.
    packed = io.BytesIO()
    how = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(packed, how) as book:
        book.set_properties({"title": about.heading, "created": _moment(about)})
        sheet = book.add_worksheet("data")
        sheet.freeze_panes(1, 0)
        rows = [list(table.columns), *([row[name] for name in table.columns] for row in table.rows)]
        _fill(sheet, rows)
        _fill(book.add_worksheet("codebook"), about.codebook or [["column", "label"], *about.labels.items()])
        notes = [("title", about.title), ("release", about.release), ("as of", about.as_of)]
        made_up = "yes: everything here is made up" if about.synthetic else "no"
        _fill(book.add_worksheet("about"), [*notes, ("synthetic", made_up)])
    path.write_bytes(packed.getbuffer())


def _fill(sheet: Any, rows: Sequence[Sequence[Any]]) -> None:
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, ["" if value is None else value for value in row])


def _moment(about: About) -> datetime:
    """The day of the data as a moment; formats that insist on a time get this one instead of the clock's."""
    return datetime.fromisoformat(about.as_of or "2000-01-01")


WRITERS: dict[str, Callable[..., None]] = {".csv": _csv, ".parquet": _parquet, ".dta": _dta, ".xlsx": _xlsx}
