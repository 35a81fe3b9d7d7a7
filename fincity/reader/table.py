"""Tables in plain Python, on the way from a release to a file or a DataFrame.

Arrow imports pandas as soon as it takes in a Python value, and that takes longer than the whole panel of a demo. So
rows are read and joined as they are, and become Arrow or pandas only where somebody asks for that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


@dataclass(frozen=True)
class Table:
    """Rows with named columns; `columns` maps each name to str, int, float or bool, any of which may be None."""

    columns: Mapping[str, type]
    rows: Sequence[Mapping[str, Any]]

    def arrow(self) -> pa.Table:
        """As Arrow, typed by `columns` also where there are no rows."""
        import pyarrow as pa

        types = {str: pa.string(), int: pa.int64(), float: pa.float64(), bool: pa.bool_()}
        schema = pa.schema([(name, types[kind]) for name, kind in self.columns.items()])
        return pa.Table.from_pylist(list(self.rows), schema=schema)

    def frame(self) -> pd.DataFrame:
        """As a DataFrame."""
        frame: pd.DataFrame = self.arrow().to_pandas()
        return frame
