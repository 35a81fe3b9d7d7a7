"""Files that people bring: csv in any encoding, Excel and Stata, read into a DataFrame and written back with labels."""

from __future__ import annotations

import csv
import io
import re
import sys
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from etl.errors import UsageError
from fincity import frames
from fincity.reader.table import Table

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

READ = (".csv", ".tsv", ".xlsx", ".dta")
WRITTEN = tuple(frames.WRITERS)
#: Numbers that lose nothing as numbers: no leading zero (a code), no more digits than a float keeps.
_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,14})(?:\.\d{1,15})?(?:[eE][-+]?\d{1,3})?")


@dataclass(frozen=True)
class OwnTable:
    """A table somebody brought."""

    frame: pd.DataFrame
    #: Column -> label.
    labels: Mapping[str, str] = field(default_factory=dict)
    #: Column -> value -> label; the column itself holds the values.
    value_labels: Mapping[str, Mapping[float, str]] = field(default_factory=dict)
    #: Every cell is text (csv), because the format knows nothing else.
    untyped: bool = False
    #: The sheet that was read, and those that were not.
    sheet: str = ""
    other_sheets: tuple[str, ...] = ()

    def named(self, path: Path) -> str:
        """The file as an error names it: with its sheet where it has others."""
        return f"{path}, sheet {self.sheet!r} of {1 + len(self.other_sheets)}" if self.other_sheets else str(path)

    def remark(self, path: Path) -> str:
        """What somebody who named no sheet should know: there are others."""
        return f"{path}: sheet {self.sheet!r} is read, not {', '.join(map(repr, self.other_sheets))} (see --sheet)"

    def shown(self) -> pd.DataFrame:
        """The table with labels in the place of the values they stand for."""
        shown = {name: self.frame[name].map(of).fillna(self.frame[name]) for name, of in self.value_labels.items()}
        return self.frame.assign(**shown)

    def rows(self) -> list[dict[str, str]]:
        """Its rows as text, empty where there is nothing."""
        shown = _Rows(self.shown())
        return [{name: "" if cell is None else str(frames.text(cell)) for name, cell in row.items()} for row in shown]


def read(path: Path, sheet: str | None = None) -> OwnTable:
    """The table of a file; of a workbook the first sheet, or the one named.

    Raises UsageError that names the file, and the row where one is wrong.
    """
    body, suffix = path.read_bytes(), path.suffix.lower()
    if suffix not in READ:
        raise UsageError(f"{path}: cannot read {suffix or 'a file without suffix'}; use {', '.join(READ)}")
    if sheet is not None and suffix != ".xlsx":
        raise UsageError(f"{path}: a {suffix} file has no sheets: leave out --sheet {sheet}")
    try:
        return _stata(body) if suffix == ".dta" else _sheet(body, sheet) if suffix == ".xlsx" else _delimited(body)
    except ValueError as error:
        place = f"{path}, " if str(error).startswith(("row ", "line ")) else f"{path}: "
        raise UsageError(f"{place}{error}") from error


def _headed(header: Sequence[str], cells: pd.DataFrame) -> pd.DataFrame:
    """The cells under their headings. A column without one is left out if empty, else called by its place."""
    names = [name.strip() or f"column_{place}" for place, name in enumerate(header, 1)]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise ValueError(f"column {twice!r} stands twice: rename one")
    table = cells.set_axis(names, axis=1)
    bare = [name for name, given in zip(names, header, strict=True) if not given.strip()]
    return table.drop(columns=[name for name in bare if (table[name].isna() | (table[name] == "")).all()])


def _delimited(body: bytes) -> OwnTable:
    import pandas as pd

    from keywords.encodings import decode

    lines = list(_records(decode(body)))
    if not lines:
        raise ValueError("empty")
    header, *rows = lines
    for number, row in enumerate(rows, 1):
        if len(row) > len(header):
            raise ValueError(f"row {number}: more cells than the header has columns")
    whole = [[*row, *[""] * (len(header) - len(row))] for row in rows]
    return OwnTable(_headed(header, pd.DataFrame(whole, columns=range(len(header)), dtype=object)), untyped=True)


def _records(text: str) -> Iterator[list[str]]:
    """The lines of a csv as cells, without those that are blank."""
    csv.field_size_limit(sys.maxsize)  # the default refuses cells of more than 131 072 characters
    first = text.lstrip("\r\n").partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",\t;", key=first.count), strict=True)
    while True:
        line = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise ValueError(f"line {line}: {error}: look for a quotation mark that is not closed") from error
        if row:
            yield row


