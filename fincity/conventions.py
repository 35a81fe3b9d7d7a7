"""The project's conventions as a program: `fincity check` fails when they rot.

Each check returns sentences that say what is wrong and where. What needs the repository (tests, docs) is checked only
in one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import keywords
from crawlers import sources
from etl import catalogue, parsers
from etl.errors import FincityError
from etl.indicators import CONTRIBUTIONS
from etl.records import TABLES, columns_of, key_of

ROOT = Path(__file__).resolve().parent.parent
#: Families that are not crawled: they read files.
FILE_FAMILIES = ("notice", "reports")
LONGEST_FILE = 400


def sources_are_valid() -> Iterator[str]:
    """Every source YAML loads, and its family has a walker and a parser."""
    for path in sorted(sources.FOLDER.glob("*.yaml")):
        try:
            source = sources.read(path)
        except FincityError as error:
            yield str(error)
            continue
        if source.family not in parsers.FAMILIES:
            yield f"{path.name}: family {source.family!r} has no parser in etl/parsers"
        if not (ROOT / "crawlers" / "families" / f"{source.family}.py").is_file():
            yield f"{path.name}: family {source.family!r} has no walker in crawlers/families"


def families_have_pages() -> Iterator[str]:
    """Every family has rebuilt pages to test it on, and declares what the registry needs."""
    for name in parsers.FAMILIES:
        module = parsers.family(name)
        if name != module.FAMILY or not str(module.VERSION):
            yield f"etl/parsers/{name}: FAMILY must be {name!r} and VERSION must not be empty"
        if in_repository() and not any((ROOT / "tests" / "pages" / name).glob("*")):
            yield f"tests/pages/{name}: no rebuilt page for this family"


def indicators_are_counted() -> Iterator[str]:
    """Catalogue and contribution functions name the same indicators, over sources and lexicons that exist."""
    named = set(catalogue.indicators())
    yield from (
        f"indicator {code}: no contributions function in etl/indicators" for code in sorted(named - set(CONTRIBUTIONS))
    )
    yield from (f"indicator {code}: no entry in etl/catalogue" for code in sorted(set(CONTRIBUTIONS) - named))
    known = {source.id: source for source in sources.all_sources()}
    for frame in catalogue.frames().values():
        for synthetic in (False, True):
            for source in frame.sources(synthetic):
                if source not in known or known[source].synthetic != synthetic:
                    yield f"frame {frame.id}: {source!r} is no {'synthetic' if synthetic else 'real'} source"
    for indicator in catalogue.indicators().values():
        if indicator.lexicon and indicator.lexicon not in keywords.builtin():
            yield f"indicator {indicator.code}: unknown lexicon {indicator.lexicon!r}"


def lexicons_are_valid() -> Iterator[str]:
    """Every built-in lexicon loads and has golden texts."""
    for name in keywords.builtin():
        try:
            keywords.load(name)
        except keywords.LexiconError as error:
            yield str(error)


def records_are_described() -> Iterator[str]:
    """Every table has a key and a description, and every column a meaning."""
    for row in TABLES:
        if not key_of(row) or not (row.__doc__ or "").strip():
            yield f"table {row.TABLE}: needs a key and a description"
        yield from (f"table {row.TABLE}: column {c.name} has no meaning" for c in columns_of(row) if not c.doc)


def files_are_short() -> Iterator[str]:
    """No file is longer than a reader likes, and none names a machine's path."""
    for folder in ("crawlers", "db", "etl", "fincity", "flows", "keywords", "tests", "benchmarks", "scripts"):
        for path in sorted((ROOT / folder).rglob("*.py")) if in_repository() else ():
            text = path.read_text(encoding="utf-8")
            if text.count("\n") > LONGEST_FILE:
                yield f"{path.relative_to(ROOT)}: more than {LONGEST_FILE} lines"
            if re.search(r"[\"' (]/(?:home|root|Users)/", text):
                yield f"{path.relative_to(ROOT)}: names a path of somebody's machine"


def in_repository() -> bool:
    """Whether we run from a checkout rather than an installed package."""
    return (ROOT / "tests" / "pages").is_dir()


CHECKS: dict[str, Callable[[], Iterator[str]]] = {
    "sources": sources_are_valid,
    "families": families_have_pages,
    "indicators": indicators_are_counted,
    "lexicons": lexicons_are_valid,
    "records": records_are_described,
    "files": files_are_short,
}


def run() -> dict[str, list[str]]:
    """All problems by check; empty lists where all is well."""
    return {name: list(check()) for name, check in CHECKS.items()}
