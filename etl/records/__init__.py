"""What the rooms hand to each other, defined once.

- `parsed`: what a parser makes of one page or file (the JSON lines of `fincity parse`).
- `events`: what the archive knows of one attempt to fetch a page.
- `columns`, `rows`: the rows of the warehouse; `db` makes its tables, keys and checks from them, `docs` its data
  dictionary.
"""

from etl.records.columns import ColumnSpec, Row, columns_of, key_of
from etl.records.events import FetchEvent, SourceFacts
from etl.records.parsed import ListPage, Lot, Page, Record, Supplier, fingerprint
from etl.records.rows import TABLES

__all__ = [
    "TABLES",
    "ColumnSpec",
    "FetchEvent",
    "ListPage",
    "Lot",
    "Page",
    "Record",
    "Row",
    "SourceFacts",
    "Supplier",
    "columns_of",
    "fingerprint",
    "key_of",
]
