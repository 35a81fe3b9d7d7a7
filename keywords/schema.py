"""The JSON schema of lexicon files, for editors, made from the fields that the reader itself knows.

The schema says what a field may look like. What no schema can say (a term that repeats another, a size that is not the
number of terms, a source that is not listed) only the reader checks: `fincity lexicon validate`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from keywords.lexicon_file import APART, ID, LEXICON, LONGEST, PUBLISHED, TERM
from keywords.nodes import Field

PATH = Path(__file__).parent / "lexicon.schema.json"

_TEXT = {"type": "string", "pattern": r"\S"}
_LETTERS = f"[^*＊{APART}]+"
_TERM = {"type": "string", "maxLength": LONGEST, "pattern": f"^([*＊]{_LETTERS}|{_LETTERS}[*＊]?)$"}
_TERMS = {
    "type": "array",
    "minItems": 1,
    "items": {"anyOf": [{"$ref": "#/$defs/written"}, {"$ref": "#/$defs/term"}]},
}
_BY_DIMENSION = {"type": "object", "minProperties": 1, "additionalProperties": {"$ref": "#/$defs/terms"}}
_BY_LAYER = {
    "type": "object",
    "minProperties": 1,
    "additionalProperties": {"anyOf": [{"$ref": "#/$defs/terms"}, _BY_DIMENSION]},
}

#: Fields that hold more than a text or one of a few words.
_SHAPES: dict[str, dict[str, Any]] = {
    "id": {"type": "string", "pattern": f"^{ID}$"},
    "size": {"type": "integer", "minimum": 1},
    "sources": {"type": "object", "minProperties": 1, "additionalProperties": _TEXT},
    "terms": {"anyOf": [{"$ref": "#/$defs/terms"}, _BY_LAYER]},
    "term": {"$ref": "#/$defs/written"},
    "published": {"$ref": "#/$defs/published"},
}


def schema() -> dict[str, Any]:
    """The schema as plain values (JSON Schema, draft 2020-12)."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A lexicon of fincity",
        **_mapping(LEXICON),
        "$defs": {"written": _TERM, "term": _mapping(TERM), "terms": _TERMS, "published": _mapping(PUBLISHED)},
    }


def text() -> str:
    """The schema as it stands in the file."""
    return json.dumps(schema(), ensure_ascii=False, indent=2) + "\n"


def _mapping(fields: Mapping[str, Field]) -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": [name for name, field in fields.items() if field.required],
        "properties": {name: {"description": field.doc, **_shape(name, field)} for name, field in fields.items()},
    }


def _shape(name: str, field: Field) -> dict[str, Any]:
    return {"enum": list(field.choices)} if field.choices else _SHAPES.get(name, _TEXT)
