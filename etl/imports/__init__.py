"""What a user says of an import: how the columns of its files are read, and what was asked for.

`Mapping` and `Declaration` are of notices, `ListMapping` and `ListDeclaration` of lists of firms and banks. All are
strict: an unknown, missing or misshapen field is an error that names it. Packaged mappings, by name, are in
`mappings/`; `examples/` has declarations to start from.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from collections.abc import Mapping as AnyMapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from etl.errors import UsageError
from etl.imports.declaration import Declaration
from etl.imports.lists import KINDS, ListDeclaration, ListMapping
from etl.imports.mapping import FIELDS, Mapping

__all__ = [
    "FIELDS",
    "KINDS",
    "Declaration",
    "ListDeclaration",
    "ListMapping",
    "Mapping",
    "checked",
    "declarations",
    "declared",
    "example_declaration",
    "list_mapping",
    "packaged",
    "packaged_list",
    "packaged_names",
]

M = TypeVar("M", bound=BaseModel)
_HERE = files(__package__)
#: What pydantic calls the alternatives of a field.
_FORMS = ("Selection", "literal['all']", "tuple[function-after[_name(), str], ...]")


def checked(model: type[M], data: AnyMapping[str, Any], where: str) -> M:
    """A mapping or declaration from plain YAML values.

    Raises: UsageError naming `where`, the field and what is wrong with it.
    """
    try:
        return model.model_validate(data)
    except ValidationError as error:
        # Of alternatives the one that fits furthest tells most, and the plain word `all` stands first.
        problem = max(reversed(error.errors()), key=lambda one: len(one["loc"]))
        field = ".".join(str(part) for part in problem["loc"] if str(part) not in _FORMS)
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


def packaged_names(kind: str = "notices") -> tuple[str, ...]:
    """Names of the mappings that come with fincity, for a kind of import."""
    found = (entry.name for entry in _folder(kind).iterdir())
    return tuple(sorted(name.removesuffix(".yaml") for name in found if name.endswith(".yaml")))


def _folder(kind: str) -> Traversable:
    return _HERE.joinpath("mappings", "lists") if kind in KINDS else _HERE.joinpath("mappings")


@cache
def packaged(name: str) -> Mapping:
    """A mapping of notices that comes with fincity; UsageError when there is none of that name."""
    return checked(Mapping, _packaged(name, "notices"), f"{name}.yaml")


def packaged_list(name: str) -> ListMapping:
    """A mapping of lists of firms or banks that comes with fincity; UsageError when there is none of that name."""
    return list_mapping({"like": name}, f"{name}.yaml")


def list_mapping(data: AnyMapping[str, Any], where: str) -> ListMapping:
    """A mapping of lists from plain YAML values; with `like: NAME`, what they leave out is as in the packaged one.

    Raises UsageError naming `where` and the field.
    """
    return checked(ListMapping, _completed(data), where)


def _completed(data: AnyMapping[str, Any]) -> dict[str, Any]:
    own = dict(data)
    like = own.pop("like", None)
    if like is None:
        return own
    base = _completed(_packaged(str(like), "firms"))
    if isinstance(own.get("columns"), dict):
        own["columns"] = {**own["columns"], **{k: v for k, v in base["columns"].items() if k not in own["columns"]}}
    return {**base, **own}


def _packaged(name: str, kind: str) -> dict[str, Any]:
    if name not in packaged_names(kind):
        raise UsageError(f"no packaged mapping {name!r}: there are {', '.join(packaged_names(kind))}")
    text = _folder(kind).joinpath(f"{name}.yaml").read_text(encoding="utf-8")
    return dict(yaml.safe_load(text))


def example_declaration(kind: str = "notices") -> str:
    """A declaration to start from, as YAML."""
    name = "list.yaml" if kind in KINDS else "declaration.yaml"
    return _HERE.joinpath("examples", name).read_text(encoding="utf-8")
