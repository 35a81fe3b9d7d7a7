"""Reading the catalogue's YAML strictly: an unknown, missing or misshapen field is an error that names it."""

from __future__ import annotations

import re
import types
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

import yaml

from etl.catalogue.model import Frame, Indicator
from etl.errors import FincityError

T = TypeVar("T")

_CODE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")


class _Once(yaml.SafeLoader):
    """Safe YAML in which a field may stand only once; PyYAML itself would keep the last one in silence."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        names = [self.construct_object(key, deep=True) for key, _ in node.value]
        if twice := [name for name in names if names.count(name) > 1]:
            raise yaml.constructor.ConstructorError(None, None, f"{twice[0]!r} stands twice", node.start_mark)
        return super().construct_mapping(node, deep=deep)


def read_frames(path: Path) -> dict[str, Frame]:
    """The frames of one file, by id."""
    found = {}
    for name, entry in _mapping(_read(path), path.name).items():
        where = f"{path.name}: {name}"
        frame = build(Frame, {"id": name, **_mapping(entry, where)}, where)
        if bool(frame.imports) == bool(frame.real and frame.synthetic and frame.kinds):
            raise FincityError(f"{where}: give either imports, or real, synthetic and kinds")
        found[name] = frame
    return found


def read_theme(path: Path, frames: Mapping[str, Frame]) -> dict[str, Indicator]:
    """The indicators of one file, by code. `shared` fields hold for every entry that does not set them itself."""
    content = _mapping(_read(path), path.name)
    if set(content) != {"shared", "indicators"}:
        raise FincityError(f"{path.name}: expected the fields shared and indicators, found {', '.join(content)}")
    shared = {"theme": path.stem, **_mapping(content["shared"], f"{path.name}: shared")}
    found = {}
    for code, entry in _mapping(content["indicators"], f"{path.name}: indicators").items():
        where = f"{path.name}: {code}"
        indicator = build(Indicator, {"code": code, **shared, **_mapping(entry, where)}, where)
        _agree(indicator, frames, where)
        found[code] = indicator
    return found


def _agree(indicator: Indicator, frames: Mapping[str, Frame], where: str) -> None:
    """What fields must say together."""
    if not _CODE.fullmatch(indicator.code) or not indicator.code.startswith(f"{indicator.theme}_"):
        raise FincityError(f"{where}: write the code as {indicator.theme}_..., lower case with underscores")
    if indicator.frame not in frames:
        raise FincityError(f"{where}: frame {indicator.frame!r} is not in frames.yaml ({', '.join(frames)})")
    if (indicator.lexicon is None) != (indicator.policy is None):
        raise FincityError(f"{where}: lexicon and policy go together")
    low, high = indicator.minimum, indicator.maximum
    if low is not None and high is not None and low >= high:
        raise FincityError(f"{where}: minimum {low} is not below maximum {high}")


def _read(path: Path) -> Any:
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_Once)  # noqa: S506 - a safe loader
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise FincityError(f"{path.name}: cannot be read as YAML: {' '.join(str(error).split())}") from error


def _mapping(value: Any, where: str) -> dict[str, Any]:
    if not isinstance(value, dict) or not all(isinstance(key, str) for key in value):
        raise FincityError(f"{where}: expected fields with names, found {value!r:.80}")
    return value


def build(cls: type[T], data: Mapping[str, Any], where: str) -> T:
    """An entry from plain YAML values. Raises FincityError naming `where` and the field."""
    specs = {f.name: f for f in fields(cls)}  # type: ignore[arg-type]
    required = [name for name, f in specs.items() if f.default is MISSING]
    if unknown := [name for name in data if name not in specs]:
        raise FincityError(f"{where}: unknown field {unknown[0]!r}; known: {', '.join(specs)}")
    if missing := [name for name in required if name not in data]:
        raise FincityError(f"{where}: the field {missing[0]!r} is missing")
    hints = get_type_hints(cls)
    return cls(**{name: _fit(value, hints[name], f"{where}: {name}") for name, value in data.items()})


def _fit(value: Any, hint: Any, where: str) -> Any:
    """The value as its type wants it."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return None if value is None else _fit(value, next(h for h in inner if h is not type(None)), where)
    if is_dataclass(hint) and isinstance(hint, type):
        return build(hint, _mapping(value, where), where)
    if origin is tuple and isinstance(value, list):
        return tuple(_fit(item, inner[0], where) for item in value)
    if origin is Literal and value in inner:
        return value
    if hint is float and type(value) is int:
        return float(value)
    if isinstance(hint, type) and origin is None and type(value) is hint and value != "":
        return value
    expected = ", ".join(map(str, inner)) if origin is Literal else getattr(hint, "__name__", hint)
    raise FincityError(f"{where}: expected {expected}, found {value!r:.80}")