def _sheet(body: bytes, wanted: str | None) -> OwnTable:
    import pandas as pd

    try:
        with warnings.catch_warnings(), pd.ExcelFile(io.BytesIO(body)) as book:
            warnings.simplefilter("ignore")  # styles and extensions that carry no data
            sheets = [str(name) for name in book.sheet_names]
            sheet = sheets[0] if wanted is None else wanted
            known = sheet in sheets
            cells = book.parse(sheet if known else 0, header=None, dtype=object, keep_default_na=False, na_values=[""])
    except Exception as error:  # a damaged workbook breaks the reader in a dozen ways
        why = f"{type(error).__name__}: {error}"
        raise ValueError(f"no Excel workbook that can be read ({why}); save it anew as .xlsx or .csv") from error
    if not known:
        raise ValueError(f"no sheet {sheet!r}; the sheets are {', '.join(map(repr, sheets))}")
    cells = cells.dropna(how="all")
    if cells.empty:
        raise ValueError(f"sheet {sheet!r} is empty")
    header = ["" if pd.isna(name) else str(name) for name in cells.iloc[0].tolist()]
    typed = _headed(header, cells.iloc[1:].reset_index(drop=True)).infer_objects()
    mixed = [str(name) for name in typed if typed[name].dtype == object]
    typed[mixed] = typed[mixed].map(lambda cell: None if _cell(cell) is None else str(frames.text(_cell(cell))))
    return OwnTable(typed, sheet=sheet, other_sheets=tuple(name for name in sheets if name != sheet))


def _stata(body: bytes) -> OwnTable:
    from pandas.io.stata import StataReader

    try:
        with StataReader(io.BytesIO(body), convert_categoricals=False) as opened:
            reader: Any = opened
            frame = reader.read()
            labels, sets = reader.variable_labels(), reader.value_labels()
            # pandas tells which sets of labels there are, and keeps which column has which to itself.
            of_values = {name: sets[of] for name, of in zip(frame, reader._lbllist, strict=True) if of in sets}
    except Exception as error:  # a damaged file breaks the reader in a dozen ways
        raise ValueError(f"no Stata file that can be read ({type(error).__name__}: {error})") from error
    if not body.startswith(b"<stata_dta>") or b"<release>117" in body[:64]:
        return _mended(frame, labels, of_values)
    return OwnTable(frame, labels, of_values)


def _mended(frame: pd.DataFrame, labels: Mapping[str, str], of_values: Mapping[str, Mapping[float, str]]) -> OwnTable:
    """The table of a Stata file of version 13 or older, whose texts are in whatever encoding the computer had."""
    texts = [name for name in frame.columns if frame[name].dtype.kind == "O"]
    frame[texts] = frame[texts].map(_mended_text)
    return OwnTable(
        frame.rename(columns=_mended_text),
        {_mended_text(name): _mended_text(label) for name, label in labels.items()},
        {_mended_text(n): {v: _mended_text(label) for v, label in of.items()} for n, of in of_values.items()},
    )


def _mended_text(cell: Any) -> Any:
    """Bytes that were read one by one as Latin letters, as the Chinese they mean."""
    if not isinstance(cell, str) or cell.isascii():
        return cell
    for encoding in ("utf-8", "gb18030"):
        try:
            return cell.encode("latin-1").decode(encoding)
        except UnicodeError:
            continue
    return cell


class _Rows(Sequence[Mapping[str, Any]]):
    """The rows of a DataFrame one by one: as dicts all at once they would take many times its room."""

    def __init__(self, frame: pd.DataFrame) -> None:
        self._columns = {str(name): [_cell(cell) for cell in column.tolist()] for name, column in frame.items()}
        self._length = len(frame)

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, at: Any) -> Any:
        return {name: cells[at] for name, cells in self._columns.items()}


def _cell(value: Any) -> Any:
    """A cell as csv and Excel want it: nothing is None, a day is a text."""
    import pandas as pd

    if pd.api.types.is_scalar(value) and pd.isna(value):
        return None
    if hasattr(value, "isoformat"):
        return value.isoformat(sep=" ").removesuffix(" 00:00:00") if hasattr(value, "hour") else value.isoformat()
    return value


@dataclass(frozen=True)
class FrameTable(Table):
    """A DataFrame as a table to be written."""

    data: pd.DataFrame

    @classmethod
    def of(cls, data: pd.DataFrame) -> FrameTable:
        """The table of a DataFrame, without its index."""
        return cls(dict.fromkeys(map(str, data.columns), str), _Rows(data), data.reset_index(drop=True))

    def arrow(self) -> pa.Table:
        """As Arrow."""
        import pyarrow as pa

        return pa.Table.from_pandas(self.data, preserve_index=False)

    def frame(self) -> pd.DataFrame:
        """As a DataFrame."""
        return self.data


def _number(cells: pd.Series) -> pd.Series:
    """A column of text as numbers where it holds nothing but numbers; codes such as 007 stay text."""
    import pandas as pd

    filled = [cell for cell in cells.tolist() if cell]
    if not filled or not all(map(_NUMBER.fullmatch, filled)):
        return cells
    return pd.to_numeric(cells.replace("", None))


def write(
    path: Path, data: pd.DataFrame, given: OwnTable, about: frames.About | None = None, *, excel: bool = False
) -> Path:
    """Write a table made from one that was read, with the labels it came with; errors as `fincity.frames.write`.

    `about` has the labels of the columns that are new. A csv keeps the text of its numbers; other formats get numbers.
    """
    about = about or frames.About("", "", "", synthetic=False)
    about = replace(about, labels={**about.labels, **given.labels}, value_labels=given.value_labels)
    data = data.assign(**{name: given.frame[name].to_numpy() for name in given.value_labels})
    if given.untyped and path.suffix.lower() != ".csv":
        data = data.assign(**{str(name): _number(data[name]) for name in given.frame})
    return frames.write(path, FrameTable.of(data), about, excel=excel)
