"""Which imports count, and whether a new one agrees with them.

An import is kept for good, but not every one counts: of the imports of one declaration those of its highest revision
do, and a file imported again (by its bytes) belongs to its last import. So a mapping, a declaration or a file is
corrected by importing again, and what was wrong stays in the archive as history.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from pydantic import BaseModel

from db.archive import Import
from etl import imports
from etl.errors import UsageError


def declaration_of(made: Import) -> imports.Declaration | None:
    """What an import of notices declares; None for none, and for one of an earlier fincity that says too little."""
    return imports.declared(made.declaration) if made.kind == "notices" else None


def list_of(made: Import) -> imports.ListDeclaration | None:
    """What an imported list of firms or banks is; None for other kinds of import."""
    return imports.ListDeclaration.model_validate(dict(made.declaration)) if made.kind in imports.KINDS else None


def source_of(made: Import) -> str:
    """The source id that rows of an import carry: `import_ID` or `firms_ID` where it was declared, else its kind."""
    listed = list_of(made)
    if listed:
        return f"{made.kind}_{listed.id}"
    declared = declaration_of(made)
    return declared.source if declared else made.kind


def live(made: Iterable[Import]) -> list[Import]:
    """The imports that count, oldest first, each with the files that belong to it."""
    ordered = sorted(made, key=lambda one: (one.imported_at, one.import_id))
    newest: dict[str, int] = {}
    for one in ordered:
        newest[source_of(one)] = max(_revision(one), newest.get(source_of(one), 0))
    kept = [one for one in ordered if _revision(one) == newest[source_of(one)]]
    last = {(one.kind, file.sha256): one.import_id for one in kept for file in one.files}
    mine = [
        replace(one, files=tuple(f for f in one.files if last[one.kind, f.sha256] == one.import_id)) for one in kept
    ]
    return [one for one in mine if one.files]


def _said(made: Import) -> imports.Declaration | imports.ListDeclaration | None:
    return list_of(made) or declaration_of(made)


def _revision(made: Import) -> int:
    declared = _said(made)
    return declared.revision if declared else 0


def checked(
    kind: str, files: Sequence[tuple[str, bytes]], mapping: Mapping[str, Any], declaration: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Mapping and declaration as the archive keeps them: what was said, in plain JSON types.

    Raises: UsageError naming what is wrong or missing.
    """
    if kind == "reports":
        return dict(mapping), {
            str(k): v if isinstance(v, bool | int | float) else str(v) for k, v in declaration.items()
        }
    if "place" in mapping:
        raise UsageError(f"--place is for reports: {kind} say themselves where they are")
    if kind in imports.KINDS:
        return _checked_list(kind, files, mapping, declaration)
    if not mapping and (tables := [name for name, _ in files if not name.lower().endswith((".jsonl", ".ndjson"))]):
        raise UsageError(
            f"{tables[0]}: say with --mapping how its columns are read: a YAML of your own, or one that comes with "
            f"fincity ({', '.join(imports.packaged_names())})"
        )
    _told_apart(files)
    read = imports.checked(imports.Mapping, mapping, "--mapping") if mapping else None
    declared = imports.checked(imports.Declaration, declaration, "--declare") if declaration else None
    return _kept(read), _kept(declared)


def _checked_list(
    kind: str, files: Sequence[tuple[str, bytes]], mapping: Mapping[str, Any], declaration: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    if not declaration:
        raise UsageError(
            f"a list of {kind} needs --declare FILE: what was asked, of whom, under which licence, and of which day "
            "the list is; docs/imports.md has one to start from"
        )
    _told_apart(files)
    read = imports.list_mapping(mapping or {"like": kind}, "--mapping")
    declared = imports.checked(imports.ListDeclaration, declaration, "--declare")
    declared.check(read)
    return _kept(read), _kept(declared)


def _told_apart(files: Sequence[tuple[str, bytes]]) -> None:
    names = [name for name, _ in files]
    if twice := {name for name in names if names.count(name) > 1}:
        raise UsageError(f"{min(twice)}: two files have this name: rename one, their rows are told apart by it")


def _kept(said: BaseModel | None) -> dict[str, Any]:
    return said.model_dump(mode="json", exclude_unset=True) if said else {}


def agree(new: Import, there: Iterable[Import]) -> None:
    """Raise UsageError where a new import contradicts those that count, and nothing says which is to be believed."""
    digests = {file.sha256 for file in new.files}
    for old in live(there):
        if old.import_id == new.import_id or old.kind == "reports" or source_of(old) != source_of(new):
            continue
        left = [file for file in old.files if file.sha256 not in digests]
        if _revision(old) > _revision(new):
            raise UsageError(f"{_named(new)}: revision {_revision(old)} is there already: {_raise(old)}")
        if left and _revision(old) == _revision(new):
            _agree(new, old, {file.name for file in left})


def _agree(new: Import, old: Import, kept: set[str]) -> None:
    if _said(new) != _said(old):
        raise UsageError(
            f"{_named(new)} was declared before in other words: give this one another id, or {_raise(old)}"
        )
    if new.mapping and (twice := kept & {file.name for file in new.files}):
        raise UsageError(
            f"{min(twice)}: a file of this name with other rows was imported before: rename it"
            + (f", or {_raise(old)}" if _said(new) else "")
        )


def _named(made: Import) -> str:
    declared = _said(made)
    return f"declaration {declared.id}" if declared else "import"


def _raise(old: Import) -> str:
    return f"write revision: {_revision(old) + 1} to replace the earlier import, all its files included"
