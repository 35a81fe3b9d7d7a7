"""What a user says of imported notices: how the columns of an export are read, and what the export was asked for.

`Mapping` and `Declaration` are strict: an unknown, missing or misshapen field is an error that names it. Packaged
mappings, by name, are in `mappings/`; `examples/declaration.yaml` is a declaration to start from.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from collections.abc import Mapping as AnyMapping
from functools import cache
from importlib.resources import files
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from etl.errors import UsageError
from etl.imports.declaration import Declaration
from etl.imports.mapping import FIELDS, Mapping

__all__ = [
    "FIELDS",
    "Declaration",
    "Mapping",
    "checked",
    "declarations",
    "declared",
    "example_declaration",
    "packaged",
    "packaged_names",
]

M = TypeVar("M", bound=BaseModel)
_HERE = files(__package__)


def checked(model: type[M], data: AnyMapping[str, Any], where: str) -> M:
    """A mapping or declaration from plain YAML values.

    Raises: UsageError naming `where`, the field and what is wrong with it.
    """
    try:
        return model.model_validate(data)
    except ValidationError as error:
        # Of alternatives the one that fits furthest tells most, and the plain word `all` stands first.
        problem = max(reversed(error.errors()), key=lambda one: len(one["loc"]))
        field = ".".join(str(part) for part in problem["loc"] if str(part) not in ("Selection", "literal['all']"))
        message = problem["msg"].removeprefix("Value error, ")
        said = f"field {field}: {message}" if field else message
        raise UsageError(f"{where}: {said}; docs/imports.md explains every field") from error


def declared(data: AnyMapping[str, Any]) -> Declaration | None:
    """The declaration an archive or release holds; None for none, and for free words of an earlier fincity."""
    try:
        return Declaration.model_validate(dict(data))
    except ValidationError:
        return None


def declarations(rows: Iterable[AnyMapping[str, Any]]) -> list[Declaration]:
    """The declared imports of notices among the rows of the table `declaration`, each once, by id."""
    notices = (declared(json.loads(row["declaration"])) for row in rows if row["kind"] == "notices")
    found = {one.id: one for one in notices if one}
    return [found[name] for name in sorted(found)]


def packaged_names() -> tuple[str, ...]:
    """Names of the mappings that come with fincity."""
    found = (entry.name for entry in _HERE.joinpath("mappings").iterdir())
    return tuple(sorted(name.removesuffix(".yaml") for name in found if name.endswith(".yaml")))


@cache
def packaged(name: str) -> Mapping:
    """A mapping that comes with fincity; UsageError when there is none of that name."""
    if name not in packaged_names():
        raise UsageError(f"no packaged mapping {name!r}: there are {', '.join(packaged_names())}")
    text = _HERE.joinpath("mappings", f"{name}.yaml").read_text(encoding="utf-8")
    return checked(Mapping, yaml.safe_load(text), f"{name}.yaml")


def example_declaration() -> str:
    """A declaration to start from, as YAML."""
    return _HERE.joinpath("examples", "declaration.yaml").read_text(encoding="utf-8")
