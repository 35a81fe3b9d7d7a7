"""One row of an export: its cells as the fields of a notice, each read strictly, each doubt said."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from urllib.parse import urlsplit

from etl.errors import Quarantined
from etl.imports import Mapping
from etl.parsers._headings import Headings
from etl.parsers.body import Reading, layout, names, stage
from etl.parsers.body.names import Named
from etl.records.parsed import Lot, Supplier
from etl.redact import redact
from etl.values import Amount, fold, number, read_amount, read_code, tax_basis, yuan_text
from etl.values.folding import heading
from etl.values.times import read_cell

#: Stages that say less than "somebody won": in a title or type they go before the platform's word 中标.
_CAUTIOUS = ("failed", "candidate", "correction", "shortlist", "contract")
_UNITS = {"元": 1, "千元": 10**3, "万元": 10**4, "百万元": 10**6, "亿元": 10**8}
_UNIT_OF_HEADING = re.compile(r"[(\[:/]\s?(?:人民币|单位)?[:]?\s?(百万元|千元|万元|亿元|元)\s?[)\]]?$")
#: No award is larger; a plain number that would be is in another unit than its heading says.
_LARGEST = Decimal(10) ** 10
_HOME_CURRENCY = {"", "人民币", "人民币元", "cny", "rmb", "元"}
_USCC = re.compile(r"[0-9A-HJ-NPQRTUWXY]{18}")
#: No title, name or amount is longer; only a body is.
LONGEST = 5000


class Cells:
    """A row as its mapping reads it; Quarantined `too_large` for a cell that no field fills.

    `warnings` grows while it is read.
    """

    def __init__(self, row: Sequence[str], headings: Headings, mapping: Mapping) -> None:
        self.row, self.headings, self.mapping = row, headings, mapping
        self.warnings: list[str] = []
        for column in headings.columns:
            if column.field != "body" and len(row[column.at]) > LONGEST:
                raise Quarantined(
                    "too_large",
                    f"{column.heading} has {len(row[column.at])} characters, more than {LONGEST}: shorten it",
                )

    def first(self, field: str) -> str:
        """The first filled cell of a field, as written; empty when none is."""
        return self._filled(field)[1]

    def _filled(self, field: str) -> tuple[str, str]:
        """Heading and text of the first filled cell of a field."""
        for column in self.headings.of(field):
            if (text := self.row[column.at]).strip():
                return column.heading, text
        return "", ""

    def _text(self, field: str) -> str:
        return layout.clean(self.first(field))

    def _warn(self, field: str, what: str) -> None:
        self.warnings.append(f"{field}: {what}")

    # -- what every notice needs -----------------------------------------------------------------------------------

    def title(self) -> str:
        """The title. Raises Quarantined `missing_field`."""
        title = self._text("title")
        if not title:
            raise self._missing("title")
        return title

    def published_at(self) -> str:
        """The publication time, ISO 8601, +08:00. Raises Quarantined `missing_field` or `bad_date`."""
        column, text = self._filled("published_at")
        if not text:
            raise self._missing("published_at")
        found = read_cell(text, self.mapping.date_formats)
        if found is None:
            raise Quarantined(
                "bad_date",
                f"{column}: {text.strip()[:40]!r} is no day: correct it, or give date_formats in the mapping",
            )
        return found

    def _missing(self, field: str) -> Quarantined:
        columns = "/".join(column.heading for column in self.headings.of(field))
        return Quarantined("missing_field", f"{columns} is empty: fill it in, or delete the row")

    # -- what may be there -----------------------------------------------------------------------------------------

    def url(self) -> str | None:
        """The notice's address."""
        text = self.first("url").strip()
        if not text:
            return None
        try:
            parts = urlsplit(text)
        except ValueError:
            parts = urlsplit("")
        if parts.scheme in ("http", "https") and parts.hostname:
            return text
        self._warn("url", "no address in it")
        return None

    def region(self) -> str:
        """Province, city and the like, in the order of the mapping, each once."""
        found = [layout.clean(self.row[column.at]) for column in self.headings.of("region")]
        return " ".join(dict.fromkeys(part for part in found if part))

    def prior(self) -> str:
        """The stage the platform gives the row, else the mapping's."""
        return self._given() or self.mapping.notice_type

    def _given(self) -> str | None:
        given = self._text("notice_type")
        own = {heading(name): ours for name, ours in self.mapping.notice_types.items()}
        return own.get(heading(given)) or stage.of_type(given)

    def reading(self, title: str) -> Reading:
        """What the columns say of the notice, in the form the body reader gives."""
        named = self._suppliers()
        stated = self._stage(title, won=bool(named))
        purchaser, agency = self._one("purchaser"), self._one("agency")
        return Reading(
            stage=stated,
            purchaser=purchaser,
            purchaser_address=redact(self._text("purchaser_address")) or None,
            agency=agency,
            project_code=read_code(self._text("project_code")),
            budget_yuan=self._amount("budget").yuan,
            lots=self._lots(stated, named),
        )

    def _stage(self, title: str, *, won: bool) -> str:
        titled, given = stage.of_title(title), self._given()
        for cautious in _CAUTIOUS:
            if cautious in (titled, given):
                return cautious
        if titled == "award":
            return "award"
        # 公开招标 in the name of a project somebody won is how it was bought, not what the notice is.
        prior = given or self.mapping.notice_type
        return prior if won or titled is None else titled

    def _one(self, field: str) -> str | None:
        text = self._text(field)
        found = names.organisations(names.without_aliases(text)) if text else ()
        if text and not found:
            self._warn(field, "no organisation in it")
        return found[0].name if found else None

    # -- winners and money -----------------------------------------------------------------------------------------

    def _pieces(self, text: str) -> list[str]:
        if not self.mapping.separators:
            return names.split_list(text)
        return re.split("|".join(map(re.escape, self.mapping.separators)), text)

    def _suppliers(self) -> tuple[Named, ...]:
        text = self.first("supplier")
        joined = "、".join(self._pieces(text)) if self.mapping.separators else text
        found = names.organisations(joined)
        if text.strip() and not found:
            self._warn("supplier", "no organisation in it")
        return found

    def _lots(self, stated: str, named: Sequence[Named]) -> tuple[Lot, ...]:
        label = redact(self._text("lot")) or None
        if stated == "failed":
            return (Lot(label, status="failed"),)
        if stated not in stage.RESULTS or not named:
            return ()
        status = "candidate" if stated == "candidate" else "awarded"
        apart = self._apart(named)
        if apart:
            return tuple(_lot(label, status, (one,), amount) for one, amount in zip(named, apart, strict=True))
        return (_lot(label, status, named, self._amount("amount"), self._details(len(named))),)

    def _apart(self, named: Sequence[Named]) -> list[Amount]:
        """An amount for each of several winners, where the cell holds as many as there are winners."""
        column, text = self._filled("amount")
        pieces = [piece for piece in re.split(r"[;；、\n|]", text) if piece.strip()]
        if len(named) < 2 or len(pieces) != len(named) or any(one.role for one in named):
            return []
        return [self._read(piece, column) for piece in pieces]

    def _details(self, winners: int) -> tuple[str | None, str | None]:
        """Address and credit code of a sole winner."""
        if winners != 1:
            return None, None
        code = fold(self.first("uscc")).strip().upper()
        return redact(self._text("supplier_address")) or None, code if _USCC.fullmatch(code) else None

    def _amount(self, field: str) -> Amount:
        column, text = self._filled(field)
        return self._read(text, column) if text.strip() else Amount(tax_basis=self.mapping.tax_basis)

    def _read(self, text: str, column: str) -> Amount:
        """An amount of money: the cell's own unit goes before its heading's, that before the mapping's."""
        basis = tax_basis(column)
        basis = self.mapping.tax_basis if basis == "unknown" else basis
        currency = fold(self.first("currency")).strip()
        if currency.casefold() not in _HOME_CURRENCY:
            foreign = read_amount(f"{text} {currency}", column).currency
            return Amount(None, basis, redact(f"{text.strip()[:100]} {currency[:20]}"), foreign)
        plain, unit = number(fold(text).strip().lstrip("¥ ")), self._unit(column)
        if plain is None:
            found = read_amount(text, f"金额({unit})" if unit else column)
            note = None if found.yuan else redact(text.strip()[:120]) or None
            return Amount(found.yuan, found.tax_basis if found.tax_basis != "unknown" else basis, note, found.currency)
        if not plain:
            return Amount(tax_basis=basis)
        yuan = plain * _UNITS[unit] if unit else _LARGEST
        if yuan < _LARGEST:
            return Amount(yuan_text(yuan), basis)
        self._warn("amount", "no likely amount" if unit else "no unit is known: give amount_unit in the mapping")
        return Amount(None, basis, text.strip()[:120])

    def _unit(self, column: str) -> str | None:
        found = _UNIT_OF_HEADING.search(fold(column))
        return found[1] if found else self.mapping.amount_unit


def _lot(
    label: str | None,
    status: str,
    named: Sequence[Named],
    amount: Amount,
    details: tuple[str | None, str | None] = (None, None),
) -> Lot:
    suppliers = tuple(Supplier(one.name, *details, one.role) for one in named)
    return Lot(label, status, suppliers, amount.yuan, amount.tax_basis, amount.note, amount.currency)
