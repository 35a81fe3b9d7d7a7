"""The texts that are audited: files, or the current documents of a home's warehouse, one after the other."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from etl.errors import UsageError
from fincity.reader.selection import unknown

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from db.home import Home
    from etl.records.rows import DocumentRow
    from keywords import Lexicon, Text
    from keywords.texts import Unreadable

#: Kinds of documents of a home, and which field of them is searched.
SEARCHED = {"report": "text", "notice": "title", "policy": "text"}
FIELDS = ("title", "text")


def dated(found: Iterable[Text | Unreadable], year_from: str | None) -> Iterator[Text | Unreadable]:
    """Texts with the year that stands in the names of their documents where the pattern finds it.

    The year is the pattern's first group, or all that it finds. Raises UsageError when it is no regular expression.
    """
    from keywords import Text

    try:
        pattern = re.compile(year_from) if year_from else None
    except re.error as error:
        raise UsageError(f"--year-from {year_from!r} is no regular expression: {error}") from error
    return (_dated(one, pattern) if pattern and isinstance(one, Text) else one for one in found)


def _dated(text: Text, pattern: re.Pattern[str]) -> Text:
    found = pattern.search(text.document)
    year = found and found[pattern.groups and 1]
    return text._replace(about={**text.about, "year": year}) if year else text


def year_of(text: Text) -> int | None:
    """The year of a text, None where nothing (or no year) says it."""
    from etl.harmonise import read_year

    return read_year(text.about.get("year"))


def kind_of(lexicon: Lexicon, kind: str | None = None) -> str:
    """The kind of document to search: the one given, else what the panel or the source of the lexicon searches.

    Raises UsageError for a kind there is not.
    """
    if kind is not None:
        if kind not in SEARCHED:
            raise UsageError(unknown("kind of document", kind, SEARCHED))
        return kind
    return "notice" if lexicon.field == "title" else "report"


def documents(home: Home, kind: str, field: str | None = None) -> Iterator[Text]:
    """The current documents of a kind in a home, by key: named `source/source_id`, with what is known of them.

    A report has the year of its delivery and the city that delivered it, another document the year of its publication,
    a notice the city of the purchasing unit. Documents whose field is empty are left out. Raises UsageError for other
    fields than title and text, and when the home has no document of the kind.
    """
    from db.warehouse import reading, stream
    from etl.records.rows import DocumentRow

    chosen = field or SEARCHED[kind]
    if chosen not in FIELDS:
        raise UsageError(unknown("field", chosen, FIELDS))
    with reading(home) as conn:
        cities = _buyers(conn) if kind == "notice" else {}
        number = 0
        for row in stream(conn, DocumentRow, kind=kind, is_current=True):
            number += 1
            if text := _text(row, chosen, cities):
                yield text
    if not number:
        raise UsageError(
            f"{home.path} holds no document of the kind {kind}: name files, or see `fincity import --help`"
        )


def _buyers(conn: Connection) -> dict[tuple[str, str], str]:
    """The city of the purchasing unit of each notice of an award."""
    from db.warehouse import stream
    from etl.records.rows import AwardNoticeRow, AwardRow

    cities = {row.award_id: row.buyer_city for row in stream(conn, AwardRow) if row.buyer_city}
    notices = stream(conn, AwardNoticeRow)
    return {(row.source, row.source_id): cities[row.award_id] for row in notices if row.award_id in cities}


def _text(row: DocumentRow, field: str, buyers: Mapping[tuple[str, str], str]) -> Text | None:
    from keywords import Text

    text = row.title if field == "title" else json.loads(row.record).get("text")
    if not text or not text.strip():
        return None
    year = str(row.year) if row.year else (row.published_at or "")[:4]
    code = row.place_code if row.kind == "report" else buyers.get((row.source, row.source_id))
    facts = {"year": year, "city": _name(code), "title": row.title, "url": row.url}
    about = {name: fact for name, fact in facts.items() if fact}
    return Text(f"{row.source}/{row.source_id}", text, field, about)


def _name(code: str | None) -> str:
    from etl.places import gazetteer

    place = gazetteer().get(code) if code else None
    return place.name if place else code or ""
