"""What `fincity import` reads beside the files, and what it says of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from db.archive import Import
    from db.home import Home


def mapping_of(chosen: str | None, kind: str) -> dict[str, Any]:
    """The mapping in a YAML file, or the packaged one of that name; for lists the one for their kind, if none is."""
    from etl import imports

    if chosen is None:
        return {"like": kind} if kind in imports.KINDS else {}
    known = imports.packaged_names(kind)
    if chosen in known:
        listed = kind in imports.KINDS
        return {"like": chosen} if listed else imports.packaged(chosen).model_dump(mode="json", exclude_unset=True)
    return yaml_of(Path(chosen), f"; packaged mappings are {', '.join(known)}")


def yaml_of(path: Path | None, hint: str = "") -> dict[str, Any]:
    """The fields of a YAML file; UsageError when it cannot be read or holds no fields."""
    import yaml

    from crawlers.sources import UniqueKeys
    from etl.errors import UsageError

    if path is None:
        return {}
    if not path.is_file():
        raise UsageError(f"{path}: no such file{hint}")
    try:
        data = yaml.load(path.read_text(encoding="utf-8"), Loader=UniqueKeys)  # noqa: S506 - a SafeLoader
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        raise UsageError(f"{path}: cannot be read as YAML: {' '.join(str(error).split())}") from error
    if not isinstance(data, dict) or not all(isinstance(key, str) for key in data):
        raise UsageError(f"{path}: must hold fields, such as `who: ...`")
    return data


def place_of(place: str | None) -> dict[str, str]:
    """The code of a place given by code or name."""
    from etl.errors import UsageError
    from etl.places import gazetteer

    if place is None:
        return {}
    known = gazetteer().get(place)
    found = {known.code} if known else {p.code for p in gazetteer().find(place) if p.level != "county"}
    if len(found) != 1:
        raise UsageError(
            f"--place {place}: {'several places' if found else 'no place'} of that name; give a six-digit code"
        )
    return {"place": found.pop()}


def before(kind: str, files: Sequence[tuple[str, bytes]], mapping: Mapping[str, Any]) -> Iterator[str]:
    """What a mapping leaves of the files; nothing for what is read without one."""
    from flows.imports import remarks

    yield from remarks(kind, files, mapping) if mapping and "place" not in mapping else ()


def after(home: Home, made: Import) -> Iterator[str]:
    """What an import answers for; for notices without a declaration, what is missing and how to add it."""
    from etl import imports
    from flows.declared import declaration_of, list_of, source_of
    from flows.lists import fates

    if listed := list_of(made):
        yield f"{source_of(made)}: {listed.asked_for}, as of {listed.as_of}; {listed.licence}"
        yield from (f"  {count} row{'s' * (count > 1)} {fate}" for fate, count in fates(home, source_of(made)))
    if made.kind != "notices":
        return
    declared = declaration_of(made)
    if declared:
        yield (
            f"{declared.source}: {declared.asked_for}, {declared.window.since} to {declared.window.until}, "
            f"asked on {declared.queried_on}; `fincity coverage --source {declared.source} --by day` shows its days"
        )
        return
    yield (
        "no declaration: the notices count as documents, but no day counts as looked at, so they make no number of the "
        "panel known. Write a declaration such as the one below and import the same files again with --declare FILE:"
    )
    yield imports.example_declaration().rstrip()
